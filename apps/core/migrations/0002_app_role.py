"""The role that the running product works under: it reads and writes rows, and owns no table.

``DATABASE_APP_ROLE=guild_app`` makes the run time take this role at connect; migrations run without it. Tables that
only grow (audit, ledger) take UPDATE and DELETE back in the migrations that create them.
"""

from django.db import migrations

CREATE_ROLE = """
DO $$
BEGIN
    -- A role belongs to the cluster, and several databases of one cluster may be migrated at once: whoever comes second
    -- finds it there, or collides on the catalogue's row and looks again.
    FOR attempt IN 1..20 LOOP
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'guild_app') THEN
                CREATE ROLE guild_app NOLOGIN;
            END IF;
            IF NOT EXISTS (
                SELECT 1 FROM pg_auth_members
                WHERE roleid = 'guild_app'::regrole AND member = current_user::regrole
            ) THEN
                EXECUTE format('GRANT guild_app TO %I', current_user);
            END IF;
            RETURN;
        EXCEPTION WHEN duplicate_object OR unique_violation OR internal_error THEN
            PERFORM pg_sleep(0.1);
        END;
    END LOOP;
    RAISE EXCEPTION 'The role guild_app could not be made';
END
$$;
GRANT USAGE ON SCHEMA public TO guild_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO guild_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO guild_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO guild_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO guild_app;
REVOKE UPDATE, DELETE, TRUNCATE ON core_auditentry FROM guild_app;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(CREATE_ROLE, migrations.RunSQL.noop)]
