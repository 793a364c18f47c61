"""Named database functions of core."""

from django.db import migrations

IDEMPOTENCY_BEGIN = """
CREATE FUNCTION core_idempotency_begin(actor_in text, key_in text)
RETURNS TABLE (locked boolean, fingerprint text, status integer, body jsonb, message text)
LANGUAGE plpgsql AS $$
-- One round trip: try to become the one request of this actor and key, and read what an earlier one answered.
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended(actor_in || chr(10) || key_in, 7)) THEN
        RETURN QUERY SELECT false, NULL::text, NULL::integer, NULL::jsonb, NULL::text;
        RETURN;
    END IF;
    RETURN QUERY
        SELECT true, record.fingerprint::text, record.status::integer, record.body, record.message
        FROM (SELECT 1) AS once
        LEFT JOIN core_idempotencyrecord AS record ON record.actor = actor_in AND record.key = key_in;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_app_role")]

    operations = [
        migrations.RunSQL(IDEMPOTENCY_BEGIN, "DROP FUNCTION core_idempotency_begin(text, text);"),
    ]
