"""The review desk: list, filters, search, the masked case page and its PDF, who may do what."""

from __future__ import annotations

import io
from html import unescape
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pypdf import PdfReader
from pytest_django import Settings

from cases.admin import masking
from cases.models import Case
from cases.renderings import audience
from cases.renderings.chronicle import plain
from cases.renderings.outline import outline
from tests.desk import staff
from tests.desk_cases import (
    ANSWERS,
    NOON,
    PERSONAL,
    SHOWN,
    answer,
    draft,
    submit,
    submitted,
)

pytestmark = pytest.mark.django_db
LIST = "/desk/cases/case/"
HOSTILE = "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>"


def page_of(client: Client, case: Case) -> str:
    response = client.get(f"{LIST}{case.pk}/change/")
    assert response.status_code == 200
    return response.content.decode()


def pdf_address(case: Case) -> str:
    return reverse("admin:cases_case_pdf", args=[case.pk, case.plans.latest().pk])


@pytest.fixture
def wu() -> Client:
    """A reviewer, signed in."""
    return staff("reviewer", name="wu")


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


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


def test_a_draft_has_no_page(wu: Client) -> None:
    case = draft({"situation": {"order__placed_by_me": True}})
    shown = wu.get(f"{LIST}?status=draft").content.decode()
    assert f"{case.public_id[:4]}-{case.public_id[4:]}" in shown
    assert f"/{case.pk}/" not in shown
    assert wu.get(reverse("admin:cases_case_change", args=[case.pk])).status_code == 404


def test_answers_at_odds_do_not_break_the_page(wu: Client) -> None:
    case = answer(
        submitted(channels={"chosen": []}), "placed_on", {"order__placed_on": "2026-11-20"}
    )
    assert "互相矛盾" in page_of(wu, case)


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
        (audience.name, "张三", "张*"),
        (audience.name, "张", "*"),
        (audience.phone, "13812341234", "138****1234"),
        (audience.phone, "62345678", "…5678"),
        (audience.tail, "TB20261114001", "…114001"),
        (audience.tail, "LT1116", "…116"),
        (audience.tail, "7", "…"),
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
    assert client.get("/desk/").context["board"] is None


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
        # The list takes its own actions, and leads back to itself for any other.
        assert client.post(address, posted).status_code in (302, 403, 405), address
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.get(f"{LIST}{case.pk}/delete/").status_code == 403
    assert list(Case.objects.values()) == before
    # The acts on a case are views of their own, for who has the right.
    assert superuser or "<form" not in page_of(client, case).partition('id="content"')[2]


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
            # Not the very words of the seller, in which it would be cut short.
            "consumer__name": f"{HOSTILE}三",
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
