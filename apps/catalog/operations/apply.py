import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from apps.catalog.errors import FileIncomplete, VerificationWrongState
from apps.catalog.events import BankDetailsChanged, BusinessApplied
from apps.catalog.models import Business, VerificationPaper
from apps.catalog.operations._access import owned_business
from apps.catalog.states import PaperState, VerificationStatus
from apps.core import audit, events


@dataclass(frozen=True, kw_only=True, repr=False)
class BankAccount:
    """Where money is paid out to; encrypted at rest, and never in a log (it has no printed form)."""

    bank_name: str
    bank_code: str
    account_number: str
    account_name: str


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document of the file."""

    kind: str
    title: str
    file_name: str
    expires_on: date | None = None


@transaction.atomic
def apply_for_verification(
    *,
    business_id: UUID,
    cac_number: str | None,
    bank_account: BankAccount | None,
    papers: Sequence[Paper],
    by: Any,
    at: datetime,
) -> Business:
    """The file waits for a decision. A verified business stays verified while its new papers are looked at.

    Raises: BusinessNotFound; NotYourBusiness; FileIncomplete; VerificationWrongState.
    """
    business = owned_business(business_id=business_id, by=by)
    is_first_file = business.verification_status in {VerificationStatus.UNVERIFIED, VerificationStatus.REJECTED}
    is_settled = business.verification_status in {VerificationStatus.VERIFIED, VerificationStatus.SUSPENDED}
    if is_settled and business.cac_number and cac_number not in {None, business.cac_number}:
        raise VerificationWrongState("A verified business keeps its CAC number.")
    _refuse_paper_of_the_past(papers, zone=business.time_zone, at=at)
    changed = _write_secrets(business, cac_number=cac_number, bank_account=bank_account)
    VerificationPaper.objects.bulk_create(VerificationPaper(business=business, **asdict(paper)) for paper in papers)
    if is_first_file:
        _refuse_incomplete(business)
        business.submit(at=at)
    business.save(update_fields=[*changed, "verification_status", "applied_at", "verification_reason"])
    audit.record(
        "business.applied",
        target=business,
        by=by,
        at=at,
        # Which parts were sent, never what they say.
        after={"sent": sorted(changed), "papers": [paper.title for paper in papers]},
    )
    events.publish(BusinessApplied(business_id=business.pk, applied_at=at))
    if "bank_details" in changed and not is_first_file:
        events.publish(BankDetailsChanged(business_id=business.pk, owner_id=business.owner_id, changed_at=at))
    return business


def _write_secrets(business: Business, *, cac_number: str | None, bank_account: BankAccount | None) -> list[str]:
    changed = []
    if cac_number is not None and cac_number != business.cac_number:
        business.cac_number = cac_number
        changed.append("cac_number")
    if bank_account is not None:
        details = json.dumps(asdict(bank_account), sort_keys=True)
        if details != business.bank_details:
            business.bank_details = details
            changed.append("bank_details")
    return changed


def _refuse_incomplete(business: Business) -> None:
    missing = {}
    if not business.cac_number:
        missing["cac_number"] = ["A verification needs the CAC number."]
    if not business.bank_details:
        missing["bank_account"] = ["A verification needs a bank account."]
    if not VerificationPaper.objects.filter(business=business).exclude(state=PaperState.REJECTED).exists():
        missing["documents"] = ["A verification needs at least one document; those that were refused do not count."]
    if missing:
        raise FileIncomplete(errors=missing)


def _refuse_paper_of_the_past(papers: Sequence[Paper], *, zone: str, at: datetime) -> None:
    today = at.astimezone(ZoneInfo(zone)).date()
    if any(paper.expires_on is not None and paper.expires_on < today for paper in papers):
        raise FileIncomplete(errors={"documents": ["A paper has expired already."]})
