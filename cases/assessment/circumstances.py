"""The rows of the decision tables (`domain.md` 4.3), one predicate each.

Each has its words under the same name in `knowledge/circumstances/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cases.assessment import conditions as c
from cases.assessment.situation import OWN_HAND, ZERO, Situation
from cases.vocabulary import Parcel, Payee, PaymentMethod, SellerReply, Stage

Circumstance = Callable[[Situation], bool]


# D1: when the number was activated, and by whom


def activated_before_order(s: Situation) -> bool:
    return c.not_mine(s) or c.activated_early(s)


def activated_after_request_by_person(s: Situation) -> bool:
    return _by_own_hand(s) and c.activated_after_request(s)


def activated_as_ordered(s: Situation) -> bool:
    return _by_own_hand(s)


def activated_after_request_unknown_hand(s: Situation) -> bool:
    later = c.activated_after_request(s) and not c.activated_by_somebody_else(s)
    return _in_service(s) and (later or c.activated_near_request(s))


def activated_after_request_by_other(s: Situation) -> bool:
    return _by_other_hand(s) and c.activated_after_request(s)


def activated_by_other_without_card(s: Situation) -> bool:
    return _by_other_hand(s) and c.activated_before_request(s)


def activation_times_missing(s: Situation) -> bool:
    return _in_service(s)


def _in_service(s: Situation) -> bool:
    """Whether there is an activation to ask about; an IoT card is not activated by a person."""
    return s.stage is Stage.ACTIVATED and not s.iot


def _by_own_hand(s: Situation) -> bool:
    return _in_service(s) and s.facts.activation.by in OWN_HAND


def _by_other_hand(s: Situation) -> bool:
    return _in_service(s) and bool(c.activated_by_somebody_else(s))


# D2 to D10


def identity_misused(s: Situation) -> bool:
    return c.identity_misused(s)


def put_off_until_settlement(s: Situation) -> bool:
    return s.facts.dealings.reply is SellerReply.WAIT_FOR_SETTLEMENT


def parcel_refused(s: Situation) -> bool:
    return s.facts.signals.parcel is Parcel.REFUSED


def paid_to_individual(s: Situation) -> bool:
    payment = s.facts.payment
    to_person = (
        payment.payee is Payee.INDIVIDUAL or payment.method is PaymentMethod.PERSONAL_TRANSFER
    )
    return to_person and s.paid != ZERO


def nothing_paid(s: Situation) -> bool:
    return s.trader is not None and s.paid == ZERO and not s.facts.payment.first_top_up


def minor_ordered(s: Situation) -> bool:
    return bool(s.facts.consumer.minor)


def card_used(s: Situation) -> bool:
    signals = s.facts.signals
    return s.stage is Stage.ACTIVATED and bool(signals.used or signals.consumed)


def iot_card_sold(s: Situation) -> bool:
    return s.iot


def minimum_term(s: Situation) -> bool:
    return s.stage is Stage.ACTIVATED and bool(c.term_claimed(s))


# Of the rows of D1 only the first that holds applies: each may rely on those before it.
ACTIVATION: tuple[Circumstance, ...] = (
    activated_before_order,
    activated_after_request_by_person,
    activated_as_ordered,
    activated_after_request_unknown_hand,
    activated_after_request_by_other,
    activated_by_other_without_card,
    activation_times_missing,
)
OTHERS: tuple[Circumstance, ...] = (
    identity_misused,
    put_off_until_settlement,
    parcel_refused,
    paid_to_individual,
    nothing_paid,
    minor_ordered,
    card_used,
    iot_card_sold,
    minimum_term,
)
CIRCUMSTANCES: Mapping[str, Circumstance] = {row.__name__: row for row in (*ACTIVATION, *OTHERS)}


def circumstances(s: Situation) -> tuple[str, ...]:
    """The rows a case falls under, by name: at most one of D1, then D2 to D10 in their order."""
    activation = [row for row in ACTIVATION if row(s)][:1]
    return tuple(row.__name__ for row in (*activation, *OTHERS) if row in activation or row(s))
