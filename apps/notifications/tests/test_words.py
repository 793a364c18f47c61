import re

import pytest

from apps.notifications import kinds, letters, rendering, values
from apps.notifications.errors import MissingValue, TemplateRefused
from apps.notifications.letters import PARTS, Words
from apps.notifications.models import Template
from apps.notifications.operations import change_words, sync_templates
from apps.notifications.states import TemplateSource
from apps.notifications.tests.factories import shown_example
from apps.notifications.wording import words_of

EVERY = [pytest.param(kind, id=kind.name) for kind in kinds.every()]
PLAIN = Words(subject="s", html="<p>h</p>", text="t", title="t", push="p", sms="m")


def with_part(part, source):
    return Words(**{**PLAIN.__dict__, part: source})


@pytest.mark.parametrize("kind", EVERY)
def test_every_kind_has_all_its_words_and_they_use_declared_variables_only(kind):
    rendering.check(kind, letters.seed(kind, "en"))


@pytest.mark.parametrize("kind", EVERY)
def test_every_kind_renders_in_html_and_text(kind):
    rendered = rendering.render(letters.seed(kind, "en"), shown_example(kind))

    for part in PARTS:
        content = getattr(rendered, part)
        assert content.strip()
        assert not re.search(r"\{[{%]|%\}|\}\}|None", content)
    assert len(rendered.title) <= 120
    assert "\n" not in rendered.subject + rendered.title + rendered.push + rendered.sms


@pytest.mark.parametrize("kind", EVERY)
def test_every_kind_renders_without_its_optional_values(kind):
    stored = {name: value for name, value in values.examples(kind).items() if kind.variables[name].required}
    rendered = rendering.render(letters.seed(kind, "en"), values.shown(kind, stored, time_zone="UTC"))

    assert 'href=""' not in rendered.html
    assert "<td></td>" not in rendered.html
    assert "\n\n\n" not in rendered.text
    assert "Hello," in rendered.text


@pytest.mark.parametrize("kind", EVERY)
def test_every_required_variable_is_missed(kind):
    for name, variable in kind.variables.items():
        if variable.required:
            stored = {other: value for other, value in values.examples(kind).items() if other != name}
            with pytest.raises(MissingValue):
                values.shown(kind, stored, time_zone="UTC")


@pytest.mark.parametrize("kind", EVERY)
def test_every_mail_fits_a_phone_and_needs_no_images(kind):
    html = rendering.framed_html(rendering.render(letters.seed(kind, "en"), shown_example(kind)))

    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html
    assert "max-width: 600px" in html
    assert "@media only screen and (max-width: 480px)" in html
    assert "<img" not in html
    assert "#1A237E" in html
    assert "#FFB74D" in html
    widths = [int(width) for width in re.findall(r"[^-]width: ?(\d+)px", html)]
    assert all(width <= 320 for width in widths)


@pytest.mark.parametrize("kind", EVERY)
def test_no_secret_is_shown_where_it_is_stored(kind):
    words = letters.seed(kind, "en")
    secrets = [name for name, variable in kind.variables.items() if variable.secret]

    for name in secrets:
        assert "{{ " + name not in words.title + words.push


def test_every_letter_belongs_to_a_kind():
    names = {path.stem for path in (letters.FOLDER / "en").iterdir()}

    assert names == {kind.name for kind in kinds.every()}


@pytest.mark.parametrize(
    ("part", "source"),
    [
        ("subject", "Hello {{ nobody }}"),
        ("text", "{% if nobody %}x{% endif %}"),
        ("text", "{% if change and nobody %}x{% endif %}"),
        ("push", "{{ change|default:nobody }}"),
        ("html", "{{ change.__class__ }}"),
        ("html", "{{ change|safe }}"),
        ("html", "{% autoescape off %}{{ change }}{% endautoescape %}"),
        ("html", "{% include 'notifications/frame.html' %}"),
        ("html", "{% load static %}"),
        ("html", "{% debug %}"),
        ("html", "{% for x in change %}{{ x }}{% endfor %}"),
        ("text", "{% if change %}"),
        ("sms", "   "),
    ],
)
def test_words_that_cannot_be_used_are_refused(part, source):
    with pytest.raises(TemplateRefused) as refusal:
        rendering.check(kinds.SECOND_FACTOR_CHANGED, with_part(part, source))

    assert list(refusal.value.errors) == [part]


@pytest.mark.parametrize("part", ["title", "push"])
def test_what_is_stored_for_the_dashboard_may_show_no_secret(part):
    with pytest.raises(TemplateRefused):
        rendering.check(kinds.ONE_TIME_CODE, with_part(part, "{{ code }}"))


def test_values_never_act_as_html():
    rendered = rendering.render(with_part("html", "<p>{{ change }}</p>"), {"change": "<script>x</script>"})

    assert rendered.html == "<p>&lt;script&gt;x&lt;/script&gt;</p>"


def test_a_value_never_adds_a_header():
    rendered = rendering.render(with_part("subject", "About {{ change }}"), {"change": "a\r\nBcc: all@example.com"})

    assert rendered.subject == "About a Bcc: all@example.com"


@pytest.mark.django_db
def test_sync_templates_stores_each_letter_once(now):
    first = sync_templates(at=now)
    again = sync_templates(at=now)

    every = len(EVERY) * len(letters.languages())
    assert (first.added, again.added, again.unchanged) == (every, 0, every)
    assert Template.objects.count() == every


@pytest.mark.django_db
def test_changed_words_are_a_new_version_that_sync_keeps(ops, now):
    sync_templates(at=now)
    mine = with_part("subject", "Hello and welcome")

    changed = change_words(kind=kinds.WELCOME, language="en", words=mine, by=ops, at=now)
    report = sync_templates(at=now)

    assert (changed.version, changed.source, changed.changed_by) == (2, TemplateSource.OPS, ops)
    assert report.kept == 1
    current = Template.objects.get(kind="welcome", language="en", is_current=True)
    assert words_of(current) == mine
    assert words_of(Template.objects.get(kind="welcome", language="en", version=1)) == letters.seed("welcome", "en")


@pytest.mark.django_db
def test_words_with_an_unknown_variable_are_not_stored(ops, now):
    with pytest.raises(TemplateRefused):
        change_words(kind=kinds.WELCOME, language="en", words=with_part("text", "{{ code }}"), by=ops, at=now)

    assert not Template.objects.exists()


LANGUAGES = [
    pytest.param(kind, language, id=f"{language}-{kind.name}") for language in ("en", "fr") for kind in kinds.every()
]


@pytest.mark.parametrize(("kind", "language"), LANGUAGES)
def test_every_kind_has_a_letter_in_every_language_and_its_words_can_be_used(kind, language):
    words = letters.letter(kind.name, language)

    assert words is not None
    rendering.check(kind, words)
    rendered = rendering.render(words, shown_example(kind))
    assert all(getattr(rendered, part).strip() for part in PARTS)
    assert len(rendered.title) <= 120


@pytest.mark.parametrize("kind", EVERY)
def test_the_french_letter_uses_what_the_english_one_uses(kind):
    english, french = letters.seed(kind, "en"), letters.seed(kind, "fr")
    used = re.compile(r"\{\{ (\w+)")

    assert set(used.findall(french.html)) == set(used.findall(english.html))


def test_the_frame_speaks_the_letters_language():
    words = letters.seed("welcome", "fr")

    assert "Des questions ?" in rendering.framed_text(words, language="fr")
    html = rendering.framed_html(words, language="fr")
    assert 'lang="fr"' in html
    assert "Questions? Write to" not in html
    assert "Questions? Write to" in rendering.framed_text(words, language="sw")
