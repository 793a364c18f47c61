"""Who may do what with a business. Membership decides; the marketplace's own people act by their level."""

from datetime import datetime
from typing import Any, Protocol

from apps.accounts.states import ACTING_OPS_ROLES, OPS_ROLES, Role
from apps.catalog.models import Business, Membership, StaffMember
from apps.core.conf import timer


def may_be_booked(business: Business, at: datetime) -> bool:
    """Whether new jobs may be taken and money received: verified, active, and its papers in order or just lapsed.

    Source: Catalogue, "Verification lives": an expired paper first lowers the rank, then stops new jobs.
    """
    return business.is_bookable and not papers_stop_jobs(business, at)


class HasPapers(Protocol):
    """A business, or what was read of one."""

    @property
    def papers_lapsed_at(self) -> datetime | None:
        """Since when one of its papers has been out of date."""


def papers_stop_jobs(business: HasPapers, at: datetime) -> bool:
    """Whether a paper has been out of date for longer than the grace that is left for a new one."""
    lapsed_at = business.papers_lapsed_at
    return lapsed_at is not None and at >= lapsed_at + timer("PAPER_GRACE")


def may_receive_money(business: Business) -> bool:
    """Whether money may be taken for it and paid out to it: what was earned before a paper lapsed stays earned."""
    return business.may_be_paid


def is_owner(user: Any, business: Business) -> bool:
    """Whether the business is the person's own."""
    return bool(user.is_authenticated and business.owner_id == user.pk)


def may_manage_business(user: Any, business: Business) -> bool:
    """Its profile, people, services, products, prices: the owner, and the marketplace's acting people."""
    return is_owner(user, business) or _acts_for_the_marketplace(user)


def may_run_desk(user: Any, business: Business) -> bool:
    """Its bookings, rosters and schedules: owner and employees, and the marketplace's acting people."""
    return may_manage_business(user, business) or works_at_desk(user, business)


def may_look_at_desk(user: Any, business: Business) -> bool:
    """As ``may_run_desk``, and the marketplace's people who only look."""
    return may_run_desk(user, business) or bool(user.is_authenticated and user.role in OPS_ROLES)


def may_see_bank_details(user: Any, business: Business) -> bool:
    """Bank account and CAC number: the owner and ``ADMIN``, nobody else.

    Source: Accounts, "Profiles".
    """
    return is_owner(user, business) or bool(user.is_authenticated and user.role == Role.ADMIN)


def may_decide_verification(user: Any) -> bool:
    """Verify, reject, suspend: ``ADMIN``."""
    return bool(user.is_authenticated and user.role == Role.ADMIN)


def may_edit_practitioner(user: Any, staff: StaffMember) -> bool:
    """The public page: the person, the business's owner, and the marketplace's acting people. Needs ``staff.business``."""
    return bool(user.is_authenticated and staff.user_id == user.pk) or may_manage_business(user, staff.business)


def works_at_desk(user: Any, business: Business) -> bool:
    """Whether the person owns the business or is employed at its desk."""
    if not user.is_authenticated:
        return False
    return bool(Membership.objects.active().of_user(user).desk().filter(business=business).exists())


def performs_for(user: Any, business: Business) -> bool:
    """Whether the person performs jobs for the business."""
    if not user.is_authenticated:
        return False
    return bool(StaffMember.objects.assignable().filter(business=business, user_id=user.pk).exists())


def _acts_for_the_marketplace(user: Any) -> bool:
    return bool(user.is_authenticated and user.role in ACTING_OPS_ROLES)
