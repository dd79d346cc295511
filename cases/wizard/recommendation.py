"""Which channels the plan would use on these answers, for the person to compare and choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases import knowledge
from cases.assessment import assess
from cases.assessment.wording import label
from cases.facts import facts_from
from cases.lanes import COURTS, DISPUTE_BODIES
from cases.plan import Action, ActionPlan, Withheld, make_plan
from cases.vocabulary import Channel, Party, When
from cases.wizard.answers import Answers, value
from cases.wizard.fields import Chosen, Words

# The groups of the page, in its order, and what each holds.
GROUPS: tuple[tuple[Words, Words, frozenset[When]], ...] = (
    (_("今天"), "", frozenset({When.NOW})),
    (_("之后"), _("正在等答复的，和到了日子再用的。"), frozenset({When.WAITING, When.LATER})),
    (_("需要时再用"), _("现在不用勾。前面的没有结果，再回来看。"), frozenset({When.IF_NEEDED})),
)
# It only takes reports here, so it shuts no door (`cases/plan/carrier.py`).
REPORTED_TO = Channel.COMMUNICATIONS_ADMINISTRATION

LEFT_OUT: Mapping[Channel, Words] = {
    Channel.CARRIER_COMPLAINT: _(
        "不勾的话：还没有向运营商投诉过的，以后不能向电信用户申诉受理机构申诉。"
    ),
    Channel.AFFILIATE_SERVICE: _(
        "不勾的话：还没有向卖家提出过的，十五日没有起算的日子，别的渠道也会先问您提出过没有。"
    ),
    Channel.POLICE: _(
        "不勾的话：少一份报案记录。号码不是您办的，或钱是怎样付出去的，以后难一些说明。"
    ),
    Channel.NUMBER_CHECK: _("不勾的话：名下有几张卡，就少一份书面的结果。"),
}
# What speaks of the first word to somebody is true only while none was said.
SAID_BEFORE: Mapping[Channel, str] = {
    Channel.CARRIER_COMPLAINT: "carrier__complained",
    Channel.AFFILIATE_SERVICE: "dealings__requested",
}
LEFT_OUT_BY_WHEN: Mapping[When, Words] = {
    When.NOW: _("不勾的话：方案不把它排进今天的事，文字还留着，随时可以再用。"),
    When.WAITING: _("不勾的话：已经交的不会撤回，只是方案不再提醒您去看答复。"),
    When.LATER: _("不勾的话：到了日子方案不再提醒，能用的期限照样走。"),
}
TAKEN = _("现在就用也可以：条件没有满足时，对方可能不受理。")
TAKEN_BODY = _("现在就用也可以：受理以后，别的部门一般不再受理同一件事。最好等前面的有了结果再用。")
TAKEN_COURT = _("现在起诉也可以：正在进行的调解会停下来，要预交诉讼费。最好等前面的有了结果再用。")
TAKEN_PUBLIC = _("现在就用也可以：写的内容谁都能看到，发出去难收回。姓名、电话、证件都不要写。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A channel the plan advises: what a row of the page compares, and what its checkbox sends.

    `advised` says whether it comes ticked; `if_not` what follows from choosing against that.
    """

    code: str
    title: str
    when: When
    when_name: str
    why: str
    opens_on: date | None
    by: date | None
    can: Sequence[str]
    cannot: Sequence[str]
    precondition: str
    cost: str
    response_time: str
    sees: Sequence[str]
    shuts: str
    advised: bool
    if_not: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Offers of one time, under their heading."""

    title: Words
    lead: Words
    offers: tuple[Offer, ...]


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

    @property
    def groups(self) -> tuple[Group, ...]:
        """The offers by the time they are for; an empty group is left out."""
        return tuple(
            Group(title=title, lead=lead, offers=offers)
            for title, lead, times in GROUPS
            if (offers := tuple(offer for offer in self.offers if offer.when in times))
        )

    @property
    def advised(self) -> list[str]:
        """The codes of what comes ticked."""
        return [offer.code for offer in self.offers if offer.advised]

    def left_out_today(self, chosen: Iterable[str]) -> list[Offer]:
        """What is advised for today, where none of it was chosen; else nothing."""
        codes = set(chosen)
        today = [offer for offer in self.offers if offer.when is When.NOW]
        return [] if any(offer.code in codes for offer in today) else today

    def taken_early(self, chosen: Iterable[str]) -> list[Offer]:
        """What was chosen before its time and shuts other doors once it is used."""
        codes = set(chosen)
        spare = [offer for offer in self.offers if not offer.advised and offer.code in codes]
        return [offer for offer in spare if offer.if_not in (TAKEN_BODY, TAKEN_COURT)]

    def against(self, chosen: Iterable[str]) -> list[Offer]:
        """The offers about which the choice and the advice differ."""
        codes = set(chosen)
        return [offer for offer in self.offers if offer.advised is not (offer.code in codes)]


def recommend(answers: Answers, *, on: date) -> Advice:
    """What the plan advises and withholds on these answers. Raises FactsRefused."""
    plan = make_plan(assess(facts_from(answers, on=on), knowledge.load(), on=on))
    return Advice(
        offers=tuple(_offer(plan, action, answers) for action in plan.actions),
        held_back=tuple(
            HeldBack(
                title=_title(plan, each.channel, each.respondent),
                why=each.why,
                opens_on=each.opens_on,
            )
            for each in plan.withheld
        ),
    )


def _offer(plan: ActionPlan, action: Action, answers: Answers) -> Offer:
    card = knowledge.load().channels[action.channel]
    return Offer(
        code=code(action.channel, action.respondent),
        title=_title(plan, action.channel, action.respondent),
        when=action.when,
        when_name=_label(action.when),
        why=action.why,
        # A date is shown only where it is still to come.
        opens_on=action.opens_on if action.when is When.LATER else None,
        by=action.by if action.when is not When.LATER else None,
        can=card.can,
        cannot=card.cannot,
        precondition=card.precondition,
        cost=action.cost or card.cost,
        response_time=card.response_time,
        sees=card.sees,
        shuts=_shuts(plan, action),
        advised=advised(action.when),
        if_not=if_not(action.channel, action.when, said=said_before(action.channel, answers)),
    )


def advised(when: When) -> bool:
    """Whether a channel comes ticked: all but those kept for when the others led to nothing."""
    return when is not When.IF_NEEDED


def said_before(channel: Channel, answers: Answers) -> bool:
    """Whether the person says to have turned to this channel before."""
    return value(answers, SAID_BEFORE.get(channel, "")) is True


def if_not(channel: Channel, when: When, *, said: bool = False) -> Words:
    """What follows when the person chooses against the advice about a channel; `said` tells
    whether they turned to it before."""
    if advised(when):
        own = LEFT_OUT.get(channel) if when is When.NOW and not said else None
        return own or LEFT_OUT_BY_WHEN[when]
    if channel in COURTS:
        return TAKEN_COURT
    if channel in DISPUTE_BODIES and channel is not REPORTED_TO:
        return TAKEN_BODY
    return TAKEN_PUBLIC if channel is Channel.HEIMAO else TAKEN


def _shuts(plan: ActionPlan, action: Action) -> str:
    """Which other doors close once this body has taken the dispute on (`domain.md` 3.0)."""
    if action.channel not in DISPUTE_BODIES or action.channel is REPORTED_TO:
        return now_translated("不会，可以和别的渠道同时用。")
    if action.channel in COURTS:
        return now_translated("会：起诉以后，别的部门的调解就停下来。")
    others = _same_dispute(plan, action)
    if not others:
        return now_translated("会：受理以后，别的部门一般不再受理同一件事。")
    words = now_translated("会：受理以后，%(others)s一般不再受理同一件事。")
    return words % {"others": "、".join(others)}


def _same_dispute(plan: ActionPlan, action: Action) -> list[str]:
    """The other bodies of this plan for the same respondent; a court may be gone to any time."""
    bodies = DISPUTE_BODIES - {action.channel, REPORTED_TO, *COURTS}
    rows: tuple[Action | Withheld, ...] = (*plan.actions, *plan.withheld)
    same = [row for row in rows if row.respondent is action.respondent and row.channel in bodies]
    found = dict.fromkeys(row.channel for row in same if _hears(row.channel, row.respondent))
    return [_label(channel) for channel in found]


def _hears(channel: Channel, party: Party | None) -> bool:
    """Whether a body hears disputes with this party at all: carriers have a body of their own."""
    if channel is Channel.TELECOM_ESCALATION:
        return party is Party.CARRIER
    return channel is not Channel.MARKET_REGULATOR_COMPLAINT or party is not Party.CARRIER


def code(channel: Channel, respondent: Party | None) -> str:
    """`channel:respondent`, as the answer `chosen` keeps it."""
    return f"{channel}:{respondent or ''}"


class ChosenChannels(Chosen, forms.MultipleChoiceField):
    """Checkboxes for what the plan offers; at least one must be chosen where there are any."""

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


def _title(plan: ActionPlan, channel: Channel, respondent: Party | None) -> str:
    if respondent is None:
        return _label(channel)
    return f"{_label(channel)}（{plan.assessment.situation.party_name(respondent)}）"


def _label(member: Any) -> str:
    return label(knowledge.load(), member)
