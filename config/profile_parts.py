"""What the apps add to a person's profile, account, export and erasure: on one page; connected when Django starts."""

from apps.accounts import contributions
from apps.accounts.contributions import Contributions, ProfilePart
from apps.accounts.states import Role
from apps.bookings import profile_parts as bookings
from apps.catalog import profile_parts as catalog
from apps.credits import profile_parts as purse
from apps.disputes import profile_parts as disputes
from apps.ledger import profile_parts as ledger
from apps.loyalty import profile_parts as loyalty
from apps.notifications import account_part as notifications
from apps.packages import profile_parts as packages
from apps.payments import profile_parts as payments
from apps.payouts import profile_parts as payouts
from apps.subscriptions import profile_parts as subscriptions

CONTRIBUTIONS = Contributions(
    profile=[
        ProfilePart(name="owner", roles=frozenset({Role.CEO}), fields=catalog.ceo_fields, read=catalog.ceo_part),
        ProfilePart(
            name="staff",
            roles=frozenset({Role.STAFF}),
            fields=catalog.staff_fields,
            read=catalog.staff_part,
            inputs=catalog.staff_inputs,
            write=catalog.write_staff_part,
        ),
        ProfilePart(name="payment", roles=frozenset({Role.CUSTOMER}), fields=payments.fields, read=payments.read),
        ProfilePart(name="wallet", roles=frozenset({Role.CUSTOMER}), fields=ledger.fields, read=ledger.read),
        ProfilePart(name="loyalty", roles=frozenset({Role.CUSTOMER}), fields=loyalty.fields, read=loyalty.read),
    ],
    account=[
        ProfilePart(
            name="notifications",
            fields=notifications.fields,
            read=notifications.read,
            inputs=notifications.inputs,
            write=notifications.write,
        ),
    ],
    exporters={
        "notifications": notifications.export,
        "catalogue": catalog.export,
        "wallet": ledger.export,
        "credits": purse.export,
        "loyalty": loyalty.export,
        "payments": payments.export,
        "payouts": payouts.export,
        "packages": packages.export,
        "bookings": bookings.export,
        "disputes": disputes.export,
        "subscriptions": subscriptions.export,
    },
    erasure_objections=[
        catalog.objection_to_erasure,
        ledger.objection_to_erasure,
        purse.objection_to_erasure,
        payments.objection_to_erasure,
        payouts.objection_to_erasure,
        packages.objection_to_erasure,
        disputes.objection_to_erasure,
        bookings.objection_to_erasure,
    ],
)


def connect() -> None:
    """Every part of the page is shown, exported and asked."""
    contributions.connect(CONTRIBUTIONS)
