"""The back office's menu: what is used daily first, the machine room last; only what the person may open."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from apps.core.admin.bases import is_ops

# Group, and its lists as app_label.model, in order.
GROUPS: tuple[tuple[str, Sequence[str]], ...] = (
    (
        "Work",
        (
            "bookings.booking", "bookings.coursebooking", "bookings.bookingtransition", "bookings.decline", "bookings.replacementoffer",
            "bookings.sickleave", "bookings.rankingreview", "bookings.participant", "bookings.waitingentry",
            "bookings.addedextra", "bookings.tip", "bookings.reminder", "packages.purchase", "packages.use",
            "bookings.contactreveal", "bookings.sosalarm", "bookings.jobposition",
            "bookings.actionlink", "bookings.calendarkey",
        ),
    ),
    (
        "Businesses",
        (
            "catalog.business", "catalog.verificationpaper", "catalog.membership", "catalog.staffmember",
            "catalog.service", "catalog.package", "catalog.bundle", "catalog.product", "catalog.category",
        ),
    ),
    (
        "Calendars",
        (
            "availability.openinghours", "availability.openingexception", "availability.weeklyschedule",
            "availability.scheduleoverride", "availability.timeoff", "availability.travelperiod",
            "availability.busyblock", "availability.capacityslot", "availability.course", "availability.importedcalendar",
        ),
    ),
    (
        "Money",
        (
            "subscriptions.subscription", "subscriptions.bill", "subscriptions.billrefund", "subscriptions.plan", "subscriptions.practitionerplan",
            "subscriptions.subscriptionaudit", "payments.payment", "payments.refund", "payments.chargeback", "payouts.payout", "payouts.payoutaccount",
            "payouts.payoutfreeze", "payouts.payoutaudit", "disputes.dispute", "invoices.invoice", "invoices.taxdetails",
            "statements.statement", "statements.commissioninvoice", "statements.commissionseries",
            "ledger.escrowhold", "ledger.account", "ledger.balance", "ledger.transfer", "reconciliation.break",
            "reconciliation.reconciliationrun", "credits.grant", "credits.use", "credits.line", "credits.creditpurchase",
            "credits.gift", "credits.promocode", "credits.redemption", "credits.referral", "loyalty.loyaltyaccount", "loyalty.pointentry", "payments.paymentaudit",
            "payments.savedmethod",
        ),
    ),
    (
        "People",
        (
            "accounts.user", "accounts.accountactivity", "accounts.signin", "accounts.signinguard",
            "accounts.address", "accounts.pushdevice", "accounts.apikey",
        ),
    ),
    (
        "Messages",
        (
            "notifications.notification", "notifications.deliverylog", "notifications.template",
            "notifications.suppressedaddress",
        ),
    ),
    (
        "Machine room",
        (
            "core.auditentry", "payments.webhookevent", "core.outboxmessage", "core.sweepheartbeat",
            "django_celery_beat.periodictask", "django_celery_beat.intervalschedule",
            "django_celery_beat.crontabschedule", "ledger.sealbatch", "reconciliation.gatewayline",
            "reconciliation.booksproof", "payments.sandboxcharge",
            "payments.sandboxmove", "payments.sandboxdispute", "payments.sandboxhook",
        ),
    ),
)  # fmt: skip
_ICONS = {
    "bookings.booking": "event", "catalog.business": "storefront", "catalog.staffmember": "badge",
    "catalog.service": "content_cut", "payments.payment": "payments", "payments.refund": "undo",
    "payouts.payout": "send_money", "payouts.payoutaccount": "account_balance", "payouts.payoutfreeze": "ac_unit",
    "disputes.dispute": "gavel", "payments.chargeback": "credit_card_off", "ledger.escrowhold": "lock", "accounts.user": "person", "notifications.deliverylog": "outgoing_mail",
    "core.auditentry": "history", "availability.openinghours": "schedule", "catalog.product": "inventory_2",
    "payments.webhookevent": "webhook", "notifications.template": "edit_note",
}  # fmt: skip


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups with the lists that the person may open."""
    admins = {model._meta.label_lower: each for model, each in admin.site._registry.items()}
    groups: list[dict[str, Any]] = [
        {
            "items": [
                {"title": "Today", "icon": "today", "link": reverse("admin:index"), "active": _is_front_page},
                {"title": "Calendar", "icon": "calendar_view_day", "link": reverse("back-office-day")},
            ]
        }
    ]
    for title, names in GROUPS:
        items = [_item(name, admins[name]) for name in names if admins[name].has_view_permission(request)]
        if title == "Money" and is_ops(request.user):
            items = [*_books(), *items]
        if items:
            groups.append({"title": title, "separator": True, "items": items})
    return groups


def _books() -> list[dict[str, Any]]:
    return [
        {"title": "Trial balance", "icon": "balance", "link": reverse("books-trial-balance")},
        {"title": "Money over time", "icon": "bar_chart", "link": reverse("books-charts")},
    ]


def _is_front_page(request: HttpRequest) -> bool:
    return request.path == reverse("admin:index")


def _item(name: str, model_admin: Any) -> dict[str, Any]:
    words = str(model_admin.opts.verbose_name_plural)
    return {
        "title": words[:1].upper() + words[1:],
        "icon": _ICONS.get(name, "list"),
        "link": reverse(f"admin:{name.replace('.', '_')}_changelist"),
    }
