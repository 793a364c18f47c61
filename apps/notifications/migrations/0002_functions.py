"""The one call by which people are told."""

from django.db import migrations

ENQUEUE = """
CREATE FUNCTION notifications_enqueue(notices jsonb, at_in timestamptz)
RETURNS TABLE (notification_id uuid)
LANGUAGE sql AS $$
-- Notifications that are new, and a delivery for each of their channels that the person has not muted.
-- A person that another transaction is telling the same waits for it, and then finds that it is told.
WITH input AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(notices) AS row_in(
        id uuid, user_id uuid, recipient text, to_email text, to_phone text, language text, notification_type text,
        context jsonb, attachments jsonb, subject_type text, subject_id text, subject_reference text,
        business_id uuid, priority text, dedupe_key text, on_dashboard boolean, may_mute_dashboard boolean,
        may_mute boolean, expires_at timestamptz, rank smallint, deliveries jsonb
    )
),
muted AS (
    SELECT DISTINCT preference.user_id, preference.notification_type, preference.channel
    FROM notifications_preference AS preference
    JOIN input ON input.user_id = preference.user_id AND input.notification_type = preference.notification_type
    WHERE NOT preference.is_enabled
),
made AS (
    INSERT INTO notifications_notification (
        id, created_at, updated_at, user_id, recipient, to_email, to_phone, language, notification_type, title,
        message, context, attachments, subject_type, subject_id, subject_reference, business_id, priority, dedupe_key,
        on_dashboard, is_read, sent_to_email
    )
    SELECT input.id, at_in, at_in, input.user_id, input.recipient, input.to_email, input.to_phone, input.language,
        input.notification_type, '', '', input.context, input.attachments, input.subject_type, input.subject_id,
        input.subject_reference, input.business_id, input.priority, input.dedupe_key,
        input.on_dashboard AND NOT (input.may_mute_dashboard AND EXISTS (
            SELECT FROM muted WHERE muted.user_id = input.user_id
                AND muted.notification_type = input.notification_type AND muted.channel = 'DASHBOARD'
        )),
        false, false
    FROM input
    ON CONFLICT (recipient, dedupe_key) DO NOTHING
    RETURNING id
),
deliveries AS (
    INSERT INTO notifications_deliverylog (
        id, created_at, updated_at, notification_id, channel, state, rank, attempts, next_attempt_at, expires_at, address,
        provider_id, last_error
    )
    SELECT delivery.id, at_in, at_in, input.id, delivery.channel, 'PENDING', input.rank, 0, at_in, input.expires_at, '', '', ''
    FROM made
    JOIN input ON input.id = made.id
    CROSS JOIN LATERAL jsonb_to_recordset(input.deliveries) AS delivery(id uuid, channel text)
    WHERE NOT (input.may_mute AND EXISTS (
        SELECT FROM muted WHERE muted.user_id = input.user_id
            AND muted.notification_type = input.notification_type AND muted.channel = delivery.channel
    ))
)
SELECT made.id FROM made;
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [migrations.RunSQL(ENQUEUE, "DROP FUNCTION notifications_enqueue(jsonb, timestamptz);")]
