"""What a course is by what its sessions are, and what each of them costs: pure functions."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.bookings.courses import CourseStatus, payment_status_of, prices_of, shares_of, status_of
from apps.bookings.price import NO_PREMIUM, Price, PriceLine
from apps.bookings.states import BookingStatus


@pytest.mark.parametrize(
    ("sessions", "whole"),
    [
        ("PENDING PENDING PENDING", "PENDING"),
        ("CONFIRMED CONFIRMED", "CONFIRMED"),
        ("CONFIRMED PENDING", "PENDING"),
        ("PENDING EXPIRED", "PENDING"),
        ("EXPIRED EXPIRED", "EXPIRED"),
        ("EXPIRED CANCELLED", "CANCELLED"),
        ("CANCELLED CANCELLED_BY_SYSTEM REJECTED", "CANCELLED"),
        ("CONFIRMED CANCELLED", "CONFIRMED"),
        ("CONFIRMED EXPIRED", "CONFIRMED"),
        ("IN_PROGRESS CONFIRMED", "IN_PROGRESS"),
        ("IN_PROGRESS PENDING", "IN_PROGRESS"),
        ("IN_PROGRESS CANCELLED", "IN_PROGRESS"),
        ("COMPLETED CONFIRMED", "IN_PROGRESS"),
        ("COMPLETED PENDING", "IN_PROGRESS"),
        ("NO_SHOW CONFIRMED", "IN_PROGRESS"),
        ("COMPLETED COMPLETED", "COMPLETED"),
        ("COMPLETED NO_SHOW", "COMPLETED"),
        ("NO_SHOW NO_SHOW", "COMPLETED"),
        ("COMPLETED CANCELLED", "COMPLETED"),
        ("NO_SHOW EXPIRED", "COMPLETED"),
    ],
)
def test_the_status_of_the_whole(sessions, whole):
    assert status_of(sessions.split()) == whole
    assert status_of(sessions.split()[::-1]) == whole


@given(st.lists(st.sampled_from(BookingStatus.values), min_size=1, max_size=8))
def test_every_mixture_has_a_status_whatever_the_order(sessions):
    assert status_of(sessions) in CourseStatus.values
    assert status_of(sessions) == status_of(sorted(sessions)) == status_of([*sessions, *sessions])


@pytest.mark.parametrize(
    ("sessions", "whole"),
    [
        ([("CONFIRMED", None), ("CANCELLED", None)], None),
        ([("PENDING", "PENDING_PAYMENT"), ("PENDING", "PENDING_PAYMENT")], "PENDING_PAYMENT"),
        ([("CONFIRMED", "HELD"), ("PENDING", "PENDING_PAYMENT")], "PENDING_PAYMENT"),
        ([("CANCELLED", "PENDING_PAYMENT"), ("CANCELLED", "PENDING_PAYMENT")], "PENDING_PAYMENT"),
        ([("CONFIRMED", "HELD"), ("CANCELLED", "PENDING_PAYMENT")], "HELD"),
        ([("CONFIRMED", "HELD"), ("COMPLETED", "RELEASED")], "HELD"),
        ([("CONFIRMED", "HELD"), ("COMPLETED", "FROZEN")], "FROZEN"),
        ([("COMPLETED", "PENDING_CLEARANCE"), ("CANCELLED", "REFUNDED")], "PENDING_CLEARANCE"),
        ([("COMPLETED", "RELEASED"), ("NO_SHOW", "RELEASED")], "RELEASED"),
        ([("CANCELLED", "REFUNDED"), ("EXPIRED", "PENDING_PAYMENT")], "REFUNDED"),
        ([("COMPLETED", "RELEASED"), ("CANCELLED", "REFUNDED")], "PARTIALLY_REFUNDED"),
        ([("CANCELLED", "PARTIALLY_REFUNDED"), ("CANCELLED", "REFUNDED")], "PARTIALLY_REFUNDED"),
    ],
)
def test_where_the_money_of_the_whole_is(sessions, whole):
    assert payment_status_of(sessions) == whole
    assert payment_status_of(sessions[::-1]) == whole


@given(st.integers(0, 10**12), st.integers(1, 52))
def test_the_shares_add_up_and_the_first_sessions_bear_what_is_left_over(total, sessions):
    shares = shares_of(total, sessions)

    assert (len(shares), sum(shares)) == (sessions, total)
    assert max(shares) - min(shares) <= 1
    assert all(one >= next_one for one, next_one in pairwise(shares))
    assert shares_of(total, sessions) == shares


def test_the_price_of_each_session_says_which_it_is():
    whole = Price(currency="NGN", base_minor=100, multiplier=NO_PREMIUM, lines=(PriceLine("SERVICE", "Pottery", 100),))

    assert [(price.total_minor, price.lines[0].label) for price in prices_of(whole, "Pottery", 3)] == [
        (34, "Pottery, 1/3"), (33, "Pottery, 2/3"), (33, "Pottery, 3/3"),
    ]  # fmt: skip
