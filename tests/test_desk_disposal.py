"""What is deleted: held cases left alone, lists that two people agree on, what stays behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any, cast

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cases import services
from cases.models import Case, CloseReason, Disposal, Event, Status, Tombstone
from cases.services import disposal, holds, proposals
from cases.services.desk import written
from cases.services.holds import HoldReason, ReleaseReason
from cases.services.proposals import AlreadyDecided, NothingToPropose, OwnProposal
from cases.services.rights import NotAllowed
from tests.desk import member, signed_in, staff
from tests.desk_matrix import SUBMITTED, World

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
Rule, State = Disposal.Rule, Disposal.State


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def submitted(days_ago: float) -> Case:
    with time_machine.travel(NOW - timedelta(days=days_ago), tick=False):
        case = services.answers.open_case()
        send(case)
    return Case.objects.get(pk=case.pk)


def send(case: Case, says: str = "") -> None:
    services.plans.submit(
        case,
        key=says or "1",
        on=NOW.date(),
        plan={"letters": [], "says": says},
        knowledge_version="0",
        summary=cast("services.plans.Summary", {"stage": "submitted"}),
    )


def closed(days_ago: float, reason: str = CloseReason.ADVISED, *, after: float = 1) -> Case:
    case = submitted(days_ago + after)
    moment = time_machine.travel(NOW - timedelta(days=days_ago), tick=False)
    with moment, written(case, version=None) as current:
        services.status.put(current, Status.CLOSED, reason=reason)
    return Case.objects.get(pk=case.pk)


def hold(case: Case, *, held: bool = True) -> None:
    Case.objects.filter(pk=case.pk).update(held=held)


@pytest.fixture
def proposer() -> User:
    return member("senior", name="he")


@pytest.fixture
def approver() -> User:
    return member("administrator", name="guan")


def there(*cases: Case) -> list[bool]:
    return [Case.objects.filter(pk=case.pk).exists() for case in cases]


# ---- holds


def test_a_held_case_outlives_its_time_and_is_counted() -> None:
    kept, due = submitted(181), submitted(181)
    hold(kept)

    report = disposal.purge(NOW, dry_run=True)
    assert (report["submitted"], report["held"]) == (1, 1)
    assert disposal.purge(NOW, dry_run=False) == report
    assert there(kept, due) == [True, False]

    hold(kept, held=False)
    assert disposal.purge(NOW, dry_run=False)["submitted"] == 1


def test_the_person_deletes_a_held_case_all_the_same() -> None:
    case = submitted(3)
    hold(case)
    disposal.erase(case)
    assert there(case) == [False]
    assert Tombstone.objects.get().why == Tombstone.Why.PERSON


def test_a_hold_is_set_and_released_with_a_reason_and_logged(proposer: User) -> None:
    case = submitted(3)
    assert holds.put(case, held=True, user=proposer, reason=HoldReason.DISPUTE).held
    holds.put(case, held=True, user=proposer, reason=HoldReason.DISPUTE)
    assert not holds.put(case, held=False, user=proposer, reason=ReleaseReason.OVER).held
    lines = Event.objects.filter(kind=Event.Kind.HELD, case_id=case.pk)
    assert [line.reason for line in lines] == ["over", "dispute"]


def test_a_hold_takes_the_right_a_reason_and_a_submitted_case(proposer: User) -> None:
    case, draft = submitted(3), services.answers.open_case()
    for held, of, user, reason in (
        (True, case, member("reviewer"), HoldReason.DISPUTE),
        (True, case, proposer, ReleaseReason.OVER),
        (True, draft, proposer, HoldReason.DISPUTE),
    ):
        with pytest.raises(NotAllowed):
            holds.put(of, held=held, user=user, reason=reason)


def test_a_senior_holds_a_case_on_its_page() -> None:
    case, client = World().cases[SUBMITTED], staff("senior")
    url = reverse("admin:hold", args=[case.pk])
    answer = client.post(url, {"held": "1", "reason": "dispute"}, follow=True)
    assert "已暂缓清理" in answer.content.decode()
    assert Case.objects.get(pk=case.pk).held
    assert "请选择原因" in client.post(url, {"held": "0"}, follow=True).content.decode()
    assert Case.objects.get(pk=case.pk).held
    client.post(url, {"held": "0", "reason": "over"})
    assert not Case.objects.get(pk=case.pk).held
    assert client.get(url).status_code == 405


# ---- the schedule


def test_a_submitted_case_leaves_a_tombstone_and_a_draft_nothing() -> None:
    case = submitted(180)
    with time_machine.travel(NOW - 31 * DAY, tick=False):
        services.answers.open_case()
    disposal.purge(NOW, dry_run=False)
    stone = Tombstone.objects.get()
    assert (stone.public_id, stone.why, stone.at) == (case.public_id, "retention", NOW)
    assert stone.deleted == {"plan": 1}


def test_a_run_says_in_the_log_what_it_deleted() -> None:
    assert disposal.last_purge() is None
    submitted(180)
    call_command("purge", "--dry-run", stdout=StringIO())
    assert disposal.last_purge() is None
    call_command("purge", stdout=StringIO())
    last = disposal.last_purge()
    assert last is not None
    assert (last.actor, last.public_id, last.fields) == ("", "", ["submitted:1"])


def test_records_go_after_three_years_and_the_log_still_holds() -> None:
    with time_machine.travel(NOW - disposal.RECORD_LIFE - DAY, tick=False):
        services.events.record(Event.Kind.VIEWED, actor="old")
        services.events.record(Event.Kind.VIEWED, actor="old")
        Tombstone.objects.create(public_id="AAAAAAAA", why="person", at=NOW - disposal.RECORD_LIFE)
    services.events.record(Event.Kind.VIEWED, actor="new")
    report = disposal.purge(NOW, dry_run=False)
    assert (report["tombstones"], report["events"]) == (1, 2)
    assert [line.number for line in Event.objects.order_by("number")] == [3, 4]
    assert list(services.events.broken()) == []
    Event.objects.filter(number__gt=3)._raw_delete("default")
    assert list(services.events.broken()) == [4]


def test_the_log_can_be_cut_whole() -> None:
    with time_machine.travel(NOW - disposal.RECORD_LIFE, tick=False):
        services.events.record(Event.Kind.VIEWED, actor="old")
    assert services.events.forget(NOW - disposal.RECORD_LIFE) == 1
    assert list(services.events.broken()) == []
    services.events.record(Event.Kind.VIEWED, actor="new")
    assert list(services.events.broken()) == []


# ---- lists


def test_a_rule_finds_its_cases_the_oldest_first() -> None:
    soon, over, early = submitted(174), submitted(180), submitted(172)
    spam, double = closed(2, CloseReason.SPAM), closed(1, CloseReason.DUPLICATE)
    long_closed = closed(91)

    def found(rule: str, **kwargs: Any) -> list[Case]:
        return proposals.found(rule, NOW, **kwargs)

    assert found(Rule.SCHEDULE) == [over, soon]
    assert found(Rule.SPAM) == [spam]
    assert found(Rule.DUPLICATE) == [double]
    assert found(Rule.CLOSED) == found(Rule.CLOSED, closed_for=DAY) == [long_closed]
    assert found(Rule.CLOSED, closed_for=92 * DAY) == []
    assert early not in found(Rule.SCHEDULE)


def test_only_what_was_chosen_is_on_the_list(proposer: User) -> None:
    kept, due, held, recent = closed(100), closed(110), closed(120), closed(3)
    hold(held)
    chosen = [str(case.pk) for case in (due, held, recent)]
    assert proposals.propose(proposer, Rule.CLOSED, chosen=chosen).cases == [str(due.pk)]
    with pytest.raises(NothingToPropose):
        proposals.propose(proposer, Rule.CLOSED, chosen=[])
    assert there(kept) == [True]


def test_the_boxes_of_the_longest_list_fit_into_a_form(settings: LazySettings) -> None:
    fields_beside = 10
    assert proposals.LARGEST + fields_beside <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_a_list_is_deleted_when_somebody_else_approves(proposer: User, approver: User) -> None:
    first, second, other = closed(100), closed(110), closed(3)
    proposal = proposals.propose(proposer, Rule.CLOSED)
    assert there(first, second) == [True, True]

    done = proposals.approve(proposal, user=approver)
    assert there(first, second, other) == [False, False, True]
    assert (done.state, done.decided_by) == (State.DONE, approver)
    assert done.report == {"deleted": 2, "held": 0, "changed": 0, "gone": 0, "files": 0}
    assert {stone.why for stone in Tombstone.objects.all()} == {Tombstone.Why.DISPOSAL}
    lines = list(Event.objects.order_by("number").values_list("kind", "actor", "reason"))
    assert lines[-3:] == [
        ("proposed", "he", "closed"),
        ("approved", "guan", "closed"),
        ("erased", "guan", "closed"),
    ]


def test_nobody_decides_on_their_own_list(proposer: User) -> None:
    case = closed(100)
    proposal = proposals.propose(proposer, Rule.CLOSED)
    for act in (proposals.approve, proposals.refuse):
        with pytest.raises(OwnProposal):
            act(proposal, user=proposer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disposal.objects.filter(pk=proposal.pk).update(decided_by=proposer)
    assert there(case) == [True]


def test_a_refused_list_stays_refused(proposer: User, approver: User) -> None:
    case = closed(100)
    proposal = proposals.propose(proposer, Rule.CLOSED)
    proposals.refuse(proposal, user=approver)
    with pytest.raises(AlreadyDecided):
        proposals.approve(proposal, user=approver)
    assert there(case) == [True]
    assert Disposal.objects.get().state == State.REFUSED


def test_a_held_case_is_on_no_list(proposer: User) -> None:
    hold(closed(100))
    assert len(proposals.found(Rule.CLOSED, NOW)) == 1
    with pytest.raises(NothingToPropose):
        proposals.propose(proposer, Rule.CLOSED)


def test_what_changed_since_is_asked_again(proposer: User, approver: User) -> None:
    held, back, gone, due = closed(100), closed(101), closed(102), closed(103)
    proposal = proposals.propose(proposer, Rule.CLOSED)
    with time_machine.travel(NOW + DAY, tick=False):
        hold(held)
        send(Case.objects.get(pk=back.pk), says="新的情况")
        disposal.erase(gone)
        done = proposals.approve(proposal, user=approver)
    assert there(held, back, due) == [True, True, False]
    assert done.report == {"deleted": 1, "held": 1, "changed": 1, "gone": 1, "files": 0}


def test_a_visit_since_saves_a_case_of_the_schedule(proposer: User, approver: User) -> None:
    case = submitted(175)
    proposal = proposals.propose(proposer, Rule.SCHEDULE)
    with time_machine.travel(NOW + DAY, tick=False):
        services.answers.note_visit(case)
        assert proposals.approve(proposal, user=approver).report["changed"] == 1
    assert there(case) == [True]


def test_a_run_that_died_is_gone_on_with(
    proposer: User, approver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disposal, "PURGE_BATCH", 2)
    cases = [closed(100 + number) for number in range(5)]
    proposal = proposals.propose(proposer, Rule.CLOSED)

    def die(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        # The power goes after the first batch, before its files are gone.
        dying.setattr(disposal, "forget_files", die)
        with pytest.raises(KeyboardInterrupt):
            proposals.approve(proposal, user=approver)
    halfway = Disposal.objects.get()
    assert (halfway.state, halfway.report["deleted"]) == (State.APPROVED, 2)
    assert sum(there(*cases)) == 3

    done = proposals.approve(halfway, user=member("administrator", name="other"))
    assert (done.state, done.report["deleted"]) == (State.DONE, 5)
    assert done.decided_by == approver
    assert sum(there(*cases)) == 0
    with pytest.raises(AlreadyDecided):
        proposals.approve(done, user=approver)


# ---- the pages


def page(client: Client, name: str, *args: Any, **asked: Any) -> str:
    response = client.get(reverse(f"admin:{name}", args=args), asked)
    assert response.status_code == 200
    return response.content.decode()


def boxes(html: str) -> list[str]:
    """The cases that can be ticked."""
    return re.findall(r'name="cases"\s+value="([^"]+)"', html)


def test_the_dry_run_shows_number_reason_and_holds() -> None:
    first, second = closed(100), closed(110)
    hold(second)
    html = page(staff("senior"), "cases_disposal_add", rule="closed", days="90")
    assert "可以清理 1 件" in html and "另有 1 件暂缓" in html
    assert boxes(html) == [str(first.pk)] and html.count(" checked") == 2
    assert f"{first.public_id[:4]}-{first.public_id[4:]}" in html
    assert "已答复，没有后续" in html
    assert "没有符合条件" in page(staff("senior", name="b"), "cases_disposal_add", rule="spam")


def test_two_people_delete_a_list_on_the_pages(proposer: User, approver: User) -> None:
    case = closed(100)
    senior, boss = signed_in(proposer), signed_in(approver)
    kept = closed(120)
    address, asked = reverse("admin:cases_disposal_add"), {"rule": "closed", "days": ""}
    assert len(boxes(page(senior, "cases_disposal_add", **asked))) == 2
    answer = senior.post(address, {**asked, "cases": str(case.pk)})
    proposal = Disposal.objects.get()
    assert answer["Location"] == reverse("admin:cases_disposal_change", args=[proposal.pk])
    html = page(senior, "cases_disposal_change", proposal.pk)
    assert "要由另一位" in html and 'name="approve"' not in html
    html = page(boss, "cases_disposal_change", proposal.pk)
    assert 'name="approve"' in html
    answer = boss.post(answer["Location"], {"approve": ""}, follow=True)
    assert "已删除 1" in answer.content.decode()
    assert there(case, kept) == [False, True]
    assert "已删除 1" in page(boss, "cases_disposal_changelist")


def test_a_list_without_a_tick_is_asked_again() -> None:
    case, client = closed(100), staff("senior")
    asked = {"rule": "closed", "days": "95"}
    answer = client.post(reverse("admin:cases_disposal_add"), asked, follow=True)
    html = answer.content.decode()
    assert "没有提出" in html and boxes(html) == [str(case.pk)]
    assert answer.redirect_chain[0][0].endswith("?rule=closed&days=95")
    assert not Disposal.objects.exists()


def test_a_case_closed_lately_cannot_be_asked_for() -> None:
    closed(40)
    html = page(staff("senior"), "cases_disposal_add", rule="closed", days="30")
    assert "最少 90 天。" in html and not boxes(html)


def test_an_own_list_is_answered_with_a_sentence() -> None:
    client = staff("senior", "administrator")
    case = closed(100)
    asked = {"rule": "closed", "cases": str(case.pk)}
    client.post(reverse("admin:cases_disposal_add"), asked)
    url = reverse("admin:cases_disposal_change", args=[Disposal.objects.get().pk])
    assert "要由另一位同事决定" in client.post(url, {"approve": ""}, follow=True).content.decode()
    assert there(case) == [True]


def test_the_list_page_says_when_the_schedule_ran() -> None:
    client = staff("auditor")
    assert "还没有运行过自动清理" in page(client, "cases_disposal_changelist")
    submitted(180)
    disposal.purge(NOW, dry_run=False)
    html = page(client, "cases_disposal_changelist")
    assert "2026-11-22 12:00" in html and "已提交的案件 1" in html


def test_an_auditor_finds_a_deleted_case_by_its_number() -> None:
    mine, other = submitted(3), submitted(3)
    code = mine.code.grouped
    disposal.erase(mine), disposal.erase(other)
    client = staff("auditor")
    shown = [f"{case.public_id[:4]}-{case.public_id[4:]}" for case in (mine, other)]
    html = page(client, "cases_tombstone_changelist")
    assert all(number in html for number in shown)

    answer = client.post(reverse("admin:cases_tombstone_find"), {"number": code.lower()})
    assert code[-4:] not in answer["Location"] and mine.public_id in answer["Location"]
    html = client.get(answer["Location"]).content.decode()
    assert [number in html for number in shown] == [True, False]
    assert "本人删除" in html


def test_the_privacy_page_says_what_stays(client: Client) -> None:
    html = client.get(reverse("privacy")).content.decode()
    assert "操作记录" in html and "暂缓" in html


def test_the_privacy_page_says_what_goes_earlier(client: Client) -> None:
    html = client.get(reverse("privacy")).content.decode()
    assert "提前删除" in html and "不到 7 天" in html and "结案满 90 天" in html
