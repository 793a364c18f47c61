#!/usr/bin/env bash
# One backup of database and uploads lies in BACKUP_FOLDER, whole and readable, or nothing new does.
# Environment: BACKUP_DATABASE_URL, BACKUP_FOLDER; optional BACKUP_MEDIA (a folder), BACKUP_KEEP_DAYS (14).
set -euo pipefail
umask 077

keep_days="${BACKUP_KEEP_DAYS:-14}"
stamp="$(date -u +%Y%m%dT%H%M%SZ)"
mkdir -p "${BACKUP_FOLDER}"
work="$(mktemp -d "${BACKUP_FOLDER}/.unfinished-XXXXXX")"
trap 'rm -rf "$work"' EXIT

pg_dump --format=custom --compress=6 --no-password --dbname="${BACKUP_DATABASE_URL}" --file="$work/database.dump"
# A dump that cannot be listed is no backup.
pg_restore --list "$work/database.dump" >"$work/contents.txt"
grep -q 'TABLE DATA' "$work/contents.txt"
if [[ -n "${BACKUP_MEDIA:-}" && -d "${BACKUP_MEDIA}" ]]; then
    tar --create --gzip --file="$work/media.tar.gz" --directory="${BACKUP_MEDIA}" .
fi
(cd "$work" && sha256sum -- *.* >SHA256SUMS)
target="${BACKUP_FOLDER}/${stamp}"
mv --no-target-directory "$work" "$target"
trap - EXIT

find "${BACKUP_FOLDER}" -mindepth 1 -maxdepth 1 -type d -name '[0-9]*T*Z' -mtime "+${keep_days}" -exec rm -rf {} +
echo "$target"
