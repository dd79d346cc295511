"""Real PDFs: what they hold, what cannot get in, and what stops a document that burns."""

from __future__ import annotations

import ast
import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.renderings import glyphs, pdf, pdf_worker
from cases.renderings.glyphs import Glyphs
from cases.renderings.text import CUT, GAP, capped, with_visible_gaps

ROOT = Path(pdf.__file__).resolve().parents[2]

PLAN = """<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>维权方案 R-1</title></head>
<body>
<p class="running-header">流量卡维权方案 · R-1</p>
<p class="running-footer">知识版本 0123456789ab</p>
<h1>今天先做这三件事</h1>
<p>请先向<strong>运营商</strong>投诉，☐ 截图 ☑ 录音 ① → 〇。</p>
<table><tr><th>材料</th><th>说明</th></tr><tr><td>订单</td><td>繁體、龘</td></tr></table>
<section class="channel-page"><h2>第一步：找网盟</h2>
<p class="user-text">第一行\n第二行</p></section>
</body></html>"""


def page(body: str, head: str = "") -> str:
    return f'<html lang="zh-CN"><head><title>试</title>{head}</head><body>{body}</body></html>'


def text_of(document: bytes) -> str:
    pages = pypdfium2.PdfDocument(document)
    try:
        return "\n".join(sheet.get_textpage().get_text_bounded() for sheet in pages)
    finally:
        pages.close()


@pytest.fixture(autouse=True, scope="module")
def no_worker_left() -> Iterator[None]:
    yield
    pdf.close()


@pytest.fixture(scope="module")
def plan() -> bytes:
    return pdf.render(PLAN)


@pytest.fixture(scope="module")
def plan_reader(plan: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(plan))


# What a PDF holds


def test_it_works(plan: bytes) -> None:
    text = text_of(plan)
    for words in ("今天先做这三件事", "☐ 截图 ☑ 录音 ① → 〇", "繁體、龘", "第一行", "第二行"):
        assert words in text


def test_it_repeats_header_footer_and_page_numbers(plan_reader: pypdf.PdfReader) -> None:
    assert len(plan_reader.pages) == 2
    for number, sheet in enumerate(plan_reader.pages, start=1):
        text = sheet.extract_text()
        assert text.count("流量卡维权方案 · R-1") == 1
        assert text.count("知识版本 0123456789ab") == 1
        assert f"第 {number} 页 / 共 2 页" in text


def catalogue(reader: pypdf.PdfReader) -> Any:
    """Return the root of the document, as pypdf gives it: untyped."""
    return reader.trailer["/Root"]


def fonts_of(reader: pypdf.PdfReader) -> dict[str, Any]:
    """Return the descriptors of all fonts by name, without the six letters of the subset."""
    found = {}
    for sheet in reader.pages:
        resources: Any = sheet["/Resources"]
        for font in resources["/Font"].values():
            name = font["/BaseFont"].partition("+")[2]
            found[name] = font["/DescendantFonts"][0]["/FontDescriptor"]
    return found


def test_it_embeds_small_subsets_of_our_fonts(plan: bytes, plan_reader: pypdf.PdfReader) -> None:
    fonts = fonts_of(plan_reader)
    assert set(fonts) == {"Plan-Sans", "Plan-Sans-Bold"}
    assert all("/FontFile2" in descriptor for descriptor in fonts.values())
    assert len(plan) < 60_000


def test_drawings_and_code_use_our_font_too() -> None:
    drawing = '<svg width="90" height="20"><text y="15">您 → 网盟</text></svg>'
    document = pdf.render(page(f"{drawing}<pre>订单 12</pre><code>号</code>"))
    assert set(fonts_of(pypdf.PdfReader(io.BytesIO(document)))) == {"Plan-Sans"}
    assert "您 → 网盟" in text_of(document)


def test_it_is_tagged_and_says_it_is_accessible(plan_reader: pypdf.PdfReader) -> None:
    root = catalogue(plan_reader)
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "zh-CN"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = root["/Metadata"].get_data().decode()
    assert 'pdfuaid:part="1"' in metadata or "<pdfuaid:part>1<" in metadata


def test_it_has_title_and_bookmarks(plan_reader: pypdf.PdfReader) -> None:
    assert plan_reader.metadata is not None
    assert plan_reader.metadata.title == "维权方案 R-1"
    outline: Any = plan_reader.outline
    first, below = outline
    assert first.title == "今天先做这三件事"
    assert [entry.title for entry in below] == ["第一步：找网盟"]


def test_a_document_without_language_is_chinese() -> None:
    document = pypdf.PdfReader(io.BytesIO(pdf.render("<title>试</title><p>文")))
    assert catalogue(document)["/Lang"] == "zh-CN"


def test_a_character_without_glyph_is_a_visible_gap() -> None:
    text = text_of(pdf.render(page("<p>藏文བོད，表情😀，半个\ud800字")))
    assert f"藏文{GAP * 3}，表情{GAP}，" in text
    assert "字" in text


def test_the_systems_noto_stands_in_where_it_is_installed() -> None:
    text = text_of(pdf.render(page("<p>嚕𡃁嚕</p>")))
    assert f"嚕{'𡃁' if Glyphs().has('𡃁') else GAP}嚕" in text


def test_without_the_systems_noto_a_rare_character_is_a_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(glyphs, "FALLBACK_FAMILY", "No Such Family")
    assert not Glyphs().has("𡃁")
    assert Glyphs().has("龘")


def test_every_character_of_the_national_list_has_a_glyph() -> None:
    has = Glyphs().has
    pairs = (bytes((lead, trail)) for lead in range(0xB0, 0xF8) for trail in range(0xA1, 0xFF))
    listed = "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)
    assert len(listed) == 6763
    assert all(map(has, listed + "㛃䶮𠮷龘镕喆堃昇〇〓☐☑✓✔①⑳→“”《》￥"))


# What cannot get in


class Listener:
    """Counts who knocks on a port of this machine."""

    def __init__(self) -> None:
        self.hits = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._count, daemon=True)
        self.thread.start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.hits += 1
            connection.close()

    def close(self) -> None:
        # A blocked accept() wakes up only when somebody comes.
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


HOSTILE = (
    '<link rel="stylesheet" href="{url}/a.css">',
    '<link rel="attachment" href="{url}">',
    '<link rel="attachment" href="data:text/plain,canary">',
    '<base href="{url}/"><img src="relative.png"><link rel="stylesheet" href="b.css">',
    '<style>@import url("{url}/c.css"); body {{ background: url("{url}/d.png") }}</style>',
    '<style>@font-face {{ font-family: "Plan Sans"; src: url("{url}/e.ttf") }}</style>',
    '<style>@page {{ @top-center {{ content: url("{url}/f.png") }} }}</style>',
    '<img src="{url}/g.png"><img src="data:image/svg+xml,<svg/>">',
    '<object data="{url}/h"></object><embed src="{url}/i"><iframe src="{url}/j"></iframe>',
    '<svg width="9" height="9"><image href="{url}/k.png" width="9" height="9"/></svg>',
    '<svg width="9" height="9"><use href="{url}/l.svg#a"/><style>@import "{url}/m"</style></svg>',
    '<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E'
    '%3Cimage href=%22{url}/n.png%22/%3E%3C/svg%3E">',
    '<p style="background: url({url}/o.png); content: url({url}/p)">内</p>',
    '<p style="list-style-image: url({url}/q.png); display: list-item">内</p>',
    '<a rel="attachment" href="{url}">内</a>',
    '<a rel="attachment" href="data:text/plain,canary">内</a>',
    '<meta http-equiv="refresh" content="0; url={url}">',
    '<script src="{url}/r.js"></script><video poster="{url}/s" src="{url}/t"></video>',
)


def test_hostile_html_reaches_neither_the_network_nor_a_file(
    listener: Listener, tmp_path: Path
) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text("the-canary-sings", encoding="utf-8")
    for url in (f"http://127.0.0.1:{listener.port}", f"ftp://127.0.0.1:{listener.port}"):
        assert_nothing_inside(url)
    assert_nothing_inside(canary.as_uri())
    assert listener.hits == 0


def assert_nothing_inside(url: str) -> None:
    document = pdf.render(page("".join(HOSTILE).format(url=url)))
    reader = pypdf.PdfReader(io.BytesIO(document))
    assert not reader.attachments
    assert b"/EmbeddedFile" not in document
    for number in range(1, len(reader.xref[0]) + 1):
        thing = reader.get_object(number)
        content = thing.get_data() if isinstance(thing, pypdf.generic.StreamObject) else b""
        assert b"canary" not in content
        assert b"/EmbeddedFile" not in repr(thing).encode()


def test_a_style_sheet_from_the_document_leaves_no_trace(plan: bytes) -> None:
    pdf.render(page("<p>内</p>", "<style>p { display: none } @page { size: A6 }</style>"))
    again = pdf.render(PLAN)
    assert text_of(again) == text_of(plan)


def test_only_the_worker_names_the_engine() -> None:
    doors = {path for path in (ROOT / "cases").rglob("*.py") if names_the_engine(path)}
    assert doors == {Path(pdf_worker.__file__).resolve()}


def names_the_engine(path: Path) -> bool:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("weasyprint"):
            return True
        if isinstance(node, ast.Import) and any(
            n.name.startswith("weasyprint") for n in node.names
        ):
            return True
    return False


def test_every_fetcher_is_told_what_it_may_fetch() -> None:
    tree = ast.parse(Path(pdf_worker.__file__).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = {name: [c for c in calls if named(c) == name] for name in ("URLFetcher", "HTML", "CSS")}
    assert [len(made[name]) for name in ("URLFetcher", "HTML", "CSS")] == [2, 1, 1]
    assert all("allowed_protocols" in keywords(call) for call in made["URLFetcher"])
    assert all("url_fetcher" in keywords(call) for call in made["HTML"] + made["CSS"])


def named(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def keywords(call: ast.Call) -> set[str | None]:
    return {keyword.arg for keyword in call.keywords}


# What stops a document that burns

FLEX = "<div style='display:flex'>" * 40 + "文" + "</div>" * 40
WIDE = "<table><tr><td colspan=200000000>文</td></tr></table>"
TABLE = "<table>" + ("<tr>" + "<td>文</td>" * 20 + "</tr>") * 20_000 + "</table>"


def test_a_document_that_burns_is_killed_and_the_next_one_works() -> None:
    with pytest.raises(pdf.RenderingFailed, match="too much time or memory|gave up"):
        pdf.render(page(FLEX))
    assert "今天先做" in text_of(pdf.render(PLAN))


def test_a_document_that_eats_memory_is_refused() -> None:
    with pytest.raises(pdf.RenderingFailed, match="MemoryError"):
        pdf.render(page(WIDE))
    assert "今天先做" in text_of(pdf.render(PLAN))


def test_a_worker_that_hangs_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf.render(PLAN)
    monkeypatch.setattr(pdf, "WALL_SECONDS", 0.5)
    os.kill(pdf._idle[-1].child.pid, signal.SIGSTOP)
    with pytest.raises(pdf.RenderingFailed, match="stopped"):
        pdf.render(PLAN)


def test_a_request_does_not_wait_for_ever_for_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "WALL_SECONDS", 0.1)
    monkeypatch.setattr(pdf, "_places", threading.BoundedSemaphore(1))
    with pdf._worker(), pytest.raises(pdf.RenderingFailed, match="busy"):
        pdf.render(PLAN)


@pytest.mark.soak
@pytest.mark.parametrize(
    "body",
    [
        "<p style='white-space: pre-line'>" + "文\n" * 200_000,
        "<p>" + "e" + "\u0301" * 300_000,
        "<p class='user-text'>" + "a" * 400_000,
        "<table style='table-layout: auto'><tr><td class='user-text'>" + "a" * 50_000,
        "<div>" * 5_000,
        "<p>" + "文" * 2_000_000,
        TABLE,
    ],
    ids=["newlines", "marks", "unbroken", "cell", "nesting", "length", "rows"],
)
def test_a_bomb_ends_in_time_either_way(body: str) -> None:
    start = time.monotonic()
    try:
        pdf.render(page(body))
    except pdf.RenderingFailed as fault:
        assert str(fault)
    assert time.monotonic() - start < pdf.WALL_SECONDS + 3
    assert "今天先做" in text_of(pdf.render(PLAN))


def test_whoever_comes_when_enough_wait_is_told_at_once() -> None:
    served, refused = [], []

    def ask() -> None:
        try:
            served.append(pdf.render(PLAN))
        except pdf.RenderingFailed as failure:
            refused.append(str(failure))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    with pdf._worker(), pdf._worker():
        for thread in threads:
            thread.start()
        wait_until(lambda: len(refused) == 16 - pdf.WAITING)
    for thread in threads:
        thread.join()
    assert set(refused) == {"All PDF workers are busy."}
    assert len(served) == pdf.WAITING


def test_a_worker_that_died_meanwhile_is_replaced() -> None:
    pdf.render(PLAN)
    child = pdf._idle[-1].child
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert pdf.render(PLAN).startswith(b"%PDF")


def test_a_worker_ends_after_its_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf.close()
    monkeypatch.setattr(pdf, "JOBS", 1)
    assert pdf.render(PLAN).startswith(b"%PDF")
    assert pdf._idle == []


def test_many_threads_share_few_workers() -> None:
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(pdf.render(PLAN))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({text_of(document) for document in made}) == 1
    assert len(made) == 4
    assert len(pdf._idle) <= pdf.AT_ONCE


ORPHANS = """
import os
from cases.renderings import pdf
pdf.render("<title>试</title><p>文")
print(pdf._idle[0].child.pid, pdf._idle[0].directory, flush=True)
os.kill(os.getpid(), 9)
"""


def test_a_worker_ends_with_its_parent_and_leaves_nothing() -> None:
    parent = subprocess.run(  # noqa: S603 - our own program text
        [sys.executable, "-c", ORPHANS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    pid, directory = parent.stdout.split()
    wait_until(lambda: not alive(int(pid)) and not Path(directory).exists())


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come true within thirty seconds")


FORKED = """
import os
from cases.renderings import pdf
pdf.render("<title>试</title><p>文")
child = os.fork()
assert pdf.render("<title>试</title><p>文").startswith(b"%PDF")
if child:
    assert os.waitpid(child, 0)[1] == 0
"""


def test_a_forked_server_shares_no_worker() -> None:
    program = [sys.executable, "-c", FORKED]
    subprocess.run(program, cwd=ROOT, check=True, timeout=120)  # noqa: S603 - our own program text


def test_the_worker_sees_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf.close()
    monkeypatch.setenv("SECRET_KEY", "the-canary-sings")
    pdf.render(PLAN)
    environment = Path(f"/proc/{pdf._idle[-1].child.pid}/environ").read_bytes()
    assert b"the-canary-sings" not in environment


SELDOM_USED = """
import io, sys
from pypdf import PdfReader
from cases.renderings import pdf_worker
render = pdf_worker.renderer()
render(pdf_worker.WARM_UP)
assert "fontTools.varLib" not in sys.modules
assert "fontTools.subset.svg" not in sys.modules
import weasyprint.pdf.fonts
weasyprint.pdf.fonts.harfbuzz_subset = None
made = render(pdf_worker.WARM_UP)
assert "fontTools.subset.svg" in sys.modules
assert "预热" in PdfReader(io.BytesIO(made)).pages[0].extract_text()
"""


def test_what_the_engine_seldom_uses_is_loaded_when_it_is_used() -> None:
    program = [sys.executable, "-c", SELDOM_USED]
    subprocess.run(program, cwd=ROOT, check=True, timeout=120)  # noqa: S603 - our own program text


# What people typed


def test_a_short_text_stays_as_it_is() -> None:
    assert capped("您好，\n\n我的订单号是 12。") == "您好，\n\n我的订单号是 12。"


def test_a_long_text_shows_that_it_was_cut() -> None:
    assert capped("文" * 2001) == "文" * (2000 - len(CUT)) + CUT
    assert capped("文\n" * 61) == "文\n" * 59 + "文" + CUT


def test_runs_of_line_ends_and_marks_shrink() -> None:
    assert capped("一\r\n\r\n \t\r\n\n二\u2028三") == "一\n\n二\n三"
    assert capped("Z" + "\u0334" * 1000) == "Z" + "\u0334" * 2


def test_invisible_characters_go() -> None:
    assert capped("订\u202e单\u200b\x00号\ufe0f") == "订单号"


def test_a_gap_stands_for_each_missing_character() -> None:
    assert with_visible_gaps("甲😀\u200d乙\n", "甲乙".__contains__) == f"甲{GAP}乙\n"


ANYTHING = st.text(st.sampled_from("文a \n\r\t\u0301\u0334\u200b😀\u1100\u1161") | st.characters())


@given(ANYTHING, st.integers(20, 60), st.integers(1, 6))
def test_capped_text_keeps_its_bounds(text: str, characters: int, lines: int) -> None:
    result = capped(text, characters, lines)
    assert len(result) <= characters
    assert result.count("\n") < lines
    assert "\n\n\n" not in result
    assert capped(result, characters, lines) == result
    result.encode()
