"""The part 运营商: what the carrier knows of the order, who activated, the complaint to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases import knowledge
from cases.knowledge.schema import Contact
from cases.vocabulary import ActivatedBy, CarrierName, CarrierRecord, CarrierReply, Channel
from cases.wizard.answers import value
from cases.wizard.fields import (
    ChineseDateField,
    Choices,
    Member,
    MomentField,
    MoneyField,
    OneOf,
    TextField,
    Words,
    YesNo,
    labels,
)
from cases.wizard.forms.base import StepForm

NOT_ASKED_YET = _("还没问，或不清楚")
RECORD = "signals__carrier_record"
# Said beside the record, and no fact of it: the carrier found nothing and named somebody else.
SENT_ON = "sent_to_agent"


def records_of_an_order() -> Choices:
    """What the carrier may know of an order, with what it says when it looks no further."""
    found = labels(CarrierRecord)
    sent_on: Choices = [(SENT_ON, _("没有查到，让我找卖家"))]
    return [*found[:1], *sent_on, *found[1:]]


def records_of_a_number() -> Choices:
    """What the carrier may know of a number that turned up, with nothing said of an order."""
    return [
        (CarrierRecord.ACTIVE.value, _("在我名下，已激活、在用")),
        (CarrierRecord.AWAITING_ACTIVATION.value, _("在我名下，还没激活")),
        (CarrierRecord.CANCELLED.value, _("已经注销")),
        (CarrierRecord.NO_ORDER.value, _("查不到这个号码")),
    ]


class Carrier(StepForm):
    title = _("这是哪家运营商的卡？")
    carrier__name = Member(CarrierName, label=_("运营商"))

    def arrange(self) -> None:
        """Of a number that turned up there is no card to look at."""
        if self.about_a_number:
            self.title = _("这个号码是哪家运营商的？")
            self.fields["carrier__name"].help_text = _("“一证通查”的结果短信会写是哪家")


class CarrierRecordForm(StepForm):
    title = _("运营商那边怎么说？")
    signals__carrier_record = OneOf(
        records_of_an_order,
        label=_("运营商的记录"),
        help_text=_("可以看运营商的 App，也可以打客服电话问"),
        unknown=NOT_ASKED_YET,
    )

    def arrange(self) -> None:
        """A number that turned up has no order whose record could be asked for."""
        if self.about_a_number:
            self.title = _("运营商怎么说这个号码？")
            self.fields["signals__carrier_record"] = OneOf(
                records_of_a_number,
                label=_("运营商的说法"),
                help_text=_("打客服电话，或带证件到营业厅问"),
                unknown=NOT_ASKED_YET,
            )

    @property
    def hotlines(self) -> tuple[Contact, ...]:
        """The numbers to call, as the card of the complaint has them."""
        return knowledge.load().channels[Channel.CARRIER_COMPLAINT].hotlines

    def answer(self) -> dict[str, object]:
        """Who was sent on has heard that there is no order, and more."""
        if self.cleaned_data.get(RECORD) != SENT_ON:
            return super().answer()
        return {**super().answer(), RECORD: CarrierRecord.NO_ORDER.value, SENT_ON: True}

    def said(self, answer: Mapping[str, Any]) -> Iterator[tuple[Words, str]]:
        """The choice as it stood on the page."""
        return super().said({**answer, RECORD: SENT_ON} if answer.get(SENT_ON) else answer)


class Stage(StepForm):
    title = _("您的订单现在走到这一步")

    def arrange(self) -> None:
        """A number that turned up is no order on its way."""
        if self.about_a_number:
            self.title = _("这个号码现在的情况")


class Activation(StepForm):
    title = _("这个号码是谁激活的，什么时候？")
    activation__by = Member(
        ActivatedBy,
        label=_("谁激活的"),
        help_text=_("看是谁做的实名核验，例如对着摄像头眨眼、摇头"),
        members=[ActivatedBy.ME, ActivatedBy.COURIER_WITH_ME, ActivatedBy.SOMEONE_ELSE],
    )
    activation__at = MomentField(
        label=_("激活时间"), help_text=_("激活短信或运营商客服能查到，只知道日期也可以")
    )

    def answer(self) -> dict[str, object]:
        """`unknown` is a value of its own here: the record of the activation is asked for."""
        by = self.cleaned_data.get("activation__by") or ActivatedBy.UNKNOWN.value
        return {**super().answer(), "activation__by": by}


class FirstTopUp(StepForm):
    title = _("给这个号码首充了多少话费？")
    payment__first_top_up = MoneyField(
        label=_("首充或预存话费"), help_text=_("付给运营商的话费，没有就填 0")
    )


class Consumed(StepForm):
    title = _("已经用掉多少钱的通话和流量？")
    signals__consumed = MoneyField(
        label=_("已经用掉的金额"),
        help_text=_("按下单页面写的价格算；算不清就选“不清楚”"),
    )


class ContractPeriod(StepForm):
    title = _("办卡时有没有约定合约期？")
    order__minimum_term = YesNo(
        label=_("有合约期"),
        ask=_("请选择办卡时有没有约定合约期"),
        help_text=_("例如“须在网两年”“一年内不能销户”"),
        yes=_("有"),
        no=_("没有"),
    )


class ContractTerms(StepForm):
    title = _("合约期是怎么告诉您的？")
    terms__written_agreement = YesNo(
        label=_("有书面或电子的入网协议"),
        ask=_("请选择有没有书面或电子的入网协议"),
        yes=_("有"),
        no=_("没有"),
    )
    terms__penalty_prominent = YesNo(
        label=_("违约金条款有显著提示"),
        ask=_("请选择违约金条款有没有显著提示"),
        help_text=_("例如加粗、弹窗、要您单独勾选"),
        yes=_("有"),
        no=_("没有"),
    )


class DisputedCharge(StepForm):
    """Only its day is a fact of the case; that there is none is kept for the check page."""

    title = _("有没有一笔您不认可的扣费？")
    disputed_charge = YesNo(
        label=_("有不认可的扣费"),
        ask=_("请选择有没有您不认可的扣费"),
        yes=_("有"),
        no=_("没有"),
    )


class DisputedChargeDate(StepForm):
    title = _("是哪天扣的？")
    carrier__fee_event_on = ChineseDateField(
        label=_("扣费日期"), help_text=_("话费账单上有；有好几笔就填最早的一笔")
    )


class CarrierComplaint(StepForm):
    title = _("您向运营商投诉过吗？")
    carrier__complained = YesNo(
        label=_("向运营商投诉过"),
        ask=_("请选择有没有向运营商投诉过"),
        help_text=_("打客服电话或在 App 里说过“我要投诉”，光是咨询不算"),
        yes=_("投诉过"),
        no=_("还没有"),
    )

    def arrange(self) -> None:
        """Who was sent to the seller may have heard it as the answer to a complaint."""
        if value(self.answers, SENT_ON):
            asked = self.fields["carrier__complained"]
            asked.help_text = _("“让我找卖家”是说了“我要投诉”以后的答复，就选“投诉过”")


class CarrierTicket(StepForm):
    title = _("是哪天投诉的？")
    carrier__complained_on = ChineseDateField(label=_("投诉日期"))
    carrier__ticket = TextField(label=_("工单编号"), help_text=_("短信里有，也可以打客服电话问"))


class CarrierReplyForm(StepForm):
    title = _("运营商怎么答复的？")
    carrier__reply = Member(CarrierReply, label=_("运营商的答复"))

    def arrange(self) -> None:
        """What was said at the record comes ticked."""
        if value(self.answers, SENT_ON):
            self.fields["carrier__reply"].initial = CarrierReply.SENT_TO_AGENT.value


class CarrierReplyDate(StepForm):
    title = _("运营商是哪天答复的？")
    carrier__replied_on = ChineseDateField(label=_("运营商答复日期"))
