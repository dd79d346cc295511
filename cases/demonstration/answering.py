"""Answering the real pages: what somebody with these facts types, and what the forms make of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.datastructures import MultiValueDict

from cases.wizard import fields as f
from cases.wizard.forms.base import StepForm
from cases.wizard.recommendation import ChosenChannels
from cases.wizard.steps import STEPS

# What a person can tell, by the names of the questions: `order__placed_on`; None is 不清楚.
Told = Mapping[str, Any]
Stored = dict[str, dict[str, Any]]


def answered(told: Told, *, on: date) -> Stored:
    """A case's `answers`, complete. Raises ValueError where a form refuses what is told."""
    stored: Stored = {}
    counted: dict[str, Mapping[str, Any]] = {}
    for step in STEPS:
        if not step.asked_when(counted):
            continue
        form = filled(step.form, told, counted, on=on)
        if not form.is_valid():
            raise ValueError(f"{step.name}: {form.errors.as_json()}")
        counted[step.name] = form.answer()
        typed = form.typed(cast("MultiValueDict[str, str]", form.data))
        stored[step.name] = {"typed": typed, "clean": counted[step.name], "version": len(counted)}
    return stored


def filled(
    step: type[StepForm], told: Told, counted: Mapping[str, Mapping[str, Any]], *, on: date
) -> StepForm:
    """The form of a step as it is sent."""
    data: MultiValueDict[str, str] = MultiValueDict()
    form = step(data, answers=counted, on=on)
    for name, field in form.fields.items():
        for part, texts in typed_into(field, name, told.get(name)).items():
            data.setlist(part, texts)
    return form


def typed_into(field: forms.Field, name: str, value: Any) -> dict[str, list[str]]:
    """What is typed into one question for a value; the boxes that come ticked stay so."""
    match field:
        case ChosenChannels():
            return {name: list(field.initial or ())}
        case f.YesNo():
            return {name: [{True: "yes", False: "no"}.get(value, f.UNKNOWN)]}
        case f.OneOf():
            return {name: [value or f.UNKNOWN]}
        case f.ManyOf():
            return {name: [f.UNKNOWN] if value is None else list(value) or [f.NONE_OF_THESE]}
        case f.Typed():
            return _parts(field, name, value)
    return {name: [value or ""]}


def _parts(field: f.Typed, name: str, value: Any) -> dict[str, list[str]]:
    if value is None:
        return {f.part_name(name, f.UNKNOWN): ["on"]}
    if not isinstance(field, f.ChineseDateField):
        return {name: [str(value)]}
    year, month, day = str(value).split("-")
    parts = {"year": year, "month": month, "day": day}
    return {f.part_name(name, part): [text] for part, text in parts.items()}
