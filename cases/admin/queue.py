"""The queue: which cases it shows, in what order, and a row in words."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.admin import columns, filters, paging, saved_views, search, seller_search, trail
from cases.admin.trail import AFTER, BEFORE, OWN
from cases.models import Case, Event, Seller, Turn
from cases.models.case import OPEN_TURNS
from cases.services import events

# ModelAdmin takes type parameters for the type checker only, not when the program runs.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Case]
else:
    ModelAdmin = admin.ModelAdmin

UNREAD = ("answers", "secret", "secret_hash", "assignee__password")


class QueueList(ChangeList):
    """One page of the queue, by position; a search shows what it found, whatever the status."""

    paged: paging.Page

    def get_filters_params(self, params: Any = None) -> Any:
        """What is left for the filters."""
        asked = super().get_filters_params(params)
        return {name: value for name, value in asked.items() if name not in OWN}

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """What the filters leave, or what was found."""
        rows = super().get_queryset(request, exclude_parameters)
        # The filters stand above the list, not in Django's sidebar.
        self.has_filters = False
        self.searched = search.asked(request.GET)
        if not self.searched:
            return rows
        found = self.root_queryset.filter(pk__in=search.found(request.GET))
        return self.apply_select_related(found)

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """One order, which the indexes know; no address may ask for another."""
        return list(paging.ORDER)

    def get_results(self, request: HttpRequest) -> None:
        """One page, and whether there are more."""
        after, before = (paging.position(request.GET.get(name, "")) for name in (AFTER, BEFORE))
        self.paged = paging.page(self._parts(), self.list_per_page, after=after, before=before)
        self.result_list = self.paged.cases
        self.result_count = len(self.paged.cases)
        self.full_result_count = None
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = bool(self.paged.cases)

    def _parts(self) -> list[QuerySet[Any]]:
        """What waits for the desk comes first, then what waits for the person, then the rest."""
        rows = self.queryset.prefetch_related("flags", "tags")
        return [rows.filter(turn=turn) for turn in self._turns()] or [rows]

    def _turns(self) -> Sequence[Turn]:
        """Whose turn it is in each part; none where a filter has settled that.

        Each part asks for it once: of two conditions on it SQLite takes the wrong index.
        """
        if self.searched:
            return list(Turn)
        status = self.params.get(filters.STATUS, "")
        if self.params.get(filters.DUE) or status not in ("", filters.ALL):
            return []
        return list(Turn) if status == filters.ALL else OPEN_TURNS

    def place(self, case: Case) -> paging.Position:
        """Where a case stands in this list; one that has left it, where it would."""
        turns = self._turns()
        part = turns.index(Turn(case.turn)) if case.turn in turns else max(len(turns) - 1, 0)
        return paging.Position(part, case.next_on, case.pk)

    def behind(self, place: paging.Position) -> Case | None:
        """The next case."""
        found = paging.page(self._parts(), 1, after=place, before=None).cases
        return next((case for case in found if case.submitted_at), None)

    # ---- for the export

    @property
    def every_row(self) -> QuerySet[Case]:
        """The cases of all pages, in no order."""
        rows, turns = cast("QuerySet[Case]", self.queryset), self._turns()
        return rows.filter(turn__in=turns) if turns else rows

    # ---- for the template

    def url_for_result(self, result: Model) -> str:
        """The page of a case; a draft has none on the desk, and Django then sets no link."""
        case = cast(Case, result)
        if case.submitted_at is None:
            raise NoReverseMatch
        return f"{super().url_for_result(result)}?{trail.PLACE}={trail.here(self.place(case))}"

    @property
    def filters_only(self) -> str:
        """The present filters as an address, empty for the usual ones."""
        return filters.kept(self.params)

    @property
    def active(self) -> list[tuple[filters.Filter, str]]:
        """The filters that are chosen, each with the address that drops it."""
        specs = cast("list[filters.Filter]", self.filter_specs)
        return [(spec, self._address(spec.parameter_name)) for spec in specs]

    @property
    def previous_page(self) -> str | None:
        """The address of the page before, None on the first."""
        return self._page_address(BEFORE, self.paged.before)

    @property
    def next_page(self) -> str | None:
        """The address of the page after, None on the last."""
        return self._page_address(AFTER, self.paged.after)

    @property
    def first_page(self) -> str:
        """The address of this list without a position."""
        return self.get_query_string(remove=[AFTER, BEFORE])

    def _page_address(self, name: str, place: paging.Position | None) -> str | None:
        if place is None:
            return None
        return self.get_query_string({name: str(place)}, remove=[AFTER, BEFORE])

    def _address(self, dropped: str | None) -> str:
        return "?" + filters.kept({**self.params, str(dropped): ""})


class Queue(ModelAdmin):
    """The list of cases, for those who may see them."""

    list_display = (
        "code",
        "status_name",
        "stage_name",
        "carrier_name",
        "seller_name",
        "sum",
        "claimed_by",
        "next",
        "marks",
    )
    list_filter = filters.FILTERS
    list_select_related = ("assignee",)
    search_fields = ()
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "desk/queue.html"

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only our filters: Django would let an address ask about any column, bit by bit."""
        return lookup in filters.NAMES

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """The cases without the large and the secret cells."""
        return super().get_queryset(request).defer(*UNREAD)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[QueueList]:
        """Pages by position."""
        return QueueList

    def get_urls(self) -> list[URLPattern]:
        """The search and the kept views beside the list."""
        view = self.admin_site.admin_view
        return [
            path("search/", view(self.search), name="cases_case_search"),
            path("seller/", view(self.seller), name="cases_case_by_seller"),
            path("<uuid:case_id>/next/", view(self.next_case), name="cases_case_next"),
            path("views/save/", view(saved_views.save), name="cases_savedview_save"),
            path(
                "views/<int:pk>/delete/",
                view(saved_views.delete),
                name="cases_savedview_delete",
            ),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list. Only its actions are posted to it."""
        if request.method == "POST" and not self.get_actions(request):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if any(not request.GET.get(name, "x") for name in filters.NAMES):
            # A form sends every field; the address shall name only what was chosen.
            return redirect(f"{request.path}?{filters.kept(request.GET.dict())}")
        user = cast(User, request.user)
        context = {
            "title": _("案件"),
            "saved_views": saved_views.offered(user),
            "may_share": user.has_perm("cases.review_case"),
            "found_by": search.found_by(request.GET) if search.asked(request.GET) else None,
            "most_found": search.MOST,
        }
        return super().changelist_view(request, {**(extra_context or {}), **context})

    @method_decorator([require_POST, sensitive_post_parameters()])
    def search(self, request: HttpRequest) -> HttpResponse:
        """To the list of what was found: the address holds fingerprints instead of the words."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        typed = request.POST.get("typed", "").strip()
        address = search.address(typed) if typed else ""
        if typed:
            actor, told = request.user.get_username(), search.log_fields(QueryDict(address))
            events.record(Event.Kind.SEARCHED, actor=actor, fields=told)
        if address == search.NOWHERE:
            # Nothing leads anywhere, so that what was typed can stay where it can be corrected.
            return self._nothing_found(request, typed)
        return redirect(f"../?{address}" if typed else "../")

    @method_decorator([require_POST, sensitive_post_parameters()])
    def seller(self, request: HttpRequest) -> HttpResponse:
        """The queue with the filter of the one seller of that name; of several, to choose from."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        typed = request.POST.get("seller_name", "").strip()
        query = filters.offered(request, QueryDict(request.POST.get("query", "")).dict())
        asked = QueryDict(query).dict()
        found = Seller.objects.filter(pk__in=seller_search.find(typed[: search.LONGEST]))
        named = [(row.name, filters.kept({**asked, "seller": str(row.pk)})) for row in found]
        if len(named) == 1:
            return redirect(f"../?{named[0][1]}")
        context = {
            **self.admin_site.each_context(request),
            "title": _("按商家筛选"),
            "opts": self.opts,
            "typed": typed,
            "query": query,
            "found": named,
            "most": seller_search.MOST_FOUND,
        }
        return TemplateResponse(request, "desk/queue_sellers.html", context)

    def _nothing_found(self, request: HttpRequest, typed: str) -> HttpResponse:
        """The list of a search that found nothing, in answer to its form."""
        asked = copy(request)
        asked.method, asked.GET = "GET", QueryDict(search.NOWHERE)
        return self.changelist_view(asked, {"typed": typed})

    @method_decorator(require_safe)
    def next_case(self, request: HttpRequest, case_id: UUID) -> HttpResponse:
        """To the next case of the list one came from; behind the last back to the list."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        case = get_object_or_404(self.get_queryset(request).filter(filters.SUBMITTED), pk=case_id)
        if there := following(self.admin_site, request, case):
            return redirect(there)
        self.message_user(request, _("这个列表里，后面没有案件了。"))
        return redirect(trail.queue_address(trail.of(request)))

    # ---- a row

    @admin.display(description=_("案件编号"))
    def code(self, case: Case) -> str:
        """The public half of the case code, grouped as on the person's own page."""
        return columns.grouped(case.public_id)

    @admin.display(description=_("状态"))
    def status_name(self, case: Case) -> str:
        """How far the desk is with it."""
        return case.get_status_display()

    @admin.display(description=_("订单阶段"))
    def stage_name(self, case: Case) -> str:
        """The stage in words."""
        return columns.stage(case)

    @admin.display(description=_("运营商"))
    def carrier_name(self, case: Case) -> str:
        """The carrier in words."""
        return columns.carrier(case)

    @admin.display(description=_("卖家"))
    def seller_name(self, case: Case) -> str:
        """The seller; one damaged row must not take the whole list away."""
        return columns.seller(case)

    @admin.display(description=_("金额（元）"))
    def sum(self, case: Case) -> str:
        """The sum in yuan."""
        return columns.amount(case)

    @admin.display(description=_("经办人"))
    def claimed_by(self, case: Case) -> str:
        """Who has it, and whether the claim has run out."""
        return columns.assignee(case)

    @admin.display(description=_("到期"))
    def next(self, case: Case) -> str:
        """The next date, and how far away it is, in a word and a colour."""
        return columns.next_date(case)

    @admin.display(description=_("标记"))
    def marks(self, case: Case) -> str:
        """What staff should look at first, and what they said."""
        return columns.marks(case)


def following(site: admin.AdminSite, request: HttpRequest, case: Case) -> str | None:
    """The address of the next case of the list this one was opened from, None behind the last.

    It is counted from where the case stood then: an act may have moved it.
    """
    came = trail.listed(request)
    beginning = came.copy()
    for name in (AFTER, BEFORE):
        beginning.pop(name, None)
    shown = _list(site, beginning.urlencode(), cast(User, request.user))
    found = shown.behind(trail.place(request, case) or shown.place(case))
    if found is None:
        return None
    carried = trail.carried(came.urlencode(), trail.here(shown.place(found)))
    return trail.case_address(found, trail.Trail(on=trail.asked(carried)))


def rows(site: admin.AdminSite, query: str, user: User) -> QuerySet[Case]:
    """Every case that the queue with this address shows to this person, on all of its pages."""
    return _list(site, query, user).every_row


def _list(site: admin.AdminSite, query: str, user: User) -> QueueList:
    request = HttpRequest()
    request.method, request.GET, request.user = "GET", QueryDict(query), user
    return cast(QueueList, site.get_model_admin(Case).get_changelist_instance(request))
