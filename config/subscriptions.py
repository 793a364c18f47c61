"""Who acts on which fact: the whole wiring of the project, on one page; connected when Django starts."""

from apps.catalog import events as catalog_events
from apps.catalog import handlers as catalog
from apps.core import events
from apps.core.events import Subscriptions

SUBSCRIPTIONS: Subscriptions = {
    catalog_events.MemberInvited: [catalog.invite_by_mail],
    catalog_events.BusinessApplied: [catalog.tell_ops_of_file],
    catalog_events.BusinessVerified: [catalog.tell_verified],
    catalog_events.BusinessRejected: [catalog.tell_rejected],
    catalog_events.BusinessSuspended: [catalog.tell_suspended],
    catalog_events.BankDetailsChanged: [catalog.tell_bank_details_changed],
    catalog_events.PaperExpiring: [catalog.warn_of_paper],
    catalog_events.PaperExpired: [catalog.tell_paper_expired],
}


def connect() -> None:
    """Every handler of the table hears of its events."""
    events.connect(SUBSCRIPTIONS)
