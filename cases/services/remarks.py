"""What people write about the pages themselves, and the limits on writing it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from cases.models import PageReport
from cases.services.addresses import so_far

HOUR = timedelta(hours=1)

# Remarks within an hour.
REMARKS_PER_ADDRESS = 10
REMARKS_IN_ALL = 200


class TooManyRemarks(Exception):
    """This hour has had its remarks, from here or in all; nothing was kept."""


@sensitive_variables()
def keep_remark(*, page: str, words: str, address: str) -> PageReport:
    """Keep a remark about a page, sealed, without a trace of where it came from.

    The address is only counted, in the cache, under a key that does not tell it. Where several
    processes have a cache each they count it each; the limit in all is the database's and holds
    for all of them. Raises TooManyRemarks.
    """
    if so_far(address, purpose="remark.address", more=1, within=HOUR) > REMARKS_PER_ADDRESS:
        raise TooManyRemarks
    with transaction.atomic():
        lately = PageReport.objects.filter(at__gt=timezone.now() - HOUR)
        if lately.count() >= REMARKS_IN_ALL:
            raise TooManyRemarks
        return PageReport.objects.create(page=page, words=words)
