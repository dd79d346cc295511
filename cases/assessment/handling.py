"""Grounds about how seller, marketplace and carrier dealt with the complaint."""

from __future__ import annotations

from cases.assessment import conditions as c
from cases.assessment.situation import Situation
from cases.assessment.weighing import Finding, Predicate, weigh
from cases.vocabulary import Party, Strength

ARGUABLE = Strength.ARGUABLE


def complaint_handling_duty(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.asked_before_today, c.unanswered, given=(c.sold_online,))


def upstream_settlement_irrelevant(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.put_off_upstream)


def seller_identity(s: Situation) -> tuple[Finding, ...]:
    # That a seller is gone is known; that its name is not known is no reason to ask for more.
    gone = weigh(s, s.trader, c.seller_unreachable, given=(c.sold_online,), at_best=ARGUABLE)
    gaps = (c.company_unknown, c.carrier_unnamed)
    unnamed = (
        finding
        for gap in gaps
        for finding in weigh(
            s, s.trader, gap, given=(c.sold_online,), at_best=ARGUABLE, may_be_open=False
        )
    )
    return gone or tuple(unnamed)[:1]


def platform_liability(s: Situation) -> tuple[Finding, ...]:
    return weigh(
        s,
        Party.MARKETPLACE,
        c.marketplace_did_not_help,
        given=(c.on_a_marketplace,),
        at_best=ARGUABLE,
        may_be_open=False,
    )


def platform_rules_review(s: Situation) -> tuple[Finding, ...]:
    return weigh(
        s,
        Party.MARKETPLACE,
        c.marketplace_rejected,
        given=(c.on_a_marketplace,),
        at_best=ARGUABLE,
        may_be_open=False,
    )


def transaction_records(s: Situation) -> tuple[Finding, ...]:
    scopes = ((s.trader, c.sold_online), (Party.MARKETPLACE, c.on_a_marketplace))
    return tuple(
        finding
        for party, scope in scopes
        for finding in weigh(
            s,
            party,
            c.seller_disputes,
            c.records_missing,
            given=(scope, c.money_owed),
            may_be_open=False,
        )
    )


def livestream_seller(s: Situation) -> tuple[Finding, ...]:
    return weigh(
        s, s.trader, c.livestream_seller_hidden, given=(c.by_livestream,), at_best=ARGUABLE
    )


def carrier_must_resolve(s: Situation) -> tuple[Finding, ...]:
    best = Strength.STRONG if c.stage_known(s) else ARGUABLE
    return weigh(s, Party.CARRIER, c.in_carrier_hands, given=(c.personal_card,), at_best=best)


def carrier_may_not_obstruct(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, Party.CARRIER, c.carrier_refused, may_be_open=False) or weigh(
        s, Party.CARRIER, c.page_misled, at_best=ARGUABLE, may_be_open=False
    )


def carrier_answers_for_outlet(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, Party.CARRIER, c.carrier_refused, given=(c.agent_took_order,))


def carrier_answers_for_agent(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, Party.CARRIER, c.carrier_logo_used, at_best=ARGUABLE)


def escalation_admissible(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, Party.CARRIER, c.escalation_open)


PREDICATES: tuple[Predicate, ...] = (
    complaint_handling_duty,
    upstream_settlement_irrelevant,
    seller_identity,
    platform_liability,
    platform_rules_review,
    transaction_records,
    livestream_seller,
    carrier_must_resolve,
    carrier_may_not_obstruct,
    carrier_answers_for_outlet,
    carrier_answers_for_agent,
    escalation_admissible,
)
