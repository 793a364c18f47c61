"""Owners with money, accounts by the real operations, and what gateways' stand-ins are told, for tests of payouts."""

from datetime import UTC, datetime, timedelta

from apps.catalog.tests.factories import BusinessFactory, MembershipFactory, StaffMemberFactory, UserFactory
from apps.core import clock, outbox
from apps.ledger import addresses, queries
from apps.ledger import operations as ledger
from apps.ledger.operations import Leg
from apps.ledger.states import TransferKind
from apps.payments import operations as payments
from apps.payouts import operations
from apps.payouts.operations import BankDetails
from apps.payouts.owners import Owner, source_address
from apps.payouts.states import PayoutKind

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NUMBER = "0123454081"
RETURN_URL = "https://guild.example/payout-accounts"


def shop(**fields):
    """A business of its own, with an owner, and a desk that is employed."""
    fields = {"name": "Serenity Spa", **fields}
    made = BusinessFactory(**fields)
    made.desk = MembershipFactory(business=made).user
    return made


def performer(business, **fields):
    staff = StaffMemberFactory(business=business, display_name="Chidi")
    staff.user.first_name, staff.user.last_name = "Chidi", "Eze"
    staff.user.save()
    return staff.user


def customer(**fields):
    return UserFactory(first_name="Ada", last_name="Obi", **fields)


def of_business(business):
    return Owner(business_id=business.pk)


def of_person(user):
    return Owner(user_id=user.pk)


def earn(kind, owner, amount_minor, currency="NGN"):
    """The owner has so much more, from the platform's suspense: no gateway is involved."""
    posted = ledger.post_transfer(
        kind=TransferKind.ADJUSTMENT,
        legs=[
            Leg(address=addresses.suspense(currency), amount_minor=-amount_minor),
            Leg(address=source_address(kind, owner, currency), amount_minor=amount_minor),
        ],
        idempotency_key=f"earn:{owner.id}:{kind}:{currency}:{amount_minor}:{queries.balance(addresses.suspense(currency))}",
        at=clock.now(),
    )
    assert not posted.replayed


def owe(owner, amount_minor, currency="NGN"):
    """As after a chargeback that came too late."""
    address = addresses.business_receivable if owner.business_id else addresses.staff_receivable
    ledger.post_transfer(
        kind=TransferKind.ADJUSTMENT,
        legs=[
            Leg(address=address(owner.id, currency), amount_minor=-amount_minor),
            Leg(address=addresses.suspense(currency), amount_minor=amount_minor),
        ],
        idempotency_key=f"owe:{owner.id}:{amount_minor}",
        at=clock.now(),
    )


def bank(number=NUMBER, currency="NGN", **more):
    told = {"bank_code": "058", "bank_name": "GTBank", "country": "NG", **more}
    return BankDetails(account_number=number, currency=currency, **told)


def new_account(owner, by, *, at=None, **more):
    account, _ = operations.add_bank_account(owner=owner, bank=bank(**more), by=by, at=at or clock.now())
    return account


def usable_account(owner, by, **more):
    """An account whose day of waiting is over."""
    return new_account(owner, by, at=clock.now() - 2 * DAY, **more)


def ask(kind, owner, by, *, currency="NGN", at=None, **more):
    return operations.request_payout(kind=kind, owner=owner, currency=currency, by=by, at=at or clock.now(), **more)


def paid_out(business, amount_minor=1_000_000, **more):
    """A payout of the business's, sent and heard of."""
    earn(PayoutKind.BUSINESS, of_business(business), amount_minor)
    usable_account(of_business(business), business.owner, **more)
    payout = ask(PayoutKind.BUSINESS, of_business(business), business.owner)
    carry_out(payout)
    return fresh(payout)


def carry_out(payout, at=None):
    operations.carry_out_payout(payout_id=payout.pk, at=at or clock.now())
    return fresh(payout)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def available(kind, owner, currency="NGN"):
    return queries.withdrawable(source_address(kind, owner, currency))


def in_transit(currency="NGN"):
    return queries.balance(addresses.payouts_in_transit(currency))


def clearing(gateway="paystack", currency="NGN"):
    return queries.balance(addresses.gateway_clearing(gateway, currency))


def fees(currency="NGN"):
    return queries.balance(addresses.gateway_fees(currency))


def hear(stand_in, name, at=None):
    """The web hooks that the stand-in has sent so far arrive, the newest first, and are acted on."""
    at = at or clock.now()
    with clock.frozen(at):
        for hook in reversed(stand_in.hooks.sent):
            payments.receive_webhook(gateway=name, body=hook.body, headers=hook.headers, at=stand_in_now(stand_in))
        while payments.process_inbox(at, 100):
            pass
        while outbox.drain(at=at):
            pass


def stand_in_now(stand_in):
    """By the stand-in's own clock: a signature ages."""
    return datetime.fromtimestamp(stand_in.clock(), tz=UTC)


def transfers_at(stand_in):
    """What the stand-in was told to send, one for each that it took."""
    rows = getattr(stand_in, "transfers", None)
    if rows is not None:
        return list(rows.values())
    return [row for row in stand_in.rows.values() if row["object"] == "transfer"]
