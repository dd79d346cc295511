"""The review desk: list, filters, search, the masked case page and its PDF, who may do what."""

from __future__ import annotations

import copy
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from html import unescape
from typing import Any, cast

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from pypdf import PdfReader
from pytest_django import Settings

from cases import services
from cases.admin import masking
from cases.management.commands.staff import make_reviewer
from cases.models import Case, Plan
from cases.renderings.chronicle import plain
from cases.renderings.outline import outline
from cases.views import submission
from cases.wizard.steps import walk

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
LIST = "/desk/cases/case/"
NAME, PHONE, ADDRESS, POSTCODE = "林小满", "13800138000", "四川省成都市锦江区某某路8号", "610021"
ORDER, TICKET, REFERENCE = "TB20261114001", "LT20261116", "HM-2026-000871"
PERSONAL = (NAME, PHONE, ADDRESS, POSTCODE, ORDER, TICKET, REFERENCE)
SHOWN = ("林*", "138****8000", "〔已隐藏〕", "…114001", "…61116", "…000871")
HOSTILE = "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>"

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "situation": {"order__placed_by_me": True},
    "sales_channel": {"order__sales_channel": "marketplace"},
    "placed_on": {"order__placed_on": "2026-11-14"},
    "seller": {"order__marketplace": "淘宝", "order__seller_name": "畅联号卡店"},
    "card_kind": {"order__card_kind": "personal"},
    "payee": {"payment__payee": "marketplace"},
    "amount": {"payment__amount": "59.00", "payment__paid_on": "2026-11-14"},
    "method": {"payment__method": "marketplace_order"},
    "order_page": {"signals__seller_page": "submitted"},
    "parcel": {"signals__parcel": "not_sent"},
    "carrier": {"carrier__name": "china_unicom"},
    "carrier_record": {"signals__carrier_record": "number_reserved"},
    "carrier_complaint": {"carrier__complained": True},
    "carrier_ticket": {"carrier__complained_on": "2026-11-16", "carrier__ticket": TICKET},
    "carrier_reply": {"carrier__reply": "none"},
    "request": {"dealings__requested": True},
    "request_details": {"dealings__requested_at": "2026-11-16"},
    "seller_reply": {"dealings__reply": "sent_to_carrier"},
    "filed_where": {"filed_where": ["heimao"]},
    "filed_details": {"filed": [{"channel": "heimao", "reference": REFERENCE}]},
    "evidence": {"evidence": ["order_page", "chat"]},
    "names": {
        "consumer__name": NAME,
        "consumer__phone": PHONE,
        "consumer__address": ADDRESS,
        "consumer__postcode": POSTCODE,
        "order__number": ORDER,
    },
}


def answers_with(**steps: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The usual answers, some steps added to or changed."""
    answers = copy.deepcopy({step: dict(clean) for step, clean in ANSWERS.items()})
    for step, clean in steps.items():
        answers[step] = {**answers.get(step, {}), **clean}
    return answers


def draft(answers: Mapping[str, Mapping[str, Any]]) -> Case:
    """A case with these answers, each given as the wizard gives it."""
    case = services.answers.open_case()
    for step, clean in answers.items():
        case = answer(case, step, clean)
    return case


def answer(case: Case, step: str, clean: Mapping[str, Any]) -> Case:
    typed = {name: [str(value)] for name, value in clean.items()}
    return services.answers.save_step(
        case, step=step, typed=typed, clean=clean, version=case.version
    )


def submit(case: Case, *, key: str = "key") -> Plan:
    answers = {step: each["clean"] for step, each in case.answers.items()}
    plan, version, summary = submission.build(walk(answers).counted, ON)
    return services.plans.submit(
        case, key=key, on=ON, plan=plan, knowledge_version=version, summary=summary
    )


def submitted(**steps: Mapping[str, Any]) -> Case:
    """A submitted case, as it lies in the database."""
    case = draft(answers_with(**steps))
    submit(case)
    return Case.objects.get(pk=case.pk)


def listed(client: Client, query: str = "") -> set[Case]:
    """The cases on the page of the list."""
    response = client.get(LIST + query)
    assert response.status_code == 200
    return set(response.context["cl"].result_list)


def page_of(client: Client, case: Case) -> str:
    response = client.get(f"{LIST}{case.pk}/change/")
    assert response.status_code == 200
    return response.content.decode()


def pdf_address(case: Case) -> str:
    return reverse("admin:cases_case_pdf", args=[case.pk, case.plans.latest().pk])


def summarised(case: Case, **columns: Any) -> Case:
    """The case with other columns for the list, written as a submission writes them."""
    summary = cast("services.plans.Summary", columns)
    services.plans.submit(
        case, key=str(columns), on=ON, plan={"letters": []}, knowledge_version="0", summary=summary
    )
    return case


@pytest.fixture
def wu(client: Client) -> Client:
    """A reviewer, signed in."""
    user = User(username="wu", is_staff=True)
    make_reviewer(user, password="correct horse battery staple")
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


# ---- the list


def test_it_works(wu: Client) -> None:
    case = submitted()
    page = wu.get(LIST).content.decode()
    for words in ("案件编号", "订单阶段", "运营商", "卖家", "金额（元）", "提交时间", "下一个日期"):
        assert words in page
    for words in ("已提交待开卡", "中国联通", "畅联号卡店", "59.00", "2026-11-22 12:00"):
        assert words in page
    assert f"{case.public_id[:4]}-{case.public_id[4:]}" in page


def test_the_secret_half_of_the_code_is_nowhere(wu: Client) -> None:
    case = submitted()
    assert case.secret not in wu.get(LIST).content.decode() + page_of(wu, case)


def test_drafts_are_shown_on_demand_only(wu: Client) -> None:
    sent, unsent = submitted(), draft({})
    assert listed(wu) == {sent}
    assert listed(wu, "?state=draft") == {unsent}
    assert listed(wu, "?state=all") == {sent, unsent}


@pytest.mark.parametrize(
    ("column", "code", "other"),
    [
        ("stage", "closed", "submitted"),
        ("carrier", "mvno", "china_mobile"),
        ("sales_channel", "livestream", "marketplace"),
        ("payee", "individual", "nobody"),
    ],
)
def test_it_filters_by_column(wu: Client, column: str, code: str, other: str) -> None:
    case = summarised(services.answers.open_case(), **{column: code})
    summarised(services.answers.open_case(), **{column: other})
    assert listed(wu, f"?{column}={code}") == {case}


@pytest.mark.parametrize(
    ("when", "day", "words"),
    [
        ("today", date(2026, 11, 22), "今天到期"),
        ("over", date(2026, 11, 19), "已过 3 天"),
        ("week", date(2026, 11, 29), "还有 7 天"),
        (None, date(2026, 11, 30), "还有 8 天"),
    ],
)
def test_it_filters_by_the_next_date(wu: Client, when: str | None, day: date, words: str) -> None:
    case = summarised(services.answers.open_case(), next_on=day)
    summarised(services.answers.open_case())
    found = [each for each in ("today", "over", "week") if case in listed(wu, f"?due={each}")]
    assert found == ([when] if when else [])
    assert words in wu.get(LIST).content.decode()


def test_what_is_due_first_stands_first(wu: Client) -> None:
    never = summarised(services.answers.open_case())
    later = summarised(services.answers.open_case(), next_on=date(2026, 12, 1))
    sooner = summarised(services.answers.open_case(), next_on=date(2026, 11, 20))
    assert list(wu.get(LIST).context["cl"].result_list) == [sooner, later, never]


def test_it_finds_a_case_by_its_code_however_it_is_typed(wu: Client) -> None:
    case = submitted()
    Case.objects.filter(pk=case.pk).update(public_id="0AB1XYZ9")
    other = submitted()
    Case.objects.filter(pk=other.pk).update(public_id="77777777")
    for typed in ("0AB1XYZ9", "oabl-xyz9", "ａｂ1 xyz", "XYZ9", "0AB1-XYZ9-0000-0000-0000"):
        assert listed(wu, f"?q={typed}") == {case}, typed
    assert listed(wu, "?q=7777-7778") == set()


def test_it_finds_cases_by_the_seller(wu: Client) -> None:
    case = submitted()
    submitted(seller={"order__seller_name": "别家"})
    assert listed(wu, "?q=畅联号卡店") == {case}
    assert listed(wu, "?q=畅联 号卡店 ") == {case}
    assert listed(wu, "?q=畅联") == set()


def test_an_address_cannot_ask_about_hidden_columns(wu: Client) -> None:
    submitted()
    for lookup in ("secret_hash__startswith=$argon2id", "seller_key=1", "answers__contains=1"):
        assert wu.get(f"{LIST}?{lookup}").status_code == 400, lookup


def test_the_number_of_queries_does_not_grow(wu: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            wu.get(LIST)
        return len(captured)

    for number in range(5):
        summarised(services.answers.open_case(), seller=f"店{number}", amount=number)
    few = queries()
    for number in range(45):
        summarised(services.answers.open_case(), seller=f"店{number}", amount=number)
    assert len(listed(wu)) == 50
    assert queries() == few


def test_a_damaged_row_leaves_the_list_standing(wu: Client) -> None:
    case = submitted()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET seller = 'v1.test.AAAA'")
    assert "无法解密" in wu.get(LIST).content.decode()
    assert listed(wu) == {case}


# ---- the case page


def test_the_page_shows_facts_plan_and_letters(wu: Client) -> None:
    case = submitted()
    page = page_of(wu, case)
    for words in ("下单的地方", "电商平台店铺", "2026年11月14日", "59元"):
        assert words in page
    for words in ("运营商投诉", "电信用户申诉", "12月1日", "《", "与现在一致", "我要投诉"):
        assert words in page
    assert case.plans.latest().knowledge_version in page


def test_the_page_shows_every_line_of_the_plan(wu: Client) -> None:
    case = submitted()
    page, plan = page_of(wu, case), outline(case.plans.latest().content)
    rows = [*plan["actions"], *plan["withheld"], *plan["findings"], *plan["background"]]
    assert [row["title"] for row in rows if escape(row["title"]) not in page] == []
    assert [row["why"] for row in plan["withheld"] if escape(row["why"]) not in page] == []
    assert [row["sum"] for row in plan["deadlines"] if escape(row["sum"]) not in page] == []
    assert [row["source"] for row in plan["findings"] if escape(row["source"]) not in page] == []


def test_answers_that_do_not_count_are_left_out(wu: Client) -> None:
    case = submitted(off_platform={"payment__asked_off_platform": True})
    assert "被引导到平台外付款" not in page_of(wu, case)


def test_a_draft_has_a_page_without_a_plan(wu: Client) -> None:
    page = page_of(wu, draft({"situation": {"order__placed_by_me": True}}))
    assert "还没有生成方案" in page
    assert "是，我自己下的单" in page


def test_answers_at_odds_do_not_break_the_page(wu: Client) -> None:
    answers = answers_with(placed_on={"order__placed_on": "2026-11-20"}, channels={"chosen": []})
    assert "互相矛盾" in page_of(wu, draft(answers))


def test_it_says_when_the_content_changed_since(wu: Client) -> None:
    case = submitted()
    case.plans.update(knowledge_version="0123456789ab")
    assert "内容之后有更新" in page_of(wu, case)


def test_every_plan_has_its_line(wu: Client) -> None:
    case = submitted()
    submit(answer(case, "seller", {"order__seller_name": "别家"}), key="second")
    assert case.plans.count() == 2
    page = page_of(wu, case)
    for plan in case.plans.all():
        assert reverse("admin:cases_case_pdf", args=[case.pk, plan.pk]) in page


# ---- masking


def test_no_personal_value_is_in_the_source(wu: Client) -> None:
    case = submitted()
    source = page_of(wu, case) + wu.get(LIST).content.decode()
    assert [value for value in PERSONAL if value in source] == []
    assert [value for value in SHOWN if value not in source] == []
    assert pdf_address(case) in source


def test_letters_show_the_masked_values(wu: Client) -> None:
    page = page_of(wu, submitted())
    assert "投诉人：林*，138****8000" in page
    assert "邮编〔已隐藏〕" in page


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("consumer__name", "林  小\t满"),
        ("consumer__name", "林{小}满"),
        ("consumer__address", "很长的地址" * 30),
        ("order__number", "TB 2026 1114 {7}"),
    ],
)
def test_a_value_is_masked_as_the_letter_prints_it(wu: Client, key: str, typed: str) -> None:
    case = submitted(names={key: typed})
    letters = case.plans.latest().content["letters"]
    printed = plain(typed)
    assert any(printed in letter["text"] for letter in letters)
    page = page_of(wu, case)
    assert printed not in page
    assert typed not in page


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("consumer__name", "O'Brien"),
        ("consumer__address", "5号楼 'B座' & 602室"),
        ("consumer__address", '<b>"甲"</b> & 乙'),
    ],
)
def test_a_value_with_marks_is_hidden_in_every_spelling(wu: Client, key: str, typed: str) -> None:
    case = submitted(names={key: typed})
    source = page_of(wu, case) + wu.get(LIST).content.decode()
    once = escape(typed)
    assert [text for text in (typed, once, escape(str(once))) if text in source] == []
    readable = unescape(unescape(source))
    assert [word for word in typed.split() if len(word) > 2 and word in readable] == []
    reader = PdfReader(io.BytesIO(wu.get(pdf_address(case)).content))
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert "".join(typed.split()) not in text


@pytest.mark.parametrize("name", ["周一", "林小", "小满", "林小满满"])
def test_a_letter_is_masked_by_the_answers_it_was_written_from(wu: Client, name: str) -> None:
    case = submitted()
    answer(case, "names", {**ANSWERS["names"], "consumer__name": name})
    page = page_of(wu, case)
    assert [value for value in PERSONAL if value in page] == []
    assert "投诉人：林*，138****8000" in page


def test_a_letter_without_names_shows_its_blanks(wu: Client) -> None:
    case = submitted(names=dict.fromkeys(ANSWERS["names"]))
    assert "【请填写：姓名】，【请填写：手机号】" in page_of(wu, case)


def test_a_telephone_number_is_masked_wherever_it_was_typed(wu: Client) -> None:
    case = submitted(seller={"order__seller_name": "老王15912345678号卡"})
    source = page_of(wu, case) + wu.get(LIST).content.decode()
    assert "15912345678" not in source
    assert "老王159****5678号卡" in source


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (masking.name, "张三", "张*"),
        (masking.name, "张", "*"),
        (masking.phone, "13812341234", "138****1234"),
        (masking.phone, "62345678", "…5678"),
        (masking.tail, "TB20261114001", "…114001"),
        (masking.tail, "LT1116", "…116"),
        (masking.tail, "7", "…"),
        (masking.hidden, "成都", "〔已隐藏〕"),
    ],
)
def test_masks(mask: Any, text: str, shown: str) -> None:
    assert mask(text) == shown


def test_dates_sums_and_hotlines_stay_readable() -> None:
    text = "2026年11月16日14:03拨打12315，退还123456.50元，编号 9 号，10010 答复"
    assert masking.NUMBERS_ONLY.text(text) == text


# ---- the PDF


def test_the_pdf_is_masked_and_not_kept_by_the_browser(wu: Client) -> None:
    case = submitted()
    response = wu.get(pdf_address(case))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    disposition = f'attachment; filename="case-{case.public_id}-2026-11-22.pdf"'
    assert response["Content-Disposition"] == disposition
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    reader = PdfReader(io.BytesIO(response.content))
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert "138****8000" in text
    assert [value for value in PERSONAL if value in text] == []
    assert not any(value in str(reader.metadata) for value in PERSONAL)


def test_a_plan_is_found_under_its_own_case_only(wu: Client) -> None:
    one, other = submitted(), submitted()
    address = reverse("admin:cases_case_pdf", args=[other.pk, one.plans.latest().pk])
    assert wu.get(address).status_code == 404


# ---- who may do what


def test_signing_in_leads_to_the_list_of_the_desk(settings: Settings) -> None:
    assert reverse(settings.LOGIN_REDIRECT_URL) == reverse("admin:index")


def member(client: Client, *, staff: bool, permissions: tuple[str, ...] = ()) -> Client:
    user = User.objects.create_user("chen", password=None, is_staff=staff)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return client


def addresses(case: Case) -> list[str]:
    return [LIST, f"{LIST}{case.pk}/change/", f"{LIST}{case.pk}/history/", pdf_address(case)]


def test_a_stranger_is_led_to_the_sign_in(client: Client) -> None:
    for address in ["/desk/", *addresses(submitted())]:
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (
            302,
            f"/desk/login/?next={address}",
        )


def test_who_is_not_staff_is_led_to_the_sign_in(client: Client) -> None:
    member(client, staff=False, permissions=("view_case",))
    for address in addresses(submitted()):
        assert client.get(address)["Location"] == f"/desk/login/?next={address}"


def test_staff_without_permission_are_refused(client: Client) -> None:
    member(client, staff=True, permissions=("view_plan", "change_user"))
    for address in addresses(submitted()):
        assert client.get(address).status_code == 403, address
    assert client.get("/desk/").context["tallies"] == []


def test_a_reviewer_sees_all_of_it(wu: Client) -> None:
    for address in addresses(submitted()):
        assert wu.get(address).status_code == 200, address


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_can_write(client: Client, superuser: bool) -> None:
    permissions = ("view_case", "add_case", "change_case", "delete_case")
    member(client, staff=True, permissions=permissions)
    User.objects.update(is_superuser=superuser)
    case = submitted()
    before = list(Case.objects.values())
    delete = {"action": "delete_selected", "_selected_action": [str(case.pk)], "post": "yes"}
    for address, posted in [
        (LIST, delete),
        (f"{LIST}add/", {"public_id": "AAAAAAAA"}),
        (f"{LIST}{case.pk}/change/", {"stage": "closed"}),
        (f"{LIST}{case.pk}/delete/", {"post": "yes"}),
        (pdf_address(case), {}),
    ]:
        assert client.post(address, posted).status_code in (403, 405), address
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.get(f"{LIST}{case.pk}/delete/").status_code == 403
    assert list(Case.objects.values()) == before
    assert "<form" not in page_of(client, case).partition('id="content"')[2]


def test_what_does_not_exist_is_not_found(wu: Client) -> None:
    missing = "00000000-0000-4000-8000-000000000000"
    for name in (missing, "nonsense", f"{missing}/plans/{missing}.pdf"):
        address = f"{LIST}{name}" + ("" if name.endswith("pdf") else "/change/")
        assert wu.get(address).status_code == 404, address


# ---- headers and hostile text


def test_the_headers_of_every_page(wu: Client) -> None:
    for address in ["/desk/", *addresses(submitted())]:
        headers = wu.get(address).headers
        policy = dict(
            directive.split(" ", 1)
            for directive in headers["Content-Security-Policy"].split("; ")
            if " " in directive
        )
        assert policy["script-src"] == policy["style-src"] == "'self'", address
        assert policy["default-src"] == "'none'"
        assert "no-store" in headers["Cache-Control"]
        assert "noindex" in headers["X-Robots-Tag"]


def test_the_sign_in_page_has_the_same_policy(client: Client) -> None:
    headers = client.get("/desk/login/").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "no-store" in headers["Cache-Control"]


def test_no_page_carries_script_or_style_of_its_own(wu: Client) -> None:
    case = submitted()
    for source in (wu.get("/desk/").content.decode(), wu.get(LIST).content.decode()):
        assert "<style" not in source and " style=" not in source
    assert "<style" not in page_of(wu, case) and " style=" not in page_of(wu, case)


def test_hostile_text_stays_text(wu: Client) -> None:
    fields = {
        "seller": {"order__marketplace": HOSTILE, "order__seller_name": HOSTILE},
        "names": {
            **dict.fromkeys(ANSWERS["names"], HOSTILE),
            "order__tariff": HOSTILE,
            "carrier__company": HOSTILE,
            "carrier__province": HOSTILE,
        },
        "carrier_ticket": {"carrier__ticket": HOSTILE},
    }
    case = submitted(**fields)
    search = wu.get(LIST, {"q": HOSTILE}).content.decode()
    history = wu.get(f"{LIST}{case.pk}/history/").content.decode()
    for source in (page_of(wu, case), wu.get(LIST).content.decode(), search, history):
        assert "<script>alert" not in source
        assert "<img src=x" not in source
    assert "&lt;script&gt;alert(1)" in wu.get(LIST).content.decode()


def test_looking_leaves_no_personal_data_in_the_log_of_the_desk(wu: Client) -> None:
    case = submitted()
    page_of(wu, case)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_admin_log")
        assert cursor.fetchone() == (0,)
    assert str(case) == case.public_id


# ---- the front page


def test_the_front_page_counts(wu: Client) -> None:
    draft({})
    for day in (date(2026, 11, 22), date(2026, 11, 1), date(2026, 11, 25), date(2027, 1, 1)):
        summarised(services.answers.open_case(), next_on=day)
    response = wu.get("/desk/")
    counts = {str(tally.label): tally.count for tally in response.context["tallies"]}
    assert counts == {"已提交": 4, "今天到期": 1, "已过": 1, "未来 7 天": 1, "草稿": 1}
    assert "号卡退款向导 · 审核台" in response.content.decode()
    for tally in response.context["tallies"]:
        assert len(listed(wu, tally.query)) == tally.count
