"""A case and the answers in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases import case_code
from cases.case_code import CaseCode
from cases.models import Case

DAY = timedelta(days=1)


class StaleAnswer(Exception):
    """The step was answered elsewhere after this form was shown.

    `current` is the case as it is now: `current.answers[step]` is the other answer,
    `current.version` what the next form must carry.
    """

    def __init__(self, *, current: Case) -> None:
        super().__init__("the step was answered elsewhere after this form was shown")
        self.current = current


def open_case() -> Case:
    """Make an empty case with a code of its own; `case.code` shows it."""
    code = _unused_code()
    return Case.objects.create(
        public_id=code.public_id,
        secret=code.secret,
        secret_hash=case_code.hash_secret(code.secret),
    )


def note_visit(case: Case) -> None:
    """Let the time a draft is kept start anew; writes at most once a day."""
    now = timezone.now()
    if now - case.updated_at >= DAY:
        Case.objects.filter(pk=case.pk).update(updated_at=now)


def save_step(
    case: Case,
    *,
    step: str,
    typed: Mapping[str, Sequence[str]],
    clean: Mapping[str, Any] | None,
    version: int,
) -> Case:
    """Keep what was typed into a step, and what it means (None when the form refused it).

    `version` is the case's version the form was shown with. Steps answered in another tab since
    are kept as they are; raises StaleAnswer only when this very step was. Sending the same answer
    again writes nothing. Returns the case as stored; raises Case.DoesNotExist after an erasure.
    """
    answer = {
        "typed": {name: list(values) for name, values in typed.items()},
        "clean": None if clean is None else dict(clean),
    }
    with transaction.atomic():
        current = locked(case)
        stored = current.answers.get(step, {"version": 0})
        if stored == answer | {"version": stored["version"]}:
            return current
        if stored["version"] > version:
            raise StaleAnswer(current=current)
        current.answers[step] = answer | {"version": current.version + 1}
        return next_version(current)


def drop_steps(case: Case, *, steps: Collection[str]) -> Case:
    """Forget the answers to steps that are no longer asked; returns the case as stored."""
    with transaction.atomic():
        current = locked(case)
        kept = {step: answer for step, answer in current.answers.items() if step not in steps}
        if kept == current.answers:
            return current
        current.answers = kept
        return next_version(current)


def locked(case: Case) -> Case:
    """The row as it is now. SQLite has no row locks; there the transaction is IMMEDIATE."""
    return Case.objects.select_for_update().get(pk=case.pk)


def next_version(case: Case) -> Case:
    case.version += 1
    case.save(update_fields=["answers", "version", "updated_at"])
    return case


def _unused_code() -> CaseCode:
    code = case_code.new()
    while Case.objects.filter(public_id=code.public_id).exists():
        code = case_code.new()
    return code
