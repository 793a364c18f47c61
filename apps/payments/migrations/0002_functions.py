from django.db import migrations

RECEIVE_EVENT = """
CREATE FUNCTION payments_receive_event(
    id_in uuid, gateway_in text, event_id_in text, event_type_in text, kind_in text, subject_in text,
    body_in bytea, headers_in text, at_in timestamptz
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO payments_webhookevent (
        id, gateway, event_id, event_type, kind, subject, body, headers, received_at,
        state, attempts, next_attempt_at, processed_at, note
    ) VALUES (
        id_in, gateway_in, event_id_in, event_type_in, kind_in, subject_in, body_in, headers_in::jsonb, at_in,
        'RECEIVED', 0, at_in, NULL, ''
    ) ON CONFLICT (gateway, event_id) DO NOTHING;
    RETURN FOUND;
END
$$;
COMMENT ON FUNCTION payments_receive_event IS
    'The event is in the inbox, once for ever; answers whether it is new.';
"""

UNBOOKED = """
CREATE FUNCTION payments_unbooked() RETURNS TABLE (subject text, expected text, found text) LANGUAGE sql STABLE AS $$
    WITH known AS (
        SELECT p.id, p.currency, p.captured_minor - p.fee_minor AS amount FROM payments_payment p
        WHERE p.captured_minor > 0
        UNION ALL
        SELECT p.id, p.stray_currency, p.stray_minor - p.fee_minor FROM payments_payment p WHERE p.stray_minor > 0
    ), booked AS (
        SELECT t.cause_id AS id, a.currency, -sum(e.amount) AS amount
        FROM ledger_account a
        JOIN ledger_entry e ON e.account_id = a.id
        JOIN ledger_transfer t ON t.id = e.transfer_id AND t.cause_type = 'PAYMENT'
        WHERE a.kind = 'GATEWAY_CLEARING' GROUP BY 1, 2
    )
    SELECT 'payment ' || coalesce(p.reference, m.id::text), m.known || ' ' || m.currency, m.booked || ' ' || m.currency
    FROM (
        SELECT coalesce(k.id, b.id) AS id, coalesce(k.currency, b.currency) AS currency,
               coalesce(k.amount, 0) AS known, coalesce(b.amount, 0) AS booked
        FROM known k FULL JOIN booked b ON b.id = k.id AND b.currency = k.currency
    ) AS m LEFT JOIN payments_payment p ON p.id = m.id
    WHERE m.known <> m.booked
    ORDER BY 1
$$;
COMMENT ON FUNCTION payments_unbooked IS
    'Payments of which the desk knows another amount than the clearing accounts of gateways have.';
"""

UNBOOKED_CHARGEBACKS = """
CREATE FUNCTION payments_unbooked_chargebacks() RETURNS TABLE (subject text, expected text, found text)
LANGUAGE sql STABLE AS $$
    WITH booked AS (
        SELECT t.cause_id AS id, sum(e.amount) AS amount
        FROM ledger_account a
        JOIN ledger_entry e ON e.account_id = a.id
        JOIN ledger_transfer t ON t.id = e.transfer_id AND t.cause_type = 'CHARGEBACK'
        WHERE a.kind = 'GATEWAY_CLEARING' GROUP BY 1
    )
    SELECT 'chargeback ' || coalesce(c.gateway || ' ' || c.gateway_id, b.id::text),
           coalesce(c.taken_minor + c.fee_minor, 0)::text, coalesce(b.amount, 0)::text
    FROM payments_chargeback c FULL JOIN booked b ON b.id = c.id
    WHERE coalesce(c.taken_minor + c.fee_minor, 0) <> coalesce(b.amount, 0)
    UNION ALL
    SELECT 'open chargebacks in ' || m.currency, m.known::text, m.booked::text
    FROM (
        SELECT a.currency, ledger_balance_of(a.id) AS booked, coalesce((
            SELECT -sum(c.taken_minor) FROM payments_chargeback c
            WHERE c.currency = a.currency AND c.closed_at IS NULL), 0) AS known
        FROM ledger_account a WHERE a.kind = 'CHARGEBACKS'
    ) AS m WHERE m.known <> m.booked
    ORDER BY 1
$$;
COMMENT ON FUNCTION payments_unbooked_chargebacks IS
    'Chargebacks for which the desk knows another amount taken than the accounts have.';
"""

UNSOUND_SHARES = """
CREATE FUNCTION payments_unsound_shares() RETURNS TABLE (subject text, expected text, found text) LANGUAGE sql STABLE AS $$
    SELECT 'refund ' || r.reference, r.amount_minor || ' ' || r.currency, b.amount || ' ' || r.currency
    FROM payments_refund r
    JOIN LATERAL (
        SELECT sum(e.amount) AS amount FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id AND e.amount > 0
        WHERE t.idempotency_key = 'refund:' || r.id
    ) AS b ON b.amount <> r.amount_minor
    WHERE r.has_left_escrow
    UNION ALL
    SELECT 'share ' || s.id || ' of payment ' || p.reference, s.amount_minor || ' ' || h.currency,
           h.gross_minor || ' ' || h.currency
    FROM payments_paymentallocation s
    JOIN ledger_hold h ON h.id = s.hold_id AND h.gross_minor <> s.amount_minor
    JOIN payments_payment p ON p.id = s.payment_id
    UNION ALL
    SELECT 'refunds of payment ' || p.reference, p.refunded_minor || ' ' || p.currency,
           coalesce(sum(r.amount_minor) FILTER (WHERE r.status IN ('APPROVED', 'SENT', 'SUCCEEDED') AND NOT r.is_beyond AND NOT r.is_parked), 0) || ' ' || p.currency
    FROM payments_payment p LEFT JOIN payments_refund r ON r.payment_id = p.id
    GROUP BY p.id
    HAVING p.refunded_minor <> coalesce(sum(r.amount_minor) FILTER (WHERE r.status IN ('APPROVED', 'SENT', 'SUCCEEDED') AND NOT r.is_beyond AND NOT r.is_parked), 0)
    UNION ALL
    SELECT 'parked money of payment ' || p.reference, m.known::text, m.booked::text
    FROM payments_payment p CROSS JOIN LATERAL (
        SELECT p.captured_minor + p.stray_minor - coalesce((
                   SELECT sum(r.amount_minor) FROM payments_refund r
                   WHERE r.payment_id = p.id AND r.is_parked AND r.has_left_escrow), 0) AS known,
               coalesce((
                   SELECT sum(e.amount) FROM ledger_transfer t
                   JOIN ledger_entry e ON e.transfer_id = t.id JOIN ledger_account a ON a.id = e.account_id
                   WHERE a.kind = 'SUSPENSE' AND t.idempotency_key IN (
                       SELECT 'suspense:' || p.gateway || ':' || p.id UNION ALL
                       SELECT 'refund:' || r.id FROM payments_refund r WHERE r.payment_id = p.id AND r.is_parked)), 0) AS booked
    ) AS m
    WHERE p.status IN ('NEEDS_REVIEW', 'RESOLVED') AND m.known <> m.booked
    ORDER BY 1
$$;
COMMENT ON FUNCTION payments_unsound_shares IS
    'Refunds, shares and sums of payments of which the books, or the rows that they sum, tell another amount.';
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial"), ("ledger", "0002_functions")]

    operations = [
        migrations.RunSQL(
            RECEIVE_EVENT,
            "DROP FUNCTION payments_receive_event(uuid, text, text, text, text, text, bytea, text, timestamptz);",
        ),
        migrations.RunSQL(UNBOOKED, "DROP FUNCTION payments_unbooked();"),
        migrations.RunSQL(UNBOOKED_CHARGEBACKS, "DROP FUNCTION payments_unbooked_chargebacks();"),
        migrations.RunSQL(UNSOUND_SHARES, "DROP FUNCTION payments_unsound_shares();"),
    ]
