"""Statements and commission invoices: as data, as PDF, as a spreadsheet."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.envelope import EnvelopeRenderer
from apps.core.api.files import CsvRenderer, FileView, PdfRenderer, pdf
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainViewSet
from apps.payouts.api.permissions import IsPractitioner
from apps.statements import errors, queries
from apps.statements.api.shapes import (
    CommissionInvoiceOut,
    StatementOut,
    StatementsQuery,
    StatementWithLinesOut,
    invoice_shown,
    shown,
    with_lines,
)
from apps.statements.models import CommissionInvoice, Statement
from apps.statements.papers.commission import commission_pdf
from apps.statements.papers.spreadsheet import statement_csv
from apps.statements.papers.statement import statement_pdf

_WHO = "Owners, of their businesses; performers, of their tips. For others it is not there."
_OWNERS = "Owners, of their businesses. For others it is not there."


class Statements(DomainViewSet):
    queryset = Statement.objects.none()
    serializer_class = StatementOut
    permission_classes = [IsPractitioner]

    @documented(
        summary="List monthly statements",
        description=(
            "The latest first. A month's statement is made on the first of the next one, by the clock of the business, "
            "and mailed with the PDF; it never changes."
        ),
        permissions=_WHO, responses=StatementOut(many=True), parameters=[StatementsQuery],
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        wanted = self.read_query(StatementsQuery)
        terms: dict[str, Any] = {name: wanted[name] for name in ("business", "currency") if name in wanted}
        if "month" in wanted:
            terms["month"] = wanted["month"].replace(day=1)
        page = self.paginate_queryset(queries.visible_to(request.user).filter(**terms).order_by("-month", "-pk"))
        return self.get_paginated_response([shown(each) for each in page])


class OneStatement(FileView):
    permission_classes = [IsPractitioner]
    renderer_classes: ClassVar[Any] = [EnvelopeRenderer, PdfRenderer, CsvRenderer]

    @documented(
        summary="A monthly statement",
        description=(
            "Opening balance, every movement, closing balance. `?format=pdf`, in the language of `Accept-Language`, or "
            "`?format=csv`."
        ),
        permissions=_WHO,
        parameters=[OpenApiParameter("format", str, enum=["json", "pdf", "csv"])],
        responses={
            (200, "application/json"): StatementWithLinesOut,
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (200, "text/csv"): OpenApiTypes.STR,
        },
        errors=[errors.NoSuchStatement],
        operation_id="practitioner_statement",
    )
    def get(self, request: Request, statement_id: UUID) -> Any:
        statement = queries.find_visible(request.user, statement_id)
        wanted = request.accepted_renderer.format
        if wanted == "pdf":
            return pdf(statement_pdf(statement), f"statement-{statement.reference}.pdf")
        if wanted == "csv":
            headers = {"Content-Disposition": f'attachment; filename="statement-{statement.reference}.csv"'}
            return HttpResponse(statement_csv(statement), content_type="text/csv; charset=utf-8", headers=headers)
        return success(with_lines(statement))


class CommissionInvoices(DomainViewSet):
    queryset = CommissionInvoice.objects.none()
    serializer_class = CommissionInvoiceOut
    permission_classes = [IsPractitioner]

    @documented(
        summary="List what the platform has charged",
        description="Invoices for each month's commission, and credit notes where more was given back; the latest first.",
        permissions=_OWNERS, responses=CommissionInvoiceOut(many=True), parameters=[StatementsQuery],
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        wanted = self.read_query(StatementsQuery)
        terms: dict[str, Any] = {name: wanted[name] for name in ("business", "currency") if name in wanted}
        if "month" in wanted:
            terms["month"] = wanted["month"].replace(day=1)
        found = queries.invoices_visible_to(request.user).filter(**terms).order_by("-month", "-pk")
        return self.get_paginated_response([invoice_shown(each) for each in self.paginate_queryset(found)])


class OneCommissionInvoice(FileView):
    permission_classes = [IsPractitioner]

    @documented(
        summary="The invoice for a month's commission",
        description="`?format=pdf` gives the paper, in the language of `Accept-Language`.",
        permissions=_OWNERS,
        parameters=[OpenApiParameter("format", str, enum=["json", "pdf"])],
        responses={(200, "application/json"): CommissionInvoiceOut, (200, "application/pdf"): OpenApiTypes.BINARY},
        errors=[errors.NoSuchCommissionInvoice],
        operation_id="practitioner_commission_invoice",
    )
    def get(self, request: Request, invoice_id: UUID) -> Any:
        invoice = queries.find_invoice(request.user, invoice_id)
        if request.accepted_renderer.format == "pdf":
            return pdf(commission_pdf(invoice), f"invoice-{invoice.reference}.pdf")
        return success(invoice_shown(invoice))
