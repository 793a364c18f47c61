#!/usr/bin/env bash
# restore.sh FOLDER: the database named by RESTORE_DATABASE_URL holds what the backup in FOLDER holds, or is untouched.
# Environment: RESTORE_DATABASE_URL (an empty database); optional RESTORE_MEDIA (a folder for the uploads).
set -euo pipefail

folder="${1:?restore.sh FOLDER (one of the folders that backup.sh made)}"
(cd "$folder" && sha256sum --check --quiet SHA256SUMS)

tables="$(psql --no-psqlrc --no-password --tuples-only --no-align --dbname="${RESTORE_DATABASE_URL}" --command \
    "SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE nspname = 'public' AND relkind IN ('r', 'p') AND relname <> 'spatial_ref_sys'")"
if [[ "$tables" != 0 ]]; then
    echo "The database has $tables tables already; restore into an empty one and switch over to it." >&2
    exit 2
fi
# The run-time role belongs to the server, not to the database: the dump grants to it but does not make it.
psql --no-psqlrc --no-password --quiet --dbname="${RESTORE_DATABASE_URL}" --set=ON_ERROR_STOP=1 --command \
    "DO \$\$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'guild_app') THEN CREATE ROLE guild_app NOLOGIN; END IF;
     EXECUTE format('GRANT guild_app TO %I', current_user); END \$\$"
pg_restore --no-password --exit-on-error --single-transaction --no-owner --dbname="${RESTORE_DATABASE_URL}" "$folder/database.dump"
psql --no-psqlrc --no-password --quiet --dbname="${RESTORE_DATABASE_URL}" --command "ANALYZE"
if [[ -n "${RESTORE_MEDIA:-}" && -f "$folder/media.tar.gz" ]]; then
    mkdir -p "${RESTORE_MEDIA}"
    tar --extract --gzip --file="$folder/media.tar.gz" --directory="${RESTORE_MEDIA}"
fi
echo "Restored from $folder. Next: manage.py migrate --check, manage.py ledger verify."
