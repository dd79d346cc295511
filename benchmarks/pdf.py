"""Two real plans through our renderer and five others, in one run and in turns.

The first plan is a typical one, of nine pages; the second is long.

Each engine runs in a process of its own, so that its memory is its own; they take turns, so that
a busy machine slows all alike. Only the ratios mean something. Run with
`python benchmarks/pdf.py`; where valgrind is installed it counts instructions too, for the first
plan, which takes minutes and can be left out by `--no-instructions`.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TextIO, cast

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cases.renderings import pdf, pdf_worker  # noqa: E402 - found by the line above

# What awaits a small refund, and what goes to seven channels.
TYPICAL, LONG = "awaiting_submission_small_fee", "number_reserved_cannot_revoke"
FONTS = pdf_worker.STYLE_SHEET.parent / "fonts"
TICK = os.sysconf("SC_CLK_TCK")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium"
VALGRIND = shutil.which("valgrind") or "valgrind"

Engine = Callable[[str], bytes]
Answer = dict[str, float]


def plan(story: str) -> str:
    """The document of a shared scenario, as the product gives it to the engine."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from cases import knowledge
    from cases.assessment import assess
    from cases.facts import read_facts
    from cases.plan import make_plan
    from cases.renderings.plan_json import as_json
    from cases.renderings.plan_pdf import as_html
    from tests.stories import ON, facts

    made = make_plan(assess(read_facts(facts(story), on=ON), knowledge.load(), on=ON))
    address = f"https://refunds.example/advice/K7QM2RXA/{made.knowledge_version}/"
    return as_html(as_json(made), code="K7QM2RXA", advice_url=address)


# ---- the same look, written as one writes a first style sheet, and no look at all


def naive_style() -> str:
    """Our style sheet without the recipe: system font, tables that measure every cell."""
    style = pdf_worker.STYLE_SHEET.read_text(encoding="utf-8")
    style = re.sub(r"@font-face\s*{[^}]*}", "", style).replace('"Plan Sans", ', "")
    style = style.replace("table-layout: fixed", "table-layout: auto")
    return style.replace("white-space: nowrap", "") + "body { overflow-wrap: anywhere }"


BARE = f"""
@font-face {{ font-family: "Plan Sans"; src: url("file://{FONTS}/NotoSansSC-Regular.ttf") }}
@font-face {{ font-family: "Plan Sans"; font-weight: 700;
  src: url("file://{FONTS}/NotoSansSC-Bold.ttf") }}
@page {{ size: A4; margin: 20mm 17mm 17mm;
  @top-left {{ content: string(head); white-space: nowrap }}
  @bottom-left {{ content: string(foot); white-space: nowrap }}
  @bottom-right {{ content: counter(page) " / " counter(pages); white-space: nowrap }} }}
.running-header {{ display: none; string-set: head content() }}
.running-footer {{ display: none; string-set: foot content() }}
html {{ font: 400 10.5pt/1.6 "Plan Sans", "Noto Sans CJK SC" }}
h1, h2, h3, h4, p, ul, ol, li, dl, dd {{ font-size: 10.5pt; margin: 0 }}
table {{ table-layout: fixed; width: 100% }}
svg {{ width: 24mm }}
"""


def bare(html: str) -> str:
    """The same elements and words without what a style sheet could hold on to."""
    return re.sub(r' (class|style)="(?!running-)[^"]*"', "", html)


# ---- the engines


def ours(folder: Path) -> Engine:
    """What the product calls, the child process and its pipes included."""
    return pdf.render


def floor(folder: Path) -> Engine:
    """The recipe on a bare page: what no design can be cheaper than."""
    sheet = folder / "bare.css"
    sheet.write_text(BARE, encoding="utf-8")
    pdf_worker.STYLE_SHEET = sheet
    render = pdf_worker.renderer()
    render(pdf_worker.WARM_UP)
    pdf_worker.keep_for_good()
    return lambda html: render(bare(html))


def recipe(folder: Path) -> Engine:
    """Ours without child and pipes: what valgrind can look at."""
    render = pdf_worker.renderer()
    render(pdf_worker.WARM_UP)
    pdf_worker.keep_for_good()
    return render


def naive(folder: Path) -> Engine:
    """WeasyPrint as its tutorial shows it: system font, everything anew each time."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    style = naive_style()

    def render(html: str) -> bytes:
        fonts = FontConfiguration()
        sheet = CSS(string=style, font_config=fonts)
        page = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols={"data"}))
        made: bytes = page.write_pdf(font_config=fonts, stylesheets=[sheet])
        return made

    return render


def chromium(folder: Path) -> Engine:
    """Chromium kept alive, a new page a document."""
    from playwright.sync_api import sync_playwright

    browser = (
        sync_playwright()
        .start()
        .chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
    )
    style = naive_style()

    def render(html: str) -> bytes:
        page = browser.new_page()
        page.set_content(html.replace("</head>", f"<style>{style}</style></head>"))
        made = page.pdf(format="A4", prefer_css_page_size=True, tagged=True)
        page.close()
        return made

    return render


def chromium_anew(folder: Path) -> Engine:
    """One Chromium a document, as its command line does it."""
    style = naive_style()

    def render(html: str) -> bytes:
        source, made = folder / "anew.html", folder / "anew.pdf"
        source.write_text(html.replace("</head>", f"<style>{style}</style></head>"), "utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        command = [CHROMIUM, *options, f"--print-to-pdf={made}", source.as_uri()]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own document
        return made.read_bytes()

    return render


def typst(folder: Path) -> Engine:
    """typst with its compiler reused; a cell of a table is a paragraph there."""
    import typst

    source = folder / "plan.typ"
    source.write_text("", encoding="utf-8")
    compiler = typst.Compiler(str(source), font_paths=[str(FONTS)])

    def render(html: str) -> bytes:
        # Otherwise it would remember the document and answer at once.
        head = f"// {time.perf_counter_ns()}\n#let stamp = {time.perf_counter_ns()}\n"
        source.write_text(head + Markup.of(html), encoding="utf-8")
        made = compiler.compile(str(source), format="pdf")
        return cast("bytes", made)

    return render


class Markup(HTMLParser):
    """The words of a document as typst markup."""

    STYLE = '#set page("a4", margin: 17mm)\n#set text(font: "Noto Sans SC", size: 10.5pt)\n'
    HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
    BLOCKS = HEADINGS | {"p", "div", "section", "li", "dt", "dd", "tr", "th", "td"}
    SILENT = frozenset({"title", "style", "svg", "desc"})

    def __init__(self) -> None:
        super().__init__()
        self.parts = [self.STYLE]
        self.silent = 0

    @classmethod
    def of(cls, html: str) -> str:
        """The markup of a whole HTML document."""
        parser = cls()
        parser.feed(html)
        return "".join(parser.parts)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Begin a paragraph or a heading."""
        self.silent += tag in self.SILENT
        if tag in self.BLOCKS:
            level = int(tag[1]) if tag in self.HEADINGS else 0
            self.parts.append("\n\n" + ("=" * level + " " if level else ""))

    def handle_endtag(self, tag: str) -> None:
        """End what is not printed, or a paragraph."""
        self.silent -= tag in self.SILENT
        if tag in self.BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        """Words, with every sign that means something to typst taken for itself."""
        if not self.silent:
            words = " ".join(data.split())
            self.parts.append(re.sub(r"([\\#$*_`<>@\[\]=/~+-])", r"\\\1", words))


ENGINES: dict[str, Callable[[Path], Engine]] = {
    "ours": ours,
    "floor": floor,
    "naive": naive,
    "chromium": chromium,
    "chromium anew": chromium_anew,
    "typst": typst,
}
COUNTED = {"recipe": recipe, "floor": floor, "naive": naive}


# ---- one engine in a process of its own


def serve(engine: str, folder: Path) -> None:
    """Render once for each line of input and say what it cost.

    The first answer is the cold one: it counts importing and preparing the engine, too.
    """
    html = (folder / "plan.html").read_text(encoding="utf-8")
    render: Engine | None = None
    for _ in sys.stdin:
        spent, start = sum(map(_seconds, _family())), time.perf_counter()
        render = render or ENGINES[engine](folder)
        size = len(render(html))
        seconds = time.perf_counter() - start
        family = list(_family())
        answer = {
            "seconds": seconds,
            "cpu": sum(map(_seconds, family)) - spent,
            "kilobytes": size / 1000,
            "megabytes": sum(map(_peak, family)),
        }
        print(json.dumps(answer), flush=True)


def _family() -> Iterator[int]:
    """This process and all below it."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (fields := _fields(int(entry.name))):
            below.setdefault(int(fields[1]), []).append(int(entry.name))
    waiting = [os.getpid()]
    while waiting:
        pid = waiting.pop()
        waiting += below.get(pid, [])
        yield pid


def _fields(pid: int) -> list[str]:
    """/proc/<pid>/stat from the state on; nothing for a process that has gone."""
    try:
        line = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return line.rpartition(")")[2].split()


def _seconds(pid: int) -> float:
    """Processor time of a process and of those it has waited for."""
    return sum(map(int, _fields(pid)[11:15])) / TICK


def _peak(pid: int) -> float:
    """The most memory a process has had, in MB; pages that it shares count for each."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0


Answers = list[Answer]


def measure(rounds: int, folder: Path) -> dict[str, Answers]:
    """What each engine answered: first the cold rendering, then the warm ones."""
    children = {name: _child("--serve", name, "--folder", str(folder)) for name in ENGINES}
    measured: dict[str, Answers] = {name: [] for name in ENGINES}
    for _ in range(rounds + 1):
        for name, child in children.items():
            measured[name].append(_asked(child))
    for child in children.values():
        child.communicate()
    return measured


def _child(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - this file itself
        [sys.executable, __file__, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _asked(child: subprocess.Popen[str]) -> Answer:
    questions, answers = cast("TextIO", child.stdin), cast("TextIO", child.stdout)
    questions.write("\n")
    questions.flush()
    answer: Answer = json.loads(answers.readline())
    return answer


# ---- instructions: not to be had from the processor everywhere, so valgrind counts them


def instructions(engine: str, folder: Path) -> float:
    """Millions of instructions for one warm rendering: that of three less that of one, halved."""
    one, three = (_counted(engine, times, folder) for times in (1, 3))
    return (three - one) / 2 / 1e6


def _counted(engine: str, times: int, folder: Path) -> int:
    counted = ["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    program = [sys.executable, __file__, "--count", engine, str(times), "--folder", str(folder)]
    said = subprocess.run(  # noqa: S603 - this file itself
        [VALGRIND, *counted, *program], capture_output=True, text=True, check=True
    ).stderr
    found = re.search(r"I\s+refs:\s+([\d,]+)", said)
    if found is None:
        raise SystemExit("valgrind counted nothing")
    return int(found[1].replace(",", ""))


def count(engine: str, times: int, folder: Path) -> None:
    """Render so many times and end; valgrind looks on."""
    html = (folder / "plan.html").read_text(encoding="utf-8")
    render = COUNTED[engine](folder)
    for _ in range(times):
        render(html)


# ---- what comes out


def report(measured: dict[str, Answers]) -> None:
    """Print a line an engine, then each ratio with its bar."""
    print(f"{'engine':15}{'cold s':>8}{'warm s':>8}{'cpu s':>8}{'MB':>8}{'kB':>8}")
    for name, answers in measured.items():
        print(
            f"{name:15}{answers[0]['seconds']:8.2f}{_warm(answers, 'seconds'):8.3f}"
            f"{_warm(answers, 'cpu'):8.3f}{answers[-1]['megabytes']:8.0f}"
            f"{answers[-1]['kilobytes']:8.0f}"
        )
    for other, what, bar in BARS:
        of_ours, of_other = (_figure(measured[name], what) for name in ("ours", other))
        print(f"{what:10} {of_ours / of_other:6.2f} of {other:14} (bar {bar})")


BARS = (
    ("floor", "seconds", 1.15),
    ("naive", "seconds", 0.60),
    ("naive", "cpu", 0.60),
    ("naive", "megabytes", 0.50),
    ("chromium", "seconds", 0.50),
    ("chromium anew", "seconds", 0.25),
    ("typst", "seconds", "none: it draws words only"),
)


def _figure(answers: Answers, what: str) -> float:
    return answers[-1][what] if what == "megabytes" else _warm(answers, what)


def _warm(answers: Answers, what: str) -> float:
    return statistics.median(answer[what] for answer in answers[1:])


def report_instructions(folder: Path) -> None:
    """Print how many instructions a warm rendering takes, and the ratio with its bar."""
    counted = {name: instructions(name, folder) for name in COUNTED}
    for name, millions in counted.items():
        print(f"{name:15}{millions:8.0f} M instructions")
    for other, bar in (("floor", 1.15), ("naive", 0.60)):
        ratio = counted["recipe"] / counted[other]
        print(f"{'counted':10} {ratio:6.2f} of {other:14} (bar {bar})")


def main() -> None:
    """Measure, or serve as one of the measured processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument(
        "--instructions",
        action=argparse.BooleanOptionalAction,
        default=shutil.which("valgrind") is not None,
    )
    parser.add_argument("--serve", choices=sorted(ENGINES))
    parser.add_argument("--count", nargs=2, metavar=("ENGINE", "TIMES"))
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve, arguments.folder)
    elif arguments.count:
        count(arguments.count[0], int(arguments.count[1]), arguments.folder)
    else:
        for story in (TYPICAL, LONG):
            _compare(story, arguments.rounds, counts=arguments.instructions and story == TYPICAL)
        if not arguments.instructions:
            print("instructions are not counted: that takes valgrind, and minutes")


def _compare(story: str, rounds: int, *, counts: bool) -> None:
    html = plan(story)
    print(f"\n{story}: {_pages(html)} pages")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plan.html").write_text(html, encoding="utf-8")
        report(measure(rounds, folder))
        if counts:
            report_instructions(folder)


def _pages(html: str) -> int:
    # Not above: the engines' processes load this module, and would be charged for it.
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(pdf.render(html))).pages)


if __name__ == "__main__":
    main()
