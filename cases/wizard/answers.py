"""Answers as the flow reads them: cleaned values by step, and what they say so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cases import knowledge
from cases.assessment.stage import find_stage
from cases.facts import facts_table, read_facts
from cases.vocabulary import Stage

Answers = Mapping[str, Mapping[str, Any]]
"""`{step: {"section__key": JSON value}}`; None is what the person does not know."""

# What the stage rests on. None of it is a date, so that an impossible date cannot get in the way.
TELLING = {
    "order": ("placed_by_me",),
    "signals": (
        "seller_page",
        "carrier_record",
        "parcel",
        "activation_notice",
        "service_works",
        "used",
    ),
}


def value(answers: Answers, name: str) -> Any:
    """The answer to the field `name`; None when it is not known or was not asked."""
    return next((clean[name] for clean in answers.values() if name in clean), None)


def somebody_elses(answers: Answers) -> bool:
    """Whether there is no order, only a number that turned up in my name."""
    return value(answers, "order__placed_by_me") is False


def stage_of(answers: Answers) -> Stage:
    """The stage of the order as far as it can be told now."""
    table = facts_table(answers)
    telling = {
        section: {key: table.get(section, {}).get(key) for key in keys}
        for section, keys in TELLING.items()
    }
    return find_stage(read_facts(telling, on=date.max), knowledge.load()).id


def clean_answers(stored: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The answers that a form accepted, from a case's `answers`."""
    return {step: each["clean"] for step, each in stored.items() if each["clean"] is not None}
