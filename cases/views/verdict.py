"""The verdict on the stage, and the drawing of the three parties: for the wizard and the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.assessment.situation import Situation
from cases.assessment.stage import CAME_BACK, find_stage
from cases.vocabulary import (
    CarrierRecord,
    Certainty,
    Matter,
    Parcel,
    Party,
    Payee,
    SellerPage,
    Stage,
)
from cases.wizard.answers import TELLING
from cases.wizard.fields import Words
from cases.wizard.steps import Step, Walk

YOU, SELLER, CARRIER = "you", "seller", "carrier"
ORDER_AT = {
    Stage.AWAITING_SUBMISSION: SELLER,
    Stage.SUBMITTED: CARRIER,
    Stage.PROVISIONED: CARRIER,
    Stage.ACTIVATED: CARRIER,
}
STOPPING = (Matter.CANCELLATION, Matter.CLOSURE)
# Who may hold the money beside the seller, drawn in one box with it.
HOLDING: Mapping[Payee, Words] = {
    Payee.AFFILIATE: _("网盟"),
    Payee.INDIVIDUAL: _("个人"),
}
NEXT: dict[Stage, Words] = {
    Stage.AWAITING_SUBMISSION: _("订单还没到运营商那里，卖家可以直接取消。"),
    Stage.SUBMITTED: _("订单已经到了运营商那里，要运营商撤单。"),
    Stage.PROVISIONED: _("号码已经开出，先不要激活，由运营商撤销。"),
    Stage.ACTIVATED: _("号码已经能用，要运营商销户。"),
    Stage.CLOSED: _("订单已经停下，请留好撤单或退回的记录。"),
    Stage.NOT_MINE: _("先请运营商停用并销户，同时保存证据。"),
}
SURE: Mapping[Certainty, Words] = {
    Certainty.CONFIRMED: _("这是按运营商的记录判断的。"),
    Certainty.LIKELY: _("这是按您看到的情况判断的。"),
    Certainty.ASSUMED: _("这只是暂时的判断。"),
}
NOTHING_KNOWN = _("还不知道订单到了哪一步。先当作已经到了运营商那里，两边都要求撤单。")
UNCONFIRMED = _("运营商的记录还没有确认。")
WAITING: Mapping[Stage, Words] = {
    Stage.AWAITING_SUBMISSION: _(
        "订单可能被提交给运营商。提交以后，光卖家取消就不够了，还要运营商撤单。"
    ),
    Stage.SUBMITTED: _("号码可能开出来，卡可能寄出。寄出以后还要拒收或者退回，多一道手续。"),
    Stage.PROVISIONED: _("只要不激活，办法不变。一旦激活，就要办销户，退款也难谈一些。"),
    Stage.ACTIVATED: _("套餐费可能照扣，用掉的部分也会变多。先不要充值，也尽量不用。"),
    Stage.CLOSED: _("订单不会再往前走，要等的只是钱。聊天记录和页面趁现在存好。"),
    Stage.NOT_MINE: _("号码开着，就可能有人在用。先请运营商停机，再慢慢查。"),
}
# A parcel refused is no cancelled order by itself (`domain.md` D4).
REFUSED_NEXT = _("货没有收，订单可能还没撤。请再用文字要求撤单，写上运单号。")
REFUSED_WAITING = _(
    "没有收货不等于已经撤单，号码可能还要留一段时间。撤单的要求早一天写下来，就早一天有记录。"
)
# What each may still turn out to be: the step, the blank before the answer, the answers.
OPEN: Mapping[str, tuple[str, Words, type[StrEnum]]] = {
    "carrier_record": ("carrier_record", _("运营商说“%(said)s”"), CarrierRecord),
    "parcel": ("parcel", _("快递显示“%(said)s”"), Parcel),
    "seller_page": ("order_page", _("订单页显示“%(said)s”"), SellerPage),
}
SIGNS: Mapping[str, Words] = {
    "activation_notice": _("收到激活或套餐生效的短信"),
    "service_works": _("卡能上网或打电话"),
    "used": _("卡已经用过"),
}
DAY = timedelta(days=1)
MONEY_BACK = _("退钱找收款的一方。")
MONEY_DEPENDS = _("能不能退钱，看激活的经过和当时的承诺。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One party of the drawing and what is with it; `label` names all in its box, `name` the one
    that has the order and may stop it."""

    id: str
    label: str
    name: str
    has_order: bool
    has_money: bool
    can_stop: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A fact that is not known and would make it another stage; `step` is where it is asked."""

    step: str
    if_so: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer that the stage rests on, in words, and the step that changes it."""

    step: str
    label: Words
    words: str
    decides: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The stage in words, and where order, money and the power to stop it are.

    `assumed` is whether nothing is known of the stage, `changes` what would make it another,
    `waiting` what another day costs; `places` is empty where there is no order to be anywhere.
    `maybe_open` is whether nothing but a refused parcel says that the order is over.
    `money_at` is who holds the money, "" when nothing was paid or it is not known.
    """

    stage: str
    certainty: str
    assumed: bool
    sure: str
    because: Sequence[str]
    contradictions: Sequence[str]
    changes: tuple[Change, ...]
    waiting: tuple[str, ...]
    maybe_open: bool
    next: str
    places: tuple[Place, ...]
    money_at: str

    @property
    def order_at(self) -> str:
        """Who has the order; "" when it is over."""
        return next((place.name for place in self.places if place.has_order), "")

    @property
    def stopped_by(self) -> str:
        """Who can stop it; "" when there is nothing left to stop."""
        return next((place.name for place in self.places if place.can_stop), "")


def verdict(situation: Situation) -> Verdict:
    """What is said to the person about the stage of the order."""
    found = situation.stage_found
    return Verdict(
        stage=situation.label(found.id),
        certainty=situation.label(found.certainty),
        assumed=found.certainty is Certainty.ASSUMED,
        sure=f"{SURE[found.certainty]}{_unconfirmed(situation)}",
        because=found.because,
        contradictions=found.contradictions,
        changes=tuple(_changes(situation)),
        waiting=tuple(_waiting(situation)),
        maybe_open=_maybe_open(situation),
        next=f"{_next(situation)}{_money(situation)}",
        places=_places(situation) if situation.stage is not Stage.NOT_MINE else (),
        money_at=_holder(situation) if situation.stage is not Stage.NOT_MINE else "",
    )


def told(replay: Walk, situation: Situation) -> tuple[Told, ...]:
    """The known answers given so far that the stage rests on, what decided it first."""
    steps = [step for step in replay.asked if step.name in TELLING and step.name in replay.counted]
    rows = [row for step in steps for row in _told(replay, step, situation)]
    return tuple(sorted(rows, key=lambda row: not row.decides))


def _told(replay: Walk, step: Step, situation: Situation) -> Iterator[Told]:
    form = step.form(answers=replay.before(step.name), on=situation.on)
    answer = replay.counted[step.name]
    for name, (label, words) in zip(form.fields, form.said(answer), strict=True):
        if name in TELLING[step.name] and answer[name] is not None:
            decides = name.replace("__", ".") == situation.stage_found.fact
            yield Told(step=step.name, label=label, words=words, decides=decides)


def _next(situation: Situation) -> Words:
    """What the stage means; where nothing is known of it, that comes first."""
    found = situation.stage_found
    if _maybe_open(situation):
        return REFUSED_NEXT
    return NOTHING_KNOWN if found.certainty is Certainty.ASSUMED else NEXT[found.id]


def _maybe_open(situation: Situation) -> bool:
    return situation.stage_found.signal == f"parcel_{Parcel.REFUSED}"


def _unconfirmed(situation: Situation) -> Words:
    likely = situation.stage_found.certainty is Certainty.LIKELY
    return UNCONFIRMED if likely and situation.facts.signals.carrier_record is None else ""


def _changes(situation: Situation) -> Iterator[Change]:
    """Every unknown fact that would lead to another stage, judged by the engine itself."""
    for key, (step, words, enum) in OPEN.items():
        for stage, said in _would_be(situation, key, list(enum)).items():
            yield _change(situation, step, words % {"said": "”“".join(said)}, stage)
    signs = [str(words) for key, words in SIGNS.items() if _would_be(situation, key, [True])]
    if signs:
        yield _change(situation, "signs", str(_("，或者")).join(signs), Stage.ACTIVATED)


def _change(situation: Situation, step: str, if_so: str, stage: Stage) -> Change:
    return Change(step=step, if_so=if_so, stage=situation.label(stage))


def _would_be(situation: Situation, key: str, values: Sequence[Any]) -> dict[Stage, list[str]]:
    """The other stages that an unknown signal could lead to, with its values in words."""
    facts, found = situation.facts, dict[Stage, list[str]]()
    if getattr(facts.signals, key) is not None:
        return found
    for value in values:
        signals = replace(facts.signals, **{key: value})
        stage = find_stage(replace(facts, signals=signals), situation.knowledge).id
        if stage is not situation.stage:
            label = situation.label(value) if isinstance(value, StrEnum) else ""
            found.setdefault(stage, []).append(label)
    return found


def _waiting(situation: Situation) -> Iterator[str]:
    """What another day costs, with the day on which the carrier's fifteen days would end."""
    held = situation.stage in (Stage.SUBMITTED, Stage.PROVISIONED)
    came_back = held and situation.facts.signals.parcel in CAME_BACK
    refused = came_back or _maybe_open(situation)
    yield str(REFUSED_WAITING if refused else WAITING[situation.stage])
    today = situation.period("carrier_reply_15d", situation.on)
    tomorrow = situation.period("carrier_reply_15d", situation.on + DAY)
    due = situation.answers_for(Party.CARRIER) and not situation.iot
    if due and today and tomorrow and not situation.complained_to_carrier:
        yield now_translated(
            "运营商要在十五日内答复，从投诉那天起算。还没投诉的话：今天投诉，最晚%(today)s；明天投诉，最晚%(tomorrow)s。"
        ) % {"today": _short(today.ends_on), "tomorrow": _short(tomorrow.ends_on)}


def _short(day: date) -> str:
    return date_format(day, "n月j日")


def _places(situation: Situation) -> tuple[Place, ...]:
    return (
        _place(situation, YOU, str(_("您"))),
        _place(situation, SELLER, _seller(situation), _beside(situation)),
        _place(situation, CARRIER, situation.label(Party.CARRIER)),
    )


def _place(situation: Situation, id: str, name: str, beside: str = "") -> Place:
    """A party, and in the same box who holds the money beside it."""
    return Place(
        id=id,
        label=now_translated("%(one)s和%(other)s") % {"one": name, "other": beside}
        if beside
        else name,
        name=name,
        has_order=ORDER_AT.get(situation.stage) == id,
        has_money=_money_at(situation) == id,
        can_stop=_stopped_by(situation) == id,
    )


def _seller(situation: Situation) -> str:
    payee = situation.facts.payment.payee
    if situation.private_seller:
        return situation.party_name(situation.seller)
    if situation.seller is not Party.MARKETPLACE_SELLER:
        return str(_("网盟"))
    return str(_("卖家和平台") if payee is Payee.MARKETPLACE else _("卖家"))


def _beside(situation: Situation) -> str:
    """Who took the money instead of the seller that led there; "" when nobody did."""
    payee = situation.facts.payment.payee
    same = str(situation.seller) == payee or situation.private_seller
    if not situation.paid or payee is None or same:
        return ""
    return str(HOLDING.get(payee, ""))


def _holder(situation: Situation) -> str:
    """Who holds the money, in words."""
    at = _money_at(situation)
    if at == SELLER:
        return _beside(situation) or _seller(situation)
    return situation.label(Party.CARRIER) if at == CARRIER else ""


def _money_at(situation: Situation) -> str:
    if not situation.paid:
        return ""
    return CARRIER if situation.facts.payment.payee is Payee.CARRIER else SELLER


def _money(situation: Situation) -> Words:
    if not situation.outstanding:
        return ""
    return MONEY_DEPENDS if situation.stage is Stage.ACTIVATED else MONEY_BACK


def _stopped_by(situation: Situation) -> str:
    stoppers = [party for party, matter in situation.responsible if matter in STOPPING]
    if not stoppers:
        return ""
    return CARRIER if Party.CARRIER in stoppers else SELLER
