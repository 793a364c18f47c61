"""The link in an invitation's mail: whoever holds it reads that mailbox."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

_signer = Signer(salt="catalog.invitation")


def token_of(membership_id: UUID) -> str:
    """What the mail carries and the invited person hands back."""
    return _signer.sign(str(membership_id))


def is_token_of(token: str, membership_id: UUID) -> bool:
    """Whether the token is this invitation's."""
    try:
        return _signer.unsign(token) == str(membership_id)
    except BadSignature:
        return False
