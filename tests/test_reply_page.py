"""A reply of the other side, pasted: decoded, or sent to us if the person likes; nothing kept."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from cases.knowledge import Knowledge
from cases.models import DailyCount, PageReport
from cases.services.remarks import REMARKS_PER_ADDRESS
from cases.views.reply import MOST_SHOWN, decode
from cases.wizard.forms.reply import LONGEST_REPLY
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.walker import Walker

pytestmark = pytest.mark.django_db

PAGE = "/reply/"
ON = date(2026, 11, 22)
KNOWN = "您需要先激活，然后再申请销户"
STRANGE = "喵喵喵汪汪汪"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    cache.clear()
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


def asked(client: Client, words: str, **more: str) -> str:
    response = client.post(PAGE, {"words": words, **more})
    assert response.status_code == 200
    return unescape(response.content.decode())


def counted() -> list[tuple[str, str, str, str, int]]:
    rows = DailyCount.objects.filter(step="reply")
    return list(rows.values_list("kind", "step", "field", "code", "number"))


def test_it_works(client: Client, knowledge: Knowledge) -> None:
    html = asked(client, KNOWN)

    reply = knowledge.replies["activate_to_close"]
    for words in (reply.means, reply.answer, reply.answer_short, reply.next, *reply.never):
        assert words in html
    for words in ("照做会吃亏", "要准备的证据", "不要做", "依据写在哪里", KNOWN):
        assert words in html
    assert counted() == [("answered", "reply", "", "", 1)]


def test_it_shows_few_and_the_likeliest_first(knowledge: Knowledge) -> None:
    found = [*decode("激活、退款、销户、结算、审核、财务、佣金、合约期", knowledge, ON)]
    assert 1 < len(found) <= MOST_SHOWN
    assert next(decode(KNOWN, knowledge, ON)).id == "activate_to_close"


def test_what_is_past_its_review_says_so(knowledge: Knowledge) -> None:
    late = date(2036, 1, 1)
    assert [each.overdue for each in decode(KNOWN, knowledge, late)][0]
    assert not [each.overdue for each in decode(KNOWN, knowledge, ON)][0]


def test_an_unknown_reply_is_counted_without_a_word_of_it(client: Client) -> None:
    html = asked(client, STRANGE)

    assert "这句话我们还不认得" in html
    assert "请帮我们看看这句话" in html
    assert counted() == [("error", "reply", "", "unknown", 1)]
    assert not PageReport.objects.exists()


def test_it_is_sent_only_when_the_person_chooses(client: Client) -> None:
    response = client.post(PAGE, {"words": STRANGE, "send": "1"})

    assert response.status_code == 302
    assert response["Location"] == "/remark/thanks/?page=reply"
    kept = PageReport.objects.get()
    assert (kept.page, kept.words) == ("reply", STRANGE)
    assert counted() == []
    thanks = client.get(response["Location"]).content.decode()
    assert "收到了，谢谢您" in thanks
    assert f'href="{PAGE}"' in thanks


def test_too_many_leave_the_words_on_the_page(client: Client) -> None:
    for _ in range(REMARKS_PER_ADDRESS):
        client.post(PAGE, {"words": STRANGE, "send": "1"})

    response = client.post(PAGE, {"words": STRANGE, "send": "1"})

    assert response.status_code == 429
    assert response["Retry-After"]
    assert "还没有收下" in response.content.decode()
    assert STRANGE in response.content.decode()
    assert PageReport.objects.count() == REMARKS_PER_ADDRESS


@pytest.mark.parametrize("words", ["", "  \n ", "。。。", "字" * (LONGEST_REPLY + 1)])
def test_it_rejects_what_cannot_be_looked_up(client: Client, words: str) -> None:
    for more in ({}, {"send": "1"}):
        html = asked(client, words, **more)
        assert "有问题需要改正" in html
        assert words.strip() in html
    assert counted() == []
    assert not PageReport.objects.exists()


def test_nothing_is_kept_or_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        asked(client, STRANGE)
        asked(client, KNOWN)

    assert not client.session.keys()
    assert STRANGE not in caplog.text and KNOWN not in caplog.text
    assert STRANGE not in client.get(PAGE).content.decode()


def test_it_requires_a_token() -> None:
    assert Client(enforce_csrf_checks=True).post(PAGE, {"words": KNOWN}).status_code == 403


def test_markup_stays_text(client: Client) -> None:
    response = client.post(PAGE, {"words": "<script>alert(1)</script>"})
    assert "<script>alert" not in response.content.decode()


def test_it_is_linked_beside_the_letters_and_leads_back(client: Client) -> None:
    lin = Walker(client)
    lin.answer(RESERVED)
    lin.submit()
    plan = f"/case/{lin.case_id}/"

    assert f'href="{PAGE}"' in client.get(plan).content.decode()
    back = re.search(r'class="back"\s+href="([^"]+)"', client.get(PAGE).content.decode())
    assert back and back[1] == plan
