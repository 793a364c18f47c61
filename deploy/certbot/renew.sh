#!/bin/sh
# A certificate of Let's Encrypt for SERVER_NAME is there and stays fresh.
set -eu
trap exit TERM
live="/etc/letsencrypt/live/${SERVER_NAME}"
while :; do
    if [ -e "$live/.made-up" ]; then
        # certbot wants the folder to itself; Nginx holds the made-up certificate in memory meanwhile.
        mv "$live" "$live.made-up.$$"
    fi
    if [ ! -e "$live/fullchain.pem" ]; then
        if certbot certonly --webroot -w /var/www/challenges -d "${SERVER_NAME}" \
            --email "${LETSENCRYPT_EMAIL}" --agree-tos --non-interactive --keep-until-expiring; then
            rm -rf "$live".made-up.*
        else
            for kept in "$live".made-up.*; do [ -e "$kept" ] && mv "$kept" "$live"; done
            sleep 900 & wait $!
            continue
        fi
    else
        certbot renew --webroot -w /var/www/challenges --quiet || true
    fi
    sleep 43200 & wait $!
done
