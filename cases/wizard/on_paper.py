"""The questions that decide, for a sheet of paper: in the wizard's order, in its own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils.translation import gettext as _

from cases.wizard.fields import ChineseDateField, Chosen, ManyOf, MomentField, MoneyField
from cases.wizard.steps import BY_NAME, STEPS

# What only a few are asked, or what only fills in a letter, finds no room on a sheet.
DECIDING = frozenset(
    {
        "situation",
        "business_use",
        "sales_channel",
        "placed_on",
        "card_kind",
        "payee",
        "amount",
        "method",
        "order_page",
        "parcel",
        "signs",
        "carrier",
        "carrier_record",
        "activation",
        "carrier_complaint",
        "carrier_ticket",
        "carrier_reply",
        "request",
        "request_details",
        "seller_reply",
        "promises",
        "clauses",
        "filed_where",
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to tick or to write: `label`, with its colon, is "" where the title says it.

    `boxes` are the answers to tick; without any, `blank` is what stands around a space to write
    in: "年 月 日", "元" or nothing.
    """

    label: str
    boxes: tuple[str, ...]
    blank: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A question of the wizard with what it asks."""

    title: str
    asked: tuple[Asked, ...]


def questions(on: date) -> list[OnPaper]:
    """The questions in their order, as they are asked where nothing was answered before."""
    return [_question(step.name, on) for step in STEPS if step.name in DECIDING]


def _question(name: str, on: date) -> OnPaper:
    form = BY_NAME[name].form(answers={}, on=on)
    asked = tuple(_asked(field, alone=form.single) for field in form.fields.values())
    return OnPaper(str(form.title), asked)


def _asked(field: forms.Field, *, alone: bool) -> Asked:
    label = "" if alone else _("%(label)s：") % {"label": field.label}
    if not isinstance(field, Chosen):
        return Asked(label, (), _blank(field))
    boxes = tuple(str(words) for words in field.labels().values())
    return Asked(label + (_("（可以多选）") if isinstance(field, ManyOf) else ""), boxes, ())


def _blank(field: forms.Field) -> tuple[str, ...]:
    if isinstance(field, MomentField):
        return _("年"), _("月"), _("日"), _("时左右")
    if isinstance(field, ChineseDateField):
        return _("年"), _("月"), _("日")
    return (_("元"),) if isinstance(field, MoneyField) else ("",)
