"""The plan as a printed document: its pages, its order, what a reader without eyes gets."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest

from cases.renderings import glyphs, pdf
from cases.renderings.glyphs import lacking
from cases.renderings.outline import outline
from cases.renderings.plan_pdf import ON_COVER, as_html, as_pdf, dates
from cases.renderings.text import GAP
from tests.scenario_check import Plan, plan_for, scenario

ROOT = Path(__file__).parent.parent
CODE = "K7QD-4MPX"
ADVICE = "https://refunds.example/advice/K7QD-4MPX/"

BY_SOMEONE_ELSE = ("shared_activated_after_request_by_someone_else", "申请退款后号码被他人激活")
RESERVED = ("shared_number_reserved_cannot_revoke", "已提交，店铺称号码已分配无法撤销")
MINOR = ("minor_contract", "a child of seven")
NOT_MINE = ("stages", "a number that is not mine goes before all else")
IOT = ("iot_card_restrictions", "an IoT card sold to a person")
STRANGER = ("who", "ordered from a site, paid to a stranger")
STORIES = (RESERVED, MINOR, NOT_MINE, IOT, STRANGER)
each_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story[0])

DRAWING = {
    "assumed": False,
    "places": [
        {"id": "you", "label": "您", "has_order": False, "has_money": False, "can_stop": False},
        {"id": "seller", "label": "卖家", "has_order": False, "has_money": True, "can_stop": False},
        {
            "id": "carrier",
            "label": "运营商",
            "has_order": True,
            "has_money": False,
            "can_stop": True,
        },
    ],
}
NEVER_FIRST = "，。、；：？！）》〉”’』」】"
NEVER_LAST = "（《〈“‘『「【"
# Of the page's height; what lies outside is header and footer.
TOP, BOTTOM = 0.075, 0.925
THIRD = 1 / 3


@pytest.fixture(autouse=True, scope="module")
def no_worker_left() -> Iterator[None]:
    yield
    pdf.close()


@cache
def plan(story: tuple[str, str]) -> Plan:
    found = scenario(*story)
    return plan_for(found.facts, found.on) | {"drawing": DRAWING}


@cache
def document(story: tuple[str, str]) -> bytes:
    return as_pdf(plan(story), code=CODE, advice_url=ADVICE)


def reader(story: tuple[str, str]) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(document(story)))


def texts(content: bytes) -> list[str]:
    """The text of every page without header and footer."""
    pages = pypdfium2.PdfDocument(content)
    try:
        return [_body(sheet) for sheet in pages]
    finally:
        pages.close()


def _body(sheet: pypdfium2.PdfPage) -> str:
    width, height = sheet.get_size()
    textpage = sheet.get_textpage()
    text = textpage.get_text_bounded(0, height * (1 - BOTTOM), width, height * (1 - TOP))
    return "\n".join(str(text).splitlines())


def whole(content: bytes) -> str:
    """All text without line ends, as it is read."""
    return "".join("".join(texts(content)).split())


def channels(found: Plan) -> list[dict[str, Any]]:
    return [action for action in found["actions"] if action["when"] != "if_needed"]


# Pages


@each_story
def test_the_cover_holds_what_to_do_and_by_when(story: tuple[str, str]) -> None:
    cover, second = texts(document(story))[:2]
    for words in ("今天先做这", "时间线", "什么时候：", CODE, "我们不保证退款", "▶"):
        assert words in cover
    for warning in plan(story)["warnings"][:ON_COVER]:
        assert warning["text"][:12] in cover
    assert second.startswith("现在的情况")


@each_story
def test_a_plan_has_few_pages(story: tuple[str, str]) -> None:
    assert len(texts(document(story))) <= len(channels(plan(story))) + 7


@each_story
def test_every_channel_has_a_page_of_its_own(story: tuple[str, str]) -> None:
    pages = texts(document(story))
    found = reader(story)
    places = {e.title: found.get_destination_page_number(e) or 0 for e in headings(found.outline)}
    for action in channels(plan(story)):
        number = plan(story)["actions"].index(action) + 1
        place = next(page for title, page in places.items() if title.startswith(f"{number}. "))
        card, page = plan(story)["cards"][action["channel"]], "".join(pages[place].split())
        for words in (card["who"], card["steps"][0], "没有结果时", "费用", "谁会看到"):
            assert words[:8] in page


@each_story
def test_no_page_is_nearly_empty(story: tuple[str, str]) -> None:
    *shares, _last = inked(document(story))
    assert min(shares) > THIRD


def inked(content: bytes) -> list[float]:
    """How far down each page is printed, as a share of the room between header and footer."""
    pages = pypdfium2.PdfDocument(content)
    try:
        return [_inked(sheet) for sheet in pages]
    finally:
        pages.close()


def _inked(sheet: pypdfium2.PdfPage) -> float:
    picture = sheet.render(scale=0.4, grayscale=True)
    dots, long = bytes(picture.buffer), picture.stride
    first, last = int(picture.height * TOP), int(picture.height * BOTTOM)
    lines = [dots[y * long : y * long + picture.width] for y in range(first, last)]
    return max((y for y, line in enumerate(lines, 1) if min(line) < 200), default=0) / len(lines)


@each_story
def test_no_heading_is_last_on_a_page(story: tuple[str, str]) -> None:
    titles = {entry.title for entry in headings(reader(story).outline)}
    for text in texts(document(story)):
        last = text.split("\n")[-1].strip()
        assert last not in titles
        assert last not in {"照这样做", "可以直接用的文字"}


def headings(outline: Any) -> Iterator[Any]:
    for entry in outline:
        if isinstance(entry, list):
            yield from headings(entry)
        else:
            yield entry


@each_story
def test_no_line_starts_or_ends_with_the_wrong_mark(story: tuple[str, str]) -> None:
    pages = pypdfium2.PdfDocument(document(story))
    try:
        wrong = [text for sheet in pages for text in misbroken(runs(sheet))]
    finally:
        pages.close()
    assert wrong == []


Run = tuple[float, float, float, str]


def runs(sheet: pypdfium2.PdfPage) -> list[Run]:
    """Pieces of one line each: left, bottom, right, text."""
    textpage = sheet.get_textpage()
    boxes = [textpage.get_rect(number) for number in range(textpage.count_rects())]
    found = [(box[0], box[1], box[2], textpage.get_text_bounded(*box).strip()) for box in boxes]
    return [run for run in found if run[3]]


def misbroken(found: list[Run]) -> Iterator[str]:
    """Pieces at the start of a line or at its end that no line may start or end with."""
    edges = Counter(round(run[0]) for run in found if run[3][0] not in NEVER_FIRST)
    starts = [edge for edge, times in edges.items() if times >= 3]
    for run in found:
        left, bottom, right, text = run
        level = [other for other in found if abs(other[1] - bottom) < 7 and other is not run]
        follows = any(-1 <= left - other[2] < 12 for other in level)
        goes_on = any(-1 <= other[0] - right < 12 for other in level)
        at_start = any(abs(left - edge) <= 5 for edge in starts) and not follows
        if (text[0] in NEVER_FIRST and at_start) or (text[-1] in NEVER_LAST and not goes_on):
            yield text


def test_the_check_of_line_ends_sees_them() -> None:
    lines = [
        (50.0, 700.0 - 20 * n, 200.0, text) for n, text in enumerate(("甲", "乙", "丙（", "，丁"))
    ]
    assert list(misbroken(lines)) == ["丙（", "，丁"]


# Structure


def elements(
    node: Any, parents: tuple[str, ...] = ()
) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    """Every element of the structure tree in reading order: its kind, itself, what it is in."""
    node = node.get_object()
    if isinstance(node, pypdf.generic.ArrayObject):
        for child in node:
            yield from elements(child, parents)
    elif isinstance(node, pypdf.generic.DictionaryObject):
        kind = str(node.get("/S", ""))
        if kind:
            yield kind, node, parents
        if "/K" in node:
            yield from elements(node["/K"], (*parents, kind))


def structure(story: tuple[str, str]) -> list[tuple[str, Any, tuple[str, ...]]]:
    root: Any = reader(story).trailer["/Root"]
    return list(elements(root["/StructTreeRoot"]))


@each_story
def test_it_says_what_it_is(story: tuple[str, str]) -> None:
    root: Any = reader(story).trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/Metadata"].get_data().decode().count("pdfuaid:part") >= 1
    metadata = reader(story).metadata
    assert metadata is not None
    assert metadata.title == f"撤单退款行动方案 {CODE}"


@each_story
def test_headings_come_in_order(story: tuple[str, str]) -> None:
    levels = [int(kind[2]) for kind, *_ in structure(story) if kind in {"/H1", "/H2", "/H3"}]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


@each_story
def test_tables_have_heads_and_drawings_have_words(story: tuple[str, str]) -> None:
    found = structure(story)
    tables = [node for kind, node, _ in found if kind == "/Table"]
    assert tables
    for table in tables:
        assert "/TH" in {kind for kind, *_ in elements(table)}
    alts = [str(node.get("/Alt", "")) for kind, node, _ in found if kind == "/Figure"]
    assert len(alts) == 2
    assert any(alt.startswith("二维码") for alt in alts)
    assert any("钱在这里" in alt and "订单在这里" in alt for alt in alts)


@each_story
def test_items_stand_in_lists_and_rows_in_tables(story: tuple[str, str]) -> None:
    for kind, _node, parents in structure(story):
        if kind == "/LI":
            assert parents[-1] == "/L"
        if kind == "/TR":
            assert "/Table" in parents


@each_story
def test_bookmarks_name_the_sections(story: tuple[str, str]) -> None:
    titles = [entry.title for entry in headings(reader(story).outline)]
    assert titles[0].startswith("今天先做这")
    for title in ("时间线", "现在的情况", "按顺序做", "证据清单", "下次买卡前看一遍"):
        assert titles.count(title) == 1


def test_addresses_and_numbers_are_links() -> None:
    found = {str(link["/A"]["/URI"]) for link in links(reader(RESERVED)) if "/A" in link}
    assert {"tel:10010", "tel:12315", ADVICE} <= found
    assert any(address.startswith("https://") and "12315" in address for address in found)


def links(found: pypdf.PdfReader) -> Iterator[Any]:
    for sheet in found.pages:
        notes: Any = sheet.get("/Annots", [])
        yield from (note.get_object() for note in notes)


def test_the_text_comes_in_reading_order() -> None:
    text = whole(document(RESERVED))
    marks = (
        "今天先做这三件事",
        "时间线",
        "现在的情况",
        "1.卖家客服",
        "照这样做",
        "附上证据",
        "可以直接用的文字",
        "以上情况属实",
    )
    places = [text.index(mark) for mark in marks[:3]]
    assert "1.拨打运营商客服" in text
    page = next(p for p in map(str.split, texts(document(RESERVED))) if "照这样做" in "".join(p))
    places_on_page = ["".join(page).index(mark) for mark in marks[3:]]
    assert places == sorted(places)
    assert places_on_page == sorted(places_on_page)


@each_story
def test_only_our_fonts_are_inside_and_all_of_them_are(story: tuple[str, str]) -> None:
    for sheet in reader(story).pages:
        resources: Any = sheet["/Resources"]
        for font in resources["/Font"].values():
            assert font["/BaseFont"].partition("+")[2] in {"Plan-Sans", "Plan-Sans-Bold"}
            assert "/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"]


# The same again

AGAIN = """
import hashlib, sys
from cases.renderings import pdf
print(hashlib.sha256(pdf.render(sys.stdin.read())).hexdigest())
"""


def test_the_same_plan_gives_the_same_bytes_in_every_process() -> None:
    here = document(RESERVED)
    pdf.close()
    assert as_pdf(plan(RESERVED), code=CODE, advice_url=ADVICE) == here
    html = as_html(plan(RESERVED), code=CODE, advice_url=ADVICE)
    there = subprocess.run(  # noqa: S603 - our own program text
        [sys.executable, "-c", AGAIN],
        input=html.encode(),
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert there.stdout.decode().strip() == hashlib.sha256(here).hexdigest()


# What is not there


def named(name: str) -> Plan:
    """A plan whose first letter speaks of a shop of this name."""
    found: Plan = json.loads(json.dumps(plan(MINOR)))
    found["letters"][0]["text"] = f"{name}：\n\n请退款。"
    return found


def test_a_character_without_glyph_is_named_with_the_text() -> None:
    text = whole(as_pdf(named("小😀店")))
    assert f"小{GAP}店" in text
    assert text.count("〓处的字，本文件没有字形，请手写补上。") == 2


def test_rare_characters_of_names_are_shown_without_a_note() -> None:
    text = whole(as_pdf(named("𠮷㛃䶮𬭎店")))
    assert "𠮷㛃䶮𬭎店" in text
    assert GAP not in text


RARE_NAMES = "𠮷㛃䶮𬭎髙喆堃犇淼赟琹栢曌瞾禕頔燁瑋嬙鈺兪峯﨑"


def test_rare_characters_of_names_need_no_font_of_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(glyphs, "FALLBACK_FAMILY", "no such family")
    ours = glyphs.Glyphs()
    assert [character for character in RARE_NAMES if not ours.has(character)] == []
    for face in sorted(glyphs.FONTS.glob("*.ttf")):
        assert face.stat().st_size < 4_000_000


def test_a_note_stands_where_a_text_cannot_be_shown_not_where_an_answer_cannot() -> None:
    found = plan(MINOR) | {"answers": {"order": {"remark": "😀"}}}
    assert "gaps" not in as_html(found)


def test_what_is_said_of_several_parties_is_said_once() -> None:
    html = as_html(plan(RESERVED))
    titles = [row["title"] for row in plan(RESERVED)["findings"]]
    twice = {title for title in titles if titles.count(title) > 1}
    assert twice
    assert all(html.count(f'{title}<span class="note">') == 1 for title in twice)


def test_a_reason_that_no_text_gives_is_only_named() -> None:
    found = plan(RESERVED)
    shown = outline(found)
    html = as_html(found)
    given, named = shown["cited"], shown["uncited"]
    assert {row["ground"] for row in given} >= {"refund_duty", "carrier_must_resolve"}
    assert len(given) + len(named) == len(found["findings"])
    assert all(f"<h3>{row['title']}<" in html for row in given)
    assert named
    assert all(row["title"] in html and row["source"] in html for row in named)
    assert not any(row["explanation"] in html for row in named)


def test_where_no_text_gives_a_reason_all_are_told() -> None:
    found = plan(RESERVED) | {"letters": []}
    shown = outline(found)
    assert (shown["cited"], shown["uncited"]) == (shown["findings"], [])


def test_a_text_nearly_too_long_is_set_smaller_and_stays_on_its_page() -> None:
    found: Plan = json.loads(json.dumps(plan(RESERVED)))
    long = next(row for row in found["letters"] if row["channel"] == "affiliate_management")
    long["text"] = "\n\n".join(["请按约定退款并书面答复。" * 8] * 12 + ["以上属实。"])
    pages = texts(as_pdf(found))
    assert 'class="letter tight"' in as_html(found)
    assert any("卖家公司负责人" in page and "以上属实。" in page for page in pages)


def test_the_facts_below_a_text_stay_on_its_page() -> None:
    pages = texts(document(BY_SOMEONE_ELSE))
    [escalation] = [page for page in pages if page.lstrip().startswith("5. 电信用户申诉")]
    assert "以上情况属实。" in escalation
    assert "别这样做" in escalation


def test_a_common_text_asks_no_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glyphs, "OURS", Path("nowhere"))
    assert lacking("您好，订单 12。\n“退款”") == frozenset()


def test_what_is_not_known_is_a_line_to_write_on() -> None:
    html = as_html(plan(MINOR), code=CODE)
    assert '【姓名】</span><span class="blank short"> </span>' in html
    assert "【请填写" not in html


def test_without_an_address_there_is_no_code() -> None:
    html = as_html(plan(MINOR), code=CODE)
    assert "扫一扫" not in html


def test_a_day_of_practice_is_not_called_certain() -> None:
    row = {"over": False, "answered": False, "estimated": False, "escalate_on": None}
    legal = {**row, "title": "甲", "ends_on": "2026-12-01", "ends": "一日", "statutory": True}
    usual = {**row, "title": "乙", "ends_on": "2026-12-02", "ends": "二日", "statutory": False}
    found = list(dates({"on": "今天", "deadlines": [usual, legal], "actions": []}))
    assert [(day["day"], day["sure"]) for day in found] == [
        ("今天", True),
        ("一日", True),
        ("二日", False),
    ]


# ---- what another program makes of it


def _poppler(tool: str, story: tuple[str, str], folder: Path, *options: str) -> str:
    file = folder / "plan.pdf"
    file.write_bytes(document(story))
    return subprocess.run(  # noqa: S603 - our own file
        [tool, *options, str(file), *(["-"] if options else [])],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@each_story
def test_pdffonts_finds_every_font_embedded_with_its_characters(
    story: tuple[str, str], tmp_path: Path
) -> None:
    rows = _poppler("pdffonts", story, tmp_path).splitlines()[2:]

    assert rows
    for row in rows:
        # name, type, encoding, then: embedded, subset, unicode
        assert row.split()[-5:-2] == ["yes", "yes", "yes"]


@each_story
def test_pdftotext_meets_the_headings_in_the_order_of_the_bookmarks(
    story: tuple[str, str], tmp_path: Path
) -> None:
    read = "".join(_poppler("pdftotext", story, tmp_path, "-raw").split())

    place = 0
    for heading in headings(reader(story).outline):
        place = read.index("".join(heading.title.split()), place)
    assert place > len(read) / 2


def test_it_says_of_every_channel_whether_it_was_chosen() -> None:
    story = scenario(*RESERVED)
    plan = plan_for(story.facts, story.on)
    none = as_html(plan, chosen=[])

    assert "您选了先不用这个渠道" in none
    assert "您选了先不用。" in none
    assert "现在就做" not in none
    assert "您选了先不用" not in as_html(plan)
