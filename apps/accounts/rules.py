"""Who may, and what is still asked of whom. Pure predicates over one person."""

from typing import Any

from django.conf import settings

from apps.accounts.states import SECOND_FACTOR_ROLES, Role


def needs_second_factor(user: Any) -> bool:
    """Whether this person's role may not work without a second factor."""
    return bool(settings.SECOND_FACTOR_REQUIRED and user.role in SECOND_FACTOR_ROLES)


def may_sign_in(user: Any) -> bool:
    """Whether the account opens at all: not for guests, nor while suspended, nor after erasure."""
    return bool(user.is_active and not user.is_deleted and not user.is_guest)


def may_manage_people(user: Any) -> bool:
    """Whether the person may change roles, suspend and restore."""
    return bool(user.is_authenticated and user.role == Role.ADMIN)


def may_be_viewed(user: Any) -> bool:
    """Whether ops may look at this person's screen: customers only, for owners' screens show bank details."""
    return bool(user.role == Role.CUSTOMER and may_sign_in(user))


def signs_in_by_code(user: Any) -> bool:
    """Whether a code to the phone opens the account: a proven phone, or one that is all there is.

    An unproven number beside an e-mail does not: it may be mistyped, and would open the account to a stranger.
    """
    return bool(user.phone and may_sign_in(user) and (user.phone_verified_at or not user.email))
