"""The flow on one page: every step in order, and when it is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from cases.vocabulary import Parcel, Payee, SalesChannel, SellerPage, SellerReply, Stage
from cases.wizard.answers import Answers, clean_answers, somebody_elses, stage_of, value
from cases.wizard.exits import EXITS, PAUSES
from cases.wizard.fields import Words
from cases.wizard.forms import carrier, dealings, filing, order, plan
from cases.wizard.forms.base import StepForm
from cases.wizard.forms.notices import Notice

Condition = Callable[[Answers], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """One page. Its name is its URL; `asked_when` is told the answers before it that count."""

    name: str
    part: Words
    form: type[StepForm]
    asked_when: Condition

    @property
    def asks(self) -> bool:
        """Whether there is a question to answer; of a notice one only takes note."""
        return not issubclass(self.form, Notice)


@dataclass(frozen=True, slots=True)
class Walk:
    """The steps asked, and the answers that count."""

    asked: tuple[Step, ...]
    counted: Mapping[str, Mapping[str, Any]]

    @property
    def open(self) -> Step | None:
        """The first step that is asked and not answered."""
        return next((step for step in self.asked if step.name not in self.counted), None)

    def before(self, name: str) -> Answers:
        """The answers that count before a step, which its form may look at."""
        names = [step.name for step in self.asked]
        earlier = names[: names.index(name)] if name in names else names
        return {each: self.counted[each] for each in earlier if each in self.counted}

    def step(self, name: str) -> Step | None:
        """The step of that name, if it is asked."""
        return next((step for step in self.asked if step.name == name), None)


def walk(answers: Answers) -> Walk:
    """Replay the flow from the start; the answer to a step no longer asked counts nowhere."""
    asked: list[Step] = []
    counted: dict[str, Mapping[str, Any]] = {}
    for step in STEPS:
        if step.asked_when(counted):
            asked.append(step)
            if step.name in answers:
                counted[step.name] = answers[step.name]
    return Walk(tuple(asked), counted)


def always(answers: Answers) -> bool:
    return True


def ordered(answers: Answers) -> bool:
    """Whether there is an order; the number that turned up in my name has none."""
    return not somebody_elses(answers)


def paid(answers: Answers) -> bool:
    return ordered(answers) and value(answers, "payment__payee") != Payee.NOBODY


def on_a_marketplace(answers: Answers) -> bool:
    return value(answers, "order__sales_channel") in order.ON_A_MARKETPLACE


def in_a_livestream(answers: Answers) -> bool:
    return bool(value(answers, "order__sales_channel") == SalesChannel.LIVESTREAM)


def order_page_is_open(answers: Answers) -> bool:
    """On a marketplace, with an order page that can still be looked at."""
    over = (SellerPage.CLOSED, SellerPage.UNAVAILABLE)
    return on_a_marketplace(answers) and value(answers, "signals__seller_page") not in over


def paid_beside_the_marketplace(answers: Answers) -> bool:
    payee = value(answers, "payment__payee")
    return on_a_marketplace(answers) and payee in (Payee.AFFILIATE, Payee.INDIVIDUAL)


def parcel_has_a_date(answers: Answers) -> bool:
    return value(answers, "signals__parcel") in (Parcel.DELIVERED, Parcel.RETURNED)


def activated(answers: Answers) -> bool:
    return stage_of(answers) is Stage.ACTIVATED


def in_service(answers: Answers) -> bool:
    return stage_of(answers) in (Stage.ACTIVATED, Stage.NOT_MINE)


def used(answers: Answers) -> bool:
    return activated(answers) and value(answers, "signals__used") is True


def topped_up_apart(answers: Answers) -> bool:
    """The first top-up was not asked for beside the payment, and there may be one."""
    return activated(answers) and value(answers, "payment__payee") != Payee.CARRIER


def bound(answers: Answers) -> bool:
    return value(answers, "order__minimum_term") is True


def charged(answers: Answers) -> bool:
    return value(answers, "disputed_charge") is True


def complained(answers: Answers) -> bool:
    return value(answers, "carrier__complained") is True


def carrier_replied(answers: Answers) -> bool:
    return value(answers, "carrier__reply") not in (None, "none")


def requested(answers: Answers) -> bool:
    return value(answers, "dealings__requested") is True


def seller_replied(answers: Answers) -> bool:
    return value(answers, "dealings__reply") not in (None, SellerReply.NONE)


def may_be_refunded(answers: Answers) -> bool:
    return paid(answers) and value(answers, "dealings__reply") in dealings.MAY_PROMISE


def deducted(answers: Answers) -> bool:
    """Something was held back: the seller says so, or less came back than was paid."""
    if value(answers, "dealings__reply") == SellerReply.DEDUCTION:
        return True
    back, amount = value(answers, "payment__refunded"), value(answers, "payment__amount")
    return bool(back and amount and 0 < float(back) < float(amount))


def asked_on_a_marketplace(answers: Answers) -> bool:
    return requested(answers) and on_a_marketplace(answers)


def no_refund_clause(answers: Answers) -> bool:
    return value(answers, "terms__no_refund_clause") is True


def a_child_ordered(answers: Answers) -> bool:
    return value(answers, "consumer__minor") is True


def filed(answers: Answers) -> bool:
    return bool(value(answers, "filed_where"))


ORDER, CARRIER, DEALINGS = _("订单"), _("运营商"), _("沟通")
CHANNELS, PLAN = _("渠道"), _("方案")
PARTS: tuple[Words, ...] = (ORDER, CARRIER, DEALINGS, CHANNELS, PLAN)

STEPS: tuple[Step, ...] = (
    Step("situation", ORDER, order.Situation, always),
    Step("exit_not_ordered", ORDER, *EXITS["exit_not_ordered"]),
    Step("exit_other_goods", ORDER, *EXITS["exit_other_goods"]),
    Step("business_use", ORDER, order.BusinessUse, ordered),
    Step("exit_business", ORDER, *EXITS["exit_business"]),
    Step("sales_channel", ORDER, order.SalesChannelForm, ordered),
    Step("livestream_seller", ORDER, order.LivestreamSeller, in_a_livestream),
    Step("placed_on", ORDER, order.PlacedOn, ordered),
    Step("exit_over_three_years", ORDER, *EXITS["exit_over_three_years"]),
    Step("seller", ORDER, order.Seller, ordered),
    Step("card_kind", ORDER, order.CardKindForm, ordered),
    Step("payee", ORDER, order.PayeeForm, ordered),
    Step("amount", ORDER, order.Amount, paid),
    Step("method", ORDER, order.Method, paid),
    Step("off_platform", ORDER, order.OffPlatform, paid_beside_the_marketplace),
    Step("contact", ORDER, order.Contact, ordered),
    Step("exit_gone", ORDER, *EXITS["exit_gone"]),
    Step("order_page", ORDER, order.OrderPage, ordered),
    Step("return_button", ORDER, order.ReturnButton, order_page_is_open),
    Step("exit_return_button", ORDER, *EXITS["exit_return_button"]),
    Step("parcel", ORDER, order.ParcelForm, ordered),
    Step("parcel_date", ORDER, order.ParcelDate, parcel_has_a_date),
    Step("pause_receipt", ORDER, *PAUSES["pause_receipt"]),
    Step("signs", ORDER, order.Signs, ordered),
    Step("seen_names", ORDER, order.SeenNames, ordered),
    Step("stage_so_far", ORDER, order.StageSoFar, ordered),
    Step("carrier", CARRIER, carrier.Carrier, always),
    Step("carrier_record", CARRIER, carrier.CarrierRecordForm, always),
    Step("stage", CARRIER, carrier.Stage, always),
    Step("activation", CARRIER, carrier.Activation, in_service),
    Step("first_top_up", CARRIER, carrier.FirstTopUp, topped_up_apart),
    Step("consumed", CARRIER, carrier.Consumed, used),
    Step("contract_period", CARRIER, carrier.ContractPeriod, activated),
    Step("contract_terms", CARRIER, carrier.ContractTerms, bound),
    Step("disputed_charge", CARRIER, carrier.DisputedCharge, activated),
    Step("disputed_charge_date", CARRIER, carrier.DisputedChargeDate, charged),
    Step("carrier_complaint", CARRIER, carrier.CarrierComplaint, always),
    Step("carrier_ticket", CARRIER, carrier.CarrierTicket, complained),
    Step("carrier_reply", CARRIER, carrier.CarrierReplyForm, complained),
    Step("carrier_reply_date", CARRIER, carrier.CarrierReplyDate, carrier_replied),
    Step("request", DEALINGS, dealings.Request, ordered),
    Step("request_details", DEALINGS, dealings.RequestDetails, requested),
    Step("seller_reply", DEALINGS, dealings.SellerReplyForm, requested),
    Step("seller_reply_details", DEALINGS, dealings.SellerReplyDetails, seller_replied),
    Step("refunded", DEALINGS, dealings.Refunded, may_be_refunded),
    Step("exit_settled", DEALINGS, *EXITS["exit_settled"]),
    Step("deduction", DEALINGS, dealings.Deduction, deducted),
    Step("marketplace_reply", DEALINGS, dealings.MarketplaceReplyForm, asked_on_a_marketplace),
    Step("promises", DEALINGS, dealings.Promises, ordered),
    Step("clauses", DEALINGS, dealings.Clauses, ordered),
    Step("clause_prominent", DEALINGS, dealings.ClauseProminent, no_refund_clause),
    Step("misleading", DEALINGS, dealings.Misleading, ordered),
    Step("about_you", DEALINGS, dealings.AboutYou, always),
    Step("minor", DEALINGS, dealings.Minor, a_child_ordered),
    Step("filed_where", DEALINGS, filing.FiledWhere, always),
    Step("filed_details", DEALINGS, filing.FiledDetails, filed),
    Step("evidence", CHANNELS, plan.Evidence, always),
    Step("pause_evidence", CHANNELS, *PAUSES["pause_evidence"]),
    Step("channels", CHANNELS, plan.Channels, always),
    Step("pause_against_advice", CHANNELS, *PAUSES["pause_against_advice"]),
    Step("pause_public", CHANNELS, *PAUSES["pause_public"]),
    Step("names", PLAN, plan.Names, always),
)
BY_NAME: Mapping[str, Step] = {step.name: step for step in STEPS}
READ_FIRST = _("请先看一下这一页。")


def set_aside(stored: Mapping[str, Any]) -> list[Step]:
    """The steps with an accepted answer that is not asked for now, in the order of the flow.

    `stored` is a case's `answers`. Such an answer counts nowhere until it is asked for again.
    """
    answers = clean_answers(stored)
    counted = walk(answers).counted
    return [step for step in STEPS if step.name in answers and step.name not in counted]


def names_of_questions(step: Step, clean: Mapping[str, Any]) -> list[str]:
    """What a step asked for, as the check page calls it; its title where that depends."""
    fields = step.form.base_fields
    named = [str(fields[name].label) for name in clean if name in fields]
    return named if named or not clean else [str(step.form.title)]


def why_open(stored: Mapping[str, Any], step: Step, before: Answers, *, on: date) -> Words:
    """What to say on the way to an open step: it is new, or what was typed no longer fits.

    `stored` is a case's `answers`, `before` those that count before the step.
    """
    if not step.asks:
        return READ_FIRST
    typed = stored.get(step.name, {}).get("typed", {})
    if not any(text for texts in typed.values() for text in texts):
        return _("还有没回答的问题，请从这里继续。")
    if step.form(MultiValueDict(typed), answers=before, on=on).contradicts:
        return _("您改了前面的回答，这一题和它对不上了，请确认或更改。")
    return _("这一题还没有填完，请补上。")


def recheck(stored: Mapping[str, Any], *, on: date) -> dict[str, dict[str, Any] | None]:
    """Steps whose kept answer means something else now, or nothing (None) and must be given anew.

    `stored` is a case's `answers`. Every form is asked again with what was typed, because an answer
    may have become impossible, or its page different, through a change on a page before; and one
    that such a change reopened may be possible again.
    """
    answers = {
        name: each["clean"]
        for name, each in stored.items()
        if each["clean"] is not None or "reopened" in each
    }
    counted: dict[str, Mapping[str, Any]] = {}
    changed: dict[str, dict[str, Any] | None] = {}
    for step in STEPS:
        if step.name not in answers or not step.asked_when(counted):
            continue
        form = step.form(MultiValueDict(stored[step.name]["typed"]), answers=counted, on=on)
        clean = form.answer() if form.is_valid() else None
        if clean != answers[step.name]:
            changed[step.name] = clean
        if clean is not None:
            counted[step.name] = clean
    return changed
