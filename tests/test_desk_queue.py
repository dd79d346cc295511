"""The queue of the desk: what it shows, its filters, search, pages and kept views."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from cases import services
from cases.admin import filters, open_cases, paging, queue, saved_views, search
from cases.models import (
    NOT_WAITING,
    Case,
    CloseReason,
    Event,
    Flag,
    SavedView,
    Seller,
    Status,
    Turn,
)
from cases.models.case import OPEN
from tests.desk import member, signed_in, staff

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 22)
LIST = "/desk/cases/case/"
# A code of each filter that has an index of its own.
RARE = {
    "stage": "closed",
    "carrier": "mvno",
    "marketplace": "douyin",
    "problem": "money",
    "channel": "heimao",
}
PHONE, ORDER, SHOP = "13800138000", "TB20261114001", "畅联号卡店"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(datetime(2026, 11, 22, 4, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def wu() -> User:
    return member("reviewer", name="wu")


@pytest.fixture
def desk(wu: User) -> Client:
    """The browser of a reviewer, signed in."""
    return signed_in(wu)


def submitted(work: Mapping[str, Any] | None = None, /, **columns: Any) -> Case:
    """A submitted case with these columns, and this of the desk's own work."""
    case = services.answers.open_case()
    summary = cast("services.plans.Summary", columns)
    services.plans.submit(
        case, key="key", on=ON, plan={"letters": []}, knowledge_version="0", summary=summary
    )
    Case.objects.filter(pk=case.pk).update(**(work or {}))
    return Case.objects.get(pk=case.pk)


def closed(**columns: Any) -> Case:
    work = {"status": Status.CLOSED, "closed_reason": CloseReason.ADVISED}
    return submitted(work, **columns)


def listed(browser: Client, query: str = "") -> list[Case]:
    """The cases of a page, in its order."""
    response = browser.get(LIST + query)
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def searched(browser: Client, typed: str) -> tuple[str, set[Case]]:
    """Where a search that finds something leads, and what is shown there."""
    response = browser.post(f"{LIST}search/", {"typed": typed})
    assert response.status_code == 302
    query = response["Location"].removeprefix("../")
    return query, set(listed(browser, query))


def page(browser: Client, query: str = "") -> str:
    return unescape(browser.get(LIST + query).content.decode())


# ---- what it shows


def test_at_first_it_shows_what_one_may_take_up(desk: Client, wu: User) -> None:
    chen = member("reviewer", name="chen")
    nobodys, mine = submitted(), submitted({"assignee": wu, "status": Status.IN_REVIEW})
    left = submitted(held_by(chen, minutes=0))
    submitted(held_by(chen, minutes=1))
    closed()
    services.answers.open_case()
    assert set(listed(desk)) == {nobodys, mine, left}


def held_by(user: User, *, minutes: int) -> dict[str, Any]:
    """What a claim of this account makes of a case; it runs out so many minutes from now."""
    until = timezone.now() + timedelta(minutes=minutes)
    return {"assignee": user, "claimed_until": until, "status": Status.IN_REVIEW}


def test_a_row_says_what_there_is_to_know(desk: Client, wu: User) -> None:
    columns = {"stage": "submitted", "carrier": "china_unicom", "amount": 59, "seller": SHOP}
    case = submitted(
        {"assignee": wu, "claimed_until": timezone.now() - timedelta(minutes=1)},
        next_on=ON,
        flags=["minor"],
        **columns,
    )
    shown = page(desk)
    for words in ("已提交待开卡", "中国联通", SHOP, "59.00", "wu（已超时）", "今天到期", "未成年"):
        assert words in shown
    assert f"{case.public_id[:4]}-{case.public_id[4:]}" in shown
    assert case.secret not in shown


def test_what_is_due_first_stands_first(desk: Client) -> None:
    never = submitted()
    later = submitted(next_on=date(2026, 12, 1))
    sooner = submitted(next_on=date(2026, 11, 20))
    assert listed(desk) == [sooner, later, never]


def test_an_empty_queue_says_what_to_do(desk: Client) -> None:
    assert "现在没有您的未结案件，也没有您能接手的" in page(desk)
    assert "没有符合这些筛选的案件" in page(desk, "?stage=closed")


def test_a_damaged_row_leaves_the_list_standing(desk: Client) -> None:
    case = submitted(seller=SHOP)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET seller = 'v1.test.AAAA'")
    assert "无法解密" in page(desk)
    assert listed(desk) == [case]


# ---- filters


@pytest.mark.parametrize(
    ("name", "code", "other"),
    [
        ("stage", "closed", "submitted"),
        ("carrier", "mvno", "china_mobile"),
        ("marketplace", "taobao", "douyin"),
        ("problem", "money", "closure"),
        ("channel", "heimao", "carrier_complaint"),
    ],
)
def test_it_filters_by_a_code(desk: Client, name: str, code: str, other: str) -> None:
    case = submitted(**{name: code})
    submitted(**{name: other})
    assert listed(desk, f"?{name}={code}") == [case]


@pytest.mark.parametrize("code", list(Flag.Kind))
def test_it_filters_by_a_mark(
    desk: Client, code: Flag.Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, other = submitted(), submitted()
    Flag.objects.all().delete()
    Flag.objects.create(case=case, kind=code)
    Flag.objects.create(case=other, kind=next(kind for kind in Flag.Kind if kind != code))
    assert listed(desk, f"?flags={code}") == [case]
    monkeypatch.setattr(filters, "SELDOM", 0)
    assert listed(desk, f"?flags={code}") == [case]


@pytest.mark.parametrize(
    ("when", "day"),
    [("today", ON), ("over", date(2026, 11, 19)), ("week", date(2026, 11, 29))],
)
def test_it_filters_by_the_next_date(desk: Client, when: str, day: date) -> None:
    case = submitted(next_on=day)
    submitted(next_on=date(2026, 11, 30))
    submitted()
    found = [each for each in ("today", "over", "week") if case in listed(desk, f"?due={each}")]
    assert found == [when]
    assert len(listed(desk, f"?due={when}")) == 1


def test_it_filters_by_who_has_it(desk: Client, wu: User) -> None:
    chen = member("reviewer", name="chen")
    mine, hers = (submitted({"assignee": each}) for each in (wu, chen))
    nobodys = submitted()
    for code, cases in [
        ("me", {mine}),
        ("none", {nobodys}),
        ("all", {mine, hers, nobodys}),
        (str(chen.pk), {hers}),
        ("999999", set()),
    ]:
        assert set(listed(desk, f"?assignee={code}")) == cases, code


def test_it_filters_by_status(desk: Client) -> None:
    draft, done = services.answers.open_case(), closed()
    new, waiting = submitted(), submitted({"status": Status.NEEDS_PERSON})
    for code, cases in [
        ("submitted", [new]),
        ("needs_person", [waiting]),
        ("closed", [done]),
        ("draft", [draft]),
    ]:
        assert listed(desk, f"?status={code}") == cases, code
    assert set(listed(desk, "?status=all")) == {new, waiting, done}


def test_it_filters_by_a_seller_of_the_directory(desk: Client) -> None:
    seller = Seller.objects.create(name="畅联")
    case = submitted({"listed_seller": seller})
    submitted()
    assert listed(desk, f"?seller={seller.pk}") == [case]
    assert "商家：畅联" in page(desk, f"?seller={seller.pk}")


@pytest.mark.parametrize("name", filters.NAMES)
def test_a_code_that_is_not_offered_finds_nothing(desk: Client, name: str) -> None:
    submitted()
    assert listed(desk, f"?{name}=nonsense") == []


def test_a_claim_that_ran_out_can_be_asked_for(
    desk: Client, wu: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    chen = member("reviewer", name="chen")
    left, mine = submitted(held_by(chen, minutes=-1)), submitted(held_by(wu, minutes=-1))
    submitted()
    submitted(held_by(chen, minutes=1))
    assert set(listed(desk, "?assignee=lapsed")) == {left, mine}
    monkeypatch.setattr(filters, "SELDOM", 0)
    assert set(listed(desk, "?assignee=lapsed")) == {left, mine}


def test_a_case_of_an_account_that_is_gone_is_nobodys(desk: Client) -> None:
    chen = member("reviewer", name="chen")
    case = submitted(held_by(chen, minutes=60))
    chen.delete()
    assert listed(desk) == [case]
    assert listed(desk, "?assignee=none") == [case]


def test_the_front_page_counts_what_its_links_list(desk: Client, wu: User) -> None:
    chen = member("reviewer", name="chen")
    cases = [submitted() for _ in range(6)]
    for user, some in ((wu, cases[:1]), (chen, cases[1:4])):
        for case in some:
            services.claims.claim(case, user=user, version=None)
    Case.objects.filter(pk=cases[1].pk).update(claimed_until=timezone.now())
    load = open_cases.by_reviewer()
    assert [line.cells[0] for line in load.lines] == [2, 3, 1]
    for line in load.lines:
        assert [len(listed(desk, line.query or ""))] == line.cells


def by_seller(browser: Client, name: str, query: str = "") -> Any:
    return browser.post(f"{LIST}seller/", {"seller_name": name, "query": query})


def test_a_seller_is_found_by_a_part_of_its_name(desk: Client) -> None:
    seller = Seller.objects.create(name=SHOP)
    seller.aliases.create(text=SHOP, key="1" * 64)
    found = by_seller(desk, "号卡", "stage=closed&found=1&assignee=all")
    assert found["Location"] == f"../?assignee=all&stage=closed&seller={seller.pk}"
    other = Seller.objects.create(name="另一家号卡")
    other.aliases.create(text="另一家号卡", key="2" * 64)
    shown = by_seller(desk, "号卡", "stage=closed").content.decode()
    for row in (seller, other):
        assert row.name in shown
        assert f"?stage=closed&amp;seller={row.pk}" in shown
    for typed in ("没有这家", "", "x" * 5000):
        assert "商家名录里没有这个名称" in by_seller(desk, typed).content.decode()


def test_each_chosen_filter_can_be_dropped(desk: Client) -> None:
    response = desk.get(f"{LIST}?stage=closed&due=today")
    active = {spec.parameter_name: there for spec, there in response.context["cl"].active}
    assert (active["stage"], active["due"]) == ("?due=today", "?stage=closed")
    shown = unescape(response.content.decode())
    for words in ("订单阶段：已撤单", "到期：今天到期", "状态：全部未结", "经办人：我的和能接手的"):
        assert words in shown


def test_the_address_names_only_what_was_chosen(desk: Client) -> None:
    response = desk.get(f"{LIST}?stage=closed&carrier=&due=")
    assert (response.status_code, response["Location"]) == (302, f"{LIST}?stage=closed")


@pytest.mark.parametrize(
    "asked",
    ["secret_hash__startswith=$argon2id", "answers__contains=1", "assignee__password=1", "o=2.1"],
)
def test_an_address_cannot_ask_about_hidden_columns(desk: Client, asked: str) -> None:
    cases = [submitted(next_on=ON + timedelta(days=days)) for days in range(3)]
    response = desk.get(f"{LIST}?{asked}")
    if asked.startswith("o="):
        assert list(response.context["cl"].result_list) == cases
    else:
        assert response.status_code == 400


# ---- search


@pytest.fixture
def known() -> Case:
    """A closed case of which everything is known that one can search by."""
    texts = {"seller": [SHOP], "payee": ["林某 shop.example.com"], "phone": [PHONE]}
    return closed(found_by={**texts, "order": [ORDER]})


@pytest.mark.parametrize(
    "typed",
    [
        SHOP,
        "畅联 号卡店 ",
        "shop.example.com",
        "https://www.shop.example.com/x?y=1",
        PHONE,
        "+86 138-0013-8000",
        ORDER,
        "tb2026 1114001",
    ],
)
def test_it_finds_a_case_and_forgets_the_words(desk: Client, known: Case, typed: str) -> None:
    other = submitted(found_by={"seller": ["别家"], "phone": ["13900139000"]})
    address, found = searched(desk, typed)
    assert found == {known}
    assert other not in found
    keys = parse_qs(urlsplit(address).query)["found"]
    assert all(len(key) == 64 and key.isalnum() for key in keys)
    assert typed.strip() not in address
    assert typed.strip() not in page(desk, address)


def test_the_page_says_what_it_was_found_by(desk: Client, known: Case) -> None:
    address, _ = searched(desk, PHONE)
    assert "查找结果，按电话找到" in page(desk, address)


def test_it_finds_a_case_by_its_number_however_it_is_typed(desk: Client) -> None:
    draft, other = services.answers.open_case(), submitted()
    Case.objects.filter(pk=draft.pk).update(public_id="0AB1XYZ9")
    Case.objects.filter(pk=other.pk).update(public_id="77777777")
    for typed in ("0AB1XYZ9", "oabl-xyz9", "０ａｂ1 xyz9", "0AB1", "0AB1-XYZ9-QRST-QRST-QRST"):
        address, found = searched(desk, typed)
        assert found == {draft}, typed
        assert "qrst" not in address.lower()


@pytest.mark.parametrize("typed", ["畅联", "1380013", "没有这一家", "7777-7778", "0AB", "%<i>"])
def test_what_is_not_there_is_not_found_and_stays_typed(
    desk: Client, known: Case, typed: str
) -> None:
    Case.objects.filter(pk=known.pk).update(public_id="77777777")
    response = desk.post(f"{LIST}search/", {"typed": typed})
    assert response.status_code == 200
    assert list(response.context["cl"].result_list) == []
    assert "no-store" in response["Cache-Control"]
    shown = response.content.decode()
    assert "没有找到" in shown
    assert f'value="{escape(typed)}"' in shown
    assert "没有找到" in page(desk, "?found=none")


def test_nothing_typed_leads_back_to_the_queue(desk: Client) -> None:
    assert desk.post(f"{LIST}search/", {"typed": " "})["Location"] == "../"
    assert not Event.objects.filter(kind=Event.Kind.SEARCHED).exists()


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        (PHONE, ["by:phone", "cases:1"]),
        (SHOP, ["by:seller", "cases:1"]),
        ("0AB1", ["by:number", "cases:1"]),
        ("没有这一家", ["cases:0"]),
    ],
)
def test_the_log_says_what_a_search_found_by_and_not_what_was_typed(
    desk: Client, known: Case, typed: str, fields: list[str]
) -> None:
    Case.objects.filter(pk=known.pk).update(public_id="0AB1XYZ9")
    desk.post(f"{LIST}search/", {"typed": typed})
    line = Event.objects.get(kind=Event.Kind.SEARCHED)
    assert (line.actor, line.fields, line.public_id) == ("wu", fields, "")


def test_a_search_needs_the_right_and_a_form(desk: Client) -> None:
    assert desk.get(f"{LIST}search/").status_code == 405
    assert staff().post(f"{LIST}search/", {"typed": PHONE}).status_code == 403


def test_a_search_lists_so_many_at_most(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST", 3)
    for _ in range(5):
        submitted(found_by={"seller": [SHOP]})
    assert len(searched(desk, SHOP)[1]) == 3


# ---- what the person answered


def test_a_reply_is_marked_until_the_desk_has_acted(desk: Client, wu: User) -> None:
    other, case = submitted(), submitted()
    services.claims.claim(case, user=wu, version=None)
    asked = services.messages.ask(case, user=wu, version=None, words="请补一张截图")
    assert "有回复</span>" not in page(desk)
    services.messages.reply(asked, words="补好了")
    assert '<span class="mark" title="本人有回复">有回复</span>' in page(desk)
    assert listed(desk, "?flags=replied") == [case]
    services.messages.answer(case, user=wu, version=None, words="收到")
    assert "有回复</span>" not in page(desk)
    assert listed(desk, "?flags=replied") == []
    assert other in listed(desk)


def test_a_new_plan_leaves_the_mark_of_a_reply() -> None:
    case = submitted()
    case.flags.create(kind=Flag.Kind.REPLIED)
    services.plans.submit(
        case, key="new", on=ON, plan={"letters": [1]}, knowledge_version="0", summary={}
    )
    assert Flag.Kind.REPLIED in {flag.kind for flag in case.flags.all()}


# ---- pages


def walked(browser: Client, query: str = "") -> list[list[Case]]:
    """Every page from the first on, by the links between them."""
    pages, there = [], query
    while there is not None:
        shown = browser.get(LIST + there).context["cl"]
        pages.append(list(shown.result_list))
        there = shown.next_page
    return pages


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.Queue, "list_per_page", 3)


@pytest.mark.usefixtures("small_pages")
def test_pages_show_each_case_once_forwards_and_backwards(desk: Client) -> None:
    days: Sequence[date | None] = [ON, None, ON, ON + timedelta(days=1), None, ON, None]
    cases = {submitted(next_on=day) for day in days}
    pages = walked(desk)
    assert [len(each) for each in pages] == [3, 3, 1]
    assert {case for each in pages for case in each} == cases
    last = desk.get(LIST + _link(desk, _link(desk, "", "next"), "next")).context["cl"]
    assert listed(desk, last.previous_page) == pages[1]
    assert listed(desk, _link(desk, last.previous_page, "previous")) == pages[0]
    assert listed(desk, last.first_page) == pages[0]


def _link(browser: Client, query: str, which: str) -> str:
    return str(getattr(browser.get(LIST + query).context["cl"], f"{which}_page"))


@pytest.mark.usefixtures("small_pages")
def test_what_is_open_comes_before_what_is_closed(desk: Client) -> None:
    done = {closed(next_on=ON - timedelta(days=day)) for day in range(4)}
    todo = {submitted(next_on=ON + timedelta(days=day)) for day in range(4)}
    pages = walked(desk, "?status=all")
    assert [len(each) for each in pages] == [3, 3, 2]
    flat = [case for each in pages for case in each]
    assert (set(flat[:4]), set(flat[4:])) == (todo, done)
    second = _link(desk, "?status=all", "next")
    third = _link(desk, second, "next")
    assert listed(desk, _link(desk, third, "previous")) == pages[1]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("query", ["?assignee=all", "?assignee=all&status=all"])
@pytest.mark.parametrize("seed", range(4))
def test_what_waits_for_the_desk_comes_first_on_every_page(
    desk: Client, query: str, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311
    for _ in range(dice.randint(1, 14)):
        day = dice.choice([None, ON, ON - timedelta(days=9), ON + timedelta(days=2)])
        status = dice.choice([*OPEN, Status.CLOSED])
        submitted(
            {"status": status, "closed_reason": "spam" if status == "closed" else ""}, next_on=day
        )
    shown = Case.objects.exclude(status=Status.DRAFT)
    if "all&" not in query:
        shown = shown.exclude(status=Status.CLOSED)
    expected = list(shown.order_by("turn", "next_on", "id"))
    pages = walked(desk, query)
    assert [case for each in pages for case in each] == expected
    assert [len(each) for each in pages[:-1]] == [3] * (len(pages) - 1)
    assert walked_back(desk, query) == pages


def walked_back(browser: Client, query: str) -> list[list[Case]]:
    """Every page from the last one back to the first, in the order of the queue."""
    shown = browser.get(LIST + query).context["cl"]
    while shown.next_page:
        shown = browser.get(LIST + shown.next_page).context["cl"]
    pages = [list(shown.result_list)]
    while shown.previous_page:
        shown = browser.get(LIST + shown.previous_page).context["cl"]
        pages.append(list(shown.result_list))
    return pages[::-1]


def test_whose_turn_it_is_follows_the_status() -> None:
    case, found = submitted(), {}
    for status in Status:
        reason = "spam" if status == Status.CLOSED else ""
        Case.objects.filter(pk=case.pk).update(status=status, closed_reason=reason)
        found[status] = Turn(Case.objects.get(pk=case.pk).turn)
    waits = {status for status, turn in found.items() if turn is Turn.DESK}
    assert waits == set(OPEN) - set(NOT_WAITING)
    assert {status for status, turn in found.items() if turn is Turn.PERSON} == {Status.ANSWERED}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the words of SQLite's plan")
@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("", ""),
        ("assignee=all", ""),
        ("assignee=all&status=all", ""),
        ("assignee=all&due=over", ""),
        (f"assignee=all&after=1.{ON}.{UUID(int=1).hex}", ""),
        (f"assignee=all&before=1.{ON}.{UUID(int=1).hex}", ""),
        ("assignee=all&status=answered", "_status"),
        ("assignee=me", "_assignee"),
        ("assignee=none", "_assignee"),
        ("assignee=lapsed", ""),
        *((f"assignee=all&{name}={code}", f"_{name}") for name, code in RARE.items()),
        *((f"assignee=all&status=all&{name}={code}", f"_{name}") for name, code in RARE.items()),
    ],
)
def test_each_part_is_read_along_its_index(
    desk: Client, query: str, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As where there are many: what is seldom is looked up before.
    monkeypatch.setattr(filters, "SELDOM", 0)
    submitted(held_by(member("reviewer", name="chen"), minutes=-1))
    with CaptureQueriesContext(connection) as captured:
        desk.get(f"{LIST}?{query}")
    asked = [each["sql"] for each in captured if 'FROM "cases_case"' in each["sql"]]
    # Whether something is seldom is asked of an index of its own.
    asked = [sql for sql in asked if not sql.startswith("SELECT 1 ")]
    assert asked
    for sql in asked:
        steps = plan_of(sql)
        assert any(f"USING INDEX case_queue{index} (" in step for step in steps), steps
        assert not any("TEMP B-TREE" in step or "SCAN cases_case" in step for step in steps), steps


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the words of SQLite's plan")
def test_the_few_claims_that_ran_out_are_looked_up(desk: Client) -> None:
    submitted(held_by(member("reviewer", name="chen"), minutes=-1))
    with CaptureQueriesContext(connection) as captured:
        desk.get(f"{LIST}?assignee=lapsed")
    asked = [each["sql"] for each in captured if '"claimed_until" <=' in each["sql"]]
    assert asked
    for sql in asked:
        assert any("INDEX case_claimed_until (" in step for step in plan_of(sql)), plan_of(sql)


def plan_of(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall()]


@pytest.mark.usefixtures("small_pages")
def test_a_case_that_goes_leaves_no_gap(desk: Client) -> None:
    cases = [submitted(next_on=ON + timedelta(days=day)) for day in range(6)]
    second = _link(desk, "", "next")
    cases[2].delete()
    assert listed(desk, second) == cases[3:]


@pytest.mark.parametrize("place", ["", "x", "9.2026-11-22.0", "0.2026-99-01.0", "0.2026-11-22.zz"])
def test_an_odd_position_is_the_first_page(desk: Client, place: str) -> None:
    case = submitted()
    assert paging.position(place) is None
    assert listed(desk, f"?after={place}") == [case]
    assert listed(desk, f"?before={place}") == [case]


def test_a_position_reads_as_it_was_written() -> None:
    place = paging.Position(1, ON, UUID(int=7))
    assert paging.position(str(place)) == place


def test_nothing_is_counted_passed_over_or_opened(desk: Client) -> None:
    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            desk.get(LIST)
        return [query["sql"] for query in captured]

    for number in range(5):
        submitted(seller=f"店{number}", amount=number, flags=["minor"])
    few = asked()
    for number in range(60):
        submitted(seller=f"店{number}", amount=number, flags=["minor"])
    many = asked()
    # Few cases leave room for those of the next part, which is asked then as well.
    assert len(many) <= len(few) <= 12
    for sql in many:
        assert "COUNT(" not in sql
        assert "OFFSET" not in sql
        assert '"answers"' not in sql
        assert '"secret"' not in sql


def test_what_was_found_is_listed_in_as_few_queries(desk: Client, wu: User) -> None:
    def asked(query: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert listed(desk, query)
        return len(captured)

    submitted({"assignee": wu}, found_by={"seller": [SHOP]})
    query, _ = searched(desk, SHOP)
    few = asked(query)
    for _ in range(10):
        submitted({"assignee": wu}, found_by={"seller": [SHOP]})
    assert asked(query) == few


# ---- kept views


def save(browser: Client, **fields: str) -> HttpResponse:
    return cast(HttpResponse, browser.post(f"{LIST}views/save/", fields))


def test_a_view_keeps_the_filters_and_nothing_else(desk: Client, wu: User) -> None:
    query = "stage=closed&due=&found=abc&number=7777&after=0.2026-11-22.0&secret_hash=1"
    response = save(desk, name="将要过期", query=query)
    assert response["Location"] == f"{LIST}?stage=closed"
    view = SavedView.objects.get()
    assert (view.owner, view.name, view.query, view.shared) == (
        wu,
        "将要过期",
        "stage=closed",
        False,
    )
    assert "将要过期" in page(desk)


def test_a_shared_view_shows_whose_it_is(desk: Client) -> None:
    save(desk, name="急件", query="due=today", shared="on")
    save(desk, name="只给自己", query="due=over")
    shown = page(staff("reviewer", name="chen"))
    assert "急件" in shown
    assert "wu" in shown
    assert "只给自己" not in shown


def test_a_view_of_the_same_name_is_replaced(desk: Client) -> None:
    save(desk, name="急件", query="due=today")
    save(desk, name="急件", query="due=over")
    assert [view.query for view in SavedView.objects.all()] == ["due=over"]


def test_one_deletes_ones_own_views_only(desk: Client) -> None:
    save(desk, name="急件", query="due=today", shared="on")
    there = f"{LIST}views/{SavedView.objects.get().pk}/delete/"
    assert staff("senior").post(there).status_code == 404
    assert desk.get(there).status_code == 405
    assert desk.post(there).status_code == 302
    assert not SavedView.objects.exists()


def test_who_does_not_review_shares_nothing(desk: Client) -> None:
    reader = staff("reader")
    assert save(reader, name="急件", query="due=today", shared="on").status_code == 403
    assert save(reader, name="急件", query="due=today").status_code == 302
    assert save(staff(), name="急件", query="due=today").status_code == 403
    assert "给全组使用" in page(desk)
    assert "给全组使用" not in page(reader)


def test_a_view_needs_a_name_and_there_are_so_many(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(desk, name="", query="due=today")
    save(desk, name="长" * 41, query="due=today")
    assert not SavedView.objects.exists()
    monkeypatch.setattr(saved_views, "MOST", 1)
    for name in ("甲", "乙", "甲"):
        save(desk, name=name, query="due=today")
    assert [view.name for view in SavedView.objects.all()] == ["甲"]


# ---- for others on the desk


def test_an_export_takes_the_same_cases(wu: User) -> None:
    for _ in range(60):
        submitted(stage="closed")
    submitted(stage="submitted")
    rows = queue.rows(admin.site, "stage=closed", wu)
    assert rows.count() == 60
