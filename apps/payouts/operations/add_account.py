"""Adding a bank account: what the gateway knows of it is asked first, then it is a row, and its owner is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.core import audit
from apps.core.conf import timer
from apps.core.encryption import digest
from apps.core.ids import new_id
from apps.payments.errors import GatewaySaidNo
from apps.payments.gateways.base import Gateway
from apps.payments.gateways.registry import gateway_for
from apps.payments.gateways.values import BankAccount, TransferRecipient
from apps.payments.operations.calling import answering_the_customer
from apps.payouts import notices, queries
from apps.payouts.errors import AccountNotResolved, BankAccountNotOffered
from apps.payouts.models import PayoutAccount
from apps.payouts.operations.settle_state import has_default, settle_state
from apps.payouts.operations.whose import lock_owner, prove
from apps.payouts.owners import Owner
from apps.payouts.states import AccountKind


@dataclass(frozen=True, kw_only=True)
class BankDetails:
    """A bank account as its owner typed it."""

    account_number: str
    bank_code: str
    bank_name: str
    currency: str
    country: str


def add_bank_account(
    *, owner: Owner, bank: BankDetails, by: Any, at: datetime, code: str = ""
) -> tuple[PayoutAccount, bool]:
    """The account is known, and usable a day later if its name fits; the same one again changes nothing.

    Answers whether it is new. Calls the gateway; raises: BankAccountNotOffered, AccountNotResolved,
    GatewayNotAnswering, and as ``prove``.
    """
    gateway = gateway_for(bank.currency)
    if not gateway.takes_bank_accounts:
        raise BankAccountNotOffered
    if (known := _known(owner, gateway, bank)) is not None:
        return known, False
    prove(by, code, at=at)
    return _record(owner, gateway, bank, _ask(gateway, owner, bank, by), by=by, at=at)


def _digest_of(bank: BankDetails) -> str:
    return digest(f"bank-account:{bank.account_number}")


def _known(owner: Owner, gateway: Gateway, bank: BankDetails) -> PayoutAccount | None:
    same = PayoutAccount.objects.known().of(owner).filter(gateway=gateway.name, currency=bank.currency)
    found: PayoutAccount | None = same.filter(bank_code=bank.bank_code, number_digest=_digest_of(bank)).first()
    return found


def _ask(gateway: Gateway, owner: Owner, bank: BankDetails, by: Any) -> TransferRecipient:
    account = BankAccount(
        reference=new_id().hex,
        account_number=bank.account_number,
        bank_code=bank.bank_code,
        holder_name=queries.owner_name(owner),
        holder_email=by.email or "",
        currency=bank.currency,
        country=bank.country,
    )
    try:
        with answering_the_customer():
            name = gateway.resolve_account(account)
            made = gateway.create_recipient(account)
    except GatewaySaidNo as refusal:
        raise AccountNotResolved from refusal
    return TransferRecipient(gateway_id=made.gateway_id, account_name=name, is_ready=made.is_ready)


@transaction.atomic
def _record(
    owner: Owner, gateway: Gateway, bank: BankDetails, recipient: TransferRecipient, *, by: Any, at: datetime
) -> tuple[PayoutAccount, bool]:
    lock_owner(owner)
    if (known := _known(owner, gateway, bank)) is not None:
        return known, False  # added a moment ago by a request beside this one
    account = PayoutAccount(
        **owner.fields,
        kind=AccountKind.BANK,
        gateway=gateway.name,
        currency=bank.currency,
        country=bank.country,
        bank_code=bank.bank_code,
        bank_name=bank.bank_name,
        account_number=bank.account_number,
        number_digest=_digest_of(bank),
        last4=bank.account_number[-4:],
        holder_name=queries.owner_name(owner),
        account_name=recipient.account_name[:200],
        recipient_id=recipient.gateway_id,
        is_default=not has_default(owner, bank.currency),
        usable_from=at + timer("PAYOUT_ACCOUNT_COOLING_OFF"),
    )
    settle_state(account, is_ready=recipient.is_ready, at=at)
    account.save()
    audit.record("payouts.account_added", target=account, by=by, at=at, after={"account": account.label})
    notices.tell_account(account, notices.ADDED, at=at)
    return account, True
