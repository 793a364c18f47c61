import pytest
from django.utils import translation

from apps.core.words import catalogue_of, made_of, read_catalogue, said, said_throughout


@pytest.fixture
def french():
    with translation.override("fr"):
        yield


def test_a_message_with_values_in_it_is_known_by_its_shape(french):
    assert said("You can keep 50 addresses.") == "Vous pouvez garder 50 adresses."
    assert said("The plan makes 900 slots; it takes 1 to 500.") == "Le plan fait 900 créneaux ; il en faut de 1 à 500."


def test_what_nobody_has_translated_stays_as_it_is(french):
    assert said("Serenity Spa") == "Serenity Spa"


def test_english_is_said_as_it_was_written():
    assert said("Saved.") == "Saved."


def test_messages_by_field_are_said_at_any_depth_and_names_stay(french):
    errors = {"items": [{"id": ["Required."]}], "count": 3}

    assert said_throughout(errors) == {"items": [{"id": ["Obligatoire."]}], "count": 3}


def test_a_catalogue_is_read_with_its_quotes_and_continued_lines():
    source = 'msgid ""\nmsgstr "Language: fr\\n"\n\n# note\nmsgid "Say \\"a\\" "\n"and b."\nmsgstr "Dites « a »."\n\nmsgid "Empty."\nmsgstr ""\n'

    assert read_catalogue(source) == {'Say "a" and b.': "Dites « a »."}


def test_the_more_exact_shape_is_tried_first():
    source = 'msgid "{0}: one of {1}."\nmsgstr "A {0} {1}"\n\nmsgid "Known: one of {0}."\nmsgstr "B {0}"\n'

    assert made_of(read_catalogue(source)).say("Known: one of x.") == "B x"


def test_there_is_nothing_to_say_in_a_language_without_a_catalogue():
    assert catalogue_of("xx").say("Saved.") == "Saved."
