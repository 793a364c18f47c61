-- A booking has the use from now on: one of its customer, for its service, that lasts until its start. Two bookings
-- that want the same one wait for each other here, and the second is refused.
CREATE FUNCTION packages_spend_use(
    p_use uuid, p_booking uuid, p_customer uuid, p_service uuid, p_starts_at timestamptz, p_at timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE packages_use AS u SET state = 'SPENT', booking_id = p_booking, spent_at = p_at, updated_at = p_at
        FROM packages_purchase AS p
        WHERE u.id = p_use AND p.id = u.purchase_id AND u.state = 'OPEN' AND u.service_id = p_service
          AND p.customer_id = p_customer AND u.expires_at > p_starts_at;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'booking % cannot have the use %: violates check package_use_is_free', p_booking, p_use
            USING ERRCODE = 'check_violation', CONSTRAINT = 'package_use_is_free';
    END IF;
END $$;

-- The booking has let go of its use, which can be used again. One whose money went back meanwhile stays as it is.
CREATE FUNCTION packages_return_use(p_use uuid, p_booking uuid, p_at timestamptz)
RETURNS void LANGUAGE sql AS $$
    UPDATE packages_use SET state = 'OPEN', booking_id = NULL, spent_at = NULL, updated_at = p_at
        WHERE id = p_use AND booking_id = p_booking AND state = 'SPENT'
$$;
