"""Which body may hear which dispute, and what blocks what (`domain.md` 3.0).

Two official bodies refuse a dispute that another body has taken on. So a dispute, one respondent
and one subject, goes to one of them at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cases.deadlines import DAY, Deadline, count
from cases.facts import Facts, Filing
from cases.knowledge import Knowledge
from cases.vocabulary import (
    CardKind,
    CarrierRecord,
    CarrierReply,
    Channel,
    FilingOutcome,
    Matter,
    Party,
    When,
)

DISPUTE_BODIES = frozenset(
    {
        Channel.MARKET_REGULATOR_COMPLAINT,
        Channel.CONSUMER_ASSOCIATION,
        Channel.GOVERNMENT_HOTLINE,
        Channel.TELECOM_ESCALATION,
        Channel.COMMUNICATIONS_ADMINISTRATION,
        Channel.SMALL_CLAIMS_COURT,
        Channel.INTERNET_COURT,
    }
)
COURTS = (Channel.SMALL_CLAIMS_COURT, Channel.INTERNET_COURT)
# What a body's own period is counted from acceptance; a body that is not here has none.
BODY_PERIODS = {
    Channel.MARKET_REGULATOR_COMPLAINT: "mediation_60d",
    Channel.TELECOM_ESCALATION: "escalation_answer_30d",
    Channel.SMALL_CLAIMS_COURT: "small_claim_2m",
    Channel.INTERNET_COURT: "small_claim_2m",
}
# Where the carrier answers for one of these, the way to its regulator is part of the plan at once.
ESCALATED = frozenset({Matter.BALANCE, Matter.CLOSURE, Matter.ACTIVATION_RECORD})
REFUSALS = frozenset(CarrierReply) - {CarrierReply.NONE, CarrierReply.ACCEPTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """An official channel that may be used: `opens_on` only when that is later than the plan."""

    when: When
    opens_on: date | None = None
    by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut:
    """An official channel that must not be used: `why` names a phrase, `opens_on` its end."""

    why: str
    opens_on: date | None = None


def filing_by(facts: Facts, channel: Channel, against: Party | None) -> Filing | None:
    """The newest filing by a channel against a party; one that names no party counts for any.

    Where nobody is complained about, `against` None, the channel alone decides.
    """
    filed = [filing for filing in facts.filings if filing.channel is channel]
    found = [filing for filing in filed if against is None or filing.against in (against, None)]
    return max(found, key=lambda filing: filing.on or date.min, default=None)


def blocking(facts: Facts, against: Party, *, but: Channel) -> Filing | None:
    """An open filing with another dispute body against the same party, if there is one."""
    return next(
        (
            filing
            for filing in facts.filings
            if filing.open
            and filing.channel in DISPUTE_BODIES
            and filing.channel is not but
            and _concerns(filing, against)
        ),
        None,
    )


def heard_in_vain(facts: Facts, against: Party) -> bool:
    """Whether a dispute body turned the dispute down or ended without settling it."""
    return any(
        filing.channel in DISPUTE_BODIES
        and filing.outcome in (FilingOutcome.REFUSED, FilingOutcome.ENDED)
        and _concerns(filing, against)
        for filing in facts.filings
    )


def judged(facts: Facts, against: Party) -> bool:
    """Whether a court is done with the dispute: it took it on, and that is over."""
    return any(
        filing.channel in COURTS
        and not filing.open
        and filing.outcome is not FilingOutcome.REFUSED
        and _concerns(filing, against)
        for filing in facts.filings
    )


def _concerns(filing: Filing, party: Party) -> bool:
    """Whether a filing is about a party; one that names none is, where its body could hear it."""
    if filing.against:
        return filing.against is party
    if filing.channel is Channel.MARKET_REGULATOR_COMPLAINT:
        return party is not Party.CARRIER
    telecom = (Channel.TELECOM_ESCALATION, Channel.COMMUNICATIONS_ADMINISTRATION)
    return party is Party.CARRIER or filing.channel not in telecom


def last_day_of(filing: Filing, knowledge: Knowledge) -> date | None:
    """The last day a body has for a filing; None when nothing says so."""
    name, since = BODY_PERIODS.get(filing.channel), filing.accepted_on
    if filing.channel is Channel.TELECOM_ESCALATION:
        since = filing.on or since  # 电信条例 39(1): from receipt, not from acceptance
    if since is None and filing.on and filing.channel is Channel.MARKET_REGULATOR_COMPLAINT:
        since = count("regulator_decision_7wd", knowledge, since=filing.on).ends_on
    since = since or filing.on
    return count(name, knowledge, since=since).ends_on if name and since else None


def shut_by_filing(
    facts: Facts, against: Party, *, but: Channel, knowledge: Knowledge
) -> Shut | None:
    """Why a dispute body must wait for another one, if it must.

    No rule lets a court refuse because somebody mediates: it is advised against, not barred.
    """
    if (filing := blocking(facts, against, but=but)) is None:
        return None
    last = last_day_of(filing, knowledge)
    mediating = but in COURTS and filing.channel not in COURTS
    why = "shut_court_while_open" if mediating else "shut_by_filing"
    return Shut(why=why, opens_on=last + DAY if last else None)


def escalation(
    facts: Facts,
    matters: frozenset[Matter],
    *,
    complained: bool,
    deadline: Deadline | None,
    event_on: date | None,
    on: date,
    knowledge: Knowledge,
) -> Door | Shut:
    """The telecom escalation: open, open later, or shut and why.

    `matters` is what the carrier answers for, `deadline` the carrier's fifteen days.
    """
    if facts.order.card_kind is CardKind.IOT:
        return Shut(why="shut_escalation_iot")
    if filed := filing_by(facts, Channel.TELECOM_ESCALATION, Party.CARRIER):
        last = last_day_of(filed, knowledge)
        by = last if last and last >= on else None
        return Door(when=When.WAITING, by=by) if filed.open else Shut(why="shut_escalation_done")
    if shut := shut_by_filing(
        facts, Party.CARRIER, but=Channel.TELECOM_ESCALATION, knowledge=knowledge
    ):
        return shut
    if too_late(facts, event_on=event_on, on=on, knowledge=knowledge):
        return Shut(why="shut_escalation_too_late")
    if not complained:
        opens_on = deadline.escalate_on if deadline and matters & ESCALATED else None
        return (
            Door(when=When.LATER, opens_on=opens_on)
            if opens_on
            else Shut(why="shut_escalation_first")
        )
    if facts.signals.carrier_record is CarrierRecord.CANCELLED and not matters:
        return Shut(why="shut_escalation_settled")
    return _after_complaint(facts, deadline, on)


def _after_complaint(facts: Facts, deadline: Deadline | None, on: date) -> Door:
    if facts.carrier.reply in REFUSALS:
        return Door(when=When.NOW)
    opens_on = deadline.escalate_on if deadline else None
    if opens_on is None or on >= opens_on:
        return Door(when=When.NOW)
    if facts.carrier.reply is CarrierReply.ACCEPTED:
        return Door(when=When.IF_NEEDED, opens_on=opens_on)
    return Door(when=When.LATER, opens_on=opens_on)


def too_late(facts: Facts, *, event_on: date | None, on: date, knowledge: Knowledge) -> bool:
    """Whether the five months of a dispute about a charge, or two years of another, are over."""
    fee_on = facts.carrier.fee_event_on
    name, since = ("escalation_fee_5m", fee_on) if fee_on else ("escalation_other_2y", event_on)
    return since is not None and on > count(name, knowledge, since=since).ends_on


def silence_over(since: date, days: int) -> date:
    """The day on which our plan goes on after `days` without an answer; a default, not law."""
    return since + timedelta(days=days)
