"""Suing, where nothing else has helped: whom, over what sum, at which court, at what cost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cases.assessment import Assessment
from cases.assessment import conditions as c
from cases.assessment.situation import ZERO, Situation
from cases.assessment.wording import yuan
from cases.court_fee import fee
from cases.lanes import REFUSALS, blocking, heard_in_vain, judged
from cases.plan.due import Due, Proposed
from cases.plan.seller import settlement_failed
from cases.vocabulary import Channel, Party, When

C = Channel


def small_claims_court(assessment: Assessment) -> Iterator[Proposed]:
    yield from _suits(assessment, C.SMALL_CLAIMS_COURT, "why_court")


def internet_court(assessment: Assessment) -> Iterator[Proposed]:
    yield from _suits(assessment, C.INTERNET_COURT, "why_internet_court")


def _suits(assessment: Assessment, court: Channel, why: str) -> Iterator[Proposed]:
    s = assessment.situation
    for channel, party in courts_in_question(assessment):
        if channel is court and _in_vain(s, party) and _free(s, court, party):
            yield party, Due(When.IF_NEEDED, why)


def courts_in_question(assessment: Assessment) -> Iterator[tuple[Channel, Party]]:
    """The courts that could hear the case, each with whom to sue, whether or not it is time."""
    s = assessment.situation
    for party in _debtors(s):
        yield C.SMALL_CLAIMS_COURT, party
        # 法释〔2025〕14号 1(六): contracts made on a marketplace.
        if party is not Party.CARRIER and c.on_a_marketplace(s):
            yield C.INTERNET_COURT, party


def _debtors(s: Situation) -> Iterator[Party]:
    sellers = [party for party in s.holders if party not in (Party.CARRIER, Party.INDIVIDUAL)]
    if s.trader and sellers and at_stake(s, sellers[0]):
        yield sellers[0]
    if not s.iot and at_stake(s, Party.CARRIER):
        yield Party.CARRIER


def at_stake(s: Situation, party: Party | None) -> Decimal:
    """Yuan that a court could be asked to award against a party; zero where that is not known."""
    owed = s.owed if party in s.holders else ZERO
    balance = s.balance if party is Party.CARRIER else ZERO
    return (owed or ZERO) + (balance or ZERO)


def _in_vain(s: Situation, party: Party) -> bool:
    """Whether the party was asked to no avail, by the person or through another body."""
    if heard_in_vain(s.facts, party):
        return True
    if party is not Party.CARRIER:
        return settlement_failed(s)
    late = party in s.holders and s.delay_over
    return bool(s.facts.carrier.reply in REFUSALS or late)


def _free(s: Situation, court: Channel, party: Party) -> bool:
    return not judged(s.facts, party) and blocking(s.facts, party, but=court) is None


def court_cost(s: Situation, party: Party | None) -> str | None:
    """What suing costs, in a sentence; None without a sum, or above what the table covers."""
    amount = at_stake(s, party)
    charged = fee(amount, s.knowledge) if amount else None
    if charged is None:
        return None
    full, simplified = map(yuan, charged)
    return s.knowledge.phrase("cost_court", amount=yuan(amount), full=full, simplified=simplified)
