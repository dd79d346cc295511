"""The clause check: sentences, three offers, patterns that cannot run away, laws that exist."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cases.clauses import LONGEST_SENTENCE, LONGEST_TEXT, Marked, check, sentences
from cases.knowledge import Knowledge
from cases.knowledge.banned_words import banned
from cases.knowledge.schema import Clause
from cases.vocabulary import Light

Offer = tuple[tuple[str, tuple[str, ...]], ...]

GOOD: Offer = (
    ("本页面由示例通信有限公司提供，营业执照见页面底部。", ("seller_named",)),
    ("套餐每月29元，优惠期24个月，期满后每月39元。", ("regular_price_shown",)),
    ("每月通用流量80G，不含定向流量。", ()),
    ("流量用完后按量计费，不会限速，也不会断网。", ()),
    ("剩余流量自动结转到次月。", ()),
    ("无合约期，无最低消费，不收违约金。", ("no_minimum_term", "no_termination_charge")),
    ("不需要首充，激活即可使用。", ()),
    (
        "号码在提交给运营商之前可以随时取消，三天内原路退款。",
        ("cancel_before_provisioning", "original_route"),
    ),
    ("没有激活的，可以全额退款，不收工本费。", ("refundable_before_activation",)),
    ("本店承诺七天无理由退货。", ("seven_day_promise",)),
    ("退货运费由我们承担。", ()),
    ("开卡失败的，全额退款。", ("refund_if_it_fails",)),
    ("由您本人在运营商官方应用里刷脸激活，请勿把验证码告诉任何人。", ("own_activation",)),
    ("线上就能销户，余额可以全额退还。", ("balance_refundable", "close_online")),
    ("个人信息只用于办理本号码，未经您同意不会提供给第三方。", ()),
    ("付款请在平台订单内完成，我们不会让您私下转账。", ()),
    ("对结果不满意，您可以投诉或举报。", ()),
)
MIXED: Offer = (
    ("中国示例运营商授权代理，正规渠道！", ("claims_authorisation",)),
    ("每月29元长期套餐，流量不限量！", ("lasting_price", "unlimited_claim")),
    ("155G通用流量和30G定向流量，全国可用。", ("directed_data",)),
    ("超出后降速至1Mbps，月底清零。", ("data_expires", "throttling")),
    ("首充100元，次月起分10个月返还。", ("first_top_up", "top_up_in_parts")),
    ("优惠期24个月，到期后恢复原价59元。", ("promotional_price", "regular_price_shown")),
    ("归属地随机，部分地区不发货。", ("delivery_area", "random_region")),
    ("仅限16-60周岁办理。", ("age_limit",)),
    ("收到卡后10天内激活，由快递员协助激活。", ("activation_deadline", "courier_activation")),
    ("合约期12个月，提前销户收取违约金。", ("minimum_term", "termination_charge")),
    ("销户须到归属地营业厅办理。", ("closing_in_person",)),
    ("未激活可退，运费自理。", ("return_freight", "refundable_before_activation")),
    ("审核通过后原路退款，退款周期30个工作日。", ("slow_refund", "original_route")),
    ("点击提交即表示同意《入网协议》。", ("agree_by_ordering",)),
    ("五星好评返现5元。", ("review_cashback",)),
    ("客服电话工作日九点到十八点接听。", ()),
)
BAD: Offer = (
    ("到手即用，免实名，纯流量卡。", ("no_real_name", "iot_card")),
    ("本产品为特殊商品，一经售出概不退款。", ("no_refund", "no_seven_day")),
    ("不支持7天无理由退货。", ("no_seven_day",)),
    ("订单提交后不可取消。", ("no_cancellation",)),
    ("收货即视为激活。", ("delivery_is_activation",)),
    ("激活即视为同意全部条款。", ("deemed_consent",)),
    ("用户授权我方代为激活，并把验证码发给客服。", ("proxy_activation",)),
    ("请把身份证正反面照片发给客服。", ("photos_by_chat",)),
    ("年龄不符的，可以用家人身份证下单。", ("others_identity", "age_limit")),
    ("加微信转账付款，另收激活费30元。", ("deposit_and_card_fee", "private_payment")),
    ("您同意我方将个人信息提供给合作方。", ("share_personal_data",)),
    ("我方有权随时调整套餐，恕不另行通知。", ("unilateral_change",)),
    ("提前销户须支付违约金600元。", ("heavy_penalty", "termination_charge")),
    ("系统默认勾选会员业务，到期自动续费。", ("default_ticked", "auto_renewal")),
    ("买家不得投诉或给予差评，一切后果自负。", ("no_complaint", "own_risk")),
    ("用户自愿放弃索赔的权利。", ("waiver",)),
    ("争议由我方所在地人民法院管辖。", ("seller_forum",)),
    ("撤单扣除手续费20%，与上游结算后统一退款。", ("deduction_on_refund", "slow_refund")),
    ("最终解释权归本店所有。", ("final_interpretation",)),
)
ON = date(2026, 11, 22)
CITED = re.compile(r"《([^》]+)》((?:第[一二三四五六七八九十百]+条、?)+)")


def written(offer: Offer) -> str:
    return "".join(sentence for sentence, _ in offer)


@pytest.mark.parametrize("offer", [GOOD, MIXED, BAD], ids=["good", "mixed", "bad"])
def test_it_works(offer: Offer, knowledge: Knowledge) -> None:
    marked = check(written(offer), knowledge)

    assert [(row.sentence, row.clauses) for row in marked] == list(offer)


def test_a_good_offer_has_nothing_to_refuse(knowledge: Knowledge) -> None:
    lights = {row.light for row in check(written(GOOD), knowledge)}

    assert lights == {Light.GREEN, None}


def test_a_bad_offer_has_nothing_good(knowledge: Knowledge) -> None:
    lights = {row.light for row in check(written(BAD), knowledge)}

    assert Light.RED in lights
    assert Light.GREEN not in lights


def test_the_gravest_light_stands_first(knowledge: Knowledge) -> None:
    offer = "原路退款，运费自理，概不退换。"
    found = check(offer, knowledge)

    assert found == (
        Marked(
            sentence=offer,
            clauses=("no_refund", "return_freight", "original_route"),
            light=Light.RED,
        ),
    )


def test_a_question_promises_nothing(knowledge: Knowledge) -> None:
    assert check("未激活可退吗？", knowledge)[0].clauses == ()
    assert check("未激活可退？", knowledge)[0].clauses == ()
    assert check("未激活可退。", knowledge)[0].clauses == ("refundable_before_activation",)


def test_a_question_may_still_hold_a_bad_term(knowledge: Knowledge) -> None:
    assert check("知道概不退款吗？", knowledge)[0].light is Light.RED


@pytest.mark.parametrize(
    "offer", ["支持７天无理由。", "支持 7 天无理由。", "支持7\u200b天无理由。"]
)
def test_it_reads_past_odd_writing_and_keeps_it(offer: str, knowledge: Knowledge) -> None:
    assert check(offer, knowledge) == (
        Marked(sentence=offer, clauses=("seven_day_promise",), light=Light.GREEN),
    )


def test_a_text_too_long_is_refused(knowledge: Knowledge) -> None:
    assert check("好" * LONGEST_TEXT, knowledge)
    with pytest.raises(ValueError, match=str(LONGEST_TEXT)):
        check("好" * (LONGEST_TEXT + 1), knowledge)


def test_an_empty_offer_has_no_sentences(knowledge: Knowledge) -> None:
    assert check(" \n——\n。", knowledge) == ()


def test_sentences_end_at_stops_and_lines() -> None:
    assert sentences("他说：“不退！”\r\n一、首充；二、激活。好?") == (
        "他说：“不退！”",
        "一、首充；",
        "二、激活。",
        "好?",
    )


def test_a_stretch_without_a_stop_is_cut_after_a_comma() -> None:
    long = "月租二十九元，" * 100
    found = sentences(long)

    assert "".join(found) == long
    assert all(len(part) <= LONGEST_SENTENCE + 1 for part in found)
    assert all(part.endswith("，") for part in found)


@given(st.text(alphabet="退款，。；！？\n 7a”", max_size=900))
def test_no_word_is_lost(text: str) -> None:
    kept = "".join(sentences(text))

    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("patterns", ["概不.*退"], "概不.*退 may run on; say how often at most, as in .{0,9}"),
        ("ask", "请问您退吗？", "ask is read by the seller, so it must not say 您"),
        ("not_considered", [], "at least 1 item"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    key: str, value: object, fault: str, knowledge: Knowledge
) -> None:
    told = knowledge.clauses["no_refund"].model_dump()

    with pytest.raises(ValidationError) as refused:
        Clause.model_validate({**told, key: value})
    assert fault in str(refused.value)


def test_there_are_clauses_of_every_light(knowledge: Knowledge) -> None:
    lights = [clause.light for clause in knowledge.clauses.values()]

    assert all(lights.count(light) >= 10 for light in Light)


def test_no_two_clauses_share_a_title(knowledge: Knowledge) -> None:
    titles = [clause.title for clause in knowledge.clauses.values()]

    assert len(titles) == len(set(titles))


def test_every_example_is_marked_as_its_clause(knowledge: Knowledge) -> None:
    for name, clause in knowledge.clauses.items():
        for example in clause.examples:
            (marked,) = check(example, knowledge)

            assert name in marked.clauses, example


def test_what_is_green_is_not_red(knowledge: Knowledge) -> None:
    for name, clause in knowledge.clauses.items():
        if clause.light is Light.GREEN:
            for example in clause.examples:
                assert check(example, knowledge)[0].light is not Light.RED, (name, example)


def test_what_is_red_is_not_green(knowledge: Knowledge) -> None:
    for clause in knowledge.clauses.values():
        if clause.light is Light.RED:
            for example in clause.examples:
                lights = {
                    knowledge.clauses[held].light for held in check(example, knowledge)[0].clauses
                }

                assert Light.GREEN not in lights, example


def test_every_article_named_is_in_the_laws(knowledge: Knowledge) -> None:
    known = {
        (law.title.removeprefix("中华人民共和国"), article.number)
        for law in knowledge.laws.values()
        for article in law.articles
    }
    for name, clause in knowledge.clauses.items():
        for law, articles in CITED.findall(clause.law):
            for article in articles.rstrip("、").split("、"):
                assert (law, article) in known, (name, law, article)


def test_the_wording_stays_calm(knowledge: Knowledge) -> None:
    for name, clause in knowledge.clauses.items():
        for said in (clause.means, clause.law, clause.ask, *clause.not_considered):
            assert not [*banned(said, knowledge, on=ON, letter=True)], name
