"""Several cases at once: confirmed, checked one by one, reported as it was."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from cases import services
from cases.admin import canned
from cases.models import Case, Event, Message, Status
from tests.desk import member, signed_in, staff
from tests.desk_cases import submitted

pytestmark = pytest.mark.django_db
LIST = reverse("admin:cases_case_changelist")


@pytest.fixture
def boss() -> User:
    """Who may close."""
    return member("senior", name="boss")


# As the form sends it once the text has been shown.
ASKED = {"template": "payment_record", "previewed": "payment_record"}


def chosen(*cases: Case) -> list[str]:
    """What the confirm page sends of these cases."""
    versions = Case.objects.values_list("pk", "desk_version")
    return [f"{pk}:{version}" for pk, version in versions if pk in {case.pk for case in cases}]


def done(client: Client, act: str, rows: list[str], **sent: Any) -> list[str]:
    """What is said after the confirm page was sent."""
    page = client.post(
        reverse("admin:case_bulk", args=[act]), {"chosen": rows, **sent}, follow=True
    )
    return [str(message) for message in page.context["messages"]]


def from_queue(client: Client, action: str, cases: list[Case], **sent: str) -> Any:
    """Choose an action in the queue."""
    keys = [str(case.pk) for case in cases]
    query = {"action": action, "_selected_action": keys, "index": "0", **sent}
    return client.post(f"{LIST}?assignee=all", query, follow=True)


def test_it_lists_what_will_happen_to_each(boss: User) -> None:
    free, taken = submitted(), submitted()
    services.claims.claim(taken, user=boss, version=None)

    page = from_queue(staff("reviewer"), "bulk_claim", [free, taken]).content.decode()

    assert "将处理 1 件，跳过 1 件。" in page
    assert "boss 正在处理" in page
    assert not Event.objects.filter(actor="reviewer").exclude(kind="signed_in").exists()


def test_it_reports_what_was_done_and_why_not(boss: User) -> None:
    free, taken, gone = submitted(), submitted(), submitted()
    rows = chosen(free, taken, gone)
    gone.delete()
    services.claims.claim(taken, user=boss, version=None)

    words = done(staff("reviewer"), "claim", rows)

    assert words[0] == "完成 1 件，跳过 2 件。"
    number = f"{taken.public_id[:4]}-{taken.public_id[4:]}"
    assert any(line.startswith(f"跳过 {number}：boss 正在处理，认领到") for line in words)
    assert "跳过 1 件：案件已经删除。" in words
    assert Case.objects.get(pk=free.pk).assignee


def test_each_case_is_logged(boss: User) -> None:
    cases = [submitted(), submitted()]

    assert done(signed_in(boss), "close", chosen(*cases), reason="spam") == [
        "完成 2 件，跳过 0 件。"
    ]

    lines = Event.objects.filter(kind=Event.Kind.MOVED, reason="spam", actor="boss")
    assert {line.case_id for line in lines} == {case.pk for case in cases}


def test_asking_fills_the_text_in_for_each(boss: User) -> None:
    one, other = submitted(), submitted(seller={"order__seller_name": "例二号卡店"})
    client = signed_in(boss)
    done(client, "claim", chosen(one, other))

    assert done(client, "ask", chosen(one, other), **ASKED) == ["完成 2 件，跳过 0 件。"]

    texts = {message.case_id: message.words for message in Message.objects.all()}
    assert "例二号卡店" in texts[other.pk] and "例二号卡店" not in texts[one.pk]
    assert all("{" not in text for text in texts.values())
    assert set(Case.objects.values_list("status", flat=True)) == {Status.NEEDS_PERSON}


def test_none_chosen_is_a_sentence(boss: User) -> None:
    client = signed_in(boss)

    assert done(client, "claim", []) == ["没有选中案件。"]
    assert done(client, "claim", ["nonsense", "1:2"]) == ["没有选中案件。"]
    submitted()
    assert from_queue(client, "bulk_claim", []).status_code == 200


def test_more_than_a_hundred_are_refused(boss: User) -> None:
    rows = [f"00000000-0000-4000-8000-{number:012d}:0" for number in range(101)]

    assert done(signed_in(boss), "claim", rows) == ["一次最多 100 件，请分几次。"]


def test_closing_needs_a_reason_and_no_refund(boss: User) -> None:
    case, client = submitted(), signed_in(boss)

    assert done(client, "close", chosen(case)) == []
    assert done(client, "close", chosen(case), reason="refunded") == []
    assert Case.objects.get().status == Status.SUBMITTED


def test_who_may_not_is_neither_offered_nor_obeyed() -> None:
    case = submitted()
    reviewer, reader = staff("reviewer"), staff("reader")

    assert "bulk_claim" in reviewer.get(LIST).content.decode()
    assert "bulk_close" not in reviewer.get(LIST).content.decode()
    assert "bulk_" not in reader.get(LIST).content.decode()
    for client, act in ((reviewer, "close"), (reader, "claim")):
        refused = client.post(reverse("admin:case_bulk", args=[act]), {"chosen": chosen(case)})
        assert refused.status_code == 403
    assert Case.objects.get().status == Status.SUBMITTED


def test_an_unknown_act_is_not_found(boss: User) -> None:
    assert signed_in(boss).post(reverse("admin:case_bulk", args=["dance"])).status_code == 404


# ---- the colleague's live claim, the text before it is sent, the list one came from


@pytest.mark.parametrize(
    ("act", "sent"),
    [("claim", {}), ("release", {}), ("ask", ASKED), ("close", {"reason": "spam"}), ("assign", {})],
)
def test_nobody_steps_into_a_live_claim_with_many(
    boss: User, act: str, sent: dict[str, str]
) -> None:
    wu, taken = member("reviewer", name="wu"), submitted()
    services.claims.claim(taken, user=wu, version=None)
    client = signed_in(boss)
    who = {"to": str(boss.pk)} if act == "assign" else {}

    shown = from_queue(client, f"bulk_{act}", [taken]).content.decode()
    words = done(client, act, chosen(taken), **sent, **who)

    assert "将处理 0 件，跳过 1 件。" in shown
    assert "wu 正在处理" in shown
    assert words[0] == "完成 0 件，跳过 1 件。"
    assert "wu 正在处理" in words[1]
    case = Case.objects.get()
    assert (case.assignee, case.status) == (wu, Status.IN_REVIEW)


def test_a_text_is_shown_before_it_is_sent(boss: User) -> None:
    first, second = submitted(), submitted()
    client = signed_in(boss)
    done(client, "claim", chosen(first, second))
    rows = {"chosen": chosen(first, second)}
    there = reverse("admin:case_bulk", args=["ask"])

    for sent in ({"template": "payment_record"}, {**ASKED, "previewed": "chat_record"}):
        shown = client.post(there, {**rows, **sent})
        assert not Message.objects.exists()
        preview = shown.context["preview"]
        case = Case.objects.order_by("next_on", "pk")[0]
        assert preview.code == f"{case.public_id[:4]}-{case.public_id[4:]}"
        assert preview.words == canned.filled("payment_record", case)
        assert 'name="previewed" value="payment_record"' in shown.content.decode()

    client.post(there, {**rows, **ASKED})
    assert Message.objects.count() == 2


def test_nothing_is_previewed_where_all_are_skipped(boss: User) -> None:
    case = submitted()

    words = done(signed_in(boss), "ask", chosen(case), template="payment_record")

    assert words[0] == "完成 0 件，跳过 1 件。"


def test_the_way_back_keeps_the_filters(boss: User) -> None:
    case, client = submitted(), signed_in(boss)
    query = "?status=submitted&assignee=all"
    chosen_in = {"action": "bulk_claim", "_selected_action": [str(case.pk)], "index": "0"}

    shown = client.post(f"{LIST}{query}", chosen_in).content.decode()
    address = reverse("admin:case_bulk", args=["claim"])
    assert f'action="{address}?status=submitted&amp;assignee=all"' in shown
    done_there = client.post(f"{address}{query}&secret=1", {"chosen": chosen(case)})
    assert done_there["Location"] == f"{LIST}{query}"
    assert client.post(f"{address}{query}", {})["Location"] == f"{LIST}{query}"


@pytest.mark.parametrize("role", ["senior", "administrator"])
def test_many_are_given_to_a_colleague(role: str) -> None:
    wu, cases = member("reviewer", name="wu"), [submitted(), submitted()]
    client = staff(role, name="chief")

    assert done(client, "assign", chosen(*cases)) == []
    assert done(client, "assign", chosen(*cases), to=str(wu.pk)) == ["完成 2 件，跳过 0 件。"]

    assert {case.assignee for case in Case.objects.all()} == {wu}
    lines = Event.objects.filter(kind=Event.Kind.ASSIGNED)
    assert {(line.actor, *line.fields) for line in lines} == {("chief", "assignee>wu")}
