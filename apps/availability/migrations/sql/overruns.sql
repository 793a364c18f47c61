-- What jobs under way run into: firm work of the same person, still ahead of them, that begins before they are free again,
-- which is at the planned end or now, whichever is later, and the buffer. Begins with the jobs past their planned end.
CREATE FUNCTION availability_claim_overruns(at_in timestamptz, most integer)
RETURNS TABLE (booking_id uuid, slot_id uuid, starts_at timestamptz, free_at timestamptz)
LANGUAGE sql VOLATILE AS $$
    WITH hit AS (
        SELECT later.id, at_in + (upper(running.during) - running.ends_at) AS free_at
        FROM availability_busyblock AS running
        JOIN availability_busyblock AS later ON later.person_id = running.person_id AND later.is_active
            AND later.starts_at > running.starts_at
            AND later.starts_at < at_in + (upper(running.during) - running.ends_at)
        WHERE running.is_active AND running.is_running AND running.ends_at < at_in
          AND NOT later.is_running AND later.kind IN ('BOOKING', 'SESSION')
          AND later.expires_at IS NULL AND later.overrun_told_at IS NULL
        LIMIT most
        FOR NO KEY UPDATE OF later SKIP LOCKED
    )
    UPDATE availability_busyblock AS told SET overrun_told_at = at_in, updated_at = at_in
    FROM hit WHERE told.id = hit.id
    RETURNING told.booking_id, told.slot_id, told.starts_at, hit.free_at
$$;
-- When the next of them is run into.
CREATE FUNCTION availability_next_overrun() RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT min(greatest(running.ends_at, ahead.starts_at - (upper(running.during) - running.ends_at)))
    FROM availability_busyblock AS running
    CROSS JOIN LATERAL (
        SELECT later.starts_at FROM availability_busyblock AS later
        WHERE later.person_id = running.person_id AND later.is_active AND later.starts_at > running.starts_at
          AND NOT later.is_running AND later.kind IN ('BOOKING', 'SESSION')
          AND later.expires_at IS NULL AND later.overrun_told_at IS NULL
        ORDER BY later.starts_at LIMIT 1
    ) AS ahead
    WHERE running.is_active AND running.is_running
$$;
