"""Exports of the queue: logged, made at once or on a thread, downloaded by their author."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import BinaryIO
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connections, models, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.encryption import DecryptionFailed
from cases.models import Case, Event, Export
from cases.renderings import case_table
from cases.renderings.case_table import Row
from cases.services import events, export_files
from cases.services.rights import EXPORT, REVEAL, NotAllowed, ReasonMissing

# How the log says whether personal data was written in full.
MASKED, WHOLE = "masked", "whole"
ROW_LIFE = timedelta(days=30)  # what is known of an export, without its file
# A process that died tells nobody; a live one moves on every few seconds.
SILENCE = timedelta(minutes=1)
MOST_ROWS = 100_000
# So many rows are made while somebody waits for the page; more of them on a thread.
AT_ONCE = 2000
UNDER_WAY = 2
BATCH = 500

log = logging.getLogger(__name__)
_places = threading.BoundedSemaphore(UNDER_WAY)


class Reason(models.TextChoices):
    """What personal data in a file is needed for."""

    AUTHORITY = "authority_request", _("主管部门依法要求")
    CONTACT = "contact_people", _("需要联系本人")
    CHECK = "internal_check", _("内部核查")


class Standing(models.TextChoices):
    """How far an export is, seen from now."""

    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    STOPPED = "stopped"
    OVER = "over"


class TooManyRows(Exception):
    """More than MOST_ROWS cases; nothing is made."""


class TooBusy(Exception):
    """UNDER_WAY long exports are being made by this process already."""


class Gone(Exception):
    """There is no file to download, not yet or not any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What a table says: the names of its columns for the log, their heads, and a case's cells."""

    names: Sequence[str]
    heads: Sequence[str]
    row: Callable[[Case, Export], Row]


def size(cases: QuerySet[Case]) -> int:
    """How many rows these cases make, drafts left out; counted up to one more than MOST_ROWS."""
    return _submitted(cases)[: MOST_ROWS + 1].count()


def begin(
    author: User,
    cases: QuerySet[Case],
    columns: Columns,
    *,
    file_format: str,
    masked: bool,
    reason: str = "",
    query: str = "",
) -> Export:
    """Log an export of the submitted ones of these cases and make it, or begin to.

    Raises NotAllowed, ReasonMissing, TooManyRows, TooBusy; then nothing has happened.
    """
    _check(author, masked=masked, reason=reason)
    keys = list(_submitted(cases).values_list("pk", flat=True)[: MOST_ROWS + 1])
    if len(keys) > MOST_ROWS:
        raise TooManyRows
    export = Export(
        author=author,
        query=query,
        format=file_format,
        masked=masked,
        reason=reason,
        total=len(keys),
    )
    _begin(export, keys, columns)
    return export


def standing(export: Export, now: datetime) -> Standing:
    """How far it is; one that says nothing for SILENCE has stopped."""
    if export.state == Export.State.RUNNING:
        return Standing.STOPPED if export.alive_at <= now - SILENCE else Standing.RUNNING
    if export.state == Export.State.READY:
        kept = now < ends_at(export) and export_files.there(export)
        return Standing.READY if kept else Standing.OVER
    return Standing.FAILED


def ends_at(export: Export) -> datetime:
    """When the file can no longer be downloaded."""
    return timezone.localtime(export.at + export_files.LIFE)


def download(export: Export, user: User) -> Iterator[bytes]:
    """The file, opened and logged. Raises NotAllowed, Gone.

    A piece that does not open later on raises DecryptionFailed: the file ends there.
    """
    _check(user, masked=export.masked, reason=export.reason)
    if export.author_id != user.pk:
        raise NotAllowed
    if standing(export, timezone.now()) is not Standing.READY:
        raise Gone
    pieces = export_files.opened(export)
    try:
        first = next(pieces)
    except (FileNotFoundError, DecryptionFailed) as fault:
        raise Gone from fault
    events.record(Event.Kind.DOWNLOADED, actor=user.get_username(), fields=[log_name(export)])
    return chain([first], pieces)


def log_name(export: Export) -> str:
    """How the log names an export."""
    return f"export:{export.mark}"


def old(now: datetime) -> QuerySet[Export]:
    """The rows that were kept long enough."""
    return Export.objects.filter(at__lte=now - ROW_LIFE)


def _submitted(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Nobody gave a draft to the desk."""
    return cases.filter(submitted_at__isnull=False)


def _check(user: User, *, masked: bool, reason: str) -> None:
    if not user.has_perm(EXPORT) or not (masked or user.has_perm(REVEAL)):
        raise NotAllowed
    if not masked and reason not in Reason.values:
        raise ReasonMissing


def _keep(export: Export, columns: Columns) -> None:
    export_files.sweep(timezone.now())
    with transaction.atomic():
        export.save(force_insert=True)
        events.record(
            Event.Kind.EXPORTED,
            actor=export.author.get_username(),
            fields=[log_name(export), MASKED if export.masked else WHOLE, *columns.names],
            reason=export.reason,
        )


def _begin(export: Export, keys: Sequence[UUID], columns: Columns) -> None:
    if len(keys) > AT_ONCE:
        _begin_on_a_thread(export, keys, columns)
    else:
        _keep(export, columns)
        _make(export, keys, columns)


def _begin_on_a_thread(export: Export, keys: Sequence[UUID], columns: Columns) -> None:
    if not _places.acquire(blocking=False):
        raise TooBusy
    try:
        _keep(export, columns)
        # A server that stops does not wait for it: the row will say that it has stopped.
        threading.Thread(target=_on_a_thread, args=(export, keys, columns), daemon=True).start()
    except BaseException:
        _places.release()
        raise


def _on_a_thread(export: Export, keys: Sequence[UUID], columns: Columns) -> None:
    try:
        _make(export, keys, columns)
    finally:
        connections.close_all()
        _places.release()


def _make(export: Export, keys: Sequence[UUID], columns: Columns) -> None:
    try:
        with export_files.sealed(export) as file:
            _write(export, file, columns.heads, _rows(export, keys, columns))
    except Exception as fault:
        # The name only: a message may hold what a person typed.
        log.warning("export: %s", type(fault).__name__)
        export_files.drop(export)
        _tell(export, state=Export.State.FAILED)
    else:
        _tell(export, state=Export.State.READY)


def _write(export: Export, file: BinaryIO, heads: Sequence[str], rows: Iterator[Row]) -> None:
    if export.format == Export.Format.CSV:
        case_table.write_csv(file, heads, rows)
        return
    with export_files.scratch() as folder:
        case_table.write_xlsx(file, heads, rows, scratch=folder)


def _rows(export: Export, keys: Sequence[UUID], columns: Columns) -> Iterator[Row]:
    # Batch by batch, not by one open cursor: SQLite would refuse to write the progress beside it.
    for start in range(0, len(keys), BATCH):
        for case in _cases(keys[start : start + BATCH]):
            export.done += 1
            yield columns.row(case, export)
        _tell(export, state=Export.State.RUNNING)


def _cases(keys: Sequence[UUID]) -> Iterator[Case]:
    """The cases in this order, without those erased meanwhile."""
    rows = Case.objects.defer("secret", "secret_hash").select_related("assignee")
    found = rows.prefetch_related("flags", "tags").in_bulk(keys)
    return (found[key] for key in keys if key in found)


def _tell(export: Export, *, state: Export.State) -> None:
    export.state = state
    export.save(update_fields=["state", "done", "alive_at"])
