-- A person's time is taken, unless another active block of theirs shares an instant with it: then nothing is written and
-- the answer is false. Two at once are told apart by the exclusion constraint without ending either transaction.
CREATE OR REPLACE FUNCTION availability_block_time(
    the_id uuid, the_staff uuid, the_kind text, starts timestamptz, ends timestamptz, takes_from timestamptz,
    takes_until timestamptz, the_booking uuid, the_service uuid, the_holder uuid, expires timestamptz, words text,
    origin text, the_slot uuid, at timestamptz
) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO availability_busyblock (
        id, created_at, updated_at, staff_member_id, person_id, kind, starts_at, ends_at, during, is_active, is_running,
        booking_id, service_id, holder_id, expires_at, note, source, slot_id)
    SELECT the_id, at, at, m.id, m.user_id, the_kind, starts, ends, tstzrange(takes_from, takes_until), true, false,
           the_booking, the_service, the_holder, expires, words, origin, the_slot
    FROM catalog_staffmember m WHERE m.id = the_staff
    ON CONFLICT DO NOTHING;
    RETURN FOUND;
END
$$;
