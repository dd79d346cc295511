"""Channels that must not be used now, or not at all, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cases.assessment import Assessment
from cases.lanes import Shut, shut_by_filing
from cases.plan.actions import Action
from cases.plan.court import courts_in_question
from cases.plan.regulator import regulator_respondent, regulator_shut
from cases.vocabulary import ActivatedBy, Channel, Party, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """`why` is a sentence; `opens_on` the day on which the reason ends, when that is known."""

    channel: Channel
    respondent: Party | None
    why: str
    opens_on: date | None


def withhold(assessment: Assessment, actions: tuple[Action, ...]) -> tuple[Withheld, ...]:
    """What the plan keeps back. Never a channel that it advises against the same respondent."""
    advised = {(action.channel, action.respondent) for action in actions}
    phrase = assessment.situation.knowledge.phrase
    return tuple(
        Withheld(
            channel=channel,
            respondent=party,
            why=phrase(shut.why),
            opens_on=_still_to_come(shut.opens_on, assessment.situation.on),
        )
        for channel, party, shut in _kept_back(assessment)
        if (channel, party) not in advised
    )


def _still_to_come(day: date | None, on: date) -> date | None:
    """A body that is late still has the dispute, so a day that is over opens nothing."""
    return day if day and day > on else None


def _kept_back(assessment: Assessment) -> Iterator[tuple[Channel, Party | None, Shut]]:
    s = assessment.situation
    if isinstance(s.escalation, Shut):
        yield Channel.TELECOM_ESCALATION, Party.CARRIER, s.escalation
    if s.trader:
        wrong = Shut(why="shut_escalation_not_seller")
        yield Channel.TELECOM_ESCALATION, s.trader, wrong
    respondent = regulator_respondent(assessment)
    if respondent and (shut := regulator_shut(assessment, respondent)):
        yield Channel.MARKET_REGULATOR_COMPLAINT, respondent, shut
    if s.answers_for(Party.CARRIER):
        wrong = Shut(why="shut_regulator_not_carrier")
        yield Channel.MARKET_REGULATOR_COMPLAINT, Party.CARRIER, wrong
    for channel, party in _other_bodies(assessment):
        if shut := shut_by_filing(s.facts, party, but=channel, knowledge=s.knowledge):
            yield channel, party, shut
    if s.stage is Stage.ACTIVATED and s.facts.activation.by is ActivatedBy.UNKNOWN:
        yield Channel.POLICE, None, Shut(why="shut_police_record_first")


def _other_bodies(assessment: Assessment) -> Iterator[tuple[Channel, Party]]:
    """The dispute bodies that could hear the case beside the two with rules of their own.

    The communications administration is not among them: it is only proposed for reports.
    """
    if respondent := regulator_respondent(assessment):
        yield Channel.CONSUMER_ASSOCIATION, respondent
        yield Channel.GOVERNMENT_HOTLINE, respondent
    if assessment.situation.answers_for(Party.CARRIER):
        yield Channel.CONSUMER_ASSOCIATION, Party.CARRIER
        yield Channel.GOVERNMENT_HOTLINE, Party.CARRIER
    yield from courts_in_question(assessment)
