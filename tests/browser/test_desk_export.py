"""Exporting and the log in a real browser: a file comes down, both pages fit, in both themes."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from cases.models import Event, Export
from cases.services import events
from tests.browser.person import Person
from tests.desk import member, signed_in
from tests.desk_cases import PHONE, submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 768, "height": 900}


@pytest.fixture
def su(page: Page, live_server: Any) -> Person:
    """A senior who is an administrator too, signed in, with a case."""
    case = submitted()
    user = member("senior", "administrator", name="su")
    fields = ["consumer__phone", "consumer__name", "order__number"]
    events.record(Event.Kind.REVEALED, actor="su", case=case, fields=fields, reason="contact")
    Export.objects.create(author=user, format="csv", total=5000, done=1500)
    value = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    return Person(page, live_server.url, audit=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_fits_and_is_accessible(su: Person, scheme: Any, size: Any) -> None:
    su.page.emulate_media(color_scheme=scheme)
    su.page.set_viewport_size(size)
    running = f"/desk/exports/{Export.objects.get().pk}/"
    for place in ("/desk/log/", "/desk/log/?case=AB", "/desk/exports/new/", running):
        su.page.goto(su.site + place)
        su.look()
    assert not su.faults


def test_a_file_with_personal_data_comes_down_after_a_reason(su: Person, tmp_path: Path) -> None:
    page = su.page
    page.goto(f"{su.site}/desk/exports/new/")
    page.get_by_label("不遮盖姓名、电话和订单号").check()
    page.get_by_role("button", name="开始导出").click()
    expect(page.get_by_text("不遮盖时请选择理由")).to_be_visible()

    page.get_by_label("理由").select_option("contact_people")
    page.get_by_role("button", name="开始导出").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 XLSX").click()
    download.value.save_as(tmp_path / "file.xlsx")
    with zipfile.ZipFile(tmp_path / "file.xlsx") as book:
        assert PHONE in book.read("xl/worksheets/sheet1.xml").decode()

    page.goto(f"{su.site}/desk/log/?kind=downloaded")
    expect(page.get_by_role("cell", name="导出", exact=False)).to_have_count(1)
    assert not su.faults
