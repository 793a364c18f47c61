"""Kinds about businesses: members and living verification."""

from datetime import UTC, date, datetime

from apps.notifications.kinds.registry import Kind, moment, number, register, text, url
from apps.notifications.kinds.registry import date as day
from apps.notifications.states import Audience, Category, Channel, Priority

_BUSINESS = {"business_name": text("Serenity Spa")}
_MANAGE = {"manage_url": url("https://guild.example/business", required=False)}

MEMBER_INVITED = register(
    Kind(
        name="member_invited",
        label="You are invited to a business",
        essential=True,
        priority=Priority.HIGH,
        variables={
            **_BUSINESS,
            "inviter_name": text("Bola Ade"),
            "role_label": text("staff"),
            "accept_url": url("https://guild.example/invitations/abc", secret=True),
            "expires_at": moment(datetime(2026, 12, 2, 9, 0, tzinfo=UTC)),
        },
    )
)
KYC_SUBMITTED = register(
    Kind(
        name="kyc_submitted",
        label="A business asks to be verified",
        audience=Audience.OPS,
        channels=(),
        variables={**_BUSINESS, **_MANAGE},
    )
)
KYC_APPROVED = register(
    Kind(
        name="kyc_approved",
        label="Your business is verified",
        audience=Audience.BUSINESSES,
        channels=(Channel.EMAIL, Channel.PUSH),
        priority=Priority.HIGH,
        variables={**_BUSINESS, **_MANAGE},
    )
)
KYC_REJECTED = register(
    Kind(
        name="kyc_rejected",
        label="Your business could not be verified",
        audience=Audience.BUSINESSES,
        channels=(Channel.EMAIL, Channel.PUSH),
        priority=Priority.HIGH,
        variables={**_BUSINESS, "reason": text("The certificate has expired."), **_MANAGE},
    )
)
KYC_SUSPENDED = register(
    Kind(
        name="kyc_suspended",
        label="Your business is suspended",
        audience=Audience.BUSINESSES,
        channels=(Channel.EMAIL, Channel.PUSH),
        essential=True,
        priority=Priority.HIGH,
        variables={**_BUSINESS, "reason": text("The insurance has lapsed."), **_MANAGE},
    )
)
PAPER_EXPIRING = register(
    Kind(
        name="paper_expiring",
        label="A paper is about to expire",
        audience=Audience.BUSINESSES,
        channels=(Channel.EMAIL, Channel.PUSH),
        priority=Priority.HIGH,
        variables={
            **_BUSINESS,
            "paper_title": text("Public liability insurance"),
            "expires_on": day(date(2026, 12, 18)),
            "days_left": number(30),
            **_MANAGE,
        },
    )
)
PAPER_EXPIRED = register(
    Kind(
        name="paper_expired",
        label="A paper has expired",
        audience=Audience.BUSINESSES,
        channels=(Channel.EMAIL, Channel.PUSH),
        essential=True,
        priority=Priority.HIGH,
        variables={
            **_BUSINESS,
            "paper_title": text("Public liability insurance"),
            "expired_on": day(date(2026, 11, 17)),
            "jobs_stop_at": moment(datetime(2026, 12, 1, 9, 0, tzinfo=UTC), required=False),
            **_MANAGE,
        },
    )
)
BANK_DETAILS_CHANGED = register(
    Kind(
        name="bank_details_changed",
        label="Your bank details were changed",
        category=Category.SAFETY,
        audience=Audience.BUSINESSES,
        channels=(Channel.EMAIL, Channel.PUSH),
        essential=True,
        priority=Priority.HIGH,
        variables={**_BUSINESS, "changed_at": moment(datetime(2026, 11, 18, 9, 0, tzinfo=UTC)), **_MANAGE},
    )
)
