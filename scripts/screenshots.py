"""Takes the pictures of README and docs: one story walked in a real browser.

usage: make screenshots         writes docs/images/*.png
       make screenshots ALL=1   writes every page into var/screenshots: empty, filled, in error
"""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from uuid import UUID

    from playwright.sync_api import APIResponse, FilePayload, Locator, Page

    from cases.models import Case

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
EVERYTHING = ROOT / "var" / "screenshots"
ADDRESS, PORT = "127.0.0.1", 8917
SITE = f"http://{ADDRESS}:{PORT}"
DAY = dt.datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
STORY = "number_reserved_cannot_revoke"
SHOWN = {"start": "/start/", "question": "/payee/", "stage": "/stage/", "channels": "/channels/"}
WIDTHS = {"phone": 360, "desktop": 1280}
# Pictures below the screen load only when they are asked to.
LOAD = """async () => {
  for (const each of document.images) each.loading = "eager";
  await Promise.all([...document.images].map((each) => each.decode()));
}"""
UNFOLD = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"


def main() -> None:
    """Walk once for each width, with a database of its own, and take the pictures on the way."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/screenshots.sqlite3",
            "DEVELOPMENT": "1",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
            "DJANGO_SETTINGS_MODULE": "refundwizard.settings",
        }
        _serve(folder)
        _photograph()


def _serve(folder: str) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from waitress import create_server

    settings.STORAGES["evidence"]["OPTIONS"]["location"] = folder
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    # The static files are looked up once, when the application is made.
    from refundwizard.wsgi import application

    server = create_server(application, host=ADDRESS, port=PORT)
    threading.Thread(target=server.run, daemon=True).start()


def _photograph() -> None:
    import time_machine
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    take = _everything if os.environ.get("ALL") else _walk
    with sync_playwright() as playwright, time_machine.travel(DAY, tick=True):
        browser = playwright.chromium.launch(executable_path=chromium, args=sandbox)
        for name, width in WIDTHS.items():
            take(browser.new_page(viewport={"width": width, "height": 800}), name)
        browser.close()


def _walk(page: Page, name: str) -> None:
    from tests.browser.person import Person, story

    IMAGES.mkdir(parents=True, exist_ok=True)

    class Photographer(Person):
        """Takes a picture of the pages worth showing."""

        def look(self) -> None:
            super().look()
            for title, ending in SHOWN.items():
                if self.page.url.endswith(ending):
                    self.page.screenshot(path=IMAGES / f"{title}-{name}.png")

    Photographer(page, SITE).walk(story(STORY)["facts"])
    page.screenshot(path=IMAGES / f"plan-{name}.png")


def _everything(page: Page, name: str) -> None:
    """Every step empty, filled and in error; then every other page, with and without a case."""
    album = EVERYTHING / name
    shutil.rmtree(album, ignore_errors=True)
    album.mkdir(parents=True)
    _photograph_steps(page, album)
    case_id = _photograph_pages(page, album)
    _photograph_letters(page, album, case_id)
    _photograph_exhibits(page, album, case_id)
    _photograph_refusals(page, album)
    _photograph_faults(page, album)
    _photograph_ends(page, album)


def _photograph_steps(page: Page, album: Path) -> None:
    from cases.wizard.steps import STEPS
    from tests.browser.pages import asks, first_forks, go_on, put, spoil

    case, forks = _begun(page), first_forks()
    for number, step in enumerate(STEPS, start=1):
        fork, title = forks[step.name], f"{number:02d}-{step.name}"
        put(case, fork.stored)
        page.goto(f"{SITE}/case/{case.pk}/{step.name}/")
        _keep(page, album / f"{title}-1-empty.png")
        if asks(page):
            spoil(page)
            go_on(page)
            page.wait_for_selector("#error-summary")
            _keep(page, album / f"{title}-3-error.png")
            put(case, fork.ways[0])
            page.goto(f"{SITE}/case/{case.pk}/{step.name}/")
            _keep(page, album / f"{title}-2-filled.png")


def _photograph_pages(page: Page, album: Path) -> UUID:
    from django.urls import reverse

    from tests.browser.pages import ALONE, OF_A_CASE
    from tests.browser.person import Person, story

    page.context.clear_cookies()
    case_id = Person(page, SITE).walk(story(STORY)["facts"])
    addresses = {name: reverse(name) for name in ALONE}
    addresses |= {name: reverse(name, args=[case_id]) for name in OF_A_CASE}
    for name, address in addresses.items():
        answer = page.request.get(SITE + address)
        if not _is_page(answer) or answer.url != SITE + address:
            continue
        page.goto(SITE + address)
        _keep(page, album / f"page-{name}.png")
        if page.locator("main details:not([open])").count():
            page.evaluate(UNFOLD)
            _keep(page, album / f"page-{name}-unfolded.png")
    return case_id


def _is_page(answer: APIResponse) -> bool:
    """Whether an address answers with a page, and no download or refusal of GET."""
    return answer.ok and answer.headers["content-type"].startswith("text/html")


def _photograph_letters(page: Page, album: Path, case_id: UUID) -> None:
    """A letter edited, previewed, saved, emptied; read aloud; the page behind the QR code."""
    from django.urls import reverse

    from cases.models import Case

    page.goto(SITE + reverse("plan", args=[case_id]))
    page.locator(".letter").first.wait_for()
    edit = page.locator("a[href*='/letters/'][href$='/']:not([href$='/read/'])").first
    address = SITE + str(edit.get_attribute("href"))
    page.goto(address)
    _keep(page, album / "letter-1-original.png")
    for name, words, button in (
        ("2-preview", "身份证号110101199003070000，请退款。", "preview"),
        ("3-saved", "请退款。", "save"),
        ("4-empty", "", "save"),
    ):
        page.goto(address)
        page.locator("#id_text").fill(words)
        page.locator(f"button[value={button}]").click()
        page.wait_for_load_state()
        page.evaluate(UNFOLD)
        _keep(page, album / f"letter-{name}.png")
    page.goto(SITE + reverse("plan", args=[case_id]))
    reads = page.locator("a[href$='/read/']").evaluate_all("(all) => all.map((a) => a.href)")
    page.goto(reads[0])
    _keep(page, album / "letter-read.png")
    case = Case.objects.get(pk=case_id)
    for name, version in (("same", case.plans.latest().knowledge_version), ("old", "0" * 12)):
        page.goto(SITE + reverse("advice", args=[case.public_id, version]))
        _keep(page, album / f"page-advice-{name}.png")


def _photograph_exhibits(page: Page, album: Path, case_id: UUID) -> None:
    """Pictures refused and added, one with a black box, one about to be removed."""
    from django.urls import reverse
    from playwright.sync_api import Position

    address = SITE + reverse("exhibits", args=[case_id])
    page.goto(address)
    page.get_by_role("button", name="添加").click()
    page.wait_for_selector("#error-summary")
    _keep(page, album / "exhibits-error.png")
    page.goto(address)
    page.locator("#pictures").set_input_files([_phone_picture("white"), _phone_picture("teal")])
    page.locator("select").first.select_option(index=1)
    page.locator("label[for=id_agreed]").click()
    page.get_by_role("button", name="添加").click()
    page.wait_for_selector(".exhibits")
    _keep(page, album / "exhibits-filled.png")
    page.locator(".exhibits .button").first.click()
    page.wait_for_selector(".blacken")
    for corner in (Position(x=40, y=100), Position(x=200, y=160)):
        page.locator(".blacken input").click(position=corner)
        page.wait_for_load_state()
    page.evaluate(UNFOLD)
    _keep(page, album / "exhibit.png")
    page.goto(address)
    page.locator(".exhibits .danger").first.click()
    page.wait_for_load_state()
    _keep(page, album / "exhibit-remove.png")
    page.goto(SITE + reverse("plan", args=[case_id]))
    page.evaluate(UNFOLD)
    _keep(page, album / "page-plan-with-exhibits.png")


def _phone_picture(colour: str) -> FilePayload:
    """An upload of the shape of a phone's screen."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (1080, 2340), colour).save(file, "PNG")
    return {"name": "screen.png", "mimeType": "image/png", "buffer": file.getvalue()}


def _photograph_refusals(page: Page, album: Path) -> None:
    """The forms outside the questions, sent empty."""
    for name, address, button in (
        ("remark", "/remark/?page=start", "发送"),
        ("before-buying", "/before-buying/", "查一查"),
    ):
        page.goto(SITE + address)
        page.get_by_role("button", name=button).click()
        page.wait_for_selector("#error-summary")
        _keep(page, album / f"page-{name}-error.png")


def _photograph_faults(page: Page, album: Path) -> None:
    from tests.browser.pages import FAULTS, fault_page, go_on, put

    case = _begun(page)
    page.goto(f"{SITE}/case/{case.pk}/situation/")
    first, second = page.get_by_role("radio").all()[:2]
    put(case, _answered_elsewhere(second))
    first.check()
    go_on(page)
    page.wait_for_selector("[role=alert]")
    _keep(page, album / "fault-conflict.png")
    _photograph_lost_cookies(page, album, f"{SITE}/case/{case.pk}/situation/")
    for status in FAULTS:
        page.goto(f"{SITE}/start/")
        page.set_content(fault_page(status))
        _keep(page, album / f"fault-{status}.png")


def _photograph_lost_cookies(page: Page, album: Path, address: str) -> None:
    from django.conf import settings

    from tests.browser.pages import go_on

    for cookie in (settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_NAME):
        page.goto(address)
        page.context.clear_cookies(name=cookie)
        page.get_by_role("radio").first.check()
        go_on(page)
        page.wait_for_selector("#typed")
        _keep(page, album / f"fault-without-{cookie}.png")


def _begun(page: Page) -> Case:
    """A case opened in this browser."""
    from cases.models import Case

    page.goto(f"{SITE}/start/")
    page.locator("button.big").click()
    page.wait_for_url("**/situation/")
    return Case.objects.get(pk=page.url.split("/")[4])


def _answered_elsewhere(choice: Locator) -> dict[str, dict[str, Any]]:
    """The first question as if another tab had just answered it."""
    from cases.wizard.steps import STEPS, walk
    from tests.flow import clean

    name, value = choice.get_attribute("name") or "", choice.get_attribute("value") or ""
    typed = {name: [value]}
    answer = {"typed": typed, "clean": clean(STEPS[0].name, typed, walk({})), "version": 2}
    return {STEPS[0].name: answer}


def _photograph_ends(page: Page, album: Path) -> None:
    """A code that opens nothing, a case deleted, a browser that forgets its cases."""
    from django.urls import reverse

    case = _begun(page)
    page.goto(SITE + reverse("resume"))
    page.locator("[name=code]").fill("7K3M")
    page.get_by_role("button", name="打开案件").click()
    page.wait_for_selector("#error-summary")
    _keep(page, album / "page-resume-error.png")
    page.goto(SITE + reverse("delete", args=[case.pk]))
    page.get_by_role("button", name="立即删除这份案件").click()
    page.wait_for_url("**" + reverse("deleted"))
    _keep(page, album / "page-deleted.png")
    _begun(page)
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**" + reverse("leave"))
    _keep(page, album / "page-left.png")


def _keep(page: Page, file: Path) -> None:
    page.wait_for_load_state()
    page.evaluate(LOAD)
    page.screenshot(path=file, full_page=True)


if __name__ == "__main__":
    main()
