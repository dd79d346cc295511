"""Documents made from a plan: each made once an hour, kept sealed, and gone with the case.

Making one takes seconds, so it happens on threads of this process, at most pdf.AT_ONCE at a time.
Whoever asks for a document under way waits for that one.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.cache import BaseCache, cache, caches
from django.db import connections

from cases.encryption import DecryptionFailed, seal, unseal
from cases.knowledge import load
from cases.models import Plan
from cases.renderings.pdf import AT_ONCE, WAITING, WALL_SECONDS, RenderingFailed

KEPT_SECONDS = 60 * 60
FAILURE_SECONDS = 60
# More than that wait for minutes; they are told at once and may take the text meanwhile.
MOST_UNDER_WAY = 12
PATIENCE_SECONDS = 2 * WALL_SECONDS

# More than any plan has actions; those beyond would share the last place.
PAPERS = 24
# Every place a document of a plan may lie: an erasure empties them all without asking what was
# made. One document a place, so that nobody fills the cache by choosing.
PLACES = (
    "plan.pdf",
    "plan-masked.pdf",
    "plan.docx",
    *(f"paper-{number}.pdf" for number in range(1, PAPERS + 1)),
    "exhibits.pdf",
)

log = logging.getLogger(__name__)


class Progress(Enum):
    """How far a document is."""

    MAKING = auto()
    READY = auto()
    FAILED = auto()


@dataclass(frozen=True, kw_only=True)
class Document:
    """What is made of a plan for one of PLACES, and how.

    `settings` are the JSON values that decide, beside the plan with its edits and the knowledge,
    what the document says; any other choice is another document. `make` runs on a thread of its
    own, raises `pdf.RenderingFailed`, and must not ask for another document here: it would wait
    for the thread it holds.
    """

    plan: Plan
    place: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    make: Callable[[], bytes] = field(repr=False)

    @cached_property
    def key(self) -> str:
        """Where it lies in the cache."""
        return _key(self.plan.pk, self.place)

    @cached_property
    def fingerprint(self) -> str:
        """Equal for equal documents: place, plan, edits, settings, both versions of knowledge."""
        plan = self.plan
        parts = [self.key, plan.knowledge_version, load().version, plan.edits, self.settings]
        text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
        return f"{self.key}:{hashlib.sha256(text.encode()).hexdigest()}"


def paper_place(number: int) -> str:
    """The place of the paper for the action of this number."""
    return f"paper-{min(number, PAPERS)}.pdf"


def kept(document: Document) -> bytes | None:
    """The document, if it was made within the hour."""
    try:
        return unseal(_documents().get(document.key, ""), where=document.fingerprint)
    # Nothing there, or another document: the seal is bound to the one it was made for.
    except DecryptionFailed:
        return None


def size_of(document: Document) -> int | None:
    """Its length in bytes; None while it is not kept."""
    body = kept(document)
    return None if body is None else len(body)


def made(document: Document) -> bytes:
    """The document, made now unless it is kept or under way. Raises `pdf.RenderingFailed`."""
    if body := kept(document):
        return body
    with _a_place_to_wait():
        try:
            return _begun(document).result(timeout=PATIENCE_SECONDS)
        except TimeoutError as late:
            raise _refused("Too many documents were before this one.") from late


def start(document: Document) -> Progress:
    """Begin to make the document, unless it is kept or under way; a failure is forgotten."""
    cache.delete(_failure(document))
    return progress(document)


def progress(document: Document) -> Progress:
    """How far the document is; one that is neither kept nor failed is begun."""
    if kept(document):
        return Progress.READY
    if cache.get(_failure(document)):
        return Progress.FAILED
    with suppress(RenderingFailed):
        _begun(document)
        return Progress.MAKING
    return Progress.FAILED


def forget(plans: Iterable[UUID]) -> None:
    """Drop every document of these plans, also those still under way."""
    gone = list(plans)
    # First the mark, then what lies there: whoever keeps one in between looks for the mark after.
    cache.set_many({_erased(plan): True for plan in gone}, KEPT_SECONDS)
    _documents().delete_many([_key(plan, place) for plan in gone for place in PLACES])


def drop(plans: Iterable[UUID], place: str) -> None:
    """Drop what these plans have at one place; the next who asks for it has it made anew."""
    _documents().delete_many([_key(plan, place) for plan in plans])


def clear() -> None:
    """Drop every document; on disk those past their hour would else lie until there are many."""
    _documents().clear()


def _documents() -> BaseCache:
    """Where the documents lie; their marks are small and lie in the ordinary cache."""
    return caches["documents"]


def _begun(document: Document) -> Future[bytes]:
    """The rendering of this document that is under way, begun now if there is none."""
    with _lock:
        if running := _under_way.get(document.fingerprint):
            return running
        if len(_under_way) >= MOST_UNDER_WAY:
            raise _refused("Too many documents are under way.")
        future = _makers.submit(_make, document)
        _under_way[document.fingerprint] = future
    # Outside the lock: what has ended already is called back at once, and takes the lock.
    future.add_done_callback(lambda _: _ended(document))
    return future


def _make(document: Document) -> bytes:
    try:
        body = document.make()
    except Exception as fault:
        cache.set(_failure(document), True, FAILURE_SECONDS)
        # Of another fault the name only: its message may hold what a person typed.
        told = fault if isinstance(fault, RenderingFailed) else type(fault).__name__
        log.warning("%s: %s", document.place, told)
        raise
    finally:
        connections.close_all()
    _keep(document, body)
    return body


def _keep(document: Document, body: bytes) -> None:
    _documents().set(document.key, seal(body, where=document.fingerprint), KEPT_SECONDS)
    # The case may have been erased meanwhile, and nobody would forget this one.
    if cache.get(_erased(document.plan.pk)):
        _documents().delete(document.key)


def _ended(document: Document) -> None:
    with _lock:
        _under_way.pop(document.fingerprint, None)


@contextmanager
def _a_place_to_wait() -> Iterator[None]:
    """One of few, because a request that waits holds a thread of the server."""
    if not _waiting.acquire(blocking=False):
        raise _refused("Too many wait for documents.")
    try:
        yield
    finally:
        _waiting.release()


def _refused(why: str) -> RenderingFailed:
    log.warning("%s", why)
    return RenderingFailed(why)


def _key(plan: UUID, place: str) -> str:
    if place not in PLACES:
        raise ValueError(f"{place} is not among the places that an erasure empties")
    return f"{place}:{plan}"


def _failure(document: Document) -> str:
    return f"failed:{document.fingerprint}"


def _erased(plan: UUID) -> str:
    return f"erased:{plan}"


def _start_afresh() -> None:
    global _lock, _waiting, _under_way, _makers
    _lock = threading.Lock()
    _waiting = threading.BoundedSemaphore(AT_ONCE + WAITING)
    _under_way = {}
    _makers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="document")


_lock: threading.Lock
_waiting: threading.BoundedSemaphore
_under_way: dict[str, Future[bytes]]
_makers: ThreadPoolExecutor
_start_afresh()
# The threads of a server stay behind when it forks.
os.register_at_fork(after_in_child=_start_afresh)
