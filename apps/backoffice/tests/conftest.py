from apps.bookings.tests.conftest import _no_gateway_is_left_over, world

__all__ = ["_no_gateway_is_left_over", "world"]
