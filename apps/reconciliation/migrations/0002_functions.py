from django.db import migrations

UNBOOKED = """
CREATE FUNCTION reconciliation_unbooked() RETURNS TABLE (subject text, expected text, found text) LANGUAGE sql STABLE AS $$
    WITH known AS (
        SELECT b.id, leg->>0 AS address, sum((leg->>1)::bigint) AS amount
        FROM reconciliation_break b CROSS JOIN LATERAL jsonb_array_elements(b.legs) AS leg
        WHERE b.state = 'RESOLVED' GROUP BY 1, 2
    ), booked AS (
        SELECT t.cause_id AS id, a.address, sum(e.amount) AS amount
        FROM ledger_transfer t
        JOIN ledger_entry e ON e.transfer_id = t.id
        JOIN ledger_account a ON a.id = e.account_id
        WHERE t.cause_type = 'BREAK' GROUP BY 1, 2
    )
    SELECT 'break ' || coalesce(k.id, b.id) || ' on ' || coalesce(k.address, b.address),
           coalesce(k.amount, 0)::text, coalesce(b.amount, 0)::text
    FROM known k FULL JOIN booked b ON b.id = k.id AND b.address = k.address
    WHERE coalesce(k.amount, 0) <> coalesce(b.amount, 0)
    ORDER BY 1
$$;
COMMENT ON FUNCTION reconciliation_unbooked IS
    'Resolved breaks whose correction in the books is another than the one that two people agreed on.';
"""


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0001_initial"), ("ledger", "0002_functions")]

    operations = [migrations.RunSQL(UNBOOKED, "DROP FUNCTION reconciliation_unbooked();")]
