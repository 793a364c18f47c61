import pytest
from django.core import mail

from apps.accounts.models import User
from apps.notifications import kinds, letters
from apps.notifications.models import DeliveryLog, SuppressedAddress, Template
from apps.notifications.operations import sync_templates
from apps.notifications.tests.factories import notified

pytestmark = pytest.mark.django_db
PARTS = {**letters.seed("welcome", "en").__dict__}


def sign_in(client, user):
    """The person is in the back office, second factor and all."""
    client.force_login(user, backend="apps.accounts.backends.EmailBackend")
    session = client.session
    session["second_factor"] = f"{user.pk}:{user.token_version}"
    session.save()
    return client


@pytest.fixture
def office(client, ops):
    return sign_in(client, ops)


@pytest.fixture
def welcome(now):
    sync_templates(at=now)
    return Template.objects.get(kind="welcome", language="en")


def test_ops_write_a_new_version(office, ops, welcome):
    address = f"/admin/notifications/template/{welcome.pk}/change/"
    assert office.get(address).status_code == 200

    answer = office.post(address, {**PARTS, "subject": "Good to see you"})

    assert answer.status_code == 302
    current = Template.objects.get(kind="welcome", language="en", is_current=True)
    assert (current.version, current.subject, current.changed_by) == (2, "Good to see you", ops)


def test_words_with_an_unknown_variable_are_not_saved(office, welcome):
    answer = office.post(f"/admin/notifications/template/{welcome.pk}/change/", {**PARTS, "text": "{{ code }}"})

    assert b"There is no variable code" in answer.content
    assert Template.objects.filter(kind="welcome", language="en").count() == 1


def test_ops_look_at_a_mail_and_send_themselves_a_test(office, ops, welcome):
    preview = office.get(f"/admin/notifications/template/{welcome.pk}/preview/")
    assert b"Hello Ada" in preview.content

    office.post("/admin/notifications/template/", {"action": "send_test", "_selected_action": [str(welcome.pk)]})

    assert mail.outbox[0].to == [ops.email]
    assert mail.outbox[0].subject == "[Test] Welcome to The Guild"


@pytest.mark.parametrize("table", ["template", "notification", "deliverylog", "suppressedaddress"])
def test_lists_open_for_ops_only(office, client, table, ada, now):
    notified(ada, kinds.PAYMENT_RECEIVED, at=now)
    SuppressedAddress.objects.create(channel="EMAIL", address="a@example.com", reason="BOUNCE")
    assert office.get(f"/admin/notifications/{table}/").status_code == 200

    owner = User.objects.create_user(email="ceo@example.com", role="CEO", is_staff=True)
    assert sign_in(client, owner).get(f"/admin/notifications/{table}/").status_code == 403


def test_a_notification_shows_no_values(office, ada, now):
    key = notified(ada, kinds.VERIFICATION, at=now)

    page = office.get(f"/admin/notifications/notification/{key}/change/")

    assert page.status_code == 200
    assert b"sealed" not in page.content


def test_ops_stop_and_allow_an_address(office):
    office.post(
        "/admin/notifications/suppressedaddress/add/",
        {"channel": "EMAIL", "address": "Ada@Example.com", "detail": "asked by phone"},
    )
    row = SuppressedAddress.objects.get()
    assert (row.address, row.reason) == ("ada@example.com", "OPS")

    office.post("/admin/notifications/suppressedaddress/", {"action": "allow", "_selected_action": [str(row.pk)]})
    assert not SuppressedAddress.objects.exists()


def test_ops_send_a_delivery_again(office, ada, now):
    notified(ada, kinds.WELCOME, at=now)
    DeliveryLog.objects.update(state="SENDING")
    DeliveryLog.objects.update(state="DEAD")

    office.post(
        "/admin/notifications/deliverylog/",
        {"action": "resend", "_selected_action": [str(DeliveryLog.objects.get().pk)]},
    )

    assert DeliveryLog.objects.get().state == "PENDING"
