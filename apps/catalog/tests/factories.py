"""Rows of the catalogue for tests: a business is verified and has its owner, unless a test says otherwise."""

from datetime import UTC, datetime

import factory
from django.contrib.gis.geos import Point
from factory.django import DjangoModelFactory

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.catalog.models import (
    Bundle,
    Business,
    Category,
    Extra,
    Membership,
    Package,
    Product,
    Service,
    StaffMember,
    VerificationPaper,
)
from apps.catalog.states import CategoryKind, MembershipKind, MembershipState, ServicePlace, VerificationStatus

LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LAGOS = Point(3.3792, 6.5244, srid=4326)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"member{n}@example.com")
    first_name = factory.Sequence(lambda n: f"Person{n}")
    last_name = "Test"
    role = Role.CUSTOMER
    email_verified_at = LONG_AGO


class OwnerFactory(UserFactory):
    role = Role.CEO
    is_staff = True


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    kind = CategoryKind.SERVICE
    slug = factory.Sequence(lambda n: f"category-{n}")
    name = factory.Sequence(lambda n: f"Category {n}")


class BusinessFactory(DjangoModelFactory):
    """A verified, active business in Lagos with its owner and the owner's membership."""

    class Meta:
        model = Business
        skip_postgeneration_save = True

    owner = factory.SubFactory(OwnerFactory)
    name = factory.Sequence(lambda n: f"Business {n}")
    slug = factory.Sequence(lambda n: f"business-{n}")
    city = "Lagos"
    country = "NG"
    location = LAGOS
    time_zone = "Africa/Lagos"
    currency = "NGN"
    verification_status = VerificationStatus.VERIFIED
    applied_at = LONG_AGO
    verified_at = LONG_AGO
    staff_seats = None  # as many people as a test wants

    @factory.post_generation
    def owner_membership(self, create, extracted, **kwargs):
        if create and extracted is not False:
            Membership.objects.create(
                business=self,
                user=self.owner,
                kind=MembershipKind.OWNER,
                state=MembershipState.ACTIVE,
                joined_at=LONG_AGO,
            )


class MembershipFactory(DjangoModelFactory):
    """An active membership; an employee's unless ``kind`` says otherwise."""

    class Meta:
        model = Membership

    business = factory.SubFactory(BusinessFactory)
    user = factory.SubFactory(UserFactory, role=Role.EMPLOYEE, is_staff=True)
    kind = MembershipKind.EMPLOYEE
    state = MembershipState.ACTIVE
    joined_at = LONG_AGO


class StaffMemberFactory(DjangoModelFactory):
    """A person who performs jobs, with the membership that says so; ``membership=False`` leaves it out."""

    class Meta:
        model = StaffMember
        skip_postgeneration_save = True

    business = factory.SubFactory(BusinessFactory)
    user = factory.SubFactory(UserFactory, role=Role.STAFF)
    display_name = factory.LazyAttribute(lambda staff: staff.user.name)
    years_of_experience = 4

    @factory.post_generation
    def membership(self, create, extracted, **kwargs):
        if create and extracted is not False and self.user_id != self.business.owner_id:
            Membership.objects.get_or_create(
                business=self.business,
                user=self.user,
                kind=MembershipKind.STAFF,
                state=MembershipState.ACTIVE,
                defaults={"joined_at": LONG_AGO},
            )

    @factory.post_generation
    def skills(self, create, extracted, **kwargs):
        if create and extracted:
            self.skills.set(extracted)


class ServiceFactory(DjangoModelFactory):
    """An hour at the business for 5,000.00; ``performers=[…]`` names who can do it."""

    class Meta:
        model = Service
        skip_postgeneration_save = True

    business = factory.SubFactory(BusinessFactory)
    category = factory.SubFactory(CategoryFactory)
    title = factory.Sequence(lambda n: f"Service {n}")
    price_minor = 500_000
    duration_min = 60
    places = [ServicePlace.AT_BUSINESS]

    @factory.post_generation
    def performers(self, create, extracted, **kwargs):
        if create and extracted:
            self.performers.set(extracted)


class ExtraFactory(DjangoModelFactory):
    class Meta:
        model = Extra

    service = factory.SubFactory(ServiceFactory)
    name = factory.Sequence(lambda n: f"Extra {n}")
    price_minor = 100_000
    duration_min = 15


class ProductFactory(DjangoModelFactory):
    class Meta:
        model = Product

    business = factory.SubFactory(BusinessFactory)
    category = factory.SubFactory(CategoryFactory, kind=CategoryKind.PRODUCT)
    title = factory.Sequence(lambda n: f"Product {n}")
    price_minor = 250_000
    stock_count = 10
    weight_g = 400


class PaperFactory(DjangoModelFactory):
    class Meta:
        model = VerificationPaper

    business = factory.SubFactory(BusinessFactory)
    kind = "LICENCE"
    title = "Operating licence"
    file_name = "papers/licence.pdf"


class _DealFactory(DjangoModelFactory):
    class Meta:
        abstract = True
        skip_postgeneration_save = True

    business = factory.SubFactory(BusinessFactory)
    valid_days = 90

    @factory.post_generation
    def services(self, create, extracted, **kwargs):
        for position, (service, uses) in enumerate((extracted or {}).items()):
            self.items.create(service=service, uses=uses, position=position)


class PackageFactory(_DealFactory):
    """A tenth less than one by one; ``services={service: uses}``."""

    class Meta:
        model = Package

    title = factory.Sequence(lambda n: f"Package {n}")
    discount_percent = 10


class BundleFactory(_DealFactory):
    """Some services for 9,000.00; ``services={service: uses}``."""

    class Meta:
        model = Bundle

    title = factory.Sequence(lambda n: f"Bundle {n}")
    price_minor = 900_000
