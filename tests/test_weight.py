"""What a page weighs on a mobile connection, compressed, with all that it asks for."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cases.wizard.answers import clean_answers
from cases.wizard.steps import walk
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.walker import Walker

pytestmark = pytest.mark.django_db

KB = 1000
FIRST_PAGE = 60 * KB
ANY_PAGE = 90 * KB
OWN_SCRIPT = 5 * KB
STYLE_SHEET = 12 * KB

ASKED_FOR = re.compile(r'<(?:script|img|link|iframe|source|use)\b[^>]*?\b(?:src|href)="([^"]+)"')
PUBLIC = [
    "start",
    "privacy",
    "accessibility",
    "resume",
    "before-buying",
    "before-buying-example",
    "example",
    "remark",
    "remark-thanks",
]
OF_A_CASE = ["plan", "check", "verdict", "pictures", "exhibits", "outcome", "code", "delete"]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The day of the stories; an empty cache."""
    cache.clear()
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def lin(client: Client) -> Walker:
    """A person with a plan, in a chat app, where pages say the most."""
    client.defaults["HTTP_USER_AGENT"] = "MicroMessenger/8.0"
    lin = Walker(client)
    lin.answer(RESERVED)
    lin.submit()
    return lin


def compressed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def static(name: str) -> bytes:
    found = finders.find(name)
    assert isinstance(found, str), name
    with open(found, "rb") as file:
        return file.read()


def weight(client: Client, address: str) -> int:
    """Bytes of the page and of what it needs; pictures come one by one, as they are looked at."""
    response = client.get(address)
    assert response.status_code == 200, address
    page = response.content
    asked = {each for each in ASKED_FOR.findall(page.decode()) if not each.startswith("data:")}
    assert [each for each in asked if not each.startswith("/")] == [], "a stranger is asked"
    files = [each.removeprefix("/static/") for each in asked if each.startswith("/static/")]
    return compressed(page) + sum(compressed(static(name)) for name in files)


def test_the_first_page_is_light(client: Client) -> None:
    assert weight(client, reverse("start")) <= FIRST_PAGE


@pytest.mark.parametrize("name", PUBLIC)
def test_no_page_for_everybody_is_heavy(client: Client, name: str) -> None:
    assert weight(client, reverse(name)) <= ANY_PAGE


def test_no_page_of_a_case_is_heavy(lin: Walker) -> None:
    steps = [lin.url(step.name) for step in walk(clean_answers(lin.case.answers)).asked]
    pages = [reverse(name, args=[lin.case_id]) for name in OF_A_CASE]
    # Until there is a PDF, the page of the pictures only waits.
    lin.client.get(reverse("plan-pdf", args=[lin.case_id]))

    heavy = {
        page: size for page in [*steps, *pages] if (size := weight(lin.client, page)) > ANY_PAGE
    }

    assert heavy == {}


def test_our_own_script_and_style_are_light() -> None:
    assert compressed(static("app.js")) + compressed(static("evidence.js")) <= OWN_SCRIPT
    assert compressed(static("style.css")) <= STYLE_SHEET


def test_the_style_brings_nothing_along_and_nothing_moves() -> None:
    style = static("style.css").decode()

    assert "position: fixed" not in style
    for word in ("@import", "url(", "@font-face", "animation", "transition", "sticky"):
        assert word not in style
