"""What is deleted: by the person at once, by the schedule when it was kept long enough."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from cases.models import Case, DailyCount, PageReport, ResumeFailure
from cases.renderings import plan_cache
from cases.services import exhibits
from cases.services.plans import plans_of
from cases.services.resuming import case_key

# Retention, as the privacy notice states it.
DRAFT_LIFE = timedelta(days=30)  # after the last visit
SUBMITTED_LIFE = timedelta(days=180)  # after the first submission
FAILURE_LIFE = timedelta(days=1)
REMARK_LIFE = timedelta(days=180)  # after it was written
COUNT_LIFE = timedelta(days=400)  # a year and a month, so that a month can be held against the last
PURGE_BATCH = 100  # cases a transaction, so that nobody waits long for the lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof of an erasure: when, which case, and how many rows of each kind (`{"plan": 2}`)."""

    erased_at: datetime
    public_id: str
    deleted: Mapping[str, int]


def erase(case: Case) -> Receipt:
    """Delete the case with everything that hangs on it, at once and for good."""
    with transaction.atomic():
        tries = ResumeFailure.objects.filter(
            kind=ResumeFailure.Kind.CASE, key=case_key(case.public_id)
        ).delete()
        plans, pictures = plans_of([case.pk]), exhibits.of_cases([case.pk])
        rows = Case.objects.filter(pk=case.pk).delete()
    # Only now: a download in between would have kept its PDF again.
    plan_cache.forget(plans)
    exhibits.forget(pictures)
    return Receipt(
        erased_at=timezone.now(),
        public_id=case.public_id,
        deleted=_by_kind(rows[1]) | _by_kind(tries[1]),
    )


def purge(now: datetime, *, dry_run: bool) -> dict[str, int]:
    """Delete what was kept long enough; returns rows by rule, also when only asked (`dry_run`)."""
    drafts = Q(submitted_at=None, updated_at__lte=now - DRAFT_LIFE)
    submitted = Q(submitted_at__lte=now - SUBMITTED_LIFE)
    failures = ResumeFailure.objects.filter(at__lte=now - FAILURE_LIFE)
    sessions = Session.objects.filter(expire_date__lt=now)
    remarks = PageReport.objects.filter(at__lte=now - REMARK_LIFE)
    counts = DailyCount.objects.filter(on__lt=timezone.localdate(now) - COUNT_LIFE)
    if dry_run:
        return {
            "drafts": Case.objects.filter(drafts).count(),
            "submitted": Case.objects.filter(submitted).count(),
            "failures": failures.count(),
            "sessions": sessions.count(),
            "remarks": remarks.count(),
            "counts": counts.count(),
            "exhibits": exhibits.overdue(now),
            "files_left_behind": len(exhibits.left_behind(now)),
        }
    plan_cache.clear()
    return {
        "drafts": _delete_cases(drafts),
        "submitted": _delete_cases(submitted),
        "failures": failures.delete()[0],
        "sessions": sessions.delete()[0],
        "remarks": remarks.delete()[0],
        "counts": counts.delete()[0],
        "exhibits": exhibits.purge_overdue(now),
        "files_left_behind": exhibits.sweep(now),
    }


def reseal(model: type[models.Model], keys: Collection[UUID], *, fields: Sequence[str]) -> int:
    """Seal these rows' cells with the current key, all or none; returns how many rows."""
    with transaction.atomic():
        rows = model._default_manager.select_for_update().filter(pk__in=keys).only("pk", *fields)
        for row in rows:
            row.save(update_fields=fields)
        return len(rows)


def _by_kind(rows: Mapping[str, int]) -> dict[str, int]:
    """`{"cases.Plan": 2}` as `{"plan": 2}`, without the kinds of which there were none."""
    return {label.rpartition(".")[2].lower(): count for label, count in rows.items() if count}


def _delete_cases(due: Q) -> int:
    keys = list(Case.objects.filter(due).values_list("pk", flat=True))
    batches = [keys[start : start + PURGE_BATCH] for start in range(0, len(keys), PURGE_BATCH)]
    return sum(_delete_batch(due, batch) for batch in batches)


def _delete_batch(due: Q, keys: Sequence[UUID]) -> int:
    with transaction.atomic():
        # Asked again under the lock: somebody may have come back to a case meanwhile.
        locked = Case.objects.select_for_update().filter(due, pk__in=keys).only("pk")
        still_due = [case.pk for case in locked]
        plans, pictures = plans_of(still_due), exhibits.of_cases(still_due)
        rows = Case.objects.filter(pk__in=still_due).delete()
    plan_cache.forget(plans)
    exhibits.forget(pictures)
    return _by_kind(rows[1]).get("case", 0)
