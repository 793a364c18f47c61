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


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [
        migrations.RunSQL(
            RECEIVE_EVENT,
            "DROP FUNCTION payments_receive_event(uuid, text, text, text, text, text, bytea, text, timestamptz);",
        ),
    ]
