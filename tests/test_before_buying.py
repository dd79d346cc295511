"""The check before buying: three offers, what is refused, what is kept of it (nothing), its PDF."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from cases.clauses import LONGEST_TEXT
from cases.knowledge import Knowledge
from cases.models import Case
from cases.renderings import pdf
from cases.renderings.before_buying import ROWS, TO_KEEP, TOPICS, Checked, as_pdf, look_through
from cases.views.downloads import RETRY_SECONDS
from cases.vocabulary import Light, Moment
from tests.test_clauses import BAD, GOOD, MIXED, written

ON = date(2026, 11, 22)
SECRET = "张三丰一三八〇〇一三八〇〇〇"
NO_REFUND = "本产品一经售出，概不退款。"
PAGE = "/before-buying/"
PDF = "/before-buying/checked.pdf"


@pytest.fixture(autouse=True, scope="module")
def no_worker_left() -> Iterator[None]:
    yield
    pdf.close()


def checked(offer: str, knowledge: Knowledge, agreement: str = "", on: date = ON) -> Checked:
    return look_through(offer, agreement, knowledge, on=on)


def sentences(found: Checked, light: Light) -> list[str]:
    return [row.sentence for group in found.groups if group.light is light for row in group.rows]


def errors(response: Any) -> dict[str, Any]:
    return dict(response.context["form"].errors)


# ---- what is said of an offer


def test_it_works(client: Client) -> None:
    response = client.post(PAGE, {"offer": NO_REFUND, "agreement": "合约期12个月。"})

    html = response.content.decode()
    for words in ("红 1 处，黄 1 处，绿 0 处", NO_REFUND, "概不退款", "第二十六条", "有合约期"):
        assert words in html
    assert html.index("红：不要接受") < html.index("黄：先问清楚")


def test_what_is_red_says_not_to_pay_yet(client: Client) -> None:
    for offer, warned in ((NO_REFUND, True), ("合约期12个月。", False), ("无可标记。", False)):
        page = client.post(PAGE, {"offer": offer}).content.decode()

        assert ("就先不要下单" in page) is warned


def test_a_good_offer_has_no_red(knowledge: Knowledge) -> None:
    found = checked(written(GOOD), knowledge)

    assert [group.light for group in found.groups] == [Light.GREEN]
    assert "本店承诺七天无理由退货。" in found.promises


def test_a_bad_offer_is_mostly_red_and_promises_nothing(knowledge: Knowledge) -> None:
    found = checked(written(BAD), knowledge)

    assert found.groups[0].light is Light.RED
    assert found.groups[0].count > 15
    assert found.promises == ()


def test_the_gravest_stands_first(knowledge: Knowledge) -> None:
    found = checked(written(MIXED), knowledge, written(BAD) + written(GOOD))

    assert [group.light for group in found.groups] == [Light.RED, Light.AMBER, Light.GREEN]


def test_no_sentence_is_counted_twice_or_lost(knowledge: Knowledge) -> None:
    found = checked(NO_REFUND * 3 + "今天天气好。", knowledge, NO_REFUND)

    assert sentences(found, Light.RED) == [NO_REFUND]
    assert found.groups[0].rows[0].sources == "页面、协议"
    assert found.counts == "红 1 处，黄 0 处，绿 0 处；没标记的 1 句。"


def test_a_clause_is_explained_once(knowledge: Knowledge) -> None:
    found = checked("概不退款。恕不退换。", knowledge)

    assert [mark.explained for row in found.groups[0].rows for mark in row.marks] == [True, False]


def test_more_rows_than_anybody_reads_are_left_out_and_counted(knowledge: Knowledge) -> None:
    found = checked("".join(f"第{n}条概不退款。" for n in range(ROWS + 5)), knowledge)

    assert len(found.groups[0].rows) == ROWS
    assert found.groups[0].left_out == 5
    assert found.groups[0].count == ROWS + 5


def test_an_offer_nobody_understands_still_leads_to_questions(client: Client) -> None:
    response = client.post(PAGE, {"offer": "今天天气好。"})

    html = response.content.decode()
    assert "没有我们认得的写法" in html
    assert "没有标记不等于没有问题" in html
    assert response.context["checked"].questions


def test_what_is_past_its_review_says_so(knowledge: Knowledge) -> None:
    again_by = knowledge.clauses["no_refund"].review.again_by
    later = checked(NO_REFUND, knowledge, on=again_by + timedelta(days=1))

    assert not checked(NO_REFUND, knowledge).groups[0].rows[0].marks[0].overdue
    assert later.groups[0].rows[0].marks[0].overdue


# ---- questions, what to keep, precautions


def test_the_questions_come_from_what_is_found_the_gravest_first(knowledge: Knowledge) -> None:
    found = checked("原路退款。运费自理。概不退款。", knowledge)
    asks = [knowledge.clauses[name].ask for name in ("no_refund", "return_freight")]

    assert found.questions[:2] == tuple(asks)
    assert found.questions[-1] == knowledge.clauses["original_route"].ask
    assert f"1. {asks[0]}\n2. {asks[1]}" in found.message


def test_no_question_is_asked_twice(knowledge: Knowledge) -> None:
    questions = checked(written(BAD), knowledge, written(MIXED) + written(BAD)).questions

    assert len(questions) == len(set(questions))


def test_it_asks_for_what_the_text_is_silent_about(knowledge: Knowledge) -> None:
    found = checked(NO_REFUND, knowledge)

    assert "退款和取消" not in found.silent
    assert "合约期和违约金" in found.silent
    assert knowledge.precautions["ask_minimum_term"].ask in found.questions


def test_a_topic_that_is_only_mentioned_is_not_missing(knowledge: Knowledge) -> None:
    found = checked("不需要首 充，激活即可使用。", knowledge)

    assert "首充和一共要付的钱" not in found.silent


def test_an_offer_that_speaks_of_everything_is_silent_about_nothing(knowledge: Knowledge) -> None:
    found = checked(written(GOOD), knowledge, written(MIXED))

    assert found.silent == ()


def test_every_topic_knows_its_clauses_and_its_question(knowledge: Knowledge) -> None:
    for topic in TOPICS:
        moment = knowledge.precautions[topic.precaution].moment

        assert moment in (Moment.BEFORE_ORDERING, Moment.AT_ORDERING), topic.precaution
        assert topic.clauses <= set(knowledge.clauses), topic.precaution
    assert len({topic.precaution for topic in TOPICS}) == len(TOPICS)


def test_the_list_to_keep_holds_the_promises(knowledge: Knowledge) -> None:
    found = checked("未激活可退。", knowledge)

    assert [*found.to_keep] == [knowledge.precautions[name] for name in TO_KEEP]
    assert found.promises == ("未激活可退。",)


def test_the_precautions_stand_by_moment(knowledge: Knowledge) -> None:
    rows = [row for _, rows in checked(NO_REFUND, knowledge).precautions for row in rows]

    assert rows == list(knowledge.precautions.values())


# ---- what is refused, and that nothing typed is lost


@pytest.mark.parametrize("typed", [{}, {"offer": " \r\n——"}, {"offer": "", "agreement": "。"}])
def test_it_requires_some_words(client: Client, typed: dict[str, str]) -> None:
    response = client.post(PAGE, typed)

    assert errors(response) == {"offer": ["请至少贴一段文字：页面的文字，或者协议的文字"]}
    assert "checked" not in response.context
    assert response.headers["HX-Retarget"] == "#main"
    assert "hx-post" not in response.content.decode()


@pytest.mark.parametrize("name", ["offer", "agreement"])
@pytest.mark.parametrize("path", [PAGE, PDF])
def test_a_text_too_long_is_refused_and_kept(client: Client, name: str, path: str) -> None:
    text = "好" * (LONGEST_TEXT + 1)
    response = client.post(path, {"offer": NO_REFUND, "agreement": NO_REFUND, name: text})

    assert f"有 {LONGEST_TEXT + 1} 字，一次最多查 {LONGEST_TEXT} 字" in errors(response)[name][0]
    assert text in response.content.decode()


def test_a_line_end_counts_once(client: Client) -> None:
    text = ("好" * 99 + "\r\n") * (LONGEST_TEXT // 100)

    assert "checked" in client.post(PAGE, {"offer": text, "agreement": text}).context


def test_what_was_pasted_is_there_to_be_changed(client: Client) -> None:
    response = client.post(PAGE, {"offer": f"\n{NO_REFUND}", "agreement": "合约期12个月。"})

    html = response.content.decode()
    assert f">\n\n{NO_REFUND}</textarea>" in html
    assert ">\n合约期12个月。</textarea>" in html


def test_markup_in_the_text_stays_text(client: Client) -> None:
    evil = '</textarea><script>alert("1")</script>概不退款"><img src=x onerror=y>。'

    html = client.post(PAGE, {"offer": evil}).content.decode()

    assert "<script>alert" not in html
    assert "<img" not in html
    assert html.count("</textarea>") == 2


def test_odd_characters_do_no_harm(client: Client) -> None:
    response = client.post(PAGE, {"offer": "概不\x00退款\u202e。😀"})

    assert response.context["checked"].groups[0].rows[0].sentence == "概不退款。"


# ---- nothing is kept


@pytest.mark.django_db
@pytest.mark.parametrize("path", [PAGE, PDF])
def test_nothing_is_kept_of_the_text(
    client: Client, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    response = client.post(path, {"offer": SECRET + NO_REFUND})

    assert response.headers["Cache-Control"] == "no-store, private"
    assert not Case.objects.exists()
    assert not Session.objects.exists()
    assert set(response.cookies) <= {"csrf"}
    assert SECRET not in caplog.text


def test_looking_costs_no_query(client: Client, django_assert_num_queries: Any, db: None) -> None:
    with django_assert_num_queries(0):
        client.get(PAGE)
        client.get(reverse("before-buying-example"))
        client.post(PAGE, {"offer": NO_REFUND})


# ---- the pages around it


def test_a_part_asked_for_by_htmx_is_the_whole_page(client: Client) -> None:
    part = client.post(PAGE, {"offer": NO_REFUND}, headers={"HX-Request": "true"})

    assert '<div id="result">' in part.content.decode()
    assert "</html>" in part.content.decode()
    assert f'hx-post="{PAGE}"' in client.get(PAGE).content.decode()
    assert "HX-Request" in part.headers["Vary"]


def test_the_example_has_every_light(client: Client) -> None:
    response = client.get(reverse("before-buying-example"))

    groups = response.context["checked"].groups
    assert [group.light for group in groups] == list(Light)
    assert "这是一个例子" in response.content.decode()


@pytest.mark.django_db
def test_the_start_page_has_two_doors(client: Client) -> None:
    html = client.get(reverse("start")).content.decode()

    assert "已经下单，想退" in html
    assert "还没买，先看看" in html
    assert f'href="{PAGE}"' in html
    assert f'href="{reverse("before-buying-example")}"' in html


# ---- the PDF


def test_the_pdf_holds_marks_questions_and_lists(client: Client, knowledge: Knowledge) -> None:
    response = client.post(PDF, {"offer": written(MIXED), "agreement": written(BAD)})

    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    text = text_of(response.content)
    for words in (
        "■ 红：不要接受",
        "▲ 黄：先问清楚",
        "概不退款",
        "要问卖家的话",
        "付钱前截好图",
        "下单之前",
        "☐",
        "未经律师审阅",
        knowledge.version,
    ):
        assert words in text
    for question in questions_of_both(knowledge):
        assert question in text


def test_the_pdf_is_tagged_and_has_a_title(knowledge: Knowledge) -> None:
    reader = pypdf.PdfReader(io.BytesIO(as_pdf(checked(written(GOOD), knowledge))))
    root: Any = reader.trailer["/Root"]

    assert reader.metadata is not None
    assert reader.metadata.title == "买卡前检查"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "zh-CN"


def test_the_largest_texts_still_make_a_pdf(client: Client) -> None:
    offer = "".join(f"第{n}条概不退款，运费自理。" for n in range(9999))[:LONGEST_TEXT]

    response = client.post(PDF, {"offer": offer, "agreement": written(MIXED) * 60})

    assert response.headers["Content-Type"] == "application/pdf"


def test_a_pdf_that_fails_keeps_the_text(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pdf, "WALL_SECONDS", 0)

    response = client.post(PDF, {"offer": SECRET + NO_REFUND})

    assert response.status_code == 503
    assert response.headers["Retry-After"] == str(RETRY_SECONDS)
    assert f'value="{SECRET}{NO_REFUND}"' in response.content.decode()
    assert SECRET not in caplog.text


def test_the_address_of_the_pdf_leads_to_the_page(client: Client) -> None:
    assert client.get(PDF).headers["Location"] == PAGE


def questions_of_both(knowledge: Knowledge) -> tuple[str, ...]:
    return checked(written(MIXED), knowledge, written(BAD)).questions


def text_of(document: bytes) -> str:
    """The text layer without line ends, which break sentences anywhere."""
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")
