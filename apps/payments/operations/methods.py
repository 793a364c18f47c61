"""Saved ways to pay."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.payments.errors import MethodNotFound
from apps.payments.gateways.values import SavedAuthorization
from apps.payments.models import SavedMethod


@transaction.atomic
def remember_method(*, owner_id: UUID, gateway: str, authorization: SavedAuthorization) -> SavedMethod:
    """The customer can pay this way again; the first one saved is the default."""
    digest = hashlib.sha256(authorization.token.encode()).hexdigest()
    is_first = not SavedMethod.objects.filter(owner_id=owner_id).exists()
    method, _ = SavedMethod.objects.get_or_create(
        owner_id=owner_id,
        gateway=gateway,
        token_digest=digest,
        defaults={
            "token": authorization.token,
            "customer_gateway_id": authorization.customer_gateway_id,
            "kind": authorization.method,
            "brand": authorization.brand[:40],
            "last4": authorization.last4,
            "expiry_month": authorization.expiry_month,
            "expiry_year": authorization.expiry_year,
            "is_default": is_first,
        },
    )
    return method


@transaction.atomic
def make_default(*, method_id: UUID, by: Any) -> SavedMethod:
    """The method is the one offered first. Raises: MethodNotFound."""
    methods = {method.pk: method for method in SavedMethod.objects.visible_to(by).locked()}
    chosen = methods.get(method_id)
    if chosen is None:
        raise MethodNotFound
    for method in methods.values():
        if method.is_default and method.pk != chosen.pk:
            method.is_default = False
            method.save()
    chosen.is_default = True
    chosen.save()
    return chosen


@transaction.atomic
def remove_method(*, method_id: UUID, by: Any, at: datetime) -> None:
    """The method is not offered any more; if it was the default, the newest of the rest is. Raises: MethodNotFound."""
    methods = {method.pk: method for method in SavedMethod.objects.visible_to(by).locked()}
    chosen = methods.pop(method_id, None)
    if chosen is None:
        raise MethodNotFound
    was_default, chosen.is_default = chosen.is_default, False
    chosen.save()
    chosen.soft_delete(at=at)
    if was_default and methods:
        newest = max(methods.values(), key=lambda method: (method.created_at, method.pk))
        newest.is_default = True
        newest.save()
