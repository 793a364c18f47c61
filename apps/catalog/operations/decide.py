"""What an administrator decides about a business's verification."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django_fsm import TransitionNotAllowed

from apps.catalog.errors import VerificationWrongState
from apps.catalog.events import BusinessRejected, BusinessSuspended, BusinessVerified
from apps.catalog.models import Business, VerificationPaper
from apps.catalog.operations._access import decided_business
from apps.catalog.operations.papers import approve_locked_paper
from apps.catalog.states import PaperState
from apps.core import audit, events, public_cache


@transaction.atomic
def verify_business(*, business_id: UUID, reason: str, by: Any, at: datetime) -> Business:
    """The business may be booked and paid; the papers that were sent are approved with it.

    Raises: NotAllowed; BusinessNotFound; VerificationWrongState.
    """
    business = decided_business(business_id=business_id, by=by)
    _decide(business, partial(business.verify, reason=reason, at=at), by=by, at=at, reason=reason)
    for paper in VerificationPaper.objects.locked().filter(business=business, state=PaperState.SUBMITTED):
        approve_locked_paper(paper, business=business, by=by, at=at)
    events.publish(BusinessVerified(business_id=business.pk, owner_id=business.owner_id, verified_at=at))
    return business


@transaction.atomic
def reject_business(*, business_id: UUID, reason: str, by: Any, at: datetime) -> Business:
    """The file is refused, with the papers in it; the owner may send a better one.

    Raises: NotAllowed; BusinessNotFound; VerificationWrongState.
    """
    business = decided_business(business_id=business_id, by=by)
    _decide(business, partial(business.reject, reason=reason), by=by, at=at, reason=reason)
    for paper in VerificationPaper.objects.locked().filter(business=business, state=PaperState.SUBMITTED):
        paper.refuse(by=by, at=at, reason=reason)
        paper.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    events.publish(BusinessRejected(business_id=business.pk, owner_id=business.owner_id, reason=reason, rejected_at=at))
    return business


@transaction.atomic
def suspend_business(*, business_id: UUID, reason: str, by: Any, at: datetime) -> Business:
    """No new job can be booked and no money paid out, until the business is verified again.

    Raises: NotAllowed; BusinessNotFound; VerificationWrongState.
    """
    business = decided_business(business_id=business_id, by=by)
    _decide(business, partial(business.suspend, reason=reason), by=by, at=at, reason=reason)
    events.publish(
        BusinessSuspended(business_id=business.pk, owner_id=business.owner_id, reason=reason, suspended_at=at)
    )
    return business


def _decide(business: Business, move: "partial[None]", *, by: Any, at: datetime, reason: str) -> None:
    before = business.verification_status
    try:
        move()
    except TransitionNotAllowed as error:
        words = business.get_verification_status_display()
        raise VerificationWrongState(f"A business that is {words} cannot be moved so.") from error
    business.save(update_fields=["verification_status", "verified_at", "verification_reason"])
    audit.record(
        f"business.{business.verification_status.lower()}",
        target=business,
        by=by,
        at=at,
        before={"verification_status": before},
        after={"verification_status": business.verification_status},
        reason=reason,
    )
    public_cache.forget_all()
