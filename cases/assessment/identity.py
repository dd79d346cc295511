"""Grounds about the person: who activated, whose name, whose data."""

from __future__ import annotations

from cases.assessment import conditions as c
from cases.assessment.situation import Situation
from cases.assessment.weighing import Finding, Predicate, weigh
from cases.vocabulary import Party, Strength

ARGUABLE = Strength.ARGUABLE


def real_name_duty(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, Party.CARRIER, c.activated_by_somebody_else, may_be_open=False) or weigh(
        s, Party.CARRIER, c.not_mine
    )


def no_proxy_verification(s: Situation) -> tuple[Finding, ...]:
    # Who helped is not known yet: the carrier's record has to show it.
    return weigh(s, s.trader, c.activated_by_somebody_else, at_best=ARGUABLE, may_be_open=False)


def forged_identity_registration(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, Party.CARRIER, c.identity_misused, c.number_check_shows_it) or weigh(
        s, Party.CARRIER, c.identity_misused, at_best=ARGUABLE
    )


def in_person_registration(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, Party.CARRIER, c.identity_misused, at_best=ARGUABLE)


def police_matters(s: Situation) -> tuple[Finding, ...]:
    return (
        weigh(s, Party.INDIVIDUAL, c.identity_misused, at_best=ARGUABLE)
        or weigh(s, Party.INDIVIDUAL, c.individual_vanished, at_best=ARGUABLE)
        or weigh(s, s.trader, c.iot_seller_vanished, at_best=ARGUABLE)
    )


def number_query(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, Party.AUTHORITY, c.activated_by_somebody_else, may_be_open=False) or weigh(
        s, Party.AUTHORITY, c.not_mine
    )


def iot_card_restrictions(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.iot_card, may_be_open=False)


def separate_consent_for_sharing(s: Situation) -> tuple[Finding, ...]:
    return weigh(
        s, s.trader, c.id_photos_uploaded, given=(c.seller_unidentified,), at_best=ARGUABLE
    )


def data_subject_rights(s: Situation) -> tuple[Finding, ...]:
    return weigh(s, s.trader, c.id_photos_uploaded, may_be_open=False) or weigh(
        s, s.trader, c.order_over, at_best=ARGUABLE
    )


def consumer_data_protection(s: Situation) -> tuple[Finding, ...]:
    # Against the seller alone: where a leak began is not known, and the photos went there.
    return weigh(
        s,
        s.trader,
        c.data_turned_up,
        c.id_photos_uploaded,
        at_best=ARGUABLE,
        may_be_open=False,
    )


def network_data_security(s: Situation) -> tuple[Finding, ...]:
    return weigh(
        s,
        s.trader,
        c.id_photos_uploaded,
        given=(c.sold_online,),
        at_best=ARGUABLE,
        may_be_open=False,
    )


def criminal_law_pointer(s: Situation) -> tuple[Finding, ...]:
    # For serious cases: the misuse is on paper, or the page had misled before the money was gone.
    return weigh(
        s,
        Party.AUTHORITY,
        c.identity_misused,
        c.number_check_shows_it,
        at_best=ARGUABLE,
        may_be_open=False,
    ) or weigh(
        s,
        Party.AUTHORITY,
        c.individual_vanished,
        c.page_misled,
        at_best=ARGUABLE,
        may_be_open=False,
    )


PREDICATES: tuple[Predicate, ...] = (
    real_name_duty,
    no_proxy_verification,
    forged_identity_registration,
    in_person_registration,
    police_matters,
    number_query,
    iot_card_restrictions,
    separate_consent_for_sharing,
    data_subject_rights,
    consumer_data_protection,
    network_data_security,
    criminal_law_pointer,
)
