"""The texts of a plan that a person wrote anew, and those set aside: nothing written vanishes.

Both lie in `Plan.edits`: `{action slug: {length: text}}`, and under ASIDE, which is no slug,
`{action slug: {length: [{text, title, changed}]}}`, the newest last, at most MOST_ASIDE a place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from cases.models import Case, Plan
from cases.renderings.chronicle import long_day
from cases.renderings.outline import original_texts, outline
from cases.services.answers import locked

ASIDE = "aside"
# More drafts of one text nobody compares; the page says so.
MOST_ASIDE = 10
Edits = dict[str, dict[str, Any]]


class StaleText(Exception):
    """The text was changed elsewhere after this form was shown; `text` is what it is now."""

    def __init__(self, *, text: str) -> None:
        super().__init__("the text was changed elsewhere after this form was shown")
        self.text = text


class TextGone(Exception):
    """The newest plan of the case has no such text, or the case has been erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which text of a plan: the slug of its action, and its length."""

    slug: str
    length: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A text that stands in no output any more: restored, or its original has `changed` since.

    `title` is that of its action, which a newer plan may not have.
    """

    place: Place
    title: str
    text: str
    changed: bool

    @property
    def key(self) -> str:
        """What tells it from the others of its place."""
        return version_of(self.text)


def version_of(text: str) -> str:
    """What a form carries, so that a text changed meanwhile is noticed."""
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()[:16]


def asides_of(plan: Plan) -> list[Aside]:
    """The texts of a plan that were set aside, of each place the newest first."""
    return list(_asides(plan.edits or {}))


def save_text(case: Case, place: Place, *, text: str, version: str) -> None:
    """Let the text stand instead of the plan's own, in the newest plan.

    `version` is `version_of` the text the form was shown with. A text equal to the plan's own is
    no edit. Raises StaleText when another tab was quicker with another text, and TextGone.
    """

    def write(edits: Edits, now: str, original: str) -> None:
        if version != version_of(now) and text != now:
            raise StaleText(text=now)
        _put(edits, place, None if text == original else text)

    _change(case, place, write)


def restore_text(case: Case, place: Place, *, title: str) -> None:
    """Let the plan's own text stand again, and set the person's aside. Raises TextGone."""

    def write(edits: Edits, now: str, original: str) -> None:
        if now != original:
            _set_aside(edits, Aside(place=place, title=title, text=now, changed=False))
            _put(edits, place, None)

    _change(case, place, write)


def take_back(case: Case, place: Place, *, key: str) -> None:
    """Let a text set aside stand again; one that stands now is set aside. Raises TextGone."""

    def write(edits: Edits, now: str, original: str) -> None:
        aside = _taken_out(edits, place, key)
        if aside is None:
            return
        if now not in (original, aside["text"]):
            _set_aside(edits, Aside(place=place, title=aside["title"], text=now, changed=False))
        _put(edits, place, aside["text"])

    _change(case, place, write)


def drop_aside(case: Case, place: Place, *, key: str) -> None:
    """Forget a text set aside. Raises TextGone when there is no plan."""

    def write(plan: Plan) -> Edits:
        edits = deepcopy(plan.edits or {})
        _taken_out(edits, place, key)
        return edits

    _write(case, write)


def carried_over(before: Plan | None, content: Mapping[str, Any]) -> Edits | None:
    """The edits a new plan begins with: those whose original it has too, the others set aside.

    An original that differs only in the day it was written is the same; so does the edit then.
    """
    if before is None or not before.edits:
        return None
    was, now, edits = original_texts(before.content), original_texts(content), Edits()
    edits[ASIDE] = deepcopy(before.edits.get(ASIDE, {}))
    for place, text in _written(before.edits):
        original, anew = (texts.get(place.slug, {}).get(place.length) for texts in (was, now))
        kept = _redated(text, original, anew, _days(before.content, content)) if original else None
        if kept is None:
            title = _title(before.content, place.slug)
            _set_aside(edits, Aside(place=place, title=title, text=text, changed=True))
        else:
            _put(edits, place, kept)
    return _tidy(edits)


def _days(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, str]:
    """The days of two plans as letters write them."""
    return long_day(date.fromisoformat(was["on"])), long_day(date.fromisoformat(now["on"]))


def _redated(text: str, original: str, now: str | None, days: tuple[str, str]) -> str | None:
    """The edit beside an original that is `now` another, or None when more than its day changed.

    `days` are those of the two plans, as letters write them. Lines of ours get the new day; one
    that the person wrote may tell of something that happened on the old one, and stays.
    """
    if original.replace(*days) != now:
        return None
    ours, lines = original.split("\n"), text.split("\n")
    dated = {line: line.replace(*days) for line in ours if days[0] in line}
    if any(lines.count(line) > ours.count(line) for line in dated):
        return None
    return "\n".join(dated.get(line, line) for line in lines)


def _change(case: Case, place: Place, write: Callable[[Edits, str, str], None]) -> None:
    def changed(plan: Plan) -> Edits:
        edits = deepcopy(plan.edits or {})
        original = original_texts(plan.content).get(place.slug, {}).get(place.length)
        if original is None:
            raise TextGone
        write(edits, edits.get(place.slug, {}).get(place.length, original), original)
        return edits

    _write(case, changed)


def _write(case: Case, changed: Callable[[Plan], Edits]) -> None:
    """Under the lock of the case, under which its plans are made too."""
    with transaction.atomic():
        try:
            plan = locked(case).plans.first()
        except Case.DoesNotExist:
            plan = None
        if plan is None:
            raise TextGone
        edits = _tidy(changed(plan))
        if edits != plan.edits:
            plan.edits = edits
            plan.save(update_fields=["edits"])


def _put(edits: Edits, place: Place, text: str | None) -> None:
    texts = edits.setdefault(place.slug, {})
    if text is None:
        texts.pop(place.length, None)
    else:
        texts[place.length] = text


def _set_aside(edits: Edits, aside: Aside) -> None:
    texts = edits.setdefault(ASIDE, {}).setdefault(aside.place.slug, {})
    row = {"text": aside.text, "title": aside.title, "changed": aside.changed}
    others = [each for each in texts.get(aside.place.length, []) if each["text"] != aside.text]
    texts[aside.place.length] = [*others, row][-MOST_ASIDE:]


def _taken_out(edits: Edits, place: Place, key: str) -> dict[str, Any] | None:
    """The row of a text set aside, which is no longer among them; None when it never was."""
    rows = edits.get(ASIDE, {}).get(place.slug, {}).get(place.length, [])
    found: dict[str, Any] | None = next((r for r in rows if version_of(r["text"]) == key), None)
    if found is not None:
        rows.remove(found)
    return found


def _written(edits: Edits) -> Iterator[tuple[Place, str]]:
    for slug, texts in edits.items():
        if slug != ASIDE:
            for length, text in texts.items():
                yield Place(slug=slug, length=length), text


def _asides(edits: Edits) -> Iterator[Aside]:
    for slug, texts in edits.get(ASIDE, {}).items():
        for length, rows in texts.items():
            for row in reversed(rows):
                yield Aside(place=Place(slug=slug, length=length), **row)


def _tidy(edits: Edits) -> Edits | None:
    """Without what is empty; None when nothing is left."""
    asides = {
        slug: {length: rows for length, rows in texts.items() if rows}
        for slug, texts in edits.get(ASIDE, {}).items()
        if any(texts.values())
    }
    kept = {slug: texts for slug, texts in edits.items() if texts and slug != ASIDE}
    return kept | ({ASIDE: asides} if asides else {}) or None


def _title(content: Mapping[str, Any], slug: str) -> str:
    actions = outline(content)["actions"]
    return next((row["title"] for row in actions if row["slug"] == slug), slug)
