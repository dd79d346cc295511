"""A worker process for one job at a time: bounded in number and time, and gone afterwards."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from cases.renderings.pdf import ROOT, RenderingFailed, environment


class OneShot:
    """A module of ours that is run anew for each job, which a hurtful input cannot outlive.

    At most `at_once` run together and `waiting` more wait; whoever comes then is told at once.
    """

    def __init__(self, module: str, *, at_once: int, waiting: int, wall_seconds: int) -> None:
        self.module = module
        self.wall_seconds = wall_seconds
        self.most = at_once + waiting
        self._doors = threading.BoundedSemaphore(self.most)
        self._places = threading.BoundedSemaphore(at_once)

    def ask(self, source: bytes, *arguments: str) -> bytes:
        """What the module answers to `source` on its standard input; raises RenderingFailed."""
        with self._place():
            try:
                # By module name, as the PDF's own worker, and for the same reason.
                child = subprocess.run(  # noqa: S603 - constants, and numbers we have checked
                    [sys.executable, "-m", self.module, *arguments],
                    input=source,
                    capture_output=True,
                    timeout=self.wall_seconds,
                    cwd=ROOT,
                    env=environment(),
                )
            except subprocess.TimeoutExpired as late:
                raise RenderingFailed(f"{self.module} was too slow and stopped.") from late
        if child.returncode:
            raise RenderingFailed(f"{self.module} ended with code {child.returncode}.")
        return child.stdout

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._doors.acquire(blocking=False):
            raise RenderingFailed(f"Too many wait for {self.module}.")
        try:
            if not self._places.acquire(timeout=self.wall_seconds):
                raise RenderingFailed(f"{self.module} is busy.")
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._doors.release()
