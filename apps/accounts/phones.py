"""Phone numbers as E.164, however they were typed."""

import phonenumbers

from apps.core.errors import Invalid

_WORDS = "Write the number with its country code, such as +234 803 123 4567."


def as_e164(text: str) -> str:
    """The number in E.164. Raises: Invalid when no phone can have it."""
    typed = text.strip()
    if typed.startswith("00"):
        typed = "+" + typed[2:]
    try:
        number = phonenumbers.parse(typed, None)
    except phonenumbers.NumberParseException as error:
        raise Invalid(_WORDS, errors={"phone": [_WORDS]}) from error
    if not phonenumbers.is_possible_number(number):
        raise Invalid(_WORDS, errors={"phone": [_WORDS]})
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
