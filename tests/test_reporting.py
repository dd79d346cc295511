"""Logs and fault reports: no word of what a person typed."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import ResolverMatch

from refundwizard.reporting import OneLine, Reporter

CANARY = "lixiaoyan13800138000"


def line(**record: Any) -> dict[str, Any]:
    """Return the line that is written for a record with these attributes."""
    told = logging.makeLogRecord({"name": "django.request", "levelname": "ERROR", **record})
    text = OneLine().format(told)
    assert "\n" not in text
    read: dict[str, Any] = json.loads(text)
    return read


def request_of_a_person() -> HttpRequest:
    """Return a request that names a person wherever one can."""
    request = RequestFactory().post(
        f"/case/{CANARY}/?name={CANARY}",
        {"name": CANARY},
        headers={"referer": f"https://refunds.example/{CANARY}", "cookie": f"sid={CANARY}"},
    )
    request.resolver_match = ResolverMatch(
        lambda request: None, (), {"case": CANARY}, route="case/<uuid:case>/"
    )
    return request


def fault() -> Any:
    """Return the ``exc_info`` of an exception whose message and variables name a person."""
    name = CANARY
    try:
        raise ValueError(f"no such person: {name}")
    except ValueError:
        return sys.exc_info()


def test_a_record_is_one_line() -> None:
    assert line(msg="two\nlines of %s", args=("text",))["message"] == "two\nlines of text"


def test_a_request_is_told_by_its_route() -> None:
    told = line(msg="Not Found: %s", args=(CANARY,), status_code=404, request=request_of_a_person())

    assert (told["method"], told["route"], told["status"]) == ("POST", "case/<uuid:case>/", 404)
    assert CANARY not in json.dumps(told, ensure_ascii=False)


def test_a_fault_is_told_by_its_kind_and_places() -> None:
    told = line(msg="x", status_code=500, request=request_of_a_person(), exc_info=fault())

    assert told["fault"] == "ValueError"
    assert told["places"][-1].endswith(" fault")
    assert CANARY not in json.dumps(told, ensure_ascii=False)


def test_a_fault_report_drops_form_cookies_query_and_variables() -> None:
    request = request_of_a_person()
    reporter = Reporter(request, *fault())

    assert settings.DEFAULT_EXCEPTION_REPORTER == "refundwizard.reporting.Reporter"

    for report in (reporter.get_traceback_html(), reporter.get_traceback_text()):
        assert "ValueError" in report
        assert CANARY not in report
