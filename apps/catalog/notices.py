"""The words that the catalogue sends: which message, to whom, with which values."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from apps.accounts.models import User
from apps.catalog.invitations import token_of
from apps.catalog.models import Business, Membership, VerificationPaper
from apps.catalog.states import MembershipKind
from apps.notifications import kinds
from apps.notifications import operations as notifications
from apps.notifications.notices import Notice


def tell_invited(*, membership_id: UUID, at: datetime) -> None:
    """The invited address has the link by which to join, in the language of its owner where it has one here."""
    membership = Membership.objects.select_related("business", "invited_by").get(pk=membership_id)
    known = User.objects.filter(email__iexact=membership.invited_email).first()
    notifications.notify(
        kind=kinds.MEMBER_INVITED,
        user=known,
        to_email="" if known is not None else membership.invited_email,
        subject=("membership", str(membership.pk), ""),
        business_id=membership.business_id,
        at=at,
        context={
            "business_name": membership.business.name,
            "inviter_name": str(membership.invited_by or membership.business.name),
            "role_label": MembershipKind(membership.kind).label,
            "accept_url": _invitation_url(membership),
            "expires_at": membership.invitation_expires_at,
        },
    )


def tell_ops_of_file(*, business_id: UUID, at: datetime) -> None:
    """Everybody who acts for the marketplace knows that a file waits."""
    business = Business.all_objects.get(pk=business_id)
    notifications.notify_many(
        [
            Notice(
                kind=kinds.KYC_SUBMITTED,
                user=user,
                context={"business_name": business.name, "manage_url": _admin_url(business)},
                subject=("business", str(business.pk), ""),
                dedupe_key=f"kyc:{business.pk}:{at.isoformat()}",
            )
            for user in User.objects.ops().order_by("pk")
        ],
        at=at,
    )


def tell_verified(*, business_id: UUID, at: datetime) -> None:
    """The owner knows that the business can be booked and paid."""
    _tell_owner(kinds.KYC_APPROVED, business_id, {}, at=at)


def tell_rejected(*, business_id: UUID, reason: str, at: datetime) -> None:
    """The owner knows what the file lacks."""
    _tell_owner(kinds.KYC_REJECTED, business_id, {"reason": reason}, at=at)


def tell_suspended(*, business_id: UUID, reason: str, at: datetime) -> None:
    """The owner knows why no job can be booked."""
    _tell_owner(kinds.KYC_SUSPENDED, business_id, {"reason": reason}, at=at)


def tell_bank_details_changed(*, business_id: UUID, at: datetime) -> None:
    """The owner knows that the bank account was changed, in case it was not they."""
    _tell_owner(kinds.BANK_DETAILS_CHANGED, business_id, {"changed_at": at}, at=at)


def tell_paper_expiring(*, business_id: UUID, paper_id: UUID, expires_on: date, days_left: int, at: datetime) -> None:
    """The owner knows that a paper runs out."""
    context = {"paper_title": _title(paper_id), "expires_on": expires_on, "days_left": days_left}
    _tell_owner(kinds.PAPER_EXPIRING, business_id, context, at=at, key=f"{paper_id}:{days_left}")


def tell_paper_expired(
    *, business_id: UUID, paper_id: UUID, expired_on: date, jobs_stop_at: datetime, at: datetime
) -> None:
    """The owner knows that a paper has run out, and when new jobs stop."""
    context = {"paper_title": _title(paper_id), "expired_on": expired_on, "jobs_stop_at": jobs_stop_at}
    _tell_owner(kinds.PAPER_EXPIRED, business_id, context, at=at, key=str(paper_id))


def _tell_owner(
    kind: kinds.Kind, business_id: UUID, context: dict[str, object], *, at: datetime, key: str | None = None
) -> None:
    business = Business.all_objects.select_related("owner").get(pk=business_id)
    notifications.notify(
        kind=kind,
        user=business.owner,
        subject=("business", str(business.pk), ""),
        business_id=business.pk,
        at=at,
        context={"business_name": business.name, "manage_url": f"{settings.PUBLIC_BASE_URL}/business", **context},
        dedupe_key=f"{kind.name}:{business.pk}:{key or at.astimezone(ZoneInfo('UTC')).isoformat()}",
    )


def _invitation_url(membership: Membership) -> str:
    path = f"/invitations/{membership.business_id}/{membership.pk}"
    return f"{settings.PUBLIC_BASE_URL}{path}?token={token_of(membership.pk)}"


def _admin_url(business: Business) -> str:
    return f"{settings.PUBLIC_BASE_URL}/admin/catalog/business/{business.pk}/change/"


def _title(paper_id: UUID) -> str:
    return VerificationPaper.objects.values_list("title", flat=True).get(pk=paper_id)
