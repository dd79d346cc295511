"""What the desk may show of personal data: values cut short, in answers and in letters alike.

A letter is masked by the answers it was written from, which the plan keeps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from cases.renderings.audience import name, phone, tail
from cases.renderings.chronicle import SHORTENED, plain
from cases.wizard.answers import Answers

LONGEST_PERSON = 4
# A day of these years, written with dashes, is nobody's number.
DAY = r"(?<![A-Za-z\d_-])202\d-\d{1,2}-\d{1,2}(?![A-Za-z\d_-])"
# Whatever field it was typed into: six digits and more in one word are nobody's but theirs, and so
# are three groups of digits, as people write a telephone or a card: 138 0013 8000.
NUMBER = (
    r"(?=(?:[A-Za-z_-]*\d){6})[A-Za-z\d_-]{7,}"
    r"|(?<!\d)\d{3,4}(?:[ \u00a0\u3000]\d{3,4}){2,4}(?!\d)"
)


def person(text: str) -> str:
    """张*; a name too long for a person's is a firm's, which the desk must see."""
    return name(text) if len(text) <= LONGEST_PERSON else text


def hidden(text: str) -> str:
    """Nothing of it."""
    return _("〔已隐藏〕")


MASKS: Mapping[str, Callable[[str], str]] = {
    "consumer__name": name,
    "consumer__phone": phone,
    "consumer__address": hidden,
    "consumer__postcode": hidden,
    "opponent__bill_name": person,
    "opponent__parcel_sender": person,
    "order__number": tail,
    "carrier__ticket": tail,
}


class Mask:
    """Hides the given texts, and every long number, wherever they stand."""

    def __init__(self, shown: Mapping[str, str]) -> None:
        longest_first = sorted(shown, key=len, reverse=True)
        self.shown = shown
        self.pattern = re.compile("|".join([*map(re.escape, longest_first), DAY, NUMBER]))

    def text(self, text: str) -> str:
        """The text with each personal value masked."""
        return self.pattern.sub(self._instead, text)

    def _instead(self, match: re.Match[str]) -> str:
        found = match[0]
        if found in self.shown:
            return self.shown[found]
        return found if re.fullmatch(DAY, found) else phone(found)


NUMBERS_ONLY = Mask({})


def mask_for(answers: Answers, *, clear: Collection[str] = ()) -> Mask:
    """The mask for a case, from all of its answers, those that no longer count included.

    `clear` are texts that stay readable, because somebody asked to see them.
    """
    shown: dict[str, str] = {}
    for text, masked in _personal(answers):
        shown |= dict.fromkeys(_printed(text), masked)
    for text in clear:
        shown |= {printed: printed for printed in _printed(text)}
    return Mask(shown)


def mask_plan(plan: Mapping[str, Any], *, clear: Collection[str] = ()) -> dict[str, Any]:
    """The stored plan with masked letters and names; the rest holds nothing that was typed."""
    mask = mask_for(plan["answers"], clear=clear)
    letters = [_letter(letter, mask) for letter in plan["letters"]]
    # Plans made before there was a chain have none.
    chain = [_link(link, mask) for link in plan.get("chain", [])]
    return {**plan, "letters": letters, "chain": chain}


def _link(link: Mapping[str, Any], mask: Mask) -> dict[str, Any]:
    """A link of the chain with its names masked."""
    return {**link, **{key: mask.text(link.get(key) or "") for key in ("name", "shop")}}


def _printed(text: str) -> set[str]:
    """A value as typed, and as a letter prints it: on one line and bounded in length."""
    return {text, plain(text), plain(text, SHORTENED)} - {""}


def _personal(answers: Answers) -> Iterator[tuple[str, str]]:
    for clean in answers.values():
        for key, mask in MASKS.items():
            if text := clean.get(key):
                yield text, mask(text)
        for filing in clean.get("filed") or ():
            if text := filing.get("reference"):
                yield text, tail(text)


def _letter(letter: Mapping[str, Any], mask: Mask) -> dict[str, Any]:
    return {
        **letter,
        **{block: mask.text(letter[block]) for block in ("facts", "requests", "text")},
        "shorter": [_with_text(row, mask) for row in letter["shorter"]],
        "claims": [_with_text(row, mask) for row in letter.get("claims", ())],
    }


def _with_text(row: Mapping[str, Any], mask: Mask) -> dict[str, Any]:
    return {**row, "text": mask.text(row["text"])}
