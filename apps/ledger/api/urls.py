from django.urls import path

from apps.ledger.api.accounting import AccountStatement, PastBalance, TrialBalances
from apps.ledger.api.earnings import EarningsSummaryView, EarningsView, PractitionerTransactions
from apps.ledger.api.receivables import Receivables, WriteOffReceivable
from apps.ledger.api.views import WalletBalance, WalletTransactions

urlpatterns = [
    path("wallet/balance/", WalletBalance.as_view(), name="wallet-balance"),
    path("wallet/transactions/", WalletTransactions.as_view(), name="wallet-transactions"),
    path("receivables/", Receivables.as_view({"get": "list"}), name="receivables"),
    path(
        "receivables/<uuid:receivable_id>/write-off/",
        WriteOffReceivable.as_view({"post": "write_off"}),
        name="receivable-write-off",
    ),
    path("practitioner/earnings/", EarningsView.as_view(), name="practitioner-earnings"),
    path("practitioner/earnings/summary/", EarningsSummaryView.as_view(), name="practitioner-earnings-summary"),
    path("practitioner/transactions/", PractitionerTransactions.as_view(), name="practitioner-transactions"),
    path("ledger/trial-balance/", TrialBalances.as_view(), name="trial-balance"),
    path("ledger/accounts/<uuid:account_id>/balance/", PastBalance.as_view(), name="past-balance"),
    path("ledger/accounts/<uuid:account_id>/statement/", AccountStatement.as_view(), name="account-statement"),
]
