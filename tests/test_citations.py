"""Citations: held against statute texts of our own making, and right on each side of a change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cases.assessment import cites_in_force
from cases.knowledge import Knowledge
from cases.knowledge.citation_check import Held, Verdict, hold, read_statute
from cases.knowledge.citations import cite_text
from cases.knowledge.schema import Article, Cite, Law, Version
from tests.scenario_check import Plan, plan_for

TITLE = "中华人民共和国信鸽条例"
TEXT = """# 中华人民共和国信鸽条例

2020年3月1日 施行

## 第一章 总则

第一条 养鸽的人应当登记。

登记不收费。

第二条 有下列情形之一的，不得放飞：

（一）大风；

（二）下列天气：

1．暴雨；

2．冰雹；

（三）夜间。

前款规定不适用于比赛。

## 第二章 信件

第三条 信件应当在三日内送到。
"""
ON_FIRST = Cite(law="pigeons", article="第一条")


def pigeons(
    articles: Iterable[Article] = (), versions: Iterable[Version] = (), since: date | None = None
) -> Law:
    numbers = ("第一条", "第二条", "第三条", "第九条")
    plain = [Article(number=n, since=since or date(2020, 3, 1), summary="摘要。") for n in numbers]
    return Law.model_validate(
        {
            "title": TITLE,
            "issuer": "国务院",
            "source": "https://www.gov.cn/",
            "confidence": "H",
            "versions": tuple(versions) or (Version(name="首次公布", since=date(2020, 3, 1)),),
            "articles": tuple(articles) or tuple(plain),
            "review": {"by": "project", "on": date(2026, 11, 22), "again_by": date(2027, 5, 22)},
        }
    )


def citing(knowledge: Knowledge, law: Law, *cites: Cite) -> Knowledge:
    """Knowledge in which a single ground cites a single law."""
    ground = knowledge.grounds["number_query"].model_copy(update={"cites": cites})
    fee = knowledge.court_fee.model_copy(update={"cites": ()})
    return replace(
        knowledge,
        laws={"pigeons": law},
        grounds={"number_query": ground},
        deadlines={},
        court_fee=fee,
    )


def held(knowledge: Knowledge, cite: Cite, *texts: tuple[str, str], law: Law | None = None) -> Held:
    """What becomes of one citation; `texts` are pairs of file name and text."""
    statutes = [read_statute(name, text) for name, text in texts or [("信鸽条例", TEXT)]]
    [found] = hold(citing(knowledge, law or pigeons(), cite), statutes)
    return found


def test_a_text_falls_into_articles_paragraphs_and_items() -> None:
    statute = read_statute("信鸽条例", TEXT)

    assert list(statute.articles) == ["第一条", "第二条", "第三条"]
    assert statute.articles["第一条"] == (("养鸽的人应当登记。",), ("登记不收费。",))
    assert statute.articles["第二条"] == (
        (
            "有下列情形之一的，不得放飞：",
            "（一）大风；",
            "（二）下列天气：1．暴雨；2．冰雹；",
            "（三）夜间。",
        ),
        ("前款规定不适用于比赛。",),
    )
    assert statute.articles["第三条"] == (("信件应当在三日内送到。",),)


def test_narrow_brackets_are_brackets() -> None:
    statute = read_statute("信鸽条例", "第一条 不得放飞：\n(一)大风；\n(二)夜间。")

    assert statute.articles["第一条"] == (("不得放飞：", "（一）大风；", "（二）夜间。"),)


@pytest.mark.parametrize(
    ("name", "text", "day"),
    [
        ("信鸽条例(2019-12-31)", TEXT, date(2019, 12, 31)),
        ("信鸽条例（2019-12-31）", TEXT, date(2019, 12, 31)),
        ("信鸽条例", TEXT, date(2020, 3, 1)),
        ("信鸽条例", "第一条 养鸽的人应当登记。", None),
    ],
)
def test_the_day_of_a_text_is_in_its_name_or_at_its_head(
    name: str, text: str, day: date | None
) -> None:
    assert read_statute(name, text).day == day


@pytest.mark.parametrize(
    "cite",
    [
        Cite(law="pigeons"),
        ON_FIRST,
        Cite(law="pigeons", article="第一条", paragraph=2, keyword="收费"),
        Cite(law="pigeons", article="第二条", paragraph=1, item="（一）（三）", keyword="夜间"),
        Cite(law="pigeons", article="第二条", item="（二）", keyword="冰雹"),
    ],
)
def test_what_stands_in_the_text_is_found(knowledge: Knowledge, cite: Cite) -> None:
    found = held(knowledge, cite)

    assert (found.file, found.cite) == ("grounds/number_query.toml", cite)
    assert (found.verdict, found.fault) == (Verdict.FOUND, None)


@pytest.mark.parametrize(
    ("cite", "fault"),
    [
        (Cite(law="pigeons", article="第九条"), "there is no such article"),
        (
            Cite(law="pigeons", article="第一条", paragraph=3),
            "no such paragraph: the article has 2",
        ),
        (Cite(law="pigeons", article="第二条", item="（一）（四）"), "there is no item （四）"),
        (
            Cite(law="pigeons", article="第二条", paragraph=2, item="（一）"),
            "there is no item （一）",
        ),
        (Cite(law="pigeons", article="第三条", keyword="登记"), "登记 does not stand in it"),
        (
            Cite(law="pigeons", article="第一条", paragraph=1, keyword="收费"),
            "收费 does not stand in it",
        ),
        (
            Cite(law="pigeons", article="第二条", item="（一）", keyword="夜间"),
            "夜间 does not stand in it",
        ),
    ],
)
def test_what_does_not_stand_in_the_text_is_a_fault(
    knowledge: Knowledge, cite: Cite, fault: str
) -> None:
    found = held(knowledge, cite)

    assert (found.verdict, found.fault) == (Verdict.FAULT, fault)


@pytest.mark.parametrize("name", ["信鸽条例", "《信鸽条例》(2020-03-01)", "中华人民共和国信鸽条例"])
def test_a_text_is_known_by_its_file_name_where_it_has_no_heading(
    knowledge: Knowledge, name: str
) -> None:
    body = TEXT.partition("总则")[2]

    assert held(knowledge, ON_FIRST, (name, body)).verdict is Verdict.FOUND


def test_a_law_without_a_text_is_not_a_fault(knowledge: Knowledge) -> None:
    found = held(knowledge, ON_FIRST, ("海鸥条例", "# 海鸥条例\n第一条 海鸥不送信。"))

    assert (found.verdict, found.fault) == (Verdict.ABSENT, None)


def test_a_code_may_come_in_two_files(knowledge: Knowledge) -> None:
    first, _, second = TEXT.partition("## 第二章")
    parts = (("总则", first), ("信件编", f"# {TITLE}\n\n2020年3月1日 施行\n\n## 第二章{second}"))

    for number in ("第一条", "第三条"):
        cite = Cite(law="pigeons", article=number)
        assert held(knowledge, cite, *parts).verdict is Verdict.FOUND
    assert held(knowledge, Cite(law="pigeons", article="第九条"), *parts).verdict is Verdict.FAULT


def test_a_text_older_than_what_is_cited_proves_nothing(knowledge: Knowledge) -> None:
    law = pigeons(since=date(2026, 1, 1))

    assert held(knowledge, ON_FIRST, law=law).verdict is Verdict.NEWER


def test_a_text_newer_than_what_is_cited_proves_nothing(knowledge: Knowledge) -> None:
    ended = Article(
        number="第一条", since=date(2015, 1, 1), until=date(2019, 6, 1), summary="摘要。"
    )

    assert held(knowledge, ON_FIRST, law=pigeons([ended])).verdict is Verdict.OLDER


def test_a_text_without_a_day_is_todays(knowledge: Knowledge) -> None:
    law, text = pigeons(since=date(2026, 1, 1)), ("信鸽条例", "第一条 养鸽的人应当登记。")

    assert held(knowledge, ON_FIRST, text, law=law).verdict is Verdict.FOUND


def test_a_text_counts_from_the_version_that_follows_within_a_year(knowledge: Knowledge) -> None:
    law = pigeons(
        versions=[Version(name="2020年公布", since=date(2020, 3, 1))], since=date(2020, 3, 1)
    )

    assert held(knowledge, ON_FIRST, ("信鸽条例(2019-12-31)", TEXT), law=law).verdict is (
        Verdict.FOUND
    )
    assert held(knowledge, ON_FIRST, ("信鸽条例(2018-12-31)", TEXT), law=law).verdict is (
        Verdict.NEWER
    )


def test_of_two_texts_the_one_meant_is_taken(knowledge: Knowledge) -> None:
    change = date(2026, 1, 1)
    old = Article(number="第三条", since=date(2020, 3, 1), until=change, summary="送信。")
    new = Article(number="第三条", since=change, summary="放飞。")
    versions = (
        Version(name="旧文本", since=date(2020, 3, 1), until=change),
        Version(name="新文本", since=change),
    )
    law = pigeons([old, new], versions)
    texts = (
        ("信鸽条例(2020-03-01)", TEXT),
        ("信鸽条例(2025-10-01)", f"# {TITLE}\n第三条 放飞应当报告。"),
    )

    for version, keyword in (("旧文本", "三日内"), ("新文本", "报告")):
        cite = Cite(law="pigeons", article="第三条", version=version, keyword=keyword)
        assert held(knowledge, cite, *texts, law=law).verdict is Verdict.FOUND
    only_old = Cite(law="pigeons", article="第三条", version="新文本")
    assert held(knowledge, only_old, texts[0], law=law).verdict is Verdict.NEWER


def checked(folder: Path) -> tuple[int, list[str]]:
    """The exit code and the lines of the command."""
    out = StringIO()
    try:
        call_command("check_citations", str(folder), stdout=out)
    except SystemExit as left:
        return int(str(left.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def test_the_command_counts_and_names_each_fault(tmp_path: Path) -> None:
    body = "第八条 无关的内容。\n\n另一款。"
    (tmp_path / "消费者权益保护法(2013-10-25).md").write_text(body, encoding="utf-8")

    code, lines = checked(tmp_path)

    assert code == 1
    place = "grounds/refund_duty.toml: 《中华人民共和国消费者权益保护法》第五十二条"
    assert f"{place}: there is no such article" in lines
    assert re.fullmatch(
        r"\d+ citations: \d+ checked, \d+ faults, 0 newer than the text, 0 older than the text,"
        r" \d+ not in the folder",
        lines[-1],
    )
    assert f" {len(lines) - 1} faults" in lines[-1]


def test_the_command_is_content_where_there_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "notes.rst").write_text("第一条 无关。", encoding="utf-8")

    code, lines = checked(tmp_path)

    assert (code, len(lines)) == (0, 1)
    assert ": 0 checked, 0 faults," in lines[0]


def test_the_command_lists_what_is_newer_without_a_fault(tmp_path: Path) -> None:
    name = "消费者权益保护法(2009-08-27).md"
    (tmp_path / name).write_text("第一条 无关。", encoding="utf-8")

    code, lines = checked(tmp_path)

    assert code == 0
    assert all(line.endswith(": newer than the text") for line in lines[:-1])
    assert len(lines) > 1


def test_the_command_refuses_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("check_citations", str(tmp_path / "nowhere"))

    assert refused.value.returncode == 2


CHANGES = [
    (
        "misleading_promotion",
        date(2025, 10, 15),
        "第八条、第二十条",
        "第九条、第二十五条、第二十条第二款",
    ),
    (
        "police_matters",
        date(2026, 1, 1),
        "第四十九条、第五十一条",
        "第五十六条、第五十八条、第六十二条第三款、第九十条",
    ),
    (
        "network_data_security",
        date(2026, 1, 1),
        "第四十一条、第四十二条、第四十三条、第二十四条、第四十九条",
        "第四十三条、第四十四条、第四十五条、第二十六条、第五十一条",
    ),
    (
        "one_body_per_dispute",
        date(2026, 4, 15),
        "第十五条",
        "第十六条、第十条、第二十三条",
    ),
]


@pytest.mark.parametrize(("ground", "day", "before", "after"), CHANGES)
def test_a_ground_cites_what_is_in_force_on_the_day(
    knowledge: Knowledge, ground: str, day: date, before: str, after: str
) -> None:
    def articles(on: date) -> str:
        return cite_text(knowledge, cites_in_force(knowledge, ground, on)).partition("》")[2]

    assert articles(day - timedelta(days=1)) == before
    assert articles(day) == after


def test_12315_is_under_the_interim_measures_until_the_day_before(knowledge: Knowledge) -> None:
    def titles(on: date) -> set[str]:
        cites = cites_in_force(knowledge, "one_body_per_dispute", on)
        return {knowledge.laws[cite.law].title for cite in cites}

    assert titles(date(2026, 4, 14)) == {"市场监督管理投诉举报处理暂行办法"}
    assert titles(date(2026, 4, 15)) == {"市场监督管理投诉举报处理办法"}


def misled(on: date) -> Plan:
    """A plan for somebody whose offer misled and whose money a stranger took and kept."""
    said = (on - timedelta(days=7)).isoformat()
    facts = {
        "order": {"placed_by_me": True, "placed_on": said, "sales_channel": "social_chat"},
        "payment": {"payee": "individual", "method": "personal_transfer", "amount": "199.00"},
        "terms": {"misleading": ["promo_period"]},
        "dealings": {"requested_at": said, "unreachable": True},
    }
    return plan_for(facts, on)


@pytest.mark.parametrize(
    ("ground", "on", "numbers", "since"),
    [
        ("misleading_promotion", date(2025, 10, 14), "八 二十", None),
        ("misleading_promotion", date(2025, 10, 15), "九 二十五 二十", "2025-10-15"),
        ("police_matters", date(2025, 12, 31), "四十九 五十一", None),
        ("police_matters", date(2026, 1, 1), "五十六 五十八 六十二 九十", "2026-01-01"),
    ],
)
def test_a_plan_cites_what_is_in_force(
    ground: str, on: date, numbers: str, since: str | None
) -> None:
    found = next(row for row in misled(on)["findings"] if row["ground"] == ground)

    assert [cite["article"] for cite in found["citations"]] == [
        f"第{number}条" for number in numbers.split()
    ]
    assert {cite["since"] for cite in found["citations"]} == {since}


@pytest.mark.parametrize(
    ("on", "cited"),
    [
        (date(2025, 10, 14), "反不正当竞争法》第八条、第二十条"),
        (date(2025, 10, 15), "反不正当竞争法》第九条、第二十五条"),
    ],
)
def test_a_letter_cites_what_is_in_force(on: date, cited: str) -> None:
    letters = misled(on)["letters"]
    [report] = [row["text"] for row in letters if row["channel"] == "market_regulator_report"]

    assert cited in report


def test_no_ground_cites_a_place_twice_on_any_day(knowledge: Knowledge) -> None:
    days = {a.since for law in knowledge.laws.values() for a in law.articles}
    for name in knowledge.grounds:
        for day in sorted(days | {day - timedelta(days=1) for day in days}):
            places = [
                (cite.law, cite.article, cite.paragraph, cite.item)
                for cite in cites_in_force(knowledge, name, day)
            ]
            assert len(places) == len(set(places)), (name, day)


def test_every_renumbering_is_in_the_articles(knowledge: Knowledge) -> None:
    number = re.compile(r"^(?:本规定)?(第[零一二三四五六七八九十百]+条)")
    rows = [(law, row) for law in knowledge.laws.values() for row in law.renumbered]
    for law, row in rows:
        now = number.match(row.now or "")
        assert now, row
        assert any(a.number == now[1] and a.since == row.on for a in law.articles), row
        if was := number.match(row.was):
            assert any(a.number == was[1] and a.until == row.on for a in law.articles), row


def test_every_version_trap_is_kept(knowledge: Knowledge) -> None:
    traps = {stem for stem, law in knowledge.laws.items() if law.renumbered}

    assert traps == {
        "anti_unfair_competition_law",
        "consumer_protection_regulation",
        "internet_court_jurisdiction_rules",
        "network_security_law",
        "public_security_law",
        "regulator_complaint_measures",
    }
    interim = knowledge.laws["regulator_complaint_interim_measures"]
    assert interim.replaced_by == "regulator_complaint_measures"
    assert [v.until for v in interim.versions] == [date(2026, 4, 15)]
