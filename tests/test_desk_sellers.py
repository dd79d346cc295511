"""The directory of sellers: names, links, merging, cases that are alike, the dossier."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

import pypdfium2
import pytest
import time_machine
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cases.admin import seller_acts
from cases.admin.seller_forms import licence_fits
from cases.models import Alias, BlindKey, Case, CaseCount, CloseReason, Event, Seller, Status
from cases.renderings import seller_dossier
from cases.renderings.seller_dossier import Subject, Told
from cases.services import answers, plans, sellers, status, tallies
from cases.services.desk import written
from cases.services.rights import NotAllowed
from cases.services.sellers import CannotMerge, NameTaken
from tests import desk_cases
from tests.desk import member, signed_in, staff

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ON = date(2026, 11, 22)
LICENCE = "91350100M000100Y43"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def submitted(**found_by: str) -> Case:
    return send(answers.open_case(), **found_by)


def send(case: Case, **found_by: str) -> Case:
    summary = {
        "stage": "submitted",
        "seller": found_by.get("seller"),
        "found_by": {kind: [text] for kind, text in found_by.items()},
    }
    plans.submit(
        case,
        key=uuid4().hex,
        on=ON,
        plan={"letters": [], "says": found_by},
        knowledge_version="0",
        summary=cast("plans.Summary", summary),
    )
    return again(case)


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def listed(name: str, *names: str, **columns: str) -> Seller:
    seller = Seller.objects.create(name=name, **columns)
    for each in (name, *names):
        sellers.keep_alias(seller, each)
    return seller


def refund(case: Case) -> None:
    with written(case, version=None) as current:
        status.put(current, Status.CLOSED, reason=CloseReason.REFUNDED)
        current.refunded_on = ON


def counted(seller: Seller) -> tuple[int, int]:
    """Submissions and refunds that the counters know of this seller."""
    rows = CaseCount.objects.all()
    of_days = rows.filter(kind="seller_days", key__startswith=f"{seller.pk}:")
    of_seller = rows.filter(kind="seller", key=str(seller.pk))
    return tuple(found.aggregate(n=Sum("number"))["n"] or 0 for found in (of_seller, of_days))  # type: ignore[return-value]


# ---- names


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("https://www.hk-shop.example.com/item?id=1", "HK-shop.example.com"),
        ("畅联 号卡店", "畅联号卡店"),
        ("ＡＢＣ号卡", "abc号卡"),
    ],
)
def test_spellings_of_a_name_are_one(text: str, same: str) -> None:
    assert sellers.key_of(text) == sellers.key_of(same)


def test_an_address_is_kept_by_its_host() -> None:
    assert sellers.shown_as(" https://www.shop.example.com/a ") == "shop.example.com"
    assert sellers.shown_as("某某  号卡 example.com 店") == "某某 号卡 example.com 店"


def test_a_name_belongs_to_one_seller() -> None:
    seller = listed("甲号卡")
    assert sellers.keep_alias(seller, "甲 号卡").pk == seller.aliases.get().pk
    with pytest.raises(NameTaken) as taken:
        sellers.keep_alias(listed("乙号卡"), "甲号卡")
    assert taken.value.seller == seller


def test_a_licence_is_checked_to_its_last_digit() -> None:
    assert licence_fits(LICENCE)
    wrong = [LICENCE[:-1] + last for last in "0123456789ABCDEFGHJKLMNPQRTUWXY" if last != "3"]
    assert not any(licence_fits(code) for code in wrong)
    assert not licence_fits(LICENCE[:-1])
    assert not licence_fits("I" + LICENCE[1:])


# ---- links


@pytest.mark.parametrize("kind", ["seller", "company", "payee", "host"])
def test_a_case_is_linked_as_it_comes(kind: str) -> None:
    seller = listed("甲号卡", "jia.example.com")
    text = "jia.example.com" if kind == "host" else "甲号卡"
    assert submitted(**{kind: text}).listed_seller == seller
    assert counted(seller) == (1, 0)


def test_an_address_typed_as_the_shop_links_by_its_host() -> None:
    seller = listed("甲号卡", "jia.example.com")
    assert submitted(seller="在 https://jia.example.com/x 买的").listed_seller == seller


def test_a_phone_or_an_order_number_links_nothing() -> None:
    listed("13800138000")
    assert submitted(phone="13800138000", order="13800138000").listed_seller is None


def test_the_company_speaks_louder_than_the_payee() -> None:
    listed("收款公司")
    company = listed("卖家公司")
    assert submitted(payee="收款公司", company="卖家公司").listed_seller == company


def test_a_case_sent_again_follows_its_new_name() -> None:
    first, second = listed("甲号卡"), listed("乙号卡")
    case = submitted(seller="甲号卡")
    assert send(case, seller="乙号卡").listed_seller == second
    assert (counted(first), counted(second)) == ((0, 0), (1, 0))


def test_waiting_cases_are_taken_in_and_counted() -> None:
    waiting = submitted(seller="甲号卡")
    refund(submitted(payee="甲 号卡"))
    submitted(seller="乙号卡")
    draft = answers.open_case()
    seller = listed("甲号卡")

    assert sellers.changed(seller, [], actor="") == 2
    assert sellers.changed(seller, [], actor="") == 0

    assert again(waiting).listed_seller == seller
    assert again(draft).listed_seller is None
    assert counted(seller) == (2, 1)


def test_no_case_is_taken_from_another_seller() -> None:
    first = listed("甲号卡")
    case = submitted(seller="甲号卡", payee="乙公司")
    assert sellers.changed(listed("乙公司"), [], actor="") == 0
    assert again(case).listed_seller == first


def test_linking_takes_as_many_statements_for_many_cases_as_for_one() -> None:
    def statements(number: int, name: str) -> int:
        for _each in range(number):
            submitted(seller=name)
        seller = listed(name)
        with CaptureQueriesContext(connection) as done:
            assert sellers.changed(seller, [], actor="") == number
        return len(done)

    statements(1, "丙号卡")  # the first line of a log takes more
    assert statements(1, "甲号卡") == statements(8, "乙号卡")


def test_a_dropped_name_lets_its_cases_go() -> None:
    seller = listed("甲号卡", "错的名字")
    wrong = submitted(seller="错的名字")
    both = submitted(seller="错的名字", payee="甲号卡")
    alias = Alias.objects.get(text="错的名字")
    alias.delete()

    sellers.changed(seller, ["aliases"], actor="wu", dropped=[alias.key])

    assert again(wrong).listed_seller is None
    assert again(both).listed_seller == seller
    assert counted(seller) == (1, 0)


# ---- merging


def test_merging_moves_names_cases_and_numbers() -> None:
    old = listed("甲号卡", "jia.example.com", company="甲公司", notes="旧备注", contacts="a")
    new = listed("乙号卡", notes="新备注")
    older = listed("丙号卡")
    senior = member("senior")
    sellers.merge(older, old, user=senior)
    case = submitted(seller="甲号卡")
    refund(submitted(seller="甲号卡"))

    assert sellers.merge(old, new, user=senior) == 2

    for row in (old, new, older):
        row.refresh_from_db()
    assert (old.merged_into, older.merged_into) == (new, new)
    assert again(case).listed_seller == new
    assert (counted(old), counted(new)) == ((0, 0), (2, 1))
    assert not old.aliases.exists()
    assert submitted(seller="丙号卡").listed_seller == new
    assert (new.company, new.notes, new.contacts) == ("甲公司", "新备注\r\n旧备注", "a")
    assert [f"merged:{new.pk}", f"seller:{old.pk}"] in [each.fields for each in Event.objects.all()]


def test_what_has_no_room_stays_in_the_old_row() -> None:
    old, new = listed("甲号卡", notes="甲" * 3000), listed("乙号卡", notes="乙" * 3000)
    sellers.merge(old, new, user=member("senior"))
    old.refresh_from_db()
    new.refresh_from_db()
    assert (new.notes, old.notes) == ("乙" * 3000, "甲" * 3000)


def test_no_merge_into_itself_or_in_a_circle() -> None:
    one, two, senior = listed("甲号卡"), listed("乙号卡"), member("senior")
    with pytest.raises(CannotMerge):
        sellers.merge(one, one, user=senior)
    sellers.merge(one, two, user=senior)
    for pair in ((one, two), (two, one)):
        with pytest.raises(CannotMerge):
            sellers.merge(*pair, user=senior)


def test_merging_takes_the_right() -> None:
    with pytest.raises(NotAllowed):
        sellers.merge(listed("甲号卡"), listed("乙号卡"), user=member("reviewer"))


# ---- cases that are alike


def test_similar_cases_share_a_name_and_no_phone() -> None:
    case = submitted(seller="甲号卡", phone="13800138000")
    submitted(payee="甲号卡")
    submitted(company="甲号卡", seller="甲号卡")
    submitted(phone="13800138000")
    found = sellers.similar(case)
    assert (found.count, found.more) == (2, False)


def test_cases_under_another_name_of_the_seller_are_similar() -> None:
    listed("甲号卡", "甲公司")
    case = submitted(seller="甲号卡")
    submitted(payee="甲公司")
    assert sellers.similar(case).count == 1


def test_similar_cases_are_counted_to_a_hundred() -> None:
    case = submitted(seller="甲号卡")
    others = [Case(public_id=f"T{n:07}", secret="s") for n in range(150)]
    Case.objects.bulk_create(others)
    key = sellers.key_of("甲号卡")
    BlindKey.objects.bulk_create(
        BlindKey(case=each, kind=kind, key=key) for each in others for kind in ("payee", "seller")
    )
    with CaptureQueriesContext(connection) as done:
        found = sellers.similar(case)
    assert (found.count, found.more) == (100, True)
    assert len(done) == 2


def test_the_page_of_a_case_leads_to_similar_ones_and_to_a_new_row() -> None:
    case, other = desk_cases.submitted(), desk_cases.submitted(names={"order__number": "2"})
    client = staff("reviewer")
    page = client.get(reverse("admin:cases_case_change", args=[case.pk]))
    assert "1 个类似案件" in page.content.decode()

    query = page.context["similar_query"]
    found = client.get(f"{reverse('admin:cases_case_changelist')}?{query}")
    assert {row.pk for row in found.context["cl"].result_list} == {case.pk, other.pk}

    new = client.get(page.context["listing"]["new"])
    assert 'value="畅联号卡店"' in new.content.decode()


def test_an_auditor_sees_no_way_to_the_directory() -> None:
    listed("畅联号卡店")
    case = desk_cases.submitted()
    page = staff("auditor").get(reverse("admin:cases_case_change", args=[case.pk]))
    assert reverse("admin:cases_seller_changelist") not in page.content.decode()


# ---- the pages


def row_form(
    name: str = "甲号卡", *, aliases: Any = (), kept: Any = (), **more: str
) -> dict[str, str]:
    """What the browser sends: new aliases, those that are kept as (pk, delete)."""
    sent = {"name": name, "company": "", "licence_number": "", "contacts": "", "notes": "", **more}
    sent |= {
        "aliases-TOTAL_FORMS": str(len(kept) + len(aliases)),
        "aliases-INITIAL_FORMS": str(len(kept)),
    }
    for number, (pk, delete) in enumerate(kept):
        sent[f"aliases-{number}-id"] = str(pk)
        if delete:
            sent[f"aliases-{number}-DELETE"] = "on"
    for number, text in enumerate(aliases, start=len(kept)):
        sent[f"aliases-{number}-text"] = text
    return sent


def post(client: Client, page: str, /, *args: Any, **sent: str) -> Any:
    return client.post(reverse(f"admin:cases_seller_{page}", args=args), sent, follow=True)


def test_a_new_row_has_its_own_names_and_takes_cases_in() -> None:
    case = submitted(seller="甲公司")
    sent = row_form(
        company="甲公司",
        aliases=["https://www.jia.example.com/a", "甲号卡"],
        licence_number="９１350100m000100y43",
    )
    page = post(staff("reviewer"), "add", **sent)

    seller = Seller.objects.get()
    assert {alias.text for alias in seller.aliases.all()} == {"甲号卡", "甲公司", "jia.example.com"}
    assert seller.licence_number == LICENCE
    assert again(case).listed_seller == seller
    assert "已关联 1 个之前提交的案件" in page.content.decode()
    event = Event.objects.get(kind=Event.Kind.CHANGED)
    assert event.fields == ["aliases", "company", "licence_number", "name", f"seller:{seller.pk}"]


def test_an_alias_can_be_taken_away() -> None:
    seller = listed("甲号卡", "错的名字")
    case = submitted(seller="错的名字")
    kept = [(alias.pk, alias.text == "错的名字") for alias in seller.aliases.order_by("text")]
    post(staff("reviewer"), "change", seller.pk, **row_form(kept=kept))
    assert [alias.text for alias in seller.aliases.all()] == ["甲号卡"]
    assert again(case).listed_seller is None


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"name": "乙 号卡"}, "“乙 号卡”已经在“乙号卡”名下"),
        ({"aliases": ["乙号卡"]}, "已经在“乙号卡”名下"),
        ({"aliases": ["丙", " 丙"]}, "这个名称已经写了"),
        ({"licence_number": LICENCE[:-1]}, "是 18 位数字和字母"),
        ({"licence_number": LICENCE[:-1] + "4"}, "校验位不对"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(sent: dict[str, Any], told: str) -> None:
    listed("乙号卡")
    page = post(staff("reviewer"), "add", **row_form(**sent))
    assert told in page.content.decode()
    assert Seller.objects.count() == 1


def test_saving_without_a_change_writes_no_line() -> None:
    seller = listed("甲号卡")
    kept = [(seller.aliases.get().pk, False)]
    post(staff("reviewer"), "change", seller.pk, **row_form(kept=kept))
    assert not Event.objects.filter(kind=Event.Kind.CHANGED).exists()


def test_the_list_hides_merged_rows_and_counts_cases() -> None:
    old, new = listed("甲号卡"), listed("乙号卡")
    submitted(seller="甲号卡")
    sellers.merge(old, new, user=member("senior"))
    client = staff("reader")
    address = reverse("admin:cases_seller_changelist")
    rows = client.get(address).context["cl"].result_list
    assert [(row.name, row.received) for row in rows] == [("乙号卡", 1)]
    merged = client.get(address, {"state": "merged"}).context["cl"].result_list
    assert [row.name for row in merged] == ["甲号卡"]


@pytest.mark.parametrize("typed", ["畅 联", "CL.example", LICENCE.lower(), "（北京）"])
def test_search_finds_by_part_of_any_name(typed: str) -> None:
    seller = listed("畅联号卡", "cl.example.com", "畅(北京)公司", licence_number=LICENCE)
    listed("乙号卡")
    page = post(staff("reader"), "search", typed=typed)
    assert page.redirect_chain[-1][0].endswith(f"?found={seller.pk}")
    assert [row.pk for row in page.context["cl"].result_list] == [seller.pk]


def test_a_search_that_finds_nothing_says_so() -> None:
    listed("乙号卡")
    page = post(staff("reader"), "search", typed="没有")
    assert "没有找到" in page.content.decode()
    assert not page.context["cl"].result_list


def test_the_page_of_a_row_shows_its_cases() -> None:
    seller = listed("甲号卡")
    for _each in range(5):
        refund(submitted(seller="甲号卡"))
    submitted(seller="甲号卡")
    page = staff("reader").get(reverse("admin:cases_seller_change", args=[seller.pk]))
    assert [figure.count for figure in page.context["figures"]] == [6, 1, 0]
    assert f"?assignee=all&amp;status=all&amp;seller={seller.pk}" in page.content.decode()


def test_merging_on_the_desk() -> None:
    old, new = listed("甲号卡"), listed("乙号卡")
    submitted(seller="甲号卡")
    client = staff("senior")
    page = post(client, "merge", old.pk, typed="号卡")
    assert list(page.context["targets"]) == [new]
    assert "1 个别名和 1 个案件移过去" in page.content.decode()
    page = post(client, "merge", old.pk, into=str(new.pk))
    assert "移动了 1 个案件" in page.content.decode()
    gone = client.get(reverse("admin:cases_seller_change", args=[old.pk])).content.decode()
    assert "这一家已并入" in gone
    assert 'name="_save"' not in gone
    # An old tab.
    assert post(client, "merge", old.pk, into=str(new.pk)).redirect_chain


def test_a_merge_into_itself_is_refused_with_a_word() -> None:
    seller = listed("甲号卡")
    page = post(staff("senior"), "merge", seller.pk, into=str(seller.pk))
    assert "不能并入这一家" in page.content.decode()


# ---- the dossier


def told(**more: Any) -> Told:
    plan = {
        "answers": {"seller_reply": {"dealings__reply": "refused"}},
        "evidence": [{"id": "chat", "have": True}, {"id": "bill", "have": False}],
        "findings": [finding("refund_duty"), finding("carriers_own", against="carrier")],
    }
    usual: dict[str, Any] = {
        "on": ON,
        "stage": "submitted",
        "problem": "money",
        "carrier": "china_unicom",
        "marketplace": "taobao",
        "amount": Decimal("59.00"),
        "plan": plan,
    }
    return Told(**{**usual, **more})


def finding(ground: str, *, against: str = "marketplace_seller") -> dict[str, Any]:
    cites = [{"title": "某法", "article": "第一条"}]
    return {
        "ground": ground,
        "title": f"依据 {ground}",
        "strength": "strong",
        "against": against,
        "citations": cites,
    }


SUBJECT = Subject(
    name="甲号卡", names=["jia.example.com"], company="甲公司", licence_number=LICENCE
)


def html(*cases: Told) -> str:
    totals = seller_dossier.total(cases)
    return seller_dossier.as_html(SUBJECT, totals, on=ON, made_by="吴", most=500)


def test_the_dossier_adds_up() -> None:
    found = html(*[told() for _each in range(6)], told(plan=None, amount=None))
    assert "7 个案件" in found
    assert "有 6 个案件填写了尚未退还的金额，合计 354.00 元，中位数 59.00 元" in found
    assert "依据 refund_duty" in found
    assert "《某法》第一条" in found
    assert "carriers_own" not in found
    assert "有案件的方案无法读取" in found
    # The one that could not be read is told with the next smallest, which is all of them.
    assert "其余各类合计" in found
    for words in (
        "聊天记录",
        "淘宝、天猫",
        "中国联通",
        "2026年11月",
        "甲公司",
        LICENCE,
        "吴",
    ):
        assert words in found
    assert "话费账单" not in found


def test_small_numbers_are_hidden_also_by_their_place() -> None:
    cases = [told(stage="submitted") for _each in range(5)]
    rare = [told(stage="closed", amount=None), *[told(stage="activated")] * 4]
    totals = seller_dossier.total([*cases, *rare])
    (stages,) = (t for t in seller_dossier._tables(totals) if str(t.title) == "订单到了哪一步")
    assert [(row.name, row.number) for row in stages.rows[1:]] == [("其余各类合计", "5")]
    # By their code, whichever is the more frequent.
    assert seller_dossier._rows(totals.stages, {})[1].name == "activated"


KINDS = "abcd"
FEW_CASES = st.dictionaries(st.sampled_from(KINDS), st.integers(0, 8), max_size=len(KINDS))


@given(FEW_CASES.map(Counter).filter(lambda counts: counts.total() >= 5))
def test_no_number_that_is_hidden_can_be_worked_out(counts: Counter[str]) -> None:
    printed, others = seller_dossier.told_apart(counts)
    assert printed.total() + others == counts.total()
    assert not 0 < min([*printed.values(), others or 5]) < 5
    hidden = sorted(set(KINDS) - set(printed))
    possible = [
        numbers
        for numbers in summing_up_to(others, len(hidden))
        if seller_dossier.told_apart(printed + Counter(dict(zip(hidden, numbers, strict=True))))
        == (printed, others)
    ]
    for place, kind in enumerate(hidden):
        if counts[kind]:
            assert len({numbers[place] for numbers in possible}) > 1, kind


def summing_up_to(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts <= 1:
        yield from [(total,)] if parts else []
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in summing_up_to(total - first, parts - 1))


def test_few_sums_are_not_told() -> None:
    found = html(*[told(amount=None)] * 5, told())
    assert "59.00" not in found
    assert "填写了尚未退还金额的案件少于 5 个" in found


def test_no_dossier_of_fewer_than_five_cases() -> None:
    seller = listed("畅联号卡店")
    for _each in range(4):
        submitted(seller="畅联号卡店")
    page = post(staff("senior"), "dossier", seller.pk)
    assert "案件少于 5 个" in page.content.decode()
    assert not Event.objects.filter(kind=Event.Kind.EXPORTED).exists()


def test_the_dossier_names_nobody_and_is_logged() -> None:
    seller = listed("畅联号卡店", company="某某公司")
    for number in range(5):
        desk_cases.submitted(names={"order__number": f"TB2026111400{number}"})
    senior = member("senior")
    client = signed_in(senior)
    address = reverse("admin:cases_seller_dossier", args=[seller.pk])

    first, second = client.post(address), client.post(address)

    assert first["Content-Type"] == "application/pdf"
    assert first.content == second.content
    pages = pypdfium2.PdfDocument(io.BytesIO(first.content))
    text = "".join(page.get_textpage().get_text_bounded() for page in pages)
    assert "5 个案件" in text
    assert "让我找运营商" in text
    assert "少于 5" in text
    for personal in (*desk_cases.PERSONAL, "TB2026111400"):
        assert personal not in text
    events = Event.objects.filter(kind=Event.Kind.EXPORTED, actor=senior.get_username())
    assert [event.fields for event in events] == [["dossier", f"seller:{seller.pk}"]] * 2


def test_the_dossier_reads_the_newest_plan_of_each_case_a_few_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seller = listed("甲号卡")
    monkeypatch.setattr(seller_acts, "PLANS_AT_ONCE", 2)
    case = submitted(seller="甲号卡")
    send(case, seller="甲号卡", payee="乙")
    for _each in range(4):
        submitted(seller="甲号卡")
    with CaptureQueriesContext(connection) as done:
        assert seller_dossier.total(seller_acts._told(seller)).number == 5
    assert len(done) == 1 + 3


def test_the_counters_are_right_after_all_this() -> None:
    seller = listed("甲号卡")
    refund(submitted(seller="甲号卡"))
    assert not tallies.recount()
    assert counted(seller) == (1, 1)
