"""Entries of the queue: each calls one operation."""

from apps.core import clock


def send_password_reset(*, email: str = "", phone: str = "") -> None:
    """The link is on its way if the person is known."""
    from apps.accounts import operations  # noqa: PLC0415  # a task is a leaf

    operations.send_password_reset(email=email, phone=phone, at=clock.now())


def send_verification(*, email: str) -> None:
    """The link is on its way if the address is known and unproven."""
    from apps.accounts import operations  # noqa: PLC0415  # as above

    operations.send_verification(email=email, at=clock.now())


def send_sign_in_code(*, phone: str) -> None:
    """The code is on its way if the phone is known."""
    from apps.accounts import operations  # noqa: PLC0415  # as above

    operations.send_sign_in_code(phone=phone, at=clock.now())
