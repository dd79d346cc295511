"""Which channels the plan would use on these answers, for the person to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import knowledge
from cases.assessment import assess
from cases.assessment.wording import label
from cases.facts import facts_from
from cases.plan import make_plan
from cases.vocabulary import Channel, Party, When
from cases.wizard.answers import Answers
from cases.wizard.fields import Chosen, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A channel the plan advises: what a checkbox on the page shows and sends."""

    code: str
    title: str
    when: str
    why: str
    opens_on: date | None
    by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """A channel that must not be used now, why, and when that ends if it is known."""

    title: str
    why: str
    opens_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Everything the page 渠道 shows."""

    offers: tuple[Offer, ...]
    held_back: tuple[HeldBack, ...]


def recommend(answers: Answers, *, on: date) -> Advice:
    """What the plan advises and withholds on these answers. Raises FactsRefused."""
    plan = make_plan(assess(facts_from(answers, on=on), knowledge.load(), on=on))
    return Advice(
        offers=tuple(
            Offer(
                code=code(action.channel, action.respondent),
                title=_title(action.channel, action.respondent),
                when=_label(action.when),
                why=action.why,
                # A date is shown only where it is still to come.
                opens_on=action.opens_on if action.when is When.LATER else None,
                by=action.by if action.when is When.WAITING else None,
            )
            for action in plan.actions
        ),
        held_back=tuple(
            HeldBack(
                title=_title(each.channel, each.respondent), why=each.why, opens_on=each.opens_on
            )
            for each in plan.withheld
        ),
    )


def code(channel: Channel, respondent: Party | None) -> str:
    """`channel:respondent`, as the answer `chosen` keeps it."""
    return f"{channel}:{respondent or ''}"


class ChosenChannels(Chosen, forms.MultipleChoiceField):
    """Checkboxes for what the plan advises; none of them need be chosen."""

    kind = "offers"

    def __init__(self, *, label: Words, offers: Sequence[Offer] = ()) -> None:
        self.offers = offers
        super().__init__(
            choices=[(offer.code, offer.title) for offer in offers],
            label=label,
            required=bool(offers),
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": _("请至少留一个渠道"),
                "invalid_choice": _("情况有变化，请重新选择渠道"),
            },
        )

    def said(self, value: Any) -> str:
        """The titles, one after the other."""
        titles = self.labels()
        return "、".join(str(titles.get(each, each)) for each in value or []) or str(_("没有"))


def _title(channel: Channel, respondent: Party | None) -> str:
    if respondent is None:
        return _label(channel)
    return f"{_label(channel)}（{_label(respondent)}）"


def _label(member: Any) -> str:
    return label(knowledge.load(), member)
