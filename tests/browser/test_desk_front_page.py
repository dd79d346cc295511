"""The front page of the desk and the freshness board in a real browser: charts and both themes."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page

from cases.models import CaseCount, DailyCount, PageReport, Seller
from tests.browser.person import Person
from tests.desk import member, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 768, "height": 900}
PLACES = ("/desk/", "/desk/?days=365", "/desk/freshness/")
DRAWN = "(canvas) => Boolean(Chart.getChart(canvas)) && canvas.clientHeight > 50"
Kind = CaseCount.Kind


@pytest.fixture
def wu(page: Page, live_server: Any) -> Person:
    """A reviewer, signed in, on a desk with some numbers."""
    _count()
    client = signed_in(member("reviewer", name="wu"))
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    return Person(page, live_server.url, audit=True)


def _count() -> None:
    on, seller = (
        timezone.localdate(),
        Seller.objects.create(name="小鹿通信推广中心（杭州）有限公司"),
    )
    numbers = [
        (Kind.OPEN, "activated", 41),
        (Kind.OPEN, "number_reserved", 12),
        (Kind.DUE, "", 53),
        (Kind.LOAD, "", 53),
        (Kind.SUBMITTED, "activated", 60),
        (Kind.CLOSED, "refunded", 7),
        (Kind.REFUND_DAYS, "11", 7),
        (Kind.CARRIER, "china_unicom", 60),
        (Kind.CARRIER_DAYS, "china_unicom:11", 7),
        (Kind.SELLER, f"{seller.pk}", 9),
        (Kind.SELLER_DAYS, f"{seller.pk}:11", 7),
    ]
    for kind, key, number in numbers:
        CaseCount.objects.create(kind=kind, on=on, key=key, number=number)
    for way, number in (("shown", 90), ("answered", 60)):
        DailyCount.objects.create(on=on, kind=way, step="payee", number=number)
    for step, code in (("payee", "required"), ("reply", "unknown")):
        DailyCount.objects.create(on=on, kind="error", step=step, code=code, number=3)
    PageReport.objects.create(page="reply", words="字")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_fits_and_is_accessible(wu: Person, scheme: Any, size: Any) -> None:
    wu.page.emulate_media(color_scheme=scheme)
    wu.page.set_viewport_size(size)
    for place in PLACES:
        wu.page.goto(wu.site + place)
        wu.look()
    assert not wu.faults


def test_every_chart_is_drawn_and_drawn_anew_for_another_theme(wu: Person) -> None:
    wu.page.goto(f"{wu.site}/desk/")
    charts = wu.page.locator("canvas[data-table]")
    assert charts.count() == 9
    assert all(charts.nth(number).evaluate(DRAWN) for number in range(9))

    wu.page.get_by_role("button", name="切换主题").first.click()

    assert all(charts.nth(number).evaluate(DRAWN) for number in range(9))
    assert not wu.faults


def test_a_number_leads_to_its_list(wu: Person) -> None:
    wu.page.goto(f"{wu.site}/desk/")
    wu.page.locator("#table-open").get_by_role("link", name="已激活").click()
    assert wu.page.url.endswith("/desk/cases/case/?assignee=all&stage=activated")
