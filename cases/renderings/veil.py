"""The veil over a text: each personal value shown as its reader may see it, wherever it stands.

It goes over every text of a paper, also over one that the person rewrote. It knows only what the
person gave us, and identity numbers by their form; what else somebody typed into a text of their
own, they must look through themselves.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Iterator

from cases.knowledge import load
from cases.renderings.audience import (
    Answers,
    Given,
    Item,
    Way,
    Ways,
    core,
    given,
    hidden,
    shown,
)
from cases.renderings.chronicle import SHORTENED, plain

# Names of firms, wares and places: a person's name or address within one of them stays.
NAMES_OF_OTHERS = (
    "order__seller_name",
    "order__seller_company",
    "order__marketplace",
    "order__tariff",
    "carrier__company",
    "carrier__province",
    "opponent__bill_name",
    "opponent__page_company",
    "opponent__parcel_sender",
    "opponent__card_brand",
    "opponent__sms_sender",
)
# Six digits of a place, a day of birth, three digits and a check character.
IDENTITY_NUMBER = (
    r"(?<!\d)\d{6}[ -]?(?:19|20)\d{2}[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12]\d|3[01])"
    r"[ -]?\d{3}[\dXx](?!\d)"
)
# A shorter number is also a day, a sum, a part of another number.
LONG_NUMBER = 8
LONG_NAME, LONG_ADDRESS = 2, 6
BETWEEN_DIGITS = r"[\s\-‐‑–—－_.·（）()]*"
BETWEEN_LETTERS = r"[ \t\u00a0\u3000\-‐‑－·•・]*"
UNITS = "年月日时点元天块名个条"
BEFORE_A_NAME = "本人|我叫|我是|姓名|名叫|，由"
AFTER_A_NAME = "先生|女士|小姐|同志|本人|代为"

# (pattern, what stands instead, or None to keep what was found, its rank: the highest goes first)
Row = tuple[str, str | None, tuple[int, int]]


class Veil:
    """Shows each personal value in a text the given way, however it is spaced or hyphenated.

    Long numbers are found anywhere, short ones only where they stand alone. A name is found
    anywhere, unless our own texts use it as a word (高兴 is found, 方便 is not) or it is a single
    character: then only where it stands alone, as in a signature. So is a short address. A name
    that is part of a firm's stays there: who reads it must know the firm.
    """

    def __init__(self, answers: Answers, ways: Ways) -> None:
        values = given(answers)
        numbers, names = _numbers(values, ways), _names(values, ways)
        self._numbers = _Replacer([*numbers, (IDENTITY_NUMBER, hidden(), (0, 0))])
        self._names = _Replacer([*names, *_names_of_others(answers, values)])

    def text(self, text: str) -> str:
        """The text behind the veil."""
        return self._names.text(self._numbers.text(text))


class _Replacer:
    def __init__(self, rows: Iterable[Row]) -> None:
        ordered = sorted(rows, key=lambda row: row[2], reverse=True)
        self.instead = [instead for _pattern, instead, _rank in ordered]
        patterns = (f"({pattern})" for pattern, _instead, _rank in ordered)
        self.pattern = re.compile("|".join(patterns), re.IGNORECASE)

    def text(self, text: str) -> str:
        return self.pattern.sub(self._found, text) if self.instead else text

    def _found(self, match: re.Match[str]) -> str:
        instead = self.instead[(match.lastindex or 1) - 1]
        return match[0] if instead is None else instead


def _numbers(values: Given, ways: Ways) -> Iterator[Row]:
    for item in (Item.PHONE, Item.ORDER, Item.POSTCODE, Item.TICKET):
        for text in values.get(item, ()):
            # Kept is what was found, so that no shorter number is looked for inside it.
            instead = None if ways[item] is Way.FULL else shown(item, text, ways[item])
            yield _number(text), instead, _rank(text, ways[item])


def _names(values: Given, ways: Ways) -> Iterator[Row]:
    for item, long in ((Item.NAME, LONG_NAME), (Item.ADDRESS, LONG_ADDRESS)):
        if ways[item] is Way.FULL:
            continue
        for text in values.get(item, ()):
            for printed in _printed(text):
                instead = shown(item, text, ways[item])
                yield _word(printed, item, long), instead, _rank(printed, ways[item])


def _names_of_others(answers: Answers, values: Given) -> Iterator[Row]:
    """Names of others that hold one of the person's and more."""
    ours = {core(text) for item in (Item.NAME, Item.ADDRESS) for text in values.get(item, ())}
    for clean in answers.values():
        for key in NAMES_OF_OTHERS:
            for text in _printed(clean.get(key) or ""):
                if _holds_more(core(text), ours):
                    yield re.escape(text), None, _rank(text, Way.FULL)


def _holds_more(text: str, ours: Collection[str]) -> bool:
    return text not in ours and any(name and name in text for name in ours)


def _rank(text: str, way: Way) -> tuple[int, int]:
    """The longest first; of two alike the one that is hidden more."""
    return len(core(text)), [*Way].index(way)


def _printed(text: str) -> set[str]:
    """A value as it was typed, and as letters print it: on one line, bounded in length."""
    return {text.strip(), plain(text), plain(text, SHORTENED)} - {""}


def _number(text: str) -> str:
    digits = core(text) or text
    pattern = BETWEEN_DIGITS.join(map(_either_width, digits))
    if len(digits) >= LONG_NUMBER:
        return pattern
    return rf"(?<![0-9A-Za-z.]){pattern}(?![0-9A-Za-z{UNITS}]|\.\d)"


def _either_width(character: str) -> str:
    if character.isascii() and character.isalnum():
        return f"[{character}{chr(ord(character) + 0xFEE0)}]"
    return re.escape(character)


def _word(text: str, item: Item, long: int) -> str:
    letters = core(text) or text
    # An address has punctuation of its own.
    between = r"[\W_]*" if item is Item.ADDRESS else BETWEEN_LETTERS
    pattern = between.join(map(_either_width, letters))
    if len(letters) >= long and letters not in _own_words():
        return _apart_from_latin(letters, pattern)
    return rf"(?:(?<!\w)|(?<={BEFORE_A_NAME})){pattern}(?:(?!\w)|(?={AFTER_A_NAME}))"


def _apart_from_latin(letters: str, pattern: str) -> str:
    """Li is no part of Limit."""
    before = "(?<![A-Za-z])" if letters[0].isascii() else ""
    after = "(?![A-Za-z])" if letters[-1].isascii() else ""
    return f"{before}{pattern}{after}"


@functools.cache
def _own_words() -> str:
    """What our letters may say, to look up whether a name is a word of ours."""
    knowledge = load()
    said = [*knowledge.phrases.values()]
    for labels in knowledge.labels.values():
        said += labels.values()
    for letter in knowledge.letters.values():
        said += [letter.facts, letter.requests, *letter.texts.values()]
    for ground in knowledge.grounds.values():
        said += [ground.wording, *(variant.wording for variant in ground.variants)]
    said += [law.title for law in knowledge.laws.values()]
    said += [condition.holds or "" for condition in knowledge.conditions.values()]
    return "\n".join(said)
