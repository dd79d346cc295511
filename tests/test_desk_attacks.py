"""The desk under attack: addresses made by hand, forms tampered with, cells that do not open."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection, models
from django.test import Client, RequestFactory
from django.urls import reverse

from cases import knowledge
from cases.models import Case, Event, Message, PageReport, SavedView, Seller, Status
from cases.services import claims, messages, notes, sellers
from refundwizard.door import Wsgi
from tests.desk import member, signed_in, staff
from tests.desk_cases import NOON, PHONE, submitted
from tests.desk_matrix import ACTS, ADMINISTRATOR, World
from tests.desk_matrix import NOBODY as ROLELESS

pytestmark = pytest.mark.django_db

LONG_NUMBER = "9" * 5000
# Open to whoever has not signed in.
DOOR = {"login", "code", "enrol", "jsi18n"}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def address(name: str, *args: object) -> str:
    return reverse(f"admin:{name}", args=args)


# ---- addresses made by hand


@pytest.mark.parametrize(
    ("route", "query"),
    [
        ("cases_case_changelist", f"seller={LONG_NUMBER}"),
        ("cases_case_changelist", "seller=%00"),
        ("cases_case_changelist", "found=%00"),
        ("cases_case_changelist", "number=%00"),
        ("cases_case_changelist", "after=1.0001-01-01.00000000000000000000000000000000"),
        ("cases_case_changelist", "before=0.9999-12-31.ffffffffffffffffffffffffffffffff"),
        ("cases_case_changelist", "after=%00"),
        ("cases_case_changelist", f"assignee={LONG_NUMBER}"),
        ("cases_case_changelist", "flags=%00"),
        ("cases_case_changelist", "o=99.-98&p=99&all=1&e=1&_popup=1"),
        ("cases_case_changelist", "_facets=1&_changelist_filters=x"),
        ("export_new", "found=%00"),
        ("export_new", f"seller={LONG_NUMBER}"),
        ("cases_seller_changelist", f"found={LONG_NUMBER}"),
        ("cases_seller_changelist", "found=99999999999999999999"),
        ("cases_seller_changelist", "state=%00"),
        ("cases_seller_add", "case=%00"),
        ("cases_pagereport_changelist", "page=%00"),
        ("cases_tombstone_changelist", "q=%00"),
        ("cases_disposal_add", f"rule=closed&days={LONG_NUMBER}"),
        ("cases_disposal_add", "rule=%00"),
        ("auth_user_changelist", "is_active__exact=%00"),
        ("auth_user_changelist", "q=%00"),
        ("log", "day=0001-01-01"),
        ("log", "day=9999-12-31"),
        ("log", f"before={LONG_NUMBER}"),
        ("log", "before=99999999999999999999"),
        ("log", "case=%00"),
        ("index", f"days={LONG_NUMBER}"),
    ],
)
def test_no_address_breaks_a_page(route: str, query: str) -> None:
    chief = staff("senior", "administrator", name="chief")

    response = chief.get(f"{address(route)}?{query}")

    assert response.status_code in (200, 302, 400)


@pytest.mark.parametrize("name", ["code", "enrol", "login"])
@pytest.mark.parametrize("wanted", ["zzz", "plan", "admin:log", "%00", "..", "//evil.example"])
def test_no_way_onwards_breaks_the_door(name: str, wanted: str) -> None:
    for visitor in (Client(), staff(name=f"nobody-{uuid4()}")):
        response = visitor.get(f"{address(name)}?next={wanted}")

        assert response.status_code in (200, 302)
        assert "evil" not in response.headers.get("Location", "")


# ---- forms tampered with


@pytest.mark.parametrize(
    "sent",
    [
        {"action": ["bulk_claim", "zzz"], "index": "0"},
        {"action": ["bulk_claim"], "_selected_action": ["x"]},
        {"action": ["bulk_claim"], "index": LONG_NUMBER},
        {"action": ["delete_selected"]},
        {"action": ["bulk_zzz"]},
        {"action": ["bulk_claim"], "_selected_action": ["%00"]},
        {"action": ["bulk_claim"], "select_across": "1", "_selected_action": []},
    ],
)
def test_a_tampered_action_does_nothing(sent: dict[str, Any]) -> None:
    case = submitted()
    reviewer = staff("reviewer")

    response = reviewer.post(
        address("cases_case_changelist"), {"_selected_action": [str(case.pk)], **sent}
    )

    assert response.status_code in (200, 302, 400)
    assert Case.objects.get(pk=case.pk).status == Status.SUBMITTED


def test_a_reviewer_gets_no_page_for_closing_by_a_second_action() -> None:
    case = submitted()

    response = staff("reviewer").post(
        address("cases_case_changelist"),
        {"action": ["bulk_claim", "bulk_close"], "index": "0", "_selected_action": [str(case.pk)]},
    )

    assert "结案原因" not in response.content.decode()


def test_a_merge_into_a_number_beyond_all_is_not_found() -> None:
    row = Seller.objects.create(name="某某号卡")

    for into in (LONG_NUMBER, "99999999999999999999", "²", "-1"):
        sent = staff("senior", name=str(uuid4())).post(
            address("cases_seller_merge", row.pk), {"into": into}
        )
        assert sent.status_code == 404


def test_a_view_that_would_not_fit_is_refused_with_a_word() -> None:
    reader = staff("reader")

    response = reader.post(
        address("cases_savedview_save"), {"name": "长", "query": "status=" + "中" * 400}
    )

    assert response.status_code == 302
    assert not SavedView.objects.exclude(query="").exists()


def test_a_view_keeps_nothing_that_was_typed() -> None:
    """Its address holds codes that are offered; a number typed into one is no code."""
    staff("reader").post(
        address("cases_savedview_save"), {"name": "某人", "query": f"stage={PHONE}&due=today"}
    )

    assert PHONE not in SavedView.objects.get().query


def test_no_address_writes_words_into_a_message() -> None:
    case = submitted()

    page = staff("reviewer").get(
        address("case_work", case.pk, "note"), {"words": "请转账到某某账户"}
    )

    assert "请转账到某某账户" not in page.content.decode()


def test_no_form_is_taken_without_its_token() -> None:
    world, client = World(), Client(enforce_csrf_checks=True)
    client.force_login(member("senior", "administrator", name="chief"))
    for act in (act for act in ACTS if act.method == "post"):
        for _state, path, _status in act.expected(world, ADMINISTRATOR):
            assert client.post(path, act.sent).status_code == 403, path
    assert not Event.objects.filter(actor="chief").exists()


@pytest.mark.parametrize("method", ["head", "options", "put", "patch", "delete", "trace"])
def test_no_other_method_does_or_shows_anything(method: str) -> None:
    world = World()
    chief = staff("senior", "administrator", name="chief")
    nobody, stranger = staff(name="somebody"), Client()
    shut = {act.route for act in ACTS if ROLELESS not in act.allowed}
    for act in ACTS:
        for _state, path, _status in act.expected(world, ADMINISTRATOR):
            assert getattr(chief, method)(path).status_code < 500, path
            shown = [getattr(stranger, method)(path)] if act.route not in DOOR else []
            shown += [getattr(nobody, method)(path)] if act.route in shut else []
            for response in shown:
                refused = response.status_code in (302, 403, 404, 405)
                assert refused or not response.content, path
    kinds = set(Event.objects.filter(actor="chief").values_list("kind", flat=True))
    assert kinds <= {Event.Kind.SIGNED_IN, Event.Kind.VIEWED}


# ---- hostile text

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{7*7}}{% debug %}",
    "</textarea><svg/onload=alert(1)>",
    "javascript:alert(1)//",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_all_over_the_desk(text: str) -> None:
    chief = member("senior", "administrator", name="chief")
    User.objects.filter(pk=chief.pk).update(first_name=text)
    case = submitted(
        seller={"order__marketplace": text, "order__seller_name": text},
        names={"consumer__name": text, "order__seller_company": text},
    )
    seller = Seller.objects.create(name=text, company=text, contacts=text, notes=text)
    sellers.keep_alias(seller, text)
    Case.objects.filter(pk=case.pk).update(listed_seller=seller)
    SavedView.objects.create(owner=chief, name=text[:40], shared=True)
    remark = PageReport.objects.create(page="payee", words=text)
    claims.claim(case, user=chief, version=None)
    notes.add(case, user=chief, words=text, about="amount")
    messages.ask(case, user=chief, version=None, words=text)
    client = signed_in(chief)
    shown = [
        address("index"),
        address("cases_case_changelist") + "?assignee=all",
        address("cases_case_changelist") + f"?assignee=all&seller={seller.pk}",
        address("cases_case_change", case.pk),
        address("case_work", case.pk, "answer") + "?template=advised",
        address("cases_seller_changelist"),
        address("cases_seller_change", seller.pk),
        address("cases_seller_merge", seller.pk),
        address("cases_seller_add") + f"?case={case.pk}",
        address("cases_pagereport_change", remark.pk),
        address("auth_user_changelist"),
        address("auth_user_change", chief.pk),
        address("auth_user_history", chief.pk),
        address("my_account"),
        address("log"),
    ]
    for path in shown:
        response = client.get(path)
        html = response.content.decode()
        assert response.status_code == 200, path
        assert "<script>alert" not in html, path
        assert "<img src=x" not in html, path
        assert "<svg/onload" not in html, path
        assert 'href="javascript:' not in html, path
        assert "script-src 'self'" in response["Content-Security-Policy"], path


# ---- looking without a line


def body_of_head(path: str, client: Client) -> bytes:
    """What the server is given to send; the test client would drop it by itself."""
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    environ = RequestFactory().head(path, HTTP_COOKIE=cookies).environ
    handler = Wsgi()
    response = handler.get_response(handler.request_class(environ))
    assert response.status_code == 200
    return b"".join(response)


def test_head_brings_no_page_that_nobody_logged() -> None:
    case, reviewer = submitted(), staff("reviewer")

    for path in (
        address("cases_case_change", case.pk),
        address("cases_case_pdf", case.pk, case.plans.get().pk),
    ):
        assert body_of_head(path, reviewer) == b""
    assert not Event.objects.filter(case_id=case.pk).exists()


# ---- damaged cells


def damage(row: models.Model, *cells: str) -> None:
    """Put into these cells what opens for nobody, past the field that would seal it."""
    table, key = row._meta.db_table, row._meta.pk
    assert key
    with connection.cursor() as cursor:
        for cell in cells:
            cursor.execute(
                f"UPDATE {table} SET {cell} = 'v1.test.AAAA' WHERE id = %s",  # noqa: S608
                [key.get_db_prep_value(row.pk, connection)],
            )


@pytest.mark.parametrize("act", ["claim", "review", "note", "ask", "answer", "close"])
def test_a_damaged_case_can_be_worked_on(act: str) -> None:
    case = submitted()
    chief = member("senior")
    claims.claim(case, user=chief, version=None)
    damage(case, "answers", "seller")
    damage(case.plans.get(), "content", "edits")
    client = signed_in(chief)

    for template in ("", "?template=ask_evidence"):
        response = client.get(address("case_work", case.pk, act) + template)
        assert response.status_code in (200, 302)
    assert client.get(address("cases_case_change", case.pk)).status_code == 200


def test_canned_texts_of_a_damaged_case_are_still_offered() -> None:
    case, chief = submitted(), member("senior")
    claims.claim(case, user=chief, version=None)
    damage(case, "answers", "seller")
    damage(case.plans.get(), "content", "edits")
    client = signed_in(chief)
    for template, each in knowledge.load().answers.items():
        act = "ask" if Message.Kind(each.head.kind) is Message.Kind.REQUEST else "answer"
        page = client.get(address("case_work", case.pk, act), {"template": template})
        assert page.status_code == 200


def test_damaged_messages_and_notes_break_no_page() -> None:
    case, chief = submitted(), member("senior")
    claims.claim(case, user=chief, version=None)
    note = notes.add(case, user=chief, words="备注")
    asked = messages.ask(case, user=chief, version=None, words="请补充")
    damage(note, "words")
    damage(asked, "words", "half", "reply")

    assert signed_in(chief).get(address("cases_case_change", case.pk)).status_code == 200
