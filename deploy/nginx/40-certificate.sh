#!/bin/sh
# Nginx can start before Let's Encrypt has answered: with a certificate of our own, replaced as soon as a true one is there.
set -eu
folder="/etc/letsencrypt/live/${SERVER_NAME}"
if [ ! -e "$folder/fullchain.pem" ]; then
    command -v openssl >/dev/null || apk add --no-cache openssl
    mkdir -p "$folder"
    openssl req -x509 -nodes -newkey rsa:2048 -days 7 -subj "/CN=${SERVER_NAME}" \
        -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem"
    touch "$folder/.made-up"
fi
# New certificates are noticed within the hour.
(while sleep 3600; do nginx -s reload; done) &
