from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from apps.catalog import operations, queries
from apps.catalog.errors import (
    AlreadyMember,
    InvitationExpired,
    InvitationNotYours,
    MemberNotFound,
    OwnerStays,
)
from apps.catalog.invitations import token_of
from apps.catalog.models import Membership, StaffMember
from apps.catalog.tests.factories import LONG_AGO, BusinessFactory, MembershipFactory, StaffMemberFactory, UserFactory
from apps.core.errors import WrongState

pytestmark = pytest.mark.django_db


def _invite(business, email, now, kind="STAFF"):
    return operations.invite_member(business_id=business.pk, email=email, kind=kind, by=business.owner, at=now)


def _accept(membership, user, at, token=""):
    return operations.accept_invitation(
        business_id=membership.business_id, membership_id=membership.pk, token=token, by=user, at=at
    )


def test_a_customer_who_accepts_as_staff_can_be_given_jobs(business, now):
    user = UserFactory(email="tunde@example.com")
    invitation = _invite(business, "Tunde@Example.com", now)

    membership = _accept(invitation, user, now)

    user.refresh_from_db()
    staff = StaffMember.objects.get()
    assert (membership.state, membership.user, membership.joined_at) == ("ACTIVE", user, now)
    assert (staff.business, staff.user, staff.is_active) == (business, user, True)
    assert (user.role, user.token_version, user.is_staff) == ("STAFF", 2, False)
    assert _accept(invitation, user, now).pk == membership.pk
    assert StaffMember.objects.count() == 1


def test_an_employee_may_open_the_back_office_until_they_leave(business, now):
    user = UserFactory()
    membership = _accept(_invite(business, user.email, now, "EMPLOYEE"), user, now)
    user.refresh_from_db()
    assert (user.role, user.is_staff) == ("EMPLOYEE", True)
    assert queries.desk_business_ids(user) == [business.pk]

    operations.leave_business(business_id=business.pk, membership_id=membership.pk, by=user, at=now)

    user.refresh_from_db()
    assert not user.is_staff
    assert queries.desk_business_ids(user) == []


def test_staff_who_leave_get_no_new_jobs_and_keep_their_name_when_they_come_back(business, now):
    staff = StaffMemberFactory(business=business, rating_count=9)
    membership = Membership.objects.get(kind="STAFF")

    operations.remove_member(business_id=business.pk, membership_id=membership.pk, by=business.owner, at=now)
    staff.refresh_from_db()
    assert not staff.is_active
    assert queries.staff_user_ids(business.pk) == []

    _accept(_invite(business, staff.user.email, now), staff.user, now)
    staff.refresh_from_db()
    assert (staff.is_active, staff.rating_count) == (True, 9)


def test_an_invitation_is_its_mailboxs_alone(business, now):
    invited = UserFactory(email="tunde@example.com", email_verified_at=None)
    invitation = _invite(business, "tunde@example.com", now)

    with pytest.raises(MemberNotFound):
        _accept(invitation, UserFactory(), now, token=token_of(invitation.pk))
    with pytest.raises(InvitationNotYours):
        _accept(invitation, invited, now, token=token_of(business.pk))
    assert _accept(invitation, invited, now, token=token_of(invitation.pk)).state == "ACTIVE"


def test_invitations_end(business, now):
    user = UserFactory()
    invitation = _invite(business, user.email, now)
    with pytest.raises(AlreadyMember):
        _invite(business, user.email.upper(), now)
    with pytest.raises(InvitationExpired):
        _accept(invitation, user, now + timedelta(days=14))

    again = _invite(business, user.email, now + timedelta(days=14))

    assert again.pk != invitation.pk
    with pytest.raises(WrongState):
        _accept(invitation, user, now)
    _accept(again, user, now)
    with pytest.raises(AlreadyMember):
        _invite(business, user.email, now)


def test_the_invited_may_decline_and_the_owner_withdraw(business, now):
    user = UserFactory()
    declined = _invite(business, user.email, now)
    operations.leave_business(business_id=business.pk, membership_id=declined.pk, by=user, at=now)
    withdrawn = _invite(business, user.email, now)
    operations.remove_member(business_id=business.pk, membership_id=withdrawn.pk, by=business.owner, at=now)

    states = list(Membership.objects.filter(kind="STAFF").order_by("created_at", "pk").values_list("state", flat=True))
    assert sorted(states) == ["LEFT", "REMOVED"]


def test_the_owner_stays(business, now):
    membership = Membership.objects.get(kind="OWNER")
    with pytest.raises(OwnerStays):
        operations.leave_business(business_id=business.pk, membership_id=membership.pk, by=business.owner, at=now)
    with pytest.raises(OwnerStays):
        operations.remove_member(business_id=business.pk, membership_id=membership.pk, by=business.owner, at=now)


def test_members_of_another_business_are_not_there(business, now):
    other = MembershipFactory()
    for by in (business.owner, UserFactory()):
        with pytest.raises(MemberNotFound):
            operations.remove_member(business_id=business.pk, membership_id=other.pk, by=by, at=now)
        with pytest.raises(MemberNotFound):
            operations.leave_business(business_id=other.business_id, membership_id=other.pk, by=by, at=now)


GUARDS = [
    ("membership_active_once", {"kind": "EMPLOYEE", "state": "ACTIVE", "joined_at": LONG_AGO}, 2),
    ("membership_one_owner", {"kind": "OWNER", "state": "ACTIVE", "joined_at": LONG_AGO}, 1),
    ("membership_active_has_user", {"kind": "STAFF", "state": "ACTIVE", "user": None, "joined_at": LONG_AGO}, 1),
    ("membership_active_has_user", {"kind": "STAFF", "state": "ACTIVE", "joined_at": None}, 1),
    ("membership_invited_has_address", {"kind": "STAFF", "state": "INVITED", "joined_at": None}, 1),
    ("membership_ended_has_moment", {"kind": "STAFF", "state": "LEFT"}, 1),
    (
        "membership_invited_once",
        {"kind": "STAFF", "state": "INVITED", "invited_email": "a@b.c", "invitation_expires_at": LONG_AGO},
        2,
    ),
]


@pytest.mark.parametrize(("guard", "fields", "times"), GUARDS)
def test_the_database_guards_memberships(guard, fields, times, business):
    user = UserFactory()
    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        for _ in range(times):
            MembershipFactory(business=business, **{"user": user, **fields})


def test_the_database_keeps_the_moves_of_memberships(business):
    membership = MembershipFactory(business=business)
    for state in ("INVITED",):
        with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
            Membership.objects.filter(pk=membership.pk).update(state=state)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_invitation_accepted_eight_times_at_once_makes_one_member(now):
    business = BusinessFactory()
    user = UserFactory()
    invitation = _invite(business, user.email, now)

    def accept(_):
        try:
            return _accept(invitation, user, now).state
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(accept, range(8)))

    assert answers == ["ACTIVE"] * 8
    assert StaffMember.objects.count() == 1
    user.refresh_from_db()
    assert user.token_version == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_address_invited_eight_times_at_once_has_one_invitation(now):
    business = BusinessFactory()

    def invite(_):
        try:
            return str(_invite(business, "tunde@example.com", now).pk)
        except AlreadyMember:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(invite, range(8)))

    assert len([answer for answer in answers if answer]) == 1
    assert Membership.objects.filter(state="INVITED").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_accepting_while_it_is_withdrawn_has_one_outcome(now):
    business = BusinessFactory()
    user = UserFactory()
    invitation = _invite(business, user.email, now)

    def act(accepts):
        try:
            if accepts:
                return _accept(invitation, user, now).state
            return operations.remove_member(
                business_id=business.pk, membership_id=invitation.pk, by=business.owner, at=now
            ).state
        except WrongState:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(act, [True, False]))

    membership = Membership.objects.get(pk=invitation.pk)
    active = StaffMember.objects.filter(is_active=True).count()
    assert (membership.state, active) == ("REMOVED", 0)
