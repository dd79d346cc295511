"""What comes to the server's door: odd charsets, bad hosts, large bodies; and what it is told."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_started
from django.db import close_old_connections
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings

from cases.views import faults
from refundwizard.door import Wsgi
from refundwizard.reporting import OneLine

FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
COOKIE = f"csrf={'a' * 32}"
ODD = ["gbk", "utf-7", "base64", "rot13", "idna", "undefined", "punycode", "nonsense"]
PRIVATE = ("Cache-Control", "X-Frame-Options", "Permissions-Policy", "Content-Security-Policy")


class Answer:
    """What the server would be told to send."""

    def __init__(self, path: str, content_type: str, body: bytes = b"a=1", **headers: str) -> None:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "QUERY_STRING": "q=%B0%A1",
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_HOST": "testserver",
            "wsgi.input": io.BytesIO(body),
            **headers,
        }
        setup_testing_defaults(environ)
        self.body = b"".join(Wsgi()(environ, self._start))

    def _start(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        self.status, self.headers = int(status[:3]), dict(headers)
        return io.BytesIO().write


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """The faults below are on purpose; a request would look after a database it does not need."""
    logging.disable(logging.CRITICAL)
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("kind", [FORM, PARTS])
@pytest.mark.parametrize("charset", ODD)
def test_a_form_in_another_charset_is_refused_with_our_page(kind: str, charset: str) -> None:
    answer = Answer("/start/", f"{kind}; charset={charset}")

    assert answer.status == 400
    assert "没能读懂" in answer.body.decode()
    assert [name for name in PRIVATE if name not in answer.headers] == []


@pytest.mark.parametrize("header", ["text/plain; charset*=base64''%41", "a/b; x*=nonsense''a"])
def test_a_header_that_cannot_be_read_is_refused_as_well(header: str) -> None:
    assert Answer("/start/", header).status == 400


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", '"utf-8"'])
def test_utf_8_is_welcome_however_it_is_spelt(charset: str) -> None:
    # 403: our own page for a form without a token.
    assert Answer("/start/", f"{FORM}; charset={charset}").status == 403


def test_a_part_that_names_another_charset_is_no_fault() -> None:
    part = b"--x\r\nContent-Disposition: form-data; name*=base64''%41\r\n\r\nb\r\n--x--\r\n"

    assert Answer("/start/", PARTS, part, HTTP_COOKIE=COOKIE).status == 403


@pytest.mark.parametrize("path", ["/start/", "/nowhere/"])
def test_a_form_too_large_is_no_fault_of_ours(path: str) -> None:
    body = b"a=" + b"1" * 2_000_000

    assert Answer(path, FORM, body, HTTP_COOKIE=COOKIE).status in (400, 404)


def test_a_file_nobody_asked_for_is_not_written_down(settings: Settings) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = "/nonexistent"
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    body = head + b"1" * 4_000_000 + b"\r\n--x--\r\n"

    assert Answer("/start/", PARTS, body, HTTP_COOKIE=COOKIE).status == 403


# ---- headers on what never reaches a view


def test_a_redirect_to_the_slash_is_as_private(client: Client) -> None:
    response = client.get("/start")

    assert response.status_code == 301
    assert [name for name in PRIVATE if name not in response.headers] == []


@pytest.mark.parametrize("redirecting", [True, False])
def test_a_bad_host_is_as_private(client: Client, settings: Settings, redirecting: bool) -> None:
    settings.SECURE_SSL_REDIRECT = redirecting

    response = client.get("/start/", HTTP_HOST="evil.example")

    assert response.status_code == 400
    assert [name for name in PRIVATE if name not in response.headers] == []


# ---- the pages


@pytest.mark.parametrize(
    ("page", "status", "words"),
    [
        (faults.bad_request, 400, "没能读懂"),
        (faults.not_found, 404, "没有这个页面"),
        (faults.server_error, 500, "系统出了问题"),
    ],
)
def test_the_pages_say_what_happened(page: Any, status: int, words: str) -> None:
    response = page(unreadable())

    assert response.status_code == status
    assert words in response.content.decode()


def test_the_page_for_a_fault_cannot_fail(settings: Settings) -> None:
    settings.TEMPLATES = []

    response = faults.server_error(unreadable())

    assert response.status_code == 500
    assert "系统出了问题" in response.content.decode()


def unreadable() -> HttpRequest:
    """A request whose form raises when it is read."""
    return RequestFactory().generic("POST", "/", b"a=1", content_type=f"{FORM}; charset=gbk")


# ---- the log


def test_the_server_writes_no_path_of_a_person() -> None:
    record = logging.makeLogRecord({"name": "waitress", "msg": "Exception while serving /case/1/"})
    record.exc_info = (ValueError, ValueError("canary"), None)

    told = json.loads(OneLine().format(record))

    assert "message" not in told
    assert told["fault"] == "ValueError"


def test_the_server_is_quiet_about_those_who_left_and_about_queues(settings: Settings) -> None:
    loggers = settings.LOGGING["loggers"]

    assert loggers["waitress"]["level"] == "WARNING"
    assert loggers["waitress.queue"]["level"] == "ERROR"
