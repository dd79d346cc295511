"""How a case ended, as the person tells it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.encryption import SealedJSONField
from cases.models.case import Case
from cases.models.plan import Plan


class Outcome(models.Model):
    """What the person tells of the end: the latest answer, one row a case.

    `helped` is a channel, OTHER, UNCLEAR, or nothing. `plan` and `knowledge_version` are those
    the person had before them. `half` is what stands typed and was not accepted, `{name:
    [texts]}`, which nobody but the person is shown; as long as nothing else is in the row,
    `told_at` is None. `version` counts what was told.
    """

    OTHER, UNCLEAR = "other", "unclear"

    class Money(models.TextChoices):
        """Whether the money came back."""

        ALL = "all", _("全部退了")
        PART = "part", _("退了一部分")
        NONE = "none", _("没有退")
        NO_MONEY = "no_money", _("没有涉及钱")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(
        Case, verbose_name=_("案件"), on_delete=models.CASCADE, related_name="outcome"
    )
    plan = models.ForeignKey(
        Plan, verbose_name=_("方案"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    knowledge_version = models.CharField(_("知识版本"), max_length=12, blank=True, editable=False)
    money = models.CharField(
        _("钱退了吗"), max_length=8, choices=Money.choices, blank=True, editable=False
    )
    amount = models.DecimalField(
        _("退了多少（元）"), max_digits=12, decimal_places=2, null=True, editable=False
    )
    refunded_on = models.DateField(_("到账日"), null=True, editable=False)
    helped = models.CharField(_("起作用的一步"), max_length=40, blank=True, editable=False)
    told_at = models.DateTimeField(_("反馈时间"), null=True, editable=False)
    half = SealedJSONField(null=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("本人反馈的结果")
        verbose_name_plural = _("本人反馈的结果")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gt=0),
                name="outcome_amount_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(told_at__isnull=True) ^ ~models.Q(money=""),
                name="outcome_told_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.money or '-'}"
