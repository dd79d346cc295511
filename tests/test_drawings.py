"""The small drawings of where something stands: sound, said in words too, and on the right page."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client

from cases.knowledge import Knowledge
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.stories import STORIES
from tests.walker import Walker

ROOT = Path(__file__).parent.parent
DRAWINGS = sorted(path.stem for path in (ROOT / "templates/wizard/drawings").glob("*.html"))
FOREIGN = re.compile(r"style=|https?:|<style|<script|<image|url\(|on\w+=", re.IGNORECASE)

MARKUP_LIMIT = 3_000
PAGE_LIMIT = 90_000

# Which step shows which drawings, by how the card was ordered.
MARKETPLACE = {
    "card_kind": ["iccid_card", "iccid_leaflet"],
    "payee": ["payee_alipay", "payee_wechat"],
    "order_page": ["order_stage_marketplace"],
    "carrier_record": ["carrier_record_app"],
    "activation": ["activation_app", "activation_sms"],
    "carrier_ticket": ["ticket_app", "ticket_sms"],
    "names": ["order_number_marketplace"],
}
MINI_PROGRAM = {"order_page": ["order_stage_mini_program"], "names": ["order_number_mini_program"]}
ACTIVATED = {
    **RESERVED,
    "signals": {"seller_page": "activated", "parcel": "delivered", "carrier_record": "active"},
    "carrier": {"name": "china_unicom", "complained": True, "complained_on": "2026-11-20"},
}


class Words(HTMLParser):
    """The text of a page, by the nearest tag that matters here."""

    TAGS = ("title", "desc", "figcaption", "summary", "svg")

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said: dict[str, str] = dict.fromkeys(self.TAGS, "")
        self.svg: dict[str, str | None] = {}
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.TAGS:
            self.open.append(tag)
        if tag == "svg":
            self.svg = dict(attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.TAGS:
            self.open.remove(tag)

    def handle_data(self, data: str) -> None:
        if self.open:
            self.said[self.open[-1]] += data.strip()


def drawn(name: str) -> str:
    """The markup of one drawing."""
    return render_to_string(f"wizard/drawings/{name}.html")


def ordered_at(channel: str) -> dict[str, object]:
    """The facts of an activated card that was ordered there."""
    return {**ACTIVATED, "order": {**RESERVED["order"], "sales_channel": channel}}


def shown_on(page: str) -> list[str]:
    """The names of the drawings on a page."""
    titles = {Words(drawn(name)).said["title"]: name for name in DRAWINGS}
    return sorted(name for title, name in titles.items() if title in page)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The day of the stories, in the morning in China."""
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.mark.parametrize("name", DRAWINGS)
def test_it_says_what_it_shows(name: str) -> None:
    drawing = Words(drawn(name))

    assert drawing.svg["role"] == "img"
    assert drawing.said["title"].startswith("示意图：")
    assert len(drawing.said["desc"]) > 20


@pytest.mark.parametrize("name", DRAWINGS)
def test_it_is_said_in_words_beside(name: str) -> None:
    assert len(Words(drawn(name)).said["figcaption"]) > 20


@pytest.mark.parametrize("name", DRAWINGS)
def test_it_points_at_one_place(name: str) -> None:
    assert drawn(name).count('class="marker"') == 1


@pytest.mark.parametrize("name", DRAWINGS)
def test_it_is_small_and_brings_nothing_along(name: str) -> None:
    markup = drawn(name)

    assert len(markup.encode()) <= MARKUP_LIMIT
    assert not FOREIGN.search(markup)


@pytest.mark.parametrize("name", DRAWINGS)
def test_its_advice_names_answers_that_can_be_chosen(name: str, knowledge: Knowledge) -> None:
    labels = {label for table in knowledge.labels.values() for label in table.values()}

    assert {*re.findall("选“(.+?)”", drawn(name))} <= labels


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("channel", "shown"),
    [("marketplace", MARKETPLACE), ("mini_program", {**MARKETPLACE, **MINI_PROGRAM})],
)
def test_each_stands_where_it_is_asked_for(
    client: Client, channel: str, shown: dict[str, list[str]]
) -> None:
    lin = Walker(client)
    lin.answer(ordered_at(channel))

    for step, names in shown.items():
        assert shown_on(lin.get(step).content.decode()) == names, step


@pytest.mark.django_db
def test_who_does_not_know_where_it_was_ordered_sees_both(client: Client) -> None:
    lin = Walker(client)
    lin.answer(ordered_at("unknown"))

    both = ["order_stage_marketplace", "order_stage_mini_program"]
    assert shown_on(lin.get("order_page").content.decode()) == both


def test_none_is_left_over() -> None:
    shown = {name for names in (*MARKETPLACE.values(), *MINI_PROGRAM.values()) for name in names}

    assert shown == {*DRAWINGS}


@pytest.mark.django_db
def test_it_stays_out_of_the_way_until_opened(client: Client) -> None:
    lin = Walker(client)
    lin.answer(ordered_at("marketplace"))

    for step in MARKETPLACE:
        page = lin.get(step).content.decode()
        assert "在哪里找？" in Words(page).said["summary"], step
        folded = "".join(re.findall(r"<details>.*?</details>", page, re.DOTALL))
        assert folded.count('class="drawing"') == page.count('class="drawing"') > 0, step


@pytest.mark.django_db
def test_a_strange_number_has_no_order_to_look_at(client: Client) -> None:
    lin = Walker(client)
    lin.post("situation", {"order__placed_by_me": "no"})
    lin.answer({"order": {"placed_by_me": False}})

    for step in ("carrier_record", "activation", "names"):
        assert shown_on(lin.get(step).content.decode()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("story", STORIES)
def test_no_page_becomes_heavy(client: Client, story: str) -> None:
    lin = Walker(client)
    lin.answer(STORIES[story])
    static = sum(
        len(gzip.compress((ROOT / name).read_bytes()))
        for name in ("static/style.css", "static/app.js")
    )

    for step in lin.case.answers:
        assert len(gzip.compress(lin.get(step).content)) + static <= PAGE_LIMIT, step
