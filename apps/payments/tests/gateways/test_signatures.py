"""Signatures are checked on raw bytes, in constant time, on both sides of now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from apps.payments.gateways.errors import SignatureInvalid
from apps.payments.gateways.signatures import check_sha512, check_timestamped, sha512_signature, timestamped_signature

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BODY = b'{"id": "evt_1", "name": "Ad\\u00e1"}'
SECRETS = ("whsec_new", "whsec_old")


@pytest.mark.parametrize("secret", SECRETS)
def test_timestamped_is_accepted_from_either_secret_while_one_is_replaced(secret):
    check_timestamped(BODY, timestamped_signature(BODY, secret, at=NOW), SECRETS, at=NOW)


def test_timestamped_is_accepted_when_any_of_several_v1_matches():
    ours = timestamped_signature(BODY, "whsec_new", at=NOW)

    check_timestamped(BODY, f"{ours.replace('v1=', 'v1=00')},{ours.partition(',')[2]}", SECRETS, at=NOW)


def test_timestamped_with_only_v0_is_refused():
    header = timestamped_signature(BODY, "whsec_new", at=NOW).replace("v1=", "v0=")

    with pytest.raises(SignatureInvalid):
        check_timestamped(BODY, header, SECRETS, at=NOW)


@pytest.mark.parametrize("offset_s", [-300, 300])
def test_timestamped_at_the_edge_of_the_tolerance_is_accepted(offset_s):
    header = timestamped_signature(BODY, "whsec_new", at=NOW + timedelta(seconds=offset_s))

    check_timestamped(BODY, header, SECRETS, at=NOW)


@pytest.mark.parametrize("offset_s", [-301, 301, 3600])
def test_timestamped_outside_the_tolerance_is_refused_in_the_past_and_in_the_future(offset_s):
    header = timestamped_signature(BODY, "whsec_new", at=NOW + timedelta(seconds=offset_s))

    with pytest.raises(SignatureInvalid):
        check_timestamped(BODY, header, SECRETS, at=NOW)


@pytest.mark.parametrize(
    "header", ["", "t=,v1=", "t=x,v1=00", "v1=00", "t=1,t=2,v1=00", "nonsense", "t=9999999999999,v1=é"]
)
def test_timestamped_that_cannot_be_read_is_refused(header):
    with pytest.raises(SignatureInvalid):
        check_timestamped(BODY, header, SECRETS, at=NOW)


@pytest.mark.parametrize("body", [BODY.replace(b" ", b""), BODY.replace(b"\\u00e1", "á".encode()), BODY + b"\n"])
def test_signature_over_another_serialisation_of_the_same_json_is_refused(body):
    header = timestamped_signature(BODY, "whsec_new", at=NOW)

    with pytest.raises(SignatureInvalid):
        check_timestamped(body, header, SECRETS, at=NOW)
    with pytest.raises(SignatureInvalid):
        check_sha512(body, sha512_signature(BODY, "sk_one"), ("sk_one",))


def test_sha512_is_accepted_from_any_of_our_secrets_only():
    check_sha512(BODY, sha512_signature(BODY, "sk_two").upper(), ("sk_one", "sk_two"))

    with pytest.raises(SignatureInvalid):
        check_sha512(BODY, sha512_signature(BODY, "sk_three"), ("sk_one", "sk_two"))
    with pytest.raises(SignatureInvalid):
        check_sha512(BODY, "é", ("sk_one",))
