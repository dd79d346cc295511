"""How long the first download of a plan takes and the second: the ratio must stay small.

Run with `python benchmarks/download.py`; it uses a database of its own.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import django

ROUNDS = 10
RATIO_BAR = 0.1
HOST = "refunds.example"
ON = date(2026, 11, 22)
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "situation": {"order__placed_by_me": True},
    "sales_channel": {"order__sales_channel": "affiliate_site"},
    "placed_on": {"order__placed_on": "2026-11-14"},
    "seller": {"order__seller_name": "某某号卡"},
    "payee": {"payment__payee": "affiliate"},
    "amount": {"payment__amount": "59.00", "payment__paid_on": "2026-11-14"},
    "order_page": {"signals__seller_page": "submitted"},
    "carrier": {"carrier__name": "china_unicom"},
    "carrier_record": {"signals__carrier_record": "number_reserved"},
}


def opened() -> tuple[Any, UUID]:
    """A browser that holds a case with a plan."""
    from django.test import Client

    from cases import services
    from cases.models import Case
    from cases.views import submission

    browser = Client(headers={"host": HOST})
    case_id = UUID(browser.post("/start/", secure=True)["Location"].split("/")[2])
    plan, version, summary = submission.build(ANSWERS, ON)
    services.plans.submit(
        Case.objects.get(pk=case_id),
        key="key",
        on=ON,
        plan=plan,
        knowledge_version=version,
        summary=summary,
    )
    return browser, case_id


def seconds(browser: Any, case_id: UUID) -> float:
    """How long one download takes."""
    begun = time.perf_counter()
    response = browser.get(f"/case/{case_id}/plan.pdf", secure=True)
    taken = time.perf_counter() - begun
    if response.status_code != 200:
        raise SystemExit(f"no PDF: {response.status_code}")
    return taken


def compare() -> None:
    """Time both downloads of so many plans and print their medians and the ratio."""
    seconds(*opened())  # the worker starts
    pairs = []
    for _ in range(ROUNDS):
        browser, case_id = opened()
        pairs.append((seconds(browser, case_id), seconds(browser, case_id)))
    first, second = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
    print(f"first   {first:7.1f} ms")
    print(f"second  {second:7.1f} ms")
    print(f"ratio   {second / first:7.3f} (bar {RATIO_BAR})")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/download.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "refundwizard.settings"
        os.environ["SITE_URL"] = f"https://{HOST}"
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        compare()
