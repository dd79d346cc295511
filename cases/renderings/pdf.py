"""HTML to PDF: the only door to WeasyPrint, which works in a child process that can be killed.

A document can make the engine burn for minutes, so it never runs in the process that asks. The
child is kept warm, because starting it costs six times what a plan costs; it ends with its
parent, after JOBS documents, and at once when a document takes too long or too much memory.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from cases.renderings import pdf_worker

ROOT = Path(__file__).resolve().parents[2]
WALL_SECONDS = 15
# A worker loads the engine once, on a busy machine for long: that is no document's fault.
START_SECONDS = 30
# Rendering is bound by the processor; more at once would only make each of them late.
AT_ONCE = 2
# A few downloads may wait; more would hold the server's threads while others want a page.
WAITING = 2
JOBS = 200
# Everything else in the environment, the secret keys first of all, is none of its business.
INHERITED = ("PATH", "HOME", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")


class RenderingFailed(Exception):
    """The PDF could not be made; the message says why in one sentence, for the log."""


def render(html: str) -> bytes:
    """Return a complete HTML document as PDF/UA-1; its own style sheets are ignored.

    Raises RenderingFailed when the document is too much for the limits of the worker, at once
    when WAITING others wait already, and when all workers stay busy for longer than one document
    may take. That is WALL_SECONDS; a worker that has to be started first gets START_SECONDS more.
    """
    # Half a surrogate pair cannot be encoded; the worker shows U+FFFD or a gap for it.
    document = html.encode("utf-8", errors="replace")
    with _worker() as worker:
        return worker.render(document)


class _Worker:
    """One child process and the private directory it may write to."""

    def __init__(self) -> None:
        self.jobs = 0
        # No TemporaryDirectory: in a forked copy of us it would remove what is still in use.
        self.directory = tempfile.mkdtemp(prefix="pdf-")
        # By module name, found from ROOT: as a script, its neighbour `calendar.py` would stand
        # in for the standard library's.
        self.child = subprocess.Popen(  # noqa: S603 - nothing in it comes from outside
            [sys.executable, "-m", "cases.renderings.pdf_worker", self.directory],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=environment(),
        )
        self.questions = cast("BinaryIO", self.child.stdin)
        self.answers = cast("BinaryIO", self.child.stdout)

    def render(self, document: bytes) -> bytes:
        if not self.jobs and self._answered(within=START_SECONDS) != pdf_worker.READY:
            raise RenderingFailed(self._end())
        self.jobs += 1
        answer = self._answered(document, within=WALL_SECONDS)
        if answer is None:
            raise RenderingFailed(self._end())
        if not answer.startswith(pdf_worker.OK):
            raise RenderingFailed(f"The PDF engine gave up: {answer[1:].decode()}.")
        return answer[1:]

    def _answered(self, document: bytes | None = None, *, within: float) -> bytes | None:
        """The next message of the child, after a document if there is one; None if it ended."""
        # Killing the child ends both the writing and the reading below.
        clock = threading.Timer(within, self.child.kill)
        clock.daemon = True
        clock.start()
        try:
            if document is not None:
                pdf_worker.write(self.questions, document)
            return pdf_worker.read(self.answers)
        except BrokenPipeError:
            return None
        finally:
            clock.cancel()

    def _end(self) -> str:
        code = self.child.wait()
        if code < 0:
            return "The PDF took too much time or memory and was stopped."
        return f"The PDF worker ended by itself with code {code}."

    @property
    def fit(self) -> bool:
        return self.jobs < JOBS and self.child.poll() is None

    def close(self) -> None:
        """End the child and remove what it wrote."""
        self.child.kill()
        self.forget()
        self.child.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def forget(self) -> None:
        """Close our ends of the pipes only: after a fork the child belongs to the parent."""
        for stream in (self.questions, self.answers):
            # What was not sent any more cannot be flushed either.
            with suppress(OSError):
                stream.close()


_idle: list[_Worker] = []
_doors = threading.BoundedSemaphore(AT_ONCE + WAITING)
_places = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def _worker() -> Iterator[_Worker]:
    with _taking(_doors, timeout=0), _taking(_places, timeout=WALL_SECONDS):
        worker = _taken()
        try:
            yield worker
        except BaseException:
            # In the middle of a message, or in an unknown state: not for the next document.
            worker.close()
            raise
        _give_back(worker)


@contextmanager
def _taking(semaphore: threading.BoundedSemaphore, *, timeout: float) -> Iterator[None]:
    if not semaphore.acquire(timeout=timeout):
        raise RenderingFailed("All PDF workers are busy.")
    try:
        yield
    finally:
        semaphore.release()


def _taken() -> _Worker:
    # Pop and append are atomic, so the list needs no lock of its own.
    with suppress(IndexError):
        while not (worker := _idle.pop()).fit:
            worker.close()
        return worker
    return _Worker()


def _give_back(worker: _Worker) -> None:
    if worker.fit:
        _idle.append(worker)
    else:
        worker.close()


@atexit.register
def close() -> None:
    """End the idle workers; the next rendering starts a new one."""
    while _idle:
        _idle.pop().close()


def _forget_the_parents_workers() -> None:
    global _doors, _places
    while _idle:
        _idle.pop().forget()
    _doors = threading.BoundedSemaphore(AT_ONCE + WAITING)
    _places = threading.BoundedSemaphore(AT_ONCE)


# A server that forks after its first PDF must not share the pipes.
os.register_at_fork(after_in_child=_forget_the_parents_workers)


def environment() -> dict[str, str]:
    """What a worker process is told of ours: where things lie, and no secret."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return inherited | {"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
