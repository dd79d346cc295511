"""The verdict on the stage, and the drawing of the three parties: for the wizard and the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cases.assessment.situation import Situation
from cases.vocabulary import Matter, Party, Payee, Stage
from cases.wizard.fields import Words

YOU, SELLER, CARRIER = "you", "seller", "carrier"
ORDER_AT = {
    Stage.AWAITING_SUBMISSION: SELLER,
    Stage.SUBMITTED: CARRIER,
    Stage.PROVISIONED: CARRIER,
    Stage.ACTIVATED: CARRIER,
}
STOPPING = (Matter.CANCELLATION, Matter.CLOSURE)
NEXT: dict[Stage, Words] = {
    Stage.AWAITING_SUBMISSION: _("订单还没到运营商那里，卖家可以直接取消。"),
    Stage.SUBMITTED: _("订单已经到了运营商那里，要运营商撤单。"),
    Stage.PROVISIONED: _("号码已经开出，先不要激活，由运营商撤销。"),
    Stage.ACTIVATED: _("号码已经能用，要运营商销户。"),
    Stage.CLOSED: _("订单已经停下，请留好撤单或退回的记录。"),
    Stage.NOT_MINE: _("先请运营商停用并销户，同时保存证据。"),
}
MONEY_BACK = _("退钱找收款的一方。")
MONEY_DEPENDS = _("能不能退钱，看激活的经过和当时的承诺。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One party of the drawing and what is with it."""

    id: str
    label: str
    has_order: bool
    has_money: bool
    can_stop: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The stage in words, and where order, money and the power to stop it are.

    `places` is empty where there is no order that could be anywhere.
    """

    stage: str
    certainty: str
    because: Sequence[str]
    contradictions: Sequence[str]
    next: str
    places: tuple[Place, ...]

    @property
    def order_at(self) -> str:
        """Who has the order; "" when it is over."""
        return next((place.label for place in self.places if place.has_order), "")

    @property
    def money_at(self) -> str:
        """Who has the money; "" when nothing was paid or it is not known."""
        return next((place.label for place in self.places if place.has_money), "")

    @property
    def stopped_by(self) -> str:
        """Who can stop it; "" when there is nothing left to stop."""
        return next((place.label for place in self.places if place.can_stop), "")


def verdict(situation: Situation) -> Verdict:
    """What is said to the person about the stage of the order."""
    found = situation.stage_found
    return Verdict(
        stage=situation.label(found.id),
        certainty=situation.label(found.certainty),
        because=found.because,
        contradictions=found.contradictions,
        next=f"{NEXT[found.id]}{_money(situation)}",
        places=_places(situation) if situation.stage is not Stage.NOT_MINE else (),
    )


def _places(situation: Situation) -> tuple[Place, ...]:
    return (
        _place(situation, YOU, str(_("您"))),
        _place(situation, SELLER, _seller(situation)),
        _place(situation, CARRIER, situation.label(Party.CARRIER)),
    )


def _place(situation: Situation, id: str, label: str) -> Place:
    return Place(
        id=id,
        label=label,
        has_order=ORDER_AT.get(situation.stage) == id,
        has_money=_money_at(situation) == id,
        can_stop=_stopped_by(situation) == id,
    )


def _seller(situation: Situation) -> str:
    payee = situation.facts.payment.payee
    name = {
        Party.MARKETPLACE_SELLER: _("卖家和平台") if payee is Payee.MARKETPLACE else _("卖家"),
    }.get(situation.seller, _("网盟"))
    return str(name)


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
