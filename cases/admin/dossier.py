"""What the case page shows: the answers that count, the evidence, the newest plan, every plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from cases import knowledge
from cases.admin import contradictions, feedback, timeline
from cases.admin.masking import NUMBERS_ONLY, Mask, mask_for, mask_plan
from cases.admin.timeline import ShownNote
from cases.encryption import DecryptionFailed
from cases.facts import FactsRefused
from cases.models import Case, Exhibit, Plan
from cases.renderings.outline import outline, with_edits
from cases.services import exhibits, reveals
from cases.wizard.answers import Answers, clean_answers
from cases.wizard.fields import Question, Words
from cases.wizard.steps import BY_NAME, PARTS, Step, Walk, walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question and its answer in words.

    `name` is the question's, empty for a line that answers none. `masked` says that the words
    are cut short, `until` when they will be again. A question with several rows has its `title`
    above the first of them; one that is `alone` has none. `notes` stand at the last row.
    """

    step: str
    name: str
    label: Words
    words: str
    masked: bool = False
    until: datetime | None = None
    contradictions: tuple[str, ...] = ()
    title: Words = ""
    alone: bool = False
    last: bool = False
    notes: tuple[ShownNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One plan of the case, and whether our content has changed since it was made."""

    plan: Plan
    outdated: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What a person told: all answers, those that count and their rows, nothing masked yet."""

    answers: Answers
    counted: Answers
    rows: tuple[Row, ...]

    def texts(self, names: Iterable[str]) -> list[str]:
        """What stands in the rows of these names."""
        wanted = set(names)
        return [row.words for row in self.rows if row.name in wanted]

    def mask(self, opened: Iterable[str] = ()) -> Mask:
        """The mask of the case; the rows of these names stay readable."""
        return mask_for(self.answers, clear=self.texts(opened))

    def masked(self) -> set[str]:
        """The names of the rows that are cut short until somebody asks to see them."""
        mask = self.mask()
        return {row.name for row in self.rows if row.name and mask.text(row.words) != row.words}


def context(case: Case, user: User) -> dict[str, Any]:
    """Everything the template of the case page needs that belongs to the case."""
    told, opened = told_by(case, timezone.localdate()), reveals.open_to(user, case)
    mask = told.mask(opened) if told else NUMBERS_ONLY
    made = versions(case)
    plan = plan_shown(made[0].plan, clear=told.texts(opened) if told else ()) if made else None
    notes = timeline.shown_notes(case, mask, opened)
    return {
        "case": case,
        "damaged": told is None or bool(made and plan is None),
        "changed": bool(told and plan and made[0].plan.content["answers"] != told.counted),
        "facts": facts(told, opened, plan, notes) if told else [],
        "versions": made,
        "newest": made[0] if made else None,
        "plan": plan,
        "exhibits": exhibits_shown(case, mask),
        "timeline": timeline.entries(case, mask, opened, notes, [each.plan for each in made]),
        "said": timeline.exchange(case, mask, opened),
        "reasons": reveals.Reason.choices,
        **feedback.context(case),
    }


def fields_masked(case: Case) -> set[str]:
    """The names of what may be asked to be seen whole."""
    told = told_by(case, timezone.localdate())
    return (told.masked() if told else set()) | {timeline.NOTES, timeline.MESSAGES}


def told_by(case: Case, on: date) -> Told | None:
    """What the person told; None when the cell cannot be opened."""
    try:
        answers = clean_answers(case.answers)
    except DecryptionFailed:
        return None
    replay = walk(answers)
    asked = [step for step in replay.asked if step.name in replay.counted]
    rows = tuple(row for step in asked for row in _rows(replay, step, on))
    return Told(answers, replay.counted, rows)


def facts(
    told: Told,
    opened: Mapping[str, datetime],
    plan: Mapping[str, Any] | None,
    notes: Collection[ShownNote],
) -> list[tuple[Words, list[Row]]]:
    """(part of the wizard, its questions and answers in words), personal data masked."""
    odd = contradictions.by_question(plan["stage"]["contradictions"] if plan else ())
    mask = told.mask(opened)
    rows = [_shown(row, mask, opened, odd, notes) for row in told.rows]
    parts = [(part, [row for row in rows if BY_NAME[row.step].part == part]) for part in PARTS]
    return [(part, found) for part, found in parts if found]


def plan_shown(plan: Plan, *, clear: Collection[str] = ()) -> dict[str, Any] | None:
    """The plan as its page and its PDF show it, letters masked; None when it cannot be opened."""
    try:
        return outline(mask_plan(with_edits(plan.content, plan.edits), clear=clear))
    except DecryptionFailed:
        return None


def versions(case: Case) -> list[Version]:
    """Every plan, the newest first; what they say is read only when it is needed."""
    current = knowledge.load().version
    plans = case.plans.defer("content", "edits")
    return [Version(plan, plan.knowledge_version != current) for plan in plans]


def exhibits_shown(case: Case, mask: Mask) -> list[dict[str, Any]]:
    """The evidence in its order, what is said of it masked."""
    return [_exhibit(each, mask) for each in exhibits.of(case)]


def _exhibit(exhibit: Exhibit, mask: Mask) -> dict[str, Any]:
    names = knowledge.load().labels["evidence_kind"]
    try:
        said, boxes = exhibit.said, len(exhibit.boxes)
    except DecryptionFailed:
        said, boxes = {"label": _("无法解密")}, 0
    return {
        "pk": exhibit.pk,
        "kind": names.get(exhibit.kind, exhibit.kind),
        "label": mask.text(said.get("label", "")),
        "proves": mask.text(said.get("proves", "")),
        "boxes": boxes,
    }


def _shown(
    row: Row,
    mask: Mask,
    opened: Mapping[str, datetime],
    odd: Mapping[str, list[str]],
    notes: Collection[ShownNote],
) -> Row:
    words = row.words if row.name in opened else mask.text(row.words)
    return replace(
        row,
        words=words,
        masked=bool(row.name) and words != row.words,
        until=opened.get(row.name),
        contradictions=tuple(odd.get(row.name, ())),
        notes=tuple(each for each in notes if row.last and each.about == row.step),
    )


def _rows(replay: Walk, step: Step, on: date) -> Iterator[Row]:
    said = _said(replay, step, on)
    alone = len(said) == 1
    for index, (name, label, words) in enumerate(said, start=1):
        yield Row(
            step=step.name,
            name=name,
            label=label,
            words=words,
            title=step.form.title if index == 1 and not alone else "",
            alone=alone,
            last=index == len(said),
        )


def _said(replay: Walk, step: Step, on: date) -> list[tuple[str, Words, str]]:
    """(name of the question, its label, the answer in words)."""
    answer = replay.counted[step.name]
    try:
        form = step.form(_filings(answer), answers=replay.before(step.name), on=on)
        names = [name for name, each in form.fields.items() if isinstance(each, Question)]
        said = zip_longest(names, form.said(answer), fillvalue="")
        return [(name, *words) for name, words in said]
    except FactsRefused:
        # A change further up made the answers impossible together; the person is asked anew.
        return [("", step.form.title, _("前面的回答互相矛盾，要重新回答"))]


def _filings(answer: Mapping[str, Any]) -> MultiValueDict[str, str] | None:
    """What tells the page about filings how many of each there are."""
    filed = Counter(f"{row['channel']}-count" for row in answer.get("filed") or ())
    return MultiValueDict({name: [str(number)] for name, number in filed.items()}) or None
