"""The three questions about how it ended, none of which changes a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.models import Outcome
from cases.vocabulary import Channel
from cases.wizard.fields import (
    ChineseDateField,
    Choices,
    MoneyField,
    OneOf,
    Typed,
    Words,
    in_words,
    labels,
)
from cases.wizard.forms.base import VALUE_LENGTH, VALUES, names_of

Money = Outcome.Money
REFUNDED = (Money.ALL, Money.PART)
NO_STEP: Choices = [(Outcome.OTHER, _("别的")), (Outcome.UNCLEAR, _("说不清"))]


class Optional(Typed):
    """A question that may be left empty, without a box for 不清楚."""

    def __init__(self, *, label: Words, help_text: Words = "") -> None:
        super().__init__(label=label, help_text=help_text, unknown="")
        self.required = False

    def clean(self, value: Any) -> Any:
        """The value; None when nothing was typed."""
        typed = any(value[part].strip() for part, _label in self.parts)
        return super().clean(value) if typed else None


class OptionalSum(Optional, MoneyField):
    """A sum in yuan, if it is known."""


class OptionalDay(Optional, ChineseDateField):
    """A day, if it is known."""

    def _lacking(self, part: str) -> str:
        return now_translated("%(label)s还缺“%(part)s”，请补上，或者三格都空着")


class OutcomeForm(forms.Form):
    """What became of it: `steps` are the channels to choose from, `since` is the day of the order.

    Without `steps` every channel there is.
    """

    money = OneOf(
        lambda: list(Money.choices), label=_("钱退了吗？"), unknown=None, ask=_("请选择钱退了没有")
    )
    amount = OptionalSum(label=_("退款金额"), help_text=_("一共退了多少元，不记得可以空着"))
    refunded_on = OptionalDay(
        label=_("到账日期"), help_text=_("分几次退的，填最后一次；不记得可以空着")
    )
    helped = OneOf(
        lambda: [*labels(Channel), *NO_STEP],
        label=_("哪一步起了作用？"),
        help_text=_("选最起作用的一个，说不清可以不选"),
        unknown=None,
        ask=_("请从列出的选项里选择起作用的一步"),
    )

    def __init__(
        self,
        data: MultiValueDict[str, str] | None = None,
        *,
        on: date | None = None,
        since: date | None = None,
        steps: Choices | None = None,
    ) -> None:
        super().__init__(data)
        self.on, self.since = on, since
        helped = self.fields["helped"]
        helped.required = False
        if steps is not None:
            helped.choices = [*steps, *NO_STEP]  # type: ignore[attr-defined]

    def clean_refunded_on(self) -> date | None:
        """Refuse a day to come, and one before the order."""
        value = self.cleaned_data["refunded_on"]
        day = date.fromisoformat(value) if value else None
        if day and self.on and day > self.on:
            words = now_translated("到账日期不能晚于今天（%(day)s），请检查")
            raise forms.ValidationError(words % {"day": in_words(self.on)}, code="to_come")
        if day and self.since and day < self.since:
            words = now_translated("到账日期早于下单日期（%(day)s），请检查")
            raise forms.ValidationError(words % {"day": in_words(self.since)}, code="too_early")
        return day

    def clean_amount(self) -> Decimal | None:
        """The sum as a number."""
        value = self.cleaned_data["amount"]
        return None if value is None else Decimal(value)

    def clean(self) -> dict[str, Any]:
        """Refuse a refund beside the answer that there was none, and one of nothing."""
        told = self.cleaned_data
        if told.get("money") in REFUNDED:
            if told.get("amount") == 0:
                self.add_error("amount", now_translated("退款金额要大于 0；不记得可以空着"))
            return told
        if told.get("amount") == 0:
            told["amount"] = None
        for name in ("amount", "refunded_on"):
            if told.get("money") and told.get(name):
                self.add_error(name, self._beside_none(name))
        return told

    def typed(self, posted: QueryDict) -> dict[str, list[str]]:
        """What was typed into these questions; anything else that came is left out."""
        names = [part for name, field in self.fields.items() for part in names_of(field, name)]
        return {
            name: [text[:VALUE_LENGTH] for text in posted.getlist(name)[:VALUES]]
            for name in names
            if name in posted
        }

    def _beside_none(self, name: str) -> str:
        words = now_translated("您选了“%(money)s”，又填了%(label)s，请改正其中一个")
        money = Money(self.cleaned_data["money"]).label
        return words % {"money": money, "label": self.fields[name].label}


def as_typed(outcome: Outcome) -> Mapping[str, list[str]]:
    """What one would type to tell the same."""
    day, amount = outcome.refunded_on, outcome.amount
    return {
        "money": [outcome.money],
        "amount": ["" if amount is None else sum_in_digits(amount)],
        "refunded_on_year": [f"{day.year}" if day else ""],
        "refunded_on_month": [f"{day.month}" if day else ""],
        "refunded_on_day": [f"{day.day}" if day else ""],
        "helped": [outcome.helped],
    }


def sum_in_digits(amount: Decimal) -> str:
    """`59` or `59.50`."""
    return f"{amount:.2f}".removesuffix(".00")
