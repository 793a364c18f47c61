"""What the edges ask of statements, and the movements of an owner's accounts as lines."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q

from apps.catalog import queries as catalog
from apps.core import clock
from apps.ledger.models import Account, Entry
from apps.ledger.queries import balance_before
from apps.ledger.states import AccountKind, OwnerType
from apps.payments.models import PaymentAllocation
from apps.payouts.models import Payout
from apps.statements.errors import NoSuchCommissionInvoice, NoSuchStatement
from apps.statements.models import CommissionInvoice, Statement
from apps.statements.models.statement import StatementQuerySet
from apps.statements.rules import kind_of
from apps.statements.states import LineKind

_CHUNK = 1_000


def visible_to(user: Any) -> StatementQuerySet:
    """Of the businesses that the person owns, and of their own tips; nobody else's, not even for the desk."""
    found: StatementQuerySet = Statement.objects.select_related("commission_invoice")
    return found.filter(Q(user_id=user.pk) | Q(business_id__in=catalog.owned_business_ids(user)))


def find_visible(user: Any, statement_id: UUID) -> Statement:
    """The statement, when it is the person's. Raises: NoSuchStatement."""
    found: Statement | None = visible_to(user).filter(pk=statement_id).first()
    if found is None:
        raise NoSuchStatement
    return found


def invoices_visible_to(user: Any) -> Any:
    """What the platform has charged businesses that the person owns."""
    return CommissionInvoice.objects.filter(business_id__in=catalog.owned_business_ids(user))


def find_invoice(user: Any, invoice_id: UUID) -> CommissionInvoice:
    """The invoice, when it is about a business of the person's. Raises: NoSuchCommissionInvoice."""
    found: CommissionInvoice | None = invoices_visible_to(user).filter(pk=invoice_id).first()
    if found is None:
        raise NoSuchCommissionInvoice
    return found


@dataclass(frozen=True, kw_only=True)
class Books:
    """The owner's account that a statement is of, and the one of what they owe, where there is one."""

    account: Account
    owed: Account | None

    @classmethod
    def of(cls, account: Account) -> "Books":
        """With what the same owner owes in the same currency."""
        return cls(
            account=account,
            owed=Account.objects.filter(
                owner_type=account.owner_type, owner_id=account.owner_id, kind=AccountKind.RECEIVABLE,
                currency=account.currency,
            ).first(),
        )  # fmt: skip

    @property
    def ids(self) -> list[UUID]:
        """Of both."""
        return [self.account.pk, *([self.owed.pk] if self.owed else [])]

    def balances_before(self, moment: datetime) -> tuple[int, int]:
        """What was there, and what was owed, below zero, before the moment."""
        owed = balance_before(self.owed.pk, moment) if self.owed else 0
        return balance_before(self.account.pk, moment), owed

    def last_entry_id(self) -> int:
        """The last entry so far, whatever its moment."""
        return int(Entry.objects.filter(account_id__in=self.ids).aggregate(last=Max("id"))["last"] or 0)

    def lines(self, starts_at: datetime, ends_at: datetime, *, after_id: int | None, until_id: int) -> list[Any]:
        """What moved in ``[starts_at, ends_at)``, and what was booked with an earlier moment after ``after_id``."""
        moved = Q(created_at__gte=starts_at)
        if after_id is not None:
            moved |= Q(id__gt=after_id)
        rows = Entry.objects.filter(moved, account_id__in=self.ids, created_at__lt=ends_at, id__lte=until_id)
        by_transfer: dict[UUID, list[Entry]] = defaultdict(list)
        entries = rows.select_related("transfer__reverses").order_by("created_at", "id")
        for entry in entries.iterator(chunk_size=_CHUNK):
            by_transfer[entry.transfer_id].append(entry)
        words = _Words(by_transfer.values(), is_tips=self.account.kind == AccountKind.TIPS)
        return [self._line(group, words) for group in by_transfer.values()]

    def _line(self, group: Sequence[Entry], words: "_Words") -> dict[str, Any]:
        transfer = group[0].transfer
        amount = sum(entry.amount for entry in group if entry.account_id == self.account.pk)
        owed = sum(entry.amount for entry in group if entry.account_id != self.account.pk)
        kind = kind_of(
            transfer.kind,
            reversed_kind=transfer.reverses.kind if transfer.reverses else "",
            cause_type=transfer.cause_type,
        )
        has_commission = kind in {LineKind.SALE, LineKind.REFUND}
        commission = words.commission.get(transfer.pk, 0) if has_commission else 0
        description, reference = words.about(transfer)
        return {
            "at": clock.iso(group[0].created_at),
            "kind": str(kind),
            "description": description,
            "reference": reference,
            "gross_minor": amount + owed + commission if has_commission else 0,
            "commission_minor": commission,
            "amount_minor": amount,
            "owed_minor": owed,
            "transfer": str(transfer.pk),
        }


class _Words:
    """What transfers were about, asked in a few queries for all of them."""

    def __init__(self, groups: Iterable[Sequence[Entry]], *, is_tips: bool) -> None:
        transfers = [group[0].transfer for group in groups]
        keys = [transfer.pk for transfer in transfers]
        self.commission: dict[UUID, int] = defaultdict(int)
        revenue = Entry.objects.filter(transfer_id__in=keys, account__kind=AccountKind.PLATFORM_REVENUE)
        for transfer_id, amount in revenue.values_list("transfer_id", "amount"):
            self.commission[transfer_id] += amount
        holds = {transfer.hold_id for transfer in transfers if transfer.hold_id}
        shares = PaymentAllocation.objects.filter(hold_id__in=holds).select_related("payment").order_by("pk")
        self.shares = {share.hold_id: share for share in shares}
        causes = {transfer.cause_id for transfer in transfers if transfer.cause_id}
        tips = PaymentAllocation.objects.filter(payment_id__in=causes).select_related("payment") if is_tips else []
        self.tips = {share.payment_id: share for share in tips}
        self.payouts = {payout.pk: payout for payout in Payout.objects.filter(pk__in=causes)}

    def about(self, transfer: Any) -> tuple[str, str]:
        """In words, and the reference under which the owner knows it."""
        share = self.shares.get(transfer.hold_id) or self.tips.get(transfer.cause_id)
        if share is not None:
            return share.description or share.get_kind_display(), share.payment.reference
        payout = self.payouts.get(transfer.cause_id)
        if payout is not None:
            return payout.account_label, payout.reference
        return str(transfer.metadata.get("reason", ""))[:200] or transfer.get_kind_display(), ""


OWNERS = {OwnerType.BUSINESS: AccountKind.AVAILABLE, OwnerType.STAFF: AccountKind.TIPS}
