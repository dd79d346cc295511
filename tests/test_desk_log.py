"""The log of the desk: nobody changes it unseen, auditors read it, a command verifies it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from cases import services
from cases.admin import log, timeline
from cases.models import Event, LogHead, Status
from cases.models.event import AppendOnly
from cases.services import events
from cases.services.status import OverrideReason
from tests.desk import member, signed_in, staff
from tests.desk_cases import NAME, NOON, PHONE, draft, submitted

pytestmark = pytest.mark.django_db
LOG = "/desk/log/"
KIND = Event.Kind


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def auditor() -> Client:
    return staff("auditor", name="shen")


def recorded(count: int, *, actor: str = "wu") -> None:
    for _ in range(count):
        events.record(KIND.VIEWED, actor=actor)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


# ---- the chain


def test_an_untouched_log_holds() -> None:
    assert list(events.broken()) == []
    recorded(5)
    assert list(events.broken()) == []
    assert events.head_now().number == 5


@pytest.mark.parametrize(
    "column, value",
    [
        ("actor", "somebody else"),
        ("kind", "released"),
        ("reason", "another"),
        ("public_id", "ABCDEFGH"),
        ("fields", '["other"]'),
        ("digest", "0" * 64),
        ("at", "2026-11-22 05:00:00"),
    ],
)
def test_a_changed_line_shows(column: str, value: str) -> None:
    recorded(5)
    sql(f"UPDATE cases_event SET {column} = %s WHERE number = 3", value)  # noqa: S608
    assert 3 in list(events.broken())


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_deleted_line_shows(number: int) -> None:
    recorded(5)
    sql("DELETE FROM cases_event WHERE number = %s", number)
    assert list(events.broken()) == [number + 1 if number < 5 else 5]


def test_every_line_deleted_shows() -> None:
    recorded(2)
    sql("DELETE FROM cases_event")
    assert list(events.broken()) == [1]


@pytest.mark.parametrize("number", [0, 6])
def test_a_line_put_in_shows(number: int) -> None:
    recorded(5)
    sql(
        "INSERT INTO cases_event (number, at, actor, kind, public_id, fields, reason, digest) "
        "SELECT %s, at, actor, kind, public_id, fields, reason, digest FROM cases_event "
        "WHERE number = 3",
        number,
    )
    assert number in list(events.broken())


def test_two_lines_changing_places_show() -> None:
    events.record(KIND.VIEWED, actor="wu")
    events.record(KIND.REVEALED, actor="wu")
    sql("UPDATE cases_event SET number = 99 WHERE number = 1")
    sql("UPDATE cases_event SET number = 1 WHERE number = 2")
    sql("UPDATE cases_event SET number = 2 WHERE number = 99")
    assert list(events.broken()) == [1, 2]


def test_a_head_that_was_changed_or_taken_away_shows() -> None:
    recorded(3)
    LogHead.objects.update(digest="0" * 64)
    assert list(events.broken()) == [3]
    LogHead.objects.all().delete()
    assert list(events.broken()) == [4]


def test_of_the_newest_lines_only_they_are_looked_at() -> None:
    recorded(10)
    sql("UPDATE cases_event SET actor = 'x' WHERE number = 3")
    assert list(events.broken(newest=5)) == []
    assert list(events.broken(newest=8)) == [3]
    sql("UPDATE cases_event SET actor = 'x' WHERE number = 9")
    assert list(events.broken(newest=5)) == [9]


def test_lines_are_only_added() -> None:
    recorded(1)
    line = Event.objects.get()
    line.actor = "x"
    refused: list[Callable[[], Any]] = [
        line.save,
        line.delete,
        lambda: Event.objects.update(actor="x"),
        lambda: Event.objects.all().delete(),
        lambda: Event.objects.bulk_update([line], ["actor"]),
        lambda: Event.objects.update_or_create(number=1, defaults={"actor": "x"}),
    ]
    for act in refused:
        with pytest.raises(AppendOnly), transaction.atomic():
            act()
    assert list(events.broken()) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_leave_no_gap() -> None:
    def write(name: str) -> None:
        recorded(25, actor=name)
        connections.close_all()

    threads = [threading.Thread(target=write, args=(name,)) for name in ("wu", "su")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(Event.objects.order_by("number").values_list("number", flat=True)) == [
        *range(1, 51)
    ]
    assert list(events.broken()) == []


def test_a_line_of_an_act_that_failed_is_not_there() -> None:
    recorded(1)
    with pytest.raises(ZeroDivisionError):
        _record_and_fail()
    assert Event.objects.count() == events.head_now().number == 1


def _record_and_fail() -> None:
    with transaction.atomic():
        recorded(1)
        raise ZeroDivisionError


# ---- the command


def test_the_command_prints_what_to_keep_elsewhere() -> None:
    recorded(3)
    out = StringIO()
    call_command("verify_log", stdout=out)
    day = timezone.localdate()
    assert out.getvalue() == (
        f"the log holds: 3 lines, from {day} to {day}\n"
        f"newest line: 3\ndigest: {Event.objects.get(number=3).digest}\n"
    )


def test_the_command_says_that_an_empty_log_holds() -> None:
    out = StringIO()
    call_command("verify_log", stdout=out)
    assert out.getvalue().startswith("the log holds: no lines\n")


def test_the_command_fails_with_the_numbers() -> None:
    recorded(5)
    sql("UPDATE cases_event SET actor = 'x' WHERE number IN (2, 4)")
    with pytest.raises(CommandError, match="2, 4") as failure:
        call_command("verify_log")
    assert failure.value.returncode == 1


# ---- the page


def shown(client: Client, query: str = "") -> list[int]:
    """The numbers of the lines on the page."""
    response = client.get(LOG + query)
    assert response.status_code == 200
    return [line.event.number for line in response.context["lines"]]


def test_it_says_who_did_what_when_with_which_case_and_why(auditor: Client) -> None:
    case = submitted()
    events.record(
        KIND.REVEALED, actor="wu", case=case, fields=["consumer__phone"], reason="contact"
    )
    page = auditor.get(LOG).content.decode()
    for words in ("2026-11-22 12:00:00", "wu", "查看被遮盖的内容", "联系本人"):
        assert words in page
    assert f"{case.public_id[:4]}-{case.public_id[4:]}" in page
    assert "consumer__phone" not in page


def test_fields_and_reasons_are_words() -> None:
    names = {"user:3": "wu", "tag:3": "集体投诉"}
    assert log.field_words("user:3", names) == "账号 wu"
    assert log.field_words("user:4", names) == "账号 4"
    assert log.field_words("tag:3", names) == "标签 集体投诉"
    assert log.field_words("export:1a2b3c4d", names) == "导出 1a2b3c4d"
    assert log.field_words(f"from:{Status.SUBMITTED}", names) == "从 新提交"
    assert log.field_words("masked", names) == "已遮盖"
    assert log.field_words("drafts:3", names) == "草稿 3"
    assert log.field_words("deleted:17", names) == "已删除 17"
    assert log.field_words("cases:4", names) == "4 件案件"
    assert log.field_words("by:phone", names) == "按电话"
    assert log.field_words("evidence:payment_record", names) == "付款记录"
    assert log.field_words("step:payee", names) == "您的钱付给了谁？"
    assert log.field_words(f"disposal:{UUID(int=1)}", names) == "清理 00000000"
    assert log.field_words("unheard:3", names) == "unheard:3"
    assert log.reason_words("everywhere") == "所有设备"
    assert log.reason_words("authority_request") == "主管部门依法要求"
    assert log.reason_words("unheard_of") == "unheard_of"


def test_a_reason_has_one_meaning() -> None:
    reasons = {*log.REASONS, *timeline.REASONS}
    pairs = {(code, str(words)) for each in reasons for code, words in each.choices}
    assert len(pairs) == len({code for code, _words in pairs})
    assert log.reason_words(OverrideReason.WRONG_ACT) == str(OverrideReason.WRONG_ACT.label)


def test_lines_are_found_by_account_kind_case_and_day(auditor: Client, clock: Any) -> None:
    member("reviewer", name="wu")
    case = draft({})
    events.record(KIND.VIEWED, actor="wu", case=case)
    events.record(KIND.CLAIMED, actor="", case=case)
    clock.shift(timedelta(hours=11, minutes=59))
    events.record(KIND.CLAIMED, actor="wu")
    clock.shift(timedelta(minutes=1))
    events.record(KIND.VIEWED, actor="wu")
    auditor = signed_in(member("auditor", name="later"))
    assert shown(auditor, "?actor=wu") == [4, 3, 1]
    assert shown(auditor, "?actor=*") == [2]
    assert shown(auditor, "?kind=claimed") == [3, 2]
    number = case.public_id
    assert shown(auditor, f"?case={number[:4].lower()}-{number[4:]}") == [2, 1]
    assert shown(auditor, "?day=2026-11-22") == [3, 2, 1]
    assert shown(auditor, "?day=2026-11-23&actor=wu") == [4]


@pytest.mark.parametrize("query", ["?actor=nobody-like-this", "?kind=x", "?case=AB", "?day=x"])
def test_what_cannot_be_is_told_and_finds_nothing(auditor: Client, query: str) -> None:
    recorded(1)
    assert shown(auditor, query) == []
    assert "errornote" in auditor.get(LOG + query).content.decode()


def test_pages_go_back_by_number(auditor: Client) -> None:
    recorded(120)
    first = auditor.get(f"{LOG}?kind=viewed")
    assert [line.event.number for line in first.context["lines"]] == [*range(120, 70, -1)]
    assert shown(auditor, f"?{first.context['older']}") == [*range(70, 20, -1)]
    last = auditor.get(f"{LOG}?kind=viewed&before=21")
    assert [line.event.number for line in last.context["lines"]] == [*range(20, 0, -1)]
    assert last.context["older"] == ""
    assert "回到最新" in last.content.decode()


def test_it_says_whether_the_chain_holds(auditor: Client) -> None:
    recorded(3)
    newest = Event.objects.get(number=3).digest
    assert newest in auditor.get(LOG).content.decode()
    sql("UPDATE cases_event SET actor = 'x' WHERE number = 2")
    page = auditor.get(LOG).content.decode()
    assert "第 2 条和前后对不上" in page
    assert "前后相接" not in page


def test_a_hostile_name_is_text(auditor: Client) -> None:
    name = "<img src=x onerror=alert(1) "
    events.record(KIND.VIEWED, actor=name, fields=[name], reason=name)
    page = auditor.get(LOG).content.decode()
    assert name not in page
    assert page.count(escape(name)) == 3


@pytest.mark.parametrize("role", ["reader", "reviewer", "senior"])
def test_it_is_for_auditors_and_administrators(role: str) -> None:
    assert staff(role).get(LOG).status_code == 403
    assert staff("administrator", name="boss").get(LOG).status_code == 200


def test_it_only_reads(auditor: Client) -> None:
    recorded(1)
    for method in (auditor.post, auditor.put, auditor.delete, auditor.patch):
        assert method(LOG).status_code == 405
    assert not admin.site.is_registered(Event)
    assert Event.objects.count() == 1
    for address in ("/desk/cases/event/", "/desk/cases/event/add/", "/desk/cases/event/1/delete/"):
        assert auditor.get(address).status_code == 404


def test_looking_at_it_adds_nothing(auditor: Client) -> None:
    recorded(1)
    auditor.get(LOG)
    assert Event.objects.count() == 1


def test_it_takes_few_queries(
    auditor: Client, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    recorded(60)
    with django_assert_max_num_queries(16):
        auditor.get(LOG)


# ---- nothing personal


def test_no_line_holds_a_value() -> None:
    case, user, words = submitted(), member("senior"), f"{NAME} {PHONE}"
    services.claims.claim(case, user=user, version=None)
    services.notes.add(case, user=user, words=words, about="names")
    services.reveals.reveal(case, "consumer__name", user=user, reason="contact")
    asked = services.messages.ask(case, user=user, version=None, words=words, asks=["step:names"])
    services.messages.reply(asked, words=words)
    services.status.move(case, Status.CLOSED, user=user, version=None, reason="advised")

    lines = [f"{line.fields}{line.reason}{line.actor}" for line in Event.objects.all()]
    assert len(lines) == 7
    assert not [line for line in lines if NAME in line or PHONE in line]


def test_what_django_s_own_log_could_keep_of_a_row_tells_nothing() -> None:
    case = submitted()
    for model in apps.get_app_config("cases").get_models():
        row = model._default_manager.first()
        if row is not None:
            assert not [text for text in (NAME, PHONE) if text in str(row)]
    assert str(case) == case.public_id
