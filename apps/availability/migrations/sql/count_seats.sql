-- So many seats of a slot more, or fewer, are booked. Triggers of what takes seats call it, so that no change of such a row
-- can forget the count; more than there are is refused by the slot's own constraint.
CREATE FUNCTION availability_count_seats(the_slot uuid, more integer) RETURNS void
LANGUAGE sql
AS $$
    UPDATE availability_capacityslot SET booked_count = booked_count + more WHERE id = the_slot AND more <> 0;
$$;
