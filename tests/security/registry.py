"""What stands for each part of an address, and what a request carries, when it aims at something of the stranger's.

A new address whose parts are not here fails the walk; the message says what to add.
"""

from apps.bookings.tests.world import START
from apps.core.ids import new_id
from tests.security.world import DAY

# By the word before the parameter and the parameter, or by the parameter alone where it always means the same.
PARTS = {
    "{user_id}": lambda it: it.customer.pk,
    "{key_id}": lambda it: it.key.key.pk,
    "{business_id}": lambda it: it.world.business.pk,
    "{slot_id}": lambda it: it.slot.pk,
    "{course_id}": lambda it: it.course.pk,
    "{branch_id}": lambda it: it.branch.pk,
    "{membership_id}": lambda it: it.invitation.pk,
    "memberships/{membership_id}": lambda it: it.follower.pk,
    "{practitioner_id}": lambda it: it.offer.practitioner_id,
    "{plan_id}": lambda it: it.offer.pk,
    "{exception_id}": lambda it: it.exception.pk,
    "{paper_id}": lambda it: it.paper.pk,
    "{photo_id}": lambda it: it.photo.pk,
    "{staff_id}": lambda it: it.world.staff.pk,
    "{payment_id}": lambda it: it.payment.pk,
    "{method_id}": lambda it: it.method.pk,
    "{service_id}": lambda it: it.world.service.pk,
    "{package_id}": lambda it: it.package.pk,
    "{bundle_id}": lambda it: it.bundle.pk,
    "{purchase_id}": lambda it: it.purchase.pk,
    "{product_id}": lambda it: it.product.pk,
    "{address_id}": lambda it: it.address.pk,
    "{device_id}": lambda it: it.device.pk,
    "invoices/{invoice_id}": lambda it: it.invoice.pk,
    "commission-invoices/{invoice_id}": lambda it: it.commission.pk,
    "{statement_id}": lambda it: it.statement.pk,
    "{bill_id}": lambda it: it.bill.pk,
    "{bill_refund_id}": lambda it: it.bill_refund.pk,
    "{refund_id}": lambda it: it.refund.pk,
    "{payout_account_id}": lambda it: it.payout_account.pk,
    "payouts/{payout_id}": lambda it: it.payout.pk,
    "withdrawals/{payout_id}": lambda it: it.withdrawal.pk,
    "transfers/{reference}": lambda it: it.payout.reference,
    "{block_id}": lambda it: it.busy.pk,
    "{calendar_id}": lambda it: it.calendar.pk,
    "{time_off_id}": lambda it: it.time_off.pk,
    "{extra_id}": lambda it: it.added.pk,
    "{chargeback_id}": lambda it: it.chargeback.pk,
    "{receivable_id}": lambda it: it.receivable.pk,
    "{run_id}": lambda it: it.run.pk,
    "{break_id}": lambda it: it.gap.pk,
    "{account_id}": lambda it: it.account.pk,
    "{dispute_id}": lambda it: it.dispute.pk,
    "{alarm_id}": lambda it: it.alarm.pk,
    "{review_id}": lambda it: it.review.pk,
    "recording/{number}": lambda it: 1,
    "bookings/{id}": lambda it: it.paid.pk,
    "payments/{id}": lambda it: it.payment.pk,
    "notifications/{id}": lambda it: it.notification.pk,
    "businesses/{slug}": lambda it: it.world.business.slug,
    "categories/{slug}": lambda it: it.category.slug,
    "ref/{reference}": lambda it: it.paid.reference,
    "verify/{reference}": lambda it: it.payment.reference,
    "checkout/{reference}": lambda it: it.open_payment.reference,
    "for/{item_type}": lambda it: "booking",
    "{item_type}/{item_id}": lambda it: it.paid.pk,
    "webhooks/{gateway}": lambda it: "sandbox",
    "dates/{on}": lambda it: (START + DAY).date().isoformat(),
}
# Where the same parameter has to name something else.
_OF_RUNNING = {"{id}": lambda it: it.running.pk}
_OF_COURSE = {"{id}": lambda it: it.course_booking.pk}
PARTS_OF = {
    **{
        f"{name}/": _OF_RUNNING
        for name in (
            "POST /api/v1/bookings/{id}/extras/{extra_id}/refuse",
            "POST /api/v1/bookings/{id}/extras/{extra_id}/waive",
            "POST /api/v1/bookings/{id}/sos/{alarm_id}/acknowledge",
            "POST /api/v1/bookings/{id}/sos/{alarm_id}/recording",
            "GET /api/v1/bookings/{id}/sos/{alarm_id}/recording/{number}",
        )
    },
    "GET /api/v1/courses/bookings/{id}/": _OF_COURSE,
    "POST /api/v1/courses/bookings/{id}/cancel/": _OF_COURSE,
    "PUT /api/v1/admin/users/{user_id}/employment/": {"{user_id}": lambda it: it.world.ops.pk},
    "GET /api/v1/payments/for/{item_type}/{item_id}/": {"{item_id}": lambda it: it.unpaid.pk},
}
# Parameters that name no object of anybody's.
NAMES_NOTHING = {"{on}", "{item_type}", "{gateway}", "{number}"}

# Bodies that aim at the stranger where the address does not, or where the documented example fits no row.
BODIES = {
    # Not a day of every sweep's work.
    "POST /api/v1/sandbox/clock/advance/": lambda it: {"hours": "0.01"},
    "POST /api/v1/bookings/quote/": lambda it: {"service": it.world.service.pk, "staff": it.world.staff.pk},
    "POST /api/v1/payments/initialize/": lambda it: {"items": [{"type": "BOOKING", "id": it.unpaid.pk}]},
    "POST /api/v1/services/": lambda it: {
        "business": it.world.business.pk,
        "category": it.category.slug,
        "title": "Braids",
        "price": {"amount": "100.00", "currency": "NGN"},
        "duration_min": 60,
    },
    "POST /api/v1/products/": lambda it: {
        "business": it.world.business.pk,
        "category": it.product.category.slug,
        "title": "Shea butter",
        "price": {"amount": "100.00", "currency": "NGN"},
        "stock_count": 1,
        "weight_g": 1,
    },
    "POST /api/v1/packages/": lambda it: {
        "business": it.world.business.pk,
        "title": "Five massages",
        "valid_days": 90,
        "discount_percent": 10,
        "services": [{"service": it.world.service.pk, "uses": 5}],
    },
    "POST /api/v1/bundles/": lambda it: {
        "business": it.world.business.pk,
        "title": "A day off",
        "valid_days": 90,
        "price": {"amount": "100.00", "currency": "NGN"},
        "services": [{"service": it.world.service.pk}],
    },
    "POST /api/v1/payout-accounts/": lambda it: {
        "business": it.world.business.pk,
        "account_number": "0123454081",
        "bank_code": "058",
        "currency": "NGN",
    },
    "POST /api/v1/payout-accounts/onboarding/": lambda it: {
        "business": it.world.business.pk,
        "currency": "USD",
        "country": "US",
        "return_url": "https://guild.example/payouts",
    },
    "POST /api/v1/practitioner/payouts/request/": lambda it: {"business": it.world.business.pk},
    "POST /api/v1/packages/{package_id}/buy/": lambda it: {},
    "POST /api/v1/bundles/{bundle_id}/buy/": lambda it: {},
    "POST /api/v1/staff/time-off/": lambda it: {
        "staff": it.world.staff.pk,
        "starts_at": (START + 20 * DAY).isoformat(),
        "ends_at": (START + 21 * DAY).isoformat(),
    },
    "POST /api/v1/staff/calendars/": lambda it: {
        "staff": it.world.staff.pk,
        "address": "https://calendar.example/quetzal.ics",
    },
    "POST /api/v1/staff/busy/": lambda it: {
        "staff": it.world.staff.pk,
        "starts_at": (START + 20 * DAY).isoformat(),
        "ends_at": (START + 21 * DAY).isoformat(),
    },
}
# Queries that aim at the stranger.
QUERIES = {
    "GET /api/v1/bookings/": lambda it: {"business": it.world.business.pk},
    "GET /api/v1/bookings/history/": lambda it: {"staff": it.world.staff.pk},
    "GET /api/v1/bookings/upcoming/": lambda it: {"service": it.world.service.pk},
    "GET /api/v1/packages/purchases/": lambda it: {"business": it.world.business.pk},
    "GET /api/v1/invoices/": lambda it: {"business": it.world.business.pk},
    "GET /api/v1/courses/bookings/": lambda it: {"course": it.course.pk},
    "GET /api/v1/staff/schedule/": lambda it: {"month": "2026-11"},
    "GET /api/v1/staff/calendars/": lambda it: {"staff": it.world.staff.pk},
    "GET /api/v1/staff/busy/": lambda it: {"staff": it.world.staff.pk},
    "GET /api/v1/staff/time-off/": lambda it: {"staff": it.world.staff.pk},
    "GET /api/v1/payout-accounts/": lambda it: {"business": it.world.business.pk},
    "GET /api/v1/practitioner/payouts/": lambda it: {"business": it.world.business.pk},
    "GET /api/v1/practitioner/statements/": lambda it: {"business": it.world.business.pk},
    "GET /api/v1/practitioner/commission-invoices/": lambda it: {"business": it.world.business.pk},
    "GET /api/v1/practitioner/earnings/": lambda it: {"business": it.world.business.pk},
    "GET /api/v1/practitioner/earnings/summary/": lambda it: {"business": it.world.business.pk},
    "GET /api/v1/practitioner/transactions/": lambda it: {"business": it.world.business.pk},
    "GET /api/v1/wallet/transactions/": lambda it: {"business": it.world.business.pk},
    "GET /api/v1/maestro/staff/": lambda it: {
        "business": it.world.business.pk, "service": it.world.service.pk, "start": START.isoformat(),
    },
    "GET /api/v1/businesses/{business_id}/staff/{staff_id}/sick-leave/": lambda it: {
        "from": START.isoformat(), "to": (START + 60 * DAY).isoformat(),
    },
    "GET /api/v1/availability/businesses/{business_id}/": lambda it: {"service": it.world.service.pk},
    "GET /api/v1/availability/businesses/{business_id}/dates/{on}/": lambda it: {"service": it.world.service.pk},
}  # fmt: skip


def unknown_parts(points):
    """``end point: what to add`` for each part of an address that nothing stands for."""
    return [
        f'{point.name}: add "{key}" to PARTS in tests/security/registry.py, naming the stranger\'s object'
        for point in points
        for key in _keys(point)
        if key not in PARTS and "{" + key.rsplit("{", 1)[1] not in PARTS
    ]


def address_of(point, stranger):
    """The address with the stranger's objects in it."""
    return _filled(point, lambda key: _part(point, key), stranger)


def address_of_nothing(point, stranger):
    """The same address with objects that do not exist, in the last part that names one."""
    keys = [key for key in _keys(point) if "{" + key.rsplit("{", 1)[1] not in NAMES_NOTHING]
    last = keys[-1]

    def value(key):
        if key != last:
            return _part(point, key)
        return lambda it: "no-such-thing" if key.endswith(("{slug}", "{reference}")) else new_id()

    return _filled(point, value, stranger)


def names_an_object(point):
    """Whether the address names something that belongs to somebody."""
    return any("{" + name + "}" not in NAMES_NOTHING for name in point.parameters)


def _part(point, key):
    alone = "{" + key.rsplit("{", 1)[1]
    return PARTS_OF.get(point.name, {}).get(alone) or PARTS.get(key) or PARTS[alone]


def _keys(point):
    parts = point.path.strip("/").split("/")
    return [f"{parts[at - 1]}/{part}" for at, part in enumerate(parts) if part.startswith("{")]


def _filled(point, value, stranger):
    path = point.path
    for key in _keys(point):
        path = path.replace("/" + key.rsplit("/", 1)[1] + "/", f"/{value(key)(stranger)}/", 1)
    return path
