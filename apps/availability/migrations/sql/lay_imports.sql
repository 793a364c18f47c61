-- What other calendars say is taken becomes busy blocks of the person, wherever their time is not taken already: the spans
-- of all their calendars are one, and what bookings, sessions and hands have taken is cut out. So an imported event never
-- stands in the way of what was there before it, and blocks of one person never overlap. What is there already stays.
--
-- One at a time for each person; without ``waits`` nothing is done where somebody else is at it. A block that somebody takes
-- meanwhile is waited for, and cut out on the next round.
CREATE FUNCTION availability_lay_imports(the_person uuid, at timestamptz, waits boolean) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    lock_key bigint := hashtextextended(the_person::text, 11);
    said tstzmultirange;
    wanted tstzmultirange;
BEGIN
    IF waits THEN
        PERFORM pg_advisory_xact_lock(lock_key);
    ELSIF NOT pg_try_advisory_xact_lock(lock_key) THEN
        RETURN;
    END IF;
    SELECT COALESCE(range_agg(s.during), '{}') INTO said FROM availability_importedspan s WHERE s.person_id = the_person;
    FOR round IN 1..5 LOOP
        SELECT said - COALESCE(range_agg(b.during), '{}') INTO wanted FROM availability_busyblock b
        WHERE b.person_id = the_person AND b.is_active AND b.kind <> 'IMPORTED' AND b.during && range_merge(said);
        DELETE FROM availability_busyblock b
        WHERE b.person_id = the_person AND b.is_active AND b.kind = 'IMPORTED'
          AND b.during NOT IN (SELECT unnest(wanted));
        INSERT INTO availability_busyblock (
            id, created_at, updated_at, staff_member_id, person_id, kind, starts_at, ends_at, during, is_active, is_running,
            note, source)
        SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
                   PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
                   52, 1), 53, 1), 'hex')::uuid,
               at, at, c.staff_member_id, the_person, 'IMPORTED', lower(w.span), upper(w.span), w.span, true, false,
               '', c.name
        FROM unnest(wanted) AS w(span)
        CROSS JOIN LATERAL (
            SELECT k.staff_member_id, k.name FROM availability_importedspan s
            JOIN availability_importedcalendar k ON k.id = s.calendar_id
            WHERE s.person_id = the_person AND s.during && w.span ORDER BY k.id LIMIT 1) c
        WHERE NOT EXISTS (
            SELECT FROM availability_busyblock b
            WHERE b.person_id = the_person AND b.is_active AND b.kind = 'IMPORTED' AND b.during = w.span)
        ON CONFLICT DO NOTHING;
        EXIT WHEN NOT EXISTS (
            SELECT FROM unnest(wanted) AS w(span)
            WHERE NOT EXISTS (
                SELECT FROM availability_busyblock b
                WHERE b.person_id = the_person AND b.is_active AND b.kind = 'IMPORTED' AND b.during = w.span));
    END LOOP;
END
$$;
