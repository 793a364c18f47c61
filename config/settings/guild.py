"""The marketplace's own numbers: timers, limits, fees. Source of each default: the table of timers in the requirements.

A timer can be changed for one environment by ``GUILD_TIMER_<NAME>``, in minutes.
"""

from datetime import timedelta

import environ
from django.templatetags.static import static

env = environ.Env()


def _timer(name: str, default: timedelta) -> timedelta:
    minutes = env.float(f"GUILD_TIMER_{name}", default=None)
    return default if minutes is None else timedelta(minutes=minutes)


def sweep_period(name: str, default: timedelta) -> timedelta:
    """How often a sweep runs: ``GUILD_SWEEP_CORE_OUTBOX`` in seconds for ``core.outbox``; ops may change it while it runs."""
    seconds = env.float(f"GUILD_SWEEP_{name.replace('.', '_').upper()}", default=None)
    return default if seconds is None else timedelta(seconds=max(seconds, 1))


_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)

TIMERS: dict[str, timedelta] = {
    name: _timer(name, default)
    for name, default in {
        "BOOKING_UNPAID_EXPIRY": 30 * _MINUTE,
        "BOOKING_PENDING_TRANSFER_EXPIRY": 2 * _HOUR,
        "WAITLIST_OFFER": 30 * _MINUTE,
        "CALENDAR_REFRESH": 30 * _MINUTE,
        "PAYMENT_ATTEMPT_LIFE": 30 * _MINUTE,
        "BOOKING_NEVER_STARTED": 2 * _HOUR,
        "BOOKING_NEVER_COMPLETED_ASK": 4 * _HOUR,
        "BOOKING_NEVER_COMPLETED_OPS": 24 * _HOUR,
        "BOOKING_NO_SHOW_GRACE": 15 * _MINUTE,
        "REMINDER_FIRST": 24 * _HOUR,
        "REMINDER_SECOND": _HOUR,
        "REMINDER_LAST": 30 * _MINUTE,
        "EXTRA_UNPAID_BLOCKS": 7 * _DAY,
        "PACKAGE_UNPAID_EXPIRY": 30 * _MINUTE,
        "PACKAGE_EXPIRY_WARNING": 7 * _DAY,
        "CREDIT_PURCHASE_UNPAID": 30 * _MINUTE,
        "CREDIT_EXPIRY_WARNING": 7 * _DAY,
        "CREDIT_RETURN_GRACE": 14 * _DAY,
        "REFERRAL_CREDIT_LIFE": 90 * _DAY,
        "LOYALTY_CREDIT_LIFE": 365 * _DAY,
        "VISIT_LINK_AFTER_END": 14 * _DAY,
        "SOS_REPEAT": 2 * _MINUTE,
        "SOS_BEFORE_START": 2 * _HOUR,
        "SOS_AFTER_END": 2 * _HOUR,
        "SOS_UPLOAD_LIFE": 6 * _HOUR,
        "JOB_POSITIONS_KEPT": 30 * _DAY,
        "ESCROW_AUTO_RELEASE": 24 * _HOUR,
        "PAYOUT_ACCOUNT_COOLING_OFF": 24 * _HOUR,
        "PAYOUT_GIVE_UP": 3 * _DAY,
        "PAYOUT_WATCH": 7 * _DAY,
        "SUBSCRIPTION_UNPAID": 24 * _HOUR,
        "SUBSCRIPTION_GRACE": 7 * _DAY,
        "SUBSCRIPTION_PRICE_NOTICE": 30 * _DAY,
        "DISPUTE_DECISION": 72 * _HOUR,
        "CHARGEBACK_EVIDENCE_ALERT": 48 * _HOUR,
        "DISPUTE_WITHDRAWN_CLEARANCE": _HOUR,
        "DECLINE_OWNER_ALERT": 2 * _HOUR,
        "RANKING_REVIEW_WINDOW": 7 * _DAY,
        "IDEMPOTENCY_KEY_LIFE": 24 * _HOUR,
        "MAIL_RETRY_FOR": 24 * _HOUR,
        "URGENT_PUSH_UNSEEN": 10 * _MINUTE,
        "PASSWORD_RESET_LIFE": _HOUR,
        "EMAIL_VERIFICATION_LIFE": 3 * _DAY,
        "ONE_TIME_CODE_LIFE": 5 * _MINUTE,
        "REFRESH_REUSE_GRACE": _MINUTE,
        "SIGN_IN_CHALLENGE_LIFE": 5 * _MINUTE,
        "SIGN_IN_LOCK_FIRST": _MINUTE / 2,
        "SIGN_IN_LOCK_LONGEST": _HOUR,
        "SIGN_IN_ACCOUNT_FORGETS": 24 * _HOUR,
        "SIGN_IN_ADDRESS_FORGETS": _HOUR,
        "VIEW_AS_LIFE": 15 * _MINUTE,
        "INVITATION_LIFE": 14 * _DAY,
        "PAPER_GRACE": 14 * _DAY,
        "RECONCILE_AFTER_MIDNIGHT": 2 * _HOUR,
        "RECONCILE_LOOKBACK": _DAY,
        "RECONCILE_IN_FLIGHT": 30 * _MINUTE,
        "STATEMENT_AFTER_MIDNIGHT": 3 * _HOUR,
    }.items()
}

GUILD = {
    "TIMERS": TIMERS,
    "SWEEP_PERIOD": sweep_period,
    # More declines than these in the window flag a person for Ranking Review.
    "RANKING_REVIEW_DECLINES": 3,
    # Gross volume of the last 30 days, in minor units of the currency, above which a rate in basis points holds.
    "COMMISSION_STANDARD_BP": 500,
    "COMMISSION_TIERS": {
        "USD": [(500_000, 400), (1_000_000, 300)],
        "NGN": [(500_000_000, 400), (1_000_000_000, 300)],
        "GHS": [(6_000_000, 400), (12_000_000, 300)],
        "KES": [(65_000_000, 400), (130_000_000, 300)],
    },
    # Who charges commission, as its invoices say it, and the countries in which it is registered for value added tax.
    "PLATFORM_SELLER": {
        "name": env.str("PLATFORM_LEGAL_NAME", default=""),
        "address": env.str("PLATFORM_LEGAL_ADDRESS", default=""),
        "tin": env.str("PLATFORM_TIN", default=""),
    },
    "PLATFORM_VAT_COUNTRIES": env.list("PLATFORM_VAT_COUNTRIES", default=[]),
    # Value added tax of registered businesses by country, in basis points; prices are with tax.
    "VAT_RATES_BP": {"NG": 750, "GH": 1_500, "KE": 1_600, "ZA": 1_500, "GB": 2_000},
    # The least that is paid out, in minor units of the currency; ``*`` is for every other currency.
    "PAYOUT_MINIMUM": {"NGN": 500_000, "USD": 5_000, "GHS": 50_000, "KES": 500_000, "*": 5_000},
    "PAYOUT_MINIMUM_TIPS": {"NGN": 100_000, "USD": 1_000, "GHS": 10_000, "KES": 100_000, "*": 1_000},
    "PAYOUT_MINIMUM_WALLET": {"NGN": 10_000, "USD": 100, "GHS": 1_000, "KES": 10_000, "*": 100},
    # The platform's plans as they are first written; ADMIN changes the rows. Prices are for a month, in minor units.
    "SUBSCRIPTION_PLANS": [
        {"code": "BASIC", "name": "Basic", "rank": 0, "staff_seats": 100},
        {
            "code": "PRO",
            "name": "Pro",
            "rank": 10,
            "commission_bp": 400,
            "staff_seats": 250,
            "prices": {"NGN": 1_500_000, "USD": 1_900, "GHS": 20_000, "KES": 250_000},
        },
        {
            "code": "PREMIUM",
            "name": "Premium",
            "rank": 20,
            "commission_bp": 300,
            "is_featured": True,
            "prices": {"NGN": 4_500_000, "USD": 5_900, "GHS": 65_000, "KES": 760_000},
        },
    ],
    # By whose clock each gateway counts its days.
    "GATEWAY_TIME_ZONES": {"paystack": "Africa/Lagos", "stripe": "UTC", "sandbox": "Africa/Lagos"},
    # Gateways at which other environments use the same account, so that its balance is not ours alone to prove.
    "GATEWAYS_SHARED": env.list("GATEWAYS_SHARED", default=[]),
    "REFUND_SECOND_PERSON_ABOVE": {"NGN": 5_000_000, "USD": 5_000, "GHS": 50_000, "KES": 500_000},
    # The least and the most credits that are bought at once, in minor units; only these currencies are sold.
    "CREDIT_PURCHASE_LIMITS": {
        "NGN": (100_000, 50_000_000),
        "USD": (500, 100_000),
        "GHS": (5_000, 1_000_000),
        "KES": (50_000, 10_000_000),
    },
    # What each side has after the first completed trade of somebody who was brought, in its currency.
    "REFERRAL_REWARD": {"NGN": 100_000, "USD": 500, "GHS": 5_000, "KES": 50_000},
    # What is spent for a point, and what a point is worth as credits, in minor units; other currencies earn none. A point
    # is about a dollar spent and a cent given whatever the currency: one that is earned here and redeemed there gains
    # nothing.
    "LOYALTY_SPENT_PER_POINT": {"NGN": 150_000, "USD": 100, "GHS": 1_100, "KES": 13_000},
    "LOYALTY_POINT_WORTH": {"NGN": 1_500, "USD": 1, "GHS": 11, "KES": 130},
    # Points earned in a year from which a tier begins, and how much of the price earns points in it, in basis points.
    "LOYALTY_TIERS": {"MEMBER": 0, "SILVER": 2_000, "GOLD": 10_000},
    "LOYALTY_RATES_BP": {"MEMBER": 10_000, "SILVER": 12_500, "GOLD": 15_000},
    "LOYALTY_LEAST_REDEEMED": 100,
    # Failures to sign in before the first lock-out; each one after it doubles the delay.
    "SIGN_IN_ACCOUNT_FAILURES": 5,
    "SIGN_IN_ADDRESS_FAILURES": 30,
    "ONE_TIME_CODES_PER_HOUR": 5,
    # How often an alarm is told in all while nobody acknowledges it.
    "SOS_ROUNDS": 10,
    "PLATFORM_NAME": "The Guild",
    "PLATFORM_SUPPORT_EMAIL": env("SUPPORT_EMAIL", default="support@guild.example"),
    "BRAND_PRIMARY": "#1A237E",
    "BRAND_ACCENT": "#FFB74D",
}

UNFOLD = {
    "SITE_TITLE": "The Guild, back office",
    "SITE_HEADER": "The Guild",
    "SITE_SUBHEADER": "Back office",
    "SITE_SYMBOL": "workspace_premium",
    "LOGIN": {"form": "apps.accounts.back_office.SignInForm"},
    "SHOW_HISTORY": False,
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("guild/mark.svg")},
    ],
    "STYLES": [lambda _request: static("guild/back_office.css")],
    "SIDEBAR": {"show_search": True, "navigation": "apps.backoffice.navigation.sidebar"},
    "DASHBOARD_CALLBACK": "apps.backoffice.front_page.fill",
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {
        "primary": {
            "50": "232 234 246", "100": "197 202 233", "200": "159 168 218", "300": "121 134 203",
            "400": "92 107 192", "500": "63 81 181", "600": "40 53 147", "700": "26 35 126",
            "800": "21 28 102", "900": "16 21 78", "950": "10 13 51",
        },
    },
}  # fmt: skip
