"""Grounds about placing and withdrawing the order."""

from __future__ import annotations

from cases.assessment import conditions as c
from cases.assessment.situation import Situation
from cases.assessment.weighing import Finding, Predicate, weigh
from cases.vocabulary import Party, Strength

ARGUABLE = Strength.ARGUABLE
WITHDRAWAL_SCOPE = (c.sold_online, c.not_minor, c.seller_holds_money, c.money_owed)
WITHDRAWAL = (
    c.not_activated,
    c.delivered,
    c.within_seven_days,
    c.exclusion_not_confirmed,
)


def seven_day_withdrawal(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, *WITHDRAWAL, given=WITHDRAWAL_SCOPE, at_best=ARGUABLE)


def withdrawal_exclusion_needs_consent(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, *WITHDRAWAL, given=WITHDRAWAL_SCOPE, at_best=ARGUABLE)


def activated_goods_excluded(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.activated, given=(c.sold_online, c.seller_holds_money))


def promise_binds(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.promise_applies)


def consent_withdrawn(s: Situation) -> tuple[Finding, ...]:
    underway = c.submitted if c.stage_known(s) else c.perhaps_submitted
    seller = weigh(s, s.trader, c.awaiting_submission) or weigh(
        s, s.trader, underway, at_best=ARGUABLE
    )
    carrier = weigh(s, Party.CARRIER, c.not_mine, at_best=ARGUABLE) or weigh(
        s, Party.CARRIER, underway, at_best=ARGUABLE
    )
    return seller + carrier


def mandate_revocable(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.before_provisioning, c.page_says_agency, at_best=ARGUABLE)


def open_ended_service(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, Party.CARRIER, c.activated, c.open_ended, given=(c.personal_card,))


def rescission_for_breach(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.page_misled, at_best=ARGUABLE, may_be_open=False)


def minor_contract(s: Situation) -> tuple[Finding, ...]:
    best = Strength.STRONG if c.under_eight(s) else ARGUABLE
    return weigh(s, s.trader, c.minor, at_best=best, may_be_open=False)


PREDICATES: tuple[Predicate, ...] = (
    seven_day_withdrawal,
    withdrawal_exclusion_needs_consent,
    activated_goods_excluded,
    promise_binds,
    consent_withdrawn,
    mandate_revocable,
    open_ended_service,
    rescission_for_breach,
    minor_contract,
)
