"""Saved addresses: normalised, located, one of them the default."""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction

from apps.accounts import geocoding, queries
from apps.accounts.errors import TooMany
from apps.accounts.models import Address, User
from apps.accounts.states import PointSource
from apps.core.errors import Invalid, NotFound

MOST = 50
_PLACE = ("lines", "city", "state", "country")


@dataclass(frozen=True, kw_only=True)
class AddressText:
    """What a person wrote; ``pin`` is a point that was set by hand."""

    label: str
    lines: list[str]
    city: str
    country: str
    state: str = ""
    landmark: str = ""
    postal_code: str = ""
    pin: Point | None = field(default=None)


def normalise(text: AddressText) -> AddressText:
    """The same address, written the one way in which we keep it. Raises: Invalid when no line is left."""
    country = _plain(text.country).upper()
    lines = [line for line in map(_plain, text.lines) if line]
    if not lines:
        raise Invalid(errors={"lines": ["Write at least one line."]})
    city = _plain(text.city)
    if not city:
        raise Invalid(errors={"city": ["Name the city."]})
    return replace(
        text,
        label=_plain(text.label) or "Address",
        lines=lines,
        landmark=_plain(text.landmark),
        city=geocoding.city_as_written(country, city),
        state=_plain(text.state),
        postal_code=_plain(text.postal_code).upper(),
        country=country,
    )


def add_address(*, user: User, text: AddressText, is_default: bool, at: datetime) -> Address:
    """The address is saved; the first one is the default. Raises: Invalid; TooMany."""
    text = normalise(text)
    point, source = _point_of(text)  # may ask a service, so before any lock is taken
    with transaction.atomic():
        User.objects.locked().get(pk=user.pk)
        others = Address.objects.filter(user=user)
        if others.count() >= MOST:
            raise TooMany(f"You can keep {MOST} addresses.")
        is_default = is_default or not others.exists()
        if is_default:
            others.filter(is_default=True).update(is_default=False)
        return Address.objects.create(
            user=user, is_default=is_default, point=point, point_source=source, created_at=at, **_columns(text)
        )


def change_address(
    *, user: User, address_id: UUID, values: dict[str, Any], at: datetime, is_default: bool = False
) -> Address:
    """What was sent of the address is stored; it is located anew when its place changed, unless pinned by hand.

    Raises: NotFound; Invalid.
    """
    known = Address.objects.filter(user=user, pk=address_id).first()
    if known is None:
        raise NotFound
    text = normalise(replace(_text_of(known), **values))
    moved = any(getattr(text, name) != getattr(known, name) for name in _PLACE)
    relocate = "pin" in values or (moved and known.point_source != PointSource.PIN)
    point, source = _point_of(text) if relocate else (known.point, known.point_source)
    with transaction.atomic():
        User.objects.locked().get(pk=user.pk)
        address = Address.objects.locked().filter(user=user, pk=address_id).first()
        if address is None:
            raise NotFound
        for name, value in _columns(text).items():
            setattr(address, name, value)
        address.point, address.point_source = point, source
        if is_default and not address.is_default:
            Address.objects.filter(user=user, is_default=True).update(is_default=False)
            address.is_default = True
        address.save()
    return address


@transaction.atomic
def remove_address(*, user: User, address_id: UUID, at: datetime) -> None:
    """The address is gone from the person's list; if it was the default, the oldest other one is now.

    Raises: NotFound.
    """
    User.objects.locked().get(pk=user.pk)
    address = Address.objects.filter(user=user, pk=address_id).first()
    if address is None:
        raise NotFound
    was_default = address.is_default
    address.is_default = False
    address.is_deleted, address.deleted_at = True, at
    address.save()
    if was_default and (heir := queries.addresses_of(user).first()) is not None:
        heir.is_default = True
        heir.save(update_fields=["is_default"])


def _point_of(text: AddressText) -> tuple[Point | None, str]:
    if text.pin is not None:
        return text.pin, PointSource.PIN
    found = geocoding.geocoder().locate(lines=text.lines, city=text.city, state=text.state, country=text.country)
    return found, PointSource.GEOCODED if found is not None else PointSource.NONE


def _columns(text: AddressText) -> dict[str, Any]:
    names = ("label", "lines", "landmark", "city", "state", "postal_code", "country")
    return {name: getattr(text, name) for name in names}


def _text_of(address: Address) -> AddressText:
    return AddressText(
        label=address.label,
        lines=address.lines,
        landmark=address.landmark,
        city=address.city,
        state=address.state,
        postal_code=address.postal_code,
        country=address.country,
    )


def _plain(text: str) -> str:
    """Composed Unicode, single spaces, no commas hanging off the ends."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip(" ,")
