"""The example: a whole plan of nobody's case, made on the day it is looked at."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pypdf
import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import resolve, reverse

from cases.renderings import pdf
from cases.views import example

LINK = re.compile(r'(?:href|action)="(/[^"]*)"')
WITHOUT_A_CASE = {
    "start", "resume", "text-size", "example", "example-pdf", "privacy", "accessibility", "remark",
    "reply",
}  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, scope="module")
def no_worker_left() -> Iterator[None]:
    yield
    pdf.close()


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


def page(client: Client) -> str:
    response = client.get(reverse("example"))
    assert response.status_code == 200
    return response.content.decode()


def test_it_works(client: Client) -> None:
    html = page(client)

    for words in ("这是示例，不是您的方案", "68元", "某某优选号卡（示例）", "按顺序做", "证据清单"):
        assert words in html
    assert 'class="letter user-text' in html
    assert "2026年11月13日" in html


def test_it_leads_only_to_pages_that_are_there(client: Client) -> None:
    routes = {
        resolve(address.partition("?")[0]).url_name
        for address in LINK.findall(page(client))
        if not address.startswith("/static/")
    }

    assert routes <= WITHOUT_A_CASE


def test_it_writes_no_row_and_opens_no_session(client: Client) -> None:
    before = {model: model._default_manager.count() for model in apps.get_models()}
    page(client)

    assert {model: model._default_manager.count() for model in apps.get_models()} == before
    assert "sessionid" not in client.cookies
    assert "sid" not in client.cookies


@pytest.mark.parametrize("agent", ["MicroMessenger/8.0", "Mozilla/5.0"])
def test_it_opens_in_any_browser(client: Client, agent: str) -> None:
    client.defaults["HTTP_USER_AGENT"] = agent
    assert "这是示例" in page(client)


@pytest.mark.parametrize("day", ["2026-12-31", "2027-02-16", "2028-02-29", "2031-06-30"])
def test_it_never_goes_stale(client: Client, day: str) -> None:
    with time_machine.travel(f"{day}T10:00:00+08:00", tick=False):
        html = page(client)

    year, month, number = (int(part) for part in day.split("-"))
    assert f"{year}年{month}月{number}日" in html


def test_it_is_made_once_a_day(client: Client) -> None:
    page(client)
    made = example._shown.cache_info().misses
    page(client)
    assert example._shown.cache_info().misses == made


def test_the_pdf_says_on_its_pages_that_it_is_an_example(client: Client) -> None:
    response = client.get(reverse("example-pdf"))

    assert response["Content-Type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(response.content)).pages
    assert all("示例" in each.extract_text() for each in pages)


def test_without_a_pdf_the_page_is_still_there(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "WALL_SECONDS", 0)
    example._document.cache_clear()
    response = client.get(reverse("example-pdf"))

    assert response.status_code == 503
    assert response["Retry-After"]
    assert reverse("example") in response.content.decode()


def test_the_first_page_leads_to_it(client: Client) -> None:
    assert f'href="{reverse("example")}"' in client.get(reverse("start")).content.decode()
