"""Numbers about cases; nothing in them leads to a person."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

# A number of cases below this could tell of somebody.
FEWEST = 5


class CaseCount(models.Model):
    """How many cases there are, or were, of one kind on one day; `services.tallies` keeps it.

    `on` is the day that the kind speaks of: of submission, of closing, or the next date. `key`
    is a code or the number of a row: a stage, a carrier, a seller, a channel, a reviewer, a sum
    of days.
    """

    class Kind(models.TextChoices):
        """What is counted. The first three go down again when a case moves on."""

        OPEN = "open", _("未结，按提交日和阶段")
        DUE = "due", _("未结，按下一个日期")
        LOAD = "load", _("未结，按经办人")
        SUBMITTED = "submitted", _("提交，按阶段")
        CLOSED = "closed", _("结案，按原因")
        REFUND_DAYS = "refund_days", _("退款所用天数")
        CARRIER = "carrier", _("提交，按运营商")
        CARRIER_DAYS = "carrier_days", _("运营商和退款所用天数")
        SELLER = "seller", _("提交，按商家")
        SELLER_DAYS = "seller_days", _("商家和退款所用天数")
        CHANNEL = "channel", _("提交，按先走的渠道")
        OUTCOME = "outcome", _("本人反馈的结果，按先走的渠道")
        HELPED = "helped", _("本人反馈，按起作用的一步")

    kind = models.CharField(_("类别"), max_length=16, choices=Kind.choices, editable=False)
    on = models.DateField(_("日期"), editable=False)
    key = models.CharField(_("项目"), max_length=64, blank=True, editable=False)
    number = models.IntegerField(_("数量"), default=0, editable=False)

    class Meta:
        verbose_name = _("案件计数")
        verbose_name_plural = _("案件计数")
        constraints = [
            models.UniqueConstraint(fields=["kind", "on", "key"], name="case_count_one_row"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on:%Y-%m-%d}"
