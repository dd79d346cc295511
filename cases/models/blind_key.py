"""What a case can be found by without being read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case


class BlindKey(models.Model):
    """A fingerprint (`encryption.blind_index`) of something in a submitted case.

    Names of the other side share one purpose, so that a payee may be found as a seller.
    """

    class Kind(models.TextChoices):
        """What the fingerprint is of."""

        SELLER = "seller", _("店铺或商家名称")
        COMPANY = "company", _("公司名称")
        PAYEE = "payee", _("收款方名称")
        HOST = "host", _("网址")
        PHONE = "phone", _("电话")
        ORDER = "order", _("订单号")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=8, choices=Kind.choices, editable=False)
    key = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("检索指纹")
        verbose_name_plural = _("检索指纹")
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "key"], name="blind_key_once"),
        ]
        indexes = [models.Index(fields=["key", "case"], name="blind_key_found")]

    def __str__(self) -> str:
        return self.kind


class Flag(models.Model):
    """Something about a submitted case that staff should look at first.

    REPLIED stands from the person's reply on until the desk has written again or closed the case;
    the others are seen at submission.
    """

    class Kind(models.TextChoices):
        """What there is to see."""

        REPLIED = "replied", _("本人有回复")
        CONTRADICTION = "contradiction", _("回答互相矛盾")
        MINOR = "minor", _("未成年人")
        FRAUD = "fraud", _("可能是诈骗")
        OFF_PLATFORM = "off_platform", _("被要求绕开平台付款")
        NOT_MINE = "not_mine", _("不是本人办理")
        AGAIN = "again", _("同一订单已有案件")
        TOO_FAST = "too_fast", _("填写过快")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="flags")
    kind = models.CharField(_("标记"), max_length=16, choices=Kind.choices, editable=False)

    class Meta:
        verbose_name = _("标记")
        verbose_name_plural = _("标记")
        constraints = [models.UniqueConstraint(fields=["case", "kind"], name="flag_once")]
        indexes = [models.Index(fields=["kind", "case"], name="flag_found")]

    def __str__(self) -> str:
        return self.kind
