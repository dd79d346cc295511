"""How faults and requests are written down: where they happened, never what a person typed."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter


class OneLine(logging.Formatter):
    """One JSON object a record.

    A record about a request is told by its route and status, a fault by its kind and the places
    it went through: paths hold case ids, and messages of exceptions hold what was typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line of JSON."""
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            **_what(record),
        }
        return json.dumps(entry, ensure_ascii=False)


def _what(record: logging.LogRecord) -> dict[str, Any]:
    request = getattr(record, "request", None)
    told = _about_request(record, request) if request is not None else _message(record)
    if record.exc_info and record.exc_info[0] is not None:
        told |= {"fault": record.exc_info[0].__name__, "places": _places(record.exc_info[2])}
    return told


def _message(record: logging.LogRecord) -> dict[str, Any]:
    # The server knows no request of ours: it writes the path, with the case id, into its message.
    if record.name == "waitress" and record.exc_info:
        return {}
    return {"message": record.getMessage()}


def _about_request(record: logging.LogRecord, request: Any) -> dict[str, Any]:
    match = getattr(request, "resolver_match", None)
    return {
        "method": getattr(request, "method", None),
        "route": match.route if match else None,
        "status": getattr(record, "status_code", None),
    }


def _places(trace: Any) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


class NoPersonalData(SafeExceptionReporterFilter):
    """Drops the form, the cookies, the headers and every local variable from a fault report."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """Return nothing of the form."""
        return {}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        """Return no cookie."""
        return {}

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        """Return no header: query, referrer, address and cookie are among them."""
        return {}

    def get_traceback_frame_variables(self, request: HttpRequest, tb_frame: Any) -> Any:
        """Return no local variable: any of them may hold answers."""
        return ()


class Reporter(ExceptionReporter):
    """A fault report that says where, and not for whom: no address, query or message."""

    def get_traceback_data(self) -> dict[str, Any]:
        """Return what the report's template shows."""
        return {**super().get_traceback_data(), "request": None, "exception_value": ""}
