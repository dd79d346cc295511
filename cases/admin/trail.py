"""The list somebody came from, as the addresses of its cases carry it: the way back and on."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from cases.admin import filters, paging, search
from cases.models import Case

# The first is Django's own name: its links from a list to the rows carry it.
LIST, PLACE = "_changelist_filters", "at"
AFTER, BEFORE = "after", "before"
OWN = (AFTER, BEFORE, *search.NAMES)


@dataclass(frozen=True, slots=True)
class Trail:
    """`list` goes behind the address of the queue, `on` behind that of a page of the same case.

    Each begins with its question mark, or is empty.
    """

    list: str = ""
    on: str = ""


def of(request: HttpRequest) -> Trail:
    """The trail in the address of a page of one case."""
    query = listed(request).urlencode()
    return Trail(list=asked(query), on=asked(carried(query, request.GET.get(PLACE, ""))))


def of_list(request: HttpRequest) -> Trail:
    """The trail of what is done in the list itself."""
    return Trail(list=asked(known(request.GET).urlencode()))


def listed(request: HttpRequest) -> QueryDict:
    """What the list asked for that the address of a case names, empty for the usual one."""
    return known(QueryDict(request.GET.get(LIST, "")))


def known(sent: QueryDict) -> QueryDict:
    """Filters, search and position of a list; what no list of ours asks for is left out."""
    query = QueryDict(mutable=True)
    for name in (*filters.NAMES, *OWN):
        if values := [value for value in sent.getlist(name) if value]:
            query.setlist(name, values)
    return query


def place(request: HttpRequest, case: Case) -> paging.Position | None:
    """Where the case stood in the list when it was opened, None where the address does not say."""
    return paging.position(f"{request.GET.get(PLACE, '')}.{case.pk.hex}")


def here(place: paging.Position) -> str:
    """The same for an address, which names the case already."""
    return f"{place.part}.{place.next_on}"


def carried(query: str, place: str) -> str:
    """What goes behind the address of a case of this list."""
    both = {LIST: query, PLACE: place}
    return urlencode({name: value for name, value in both.items() if value})


def asked(query: str) -> str:
    """With its question mark, empty for nothing."""
    return f"?{query}" if query else ""


def queue_address(trail: Trail) -> str:
    """The list itself."""
    return reverse("admin:cases_case_changelist") + trail.list


def case_address(case: Case, trail: Trail) -> str:
    """The page of a case of it."""
    return reverse("admin:cases_case_change", args=[case.pk]) + trail.on
