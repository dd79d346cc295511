"""A case: one person's matter, from the first answer on."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.case_code import CaseCode
from cases.encryption import SealedJSONField


class Case(models.Model):
    """One person's matter, from the first answer on.

    `answers` is `{step: {"typed": {name: [values]}, "clean": {name: value} or None, "version"}}`:
    what was typed, always; what it means, when the form accepted it; and the case's version at
    which the step was written.

    `secret` is the secret half of the case code, sealed: a browser that already holds the case
    may show the code again. Whoever comes with a code is checked against `secret_hash` alone.

    The columns from `stage` on are for the desk's lists and filled at submission.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    public_id = models.CharField(_("案件编号"), max_length=8, unique=True, editable=False)
    secret_hash = models.CharField(max_length=128, editable=False)
    secret = SealedJSONField()
    answers = SealedJSONField(_("填写内容"), default=dict)
    version = models.PositiveIntegerField(_("版本"), default=0, editable=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("最近访问"), auto_now=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, editable=False)

    stage = models.CharField(_("订单阶段"), max_length=32, blank=True, editable=False)
    carrier = models.CharField(_("运营商"), max_length=32, blank=True, editable=False)
    sales_channel = models.CharField(_("销售渠道"), max_length=32, blank=True, editable=False)
    payee = models.CharField(_("收款方"), max_length=32, blank=True, editable=False)
    amount = models.DecimalField(
        _("金额（元）"), max_digits=12, decimal_places=2, null=True, editable=False
    )
    next_on = models.DateField(_("下一个日期"), null=True, editable=False)
    seller = SealedJSONField(_("商家"), null=True)
    seller_key = models.CharField(max_length=64, blank=True, db_index=True, editable=False)

    class Meta:
        verbose_name = _("案件")
        verbose_name_plural = _("案件")
        indexes = [
            models.Index(fields=["submitted_at"], name="case_submitted_at"),
            models.Index(fields=["next_on", "submitted_at"], name="case_next_on"),
            models.Index(fields=["updated_at"], name="case_updated_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0),
                name="case_amount_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def code(self) -> CaseCode:
        """The case code, for the browser that holds the case; never for a list or a log."""
        return CaseCode(public_id=self.public_id, secret=self.secret)
