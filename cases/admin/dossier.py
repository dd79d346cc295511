"""What the case page shows: the answers that count, the newest plan, and every plan there was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cases import knowledge, services
from cases.admin.masking import Mask, mask_for, mask_plan
from cases.facts import FactsRefused
from cases.models import Case, Plan
from cases.renderings.outline import outline, with_edits
from cases.wizard.answers import clean_answers
from cases.wizard.fields import Words
from cases.wizard.steps import PARTS, Step, Walk, walk

Row = tuple[Words, str]


@dataclass(frozen=True, slots=True)
class Version:
    """One plan of the case, and whether our content has changed since it was made."""

    plan: Plan
    outdated: bool


def facts(case: Case, on: date) -> list[tuple[Words, list[Row]]]:
    """(part of the wizard, its questions and answers in words), personal data masked."""
    answers = clean_answers(case.answers)
    replay, mask = walk(answers), mask_for(answers)
    rows = [(part, list(_rows(replay, part, on, mask))) for part in PARTS]
    return [(part, found) for part, found in rows if found]


def plan_shown(plan: Plan) -> dict[str, Any]:
    """The plan as its page and its PDF show it, letters masked."""
    return outline(mask_plan(with_edits(plan.content, plan.edits)))


def versions(case: Case) -> list[Version]:
    """Every plan, the newest first; what they say is read only when it is needed."""
    current = knowledge.load().version
    plans = case.plans.defer("content", "edits")
    return [Version(plan, plan.knowledge_version != current) for plan in plans]


def exhibits_shown(case: Case) -> list[dict[str, Any]]:
    """The evidence of a submitted case in its order, what is said of it masked."""
    if case.submitted_at is None:
        return []
    names, mask = knowledge.load().labels["evidence_kind"], mask_for(clean_answers(case.answers))
    return [
        {
            "pk": each.pk,
            "kind": names.get(each.kind, each.kind),
            "label": mask.text(each.said.get("label", "")),
            "proves": mask.text(each.said.get("proves", "")),
            "boxes": len(each.boxes),
        }
        for each in services.exhibits.of(case)
    ]


def context(case: Case) -> dict[str, Any]:
    """Everything the template of the case page needs."""
    made = versions(case)
    newest = made[0] if made else None
    return {
        "case": case,
        "facts": facts(case, timezone.localdate()),
        "versions": made,
        "newest": newest,
        "plan": plan_shown(newest.plan) if newest else None,
        "exhibits": exhibits_shown(case),
    }


def _rows(replay: Walk, part: Words, on: date, mask: Mask) -> Iterator[Row]:
    for step in replay.asked:
        if step.part == part and step.name in replay.counted:
            for label, words in _said(replay, step, on):
                yield label, mask.text(words)


def _said(replay: Walk, step: Step, on: date) -> list[Row]:
    try:
        form = step.form(answers=replay.before(step.name), on=on)
        return list(form.said(replay.counted[step.name]))
    except FactsRefused:
        # A change further up made the answers impossible together; the person is asked anew.
        return [(step.form.title, _("前面的回答互相矛盾，要重新回答"))]
