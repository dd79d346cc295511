"""The page of a case on the desk: what it shows, who sees what for how long, what the log keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from cases import knowledge
from cases.admin import contradictions, stale
from cases.models import Case, Event, Message, Note, Status
from cases.services import notes, reveals
from cases.services import status as moves
from tests.desk import member, signed_in, staff
from tests.desk_cases import (
    ADDRESS,
    NAME,
    NOON,
    ORDER,
    PERSONAL,
    PHONE,
    REFERENCE,
    answer,
    draft,
    submit,
    submitted,
)

pytestmark = pytest.mark.django_db
Kind = Event.Kind
MINUTE = timedelta(minutes=1)
# What a contradiction is put together from.
SAID = [
    name
    for name in knowledge.load().phrases
    if name.startswith(("signal_", "odd_")) and name not in ("signal_none", "signal_unsure")
]
# The fields that are masked on the page of the usual case.
MASKED = {
    "consumer__name",
    "consumer__phone",
    "consumer__address",
    "consumer__postcode",
    "order__number",
    "carrier__ticket",
    "heimao-reference",
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def wu() -> Client:
    """A reviewer."""
    return staff("reviewer", name="wu")


@pytest.fixture
def zheng() -> Client:
    """A senior reviewer."""
    return staff("senior", name="zheng")


def address(case: Case) -> str:
    return reverse("admin:cases_case_change", args=[case.pk])


def page_of(client: Client, case: Case) -> str:
    response = client.get(address(case))
    assert response.status_code == 200
    return response.content.decode()


def reveal(client: Client, case: Case, field: str, reason: str = "contact") -> Any:
    posted = {"field": field, "reason": reason}
    return client.post(reverse("admin:cases_case_reveal", args=[case.pk]), posted)


def logged(kind: Event.Kind) -> list[Event]:
    return list(Event.objects.filter(kind=kind))


def damage(table: str, cell: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {cell} = 'v1.test.AAAA'")  # noqa: S608


# ---- the layout


def test_it_works(wu: Client) -> None:
    page = page_of(wu, submitted())
    for words in (
        "状态",
        "经办人",
        "未认领",
        "下一个日期",
        "59.00",
        "对方是谁",
        "方案版本",
        "经过",
    ):
        assert words in page
    for anchor in ("facts", "actions", "deadlines", "findings", "versions", "timeline", "work"):
        assert f'href="#{anchor}"' in page
        assert f'id="{anchor}"' in page


def test_it_says_when_the_answers_were_changed_after_the_plan(wu: Client) -> None:
    case = submitted()
    assert "又改过回答" not in page_of(wu, case)
    answer(case, "seller", {"order__seller_name": "别家"})
    assert "又改过回答" in page_of(wu, case)


def test_each_question_can_be_annotated_once_at_its_head(wu: Client) -> None:
    page = page_of(wu, submitted())
    links = re.findall(r"/work/note/\?about=(\w+)", page)
    assert len(links) == len(set(links)) > 10
    # One of several fields, one of a single one.
    assert {"names", "placed_on"} <= set(links)
    assert page.index("about=names") < page.index('id="f-consumer__name"')


def test_flags_stand_in_the_head(wu: Client) -> None:
    case = submitted()
    case.flags.create(kind="minor")
    assert "未成年人" in page_of(wu, case)


def test_similar_cases_are_one_click_away(wu: Client) -> None:
    case = submitted()
    assert "类似案件" not in page_of(wu, case)
    others = {submitted().pk for _time in range(2)}
    response = wu.get(address(case))
    assert "2 个类似案件" in response.content.decode()
    listed = wu.get(f"/desk/cases/case/?{response.context['similar_query']}")
    assert others < {row.pk for row in listed.context["cl"].result_list}


def test_a_contradiction_is_marked_where_it_stands(wu: Client) -> None:
    case = submitted(
        order_page={"signals__seller_page": "awaiting_submission"},
        parcel={"signals__parcel": "in_transit"},
    )
    response = wu.get(address(case))
    rows = [row for _part, rows in response.context["facts"] for row in rows]
    marked = {row.name for row in rows if row.contradictions}
    assert {"signals__seller_page", "signals__carrier_record"} <= marked
    assert "seller" not in marked


@pytest.mark.parametrize("phrase", SAID)
def test_every_phrase_of_a_contradiction_has_its_question(phrase: str) -> None:
    known = knowledge.load()
    sentence = known.phrase(phrase, me=known.phrase("me"))
    assert contradictions.by_question([sentence]), phrase


def test_notes_stand_beside_the_answer_they_are_about(wu: Client) -> None:
    case = submitted()
    author = member("reviewer", name="chen")
    notes.add(case, words="订单页截图里是另一家店", user=author, about="seller")
    response = wu.get(address(case))
    rows = [row for _part, rows in response.context["facts"] for row in rows]
    (about,) = [row for row in rows if row.notes]
    assert (about.step, about.notes[0].author) == ("seller", "chen")
    assert response.content.decode().count("订单页截图里是另一家店") == 2


# ---- masked until somebody asks


def test_what_is_masked(zheng: Client) -> None:
    response = zheng.get(address(submitted()))
    rows = [row for _part, rows in response.context["facts"] for row in rows]
    assert {row.name for row in rows if row.masked} == MASKED
    assert [value for value in PERSONAL if value in response.content.decode()] == []


@pytest.mark.parametrize("field", sorted(MASKED))
def test_one_field_is_revealed_and_no_other(zheng: Client, field: str) -> None:
    case = submitted()
    response = reveal(zheng, case, field)
    assert response["Location"] == f"{address(case)}#f-{field}"
    page = page_of(zheng, case)
    assert len([value for value in PERSONAL if value in page]) == 1
    assert "显示到 12:10" in page


def test_letters_show_what_was_revealed_and_nothing_else(zheng: Client) -> None:
    case = submitted()
    reveal(zheng, case, "consumer__phone")
    assert f"投诉人：林*，{PHONE}" in page_of(zheng, case)


def test_after_ten_minutes_it_is_masked_again(zheng: Client, clock: Any) -> None:
    case = submitted()
    reveal(zheng, case, "consumer__name")
    clock.move_to(NOON + reveals.LIFE - timedelta(seconds=1))
    assert NAME in page_of(zheng, case)
    clock.move_to(NOON + reveals.LIFE)
    assert NAME not in page_of(zheng, case)


def test_it_is_revealed_to_who_asked_in_this_case_only(zheng: Client) -> None:
    case, other = submitted(), submitted()
    reveal(zheng, case, "consumer__name")
    assert NAME not in page_of(zheng, other)
    assert NAME not in page_of(staff("senior", name="sun"), case)


def test_it_is_masked_again_when_the_right_is_taken_away() -> None:
    user = member("senior", name="zheng")
    client, case = signed_in(user), submitted()
    reveal(client, case, "consumer__name")
    user.groups.clear()
    user.groups.add(member("reviewer").groups.get())
    assert NAME not in page_of(client, case)


def test_a_reveal_is_logged_with_the_field_and_the_reason(zheng: Client) -> None:
    case = submitted()
    reveal(zheng, case, "order__number", "check_evidence")
    (event,) = logged(Kind.REVEALED)
    told = (event.actor, event.case_id, event.fields, event.reason)
    assert told == ("zheng", case.pk, ["order__number"], "check_evidence")
    assert ORDER not in str(list(Event.objects.values()))
    assert "订单号；核对证据" in page_of(zheng, case)


@pytest.mark.parametrize("reason", ["", "curiosity"])
def test_without_a_reason_nothing_is_revealed(zheng: Client, reason: str) -> None:
    case = submitted()
    reveal(zheng, case, "consumer__name", reason)
    assert logged(Kind.REVEALED) == []
    page = page_of(zheng, case)
    assert "请选择查看的理由。" in page
    assert NAME not in page


@pytest.mark.parametrize("role", ["reader", "reviewer", "auditor", "administrator"])
def test_without_the_right_there_is_no_button_and_no_way(role: str) -> None:
    client, case = staff(role), submitted()
    assert "cases_case_reveal" not in page_of(client, case)
    assert "查看 10 分钟" not in page_of(client, case)
    assert reveal(client, case, "consumer__name").status_code == 403
    assert logged(Kind.REVEALED) == []


@pytest.mark.parametrize("field", ["", "secret", "order__placed_on", "consumer__age"])
def test_what_is_not_masked_cannot_be_revealed(zheng: Client, field: str) -> None:
    assert reveal(zheng, submitted(), field).status_code == 404
    assert logged(Kind.REVEALED) == []


def test_a_number_typed_elsewhere_can_be_revealed_too(zheng: Client) -> None:
    case = submitted(seller={"order__seller_name": "老王15912345678号卡"})
    assert "15912345678" not in page_of(zheng, case)
    reveal(zheng, case, "order__seller_name")
    assert "老王15912345678号卡" in page_of(zheng, case)


def test_names_on_a_bill_are_masked_in_the_chain_too(zheng: Client) -> None:
    names = {"opponent__bill_name": "钱多多"}
    case = submitted(payee={"payment__payee": "individual"}, seen_names=names)
    assert "钱多多" not in page_of(zheng, case)


def test_the_name_of_a_shop_is_masked_in_the_chain_too(zheng: Client) -> None:
    page_company = {"opponent__page_company": "甲公司"}
    case = submitted(seller={"order__seller_name": "老王15912345678号卡"}, seen_names=page_company)
    page = page_of(zheng, case)
    assert "店铺或页面的名字：老王" in page
    assert "15912345678" not in page


def test_a_reply_of_the_person_is_masked_and_revealed(zheng: Client) -> None:
    case = submitted()
    Message.objects.create(
        case=case, kind="request", words="请补充", reply=f"我是{NAME}，{PHONE}", replied_at=NOON
    )
    page = page_of(zheng, case)
    assert "我是林*，138****8000" in page
    assert NAME not in page
    reveal(zheng, case, "messages")
    assert f"我是{NAME}，{PHONE}" in page_of(zheng, case)


def test_the_pdf_stays_masked(zheng: Client) -> None:
    case = submitted()
    for field in MASKED:
        reveal(zheng, case, field)
    pdf = zheng.get(reverse("admin:cases_case_pdf", args=[case.pk, case.plans.latest().pk]))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.content)).pages)
    flat = "".join(text.split())
    assert [value for value in PERSONAL if value in flat] == []


def test_an_address_of_the_case_never_carries_a_value(zheng: Client) -> None:
    case = submitted()
    location = reveal(zheng, case, "consumer__address")["Location"]
    assert ADDRESS not in unescape(location)
    assert reveal(zheng, case, "heimao-reference")["Location"].endswith("#f-heimao-reference")
    assert REFERENCE in page_of(zheng, case)


# ---- who looked


def test_looking_is_logged_once_for_each_opening(wu: Client, clock: Any) -> None:
    case = submitted()
    for _time in range(3):
        page_of(wu, case)
    assert [event.actor for event in logged(Kind.VIEWED)] == ["wu"]
    clock.move_to(NOON + MINUTE + timedelta(seconds=1))
    page_of(wu, case)
    assert len(logged(Kind.VIEWED)) == 2


def test_everybody_is_logged_for_themselves(wu: Client, zheng: Client) -> None:
    case, other = submitted(), submitted()
    page_of(wu, case)
    page_of(zheng, case)
    page_of(wu, other)
    assert {(event.actor, event.case_id) for event in logged(Kind.VIEWED)} == {
        ("wu", case.pk),
        ("zheng", case.pk),
        ("wu", other.pk),
    }


def test_asking_for_the_head_alone_is_no_look(wu: Client) -> None:
    case = submitted()
    assert wu.head(address(case)).status_code == 200
    assert logged(Kind.VIEWED) == []


def test_a_refusal_and_a_missing_case_are_no_look(wu: Client) -> None:
    assert staff("reviewer", name="x").get(f"/desk/cases/case/{uuid4()}/change/").status_code == 404
    assert staff(name="nobody").get(address(submitted())).status_code == 403
    assert logged(Kind.VIEWED) == []


def test_taking_a_pdf_is_logged(wu: Client) -> None:
    case = submitted()
    pdf = reverse("admin:cases_case_pdf", args=[case.pk, case.plans.latest().pk])
    wu.head(pdf)
    assert logged(Kind.DOWNLOADED) == []
    wu.get(pdf)
    (event,) = logged(Kind.DOWNLOADED)
    assert (event.actor, event.fields) == ("wu", ["plan_pdf"])
    assert "方案 PDF" in page_of(wu, case)


# ---- the time line


def test_the_time_line_tells_everything_the_newest_first(wu: Client, clock: Any) -> None:
    user, case = member("senior", name="zheng"), submitted()
    clock.move_to(NOON + MINUTE)
    notes.add(case, words="已看过截图", user=user)
    clock.move_to(NOON + 2 * MINUTE)
    Message.objects.create(case=case, author=user, kind="answer", words="方案没有变化")
    clock.move_to(NOON + 3 * MINUTE)
    moves.move(case, Status.CLOSED, user=user, version=None, reason="advised")
    entries = wu.get(address(case)).context["timeline"]
    told = [(entry.actor, entry.what, entry.words) for entry in entries]
    assert told == [
        ("wu", "查看", ""),
        ("zheng", "改变状态", "新提交 → 已结案；已答复，没有后续"),
        ("zheng", "答复", "方案没有变化"),
        ("zheng", "内部备注", "已看过截图"),
        ("本人", "生成方案", ""),
    ]


# ---- the plan of today


def test_the_same_answers_by_the_rules_of_today(wu: Client, clock: Any) -> None:
    case = submitted()
    today = reverse("admin:cases_case_today", args=[case.pk, case.plans.latest().pk])
    assert today in page_of(wu, case)
    assert "都没有变化" in wu.get(today).content.decode()
    clock.move_to(NOON + timedelta(days=60))
    page = staff("reviewer", name="later").get(today).content.decode()
    assert "已经过去的期限" in page
    assert case.plans.count() == 1
    assert [value for value in PERSONAL if value in page] == []


def test_a_plan_of_another_case_is_not_found(wu: Client) -> None:
    one, other = submitted(), submitted()
    args = [other.pk, one.plans.latest().pk]
    assert wu.get(reverse("admin:cases_case_today", args=args)).status_code == 404


# ---- what may go wrong


def test_the_number_of_queries_does_not_grow(zheng: Client) -> None:
    def queries(case: Case) -> int:
        page_of(zheng, case)
        with CaptureQueriesContext(connection) as captured:
            page_of(zheng, case)
        return len(captured)

    few, many = submitted(), submitted()
    author = member("reviewer", name="chen")
    submit(answer(many, "seller", {"order__seller_name": "别家"}), key="second")
    for number in range(10):
        notes.add(many, words=f"备注{number}", user=author, about="seller")
        Message.objects.create(case=many, author=author, kind="answer", words="您好")
        many.flags.get_or_create(kind=("minor", "fraud", "again")[number % 3])
    assert queries(many) == queries(few)
    assert queries(few) <= 25


@pytest.mark.parametrize(
    ("table", "cell"),
    [
        ("cases_case", "answers"),
        ("cases_case", "seller"),
        ("cases_plan", "content"),
        ("cases_note", "words"),
        ("cases_message", "reply"),
    ],
)
def test_a_damaged_cell_leaves_the_rest_of_the_page(zheng: Client, table: str, cell: str) -> None:
    case = submitted()
    Note.objects.create(case=case, words="备注")
    Message.objects.create(case=case, kind="request", words="请", reply="好", replied_at=NOON)
    damage(table, cell)
    page = page_of(zheng, case)
    assert "经过" in page
    if cell in ("answers", "content"):
        assert "有内容无法解密" in page
    for name in ("cases_case_pdf", "cases_case_today"):
        args = [case.pk, case.plans.latest().pk]
        assert zheng.get(reverse(f"admin:{name}", args=args)).status_code in (200, 302)


def test_nothing_of_a_draft_is_shown_or_logged(zheng: Client) -> None:
    case = draft({"situation": {"order__placed_by_me": True}})
    exhibit = case.exhibits.create(kind="chat", said={}, position=1, width=1, height=1)
    one = [case.pk, exhibit.pk]
    for name, args in [
        ("change", one[:1]),
        ("history", one[:1]),
        ("picture", one),
        ("preview", one),
    ]:
        response = zheng.get(reverse(f"admin:cases_case_{name}", args=args))
        assert response.status_code == 404, name
    assert reveal(zheng, case, "notes").status_code == 404
    assert not Event.objects.filter(case_id=case.pk).exists()


# ---- somebody was quicker


def conflict(case: Case, posted: dict[str, str], **wanted: str) -> HttpResponse:
    request = RequestFactory().post(f"/desk/act/{case.pk}/", posted)
    request.user = member("reviewer", name="wu")
    return stale.stale(request, case, wanted)


def test_both_states_stand_side_by_side() -> None:
    chen, case = member("senior", name="chen"), submitted()
    current = moves.move(case, Status.CLOSED, user=chen, version=None, reason="spam")
    response = conflict(current, {"desk_version": "0"}, status="处理中", assignee="wu")
    page = response.render().content.decode()  # type: ignore[attr-defined]
    assert response.status_code == 409
    for words in ("处理中", "已结案", "垃圾内容", "未认领", "chen", "改变状态"):
        assert words in page
    assert f'name="desk_version" value="{current.desk_version}"' in page


def test_what_was_typed_is_kept_for_the_new_state() -> None:
    case = submitted()
    posted = {"desk_version": "0", "words": "第一行\n<b>第二行</b>", "reason": "spam"}
    page = conflict(case, posted, status="已结案").render().content.decode()  # type: ignore[attr-defined]
    assert "第一行\n&lt;b&gt;第二行&lt;/b&gt;</textarea>" in page
    assert '<input type="hidden" name="reason" value="spam">' in page
    assert page.count('name="desk_version"') == 1
