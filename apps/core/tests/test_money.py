import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.core.money import MAX_MINOR, Money, apply_rate, format_amount, parse_amount, split_by_weights


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("5000.00", "NGN", 500_000),
        ("5000", "NGN", 500_000),
        ("0.01", "USD", 1),
        ("12", "JPY", 12),
        ("1e3", "NGN", 100_000),
    ],
)
def test_an_amount_is_read_in_minor_units(text, currency, minor):
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1,000.00", "0.001", "NaN", "Infinity", "1e99", "-1e99", "0x10", "99999999999999999999", "1e-30"],
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(Invalid):
        parse_amount(text, "NGN")


def test_floats_are_not_money():
    with pytest.raises(Invalid):
        parse_amount(1.5, "NGN")
    with pytest.raises(TypeError):
        Money(1.5, "NGN")


def test_two_currencies_do_not_add_up():
    with pytest.raises(ValueError, match="do not add up"):
        Money(1, "NGN") + Money(1, "USD")


@given(st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(["NGN", "JPY", "KWD"]))
def test_what_is_written_reads_back(minor, currency):
    assert parse_amount(format_amount(minor, currency), currency) == minor


@given(st.integers(0, MAX_MINOR), st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_parts_sum_to_the_whole_and_differ_from_their_share_by_less_than_one(total, weights):
    parts = split_by_weights(total, weights)

    assert sum(parts) == total
    assert all(part >= 0 for part in parts)
    if sum(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part * sum(weights) - total * weight) < sum(weights)


@pytest.mark.parametrize(
    ("amount", "rate", "share"), [(1, 500, 0), (10, 500, 1), (19, 500, 1), (101, 300, 3), (10**15, 500, 5 * 10**13)]
)
def test_a_rate_rounds_half_up(amount, rate, share):
    assert apply_rate(amount, rate) == share
