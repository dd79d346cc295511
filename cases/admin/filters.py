"""The filters of the queue, in the words of the desk; most read the column of their name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import knowledge
from cases.admin import due
from cases.admin.rows import row_number
from cases.admin.tagging import named
from cases.models import Case, CaseTag, Flag, Marketplace, Seller, Status, Tag
from cases.services import claims, tags
from cases.vocabulary import CarrierName, Channel, Matter, Stage, table_name

# ModelAdmin takes type parameters for the type checker only, not when the program runs.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Case]
else:
    ModelAdmin = admin.ModelAdmin

Rows = QuerySet[Case]
Lookups = list[tuple[str, Any]]
Groups = list[tuple[str | Promise, Lookups]]
SUBMITTED = Q(submitted_at__isnull=False)
STATUS, DUE = "status", "due"
TAG = "tag-"
ALL, ME, NOBODY, LAPSED = "all", "me", "none", "lapsed"
SELDOM = 2_000


class Filter(admin.SimpleListFilter):
    """A list to choose from; `usual` says what holds as long as nothing is chosen.

    Where that already narrows the list, it is `always_said`.
    """

    usual: ClassVar[str | Promise] = _("不限")
    always_said: ClassVar[bool] = False

    @property
    def asked(self) -> str:
        """The chosen code, empty for none."""
        return self.value() or ""

    @property
    def chosen(self) -> str | Promise:
        """The present choice in words."""
        return dict(self.lookup_choices).get(self.asked, _("不存在的选项"))

    @property
    def groups(self) -> Groups:
        """The choices as the page lists them, each group under its heading or none."""
        return [("", list(self.lookup_choices))]

    def has_output(self) -> bool:
        """Always: a code that is not offered must not open the whole list."""
        return True

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """What the choice leaves; nothing for a code that is not offered."""
        if not self.asked:
            return self.unasked(queryset)
        offered = self.asked in dict(self.lookup_choices)
        return self.narrowed(queryset, self.asked) if offered else queryset.none()

    def unasked(self, queryset: Rows) -> Rows:
        """What is shown when nothing is chosen."""
        return queryset

    def narrowed(self, queryset: Rows, code: str) -> Rows:
        """The cases with that code in the column of this name."""
        return queryset.filter(**{str(self.parameter_name): code})


class LabelFilter(Filter):
    """One column of codes, by the label of its enum."""

    enum: ClassVar[type[Any]]

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Lookups:
        """Code and label of every member."""
        labels = knowledge.load().labels[table_name(self.enum)]
        return [(str(member), labels[str(member)]) for member in self.enum]


class StageFilter(LabelFilter):
    title, parameter_name, enum = _("订单阶段"), "stage", Stage


class CarrierFilter(LabelFilter):
    title, parameter_name, enum = _("运营商"), "carrier", CarrierName


class ProblemFilter(LabelFilter):
    title, parameter_name, enum = _("主要问题"), "problem", Matter


class ChannelFilter(LabelFilter):
    title, parameter_name, enum = _("先走的渠道"), "channel", Channel


class MarketplaceFilter(Filter):
    title, parameter_name = _("平台"), "marketplace"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Lookups:
        """The marketplaces the desk sorts by."""
        return list(Marketplace.choices)


class SellerFilter(Filter):
    """By a row of the directory. There are thousands, so only the one asked for is offered."""

    title, parameter_name = _("商家"), "seller"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Lookups:
        """The seller asked for, by name."""
        if not (number := row_number(self.asked)):
            return []
        row = Seller.objects.filter(pk=number).values_list("name", flat=True)
        return [(self.asked, name) for name in row]

    def narrowed(self, queryset: Rows, code: str) -> Rows:
        """The cases linked to that row."""
        return queryset.filter(listed_seller=int(code))


class StatusFilter(Filter):
    """What was handed in, unless one status is asked for; drafts only with theirs.

    `usual` speaks of open cases, to which the parts of the queue narrow what nobody asked for.
    """

    title, parameter_name = _("状态"), STATUS
    usual, always_said = _("全部未结"), True

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Lookups:
        """Each status, and open and closed together."""
        return [*Status.choices, (ALL, _("未结和已结"))]

    def unasked(self, queryset: Rows) -> Rows:
        """What was handed in; the queue itself asks for what still stands open, part by part."""
        return queryset.filter(SUBMITTED)

    def narrowed(self, queryset: Rows, code: str) -> Rows:
        """The cases of one status, or open and closed together."""
        return queryset.filter(SUBMITTED) if code == ALL else queryset.filter(status=code)


class AssigneeFilter(Filter):
    """What nobody else holds now, unless somebody else's or everybody's are asked for."""

    title, parameter_name = _("经办人"), "assignee"
    usual, always_said = _("我的和能接手的"), True

    def __init__(self, request: HttpRequest, *rest: Any) -> None:
        self.me = cast(User, request.user)
        super().__init__(request, *rest)

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Lookups:
        """Words first, then everybody who may sign in or still has a case."""
        people = User.objects.filter(is_staff=True).order_by("username")
        names = [(str(pk), name) for pk, name in people.values_list("pk", "username")]
        words = [(ME, _("我")), (NOBODY, _("未认领")), (LAPSED, _("认领已超时"))]
        return [*words, (ALL, _("所有人")), *names]

    def unasked(self, queryset: Rows) -> Rows:
        """What this person may take up now.

        What others hold is passed over on the walk through the queue: no more than people have
        claimed in the life of a claim.
        """
        not_live = Q(claimed_until__isnull=True) | Q(claimed_until__lte=timezone.now())
        return queryset.filter(Q(assignee=self.me) | Q(assignee__isnull=True) | not_live)

    def narrowed(self, queryset: Rows, code: str) -> Rows:
        """The cases of one person, of nobody, or all."""
        if code == ALL:
            return queryset
        if code == NOBODY:
            return queryset.filter(assignee__isnull=True)
        if code == LAPSED:
            lapsed = claims.over(timezone.now())
            ids = Case.objects.filter(lapsed).values_list("pk", flat=True)
            return _narrowed(queryset, lapsed, ids)
        return queryset.filter(assignee=self.me.pk if code == ME else int(code))


class DueFilter(Filter):
    """By the next date, seen from today."""

    title, parameter_name = _("到期"), DUE

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Lookups:
        """Today, over, this week."""
        return list(due.LABELS.items())

    def narrowed(self, queryset: Rows, code: str) -> Rows:
        """The cases due then."""
        return queryset.filter(due.rows_due(code, timezone.localdate()))


class FlagsFilter(Filter):
    """By one of the marks or tags a case carries; a tag by its number: `tag-3`."""

    title, parameter_name = _("标记"), "flags"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Lookups:
        """Every mark, then the tags: a retired one while a case has it, or when it is asked for."""
        asked = Tag.objects.filter(pk=row_number(self.asked.removeprefix(TAG)))
        known = tags.known() | asked
        return [*Flag.Kind.choices, *((f"{TAG}{tag.pk}", named(tag)) for tag in known)]

    @property
    def groups(self) -> Groups:
        """What the wizard saw, then what staff said."""
        marks = [row for row in self.lookup_choices if not row[0].startswith(TAG)]
        said = [row for row in self.lookup_choices if row[0].startswith(TAG)]
        return [("", marks), *([(_("标签"), said)] if said else [])]

    def narrowed(self, queryset: Rows, code: str) -> Rows:
        """The cases that carry it."""
        carried: QuerySet[Any] = Flag.objects.filter(kind=code)
        if code.startswith(TAG):
            carried = CaseTag.objects.filter(tag=int(code.removeprefix(TAG)))
        met = Exists(carried.filter(case=OuterRef("pk")))
        return _narrowed(queryset, met, carried.values_list("case_id", flat=True))


FILTERS: tuple[type[Filter], ...] = (
    StatusFilter,
    AssigneeFilter,
    DueFilter,
    FlagsFilter,
    StageFilter,
    ProblemFilter,
    CarrierFilter,
    MarketplaceFilter,
    ChannelFilter,
    SellerFilter,
)
NAMES = tuple(str(each.parameter_name) for each in FILTERS)


def _narrowed(queryset: Rows, met: Q | Exists, ids: QuerySet[Any]) -> Rows:
    """The cases for which `met` holds, which are those with `ids`.

    A few are looked up by their ids: on a walk through the queue they would come too seldom. Of
    many one is met soon enough.
    """
    return queryset.filter(met) if ids[SELDOM:].exists() else queryset.filter(pk__in=list(ids))


def kept(asked: Mapping[str, str]) -> str:
    """The filters among what an address asks, as an address again; without what is empty."""
    query = QueryDict(mutable=True)
    query.update({name: asked[name] for name in NAMES if asked.get(name)})
    return query.urlencode()


def offered(request: HttpRequest, asked: Mapping[str, str]) -> str:
    """The same with the codes that are offered alone: an address that is kept holds no others."""
    return kept({name: asked[name] for name in NAMES if _offers(request, name, asked)})


def _offers(request: HttpRequest, name: str, asked: Mapping[str, str]) -> bool:
    desk = admin.site.get_model_admin(Case)
    found = FILTERS[NAMES.index(name)](request, {name: [asked.get(name, "")]}, Case, desk)
    return found.asked in dict(found.lookup_choices)
