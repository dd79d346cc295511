"""Remarks about the pages: what is kept of them, what is not, and how many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import services
from cases.models import PageReport
from cases.services.remarks import TooManyRemarks
from cases.wizard.forms.remark import LONGEST_REMARK
from tests.desk import staff
from tests.walker import Walker

WORDS = "这里的“号码已分配”\n没有说清楚。"
HOME = "203.0.113.7"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    cache.clear()
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


def send(client: Client, words: str = WORDS, page: str = "payee", **extra: Any) -> Any:
    return client.post(f"{reverse('remark')}?page={page}", {"words": words}, **extra)


def text(response: Any) -> str:
    html: str = response.content.decode()
    return html


# ---- the page


def test_it_works(client: Client) -> None:
    form = text(client.get("/remark/?page=payee"))
    assert "请不要写姓名、电话、订单号" in form
    assert f'data-most="{LONGEST_REMARK}"' in form

    response = send(client)

    assert response.status_code == 302
    assert response.url == "/remark/thanks/?page=payee"
    assert "收到了" in text(client.get(response.url))
    kept = PageReport.objects.get()
    assert (kept.page, kept.words) == ("payee", WORDS)


def test_the_row_holds_the_page_the_sealed_words_and_the_time(client: Client) -> None:
    send(client, REMOTE_ADDR=HOME, headers={"Referer": "http://testserver/case/1/payee/"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_pagereport")
        assert [column[0] for column in cursor.description] == ["id", "page", "words", "at"]
        row = " ".join(map(str, cursor.fetchone()))
    for told in ("号码", HOME, "203.0", "/case/"):
        assert told not in row


@pytest.mark.parametrize(
    ("named", "kept"),
    [
        ("start", "start"),
        ("plan", "plan"),
        ("payee", "payee"),
        ("", "other"),
        ("3f0c1a2e-0000-4000-8000-000000000000", "other"),
        ("<script>", "other"),
        ("admin:index", "other"),
        ("x" * 5000, "other"),
    ],
)
def test_only_pages_that_there_are_can_be_named(client: Client, named: str, kept: str) -> None:
    send(client, page=named)
    assert PageReport.objects.get().page == kept


@pytest.mark.parametrize("words", ["", "   \n", "\x00", "字" * (LONGEST_REMARK + 1)])
def test_it_says_what_is_to_be_mended(client: Client, words: str) -> None:
    response = send(client, words=words)

    assert response.status_code == 200
    html = text(response)
    assert "错误：" in html
    assert 'href="#id_words"' in html
    assert not PageReport.objects.exists()


def test_the_longest_remark_fits_however_the_browser_ends_lines(client: Client) -> None:
    send(client, words="字\r\n" * (LONGEST_REMARK // 2 - 1) + "字字")
    assert len(PageReport.objects.get().words) == LONGEST_REMARK


def test_what_was_written_is_shown_as_text(client: Client) -> None:
    html = text(send(client, words="<b>" + "字" * LONGEST_REMARK))
    assert "&lt;b&gt;字" in html


# ---- where the link is, and the way back


@pytest.mark.parametrize("name", ["start", "privacy", "resume", "before-buying", "example"])
def test_every_page_has_the_link(client: Client, name: str) -> None:
    assert f'href="/remark/?page={name}"' in text(client.get(reverse(name)))
    assert f'href="{reverse(name)}"' in text(client.get(f"/remark/thanks/?page={name}"))


def test_on_a_question_the_link_takes_along_what_stands_typed(client: Client) -> None:
    lin = Walker(client)
    lin.post("situation", {"order__placed_by_me": "mine"})
    response = lin.post("business_use", {"consumer__business_use": "no"}, nav="remark")

    assert response.url == "/remark/?page=business_use"
    assert lin.case.answers["business_use"]["typed"] == {"consumer__business_use": ["no"]}
    assert f'href="{lin.url("business_use")}"' in text(client.get(response.url))


def test_with_several_cases_the_way_back_is_the_first_page(client: Client) -> None:
    Walker(client)
    Walker(client)
    html = text(client.get("/remark/thanks/?page=payee"))
    assert "回到首页" in html
    assert "/case/" not in html


@pytest.mark.parametrize("name", ["leave", "text-size", "submit", "plan-pdf", "other"])
def test_it_leads_back_to_no_address_that_is_no_page(client: Client, name: str) -> None:
    Walker(client)
    assert "回到首页" in text(client.get(f"/remark/thanks/?page={name}"))


# ---- limits


def test_one_neighbourhood_may_write_so_many_an_hour(client: Client) -> None:
    for _time in range(services.remarks.REMARKS_PER_ADDRESS):
        assert send(client, REMOTE_ADDR=HOME).status_code == 302
    refused = send(client, REMOTE_ADDR="203.0.113.200")

    assert refused.status_code == 429
    assert refused["Retry-After"] == "3600"
    html = text(refused)
    assert "请过一小时再发" in html
    assert "没有说清楚" in html
    assert send(client, REMOTE_ADDR="198.51.100.1").status_code == 302
    assert PageReport.objects.count() == services.remarks.REMARKS_PER_ADDRESS + 1


def test_everybody_together_may_write_so_many_an_hour() -> None:
    for number in range(services.remarks.REMARKS_IN_ALL):
        services.remarks.keep_remark(page="start", words="字", address=f"198.18.{number}.1")
    with pytest.raises(TooManyRemarks):
        services.remarks.keep_remark(page="start", words="字", address=HOME)

    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1), tick=False):
        services.remarks.keep_remark(page="start", words="字", address=HOME)


# ---- retention and the desk


def test_remarks_go_after_half_a_year() -> None:
    services.remarks.keep_remark(page="start", words=WORDS, address=HOME)
    assert (
        services.disposal.purge(timezone.now() + timedelta(days=179), dry_run=True)["remarks"] == 0
    )
    assert (
        services.disposal.purge(timezone.now() + timedelta(days=180), dry_run=False)["remarks"] == 1
    )
    assert not PageReport.objects.exists()


@pytest.fixture
def wu() -> Client:
    return staff("reviewer")


def test_the_desk_lists_remarks_and_opens_the_words_one_by_one(wu: Client) -> None:
    kept = services.remarks.keep_remark(page="payee", words="<i>不清楚</i>", address=HOME)
    listed = text(wu.get("/desk/cases/pagereport/"))
    assert "payee" in listed
    assert "不清楚&lt;" not in listed

    opened = text(wu.get(f"/desk/cases/pagereport/{kept.pk}/change/"))
    assert "&lt;i&gt;不清楚&lt;/i&gt;" in opened


def test_on_the_desk_nothing_changes_a_remark(wu: Client) -> None:
    kept = services.remarks.keep_remark(page="payee", words=WORDS, address=HOME)
    address = f"/desk/cases/pagereport/{kept.pk}/"
    assert wu.post(f"{address}change/", {"words": "别的"}).status_code in (403, 405)
    assert wu.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    assert wu.get("/desk/cases/pagereport/add/").status_code == 403
    assert PageReport.objects.get().words == WORDS


def test_a_person_without_the_right_sees_no_remark(client: Client) -> None:
    client.force_login(User.objects.create(username="nobody", is_staff=True))
    assert client.get("/desk/cases/pagereport/").status_code == 403


def test_a_damaged_remark_does_not_take_the_page_away(wu: Client) -> None:
    kept = services.remarks.keep_remark(page="payee", words=WORDS, address=HOME)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_pagereport SET words = 'v1.k.damaged'")
    assert "无法解密" in text(wu.get(f"/desk/cases/pagereport/{kept.pk}/change/"))
