"""What the catalogue does when a fact is stated: it tells the people concerned, and forgets who is gone."""

from apps.accounts.events import UserErased
from apps.catalog import events, notices, operations
from apps.core import clock


def invite_by_mail(event: events.MemberInvited) -> None:
    """The invited address has its link."""
    notices.tell_invited(membership_id=event.membership_id, at=clock.now())


def tell_ops_of_file(event: events.BusinessApplied) -> None:
    """Ops know that a file waits."""
    notices.tell_ops_of_file(business_id=event.business_id, at=event.applied_at)


def tell_verified(event: events.BusinessVerified) -> None:
    """The owner knows."""
    notices.tell_verified(business_id=event.business_id, at=event.verified_at)


def tell_rejected(event: events.BusinessRejected) -> None:
    """The owner knows, and why."""
    notices.tell_rejected(business_id=event.business_id, reason=event.reason, at=event.rejected_at)


def tell_suspended(event: events.BusinessSuspended) -> None:
    """The owner knows, and why."""
    notices.tell_suspended(business_id=event.business_id, reason=event.reason, at=event.suspended_at)


def tell_bank_details_changed(event: events.BankDetailsChanged) -> None:
    """The owner knows."""
    notices.tell_bank_details_changed(business_id=event.business_id, at=event.changed_at)


def warn_of_paper(event: events.PaperExpiring) -> None:
    """The owner knows how long the paper still holds."""
    notices.tell_paper_expiring(
        business_id=event.business_id,
        paper_id=event.paper_id,
        expires_on=event.expires_on,
        days_left=event.days_left,
        at=clock.now(),
    )


def tell_paper_expired(event: events.PaperExpired) -> None:
    """The owner knows when new jobs stop."""
    notices.tell_paper_expired(
        business_id=event.business_id,
        paper_id=event.paper_id,
        expired_on=event.expired_on,
        jobs_stop_at=event.jobs_stop_at,
        at=clock.now(),
    )


def forget_worker(event: UserErased) -> None:
    """Nothing personal is left of somebody who is gone."""
    operations.forget_worker(user_id=event.user_id, at=event.erased_at)
