from django.conf import settings
from django.urls import URLPattern, path

from apps.payments.api.chargebacks import Chargebacks, GiveEvidence
from apps.payments.api.methods import DefaultMethodView, MethodListView, MethodView
from apps.payments.api.parked import ParkedPayments, ProposeForParkedView
from apps.payments.api.payments import (
    InitializeView,
    PaymentDetailView,
    PaymentListView,
    PaymentsForItemView,
    VerifyView,
)
from apps.payments.api.refunds import ApproveRefundView, DenyRefundView, ProposeRefundView
from apps.payments.api.sandbox import SandboxCheckoutView, SandboxTransferView
from apps.payments.api.webhooks import WebhookView

urlpatterns: list[URLPattern] = [
    path("payments/", PaymentListView.as_view(), name="payments"),
    path("payments/initialize/", InitializeView.as_view(), name="payment-initialize"),
    path("payments/verify/<str:reference>/", VerifyView.as_view(), name="payment-verify"),
    path("payments/webhooks/<str:gateway>/", WebhookView.as_view(), name="payment-webhook"),
    path("payments/methods/", MethodListView.as_view(), name="payment-methods"),
    path("payments/methods/<uuid:method_id>/", MethodView.as_view(), name="payment-method"),
    path("payments/methods/<uuid:method_id>/default/", DefaultMethodView.as_view(), name="payment-method-default"),
    path("payments/for/<str:item_type>/<uuid:item_id>/", PaymentsForItemView.as_view(), name="payments-for-item"),
    path("payments/parked/", ParkedPayments.as_view({"get": "list"}), name="payments-parked"),
    path("payments/<uuid:pk>/", PaymentDetailView.as_view(), name="payment"),
    path("payments/<uuid:payment_id>/refunds/", ProposeRefundView.as_view(), name="payment-refunds"),
    path("payments/<uuid:payment_id>/parked/", ProposeForParkedView.as_view(), name="payment-parked"),
    path("refunds/<uuid:refund_id>/approve/", ApproveRefundView.as_view(), name="refund-approve"),
    path("refunds/<uuid:refund_id>/deny/", DenyRefundView.as_view(), name="refund-deny"),
    path("chargebacks/", Chargebacks.as_view({"get": "list"}), name="chargebacks"),
    path("chargebacks/<uuid:chargeback_id>/", Chargebacks.as_view({"get": "retrieve"}), name="chargeback"),
    path(
        "chargebacks/<uuid:chargeback_id>/evidence/",
        GiveEvidence.as_view({"post": "evidence"}),
        name="chargeback-evidence",
    ),
]

if settings.SANDBOX:
    urlpatterns += [
        path("sandbox/checkout/<str:reference>/", SandboxCheckoutView.as_view(), name="sandbox-checkout-api"),
        path("sandbox/transfers/<str:reference>/", SandboxTransferView.as_view(), name="sandbox-transfer-api"),
    ]
