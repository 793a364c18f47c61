"""Branches and photos of a business's page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.catalog.models import Branch, BusinessPhoto
from apps.catalog.operations._access import managed_business
from apps.core import public_cache
from apps.core.errors import NotFound


@transaction.atomic
def add_branch(*, business_id: UUID, fields: Mapping[str, Any], by: Any, at: datetime) -> Branch:
    """The business has one more place. Raises: BusinessNotFound; NotYourBusiness."""
    business = managed_business(business_id=business_id, by=by)
    public_cache.forget_all()
    return Branch.objects.create(business=business, **fields)


@transaction.atomic
def edit_branch(*, business_id: UUID, branch_id: UUID, changes: Mapping[str, Any], by: Any, at: datetime) -> Branch:
    """The place is as ``changes`` say. Raises: BusinessNotFound; NotYourBusiness; NotFound."""
    business = managed_business(business_id=business_id, by=by)
    branch: Branch | None = Branch.objects.filter(business=business, pk=branch_id).first()
    if branch is None:
        raise NotFound
    for name, value in changes.items():
        setattr(branch, name, value)
    branch.save(update_fields=list(changes))
    public_cache.forget_all()
    return branch


@transaction.atomic
def remove_branch(*, business_id: UUID, branch_id: UUID, by: Any, at: datetime) -> None:
    """The place is gone. Raises: BusinessNotFound; NotYourBusiness; NotFound."""
    business = managed_business(business_id=business_id, by=by)
    if not Branch.objects.filter(business=business, pk=branch_id).delete()[0]:
        raise NotFound
    public_cache.forget_all()


@transaction.atomic
def add_photo(*, business_id: UUID, url: str, caption: str, position: int, by: Any, at: datetime) -> BusinessPhoto:
    """The page shows one more picture. Raises: BusinessNotFound; NotYourBusiness."""
    business = managed_business(business_id=business_id, by=by)
    public_cache.forget_all()
    return BusinessPhoto.objects.create(business=business, url=url, caption=caption, position=position)


@transaction.atomic
def remove_photo(*, business_id: UUID, photo_id: UUID, by: Any, at: datetime) -> None:
    """The picture is gone. Raises: BusinessNotFound; NotYourBusiness; NotFound."""
    business = managed_business(business_id=business_id, by=by)
    if not BusinessPhoto.objects.filter(business=business, pk=photo_id).delete()[0]:
        raise NotFound
    public_cache.forget_all()
