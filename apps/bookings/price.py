"""What a booking costs: lines that add up to the total. Pure arithmetic on what the catalogue says."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.core.api.fields import money_out
from apps.core.money import BASIS_POINTS, apply_rate

NO_PREMIUM = Decimal("1.00")
OWNER_PREMIUM = "OWNER_PREMIUM"
PACKAGE_USE = "PACKAGE_USE"


@dataclass(frozen=True, slots=True)
class ChosenExtra:
    """Something chosen on top of the service."""

    id: UUID
    name: str
    price_minor: int
    duration_min: int


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line of a price, in minor units."""

    kind: str
    label: str
    amount_minor: int
    extra_id: UUID | None = None

    def frozen(self) -> dict[str, Any]:
        """As it is kept in a booking."""
        line = {"kind": self.kind, "label": self.label, "amount_minor": self.amount_minor}
        return line if self.extra_id is None else {**line, "extra_id": str(self.extra_id)}


@dataclass(frozen=True, slots=True)
class Price:
    """A price with every line, and the multiplier that was applied to the base."""

    currency: str
    base_minor: int
    multiplier: Decimal
    lines: tuple[PriceLine, ...]

    @property
    def total_minor(self) -> int:
        """What all lines come to."""
        return sum(line.amount_minor for line in self.lines)

    def out(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "base": money_out(self.base_minor, self.currency),
            "multiplier": str(self.multiplier),
            "lines": lines_out([line.frozen() for line in self.lines], self.currency),
            "total": money_out(self.total_minor, self.currency),
        }


def price_of(
    *,
    title: str,
    base_minor: int,
    currency: str,
    multiplier: Decimal,
    extras: Sequence[ChosenExtra],
    seats: int = 1,
    package: str = "",
) -> Price:
    """The base for each seat, the owner's premium on it where there is one, and the chosen extras at their own price.

    A use of the ``package`` of that name pays for the base of one seat; the premium and the extras are on top.
    """
    of_one, base_minor = base_minor, base_minor * seats
    lines = [PriceLine("SERVICE", title if seats == 1 else f"{title} × {seats}", base_minor)]
    if package:
        lines.append(PriceLine(PACKAGE_USE, package, -of_one))
    if multiplier != NO_PREMIUM:
        with_premium = apply_rate(base_minor, int(multiplier * BASIS_POINTS))
        lines.append(PriceLine(OWNER_PREMIUM, f"Owner's premium × {multiplier}", with_premium - base_minor))
    lines += [PriceLine("EXTRA", extra.name, extra.price_minor, extra.id) for extra in extras]
    return Price(currency=currency, base_minor=base_minor, multiplier=multiplier, lines=tuple(lines))


def lines_out(lines: Sequence[dict[str, Any]], currency: str) -> list[dict[str, Any]]:
    """Frozen lines as the API shows them."""
    return [
        {"kind": line["kind"], "label": line["label"], "amount": money_out(line["amount_minor"], currency)}
        for line in lines
    ]
