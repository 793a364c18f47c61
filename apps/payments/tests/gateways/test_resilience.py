"""Retries end, unknown outcomes are not repeated blindly, and a broken circuit mends."""

from __future__ import annotations

import pytest

from apps.payments.gateways.errors import GatewayRefused, GatewayTimeout, GatewayUnavailable
from apps.payments.gateways.resilience import CircuitBreaker, RetryPolicy


class Scripted:
    """Raises what it is told to, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def test_retry_pauses_longer_each_time_and_then_answers():
    pauses: list[float] = []
    call = Scripted(GatewayUnavailable(), GatewayUnavailable())

    answer = RetryPolicy(first_pause_s=1, longest_pause_s=10, pause=pauses.append).run(call, is_repeatable=False)

    assert (answer, call.calls) == ("done", 3)
    assert 0.5 <= pauses[0] <= 1 <= pauses[1] <= 2


def test_retry_gives_up_after_the_last_attempt():
    call = Scripted(*[GatewayUnavailable() for _ in range(9)])

    with pytest.raises(GatewayUnavailable):
        RetryPolicy(pause=lambda _s: None).run(call, is_repeatable=True)
    assert call.calls == 3


@pytest.mark.parametrize(("is_repeatable", "calls"), [(True, 3), (False, 1)])
def test_retry_repeats_an_unknown_outcome_only_where_that_is_harmless(is_repeatable, calls):
    call = Scripted(*[GatewayTimeout() for _ in range(9)])

    with pytest.raises(GatewayTimeout):
        RetryPolicy(pause=lambda _s: None).run(call, is_repeatable=is_repeatable)
    assert call.calls == calls


def test_retry_does_not_repeat_a_refusal():
    call = Scripted(GatewayRefused("no"))

    with pytest.raises(GatewayRefused):
        RetryPolicy(pause=lambda _s: None).run(call, is_repeatable=True)
    assert call.calls == 1


class Ticking:
    """A monotonic clock that moves when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def _through(breaker: CircuitBreaker, error: BaseException | None = None) -> None:
    with breaker.guarding():
        if error is not None:
            raise error


def _broken(ticking: Ticking) -> CircuitBreaker:
    breaker = CircuitBreaker(name="Stripe", failures_allowed=2, rest_s=30, monotonic=ticking)
    for error in (GatewayTimeout(), GatewayUnavailable()):
        with pytest.raises(type(error)):
            _through(breaker, error)
    return breaker


def test_breaker_refuses_without_calling_after_failures_in_a_row():
    breaker = _broken(Ticking())

    assert breaker.is_open
    with pytest.raises(GatewayUnavailable, match="not answering"):
        _through(breaker)


def test_breaker_lets_one_call_through_after_its_rest_and_mends():
    ticking = Ticking()
    breaker = _broken(ticking)
    ticking.now = 30

    with breaker.guarding():
        assert breaker.is_open  # a second caller waits for the probe

    assert not breaker.is_open


def test_breaker_rests_again_when_the_probe_fails():
    ticking = Ticking()
    breaker = _broken(ticking)
    ticking.now = 30
    with pytest.raises(GatewayTimeout):
        _through(breaker, GatewayTimeout())

    assert breaker.is_open


def test_breaker_counts_a_refusal_as_an_answer():
    breaker = CircuitBreaker(name="Stripe", failures_allowed=2)
    for error in (GatewayUnavailable(), GatewayRefused("no"), GatewayUnavailable()):
        with pytest.raises(type(error)):
            _through(breaker, error)

    assert not breaker.is_open


def test_breaker_is_not_stuck_when_a_probe_dies_of_a_bug():
    ticking = Ticking()
    breaker = _broken(ticking)
    ticking.now = 30
    with pytest.raises(KeyError):
        _through(breaker, KeyError())

    assert not breaker.is_open


def test_retry_that_ends_in_nothing_happened_still_says_that_something_may_have():
    errors = [GatewayTimeout("lost"), GatewayUnavailable("down"), GatewayUnavailable("down")]

    def call():
        raise errors.pop(0)

    with pytest.raises(GatewayTimeout, match="lost"):
        RetryPolicy(pause=lambda _s: None).run(call, is_repeatable=True)
