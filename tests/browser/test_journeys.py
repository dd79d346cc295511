"""The main job in a real browser: from the first question to the PDF, in three stories."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import time_machine
from playwright.sync_api import Browser, Page

from cases.assessment import assess
from cases.facts import read_facts
from cases.knowledge import Knowledge
from cases.models import Case
from cases.plan import make_plan
from cases.renderings.plan_json import as_json
from tests.browser.person import Person, story
from tests.flow import said_aloud

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STORIES = (
    "number_reserved_cannot_revoke",
    "activated_after_request_by_someone_else",
    "free_card_changed_mind",
)
VIEWS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True},
    "without-javascript": {
        "viewport": {"width": 360, "height": 740},
        "java_script_enabled": False,
    },
}
NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def noon() -> Iterator[None]:
    """The day of the stories, in China."""
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture(params=VIEWS)
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(**VIEWS[request.param])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", STORIES)
def test_a_walk_gives_the_plan_that_the_facts_give(
    name: str, view: Page, live_server: Any, noon: None, knowledge: Knowledge
) -> None:
    person, told = Person(view, live_server.url), story(name)

    case = Case.objects.get(pk=person.walk(told["facts"]))

    kept, assessed = case.plans.get().content, _assessed(told, knowledge)
    assert {key: kept[key] for key in assessed} == assessed
    assert not person.faults
    assert view.title().startswith("您的行动方案")
    assert "今天先做" in view.locator("h1").inner_text()


def test_the_pdf_is_a_plain_download_with_the_plan_in_it(
    page: Page, live_server: Any, noon: None
) -> None:
    person = Person(page, live_server.url)
    person.arrive(story("number_reserved_cannot_revoke")["facts"])

    with page.expect_download() as started:
        page.get_by_role("link", name="下载方案（PDF").click()

    download = started.value
    assert download.suggested_filename.startswith("维权方案_")
    text = _text_of(download.path().read_bytes())
    for words in ("今天先做", "2026年11月16日", "LT1116", "12月2日起可申诉", "下次买卡前看一遍"):
        assert words in text


def test_a_letter_is_a_plain_download(page: Page, live_server: Any, noon: None) -> None:
    Person(page, live_server.url).arrive(story("free_card_changed_mind")["facts"])

    with page.expect_download() as started:
        page.locator("#carrier-complaint-carrier summary").first.click()
        page.get_by_role("link", name="下载给运营商投诉的文字，长短都在里面（TXT）").click()

    assert "我要投诉" in started.value.path().read_text("utf-8")


def _assessed(told: dict[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    on = dt.date.fromisoformat(told["on"])
    facts = read_facts(said_aloud(told["facts"]), on=on)
    plan = make_plan(assess(facts, knowledge, on=on))
    table: dict[str, Any] = json.loads(json.dumps(as_json(plan)))
    return table


def _text_of(document: bytes) -> str:
    pages = pypdfium2.PdfDocument(io.BytesIO(document))
    return "".join(page.get_textpage().get_text_bounded() for page in pages).replace("\r\n", "")
