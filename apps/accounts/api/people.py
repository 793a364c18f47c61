"""What ops do to people's accounts."""

from uuid import UUID

import django_filters
from django.db.models import Q, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import errors, operations, queries
from apps.accounts.api.serializers.people import EmploymentIn, EmploymentOut, PersonOut, RoleIn, ViewOut
from apps.accounts.models import User
from apps.accounts.states import Role
from apps.core import clock
from apps.core.api.pagination import PagePagination, paged
from apps.core.api.permissions import IsAdmin, IsOps
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import ReasonInput
from apps.core.api.views import DomainView
from apps.core.errors import Invalid, NotFound, WrongState

ADMINS = "`ADMIN`."


class PeopleFilter(django_filters.FilterSet):
    """``?role=``, ``?is_active=``, ``?search=`` in names and contacts, ``?ordering=``."""

    role = django_filters.ChoiceFilter(choices=Role.choices)
    is_active = django_filters.BooleanFilter()
    search = django_filters.CharFilter(method="by_words")
    ordering = django_filters.OrderingFilter(fields=["created_at", "last_login", "email"])

    class Meta:
        model = User
        fields = ["role", "is_active"]

    def by_words(self, rows: QuerySet[User], name: str, words: str) -> QuerySet[User]:
        for word in words.split()[:5]:
            rows = rows.filter(
                Q(email__icontains=word)
                | Q(phone__icontains=word)
                | Q(first_name__icontains=word)
                | Q(last_name__icontains=word)
            )
        return rows


class People(DomainView):
    permission_classes = [IsAdmin]
    pagination_class = PagePagination

    @documented(
        summary="People with an account",
        permissions=ADMINS,
        operation_id="admin_users_list",
        responses=PersonOut(many=True),
        parameters=[
            OpenApiParameter("role", str, enum=Role.values),
            OpenApiParameter("is_active", bool),
            OpenApiParameter("search", str, description="In names, e-mails and phones."),
            OpenApiParameter("ordering", str, description="`created_at`, `last_login`, `email`, or with `-`."),
        ],
    )
    def get(self, request: Request) -> Response:
        found = PeopleFilter(request.query_params, queryset=queries.people())
        if not found.is_valid():
            raise Invalid(errors=found.errors)
        return paged(self, request, found.qs, PersonOut)


class Person(DomainView):
    permission_classes = [IsAdmin]

    @documented(
        summary="Somebody with an account",
        permissions=ADMINS,
        operation_id="admin_users_retrieve",
        responses=PersonOut,
        errors=[NotFound],
    )
    def get(self, request: Request, user_id: UUID) -> Response:
        person = queries.person(user_id)
        if person is None:
            raise NotFound
        return Response(PersonOut(person).data)


class PersonRole(DomainView):
    permission_classes = [IsAdmin]

    @documented(
        summary="Change a role",
        description="Audited; every token of the person ends at once.",
        permissions=ADMINS,
        request=RoleIn,
        responses=PersonOut,
        errors=[NotFound, errors.OwnAccount, errors.LastAdmin],
        example={"role": "OPS", "reason": "Joined the desk in Abuja."},
    )
    def put(self, request: Request, user_id: UUID) -> Response:
        user = operations.change_role(user_id=user_id, by=request.user, **self.read_input(RoleIn), at=clock.now())
        return success(PersonOut(user).data, message="The role is changed.")


class PersonEmployment(DomainView):
    permission_classes = [IsAdmin]

    @documented(
        summary="Department and hire date of one of our own",
        permissions=ADMINS,
        request=EmploymentIn,
        responses=EmploymentOut,
        errors=[NotFound],
        example={"department": "Trust and safety", "hire_date": "2026-02-01"},
    )
    def put(self, request: Request, user_id: UUID) -> Response:
        values = self.read_input(EmploymentIn)
        row = operations.update_ops_profile(
            user_id=user_id, department=values["department"], hired_on=values["hire_date"], by=request.user,
            at=clock.now(),
        )  # fmt: skip
        return success(EmploymentOut(row).data, message="Saved.")


class Suspend(DomainView):
    permission_classes = [IsAdmin]

    @documented(
        summary="Suspend an account",
        description="It stays closed until restored; every token ends at once.",
        permissions=ADMINS,
        request=ReasonInput,
        responses=PersonOut,
        errors=[NotFound, errors.OwnAccount, errors.LastAdmin, WrongState],
        example={"reason": "Two chargebacks in a week."},
    )
    def post(self, request: Request, user_id: UUID) -> Response:
        user = operations.suspend_user(user_id=user_id, by=request.user, **self.read_input(ReasonInput), at=clock.now())
        return success(PersonOut(user).data, message="The account is suspended.")


class Restore(DomainView):
    permission_classes = [IsAdmin]

    @documented(
        summary="Restore a suspended account",
        permissions=ADMINS,
        request=ReasonInput,
        responses=PersonOut,
        errors=[NotFound, errors.OwnAccount, WrongState],
        example={"reason": "Cleared up with the bank."},
    )
    def post(self, request: Request, user_id: UUID) -> Response:
        user = operations.restore_user(user_id=user_id, by=request.user, **self.read_input(ReasonInput), at=clock.now())
        return success(PersonOut(user).data, message="The account is open again.")


class ResetSecondFactor(DomainView):
    permission_classes = [IsAdmin]

    @documented(
        summary="Take a lost second factor off",
        description="The person may set one up again. Audited, and told to the person.",
        permissions=ADMINS,
        request=ReasonInput,
        responses=None,
        errors=[NotFound, errors.NotEnrolled],
        example={"reason": "Lost the phone; identity checked by video call."},
    )
    def post(self, request: Request, user_id: UUID) -> Response:
        operations.reset_second_factor(user_id=user_id, by=request.user, **self.read_input(ReasonInput), at=clock.now())
        return success(message="The second factor is off.")


class ViewAs(DomainView):
    permission_classes = [IsOps]

    @documented(
        summary="Look at a customer's screen",
        description="A read-only token for a quarter of an hour. Audited, and shown to the customer in their history.",
        permissions="`ADMIN`, `OPS`.",
        request=ReasonInput,
        responses={201: ViewOut},
        errors=[NotFound, errors.NotViewable],
        example={"reason": "Ticket 4711: cannot find a booking."},
    )
    def post(self, request: Request, user_id: UUID) -> Response:
        view = operations.view_as(user_id=user_id, by=request.user, **self.read_input(ReasonInput), at=clock.now())
        return success(ViewOut(view).data, message="This look is on record.", status=201)
