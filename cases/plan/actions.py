"""The actions of a plan: what each channel proposes, in the order to do it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cases.assessment import Assessment
from cases.assessment.situation import Situation
from cases.facts import Filing
from cases.lanes import COURTS, DISPUTE_BODIES, filing_by, last_day_of
from cases.plan.carrier import (
    carrier_complaint,
    carrier_group,
    communications_administration,
    telecom_escalation,
)
from cases.plan.court import court_cost, internet_court, small_claims_court
from cases.plan.due import Due, Proposal, Proposed, not_past
from cases.plan.name_misused import number_check, police
from cases.plan.order import ORDERS
from cases.plan.parcel import postal_escalation
from cases.plan.personal_data import cyberspace_administration, spam_report
from cases.plan.regulator import (
    consumer_association,
    government_hotline,
    illegal_content_report,
    market_regulator_complaint,
    market_regulator_report,
)
from cases.plan.seller import (
    affiliate_management,
    affiliate_service,
    heimao,
    marketplace,
    payment_provider,
)
from cases.vocabulary import Channel, EvidenceKind, FilingOutcome, Party, When

C = Channel
RANK = {When.NOW: 0, When.WAITING: 0, When.LATER: 1, When.IF_NEEDED: 2}
PROPOSALS: Mapping[Channel, Proposal] = {
    C.NUMBER_CHECK: number_check,
    C.CARRIER_COMPLAINT: carrier_complaint,
    C.AFFILIATE_SERVICE: affiliate_service,
    C.MARKETPLACE: marketplace,
    C.PAYMENT_PROVIDER: payment_provider,
    C.AFFILIATE_MANAGEMENT: affiliate_management,
    C.TELECOM_ESCALATION: telecom_escalation,
    C.MARKET_REGULATOR_COMPLAINT: market_regulator_complaint,
    C.MARKET_REGULATOR_REPORT: market_regulator_report,
    C.POLICE: police,
    C.COMMUNICATIONS_ADMINISTRATION: communications_administration,
    C.CARRIER_GROUP: carrier_group,
    C.CONSUMER_ASSOCIATION: consumer_association,
    C.GOVERNMENT_HOTLINE: government_hotline,
    C.HEIMAO: heimao,
    C.ILLEGAL_CONTENT_REPORT: illegal_content_report,
    C.CYBERSPACE_ADMINISTRATION: cyberspace_administration,
    C.SPAM_REPORT: spam_report,
    C.POSTAL_ESCALATION: postal_escalation,
    C.SMALL_CLAIMS_COURT: small_claims_court,
    C.INTERNET_COURT: internet_court,
}
NOBODY = frozenset({C.NUMBER_CHECK, C.POLICE, C.SPAM_REPORT, C.POSTAL_ESCALATION})
# Whose filings the facts of the case tell already (`assessment/filings.py`).
TOLD = frozenset({C.CARRIER_COMPLAINT, C.AFFILIATE_SERVICE})
# Where one written follow-up makes sense after a first attempt that led to nothing.
FOLLOWED_UP = frozenset(
    {
        C.AFFILIATE_SERVICE,
        C.AFFILIATE_MANAGEMENT,
        C.MARKETPLACE,
        C.PAYMENT_PROVIDER,
        C.CARRIER_GROUP,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do. `respondent` is None where nobody is complained about; `why` a sentence,
    `cost` one where this case's own sum is known."""

    channel: Channel
    respondent: Party | None
    when: When
    opens_on: date | None
    by: date | None
    why: str
    letter: bool
    evidence: tuple[EvidenceKind, ...]
    if_refused: str
    cost: str | None


def propose(assessment: Assessment) -> tuple[Action, ...]:
    """The actions in the order to do them; at least one of them can be done today."""
    s = assessment.situation
    proposed = [
        (channel, party, due)
        for channel, proposal in PROPOSALS.items()
        for party, due in _with_filings(s, channel, list(proposal(assessment)))
    ]
    if not any(due.when in (When.NOW, When.WAITING) for _, _, due in proposed):
        proposed = [entry for entry in proposed if entry[0] is not C.NUMBER_CHECK]
        proposed.append((C.NUMBER_CHECK, None, Due(When.NOW, "why_number_check_anyway")))
    order = ORDERS[s.stage]
    proposed.sort(
        key=lambda entry: (
            RANK[entry[2].when],
            (entry[2].when is When.LATER and entry[2].opens_on) or date.min,
            order.index(entry[0]),
        )
    )
    return tuple(_action(s, channel, party, due) for channel, party, due in proposed)


def _action(s: Situation, channel: Channel, party: Party | None, due: Due) -> Action:
    card = s.knowledge.channels[channel]
    return Action(
        channel=channel,
        respondent=party,
        when=due.when,
        opens_on=due.opens_on,
        by=due.by,
        why=s.knowledge.phrase(due.why),
        letter=card.takes_text,
        evidence=_evidence(s, channel, party),
        if_refused=card.if_refused,
        cost=court_cost(s, party) if channel in COURTS else None,
    )


def _evidence(s: Situation, channel: Channel, party: Party | None) -> tuple[EvidenceKind, ...]:
    """What the card names and the case can have; against the carrier the bill, too, where a charge
    is disputed."""
    named = s.knowledge.channels[channel].evidence
    kinds = tuple(kind for kind in named if not _never_came(s, kind))
    disputed = party is Party.CARRIER and s.facts.carrier.fee_event_on is not None
    return (*kinds, EvidenceKind.BILL) if disputed and EvidenceKind.BILL not in kinds else kinds


def _never_came(s: Situation, kind: EvidenceKind) -> bool:
    """Whether it is a message that the person knows not to have got."""
    none_came = s.facts.signals.activation_notice is False
    at_hand = kind in (s.facts.evidence or ())
    return kind is EvidenceKind.ACTIVATION_SMS and none_came and not at_hand


def _with_filings(s: Situation, channel: Channel, proposed: list[Proposed]) -> Iterator[Proposed]:
    """The proposals of a channel, seen with what was filed there: waiting, or served and gone."""
    for party, due in proposed:
        filing = filing_by(s.facts, channel, party)
        if filing is None or (channel in TOLD and filing.outcome is not FilingOutcome.SETTLED):
            yield party, due
        elif filing.open:
            yield party, _filed(s, filing)
        elif filing.outcome is not FilingOutcome.SETTLED and channel in FOLLOWED_UP:
            yield party, Due(When.NOW, "why_follow_up_seller")
    known = {party for party, _ in proposed}
    for filing in s.facts.filings:
        if filing.channel is channel and filing.open and channel not in TOLD:
            party = None if channel in NOBODY else filing.against
            if party not in known and _heard(s, channel, party):
                known.add(party)
                yield party, _filed(s, filing)


def _heard(s: Situation, channel: Channel, party: Party | None) -> bool:
    """Whether a filing is one that its body can hear; only carriers are escalated against."""
    if channel is C.TELECOM_ESCALATION:
        return party is Party.CARRIER and not s.iot
    return bool(party) or channel in NOBODY


def _filed(s: Situation, filing: Filing) -> Due:
    by = not_past(s, last_day_of(filing, s.knowledge))
    why = "why_already_filed" if filing.channel in DISPUTE_BODIES else "why_filed_beside"
    if filing.channel is C.POLICE:
        why = "why_police_filed"
    return Due(When.WAITING, why, by=by)
