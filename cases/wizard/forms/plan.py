"""The parts 渠道 and 方案: the evidence at hand, the channels to use, names for the letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.assessment.opponent import SELLERS
from cases.plan.evidence import OF_AN_ORDER
from cases.vocabulary import CarrierName, EvidenceKind
from cases.wizard.answers import value
from cases.wizard.fields import Members, PhoneField, PostcodeField, TextField, Words
from cases.wizard.forms.base import StepForm
from cases.wizard.forms.notices import NOTHING_TODAY, TOO_EARLY
from cases.wizard.recommendation import Advice, ChosenChannels, recommend

# How the companies begin that the carriers' customers have their contract with.
COMPANIES: Mapping[str | None, Words] = {
    CarrierName.CHINA_MOBILE: _("中国移动通信集团某某有限公司"),
    CarrierName.CHINA_UNICOM: _("中国联合网络通信有限公司"),
    CarrierName.CHINA_TELECOM: _("中国电信股份有限公司"),
    CarrierName.CHINA_BROADNET: _("中国广电某某网络股份有限公司"),
}


class Evidence(StepForm):
    title = _("您手里有哪些证据？")
    evidence = Members(
        EvidenceKind,
        label=_("已有的证据"),
        help_text=_("可以多选，不用上传，方案会告诉您还缺什么"),
    )

    def arrange(self) -> None:
        """Of a number that turned up there is nothing that only an order leaves behind."""
        if self.about_a_number:
            asked = self.fields["evidence"]
            self.fields["evidence"] = Members(
                EvidenceKind,
                label=asked.label or "",
                help_text=asked.help_text,
                members=[kind for kind in EvidenceKind if kind not in OF_AN_ORDER],
            )


class Channels(StepForm):
    title = _("您打算走哪些渠道？")
    lead = _("现在该用的已经勾好，直接继续就行。想换也可以，换了的渠道下面会写明后果。")
    chosen = ChosenChannels(label=_("打算用的渠道"))

    advice: Advice

    def arrange(self) -> None:
        """Offer what the plan advises; what it keeps for later need is not ticked at first."""
        self.advice = recommend(self.answers, on=self.on)
        chosen = ChosenChannels(label=_("打算用的渠道"), offers=self.advice.offers)
        chosen.initial = self.advice.advised
        self.fields["chosen"] = chosen

    def answer(self) -> dict[str, Any]:
        """The channels, and beside them what a page of its own says before the plan."""
        chosen = self.cleaned_data.get("chosen") or []
        remarks = {
            NOTHING_TODAY: self.advice.left_out_today(chosen),
            TOO_EARLY: self.advice.taken_early(chosen),
        }
        return {**self.cleaned_data, **{name: True for name, found in remarks.items() if found}}

    def said(self, answer: Mapping[str, Any]) -> Iterator[tuple[Words, str]]:
        """What was chosen, and where that differs from the advice."""
        yield from super().said(answer)
        against = self.advice.against(answer.get("chosen") or [])
        if against:
            yield _("和建议不同的"), "；".join(f"{each.title}：{each.if_not}" for each in against)


class Names(StepForm):
    title = _("写进函件的名字和编号")
    lead = _("都可以不填：不填的地方在函件里留空，由您自己写。这些内容只用来填函件。")
    consumer__name = TextField(label=_("您的姓名"), autocomplete="name")
    consumer__phone = PhoneField(label=_("联系电话"), autocomplete="tel", mode="tel")
    consumer__address = TextField(label=_("通信地址"), autocomplete="street-address")
    consumer__postcode = PostcodeField(label=_("邮编"), autocomplete="postal-code", mode="numeric")
    order__number = TextField(label=_("订单号"))
    order__tariff = TextField(label=_("套餐名称"))
    order__seller_company = TextField(
        label=_("卖家的公司全称"), help_text=_("在页面公示的营业执照上")
    )
    carrier__company = TextField(label=_("运营商公司全称"), help_text=_("账单或协议上有"))
    carrier__province = TextField(label=_("号码归属的省份"))

    def arrange(self) -> None:
        """Nobody knows the order number of an order that somebody else made; the company on the
        page was asked for before; and a child's age is never kept beside a name."""
        unasked = ["order__number", "order__tariff", "order__seller_company"]
        if not self.about_a_number:
            seen = value(self.answers, "opponent__page_company")
            unasked = ["order__seller_company"] if seen else []
        if value(self.answers, "consumer__age") is not None:
            unasked.append("consumer__name")
        for name in unasked:
            del self.fields[name]
        self._recall_payee()
        if company := COMPANIES.get(value(self.answers, "carrier__name")):
            example = _("账单或协议上有，例如%(company)s某某分公司")
            self.fields["carrier__company"].help_text = example % {"company": company}

    def _recall_payee(self) -> None:
        """The payee on the bill may be the company; only its licence tells."""
        billed = value(self.answers, "opponent__bill_name")
        asked = self.fields.get("order__seller_company")
        if asked and billed and value(self.answers, "payment__payee") in SELLERS:
            hint = _(
                "在页面公示的营业执照上。您前面填的收款方是“%(name)s”，执照上也是它，就再填一次"
            )
            asked.help_text = hint % {"name": billed}

    def answer(self) -> dict[str, Any]:
        """Only what was filled in."""
        return {name: text for name, text in self.cleaned_data.items() if text is not None}
