import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint

from apps.core.fields import CurrencyField
from apps.core.ids import new_id
from apps.core.models import BaseQuerySet
from apps.ledger.models.guards import kept
from apps.ledger.states import KINDS_BY_OWNER, AccountKind, AccountState, OwnerType

# Kinds that have a balance row. The rest are derived from their entries, so that no row is touched by every payment.
GUARDED_KINDS = (
    AccountKind.AVAILABLE,
    AccountKind.TIPS,
    AccountKind.TIPS_PAYABLE,
    AccountKind.WALLET,
    AccountKind.CREDITS,
    AccountKind.RESERVED,
    AccountKind.RECEIVABLE,
)


class Address(Func):
    """The text of ``apps.ledger.addresses``, put together by the database from the columns that identify an account."""

    arity = 0
    output_field = models.CharField(max_length=120, db_collation="C")
    template = (
        "(owner_type || ':' || COALESCE(owner_id::text, '') || ':' || kind"
        " || CASE WHEN gateway = '' THEN '' ELSE '/' || gateway END || ':' || currency)"
    )


class AccountQuerySet(BaseQuerySet):
    def owned_by(self, owner_type: OwnerType, owner_ids: object) -> "AccountQuerySet":
        """Accounts of these owners."""
        return self.filter(owner_type=owner_type, owner_id__in=owner_ids)


class Account(models.Model):
    """A place where money is counted: whose it is, what it counts, in which currency. Credit is above zero."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner_type = models.CharField(max_length=10, choices=OwnerType.choices)
    owner_id = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=20, choices=AccountKind.choices)
    gateway = models.CharField(max_length=20, blank=True, default="")
    currency = CurrencyField()
    state = models.CharField(max_length=10, choices=AccountState.choices, default=AccountState.ACTIVE)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    address = models.GeneratedField(
        expression=Address(), output_field=models.CharField(max_length=120, db_collation="C"), db_persist=True
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["address"], name="ledger_account_address"),
            CheckConstraint(
                name="ledger_account_kind_of_owner",
                condition=Q(
                    *(
                        Q(owner_type=owner.value, kind__in=[k.value for k in kinds])
                        for owner, kinds in KINDS_BY_OWNER.items()
                    ),
                    _connector=Q.OR,
                ),
            ),
            CheckConstraint(
                name="ledger_account_system_has_no_owner",
                condition=Q(owner_type=OwnerType.SYSTEM.value, owner_id__isnull=True)
                | (~Q(owner_type=OwnerType.SYSTEM.value) & Q(owner_id__isnull=False)),
            ),
            CheckConstraint(
                name="ledger_account_gateway_of_clearing",
                condition=(Q(kind=AccountKind.GATEWAY_CLEARING.value) & ~Q(gateway=""))
                | (~Q(kind=AccountKind.GATEWAY_CLEARING.value) & Q(gateway="")),
            ),
            CheckConstraint(
                name="ledger_account_closed_has_moment",
                condition=Q(state=AccountState.ACTIVE.value, closed_at__isnull=True)
                | (Q(state=AccountState.CLOSED.value, closed_at__isnull=False) & ~Q(owner_type=OwnerType.SYSTEM.value)),
            ),
        ]
        indexes = [models.Index(fields=["owner_type", "owner_id"], name="ledger_account_owner")]
        triggers = [
            *kept("ledger_account"),
            pgtrigger.ReadOnly(
                name="ledger_account_identity",
                fields=["id", "owner_type", "owner_id", "kind", "gateway", "currency", "created_at"],
            ),
            pgtrigger.Trigger(
                name="ledger_account_guarded",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__kind__in=[kind.value for kind in GUARDED_KINDS]),
                func="INSERT INTO ledger_balance (account_id, posted, held, may_be_negative)"
                " VALUES (NEW.id, 0, 0, NEW.kind = 'RECEIVABLE'); RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return self.address


class Balance(models.Model):
    """The running balance of a guarded account; the trigger on entries moves it, last and in sorted order."""

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.PROTECT, related_name="balance")
    posted = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    may_be_negative = models.BooleanField(default=False)

    class Meta:
        constraints = [
            CheckConstraint(
                name="ledger_balance_not_below_zero",
                condition=Q(may_be_negative=True) | Q(posted__gte=F("held")),
            ),
            CheckConstraint(name="ledger_balance_held_not_negative", condition=Q(held__gte=0)),
        ]
        triggers = kept("ledger_balance")

    def __str__(self) -> str:
        return f"{self.posted} ({self.held} held)"
