"""Dates and sums on pages: kept on one line, and nothing else touched."""

from __future__ import annotations

import re

import pytest
from django.utils.safestring import SafeString

from cases.templatetags.line_breaks import keep_whole


def kept(html: str) -> list[str]:
    """What the filter keeps together."""
    return re.findall('<span class="whole">(.*?)</span>', keep_whole(SafeString(html)))


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("到2026年1月5日。", ["2026年1月5日"]),
        ("2026年1月5日（周一）起", ["2026年1月5日", "（周一）"]),
        ("销售平台介入（对店铺或直播间）", ["（对店铺或直播间）"]),
        ("写明（对方没有回复的，也要说一声）", []),
        ("最晚12月7日；明天12月8日", ["12月7日", "12月8日"]),
        ("约2026年11月", ["2026年11月"]),
        ("付了 59.00 元，要68元", ["59.00 元", "68元"]),
        ("一共30天，第2章", []),
        ("编号12345678元", []),
    ],
)
def test_it_keeps_dates_and_sums(words: str, whole: list[str]) -> None:
    assert kept(f"<p>{words}</p>") == whole


@pytest.mark.parametrize(
    "html",
    [
        '<a title="2026年1月5日" data-select="#day > *">看</a>',
        "<pre class='letter'>2026年1月5日付59元</pre>",
        "<textarea>2026年1月5日\n付59元</textarea>",
        "<select><option>2026年1月5日</option></select>",
        "<svg><text>59.00 元</text></svg>",
    ],
)
def test_it_leaves_tags_and_texts_to_send_alone(html: str) -> None:
    assert keep_whole(SafeString(html)) == html


def test_it_adds_nothing_but_spans() -> None:
    html = "<p>1 &lt; 2，到2026年1月5日，<b>59元</b></p><pre>59元</pre><p>9元</p>"

    plain = re.sub('<span class="whole">|</span>', "", keep_whole(SafeString(html)))

    assert plain == html
    assert kept(html) == ["2026年1月5日", "59元", "9元"]
