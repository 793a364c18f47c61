"""The words that bought packages send: which message, to whom, with which values."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings

from apps.core.money import Money
from apps.notifications import kinds
from apps.notifications.operations import Notice, notify_many
from apps.packages.models import Purchase, Use


def tell_bought(purchase: Purchase, *, at: datetime) -> None:
    """The customer knows what can be used, and until when."""
    told = {"price": Money(purchase.price_minor, purchase.currency)}
    _send(purchase, kinds.PACKAGE_BOUGHT, purchase.uses.select_related("service").order_by("number"), told, at=at)


def tell_expiring(purchase: Purchase, uses: Iterable[Use], *, at: datetime) -> None:
    """The customer knows what runs out, and when."""
    _send(purchase, kinds.PACKAGE_EXPIRING, uses, {}, at=at)


def tell_expired(purchase: Purchase, uses: Iterable[Use], *, at: datetime) -> None:
    """The customer knows what has run out."""
    _send(purchase, kinds.PACKAGE_EXPIRED, uses, {}, at=at)


def _send(purchase: Purchase, kind: Any, uses: Iterable[Use], more: dict[str, Any], *, at: datetime) -> None:
    context = {
        "package_name": purchase.title,
        "business_name": purchase.business.name,
        "uses": words_of(uses),
        "expires_at": purchase.expires_at,
        "time_zone": purchase.business.time_zone,
        "manage_url": f"{settings.PUBLIC_BASE_URL}/packages/{purchase.pk}",
        **more,
    }
    notice = Notice(
        kind=kind, user=purchase.customer, context=context, subject=purchase, business_id=purchase.business_id,
        dedupe_key=f"{kind}:{purchase.pk}",
    )  # fmt: skip
    notify_many([notice], at=at)


def words_of(uses: Iterable[Use]) -> str:
    """Which services can be used how often, such as ``3 × Massage, 1 × Facial``."""
    counted = Counter(use.service.title for use in uses)
    return ", ".join(f"{number} × {title}" for title, number in counted.items())
