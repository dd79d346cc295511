"""The page behind the QR code: true for everybody, telling for the holder, no oracle."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.urls import reverse

from cases import knowledge, services
from cases.case_code import parse
from cases.models import Plan
from cases.renderings.changes import changes
from cases.views import submission
from cases.views.advice import advice_url
from tests.walker import Walker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

UNKNOWN = "ZZZZ2222"
OLD = "0123456789ab"


def body(client: Client, number: str, version: str) -> str:
    response = client.get(reverse("advice", args=[number, version]))
    assert response.status_code == 200
    page = response.content.decode().replace(response.request["PATH_INFO"], "")
    return re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]+"', "", page)


def seen(client: Client, number: str, version: str = "") -> str:
    """The main part of the page, without markup and blanks."""
    page = body(client, number, version or knowledge.load().version)
    main = page.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"<[^>]+>|\s+", "", main)


def test_anybody_reads_whether_the_version_is_the_current_one(lin: Walker) -> None:
    stranger = Client()

    assert "就是现在用的版本" in seen(stranger, lin.case.public_id)
    assert "不是现在用的版本" in seen(stranger, lin.case.public_id, OLD)


@pytest.mark.parametrize("version", ["", OLD])
def test_an_unknown_number_answers_exactly_as_a_known_one(lin: Walker, version: str) -> None:
    version, number = version or knowledge.load().version, lin.case.public_id
    with_a_case = Walker(Client()).client

    for reader in (Client(), with_a_case):
        known = body(reader, number, version).replace(number, "")
        unknown = body(reader, UNKNOWN, version).replace(UNKNOWN, "")
        assert known == unknown


def test_nothing_of_the_secret_is_needed_or_shown(lin: Walker) -> None:
    secret = lin.case.code.secret
    for reader in (Client(), lin.client):
        page = body(reader, lin.case.public_id, OLD)
        assert secret not in page
        assert lin.case.code.grouped not in page
    assert str(lin.case_id) not in body(Client(), lin.case.public_id, OLD)


@pytest.mark.parametrize(
    ("number", "version"), [("SHORT", OLD), (UNKNOWN, "xyz"), ("IIIIOOOO", OLD), (UNKNOWN, OLD * 2)]
)
def test_what_no_document_prints_is_404(client: Client, number: str, version: str) -> None:
    assert client.get(f"/advice/{number}/{version}/").status_code == 404


def test_the_holder_reads_that_nothing_has_changed(lin: Walker) -> None:
    page = seen(lin.client, lin.case.public_id)

    assert "今天的建议和2026年11月22日的方案一样" in page
    assert "凭代码打开案件" not in page


def test_the_holder_reads_what_has_changed_since(lin: Walker) -> None:
    kept = Plan.objects.get().content
    with time_machine.travel("2026-12-20T10:00:00+08:00", tick=False):
        page = seen(lin.client, lin.case.public_id)

    later = submission.build(kept["answers"], date(2026, 12, 20))[0]
    told = changes(kept, later)
    assert told
    for words in (*told.opened, *told.added, *told.dropped, *told.passed, *told.reasons):
        assert words.replace(" ", "") in page
    assert told.passed
    assert "今天的建议和2026年11月22日的方案不同" in page


def test_a_newer_plan_is_named(lin: Walker) -> None:
    assert "您的案件里有另一份方案" in seen(lin.client, lin.case.public_id, OLD)
    assert "您的案件里有另一份方案" not in seen(lin.client, lin.case.public_id)


def test_a_case_without_a_plan_leads_to_its_answers(client: Client) -> None:
    lin = Walker(client)

    assert "现在没有方案" in seen(client, lin.case.public_id)


def test_once_erased_the_page_is_that_of_a_stranger(lin: Walker) -> None:
    number = lin.case.public_id
    services.disposal.erase(lin.case)

    assert "凭代码打开案件" in seen(lin.client, number)


def test_answers_that_make_no_plan_any_more_are_said_to(lin: Walker) -> None:
    plan = Plan.objects.get()
    plan.content = {**plan.content, "answers": {"situation": {"order__placed_on": "nonsense"}}}
    plan.save()

    assert "今天做不出方案" in seen(lin.client, lin.case.public_id)


def test_the_address_in_a_document_is_whole_and_no_case_code(lin: Walker) -> None:
    request = RequestFactory().get("/")
    address = advice_url(request, lin.case, Plan.objects.get())

    assert address.startswith("http")
    assert lin.client.get(address).status_code == 200
    assert parse(address) is None


def test_a_day_only_changes_what_a_day_changes() -> None:
    answers = {"situation": {"order__placed_by_me": True}}
    first = submission.build(answers, date(2026, 11, 22))[0]
    same = changes(first, submission.build(answers, date(2026, 11, 22))[0])

    assert not same
