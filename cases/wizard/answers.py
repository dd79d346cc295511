"""Answers as the flow reads them: cleaned values by step, and what they say so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cases import knowledge
from cases.assessment.stage import find_stage
from cases.facts import facts_from
from cases.vocabulary import Stage

Answers = Mapping[str, Mapping[str, Any]]
"""`{step: {"section__key": JSON value}}`; None is what the person does not know."""

# The questions that the stage rests on, by the step that asks them. None of them asks for a date,
# so that an impossible date cannot get in the way.
TELLING: Mapping[str, tuple[str, ...]] = {
    "situation": ("order__placed_by_me",),
    "carrier_record": ("signals__carrier_record",),
    "signs": ("signals__activation_notice", "signals__service_works", "signals__used"),
    "parcel": ("signals__parcel",),
    "order_page": ("signals__seller_page",),
}


def value(answers: Answers, name: str) -> Any:
    """The answer to the field `name`; None when it is not known or was not asked."""
    return next((clean[name] for clean in answers.values() if name in clean), None)


def somebody_elses(answers: Answers) -> bool:
    """Whether there is no order, only a number that turned up in my name."""
    return value(answers, "order__placed_by_me") is False


def stage_of(answers: Answers) -> Stage:
    """The stage of the order as far as it can be told now."""
    told = {name: given for clean in answers.values() for name, given in clean.items()}
    telling = {step: {name: told.get(name) for name in names} for step, names in TELLING.items()}
    return find_stage(facts_from(telling, on=date.max), knowledge.load()).id


def clean_answers(stored: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The answers that a form accepted, from a case's `answers`."""
    return {step: each["clean"] for step, each in stored.items() if each["clean"] is not None}
