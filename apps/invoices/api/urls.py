from django.urls import path

from apps.invoices.api.views import InvoicePdf, Invoices, ReceiptPdf, Tax

urlpatterns = [
    path("invoices/", Invoices.as_view({"get": "list"}), name="invoices"),
    path("invoices/<uuid:invoice_id>/", Invoices.as_view({"get": "retrieve"}), name="invoice"),
    path("invoices/<uuid:invoice_id>/pdf/", InvoicePdf.as_view(), name="invoice-pdf"),
    path("payments/<uuid:payment_id>/receipt/", ReceiptPdf.as_view(), name="payment-receipt"),
    path("businesses/<uuid:business_id>/tax/", Tax.as_view(), name="business-tax"),
]
