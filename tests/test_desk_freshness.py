"""The board of what must be looked at again: what it lists, and the file each row names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from cases.admin.freshness import Row, sections
from cases.knowledge import Knowledge
from cases.knowledge.reviews import overdue
from cases.models import DailyCount, PageReport
from tests.desk import staff

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 22)
BOARD = "/desk/freshness/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


def rows(knowledge: Knowledge, name: str, on: date = ON) -> tuple[Row, ...]:
    return next(each for each in sections(knowledge, on) if each.name == name).rows


def files(found: tuple[Row, ...]) -> set[str]:
    return {row.file for row in found}


def test_it_works() -> None:
    page = staff("reader").get(BOARD).content.decode()

    for words in (
        "内容复查",
        "已过复查日",
        "字数上限没有核实",
        "cases/knowledge/calendar/2027.toml",
    ):
        assert words in page


def test_every_file_it_names_is_there(knowledge: Knowledge) -> None:
    late = date(2040, 1, 1)
    found = files(rows(knowledge, "overdue", late))
    for name in ("limits", "since"):
        found |= files(rows(knowledge, name))

    assert [file for file in found if not (settings.BASE_DIR / file).is_file()] == []
    reviewed = {
        path.relative_to(settings.BASE_DIR).as_posix()
        for path in (settings.BASE_DIR / "cases/knowledge").rglob("*.*")
        if path.suffix in (".toml", ".md") and "\nagain_by = " in path.read_text("utf-8")
    }
    # The proofs of claims are read by programs alone, and reviewed with the phrases.
    assert reviewed - found <= {"cases/knowledge/claims.toml"}


def test_a_review_is_soon_until_its_last_day_and_then_over(knowledge: Knowledge) -> None:
    card = next(iter(knowledge.channels))
    last = knowledge.channels[card].review.again_by
    file = f"cases/knowledge/channels/{card}.toml"

    def places(on: date) -> list[str]:
        return [name for name in ("overdue", "soon") if file in files(rows(knowledge, name, on))]

    assert places(last - timedelta(days=31)) == []
    assert places(last - timedelta(days=30)) == places(last) == ["soon"]
    assert places(last + timedelta(days=1)) == ["overdue"]
    for on in (ON, date(2040, 1, 1)):
        assert overdue(knowledge, on) == len(rows(knowledge, "overdue", on))


def test_it_misses_the_calendar(knowledge: Knowledge) -> None:
    assert [str(row.what) for row in rows(knowledge, "calendar")] == ["2027 年"]
    later = rows(knowledge, "calendar", date(2029, 5, 1))
    assert [row.why for row in later] == ["没有这个文件"] * 2


def test_it_lists_limits_and_dates_nobody_confirmed(knowledge: Knowledge) -> None:
    limits = {row.file: row.why for row in rows(knowledge, "limits")}
    assert "300 字" in limits["cases/knowledge/channels/heimao.toml"]
    since = {row.file: row.why for row in rows(knowledge, "since")}
    assert "条" in since["cases/knowledge/laws/criminal_law.toml"]


def test_a_file_is_a_link_where_the_repository_is_known(settings: Settings) -> None:
    settings.REPOSITORY_URL = "https://git.example.com/refunds/blob/main"
    page = staff("reader").get(BOARD).content.decode()

    address = f"{settings.REPOSITORY_URL}/cases/knowledge/calendar/2027.toml"
    assert f'href="{address}"' in page


def test_it_counts_unknown_replies_and_remarks_and_leads_to_them() -> None:
    for kind, code, number in (("error", "unknown", 7), ("answered", "", 41)):
        DailyCount.objects.create(on=ON, kind=kind, step="reply", code=code, number=number)
    DailyCount.objects.create(
        on=ON - timedelta(days=90), kind="error", step="reply", code="unknown", number=1
    )
    for page in ("reply", "reply", "payee"):
        PageReport.objects.create(page=page, words="请看看这句话")
    client = staff("reader")

    response = client.get(BOARD)

    assert [figure.count for figure in response.context["replies"]] == [41, 7]
    assert "请看看这句话" not in response.content.decode()
    assert "pagereport/?page=reply" in response.content.decode()
    listed = client.get("/desk/cases/pagereport/?page=reply").context["cl"].result_list
    assert [remark.page for remark in listed] == ["reply", "reply"]


def test_who_may_not_read_remarks_is_told_no_numbers() -> None:
    PageReport.objects.create(page="reply", words="字")
    response = staff().get(BOARD)

    assert response.status_code == 200
    assert response.context["remarks"] is None
    assert not response.context["replies"]


def test_the_front_page_leads_there_and_counts_what_is_over() -> None:
    client = staff("reader")
    assert f'href="{BOARD}"' in client.get("/desk/").content.decode()
    with time_machine.travel("2040-01-01T10:00:00+08:00", tick=False):
        assert "项已过复查日" in staff("reader", name="later").get("/desk/").content.decode()


def test_it_is_for_staff_and_for_reading(client: Client) -> None:
    assert client.get(BOARD)["Location"] == f"/desk/login/?next={BOARD}"
    assert staff("reader").post(BOARD).status_code == 405
