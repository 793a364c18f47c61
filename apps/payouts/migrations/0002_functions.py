from django.db import migrations

UNBOOKED = """
CREATE FUNCTION payouts_unbooked() RETURNS TABLE (subject text, expected text, found text) LANGUAGE sql STABLE AS $$
    WITH booked AS (
        SELECT t.cause_id AS id, a.currency::text AS currency,
               coalesce(sum(e.amount) FILTER (WHERE a.kind = 'PAYOUTS_IN_TRANSIT'), 0) AS transit,
               coalesce(sum(e.amount) FILTER (WHERE a.kind = 'GATEWAY_CLEARING'), 0) AS sent
        FROM ledger_transfer t
        JOIN ledger_entry e ON e.transfer_id = t.id
        JOIN ledger_account a ON a.id = e.account_id
        WHERE t.cause_type = 'PAYOUT' GROUP BY 1, 2
    ), known AS (
        SELECT p.id, p.reference, p.currency::text AS currency,
               CASE WHEN p.state IN ('REQUESTED', 'IN_TRANSIT') THEN p.amount_minor ELSE 0 END AS transit,
               CASE p.state WHEN 'PAID' THEN p.amount_minor + p.fee_minor WHEN 'REVERSED' THEN p.fee_minor ELSE 0 END AS sent
        FROM payouts_payout p
    )
    SELECT 'payout ' || coalesce(k.reference, b.id::text),
           coalesce(k.transit, 0) || ' in transit, ' || coalesce(k.sent, 0) || ' sent ' || coalesce(k.currency, b.currency),
           coalesce(b.transit, 0) || ' in transit, ' || coalesce(b.sent, 0) || ' sent ' || coalesce(b.currency, k.currency)
    FROM known k FULL JOIN booked b ON b.id = k.id AND b.currency = k.currency
    WHERE (coalesce(k.transit, 0), coalesce(k.sent, 0)) <> (coalesce(b.transit, 0), coalesce(b.sent, 0)) OR k.id IS NULL
    ORDER BY 1
$$;
COMMENT ON FUNCTION payouts_unbooked IS
    'Payouts whose entries, in transit and with the gateway, are others than their state and amount say.';
"""


class Migration(migrations.Migration):
    dependencies = [("payouts", "0001_initial"), ("ledger", "0002_functions")]

    operations = [migrations.RunSQL(UNBOOKED, "DROP FUNCTION payouts_unbooked();")]
