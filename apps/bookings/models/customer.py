"""What keeps a row's customer: it changes only where somebody has taken over the guest who it was."""

CUSTOMER_STAYS = """
    IF NOT EXISTS (SELECT FROM accounts_user AS u
                   WHERE u.id = OLD.customer_id AND u.taken_over_by_id = NEW.customer_id) THEN
        RAISE EXCEPTION 'the customer of % does not change', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_customer_stays';
    END IF;
    RETURN NEW;
"""
