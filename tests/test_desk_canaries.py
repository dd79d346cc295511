"""Personal data typed into every field: masked on every page, in every file, row and line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from cases.models import Alias, BlindKey, Case, Event, Exhibit, Export, SavedView, Seller, Tombstone
from cases.services import claims, messages, notes
from tests.desk import member, signed_in
from tests.desk_cases import ADDRESS, NAME, NOON, ORDER, PHONE, TICKET, submitted

pytestmark = pytest.mark.django_db
SPACED = "138 0013 8000"
# The pattern of a public page would not see these apart.
CANARIES = (NAME, PHONE, SPACED, ADDRESS, ORDER, TICKET)
EVERYTHING = f"我是{NAME}，电话{PHONE}或{SPACED}，住{ADDRESS}，单号{ORDER}，工单{TICKET}"
SHORT = f"{NAME}{PHONE}"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def chief() -> User:
    return member("senior", "administrator", name="chief")


@pytest.fixture
def case(chief: User) -> Case:
    """A case with canaries in everything that somebody could have typed."""
    case = submitted(
        seller={"order__marketplace": SHORT, "order__seller_name": SHORT},
        names={
            "order__tariff": SHORT,
            "order__seller_company": SHORT,
            "carrier__company": SHORT,
            "carrier__province": SHORT,
        },
    )
    Exhibit.objects.create(
        case=case,
        kind="chat",
        position=1,
        said={"label": EVERYTHING, "proves": EVERYTHING},
        width=1,
        height=1,
    )
    claims.claim(case, user=chief, version=None)
    notes.add(case, user=chief, words=EVERYTHING, about="amount")
    asked = messages.ask(case, user=chief, version=None, words=EVERYTHING)
    messages.reply(asked, words=EVERYTHING)
    messages.ask(case, user=chief, version=None, words=EVERYTHING)
    return Case.objects.get(pk=case.pk)


def told(text: str) -> list[str]:
    """The canaries that stand in a text."""
    return [canary for canary in CANARIES if canary in text]


def pages(case: Case) -> Iterator[tuple[str, dict[str, Any]]]:
    plan = case.plans.get()
    yield reverse("admin:index"), {"days": 365}
    yield reverse("admin:cases_case_changelist"), {"status": "all", "assignee": "all"}
    yield reverse("admin:cases_case_change", args=[case.pk]), {}
    yield reverse("admin:cases_case_history", args=[case.pk]), {}
    yield reverse("admin:cases_case_today", args=[case.pk, plan.pk]), {}
    for act in ("claim", "note", "answer", "close", "override"):
        yield reverse("admin:case_work", args=[case.pk, act]), {"template": "answered"}
    yield reverse("admin:log"), {}
    yield reverse("admin:freshness"), {}
    yield reverse("admin:export_new"), {"status": "all", "assignee": "all"}
    yield reverse("admin:cases_disposal_add"), {"rule": "schedule"}
    yield reverse("admin:cases_seller_add"), {"case": case.pk}
    yield reverse("admin:cases_pagereport_changelist"), {}


def test_no_page_of_the_desk_shows_a_canary(case: Case, chief: User) -> None:
    client = signed_in(chief)
    for address, asked in pages(case):
        html = client.get(address, asked, follow=True).content.decode()
        assert not told(html), address


def test_no_refusal_shows_a_canary(case: Case, chief: User) -> None:
    client = signed_in(chief)
    stale = {"desk_version": 0, "template": ""}
    for act in ("claim", "release", "close"):
        page = client.post(reverse("admin:case_work", args=[case.pk, act]), stale, follow=True)
        assert not told(page.content.decode()), act
    bulk = client.post(
        reverse("admin:cases_case_changelist"),
        {"action": "bulk_close", "_selected_action": [str(case.pk)]},
    )
    assert not told(bulk.content.decode())


def test_the_masked_files_hold_no_canary(case: Case, chief: User) -> None:
    client, plan = signed_in(chief), case.plans.get()
    pdf = client.get(reverse("admin:cases_case_pdf", args=[case.pk, plan.pk]))
    with pypdfium2.PdfDocument(pdf.content) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert not told(re.sub(r"\s", "", text))

    client.post(reverse("admin:export_new") + "?status=all&assignee=all", {"format": "csv"})
    file = client.get(reverse("admin:export_file", args=[Export.objects.get().pk]))
    rows = list(csv.reader(io.StringIO(b"".join(file).decode("utf-8-sig"))))
    assert len(rows) == 2
    assert not told(str(rows))


def test_no_row_beside_the_case_holds_a_canary(
    case: Case, chief: User, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    client = signed_in(chief)
    for typed in CANARIES:
        found = client.post(reverse("admin:cases_case_search"), {"typed": typed})
        # Where nothing is found there is no address; what was typed stays in the field.
        assert not told(found.headers.get("Location", ""))
        client.post(reverse("admin:cases_seller_search"), {"typed": typed})
        client.post(reverse("admin:login"), {"username": typed, "password": typed})
    sent = {"field": "consumer__phone", "reason": "contact"}
    client.post(reverse("admin:cases_case_reveal", args=[case.pk]), sent)
    Client().post(reverse("admin:login"), {"username": NAME, "password": PHONE})

    sessions = [each.get_decoded() for each in Session.objects.all()]
    tables = (Event, LogEntry, BlindKey, SavedView, Export, Tombstone, Alias, Seller)
    rows = [list(table._default_manager.values_list()) for table in tables]
    assert not told(f"{sessions}{rows}")
    assert not told(caplog.text + "".join(capfd.readouterr()))


def test_what_one_colleague_was_shown_stays_hidden_from_another(
    case: Case, chief: User, clock: Any
) -> None:
    other, page = member("senior", name="other"), reverse("admin:cases_case_change", args=[case.pk])
    sent = {"field": "consumer__phone", "reason": "contact"}
    signed_in(chief).post(reverse("admin:cases_case_reveal", args=[case.pk]), sent)

    shown = signed_in(chief).get(page)
    assert told(shown.content.decode()) == [PHONE]
    assert "no-store" in shown["Cache-Control"]
    assert not told(signed_in(other).get(page).content.decode())

    clock.shift(timedelta(minutes=10, seconds=1))
    assert not told(signed_in(chief).get(page).content.decode())


def test_a_text_shown_whole_opens_no_other_field(case: Case, chief: User) -> None:
    """The notes hold every canary; outside them each one stays masked."""
    sent = {"field": "notes", "reason": "other_work"}
    signed_in(chief).post(reverse("admin:cases_case_reveal", args=[case.pk]), sent)

    html = signed_in(chief).get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()

    assert told(html.replace(EVERYTHING, "")) == []


@pytest.mark.parametrize("reason", ["", "zzz", "contact "])
def test_nothing_is_shown_without_a_reason(case: Case, chief: User, reason: str) -> None:
    sent = {"field": "consumer__phone", "reason": reason}
    signed_in(chief).post(reverse("admin:cases_case_reveal", args=[case.pk]), sent)

    page = signed_in(chief).get(reverse("admin:cases_case_change", args=[case.pk]))
    assert not told(page.content.decode())
    assert not Event.objects.filter(kind=Event.Kind.REVEALED).exists()
