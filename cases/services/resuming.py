"""Coming back to a case with its code, and the limits on guessing one."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from cases import case_code
from cases.case_code import CaseCode
from cases.encryption import blind_index
from cases.models import Case, ResumeFailure
from cases.services.answers import note_visit

HOUR = timedelta(hours=1)

# Failed tries at case codes within an hour.
TRIES_PER_CASE = 10
TRIES_PER_ADDRESS = 30
TRIES_IN_ALL = 300
# The lock under which PostgreSQL counts them: a number that means nothing else here.
COUNTING = 5_000_210


@sensitive_variables()
def resume(typed_code: str, *, address: str) -> Case | None:
    """The case a typed code opens, or None: one answer and one amount of work for every failure.

    A try counts as failed before the code is looked at and is taken back when it was right, so
    that parallel guesses cannot overtake the count.
    """
    code = case_code.parse(typed_code)
    tries = _claim_try(code, address)
    case = Case.objects.filter(public_id=code.public_id if code else "").first()
    secret_hash = case.secret_hash if case and tries else None
    right = case_code.verify(code.secret if code else "", secret_hash)
    if case is None or not right:
        return None
    ResumeFailure.objects.filter(pk__in=[each.pk for each in tries]).delete()
    note_visit(case)
    return case


@sensitive_variables()
def tries_used_up(typed_code: str, *, address: str) -> bool:
    """Whether `resume` would refuse even the right code now; a view answers 429 then.

    True for codes that never existed as well, so it tells nothing about a case.
    """
    return _used_up(case_code.parse(typed_code), address)


def case_key(public_id: str) -> str:
    return blind_index(public_id, purpose="resume.case")


def _claim_try(code: CaseCode | None, address: str) -> list[ResumeFailure]:
    """Count a failure in advance; an empty list when there is no try left."""
    with transaction.atomic():
        _wait_for_the_others()
        if _used_up(code, address):
            return []
        now = timezone.now()
        tries = [_failure(ResumeFailure.Kind.ADDRESS, _address_key(address), now)]
        if code:
            tries.append(_failure(ResumeFailure.Kind.CASE, case_key(code.public_id), now))
        return ResumeFailure.objects.bulk_create(tries)


def _wait_for_the_others() -> None:
    """Let tries be counted one after another; on SQLite every transaction waits already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COUNTING])


def _failure(kind: ResumeFailure.Kind, key: str, at: datetime) -> ResumeFailure:
    return ResumeFailure(kind=kind, key=key, at=at)


def _used_up(code: CaseCode | None, address: str) -> bool:
    now = timezone.now()
    lately = ResumeFailure.objects.filter(kind=ResumeFailure.Kind.ADDRESS, at__gt=now - HOUR)
    here = lately.filter(key=_address_key(address))
    return (
        lately.count() >= TRIES_IN_ALL
        or here.count() >= TRIES_PER_ADDRESS
        or (code is not None and _frozen(code.public_id, now))
    )


def _frozen(public_id: str, now: datetime) -> bool:
    """Ten failures within an hour freeze a case for an hour from the last of them."""
    failures = ResumeFailure.objects.filter(
        kind=ResumeFailure.Kind.CASE, key=case_key(public_id)
    ).order_by("-at")
    newest = list(failures.values_list("at", flat=True)[:TRIES_PER_CASE])
    if len(newest) < TRIES_PER_CASE:
        return False
    return newest[0] - newest[-1] <= HOUR and now - newest[0] < HOUR


def _address_key(address: str) -> str:
    return blind_index(neighbourhood(address), purpose="resume.address")


def neighbourhood(address: str) -> str:
    """The /24 or /56 an address lies in, which one customer may roam; "" when it is none."""
    try:
        host = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(host, ipaddress.IPv6Address) and host.ipv4_mapped:
        host = host.ipv4_mapped
    return str(ipaddress.ip_network((host, 24 if host.version == 4 else 56), strict=False))
