"""Coming back with the code, leaving, deleting; and the pages around the cases."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from cases import services
from cases.models import Case
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.walker import Walker

pytestmark = pytest.mark.django_db

RESUME = "/resume/"
WRONG = "0000-0000-0000-0000-0000"


@pytest.fixture
def lin(client: Client) -> Walker:
    """A person who has answered the first question."""
    lin = Walker(client)
    lin.post("situation", {"order__placed_by_me": "yes"})
    return lin


def test_it_works(lin: Walker) -> None:
    elsewhere = Client()

    response = elsewhere.post(RESUME, {"code": lin.case.code.grouped})

    assert response["Location"] == lin.url("business_use")
    assert elsewhere.get(response["Location"]).status_code == 200


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), str.strip])
def test_it_bears_how_people_type(lin: Walker, typed: object) -> None:
    assert callable(typed)

    assert Client().post(RESUME, {"code": typed(lin.case.code.grouped)}).status_code == 302


def test_it_leads_to_the_check_page_when_all_is_answered(client: Client) -> None:
    lin = Walker(client)
    lin.answer(RESERVED)

    response = Client().post(RESUME, {"code": lin.case.code.grouped})

    assert response["Location"] == reverse("check", args=[lin.case_id])


def test_it_leads_to_the_plan_when_there_is_one(client: Client) -> None:
    lin = Walker(client)
    lin.answer(RESERVED)
    lin.submit()

    response = Client().post(RESUME, {"code": lin.case.code.grouped})

    assert response["Location"] == reverse("plan", args=[lin.case_id])


def test_it_changes_the_session_key(lin: Walker) -> None:
    elsewhere = Client()
    Walker(elsewhere)
    before = elsewhere.cookies["sid"].value

    elsewhere.post(RESUME, {"code": lin.case.code.grouped})

    assert elsewhere.cookies["sid"].value != before


def test_every_failure_reads_alike(lin: Walker) -> None:
    code = lin.case.code
    wrong_secret = f"{code.public_id}{'0' * 12}"

    pages = [
        Client().post(RESUME, {"code": typed}).content.decode()
        for typed in ("", "abc", WRONG, wrong_secret)
    ]

    sentence = "没能打开案件。请核对代码；试的次数多了，要等一小时再试。"
    assert all(page.count(sentence) == 2 for page in pages)


def test_too_many_tries_are_answered_429_though_the_code_is_right(lin: Walker) -> None:
    code = lin.case.code
    for _ in range(services.resuming.TRIES_PER_CASE):
        assert Client().post(RESUME, {"code": f"{code.public_id}{'0' * 12}"}).status_code == 200

    assert Client().post(RESUME, {"code": code.grouped}).status_code == 429
    assert lin.get("business_use").status_code == 200


def test_the_code_is_never_in_an_address(lin: Walker) -> None:
    code = lin.case.code.grouped
    page = lin.get("business_use").content.decode()

    assert page.count(code) == 1
    assert f"={code}" not in page
    assert f"/{code}" not in page


def test_a_code_in_the_query_opens_nothing(lin: Walker) -> None:
    response = Client().get(RESUME, {"code": lin.case.code.grouped})

    assert response.status_code == 200
    assert lin.case.code.grouped not in response.content.decode()


def test_leaving_closes_the_case_for_this_browser(lin: Walker) -> None:
    response = lin.client.post(reverse("leave"))

    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert lin.get("business_use").status_code == 404
    assert Case.objects.filter(pk=lin.case_id).exists()


def test_leaving_by_a_link_is_refused(lin: Walker) -> None:
    assert lin.client.get(reverse("leave")).status_code == 405
    assert lin.get("business_use").status_code == 200


def test_deleting_asks_first(lin: Walker) -> None:
    assert lin.client.get(reverse("delete", args=[lin.case_id])).status_code == 200
    assert Case.objects.filter(pk=lin.case_id).exists()


def test_deleting_erases_at_once_with_proof(lin: Walker) -> None:
    code, public_id = lin.case.code.grouped, lin.case.public_id

    response = lin.client.post(reverse("delete", args=[lin.case_id]))
    proof = lin.client.get(response["Location"]).content.decode()

    assert not Case.objects.exists()
    assert public_id in proof
    assert code not in proof
    assert Client().post(RESUME, {"code": code}).status_code == 200


def test_after_deleting_nothing_here_names_the_case(lin: Walker) -> None:
    named = (str(lin.case_id), lin.case.public_id)

    response = lin.client.post(reverse("delete", args=[lin.case_id]))

    kept = json.dumps(dict(lin.client.session.items()))
    assert [name for name in named if name in kept] == []
    cookie = response.cookies["receipt"]
    assert (cookie["path"], cookie["max-age"], cookie["httponly"]) == ("/deleted/", 600, True)


def test_a_forged_proof_is_none(client: Client) -> None:
    client.cookies["receipt"] = "forged:1:2"

    assert client.get(reverse("deleted"))["Location"] == reverse("start")


def test_there_is_no_proof_without_a_deletion(client: Client) -> None:
    assert client.get(reverse("deleted"))["Location"] == reverse("start")


def test_the_start_page_explains_and_offers_to_go_on(client: Client) -> None:
    fresh = client.get(reverse("start")).content.decode()
    lin = Walker(client)
    again = client.get(reverse("start")).content.decode()

    for words in ("适合谁", "不适合谁", "手边准备好", "8 分钟左右", "不构成法律意见"):
        assert words in fresh
    assert "继续上次的案件" not in fresh
    assert lin.case.public_id in again


def test_the_root_leads_to_the_start(client: Client) -> None:
    assert client.get("/")["Location"] == reverse("start")


def test_the_privacy_page_tells_the_times_that_hold(client: Client) -> None:
    page = client.get(reverse("privacy")).content.decode()

    assert f"{services.disposal.DRAFT_LIFE.days} 天" in page
    assert f"{services.disposal.SUBMITTED_LIFE.days} 天" in page


def test_the_privacy_page_and_the_footer_name_the_operator(
    client: Client, settings: Settings
) -> None:
    settings.OPERATOR_NAME, settings.OPERATOR_CONTACT = "某某公司", "privacy@refunds.example"

    for name in ("privacy", "start"):
        page = client.get(reverse(name)).content.decode()
        assert "某某公司" in page
        assert "privacy@refunds.example" in page


def test_an_address_that_leads_nowhere_says_so(client: Client) -> None:
    page = client.get("/nowhere/")

    assert page.status_code == 404
    assert "没有这个页面" in page.content.decode()
