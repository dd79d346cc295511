"""Texts of the plan that the person writes anew: they stand everywhere, and nothing vanishes."""

from __future__ import annotations

import html
import io
import json
import re
from datetime import date
from typing import Any

import docx
import pypdf
import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from cases import services
from cases.admin.dossier import plan_shown
from cases.knowledge import Knowledge
from cases.knowledge.banned_words import hints
from cases.models import Plan
from cases.renderings.outline import original_texts, outline, with_edits
from cases.renderings.plan_text import as_text
from cases.renderings.read_aloud import sentences
from cases.services.edits import ASIDE, MOST_ASIDE, Place, StaleText, TextGone
from cases.templatetags.resuming import MOST_BYTES, text_picture
from cases.wizard.forms.letter import MOST_CHARACTERS, MOST_LINES, LetterForm
from tests.test_weight import ANY_PAGE, weight
from tests.walker import Walker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

SLUG = "carrier-complaint-carrier"
MINE = "我自己写的第一句。\n订单我查过了，请在五日内答复。"
ON = date(2026, 11, 22)
TODAY, TOMORROW = "2026年11月22日", "2026年11月23日"
OTHER = "另一个页面里写的。"
RUDE = "你们这些骗子，请退款。"
FULL = Place(slug=SLUG, length="full")
CHAT = Place(slug=SLUG, length="chat")


def plan_of(lin: Walker) -> Plan:
    newest = lin.case.plans.first()
    assert newest
    return newest


def url(lin: Walker, length: str = "full", name: str = "letter-text") -> str:
    return reverse(name, args=[lin.case_id, SLUG, length])


def shown(lin: Walker, name: str, *args: Any) -> str:
    """A page or a file of the case as text."""
    return html.unescape(lin.client.get(reverse(name, args=[lin.case_id, *args])).content.decode())


def version(lin: Walker, length: str = "full") -> str:
    page = lin.client.get(url(lin, length)).content.decode()
    found = re.search(r'name="version" value="(\w+)"', page)
    assert found
    return found[1]


def send(lin: Walker, text: str, nav: str = "save", length: str = "full", **more: str) -> Any:
    """Press a button of the page, as it was just shown."""
    posted = {"version": version(lin, length), "text": text, "nav": nav, **more}
    return lin.client.post(url(lin, length), posted)


def current(lin: Walker, place: Place = FULL) -> str:
    plan = plan_of(lin)
    return original_texts(with_edits(plan.content, plan.edits))[place.slug][place.length]


def original(lin: Walker, place: Place = FULL) -> str:
    return original_texts(plan_of(lin).content)[place.slug][place.length]


def change_an_answer(lin: Walker) -> None:
    """Another order number, which stands in letters, and a new plan."""
    lin.post("names", {"order__number": "TB20261199999"})
    submit_later(lin)


def submit_later(lin: Walker) -> None:
    """The newest plan is the one that was made later."""
    with time_machine.travel("2026-11-22T11:00:00+08:00", tick=False):
        lin.submit()


# ---- saved, and shown everywhere


def test_an_edited_text_stands_in_every_output(lin: Walker) -> None:
    before = original(lin)

    response = send(lin, MINE.replace("\n", "\r\n"))

    assert response.status_code == 302
    plan = plan_of(lin)
    assert plan.edits == {SLUG: {"full": MINE}}
    for text in (
        as_text(plan.content, edits=plan.edits),
        shown(lin, "letter", SLUG),
        shown(lin, "letters"),
        shown(lin, "plan-text"),
        shown(lin, "plan"),
    ):
        assert MINE in text.replace("\r\n", "\n")
        assert before not in text
    letters = outline(plan.content, edits=plan.edits)["actions"]
    assert [row["letter"]["text"] for row in letters if row["slug"] == SLUG] == [MINE]


def test_the_pdf_holds_the_edited_text(lin: Walker) -> None:
    send(lin, MINE)

    document = lin.client.get(reverse("plan-pdf", args=[lin.case_id])).content

    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    assert "我自己写的第一句。" in "".join(page.extract_text() for page in pages)


def test_the_plan_on_paper_holds_an_edited_shorter_text_beside_the_full_one(lin: Walker) -> None:
    phone = "13800138000"
    named = "聊天窗口用：您改过的文字"
    assert named not in on_paper(lin, "plan-pdf") + on_paper(lin, "plan-docx")

    send(lin, f"我改短了。请打{phone}。", length="chat")

    for name in ("plan-pdf", "plan-docx"):
        text = on_paper(lin, name)
        assert f"{named}我改短了。请打{phone}。" in text
        assert text.index("以上情况属实") < text.index(named)
        assert "电话里说（约20秒）：您改过的文字" not in text


def test_the_masked_plan_veils_an_edited_shorter_text(lin: Walker) -> None:
    phone = "13800138000"
    lin.post("names", {"consumer__phone": phone})
    submit_later(lin)
    send(lin, f"我改短了。请打{phone}。", length="chat")

    text = on_paper(lin, "plan-pdf", "?masked=1")

    assert "我改短了。请打138****8000。" in text
    assert phone not in text


def on_paper(lin: Walker, name: str, query: str = "") -> str:
    """The words of the plan's PDF or DOCX, without white space."""
    body = lin.client.get(reverse(name, args=[lin.case_id]) + query).content
    if name == "plan-pdf":
        pages = pypdf.PdfReader(io.BytesIO(body)).pages
        return "".join("".join(page.extract_text().split()) for page in pages)
    paragraphs = docx.Document(io.BytesIO(body)).paragraphs
    return "".join("".join(row.text.split()) for row in paragraphs)


def test_the_desk_shows_it_masked(lin: Walker) -> None:
    send(lin, "请打13800138000。")

    shown = plan_shown(plan_of(lin))
    assert shown is not None
    texts = [each["letter"]["text"] for each in shown["actions"] if each["slug"] == SLUG]

    assert texts == ["请打138****8000。"]


def test_the_stored_plan_itself_stays_as_it_was_said(lin: Walker) -> None:
    before = plan_of(lin).content

    send(lin, MINE)

    assert plan_of(lin).content == before


def test_the_text_lies_sealed(lin: Walker) -> None:
    send(lin, MINE)

    with connection.cursor() as cursor:
        cursor.execute("SELECT edits FROM cases_plan")
        assert "我自己写的" not in str(cursor.fetchall())


def test_every_length_is_edited_by_itself(lin: Walker) -> None:
    send(lin, MINE, length="chat")

    assert current(lin, CHAT) == MINE
    assert current(lin) == original(lin)


def test_the_plan_marks_it_and_the_page_says_where_it_stands(lin: Walker) -> None:
    assert "已修改" not in shown(lin, "plan")

    page = lin.client.get(send(lin, MINE)["Location"]).content.decode()

    assert "已保存" in page
    assert "PDF" in page
    assert "已修改" in shown(lin, "plan")


def test_the_original_sent_again_is_no_edit(lin: Walker) -> None:
    send(lin, original(lin).replace("\n", "\r\n"))

    assert plan_of(lin).edits is None


def test_reading_writes_nothing(lin: Walker) -> None:
    lin.client.get(url(lin))
    lin.client.head(url(lin))

    assert plan_of(lin).edits is None


# ---- the count


def test_the_server_counts_and_keeps_nothing(lin: Walker) -> None:
    response = send(lin, "一二三\r\n四五", nav="preview", length="chat")

    page = response.content.decode()
    assert response.status_code == 200
    assert "现在6字" in page
    assert "一二三\n四五</div>" in page
    assert plan_of(lin).edits is None


def test_over_the_limit_is_a_warning_and_is_kept(lin: Walker) -> None:
    long = "长" * 500

    page = send(lin, long, nav="preview", length="chat").content.decode()
    response = send(lin, long, length="chat")

    assert re.search(r"多了\d+字", page)
    assert response.status_code == 302
    assert current(lin, CHAT) == long


def test_over_a_limit_that_is_sure_is_an_error_and_the_text_stays_on_the_page(lin: Walker) -> None:
    plan = plan_of(lin)
    for letter in plan.content["letters"]:
        for row in letter["shorter"]:
            row["verified"] = True
    plan.save()

    response = send(lin, "长" * 500, length="chat")

    assert response.status_code == 200
    assert "error-summary" in response.content.decode()
    assert "长" * 500 in response.content.decode()
    assert plan_of(lin).edits is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("长" * (MOST_CHARACTERS + 3), "现在多了 3 字"),
        ("行\n" * (MOST_LINES + 1) + "末", "现在有 122 行"),
        ("  \n ", "文字是空的"),
    ],
)
def test_what_cannot_be_kept_is_said_in_a_sentence(lin: Walker, text: str, said: str) -> None:
    response = send(lin, text)

    page = response.content.decode()
    assert said in page
    assert text.strip() in page
    assert "错误：" in re.findall("<title>(.*?)</title>", page, re.DOTALL)[0]
    assert plan_of(lin).edits is None


def test_line_ends_and_nulls_are_made_plain() -> None:
    form = LetterForm({"text": "\r\n甲\r\n乙\r丙\x00\n\n"})

    assert form.is_valid()
    assert form.cleaned_data["text"] == "甲\n乙\n丙"


# ---- nothing vanishes


def test_restoring_sets_the_text_aside_and_it_can_be_taken_back(lin: Walker) -> None:
    send(lin, MINE)

    send(lin, MINE, nav="restore")
    page = shown(lin, "letter-text", SLUG, "full")

    assert current(lin) == original(lin)
    assert MINE in page
    assert "换回这段文字" in page
    send(lin, original(lin), nav=f"use:{services.edits.version_of(MINE)}")
    assert current(lin) == MINE
    assert ASIDE not in (plan_of(lin).edits or {})


def test_what_was_typed_and_not_saved_is_set_aside_too(lin: Walker) -> None:
    send(lin, MINE)

    send(lin, "刚刚打的字。", nav="restore")

    assert [each.text for each in services.edits.asides_of(plan_of(lin))] == ["刚刚打的字。"]


def test_taking_back_sets_the_other_text_aside(lin: Walker) -> None:
    send(lin, MINE)
    send(lin, MINE, nav="restore")

    send(lin, OTHER, nav=f"use:{services.edits.version_of(MINE)}")

    assert current(lin) == MINE
    assert [each.text for each in services.edits.asides_of(plan_of(lin))] == [OTHER]


def test_an_older_text_set_aside_stays_beside_a_newer_one(lin: Walker) -> None:
    for text in (MINE, OTHER):
        send(lin, text)
        send(lin, text, nav="restore")

    page = html.unescape(shown(lin, "letter-text", SLUG, "full"))

    assert [each.text for each in services.edits.asides_of(plan_of(lin))] == [OTHER, MINE]
    assert MINE in page
    assert OTHER in page


def test_of_many_drafts_the_oldest_goes(lin: Walker) -> None:
    drafts = [f"第{number}稿。" for number in range(MOST_ASIDE + 1)]
    for text in drafts:
        send(lin, text)
        send(lin, text, nav="restore")

    kept = [each.text for each in services.edits.asides_of(plan_of(lin))]

    assert kept == list(reversed(drafts))[:MOST_ASIDE]


def test_the_text_set_aside_is_deleted_when_it_is_asked_for(lin: Walker) -> None:
    send(lin, MINE)
    send(lin, MINE, nav="restore")

    page = send(lin, "打到一半", nav=f"drop:{services.edits.version_of(MINE)}").content.decode()

    assert "打到一半" in page
    assert MINE not in html.unescape(page)
    assert plan_of(lin).edits is None


def test_another_tab_is_not_overwritten_and_both_texts_are_shown(lin: Walker) -> None:
    seen = version(lin)
    send(lin, OTHER)

    page = lin.client.post(url(lin), {"version": seen, "text": MINE, "nav": "save"})

    shown_page = html.unescape(page.content.decode())
    assert current(lin) == OTHER
    assert OTHER in shown_page
    assert MINE in shown_page
    agreed = page.context["version"]
    lin.client.post(url(lin), {"version": agreed, "text": MINE, "nav": "save"})
    assert current(lin) == MINE


@pytest.mark.parametrize(
    ("text", "nav"), [(MINE, "preview"), (RUDE, "save"), ("", "save"), (MINE, "drop")]
)
def test_a_page_in_between_does_not_hide_another_tab(lin: Walker, text: str, nav: str) -> None:
    seen = version(lin)
    send(lin, OTHER)

    page = lin.client.post(url(lin), {"version": seen, "text": text, "nav": nav})

    assert page.context["version"] == seen


def test_the_same_text_twice_is_no_conflict(lin: Walker) -> None:
    seen = version(lin)
    send(lin, MINE)

    again = lin.client.post(url(lin), {"version": seen, "text": MINE, "nav": "save"})

    assert again.status_code == 302


def test_an_expired_session_keeps_the_text_and_the_code_leads_back(lin: Walker) -> None:
    seen, code = version(lin), lin.case.code.grouped
    Session.objects.all().delete()

    page = lin.client.post(
        url(lin), {"version": seen, "text": MINE, "nav": "save", "told": "别页的话"}
    )
    body = html.unescape(page.content.decode())
    back = lin.client.post(reverse("resume"), {"code": code, "wanted": url(lin)})

    assert page.status_code == 404
    assert MINE in body
    assert f'name="wanted" value="{url(lin)}"' in body
    assert "别页的话" not in body
    assert back["Location"] == url(lin)


def test_a_token_that_is_gone_keeps_the_text_and_it_can_be_sent_again(lin: Walker) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = lin.client.cookies

    page = strict.post(url(lin), {"version": "", "text": MINE, "nav": "save"})

    assert page.status_code == 403
    assert MINE in page.content.decode()
    assert "再次提交" in page.content.decode()


@pytest.mark.parametrize(
    "wanted", ["//evil.example/", "/case/", "https://evil.example/", "/start/"]
)
def test_the_code_leads_nowhere_else(lin: Walker, wanted: str) -> None:
    fresh = Client()

    back = fresh.post(reverse("resume"), {"code": lin.case.code.grouped, "wanted": wanted})

    assert back["Location"] == reverse("plan", args=[lin.case_id])


def test_the_code_of_one_case_does_not_lead_to_another(lin: Walker, client: Client) -> None:
    other = Walker(Client())

    back = Client().post(reverse("resume"), {"code": other.case.code.grouped, "wanted": url(lin)})

    assert str(lin.case_id) not in back["Location"]


@pytest.mark.parametrize("letter", ["nobody", "police"])
def test_a_text_that_the_plan_has_not_keeps_what_was_typed(lin: Walker, letter: str) -> None:
    address = reverse("letter-text", args=[lin.case_id, letter, "full"])

    page = lin.client.post(address, {"text": MINE, "nav": "save"})

    assert page.status_code == 404
    assert MINE in page.content.decode()


# ---- a new plan


def test_an_edit_comes_along_where_the_original_is_the_same(lin: Walker) -> None:
    send(lin, MINE)
    before = original(lin)
    lin.post("evidence", {"evidence": ["order_page"]})

    submit_later(lin)

    assert lin.case.plans.count() == 2
    assert original(lin) == before
    assert current(lin) == MINE


def test_an_edit_comes_along_when_only_the_day_of_the_letter_changed(lin: Walker) -> None:
    before, mine = original(lin), "我2026年11月22日又打了一次，没有人接。"
    send(lin, f"{mine}\n{before}")

    submit_next_day(lin)

    assert before.endswith(f"\n{TODAY}")
    assert original(lin) == before.replace(TODAY, TOMORROW)
    # The day on which something happened stays.
    assert current(lin) == f"{mine}\n{before.replace(TODAY, TOMORROW)}"
    assert not services.edits.asides_of(plan_of(lin))


def test_an_edit_with_a_day_of_its_own_is_set_aside_with_the_old_day(lin: Walker) -> None:
    mine = f"{TODAY}\n他们没有接电话。\n{TODAY}"
    send(lin, mine)

    submit_next_day(lin)

    assert current(lin) == original(lin)
    assert [each.text for each in services.edits.asides_of(plan_of(lin))] == [mine]


def submit_next_day(lin: Walker) -> None:
    """Another plan, of the day after."""
    lin.post("evidence", {"evidence": ["order_page"]})
    with time_machine.travel("2026-11-23T10:00:00+08:00", tick=False):
        lin.submit()


def test_an_edit_whose_original_changed_is_set_aside_and_said(lin: Walker) -> None:
    slug = "marketplace-marketplace-seller"
    address = reverse("letter-text", args=[lin.case_id, slug, "full"])
    seen = lin.client.get(address).context["version"]
    lin.client.post(address, {"version": seen, "text": MINE, "nav": "save"})
    change_an_answer(lin)

    page = shown(lin, "plan")

    aside = services.edits.asides_of(plan_of(lin))
    assert [(each.place.length, each.text, each.changed) for each in aside] == [
        ("full", MINE, True)
    ]
    assert "原文后来变了" in page
    assert f"{address}#aside" in page
    assert MINE in html.unescape(lin.client.get(address).content.decode())


def test_a_text_whose_channel_is_gone_is_shown_on_the_plan() -> None:
    before = Plan(content={"letters": []}, edits={ASIDE: {"gone": {"full": [_row(MINE)]}}})

    edits = services.edits.carried_over(before, {"letters": []})

    assert edits == before.edits


def _row(text: str) -> dict[str, Any]:
    return {"text": text, "title": "某个渠道", "changed": True}


def test_the_plan_shows_a_text_whose_channel_is_gone(lin: Walker) -> None:
    plan = plan_of(lin)
    plan.edits = {ASIDE: {"gone": {"full": [_row(MINE)]}}}
    plan.save()

    page = shown(lin, "plan")

    assert "某个渠道（现在的方案里没有这段文字）" in page
    assert MINE in page


def test_the_services_refuse_what_is_not_there(lin: Walker) -> None:
    with pytest.raises(TextGone):
        services.edits.save_text(lin.case, Place(slug="x", length="full"), text="甲", version="")
    with pytest.raises(StaleText):
        services.edits.save_text(lin.case, FULL, text="甲", version="old")
    case = lin.case
    services.disposal.erase(lin.case)
    with pytest.raises(TextGone):
        services.edits.restore_text(case, FULL, title="")


# ---- words better left out


@pytest.mark.parametrize(
    "text",
    [
        "你们是骗子",
        "不退我就举报你们",
        "身份证11010519900307293X",
        "卡号6222 0212 3456 7890 123",
        "这是诈骗",
        "我要曝光",
        "这样一定能退",
    ],
)
def test_what_is_better_left_out_is_named(text: str, knowledge: Knowledge) -> None:
    assert hints(text, knowledge, on=ON, police=False)


@pytest.mark.parametrize(
    "text",
    [
        "订单编号2026112200001234567，请退款",
        "这是我妈的手机号，是垃圾短信",
        "卡号后四位1234，ICCID 89860112345678901234",
        "如果不能退款，请说明理由",
        "《反电信网络诈骗法》第九条",
    ],
)
def test_what_only_looks_like_it_is_not(text: str, knowledge: Knowledge) -> None:
    assert hints(text, knowledge, on=ON, police=False) == []


def test_all_that_is_better_left_out_is_named_at_once(knowledge: Knowledge) -> None:
    found = hints("你们是骗子，垃圾公司，就是骗子", knowledge, on=ON, police=False)

    assert [hint.words for hint in found] == ["骗子”“垃圾"]


def test_one_short_sentence_is_read_out_after_a_pause(lin: Walker) -> None:
    for text, said in (("一二三", "现在3字。"), ("你们是骗子", "建议去掉“骗子”。")):
        page = send(lin, text, nav="preview", length="chat").content.decode()

        (read_out,) = re.findall(r'aria-live="polite">([^<]*)</p>', page)
        assert read_out.strip() == said
        assert not re.search(r'id="counted"\s+aria-live', page)


def test_the_police_are_told_anything_but_rudeness(knowledge: Knowledge) -> None:
    assert hints("我遭到诈骗", knowledge, on=ON, police=True) == []
    assert hints("这个骗子", knowledge, on=ON, police=True)


def test_no_original_needs_a_hint(lin: Walker) -> None:
    assert "建议去掉" not in shown(lin, "plan")


def test_the_hint_comes_once_before_it_is_kept_and_refuses_nothing(lin: Walker) -> None:
    first = send(lin, RUDE)
    page = html.unescape(first.content.decode())
    told = first.context["told"]

    assert first.status_code == 200
    assert "“骗子”" in page
    assert "还没有保存" in page
    assert RUDE in page
    assert plan_of(lin).edits is None
    assert send(lin, RUDE, told=told).status_code == 302
    assert current(lin) == RUDE
    assert "建议去掉" in shown(lin, "plan")


def test_a_rude_word_from_the_answers_gets_the_same_hint(lin: Walker) -> None:
    lin.post("names", {"order__number": "黑心店的订单"})
    submit_later(lin)

    assert "“黑心”" in shown(lin, "plan")


# ---- read out, and on another device


def test_a_script_is_read_a_sentence_a_line_with_its_blanks_marked(lin: Walker) -> None:
    send(lin, "我要投诉。工号是【工号】，对吗？\n好。", length="call-20s")

    page = lin.client.get(url(lin, "call-20s", "letter-read")).content.decode()

    assert page.count("<li>") == 3
    assert "<mark>【工号】</mark>" in page


def test_sentences_lose_nothing() -> None:
    text = "甲说：“好。”乙【姓名】！\n\n丙"

    parts = [part.text for sentence in sentences(text) for part in sentence]

    assert "".join(parts) == text.replace("\n", "")


def test_the_picture_holds_the_text_or_the_address_and_never_the_code(lin: Walker) -> None:
    page = lin.client.get(url(lin, "chat")).content.decode()
    assert "二维码里就是已保存的文字" in page

    send(lin, "长" * 600, length="chat")
    page = lin.client.get(url(lin, "chat")).content.decode()

    assert "放的是这一页的网址" in page


def test_what_is_too_long_for_a_camera_has_no_picture_of_itself() -> None:
    assert text_picture("长" * (MOST_BYTES // 3)) is not None
    assert text_picture("长" * (MOST_BYTES // 3 + 1)) is None


@pytest.mark.parametrize("name", ["letter-text", "letter-read"])
def test_the_pages_of_a_text_are_light(lin: Walker, name: str) -> None:
    send(lin, "长" * MOST_CHARACTERS, length="call-20s")

    assert weight(lin.client, url(lin, "call-20s", name)) <= ANY_PAGE


def test_buttons_and_links_have_names_of_their_own(lin: Walker) -> None:
    page = lin.client.get(reverse("plan", args=[lin.case_id])).content.decode()
    links = re.findall(r'<a href="[^"]*/letters/[^"]*">(.*?)</a>', page, re.DOTALL)
    copies = re.findall(r"<button[^>]*data-copy=\"text-[^>]*>(.*?)</button>", page, re.DOTALL)
    for names in (links, copies):
        plain = [re.sub(r"<[^>]*>|\s", "", name) for name in names]
        assert len(plain) == len(set(plain)) > 10


def test_all_texts_come_in_one_file(lin: Walker) -> None:
    response = lin.client.get(reverse("letters", args=[lin.case_id]))

    text = response.content.decode()
    assert response["Content-Disposition"].startswith('attachment; filename="letters-2026-11-22')
    for letter in plan_of(lin).content["letters"]:
        assert letter["text"] in text
    assert json.dumps(lin.case.secret) not in text
