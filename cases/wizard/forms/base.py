"""What the form of every step shares: its title, the answers before it, the impossible dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from cases.facts import FactsRefused, facts_from, facts_table
from cases.wizard.answers import Answers
from cases.wizard.fields import Question, Words

VALUE_LENGTH = 2000
VALUES = 40


class StepForm(forms.Form):
    """One small idea. `answers` are the ones that count before this step, `on` is today."""

    title: ClassVar[Words]
    lead: ClassVar[Words] = ""

    def __init__(self, *args: Any, answers: Answers, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers, self.on = answers, on
        self.arrange()

    def arrange(self) -> None:
        """Take away or add questions by what was answered before."""

    @property
    def single(self) -> bool:
        """Whether the page's one question is its title."""
        return len(self.fields) == 1

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be together with the answers before, in the engine's own judgement."""
        for key, sentence in impossible({**self.answers, "": self.answer()}, on=self.on):
            if name := self.field_of(key):
                self.add_error(name, forms.ValidationError(sentence, code="impossible"))
        return self.cleaned_data

    def answer(self) -> dict[str, Any]:
        """What the step means, as JSON values by the names of the contract."""
        return dict(self.cleaned_data)

    def field_of(self, key: str) -> str | None:
        """The question that asks for a key of the contract, if it is on this page."""
        name = key.replace(".", "__", 1)
        return name if name in self.fields else None

    def said(self, answer: Mapping[str, Any]) -> Iterator[tuple[Words, str]]:
        """(label, answer in words) of every question, for the check page."""
        for name, field in self.fields.items():
            if isinstance(field, Question):
                yield field.label or "", field.said(answer.get(name))

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


def impossible(answers: Answers, *, on: date) -> list[tuple[str, str]]:
    """(key, sentence to the person) for everything the engine refuses in these answers."""
    try:
        facts_from(answers, on=on)
    except FactsRefused as refused:
        table = facts_table(answers)
        keys = [fault.partition(":")[0] for fault in refused.faults]
        return [(key, _sentence(key, _at(table, key), on)) for key in dict.fromkeys(keys)]
    return []


def _at(table: Any, key: str) -> Any:
    for part in key.split("."):
        try:
            table = table[int(part) if isinstance(table, list) else part]
        except (KeyError, IndexError, ValueError):
            return None
    return table


def _sentence(key: str, given: Any, on: date) -> str:
    if isinstance(given, str) and given[:10] > on.isoformat():
        today = f"{on.year}年{on.month}月{on.day}日"
        return gettext("日期不能晚于今天（%(today)s），请检查") % {"today": today}
    return _order_of_dates().get(key.rpartition(".")[2], gettext("这里和前面的回答对不上，请检查"))


def _order_of_dates() -> dict[str, str]:
    return {
        "replied_on": gettext("答复不会早于您提出的那天，请检查这两个日期"),
        "requested_at": gettext("提出要求不会早于下单，请检查这两个日期"),
        "delivered_on": gettext("签收不会早于下单，请检查这两个日期"),
        "accepted_on": gettext("受理不会早于提交，请检查这两个日期"),
        "closed_on": gettext("办结不会早于提交，请检查这两个日期"),
    }
