from django.urls import path

from apps.ledger.api.views import WalletBalance, WalletTransactions

urlpatterns = [
    path("wallet/balance/", WalletBalance.as_view(), name="wallet-balance"),
    path("wallet/transactions/", WalletTransactions.as_view(), name="wallet-transactions"),
]
