"""Downloading the plan: made once, kept sealed for an hour, gone with the case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cases import services
from cases.models import Case, Plan
from cases.renderings import pdf, plan_cache
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.walker import Walker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The day of the stories; an empty cache and one fresh worker, whose jobs are counted."""
    cache.clear()
    pdf.close()
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield
    pdf.close()


@pytest.fixture
def lin(client: Client) -> Walker:
    """A person with a plan."""
    lin = Walker(client)
    lin.answer(RESERVED)
    lin.submit()
    return lin


def download(lin: Walker) -> Any:
    return lin.client.get(reverse("plan-pdf", args=[lin.case_id]))


def rendered() -> int:
    """How many documents the worker has made."""
    return sum(worker.jobs for worker in pdf._idle)


def test_the_second_download_is_not_made_again(lin: Walker) -> None:
    first, second = download(lin), download(lin)

    assert first.content.startswith(b"%PDF")
    assert second.content == first.content
    assert second["Content-Disposition"] == first["Content-Disposition"]
    assert rendered() == 1


def test_another_choice_of_channels_is_made_anew(lin: Walker) -> None:
    first = download(lin).content
    lin.post("channels", {"chosen": ["carrier_complaint:carrier"]})

    assert download(lin).content != first
    assert rendered() == 2


def test_after_an_hour_it_is_made_anew(lin: Walker) -> None:
    download(lin)

    with time_machine.travel("2026-11-22T11:00:01+08:00", tick=False):
        download(lin)

    assert rendered() == 2


def test_nothing_readable_lies_in_the_cache(lin: Walker) -> None:
    document = download(lin).content

    kept = cache.get(f"plan.pdf:{Plan.objects.get().pk}")

    assert isinstance(kept, str)
    assert kept.startswith("v1.")
    assert document[:40] not in kept.encode()


def test_it_goes_with_the_case(lin: Walker) -> None:
    download(lin)
    key = f"plan.pdf:{Plan.objects.get().pk}"

    services.erase(lin.case)

    assert cache.get(key) is None


def test_a_case_erased_while_the_engine_worked_leaves_none(lin: Walker) -> None:
    plan = Plan.objects.get()
    services.erase(lin.case)

    plan_cache.kept_pdf(plan, code="", chosen=None)

    assert cache.get(f"plan.pdf:{plan.pk}") is None


def test_when_too_many_want_one_a_page_says_when_to_come_back(lin: Walker) -> None:
    with ExitStack() as taken:
        for _ in range(pdf.AT_ONCE + pdf.WAITING):
            taken.enter_context(pdf._taking(pdf._doors, timeout=0))
        response = download(lin)

    assert response.status_code == 503
    assert response["Retry-After"] == "60"


def test_submitting_the_same_answers_again_keeps_the_plan(lin: Walker) -> None:
    lin.submit()

    assert Plan.objects.count() == 1


def test_one_plan_too_many_is_refused_with_a_sentence(lin: Walker) -> None:
    case = Case.objects.get()
    for number in range(services.PLANS_PER_CASE - 1):
        services.submit(
            case,
            key=f"{number}",
            on=Plan.objects.latest().on,
            plan={**Plan.objects.latest().content, "number": number},
            knowledge_version="0",
            summary={},
        )

    lin.post("names", {"consumer__name": "林"})
    response = lin.submit()

    assert response.url == reverse("plan", args=[lin.case_id])
    assert "20 份方案" in lin.client.get(response.url).content.decode()
    assert Plan.objects.count() == services.PLANS_PER_CASE
