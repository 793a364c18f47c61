"""How value added tax is reckoned: prices are what customers pay, tax included."""

from apps.core.money import BASIS_POINTS


def vat_within(gross_minor: int, rate_bp: int) -> int:
    """The tax that a gross amount contains, half a minor unit rounded up; 0 where the rate is 0.

    Net is what remains, so that net + tax is always the gross.
    """
    quotient, remainder = divmod(gross_minor * rate_bp, BASIS_POINTS + rate_bp)
    return quotient + (1 if remainder * 2 >= BASIS_POINTS + rate_bp else 0)


def vat_of_part(part_minor: int, *, corrected_minor: int, rate_bp: int) -> int:
    """The tax in a part that goes back after ``corrected_minor`` went back before.

    Reckoned on the running sum, so that the credit notes of a whole refund contain exactly the tax of the invoice.
    """
    return vat_within(corrected_minor + part_minor, rate_bp) - vat_within(corrected_minor, rate_bp)
