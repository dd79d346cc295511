"""What staff are writing: kept whatever happens to the sign-in, for its author alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django import forms
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.admin.acts import ACTS
from cases.admin.half_written import MANY, SINGLE, WRITING_ACTS
from cases.admin.stale import VERSION
from cases.models import Case, HalfWritten, Message, Note
from cases.services import accounts, claims, disposal, half_written, messages, notes
from cases.services.half_written import HALF_LIFE
from cases.views.access import REMEMBERED
from tests.desk import PASSWORD, member, signed_in
from tests.desk_cases import NOON, submitted
from tests.test_wizard import case_url

pytestmark = pytest.mark.django_db
SEVERAL = (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)
WORDS = "请再发一次\r\n运营商的截图-半句"
SECRET = "运营商的截图-半句"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def wu() -> User:
    return member("reviewer", name="wu")


@pytest.fixture
def case(wu: User) -> Case:
    """A case that wu is at work on."""
    made = submitted()
    claims.claim(made, user=wu, version=None)
    return Case.objects.get(pk=made.pk)


def address(case: Case, act: str) -> str:
    return reverse("admin:case_work", args=[case.pk, act])


def page(client: Client, case: Case, act: str) -> Any:
    return client.get(address(case, act))


def opened(client: Client, case: Case, act: str) -> dict[str, Any]:
    """What the form of an act sends by itself, from a page just opened."""
    shown = page(client, case, act).context
    return {"desk_version": shown["case"].desk_version, "page_of": shown["mark"]}


def keep(client: Client, case: Case, act: str, sent: dict[str, Any], **typed: Any) -> Any:
    return client.post(address(case, act), {**sent, **typed, "nav": "keep"})


def kept() -> HalfWritten:
    return HalfWritten.objects.get()


def words_of(client: Client, case: Case, act: str) -> Any:
    return page(client, case, act).context["form"]["words"].value()


def test_it_is_kept_while_it_is_typed_and_there_again(case: Case, wu: User) -> None:
    client = signed_in(wu)
    sent = opened(client, case, "ask")

    said = keep(client, case, "ask", sent, words=WORDS, evidence=["evidence:chat"])

    assert said.content.decode() == "已保存草稿 12:00"
    shown = page(client, case, "ask")
    assert shown.context["form"]["words"].value() == WORDS
    assert shown.context["form"]["evidence"].value() == ["evidence:chat"]
    assert "11-22 12:00 写的草稿" in shown.content.decode()
    assert not Message.objects.exists()


def test_it_rests_sealed(case: Case, wu: User) -> None:
    half_written.keep(case, user=wu, act="note", typed={"words": [WORDS]})

    stored = HalfWritten.objects.values_list("typed", flat=True).get()
    assert "截图" not in stored.token
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)
    assert "cases.HalfWritten: 0" in out.getvalue()


def test_sending_ends_it(case: Case, wu: User) -> None:
    client = signed_in(wu)
    sent = opened(client, case, "answer")
    keep(client, case, "answer", sent, words=WORDS)

    client.post(address(case, "answer"), {**sent, "words": WORDS})

    assert Message.objects.get().words == WORDS.replace("\r\n", "\n")
    assert not HalfWritten.objects.exists()
    # What was on its way meanwhile, and a second click.
    assert keep(client, case, "answer", sent, words=WORDS).content == b""
    client.post(address(case, "answer"), {**sent, "words": WORDS})
    assert not HalfWritten.objects.exists()


def test_no_act_loses_a_word() -> None:
    for name, act in ACTS.items():
        fields = act.form.base_fields
        words = {key for key, each in fields.items() if isinstance(each, forms.CharField)}
        assert (name in WRITING_ACTS) == bool(words), name
        if words:
            many = {key for key, each in fields.items() if isinstance(each, SEVERAL)}
            assert set(fields) - many <= {VERSION, *SINGLE}, name
            assert many <= set(MANY), name
            # What is in none of these is thrown away as nothing when it stands alone.
            assert words <= set(half_written.COUNTS), name


@pytest.mark.parametrize("act", ["note", "answer"])
def test_what_is_not_taken_is_kept_whole(case: Case, wu: User, act: str) -> None:
    client, long = signed_in(wu), "字" * 2100
    sent = opened(client, case, act)

    shown = client.post(address(case, act), {**sent, "words": long}).content.decode()

    assert "超出 100 字" in shown
    assert "maxlength" not in shown
    assert long in shown
    assert kept().typed["words"] == [long]
    assert not Note.objects.exists()


def test_line_ends_count_once(case: Case, wu: User) -> None:
    client, long = signed_in(wu), "字\r\n" * 999
    client.post(address(case, "note"), {**opened(client, case, "note"), "words": long + "字字"})

    assert len(Note.objects.get().words) == 2000


def test_what_somebody_else_prevents_is_kept(case: Case, wu: User) -> None:
    client = signed_in(wu)
    sent = opened(client, case, "answer")
    claims.claim(case, user=member("senior", name="boss"), version=None)
    sent["desk_version"] = Case.objects.get().desk_version

    shown = client.post(address(case, "answer"), {**sent, "words": WORDS}, follow=True)

    assert "您写的字留在草稿里。" in [str(each) for each in shown.context["messages"]]
    assert kept().typed["words"] == [WORDS]


def test_on_a_page_that_grew_old_it_is_kept(case: Case, wu: User) -> None:
    client = signed_in(wu)
    sent = opened(client, case, "answer")
    notes.add(case, user=wu, words="看过了")

    conflict = client.post(address(case, "answer"), {**sent, "words": WORDS})

    assert conflict.status_code == 409
    assert f'name="page_of" value="{sent["page_of"]}"' in conflict.content.decode()
    assert kept().typed["words"] == [WORDS]


def test_it_can_be_thrown_away(case: Case, wu: User) -> None:
    client = signed_in(wu)
    sent = opened(client, case, "answer")
    keep(client, case, "answer", sent, words=WORDS)

    client.post(address(case, "answer"), {**sent, "words": WORDS, "nav": "drop"})

    assert not HalfWritten.objects.exists()


def test_an_emptied_box_is_nothing_to_keep(case: Case, wu: User) -> None:
    client = signed_in(wu)
    sent = opened(client, case, "answer")
    keep(client, case, "answer", sent, words=WORDS)

    assert keep(client, case, "answer", sent, words="  ").content == b""
    assert not HalfWritten.objects.exists()


# ---- when the sign-in is over


def test_what_is_sent_too_late_is_there_after_signing_in(case: Case, wu: User, clock: Any) -> None:
    client = signed_in(wu)
    sent = opened(client, case, "answer")
    clock.shift(timedelta(minutes=31))

    late = client.post(address(case, "answer"), {**sent, "words": WORDS})

    assert late["Location"].startswith(reverse("admin:login"))
    assert not Message.objects.exists()
    assert words_of(signed_in(wu), case, "answer") == WORDS


def test_it_is_kept_half_way_through_the_door(case: Case, wu: User, settings: Any) -> None:
    client = signed_in(wu)
    sent = opened(client, case, "answer")
    settings.DESK_TWO_FACTOR = True
    half_way = Client(enforce_csrf_checks=True)
    half_way.force_login(wu)

    answer = half_way.post(address(case, "answer"), {**sent, "words": WORDS})

    assert answer.status_code in (302, 403)
    assert kept().author == wu
    assert not Message.objects.exists()


def test_it_says_that_the_sign_in_is_over_while_it_is_typed(case: Case, wu: User) -> None:
    sent = opened(signed_in(wu), case, "note")

    said = keep(Client(), case, "note", sent, words=WORDS).content.decode()

    assert said.startswith("已保存草稿 12:00。登录已经结束")


def test_typing_counts_as_a_visit(case: Case, wu: User, clock: Any) -> None:
    client = signed_in(wu)
    sent = opened(client, case, "note")
    clock.shift(timedelta(minutes=20))
    keep(client, case, "note", sent, words=WORDS)
    clock.shift(timedelta(minutes=20))

    assert page(client, case, "note").status_code == 200


def test_a_page_of_one_account_sends_nothing_for_another(case: Case, wu: User) -> None:
    sent = opened(signed_in(wu), case, "note")
    other = signed_in(member("reviewer", name="chen"))

    shown = other.post(address(case, "note"), {**sent, "words": WORDS}, follow=True)

    assert "wu" in "".join(str(each) for each in shown.context["messages"])
    assert not Note.objects.exists()
    assert kept().author == wu
    assert SECRET not in shown.content.decode()


@pytest.mark.parametrize("change", ["signed_out", "disabled", "other_role", "forged", "other_case"])
def test_who_may_not_write_any_more_leaves_nothing(case: Case, wu: User, change: str) -> None:
    sent = opened(signed_in(wu), case, "note")
    target = case
    match change:
        case "signed_out":
            accounts.password_changed(wu, actor="wu")
        case "disabled":
            User.objects.filter(pk=wu.pk).update(is_active=False)
        case "other_role":
            wu.groups.clear()
        case "forged":
            sent["page_of"] = sent["page_of"][:-1] + "?"
        case "other_case":
            target = submitted()

    assert keep(Client(), target, "note", sent, words=WORDS).status_code == 403
    assert not HalfWritten.objects.exists()


# ---- for nobody else


def test_nobody_else_reads_it(case: Case, wu: User) -> None:
    half_written.keep(case, user=wu, act="note", typed={"words": [WORDS]})
    half_written.keep(case, user=wu, act="answer", typed={"words": [WORDS]})
    boss = signed_in(member("senior", "administrator", "auditor", name="boss"))

    for path in (
        reverse("admin:cases_case_change", args=[case.pk]),
        reverse("admin:cases_case_history", args=[case.pk]),
        address(case, "note"),
        address(case, "answer"),
        reverse("admin:log"),
    ):
        assert SECRET not in boss.get(path, follow=True).content.decode(), path
    assert SECRET in page(signed_in(wu), case, "note").content.decode()


def test_the_page_of_the_case_goes_on_with_the_note(case: Case, wu: User) -> None:
    half_written.keep(case, user=wu, act="note", typed={"words": [WORDS], "about": ["amount"]})
    half_written.keep(case, user=wu, act="answer", typed={"words": ["半句"]})

    shown = signed_in(wu).get(reverse("admin:cases_case_change", args=[case.pk]))

    work = shown.context["work"]
    assert (work.note["words"].value(), work.note["about"].value()) == (WORDS, "amount")
    assert "答复本人（有草稿）" in shown.content.decode()


def test_the_person_reads_none_of_it(case: Case, wu: User) -> None:
    half_written.keep(case, user=wu, act="answer", typed={"words": [WORDS]})
    person = Client()
    session = person.session
    session[REMEMBERED] = [str(case.pk)]
    session.save()

    for name in ("plan", "letters"):
        shown = person.get(case_url(name, str(case.pk)))
        assert shown.status_code == 200, name
        assert SECRET not in shown.content.decode(), name


# ---- how long


def test_it_goes_with_the_case(case: Case, wu: User) -> None:
    half_written.keep(case, user=wu, act="note", typed={"words": [WORDS]})
    sent = opened(signed_in(wu), case, "note")

    disposal.erase(case)

    assert not HalfWritten.objects.exists()
    assert keep(signed_in(wu), case, "note", sent, words=WORDS).content == b""
    assert not HalfWritten.objects.exists()


def test_it_is_purged_after_seven_days(case: Case, wu: User) -> None:
    half_written.keep(case, user=wu, act="note", typed={"words": [WORDS]})
    now = timezone.now()

    assert (
        disposal.purge(now + HALF_LIFE - timedelta(minutes=1), dry_run=False)["half_written"] == 0
    )
    assert disposal.purge(now + HALF_LIFE, dry_run=True)["half_written"] == 1
    assert disposal.purge(now + HALF_LIFE, dry_run=False)["half_written"] == 1


# ---- where one writes


def test_the_page_shows_what_one_answers_to(case: Case, wu: User) -> None:
    asked = messages.ask(case, user=wu, version=None, words="请写上投诉的工单号")
    messages.reply(asked, words="2026-11-16投诉过了，电话13800138000")

    shown = page(signed_in(wu), case, "answer").content.decode()

    assert "请写上投诉的工单号" in shown
    assert "2026-11-16投诉过了，电话138****8000" in shown
    assert "13800138000" not in shown
    assert "畅联号卡店" in shown


def test_who_may_not_step_in_gets_no_button_to_do_it_anyway(case: Case) -> None:
    chen = signed_in(member("reviewer", name="chen"))

    shown = chen.post(address(case, "claim"), {"desk_version": 0}).content.decode()

    assert "wu 正在处理，认领到 14:00" in shown
    assert "仍然执行我的操作" not in shown


def test_the_password_page_is_no_way_round(case: Case, wu: User) -> None:
    """Signing in by password on the page that was asked for brings the words back."""
    sent = opened(signed_in(wu), case, "note")
    client = Client()
    client.post(address(case, "note"), {**sent, "words": WORDS})

    door = reverse("admin:login") + f"?next={address(case, 'note')}"
    shown = client.post(door, {"username": "wu", "password": PASSWORD}, follow=True)

    assert SECRET in shown.content.decode()
