"""A picture that a person keeps as evidence."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.encryption import SealedJSONField
from cases.models.case import Case


class Exhibit(models.Model):
    """One piece of evidence: 证据1…n in the order of `position`.

    `said` is what the person says of it: `{"label", "proves", "source", "taken_on"}`, all text,
    and `"consent"`: the fingerprint of the words agreed to, and when.
    `boxes` are the places to black out, as parts of width and height: `[[x, y, width, height]]`.
    The picture, made anew without metadata and sealed, lies in the storage `evidence` under the
    row's id, its preview beside it, and the blackened picture where there are boxes. The
    fingerprints (SHA-256, hex) are of the file as it came and of our copy.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(
        Case, verbose_name=_("案件"), on_delete=models.CASCADE, related_name="exhibits"
    )
    position = models.PositiveSmallIntegerField(_("序号"))
    kind = models.CharField(_("种类"), max_length=32)
    said = SealedJSONField(_("说明"))
    boxes = SealedJSONField(_("遮盖"), default=list)
    width = models.PositiveIntegerField(_("宽"), editable=False)
    height = models.PositiveIntegerField(_("高"), editable=False)
    original_sha256 = models.CharField(_("原文件指纹"), max_length=64, editable=False)
    copy_sha256 = models.CharField(_("副本指纹"), max_length=64, editable=False)
    created_at = models.DateTimeField(_("添加时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("证据")
        verbose_name_plural = _("证据")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "original_sha256"], name="exhibit_once_in_a_case"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="exhibit_created_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.position}"

    def file_name(self, kind: str) -> str:
        """The name in the storage: the row's id and the kind of picture."""
        return f"{self.pk}.{kind}"

    def place(self, kind: str) -> str:
        """What the seal of a picture is bound to, so that one put in another's place opens not."""
        return f"{self._meta.db_table}.{kind}:{self.pk}"
