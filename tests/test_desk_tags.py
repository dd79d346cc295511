"""Tags: their directory, putting them on cases, finding cases by them, and what stays of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import services
from cases.admin import columns, export_columns, filters, queue
from cases.admin.tags import refuse_personal
from cases.models import Case, CaseTag, CloseReason, Event, Export, SavedView, Status, Tag
from cases.services import claims, tags
from cases.services.desk import StaleCase
from cases.services.rights import NotAllowed
from cases.services.tags import SameTags
from tests.desk import member, signed_in, staff
from tests.desk_cases import NOON, submitted

pytestmark = pytest.mark.django_db
LIST = reverse("admin:cases_case_changelist")
DIRECTORY = reverse("admin:cases_tag_changelist")
KIND = Event.Kind


@pytest.fixture(autouse=True)
def noon() -> Iterator[Any]:
    """A clock that stands still until it is moved."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def wu() -> User:
    """A reviewer."""
    return member("reviewer", name="wu")


@pytest.fixture
def desk(wu: User) -> Client:
    """The browser of a reviewer."""
    return signed_in(wu)


@pytest.fixture
def senior() -> Client:
    """The browser of somebody who keeps the directory."""
    return staff("senior", name="su")


def tag(name: str = "集体投诉", **columns: Any) -> Tag:
    made = Tag(name=name, **columns)
    tags.keep(made, [], actor="")
    return made


def carried(case: Case) -> list[str]:
    return sorted(case.tags.values_list("name", flat=True))


def lines(*kinds: str) -> list[tuple[str, str, list[str]]]:
    """(account, what, fields) of the lines of these kinds, the oldest first."""
    found = Event.objects.filter(kind__in=kinds).order_by("number")
    return [(line.actor, line.kind, line.fields) for line in found]


def saved(client: Client, row: Tag | None = None, **sent: str) -> dict[str, list[str]]:
    """The errors of the form of the directory, none when it was saved."""
    name = "change" if row else "add"
    address = reverse(f"admin:cases_tag_{name}", args=[row.pk] if row else [])
    response = client.post(address, sent)
    return {} if response.status_code == 302 else dict(response.context["adminform"].form.errors)


# ---- the directory


@pytest.mark.parametrize("role", ["senior", "administrator"])
def test_who_keeps_the_directory_adds_and_changes(role: str) -> None:
    client = staff(role, name="su")

    assert saved(client, name=" 集体 投诉 ", purpose="同一家有好几个人投诉") == {}
    row = Tag.objects.get()
    assert (row.name, row.purpose, row.retired) == ("集体 投诉", "同一家有好几个人投诉", False)
    assert saved(client, row, name="集体投诉", purpose=row.purpose, retired="on") == {}
    row.refresh_from_db()
    assert (row.name, row.retired) == ("集体投诉", True)
    assert lines(KIND.CHANGED) == [
        ("su", "changed", sorted([f"tag:{row.pk}", "name", "purpose"])),
        ("su", "changed", sorted([f"tag:{row.pk}", "name", "retired"])),
    ]


def test_saving_without_a_change_writes_no_line(senior: Client) -> None:
    row = tag()
    assert saved(senior, row, name=row.name, purpose="") == {}
    assert lines(KIND.CHANGED) == []


@pytest.mark.parametrize("spelling", ["vip投诉", "ＶＩＰ投诉", "VIP 投诉", "VIP\u200b投诉"])
def test_two_spellings_of_a_name_are_one_tag(senior: Client, spelling: str) -> None:
    row, other = tag("VIP投诉"), tag("转给法务")

    assert saved(senior, name=spelling) == {"name": ["已经有标签“VIP投诉”。"]}
    assert "name" in saved(senior, other, name=spelling)
    assert saved(senior, row, name=spelling) == {}
    with pytest.raises(IntegrityError), transaction.atomic():
        tag("VIP投诉")


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "一二三四五六七八九十一二三"])
def test_a_name_has_one_to_twelve_characters(senior: Client, name: str) -> None:
    assert "name" in saved(senior, name=name)
    assert not Tag.objects.exists()
    assert saved(senior, name="一二三四五六七八九十一二") == {}


@pytest.mark.parametrize(
    "text",
    [
        "找13800138000",
        "１３８００１３８０００",
        "138 0013 8000",
        "11010119900307",
        "骗子店",
        "再不退就曝光",
    ],
)
def test_nothing_in_it_leads_to_a_person_or_is_rude(senior: Client, text: str) -> None:
    assert "name" in saved(senior, name=text[:12]), text
    assert list(saved(senior, name="集体投诉", purpose=f"见{text}")) == ["purpose"], text
    assert not Tag.objects.exists()


@pytest.mark.parametrize("text", ["疑似诈骗", "12315已立案", "2026-11-22前", "10月活动", ""])
def test_what_is_about_the_work_is_fine(text: str) -> None:
    refuse_personal(text)
    with pytest.raises(ValidationError):
        refuse_personal(f"{text}13800138000")


def test_the_hint_says_what_a_tag_is_for(senior: Client) -> None:
    page = senior.get(reverse("admin:cases_tag_add")).content.decode()
    assert "只说工作" in page
    assert "不写人名" in page


@pytest.mark.parametrize("role", ["reader", "reviewer", "auditor"])
def test_others_read_the_directory(role: str) -> None:
    row, client = tag(purpose="一起交给主管部门"), staff(role)

    assert "一起交给主管部门" in client.get(DIRECTORY).content.decode()
    page = client.get(reverse("admin:cases_tag_change", args=[row.pk])).content.decode()
    assert 'name="name"' not in page
    assert client.post(reverse("admin:cases_tag_add"), {"name": "别的"}).status_code == 403
    assert client.post(reverse("admin:cases_tag_change", args=[row.pk])).status_code == 403


def test_nobody_deletes_a_tag_and_none_goes_while_a_case_has_it(wu: User) -> None:
    row, case = tag(), submitted()
    tags.change(case, user=wu, version=None, add=[row])

    boss = staff("senior", "administrator", name="boss")
    assert boss.post(reverse("admin:cases_tag_delete", args=[row.pk])).status_code == 403
    with pytest.raises(ProtectedError):
        row.delete()
    assert carried(case) == ["集体投诉"]


def test_an_address_cannot_ask_about_its_columns(senior: Client) -> None:
    tag()
    assert senior.get(f"{DIRECTORY}?key__startswith=a").status_code == 400


# ---- the rules


def test_tags_are_put_on_and_taken_off(wu: User) -> None:
    case, one, two = submitted(), tag("集体投诉"), tag("转给法务")

    tags.change(case, user=wu, version=None, add=[one])
    tags.change(case, user=wu, version=None, add=[one, two], remove=[])
    tags.change(case, user=wu, version=None, remove=[one])

    assert carried(case) == ["转给法务"]
    assert lines(KIND.TAGGED, KIND.UNTAGGED) == [
        ("wu", "tagged", [f"tag:{one.pk}"]),
        ("wu", "tagged", [f"tag:{two.pk}"]),
        ("wu", "untagged", [f"tag:{one.pk}"]),
    ]
    assert {line.case_id for line in Event.objects.filter(kind=KIND.TAGGED)} == {case.pk}


def test_nothing_to_do_is_told_and_changes_nothing(wu: User) -> None:
    case, row = submitted(), tag()
    for asked in ({}, {"remove": [row]}):
        with pytest.raises(SameTags):
            tags.change(case, user=wu, version=None, **asked)
    tags.change(case, user=wu, version=None, add=[row])
    version = Case.objects.get().desk_version
    with pytest.raises(SameTags):
        tags.change(case, user=wu, version=None, add=[row])
    assert Case.objects.get().desk_version == version
    assert len(lines(KIND.TAGGED, KIND.UNTAGGED)) == 1


def test_a_retired_tag_can_only_go(wu: User) -> None:
    one, two, row = submitted(), submitted(), tag()
    tags.change(one, user=wu, version=None, add=[row])
    row.retired = True
    tags.keep(row, ["retired"], actor="")

    with pytest.raises(NotAllowed):
        tags.change(two, user=wu, version=None, add=[row])
    tags.change(one, user=wu, version=None, remove=[row])
    assert carried(one) == carried(two) == []


@pytest.mark.parametrize("role", ["reader", "auditor", "administrator"])
def test_who_does_not_review_changes_no_tag(role: str) -> None:
    case, row, user = submitted(), tag(), member(role)
    with pytest.raises(NotAllowed):
        tags.change(case, user=user, version=None, add=[row])
    assert carried(case) == []


def test_a_draft_carries_none(wu: User) -> None:
    with pytest.raises(NotAllowed):
        tags.change(services.answers.open_case(), user=wu, version=None, add=[tag()])


def test_it_is_as_with_a_note(wu: User, noon: Any) -> None:
    """No claim is needed; one's own begins anew; who has a page open from before is told."""
    chen, case, row = member("reviewer", name="chen"), submitted(), tag()
    taken = claims.claim(case, user=chen, version=None)

    tags.change(case, user=wu, version=None, add=[row])
    assert Case.objects.get().assignee == chen
    with pytest.raises(StaleCase):
        claims.release(case, user=chen, version=taken.desk_version)
    noon.shift(timedelta(hours=1))
    tags.change(case, user=chen, version=None, remove=[row])
    assert Case.objects.get().claimed_until == timezone.now() + claims.CLAIM_LIFE


def test_they_go_with_the_case(wu: User) -> None:
    case, row = submitted(), tag()
    tags.change(case, user=wu, version=None, add=[row])

    assert services.disposal.erase(case).deleted["casetag"] == 1
    assert not CaseTag.objects.exists()
    assert Tag.objects.get() == row


# ---- the page of a case


def sent(client: Client, case: Case, ticked: list[Tag], shown: list[Tag]) -> list[str]:
    """What is said after the form was sent with these boxes ticked."""
    form = {
        "desk_version": Case.objects.get(pk=case.pk).desk_version,
        "tags": [each.pk for each in ticked],
        "shown": [each.pk for each in shown],
    }
    page = client.post(work(case), form, follow=True)
    return [str(message) for message in page.context["messages"]]


def work(case: Case) -> str:
    return reverse("admin:case_work", args=[case.pk, "tag"])


def page_of(client: Client, case: Case) -> str:
    return client.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()


def test_one_form_adds_and_removes(desk: Client, wu: User) -> None:
    case, one, two = submitted(), tag("集体投诉", purpose="一起交"), tag("转给法务")
    tags.change(case, user=wu, version=None, add=[one])

    assert work(case) in page_of(desk, case)
    form = desk.get(work(case)).content.decode()
    assert form.count(" checked") == 1
    assert "集体投诉：一起交" in form
    assert sent(desk, case, [two], shown=[one]) == ["标签已保存。"]
    assert carried(case) == ["转给法务"]
    assert sent(desk, case, [two], shown=[two]) == ["没有做：标签没有变化。"]


def test_what_a_colleague_did_meanwhile_stays(desk: Client, wu: User) -> None:
    case, one, two, three = submitted(), tag("一"), tag("二"), tag("三")
    tags.change(case, user=wu, version=None, add=[one])
    page = desk.get(work(case)).context["form"]
    shown = list(page.initial["shown"])
    tags.change(case, user=member("reviewer", name="chen"), version=None, add=[two], remove=[one])

    assert sent(desk, case, [one, three], shown=shown) == ["标签已保存。"]
    assert carried(case) == ["三", "二"]


def test_a_retired_tag_is_offered_only_where_it_is_carried(desk: Client, wu: User) -> None:
    one, two, row = submitted(), submitted(), tag()
    tags.change(one, user=wu, version=None, add=[row])
    Tag.objects.update(retired=True)

    assert "集体投诉（不再使用）" in desk.get(work(one)).content.decode()
    assert "集体投诉" not in desk.get(work(two)).content.decode()
    assert "还没有标签" in desk.get(work(two)).content.decode()
    desk.post(work(two), {"desk_version": 0, "tags": [row.pk]})
    assert carried(two) == []


@pytest.mark.parametrize("role", ["reader", "auditor", "reviewer"])
def test_everybody_sees_them_on_the_case(wu: User, role: str) -> None:
    case, client = submitted(), staff(role)
    tags.change(case, user=wu, version=None, add=[tag("集体投诉", purpose="一起交")])

    page = page_of(client, case)
    assert '<span class="tag" title="一起交">集体投诉</span>' in page
    assert (work(case) in page) == (role == "reviewer")


def test_the_timeline_and_the_log_name_them(wu: User) -> None:
    case, row = submitted(), tag()
    tags.change(case, user=wu, version=None, add=[row])
    tags.change(case, user=wu, version=None, remove=[row])

    page, log = page_of(staff("auditor"), case), staff("auditor", name="he").get("/desk/log/")
    for words in ("贴标签", "取下标签", "集体投诉"):
        assert words in page
        assert words in log.content.decode()
    assert f"tag:{row.pk}" not in page + log.content.decode()


def test_who_comes_too_late_is_told_of_the_tag(desk: Client, wu: User) -> None:
    case = submitted()
    tags.change(case, user=member("reviewer", name="chen"), version=None, add=[tag()])

    claiming = reverse("admin:case_work", args=[case.pk, "claim"])
    page = desk.post(claiming, {"desk_version": case.desk_version})
    assert page.status_code == 409
    assert "贴标签" in page.content.decode()
    assert "集体投诉" in page.content.decode()


def test_hostile_text_stays_text(desk: Client, wu: User) -> None:
    case, name = submitted(), "<b>x</b>"
    tags.change(case, user=wu, version=None, add=[tag(name, purpose='"><img src=x>')])
    for address in (
        LIST,
        work(case),
        reverse("admin:cases_case_change", args=[case.pk]),
        DIRECTORY,
    ):
        page = desk.get(address).content.decode()
        assert "&lt;b&gt;x&lt;/b&gt;" in page, address
        assert name not in page and "<img src=x" not in page, address


# ---- several cases at once


def chosen(*cases: Case) -> list[str]:
    """What the confirm page sends of these cases."""
    versions = dict(Case.objects.values_list("pk", "desk_version"))
    return [f"{case.pk}:{versions[case.pk]}" for case in cases]


def many(client: Client, rows: list[str], **form: Any) -> list[str]:
    """What is said after the confirm page was sent."""
    address = reverse("admin:case_bulk", args=["tag"])
    page = client.post(address, {"chosen": rows, **form}, follow=True)
    return [str(message) for message in page.context["messages"]]


def number(case: Case) -> str:
    return columns.grouped(case.public_id)


def test_many_are_tagged_and_the_report_is_honest(desk: Client, wu: User) -> None:
    fresh, has_it, taken, row = submitted(), submitted(), submitted(), tag()
    tags.change(has_it, user=wu, version=None, add=[row])
    claims.claim(taken, user=member("reviewer", name="chen"), version=None)
    sent = {"tag": str(row.pk), "how": "add"}

    words = many(desk, chosen(fresh, has_it, taken), **sent)

    assert words[0] == "完成 1 件，跳过 2 件。"
    assert f"跳过 {number(has_it)}：标签没有变化。" in words
    assert any(line.startswith(f"跳过 {number(taken)}：chen 正在处理") for line in words)
    assert [carried(case) for case in (fresh, has_it, taken)] == [["集体投诉"], ["集体投诉"], []]
    assert len(lines(KIND.TAGGED)) == 2


def test_many_lose_a_tag_also_a_retired_one(desk: Client, wu: User) -> None:
    one, two, row = submitted(), submitted(), tag()
    tags.change(one, user=wu, version=None, add=[row])
    Tag.objects.update(retired=True)

    assert many(desk, chosen(one, two), tag=str(row.pk), how="add") == []
    words = many(desk, chosen(one, two), tag=str(row.pk), how="remove")
    assert words == ["完成 1 件，跳过 1 件。", f"跳过 {number(two)}：标签没有变化。"]
    assert carried(one) == []
    assert lines(KIND.UNTAGGED) == [("wu", "untagged", [f"tag:{row.pk}"])]


def test_a_case_changed_since_it_was_confirmed_is_left_alone(desk: Client, wu: User) -> None:
    case, row = submitted(), tag()
    rows = chosen(case)
    services.notes.add(case, user=wu, words="看过了")

    words = many(desk, rows, tag=str(row.pk), how="add")

    assert words[1] == f"跳过 {number(case)}：刚被他人修改。"
    assert carried(case) == []


def test_the_confirm_page_asks_which_and_how(desk: Client) -> None:
    case, row = submitted(), tag()
    query = {"action": "bulk_tag", "_selected_action": [str(case.pk)], "index": "0"}
    page = desk.post(LIST, query).content.decode()

    assert "将处理 1 件。" in page
    assert f'<option value="{row.pk}">集体投诉</option>' in page
    assert many(desk, chosen(case), how="add") == []
    assert many(desk, chosen(case), tag=str(row.pk)) == []
    assert many(desk, chosen(case), tag="999", how="add") == []
    assert carried(case) == []
    assert "bulk_tag" not in staff("administrator").get(LIST).content.decode()


# ---- the queue


def listed(client: Client, query: str) -> list[Case]:
    response = client.get(f"{LIST}?{query}")
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def test_a_row_has_them_after_the_flags(desk: Client, wu: User) -> None:
    case = submitted()
    case.flags.create(kind="minor")
    tags.change(case, user=wu, version=None, add=[tag()])
    page = desk.get(LIST).content.decode()
    assert page.index('class="mark"') < page.index('<span class="tag" title="">集体投诉</span>')
    case.flags.all().delete()
    assert columns.marks(Case.objects.get()) == '<span class="tag" title="">集体投诉</span>'
    CaseTag.objects.all().delete()
    assert columns.marks(Case.objects.get()) == "—"


@pytest.mark.parametrize("seldom", [0, 2_000])
def test_it_filters_by_a_tag_page_by_page(
    desk: Client, wu: User, monkeypatch: pytest.MonkeyPatch, seldom: int
) -> None:
    monkeypatch.setattr(filters, "SELDOM", seldom)
    monkeypatch.setattr(queue.Queue, "list_per_page", 2)
    row, other = tag(), tag("转给法务")
    cases = [submitted() for _number in range(6)]
    for case in cases[:5]:
        tags.change(case, user=wu, version=None, add=[row])
    tags.change(cases[5], user=wu, version=None, add=[other])

    found, address = [], f"?flags=tag-{row.pk}"
    while address:
        shown = desk.get(LIST + address).context["cl"]
        found.append(list(shown.result_list))
        address = shown.next_page
    assert [len(page) for page in found] == [2, 2, 1]
    assert sorted(case.pk for page in found for case in page) == sorted(c.pk for c in cases[:5])


def test_the_filter_offers_them_under_a_heading_of_their_own(desk: Client, wu: User) -> None:
    case, used, gone = submitted(), tag("集体投诉"), tag("旧活动", retired=True)
    page = unescape(desk.get(LIST).content.decode())
    heading = page.index('<optgroup label="标签">')
    assert page.index('value="too_fast"') < heading < page.index(f'value="tag-{used.pk}"')
    assert f'value="tag-{gone.pk}"' not in page
    assert page.count("<optgroup") == 1

    # Asked for, it is named and finds nothing; once a case carries it, it is offered.
    asked = f"flags=tag-{gone.pk}"
    assert listed(desk, asked) == []
    assert "标记：旧活动（不再使用）" in desk.get(f"{LIST}?{asked}").content.decode()
    CaseTag.objects.create(case=case, tag=gone)
    assert f'value="tag-{gone.pk}"' in desk.get(LIST).content.decode()
    assert listed(desk, asked) == [case]


def test_without_tags_there_is_no_heading(desk: Client) -> None:
    submitted()
    assert "<optgroup" not in desk.get(LIST).content.decode()


@pytest.mark.parametrize("code", ["tag-", "tag-0", "tag-x", "tag-99", "tag-" + "9" * 30, "tag-１"])
def test_a_tag_that_is_not_there_finds_nothing(desk: Client, code: str) -> None:
    submitted()
    assert listed(desk, f"flags={code}") == []


def test_rows_with_tags_cost_no_more_queries(desk: Client, wu: User) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(LIST)
        return len(captured)

    row = tag()
    for _number in range(2):
        tags.change(submitted(), user=wu, version=None, add=[row])
    few = asked()
    for _number in range(8):
        tags.change(submitted(), user=wu, version=None, add=[row])
    assert asked() == few


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the words of SQLite's plan")
@pytest.mark.parametrize("seldom", [0, 2_000])
def test_the_carried_tags_are_read_along_their_indexes(
    desk: Client, wu: User, monkeypatch: pytest.MonkeyPatch, seldom: int
) -> None:
    monkeypatch.setattr(filters, "SELDOM", seldom)
    row = tag()
    tags.change(submitted(), user=wu, version=None, add=[row])
    with CaptureQueriesContext(connection) as captured:
        assert listed(desk, f"flags=tag-{row.pk}")
    asked = [each["sql"] for each in captured if '"cases_casetag"' in each["sql"]]
    assert len(asked) >= 3
    for sql in asked:
        steps = plan_of(sql)
        assert any(step.startswith("SEARCH") for step in steps), steps
        assert not any(step in ("SCAN cases_casetag", "SCAN U0") for step in steps), steps


def plan_of(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall()]


def test_a_kept_view_keeps_the_tag(desk: Client) -> None:
    row = tag()
    address = reverse("admin:cases_savedview_save")
    desk.post(address, {"name": "集体", "query": f"flags=tag-{row.pk}&assignee=all"})
    desk.post(address, {"name": "没有", "query": "flags=tag-99"})
    views = dict(SavedView.objects.values_list("name", "query"))
    assert views["没有"] == ""
    assert set(views["集体"].split("&")) == {f"flags=tag-{row.pk}", "assignee=all"}


# ---- the export


def test_the_export_has_them_in_a_column_and_takes_the_filter(wu: User, senior: Client) -> None:
    case, one, two = submitted(), tag("集体投诉"), tag("转给法务")
    submitted()
    tags.change(case, user=wu, version=None, add=[one, two])

    address = reverse("admin:export_new") + f"?flags=tag-{one.pk}"
    senior.post(address, {"format": "csv"})
    file = senior.get(reverse("admin:export_file", args=[Export.objects.get().pk]))
    text = b"".join(file).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text, newline=""))

    assert row["标签"] == "转给法务、集体投诉"
    assert "tags" in export_columns.all_columns().names


def test_a_closed_case_is_still_tagged(wu: User) -> None:
    case, boss = submitted(), member("senior", name="boss")
    reason = CloseReason.ADVISED
    services.status.move(case, Status.CLOSED, user=boss, version=None, reason=reason)
    tags.change(case, user=wu, version=None, add=[tag()])
    assert carried(case) == ["集体投诉"]
