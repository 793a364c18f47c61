"""Whether a bank's name for an account is its owner's: by words, in any order, forgiving one slip in a long word."""

import re
import unicodedata
from difflib import SequenceMatcher

# What says only what kind of firm or person somebody is.
_TITLES = frozenset(
    [
        "ltd",
        "limited",
        "plc",
        "llc",
        "inc",
        "co",
        "company",
        "corp",
        "corporation",
        "gmbh",
        "sarl",
        "enterprise",
        "enterprises",
        "ent",
        "ventures",
        "nig",
        "nigeria",
        "nigerian",
        "global",
        "services",
        "service",
        "and",
        "the",
        "of",
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "chief",
        "alhaji",
        "alhaja",
        "prince",
        "princess",
        "engr",
        "barr",
        "prof",
    ]
)
_ALIKE = 0.84
_LONG = 5
_WORDS_OF_A_PERSON = 2


def resemble(known: str, wanted: str) -> bool:
    """Whether ``known``, as a bank tells it, is the name ``wanted``.

    Each word of the shorter name is in the longer one: whole, as its initial where the rest is there, or with a slip
    where it is long. One word is enough only where the wanted name has no more.
    """
    ours, theirs = _words(wanted), _words(known)
    if not ours or not theirs:
        return False
    if sorted(ours) == sorted(theirs):
        return True
    shorter, longer = sorted((ours, theirs), key=len)
    left, whole = list(longer), 0
    for word in sorted(shorter, key=len, reverse=True):
        match = word if word in left else next((each for each in left if _alike(word, each)), None)
        if match is None:
            return False
        left.remove(match)
        whole += min(len(word), len(match)) > 1
    return whole >= min(_WORDS_OF_A_PERSON, len(ours))


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold().replace("'", "")
    words = re.findall(r"[a-z0-9]+", plain)
    telling = [word for word in words if word not in _TITLES]
    return telling or words


def _alike(word: str, other: str) -> bool:
    if 1 in {len(word), len(other)} and word[0] == other[0]:
        return True
    return min(len(word), len(other)) >= _LONG and SequenceMatcher(None, word, other).ratio() >= _ALIKE
