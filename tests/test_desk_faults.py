"""What is said beneath the desk's address when a page cannot be shown, and the way back."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from cases.admin import faults
from cases.services import answers
from tests.desk import PASSWORD, staff
from tests.desk_cases import submitted

pytestmark = pytest.mark.django_db
NOWHERE = UUID(int=0)


def case_page(key: UUID) -> str:
    return reverse("admin:cases_case_change", args=[key])


def test_a_missing_right_is_told_in_chinese_with_the_way_back() -> None:
    response = staff("reviewer").get(reverse("admin:log"))
    html = response.content.decode()
    assert response.status_code == 403
    assert "您的账号不能打开这一页" in html and "Forbidden" not in html
    assert f'href="{reverse("admin:index")}">回到审核台' in html
    assert "script-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address", ["nowhere/", "cases/case/x/change/", f"cases/case/{NOWHERE}/change/"]
)
def test_an_address_that_leads_nowhere_stays_on_the_desk(address: str) -> None:
    response = staff("reviewer").get(reverse("admin:index") + address)
    html = response.content.decode()
    assert response.status_code == 404
    assert "没有这个页面" in html and "回到审核台" in html and "审核台</a>" in html


def test_whether_there_is_a_draft_cannot_be_seen() -> None:
    client, draft = staff("reviewer"), answers.open_case()
    pages = [client.get(case_page(key)).content for key in (draft.pk, NOWHERE)]
    assert len({page.split(b"<main")[-1] for page in pages}) == 1


def test_without_a_sign_in_every_address_asks_for_it() -> None:
    case = submitted()
    for address in (case_page(case.pk), case_page(NOWHERE), reverse("admin:index") + "nowhere/"):
        response = Client().get(address)
        assert (response.status_code, response["Location"]) == (
            302,
            f"{reverse('admin:login')}?next={address}",
        )


def test_a_form_without_its_token_gives_back_the_words_and_no_password() -> None:
    client = Client(enforce_csrf_checks=True)
    sent = {"username": "reviewer", "password": PASSWORD, "words": "写了很久的备注"}
    response = client.post(reverse("admin:login"), sent)
    html = response.content.decode()
    assert response.status_code == 403
    assert "写了很久的备注" in html and "回到审核台" in html and PASSWORD not in html


def test_elsewhere_the_pages_are_the_public_ones(client: Client) -> None:
    html = client.get("/nowhere/").content.decode()
    assert "没有这个页面" in html and "审核台" not in html
    html = Client(enforce_csrf_checks=True).post(reverse("start")).content.decode()
    assert "请再点一次" in html and "审核台" not in html


def test_a_forbidden_page_elsewhere_is_told_in_chinese(rf: RequestFactory) -> None:
    response = faults.forbidden(rf.get("/papers/"), PermissionDenied())
    html = response.content.decode()
    assert response.status_code == 403
    assert "不能打开这个页面" in html and "审核台" not in html


def test_a_desk_that_is_at_fault_leaves_the_plain_page() -> None:
    request = HttpRequest()
    request.path = reverse("admin:index")
    response = faults.not_found(request)
    assert response.status_code == 404 and "没有这个页面" in response.content.decode()
