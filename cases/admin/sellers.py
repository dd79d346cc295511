"""The directory of sellers on the desk: the list, a row, its aliases, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from cases.admin import columns
from cases.admin.rows import NamedRows, row_number
from cases.admin.seller_acts import SellerActs
from cases.admin.seller_forms import AliasForm, AliasForms, SellerForm
from cases.admin.seller_search import MOST_FOUND, find
from cases.admin.tables import NOTHING, Figure, median, query, query_all
from cases.encryption import DecryptionFailed
from cases.models import Alias, Case, CaseCount, Seller
from cases.models.case import OPEN_TURNS
from cases.models.case_count import FEWEST
from cases.services import sellers

# ModelAdmin and its kin take type parameters for the type checker only.
if TYPE_CHECKING:
    Rows = admin.ModelAdmin[Seller]
    Aliases = admin.TabularInline[Alias, Seller]
else:
    Rows, Aliases = admin.ModelAdmin, admin.TabularInline

Kind = CaseCount.Kind
RIGHT_TO_CHANGE = "cases.change_seller"
FOUND, NOTHING_FOUND = "found", "none"
COMPANY_ENDS = ("公司", "有限合伙)", "有限合伙）")


class StateFilter(admin.SimpleListFilter):
    """The rows in use, unless the merged ones are asked for."""

    title, parameter_name = _("状态"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Both kinds of rows."""
        return [("merged", _("已并入别家"))]

    def choices(self, changelist: Any) -> Any:
        """Django's word for no choice would be all of them."""
        first, *others = super().choices(changelist)
        return [{**first, "display": _("在用")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Seller]) -> QuerySet[Seller]:
        """Merged or not."""
        return queryset.filter(merged_into__isnull=self.value() != "merged")


class FoundFilter(admin.SimpleListFilter):
    """What a search has found, by the numbers of the rows: no name stands in an address."""

    title, parameter_name = _("查找结果"), FOUND

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Only what is asked for."""
        asked = self.value()
        return [(asked, _("找到的"))] if asked else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Seller]) -> QuerySet[Seller]:
        """The rows found."""
        asked = self.value()
        if not asked:
            return queryset
        return queryset.filter(pk__in=filter(None, map(row_number, asked.split("-"))))


class SellerList(ChangeList):
    """One page of the directory, with the number of cases of each row."""

    def get_results(self, request: HttpRequest) -> None:
        """One statement for the numbers of all rows of the page."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        numbers = received(row.pk for row in self.result_list)
        for row in self.result_list:
            row.received = numbers.get(row.pk, 0)


class AliasInline(Aliases):
    """The names of a seller: added and deleted, never changed into another one."""

    model = Alias
    form = AliasForm
    formset = AliasForms  # type: ignore[assignment]
    extra = 1
    verbose_name_plural = _("别名：店铺、公司、收款方的名称，或网址")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """With the row."""
        return request.user.has_perm("cases.view_seller")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change the row; of a merged one nobody."""
        return _may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The same."""
        return _may_change(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A name with another fingerprint is another name."""
        return False


class SellerAdmin(NamedRows, SellerActs, Rows):
    """Firms only. Nobody deletes a row: it is merged into the one that it should have been."""

    list_title, row_title, new_title = _("商家名录"), _("商家"), _("新商家")
    form = SellerForm
    inlines = (AliasInline,)
    list_display = ("name", "company", "licence_number", "cases_received", "merged_to")
    list_filter = (StateFilter, FoundFilter)
    list_select_related = ("merged_into",)
    list_per_page = 50
    search_fields = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "desk/sellers.html"
    change_form_template = "desk/seller.html"
    actions = None

    def get_urls(self) -> list[URLPattern]:
        """The search and the acts beside Django's own addresses."""
        view = self.admin_site.admin_view
        return [
            path("search/", view(self.search), name="cases_seller_search"),
            path("<int:pk>/merge/", view(self.merge), name="cases_seller_merge"),
            path("<int:pk>/dossier/", view(self.dossier), name="cases_seller_dossier"),
            *super().get_urls(),
        ]

    def has_change_permission(self, request: HttpRequest, obj: Seller | None = None) -> bool:
        """A merged row is a signpost."""
        return super().has_change_permission(request, obj) and not (obj and obj.merged_into_id)

    def has_delete_permission(self, request: HttpRequest, obj: Seller | None = None) -> bool:
        """Merge it instead."""
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only our filters."""
        return lookup in (StateFilter.parameter_name, FOUND)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[SellerList]:
        """With numbers."""
        return SellerList

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Of a case, what the person calls the seller: a proposal, to be looked at before saving.

        Nothing else may be put into the form by an address.
        """
        asked = request.GET.get("case", "")
        return proposed(asked) if request.user.has_perm("cases.view_case") else {}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list."""
        context = {"searched": FOUND in request.GET, "most": MOST_FOUND}
        return super().changelist_view(request, {**(extra_context or {}), **context})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """One row, there already or new, with what its cases come to."""
        row = self.get_object(request, object_id) if object_id else None
        context: dict[str, Any] = {}
        if row and self.has_view_permission(request, row):
            merged = row.merged.order_by("name")
            context |= {"figures": figures(row), "merged": merged, "fewest": FEWEST}
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )

    @method_decorator([require_POST, sensitive_post_parameters()])
    def search(self, request: HttpRequest) -> HttpResponse:
        """To the list of what was found."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        typed = request.POST.get("typed", "").strip()
        numbers = "-".join(str(pk) for pk in find(typed)) or NOTHING_FOUND
        return redirect(f"../?{FOUND}={numbers}" if typed else "../")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Keep the aliases, then link the cases that wait for them, and log what was changed."""
        super().save_related(request, form, formsets, change)
        (aliases,) = formsets
        other_names = bool(aliases.new_objects or aliases.deleted_objects)
        fields = [*form.changed_data, *(["aliases"] if other_names else [])]
        if not fields:
            return
        dropped = [alias.key for alias in aliases.deleted_objects]
        actor = request.user.get_username()
        linked = sellers.changed(form.instance, fields, actor=actor, dropped=dropped)
        if linked:
            words = _("已关联 %(number)d 个之前提交的案件。") % {"number": linked}
            self.message_user(request, words, messages.INFO)

    # ---- a row

    @admin.display(description=_("收到的案件"))
    def cases_received(self, seller: Seller) -> int:
        """As many as ever came, the deleted ones too."""
        return cast(int, seller.received)  # type: ignore[attr-defined]

    @admin.display(description=_("已并入"))
    def merged_to(self, seller: Seller) -> str:
        """Where its names and cases went."""
        return str(seller.merged_into or NOTHING)


def received(rows: Iterable[int]) -> dict[int, int]:
    """`{row: cases}` from the counters, which the number of cases does not slow down."""
    counted = CaseCount.objects.filter(kind=Kind.SELLER, key__in=[str(pk) for pk in rows])
    return {int(key): number for key, number in counted.values_list("key").annotate(Sum("number"))}


def figures(seller: Seller) -> tuple[Figure, ...]:
    """How many cases came, how many are open, and how long a refund takes."""
    days: dict[int, int] = {}
    of_seller = CaseCount.objects.filter(kind=Kind.SELLER_DAYS, key__startswith=f"{seller.pk}:")
    for key, number in of_seller.values_list("key").annotate(Sum("number")):
        days[int(key.partition(":")[2])] = number
    enough = sum(days.values()) >= FEWEST
    still_open = seller.cases.filter(turn__in=OPEN_TURNS).count()
    number = received([seller.pk]).get(seller.pk, 0)
    return (
        Figure(_("收到的案件"), number, query_all(seller=seller.pk)),
        Figure(_("未结"), still_open, query(seller=seller.pk)),
        Figure(_("提交到退款的天数（中位数）"), (median(days) or 0) if enough else NOTHING),
    )


def proposed(case_id: str) -> dict[str, str]:
    """Name and company of a new row, as the desk shows the seller of a case; without numbers."""
    try:
        case = Case.objects.filter(pk=UUID(case_id), submitted_at__isnull=False).first()
        called = columns.seller(case) if case and case.seller else ""
    except (ValueError, DecryptionFailed):
        return {}
    if not called:
        return {}
    return {"name": called, "company": called if called.endswith(COMPANY_ENDS) else ""}


def listing(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Ways from the page of a case into the directory, for `templates/desk/_listing.html`."""
    may = cast(User, request.user).has_perm
    if not case.submitted_at or not may("cases.view_seller"):
        return {}
    if case.listed_seller:
        return {"listing": {"all": query_all(seller=case.listed_seller.pk)}}
    if may("cases.add_seller") and proposed(str(case.pk)):
        return {"listing": {"new": f"{reverse('admin:cases_seller_add')}?case={case.pk}"}}
    return {}


def _may_change(request: HttpRequest, seller: Seller | None) -> bool:
    return request.user.has_perm(RIGHT_TO_CHANGE) and not (seller and seller.merged_into_id)
