"""Words of the desk's own on cases, and their directory."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case

NAME_LENGTH, PURPOSE_LENGTH = 12, 100


class Tag(models.Model):
    """A word about the work, which staff put on cases; never about a person.

    `key` is the fingerprint of the name, so that two spellings of one word are one tag. A retired
    tag stays on the cases that carry it and is put on no other. None is deleted: the log names
    it by its number.
    """

    name = models.CharField(_("名称"), max_length=NAME_LENGTH)
    key = models.CharField(max_length=64, unique=True, editable=False)
    purpose = models.CharField(_("用途"), max_length=PURPOSE_LENGTH, blank=True)
    retired = models.BooleanField(_("不再使用"), default=False)
    cases = models.ManyToManyField(Case, through="CaseTag", related_name="tags")

    class Meta:
        verbose_name = _("标签")
        verbose_name_plural = _("标签")
        ordering = ["retired", "name"]
        default_permissions = ("add", "change", "view")

    def __str__(self) -> str:
        return self.name


class CaseTag(models.Model):
    """That a case carries a tag."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    # The constraint begins with it, so it needs no index of its own.
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["tag", "case"], name="case_tag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.tag_id}"
