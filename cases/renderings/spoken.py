"""What a case comes to in a few words, for the phone and for a chat window."""

from __future__ import annotations

from collections.abc import Iterator

from cases.assessment.situation import Situation
from cases.assessment.wording import yuan
from cases.renderings.chronicle import Chronicle, closed_by_refusal, long_day
from cases.vocabulary import Certainty, Parcel, Party, Stage


def asked(chronicle: Chronicle, respondent: Party | None) -> str:
    """What is asked of the respondent, in one row and never nothing."""
    of_carrier = respondent is Party.CARRIER
    wishes = list(_of_carrier(chronicle) if of_carrier else _of_seller(chronicle))
    return "、".join(wishes) or chronicle.say("ask_account")


def _of_seller(chronicle: Chronicle) -> Iterator[str]:
    s, say = chronicle.s, chronicle.say
    match s.stage:
        case Stage.AWAITING_SUBMISSION:
            yield say("ask_stop_and_cancel")
        case Stage.SUBMITTED:
            yield say("ask_cancel")
        case Stage.PROVISIONED:
            yield say("ask_take_back")
        case Stage.CLOSED if closed_by_refusal(s):
            yield say("ask_cancel")
    if s.activated_by_other:
        yield say("ask_who_activated")
    if Party.CARRIER not in s.holders:
        yield from _refund(chronicle)
    if s.facts.consumer.uploaded_id_photos:
        yield say("ask_delete_photos")


def _of_carrier(chronicle: Chronicle) -> Iterator[str]:
    s, say = chronicle.s, chronicle.say
    if s.iot:
        yield say("ask_whose_number")
    elif s.stage is Stage.NOT_MINE:
        yield say("ask_stop_service")
    elif s.stage is Stage.CLOSED:
        yield say("ask_confirm_closed")
    elif s.stage is Stage.ACTIVATED:
        yield from [say("ask_activation_record")] if s.activated_by_other else []
        yield say("ask_how_to_close")
    else:
        yield say(_revoking(s))
    if Party.CARRIER in s.holders:
        yield from _refund(chronicle)
    if s.balance:
        yield say("ask_balance")
    if s.facts.carrier.fee_event_on:
        yield say("ask_disputed_charge")


def _revoking(s: Situation) -> str:
    unsure = s.stage is Stage.AWAITING_SUBMISSION or s.facts.carrier.name is None
    return "ask_find_and_revoke" if unsure else "ask_revoke"


def _refund(chronicle: Chronicle) -> Iterator[str]:
    s = chronicle.s
    if s.owed:
        yield chronicle.say("ask_refund", owed=yuan(s.owed))
    elif s.owed is None and s.holders:
        yield chronicle.say("ask_refund_unknown")
    elif payment_unknown(s):
        yield chronicle.say("ask_refund_if_paid")


def payment_unknown(s: Situation) -> bool:
    """Whether nothing is said of a payment, not even that there was none."""
    return s.owed is None and s.facts.payment.payee is None


def spoken_order(chronicle: Chronicle) -> str:
    """The order, or the number nobody ordered, as one names it at the beginning of a call."""
    s, say, who = chronicle.s, chronicle.say, spoken_who(chronicle)
    if s.stage is Stage.NOT_MINE:
        return say("spoken_number", who=who)
    day = s.facts.order.placed_on
    placed_on = long_day(day) if day else chronicle.month("placed_on")
    if not placed_on:
        sure = s.facts.order.placed_by_me is True
        return say("spoken_order_undated" if sure else "spoken_order_unsure", who=who)
    return say("spoken_order", who=who, placed_on=placed_on)


def spoken_who(chronicle: Chronicle) -> str:
    """Whose order or number it is."""
    minor = chronicle.s.facts.consumer.minor
    return chronicle.say("spoken_child" if minor else "spoken_me")


def spoken_standing(chronicle: Chronicle) -> str:
    """Where the order stands, in one sentence without a date; nothing for a number not ordered."""
    if chronicle.s.stage is Stage.NOT_MINE:
        return ""
    if chronicle.s.stage_found.certainty is Certainty.ASSUMED:
        return chronicle.say("spoken_unsure")
    return f"{chronicle.signal}{_refused(chronicle)}"


def _refused(chronicle: Chronicle) -> str:
    """That the parcel was refused, where something else tells the stage."""
    refused = chronicle.facts.signals.parcel is Parcel.REFUSED
    told = closed_by_refusal(chronicle.s)
    return chronicle.say("spoken_refused") if refused and not told else ""
