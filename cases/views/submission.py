"""From the answers that count to the plan that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from cases.assessment import assess
from cases.facts import facts_from
from cases.knowledge import load
from cases.plan import ActionPlan, make_plan
from cases.renderings.plan_json import as_json
from cases.services.plans import Summary
from cases.views.summary import summary
from cases.views.verdict import verdict
from cases.wizard.forms.base import MONTHS


def build(
    answers: Mapping[str, Mapping[str, Any]], on: date
) -> tuple[dict[str, Any], str, Summary]:
    """(plan as JSON, knowledge version, summary for the desk). Raises FactsRefused."""
    facts = facts_from(answers, on=on)
    plan = make_plan(assess(facts, load(), on=on))
    # With the answers it was made from: what was said stays whole when they change.
    content = as_json(plan, months=_months(answers)) | {
        "drawing": _drawing(plan),
        "answers": answers,
    }
    return content, plan.knowledge_version, summary(plan, facts)


def _months(answers: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The month of every day that is not known, by question."""
    return {
        name: month for said in answers.values() for name, month in said.get(MONTHS, {}).items()
    }


def _drawing(plan: ActionPlan) -> dict[str, Any]:
    """The three parties as they stood when the plan was made."""
    drawn = verdict(plan.assessment.situation)
    return {
        "places": [asdict(place) for place in drawn.places],
        "assumed": drawn.assumed,
        "order_at": drawn.order_at,
        "money_at": drawn.money_at,
        "stopped_by": drawn.stopped_by,
        "maybe_open": drawn.maybe_open,
    }
