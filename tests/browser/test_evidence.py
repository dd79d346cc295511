"""Evidence in a real browser: an upload without scripts on a phone, boxes by finger and mouse."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect
from pytest_django import Settings

from cases.renderings import evidence_picture
from cases.services import exhibits
from tests.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IPHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "user_agent": "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> None:
    """A store of its own."""
    kept = {**settings.STORAGES["evidence"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "evidence": kept}


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(**IPHONE, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def screenshot(colour: str = "white") -> FilePayload:
    file = io.BytesIO()
    Image.new("RGB", (560, 1120), colour).save(file, "PNG")
    return {"name": "IMG_0001.PNG", "mimeType": "image/png", "buffer": file.getvalue()}


def holding(client: Client, page: Page, site: str) -> Walker:
    """A case whose cookies the browser has."""
    walker = Walker(client)
    cookies = [{"name": n, "value": m.value, "url": site} for n, m in client.cookies.items()]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    return walker


def audit(page: Page) -> list[str]:
    """What axe finds, and whether the page is too wide."""
    found = [f"{each['id']}" for each in Axe().run(page).response["violations"]]
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return [*found, *(["too wide"] if page.evaluate(wide) else [])]


def test_a_phone_adds_describes_and_blackens(phone: Page, client: Client, live_server: Any) -> None:
    lin = holding(client, phone, live_server.url)
    phone.goto(live_server.url + reverse("exhibits", args=[lin.case_id]))
    picker = phone.locator("input[type=file]")
    assert picker.get_attribute("capture") is None
    picker.set_input_files([screenshot(), screenshot("#eef")])
    phone.get_by_label("这是什么").select_option(label="聊天记录")
    phone.locator("label", has_text="同意保存我上传的图片").click()
    phone.get_by_role("button", name="添加", exact=True).click()

    expect(phone.get_by_text("已添加 2 张图片")).to_be_visible()
    phone.get_by_role("button", name="证据2上移").click()
    phone.get_by_role("link", name="写说明、涂黑").first.click()
    picture = phone.locator(".blacken input")
    picture.click(position={"x": 70, "y": 140})
    expect(phone.get_by_text("第一个角记下了")).to_be_visible()
    picture.click(position={"x": 210, "y": 280})

    expect(phone.get_by_text("涂黑已更新")).to_be_visible()
    first = exhibits.of(lin.case)[0]
    left, top, width, height = first.boxes[0]
    assert left == pytest.approx(0.25, abs=0.01)
    assert top == pytest.approx(0.25, abs=0.01)
    assert (width, height) == (pytest.approx(0.5, abs=0.01), pytest.approx(0.25, abs=0.01))
    shared = Image.open(io.BytesIO(evidence_picture.shared(first)))
    assert shared.getpixel((280, 400)) == (0, 0, 0)


def test_the_mouse_draws_a_box(page: Page, client: Client, live_server: Any) -> None:
    faults: list[str] = []
    page.on("console", lambda entry: faults.append(entry.text) if entry.type == "error" else None)
    lin = holding(client, page, live_server.url)
    upload = screenshot()["buffer"]
    one = exhibits.add(lin.case, upload=upload, file_format="PNG", kind="chat", said={})
    page.goto(live_server.url + reverse("exhibit", args=[lin.case_id, one.pk]))
    picture = page.locator(".blacken input")
    picture.scroll_into_view_if_needed()
    place = picture.bounding_box()
    assert place is not None

    page.mouse.move(place["x"] + 28, place["y"] + 56)
    page.mouse.down()
    page.mouse.move(place["x"] + 140, place["y"] + 84)
    page.mouse.up()

    expect(page.get_by_text("涂黑已更新")).to_be_visible()
    one.refresh_from_db()
    assert one.boxes[0] == pytest.approx([0.1, 0.1, 0.4, 0.05], abs=0.01)
    assert faults == []


def test_the_keyboard_has_the_numbers(page: Page, client: Client, live_server: Any) -> None:
    lin = holding(client, page, live_server.url)
    upload = screenshot()["buffer"]
    one = exhibits.add(lin.case, upload=upload, file_format="PNG", kind="chat", said={})
    page.goto(live_server.url + reverse("exhibit", args=[lin.case_id, one.pk]))

    page.locator(".blacken input").press("Enter")

    expect(page.get_by_label("左起")).to_be_focused()
    for number in ("10", "20", "30", "5"):
        page.keyboard.type(number)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("涂黑已更新")).to_be_visible()
    one.refresh_from_db()
    assert one.boxes == [[0.1, 0.2, 0.3, 0.05]]


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_are_for_everybody(
    page: Page, client: Client, live_server: Any, width: int
) -> None:
    lin = holding(client, page, live_server.url)
    upload = screenshot()["buffer"]
    one = exhibits.add(lin.case, upload=upload, file_format="PNG", kind="chat", said={})
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(live_server.url + reverse("exhibits", args=[lin.case_id]))
    assert audit(page) == []
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.locator("#error-summary")).to_be_focused()
    assert audit(page) == []
    for name in ("exhibit", "exhibit-remove"):
        page.goto(live_server.url + reverse(name, args=[lin.case_id, one.pk]))
        assert audit(page) == []
