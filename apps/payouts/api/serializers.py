"""What payouts read and show."""

from typing import Any

from rest_framework import serializers

from apps.core.api.fields import MinorMoneyField, MoneyField
from apps.core.api.serializers import InputSerializer, OutputSerializer, StrictInputSerializer
from apps.core.money import CURRENCIES
from apps.payouts.states import AccountKind, AccountState, PayoutKind, PayoutState

_CODE = "The code of your second factor, where you have one."
_BUSINESS = "Which of your businesses; yourself without it."


class _ProvenIn(StrictInputSerializer):
    code: Any = serializers.CharField(required=False, default="", max_length=20, help_text=_CODE)


class ProofIn(_ProvenIn):
    """Shows that it is you."""


class PayoutBankAccountIn(_ProvenIn):
    """A bank account as its owner types it."""

    business: Any = serializers.UUIDField(required=False, default=None, help_text=_BUSINESS)
    account_number: Any = serializers.RegexField(r"^[A-Za-z0-9]{4,34}$")
    bank_code: Any = serializers.RegexField(r"^[A-Za-z0-9]{2,20}$", help_text="The bank's or branch's code.")
    bank_name: Any = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    currency: Any = serializers.ChoiceField(choices=CURRENCIES)
    country: Any = serializers.RegexField(r"^[A-Z]{2}$", required=False, default="NG", help_text="ISO 3166-1 alpha-2")


class OnboardingIn(_ProvenIn):
    """Who is to be taken up at the gateway, and where they come back to."""

    business: Any = serializers.UUIDField(required=False, default=None, help_text=_BUSINESS)
    currency: Any = serializers.ChoiceField(choices=CURRENCIES)
    country: Any = serializers.RegexField(r"^[A-Z]{2}$", help_text="ISO 3166-1 alpha-2")
    return_url: Any = serializers.URLField(max_length=500)


class RefreshAccountIn(StrictInputSerializer):
    """Where the owner comes back to, if there is something left to do at the gateway."""

    return_url: Any = serializers.URLField(max_length=500, required=False, default="")


class AccountsQuery(InputSerializer):
    business = serializers.UUIDField(required=False)
    currency = serializers.ChoiceField(choices=CURRENCIES, required=False)


class PayoutOwnerOut(OutputSerializer):
    """The business whose money it is; null where it is your own."""

    id: Any = serializers.UUIDField()
    name: Any = serializers.CharField()


class PayoutAccountOut(OutputSerializer):
    """Where money is sent; of a number only the last digits are ever shown."""

    id: Any = serializers.UUIDField()
    business: Any = PayoutOwnerOut(allow_null=True)
    kind: Any = serializers.ChoiceField(choices=AccountKind.choices)
    label: Any = serializers.CharField()
    gateway: Any = serializers.CharField()
    currency: Any = serializers.CharField()
    country: Any = serializers.CharField()
    bank_name: Any = serializers.CharField()
    last4: Any = serializers.CharField()
    account_name: Any = serializers.CharField(help_text="The holder as the bank knows them.")
    state: Any = serializers.ChoiceField(choices=AccountState.choices)
    problem: Any = serializers.CharField()
    is_default: Any = serializers.BooleanField()
    usable_from: Any = serializers.DateTimeField()
    next_weekly_payout_at: Any = serializers.DateTimeField(source="weekly_at", allow_null=True)
    added_at: Any = serializers.DateTimeField(source="created_at")


class OnboardingOut(OutputSerializer):
    """The account, and where its owner goes on with it; empty once it is ready."""

    account: Any = PayoutAccountOut()
    onboarding_url: Any = serializers.CharField(source="url")


class PayoutRequestIn(StrictInputSerializer):
    """What is to be paid out: all there is, or an amount."""

    source: Any = serializers.ChoiceField(
        choices=[(kind.value, kind.label) for kind in (PayoutKind.BUSINESS, PayoutKind.TIPS)],
        required=False,
        help_text="A business's earnings, or your own tips. Without it: earnings for owners, tips for staff.",
    )
    business: Any = serializers.UUIDField(required=False, default=None, help_text="Which of your businesses.")
    amount: Any = MoneyField(required=False, minimum_minor=1, help_text="All there is, without it.")
    currency: Any = serializers.ChoiceField(choices=CURRENCIES, required=False, help_text="Where no amount says it.")
    account: Any = serializers.UUIDField(required=False, default=None, help_text="The default one, without it.")


class WithdrawIn(StrictInputSerializer):
    """How much of the wallet goes to the customer's bank."""

    amount: Any = MoneyField(required=False, minimum_minor=1, help_text="All there is, without it.")
    currency: Any = serializers.ChoiceField(choices=CURRENCIES, required=False, help_text="Where no amount says it.")
    account: Any = serializers.UUIDField(required=False, default=None, help_text="The default one, without it.")


class PayoutsQuery(InputSerializer):
    """Filters of payouts."""

    state = serializers.ChoiceField(choices=PayoutState.choices, required=False)
    source = serializers.ChoiceField(choices=PayoutKind.choices, required=False)
    business = serializers.UUIDField(required=False)
    currency = serializers.ChoiceField(choices=CURRENCIES, required=False)


class PayoutOut(OutputSerializer):
    """A payout, with the account as it was when it was asked for."""

    id: Any = serializers.UUIDField()
    reference: Any = serializers.CharField()
    source: Any = serializers.ChoiceField(choices=PayoutKind.choices, source="kind")
    business: Any = PayoutOwnerOut(allow_null=True)
    amount: Any = MinorMoneyField(source="amount_minor")
    state: Any = serializers.ChoiceField(choices=PayoutState.choices)
    outcome_unknown: Any = serializers.BooleanField(help_text="It was sent, and the gateway has not told of it yet.")
    account: Any = serializers.UUIDField(source="account_id")
    account_label: Any = serializers.CharField()
    account_name: Any = serializers.CharField()
    gateway: Any = serializers.CharField()
    problem: Any = serializers.CharField()
    is_weekly: Any = serializers.BooleanField()
    week_of: Any = serializers.DateField(allow_null=True)
    requested_at: Any = serializers.DateTimeField()
    sent_at: Any = serializers.DateTimeField(allow_null=True)
    paid_at: Any = serializers.DateTimeField(allow_null=True)
    ended_at: Any = serializers.DateTimeField(allow_null=True, help_text="When its money was back.")


class PayoutStepOut(OutputSerializer):
    """One change that a payout went through."""

    at: Any = serializers.DateTimeField(source="pgh_created_at")
    state: Any = serializers.ChoiceField(choices=PayoutState.choices)
    outcome_unknown: Any = serializers.BooleanField()
    problem: Any = serializers.CharField()


class PayoutDetailOut(PayoutOut):
    """A payout with its history, the oldest first."""

    history: Any = PayoutStepOut(many=True)
