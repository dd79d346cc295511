"""What happens on the pages, counted by day; nothing in it leads to a person."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DailyCount(models.Model):
    """How often something happened at one step on one day.

    `field` and `code` are the codes of a shown error (`order__placed_on`, `in_the_future`), and
    empty for the other kinds.
    """

    class Kind(models.TextChoices):
        """What is counted."""

        SHOWN = "shown", _("页面打开")
        ANSWERED = "answered", _("回答通过")
        ERROR = "error", _("提示出错")

    on = models.DateField(_("日期"))
    kind = models.CharField(_("类别"), max_length=16, choices=Kind.choices)
    step = models.CharField(_("页面"), max_length=40)
    field = models.CharField(_("问题"), max_length=64, blank=True)
    code = models.CharField(_("原因"), max_length=40, blank=True)
    number = models.PositiveIntegerField(_("次数"), default=0)

    class Meta:
        verbose_name = _("每日计数")
        verbose_name_plural = _("每日计数")
        constraints = [
            models.UniqueConstraint(
                fields=["on", "kind", "step", "field", "code"], name="daily_count_one_row"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.kind} {self.step}"
