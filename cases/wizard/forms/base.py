"""What the form of every step shares: its title, the answers before it, the impossible dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from cases.facts import EARLIER, FactsRefused, facts_from, facts_table
from cases.wizard.answers import Answers, somebody_elses
from cases.wizard.fields import ChineseDateField, Question, Words, in_words, is_month

VALUE_LENGTH = 2000
VALUES = 40
IMPOSSIBLE = "impossible"
# The months of which the day is not known, by question; no fact of a case, because every period of
# the law is counted from a day.
MONTHS = "months"
AHEAD = "dealings__promised_on"


class StepForm(forms.Form):
    """One small idea. `answers` are the ones that count before this step, `on` is today."""

    title: Words
    lead: Words = ""

    def __init__(self, *args: Any, answers: Answers, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers, self.on = answers, on
        self.months: dict[str, str] = {}
        self.arrange()

    def arrange(self) -> None:
        """Take away or add questions by what was answered before."""

    @property
    def about_a_number(self) -> bool:
        """Whether there is no order, only a number that turned up in the person's name."""
        return somebody_elses(self.answers)

    @property
    def single(self) -> bool:
        """Whether the page's one question is its title."""
        return len(self.fields) == 1

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be together with the answers before, in the engine's own judgement."""
        self._set_months_apart()
        for key, message, params in impossible({**self.answers, "": self.answer()}, on=self.on):
            if name := self.field_of(key):
                named = {**params, "label": self.fields[name].label}
                self.add_error(name, forms.ValidationError(message, IMPOSSIBLE, named))
        return self.cleaned_data

    @property
    def contradicts(self) -> bool:
        """Whether what was typed cannot be together with the answers before."""
        codes = {error.code for errors in self.errors.as_data().values() for error in errors}
        return bool(codes & {IMPOSSIBLE, "invalid_choice"})

    def answer(self) -> dict[str, Any]:
        """What the step means, as JSON values by the names of the contract."""
        return {**self.cleaned_data, **({MONTHS: self.months} if self.months else {})}

    def field_of(self, key: str) -> str | None:
        """The question that asks for a key of the contract, if it is on this page."""
        name = key.replace(".", "__", 1)
        return name if name in self.fields else None

    def said(self, answer: Mapping[str, Any]) -> Iterator[tuple[Words, str]]:
        """(label, answer in words) of every question, for the check page."""
        for name, field in self.fields.items():
            if isinstance(field, Question):
                known = {**answer, **answer.get(MONTHS, {})}
                yield field.label or "", field.said(known.get(name))

    def _set_months_apart(self) -> None:
        """Leave the date itself unknown; a month to come is refused as its days would be."""
        for name, field in self.fields.items():
            month = self.cleaned_data.get(name)
            if not isinstance(field, ChineseDateField) or month is None or not is_month(month):
                continue
            self.months[name], self.cleaned_data[name] = month, None
            if month > self.on.isoformat()[:7] and name != AHEAD:
                message, params = _not_after(self.on)
                named = {**params, "label": field.label}
                self.add_error(name, forms.ValidationError(message, IMPOSSIBLE, named))

    def typed(self, posted: QueryDict | MultiValueDict[str, str]) -> dict[str, list[str]]:
        """What was typed into this form's own questions; anything else that came is left out."""
        names = [part for name, field in self.fields.items() for part in names_of(field, name)]
        return {
            name: [text[:VALUE_LENGTH] for text in posted.getlist(name)[:VALUES]]
            for name in names
            if name in posted
        }


def names_of(field: forms.Field, name: str) -> list[str]:
    """The names under which the browser sends a question."""
    return field.names(name) if isinstance(field, Question) else [name]


def impossible(answers: Answers, *, on: date) -> list[tuple[str, str, dict[str, str]]]:
    """(key, sentence to the person, its params but `label`) for what the engine refuses."""
    try:
        facts_from(answers, on=on)
    except FactsRefused as refused:
        table = facts_table(answers)
        keys = [fault.partition(":")[0] for fault in refused.faults]
        return [(key, *_sentence(table, key, on)) for key in dict.fromkeys(keys)]
    return []


def _sentence(table: Any, key: str, on: date) -> tuple[str, dict[str, str]]:
    if _day_at(table, key) > on.isoformat():
        return _not_after(on)
    section, _dot, _name = key.rpartition(".")
    if earlier := _day_at(table, EARLIER.get(key, f"{section}.on")):
        params = {"event": _event_before(key), "day": in_words(date.fromisoformat(earlier))}
        return _("%(label)s早于%(event)s（%(day)s），请改正其中一个"), params
    return _("%(label)s和前面的回答对不上，请检查"), {}


def _not_after(on: date) -> tuple[str, dict[str, str]]:
    return _("%(label)s不能晚于今天（%(today)s），请检查"), {"today": in_words(on)}


def _day_at(table: Any, key: str) -> str:
    """The day under a key as `YYYY-MM-DD`; "" where there is none."""
    for part in key.split("."):
        try:
            table = table[int(part) if isinstance(table, list) else part]
        except (KeyError, IndexError, ValueError):
            return ""
    return table[:10] if isinstance(table, str) else ""


def _event_before(key: str) -> str:
    """What the earlier of two dates is called."""
    return {
        "dealings.replied_on": _("您第一次提出的日期"),
        "carrier.replied_on": _("您投诉运营商的日期"),
        "dealings.requested_at": _("您填的下单日期"),
        "signals.delivered_on": _("您填的下单日期"),
    }.get(key, _("您填的提交日期"))
