"""The plan as the JSON object of `contract.md`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cases.assessment import cites_in_force
from cases.assessment.weighing import Finding
from cases.assessment.wording import label
from cases.deadlines import Deadline
from cases.knowledge import Knowledge
from cases.knowledge.schema import Cite
from cases.plan import Action, ActionPlan
from cases.renderings.letters import Letter, write_letters
from cases.vocabulary import Channel


def as_json(plan: ActionPlan) -> dict[str, Any]:
    """The plan with its letters, in JSON values: dates as YYYY-MM-DD, members as their names."""
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
        "findings": [_finding(f, plan) for f in assessment.findings],
        "background": [_finding(f, plan) for f in assessment.background],
        "actions": [_action(action) for action in plan.actions],
        "cards": {action.channel: _card(knowledge, action.channel) for action in plan.actions},
        "withheld": [
            {
                "channel": row.channel,
                "respondent": row.respondent,
                "why": row.why,
                "opens_on": _day(row.opens_on),
            }
            for row in plan.withheld
        ],
        "deadlines": [_deadline(row, knowledge) for row in plan.deadlines],
        "letters": [_letter(letter) for letter in write_letters(plan)],
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
            {"id": name, "text": item.text, "why": item.why}
            for name, item in knowledge.precautions.items()
        ],
    }


# In the plan itself these stand beside each action; the reviews are for us.
NOT_IN_CARD = {"review", "evidence", "if_refused", "takes_text", "silence_days"}


def _card(knowledge: Knowledge, channel: Channel) -> dict[str, Any]:
    return knowledge.channels[channel].model_dump(mode="json", exclude=NOT_IN_CARD)


def _day(day: object) -> str | None:
    return str(day) if day else None


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
            _citation(cite, plan) for cite in cites_in_force(knowledge, finding.ground, plan.on)
        ],
        "not_considered": list(ground.not_considered),
        "checked_on": ground.review.on.isoformat(),
    }


def _citation(cite: Cite, plan: ActionPlan) -> Mapping[str, Any]:
    knowledge = plan.assessment.situation.knowledge
    law, article = knowledge.laws[cite.law], knowledge.article(cite, plan.on)
    return {
        "law": cite.law,
        "title": law.title,
        "article": cite.article,
        "paragraph": cite.paragraph,
        "item": cite.item,
        "since": _day(article and article.since),
        "url": (article and article.url) or law.source,
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
    }


def _deadline(row: Deadline, knowledge: Knowledge) -> dict[str, Any]:
    period = knowledge.deadlines[row.id]
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
        "source": row.source,
        "not_considered": list(period.not_considered),
    }


def _letter(letter: Letter) -> dict[str, Any]:
    return {
        "channel": letter.channel,
        "respondent": letter.respondent,
        "title": letter.title,
        "facts": letter.facts,
        "requests": letter.requests,
        "text": letter.text,
    }
