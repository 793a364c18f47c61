"""What ops do to people's accounts: roles, suspension, a look at a screen."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from apps.accounts import rules, tokens
from apps.accounts.errors import LastAdmin, NotViewable, OwnAccount
from apps.accounts.events import ProfileViewed, RoleChanged, UserRestored, UserSuspended
from apps.accounts.models import User
from apps.accounts.operations.activity import note_activity
from apps.accounts.operations.sessions import end_all_tokens
from apps.accounts.states import BUSINESS_ROLES, OPS_ROLES, ActivityKind, Role, SignInEnd
from apps.core import audit
from apps.core.conf import timer
from apps.core.errors import NotFound, WrongState
from apps.core.events import publish


@dataclass(frozen=True, kw_only=True)
class View:
    """A read-only token onto somebody's screen."""

    access: str
    ends_at: datetime


@transaction.atomic
def change_role(*, user_id: UUID, role: str, by: User, at: datetime, reason: str = "") -> User:
    """The person has the role, and every token of the old one has ended. The same role again changes nothing.

    Raises: NotFound; OwnAccount; LastAdmin.
    """
    user = _somebody_else(user_id, by=by)
    if user.role == role:
        return user
    old_role = user.role
    if old_role == Role.ADMIN:
        _keep_an_admin(user)
    # Who runs a business's desk keeps its back office; who leaves the marketplace's own people loses theirs.
    runs_a_desk = user.is_staff and not user.is_ops and role in BUSINESS_ROLES
    user.role, user.is_staff = role, role in OPS_ROLES or runs_a_desk
    user.save(update_fields=["role", "is_staff"])
    end_all_tokens(user_id=user.pk, reason=SignInEnd.ROLE_CHANGED, at=at)
    user.refresh_from_db(fields=["token_version"])
    note_activity(user_id=user.pk, kind=ActivityKind.ROLE_CHANGED, at=at, actor=by, note=f"{old_role} → {role}")
    audit.record(
        "user.role_changed", target=user, by=by, at=at, before={"role": old_role}, after={"role": role}, reason=reason
    )
    publish(RoleChanged(user_id=user.pk, old_role=old_role, new_role=role, changed_at=at))
    return user


@transaction.atomic
def suspend_user(*, user_id: UUID, by: User, at: datetime, reason: str) -> User:
    """The account is closed until restored, and every token has ended. Raises: NotFound; OwnAccount; LastAdmin; WrongState."""
    user = _somebody_else(user_id, by=by)
    if user.suspended_at is not None:
        raise WrongState("The account is suspended already.")
    if user.role == Role.ADMIN:
        _keep_an_admin(user)
    user.suspended_at, user.is_active = at, False
    user.save(update_fields=["suspended_at", "is_active"])
    end_all_tokens(user_id=user.pk, reason=SignInEnd.SUSPENDED, at=at)
    note_activity(user_id=user.pk, kind=ActivityKind.SUSPENDED, at=at, actor=by, note=reason)
    audit.record("user.suspended", target=user, by=by, at=at, reason=reason)
    publish(UserSuspended(user_id=user.pk, suspended_at=at))
    return user


@transaction.atomic
def restore_user(*, user_id: UUID, by: User, at: datetime, reason: str = "") -> User:
    """The account opens again; the person signs in anew. Raises: NotFound; OwnAccount; WrongState."""
    user = _somebody_else(user_id, by=by)
    if user.suspended_at is None:
        raise WrongState("The account is not suspended.")
    user.suspended_at, user.is_active = None, True
    user.save(update_fields=["suspended_at", "is_active"])
    note_activity(user_id=user.pk, kind=ActivityKind.RESTORED, at=at, actor=by, note=reason)
    audit.record("user.restored", target=user, by=by, at=at, reason=reason)
    publish(UserRestored(user_id=user.pk, restored_at=at))
    return user


@transaction.atomic
def view_as(*, user_id: UUID, by: User, at: datetime, reason: str) -> View:
    """``by`` may look at the customer's screen for a quarter of an hour; the customer sees that in the history.

    Raises: NotFound; NotViewable for anybody but customers.
    """
    user = User.objects.registered().filter(pk=user_id).first()
    if user is None:
        raise NotFound
    if not rules.may_be_viewed(user):
        raise NotViewable
    ends_at = at + timer("VIEW_AS_LIFE")
    note_activity(user_id=user.pk, kind=ActivityKind.VIEWED_BY_OPS, at=at, actor=by, note=reason)
    audit.record("user.viewed", target=user, by=by, at=at, reason=reason)
    publish(ProfileViewed(user_id=user.pk, viewer_id=by.pk, reason=reason, viewed_at=at))
    return View(access=tokens.sign_view(user=user, viewer=by, at=at, ends_at=ends_at), ends_at=ends_at)


def _somebody_else(user_id: UUID, *, by: User) -> User:
    # The administrators are locked with the person, all in one order: two who demote each other wait, and none is stuck.
    admins = Q(role=Role.ADMIN, is_active=True)
    people = {each.pk: each for each in User.objects.registered().filter(Q(pk=user_id) | admins).locked()}
    user = people.get(user_id)
    if user is None:
        raise NotFound
    if user.pk == by.pk:
        raise OwnAccount
    return user


def _keep_an_admin(user: User) -> None:
    # Locking all of them lets two who demote each other at once not both succeed.
    admins = User.objects.registered().filter(role=Role.ADMIN, is_active=True).locked()
    if not any(admin.pk != user.pk for admin in admins):
        raise LastAdmin
