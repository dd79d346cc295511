"""How long a wrong secret and an unknown case take: the ratio of medians must stay near one.

Run with `python benchmarks/resume.py`; it uses a database of its own.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import django

TRIES = 100


def seconds(typed: str) -> float:
    """How long one refused try takes, each on fresh counters."""
    from cases import services
    from cases.models import ResumeFailure

    ResumeFailure.objects.all().delete()
    begun = time.perf_counter()
    services.resuming.resume(typed, address="203.0.113.7")
    return time.perf_counter() - begun


def compare() -> None:
    """Time the two kinds in turn and print their medians and the ratio."""
    from cases import case_code, services
    from cases.case_code import CaseCode

    known = services.answers.open_case().public_id
    wrong = CaseCode(public_id=known, secret=case_code.new().secret).grouped
    pairs = [(seconds(wrong), seconds(case_code.new().grouped)) for _ in range(TRIES)]
    wrong_secret, unknown_case = (
        statistics.median(times) * 1000 for times in zip(*pairs, strict=True)
    )
    print(f"wrong secret  {wrong_secret:6.1f} ms")
    print(f"unknown case  {unknown_case:6.1f} ms")
    print(f"ratio         {wrong_secret / unknown_case:6.3f}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/resume.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "refundwizard.settings"
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        compare()
