"""From the answers that count to the plan that is kept, and the columns of the desk's list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from cases.assessment import assess
from cases.facts import Facts, facts_from
from cases.knowledge import load
from cases.plan import ActionPlan, make_plan
from cases.renderings.plan_json import as_json
from cases.services.plans import Summary
from cases.views.verdict import verdict


def build(
    answers: Mapping[str, Mapping[str, Any]], on: date
) -> tuple[dict[str, Any], str, Summary]:
    """(plan as JSON, knowledge version, summary for the desk). Raises FactsRefused."""
    facts = facts_from(answers, on=on)
    plan = make_plan(assess(facts, load(), on=on))
    # With the answers it was made from: what was said stays whole when they change.
    content = as_json(plan) | {"drawing": _drawing(plan), "answers": answers}
    return content, plan.knowledge_version, _summary(plan, facts)


def _drawing(plan: ActionPlan) -> dict[str, Any]:
    """The three parties as they stood when the plan was made."""
    drawn = verdict(plan.assessment.situation)
    return {
        "places": [asdict(place) for place in drawn.places],
        "assumed": drawn.assumed,
        "order_at": drawn.order_at,
        "money_at": drawn.money_at,
        "stopped_by": drawn.stopped_by,
    }


def _summary(plan: ActionPlan, facts: Facts) -> Summary:
    return Summary(
        stage=plan.assessment.stage.id,
        carrier=facts.carrier.name or "",
        sales_channel=facts.order.sales_channel or "",
        payee=facts.payment.payee or "",
        amount=plan.assessment.situation.outstanding,
        next_on=_next_day(plan),
        seller=facts.order.seller_company or facts.order.seller_name,
    )


def _next_day(plan: ActionPlan) -> date | None:
    """The next day on which something ends or opens for the person."""
    ends = [row.ends_on for row in plan.deadlines if row.ends_on >= plan.on]
    opens = [action.opens_on for action in plan.actions if action.opens_on]
    return min([*ends, *opens], default=None)
