"""Requests about businesses and their people."""

from typing import Any

from rest_framework import serializers

from apps.catalog.api.fields import CategoriesField, CountryField, PhoneField, PictureField, PlaceField, TimeZoneField
from apps.catalog.states import INVITED_KINDS, ROLLING_HORIZONS, CategoryKind, PaperKind
from apps.core.api.fields import DayField
from apps.core.api.serializers import InputSerializer, StrictInputSerializer
from apps.core.money import CURRENCIES


class RefundTier(StrictInputSerializer):
    """Who cancels at least so many hours ahead gets so much back."""

    hours_before = serializers.IntegerField(min_value=0, max_value=8760)
    refund_percent = serializers.IntegerField(min_value=0, max_value=100)


class CancellationPolicyIn(StrictInputSerializer):
    """Tiers, the earliest first; earlier never pays back less than later, and after the last one nothing goes back.

    Whoever does not come gets what a cancellation at the start would give, or less where it says so.
    """

    tiers = RefundTier(many=True, max_length=10, allow_empty=False)
    grace_minutes = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=1440,
        help_text="So long after booking everything goes back; 5 where left out.",
    )
    no_show_refund_percent = serializers.IntegerField(
        required=False, min_value=0, max_value=100, help_text="What goes back to a customer who does not come."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Not coming never pays better than cancelling at the last moment."""
        last = next((tier["refund_percent"] for tier in attrs["tiers"] if tier["hours_before"] == 0), 0)
        if attrs.get("no_show_refund_percent", 0) > last:
            raise serializers.ValidationError(
                {"no_show_refund_percent": ["Whoever does not come gets no more back than who cancels at the start."]}
            )
        return attrs

    def validate_tiers(self, tiers: list[dict[str, int]]) -> list[dict[str, int]]:
        ordered = sorted((dict(tier) for tier in tiers), key=lambda tier: -tier["hours_before"])
        hours = [tier["hours_before"] for tier in ordered]
        shares = [tier["refund_percent"] for tier in ordered]
        if len(set(hours)) != len(hours) or shares != sorted(shares, reverse=True):
            raise serializers.ValidationError("Each tier needs its own hours, and earlier may not pay back less.")
        return ordered


class BusinessChangesIn(InputSerializer):
    """The fields of a business that its owner writes."""

    name = serializers.CharField(max_length=120, min_length=2)
    about = serializers.CharField(max_length=5000, allow_blank=True)
    logo_url = PictureField(allow_blank=True)
    contact_email = serializers.EmailField(allow_blank=True)
    contact_phone = PhoneField(allow_blank=True, max_length=24)
    address = serializers.CharField(max_length=300, allow_blank=True)
    city = serializers.CharField(max_length=80, allow_blank=True)
    state = serializers.CharField(max_length=80, allow_blank=True)
    country = CountryField()
    location = PlaceField(allow_null=True)
    service_radius_m = serializers.IntegerField(min_value=0, max_value=500_000)
    time_zone = TimeZoneField(max_length=64)
    categories = CategoriesField()
    auto_confirm = serializers.BooleanField()
    works_alone = serializers.BooleanField()
    owner_performs_services = serializers.BooleanField(help_text="Whether the owner can be booked too.")
    owner_premium = serializers.DecimalField(max_digits=4, decimal_places=2, min_value=1, max_value=10)
    cancellation_policy = CancellationPolicyIn()
    buffer_before_min = serializers.IntegerField(min_value=0, max_value=1440)
    buffer_after_min = serializers.IntegerField(min_value=0, max_value=1440)
    travel_min = serializers.IntegerField(min_value=0, max_value=1440, help_text="On the road, for jobs elsewhere.")
    grid_min = serializers.IntegerField(min_value=1, max_value=1440)
    notice_min = serializers.IntegerField(min_value=0, max_value=525_600)
    horizon_kind = serializers.ChoiceField(choices=ROLLING_HORIZONS)
    horizon_days = serializers.IntegerField(min_value=1, max_value=730)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False


class BusinessIn(BusinessChangesIn):
    """A new business; its currency stays what it is now."""

    currency = serializers.ChoiceField(choices=[(code, code) for code in CURRENCIES], default="NGN")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True


class BankAccountIn(StrictInputSerializer):
    bank_name = serializers.CharField(max_length=120)
    bank_code = serializers.CharField(max_length=20, allow_blank=True, default="")
    account_number = serializers.RegexField(r"^[0-9A-Za-z]{5,34}$", help_text="Digits, or an IBAN.")
    account_name = serializers.CharField(max_length=160)


class PaperIn(StrictInputSerializer):
    kind = serializers.ChoiceField(choices=PaperKind.choices)
    title = serializers.CharField(max_length=160)
    file_name = serializers.CharField(max_length=300, help_text="The key under which the document was uploaded.")
    expires_on = DayField(required=False, allow_null=True, default=None)


class VerificationFileIn(StrictInputSerializer):
    """The KYC file; what was sent before need not be sent again."""

    cac_number = serializers.CharField(max_length=40, required=False, default=None)
    bank_account = BankAccountIn(required=False, default=None)
    documents = PaperIn(many=True, required=False, default=list, max_length=20)


class InvitationIn(InputSerializer):
    email = serializers.EmailField(max_length=254)
    kind = serializers.ChoiceField(choices=INVITED_KINDS)


class AcceptIn(InputSerializer):
    token = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class BranchIn(InputSerializer):
    name = serializers.CharField(max_length=120)
    address = serializers.CharField(max_length=300)
    location = PlaceField(required=False, allow_null=True)
    phone = PhoneField(required=False, allow_blank=True, max_length=24)


class PhotoIn(InputSerializer):
    url = PictureField()
    caption = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    position = serializers.IntegerField(min_value=0, max_value=1000, default=0)


class StaffChangesIn(InputSerializer):
    display_name = serializers.CharField(max_length=120, required=False)
    bio = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    years_of_experience = serializers.IntegerField(min_value=0, max_value=80, required=False)
    certifications = serializers.ListField(child=serializers.CharField(max_length=160), max_length=30, required=False)
    time_zone = TimeZoneField(max_length=64, required=False, allow_blank=True)
    skills = CategoriesField(kind=CategoryKind.SERVICE, required=False)


class PractitionerPlaceIn(StrictInputSerializer):
    """A place of work; one is the primary one, or the work is done by video."""

    name = serializers.CharField(max_length=120)
    address = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    location = PlaceField(required=False, allow_null=True, default=None)
    is_virtual = serializers.BooleanField(default=False)
    is_primary = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["is_virtual"] and not attrs["address"]:
            raise serializers.ValidationError({"address": "A place that is not virtual has an address."})
        return attrs


class PractitionerIn(InputSerializer):
    """The public page of a practitioner."""

    display_name = serializers.CharField(max_length=120)
    bio = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    years_of_experience = serializers.IntegerField(min_value=0, max_value=80, required=False)
    specializations = serializers.ListField(child=serializers.CharField(max_length=80), max_length=30, required=False)
    certifications = serializers.ListField(child=serializers.CharField(max_length=160), max_length=30, required=False)
    skills = CategoriesField(kind=CategoryKind.SERVICE, required=False)
    locations = PractitionerPlaceIn(many=True, required=False, max_length=20)

    def validate_locations(self, places: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if places and sum(place["is_primary"] for place in places) != 1:
            raise serializers.ValidationError("Exactly one place is the primary one.")
        return [dict(place) for place in places]


class PractitionerApplicationIn(PractitionerIn):
    business = serializers.UUIDField(required=False, help_text="Where you work for several businesses: which.")
