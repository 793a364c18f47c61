"""What may be asked of disputes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q

from apps.accounts.states import ACTING_OPS_ROLES, OPS_ROLES
from apps.catalog import queries as catalog
from apps.core.api.actions import AvailableAction
from apps.core.errors import DomainError, NotAllowed
from apps.core.money import Money
from apps.disputes import rules
from apps.disputes.errors import NoSuchDispute
from apps.disputes.models import Dispute, DisputedHold, DisputeMessage, Evidence
from apps.disputes.models.dispute import DisputeQuerySet
from apps.disputes.rules import Viewer


def viewer_of(user: Any) -> Viewer:
    """The person as somebody who looks at disputes."""
    kinds = list(catalog.memberships_of(user).values_list("business_id", flat=True))
    return Viewer(
        user_id=user.pk,
        role=user.role,
        is_ops=user.role in OPS_ROLES,
        acts_for_ops=user.role in ACTING_OPS_ROLES,
        desk_ids=frozenset(catalog.desk_business_ids(user)),
        business_ids=frozenset(kinds),
    )


def visible_to(viewer: Viewer) -> DisputeQuerySet:
    """The disputes that the person may see: their own and their desk's; the marketplace's people see all."""
    disputes: DisputeQuerySet = Dispute.objects.with_people()
    if viewer.is_ops:
        return disputes
    return disputes.filter(Q(customer_id=viewer.user_id) | Q(business_id__in=viewer.desk_ids))


def find_visible(viewer: Viewer, dispute_id: UUID) -> Dispute:
    """The dispute with all that was said, when the person may see it. Raises: NoSuchDispute."""
    told, shown = DisputeMessage.objects.select_related("by"), Evidence.objects.all()
    if not viewer.is_ops:
        told, shown = told.for_sides(), shown.for_sides()
    dispute: Dispute | None = (
        visible_to(viewer)
        .filter(pk=dispute_id)
        .prefetch_related(
            Prefetch("holds", DisputedHold.objects.select_related("hold")),
            Prefetch("messages", told.order_by("id")),
            Prefetch("evidence", shown.order_by("id")),
        )
        .first()
    )
    if dispute is None:
        raise NoSuchDispute
    return dispute


def disputes_about(unit_type: str, unit_id: UUID) -> list[Dispute]:
    """Every dispute that there was about one thing paid for, in order."""
    return list(Dispute.objects.of_unit(unit_type, unit_id))


def count_open() -> int:
    """How many wait for a decision."""
    return int(Dispute.objects.open().count())


def next_alert() -> datetime | None:
    """When the next open dispute becomes overdue."""
    waiting = Dispute.objects.open().filter(alerted_at__isnull=True).order_by("due_at")
    return waiting.values_list("due_at", flat=True).first()


def available_actions(dispute: Dispute, viewer: Viewer) -> list[AvailableAction]:
    """What the person could do with the dispute as it stands. Its holds are at hand."""
    acts: list[tuple[str, str, DomainError | None, str | None, datetime | None]] = [
        ("message", "messages", rules.why_not_write(viewer, dispute), None, None),
        (
            "withdraw", "withdraw", rules.why_not_withdraw(viewer, dispute),
            "The money clears again, and goes to the business when its time is over.", None,
        ),
        ("decide", "decide", rules.why_not_decide(viewer, dispute), _money_on_decide(dispute), dispute.due_at),
    ]  # fmt: skip
    return [
        AvailableAction(
            name=name, method="POST", path=f"/api/v1/disputes/{dispute.pk}/{path}/", deadline=deadline, money_effect=money,
            enabled=refusal is None, reason=None if refusal is None else refusal.message,
        )
        for name, path, refusal, money, deadline in acts
        # What one may never do, and what the state does not allow, is not listed; a party of operations reads why.
        if refusal is None or (isinstance(refusal, NotAllowed) and name == "decide" and viewer.acts_for_ops)
    ]  # fmt: skip


def left_minor(dispute: Dispute) -> int:
    """What is still frozen for it. Its holds are at hand."""
    return sum(each.hold.left_minor for each in dispute.holds.all() if each.is_frozen)


def _money_on_decide(dispute: Dispute) -> str:
    return f"{Money(left_minor(dispute), dispute.currency)} goes where the decision says."
