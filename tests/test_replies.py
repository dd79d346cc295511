"""The typical replies are complete and fit to be sent, and a pasted one is recognised."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from pydantic import ValidationError

from cases.knowledge import Knowledge, load
from cases.knowledge.banned_words import banned
from cases.knowledge.schema import Reply
from cases.replies import fit, letters_and_digits, recognise
from cases.vocabulary import (
    CarrierReply,
    MarketplaceReply,
    RefusalReason,
    ReplyKind,
    SellerReply,
    Speaker,
    table_name,
)

REPLIES = sorted(load().replies)
ON = date(2026, 11, 22)
# As people were told it, in other words than ours.
PASTED = (
    ("您好，由于您的号码已完成激活，暂不支持退款处理", "already_activated"),
    ("您自己扫码激活的，我们看得到记录", "activated_by_you"),
    ("时间到了后台自己激活的", "activated_by_system"),
    ("我们只是代理，退款要跟运营商申请", "ask_the_carrier"),
    ("先生您这个是第三方渠道办理的，建议您找办理的渠道", "ask_the_seller"),
    ("每个月20号统一结算佣金，到时候退", "wait_for_settlement"),
    ("供应商还没审核，再等两天", "wait_for_upstream"),
    ("号卡类商品属于特殊商品，不适用七天无理由退换货", "special_goods"),
    ("店铺规定，卡片出库不退不换", "no_refund_once_sold"),
    ("退可以，要减去25块的卡片工本和快递钱", "card_fee_deducted"),
    ("你把12315那边销掉，我这边就打钱", "withdraw_complaint_first"),
    ("这里不方便，微信说", "move_to_private_chat"),
    ("您的投诉工单我们已处理完成，请问可以帮您结案吗", "ticket_closed"),
    ("单子已经提交上去了，撤不回来", "already_submitted"),
    ("号都给你开出来了，怎么退", "number_assigned"),
    ("该号段已被系统锁定，72小时后再看", "number_locked"),
    ("您的套餐有24个月合约，合约期内无法注销", "minimum_term"),
    ("中途解约要赔300", "early_termination_charge"),
    ("外地号码不能在本地销户", "home_branch_only"),
    ("首充的100元是不支持退的", "first_top_up_kept"),
    ("卡里剩下的钱是不退的", "balance_kept"),
    ("系统赠款部分不予退还", "gift_credit_kept"),
    ("您需要先激活，然后再申请销户", "activate_to_close"),
    ("你进这个小程序做下人脸，订单就取消了", "face_check_to_cancel"),
    ("再把身份证拍一下给我", "send_id_again"),
    ("麻烦把收到的短信内容发我，里面有个码", "tell_the_code"),
    ("把收款码发我，我直接转给你", "refund_by_red_packet"),
    ("退六成，同意的话现在就转", "half_refund"),
    ("建议您换一个便宜点的套餐继续用", "change_tariff_only"),
    ("收货都快半个月了，过了退货期", "seven_days_over"),
    ("孩子用您手机下的单，我们没法退", "minor_not_refunded"),
    ("没有这个订单，您是不是搞错店了", "not_our_sale"),
    ("您名下暂无待激活号码及订单", "order_not_found"),
    ("货已出库，没法拦截", "already_shipped"),
    ("快递来了别签就行", "just_refuse_parcel"),
    ("退回来的邮费需要您承担", "return_freight_yours"),
    ("你要是举报的话我们就不给你退了", "no_refund_if_reported"),
    ("我们会在15个工作日内回复您", "fifteen_working_days"),
    ("入网不满90天，暂不支持注销", "three_months_first"),
    ("您还有话费没交，要先补上", "arrears_first"),
    ("请先与卖家沟通，卖家拒绝后再申请客服介入", "marketplace_says_shop"),
    ("您的退款申请平台审核未通过", "marketplace_rejects"),
    ("本平台仅提供支付服务，请找收款商家", "payment_says_merchant"),
    ("您这个问题属于电信管理范畴，请向通信管理局反映", "regulator_says_telecom"),
    ("投诉对象不明确，请补充商家主体信息", "regulator_needs_company"),
    ("缺身份证明和投诉凭证，请补齐再报", "escalation_incomplete"),
    ("电话总是忙音", "hotline_busy"),
    ("这是民事的，你去法院告", "police_civil_dispute"),
    ("我们是派件的，退货联系商家", "courier_says_sender"),
    ("款项已经原路退回，请注意查收", "refund_sent"),
    ("今天周末财务不在，周一给您处理", "accounts_closed_weekend"),
    ("老板出差了，回来再说", "staff_away"),
    ("系统正在维护，暂时处理不了", "system_upgrade"),
    ("送你50元话费券，别退了行吗", "coupon_only"),
    ("签了这个承诺函就打钱给你", "settlement_secret"),
    ("帮忙评价一下五颗星，返现给您", "praise_for_cash"),
    ("收货之后才能走退款程序", "confirm_receipt_first"),
    ("交了违约金才能帮你注销，发我就行", "termination_fee_first"),
    ("物联卡没有实名到您个人，我们查不到", "iot_not_ours"),
)


@pytest.fixture(params=REPLIES)
def reply(request: pytest.FixtureRequest, knowledge: Knowledge) -> Reply:
    return knowledge.replies[request.param]


def test_it_works(knowledge: Knowledge) -> None:
    assert recognise("已经激活了，不能退", knowledge)[0] == "already_activated"


def test_there_are_sixty_of_every_kind_and_from_everybody(knowledge: Knowledge) -> None:
    replies = knowledge.replies.values()

    assert len(replies) >= 60
    assert {reply.kind for reply in replies} == set(ReplyKind)
    assert {speaker for reply in replies for speaker in reply.speakers} == set(Speaker)


def test_nothing_is_said_or_answered_twice(knowledge: Knowledge) -> None:
    for field in ("means", "answer_short", "answer"):
        assert len({getattr(r, field) for r in knowledge.replies.values()}) == len(REPLIES), field
    said = Counter(letters_and_digits(says) for r in knowledge.replies.values() for says in r.says)
    assert not [says for says, times in said.items() if times > 1]


def test_every_answer_of_the_wizard_has_a_reply(knowledge: Knowledge) -> None:
    """Whoever ticks a reply in the wizard finds it here."""
    wanted = {
        f"{table_name(enum)}.{member}"
        for enum in (RefusalReason, SellerReply, CarrierReply, MarketplaceReply)
        for member in enum
    }

    assert {code for r in knowledge.replies.values() for code in r.codes} == wanted


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("says", ["不退"], "at least 2 items"),
        ("means", "这不是理由。", "means must have two to four sentences"),
        ("next", "先问运营商。再投诉。", "next must be one sentence"),
        ("never", ["不要吵。"] * 4, "at most 3 items"),
        ("proofs", [], "at least 1 item"),
        ("channels", [], "at least 1 item"),
        ("grounds", [], "at least 1 item"),
        ("answer", "请退款。", "answer_short must be shorter than answer"),
        ("answer_short", "请退款，否则投诉。", "in the first person, without 否则"),
        ("answer_short", "请您退款。", "in the first person, without 您"),
        ("answer_short", "请退29元。", "29元 differs from case to case, so write a blank"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    key: str, value: object, fault: str, knowledge: Knowledge
) -> None:
    told = knowledge.replies["already_activated"].model_dump()

    with pytest.raises(ValidationError, match=fault):
        Reply.model_validate({**told, key: value})


def test_its_channels_have_a_card(reply: Reply, knowledge: Knowledge) -> None:
    assert set(reply.channels) <= set(knowledge.channels)


def test_it_promises_and_accuses_nobody(reply: Reply, knowledge: Knowledge) -> None:
    texts = (reply.answer_short, reply.answer, reply.means, reply.next)

    assert not [fault for text in texts for fault in banned(text, knowledge, on=ON, letter=True)]


def test_its_own_words_fit_it(reply: Reply) -> None:
    for says in reply.says:
        assert fit(letters_and_digits(says), reply) > (0, 0), says


@pytest.mark.parametrize("id_", REPLIES)
def test_what_it_says_is_recognised(id_: str, knowledge: Knowledge) -> None:
    for says in knowledge.replies[id_].says:
        assert id_ in recognise(says, knowledge)[:3], says


@pytest.mark.parametrize(("text", "id_"), PASTED, ids=[id_ for _, id_ in PASTED])
def test_other_words_are_recognised(text: str, id_: str, knowledge: Knowledge) -> None:
    assert id_ in recognise(text, knowledge)[:3]


@pytest.mark.parametrize(
    "text", ["", "？！……", "今天天气不错", "苹果手机屏幕碎了怎么修", "麻烦您提供一下订单号"]
)
def test_what_is_no_reply_is_not_recognised(text: str, knowledge: Knowledge) -> None:
    assert recognise(text, knowledge) == ()


def test_how_it_is_typed_does_not_matter(knowledge: Knowledge) -> None:
    typed = "七天无理由不支持 7天 无理由"
    wide = "七天无理由！！不支持７天。\n无 理 由"

    assert recognise(typed, knowledge) == recognise(wide, knowledge)


def test_a_word_against_it_outweighs_words_for_it(knowledge: Knowledge) -> None:
    activated = knowledge.replies["already_activated"]

    assert fit(letters_and_digits("激活了不能退"), activated) > (0, 0)
    assert fit(letters_and_digits("未激活的退不了，激活了不能退"), activated) == (0, 0)
