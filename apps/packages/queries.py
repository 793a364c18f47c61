"""What other apps and the edges may ask of bought packages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.accounts.states import ACTING_OPS_ROLES, OPS_ROLES
from apps.catalog import queries as catalog
from apps.core import clock
from apps.core.api.actions import AvailableAction
from apps.core.money import Money
from apps.packages.errors import NoSuchPurchase, NoUseLeft, PackageExpired, PackageUnknown
from apps.packages.models import Purchase, Use
from apps.packages.models.purchase import PurchaseQuerySet
from apps.packages.states import Buyer, PurchaseStatus, UseState

# What each use is to the ledger
USE = "PACKAGE_USE"


def visible_to(user: Any) -> PurchaseQuerySet:
    """One's own purchases, those of businesses whose desk one runs; the marketplace's people see all."""
    purchases: PurchaseQuerySet = Purchase.objects.all()
    if user.role in OPS_ROLES:
        return purchases
    return purchases.filter(Q(customer_id=user.pk) | Q(business_id__in=catalog.desk_business_ids(user)))


def find_visible(user: Any, purchase_id: UUID) -> Purchase:
    """The purchase with its parts, when the person may see it. Raises: NoSuchPurchase."""
    purchase: Purchase | None = visible_to(user).with_parts().filter(pk=purchase_id).first()
    if purchase is None:
        raise NoSuchPurchase
    return purchase


@dataclass(frozen=True, slots=True)
class Looker:
    """A person with the desks they run, read once per request."""

    user_id: UUID
    acts_for_ops: bool
    desk_ids: frozenset[UUID]

    def party(self, purchase: Purchase) -> Buyer | None:
        """As whom the person acts on the purchase; None for who only looks."""
        if purchase.customer_id == self.user_id:
            return Buyer.CUSTOMER
        if purchase.business_id in self.desk_ids:
            return Buyer.DESK
        return Buyer.OPS if self.acts_for_ops else None


def looker_of(user: Any) -> Looker:
    """The person as somebody who looks at purchases."""
    return Looker(user.pk, user.role in ACTING_OPS_ROLES, frozenset(catalog.desk_business_ids(user)))


def purchase_for(*, purchase_id: UUID, customer_id: UUID, service_id: UUID) -> Purchase:
    """The customer's own paid purchase with uses of the service, spent or not. Raises: PackageUnknown."""
    found: Purchase | None = (
        Purchase.objects.filter(
            pk=purchase_id, customer_id=customer_id, status=PurchaseStatus.ACTIVE, uses__service_id=service_id
        )
        .distinct()
        .first()
    )
    if found is None:
        raise PackageUnknown(errors={"package": [PackageUnknown.default_message]})
    return found


def ensure_use_left(purchase: Purchase, *, service_id: UUID, starts_at: datetime) -> None:
    """Raises: PackageExpired, whose data says until when; NoUseLeft, whose data names other purchases with uses."""
    ensure_lasts(purchase, starts_at)
    if not Use.objects.open_at(starts_at).filter(purchase=purchase, service_id=service_id).exists():
        raise no_use_left(purchase, service_id=service_id, starts_at=starts_at)


def ensure_lasts(purchase: Purchase, starts_at: datetime) -> None:
    """Raises: PackageExpired unless its uses are for something that starts then."""
    if purchase.expires_at is None or purchase.expires_at <= starts_at:
        until = purchase.expires_at
        raise PackageExpired(data={"expires_at": clock.iso(until)})


def no_use_left(purchase: Purchase, *, service_id: UUID, starts_at: datetime) -> NoUseLeft:
    """The refusal that names the customer's other purchases from which it could be paid."""
    others = others_with_uses(purchase, service_id=service_id, starts_at=starts_at)
    return NoUseLeft(data={"others": [str(key) for key in others]})


def others_with_uses(purchase: Purchase, *, service_id: UUID, starts_at: datetime) -> list[UUID]:
    """The customer's other purchases from which something that starts then could be paid, the first to run out first."""
    open_ones = Use.objects.open_at(starts_at).filter(service_id=service_id, purchase__customer_id=purchase.customer_id)
    keys = open_ones.exclude(purchase=purchase).order_by("expires_at").values_list("purchase_id", flat=True)
    return list(dict.fromkeys(keys))


def actions_of(purchase: Purchase, party: Buyer | None, at: datetime) -> list[AvailableAction]:
    """What the person could do with the purchase, whose uses are at hand, as it stands."""
    found = []
    if party == Buyer.CUSTOMER and purchase.status == PurchaseStatus.PENDING and at < purchase.pay_until:
        found.append(_pay(purchase))
    left = [use for use in purchase.uses.all() if use.state == UseState.OPEN and use.expires_at > at]
    if party is not None and left:
        worth = Money(sum(use.worth_minor for use in left), purchase.currency)
        found.append(
            AvailableAction(
                name="refund",
                method="POST",
                path=f"/api/v1/packages/purchases/{purchase.pk}/refund/",
                deadline=purchase.expires_at,
                money_effect=f"{worth} for {len(left)} unused goes back to the customer's wallet.",
            )
        )
    return found


def _pay(purchase: Purchase) -> AvailableAction:
    is_payable = purchase.business.may_be_paid
    return AvailableAction(
        name="pay",
        method="POST",
        path="/api/v1/payments/initialize/",
        enabled=is_payable,
        reason=None if is_payable else "This business cannot receive money at the moment.",
        deadline=purchase.pay_until,
        money_effect=f"{Money(purchase.price_minor, purchase.currency)} is held in escrow, use by use.",
    )
