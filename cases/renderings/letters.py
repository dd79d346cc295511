"""Letters: the template of a channel filled from the facts; two blocks and a text per length."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.template import Context, Engine
from django.template.base import Template

from cases.plan import Action, ActionPlan
from cases.renderings.chronicle import LONGEST, NO_MONTHS, SHORTENED, Line, Months
from cases.renderings.letter_values import LetterValues
from cases.vocabulary import Channel, Length, Party

# However short a letter must be, so many requests stay.
FEWEST_REQUESTS = 2


class BlankInLetter(Exception):
    """A letter uses a variable that it was not given. The message is the variable's name."""


class _Raise(str):
    """Django asks `string_if_invalid` to format itself with the name of the missing variable."""

    __slots__ = ()

    def __contains__(self, item: object) -> bool:
        return True

    def __mod__(self, variable: object) -> str:
        raise BlankInLetter(str(variable))


ENGINE = Engine(autoescape=False, string_if_invalid=_Raise("%s"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A text to send by one channel. `facts` and `requests` are blocks of it, `text` all of it,
    `shorter` the other lengths, each within its channel's limit. `claims` are the sentences of
    `text` that state a fact, with the name of the phrase in claims.toml."""

    channel: Channel
    respondent: Party | None
    title: str
    facts: str
    requests: str
    text: str
    shorter: Mapping[Length, str]
    claims: tuple[Line, ...]


def write_letters(plan: ActionPlan, *, months: Months = NO_MONTHS) -> tuple[Letter, ...]:
    """A letter for every action whose channel takes a text, in the order of the actions.

    `months` are those of days that are not known.
    """
    written = (action for action in plan.actions if action.letter)
    return tuple(write_letter(plan, action, months=months) for action in written)


def write_letter(plan: ActionPlan, action: Action, *, months: Months = NO_MONTHS) -> Letter:
    """The letter of one action. Raises BlankInLetter when its template wants what it has not."""
    knowledge = plan.assessment.situation.knowledge
    template = knowledge.letters[action.channel]
    values = LetterValues(
        plan=plan, action=action, template=template, longest=LONGEST, months=months
    )
    full = _Draft(values)
    limits = {
        length: limit.characters
        for length in template.texts
        if (limit := knowledge.channels[action.channel].limit(length, plan.on))
    }
    return Letter(
        channel=action.channel,
        respondent=action.respondent,
        title=template.head.title,
        facts=full.whole["facts"],
        requests=full.whole["requests"],
        text=full.text(Length.FULL),
        shorter={length: _fitted(full, length, limit) for length, limit in limits.items()},
        claims=tuple(full.values.claims(full.text(Length.FULL))),
    )


def _fitted(full: _Draft, length: Length, limit: int) -> str:
    """The text cut down to its limit: first what it can do without, then long names too."""
    text = full.fitted(length, limit)
    return text if len(text) <= limit else full.with_names_shortened().fitted(length, limit)


class _Draft:
    """One template filled for one action, at any length and without what was dropped."""

    def __init__(self, values: LetterValues) -> None:
        self.template = values.template
        self.values = values

    def with_names_shortened(self) -> _Draft:
        return _Draft(replace(self.values, longest=SHORTENED))

    @cached_property
    def whole(self) -> dict[str, Any]:
        """Every variable, the blocks among them, with nothing dropped."""
        return self._filled(frozenset())

    def _filled(self, dropped: frozenset[str]) -> dict[str, Any]:
        values = self.values.without(dropped)
        requests = [line for line in self._requests(values) if line not in dropped]
        facts = _render(self.template.facts, values)
        return values | {"facts": facts, "requests": "\n".join(_numbered(requests))}

    def _requests(self, values: dict[str, Any]) -> list[str]:
        lines = map(str.strip, _render(self.template.requests, values).splitlines())
        return [line for line in lines if line]

    def text(self, length: Length, dropped: frozenset[str] = frozenset()) -> str:
        return _render(
            self.template.texts[length], self._filled(dropped) if dropped else self.whole
        )

    def fitted(self, length: Length, limit: int) -> str:
        """The text without as much as it takes to keep the limit, or without all it can spare."""
        text, dropped = self.text(length), frozenset[str]()
        spare = self.spare() if len(text) > limit else []
        while len(text) > limit and spare:
            dropped |= _enough(spare, len(text) - limit)
            text = self.text(length, dropped)
        return text

    def spare(self) -> list[str]:
        """What this letter can do without, the least needed first; its first requests stay."""
        requests = self._requests(self.whole)
        return [*self.values.spare(), *requests[: FEWEST_REQUESTS - 1 : -1]]


def _enough(spare: list[str], over: int) -> frozenset[str]:
    """Sentences from the front of `spare`, taken out of it, until `over` characters are saved."""
    taken: list[str] = []
    while spare and sum(map(len, taken)) < over:
        taken.append(spare.pop(0))
    return frozenset(taken)


@functools.lru_cache(maxsize=256)
def _template(source: str) -> Template:
    return ENGINE.from_string(source)


def _render(source: str, values: dict[str, Any]) -> str:
    text = _template(source).render(Context(values, autoescape=False))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip()


def _numbered(lines: list[str]) -> list[str]:
    """The lines with their numbers; one alone needs none."""
    if len(lines) == 1:
        return lines
    return [f"{number}. {line}" for number, line in enumerate(lines, 1)]
