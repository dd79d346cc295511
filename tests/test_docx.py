"""DOCX: real Word styles, Chinese fonts, nothing personal in its properties, the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from docx import Document
from lxml import etree  # type: ignore[import-untyped]

from cases.assessment import assess
from cases.facts import read_facts
from cases.knowledge import load
from cases.models import Plan
from cases.plan import make_plan
from cases.renderings import word
from cases.renderings.outline import outline
from cases.renderings.plan_docx import as_docx, letter_as_docx
from cases.renderings.plan_json import as_json
from cases.renderings.proof import Numbered
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.walker import Walker

ON = date(2026, 11, 22)
FACTS: dict[str, Any] = {
    "order": {"number": "K20261103", "seller_name": "速卡", "placed_on": "2026-11-03"},
    "payment": {"payee": "affiliate", "amount": "68.00", "paid_on": "2026-11-03"},
    "signals": {"carrier_record": "number_reserved"},
    "carrier": {"complained_on": "2026-11-05"},
    "dealings": {"requested_at": "2026-11-06", "reply": "wait_for_settlement"},
    "consumer": {"name": "林小满", "phone": "13800001234"},
}


def plan_of(facts: dict[str, Any]) -> dict[str, Any]:
    return as_json(make_plan(assess(read_facts(facts, on=ON), load(), on=ON)))


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    return plan_of(FACTS)


@pytest.fixture(scope="module")
def file(plan: dict[str, Any]) -> bytes:
    return as_docx(plan, code="K7QX2M4P")


def parts(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as members:
        return {name: members.read(name) for name in members.namelist()}


def written(file: bytes) -> str:
    return parts(file)["word/document.xml"].decode()


def page(body: str) -> str:
    return f"<html><head><title>试</title></head><body>{body}</body></html>"


def paragraphs(html: str) -> list[tuple[str, str]]:
    document = Document(io.BytesIO(word.render(page(html), on=ON)))
    return [(row.style.name, row.text) for row in document.paragraphs if row.style]


def test_every_part_is_xml_and_says_what_it_is(file: bytes) -> None:
    members = parts(file)
    types = members["[Content_Types].xml"].decode()

    for name, content in members.items():
        etree.fromstring(content)
        assert name.endswith((".rels", "[Content_Types].xml")) or f"/{name}" in types


def test_every_style_and_list_that_is_used_exists(file: bytes) -> None:
    members = parts(file)
    used = members["word/document.xml"].decode()
    styles = set(re.findall(r'w:styleId="(\w+)"', members["word/styles.xml"].decode()))
    lists = set(re.findall(r'<w:num w:numId="(\d+)"', members["word/numbering.xml"].decode()))

    assert set(re.findall(r'<w:(?:p|r|tbl)Style w:val="(\w+)"', used)) <= styles
    assert set(re.findall(r'<w:numId w:val="(\d+)"', used)) <= lists


def test_it_has_the_chapters_of_the_plan_as_headings(file: bytes, plan: dict[str, Any]) -> None:
    found = Document(io.BytesIO(file)).paragraphs
    titles = [row.text for row in found if row.style and row.style.name == "Heading 2"]
    shown = outline(plan)

    assert found[0].text == shown["today_title"]
    assert found[0].style and found[0].style.name == "Heading 1"
    for action in shown["actions"]:
        own_page = action["when"] != "if_needed"
        assert (f"{action['number']}. {action['title']}" in titles) is own_page
    assert {"证据清单", "期限", "为什么这样建议", "下次买卡前看一遍"} <= set(titles)


def test_each_channel_begins_a_page_with_its_text(file: bytes, plan: dict[str, Any]) -> None:
    found = Document(io.BytesIO(file)).paragraphs
    first = outline(plan)["actions"][0]
    place = next(i for i, row in enumerate(found) if row.text.startswith("1. "))

    assert found[place].paragraph_format.page_break_before
    letters = [row.text for row in found if row.style and row.style.name == "Letter"]
    assert first["letter"]["text"].strip() in letters


def test_every_list_counts_from_one(file: bytes) -> None:
    numbering = parts(file)["word/numbering.xml"].decode()
    numbers = re.findall('"ListNumber"/>.*?<w:numId w:val="([0-9]+)"', written(file))

    assert len(set(numbers)) > 3
    assert numbering.count('<w:startOverride w:val="1"/>') == len(set(numbers))


def test_header_rows_are_repeated_and_no_row_is_torn(file: bytes) -> None:
    rows = re.findall("<w:trPr>.*?</w:trPr>", written(file))

    assert len(rows) == written(file).count("<w:tr>")
    assert all("<w:cantSplit/>" in row for row in rows)
    assert len([row for row in rows if "<w:tblHeader/>" in row]) >= 4
    assert set(re.findall('<w:tblStyle w:val="([A-Za-z]+)"', written(file))) == {"PlanTable"}


def looks(file: bytes) -> list[tuple[int, str]]:
    """How each table looks, by the old bits and by the new word for a special first row."""
    found = re.findall('<w:tblLook w:val="([0-9A-F]+)" w:firstRow="([01])"', written(file))
    return [(int(bits, 16), word) for bits, word in found]


def test_a_table_without_a_header_row_looks_so_in_every_program(file: bytes) -> None:
    found = looks(file)

    assert len(found) == written(file).count("<w:tbl>")
    assert {bool(bits & 0x0020) for bits, _word in found} == {True, False}
    assert all(bool(bits & 0x0020) == (word == "1") for bits, word in found)


def test_no_first_row_and_no_note_of_a_heading_stands_alone(file: bytes) -> None:
    note = word.render(
        page("<h2>完整版</h2><p class='note'>共9字。</p><p class='note'>二</p>"), on=ON
    )
    _heading, first, second = Document(io.BytesIO(note)).paragraphs

    assert (first.paragraph_format.keep_with_next, second.paragraph_format.keep_with_next) == (
        True,
        None,
    )
    for table in Document(io.BytesIO(file)).tables:
        row, *_more = table.rows
        kept = [row.paragraph_format.keep_with_next for row in row.cells[0].paragraphs]
        assert all(kept)


def test_lines_are_as_high_whatever_the_font(file: bytes) -> None:
    styles = parts(file)["word/styles.xml"].decode()
    defaults = styles.partition("</w:docDefaults>")[0]

    # A part of the font's own height would be half as high again in some fonts as in others.
    assert 'w:line="310" w:lineRule="atLeast"' in defaults


def test_each_day_says_whether_it_is_sure() -> None:
    tables = Document(io.BytesIO(as_docx(plan_of(RESERVED)))).tables
    (table,) = (table for table in tables if table.cell(0, 0).text == "日期")
    said = [tuple(cell.text for cell in row.cells) for row in table.rows]

    assert said[0] == ("日期", "事情", "是否确定")
    assert said[1] == ("▶ 2026年11月22日（周日）", "今天", "—")
    assert {sure for _day, _what, sure in said[2:]} == {"约", "确定"}


def test_the_parties_take_no_page_of_their_own_before_the_channels(file: bytes) -> None:
    found = Document(io.BytesIO(file)).paragraphs
    titles = [row.text for row in found if row.style and row.style.name == "Heading 2"]

    assert titles.index("证据清单") + 1 == titles.index("对方是谁") == titles.index("期限") - 1


def test_each_sentence_stands_beside_its_proof(plan: dict[str, Any]) -> None:
    exhibit = Numbered(number=1, kind="order_page", label="订单详情")
    heads = [
        table.cell(0, 0).text
        for table in Document(io.BytesIO(as_docx(plan, exhibits=[exhibit]))).tables
    ]

    assert heads.count("文字里的话") >= 2
    assert "文字里的话" not in written(as_docx(plan))


def test_chinese_has_its_fonts_and_its_language(file: bytes) -> None:
    members = parts(file)
    defaults = members["word/styles.xml"].decode().partition("</w:docDefaults>")[0]

    assert 'w:eastAsia="等线"' in defaults
    assert '<w:lang w:val="zh-CN" w:eastAsia="zh-CN"' in defaults
    assert "微软雅黑" in members["word/fontTable.xml"].decode()
    assert "Noto Sans CJK SC" in members["word/fontTable.xml"].decode()
    assert b"Theme" not in members["word/styles.xml"]


def test_it_is_a4_with_the_number_of_the_page(file: bytes) -> None:
    document = Document(io.BytesIO(file))
    section = document.sections[0]
    footer = section.footer._element.xml

    assert section.page_width and section.page_height
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert 'w:instr="PAGE"' in footer
    assert 'w:instr="NUMPAGES"' in footer
    assert "K7QX2M4P" in footer


def test_its_properties_name_the_service_and_nobody(file: bytes) -> None:
    members = parts(file)
    core = Document(io.BytesIO(file)).core_properties

    assert (core.author, core.last_modified_by, core.comments) == ("refundwizard",) * 2 + ("",)
    assert core.title == "撤单退款行动方案"
    assert "林小满" not in members["docProps/core.xml"].decode()
    for leftover in (b"python-docx", b"Microsoft Macintosh", b"Steve Canny"):
        assert not any(leftover in content for content in members.values())
    assert not [name for name in members if "thumbnail" in name or "customXml" in name]


def test_the_same_plan_gives_the_same_bytes(file: bytes, plan: dict[str, Any]) -> None:
    with time_machine.travel("2027-01-01T00:00:00+08:00"):
        assert as_docx(plan, code="K7QX2M4P") == file


def test_what_a_person_typed_is_only_text() -> None:
    hostile = "]]><w:p/>&lt;b&gt;\x00\x0b\x1b\u202e\ufffe<script>好"
    facts = {**FACTS, "order": {**FACTS["order"], "seller_name": hostile}}
    members = parts(as_docx(plan_of(facts)))
    root = etree.fromstring(members["word/document.xml"])
    text = "".join(root.itertext())

    assert "]]><w:p/>" in text
    assert "<script>好" in text
    assert not re.search("[\x00\x0b\x1b\u202e\ufffe]", text)


def test_the_texts_a_person_wrote_stand_in_it(plan: dict[str, Any]) -> None:
    slug = outline(plan)["actions"][0]["slug"]
    file = as_docx(plan, edits={slug: {"full": "我改过的一句话。"}})

    assert "我改过的一句话。" in parts(file)["word/document.xml"].decode()


def test_a_letter_has_every_length_under_a_heading(plan: dict[str, Any]) -> None:
    shown = outline(plan)
    action = next(row for row in shown["actions"] if row["letter"])
    document = Document(io.BytesIO(letter_as_docx(action, on=ON, day=shown["on"])))
    found = [(row.style.name, row.text) for row in document.paragraphs if row.style]

    assert found[0] == ("Heading 1", action["letter"]["title"])
    assert [text for style, text in found if style == "Heading 2"] == [
        row["name"] for row in action["texts"]
    ]
    assert [text for style, text in found if style == "Letter"] == [
        row["text"].strip() for row in action["texts"]
    ]


def test_white_space_is_that_of_a_browser() -> None:
    assert paragraphs("<p>\n  一\n  <b>二</b>，\n 三 <br>\n 四\n</p>") == [
        ("Normal", "一 二，三\n四")
    ]


def test_a_text_keeps_its_lines() -> None:
    assert paragraphs('<div class="letter">一\n\n  二</div>') == [("Letter", "一\n\n  二")]


def test_what_is_not_text_is_left_out() -> None:
    html = '<p>一<svg><text>画</text></svg><span class="sr-only">听</span></p><style>p{}</style>'

    assert paragraphs(html) == [("Normal", "一")]


def test_two_tables_stay_two_and_none_ends_the_file() -> None:
    table = "<table><tr><td>一</td></tr></table>"
    file = Document(io.BytesIO(word.render(page(table + table), on=ON)))

    assert len(file.tables) == 2
    assert [type(row).__name__ for row in file.iter_inner_content()] == [
        "Table",
        "Paragraph",
        "Table",
        "Paragraph",
    ]


@pytest.fixture
def lin(client: Client) -> Iterator[Walker]:
    """A person with a plan."""
    cache.clear()
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        lin = Walker(client)
        lin.answer(RESERVED)
        lin.submit()
        yield lin


@pytest.mark.django_db
def test_it_is_a_download_that_nobody_keeps(lin: Walker) -> None:
    response = lin.client.get(reverse("plan-docx", args=[lin.case_id]))

    assert response.content.startswith(b"PK")
    assert response["Content-Type"].endswith("wordprocessingml.document")
    assert response["Cache-Control"] == "no-store, private"
    assert response["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    disposition = response["Content-Disposition"]
    assert re.search(r'attachment; filename="plan-[0-9A-Z]{8}-2026-11-22\.docx"', disposition)
    assert "filename*=UTF-8''%E7%BB%B4" in disposition


@pytest.mark.django_db
def test_the_page_says_what_each_file_is_and_weighs(lin: Walker) -> None:
    url = reverse("plan", args=[lin.case_id])
    before = lin.client.get(url).content.decode()
    size = len(lin.client.get(reverse("plan-docx", args=[lin.case_id])).content)
    after = lin.client.get(url).content.decode()

    assert "Word，约 22 KB" in before
    assert f"Word，{round(size / 1024)} KB" in after
    for name in ("plan-zip", "plan-ics", "plan-progress"):
        assert reverse(name, args=[lin.case_id]) in after
    links = re.findall(r'<a class="target" href="[^"]*letters/[^"]*docx">\s*(.*?)\s*</a>', after)
    assert len(links) == len(set(links)) == len(Plan.objects.get().content["letters"])


@pytest.mark.django_db
def test_in_a_chat_app_the_page_says_how(lin: Walker) -> None:
    lin.client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 MicroMessenger/8.0.50"
    shown = lin.client.get(reverse("plan", args=[lin.case_id])).content.decode()

    assert "也打不开日历文件" in shown


@pytest.mark.django_db
def test_a_letter_is_a_download_of_its_own(lin: Walker) -> None:
    actions = outline(Plan.objects.get().content)["actions"]
    slug = next(row["slug"] for row in actions if row["letter"])

    assert lin.client.get(reverse("letter-docx", args=[lin.case_id, slug])).status_code == 200
    assert lin.client.get(reverse("letter-docx", args=[lin.case_id, "nobody"])).status_code == 404
