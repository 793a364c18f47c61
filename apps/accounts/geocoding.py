"""From written addresses to points, by an adapter that a setting names; the default asks nobody."""

import logging
from typing import Any, Protocol

import httpx
from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils.module_loading import import_string

from apps.accounts.gazetteer import CITIES

logger = logging.getLogger(__name__)

_TIMEOUT_S = 3


class Geocoder(Protocol):
    """Finds where an address is."""

    def locate(self, *, lines: list[str], city: str, state: str, country: str) -> Point | None:
        """A point in WGS 84, or None when the address is not found."""


class OfflineGeocoder:
    """The centre of the city, from a list that comes with the product."""

    def locate(self, *, lines: list[str], city: str, state: str, country: str) -> Point | None:
        wanted = (country, city.casefold())
        found = [(at[2], point) for at, point in CITIES.items() if (at[0], at[1].casefold()) == wanted]
        if not found:
            return None
        best = next((point for its_state, point in found if its_state.casefold() == state.casefold()), found[0][1])
        return Point(*best, srid=4326)


class HttpGeocoder:
    """Asks a service that speaks as Nominatim does (``GEOCODER_URL``); falls back to the list when it does not answer."""

    def locate(self, *, lines: list[str], city: str, state: str, country: str) -> Point | None:
        query: dict[str, Any] = {
            "format": "jsonv2",
            "limit": 1,
            "street": ", ".join(lines),
            "city": city,
            "state": state,
        }
        try:
            answer = httpx.get(
                settings.GEOCODER_URL, params={**query, "countrycodes": country.lower()}, timeout=_TIMEOUT_S
            )
            answer.raise_for_status()
            found: list[dict[str, Any]] = answer.json()
            if found:
                return Point(float(found[0]["lon"]), float(found[0]["lat"]), srid=4326)
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            logger.warning("geocoder_failed")
        return OfflineGeocoder().locate(lines=lines, city=city, state=state, country=country)


def geocoder() -> Geocoder:
    """The adapter that is set."""
    made: Geocoder = import_string(settings.GEOCODER)()
    return made


def city_as_written(country: str, city: str) -> str:
    """The city as our list spells it, or as it was typed."""
    spelled = (at[1] for at in CITIES if at[0] == country and at[1].casefold() == city.casefold())
    return next(spelled, city)
