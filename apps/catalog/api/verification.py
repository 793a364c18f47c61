"""The KYC file and what is decided about it."""

from typing import Any
from uuid import UUID

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import operations, rules
from apps.catalog.api.desk_outputs import PaperOut, VerificationFileOut, VerificationOut
from apps.catalog.api.inputs import VerificationFileIn
from apps.catalog.api.owners import DeskView
from apps.catalog.errors import (
    BusinessNotFound,
    FileIncomplete,
    NotYourBusiness,
    PaperDecided,
    PaperNotFound,
    VerificationWrongState,
)
from apps.core import clock
from apps.core.api.permissions import IsAdmin
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import EmptyInput, ReasonInput
from apps.core.errors import NotAllowed

FILE = {
    "cac_number": "RC1234567",
    "bank_account": {
        "bank_name": "GTBank",
        "bank_code": "058",
        "account_number": "0123456789",
        "account_name": "Adeola Hair Studio Ltd",
    },
    "documents": [
        {"kind": "REGISTRATION", "title": "CAC certificate", "file_name": "kyc/cac.pdf"},
        {"kind": "INSURANCE", "title": "Liability", "file_name": "kyc/insurance.pdf", "expires_on": "2027-06-30"},
    ],
}


class VerificationFile(DeskView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="A business's verification file",
        description="CAC number and bank account are shown here and in the profile, and nowhere else.",
        permissions="The owner; ADMIN. Everybody else gets a 404.",
        responses=VerificationFileOut,
        errors=[BusinessNotFound],
        operation_id="businesses_apply_read",
    )
    def get(self, request: Request, business_id: UUID) -> Response:
        business = self.business_or_404(business_id)
        if not rules.may_see_bank_details(request.user, business):
            raise BusinessNotFound
        response = Response(VerificationFileOut(business).data)
        response["Cache-Control"] = "no-store"
        return response

    @documented(
        summary="Send the verification file",
        description=(
            "CAC number, documents and bank account; what was sent before need not be sent again. A verified business "
            "stays verified while new documents are looked at, and keeps its CAC number."
        ),
        permissions="The owner.",
        request=VerificationFileIn,
        responses=VerificationOut,
        errors=[BusinessNotFound, NotYourBusiness, FileIncomplete, VerificationWrongState],
        example=FILE,
        operation_id="businesses_apply",
    )
    def post(self, request: Request, business_id: UUID) -> Response:
        sent = self.read_input(VerificationFileIn)
        account = sent["bank_account"]
        business = operations.apply_for_verification(
            business_id=business_id,
            cac_number=sent["cac_number"],
            bank_account=None if account is None else operations.BankAccount(**account),
            papers=[operations.Paper(**each) for each in sent["documents"]],
            by=request.user,
            at=clock.now(),
        )
        return success(VerificationOut(business).data, message="Your file is under review.")


class Decision(DeskView):
    """``…/verify/``, ``…/reject/`` and ``…/suspend/``: one operation each."""

    permission_classes = [IsAdmin]
    operation: Any = None
    message = ""

    @documented(
        summary="Decide about a business's verification",
        description="`verify` from PENDING or SUSPENDED, `reject` from PENDING, `suspend` from VERIFIED. "
        "Audited with the reason; the owner is told.",
        permissions="ADMIN.",
        request=ReasonInput,
        responses=VerificationOut,
        errors=[NotAllowed, BusinessNotFound, VerificationWrongState],
        example={"reason": "CAC number and insurance checked against the register."},
    )
    def post(self, request: Request, business_id: UUID) -> Response:
        reason = self.read_input(ReasonInput)["reason"]
        business = self.operation(business_id=business_id, reason=reason, by=request.user, at=clock.now())
        return success(VerificationOut(business).data, message=self.message)


class Verify(Decision):
    operation = staticmethod(operations.verify_business)
    message = "The business is verified."


class Reject(Decision):
    operation = staticmethod(operations.reject_business)
    message = "The file is rejected."


class Suspend(Decision):
    operation = staticmethod(operations.suspend_business)
    message = "The business is suspended."


class ApprovePaper(DeskView):
    permission_classes = [IsAdmin]

    @documented(
        summary="Approve a document",
        description="It takes the place of the expired or expiring one of its kind; a lapsed business recovers.",
        permissions="ADMIN.",
        request=EmptyInput,
        responses=PaperOut,
        errors=[NotAllowed, BusinessNotFound, PaperNotFound, PaperDecided],
        operation_id="businesses_papers_approve",
    )
    def post(self, request: Request, business_id: UUID, paper_id: UUID) -> Response:
        self.read_input(EmptyInput)
        paper = operations.approve_paper(business_id=business_id, paper_id=paper_id, by=request.user, at=clock.now())
        return success(PaperOut(paper).data, message="The document is approved.")


class RefusePaper(DeskView):
    permission_classes = [IsAdmin]

    @documented(
        summary="Reject a document",
        permissions="ADMIN.",
        request=ReasonInput,
        responses=PaperOut,
        errors=[NotAllowed, BusinessNotFound, PaperNotFound, PaperDecided],
        example={"reason": "The scan cannot be read."},
        operation_id="businesses_papers_reject",
    )
    def post(self, request: Request, business_id: UUID, paper_id: UUID) -> Response:
        reason = self.read_input(ReasonInput)["reason"]
        paper = operations.refuse_paper(
            business_id=business_id, paper_id=paper_id, reason=reason, by=request.user, at=clock.now()
        )
        return success(PaperOut(paper).data, message="The document is rejected.")
