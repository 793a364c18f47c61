"""Every page of the back office, every level: people of a business see their own rows, those who look change nothing.

The pages are read off the admin's own register, so a new one is walked as soon as it exists.
"""

from uuid import UUID

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models
from django.urls import reverse

from apps.core.admin.bases import BaseAdmin, ReadOnlyAdmin
from apps.core.testing import BackOfficeBrowser
from tests.security.undoing import Print, undone
from tests.security.world import ROLES, make_person, make_stranger

pytestmark = pytest.mark.django_db

# What nobody changes by hand, whoever looks: money, and what has been.
READ_ONLY_APPS = {"ledger", "payments", "payouts", "reconciliation"}
READ_ONLY_MODELS = {
    "accounts.AccountActivity",
    "accounts.SignIn",
    "bookings.BookingTransition",
    "core.AuditEntry",
    "core.OutboxMessage",
    "core.SweepHeartbeat",
    "notifications.DeliveryLog",
    "notifications.Notification",
}
# Rows that a look into the back office itself leaves behind.
TRACES = ("django_session", "django_admin_log")
PAGES = sorted(admin.site._registry.items(), key=lambda each: each[0]._meta.label)


@pytest.fixture
def world():
    """Everybody first, the stranger after them: what is new then is the stranger's."""
    people = {role: make_person(role) for role in ROLES}
    before = {model: set(_all(model).values_list("pk", flat=True)) for model, _ in PAGES}
    stranger = make_stranger()
    theirs = {model: set(_all(model).values_list("pk", flat=True)) - before[model] for model, _ in PAGES}
    return people, stranger, theirs


def _all(model):
    return getattr(model, "all_objects", model._default_manager).all()


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def signed_in(person):
    browser = BackOfficeBrowser(raise_request_exception=False)
    browser.force_login(person, "apps.accounts.backends.EmailBackend")
    return browser


def words_of(stranger):
    """The stranger's secrets but for keys, which addresses hold and refusals repeat; and their business's name."""
    words = [word for word in stranger.secrets if not _is_key(word)]
    return [*words, stranger.world.business.name]


def _is_key(word):
    try:
        return bool(UUID(word))
    except ValueError:
        return False


def leaks(answer, stranger, asked=()):
    """Which of the stranger's words a page shows, but for those that the request itself held."""
    text = answer.content.decode(errors="replace")
    return [word for word in words_of(stranger) if word in text and word not in asked]


def actions_of(model_admin):
    return [each if isinstance(each, str) else each.__name__ for each in model_admin.actions or ()]


@pytest.mark.parametrize("role", ["CEO", "EMPLOYEE"])
def test_people_of_a_business_see_none_of_a_strangers_rows(world, role):
    people, stranger, theirs = world
    browser = signed_in(people[role])
    wrong, seen = [], set()
    for model, model_admin in PAGES:
        queries = [{}, {"q": stranger.world.business.name}, {"q": stranger.customer.email}, {"all": "1"}]
        queries += [{name: value} for name, value in filters_of(model_admin, model, theirs)]
        for query in queries:
            answer = browser.get(address(model, "changelist"), query)
            if answer.status_code == 200:
                rows = set(answer.context["cl"].queryset.values_list("pk", flat=True))
                seen |= {model._meta.label} if rows else set()
                leaked = leaks(answer, stranger, query.values())
                if rows & theirs[model] or leaked:
                    wrong.append((model._meta.label, query, rows & theirs[model], leaked))
            elif answer.status_code >= 500:
                wrong.append((model._meta.label, query, answer.status_code))
            elif answer.status_code == 403:
                break  # who may not open the page at all may not narrow it either

    assert not wrong, "\n".join(map(str, wrong))
    assert {"catalog.Business", "catalog.Membership"} <= seen


def filters_of(model_admin, model, theirs):
    """Each filter with the stranger's value, and every reference to a row of theirs."""
    for field in model._meta.fields:
        if field.is_relation and field.related_model in theirs:
            for pk in list(theirs[field.related_model])[:2]:
                yield f"{field.name}__{field.target_field.name}__exact", str(pk)


@pytest.mark.parametrize("role", ["CUSTOMER", "STAFF", "CEO", "EMPLOYEE"])
def test_a_strangers_row_has_no_page_and_takes_no_change_from_outsiders(world, role):
    people, stranger, theirs = world
    browser = signed_in(people[role])
    before = Print(TRACES)
    wrong = []
    for model, model_admin in PAGES:
        for pk in list(theirs[model])[:2]:
            for page in ("change", "history", "delete"):
                for method in ("get", "post"):
                    with undone():
                        answer = getattr(browser, method)(address(model, page, pk), {})
                        changed = before.changed() if method == "post" else []
                    if answer.status_code not in {302, 403, 404} or changed or leaks(answer, stranger):
                        wrong.append((model._meta.label, page, method, answer.status_code, changed))
            for action in [*actions_of(model_admin), "delete_selected"]:
                data = {"action": action, ACTION_CHECKBOX_NAME: [str(pk)], "reason": "Because"}
                with undone():
                    answer = browser.post(address(model, "changelist"), data)
                    changed = before.changed()
                if changed or answer.status_code >= 500 or leaks(answer, stranger):
                    wrong.append((model._meta.label, action, answer.status_code, changed, leaks(answer, stranger)))

    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", ["CEO", "EMPLOYEE"])
def test_look_ups_find_none_of_a_strangers_rows(world, role):
    people, stranger, _ = world
    browser = signed_in(people[role])
    wrong = []
    for model, _admin in PAGES:
        for field in model._meta.get_fields():
            if not isinstance(field, (models.ForeignKey, models.OneToOneField, models.ManyToManyField)):
                continue
            for term in ("", stranger.world.business.name, "member"):
                query = {
                    "app_label": model._meta.app_label, "model_name": model._meta.model_name,
                    "field_name": field.name, "term": term,
                }  # fmt: skip
                answer = browser.get(reverse("admin:autocomplete"), query)
                if answer.status_code == 200 and leaks(answer, stranger):
                    wrong.append((query, leaks(answer, stranger)))
                elif answer.status_code >= 500:
                    wrong.append((query, answer.status_code))

    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", ["CEO", "EMPLOYEE"])
def test_what_pages_of_ones_own_choose_from_holds_nothing_of_a_strangers(world, role):
    people, stranger, _ = world
    browser = signed_in(people[role])
    wrong = []
    for model, _model_admin in PAGES:
        listed = browser.get(address(model, "changelist"))
        if listed.status_code != 200:
            continue
        for pk in listed.context["cl"].queryset.values_list("pk", flat=True)[:3]:
            for page in ("change", "history"):
                answer = browser.get(address(model, page, pk))
                if answer.status_code >= 500 or leaks(answer, stranger):
                    wrong.append((model._meta.label, page, answer.status_code, leaks(answer, stranger)))
        answer = browser.get(address(model, "add"))
        if answer.status_code not in {302, 403}:
            wrong.append((model._meta.label, "add", answer.status_code))

    assert not wrong, "\n".join(map(str, wrong))


def test_a_viewer_looks_at_every_row_and_changes_none(world):
    people, _, theirs = world
    browser = signed_in(people["VIEWER"])
    before = Print(TRACES)
    wrong = []
    for model, model_admin in PAGES:
        if isinstance(model_admin, BaseAdmin) and browser.get(address(model, "changelist")).status_code != 200:
            wrong.append((model._meta.label, "cannot be looked at"))
        wrong += _changes(browser, model, model_admin, theirs[model], before)

    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", ["ADMIN", "OPS"])
def test_money_and_history_are_for_looking_whoever_looks(world, role):
    people, _, theirs = world
    browser = signed_in(people[role])
    before = Print(TRACES)
    wrong, walked = [], set()
    for model, model_admin in PAGES:
        if model._meta.app_label in READ_ONLY_APPS or model._meta.label in READ_ONLY_MODELS:
            walked.add(model._meta.label)
            wrong += _changes(browser, model, model_admin, theirs[model], before, actions=["delete_selected"])
            if browser.get(address(model, "changelist")).status_code != 200:
                wrong.append((model._meta.label, "cannot be looked at"))

    assert not wrong, "\n".join(map(str, wrong))
    assert walked >= READ_ONLY_MODELS


def test_a_page_for_looking_is_one_by_its_kind():
    """Money and history never rest on a page remembering to refuse."""
    others = [
        model._meta.label
        for model, model_admin in PAGES
        if (model._meta.app_label in READ_ONLY_APPS or model._meta.label in READ_ONLY_MODELS)
        and not isinstance(model_admin, ReadOnlyAdmin)
    ]

    assert others == []


def _changes(browser, model, model_admin, keys, before, actions=None):
    """What a person could do to rows that they are only to look at."""
    wrong = []
    tries = [("add", ())] + [(page, (pk,)) for pk in list(keys)[:1] for page in ("change", "delete")]
    for page, args in tries:
        with undone():
            answer = browser.post(address(model, page, *args), {"post": "yes"})
            changed = before.changed()
        if changed or answer.status_code not in {302, 403}:
            wrong.append((model._meta.label, page, answer.status_code, changed))
    for action in actions or [*actions_of(model_admin), "delete_selected"]:
        for pk in list(keys)[:1]:
            data = {"action": action, ACTION_CHECKBOX_NAME: [str(pk)], "reason": "Because"}
            with undone():
                answer = browser.post(address(model, "changelist"), data)
                changed = before.changed()
            if changed or answer.status_code >= 500:
                wrong.append((model._meta.label, action, answer.status_code, changed))
    return wrong
