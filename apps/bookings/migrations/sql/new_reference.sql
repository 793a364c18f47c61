CREATE FUNCTION bookings_new_reference() RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
-- Eight characters without look-alikes that no booking has, nor any booking of a course. Drawn beside a query that is
-- made anyway, so that it costs no round trip; the columns' unique keys have the last word. Bytes 7 and 9 of a random
-- UUID are not random throughout.
DECLARE
    alphabet constant text := 'ACDEFGHJKMNPQRTWXY34679';
    noise bytea;
    reference_out text;
    position_in integer;
BEGIN
    LOOP
        noise := substring(uuid_send(gen_random_uuid()) FROM 1 FOR 6)
              || substring(uuid_send(gen_random_uuid()) FROM 10 FOR 7);
        reference_out := '';
        FOR position_in IN 0..7 LOOP
            reference_out := reference_out || substr(alphabet, 1 + get_byte(noise, position_in) % 23, 1);
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM bookings_booking AS known WHERE known.reference = reference_out)
              AND NOT EXISTS (SELECT FROM bookings_coursebooking AS known WHERE known.reference = reference_out);
    END LOOP;
    RETURN reference_out;
END
$$;
