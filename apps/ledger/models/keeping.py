from django.db import models
from django.db.models import UniqueConstraint

from apps.core.models import append_only_triggers
from apps.ledger.models.account import Account
from apps.ledger.models.transfer import Transfer


class BalanceSnapshot(models.Model):
    """The sum of an account's entries of all transactions before ``horizon``, which can no longer change.

    ``cluster`` is the database server on which the horizon means anything; a restored copy ignores the row.
    """

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="snapshots", db_index=False)
    cluster = models.BigIntegerField()
    horizon = models.BigIntegerField()
    amount = models.BigIntegerField()
    entries = models.BigIntegerField()
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["account", "cluster", "horizon"], name="ledger_snapshot_account_horizon")
        ]
        triggers = append_only_triggers("ledger_balancesnapshot")

    def __str__(self) -> str:
        return f"{self.amount} before {self.horizon}"


class DailyTotal(models.Model):
    """What an account's snapshotted entries of one UTC day come to; balances of past dates are summed from these."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="daily_totals", db_index=False)
    day = models.DateField()
    amount = models.BigIntegerField()
    entries = models.BigIntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["account", "day"], name="ledger_daily_total_account_day", include=["amount"])
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.amount}"


class SealBatch(models.Model):
    """A link of the hash chain: it covers the hashes of its transfers and the link before it."""

    id = models.BigAutoField(primary_key=True)
    previous_hash = models.BinaryField()
    hash = models.BinaryField(unique=True)
    transfers = models.PositiveIntegerField()
    cluster = models.BigIntegerField()
    horizon = models.BigIntegerField()
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "seal batches"
        constraints = [UniqueConstraint(fields=["previous_hash"], name="ledger_seal_chain_does_not_fork")]
        triggers = append_only_triggers("ledger_sealbatch")

    def __str__(self) -> str:
        return f"Batch {self.pk}: {self.transfers} transfers"


class SealedTransfer(models.Model):
    """The hash of one transfer and its entries as they were when they were sealed."""

    transfer = models.OneToOneField(
        Transfer, primary_key=True, on_delete=models.PROTECT, related_name="seal", db_constraint=False
    )
    batch = models.ForeignKey(SealBatch, on_delete=models.PROTECT, related_name="sealed")
    hash = models.BinaryField()

    class Meta:
        triggers = [*append_only_triggers("ledger_sealedtransfer")]

    def __str__(self) -> str:
        return f"{self.transfer_id}"
