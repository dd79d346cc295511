"""Texts of the plan in a real browser: edited, counted by the server, copied where it is hard."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from cases.models import Case
from tests.browser.person import Person, story
from tests.browser.test_devices import NO_CLIPBOARD, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RESERVED = "number_reserved_cannot_revoke"
SLUG = "carrier-complaint-carrier"
MINE = "我要投诉，请登记。工号是【工号】吗？请在五日内答复。"


def opened(page: Page, site: str, length: str) -> tuple[Person, str]:
    """A person on the page of one text, and the address of their case."""
    person = Person(page, site)
    case = f"{site}/case/{person.arrive(story(RESERVED)['facts'])}/"
    page.goto(f"{case}letters/{SLUG}/{length}/")
    person.look()
    return person, case


def test_the_server_counts_while_one_types_and_advises_before_it_is_kept(
    page: Page, live_server: Any
) -> None:
    person, case = opened(page, live_server.url, "chat")
    box = page.get_by_label("聊天窗口用")

    box.fill("你们这些骗子" + "长" * 300)
    expect(page.locator("#counted")).to_contain_text("现在306字")
    expect(page.locator("#counted")).to_contain_text(re.compile(r"多了\d+字"))
    expect(page.locator("#counted")).to_contain_text("“骗子”")
    expect(box).to_be_focused()
    page.get_by_role("button", name="保存", exact=True).click()

    expect(page.get_by_role("status").first).to_contain_text("已保存")
    person.look()
    page.goto(case)
    expect(page.locator(f"#text-{SLUG}-chat")).to_have_text(re.compile("^你们这些骗子"))
    assert not person.faults


def test_without_scripts_everything_works(browser: Browser, live_server: Any) -> None:
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    person, case = opened(page, live_server.url, "call-60s")
    before = page.locator("#id_text").input_value()

    page.locator("#id_text").fill(MINE)
    page.get_by_role("button", name="预览，先不保存").click()
    expect(page.get_by_role("heading", name="预览（还没有保存）")).to_be_visible()
    page.get_by_role("button", name="保存", exact=True).click()
    person.look()
    expect(page.locator("main .tag")).to_have_text("已修改")
    page.get_by_role("link", name="用大字念，一句一行").click()
    person.look()
    expect(page.locator("mark")).to_have_text("【工号】")
    size = page.locator(".read-aloud").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 24
    page.go_back()
    page.get_by_text("看原文，或者恢复原文").click()
    page.get_by_role("button", name="恢复原文").click()
    expect(page.locator("#id_text")).to_have_value(before)
    page.get_by_role("button", name="换回这段文字").click()
    expect(page.locator("#id_text")).to_have_value(MINE)
    assert not person.faults
    context.close()


def test_where_nothing_may_copy_each_text_is_selected_and_said(
    page: Page, live_server: Any
) -> None:
    page.add_init_script(NO_CLIPBOARD)
    opened(page, live_server.url, "chat")

    page.get_by_role("button", name="复制框里的文字").click()

    expect(page.locator("#status")).to_have_text("请长按选中的文字复制")
    box = page.locator("#id_text")
    selected = box.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)")
    assert selected == box.input_value()


def test_another_device_is_led_to_the_text_by_the_code(
    page: Page, browser: Browser, live_server: Any
) -> None:
    opened(page, live_server.url, "full")
    address, code = page.url, Case.objects.get().code.grouped
    other = browser.new_page()

    other.goto(address)
    other.get_by_label("案件代码").fill(code)
    other.get_by_role("button", name="打开案件").click()

    expect(other.locator("#id_text")).to_be_visible()
    assert other.url == address
    other.close()


@pytest.mark.parametrize("size", ["standard", "larger"])
def test_nothing_is_in_anybodys_way(page: Page, live_server: Any, size: str) -> None:
    page.context.add_cookies([{"name": "text_size", "value": size, "url": live_server.url}])
    person, case = opened(page, live_server.url, "call-20s")
    page.set_viewport_size({"width": 360, "height": 740})
    page.locator("#id_text").fill("长" * 5000)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#error-summary")).to_be_focused()
    person.look()
    assert Axe().run(page).response["violations"] == []

    page.locator("#id_text").fill("骗子" + "长" * 200)
    page.get_by_role("button", name="保存", exact=True).click()
    for summary in page.locator("summary").all():
        summary.click()
    person.look()
    assert Axe().run(page).response["violations"] == []
    page.goto(f"{case}letters/{SLUG}/call-20s/read/")
    person.look()
    assert Axe().run(page).response["violations"] == []
    assert not person.faults
