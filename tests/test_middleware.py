"""Private pages, the template context, who may open which case, where a request comes from."""

from __future__ import annotations

import uuid

import pytest
from csp.middleware import CSPMiddleware
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from pytest_django import Settings

from cases import services
from cases.middleware import PERMISSIONS_POLICY, PrivatePages
from cases.views import access
from cases.views.context import page


def private(request: HttpRequest) -> HttpResponse:
    return HttpResponse("您的方案")


def public(request: HttpRequest) -> HttpResponse:
    return HttpResponse("首页", headers={"Cache-Control": "public, max-age=300"})


urlpatterns = [path("private/", private), path("public/", public)]


def answered(request_path: str, response: HttpResponse) -> HttpResponse:
    """The response as the middleware lets it out."""
    passed = PrivatePages(lambda request: response)(RequestFactory().get(request_path))
    assert passed is response
    return response


# ---- headers


@pytest.mark.urls(__name__)
def test_it_works(client: Client) -> None:
    headers = client.get("/private/", secure=True).headers
    assert headers["Cache-Control"] == "no-store, private"
    assert headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert headers["Permissions-Policy"] == PERMISSIONS_POLICY
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "HX-Request" in headers["Vary"]


@pytest.mark.urls(__name__)
def test_a_missing_page_is_as_private(client: Client) -> None:
    response = client.get("/nothing/", secure=True)
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store, private"


@pytest.mark.urls(__name__)
def test_a_view_may_make_its_page_public(client: Client) -> None:
    headers = client.get("/public/", secure=True).headers
    assert headers["Cache-Control"] == "public, max-age=300"
    assert "X-Robots-Tag" not in headers
    assert headers["Permissions-Policy"] == PERMISSIONS_POLICY


def test_another_private_rule_of_a_view_stays_and_is_not_indexed() -> None:
    response = answered("/x/", HttpResponse(headers={"Cache-Control": "max-age=0, private"}))
    assert response.headers["Cache-Control"] == "max-age=0, private"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"


def test_static_files_may_be_cached() -> None:
    response = answered("/static/site.css", HttpResponse())
    assert "Cache-Control" not in response.headers
    assert "Vary" not in response.headers
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_no_sensor_is_allowed() -> None:
    allowed = [rule for rule in PERMISSIONS_POLICY.split(", ") if not rule.endswith("=()")]
    assert allowed == ["clipboard-write=(self)", "fullscreen=(self)"]


# ---- the template context


def test_the_nonce_is_made_only_when_a_template_uses_it() -> None:
    request = RequestFactory().get("/")
    CSPMiddleware(lambda request: HttpResponse()).process_request(request)
    nonce = page(request)["csp_nonce"]
    assert not hasattr(request, "_csp_nonce")
    assert f"{nonce}" == str(request.csp_nonce)  # type: ignore[attr-defined]
    assert nonce


def test_without_a_policy_there_is_no_nonce() -> None:
    assert "csp_nonce" not in page(RequestFactory().get("/"))


# ---- which case


@pytest.fixture
def visit() -> HttpRequest:
    """A request with a session that came with a cookie."""
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.session["visited"] = True
    request.session.save()
    request.session.modified = False
    return request


@pytest.mark.django_db
def test_a_browser_opens_the_cases_it_remembers(visit: HttpRequest) -> None:
    mine, theirs = services.answers.open_case(), services.answers.open_case()
    access.remember(visit, mine)
    assert access.case_or_none(visit, mine.pk) == mine
    assert access.case_or_none(visit, theirs.pk) is None
    assert access.case_or_none(visit, uuid.uuid4()) is None


@pytest.mark.django_db
def test_remembering_changes_the_session_key_and_the_old_one_is_dead(visit: HttpRequest) -> None:
    before = visit.session.session_key
    access.remember(visit, services.answers.open_case())
    assert visit.session.session_key != before
    assert not visit.session.exists(str(before))


@pytest.mark.django_db
def test_looking_writes_no_session(visit: HttpRequest) -> None:
    case = services.answers.open_case()
    access.remember(visit, case)
    visit.session.modified = False
    access.case_or_none(visit, case.pk)
    access.forget(visit, services.answers.open_case())
    assert not visit.session.modified


@pytest.mark.django_db
def test_a_forgotten_case_is_closed_and_the_others_stay_open(visit: HttpRequest) -> None:
    one, other = services.answers.open_case(), services.answers.open_case()
    access.remember(visit, one)
    access.remember(visit, other)
    access.forget(visit, one)
    assert access.case_or_none(visit, one.pk) is None
    assert access.case_or_none(visit, other.pk) == other


@pytest.mark.django_db
def test_an_erased_case_is_none(visit: HttpRequest) -> None:
    case = services.answers.open_case()
    access.remember(visit, case)
    services.disposal.erase(case)
    assert access.case_or_none(visit, case.pk) is None


# ---- where from


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "192.0.2.1"),
        (0, "198.51.100.9", "192.0.2.1"),
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "6.6.6.6, 198.51.100.9", "198.51.100.9"),
        (2, "6.6.6.6, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        (2, "2001:db8::1,10.0.0.2", "2001:db8::1"),
        (2, "198.51.100.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "198.51.100.9, unknown", "192.0.2.1"),
    ],
)
def test_only_our_own_proxies_are_believed(
    settings: Settings, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert access.client_address(request) == address
