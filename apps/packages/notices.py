"""The words that bought packages send: which message, to whom, with which values."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings

from apps.accounts.models import User
from apps.core.money import Money
from apps.notifications import kinds
from apps.notifications.operations import Notice, notify_many
from apps.packages.models import Purchase, Use


def tell_bought(purchase: Purchase, *, at: datetime) -> None:
    """The customer knows what can be used, and until when; the owner, who bought what."""
    price = {"price": Money(purchase.price_minor, purchase.currency)}
    uses = list(purchase.uses.select_related("service").order_by("number"))
    notices = [
        _notice(purchase, kinds.PACKAGE_BOUGHT, purchase.customer, uses, price),
        _notice(
            purchase, kinds.PACKAGE_SOLD, purchase.business.owner, uses,
            {**price, "customer_name": purchase.customer.name},
        ),
    ]  # fmt: skip
    notify_many(notices, at=at)


def tell_expiring(purchase: Purchase, uses: Iterable[Use], *, at: datetime) -> None:
    """The customer knows what runs out, and when."""
    notify_many([_notice(purchase, kinds.PACKAGE_EXPIRING, purchase.customer, uses, {})], at=at)


def tell_expired(purchase: Purchase, uses: Iterable[Use], *, at: datetime) -> None:
    """The customer knows what has run out."""
    notify_many([_notice(purchase, kinds.PACKAGE_EXPIRED, purchase.customer, uses, {})], at=at)


def _notice(purchase: Purchase, kind: Any, user: User, uses: Iterable[Use], more: dict[str, Any]) -> Notice:
    context = {
        "package_name": purchase.title,
        "business_name": purchase.business.name,
        "uses": words_of(uses),
        "expires_at": purchase.expires_at,
        "time_zone": purchase.business.time_zone,
        "manage_url": f"{settings.PUBLIC_BASE_URL}/packages/{purchase.pk}",
        **more,
    }
    return Notice(
        kind=kind, user=user, context=context, subject=purchase, business_id=purchase.business_id,
        dedupe_key=f"{kind}:{purchase.pk}",
    )  # fmt: skip


def words_of(uses: Iterable[Use]) -> str:
    """Which services can be used how often, such as ``3 × Massage, 1 × Facial``."""
    counted = Counter(use.service.title for use in uses)
    return ", ".join(f"{number} × {title}" for title, number in counted.items())
