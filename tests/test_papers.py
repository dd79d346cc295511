"""Papers to hand over: each receiver sees what it needs, and nothing more of the person."""

from __future__ import annotations

import html
import io
import json
import random
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader
from pytest_django import Settings

from cases.assessment import assess
from cases.facts import read_facts
from cases.knowledge import load
from cases.knowledge.loader import HERE, KnowledgeError
from cases.knowledge.schema import FormValue
from cases.models import Plan
from cases.plan import make_plan
from cases.renderings import papers, pdf, plan_cache
from cases.renderings.audience import (
    FOR_SELLER,
    MINE_MASKED,
    Audience,
    Item,
    Way,
    Ways,
    core,
)
from cases.renderings.papers import Receiver
from cases.renderings.plan_json import as_json
from cases.renderings.veil import Veil
from cases.services import exhibits
from cases.vocabulary import Channel
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.stories import ON, STORIES
from tests.test_download import wait_until
from tests.walker import Walker

LIN = {
    "name": "林小溪",
    "phone": "13812345678",
    "address": "浙江省杭州市西湖区文三路1号2幢301室",
    "postcode": "310012",
}
ORDER = "YX20261116007312"


def told(facts: Mapping[str, Any], consumer: Mapping[str, str], number: str) -> dict[str, Any]:
    """The facts with a person and an order number."""
    return {
        **facts,
        "consumer": {**facts.get("consumer", {}), **consumer},
        "order": {**facts["order"], "number": number},
    }


def plan_of(story: str, consumer: Mapping[str, str] = LIN, number: str = ORDER) -> dict[str, Any]:
    """The stored plan of a story, its answers in one step."""
    facts = told(STORIES[story], consumer, number)
    answers: dict[str, Any] = {}
    for section, table in facts.items():
        if isinstance(table, dict):
            answers |= {f"{section}__{key}": value for key, value in table.items()}
        else:
            answers[section] = table
    plan = as_json(make_plan(assess(read_facts(facts, on=ON), load(), on=ON)))
    stored: dict[str, Any] = json.loads(json.dumps({**plan, "answers": {"all": answers}}))
    return stored


def receiver(plan: Mapping[str, Any], channel: Channel, **kwargs: Any) -> Receiver:
    """The receiver of a channel's paper."""
    return next(each for each in papers.receivers(plan, **kwargs) if each.channel is channel)


def text_of(each: Receiver, ways: Ways | None = None) -> str:
    return papers.as_text(papers.write_paper(each, ways or each.ways))


def veiled(text: str, ways: Ways = FOR_SELLER, **answers: str) -> str:
    """A text behind the veil of a person with these answers."""
    return Veil({"names": answers}, ways).text(text)


@pytest.fixture
def reserved() -> dict[str, Any]:
    return plan_of("number_reserved_cannot_revoke")


# What each is shown


def test_everybody_the_plan_writes_to_gets_one_in_its_order(reserved: dict[str, Any]) -> None:
    written = [(row["channel"], row["respondent"]) for row in reserved["letters"]]

    found = papers.receivers(reserved)

    assert sorted((each.channel, each.row["respondent"]) for each in found) == sorted(written)
    order = [row["channel"] for row in reserved["actions"]]
    assert [each.channel for each in found] == [name for name in order if name in dict(written)]


def test_the_seller_sees_the_telephone_masked_and_no_address(reserved: dict[str, Any]) -> None:
    text = text_of(receiver(reserved, Channel.AFFILIATE_MANAGEMENT))

    assert "林小溪，138****5678" in text
    assert ORDER in text
    assert LIN["phone"] not in text
    assert "文三路" not in text
    assert LIN["postcode"] not in text


def test_the_seller_reads_nothing_of_the_advice(reserved: dict[str, Any]) -> None:
    for channel in (Channel.AFFILIATE_SERVICE, Channel.AFFILIATE_MANAGEMENT, Channel.MARKETPLACE):
        each = receiver(reserved, channel)
        text = text_of(each)

        assert papers.write_paper(each, each.ways).rows == ()
        for advice in (each.action["why"], each.row["if_refused"], *each.action["card"]["steps"]):
            assert advice not in text


def test_an_authority_gets_what_its_form_asks_in_its_order(reserved: dict[str, Any]) -> None:
    each = receiver(reserved, Channel.TELECOM_ESCALATION)

    rows = papers.write_paper(each, each.ways).rows

    labels = [field.label.replace("（请核对全称）", "") for field in each.card.fields]
    assert [label for label, _value in rows] == labels
    assert rows[:4] == (
        ("姓名", "林小溪"),
        ("地址", LIN["address"]),
        ("电话", "13812345678"),
        ("邮编", "310012"),
    )
    assert dict(rows)["工单编号"] == "LT1116"
    assert dict(rows)["运营商省公司的地址"] == "＿" * papers.BLANK_EMS


def test_a_form_says_the_month_where_the_day_is_not_known(reserved: dict[str, Any]) -> None:
    del reserved["answers"]["all"]["order__placed_on"]
    reserved["months"] = {"order__placed_on": "2026-10"}

    each = receiver(reserved, Channel.MARKET_REGULATOR_COMPLAINT)

    rows = papers.write_paper(each, each.ways).rows

    assert "2026年10月" in dict(rows).values()


def test_the_text_for_an_authority_fits_its_form(reserved: dict[str, Any]) -> None:
    for each in papers.receivers(reserved):
        paper = papers.write_paper(each, each.ways)
        if each.audience is Audience.AUTHORITY and paper.limit:
            assert len(paper.text) <= paper.limit, each.slug


@pytest.mark.parametrize("story", STORIES)
def test_a_paper_holds_nothing_that_only_its_sender_is_told(story: str) -> None:
    for each in papers.receivers(plan_of(story)):
        text = text_of(each)
        for note in ("【请填写", "请核对", "请删去", "照营业执照核对"):
            assert note not in text, each.slug


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("属实。没有受理（请核对后保留这一句）。", "属实。□没有受理。"),
        ("2. 支付利息【请填写：金额】（不主张的请删去）。", f"2. □支付利息{'＿' * 12}（金额）。"),
        ("速卡公司（请核对营业执照上的全称），地址", "速卡公司，地址"),
    ],
)
def test_what_is_to_be_confirmed_gets_a_box(text: str, printed: str) -> None:
    assert papers.by_hand(text) == printed


def test_the_characters_are_counted_as_they_stand(reserved: dict[str, Any]) -> None:
    each = receiver(reserved, Channel.MARKET_REGULATOR_COMPLAINT)
    paper = papers.write_paper(each, each.ways)

    written = papers.by_hand(paper.text).replace("＿", "")

    assert f"不算横线共{len(written)}字" in papers.as_text(paper)


def test_a_form_that_asks_no_address_gets_none(reserved: dict[str, Any]) -> None:
    text = text_of(receiver(reserved, Channel.CARRIER_COMPLAINT))

    assert "文三路" not in text
    assert LIN["phone"] in text


def test_only_what_is_at_hand_is_attached(reserved: dict[str, Any]) -> None:
    missing = {item["name"] for item in reserved["evidence"] if not item["have"]}

    for each in papers.receivers(reserved):
        assert not missing & set(each.attachments)


def test_the_page_says_what_is_in_the_paper_and_what_is_not(reserved: dict[str, Any]) -> None:
    seller = receiver(reserved, Channel.AFFILIATE_MANAGEMENT)

    assert dict(seller.seen) == {
        Item.NAME: Way.FULL,
        Item.PHONE: Way.MASKED,
        Item.ORDER: Way.FULL,
        Item.TICKET: Way.MASKED,
    }
    assert seller.not_seen == [Item.ADDRESS, Item.POSTCODE]


# What may be left out


def test_what_is_left_out_leaves_room_to_write(reserved: dict[str, Any]) -> None:
    each = receiver(reserved, Channel.MARKET_REGULATOR_COMPLAINT)
    words = {"name": "without", "phone": "without", "order": "without", "address": "without"}

    text = text_of(each, each.chosen(words))

    for value in (LIN["name"], LIN["phone"], "文三路", ORDER):
        assert value not in text
    assert "姓名：" + "＿" * 8 in text


def test_a_telephone_number_may_be_written_whole_for_the_seller(reserved: dict[str, Any]) -> None:
    each = receiver(reserved, Channel.AFFILIATE_MANAGEMENT)

    assert LIN["phone"] in text_of(each, each.chosen({"phone": "full"}))


@pytest.mark.parametrize("words", [{"address": "full"}, {"phone": "hidden"}, {"colour": "red"}])
def test_what_is_not_offered_changes_nothing(
    reserved: dict[str, Any], words: dict[str, str]
) -> None:
    each = receiver(reserved, Channel.AFFILIATE_MANAGEMENT)

    assert each.chosen(words) == each.ways


def test_who_gave_nothing_gets_blanks(reserved: dict[str, Any]) -> None:
    each = receiver(plan_of("number_reserved_cannot_revoke", {}), Channel.TELECOM_ESCALATION)

    assert ("姓名", "＿" * papers.BLANK_EMS) in papers.write_paper(each, each.ways).rows
    assert Item.NAME not in dict(each.choices)


# The veil


@pytest.mark.parametrize(
    "written",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "+86 138 1234 5678",
        "１３８１２３４５６７８",
    ],
)
def test_a_telephone_number_is_found_however_it_is_written(written: str) -> None:
    text = veiled(f"请拨打{written}联系。", consumer__phone="13812345678")

    assert text.replace("+86 ", "") == "请拨打138****5678联系。"


@pytest.mark.parametrize("typed", ["138 1234 5678", "+8613812345678", "138-1234-5678"])
def test_a_telephone_number_is_masked_however_it_was_given(typed: str) -> None:
    assert veiled("电话13812345678", consumer__phone=typed) == "电话138****5678"


NAMELESS = {**FOR_SELLER, Item.NAME: Way.WITHOUT}
GAP = "＿" * 8


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("高兴", "我高兴在这里下单。", f"我{GAP}在这里下单。"),
        ("欧阳明月", "欧 阳-明月", GAP),
        # A word of our letters is a name only where it stands alone.
        ("时间", "激活时间和渠道\n时间，138", f"激活时间和渠道\n{GAP}，138"),
        ("时间", "本人时间，时间先生", f"本人{GAP}，{GAP}先生"),
        ("王", "王府井大街\n王\n2026年", f"王府井大街\n{GAP}\n2026年"),
        ("Li", "Limit Li", f"Limit {GAP}"),
        ("阿依古丽·买买提", "阿依古丽买买提，阿依古丽·买买提", f"{GAP}，{GAP}"),
    ],
)
def test_a_name_that_is_part_of_another_word(name: str, text: str, expected: str) -> None:
    assert veiled(text, NAMELESS, consumer__name=name) == expected


def test_the_name_of_a_firm_stays_whole() -> None:
    text = veiled(
        "林小溪诉林小溪通信有限公司",
        NAMELESS,
        consumer__name="林小溪",
        order__seller_company="林小溪通信有限公司",
    )

    assert text == f"{GAP}诉林小溪通信有限公司"


def test_sums_and_days_are_no_postcode_and_no_order_number() -> None:
    text = "2026年付了310012元、310012.50元，单号1310012，邮编310012。"

    assert veiled(text, consumer__postcode="310012", order__number="2026") == text.replace(
        "邮编310012", "邮编〔已隐去〕"
    )


def test_the_stricter_way_counts_when_two_values_are_one() -> None:
    assert veiled("13812345678", consumer__phone="13812345678", order__number="13812345678") == (
        "138****5678"
    )


@pytest.mark.parametrize(
    "number", ["330106199001011234", "33010619900101123X", "330106 19900101 1234"]
)
def test_an_identity_number_is_never_shown(number: str) -> None:
    every = dict.fromkeys(Item, Way.FULL)

    assert veiled(f"证件{number}。", every) == "证件〔已隐去〕。"


def test_an_order_number_is_no_identity_number() -> None:
    number = "330106199001011234"

    assert veiled(number, order__number=number) == number


SURNAMES, GIVEN = "王李张刘陈杨于时马成方高安", "小明芳国强秀英间便全功一"
STREETS = ("文三路", "中山大道", "人民路", "和平街", "建设二路")


def person(seed: int) -> dict[str, str]:
    """Somebody who may be called like a word, or by one character."""
    chance = random.Random(seed)  # noqa: S311 - only to vary the test
    given = "".join(chance.choices(GIVEN, k=chance.choice([0, 1, 1, 2])))
    house = (
        f"{chance.randrange(1, 999)}号{chance.randrange(1, 30)}幢{chance.randrange(101, 2999)}室"
    )
    return {
        "name": chance.choice(SURNAMES) + given,
        "phone": f"1{chance.randrange(3, 10)}{chance.randrange(10**9):09}",
        "address": f"{chance.choice(SURNAMES)}州市{chance.choice(STREETS)}{house}",
        "postcode": f"{chance.randrange(100000, 859999)}",
    }


@pytest.mark.parametrize("seed", range(40))
def test_no_paper_holds_what_it_must_not(seed: int) -> None:
    consumer = person(seed)
    plan = plan_of([*STORIES][seed % len(STORIES)], consumer)
    longhand = "，".join((consumer["name"], " ".join(consumer["phone"]), consumer["address"]))
    edits = {each.slug: {each.text["length"]: f"{each.text['text']}\n{longhand}"}
             for each in papers.receivers(plan)}  # fmt: skip

    for kept in ({}, edits):
        for each in papers.receivers(plan, edits=kept):
            hidden = [i for i, way in each.ways.items() if way is not Way.FULL]
            _holds_none(each, each.ways, consumer, hidden)
            without = each.chosen(dict.fromkeys((*Item,), "without"))
            _holds_none(
                each, without, consumer, [i for i, w in without.items() if w is not Way.FULL]
            )


def _holds_none(
    each: Receiver, ways: Ways, consumer: Mapping[str, str], hidden: list[Item]
) -> None:
    # Without the labels of the form, which may hold a word somebody is called by: 时间.
    text = papers.write_paper(each, ways).whole
    digits = re.sub(r"[\s-]", "", text)
    if Item.PHONE in hidden:
        assert consumer["phone"] not in digits
    if Item.ADDRESS in hidden:
        assert core(consumer["address"]) not in core(text)
    if Item.POSTCODE in hidden:
        assert not re.search(rf"(?<!\d){consumer['postcode']}(?!\d|元)", text)
    if Item.NAME in hidden:
        assert not re.search(rf"(?<!\w){consumer['name']}(?!\w)", text)


def test_ones_own_plan_may_be_printed_masked(reserved: dict[str, Any]) -> None:
    texts = [letter["text"] for letter in papers.masked(reserved, MINE_MASKED)["letters"]]

    assert any("林小溪，138****5678" in text for text in texts)
    assert not any(LIN["phone"] in text or "文三路" in text for text in texts)


# The content

WITHOUT_A_FORM = (
    Channel.AFFILIATE_SERVICE,
    Channel.AFFILIATE_MANAGEMENT,
    Channel.MARKETPLACE,
    Channel.PAYMENT_PROVIDER,
    Channel.HEIMAO,
)


def test_every_value_of_a_form_is_known_how_to_read() -> None:
    assert set(papers.READ) == set(FormValue)
    used = {field.value for card in load().channels.values() for field in card.fields}
    assert used == set(FormValue)


def test_whoever_gets_a_text_has_a_name_and_every_authority_its_fields() -> None:
    for channel, card in load().channels.items():
        assert bool(card.receiver) is card.takes_text, channel
        authority = channel not in WITHOUT_A_FORM and card.takes_text
        assert bool(card.fields) is authority, channel


def test_a_field_with_an_unknown_value_is_refused(tmp_path: Path) -> None:
    copy = tmp_path / "knowledge"
    shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    file = copy / "channels" / "police.toml"
    file.write_text(file.read_text().replace('value = "amount"', 'value = "bank_card"'))

    with pytest.raises(KnowledgeError, match=r"channels/police\.toml.*fields"):
        load(copy)


def test_the_stored_card_is_as_it_was(reserved: dict[str, Any]) -> None:
    for card in reserved["cards"].values():
        assert not {"fields", "receiver"} & set(card)


# The pages


@pytest.fixture
def today() -> Iterator[None]:
    cache.clear()
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield
    wait_until(lambda: not plan_cache._under_way)


@pytest.fixture(autouse=True, scope="module")
def no_worker_left() -> Iterator[None]:
    yield
    pdf.close()


@pytest.fixture
def lin(client: Client, today: None, db: None) -> Walker:
    """A person with a plan."""
    lin = Walker(client)
    lin.answer(told(RESERVED, LIN, ORDER))
    lin.submit()
    return lin


SELLER_COMPANY = "affiliate-management-marketplace-seller"


def paper(lin: Walker, kind: str, query: str = "", slug: str = SELLER_COMPANY) -> Any:
    return lin.client.get(reverse(f"paper-{kind}", args=[lin.case_id, slug]) + query)


def test_the_page_lists_every_receiver(lin: Walker) -> None:
    page = lin.client.get(reverse("papers", args=[lin.case_id]))

    plan = Plan.objects.get(case=lin.case_id).content
    assert [row["slug"] for row in page.context["receivers"]] == [
        each.slug for each in papers.receivers(plan)
    ]
    assert LIN["phone"] not in page.content.decode()
    assert "身份证号" in page.content.decode()


def test_answers_that_no_longer_pass_leave_blanks_and_the_page_opens(lin: Walker) -> None:
    plan = Plan.objects.get(case=lin.case_id)
    step = next(iter(plan.content["answers"]))
    plan.content["answers"][step]["order__no_longer_asked"] = "x"
    plan.save()

    page = lin.client.get(reverse("papers", args=[lin.case_id]))

    assert page.status_code == 200
    assert "表格里有几栏这次没有填上，请手写" in page.content.decode()
    each = receiver(plan.content, Channel.TELECOM_ESCALATION)
    rows = dict(papers.write_paper(each, each.ways).rows)
    assert (rows["姓名"], rows["电话"]) == (LIN["name"], LIN["phone"])
    assert rows["工单编号"] == "＿" * papers.BLANK_EMS
    for kind in ("text", "docx"):
        response = paper(lin, kind)
        assert response.status_code == 200
        assert LIN["phone"].encode() not in response.content


def test_a_value_that_is_no_text_is_no_secret_to_veil(reserved: dict[str, Any]) -> None:
    reserved["answers"]["all"]["consumer__phone"] = 13812345678

    seller = receiver(reserved, Channel.AFFILIATE_MANAGEMENT)

    assert Item.PHONE not in dict(seller.seen)
    assert seller.told.situation is None


def test_a_paper_as_text_with_its_options(lin: Walker) -> None:
    response = paper(lin, "text", "?name=without")

    assert "林小溪" not in response.content.decode()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "%E5%8D%96%E5%AE%B6" in response["Content-Disposition"]
    assert "2026-11-22" in response["Content-Disposition"]


def test_a_paper_as_pdf_is_tagged_and_bears_its_version_only(lin: Walker) -> None:
    document = PdfReader(io.BytesIO(paper(lin, "pdf").content))
    text = "\n".join(page.extract_text() for page in document.pages)

    marked: Any = document.root_object["/MarkInfo"]
    assert marked["/Marked"]
    assert len(document.pages) <= 2
    assert "给卖家公司的材料" in text
    assert "138****5678" in text
    assert LIN["phone"] not in text
    assert lin.case.public_id not in text


def test_another_option_is_another_document(lin: Walker) -> None:
    assert paper(lin, "pdf").content != paper(lin, "pdf", "?name=without").content


def test_a_paper_is_waited_for_and_its_own_text_is_offered_at_once(lin: Walker) -> None:
    first = paper(lin, "progress", "?phone=full").content.decode()

    assert "正在生成PDF" in first
    offered = re.findall(r'href="([^"]+\.txt[^"]*)"', first)
    # Not the texts of the plan, where everything stands that was left out here.
    assert len(offered) == 1
    text = lin.client.get(html.unescape(offered[0])).content.decode()
    assert LIN["phone"] in text
    assert LIN["address"] not in text


def test_the_paper_that_was_waited_for_is_the_one_that_was_chosen(lin: Walker) -> None:
    body = paper(lin, "pdf", "?phone=full").content

    response = paper(lin, "progress", "?phone=full&colour=red")

    assert response.status_code == 302
    assert "colour" not in response.url
    assert lin.client.get(response.url).content == body
    assert "正在生成PDF" in paper(lin, "progress").content.decode()


def test_each_paper_has_a_place_of_its_own(lin: Walker) -> None:
    slugs = [each.slug for each in papers.receivers(Plan.objects.get(case=lin.case_id).content)]
    for slug in slugs[:2]:
        paper(lin, "pdf", slug=slug)

    assert [paper(lin, "progress", slug=slug).status_code for slug in slugs[:2]] == [302, 302]


def test_no_plan_has_more_papers_than_there_are_places() -> None:
    assert max(len(plan_of(story)["actions"]) for story in STORIES) <= plan_cache.PAPERS
    assert plan_cache.paper_place(1000) in plan_cache.PLACES


def test_a_paper_that_fails_leads_to_its_own_text_and_another_try(lin: Walker) -> None:
    with ExitStack() as taken:
        for _ in range(pdf.AT_ONCE + pdf.WAITING):
            taken.enter_context(pdf._taking(pdf._doors, timeout=0))
        response = paper(lin, "pdf", "?phone=full")

    page = response.content.decode()
    args = [lin.case_id, SELLER_COMPANY]
    assert response.status_code == 503
    assert f"{reverse('paper-progress', args=args)}?name=full&amp;phone=full" in page
    assert f"{reverse('paper-text', args=args)}?name=full&amp;phone=full" in page
    assert reverse("plan-text", args=args[:1]) not in page


def test_a_paper_as_docx(lin: Walker) -> None:
    body = zipfile.ZipFile(io.BytesIO(paper(lin, "docx").content)).read("word/document.xml")

    assert "138****5678" in body.decode()
    assert LIN["phone"] not in body.decode()


def test_a_paper_nobody_gets_is_not_found(lin: Walker) -> None:
    assert paper(lin, "text", slug="police").status_code == 404


def test_another_browser_sees_none(lin: Walker) -> None:
    stranger = Client()
    for name, args in (("papers", []), ("paper-text", [SELLER_COMPANY])):
        response = stranger.get(reverse(name, args=[lin.case_id, *args]))
        assert "林小溪" not in response.content.decode()
        assert response.status_code != 200 or "receivers" not in (response.context or {})


def test_ones_own_pdf_is_whole_unless_asked_masked(lin: Walker) -> None:
    address = reverse("plan-pdf", args=[lin.case_id])
    whole, masked = (_read(lin.client.get(address + query)) for query in ("", "?masked=1"))

    assert LIN["phone"] in whole
    assert LIN["phone"] not in masked
    assert "138****5678" in masked
    assert "文三路" not in masked


def test_the_masked_plan_has_a_name_of_its_own(lin: Walker) -> None:
    address = reverse("plan-pdf", args=[lin.case_id])

    whole, masked = (
        lin.client.get(address + query)["Content-Disposition"] for query in ("", "?masked=1")
    )

    assert quote("已遮住") in masked
    assert "plan-masked-" in masked
    assert quote("已遮住") not in whole


@pytest.mark.parametrize("given", [True, False])
def test_masking_is_offered_only_where_something_would_be_masked(lin: Walker, given: bool) -> None:
    plan = lin.case.plans.latest()
    if not given:
        for clean in plan.content["answers"].values():
            clean.pop("consumer__phone", None)
            clean.pop("consumer__address", None)
        plan.save()

    page = lin.client.get(reverse("plan", args=[lin.case_id])).content.decode()

    assert ("?masked=1" in page) is given


def test_the_masked_plan_veils_what_the_person_called_an_exhibit(
    lin: Walker, settings: Settings, tmp_path: Path
) -> None:
    options = {"location": tmp_path / "evidence"}
    kept = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "evidence": kept}
    picture = io.BytesIO()
    Image.new("RGB", (30, 60), "white").save(picture, "PNG")
    said = {"label": f"与{LIN['phone']}的短信"}
    exhibits.add(lin.case, upload=picture.getvalue(), file_format="PNG", kind="chat", said=said)

    address = reverse("plan-pdf", args=[lin.case_id])
    whole, masked = (
        re.sub(r"\s", "", _read(lin.client.get(address + query))) for query in ("", "?masked=1")
    )

    assert f"与{LIN['phone']}的短信" in whole
    assert "与138****5678的短信" in masked
    assert LIN["phone"] not in masked


def test_the_masked_plan_is_waited_for_as_the_whole_one(lin: Walker) -> None:
    page: Any = lin.client.get(reverse("plan-progress", args=[lin.case_id]) + "?masked=1")

    address = page.url if page.status_code == 302 else page.context["ready_at"]
    assert address.endswith("plan.pdf?masked=1")


def _read(response: Any) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)
