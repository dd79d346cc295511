"""What to do with the market regulator, with who mediates in its place, and reports apart."""

from __future__ import annotations

from collections.abc import Iterator

from cases.assessment import Assessment
from cases.assessment import conditions as c
from cases.assessment.situation import Situation
from cases.lanes import Shut, blocking, filing_by, heard_in_vain, judged, shut_by_filing
from cases.plan.due import Due, Proposed
from cases.plan.seller import seller_owes, settlement_failed
from cases.vocabulary import Channel, Party, Stage, When

C = Channel


def regulator_respondent(assessment: Assessment) -> Party | None:
    """Whom a complaint to the market regulator is about, if there is a subject for one."""
    s = assessment.situation
    if s.trader is None:
        return None
    sellers = [p for p in s.holders if p not in (Party.CARRIER, Party.INDIVIDUAL)]
    if seller_owes(s):
        return sellers[0] if sellers else s.trader
    subjects = (
        s.stage is Stage.AWAITING_SUBMISSION,
        assessment.finds("promise_binds"),
        assessment.finds("misleading_promotion"),
    )
    return s.trader if any(subjects) else None


def market_regulator_complaint(assessment: Assessment) -> Iterator[Proposed]:
    respondent = regulator_respondent(assessment)
    if respondent and regulator_shut(assessment, respondent) is None:
        yield respondent, _of_regulator(assessment.situation)


def regulator_shut(assessment: Assessment, respondent: Party) -> Shut | None:
    """Why the market regulator would refuse the complaint, if it would."""
    s, channel = assessment.situation, C.MARKET_REGULATOR_COMPLAINT
    if s.facts.consumer.business_use:
        return Shut(why="shut_regulator_business")
    filing = filing_by(s.facts, channel, respondent)
    if filing and not filing.open:
        return Shut(why="shut_regulator_done")
    return shut_by_filing(s.facts, respondent, but=channel, knowledge=s.knowledge)


def _of_regulator(s: Situation) -> Due:
    if not s.asked_seller and not s.facts.dealings.unreachable:
        return Due(When.IF_NEEDED, "why_regulator_if_needed")
    if settlement_failed(s):
        return Due(When.NOW, "why_regulator_now")
    period = s.refund_delay if seller_owes(s) else None
    if period:
        return Due(When.LATER, "why_regulator_later", opens_on=period.escalate_on)
    return Due(When.IF_NEEDED, "why_regulator_if_needed")


def consumer_association(assessment: Assessment) -> Iterator[Proposed]:
    yield from _in_its_place(assessment, C.CONSUMER_ASSOCIATION, "why_association")


def government_hotline(assessment: Assessment) -> Iterator[Proposed]:
    """It hands the complaint to the market regulator, so what shuts one door shuts the other."""
    respondent = regulator_respondent(assessment)
    if respondent and regulator_shut(assessment, respondent) is None:
        yield from _in_its_place(assessment, C.GOVERNMENT_HOTLINE, "why_hotline")


def _in_its_place(assessment: Assessment, channel: Channel, why: str) -> Iterator[Proposed]:
    s = assessment.situation
    respondent = regulator_respondent(assessment)
    if respondent is None or s.facts.consumer.business_use or judged(s.facts, respondent):
        return
    in_vain = settlement_failed(s) or heard_in_vain(s.facts, respondent)
    if in_vain and blocking(s.facts, respondent, but=channel) is None:
        yield respondent, Due(When.IF_NEEDED, why)


REPORTED = (
    "false_advertisement",
    "misleading_promotion",
    "undisclosed_fee",
    "penalised_unfair_terms",
)


def market_regulator_report(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    if s.trader and any(assessment.finds(ground) for ground in REPORTED):
        now = c.page_kept(s) and assessment.finds("false_advertisement")
        yield s.trader, Due(When.NOW if now else When.IF_NEEDED, "why_report")


def illegal_content_report(assessment: Assessment) -> Iterator[Proposed]:
    s = assessment.situation
    online = c.sold_online(s) is not False
    if s.trader and online and c.page_misled(s) and c.page_kept(s):
        yield s.trader, Due(When.IF_NEEDED, "why_illegal_content")
