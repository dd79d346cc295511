"""Grounds about money paid, held back and not paid back."""

from __future__ import annotations

from cases.assessment import conditions as c
from cases.assessment.situation import Situation
from cases.assessment.weighing import Finding, Predicate, weigh
from cases.vocabulary import Party, Strength

ARGUABLE = Strength.ARGUABLE


def refund_duty(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, _holder(s), c.money_owed, c.refused_or_delayed)


def unreasonable_delay(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, _holder(s), c.money_owed, c.refused_or_fifteen_days_over)


def refund_in_full(s: Situation) -> tuple[Finding, ...]:
    seller = None if _holder(s) is Party.CARRIER else _holder(s)
    return weigh(s, seller, c.money_owed, c.deducted, c.deduction_undisclosed)


def undisclosed_fee(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.fee_hidden, may_be_open=False)


def prepayment(s: Situation) -> tuple[Finding, ...]:
    carrier = weigh(s, Party.CARRIER, c.first_top_up_paid, c.first_top_up_unused, at_best=ARGUABLE)
    seller = weigh(s, s.trader, c.iot_card, c.money_owed, at_best=ARGUABLE, may_be_open=False)
    return carrier + seller


def prepayment_seven_days(s: Situation) -> tuple[Finding, ...]:
    return weigh(
        s,
        Party.CARRIER,
        c.first_top_up_paid,
        c.top_up_within_seven_days,
        c.no_other_service,
        at_best=ARGUABLE,
        may_be_open=False,
    )


def off_platform_payment(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.asked_off_platform, given=(c.on_a_marketplace, c.money_owed))


def _holder(s: Situation) -> Party | None:
    return s.holders[0] if s.holders else None


PREDICATES: tuple[Predicate, ...] = (
    refund_duty,
    unreasonable_delay,
    refund_in_full,
    undisclosed_fee,
    prepayment,
    prepayment_seven_days,
    off_platform_payment,
)
