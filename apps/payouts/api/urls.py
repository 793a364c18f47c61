from django.urls import path

from apps.payouts.api.accounts import (
    AccountsView,
    AccountView,
    DefaultAccountView,
    OnboardingView,
    RefreshAccountView,
)
from apps.payouts.api.payouts import (
    PractitionerPayoutsView,
    PractitionerPayoutView,
    RequestPayoutView,
    WithdrawalsView,
    WithdrawalView,
    WithdrawView,
)

_ACCOUNT = "payout-accounts/<uuid:payout_account_id>/"

urlpatterns = [
    path("payout-accounts/", AccountsView.as_view(), name="payout-accounts"),
    path("payout-accounts/onboarding/", OnboardingView.as_view(), name="payout-onboarding"),
    path(_ACCOUNT, AccountView.as_view(), name="payout-account"),
    path(f"{_ACCOUNT}default/", DefaultAccountView.as_view(), name="payout-account-default"),
    path(f"{_ACCOUNT}refresh/", RefreshAccountView.as_view(), name="payout-account-refresh"),
    path("practitioner/payouts/", PractitionerPayoutsView.as_view(), name="practitioner-payouts"),
    path("practitioner/payouts/request/", RequestPayoutView.as_view(), name="practitioner-payout-request"),
    path("practitioner/payouts/<uuid:payout_id>/", PractitionerPayoutView.as_view(), name="practitioner-payout"),
    path("wallet/withdraw/", WithdrawView.as_view(), name="wallet-withdraw"),
    path("wallet/withdrawals/", WithdrawalsView.as_view(), name="wallet-withdrawals"),
    path("wallet/withdrawals/<uuid:payout_id>/", WithdrawalView.as_view(), name="wallet-withdrawal"),
]
