"""Claiming a case, and giving it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Event, Status
from cases.services import claims, notes, status
from cases.services.claims import CLAIM_LIFE, ClaimedByOther, TakenOver
from cases.services.rights import NotAllowed
from tests.desk import member, signed_in, staff
from tests.desk_cases import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[Any]:
    """A clock that stands still until it is moved."""
    with time_machine.travel("2026-11-22T12:00:00+08:00", tick=False) as clock:
        yield clock


@pytest.fixture
def case() -> Case:
    """A case that waits."""
    return submitted()


@pytest.fixture
def wu() -> User:
    """A reviewer."""
    return member("reviewer", name="wu")


@pytest.fixture
def chen() -> User:
    """Another reviewer."""
    return member("reviewer", name="chen")


def address(case: Case, act: str) -> str:
    """Where an act on a case is done."""
    return reverse("admin:case_work", args=[case.pk, act])


def post(client: Client, case: Case, act: str, **sent: Any) -> Any:
    """Do an act from a page that shows the case as it is now."""
    version = Case.objects.get(pk=case.pk).desk_version
    return client.post(address(case, act), {"desk_version": version, **sent}, follow=True)


def said(page: Any) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_it_works(case: Case, wu: User) -> None:
    claimed = claims.claim(case, user=wu, version=case.desk_version)

    assert (claimed.assignee, claimed.status) == (wu, Status.IN_REVIEW)
    assert claimed.claimed_until == timezone.now() + CLAIM_LIFE
    assert list(Event.objects.order_by("number").values_list("kind", "actor", "fields")) == [
        ("claimed", "wu", []),
        ("moved", "wu", ["submitted>in_review"]),
    ]


def test_of_two_at_once_one_is_told_who_has_it(case: Case, wu: User, chen: User) -> None:
    claims.claim(case, user=wu, version=None)

    with pytest.raises(ClaimedByOther) as refused:
        claims.claim(case, user=chen, version=None)

    assert refused.value.current.assignee == wu
    assert Case.objects.get().assignee == wu


def test_the_second_of_two_pages_says_who_has_it(case: Case, wu: User, chen: User) -> None:
    shown = case.desk_version
    claims.claim(case, user=wu, version=shown)

    page = signed_in(chen).post(address(case, "claim"), {"desk_version": shown})

    assert page.status_code == 409
    assert "wu" in page.content.decode()
    assert Case.objects.get().assignee == wu


def test_a_claim_runs_out_and_anybody_may_take_it(
    case: Case, wu: User, chen: User, noon: Any
) -> None:
    claims.claim(case, user=wu, version=None)
    noon.shift(CLAIM_LIFE + timedelta(seconds=1))

    taken = claims.claim(case, user=chen, version=None)

    assert taken.assignee == chen
    line = Event.objects.filter(kind=Event.Kind.CLAIMED).first()
    assert line and (line.actor, line.reason) == ("chen", TakenOver.EXPIRED)


def test_a_senior_takes_over_a_live_claim_and_the_log_says_so(case: Case, wu: User) -> None:
    claims.claim(case, user=wu, version=None)
    boss = member("senior", name="boss")

    assert claims.claim(case, user=boss, version=None).assignee == boss
    line = Event.objects.filter(kind=Event.Kind.CLAIMED).first()
    assert line and line.reason == TakenOver.TAKEN_OVER


def test_work_renews_ones_own_claim_only(case: Case, wu: User, chen: User, noon: Any) -> None:
    claims.claim(case, user=wu, version=None)
    until = Case.objects.get().claimed_until
    noon.shift(timedelta(hours=1))

    notes.add(case, user=chen, words="看过了")
    assert Case.objects.get().claimed_until == until
    notes.add(case, user=wu, words="在等答复")
    assert Case.objects.get().claimed_until == timezone.now() + CLAIM_LIFE


def test_releasing_gives_it_back(case: Case, wu: User) -> None:
    claims.claim(case, user=wu, version=None)

    page = post(signed_in(wu), case, "release")

    assert said(page) == ["已释放，谁都可以认领。"]
    assert Case.objects.get().assignee is None
    with pytest.raises(NotAllowed):
        claims.release(case, user=wu, version=None)


@pytest.mark.parametrize("act", ["claim", "release", "note", "ask", "answer", "close", "reopen"])
@pytest.mark.parametrize("role", ["reader", "auditor", "administrator"])
def test_who_only_looks_does_nothing(case: Case, act: str, role: str) -> None:
    client = staff(role)

    assert client.get(address(case, act)).status_code == 403
    assert client.post(address(case, act), {"desk_version": 0}).status_code == 403


def test_an_act_that_is_not_possible_now_says_so(case: Case, wu: User) -> None:
    page = post(signed_in(wu), case, "release")

    assert said(page) == ["没有做：现在的状态不能这样做。"]
    assert Case.objects.get().desk_version == case.desk_version


def test_an_unknown_act_or_case_is_not_found(case: Case, wu: User) -> None:
    client = signed_in(wu)

    assert client.get(address(case, "dance")).status_code == 404
    claim = address(case, "claim")
    case.delete()
    assert client.post(claim, {"desk_version": 0}).status_code == 404


def test_a_closing_with_a_refund_asks_for_its_day(case: Case) -> None:
    client = staff("senior")

    page = post(client, case, "close", reason="refunded")

    assert "请填写退款到账的日期" in page.content.decode()
    for day, problem in (("2026-11-23", True), ("2020-01-01", True), ("2026-11-22", False)):
        page = post(client, case, "close", reason="refunded", refunded_on=day)
        assert ("退款到账日要在提交那天到今天之间" in page.content.decode()) is problem
    assert Case.objects.get().status == Status.CLOSED


def test_an_administrator_moves_a_case_by_hand_with_a_reason(case: Case, wu: User) -> None:
    claims.claim(case, user=wu, version=None)
    client = staff("administrator")

    assert "请选择原因" in post(client, case, "override", to="submitted").content.decode()
    post(client, case, "override", to="submitted", reason="stuck")

    assert Case.objects.get().status == Status.SUBMITTED
    line = Event.objects.filter(kind=Event.Kind.MOVED).first()
    assert line and (line.actor, line.reason) == ("administrator", "stuck")


# ---- given to a colleague


@pytest.mark.parametrize("role", ["senior", "administrator"])
def test_a_case_is_given_to_a_colleague(case: Case, wu: User, role: str) -> None:
    chief = member(role, name="chief")

    given = claims.assign(case, to=wu, user=chief, version=case.desk_version)

    assert (given.assignee, given.status) == (wu, Status.IN_REVIEW)
    assert given.claimed_until == timezone.now() + CLAIM_LIFE
    assert list(Event.objects.order_by("number").values_list("kind", "actor", "fields")) == [
        ("assigned", "chief", ["assignee>wu"]),
        ("moved", "chief", ["submitted>in_review"]),
    ]


def test_a_live_claim_is_given_on(case: Case, wu: User, chen: User) -> None:
    claims.claim(case, user=wu, version=None)

    claims.assign(case, to=chen, user=member("senior"), version=None)

    assert claims.kept_out(wu, Case.objects.get())
    assert not claims.kept_out(chen, Case.objects.get())


@pytest.mark.parametrize("role", ["reader", "auditor", "reviewer"])
def test_who_may_not_step_in_gives_nothing(case: Case, wu: User, role: str) -> None:
    with pytest.raises(NotAllowed):
        claims.assign(case, to=wu, user=member(role, name="other"), version=None)


def test_it_is_given_only_to_who_works_on_cases(case: Case, wu: User) -> None:
    chief, chen = member("senior", name="chief"), member("reviewer", name="chen")
    reader = member("reader", name="reader")
    User.objects.filter(pk=chen.pk).update(is_active=False)

    assert list(claims.reviewers()) == [chief, wu]
    for user in (chen, reader):
        with pytest.raises(NotAllowed):
            claims.assign(case, to=user, user=chief, version=None)
        assert "请另选一个" in post(signed_in(chief), case, "assign", to=user.pk).content.decode()
    assert Case.objects.get().assignee is None


def test_a_closed_case_is_given_to_nobody(case: Case, wu: User) -> None:
    chief = member("senior", name="chief")
    status.move(case, Status.CLOSED, user=chief, version=None, reason="spam")

    with pytest.raises(NotAllowed):
        claims.assign(case, to=wu, user=chief, version=None)


def test_the_page_gives_it_and_the_timeline_says_to_whom(case: Case, wu: User) -> None:
    chief = staff("administrator", name="chief")

    page = post(chief, case, "assign", to=wu.pk)

    assert said(page)[0].startswith("已交给同事")
    assert "经办人 → wu" in page.content.decode()


def test_two_who_decide_at_once_see_both(case: Case, wu: User, chen: User) -> None:
    shown, chief = case.desk_version, member("senior", name="chief")
    claims.assign(case, to=chen, user=chief, version=shown)

    page = signed_in(chief).post(address(case, "assign"), {"desk_version": shown, "to": wu.pk})

    assert page.status_code == 409
    assert "wu" in page.content.decode() and "chen" in page.content.decode()
