"""Tax within a price, and in what goes back of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from apps.invoices.rules import vat_of_part, vat_within

GROSS = some.integers(1, 10**12)
RATES = some.integers(0, 5_000)


@pytest.mark.parametrize(
    ("gross", "rate_bp", "vat"),
    [
        (10_750, 750, 750),
        (500_000, 750, 34_884),  # 34,883.72
        (120_000, 2_000, 20_000),
        (1, 750, 0),
        (7, 750, 0),
        (8, 750, 1),
        (21, 5_000, 7),
        (100, 0, 0),
    ],
)
def test_tax_is_within_the_price(gross, rate_bp, vat):
    assert vat_within(gross, rate_bp) == vat


@given(GROSS, RATES)
def test_tax_is_less_than_the_price_and_on_the_net_gives_it_again(gross, rate_bp):
    vat = vat_within(gross, rate_bp)

    assert 0 <= vat < gross
    assert abs((gross - vat) * rate_bp - vat * 10_000) * 2 <= 10_000 + rate_bp


@given(some.lists(GROSS, min_size=1, max_size=6), RATES)
def test_credit_notes_of_the_whole_hold_the_invoices_tax_whatever_the_parts(parts, rate_bp):
    taxes, before = [], 0
    for part in parts:
        taxes.append(vat_of_part(part, corrected_minor=before, rate_bp=rate_bp))
        before += part

    assert sum(taxes) == vat_within(sum(parts), rate_bp)
    assert all(0 <= tax <= part for tax, part in zip(taxes, parts, strict=True))
