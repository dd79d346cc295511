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


def keep_half_typed(
    case: Case, *, step: str, typed: Mapping[str, Sequence[str]], version: int
) -> Case:
    """Keep what stands typed in a form that was not sent yet. It is no answer.

    An accepted answer goes on counting, with these words beside it as `half` until the form is
    sent. No version moves, so that the form they stand in can still be sent. `version` and errors
    as in `save_step`.
    """
    half = {name: list(values) for name, values in typed.items()}
    with transaction.atomic():
        current = locked(case)
        stored = current.answers.get(step)
        if stored and stored["version"] > version:
            raise StaleAnswer(current=current)
        kept = _with_half(stored, half)
        if kept == stored:
            return current
        current.answers[step] = kept
        current.save(update_fields=["answers", "updated_at"])
        return current


def reweigh(case: Case, *, clean: Mapping[str, Mapping[str, Any] | None]) -> Case:
    """Let answers mean something else, or nothing any more (None); what was typed stays.

    What means nothing now is marked `reopened`: another change may make it an answer again. An
    answer given elsewhere since `case` was read is left alone.
    """
    with transaction.atomic():
        current = locked(case)
        weighed = {
            step: _meaning(stored, clean[step], version=current.version + 1)
            for step, stored in _unchanged(current, since=case)
            if step in clean
        }
        if not weighed:
            return current
        current.answers.update(weighed)
        return next_version(current)


def drop_steps(case: Case, *, steps: Collection[str]) -> Case:
    """Forget the answers to steps that are no longer asked; returns the case as stored.

    An answer given elsewhere since `case` was read is left alone.
    """
    with transaction.atomic():
        current = locked(case)
        dropped = {step for step, _stored in _unchanged(current, since=case) if step in steps}
        if not dropped:
            return current
        current.answers = {
            step: stored for step, stored in current.answers.items() if step not in dropped
        }
        return next_version(current)


def locked(case: Case) -> Case:
    """The row as it is now. SQLite has no row locks; there the transaction is IMMEDIATE."""
    return Case.objects.select_for_update().get(pk=case.pk)


def next_version(case: Case) -> Case:
    case.version += 1
    case.save(update_fields=["answers", "version", "updated_at"])
    return case


def _with_half(stored: Mapping[str, Any] | None, half: Mapping[str, list[str]]) -> Any:
    """A step's entry with the half-typed words; None where there is nothing to keep."""
    if stored is None:
        written = any(text for texts in half.values() for text in texts)
        return {"typed": half, "clean": None, "version": 0} if written else None
    if stored["clean"] is None:
        other = {key: value for key, value in stored.items() if key != "reopened"}
        return stored if half == stored["typed"] else {**other, "typed": half}
    accepted = {key: value for key, value in stored.items() if key != "half"}
    return accepted if half == stored["typed"] else {**accepted, "half": half}


def _meaning(
    stored: Mapping[str, Any], clean: Mapping[str, Any] | None, *, version: int
) -> dict[str, Any]:
    """A step's entry with the same words and another meaning."""
    same = {key: value for key, value in stored.items() if key != "reopened"}
    mark = {"reopened": True} if clean is None else {}
    return {**same, **mark, "clean": clean, "version": version}


def _unchanged(current: Case, *, since: Case) -> list[tuple[str, Any]]:
    """The entries of `current` that no other tab has written since the case was read."""
    return [
        (step, stored)
        for step, stored in current.answers.items()
        if stored["version"] <= since.version
    ]


def _unused_code() -> CaseCode:
    code = case_code.new()
    while Case.objects.filter(public_id=code.public_id).exists():
        code = case_code.new()
    return code
