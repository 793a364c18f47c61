"""Where an owner's money is sent: a bank account, or an account of theirs at the gateway."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django_fsm import FSMField, transition

from apps.core.fields import CurrencyField, EncryptedTextField, user_foreign_key
from apps.core.models import BaseModel
from apps.payouts.models.owned import OwnedQuerySet, business_key, of_one_owner
from apps.payouts.states import ACCOUNT_MOVES, LIVE_ACCOUNTS, AccountKind, AccountState

S = AccountState
_KNOWN = [*LIVE_ACCOUNTS, S.REJECTED]


class AccountQuerySet(OwnedQuerySet):
    def known(self) -> Self:
        """All but those that were removed."""
        return self.exclude(state=S.REMOVED)

    def weekly_due(self, at: datetime) -> Self:
        """Accounts whose owners' weekly payout is due."""
        return self.filter(weekly_at__lte=at).order_by("weekly_at", "pk")


class PayoutAccount(BaseModel):
    """An account as it was added. Nothing of it changes: another number is another account, with its own day of waiting."""

    business = business_key()
    user = user_foreign_key(null=True, blank=True, db_index=False)
    kind = models.CharField(max_length=10, choices=AccountKind.choices)
    gateway = models.CharField(max_length=20)
    currency = CurrencyField()
    country = models.CharField(max_length=2)
    bank_code = models.CharField(max_length=20, blank=True, default="")
    bank_name = models.CharField(max_length=120, blank=True, default="")
    account_number = EncryptedTextField(blank=True, default="")
    number_digest = models.CharField(max_length=64, blank=True, default="")
    last4 = models.CharField(max_length=4, blank=True, default="")
    holder_name = models.CharField(max_length=200, help_text="Whose name it should be.")
    account_name = models.CharField(max_length=200, blank=True, default="", help_text="Whose name the gateway knows.")
    recipient_id = models.CharField(max_length=120, blank=True, default="", help_text="The gateway's own id of it.")
    state = FSMField(max_length=14, choices=S.choices, default=S.PENDING, protected=False)
    problem = models.CharField(max_length=300, blank=True, default="")
    is_default = models.BooleanField(default=False)
    usable_from = models.DateTimeField()
    weekly_at = models.DateTimeField(null=True, blank=True, help_text="When its owner's next weekly payout is due.")
    verified_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects: Any = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            of_one_owner("payout_account_of_one_owner"),
            UniqueConstraint(
                fields=["business", "user", "gateway", "currency", "bank_code", "number_digest"],
                condition=Q(state__in=_KNOWN, kind=AccountKind.BANK),
                nulls_distinct=False,
                name="payout_account_number_once",
            ),
            UniqueConstraint(
                fields=["business", "user", "gateway", "currency"],
                condition=Q(state__in=_KNOWN, kind=AccountKind.CONNECT),
                nulls_distinct=False,
                name="payout_account_connected_once",
            ),
            UniqueConstraint(
                fields=["business", "user", "currency"],
                condition=Q(is_default=True),
                nulls_distinct=False,
                name="payout_account_one_default",
            ),
            CheckConstraint(
                condition=Q(is_default=False) | Q(state__in=LIVE_ACCOUNTS), name="payout_account_default_is_live"
            ),
            CheckConstraint(
                condition=Q(weekly_at__isnull=True) | Q(is_default=True, state=S.VERIFIED),
                name="payout_account_weekly_is_verified_default",
            ),
            CheckConstraint(
                condition=~Q(state=S.VERIFIED) | (Q(verified_at__isnull=False) & ~Q(recipient_id="")),
                name="payout_account_verified_is_known",
            ),
            CheckConstraint(
                condition=Q(state=S.REMOVED, removed_at__isnull=False)
                | (~Q(state=S.REMOVED) & Q(removed_at__isnull=True)),
                name="payout_account_removed_has_moment",
            ),
            CheckConstraint(
                condition=Q(kind=AccountKind.CONNECT, number_digest="")
                | (Q(kind=AccountKind.BANK) & ~Q(number_digest="")),
                name="payout_account_bank_has_number",
            ),
        ]
        indexes = [
            Index(fields=["business", "-id"], name="payout_account_of_business"),
            Index(fields=["user", "-id"], name="payout_account_of_user"),
            Index(fields=["gateway", "recipient_id"], name="payout_account_recipient"),
            Index(fields=["weekly_at", "id"], condition=Q(weekly_at__isnull=False), name="payout_account_weekly"),
            Index(fields=["-id"], condition=Q(state=S.NEEDS_REVIEW), name="payout_account_to_review"),
        ]
        triggers = [
            pgtrigger.Protect(name="payout_account_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="payout_account_moves",
                field="state",
                transitions=[(source.value, target.value) for source, target in ACCOUNT_MOVES],
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            ),
            pgtrigger.ReadOnly(
                name="payout_account_identity",
                fields=[
                    "id", "business", "user", "kind", "gateway", "currency", "country", "bank_code", "number_digest",
                    "created_at",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The account as people know it, with four digits of its number at the most."""
        if self.kind == AccountKind.CONNECT:
            return f"{self.gateway.title()} {self.recipient_id[-4:]}".strip()
        return f"{self.bank_name or self.bank_code} ••••{self.last4}"

    @transition(field=state, source=[S.PENDING, S.NEEDS_REVIEW], target=S.VERIFIED)
    def verify(self, *, at: datetime) -> None:
        """Money may be sent there."""
        self.verified_at, self.problem = at, ""

    @transition(field=state, source=S.PENDING, target=S.NEEDS_REVIEW)
    def question(self, *, problem: str) -> None:
        """Somebody looks at the name."""
        self.problem = problem[:300]

    @transition(field=state, source=S.VERIFIED, target=S.PENDING)
    def suspend(self, *, problem: str) -> None:
        """The gateway sends nothing there for now."""
        self.problem, self.weekly_at = problem[:300], None

    @transition(field=state, source=list(LIVE_ACCOUNTS), target=S.REJECTED)
    def reject(self, *, reason: str) -> None:
        """No money is sent there."""
        self.problem, self.is_default, self.weekly_at = reason[:300], False, None

    @transition(field=state, source=_KNOWN, target=S.REMOVED)
    def remove(self, *, at: datetime) -> None:
        """Its owner wants nothing sent there any more."""
        self.removed_at, self.is_default, self.weekly_at = at, False, None
