from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from apps.core.fields import CurrencyField
from apps.core.ids import new_id
from apps.core.models import BaseQuerySet, append_only_triggers
from apps.ledger.models.account import Account
from apps.ledger.models.xid import CurrentTransactionId
from apps.ledger.states import TransferKind


class Transfer(models.Model):
    """Why money moved, once: written by the posting function together with its entries, and never again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20, choices=TransferKind.choices)
    idempotency_key = models.CharField(max_length=200, db_collation="C")
    business_key = models.CharField(max_length=200, db_collation="C", null=True)  # null: no key, unique otherwise
    body_hash = models.CharField(max_length=64)
    cause_type = models.CharField(max_length=40, blank=True)
    cause_id = models.UUIDField(null=True)
    hold = models.ForeignKey(
        "ledger.EscrowHold",
        null=True,
        on_delete=models.PROTECT,
        related_name="transfers",
        db_constraint=False,
        db_index=False,
    )
    reverses = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="reversals", db_constraint=False, db_index=False
    )
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    xid = models.BigIntegerField(db_default=CurrentTransactionId(), editable=False)

    objects = BaseQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["idempotency_key"], name="ledger_transfer_idempotency_key"),
            UniqueConstraint(
                fields=["business_key"], condition=Q(business_key__isnull=False), name="ledger_transfer_business_key"
            ),
            UniqueConstraint(
                fields=["hold"],
                condition=Q(kind=TransferKind.ESCROW_RELEASE.value),
                name="ledger_transfer_one_release_per_hold",
            ),
            CheckConstraint(
                name="ledger_transfer_hold_of_escrow_kinds",
                condition=Q(hold__isnull=False)
                | ~Q(kind__in=[TransferKind.ESCROW_RELEASE.value, TransferKind.ESCROW_REFUND.value]),
            ),
            CheckConstraint(
                name="ledger_transfer_reversal_names_original",
                condition=Q(reverses__isnull=False) | ~Q(kind=TransferKind.REVERSAL.value),
            ),
            CheckConstraint(name="ledger_transfer_not_its_own_reversal", condition=~Q(reverses=F("id"))),
        ]
        indexes = [
            # A payment's own transfer is found by its business key.
            models.Index(
                fields=["cause_id"],
                condition=Q(cause_id__isnull=False) & ~Q(kind=TransferKind.PAYMENT.value),
                name="ledger_transfer_cause",
            ),
            models.Index(fields=["hold"], condition=Q(hold__isnull=False), name="ledger_transfer_hold"),
            models.Index(fields=["reverses"], condition=Q(reverses__isnull=False), name="ledger_transfer_reverses"),
            BrinIndex(fields=["xid"], pages_per_range=16, autosummarize=True, name="ledger_transfer_xid"),
        ]
        triggers = append_only_triggers("ledger_transfer")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Entry(models.Model):
    """One leg of a transfer: credit above zero, debit below. The legs sum to zero in each currency."""

    id = models.BigAutoField(primary_key=True)
    # The trigger on the table checks both; a foreign key would lock the escrow account's row for every payment.
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="entries", db_constraint=False)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="entries", db_constraint=False, db_index=False
    )
    hold = models.ForeignKey(
        "ledger.EscrowHold",
        null=True,
        on_delete=models.PROTECT,
        related_name="entries",
        db_constraint=False,
        db_index=False,
    )
    amount = models.BigIntegerField()
    currency = CurrencyField()
    created_at = models.DateTimeField()
    xid = models.BigIntegerField(db_default=CurrentTransactionId(), editable=False)

    objects = BaseQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [CheckConstraint(name="ledger_entry_not_zero", condition=~Q(amount=0))]
        indexes = [
            models.Index(fields=["account", "xid"], include=["amount"], name="ledger_entry_tail"),
            models.Index(fields=["account", "-created_at", "-id"], name="ledger_entry_statement"),
            models.Index(
                fields=["hold"], include=["amount"], condition=Q(hold__isnull=False), name="ledger_entry_hold"
            ),
        ]
        triggers = append_only_triggers("ledger_entry")

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
