"""The part 沟通: what was asked of the seller, what came back, what had been promised."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.vocabulary import (
    MarketplaceReply,
    MisleadingPoint,
    Payee,
    Payer,
    Promise,
    RefusalReason,
    SellerReply,
    Stage,
)
from cases.wizard.answers import stage_of, value
from cases.wizard.fields import (
    AgeField,
    ChineseDateField,
    Choices,
    CountField,
    Member,
    Members,
    MomentField,
    MoneyField,
    OneOf,
    YesNo,
    labels,
)
from cases.wizard.forms.base import StepForm

NOT_APPLIED = "not_applied"
BEFORE_A_NUMBER = (Stage.AWAITING_SUBMISSION, Stage.SUBMITTED)
MAY_PROMISE = (SellerReply.ACCEPTED, SellerReply.WAIT_FOR_SETTLEMENT, SellerReply.DEDUCTION)


def marketplace_replies() -> Choices:
    """What came of asking the marketplace, and that it was not asked."""
    members = [MarketplaceReply.SUPPORTED, MarketplaceReply.REJECTED, MarketplaceReply.NONE]
    return [*labels(MarketplaceReply, members), (NOT_APPLIED, _("没申请过"))]


class Request(StepForm):
    title = _("您向卖家提过撤单或退款吗？")
    dealings__requested = YesNo(
        label=_("向卖家提过撤单或退款"),
        ask=_("请选择有没有向卖家提过撤单或退款"),
        yes=_("提过"),
        no=_("还没有"),
    )


class RequestDetails(StepForm):
    title = _("第一次是什么时候提的？")
    dealings__requested_at = MomentField(
        label=_("第一次提出的时间"), help_text=_("看聊天记录，只知道日期也可以")
    )
    dealings__official_channel = YesNo(
        label=_("是通过官方入口提的"),
        ask=_("请选择是不是通过官方入口提的"),
        help_text=_("例如订单页、平台或公众号里的客服；私人微信不算"),
    )


class SellerReplyForm(StepForm):
    title = _("卖家怎么答复的？")
    dealings__reply = Member(SellerReply, label=_("卖家的答复"))


class SellerReplyDetails(StepForm):
    title = _("答复的具体内容")
    dealings__replied_on = ChineseDateField(label=_("卖家答复日期"))
    dealings__reasons = Members(RefusalReason, label=_("卖家说的理由"))
    dealings__promised_on = ChineseDateField(
        label=_("卖家说哪天退款"), unknown=_("没说日期，或不清楚")
    )

    def arrange(self) -> None:
        """Who agreed gave no reason to refuse; only some replies come with a date."""
        reply = value(self.answers, "dealings__reply")
        if reply == SellerReply.ACCEPTED:
            del self.fields["dealings__reasons"]
        if reply not in MAY_PROMISE:
            del self.fields["dealings__promised_on"]


class Refunded(StepForm):
    title = _("钱退回来多少了？")
    payment__refunded = MoneyField(label=_("已退回的金额"), help_text=_("一分没退就填 0"))


class Deduction(StepForm):
    title = _("被扣了多少钱？")
    payment__deduction = MoneyField(label=_("被扣的金额"))
    payment__deduction_disclosed = YesNo(
        label=_("下单前页面写明了会扣这笔钱"),
        ask=_("请选择下单前页面有没有写明会扣这笔钱"),
        yes=_("写明了"),
        no=_("没写明"),
    )


class MarketplaceReplyForm(StepForm):
    title = _("申请平台介入了吗，结果怎样？")
    dealings__marketplace_reply = OneOf(marketplace_replies, label=_("平台的处理结果"))

    def answer(self) -> dict[str, Any]:
        """Whoever did not apply has no reply; that is no fact, but told from 不清楚."""
        if self.cleaned_data.get("dealings__marketplace_reply") != NOT_APPLIED:
            return dict(self.cleaned_data)
        return {"dealings__marketplace_reply": None, NOT_APPLIED: True}

    def said(self, answer: Any) -> Any:
        """The same the other way round."""
        if answer.get(NOT_APPLIED):
            answer = {"dealings__marketplace_reply": NOT_APPLIED}
        return super().said(answer)


class Promises(StepForm):
    title = _("下单时的页面承诺过这些吗？")
    terms__promises = Members(
        Promise, label=_("页面的承诺"), help_text=_("宣传页、商品页、客服的话都算；可以多选")
    )


class Clauses(StepForm):
    title = _("下单页面上有这些内容吗？")
    terms__no_refund_clause = YesNo(
        label=_("写着“概不退款”一类的话"),
        ask=_("请选择页面上有没有“概不退款”一类的话"),
        yes=_("有"),
        no=_("没有"),
    )
    terms__refund_rules_shown = YesNo(
        label=_("下单前写明了什么情况能退、什么情况不能退"),
        ask=_("请选择下单前有没有写明什么情况能退"),
        yes=_("写明了"),
        no=_("没写明"),
    )
    terms__exclusion_confirmed = YesNo(
        label=_("付款前让您单独确认过“不支持七天无理由退货”"),
        ask=_("请选择付款前有没有让您单独确认“不支持七天无理由退货”"),
        help_text=_("由您自己勾选或点击确认才算"),
        yes=_("确认过"),
        no=_("没有"),
    )
    order__page_says_agency = YesNo(
        label=_("写着“代办”“代申请”"),
        ask=_("请选择页面上有没有写“代办”“代申请”"),
        yes=_("有"),
        no=_("没有"),
    )

    def arrange(self) -> None:
        """Who only hands in an application can be stopped as long as there is no number."""
        if stage_of(self.answers) not in BEFORE_A_NUMBER:
            del self.fields["order__page_says_agency"]


class ClauseProminent(StepForm):
    title = _("“概不退款”那句话显眼吗？")
    terms__clause_prominent = YesNo(
        label=_("“概不退款”的提示"),
        ask=_("请选择“概不退款”的提示显不显眼"),
        help_text=_("字大、加粗、弹窗算显眼；小字、折叠、要点开才看到不算"),
        yes=_("显眼"),
        no=_("不显眼"),
    )


class Misleading(StepForm):
    title = _("实际情况和宣传有哪些不一样？")
    terms__misleading = Members(
        MisleadingPoint, label=_("与宣传不符的地方"), help_text=_("可以多选")
    )


class AboutYou(StepForm):
    title = _("还有几件和您有关的事")
    consumer__uploaded_id_photos = YesNo(
        label=_("上传过身份证照片"),
        ask=_("请选择有没有上传过身份证照片"),
        yes=_("上传过"),
        no=_("没有"),
    )
    consumer__minor = YesNo(
        label=_("下单的人当时不满18周岁"), ask=_("请选择下单的人当时是不是不满18周岁")
    )
    consumer__has_other_service = YesNo(
        label=_("这个号码还绑着宽带、副卡等其他业务"),
        ask=_("请选择这个号码有没有绑着其他业务"),
        yes=_("有"),
        no=_("没有"),
    )
    consumer__unknown_numbers = CountField(
        label=_("名下有几个不认识的号码"), help_text=_("可以用“一证通查”免费查询")
    )

    def arrange(self) -> None:
        """Other services matter to a number in use, strange numbers to one that is not mine."""
        stage = stage_of(self.answers)
        if stage is not Stage.ACTIVATED:
            del self.fields["consumer__has_other_service"]
        if stage is Stage.NOT_MINE:
            self._without_an_order()
        else:
            del self.fields["consumer__unknown_numbers"]

    def _without_an_order(self) -> None:
        """Nobody ordered, so nobody's age counts; a photo may have gone anywhere."""
        del self.fields["consumer__minor"]
        self.fields["consumer__uploaded_id_photos"] = YesNo(
            label=_("把身份证照片发给过别人"),
            ask=_("请选择有没有把身份证照片发给过别人"),
            help_text=_("例如办事、求职、租房、网上登记时"),
            yes=_("发过"),
            no=_("没有"),
        )


class Minor(StepForm):
    title = _("下单的孩子多大，谁付的钱？")
    consumer__age = AgeField(label=_("下单时的年龄"), help_text=_("周岁，例如 12"))
    payment__payer = Member(Payer, label=_("付款的人"))

    def arrange(self) -> None:
        """Nobody paid where there was nothing to pay."""
        if value(self.answers, "payment__payee") == Payee.NOBODY:
            del self.fields["payment__payer"]
            self.title = _("下单的孩子多大？")
