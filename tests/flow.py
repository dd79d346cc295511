"""Walking the steps as a person would, without request or database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from cases.wizard import fields as f
from cases.wizard.answers import Answers
from cases.wizard.forms.base import StepForm
from cases.wizard.forms.filing import Asked
from cases.wizard.forms.order import MINE, NOT_MINE
from cases.wizard.recommendation import ChosenChannels
from cases.wizard.steps import BY_NAME, STEPS, Walk, walk

Typed = dict[str, list[str]]
Table = Mapping[str, Any]

ON = date(2026, 11, 22)


def asked(**answers: Mapping[str, Any]) -> list[str]:
    """The names of the steps asked, given cleaned answers by step."""
    return [step.name for step in walk(answers).asked]


def typed_for(facts: Table) -> dict[str, Typed]:
    """What a person with these facts (the contract's JSON) types into each step.

    Steps that would not be asked are there as well. `channels` is left to the page, which comes
    with the recommended channels ticked.
    """
    facts = said_aloud(facts)
    typed = {step.name: _typed_step(step.name, facts) for step in STEPS}
    typed["situation"] = {"order__placed_by_me": [_whose_order(facts)]}
    typed["filed_where"] = {"filed_where": _filed_channels(facts)}
    typed["filed_details"] = _filed_details(facts)
    if facts.get("carrier", {}).get("fee_event_on"):
        typed["disputed_charge"] = {"disputed_charge": ["yes"]}
    return typed


def said_aloud(facts: Table) -> dict[str, Any]:
    """The facts with what they leave unsaid: who asked on a day has asked, and who tells of
    nothing filed says so when asked."""
    table = {"filed": [], **facts}
    for section, key, told_by in (
        ("carrier", "complained", "complained_on"),
        ("dealings", "requested", "requested_at"),
    ):
        told = dict(table.get(section, {}))
        if told.get(told_by) and told.get(key) is None:
            table[section] = {**told, key: True}
    return table


def answered(facts: Table, *, on: date = ON) -> Walk:
    """The walk of a person with these facts, through the real forms."""
    typed, answers = typed_for(facts), dict[str, Mapping[str, Any]]()
    while due := walk(answers).open:
        answers[due.name] = clean(due.name, typed[due.name], walk(answers), on=on)
    return walk(answers)


def clean(name: str, typed: Typed, so_far: Walk, *, on: date = ON) -> dict[str, Any]:
    """The cleaned answer to one step; fails with the form's errors."""
    form = form_of(name, typed, so_far, on=on)
    assert form.is_valid(), (name, form.errors)
    return form.answer()


def form_of(name: str, typed: Typed, so_far: Walk, *, on: date = ON) -> StepForm:
    """The form of a step as its page would send it, with the boxes that come ticked."""
    return BY_NAME[name].form(
        MultiValueDict({**ticked(name, so_far, on=on), **typed}),
        answers=so_far.before(name),
        on=on,
    )


def errors(name: str, typed: Typed, answers: Answers | None = None, *, on: date = ON) -> Any:
    """What a step's form says against what was typed."""
    form = BY_NAME[name].form(MultiValueDict(typed), answers=answers or {}, on=on)
    return form.errors


def ticked(name: str, so_far: Walk, *, on: date = ON) -> Typed:
    """The boxes that come ticked on a step's page."""
    form = BY_NAME[name].form(answers=so_far.before(name), on=on)
    return {
        key: list(field.initial)
        for key, field in form.fields.items()
        if isinstance(field, ChosenChannels)
    }


def typed_value(field: forms.Field, name: str, value: Any) -> Typed:
    """What is typed into one question for a JSON value; None is 不清楚 or nothing."""
    match field:
        case f.YesNo():
            return {name: [{True: "yes", False: "no"}.get(value, f.UNKNOWN)]}
        case f.OneOf():
            return {name: [value or f.UNKNOWN]}
        case f.ManyOf():
            return {name: [f.UNKNOWN] if value is None else list(value) or [f.NONE_OF_THESE]}
        case f.Typed():
            return _typed_parts(field, name, value)
        case f.TextField():
            return {name: [value or ""]}
    return {}


def _typed_step(name: str, facts: Table) -> Typed:
    typed: Typed = {}
    for field_name, field in BY_NAME[name].form.base_fields.items():
        section, _, key = field_name.partition("__")
        value = facts.get(section, {}).get(key) if key else facts.get(section)
        typed |= typed_value(field, field_name, value)
    return typed


def _typed_parts(field: f.Typed, name: str, value: Any) -> Typed:
    if value is None:
        return {f.part_name(name, f.UNKNOWN): ["on"]}
    if isinstance(field, f.ChineseDateField):
        day, _, time = str(value).partition("T")
        parts = dict(zip(("year", "month", "day"), day.split("-"), strict=True))
        parts |= {"time": time} if time else {}
        return {f.part_name(name, part): [text] for part, text in parts.items()}
    return {name: [str(value)]}


def _whose_order(facts: Table) -> str:
    placed_by_me = facts.get("order", {}).get("placed_by_me")
    return {True: MINE, False: NOT_MINE}.get(placed_by_me, f.UNKNOWN)


def _filed_channels(facts: Table) -> list[str]:
    """Every channel once, in the order of the filings."""
    channels = [filing["channel"] for filing in facts.get("filed", [])]
    return list(dict.fromkeys(channels)) or [f.NONE_OF_THESE]


def _filed_details(facts: Table) -> Typed:
    """Each filing under its channel; further ones there as if the button had been pressed."""
    filings = facts.get("filed", [])
    counts = Counter(filing["channel"] for filing in filings)
    typed: Typed = {f"{name}-count": [str(each)] for name, each in counts.items() if each > 1}
    channels = {"filed_where": {"filed_where": list(counts)}}
    form = BY_NAME["filed_details"].form(MultiValueDict(typed), answers=channels, on=ON)
    seen: Counter[str] = Counter()
    for filing in filings:
        seen[filing["channel"]] += 1
        stem = Asked(filing["channel"], seen[filing["channel"]]).stem
        for name, field in form.fields.items():
            if name.rpartition("-")[0] == stem:
                typed |= typed_value(field, name, filing.get(name.rpartition("-")[2]))
    return typed
