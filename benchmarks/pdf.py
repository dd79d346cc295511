"""One nine-page document through our renderer and through naive WeasyPrint, in one run.

Each engine runs in its own process, so that memory is its own; the two take turns, so that a
busy machine slows both alike.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO, cast

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cases.renderings import pdf  # noqa: E402 - found by the line above

TIME_BAR, MEMORY_BAR = 0.6, 0.5

SENTENCES = (
    "本人于二〇二六年十月二十日在贵司推广页面下单流量卡一张，订单号 202610200017，付款 49.00 元。",
    "截至今日，该订单既未开卡也未发货，页面所载的发货时间已经过去，本人多次询问没有得到答复。",
    "请在收到之日起十五日内说明订单现在的状态，停止提交开卡，并把已付款项退回原付款账户。",
    "如果已经提交，请提供提交的时间、接收的运营商和受理编号；没有提交的，请书面确认已撤单。",
    "本人保留页面截图、付款记录和聊天记录，必要时一并提交给有权处理的部门。",
)


def document(letters: int = 6) -> str:
    """Return the plan of a made-up case: nine pages, six letters, two tables."""
    letter = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES * 4)
    pages = "".join(
        f'<section class="channel-page"><h2>第 {number} 步</h2>'
        f'<div class="letter user-text">{letter}</div></section>'
        for number in range(1, letters + 1)
    )
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>维权方案</title>'
        '</head><body><p class="running-header">维权方案 · R-0001</p>'
        '<p class="running-footer">知识版本 0123456789ab</p><h1>今天先做这三件事</h1>'
        f"{_table(20)}{pages}"
        f'<section class="channel-page"><h2>证据清单</h2>{_table(30)}</section></body></html>'
    )


def _table(rows: int) -> str:
    row = "<tr><td>{0}</td><td>订单页面截图</td><td>打开订单，截下整页，连同时间</td></tr>"
    body = "".join(row.format(number) for number in range(1, rows + 1))
    return f"<table><tr><th>序号</th><th>材料</th><th>怎样取得</th></tr>{body}</table>"


# The same look as print.css, written as one writes a first style sheet.
NAIVE_STYLE = """
@page { size: A4; margin: 24mm 20mm 22mm; font: 8.5pt "Noto Sans CJK SC";
  @top-left { content: "流量卡维权方案 · R-0001" }
  @bottom-left { content: "知识版本 0123456789ab" }
  @bottom-right { content: "第 " counter(page) " 页 / 共 " counter(pages) " 页" } }
body { font: 10.5pt/1.6 "Noto Sans CJK SC"; overflow-wrap: anywhere }
.running-header, .running-footer { display: none }
h1, h2 { color: #0b4f55; line-height: 1.35; margin: 0 0 3mm }
h1 { font-size: 18pt } h2 { font-size: 13pt }
p { margin: 0 0 2.5mm }
table { border-collapse: collapse; font-size: 9.5pt; line-height: 1.5; width: 100% }
th, td { border-bottom: 0.5pt solid #d5dedf; padding: 1.5mm 2mm 1.5mm 0; text-align: start }
.channel-page { break-before: page }
.letter { border-left: 1.5pt solid #0b4f55; padding-left: 4mm }
"""


def naive() -> Callable[[str], bytes]:
    """Return WeasyPrint as its tutorial shows it: system font, everything anew each time."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    def render(html: str) -> bytes:
        fonts = FontConfiguration()
        style = CSS(string=NAIVE_STYLE, font_config=fonts)
        page = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols={"data"}))
        made: bytes = page.write_pdf(font_config=fonts, stylesheets=[style])
        return made

    return render


def ours() -> Callable[[str], bytes]:
    """Return what the product calls, the child process and its pipes included."""
    return pdf.render


ENGINES = {"ours": ours, "naive": naive}


def serve(engine: str) -> None:
    """Render once for each line of input; answer with seconds and bytes, at the end with MB.

    The first answer is the cold one: it counts importing and preparing the engine, too.
    """
    render: Callable[[str], bytes] | None = None
    for _ in sys.stdin:
        start = time.perf_counter()
        render = render or ENGINES[engine]()
        size = len(render(document()))
        _say(seconds=time.perf_counter() - start, kilobytes=size / 1000)
    # A child's memory can be asked for once it has ended.
    pdf.close()
    _say(megabytes=max(map(_peak, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))))


def _say(**figures: float) -> None:
    print(json.dumps(figures), flush=True)


def _peak(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024  # Linux counts in kB


Answers = list[dict[str, float]]


def measure(rounds: int) -> dict[str, Answers]:
    """Return what each engine answered: the cold rendering, the warm ones, the memory."""
    children = {
        name: subprocess.Popen(  # noqa: S603 - this file itself
            [sys.executable, __file__, "--serve", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ENGINES
    }
    measured: dict[str, Answers] = {name: [] for name in ENGINES}
    for _ in range(rounds + 1):
        for name, child in children.items():
            measured[name].append(_asked(child))
    for name, child in children.items():
        measured[name].append(json.loads(child.communicate()[0]))
    return measured


def _asked(child: subprocess.Popen[str]) -> dict[str, float]:
    questions, answers = cast("TextIO", child.stdin), cast("TextIO", child.stdout)
    questions.write("\n")
    questions.flush()
    answer: dict[str, float] = json.loads(answers.readline())
    return answer


def report(measured: dict[str, Answers]) -> None:
    """Print one line an engine, and what ours costs of naive."""
    print(f"{'engine':8}{'cold s':>8}{'warm s':>8}{'MB':>8}{'kB':>8}")
    for name, answers in measured.items():
        print(
            f"{name:8}{answers[0]['seconds']:8.2f}{_warm(answers):8.3f}"
            f"{answers[-1]['megabytes']:8.0f}{answers[0]['kilobytes']:8.0f}"
        )
    ours, naive = measured["ours"], measured["naive"]
    print(f"time   {_warm(ours) / _warm(naive):.2f} of naive (bar {TIME_BAR})")
    memory = ours[-1]["megabytes"] / naive[-1]["megabytes"]
    print(f"memory {memory:.2f} of naive (bar {MEMORY_BAR})")


def _warm(answers: Answers) -> float:
    return statistics.median(answer["seconds"] for answer in answers[1:-1])


def main() -> None:
    """Measure, or serve as one of the measured processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--serve", choices=sorted(ENGINES))
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve)
    else:
        report(measure(arguments.rounds))


if __name__ == "__main__":
    main()
