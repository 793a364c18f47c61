"""Questions about businesses and their people, for this app and those above it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Func, OuterRef, QuerySet, UUIDField, Value
from django.db.models.lookups import In

from apps.catalog.models import Business, Category, Membership, Service, StaffMember
from apps.catalog.states import MembershipKind, MembershipState


def memberships_of(user: Any, *, kinds: Iterable[str] = MembershipKind.values) -> QuerySet[Membership]:
    """The person's active memberships with their businesses, oldest first."""
    return (
        Membership.objects.active()
        .of_user(user)
        .filter(kind__in=list(kinds), business__is_deleted=False)
        .select_related("business")
        .order_by("joined_at", "pk")
    )


def business_ids_of(user: Any, *, kinds: Iterable[str] = MembershipKind.values) -> list[UUID]:
    """Keys of the businesses where the person has one of these memberships."""
    if not getattr(user, "is_authenticated", False):
        return []
    memberships = Membership.objects.active().of_user(user).filter(kind__in=list(kinds))
    return list(memberships.values_list("business_id", flat=True).distinct())


def owned_business_ids(user: Any) -> list[UUID]:
    """Keys of the businesses that the person owns."""
    return business_ids_of(user, kinds=[MembershipKind.OWNER])


def desk_business_ids(user: Any) -> list[UUID]:
    """Keys of the businesses whose desk the person runs: as owner or employee."""
    return business_ids_of(user, kinds=[MembershipKind.OWNER, MembershipKind.EMPLOYEE])


def desk_and_owned_business_ids(user: Any) -> tuple[list[UUID], list[UUID]]:
    """Keys of the businesses whose desk the person runs, and of those among them that are the person's own; in one query."""
    kinds = [MembershipKind.OWNER, MembershipKind.EMPLOYEE]
    memberships = Membership.objects.active().of_user(user).filter(kind__in=kinds)
    rows = list(memberships.values_list("business_id", "kind"))
    return [key for key, _ in rows], [key for key, kind in rows if kind == MembershipKind.OWNER]


def owner_user_ids(business_id: UUID) -> list[UUID]:
    """The people who own the business."""
    memberships = Membership.objects.active().filter(business_id=business_id, kind=MembershipKind.OWNER)
    return list(memberships.order_by("joined_at", "pk").values_list("user_id", flat=True))


def desk_user_ids(business_id: UUID) -> list[UUID]:
    """The people to tell when the desk has something to do: owner and employees."""
    memberships = Membership.objects.active().desk().filter(business_id=business_id)
    return list(memberships.order_by("joined_at", "pk").values_list("user_id", flat=True))


def desk_users_of(business_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The same for several businesses, in one query."""
    found: dict[UUID, list[UUID]] = {}
    memberships = Membership.objects.active().desk().filter(business_id__in=set(business_ids))
    for business_id, user_id in memberships.order_by("joined_at", "pk").values_list("business_id", "user_id"):
        found.setdefault(business_id, []).append(user_id)
    return found


def staff_of_user(user: Any) -> QuerySet[StaffMember]:
    """The person as a performer, at each business that gives them jobs."""
    return StaffMember.objects.assignable().filter(user_id=user.pk).select_related("business").order_by("pk")


def staff_ids_of_user(user: Any) -> list[UUID]:
    """Keys under which the person performs, over all businesses; those who have left are kept for their history."""
    if not getattr(user, "is_authenticated", False):
        return []
    return list(StaffMember.all_objects.filter(user_id=user.pk).values_list("pk", flat=True))


def staff_user_ids(business_id: UUID) -> list[UUID]:
    """The people who perform jobs for the business."""
    staff = StaffMember.objects.assignable().filter(business_id=business_id)
    return list(staff.order_by("pk").values_list("user_id", flat=True))


def user_ids_of_staff(staff_ids: Iterable[UUID]) -> list[UUID]:
    """The people behind these performers, also of those who have left."""
    staff = StaffMember.all_objects.filter(pk__in=list(staff_ids))
    return list(staff.order_by("pk").values_list("user_id", flat=True))


class _Performers(Func):
    """The keys of those who perform a service; ``sql/performers.sql`` is the rule's one home."""

    function = "catalog_performers"
    set_returning = True
    output_field = UUIDField()


def performers_of(service: Service) -> QuerySet[StaffMember]:
    """Those who perform the service, with business and user joined: the named ones, else the skilled.

    The skilled are those with the service's category, or one above it, among their skills; where the business has
    recorded no skills of anybody, it is all its people.
    """
    performers = Service.all_objects.filter(pk=service.pk).values(performer=_Performers("pk"))
    return StaffMember.objects.filter(pk__in=performers).select_related("business", "user").order_by("pk")


def services_performed_by(staff: StaffMember, services: QuerySet[Service]) -> QuerySet[Service]:
    """Those of ``services`` that the person performs."""
    performers = Service.all_objects.filter(pk=OuterRef("pk")).values(performer=_Performers("pk"))
    performs = In(Value(staff.pk, output_field=UUIDField()), performers)
    return services.filter(performs, business_id=staff.business_id)


def services_of(business_id: UUID) -> QuerySet[Service]:
    """The services that the business offers now."""
    return Service.objects.filter(business_id=business_id, is_active=True).select_related("category").order_by("pk")


def subtree_ids(category_id: UUID) -> list[UUID]:
    """The category and all below it."""
    children: dict[UUID, list[UUID]] = {}
    for key, parent in Category.objects.exclude(parent=None).values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(key)
    found: list[UUID] = []
    waiting = [category_id]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.append(current)
            waiting.extend(children.get(current, []))
    return found


def open_invitations_for(email: str) -> QuerySet[Membership]:
    """Invitations that wait for an answer from this address."""
    return (
        Membership.objects.filter(state=MembershipState.INVITED, invited_email__iexact=email)
        .select_related("business", "invited_by")
        .order_by("-created_at", "pk")
    )


def business_for_desk(user: Any, business_id: UUID) -> Business | None:
    """The business when the person may see its desk's side, else None."""
    return Business.objects.visible_to(user).filter(pk=business_id).first()
