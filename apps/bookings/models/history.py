"""The trigger that writes a booking's history: no change of state, time or person goes without its row."""

import pgtrigger

# Whoever moves a booking raises ``change_number`` by one and says who, as whom, when and why; the trigger copies that.
# A move that does not is refused, so that no update can borrow the note of the one before it. Ids are UUIDv7.
_FUNCTION = """
    IF TG_OP = 'UPDATE' AND NEW.change_number IS DISTINCT FROM OLD.change_number + 1 THEN
        RAISE EXCEPTION 'booking % changes without saying who, when and why', NEW.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_change_is_noted';
    END IF;
    INSERT INTO bookings_bookingtransition (
        id, booking_id, number, change, from_status, to_status, starts_at, staff_member_id, by_id, acting_as, reason, at)
    VALUES (
        encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
            PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
            52, 1), 53, 1), 'hex')::uuid,
        NEW.id, NEW.change_number, NEW.change, CASE WHEN TG_OP = 'UPDATE' THEN OLD.status ELSE '' END, NEW.status,
        NEW.starts_at, NEW.staff_member_id, NEW.changed_by_id, NEW.changed_as, NEW.change_reason, NEW.changed_at);
    RETURN NULL;
"""

HISTORY_TRIGGER = pgtrigger.Trigger(
    name="booking_history",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("status", "starts_at", "ends_at", "staff_member_id"),
    func=_FUNCTION,
)
