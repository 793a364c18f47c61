"""Invoices, credit notes and receipts: as data and as PDF; and what a business says of its tax."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog.errors import BusinessNotFound
from apps.catalog.models import Business
from apps.core import clock
from apps.core.api.files import FileView, pdf
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView, DomainViewSet
from apps.core.idempotency import idempotent
from apps.invoices import errors, operations, queries
from apps.invoices.api.shapes import InvoiceOut, InvoicesQuery, TaxDetailsIn, TaxDetailsOut, shown, tax_shown
from apps.invoices.models import Invoice, TaxDetails
from apps.invoices.papers.invoice import invoice_pdf
from apps.invoices.papers.receipt import receipt_pdf
from apps.payments import queries as payments
from apps.payments.errors import PaymentNotFound

WHO_SEES = (
    "The customer, the desk and owner of the business that sold, the owner of one that bought from the platform, ops; "
    "for others it is not there."
)
_NAMES = {"payment": "payment_id", "issued_from": "issued_at__gte", "issued_before": "issued_at__lt", "kind": "kind"}


class Invoices(DomainViewSet):
    queryset = Invoice.objects.none()
    serializer_class = InvoiceOut
    permission_classes = [IsAuthenticated]

    @documented(
        summary="List invoices and credit notes", description="One's own and those of one's businesses, latest first.",
        permissions=WHO_SEES, responses=InvoiceOut(many=True), parameters=[InvoicesQuery],
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        wanted = self.read_query(InvoicesQuery)
        found = queries.visible_to(request.user)
        if "business" in wanted:
            found = found.of_business(wanted.pop("business"))
        terms: dict[str, Any] = {_NAMES[name]: value for name, value in wanted.items()}
        page = self.paginate_queryset(found.filter(**terms).order_by("-issued_at", "-pk"))
        return self.get_paginated_response([shown(each) for each in page])

    @documented(
        summary="Look at an invoice", description="As it was issued: neither it nor its number ever changes.",
        permissions=WHO_SEES, responses=InvoiceOut, errors=[errors.NoSuchInvoice],
    )  # fmt: skip
    def retrieve(self, request: Request, invoice_id: UUID) -> Response:
        return success(shown(queries.find_visible(request.user, invoice_id)))


class InvoicePdf(FileView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="An invoice or credit note as PDF", description="In the language of `Accept-Language`.",
        permissions=WHO_SEES, responses={(200, "application/pdf"): OpenApiTypes.BINARY}, errors=[errors.NoSuchInvoice],
    )  # fmt: skip
    def get(self, request: Request, invoice_id: UUID) -> Any:
        invoice = queries.find_visible(request.user, invoice_id)
        return pdf(invoice_pdf(invoice), f"{invoice.reference}.pdf")


class ReceiptPdf(FileView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="The receipt of a payment as PDF",
        description="What was received, for what, and what has gone back since; in the language of `Accept-Language`.",
        permissions="The payer, and ops.", responses={(200, "application/pdf"): OpenApiTypes.BINARY},
        errors=[PaymentNotFound, errors.NothingReceived],
    )  # fmt: skip
    def get(self, request: Request, payment_id: UUID) -> Any:
        payment = payments.payments_with_shares(request.user).select_related("payer").filter(pk=payment_id).first()
        if payment is None:
            raise PaymentNotFound
        if not payment.is_paid:
            raise errors.NothingReceived
        return pdf(receipt_pdf(payment), f"receipt-{payment.reference}.pdf")


class Tax(DomainView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="What a business says of its tax", permissions="The business's desk and owner, and ops.",
        responses=TaxDetailsOut, errors=[BusinessNotFound], operation_id="business_tax_retrieve",
    )  # fmt: skip
    def get(self, request: Request, business_id: UUID) -> Response:
        business = Business.objects.visible_to(request.user).filter(pk=business_id).first()
        if business is None:
            raise BusinessNotFound
        return self._shown(business)

    @documented(
        summary="Say how a business stands with the tax office",
        description="Its invoices from now on carry these; those that were issued stay as they are.",
        permissions="The business's owner, and ops.", request=TaxDetailsIn, responses=TaxDetailsOut,
        errors=[BusinessNotFound], example={"tin": "12345678-0001", "is_registered": True},
        operation_id="business_tax_update",
    )  # fmt: skip
    @idempotent
    def put(self, request: Request, business_id: UUID) -> Response:
        given = self.read_input(TaxDetailsIn)
        details = operations.set_tax_details(business_id=business_id, by=request.user, at=clock.now(), **given)
        return self._shown(details.business)

    def _shown(self, business: Business) -> Response:
        details = TaxDetails.objects.filter(business=business).first()
        return success(tax_shown(details, applied_rate_bp=queries.vat_rate_of(business.country, details)))
