"""How quickly the queue is exported, and whether ten times the rows need more memory.

Run with `python benchmarks/export.py`; it uses a database of its own.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings

FEW, MANY = 10_000, 100_000
BATCH = 1_000
MEMORY_BAR = 1.5
HOST = "refunds.example"
ANSWERS = {
    "names": {
        "typed": {},
        "clean": {
            "consumer__name": "例一",
            "consumer__phone": "13800000000",
            "order__number": "EX20261114001",
        },
        "version": 1,
    }
}


def fill() -> None:
    """Submitted cases with the answers that an export opens."""
    from django.utils import timezone

    from cases.models import Case, Status

    now = timezone.now()

    def cases(start: int) -> Iterator[Case]:
        for number in range(start, start + BATCH):
            yield Case(
                public_id=f"{number:08d}",
                status=Status.SUBMITTED,
                submitted_at=now,
                answers=ANSWERS,
                secret="",
                seller="例一号卡店",
            )

    for start in range(0, MANY, BATCH):
        Case.objects.bulk_create(cases(start))


def export(rows: int, file_format: str) -> None:
    """Export so many rows; prints seconds and the highest memory of this process in KiB."""
    from django.contrib.auth.models import User

    from cases.admin import export_columns
    from cases.models import Case
    from cases.services import exports

    exports.AT_ONCE = exports.MOST_ROWS
    settings.STORAGES["exports"]["OPTIONS"]["location"] = os.environ["FOLDER"]
    user = User.objects.get()
    cases = Case.objects.order_by("public_id").filter(public_id__lt=f"{rows:08d}")
    begun = time.perf_counter()
    made = exports.begin(
        user, cases, export_columns.all_columns(), file_format=file_format, masked=True
    )
    taken = time.perf_counter() - begun
    if (made.state, made.done) != ("ready", rows):
        raise SystemExit(f"no export: {made.state}, {made.done} rows")
    print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def measured(rows: int, file_format: str) -> tuple[float, int]:
    """Seconds and KiB of an export in a process of its own."""
    child = subprocess.run(  # noqa: S603 - our own file and constants
        [sys.executable, __file__, str(rows), file_format],
        capture_output=True,
        text=True,
        check=True,
    )
    taken, memory = child.stdout.split()
    return float(taken), int(memory)


def compare() -> None:
    """Print rows a second, and the ratio of the memory that few and many rows take."""
    for file_format in ("csv", "xlsx"):
        (_few, low), (taken, high) = (measured(rows, file_format) for rows in (FEW, MANY))
        print(f"{file_format:5}{MANY / taken:7.0f} rows/s", end="   ")
        print(f"memory {low // 1024} MiB, {high // 1024} MiB: {high / low:.2f} (bar {MEMORY_BAR})")


def main() -> None:
    """Fill a database, then export from it."""
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    User.objects.create_superuser("bench", password=None)
    fill()
    compare()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    if len(sys.argv) > 1:
        django.setup()
        export(int(sys.argv[1]), sys.argv[2])
    else:
        # Each export runs in a process of its own, which must open what this one has sealed.
        made = subprocess.check_output([sys.executable, "scripts/generate_secrets.py"], text=True)
        os.environ |= dict(line.split("=", 1) for line in made.splitlines())
        with tempfile.TemporaryDirectory() as folder:
            os.environ["FOLDER"] = f"{folder}/exports"
            os.environ["DATABASE_URL"] = f"sqlite:///{folder}/export.sqlite3"
            os.environ["DJANGO_SETTINGS_MODULE"] = "refundwizard.settings"
            os.environ["SITE_URL"] = f"https://{HOST}"
            django.setup()
            main()
