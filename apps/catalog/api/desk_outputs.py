"""What a business's own people see of it."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog.api.fields import PlaceField
from apps.catalog.api.outputs import BusinessCard, BusinessPage, BusinessTag, CategoryTag, StaffCard
from apps.catalog.states import MembershipKind, MembershipState, PaperKind, PaperState
from apps.core.api.actions import AvailableActionOut
from apps.core.api.serializers import OutputSerializer


class BookingCountsOut(OutputSerializer):
    total: Any = serializers.IntegerField()
    pending: Any = serializers.IntegerField()
    confirmed: Any = serializers.IntegerField()
    completed: Any = serializers.IntegerField()


class MyBusiness(BusinessCard):
    """A business of one's own, in a list."""

    is_active: Any = serializers.BooleanField()
    takes_jobs: Any = serializers.BooleanField()
    bookings: Any = BookingCountsOut()
    available_actions: Any = serializers.ListField(child=serializers.CharField(), help_text="Names only.")


class MyBusinessPage(BusinessPage):
    """A business of one's own, with what the public does not see; bank details are in its verification file."""

    is_active: Any = serializers.BooleanField()
    verification_reason: Any = serializers.CharField()
    applied_at: Any = serializers.DateTimeField(allow_null=True)
    verified_at: Any = serializers.DateTimeField(allow_null=True)
    papers_lapsed_at: Any = serializers.DateTimeField(allow_null=True)
    bookings: Any = BookingCountsOut()
    available_actions: Any = AvailableActionOut(many=True)


class BankAccountOut(OutputSerializer):
    bank_name: Any = serializers.CharField()
    bank_code: Any = serializers.CharField()
    account_number: Any = serializers.CharField()
    account_name: Any = serializers.CharField()


class PaperOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    kind: Any = serializers.ChoiceField(choices=PaperKind.choices)
    state: Any = serializers.ChoiceField(choices=PaperState.choices)
    title: Any = serializers.CharField()
    file_name: Any = serializers.CharField()
    expires_on: Any = serializers.DateField(allow_null=True)
    decided_at: Any = serializers.DateTimeField(allow_null=True)
    reason: Any = serializers.CharField()


class VerificationFileOut(OutputSerializer):
    """The KYC file; owner and ADMIN only."""

    id: Any = serializers.UUIDField()
    verification_status: Any = serializers.CharField()
    verification_reason: Any = serializers.CharField()
    cac_number: Any = serializers.CharField()
    bank_account: Any = serializers.SerializerMethodField()
    documents: Any = serializers.SerializerMethodField()

    @extend_schema_field(BankAccountOut(allow_null=True))
    def get_bank_account(self, business: Any) -> Any:
        return BankAccountOut(json.loads(business.bank_details)).data if business.bank_details else None

    @extend_schema_field(PaperOut(many=True))
    def get_documents(self, business: Any) -> Any:
        return PaperOut(business.papers.order_by("created_at", "pk"), many=True).data


class VerificationOut(OutputSerializer):
    """What a decision left behind."""

    id: Any = serializers.UUIDField()
    slug: Any = serializers.CharField()
    name: Any = serializers.CharField()
    verification_status: Any = serializers.CharField()
    verification_reason: Any = serializers.CharField()
    applied_at: Any = serializers.DateTimeField(allow_null=True)
    verified_at: Any = serializers.DateTimeField(allow_null=True)
    is_active: Any = serializers.BooleanField()


class MemberOut(OutputSerializer):
    """A membership, or an invitation that waits."""

    id: Any = serializers.UUIDField()
    business: Any = BusinessTag()
    kind: Any = serializers.ChoiceField(choices=MembershipKind.choices)
    state: Any = serializers.ChoiceField(choices=MembershipState.choices)
    name: Any = serializers.SerializerMethodField()
    email: Any = serializers.SerializerMethodField()
    joined_at: Any = serializers.DateTimeField(allow_null=True)
    ended_at: Any = serializers.DateTimeField(allow_null=True)
    invitation_expires_at: Any = serializers.DateTimeField(allow_null=True)

    def get_name(self, membership: Any) -> str:
        return membership.user.name if membership.user else ""

    def get_email(self, membership: Any) -> str:
        return (membership.user.email or "") if membership.user else membership.invited_email


class DeskStaff(StaffCard):
    """Somebody who performs jobs, as the desk sees them."""

    skills: Any = CategoryTag(many=True)
    certifications: Any = serializers.ListField(child=serializers.CharField())
    time_zone: Any = serializers.CharField()
    is_active: Any = serializers.BooleanField()
    has_public_page: Any = serializers.BooleanField()
    maestro_score: Any = serializers.DecimalField(max_digits=4, decimal_places=3)
    ranking_review_since: Any = serializers.DateTimeField(allow_null=True)


class PractitionerPlaceOut(OutputSerializer):
    name: Any = serializers.CharField()
    address: Any = serializers.CharField()
    location: Any = PlaceField()
    is_virtual: Any = serializers.BooleanField()
    is_primary: Any = serializers.BooleanField()


class PractitionerOut(StaffCard):
    """The public page of a practitioner."""

    business: Any = BusinessTag()
    specializations: Any = serializers.ListField(child=serializers.CharField())
    certifications: Any = serializers.ListField(child=serializers.CharField())
    skills: Any = CategoryTag(many=True)
    is_verified: Any = serializers.BooleanField()
    is_featured: Any = serializers.BooleanField(source="is_shown_featured")
    locations: Any = PractitionerPlaceOut(many=True)
