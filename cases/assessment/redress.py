"""Grounds about where to go: the market regulator, the courts, and what counts as proof there."""

from __future__ import annotations

from cases.assessment import conditions as c
from cases.assessment.situation import Situation
from cases.assessment.weighing import Finding, Predicate, weigh
from cases.vocabulary import Party, Strength

ARGUABLE = Strength.ARGUABLE


def regulator_timetable(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, Party.AUTHORITY, c.regulator_may_mediate)


def one_body_per_dispute(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, Party.AUTHORITY, c.two_bodies_in_question)


def electronic_evidence(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, Party.AUTHORITY, c.electronic_records_kept)


def consumer_forum(s: Situation) -> tuple[Finding, ...]:
    # Whether a SIM card is bought or a service taken is contested, and with it where to sue.
    return weigh(
        s,
        Party.AUTHORITY,
        c.money_owed,
        c.refused_or_fifteen_days_over,
        given=(c.sold_online,),
        at_best=ARGUABLE,
        may_be_open=False,
    )


def internet_court_forum(s: Situation) -> tuple[Finding, ...]:
    return weigh(
        s,
        Party.AUTHORITY,
        c.money_owed,
        c.refused_or_fifteen_days_over,
        given=(c.on_a_marketplace,),
        at_best=ARGUABLE,
        may_be_open=False,
    )


def small_claim(s: Situation) -> tuple[Finding, ...]:
    # 民事诉讼法 166: not against somebody whose whereabouts are unknown.
    return weigh(
        s,
        Party.AUTHORITY,
        c.money_owed,
        c.refused_or_fifteen_days_over,
        given=(c.seller_reachable,),
        at_best=ARGUABLE,
        may_be_open=False,
    )


PREDICATES: tuple[Predicate, ...] = (
    regulator_timetable,
    one_body_per_dispute,
    electronic_evidence,
    consumer_forum,
    internet_court_forum,
    small_claim,
)
