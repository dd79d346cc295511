"""Finding cases by number, seller, phone or order number; what was typed goes into no address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from cases import case_code
from cases.models import BlindKey, Case
from cases.services import finding

Kind = BlindKey.Kind
FOUND, NUMBER = "found", "number"
NAMES = (FOUND, NUMBER)
NOTHING = "none"
# The address of a search that found nothing.
NOWHERE = f"{FOUND}={NOTHING}"
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
LONGEST = 200
# One group of the number: fewer characters would find cases that nobody looks for.
SHORTEST_NUMBER = 4
DIGITS_OF_A_PHONE = 7
# More cases than anybody reads through; for those of one seller there is the filter.
MOST = 200


@sensitive_variables("typed")
def address(typed: str) -> str:
    """What to ask of the queue: fingerprints and the beginning of a number that do find a case."""
    query = QueryDict(mutable=True)
    typed = typed[:LONGEST]
    keys = sorted(set(_fingerprints(typed)))
    query.setlist(FOUND, [key for key in keys if BlindKey.objects.filter(key=key).exists()])
    number = _number(typed)
    if number and _numbered(number).exists():
        query[NUMBER] = number
    return query.urlencode() or NOWHERE


def asked(params: QueryDict) -> bool:
    """Whether an address asks for what a search has found."""
    return any(name in params for name in NAMES)


def found(params: QueryDict) -> list[UUID]:
    """The cases an address asks for, MOST of them."""
    keys = BlindKey.objects.filter(key__in=_keys(params))
    cases = set(keys.values_list("case_id", flat=True)[:MOST])
    if number := _number(params.get(NUMBER, "")):
        cases |= set(_numbered(number).values_list("pk", flat=True)[:MOST])
    return list(cases)[:MOST]


def found_by(params: QueryDict) -> str:
    """What the cases were found by, in words; what was typed is not known any more."""
    words = [str(kind.label) for kind in _kinds(params)]
    if number := _number(params.get(NUMBER, "")):
        words.append(_("案件编号 %(number)s") % {"number": number})
    return "、".join(words)


def log_fields(params: QueryDict) -> list[str]:
    """What the log says of a search: what it found by, and how many, never what was typed."""
    by = [*_kinds(params), *([NUMBER] if NUMBER in params else [])]
    return [*(f"by:{each}" for each in by), f"cases:{len(found(params))}"]


def _kinds(params: QueryDict) -> list[Kind]:
    rows = BlindKey.objects.filter(key__in=_keys(params))
    kinds = set(rows.values_list("kind", flat=True)[:MOST])
    return [kind for kind in Kind if kind in kinds]


def _keys(params: QueryDict) -> list[str]:
    """The fingerprints of an address; a database would refuse to compare some other texts."""
    return [key for key in params.getlist(FOUND) if FINGERPRINT.fullmatch(key)]


@sensitive_variables("typed")
def _fingerprints(typed: str) -> Iterator[str]:
    if not typed.strip():
        return
    yield finding.fingerprint(Kind.SELLER, typed)
    yield finding.fingerprint(Kind.ORDER, typed)
    yield from (finding.fingerprint(Kind.HOST, host) for host in finding.hosts(typed))
    if len(re.sub(r"\D", "", typed)) >= DIGITS_OF_A_PHONE:
        yield finding.fingerprint(Kind.PHONE, typed)


@sensitive_variables("typed")
def _number(typed: str) -> str:
    """The beginning of a case number; of a whole case code the public half; empty otherwise."""
    part = case_code.public_part(typed)
    return part if len(part) >= SHORTEST_NUMBER else ""


def _numbered(number: str) -> QuerySet[Case]:
    """The cases whose number begins so: a range, because LIKE would pass by the index."""
    first, last = case_code.ALPHABET[0], case_code.ALPHABET[-1]
    length = case_code.PUBLIC_LENGTH
    span = (number.ljust(length, first), number.ljust(length, last))
    return Case.objects.filter(public_id__range=span)
