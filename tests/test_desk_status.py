"""Which status may follow which: every pair, for every role, and what a move takes and leaves."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
import time_machine
from django.contrib.auth.models import User

from cases import services
from cases.models import Case, CloseReason, Event, Status, Turn
from cases.models.case import NOT_WAITING, OPEN, OPEN_TURNS
from cases.services import status
from cases.services.claims import ClaimedByOther
from cases.services.desk import StaleCase
from cases.services.rights import CLOSE, OVERRIDE, REVIEW, NotAllowed, ReasonMissing
from cases.services.status import MOVES, RefundDayWrong
from tests.desk import member
from tests.desk_cases import submitted

pytestmark = pytest.mark.django_db
ROLES = ("reader", "reviewer", "senior", "auditor", "administrator")
RIGHTS = {
    "reader": set(),
    "reviewer": {REVIEW},
    "senior": {REVIEW, CLOSE},
    "auditor": set(),
    "administrator": {OVERRIDE},
}
REASON = {Status.CLOSED: "advised", Status.REOPENED: "new_facts"}
PAIRS = list(product(Status, Status))
BY_MESSAGE = {Status.NEEDS_PERSON, Status.ANSWERED}


def standing_at(case: Case, at: Status) -> Case:
    """The case as if it had come to this status."""
    services.status.put(case, at, reason=REASON.get(at, ""))
    case.save()
    return case


def may(role: str, start: Status, to: Status) -> bool:
    """What the table and the rule for administrators say."""
    if to in BY_MESSAGE or start == to:
        return False
    if MOVES.get((start, to)) in RIGHTS[role]:
        return True
    by_hand = to in (Status.SUBMITTED, Status.IN_REVIEW) and start != Status.DRAFT
    return OVERRIDE in RIGHTS[role] and by_hand


def test_every_status_has_its_moves_and_its_turn() -> None:
    """A draft comes to the desk by its person alone, which is no move."""
    case = submitted()

    assert {status for move in MOVES for status in move} == set(Status) - {Status.DRAFT}
    assert set(OPEN) == set(Status) - {Status.DRAFT, Status.CLOSED}
    for at in Status:
        standing_at(case, at)
        turn = Case.objects.get().turn
        assert (turn in OPEN_TURNS) == (at in OPEN), at
        assert (turn == Turn.DESK) == (at in OPEN and at not in NOT_WAITING), at


@pytest.mark.parametrize("role", ROLES)
def test_every_move_is_as_the_table_says(role: str) -> None:
    user, case, wrong = member(role), submitted(), []
    for start, to in PAIRS:
        standing_at(case, start)
        by_table = MOVES.get((start, to)) in RIGHTS[role]
        reason = REASON.get(to, "" if by_table else "wrong_act")
        try:
            moved = status.move(case, to, user=user, version=None, reason=reason).status == to
        except NotAllowed:
            moved = False
        if moved != may(role, start, to):
            wrong.append((start, to))

    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_a_message_brings_a_case_only_where_the_table_says(role: str) -> None:
    user, case, wrong = member(role), submitted(), []
    for start in Status:
        standing_at(case, start)
        case.messages.all().delete()
        try:
            services.messages.ask(case, user=user, version=None, words="请补充")
            asked = True
        except NotAllowed:
            asked = False
        if asked != (MOVES.get((start, Status.NEEDS_PERSON)) in RIGHTS[role]):
            wrong.append(start)

    assert wrong == []


def test_what_is_offered_is_what_is_allowed() -> None:
    case = submitted()
    for role, start in product(ROLES, Status):
        user = User.objects.filter(username=role).first() or member(role)
        case.status = start
        offered = {*status.moves_for(user, case), *status.overrides_for(user, case)}

        assert offered - BY_MESSAGE == {to for to in Status if may(role, start, to)}


@pytest.mark.parametrize(
    ("role", "start", "to"),
    [
        ("senior", Status.IN_REVIEW, Status.CLOSED),
        ("senior", Status.CLOSED, Status.REOPENED),
        ("administrator", Status.CLOSED, Status.IN_REVIEW),
    ],
)
def test_a_move_with_a_reason_is_refused_without_one(role: str, start: Status, to: Status) -> None:
    case = standing_at(submitted(), start)

    for reason in ("", "because"):
        with pytest.raises(ReasonMissing):
            status.move(case, to, user=member(role, name=f"{role}{reason}"), version=None)
    assert Case.objects.get().status == start


def test_a_move_is_logged_with_its_reason() -> None:
    case = submitted()

    status.move(case, Status.CLOSED, user=member("senior"), version=None, reason="spam")

    line = Event.objects.get(kind=Event.Kind.MOVED)
    assert (line.actor, line.fields, line.reason) == ("senior", ["submitted>closed"], "spam")
    assert line.public_id == case.public_id


@time_machine.travel("2026-11-25T10:00:00+08:00", tick=False)
def test_a_refund_has_its_day_within_reason() -> None:
    case, user = submitted(), member("senior")
    Case.objects.update(submitted_at="2026-11-20T10:00:00+08:00")

    for day in (date(2026, 11, 19), date(2026, 11, 26)):
        with pytest.raises(RefundDayWrong):
            close(case, user, CloseReason.REFUNDED, day)
    closed = close(case, user, CloseReason.REFUNDED, date(2026, 11, 20))

    assert closed.refunded_on == date(2026, 11, 20)


def test_another_reason_keeps_no_day() -> None:
    case = submitted()

    closed = close(case, member("senior"), CloseReason.ADVISED, date(2026, 11, 22))

    assert closed.refunded_on is None


def close(case: Case, user: User, reason: CloseReason, day: date) -> Case:
    """Close a case and say when the money came."""
    return status.move(case, Status.CLOSED, user=user, version=None, reason=reason, refunded_on=day)


def test_closing_frees_the_case_and_ends_its_request() -> None:
    case, user = submitted(), member("senior")
    services.claims.claim(case, user=user, version=None)
    services.messages.ask(case, user=user, version=None, words="请补充")

    closed = status.move(case, Status.CLOSED, user=user, version=None, reason="withdrawn")

    assert (closed.assignee, closed.claimed_until) == (None, None)
    assert services.messages.open_request(case) is None


def test_a_reopened_case_keeps_nothing_of_its_closing() -> None:
    case, user = standing_at(submitted(), Status.CLOSED), member("senior")

    again = status.move(case, Status.REOPENED, user=user, version=None, reason="not_refunded")

    assert (again.closed_at, again.closed_reason, again.refunded_on) == (None, "", None)
    assert Case.objects.get().turn == Turn.DESK


def test_of_two_moves_from_one_page_the_second_is_told() -> None:
    case, user = standing_at(submitted(), Status.IN_REVIEW), member("senior")
    shown = Case.objects.get().desk_version
    status.move(case, Status.CLOSED, user=user, version=shown, reason="advised")

    with pytest.raises(StaleCase) as stale:
        status.move(case, Status.CLOSED, user=user, version=shown, reason="spam")

    assert stale.value.current.closed_reason == "advised"
    assert Event.objects.filter(kind=Event.Kind.MOVED).count() == 1


def test_nobody_moves_a_case_a_colleague_is_at_work_on() -> None:
    case, wu = submitted(), member("reviewer", name="wu")
    services.claims.claim(case, user=wu, version=None)
    services.messages.answer(case, user=wu, version=None, words="方案没有变化。")

    with pytest.raises(ClaimedByOther):
        status.move(case, Status.IN_REVIEW, user=member("reviewer", name="chen"), version=None)
    moved = status.move(case, Status.IN_REVIEW, user=member("senior"), version=None)

    assert moved.assignee == wu
