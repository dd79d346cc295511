"""The filters of the case list; every one of them speaks Chinese and reads one column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import knowledge
from cases.admin import due
from cases.models import Case
from cases.vocabulary import CarrierName, Payee, SalesChannel, Stage, table_name

# ModelAdmin takes type parameters for the type checker only, not when the program runs.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Case]
else:
    ModelAdmin = admin.ModelAdmin

Rows = QuerySet[Case]
Lookups = list[tuple[str, Any]]


class StateFilter(admin.SimpleListFilter):
    """Submitted cases unless drafts or everything is asked for."""

    title = _("状态")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Lookups:
        """What there is beside the submitted cases."""
        return [("draft", _("草稿")), ("all", _("全部"))]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """Drafts only on demand."""
        if self.value() == "all":
            return queryset
        return queryset.filter(submitted_at__isnull=self.value() == "draft")

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """The default says what it shows instead of 全部."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("已提交")}
        yield from others


class LabelFilter(admin.SimpleListFilter):
    """One column of codes, by the label of its enum."""

    enum: ClassVar[type[Any]]

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Lookups:
        """Code and label of every member."""
        labels = knowledge.load().labels[table_name(self.enum)]
        return [(str(member), labels[str(member)]) for member in self.enum]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """The cases with that code."""
        value = self.value()
        return queryset.filter(**{str(self.parameter_name): value}) if value else queryset


class StageFilter(LabelFilter):
    title, parameter_name, enum = _("订单阶段"), "stage", Stage


class CarrierFilter(LabelFilter):
    title, parameter_name, enum = _("运营商"), "carrier", CarrierName


class SalesChannelFilter(LabelFilter):
    title, parameter_name, enum = _("销售渠道"), "sales_channel", SalesChannel


class PayeeFilter(LabelFilter):
    title, parameter_name, enum = _("收款方"), "payee", Payee


class DueFilter(admin.SimpleListFilter):
    """By the next date, seen from today."""

    title = _("下一个日期")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Lookups:
        """Today, over, this week."""
        return list(due.LABELS.items())

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """The cases due then; an unknown word filters nothing."""
        value = self.value() or ""
        if value not in due.LABELS:
            return queryset
        return queryset.filter(due.rows_due(value, timezone.localdate()))
