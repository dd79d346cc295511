"""The plan as the JSON object of `contract.md`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cases.assessment import cites_for
from cases.assessment.opponent import Linked, chain
from cases.assessment.weighing import Finding
from cases.assessment.wording import label
from cases.deadlines import Deadline
from cases.knowledge.schema import Cite
from cases.plan import Action, ActionPlan
from cases.renderings.chronicle import NO_MONTHS, Months
from cases.renderings.letters import Letter, write_letters
from cases.vocabulary import Channel, Length, Link


def as_json(plan: ActionPlan, *, months: Months = NO_MONTHS) -> dict[str, Any]:
    """The plan with its letters, in JSON values: dates as YYYY-MM-DD, members as their names.

    `months` are those that the letters may say where a day is not known.
    """
    assessment, knowledge = plan.assessment, plan.assessment.situation.knowledge
    stage = assessment.stage
    return {
        "on": plan.on.isoformat(),
        "knowledge_version": plan.knowledge_version,
        "checked_on": knowledge.checked_on.isoformat(),
        "stage": {
            "id": stage.id,
            "certainty": stage.certainty,
            "because": list(stage.because),
            "contradictions": list(stage.contradictions),
        },
        "responsible": [
            {"party": party, "for": matter} for party, matter in assessment.responsible
        ],
        "private_seller": assessment.situation.private_seller,
        "chain": [
            _linked(link, assessment.situation.facts.order.seller_name)
            for link in chain(assessment.situation)
        ],
        "findings": [_finding(f, plan) for f in assessment.findings],
        "background": [_finding(f, plan) for f in assessment.background],
        "circumstances": [_circumstance(name, plan) for name in assessment.circumstances],
        "actions": [_action(action) for action in plan.actions],
        "cards": {action.channel: _card(plan, action.channel) for action in plan.actions},
        "withheld": [
            {
                "channel": row.channel,
                "respondent": row.respondent,
                "why": row.why,
                "opens_on": _day(row.opens_on),
            }
            for row in plan.withheld
        ],
        "deadlines": [_deadline(row, plan) for row in plan.deadlines],
        "letters": [_letter(letter, plan) for letter in write_letters(plan, months=months)],
        "months": dict(months),
        "evidence": [
            {
                "id": item.id,
                "name": label(knowledge, item.id),
                "have": item.have,
                "proves": item.proves,
                "how": item.how,
                "vanishes": item.vanishes,
            }
            for item in plan.evidence
        ],
        "warnings": [{"id": name, "text": knowledge.cautions[name]} for name in plan.warnings],
        "precautions": [
            {
                "id": name,
                "text": item.text,
                "why": item.why,
                "look_at": item.look_at,
                "ask": item.ask,
                "moment": item.moment,
            }
            for name, item in knowledge.precautions.items()
        ],
    }


# In the plan itself these stand beside each action; the reviews are for us.
NOT_IN_CARD = {
    "review",
    "evidence",
    "if_refused",
    "takes_text",
    "silence_days",
    "limits",
    "usual",
    "contacts",
    "receiver",
    "fields",
}


def _card(plan: ActionPlan, channel: Channel) -> dict[str, Any]:
    """The card of a channel; of the carriers' own contacts only those of this case's carrier."""
    s = plan.assessment.situation
    card, carrier = s.knowledge.channels[channel], s.facts.carrier.name
    contacts = [c for c in card.contacts if None in (carrier, c.carrier) or c.carrier is carrier]
    return {
        **card.model_dump(mode="json", exclude=NOT_IN_CARD),
        "contacts": [contact.model_dump(mode="json") for contact in contacts],
        "overdue": card.overdue(plan.on),
    }


def _day(day: object) -> str | None:
    return str(day) if day else None


def _linked(link: Linked, shop: str | None) -> dict[str, Any]:
    """A link; the seller's also with the name of the shop, where another name was found for it."""
    row = {
        "role": link.role,
        "name": link.name,
        "certainty": link.certainty,
        "from": list(link.signs),
    }
    if link.role is Link.SELLER and shop and shop != link.name:
        row["shop"] = shop
    return row


def _finding(finding: Finding, plan: ActionPlan) -> dict[str, Any]:
    knowledge = plan.assessment.situation.knowledge
    ground = knowledge.grounds[finding.ground]
    return {
        "ground": finding.ground,
        "title": ground.title,
        "explanation": ground.explanation,
        "strength": finding.strength,
        "tier": ground.tier,
        "confidence": ground.confidence,
        "against": finding.against,
        "because": list(finding.because),
        "missing": list(finding.missing),
        "citations": [
            _citation(cite, plan) for cite in cites_for(plan.assessment.situation, finding.ground)
        ],
        "not_considered": list(ground.not_considered),
        "checked_on": ground.review.on.isoformat(),
        "overdue": finding.overdue,
    }


def _circumstance(name: str, plan: ActionPlan) -> dict[str, Any]:
    s = plan.assessment.situation
    row = s.knowledge.circumstances[name]
    return {
        "id": name,
        "row": row.row,
        "title": row.title,
        "says": row.says.format_map(s.words),
        "steps": list(row.steps),
        "never": list(row.never),
    }


def _citation(cite: Cite, plan: ActionPlan) -> Mapping[str, Any]:
    knowledge = plan.assessment.situation.knowledge
    law, article = knowledge.laws[cite.law], knowledge.article(cite, plan.on)
    span = knowledge.in_force(cite, plan.on)
    return {
        "law": cite.law,
        "title": law.title,
        "article": cite.article,
        "paragraph": cite.paragraph,
        "item": cite.item,
        "since": _day(span and span.since_known and span.since),
        "summary": article.summary if article else None,
        "url": law.source,
    }


def _action(action: Action) -> dict[str, Any]:
    return {
        "channel": action.channel,
        "respondent": action.respondent,
        "when": action.when,
        "opens_on": _day(action.opens_on),
        "by": _day(action.by),
        "why": action.why,
        "letter": action.letter,
        "evidence": list(action.evidence),
        "if_refused": action.if_refused,
        "cost": action.cost,
    }


def _deadline(row: Deadline, plan: ActionPlan) -> dict[str, Any]:
    period = plan.assessment.situation.knowledge.deadlines[row.id]
    return {
        "id": row.id,
        "title": period.title,
        "use": period.use,
        "whose": row.whose,
        "starts_on": _day(row.starts_on),
        "ends_on": _day(row.ends_on),
        "safe_on": _day(row.safe_on),
        "escalate_on": _day(row.escalate_on),
        "statutory": row.statutory,
        "estimated": row.estimated,
        "sum": row.sum,
        "answered": row.answered,
        "source": row.source,
        "not_considered": list(period.not_considered),
        "overdue": period.overdue(plan.on),
    }


def _letter(letter: Letter, plan: ActionPlan) -> dict[str, Any]:
    claims = plan.assessment.situation.knowledge.claims
    return {
        "channel": letter.channel,
        "respondent": letter.respondent,
        "title": letter.title,
        "facts": letter.facts,
        "requests": letter.requests,
        "text": letter.text,
        "shorter": [_shorter(letter, length, plan) for length in letter.shorter],
        "usual": plan.assessment.situation.knowledge.channels[letter.channel].usual,
        "claims": [
            {"name": line.name, "text": line.text, "proof": list(claims.get(line.name, ()))}
            for line in letter.claims
        ],
    }


def _shorter(letter: Letter, length: Length, plan: ActionPlan) -> dict[str, Any]:
    card = plan.assessment.situation.knowledge.channels[letter.channel]
    limit = card.limit(length, plan.on)
    return {
        "length": length,
        "text": letter.shorter[length],
        "limit": limit and limit.characters,
        "verified": bool(limit and limit.verified),
    }
