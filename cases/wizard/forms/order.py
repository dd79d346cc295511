"""The part 订单: what was ordered, who got the money, what the page and the parcel show."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.vocabulary import CardKind, Parcel, Payee, PaymentMethod, SalesChannel, SellerPage
from cases.wizard.answers import Answers, value
from cases.wizard.fields import (
    ChineseDateField,
    Choices,
    Member,
    MoneyField,
    OneOf,
    TextField,
    YesNo,
    labels,
)
from cases.wizard.forms.base import StepForm
from cases.wizard.forms.notices import over_three_years

MINE, NOT_MINE = "yes", "no"
# What is no case for us; kept under the name OUTSIDE, because it is no fact of a case.
OUTSIDE, NOT_ORDERED, OTHER_GOODS = "outside", "not_ordered", "other_goods"
TOO_OLD = "over_three_years"
ON_A_MARKETPLACE = (SalesChannel.MARKETPLACE, SalesChannel.LIVESTREAM)
# What can only be tried with the card in hand.
NEEDS_THE_CARD = ("signals__service_works", "signals__used")
USUAL_METHODS: dict[str, tuple[PaymentMethod, ...]] = {
    Payee.MARKETPLACE: (PaymentMethod.MARKETPLACE_ORDER,),
    Payee.AFFILIATE: (PaymentMethod.MERCHANT_WECHAT, PaymentMethod.MERCHANT_ALIPAY),
    Payee.INDIVIDUAL: (PaymentMethod.PERSONAL_TRANSFER, PaymentMethod.CASH),
    Payee.CARRIER: (PaymentMethod.CARRIER_PAGE,),
}


def situations() -> Choices:
    """Whose order it is, and what leads elsewhere."""
    return [
        (MINE, _("是，我自己下的单")),
        (NOT_MINE, _("不是，名下多出了我没办过的号码")),
        (NOT_ORDERED, _("还没下单，想先看看")),
        (OTHER_GOODS, _("买的不是手机卡或流量卡")),
    ]


class Situation(StepForm):
    title = _("这张卡是您自己下单的吗？")
    order__placed_by_me = OneOf(
        situations, label=_("是否本人下单"), ask=_("请选择这张卡是不是您自己下单的")
    )

    def answer(self) -> dict[str, Any]:
        """A fact, or beside it why there is no case here."""
        code = self.cleaned_data.get("order__placed_by_me")
        if code in (NOT_ORDERED, OTHER_GOODS):
            return {"order__placed_by_me": None, OUTSIDE: code}
        return {"order__placed_by_me": None if code is None else code == MINE}

    def said(self, answer: Any) -> Any:
        """The same the other way round."""
        mine = {True: MINE, False: NOT_MINE}.get(answer["order__placed_by_me"])
        return super().said({"order__placed_by_me": answer.get(OUTSIDE, mine)})


class BusinessUse(StepForm):
    title = _("这张卡是给谁用的？")
    consumer__business_use = YesNo(
        label=_("这张卡给谁用"),
        ask=_("请选择这张卡是给谁用的"),
        yes=_("公司用，或做生意用"),
        no=_("自己或家里人用"),
    )


class SalesChannelForm(StepForm):
    title = _("您是在哪里下单的？")
    order__sales_channel = Member(SalesChannel, label=_("下单的地方"))


class LivestreamSeller(StepForm):
    title = _("直播间写明了是谁在卖吗？")
    order__livestream_seller_named = YesNo(
        label=_("直播间写明了卖家"),
        ask=_("请选择直播间有没有写明是谁在卖"),
        help_text=_("例如页面上写着店铺或公司的名字；只有主播的名字不算"),
        yes=_("写明了"),
        no=_("没写明"),
    )


class PlacedOn(StepForm):
    title = _("您是哪天下单的？")
    order__placed_on = ChineseDateField(label=_("下单日期"), help_text=_("订单页或付款记录上有"))

    def answer(self) -> dict[str, Any]:
        """The day, and beside it that the three years are over by today."""
        placed_on = self.cleaned_data.get("order__placed_on")
        if placed_on and over_three_years(date.fromisoformat(placed_on), on=self.on):
            return {"order__placed_on": placed_on, TOO_OLD: True}
        return super().answer()


class Seller(StepForm):
    title = _("卖家叫什么名字？")
    lead = _("写函件时用。不知道可以不填。")
    order__marketplace = TextField(label=_("平台名称"), help_text=_("例如淘宝、拼多多、抖音"))
    order__seller_name = TextField(
        label=_("店铺、网站或公众号的名字"), help_text=_("页面上怎么写就怎么填")
    )

    def arrange(self) -> None:
        """Only an order on a marketplace has a marketplace."""
        if value(self.answers, "order__sales_channel") not in ON_A_MARKETPLACE:
            del self.fields["order__marketplace"]


class CardKindForm(StepForm):
    title = _("这是哪种卡？")
    order__card_kind = Member(CardKind, label=_("卡的种类"))


class PayeeForm(StepForm):
    title = _("您的钱付给了谁？")
    payment__payee = Member(
        Payee, label=_("收款方"), help_text=_("以付款记录上的收款方为准，和谁卖的可能不是一家")
    )

    def answer(self) -> dict[str, Any]:
        """Who paid nobody paid nothing."""
        nobody = self.cleaned_data.get("payment__payee") == Payee.NOBODY
        return {**self.cleaned_data, **({"payment__amount": "0.00"} if nobody else {})}


class Amount(StepForm):
    title = _("付了多少钱，哪天付的？")
    payment__amount = MoneyField(label=_("付款金额"), help_text=_("例如 59 或 59.50"))
    payment__first_top_up = MoneyField(label=_("其中的首充或预存话费"))
    payment__paid_on = ChineseDateField(label=_("付款日期"))

    def arrange(self) -> None:
        """What the carrier got is split: the first top-up is paid back by other rules."""
        if value(self.answers, "payment__payee") != Payee.CARRIER:
            del self.fields["payment__first_top_up"]
            return
        amount = self.fields["payment__amount"]
        amount.label = _("话费以外付的钱")
        amount.help_text = _("例如卡费、快递费；没有就填 0")
        self.fields["payment__first_top_up"].label = _("首充或预存的话费")


class Method(StepForm):
    title = _("是怎么付款的？")
    payment__method = OneOf(lambda: labels(PaymentMethod), label=_("付款方式"))

    def arrange(self) -> None:
        """The ways that go with the payee come first; all stay open."""
        usual = USUAL_METHODS.get(value(self.answers, "payment__payee") or "", ())
        rest = [method for method in PaymentMethod if method not in usual]
        self.fields["payment__method"] = Member(
            PaymentMethod, label=_("付款方式"), members=[*usual, *rest]
        )


class OffPlatform(StepForm):
    title = _("对方有没有让您离开平台付款？")
    payment__asked_off_platform = YesNo(
        label=_("被引导到平台外付款"),
        ask=_("请选择对方有没有让您离开平台付款"),
        yes=_("有"),
        no=_("没有"),
    )


class Contact(StepForm):
    title = _("现在还联系得上卖家吗？")
    dealings__unreachable = YesNo(
        label=_("还联系得上卖家"),
        ask=_("请选择还联不联系得上卖家"),
        help_text=_("发消息有没有人回，电话打不打得通，店铺还在不在"),
        yes=_("联系不上了"),
        no=_("联系得上"),
        unknown=_("不清楚，或还没联系过"),
    )


class OrderPage(StepForm):
    title = _("下单页面现在显示什么状态？")
    signals__seller_page = Member(
        SellerPage,
        label=_("订单页状态"),
        help_text=_("请打开当时下单的页面、小程序或订单查询看一眼"),
    )


class ReturnButton(StepForm):
    """No fact of the case; it only tells whether the marketplace's own way is still open."""

    title = _("订单页上有“退款”或“退货”按钮吗？")
    return_button = YesNo(
        label=_("订单页上有退款或退货按钮"),
        ask=_("请选择订单页上有没有“退款”或“退货”按钮"),
        help_text=_("也可能叫“申请售后”“退换”；已经在处理的，选“没有”"),
        yes=_("有，还能点"),
        no=_("没有，或已经点过"),
    )


class ParcelForm(StepForm):
    title = _("卡寄到哪里了？")
    signals__parcel = Member(Parcel, label=_("快递状态"))


class ParcelDate(StepForm):
    title = _("是哪天签收或退回的？")
    signals__delivered_on = ChineseDateField(label=_("签收日期"))
    signals__returned_on = ChineseDateField(label=_("卖家收到退件的日期"))

    def arrange(self) -> None:
        """A parcel that came back is asked about its way back only."""
        returned = value(self.answers, "signals__parcel") == Parcel.RETURNED
        del self.fields["signals__delivered_on" if returned else "signals__returned_on"]
        self.title = _("卖家是哪天收到退件的？") if returned else _("是哪天签收的？")


class Signs(StepForm):
    title = _("卡和号码有没有这些情况？")
    signals__number_shown = YesNo(
        label=_("能看到完整的手机号码"),
        ask=_("请选择能不能看到完整的手机号码"),
        help_text=_("在订单页、短信或卡板上"),
        yes=_("能看到"),
        no=_("看不到"),
    )
    signals__activation_notice = YesNo(
        label=_("收到过激活成功或套餐生效的短信"),
        ask=_("请选择有没有收到过激活成功或套餐生效的短信"),
        yes=_("有"),
        no=_("没有"),
    )
    signals__service_works = YesNo(
        label=_("这张卡能打电话或上网"),
        ask=_("请选择这张卡能不能打电话或上网"),
        yes=_("能"),
        no=_("不能"),
    )
    signals__used = YesNo(
        label=_("已经用过通话或流量"),
        ask=_("请选择有没有用过通话或流量"),
        yes=_("用过"),
        no=_("没用过"),
    )

    def arrange(self) -> None:
        """Who never got the card cannot have tried it; who sent it back could, before that."""
        if value(self.answers, "signals__parcel") == Parcel.RETURNED:
            self._before_it_went_back()
        if not never_in_hand(self.answers):
            return
        for name in NEEDS_THE_CARD:
            del self.fields[name]
        self.title = _("号码有没有这些情况？")
        self.fields["signals__number_shown"].help_text = _("在订单页或短信里")

    def _before_it_went_back(self) -> None:
        self.fields["signals__service_works"] = YesNo(
            label=_("退回以前，这张卡能打电话或上网"),
            ask=_("请选择退回以前这张卡能不能打电话或上网"),
            yes=_("能"),
            no=_("不能，或没收到过卡"),
            unknown=_("没试过，或不清楚"),
        )
        self.fields["signals__used"] = YesNo(
            label=_("退回以前，用过通话或流量"),
            ask=_("请选择退回以前有没有用过通话或流量"),
            yes=_("用过"),
            no=_("没用过"),
        )

    def answer(self) -> dict[str, Any]:
        """What was not asked because the card never came is a no."""
        untried = dict.fromkeys(NEEDS_THE_CARD, False) if never_in_hand(self.answers) else {}
        return {**untried, **super().answer()}


def never_in_hand(answers: Answers) -> bool:
    """Whether the parcel did not reach the person, and no page says that the card is in use."""
    is_away = value(answers, "signals__parcel") in (
        Parcel.NOT_SENT,
        Parcel.IN_TRANSIT,
        Parcel.REFUSED,
    )
    return is_away and value(answers, "signals__seller_page") != SellerPage.ACTIVATED


class StageSoFar(StepForm):
    title = _("到目前为止，看起来在这一步")
    lead = _("下一段问运营商的记录，它最准，可能会改变这个判断。")


class SeenNames(StepForm):
    """Only what can be seen; who is behind it is told by `assessment.opponent`."""

    title = _("这些地方写着谁的名字？")
    lead = _("照着写就行，用来弄清楚该找谁。找不到的空着，直接继续。")
    opponent__bill_name = TextField(
        label=_("付款账单上的收款方"), help_text=_("微信或支付宝账单里，“收款方”或“商户全称”")
    )
    opponent__page_company = TextField(
        label=_("下单页面上的公司"), help_text=_("页面最下面，或“营业执照”“关于我们”里")
    )
    opponent__parcel_sender = TextField(label=_("快递单上的寄件人"))
    opponent__card_brand = TextField(
        label=_("卡或说明书上的牌子"), help_text=_("例如中国移动、中国联通")
    )
    opponent__sms_sender = TextField(
        label=_("开卡、激活短信的发送号码"), help_text=_("例如 10086、10010")
    )

    def arrange(self) -> None:
        """Who paid nothing has no bill; who got no parcel has no sender and no card."""
        parcel = value(self.answers, "signals__parcel")
        if value(self.answers, "payment__payee") == Payee.NOBODY:
            del self.fields["opponent__bill_name"]
        if parcel == Parcel.NOT_SENT:
            del self.fields["opponent__parcel_sender"]
        if parcel in (Parcel.NOT_SENT, Parcel.IN_TRANSIT, Parcel.REFUSED):
            del self.fields["opponent__card_brand"]

    def answer(self) -> dict[str, Any]:
        """Only what was filled in."""
        return {name: text for name, text in self.cleaned_data.items() if text is not None}
