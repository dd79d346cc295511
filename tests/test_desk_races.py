"""Two at once on one case: colleagues, the person beside the desk, an erasure in between."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.files.storage import storages
from django.db import connection, connections
from django.db.models import Manager
from django.urls import reverse

from cases.admin import export_columns
from cases.models import Alias, Case, CloseReason, Event, Export, Message, Seller, Status, Tag
from cases.services import (
    claims,
    disposal,
    events,
    exports,
    messages,
    sellers,
    status,
    tags,
    tallies,
)
from cases.services.claims import ClaimedByOther
from cases.services.desk import StaleCase
from cases.services.exports import Columns, Standing
from cases.services.messages import RequestClosed
from cases.services.rights import NotAllowed
from tests.desk import member, signed_in, staff
from tests.desk_cases import NOON, answer, submit, submitted

pytestmark = pytest.mark.django_db(transaction=True)
# What somebody who came second may be told.
REFUSALS = (StaleCase, ClaimedByOther, NotAllowed, RequestClosed, Case.DoesNotExist)
Act = Callable[[], object]


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=True):
        yield


def at_once(*acts: Act) -> list[object]:
    """What came of acts that begin together, in their order: a value or what was raised."""
    start, found = threading.Barrier(len(acts)), list[object](acts)

    def run(number: int, act: Act) -> None:
        start.wait()
        try:
            found[number] = act()
        except Exception as raised:
            found[number] = raised
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def unexpected(found: list[object]) -> list[object]:
    return [each for each in found if isinstance(each, Exception) and type(each) not in REFUSALS]


def all_adds_up() -> bool:
    """The log holds together and the counters are what counting anew gives."""
    return list(events.broken()) == [] and tallies.recount() == {}


def now(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_of_many_who_claim_one_gets_it() -> None:
    case = submitted()
    people = [member("reviewer", name=f"wu{number}") for number in range(5)]

    found = at_once(
        *(lambda user=user: claims.claim(case, user=user, version=0) for user in people)
    )

    assert unexpected(found) == []
    assert sum(not isinstance(each, Exception) for each in found) == 1
    assert Event.objects.filter(kind=Event.Kind.CLAIMED).count() == 1
    assert Event.objects.get(kind=Event.Kind.CLAIMED).actor == now(case).assignee.username  # type: ignore[union-attr]
    assert all_adds_up()


def test_a_plan_sent_while_the_desk_closes_is_never_lost() -> None:
    case, chief = submitted(), member("senior")
    changed = answer(now(case), "amount", {"payment__amount": "99.00"})

    found = at_once(
        lambda: submit(changed, key="second"),
        lambda: status.move(
            case, Status.CLOSED, user=chief, version=None, reason=CloseReason.ADVISED
        ),
    )

    assert unexpected(found) == []
    assert case.plans.count() == 2
    # Closed after the second plan came, or brought back by it.
    assert now(case).status in (Status.CLOSED, Status.REOPENED)
    assert all_adds_up()


def asked(user: User) -> tuple[Case, Message]:
    case = submitted()
    claims.claim(case, user=user, version=None)
    return case, messages.ask(case, user=user, version=None, words="请补充")


def test_a_reply_beside_a_closing_is_kept_or_refused() -> None:
    chief = member("senior")
    case, request = asked(chief)

    found = at_once(
        lambda: messages.reply(request, words="在这里"),
        lambda: status.move(
            case, Status.CLOSED, user=chief, version=None, reason=CloseReason.ADVISED
        ),
    )

    assert unexpected(found) == []
    kept = Message.objects.get(pk=request.pk)
    assert isinstance(found[0], RequestClosed) == (kept.replied_at is None)
    assert now(case).status == Status.CLOSED
    assert all_adds_up()


@pytest.mark.parametrize("act", ["ask", "claim", "reply", "close"])
def test_an_erasure_beside_work_leaves_nothing(act: str) -> None:
    chief = member("senior")
    case, request = asked(chief)
    works: dict[str, Act] = {
        "ask": lambda: messages.answer(case, user=chief, version=None, words="答复"),
        "claim": lambda: claims.claim(case, user=chief, version=None),
        "reply": lambda: messages.reply(request, words="在这里"),
        "close": lambda: status.move(
            case, Status.CLOSED, user=chief, version=None, reason=CloseReason.ADVISED
        ),
    }

    found = at_once(lambda: disposal.erase(case), works[act])

    assert unexpected(found) == []
    assert not Case.objects.exists()
    assert not Message.objects.exists()
    assert all_adds_up()


# Of a workbook whose parts were taken away Python closes the archive by itself, too late.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("file_format", Export.Format.values)
def test_an_erasure_while_an_export_is_made_takes_its_file_away(file_format: str) -> None:
    chief, first, second = member("senior"), submitted(), submitted()
    usual = export_columns.all_columns()

    def row(case: Case, export: Export) -> Any:
        if Case.objects.count() == 2:
            disposal.erase(first if case.pk == second.pk else second)
        return usual.row(case, export)

    export = exports.begin(
        chief,
        Case.objects.all(),
        Columns(names=usual.names, heads=usual.heads, row=row),
        file_format=file_format,
        masked=False,
        reason=exports.Reason.CHECK,
    )

    assert exports.standing(export, NOON) in (Standing.OVER, Standing.FAILED)
    assert storages["exports"].listdir("")[1] == []


def test_a_page_of_a_case_that_is_gone_leads_nowhere_calmly() -> None:
    case, chief = submitted(), member("senior", "administrator")
    plan = case.plans.get()
    disposal.erase(case)
    client = signed_in(chief)
    looks = [
        reverse("admin:cases_case_change", args=[case.pk]),
        reverse("admin:cases_case_pdf", args=[case.pk, plan.pk]),
        reverse("admin:cases_case_today", args=[case.pk, plan.pk]),
        reverse("admin:case_work", args=[case.pk, "ask"]),
    ]
    acts = [
        reverse("admin:case_work", args=[case.pk, "claim"]),
        reverse("admin:hold", args=[case.pk]),
        reverse("admin:cases_case_reveal", args=[case.pk]),
    ]

    for response in [*map(client.get, looks), *map(client.post, acts)]:
        assert response.status_code == 404
        assert "找不到" in response.content.decode() or "没有" in response.content.decode()


def test_a_bulk_act_on_a_case_that_is_gone_says_so() -> None:
    case, chief = submitted(), member("senior")
    disposal.erase(case)
    sent = {"chosen": f"{case.pk}:0"}

    page = signed_in(chief).post(reverse("admin:case_bulk", args=["claim"]), sent, follow=True)

    assert "案件已经删除" in page.content.decode()


# ---- names of which there is one each


@contextmanager
def taken_after_a_look(row: Alias | Tag) -> Iterator[None]:
    """Between the first look for the key of a row and all that follows a colleague saves it.

    What the request rolls back takes it along, unlike a row of another connection: so it is there
    again before each later look.
    """
    looked = False

    def beside(execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        nonlocal looked
        looks = sql.startswith("SELECT") and row.key in (params or ())
        if looks and looked:
            save()
        found = execute(sql, params, *rest)
        if looks and not looked:
            looked = True
            save()
        return found

    def save() -> None:
        rows: Manager[Any] = type(row)._default_manager
        rows.bulk_create([row], ignore_conflicts=True)

    with connection.execute_wrapper(beside):
        yield


def test_a_tag_that_a_colleague_adds_at_once_is_an_error_of_its_field() -> None:
    client, sent = staff("senior"), {"name": "集体投诉"}

    with taken_after_a_look(Tag(name="集体投诉", key=tags.key_of("集体投诉"))):
        page = client.post(reverse("admin:cases_tag_add"), sent)

    assert page.status_code == 200
    assert page.context["adminform"].form.errors == {"name": ["已经有标签“集体投诉”。"]}
    assert Tag.objects.count() == 1
    assert not Event.objects.filter(kind=Event.Kind.CHANGED).exists()


@pytest.mark.parametrize("taken", ["乙号卡", "乙卡店"])
def test_a_name_that_a_colleague_gives_at_once_is_an_error_of_its_field(taken: str) -> None:
    client, other = staff("senior"), Seller.objects.create(name="甲号卡")
    sent = {
        "name": "乙号卡",
        "aliases-TOTAL_FORMS": "1",
        "aliases-INITIAL_FORMS": "0",
        "aliases-0-text": "乙卡店",
    }

    with taken_after_a_look(Alias(seller=other, text=taken, key=sellers.key_of(taken))):
        page = client.post(reverse("admin:cases_seller_add"), sent)

    assert page.status_code == 200
    assert f"“{taken}”已经在“甲号卡”名下。请换一个名称，或者把两家合并。" in page.content.decode()
    assert list(Seller.objects.all()) == [other]
    assert not Event.objects.filter(kind=Event.Kind.CHANGED).exists()
