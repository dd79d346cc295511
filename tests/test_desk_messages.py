"""Notes, requests and answers: what the person sees, and what the person never sees."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from cases import knowledge, services
from cases.admin import canned
from cases.knowledge.schema.answer import BLANKS
from cases.models import Case, Event, HalfWritten, Message, Note, Status
from cases.services.messages import RequestClosed
from cases.services.rights import NotAllowed
from cases.wizard.steps import STEPS
from tests.desk import member, signed_in, staff
from tests.test_wizard import CASE_PAGES, case_url
from tests.walker import Walker

pytestmark = pytest.mark.django_db
SECRET = "此人语气着急-先稳住"
ASKS = ["evidence:payment_record", "step:amount"]


@pytest.fixture
def wu() -> User:
    """A reviewer."""
    return member("reviewer", name="wu")


@pytest.fixture
def asked(lin: Walker, wu: User) -> Message:
    """A request that waits for lin."""
    services.claims.claim(lin.case, user=wu, version=None)
    return services.messages.ask(
        lin.case, user=wu, version=None, words="请补付款记录\n第二行 <b>", asks=ASKS
    )


def work(client: Client, case: Case, act: str, **sent: Any) -> Any:
    """Do an act from a page that shows the case as it is now."""
    address = reverse("admin:case_work", args=[case.pk, act])
    return client.post(address, {"desk_version": case.desk_version, **sent}, follow=True)


def answer(lin: Walker, message: Message, words: str, nav: str = "send", **headers: Any) -> Any:
    """Send the form of a request."""
    sent = {"message": str(message.pk), "words": words, "nav": nav}
    return lin.client.post(case_url("messages", lin.case_id), sent, **headers)


def plan_of(lin: Walker) -> str:
    page = lin.client.get(case_url("plan", lin.case_id))
    assert page.status_code == 200
    return str(page.content.decode())


# Notes


def test_a_note_reaches_no_page_of_the_person(
    lin: Walker, wu: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        work(signed_in(wu), lin.case, "note", words=SECRET, about="amount")
        pages: list[Any] = [lin.client.get(case_url(name, lin.case_id)) for name in CASE_PAGES]
        pages += [lin.get(step.name) for step in STEPS]

    assert Note.objects.get().words == SECRET
    for page in pages:
        content = b"".join(page.streaming_content) if page.streaming else page.content
        assert SECRET.encode() not in content
    assert SECRET not in caplog.text


def test_a_note_rests_sealed_and_is_logged_without_its_words(lin: Walker, wu: User) -> None:
    services.notes.add(lin.case, user=wu, words=SECRET, about="amount")

    stored = Note.objects.values_list("words", flat=True).get()
    assert "着急" not in str(getattr(stored, "text", stored))
    line = Event.objects.get(kind=Event.Kind.NOTED)
    assert (line.actor, line.fields, line.reason) == ("wu", ["amount"], "")


def test_a_note_is_kept_from_an_old_page_and_makes_others_look_again(lin: Walker, wu: User) -> None:
    shown = lin.case.desk_version
    services.notes.add(lin.case, user=wu, words="一")
    services.notes.add(lin.case, user=wu, words="二")

    assert {note.words for note in services.notes.of(lin.case)} == {"一", "二"}
    assert lin.case.desk_version == shown + 2


@pytest.mark.parametrize(
    ("words", "problem"), [("", "请写备注的内容"), ("字" * 2001, "写了 2001 字")]
)
def test_a_note_is_neither_empty_nor_endless(
    lin: Walker, wu: User, words: str, problem: str
) -> None:
    page = work(signed_in(wu), lin.case, "note", words=words).content.decode()

    assert problem in page
    assert words in page
    assert not Note.objects.exists()


# Requests


def test_the_person_sees_the_request_on_the_plan(lin: Walker, asked: Message) -> None:
    page = plan_of(lin)

    assert "请您补充" in page
    assert "请补付款记录<br>第二行 &lt;b&gt;" in page
    assert "看一看这一题：付了多少钱，哪天付的？" in page
    assert "放一张图片：付款记录" in page
    assert "复核人员能看" in page
    assert lin.case.status == Status.NEEDS_PERSON
    assert "请您补充" in lin.client.get(case_url("check", lin.case_id)).content.decode()


def test_nothing_is_shown_where_nothing_was_written(lin: Walker) -> None:
    assert "请您补充" not in plan_of(lin)
    assert "答复</h2>" not in plan_of(lin)
    assert lin.client.get(case_url("messages", lin.case_id)).status_code == 200


def test_the_answer_brings_the_case_back_once(lin: Walker, asked: Message) -> None:
    page = answer(lin, asked, "放好了，\r\n请看")

    assert page.url == case_url("plan", lin.case_id)
    assert Message.objects.get().reply == "放好了，\n请看"
    assert lin.case.status == Status.IN_REVIEW
    assert Event.objects.filter(kind=Event.Kind.REPLIED, actor="").count() == 1
    assert "请您补充</h2>" not in plan_of(lin)
    assert answer(lin, asked, "放好了，\r\n请看").status_code == 302
    again = answer(lin, asked, "还有一句")
    assert again.status_code == 409
    assert "还有一句" in again.content.decode()
    assert Message.objects.get().reply == "放好了，\n请看"
    assert Event.objects.filter(kind=Event.Kind.REPLIED).count() == 1


def test_the_same_answer_again_writes_nothing(lin: Walker, asked: Message) -> None:
    services.messages.reply(asked, words="放好了")
    once = Case.objects.values().get()

    assert services.messages.reply(asked, words="放好了").reply == "放好了"

    assert Case.objects.values().get() == once


@pytest.mark.parametrize(
    ("words", "problem"), [("  ", "请写几个字"), ("字" * 2001, "您写了 2001 字")]
)
def test_an_answer_is_neither_empty_nor_endless(
    lin: Walker, asked: Message, words: str, problem: str
) -> None:
    page = answer(lin, asked, words).content.decode()

    assert 'id="error-summary"' in page
    assert problem in page
    assert Message.objects.get().replied_at is None


@pytest.mark.parametrize(
    ("nav", "leads"),
    [("keep", "messages"), ("step:amount", "amount"), ("evidence:payment_record", "exhibits")],
)
def test_half_typed_words_are_kept_on_the_way(
    lin: Walker, asked: Message, nav: str, leads: str
) -> None:
    page = answer(lin, asked, "打到一半", nav)

    assert f"/{leads}/" in page.url
    assert "打到一半" in plan_of(lin)
    assert Message.objects.get().replied_at is None
    assert lin.case.status == Status.NEEDS_PERSON


def test_half_typed_words_are_for_the_person_alone(lin: Walker, asked: Message, wu: User) -> None:
    page = answer(lin, asked, "打到一半", "keep", headers={"HX-Request": "true"})

    assert "已保存" in page.content.decode()
    desk = signed_in(wu).get(reverse("admin:cases_case_change", args=[lin.case_id]))
    assert "打到一半" not in desk.content.decode()


def test_a_link_to_what_was_not_asked_sends_nothing_astray(lin: Walker, asked: Message) -> None:
    assert answer(lin, asked, "一句", "step:names").url == case_url("plan", lin.case_id)


def test_there_is_one_open_request_at_most(lin: Walker, asked: Message, wu: User) -> None:
    with pytest.raises(NotAllowed):
        services.messages.ask(lin.case, user=wu, version=None, words="再问")

    assert Message.objects.count() == 1


def test_a_request_taken_back_is_gone_and_words_for_it_are_shown(
    lin: Walker, asked: Message, wu: User
) -> None:
    work(signed_in(wu), lin.case, "withdraw")

    assert lin.case.status == Status.IN_REVIEW
    assert "请您补充" not in plan_of(lin)
    late = answer(lin, asked, "写了半天")
    assert (late.status_code, "写了半天" in late.content.decode()) == (409, True)
    with pytest.raises(RequestClosed):
        services.messages.keep_half(asked, words="x")


def test_a_request_of_another_case_is_not_answered(lin: Walker, asked: Message) -> None:
    stranger = Walker(Client())

    assert answer(stranger, asked, "冒名").status_code in (302, 409)
    assert Message.objects.get().reply is None


# Answers


def test_the_newest_answer_stands_first(lin: Walker, wu: User) -> None:
    services.claims.claim(lin.case, user=wu, version=None)
    for words in ("第一次答复", "第二次答复"):
        services.messages.answer(lin.case, user=wu, version=None, words=words)

    assert lin.case.status == Status.ANSWERED
    assert "第二次答复" in plan_of(lin) and "第一次答复" not in plan_of(lin)
    every = lin.client.get(case_url("messages", lin.case_id)).content.decode()
    assert every.index("第二次答复") < every.index("第一次答复")
    assert "已答复" in lin.client.get(case_url("check", lin.case_id)).content.decode()


def test_answering_takes_the_open_request_back(lin: Walker, asked: Message, wu: User) -> None:
    services.messages.answer(lin.case, user=wu, version=None, words="不用补了")

    assert "请您补充" not in plan_of(lin)
    assert services.messages.open_request(lin.case) is None


def test_everything_goes_with_the_case(lin: Walker, asked: Message, wu: User) -> None:
    services.notes.add(lin.case, user=wu, words=SECRET)

    services.disposal.erase(lin.case)

    assert not Message.objects.exists()
    assert not Note.objects.exists()


def test_the_privacy_page_says_so(client: Client) -> None:
    assert "复核人员写给您的请求和答复" in client.get(reverse("privacy")).content.decode()


# Canned answers


def test_every_blank_is_filled_from_any_case(lin: Walker) -> None:
    empty = Case(public_id="ABCDEFGH")

    assert set(canned.BLANKS) == BLANKS
    for stem in knowledge.load().answers:
        for case in (lin.case, empty):
            words = canned.filled(stem, case)
            assert "{" not in words
            assert 20 < len(words) <= 2000


def test_every_canned_answer_is_offered_once() -> None:
    offered = [stem for kind in Message.Kind for stem, _title in canned.offered(kind)]

    assert sorted(offered) == sorted(knowledge.load().answers)
    assert len(offered) >= 8


def test_choosing_one_fills_the_box_and_sends_nothing(lin: Walker, wu: User) -> None:
    services.claims.claim(lin.case, user=wu, version=None)

    asked = {"template": "payment_record", "words": "您好。", "nav": "fill"}
    response = work(signed_in(wu), lin.case, "ask", **asked)
    page = response.content.decode()

    # A page that was led to: one can go back to it, and no word of it stands in its address.
    [(address, status)] = response.redirect_chain
    assert (address.partition("?")[2], status) == ("template=payment_record", 302)
    assert "您好。\n\n我们看了您的案件" in page
    assert escape(lin.case.public_id[:4]) in page
    assert not Message.objects.exists()


def test_a_canned_answer_that_was_sent_before_is_filled_in_again(lin: Walker, wu: User) -> None:
    services.claims.claim(lin.case, user=wu, version=None)
    words = canned.filled("payment_record", lin.case)
    services.messages.ask(lin.case, user=wu, version=None, words=words, asks=ASKS)
    answer(lin, Message.objects.get(), "好的")

    filled = {"template": "payment_record", "words": "", "nav": "fill"}
    page = work(signed_in(wu), lin.case, "ask", **filled).content.decode()

    assert words[:12] in page
    assert not HalfWritten.objects.exists()


def test_what_was_sent_stays_with_where_it_came_from(lin: Walker, wu: User) -> None:
    services.claims.claim(lin.case, user=wu, version=None)

    work(
        signed_in(wu),
        lin.case,
        "ask",
        template="payment_record",
        words="改过的文字",
        evidence=["evidence:payment_record"],
        steps=["step:amount"],
    )

    sent = Message.objects.get()
    assert (sent.words, sent.template) == ("改过的文字", "payment_record")
    assert sent.knowledge_version == knowledge.load().version
    assert sent.asks == ASKS
    assert Event.objects.get(kind=Event.Kind.ASKED).fields == ASKS


def test_a_blank_left_open_is_not_sent(lin: Walker, wu: User) -> None:
    services.claims.claim(lin.case, user=wu, version=None)

    page = work(signed_in(wu), lin.case, "answer", words="请看{next_date}")

    assert "还有没填上的空：{next_date}" in page.content.decode()
    assert not Message.objects.exists()


def test_the_page_of_an_act_is_for_those_who_may(lin: Walker) -> None:
    address = reverse("admin:case_work", args=[lin.case_id, "answer"])

    assert staff("reader").get(address).status_code == 403
    page = staff("senior").get(address, follow=True)
    assert "不能这样做" in page.content.decode()
