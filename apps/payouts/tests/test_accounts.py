"""Payout accounts: whose name, when usable, who hears of it, who sees what."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.accounts import operations as accounts
from apps.core import clock
from apps.core.encryption import decrypt
from apps.notifications.models import DeliveryLog, Notification
from apps.payments.standins.faults import Fault, FaultKind
from apps.payouts import operations
from apps.payouts.errors import NothingToReview
from apps.payouts.models import PayoutAccount
from apps.payouts.names import resemble
from apps.payouts.states import PayoutKind
from apps.payouts.tests.payees import (
    DAY,
    NUMBER,
    RETURN_URL,
    customer,
    fresh,
    new_account,
    of_business,
    of_person,
    performer,
    usable_account,
)

pytestmark = pytest.mark.django_db
ACCOUNTS = "/api/v1/payout-accounts/"
BODY = {"account_number": NUMBER, "bank_code": "058", "bank_name": "GTBank", "currency": "NGN"}


@pytest.mark.parametrize(
    ("known", "wanted", "fits"),
    [
        ("SERENITY SPA LIMITED", "Serenity Spa", True),
        ("Serenity Spa Nig. Ltd", "Serenity Spa", True),
        ("SERENTIY SPA", "Serenity Spa", True),
        ("OBI ADA CHIOMA", "Ada Obi", True),
        ("A. OBI-ADA", "Ada Obi", True),
        ("Adé Öbi", "Ade Obi", True),
        ("ADA OKAFOR", "Ada Obi", False),
        ("ADA", "Ada Obi", False),
        ("SERENITY", "Serenity Spa", False),
        ("HARMONY SPA LTD", "Serenity Spa", False),
        ("Limited", "LIMITED", True),
        ("Shop 4", "shop 4", True),
        ("O. Obi", "Ada Obi", False),
        ("Moses", "Moses", True),
        ("", "Ada Obi", False),
        ("Ada Obi", "", False),
    ],
)
def test_a_banks_name_for_an_account_is_its_owners_or_is_not(known, wanted, fits):
    assert resemble(known, wanted) is fits


def test_an_account_whose_name_fits_is_verified_and_usable_a_day_later(api, business, paystack, now):
    answer = api(business.owner).post(ACCOUNTS, {**BODY, "business": str(business.pk)})

    assert answer.status_code == 201, answer.json()
    data = answer.json()["data"]
    assert (data["state"], data["label"], data["account_name"]) == (
        "VERIFIED",
        "GTBank ••••4081",
        "SERENITY SPA LIMITED",
    )
    assert (data["is_default"], data["usable_from"]) == (True, "2026-11-19T09:00:00Z")
    assert data["next_weekly_payout_at"] == "2026-11-23T05:00:00Z"
    assert NUMBER not in str(answer.json())


def test_the_number_is_ciphertext_in_the_database(business, paystack):
    new_account(of_business(business), business.owner)

    with connection.cursor() as cursor:
        cursor.execute("SELECT account_number FROM payouts_payoutaccount")
        ((stored,),) = cursor.fetchall()
    assert NUMBER not in stored
    assert decrypt(stored) == NUMBER


def test_the_owner_hears_by_every_channel_and_the_desk_does_not(business, paystack):
    new_account(of_business(business), business.owner)

    told = Notification.objects.get(notification_type="payout_account_changed")
    assert told.user_id == business.owner.pk
    assert set(DeliveryLog.objects.filter(notification=told).values_list("channel", flat=True)) >= {
        "EMAIL",
        "PUSH",
        "SMS",
    }


def test_the_same_account_again_changes_nothing(api, business, paystack):
    owner = api(business.owner)
    first = owner.post(ACCOUNTS, {**BODY, "business": str(business.pk)})
    again = owner.post(ACCOUNTS, {**BODY, "business": str(business.pk)})

    assert (again.status_code, again.json()["data"]["id"]) == (200, first.json()["data"]["id"])
    assert PayoutAccount.objects.count() == 1


def test_a_strange_name_waits_for_operations_and_cannot_be_used_until_then(business, paystack, now):
    paystack.control("name_account", number=NUMBER, holder="HARMONY HOLDINGS")
    account = new_account(of_business(business), business.owner)
    assert (account.state, account.weekly_at) == ("NEEDS_REVIEW", None)
    assert account.problem == "The bank knows it as HARMONY HOLDINGS, not as Serenity Spa."

    operations.review_account(
        account_id=account.pk, accept=True, reason="A certificate of the new name.", by=business.owner, at=now
    )
    assert (fresh(account).state, fresh(account).usable_from) == ("VERIFIED", now + DAY)
    assert fresh(account).weekly_at is not None
    with pytest.raises(NothingToReview):
        operations.review_account(account_id=account.pk, accept=True, reason="Again.", by=business.owner, at=now)


def test_a_practitioner_who_works_alone_may_bank_under_their_own_name(business, paystack):
    business.owner.first_name, business.owner.last_name = "Ngozi", "Bello"
    business.owner.save()
    paystack.control("name_account", number=NUMBER, holder="BELLO NGOZI")
    assert new_account(of_business(business), business.owner).state == "NEEDS_REVIEW"
    business.works_alone = True
    business.save()
    paystack.control("name_account", number="2222222222", holder="BELLO NGOZI")

    assert new_account(of_business(business), business.owner, number="2222222222").state == "VERIFIED"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"account_number": "12"}, 400, "invalid"),
        ({"account_number": "123456789"}, 422, "bank_account_not_found"),
        ({"business": "01938f0e-7c1e-7a52-9b1f-0f6b3c1f2a10"}, 404, "business_not_found"),
        ({"surprise": 1}, 400, "invalid"),
    ],
)
def test_what_is_no_account_of_the_owners_is_refused(api, business, paystack, body, status, code):
    answer = api(business.owner).post(ACCOUNTS, {**BODY, "business": str(business.pk), **body})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert PayoutAccount.objects.count() == 0


def test_a_bank_that_does_not_answer_leaves_nothing_behind(api, business, paystack):
    paystack.faults.add(Fault(kind=FaultKind.HTML_502, times=5, matching="/bank/resolve"))

    answer = api(business.owner).post(ACCOUNTS, {**BODY, "business": str(business.pk)})

    assert (answer.status_code, answer.json()["code"]) == (503, "gateway_unavailable")
    assert PayoutAccount.objects.count() == 0


def test_dollars_are_paid_out_by_onboarding_and_naira_by_bank_account(api, business, paystack, stripe):
    owner = api(business.owner)
    refused = owner.post(ACCOUNTS, {**BODY, "currency": "USD"})
    wish = {"country": "NG", "return_url": RETURN_URL}
    also = owner.post(f"{ACCOUNTS}onboarding/", {**wish, "currency": "NGN"})

    assert (refused.status_code, refused.json()["code"]) == (409, "bank_account_not_offered")
    assert (also.status_code, also.json()["code"]) == (409, "onboarding_not_offered")


def test_onboarding_begun_twice_is_one_account_with_a_fresh_link_until_it_is_ready(api, business, stripe):
    owner, wish = api(business.owner), {"currency": "USD", "country": "US", "return_url": RETURN_URL}
    first = owner.post(f"{ACCOUNTS}onboarding/", wish).json()["data"]
    again = owner.post(f"{ACCOUNTS}onboarding/", wish).json()["data"]
    assert (first["account"]["id"], first["account"]["state"]) == (again["account"]["id"], "PENDING")
    assert first["onboarding_url"]
    assert again["onboarding_url"]
    account = PayoutAccount.objects.get()
    assert [row["id"] for row in stripe.rows.values() if row["object"] == "account"] == [account.recipient_id]

    stripe.control("onboard", account_id=account.recipient_id)
    ready = owner.post(f"{ACCOUNTS}{account.pk}/refresh/", {"return_url": RETURN_URL}).json()["data"]

    assert (ready["account"]["state"], ready["onboarding_url"]) == ("VERIFIED", "")


def test_onboarding_that_the_gateway_answered_in_vain_goes_on_with_the_same_account(api, business, stripe):
    owner, wish = api(business.owner), {"currency": "USD", "country": "US", "return_url": RETURN_URL}
    stripe.faults.add(Fault(kind=FaultKind.ERROR_AFTER, times=3, matching="/v1/accounts"))
    assert owner.post(f"{ACCOUNTS}onboarding/", wish).status_code == 503
    assert owner.post(f"{ACCOUNTS}onboarding/", wish).status_code == 200

    assert PayoutAccount.objects.count() == 1
    assert sum(row["object"] == "account" for row in stripe.rows.values()) == 1


def test_a_bank_account_that_is_refreshed_is_as_it_is(api, business, paystack):
    account = new_account(of_business(business), business.owner)
    answer = api(business.owner).post(f"{ACCOUNTS}{account.pk}/refresh/", {})

    assert answer.json()["data"]["account"]["state"] == "VERIFIED"


def test_another_default_waits_a_day_again(api, business, paystack, now):
    owner = of_business(business)
    first = usable_account(owner, business.owner)
    paystack.control("name_account", number="2222222222", holder="Serenity Spa")
    second = usable_account(owner, business.owner, number="2222222222")
    assert (first.is_default, second.is_default) == (True, False)

    answer = api(business.owner).post(f"{ACCOUNTS}{second.pk}/default/", {})

    assert (answer.status_code, answer.json()["data"]["is_default"]) == (200, True)
    assert (fresh(first).is_default, fresh(first).weekly_at) == (False, None)
    assert fresh(second).usable_from == now + DAY
    again = api(business.owner).post(f"{ACCOUNTS}{second.pk}/default/", {})
    assert again.status_code == 200
    assert Notification.objects.filter(notification_type="payout_account_changed").count() == 3


def test_a_removed_account_is_gone_and_may_be_added_anew(api, business, paystack, now):
    owner = api(business.owner)
    account = usable_account(of_business(business), business.owner)
    assert owner.delete(f"{ACCOUNTS}{account.pk}/").status_code == 204
    assert owner.delete(f"{ACCOUNTS}{account.pk}/").status_code == 404
    assert owner.get(ACCOUNTS).json()["data"]["results"] == []

    again = owner.post(ACCOUNTS, {**BODY, "business": str(business.pk)})

    assert again.status_code == 201
    assert again.json()["data"]["usable_from"] == "2026-11-19T09:00:00Z"


def test_a_rejected_account_cannot_be_made_the_default(api, business, paystack, now):
    account = usable_account(of_business(business), business.owner)
    operations.review_account(account_id=account.pk, accept=False, reason="Stolen.", by=business.owner, at=now)
    answer = api(business.owner).post(f"{ACCOUNTS}{account.pk}/default/", {})

    assert (answer.status_code, answer.json()["code"]) == (409, "payout_account_not_verified")
    assert (fresh(account).is_default, fresh(account).weekly_at) == (False, None)


def test_whoever_has_a_second_factor_shows_it(api, business, paystack, now):
    seed = accounts.begin_enrolment(user_id=business.owner.pk, at=now).seed
    accounts.confirm_enrolment(user_id=business.owner.pk, code=accounts.code_at(seed=seed, at=now), at=now)
    owner, body = api(business.owner), {**BODY, "business": str(business.pk)}

    without = owner.post(ACCOUNTS, body)
    wrong = owner.post(ACCOUNTS, {**body, "code": "000000"})
    later = now + timedelta(minutes=2)
    with clock.frozen(later):
        right = owner.post(ACCOUNTS, {**body, "code": accounts.code_at(seed=seed, at=later)})
        account = PayoutAccount.objects.get()
        removed = owner.delete(f"{ACCOUNTS}{account.pk}/", {})

    assert (without.status_code, without.json()["code"]) == (403, "second_factor_code_needed")
    assert wrong.status_code == 400
    assert right.status_code == 201
    assert (removed.status_code, fresh(account).state) == (403, "VERIFIED")


def test_others_accounts_are_not_there_and_employees_are_refused(api, business, paystack):
    account = new_account(of_business(business), business.owner)
    for stranger in (customer(), performer(business)):
        assert api(stranger).get(ACCOUNTS).json()["data"]["results"] == []
        assert api(stranger).get(f"{ACCOUNTS}{account.pk}/").status_code == 404
        assert api(stranger).post(f"{ACCOUNTS}{account.pk}/default/", {}).status_code == 404
        assert api(stranger).post(f"{ACCOUNTS}{account.pk}/refresh/", {}).status_code == 404
        assert api(stranger).delete(f"{ACCOUNTS}{account.pk}/").status_code == 404
        assert api(stranger).post(ACCOUNTS, {**BODY, "business": str(business.pk)}).status_code == 404
    desk = api(business.desk)
    for answer in (desk.get(ACCOUNTS), desk.get(f"{ACCOUNTS}{account.pk}/"), desk.post(ACCOUNTS, BODY)):
        assert (answer.status_code, answer.json()["code"]) == (403, "not_for_employees")
    assert fresh(account).state == "VERIFIED"


def test_no_machine_with_a_key_reaches_bank_details_or_asks_for_a_payout(api, business, paystack, now):
    account = usable_account(of_business(business), business.owner)
    key = accounts.create_api_key(user=business.owner, name="Till", scopes=["read", "write"], at=now)
    machine = api(Authorization=f"Api-Key {key.secret}")

    for answer in (
        machine.get(ACCOUNTS),
        machine.get(f"{ACCOUNTS}{account.pk}/"),
        machine.post(ACCOUNTS, BODY),
        machine.post("/api/v1/practitioner/payouts/request/", {}),
        machine.post("/api/v1/wallet/withdraw/", {}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert machine.get("/api/v1/practitioner/payouts/").status_code == 200


def test_the_owner_sees_the_one_account(api, business, paystack):
    account = new_account(of_business(business), business.owner)
    answer = api(business.owner).get(f"{ACCOUNTS}{account.pk}/")

    assert answer.json()["data"]["business"] == {"id": str(business.pk), "name": "Serenity Spa"}


def test_a_list_of_accounts_costs_the_same_for_one_and_for_three(api, business, paystack, count_queries):
    owner = of_business(business)
    new_account(owner, business.owner)
    client = api(business.owner)
    client.get(ACCOUNTS)
    with count_queries() as one:
        client.get(ACCOUNTS)
    for number in ("2222222222", "3333333333"):
        new_account(owner, business.owner, number=number)
    with count_queries() as three:
        listed = client.get(f"{ACCOUNTS}?business={business.pk}&currency=NGN").json()["data"]["results"]

    assert len(listed) == 3
    assert len(one) == len(three)


def test_a_person_is_matched_by_their_own_name(paystack):
    ada = customer()
    paystack.control("name_account", number=NUMBER, holder="OBI ADA")

    account = new_account(of_person(ada), ada)

    assert (account.state, account.holder_name) == ("VERIFIED", "Ada Obi")
    assert operations.owner_of(by=ada, kind=PayoutKind.WALLET) == of_person(ada)


def test_the_sandbox_knows_numbers_that_belong_to_somebody_else(business):
    assert new_account(of_business(business), business.owner, number="0000000009").state == "NEEDS_REVIEW"
    begun = operations.begin_onboarding(
        owner=of_business(business), currency="USD", country="US", return_url=RETURN_URL, by=business.owner,
        at=clock.now(),
    )  # fmt: skip
    assert (begun.account.state, begun.url) == ("VERIFIED", "")
    again = operations.refresh_account(
        account_id=begun.account.pk, return_url=RETURN_URL, by=business.owner, at=clock.now()
    )
    assert again.account.state == "VERIFIED"
