"""The blank sheet: the wizard's questions, the stages, the bodies, the evidence; two sheets."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date

import pypdf
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cases.knowledge import Knowledge
from cases.renderings import checklist, pdf
from cases.vocabulary import Stage
from cases.wizard.on_paper import DECIDING, questions
from cases.wizard.steps import BY_NAME, STEPS

ON = date(2026, 11, 22)


@pytest.fixture(scope="module")
def html() -> str:
    return checklist.as_html(questions(ON))


@pytest.fixture(scope="module")
def sheets() -> Iterator[pypdf.PdfReader]:
    cache.clear()
    yield pypdf.PdfReader(io.BytesIO(checklist.as_pdf(questions(ON))))
    pdf.close()


def test_every_deciding_question_is_one_of_the_wizard() -> None:
    assert set(BY_NAME) >= DECIDING


def test_the_questions_stand_in_the_order_of_the_wizard(html: str) -> None:
    titles = [str(step.form.title) for step in STEPS if step.name in DECIDING]
    places = [html.index(f"<strong>{title}</strong>") for title in titles]

    assert places == sorted(places)


def test_every_question_has_something_to_tick_or_to_write_on() -> None:
    for question in questions(ON):
        assert question.asked
        assert all(row.boxes or row.blank for row in question.asked)


def test_it_holds_every_stage_and_what_comes_first(html: str, knowledge: Knowledge) -> None:
    for stage in Stage:
        assert knowledge.labels["stage"][stage] in html
    assert "一证通查、运营商投诉、公安机关。" in html


def test_what_vanishes_first_stands_first(html: str, knowledge: Knowledge) -> None:
    labels = knowledge.labels["evidence_kind"]
    place = {kind: html.index(f"☐ <strong>{labels[kind]}") for kind in knowledge.evidence}
    by_place = sorted(place, key=lambda kind: place[kind])
    lasts = [knowledge.evidence[kind].lasts for kind in by_place]

    assert lasts == sorted(lasts)  # days, months, years


def test_bodies_that_exclude_each_other_are_marked(html: str) -> None:
    assert re.findall("<strong>([^<]+)◆</strong>", html) == [
        "电信用户申诉",
        "12315投诉",
        "消费者协会",
        "12345热线",
        "小额诉讼",
    ]


def test_it_is_two_sheets_of_a4(sheets: pypdf.PdfReader) -> None:
    assert len(sheets.pages) <= 4
    assert (round(sheets.pages[0].mediabox.width), round(sheets.pages[0].mediabox.height)) == (
        595,
        842,
    )


def test_it_has_no_missing_character(sheets: pypdf.PdfReader) -> None:
    text = "".join(page.extract_text() for page in sheets.pages)

    assert "〓" not in text
    assert "不要写身份证号、银行卡号和验证码" in text


def test_anybody_may_take_it(client: Client) -> None:
    response = client.get(reverse("checklist"))

    assert response.content.startswith(b"%PDF")
    assert response["Content-Disposition"].startswith('attachment; filename="checklist.pdf"')
    assert response["Cache-Control"] == "no-store, private"
    assert not response.cookies


@pytest.mark.django_db
def test_the_start_page_leads_to_it(client: Client) -> None:
    assert reverse("checklist") in client.get(reverse("start")).content.decode()
