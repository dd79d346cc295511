"""The title of every page: the question or what the page is, then the name of the service."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from cases.urls import urlpatterns
from cases.views import faults
from cases.wizard.steps import STEPS
from tests.branches import Fork, forks
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.walker import Walker

pytestmark = pytest.mark.django_db

TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
SHAPE = re.compile(r"\S(.*\S)? - 号卡退款向导")
# A blank of the template's layout: doubled, a line end, or behind a full-width sign.
STRAY = re.compile(r"\s\s|[\n\t]|[：，。；、]\s")
ALONE = [route.name for route in urlpatterns if route.name and "<" not in str(route.pattern)]
OF_A_CASE = [
    route.name
    for route in urlpatterns
    if route.name and re.fullmatch("[^<]*<uuid:case>[^<]*/", str(route.pattern))
]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The day of the stories; an empty cache."""
    cache.clear()
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


def title(content: bytes) -> str:
    """The page's title, which has the right shape."""
    found = TITLE.search(content.decode())
    assert found
    words = html.unescape(found[1])
    assert SHAPE.fullmatch(words), words
    assert not STRAY.search(words), words
    return words


def is_page(response: Any) -> bool:
    return str(response.headers.get("Content-Type", "")).startswith("text/html")


def first_forks() -> dict[str, Fork]:
    """Each step in a state in which it is asked."""
    return {fork.step.name: fork for fork in reversed(forks())}


@pytest.mark.parametrize("name", ALONE)
def test_pages_for_everybody(client: Client, name: str) -> None:
    response = client.get(reverse(name), follow=True)

    if is_page(response) and response.status_code != 405:
        title(response.content)


@pytest.mark.parametrize("name", ["resume", "before-buying"])
def test_pages_for_everybody_in_error(client: Client, name: str) -> None:
    response = client.post(reverse(name), {"code": "x"})

    assert title(response.content).startswith("错误：")


@pytest.mark.parametrize("name", OF_A_CASE)
def test_pages_of_a_case(client: Client, name: str) -> None:
    lin = Walker(client)
    lin.answer(RESERVED)
    lin.submit()

    response = client.get(reverse(name, args=[lin.case_id]))

    if is_page(response) and response.status_code == 200:
        title(response.content)


def test_every_step_and_its_errors(client: Client) -> None:
    lin = Walker(client)
    for name, fork in first_forks().items():
        case = lin.case
        case.answers, case.version = fork.stored, 1
        case.save()
        form = lin.get(name).context["form"]
        assert title(lin.get(name).content) == f"{form.title} - 号卡退款向导"
        wrong = lin.post(name, {})
        if wrong.status_code == 200:
            assert title(wrong.content) == f"错误：{form.title} - 号卡退款向导"
    assert set(first_forks()) == {step.name for step in STEPS}


def test_a_lost_case_and_the_faults(client: Client) -> None:
    lin = Walker(client)

    title(Client().get(lin.url("seller")).content)
    title(Client(enforce_csrf_checks=True).post(lin.url("seller"), {"x": "y"}).content)
    for fault in (faults.bad_request, faults.not_found, faults.server_error):
        title(fault(RequestFactory().get("/")).content)
