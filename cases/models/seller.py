"""The directory of 网盟 and shops."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

CONTACTS_LENGTH, NOTES_LENGTH = 1000, 4000


class Seller(models.Model):
    """A 网盟 or shop as the desk knows it: firms only, no private person.

    After a merge the row stays and points to the one that took its names and cases.
    """

    name = models.CharField(_("名称"), max_length=100)
    company = models.CharField(_("公司全称"), max_length=100, blank=True)
    licence_number = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    contacts = models.TextField(_("联系方式"), max_length=CONTACTS_LENGTH, blank=True)
    notes = models.TextField(_("备注"), max_length=NOTES_LENGTH, blank=True)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("已并入"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="merged",
    )
    created_at = models.DateTimeField(_("添加时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("商家")
        verbose_name_plural = _("商家名录")
        ordering = ["name"]
        permissions = [
            ("merge_seller", _("可以合并商家")),
            ("dossier_seller", _("可以生成投诉汇总")),
        ]

    def __str__(self) -> str:
        return self.name


class Alias(models.Model):
    """A name, company, payee or host a seller goes by, and its fingerprint as in `BlindKey`."""

    seller = models.ForeignKey(
        Seller, verbose_name=_("商家"), on_delete=models.CASCADE, related_name="aliases"
    )
    text = models.CharField(_("名称或网址"), max_length=100)
    key = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        verbose_name = _("别名")
        verbose_name_plural = _("别名")
        ordering = ["text"]

    def __str__(self) -> str:
        return self.text
