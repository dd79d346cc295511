"""Reasons to stop, or to think first: when each page is shown, right after what decides it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from cases.vocabulary import CardKind, Channel, Parcel, Payee, SellerPage, Stage
from cases.wizard.answers import Answers, stage_of, value
from cases.wizard.forms import notices
from cases.wizard.forms.notices import NOTHING_TODAY, TOO_EARLY, Notice
from cases.wizard.forms.order import NOT_ORDERED, ON_A_MARKETPLACE, OTHER_GOODS, OUTSIDE, TOO_OLD

# Where anybody may read what was written.
PUBLIC = frozenset({Channel.HEIMAO})
CARD_AT_HAND = (Stage.PROVISIONED, Stage.ACTIVATED)


class Exit(NamedTuple):
    """A page without a question, and when it is shown."""

    form: type[Notice]
    asked_when: Callable[[Answers], bool]


def not_ordered(answers: Answers) -> bool:
    return bool(value(answers, OUTSIDE) == NOT_ORDERED)


def other_goods(answers: Answers) -> bool:
    return bool(value(answers, OUTSIDE) == OTHER_GOODS)


def for_business(answers: Answers) -> bool:
    return value(answers, "consumer__business_use") is True


def placed_over_three_years_ago(answers: Answers) -> bool:
    return value(answers, TOO_OLD) is True


def has_return_button(answers: Answers) -> bool:
    return value(answers, "return_button") is True


def gone_with_the_money(answers: Answers) -> bool:
    """An individual, or the seller of an IoT card, took money and cannot be reached."""
    gone = value(answers, "dealings__unreachable") is True
    payee, kind = value(answers, "payment__payee"), value(answers, "order__card_kind")
    by_iot_seller = kind == CardKind.IOT and payee != Payee.NOBODY
    return gone and (payee == Payee.INDIVIDUAL or by_iot_seller)


def settled(answers: Answers) -> bool:
    """The order is stopped and every yuan came back."""
    back, paid = value(answers, "payment__refunded"), value(answers, "payment__amount")
    top_up = value(answers, "payment__first_top_up")
    stopped = stage_of(answers) is Stage.CLOSED
    if not stopped or back is None or paid is None:
        return False
    return Decimal(back) >= Decimal(paid) + Decimal(top_up or 0) > 0


def may_confirm_receipt(answers: Answers) -> bool:
    """The marketplace holds the money and the parcel is on its way or there."""
    sold_on, payee = value(answers, "order__sales_channel"), value(answers, "payment__payee")
    parcel, page = value(answers, "signals__parcel"), value(answers, "signals__seller_page")
    held = sold_on in ON_A_MARKETPLACE and payee == Payee.MARKETPLACE
    coming = parcel in (Parcel.IN_TRANSIT, Parcel.DELIVERED) and page != SellerPage.CLOSED
    return held and coming


def may_lose_evidence(answers: Answers) -> bool:
    """A number may soon be closed, or a card thrown away, before what shows it was kept."""
    stage, parcel = stage_of(answers), value(answers, "signals__parcel")
    missing = bool(notices.not_kept(answers))
    at_hand = stage in CARD_AT_HAND and parcel in (None, Parcel.DELIVERED)
    return missing and (at_hand or stage is Stage.NOT_MINE)


def chose_against_advice(answers: Answers) -> bool:
    """All that is advised for today was left out, or a body that shuts others taken early."""
    return bool(value(answers, NOTHING_TODAY) or value(answers, TOO_EARLY))


def posts_in_public(answers: Answers) -> bool:
    """A channel was chosen whose complaints anybody may read."""
    chosen = value(answers, "chosen") or []
    return any(code.partition(":")[0] in PUBLIC for code in chosen)


EXITS: Mapping[str, Exit] = {
    "exit_not_ordered": Exit(notices.NotOrdered, not_ordered),
    "exit_other_goods": Exit(notices.OtherGoods, other_goods),
    "exit_business": Exit(notices.Business, for_business),
    "exit_over_three_years": Exit(notices.OverThreeYears, placed_over_three_years_ago),
    "exit_return_button": Exit(notices.ReturnButton, has_return_button),
    "exit_gone": Exit(notices.GoneWithTheMoney, gone_with_the_money),
    "exit_settled": Exit(notices.Settled, settled),
}
PAUSES: Mapping[str, Exit] = {
    "pause_receipt": Exit(notices.ConfirmReceipt, may_confirm_receipt),
    "pause_evidence": Exit(notices.KeepEvidence, may_lose_evidence),
    "pause_against_advice": Exit(notices.AgainstAdvice, chose_against_advice),
    "pause_public": Exit(notices.PublicPost, posts_in_public),
}
