"""The pictures a person keeps as evidence: rows, and the sealed files that go with them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages
from django.db import transaction
from django.utils import timezone

from cases.encryption import current_key_id, seal, unseal
from cases.models import Case, Exhibit
from cases.renderings import evidence_picture, plan_cache
from cases.renderings.evidence_picture import COPY, KINDS, SHARED, SMALL, Made
from cases.services.addresses import so_far
from cases.services.answers import locked

EXHIBITS_PER_CASE = 30
BOXES_PER_EXHIBIT = 20
EXHIBIT_LIFE = timedelta(days=60)  # after it was added, whatever becomes of the case
PURGE_BATCH = 100
DAY = timedelta(days=1)
# Many may share a neighbourhood, and thirty screenshots weigh ten megabytes.
BYTES_PER_ADDRESS = 500 * 1024**2  # a day
# A file whose row is not written yet looks like one whose row is gone.
SURELY_LEFT_BEHIND = timedelta(hours=1)

Box = Sequence[float]


class TooManyExhibits(Exception):
    """The case has EXHIBITS_PER_CASE exhibits already; they stay as they are."""


class TooManyBytes(Exception):
    """BYTES_PER_ADDRESS came from near this address within a day."""


class SameAgain(Exception):
    """The very same file is an exhibit of this case already."""


class BoxesChanged(Exception):
    """The boxes were changed by another request meanwhile; they stay as that one left them."""


class NoRoom(Exception):
    """The files could not be written; nothing of them is left."""


def of(case: Case) -> list[Exhibit]:
    """The exhibits in their order; the first is 证据1."""
    return list(case.exhibits.order_by("position", "created_at"))


def count_upload(size: int, *, address: str) -> None:
    """Count the bytes of an upload, before anything else is done with it; raises TooManyBytes."""
    if so_far(address, purpose="upload.address", more=size, within=DAY) > BYTES_PER_ADDRESS:
        raise TooManyBytes


def add(
    case: Case, *, upload: bytes, file_format: str, kind: str, said: Mapping[str, str]
) -> Exhibit:
    """Keep a copy of an uploaded picture as the last exhibit of the case.

    Raises TooManyExhibits, SameAgain, NoRoom, what `evidence_picture.copied` raises, and
    Case.DoesNotExist after an erasure.
    """
    fingerprint = hashlib.sha256(upload).hexdigest()
    _refuse_one_more(case, fingerprint)
    made = evidence_picture.copied(upload, file_format)
    exhibit = Exhibit(
        kind=kind,
        said=dict(said),
        width=made.width,
        height=made.height,
        original_sha256=fingerprint,
        copy_sha256=hashlib.sha256(made.copy).hexdigest(),
    )
    try:
        return _kept(case, exhibit, made)
    except BaseException:
        # Written before the row was: without it nobody would ever open or delete them.
        _delete_files([exhibit.pk])
        raise


def describe(exhibit: Exhibit, *, kind: str, said: Mapping[str, str]) -> None:
    """Change what the person says of an exhibit; raises Exhibit.DoesNotExist when it is gone."""
    with transaction.atomic():
        current = _locked(exhibit)
        current.kind, current.said = kind, {**current.said, **said}
        current.save(update_fields=["kind", "said"])


def blacken(exhibit: Exhibit, *, boxes: Sequence[Box]) -> None:
    """Let these boxes, and no others, be burned into what is shared.

    Raises BoxesChanged when `exhibit` no longer tells the boxes as they are, NoRoom,
    RenderingFailed, Exhibit.DoesNotExist; then everything is as before.
    """
    copy = evidence_picture.kept(exhibit, COPY)
    made = evidence_picture.blackened(copy, boxes)
    with transaction.atomic():
        current = _locked(exhibit)
        # Blacking out takes a while: what was covered meanwhile must not be laid bare.
        if current.boxes != exhibit.boxes:
            raise BoxesChanged
        current.boxes = [list(box) for box in boxes]
        current.save(update_fields=["boxes"])
        if boxes:
            _put(current, SHARED, made.copy)
        _put(current, SMALL, made.small)
    if not boxes:
        storages["evidence"].delete(exhibit.file_name(SHARED))
    _drop_bundle(current.case)


def move(exhibit: Exhibit, *, by: int) -> None:
    """Let the exhibit change places with the one `by` places further on, if there is one.

    Raises Exhibit.DoesNotExist when it is gone.
    """
    with transaction.atomic():
        order = of(locked(_locked(exhibit).case))
        here = [each.pk for each in order].index(exhibit.pk)
        if 0 <= here + by < len(order):
            order[here], order[here + by] = order[here + by], order[here]
        _number(order)


def remove(exhibit: Exhibit) -> None:
    """Delete the exhibit and its files; the ones behind it move up."""
    with transaction.atomic():
        case = locked(exhibit.case)
        Exhibit.objects.filter(pk=exhibit.pk).delete()
        _number(of(case))
    _delete_files([exhibit.pk])
    _drop_bundle(case)


def expires_at(exhibit: Exhibit) -> datetime:
    """When the exhibit is deleted by itself, in China time."""
    return timezone.localtime(exhibit.created_at + EXHIBIT_LIFE)


def of_cases(cases: Collection[UUID]) -> list[UUID]:
    """The exhibits of these cases, to be forgotten when the cases are deleted."""
    return list(Exhibit.objects.filter(case__in=cases).values_list("pk", flat=True))


def forget(exhibits: Iterable[UUID]) -> None:
    """Delete the files of exhibits whose rows are gone."""
    _delete_files(exhibits)


def overdue(now: datetime) -> int:
    """How many exhibits have been kept long enough."""
    return Exhibit.objects.filter(created_at__lte=now - EXHIBIT_LIFE).count()


def purge_overdue(now: datetime) -> int:
    """Delete the exhibits that were kept long enough, with their files; returns how many."""
    due = Exhibit.objects.filter(created_at__lte=now - EXHIBIT_LIFE)
    count = 0
    while batch := list(due[:PURGE_BATCH]):
        for exhibit in batch:
            # Erased meanwhile, together with its case.
            with suppress(Case.DoesNotExist):
                remove(exhibit)
        count += len(batch)
    return count


def left_behind(now: datetime) -> list[str]:
    """Files without a row: a crash, or a full disk, came between the two."""
    storage = storages["evidence"]
    known = {str(pk) for pk in Exhibit.objects.values_list("pk", flat=True)}
    return [
        name
        for name in _names()
        if name.partition(".")[0] not in known
        and storage.get_modified_time(name) <= now - SURELY_LEFT_BEHIND
    ]


def sweep(now: datetime) -> int:
    """Delete the files without a row; returns how many there were."""
    names = left_behind(now)
    for name in names:
        storages["evidence"].delete(name)
    return len(names)


def reseal_files() -> int:
    """Seal the files that use an older key with the current one; returns how many.

    Raises DecryptionFailed at a file no key opens; those before it are done.
    """
    current, count = f".{current_key_id()}.".encode(), 0
    for exhibit in Exhibit.objects.order_by("pk").only("pk"):
        for kind in KINDS:
            token = _token(exhibit.file_name(kind))
            if token and not token[2:].startswith(current):
                _put(exhibit, kind, unseal(token.decode(), where=exhibit.place(kind)))
                count += 1
    return count


def _refuse_one_more(case: Case, fingerprint: str) -> None:
    if case.exhibits.filter(original_sha256=fingerprint).exists():
        raise SameAgain
    if case.exhibits.count() >= EXHIBITS_PER_CASE:
        raise TooManyExhibits


def _kept(case: Case, exhibit: Exhibit, made: Made) -> Exhibit:
    with transaction.atomic():
        exhibit.case = locked(case)
        # Asked again under the lock: two tabs may have sent the same picture, or the last two.
        _refuse_one_more(exhibit.case, exhibit.original_sha256)
        exhibit.position = exhibit.case.exhibits.count() + 1
        exhibit.save(force_insert=True)
        _put(exhibit, COPY, made.copy)
        _put(exhibit, SMALL, made.small)
    return exhibit


def _drop_bundle(case: Case) -> None:
    """Forget the PDFs that still show a picture as it was."""
    plan_cache.drop(case.plans.values_list("pk", flat=True), "exhibits.pdf")


def _locked(exhibit: Exhibit) -> Exhibit:
    return Exhibit.objects.select_for_update().get(pk=exhibit.pk)


def _number(order: Sequence[Exhibit]) -> None:
    for position, exhibit in enumerate(order, start=1):
        if exhibit.position != position:
            Exhibit.objects.filter(pk=exhibit.pk).update(position=position)


def _put(exhibit: Exhibit, kind: str, picture: bytes) -> None:
    """Write a picture, in whole or not at all; raises NoRoom."""
    storage, name = _folder(), exhibit.file_name(kind)
    token = seal(picture, where=exhibit.place(kind)).encode()
    written = f"{exhibit.pk}.{kind}.new"
    try:
        # What a crash left of an earlier try would make the storage choose another name.
        storage.delete(written)
        storage.save(written, ContentFile(token))
        os.replace(storage.path(written), storage.path(name))
    except OSError as error:
        storage.delete(written)
        raise NoRoom from error


def _folder() -> FileSystemStorage:
    # Always a folder: another kind of storage would have its own way to replace a file in one go.
    return cast("FileSystemStorage", storages["evidence"])


def _token(name: str) -> bytes:
    """The sealed picture, or nothing when there is none of this name."""
    storage = storages["evidence"]
    if not storage.exists(name):
        return b""
    with storage.open(name) as file:
        token: bytes = file.read()
        return token


def _names() -> list[str]:
    storage = storages["evidence"]
    # Nothing was ever kept, so the folder was never made.
    return storage.listdir("")[1] if storage.exists("") else []


def _delete_files(exhibits: Iterable[UUID]) -> None:
    for pk in exhibits:
        for kind in KINDS:
            storages["evidence"].delete(f"{pk}.{kind}")
            storages["evidence"].delete(f"{pk}.{kind}.new")
