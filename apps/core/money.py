"""Money: whole minor units with an ISO 4217 currency. No float comes near it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from apps.core.errors import Invalid

# ISO 4217 exponents other than 2.
_EXPONENTS = {
    "JPY": 0,
    "KRW": 0,
    "UGX": 0,
    "RWF": 0,
    "XOF": 0,
    "XAF": 0,
    "VND": 0,
    "CLP": 0,
    "KWD": 3,
    "BHD": 3,
    "TND": 3,
}
_SYMBOLS = {"NGN": "₦", "USD": "$", "GBP": "£", "EUR": "€", "GHS": "GH₵", "KES": "KSh ", "ZAR": "R", "INR": "₹"}
# What the marketplace can trade in; a wider list is a decision about gateways, not about arithmetic.
CURRENCIES = (
    "NGN", "USD", "GBP", "EUR", "GHS", "KES", "ZAR", "CAD", "AUD", "INR", "RWF", "UGX", "XOF", "XAF", "EGP", "TZS", "JPY",
)  # fmt: skip
# Far above any price, far below what a bigint overflows at when summed.
MAX_MINOR = 10**15
BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units of one currency; amounts of two currencies never add up."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount_minor) is not int:
            raise TypeError("Money counts whole minor units.")

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def __str__(self) -> str:
        return f"{self.currency} {format_amount(self.amount_minor, self.currency)}"

    def _same_currency(self, other: "Money") -> None:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up.")


def exponent(currency: str) -> int:
    """How many decimal places ``currency`` has."""
    return _EXPONENTS.get(currency, 2)


def format_amount(amount_minor: int, currency: str) -> str:
    """The amount in major units with every decimal place of its currency, such as ``5000.00``."""
    places = exponent(currency)
    sign, digits = ("-" if amount_minor < 0 else ""), str(abs(amount_minor)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def money_words(amount_minor: int, currency: str) -> str:
    """The amount as people read it: ``₦5,000.00``."""
    whole, point, cents = format_amount(abs(amount_minor), currency).partition(".")
    sign = "−" if amount_minor < 0 else ""
    return f"{sign}{_SYMBOLS.get(currency, currency + ' ')}{int(whole):,}{point}{cents}"


def parse_amount(text: str, currency: str) -> int:
    """The minor units of a decimal string.

    Raises: Invalid when it is no plain decimal, has more places than the currency, or passes the largest amount.
    """
    try:
        value = Decimal(str(text)) if isinstance(text, str | int | Decimal) and not isinstance(text, bool) else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or abs(value.adjusted()) > 20:
        raise Invalid("Write the amount as a decimal string such as “5000.00”.")
    scaled = value.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise Invalid(f"{currency} has {exponent(currency)} decimal places.")
    if abs(scaled) > MAX_MINOR:
        raise Invalid("The amount is too large.")
    return int(scaled)


def apply_rate(amount_minor: int, basis_points: int) -> int:
    """``amount_minor`` × rate, rounded half up to a whole minor unit: the one rounding rule of every percentage.

    What remains after it belongs to the other side: share + (amount − share) is always the amount.
    """
    quotient, remainder = divmod(amount_minor * basis_points, BASIS_POINTS)
    return quotient + (1 if remainder * 2 >= BASIS_POINTS else 0)


def split_by_weights(total_minor: int, weights: Sequence[int]) -> list[int]:
    """``total_minor`` in parts proportional to ``weights`` by the largest remainder; the parts sum to the whole.

    Of equal remainders the earlier part gets the unit. Weights that are all zero count as equal.
    """
    if not weights or any(weight < 0 for weight in weights):
        raise ValueError("Weights are one or more non-negative integers.")
    if sum(weights) == 0:
        weights = [1] * len(weights)
    whole = sum(weights)
    parts = [total_minor * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total_minor * weights[i] % whole), i))
    for i in by_remainder[: total_minor - sum(parts)]:
        parts[i] += 1
    return parts
