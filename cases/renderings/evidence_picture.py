"""The pictures of an exhibit: made from an upload, blackened, read back from the sealed store.

An upload is decoded in a child process of its own, which a picture made to hurt cannot outlive.
What lies in the storage `evidence` is always our own copy.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.storage import storages

from cases.encryption import unseal
from cases.models import Exhibit
from cases.renderings import evidence_worker as worker
from cases.renderings.one_shot import OneShot
from cases.renderings.pdf import RenderingFailed

# A picture takes half a second of the processor and up to half a gigabyte for that time.
WORKER = OneShot("cases.renderings.evidence_worker", at_once=1, waiting=3, wall_seconds=25)

COPY, SHARED, SMALL = "copy", "shared", "small"
KINDS = (COPY, SHARED, SMALL)

SIGNATURES = {b"\xff\xd8\xff": worker.JPEG, b"\x89PNG\r\n\x1a\n": worker.PNG}
CONTENT_TYPES = {worker.JPEG: "image/jpeg", worker.PNG: "image/png"}
# Of the box `ftyp` at the start of a file in the container of ISO.
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


class PictureRefused(Exception):
    """The picture is damaged, moves or is too large; `fault` is the worker's word for it."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A copy without metadata, its preview, and the size of the copy in pixels."""

    copy: bytes
    small: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A picture for paper, or a part of a long one: a JPEG and its size in pixels."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int


def format_of(head: bytes) -> str | None:
    """What a file is by its first bytes: a format the worker reads, `HEIC`, `PDF` or None."""
    for signature, file_format in SIGNATURES.items():
        if head.startswith(signature):
            return file_format
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return worker.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return "HEIC"
    return "PDF" if head.startswith(b"%PDF-") else None


def copied(upload: bytes, file_format: str) -> Made:
    """Our copy of an upload of one of the worker's formats.

    Raises PictureRefused when it is none to keep, RenderingFailed when it could not be tried.
    """
    return _made(upload, worker.COPY, file_format)


def blackened(copy: bytes, boxes: Sequence[Sequence[float]]) -> Made:
    """Our copy with the boxes (parts of width and height) burned in. Raises RenderingFailed."""
    try:
        return _made(copy, worker.BLACKEN, json.dumps(boxes))
    except PictureRefused as refused:
        raise RenderingFailed(f"A kept picture could not be blackened: {refused}.") from refused


def shared(exhibit: Exhibit) -> bytes:
    """The picture as anybody but the person may see it, its boxes burned in: JPEG or PNG.

    Raises FileNotFoundError when its file is gone, DecryptionFailed when it cannot be opened.
    """
    return kept(exhibit, SHARED if exhibit.boxes else COPY)


def small(exhibit: Exhibit) -> bytes:
    """The preview of `shared`, as JPEG; raises as that does."""
    return kept(exhibit, SMALL)


def kept(exhibit: Exhibit, kind: str) -> bytes:
    """One of the kept pictures of an exhibit, opened; raises as `shared` does."""
    with storages["evidence"].open(exhibit.file_name(kind)) as file:
        return unseal(file.read().decode(), where=exhibit.place(kind))


def for_paper(exhibit: Exhibit, most: int) -> list[Piece]:
    """What `shared` gives, small enough to print and in at most about `most` bytes.

    A very long picture comes in pieces that overlap. Raises as `shared` does, and RenderingFailed.
    """
    head, _, body = WORKER.ask(shared(exhibit), worker.PRINT, str(most)).partition(b"\n")
    told = json.loads(head)
    if fault := told.get("fault"):
        raise RenderingFailed(f"A kept picture could not be printed: {fault}.")
    return list(_pieces(told, io.BytesIO(body)))


def _pieces(told: dict[str, list[Any]], body: io.BytesIO) -> Iterator[Piece]:
    for (width, height), length in zip(told["sizes"], told["lengths"], strict=True):
        yield Piece(jpeg=body.read(length), width=width, height=height)


def content_type(picture: bytes) -> str:
    """The type of one of our own pictures."""
    return CONTENT_TYPES[str(format_of(picture))]


def _made(source: bytes, wanted: str, argument: str) -> Made:
    head, _, body = WORKER.ask(source, wanted, argument).partition(b"\n")
    told = json.loads(head)
    if fault := told.get("fault"):
        raise PictureRefused(fault)
    first, second = told["lengths"]
    width, height = told["size"]
    return Made(copy=body[:first], small=body[first : first + second], width=width, height=height)
