from django.urls import path

from apps.statements.api.views import CommissionInvoices, OneCommissionInvoice, OneStatement, Statements

urlpatterns = [
    path("practitioner/statements/", Statements.as_view({"get": "list"}), name="practitioner-statements"),
    path("practitioner/statements/<uuid:statement_id>/", OneStatement.as_view(), name="practitioner-statement"),
    path(
        "practitioner/commission-invoices/",
        CommissionInvoices.as_view({"get": "list"}),
        name="practitioner-commission-invoices",
    ),
    path(
        "practitioner/commission-invoices/<uuid:invoice_id>/",
        OneCommissionInvoice.as_view(),
        name="practitioner-commission-invoice",
    ),
]
