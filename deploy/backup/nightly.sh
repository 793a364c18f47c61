#!/usr/bin/env bash
# Every night at BACKUP_AT (UTC) a backup is made; a failed one is said and tried again after ten minutes.
set -uo pipefail
trap 'exit 0' TERM INT
while :; do
    due="$(date -u -d "today ${BACKUP_AT:-02:30}" +%s)"
    now="$(date -u +%s)"
    if ((due <= now)); then due=$((due + 86400)); fi
    sleep "$((due - now))" &
    wait $!
    until bash "$(dirname "$0")/backup.sh"; do
        echo "The backup failed; the next attempt is in ten minutes." >&2
        sleep 600 &
        wait $!
    done
done
