"""Phones and their browsers: chat apps, pictures to keep, size of letters, the code as a QR code,
and what htmx is told."""

from __future__ import annotations

import io
import json
import re
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import segno
from django.conf import settings as project
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django.fixtures import Settings

from cases.renderings import pictures
from cases.renderings.pdf import RenderingFailed
from cases.renderings.picture_worker import PIXELS_WIDE
from cases.templatetags.resuming import QUIET_ZONE, code_picture
from tests.walker import Walker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

WECHAT = "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.54"
ALIPAY = "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36 AlipayClient/10.6.0"
SAFARI = "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"
HINT = "里不能直接下载：点右上角 ··· → 在浏览器打开"
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\d+z")


def shown(lin: Walker, name: str, *args: Any, agent: str = SAFARI) -> Any:
    """A page of the case, as this browser gets it."""
    address = reverse(name, args=[lin.case_id, *args])
    return lin.client.get(address, headers={"User-Agent": agent})


# ---- browsers inside other apps


@pytest.mark.parametrize(("agent", "app"), [(WECHAT, "微信"), (ALIPAY, "支付宝")])
def test_an_app_that_keeps_no_files_is_told_what_works_there(
    lin: Walker, agent: str, app: str
) -> None:
    page = shown(lin, "plan", agent=agent).content.decode()

    assert app + HINT in page
    assert reverse("pictures", args=[lin.case_id]) in page


def test_other_browsers_are_told_nothing_of_it(lin: Walker) -> None:
    assert HINT not in shown(lin, "plan").content.decode()


def test_the_address_for_another_browser_holds_neither_case_nor_code(lin: Walker) -> None:
    page = shown(lin, "plan", agent=WECHAT).content.decode()

    address = re.search(r'<code id="resume-address">(.*?)</code>', page)

    assert address
    assert address[1] == "http://testserver/resume/"


def test_a_mail_to_oneself_says_what_to_do_and_nothing_of_the_person(lin: Walker) -> None:
    page = shown(lin, "plan", agent=WECHAT).content.decode()

    mail = re.search(r'href="mailto:\?subject=(.*?)&amp;body=(.*?)"', page)

    assert mail
    words = unquote(mail[2])
    assert "2026年12月2日" in words
    assert "http://testserver/resume/" in words
    case = lin.case
    typed = ("畅联", "TB20261114001", case.code.grouped, case.public_id, str(case.pk))
    assert [each for each in typed if each in words] == []


def test_the_check_before_buying_hints_as_well(client: Client) -> None:
    address = reverse("before-buying-example")

    page = client.get(address, headers={"User-Agent": WECHAT}).content.decode()

    assert f"微信{HINT}" in page


def test_downloads_are_plain_addresses() -> None:
    """WebViews of chat apps drop what a script makes and saves."""
    written = [project.BASE_DIR / "static" / "app.js"]
    written += Path(project.BASE_DIR / "templates").rglob("*.html")

    assert [path.name for path in written if "blob:" in path.read_text("utf-8")] == []


# ---- pictures


def test_every_page_of_the_plan_is_a_picture_for_a_phone(lin: Walker) -> None:
    shown(lin, "plan-pdf")
    page = shown(lin, "pictures").content.decode()
    addresses = re.findall(r'<img src="(.*?)"', page)

    drawn = lin.client.get(addresses[0])

    picture = Image.open(io.BytesIO(drawn.content))
    assert picture.format == "PNG"
    assert abs(picture.width - PIXELS_WIDE) <= 1
    assert len(drawn.content) < 200_000
    assert len(addresses) == len(set(addresses)) > 5
    assert page.count("长按图片保存") == len(addresses) + 1


def test_every_picture_says_what_it_is(lin: Walker) -> None:
    shown(lin, "plan-pdf")
    page = shown(lin, "pictures").content.decode()

    alternatives = re.findall(r'alt="(.*?)"', page)

    assert "运营商投诉（对运营商）" in "".join(alternatives)
    assert len(alternatives) == page.count("<img")


def test_a_picture_is_private_and_nothing_but_a_picture(lin: Walker) -> None:
    headers = shown(lin, "picture", 1).headers

    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Disposition"].startswith('inline; filename="plan-')
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("number", [0, 59, 61, 10**9])
def test_a_page_that_is_not_there_is_404(lin: Walker, number: int) -> None:
    assert shown(lin, "picture", number).status_code == 404


@pytest.mark.parametrize(("name", "args"), [("pictures", ()), ("picture", (1,)), ("code", ())])
def test_strangers_see_nothing(lin: Walker, name: str, args: tuple[int, ...]) -> None:
    stranger = Client().get(reverse(name, args=[lin.case_id, *args]))

    assert stranger.status_code == 404
    assert lin.case.public_id not in stranger.content.decode()


@pytest.mark.parametrize(("name", "args"), [("pictures", ()), ("picture", (1,))])
def test_before_there_is_a_plan_the_check_page_knows_the_way(
    client: Client, name: str, args: tuple[int, ...]
) -> None:
    lin = Walker(client)

    assert shown(lin, name, *args)["Location"] == reverse("check", args=[lin.case_id])


def test_when_too_many_want_pictures_a_page_says_so(lin: Walker) -> None:
    shown(lin, "plan-pdf")
    with ExitStack() as taken:
        for _ in range(pictures.WORKER.most):
            taken.callback(pictures.WORKER._doors.release)
            pictures.WORKER._doors.acquire()
        responses = [shown(lin, "pictures"), shown(lin, "picture", 1)]

    assert [response.status_code for response in responses] == [503, 503]
    assert {response["Retry-After"] for response in responses} == {"60"}


def test_what_is_no_pdf_ends_in_one_kind_of_failure() -> None:
    with pytest.raises(RenderingFailed):
        pictures.picture(b"%PDF-1.7 and no more", 1)


def test_a_worker_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures.WORKER, "wall_seconds", 0.001)

    with pytest.raises(RenderingFailed, match="stopped"):
        pictures.sections(b"")


# ---- the size of letters


def choose(client: Client, size: str, page: str = "/privacy/") -> Any:
    return client.post(reverse("text-size"), {"size": size, "next": page})


@pytest.mark.parametrize("size", ["large", "larger"])
def test_a_chosen_size_holds_on_every_page(client: Client, size: str) -> None:
    response = choose(client, size)

    assert response["Location"] == "/privacy/"
    assert f'class="{size}"' in client.get(response["Location"]).content.decode()
    assert project.SESSION_COOKIE_NAME not in client.cookies


def test_the_size_can_be_taken_back(client: Client) -> None:
    choose(client, "larger")
    choose(client, "standard")

    assert 'class="standard"' in client.get(reverse("start")).content.decode()


def test_a_size_that_is_none_changes_nothing(client: Client) -> None:
    choose(client, '"><script>')
    assert "text_size" not in client.cookies

    client.cookies["text_size"] = '"><script>'
    assert 'class="standard"' in client.get(reverse("start")).content.decode()


@pytest.mark.parametrize(
    "page",
    ["", "https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "start"],
)
def test_choosing_a_size_never_leads_away(client: Client, page: str) -> None:
    assert choose(client, "large", page)["Location"] == reverse("start")


def test_a_size_is_chosen_by_a_form_of_ours_only() -> None:
    assert choose(Client(enforce_csrf_checks=True), "large").status_code == 403
    assert Client().get(reverse("text-size")).status_code == 405


# ---- the code as a picture


def test_the_picture_is_the_qr_code_of_the_address_with_the_code_in_its_fragment(
    lin: Walker,
) -> None:
    picture = code_picture(shown(lin, "code").wsgi_request, lin.case)

    link = f"http://testserver/resume/#{lin.case.code.grouped}"
    expected = segno.make_qr(link, error="m").matrix_iter(border=QUIET_ZONE)
    assert painted(picture.side, picture.path) == [list(row) for row in expected]


def test_the_code_page_shows_the_code_once_and_in_no_address(lin: Walker) -> None:
    page, code = shown(lin, "code").content.decode(), lin.case.code.grouped

    assert page.count(code) == 1
    assert f"#{code}" not in page


def test_the_code_page_says_what_saved_means(lin: Walker) -> None:
    page = shown(lin, "code").content.decode()

    for words in ("30 天", "180 天", "加密保存", "立即删除"):
        assert words in page


def painted(side: int, path: str) -> list[list[int]]:
    """The modules a path paints dark."""
    rows = [[0] * side for _ in range(side)]
    for run in RUN.findall(path):
        x, y, length = map(int, run)
        rows[y][x : x + length] = [1] * length
    return rows


# ---- htmx


def test_htmx_comes_from_here_with_a_nonce_and_its_limits(client: Client) -> None:
    response = client.get(reverse("before-buying"))
    page = response.content.decode()

    meta = re.search(r"name=\"htmx-config\"\s+content='(.*?)'", page)
    script = re.search(r'<script src="/static/django_htmx/htmx-2.min.js" defer nonce="(.+?)"', page)

    assert meta
    assert json.loads(meta[1]) == {
        "allowEval": False,
        "includeIndicatorStyles": False,
        "historyCacheSize": 0,
        "selfRequestsOnly": True,
        "allowScriptTags": False,
        "refreshOnHistoryMiss": True,
    }
    assert script
    assert f"'nonce-{script[1]}'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["resume", "start", "privacy", "accessibility"])
def test_pages_without_need_load_no_htmx(client: Client, name: str) -> None:
    """Least of all the one whose address may hold the code: htmx sends addresses along."""
    assert "htmx" not in client.get(reverse(name)).content.decode()


@pytest.mark.parametrize("name", ["plan", "check", "code", "delete", "verdict"])
def test_going_back_in_history_gets_whole_pages(lin: Walker, name: str) -> None:
    history = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    response = lin.client.get(reverse(name, args=[lin.case_id]), headers=history)

    assert "<!DOCTYPE html>" in response.content.decode()
    assert response["Cache-Control"] == "no-store, private"
    assert "HX-Request" in response["Vary"]


def test_a_refused_form_keeps_what_was_typed_when_htmx_sent_it() -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post(
        reverse("before-buying"), {"offer": "永久9元"}, headers={"HX-Request": "true"}
    )

    assert response.status_code == 403
    assert response["HX-Retarget"] == "#main"
    assert response["HX-Reselect"] == "#main > *"
    assert "永久9元" in response.content.decode()


def test_a_lost_session_keeps_what_was_typed_when_htmx_sent_it(lin: Walker) -> None:
    response = Client().post(
        reverse("verdict", args=[lin.case_id]),
        {"seller__name": "靓卡"},
        headers={"HX-Request": "true"},
    )

    assert response.status_code == 404
    assert response["HX-Retarget"] == "#main"
    assert "靓卡" in response.content.decode()


# ---- pages around


def test_the_accessibility_page_says_what_is_missing_and_whom_to_tell(
    client: Client, settings: Settings
) -> None:
    settings.OPERATOR_CONTACT = "help@refunds.example"

    page = client.get(reverse("accessibility")).content.decode()

    for words in ("我们怎么检查", "还没有做到的", "告诉我们", "help@refunds.example"):
        assert words in page
    assert reverse("accessibility") in client.get(reverse("start")).content.decode()


def test_the_footer_shows_the_filing_number_where_there_is_one(
    client: Client, settings: Settings
) -> None:
    assert "beian" not in client.get(reverse("start")).content.decode()

    settings.ICP_NUMBER = "京ICP备00000000号"

    assert "京ICP备00000000号" in client.get(reverse("start")).content.decode()
