"""Pages that ask nothing: reasons to stop here, and a word before a risky act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import knowledge
from cases.deadlines import count
from cases.vocabulary import EvidenceKind, Stage
from cases.wizard.answers import Answers, stage_of, value
from cases.wizard.fields import Words, in_words, labels
from cases.wizard.forms.base import StepForm
from cases.wizard.recommendation import recommend

# What the choice of channels says beside the channels; no facts of a case.
NOTHING_TODAY, TOO_EARLY = "nothing_today", "too_early"
LIMITS = ("regulator_complaint_3y", "escalation_other_2y", "escalation_fee_5m")
# What can no longer be seen once the number is closed or the card is gone.
GONE_WITH_THE_NUMBER = (
    EvidenceKind.ORDER_PAGE,
    EvidenceKind.SIM_PHOTO,
    EvidenceKind.ACTIVATION_SMS,
)
GONE_WITH_A_STRANGE_NUMBER = (EvidenceKind.NUMBER_CHECK_SMS,)


class Notice(StepForm):
    """A page to read. Going on is its answer; a `final` one has no way on but changing answers."""

    final = False

    def clean(self) -> dict[str, Any]:
        """Who could only turn back has not gone on."""
        if self.final:
            raise forms.ValidationError(_("请返回，更改前面的回答"), code="final")
        return super().clean()


class NotOrdered(Notice):
    title = _("您还没有下单")
    final = True


class OtherGoods(Notice):
    title = _("这里只帮忙处理手机卡和流量卡")
    final = True


class Business(Notice):
    title = _("公司或做生意用的卡，12315 不受理")


class OverThreeYears(Notice):
    title = _("下单到现在已经过了三年")

    @property
    def placed_on(self) -> str:
        """The day of the order in words."""
        return in_words(self._day)

    @property
    def last_days(self) -> dict[str, str]:
        """The last day of each limit in words, by the limit's id, counted from the order."""
        return {
            name: in_words(count(name, knowledge.load(), since=self._day).ends_on)
            for name in LIMITS
        }

    @property
    def _day(self) -> date:
        return date.fromisoformat(value(self.answers, "order__placed_on"))


class ReturnButton(Notice):
    title = _("先点订单页上的退款或退货按钮")


class GoneWithTheMoney(Notice):
    title = _("钱付了，人联系不上：今天先报警")


class Settled(Notice):
    title = _("钱退回来了，订单也停了")


class ConfirmReceipt(Notice):
    title = _("先不要点“确认收货”")


class KeepEvidence(Notice):
    title = _("先存好证据，再销户、丢卡")

    @property
    def missing(self) -> Sequence[Words]:
        """What is not at hand yet and cannot be had afterwards."""
        return [label for _code, label in labels(EvidenceKind, not_kept(self.answers))]


class AgainstAdvice(Notice):
    title = _("您选的和建议不一样")

    def arrange(self) -> None:
        """The title says what was chosen; taking a body early weighs less than doing nothing."""
        if value(self.answers, NOTHING_TODAY):
            self.title = _("建议今天用的渠道，您一个也没选")
        elif value(self.answers, TOO_EARLY):
            self.title = _("您提前选了会关上别的门的渠道")

    @property
    def against(self) -> Sequence[tuple[str, str]]:
        """What was left out of today, and what was taken early, with what follows, said once."""
        chosen = value(self.answers, "chosen") or []
        advice = recommend(self.answers, on=self.on)
        titles: dict[str, list[str]] = {}
        for offer in (*advice.left_out_today(chosen), *advice.taken_early(chosen)):
            titles.setdefault(str(offer.if_not), []).append(offer.title)
        return [("、".join(each), if_not) for if_not, each in titles.items()]


class PublicPost(Notice):
    title = _("黑猫上的投诉，谁都能看到")


def not_kept(answers: Answers) -> list[EvidenceKind]:
    """What the person has not kept of that which goes with the number or the card."""
    strange = stage_of(answers) is Stage.NOT_MINE
    kinds = GONE_WITH_A_STRANGE_NUMBER if strange else GONE_WITH_THE_NUMBER
    kept = value(answers, "evidence") or ()
    return [kind for kind in kinds if kind not in kept]


def over_three_years(placed_on: date, *, on: date) -> bool:
    """Whether the three years for a complaint to 12315 are over, counted from the order."""
    return on > count(LIMITS[0], knowledge.load(), since=placed_on).ends_on
