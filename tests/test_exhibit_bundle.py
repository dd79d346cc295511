"""The bundle of the exhibits: its pages, its order, its tags, its size, and how it is had."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
import time_machine
from django.core.cache import cache
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageDraw
from pytest_django import Settings

from cases.knowledge import load
from cases.models import Exhibit, Plan
from cases.renderings import evidence_picture, exhibit_bundle, pdf
from cases.renderings.evidence_picture import COPY
from cases.renderings.evidence_worker import MOST_PIECES, pieces_of
from cases.renderings.exhibit_bundle import Shown, Slot, sheets
from cases.renderings.pdf import RenderingFailed
from cases.services import exhibits
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.walker import Walker

pytestmark = pytest.mark.django_db

PORTRAIT, LANDSCAPE, LONG = (540, 1200), (1200, 540), (540, 4800)
# Wider than high, as a camera has it, and just so.
PHOTO, SQUARE_ENOUGH = (1600, 1200), (1210, 1200)
CODE = "K7QD-4MPX"


@pytest.fixture(autouse=True)
def today(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """The day of the stories, a store of its own, an empty cache."""
    cache.clear()
    options = {"location": tmp_path / "evidence", "file_permissions_mode": 0o600}
    kind = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "evidence": kind}
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.fixture(autouse=True, scope="module")
def no_worker_left() -> Iterator[None]:
    yield
    pdf.close()


@pytest.fixture
def lin(client: Client) -> Walker:
    """A person with a plan."""
    lin = Walker(client)
    lin.answer(RESERVED)
    lin.submit()
    return lin


def screenshot(size: tuple[int, int], number: int) -> bytes:
    """A screenshot of a chat, every row with its number."""
    picture = Image.new("RGB", size, f"#{200 + number:02x}eeee")
    pen = ImageDraw.Draw(picture)
    for row, top in enumerate(range(10, size[1] - 40, 60)):
        pen.text((20, top), f"picture {number} row {row}", fill="black", font_size=36)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def add(*sizes: tuple[int, int], **said: str) -> list[Exhibit]:
    """Exhibits of the only case with a plan, one a size."""
    case = Plan.objects.get().case
    for size in sizes:
        number = case.exhibits.count()
        picture = screenshot(size, number)
        exhibits.add(case, upload=picture, file_format="PNG", kind="order_page", said=said)
    return exhibits.of(case)


def reader(rows: list[Exhibit]) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(exhibit_bundle.as_pdf(rows, code=CODE)))


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def pages(document: pypdf.PdfReader) -> list[str]:
    return [flat(page.extract_text()) for page in document.pages]


def slot(index: int, size: tuple[int, int]) -> Slot:
    row = Shown(number=1, label="", proves="", day="", source="", added="", original="", copy="")
    width, height = size
    return Slot(exhibit=row, index=index, part=1, parts=1, width=width, height=height)


# ---- the document


def test_it_works(lin: Walker) -> None:
    rows = add(
        PORTRAIT,
        PORTRAIT,
        LANDSCAPE,
        label="订单详情",
        proves="证明订单号和状态。",
        source="淘宝应用的订单页",
        taken_on="2026-11-20",
    )

    document = reader(rows)
    index, both, alone, fingerprints = pages(document)

    for words in ("证据册", "证据1订单详情", "证明订单号和状态。", "2026年11月20日", "淘宝应用"):
        assert flat(words) in index
    assert index.count("第2页") == 2 + index.endswith("第2页/共4页")
    assert "第3页" in index
    assert "证据1：订单详情" in both
    assert "证据2：订单详情" in both
    assert "证据3：订单详情" in alone
    assert "第3页/共4页" in alone
    version = load().version
    assert all(f"案件{CODE}·内容版本{version}" in page for page in (index, both, alone))
    for row in rows:
        assert row.original_sha256 in fingerprints
        assert row.copy_sha256 in fingerprints


def test_what_was_left_empty_is_told_by_the_kind(lin: Walker) -> None:
    index, page, _fingerprints = pages(reader(add(PORTRAIT)))

    assert "订单页面证明订单号、下单时间、套餐和当时的状态。" in index
    assert "证据1：订单页面" in page
    assert "日期" not in page


def test_a_very_long_picture_comes_in_pieces_in_order(lin: Walker) -> None:
    document = reader(add(PORTRAIT, LONG))

    told = "".join(pages(document))
    parts = [f"长图第{part}段，共4段" for part in range(1, 5)]
    assert [told.index(part) for part in parts] == sorted(told.index(part) for part in parts)
    assert len(figures(document)) == 5


@pytest.mark.parametrize("height", [1, 280, 281, 540, 4800, 10_000, 1_000_000])
def test_pieces_overlap_and_leave_nothing_out(height: int) -> None:
    pieces = pieces_of(108, height)

    assert (pieces[0][0], pieces[-1][1]) == (0, height)
    assert len(pieces) <= MOST_PIECES
    for before, after in zip(pieces, pieces[1:], strict=False):
        assert before[0] < after[0] < before[1] < after[1]


def test_neighbours_of_one_kind_share_a_page() -> None:
    sizes = [PORTRAIT, PORTRAIT, PORTRAIT, LANDSCAPE, LANDSCAPE, LANDSCAPE, PORTRAIT]
    found = [
        [each.index for each in sheet.slots]
        for sheet in sheets(slot(index, size) for index, size in enumerate(sizes))
    ]

    assert found == [[0, 1], [2], [3, 4], [5], [6]]


def test_two_landscapes_stand_one_above_the_other_whatever_is_said_of_them(lin: Walker) -> None:
    said = {"label": "订单详情" * 10, "source": "淘宝应用的订单页" * 7}
    rows = add(LANDSCAPE, LANDSCAPE, PHOTO, SQUARE_ENOUGH, PHOTO, **said)

    document = reader(rows)
    _index, *pictures, _fingerprints = pages(document)

    assert [re.findall(r"证据(\d)：", page) for page in pictures] == [["1", "2"], ["3", "4"], ["5"]]
    assert len(figures(document)) == 5


def test_it_is_tagged_with_words_for_every_picture(lin: Walker) -> None:
    document = reader(add(PORTRAIT, LANDSCAPE, label="聊天", proves="证明对方拒绝。"))

    root: Any = document.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    assert [figure["/Alt"] for figure in figures(document)] == [
        "证据1的图片：聊天。证明对方拒绝。",
        "证据2的图片：聊天。证明对方拒绝。",
    ]
    assert [mark.title for mark in flattened(document.outline)] == [
        "证据册",
        "证据1：聊天",
        "证据2：聊天",
        "文件指纹（SHA-256）",
    ]


def test_the_same_exhibits_give_the_same_bytes(lin: Walker) -> None:
    rows = add(PORTRAIT, LONG)

    assert exhibit_bundle.as_pdf(rows, code=CODE) == exhibit_bundle.as_pdf(rows, code=CODE)


def test_what_was_blacked_out_is_black(lin: Walker) -> None:
    (row,) = add(PORTRAIT)
    exhibits.blacken(row, boxes=[(0, 0, 1, 0.5)])

    document = reader(exhibits.of(row.case))

    picture = document.pages[1].images[0].image
    assert picture is not None
    assert picture.getpixel((10, 10)) == (0, 0, 0)
    assert picture.getpixel((10, picture.height - 10)) != (0, 0, 0)


def test_words_that_hurt_stay_words(lin: Walker) -> None:
    rows = add(PORTRAIT, label='<b>"x"</b> src="piece-9"', proves="A" * 200, source="𠮷😀")

    told = "".join(pages(reader(rows)))

    assert '<b>"x"</b>src="piece-9"' in told
    assert "〓处的字" in told


def test_a_picture_takes_no_more_than_its_share(lin: Walker) -> None:
    (row,) = add(PORTRAIT)
    noise = Image.effect_noise((2000, 2400), 90).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "JPEG", quality=95)
    exhibits.add(row.case, upload=file.getvalue(), file_format="JPEG", kind="chat", said={})

    for each in exhibits.of(row.case):
        pieces = evidence_picture.for_paper(each, 150_000)
        assert sum(len(piece.jpeg) for piece in pieces) <= 150_000


def test_a_picture_that_is_gone_is_no_server_error(lin: Walker) -> None:
    (row,) = add(PORTRAIT)
    storages["evidence"].delete(row.file_name(COPY))

    with pytest.raises(RenderingFailed):
        exhibit_bundle.as_pdf([row], code=CODE)


# ---- how it is had


def test_it_is_downloaded_and_kept_until_something_changes(lin: Walker) -> None:
    (row,) = add(PORTRAIT)
    where = reverse("exhibits-pdf", args=[lin.case_id])

    first = lin.client.get(where)
    exhibits.describe(row, kind="chat", said={"label": "改过的名称"})
    second = lin.client.get(where)

    assert first["Content-Type"] == "application/pdf"
    assert 'attachment; filename="exhibits-' in first["Content-Disposition"]
    assert "no-store" in first["Cache-Control"]
    assert "改过的名称" not in whole(first.content)
    assert "改过的名称" in whole(second.content)


def test_the_link_waits_until_it_is_made_and_goes_on(lin: Walker) -> None:
    add(PORTRAIT)
    where = reverse("exhibits-progress", args=[lin.case_id])
    ready_at = reverse("exhibits-pdf", args=[lin.case_id])

    assert "正在生成PDF" in lin.client.get(where).content.decode()
    # Whoever asks for the document itself waits for the one under way.
    assert lin.client.get(ready_at).content.startswith(b"%PDF")
    assert lin.client.get(where)["Location"] == ready_at


def test_plan_and_zip_know_the_exhibits(lin: Walker) -> None:
    add(PORTRAIT, label="订单详情")

    page = lin.client.get(reverse("plan", args=[lin.case_id])).content.decode()
    told = whole(lin.client.get(reverse("plan-pdf", args=[lin.case_id])).content)

    assert "下载证据册（PDF）" in page
    assert "<strong>证据1</strong>" in page
    assert "已加入的证据：证据1订单详情。" in told
    assert "证据册.pdf" in zipped(lin)


def test_plan_and_zip_do_without(lin: Walker) -> None:
    page = lin.client.get(reverse("plan", args=[lin.case_id])).content.decode()

    assert "下载证据册" not in page
    assert "证据册.pdf" not in zipped(lin)


@pytest.mark.parametrize("name", ["exhibits-pdf", "exhibits-progress"])
def test_without_a_picture_it_leads_to_where_they_are_added(lin: Walker, name: str) -> None:
    response = lin.client.get(reverse(name, args=[lin.case_id]))

    assert response["Location"] == reverse("exhibits", args=[lin.case_id])


@pytest.mark.parametrize("name", ["exhibits-pdf", "exhibits-progress"])
def test_nobody_else_gets_it(lin: Walker, name: str) -> None:
    add(PORTRAIT)

    response = Client().get(reverse(name, args=[lin.case_id]))

    assert not response["Content-Type"].startswith("application/pdf")
    assert b"%PDF" not in response.content


def test_a_failure_is_told_with_another_try(lin: Walker) -> None:
    (row,) = add(PORTRAIT)
    storages["evidence"].delete(row.file_name(COPY))

    response = lin.client.get(reverse("exhibits-pdf", args=[lin.case_id]))

    assert response.status_code == 503
    assert reverse("exhibits-progress", args=[lin.case_id]) in response.content.decode()


def whole(content: bytes) -> str:
    return "".join(pages(pypdf.PdfReader(io.BytesIO(content))))


def figures(document: pypdf.PdfReader) -> list[Any]:
    root: Any = document.trailer["/Root"]
    return [tag for tag in tags(root["/StructTreeRoot"]) if tag.get("/S") == "/Figure"]


def zipped(lin: Walker) -> list[str]:
    """The names in the ZIP of everything."""
    response: Any = lin.client.get(reverse("plan-zip", args=[lin.case_id]))
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))).namelist()


def tags(element: Any) -> Iterator[Any]:
    """The structure elements in reading order."""
    element = element.get_object()
    if isinstance(element, list):
        for each in element:
            yield from tags(each)
    elif isinstance(element, dict):
        yield element
        if "/K" in element:
            yield from tags(element["/K"])


def flattened(outline: Any) -> Iterator[Any]:
    for each in outline:
        if isinstance(each, list):
            yield from flattened(each)
        else:
            yield each
