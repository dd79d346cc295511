"""Grounds about what was shown, claimed and written in the terms."""

from __future__ import annotations

from cases.assessment import conditions as c
from cases.assessment.situation import Situation
from cases.assessment.weighing import Finding, Predicate, stronger, weigh
from cases.vocabulary import Party, Strength

ARGUABLE = Strength.ARGUABLE


def right_to_know(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.something_hidden)


def remote_seller_information(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.rules_not_shown, given=(c.sold_online,))


def online_disclosure(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.something_hidden, given=(c.sold_online,))


def order_flow_notice(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.bar_given, c.bar_not_announced, given=(c.sold_online,))


def unfair_standard_term(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.clause_bars_refund)


def term_bars_rescission(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.clause_bars_refund, at_best=ARGUABLE)


def penalised_unfair_terms(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.clause_bars_refund)


def term_not_incorporated(s: Situation) -> tuple[Finding, ...]:
    hidden = weigh(s, s.trader, c.clause_bars_refund, c.clause_not_prominent)
    unannounced = weigh(s, s.trader, c.clause_reason_given, c.reason_not_announced)
    seller = stronger(hidden, unannounced)
    return seller + weigh(s, Party.CARRIER, c.term_claimed, c.penalty_not_prominent)


def trader_proves_notice(s: Situation) -> tuple[Finding, ...]:
    seller = weigh(s, s.trader, c.clause_bars_refund)
    return seller + weigh(s, Party.CARRIER, c.term_claimed, c.penalty_not_prominent)


def court_voids_online_terms(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.clause_bars_refund, given=(c.sold_online,), at_best=ARGUABLE)


def concealed_facts(s: Situation) -> tuple[Finding, ...]:
    # Without a loss there is nothing to make good; that it was hidden on purpose is hard to show.
    return weigh(
        s,
        s.trader,
        c.bar_given,
        c.bar_not_announced,
        given=(c.money_owed,),
        at_best=ARGUABLE,
        may_be_open=False,
    )


def undisclosed_service_limits(s: Situation) -> tuple[Finding, ...]:
    return weigh(
        s,
        Party.CARRIER,
        c.limits_hidden,
        given=(c.card_issued, c.personal_card),
        at_best=ARGUABLE,
        may_be_open=False,
    )


def false_advertisement(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.page_kept, c.page_misled, at_best=ARGUABLE, may_be_open=False)


def misleading_promotion(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.page_misled, at_best=ARGUABLE, may_be_open=False)


def voidable_for_fraud(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.page_kept, c.page_misled, at_best=ARGUABLE, may_be_open=False)


def punitive_damages(s: Situation) -> tuple[Finding, ...]:
    return weigh(
        s,
        s.trader,
        c.page_kept,
        c.page_misled,
        c.seller_holds_money,
        c.money_owed,
        at_best=ARGUABLE,
        may_be_open=False,
    )


PREDICATES: tuple[Predicate, ...] = (
    right_to_know,
    remote_seller_information,
    online_disclosure,
    order_flow_notice,
    unfair_standard_term,
    term_bars_rescission,
    penalised_unfair_terms,
    term_not_incorporated,
    trader_proves_notice,
    court_voids_online_terms,
    concealed_facts,
    undisclosed_service_limits,
    false_advertisement,
    misleading_promotion,
    voidable_for_fraud,
    punitive_damages,
)
