"""Every end point, every role, somebody else's object: nothing leaks and nothing changes.

The end points are read off the schema, so a new one is walked as soon as it exists.
"""

import pytest

from apps.accounts import operations as accounts
from apps.core import clock
from tests.security import walking
from tests.security.endpoints import end_points
from tests.security.registry import BODIES, address_of_nothing, names_an_object, unknown_parts
from tests.security.undoing import Print
from tests.security.world import OUTSIDERS, bearer_of

pytestmark = pytest.mark.django_db

# What anybody reads or does without signing in. A new end point is not among them unless it is written here.
PUBLIC = {
    "POST /api/v1/auth/device-token/",
    "POST /api/v1/auth/login/",
    "POST /api/v1/auth/login/code/",
    "POST /api/v1/auth/login/second-factor/",
    "POST /api/v1/auth/logout/",
    "POST /api/v1/auth/one-time-code/",
    "POST /api/v1/auth/password/forgot/",
    "POST /api/v1/auth/password/reset/",
    "POST /api/v1/auth/register/",
    "POST /api/v1/auth/token/refresh/",
    "POST /api/v1/auth/verify-email/",
    "POST /api/v1/auth/verify-email/resend/",
    "GET /api/v1/availability/businesses/{business_id}/",
    "GET /api/v1/availability/businesses/{business_id}/dates/{on}/",
    "GET /api/v1/bookings/ref/{reference}/",
    "POST /api/v1/bookings/{id}/sos/{alarm_id}/recording/",
    "GET /api/v1/bundles/",
    "GET /api/v1/bundles/{bundle_id}/",
    "GET /api/v1/businesses/",
    "GET /api/v1/businesses/{business_id}/opening-hours/",
    "GET /api/v1/businesses/{business_id}/opening-exceptions/",
    "GET /api/v1/businesses/{slug}/",
    "GET /api/v1/categories/",
    "GET /api/v1/categories/{slug}/staff/",
    "GET /api/v1/courses/",
    "GET /api/v1/courses/{course_id}/",
    "GET /api/v1/maestro/businesses/",
    "GET /api/v1/packages/",
    "GET /api/v1/packages/{package_id}/",
    "POST /api/v1/payments/webhooks/{gateway}/",
    "GET /api/v1/practitioners/",
    "GET /api/v1/practitioners/{staff_id}/",
    "GET /api/v1/practitioners/{staff_id}/availability/",
    "GET /api/v1/practitioners/{staff_id}/services/",
    "GET /api/v1/products/",
    "GET /api/v1/products/{product_id}/",
    "GET /api/v1/sandbox/checkout/{reference}/",
    "POST /api/v1/sandbox/checkout/{reference}/",
    "GET /api/v1/sandbox/clock/",
    "POST /api/v1/sandbox/transfers/{reference}/",
    "GET /api/v1/plans/",
    "GET /api/v1/practitioners/{practitioner_id}/plans/",
    "GET /api/v1/services/",
    "GET /api/v1/services/{service_id}/",
    "GET /api/v1/services/{service_id}/availability/",
    "GET /api/v1/services/{service_id}/availability/explain/",
    "GET /api/v1/services/{service_id}/schedule/",
    "GET /api/v1/staff/calendar.ics",
}
# What anybody who is signed in may do with what everybody sees: seats are waited for, courses booked, and what a business
# sells can be bought.
FOR_CUSTOMERS = {
    "POST /api/v1/availability/slots/{slot_id}/waitlist/",
    "POST /api/v1/bundles/{bundle_id}/buy/",
    "POST /api/v1/courses/{course_id}/book/",
    "POST /api/v1/packages/{package_id}/buy/",
    "POST /api/v1/practitioners/plans/{plan_id}/join/",
}
# What everybody does with what is their own: the address names nothing, and the caller's own rows may change.
OWN_AREAS = ("/api/v1/auth/", "/api/v1/profile/", "/api/v1/notifications/", "/api/v1/credits/", "/api/v1/loyalty/")


# What is shut to a role whatever it names: employees see no bank details and ask for no payout, customers are paid by no
# business.
SHUT_TO = {
    "EMPLOYEE": ("/api/v1/payout-accounts/", "/api/v1/practitioner/", "/api/v1/wallet/withdrawals/"),
    "CUSTOMER": ("/api/v1/practitioner/",),
}
ADMINS = "ADMIN"
OPS_ALONE = {"OPS and ADMIN", "ADMIN and OPS", "ADMIN, OPS", "OPS, ADMIN and VIEWER"}


@pytest.fixture
def walk():
    return walking.begin()


def test_every_part_of_every_address_has_something_to_stand_for_it():
    assert unknown_parts(end_points()) == []


def test_the_schema_says_of_every_end_point_who_may_call_it():
    silent = [point.name for point in end_points() if not point.who]

    assert silent == []


def test_the_schema_opens_exactly_the_public_end_points():
    opened = {point.name for point in end_points() if point.is_open}

    assert sorted(opened - PUBLIC) == [], "Open, and not among those that are meant to be."
    assert sorted(PUBLIC - opened) == [], "Meant to be open, and the schema says that one has to sign in."


def test_anonymous_callers_get_a_401_everywhere_else_and_no_secret_anywhere(api, walk):
    for point in end_points():
        seen = walk.send(api(), point)
        if point.name in PUBLIC:
            if (
                seen.status in {401, 403}
                and point.path.startswith("/api/v1/auth/") is False
                and "webhooks" not in point.path
            ):
                walk.complain(point, seen.status, "is public")
        elif seen.status != 401 or seen.changed:
            walk.complain(point, seen.status, seen.changed)
        if leaked := seen.leaks(walk.stranger.secrets):
            walk.complain(point, "leaks", leaked)

    walk.ends_well()


@pytest.mark.parametrize("role", OUTSIDERS)
def test_what_is_a_strangers_is_not_there_for_outsiders(api, walk, role):
    client = api(**walk.bearers[role])
    for point in end_points():
        if point.name in PUBLIC | FOR_CUSTOMERS or not names_an_object(point):
            continue
        seen = walk.send(client, point)
        nothing = walk.send(client, point, address_of_nothing(point, walk.stranger))
        is_shut = point.who in {ADMINS, *OPS_ALONE} or point.path.startswith(SHUT_TO.get(role, ()))
        expected = 403 if is_shut else 404
        if seen.status != expected and not seen.is_empty_list:
            walk.complain(point, seen.status, seen.told)
        if (seen.status, seen.told) != (nothing.status, nothing.told):
            walk.complain(point, "tells that it exists", seen.told, nothing.told)
        if seen.changed or seen.leaks(walk.stranger.secrets):
            walk.complain(point, seen.changed, seen.leaks(walk.stranger.secrets))

    walk.ends_well()


@pytest.mark.parametrize("role", OUTSIDERS)
def test_lists_and_requests_that_name_nothing_reach_nothing_of_a_strangers(api, walk, role):
    client = api(**walk.bearers[role])
    for point in end_points():
        if point.name in PUBLIC or names_an_object(point):
            continue
        seen = walk.send(client, point)
        if leaked := seen.leaks(walk.stranger.secrets):
            walk.complain(point, "leaks", leaked)
        if (
            point.name in BODIES
            and not point.name.endswith("/quote/")
            and (seen.status not in {403, 404} or seen.changed)
        ):
            walk.complain(point, seen.status, seen.told, seen.changed)

    walk.ends_well()


def test_a_viewer_changes_nothing_anywhere(api, walk):
    client = api(**walk.bearers["VIEWER"])
    for point in end_points():
        if point.is_safe or point.name in PUBLIC:
            continue
        if point.path.startswith(OWN_AREAS) and not names_an_object(point):
            continue
        seen = walk.send(client, point)
        if seen.changed or (seen.status not in {403, 404} and not point.path.endswith("/quote/")):
            walk.complain(point, seen.status, seen.told, seen.changed)

    walk.ends_well()


@pytest.mark.parametrize("role", ["OPS", "VIEWER"])
def test_what_is_for_administrators_is_closed_to_other_levels(api, walk, role):
    client = api(**walk.bearers[role])
    admin_only = [point for point in end_points() if point.who == ADMINS]
    for point in admin_only:
        seen = walk.send(client, point)
        if seen.status != 403 or seen.changed:
            walk.complain(point, seen.status, seen.changed)

    assert len(admin_only) > 10
    walk.ends_well()


def test_administrators_reach_what_is_for_them(api, walk):
    client = api(**walk.bearers["ADMIN"])
    for point in end_points():
        if point.who == ADMINS:
            seen = walk.send(client, point)
            if seen.status in {401, 403, 404, 405} or seen.status >= 500:
                walk.complain(point, seen.status, seen.told)

    walk.ends_well()


def test_bank_account_and_registration_number_are_the_owners_and_administrators_alone(api, walk):
    world = walk.stranger.world
    for person in [world.customer, world.performer, world.desk, world.ops, walk.people["VIEWER"]]:
        client = api(**bearer_of(person))
        walk.before = Print()
        for point in end_points():
            if point.is_safe and (leaked := walk.send(client, point).leaks(walk.stranger.bank_secrets)):
                walk.complain(point, person.role, leaked)

    walk.ends_well()


def test_the_owner_reads_them(api, walk):
    (point,) = [each for each in end_points() if each.name == "GET /api/v1/businesses/{business_id}/apply/"]

    seen = walk.send(api(**bearer_of(walk.stranger.world.owner)), point)

    assert seen.leaks(walk.stranger.bank_secrets) == walk.stranger.bank_secrets


def test_a_narrow_key_opens_its_area_alone_even_to_its_owner(api, walk):
    client = api(Authorization=f"Api-Key {walk.stranger.key.secret}")
    for point in end_points():
        if point.takes_no_credentials:
            continue
        seen = walk.send(client, point)
        is_inside = point.is_safe and point.path.startswith("/api/v1/notifications/")
        if seen.status != (200 if is_inside else 403):
            walk.complain(point, seen.status, seen.told)
        if set(seen.changed) - {"accounts_apikey"}:
            walk.complain(point, seen.changed)

    walk.ends_well()


def test_a_look_at_a_customers_screen_changes_nothing(api, walk):
    view = accounts.view_as(
        user_id=walk.stranger.customer.pk,
        by=walk.stranger.world.ops,
        at=clock.now(),
        reason="They called about a booking.",
    )
    walk.before = Print()
    client = api(Authorization=f"Bearer {view.access}")
    for point in end_points():
        if point.takes_no_credentials:
            continue
        seen = walk.send(client, point)
        if seen.changed or (not point.is_safe and seen.status != 403):
            walk.complain(point, seen.status, seen.changed)

    walk.ends_well()
