"""The directory of sellers: whose case it is, names they go by, two rows made one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from cases.models import Alias, BlindKey, Case, Event, Seller
from cases.models.seller import CONTACTS_LENGTH, NOTES_LENGTH
from cases.services import events, finding, tallies
from cases.services.rights import NotAllowed

MERGE = "cases.merge_seller"
# The other side as it is found, the surest sign first; the person's own numbers are none.
OTHER_SIDE: Sequence[str] = (
    BlindKey.Kind.COMPANY,
    BlindKey.Kind.SELLER,
    BlindKey.Kind.PAYEE,
    BlindKey.Kind.HOST,
)
# More similar cases than these need no exact number.
MOST_SIMILAR = 100
# Rows a statement; SQLite takes no more than some ten thousand values at once.
BATCH = 500


class NameTaken(Exception):
    """Another seller goes by this name; `seller` says which."""

    def __init__(self, *, seller: Seller) -> None:
        super().__init__("another seller goes by this name")
        self.seller = seller


class CannotMerge(Exception):
    """A row cannot be merged into itself, and no row that is merged already takes part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """How many other cases share a name with this one, and the keys they are found by.

    `more` says that there are more than `count`.
    """

    count: int
    more: bool
    keys: Sequence[str]


@dataclass(slots=True)
class Given:
    """Cases that got another seller, and what that changes in the counters."""

    number: int = 0
    before: Counter[tallies.Row] = field(default_factory=Counter)
    after: Counter[tallies.Row] = field(default_factory=Counter)

    def note(self, case: Case, seller: int | None) -> None:
        """Give one case its seller, in memory, and remember where it was and is counted."""
        self.before.update(_counted(case))
        case.listed_seller_id = seller
        self.after.update(_counted(case))
        self.number += 1


def shown_as(text: str) -> str:
    """A name as the directory keeps it: an address by its host alone, any other as typed."""
    text = " ".join(text.split())
    hosts = finding.hosts(text) if text.isascii() else []
    return hosts[0] if hosts else text


def key_of(text: str) -> str:
    """The fingerprint by which a case with this name or host is found."""
    return finding.fingerprint(BlindKey.Kind.SELLER, shown_as(text))


def owner_of(text: str) -> Seller | None:
    """The seller that goes by this name."""
    alias = Alias.objects.select_related("seller").filter(key=key_of(text)).first()
    return alias.seller if alias else None


def keep_alias(seller: Seller, text: str) -> Alias:
    """Let a seller go by this name, too. Raises NameTaken."""
    values = {"seller": seller, "text": shown_as(text)}
    alias, _made = Alias.objects.get_or_create(key=key_of(text), defaults=values)
    if alias.seller_id != seller.pk:
        raise NameTaken(seller=alias.seller)
    return alias


def of(case: Case) -> Seller | None:
    """The seller one of whose names the case is found by; of several that of the surest sign."""
    keys = case.keys.filter(kind__in=OTHER_SIDE).values_list("key", "kind")
    surest_last = sorted(keys, key=lambda row: -OTHER_SIDE.index(row[1]))
    rank = {key: OTHER_SIDE.index(kind) for key, kind in surest_last}
    aliases = Alias.objects.filter(key__in=rank).select_related("seller").order_by("pk")
    found = min(aliases, key=lambda alias: rank[alias.key], default=None)
    return found.seller if found else None


def changed(
    seller: Seller, fields: Collection[str], *, actor: str, dropped: Collection[str] = ()
) -> int:
    """Keep the seller's own names as aliases, link what waits for them, and log the change.

    `dropped` are the keys of aliases it had until now: their cases go, unless another name of
    the seller fits them. Returns how many cases were linked. Raises NameTaken.
    """
    with transaction.atomic():
        for name in filter(None, (seller.name, seller.company)):
            keep_alias(seller, name)
        gone = _let_go(seller, dropped)
        given = _take_in(seller)
        # After the cases and before the counters, the order in which everybody locks them.
        events.record(Event.Kind.CHANGED, actor=actor, fields=[named(seller), *fields])
        tallies.move(gone.before + given.before, gone.after + given.after)
    return given.number


def merge(absorbed: Seller, into: Seller, *, user: User) -> int:
    """Give names, cases and remarks of one row to another; the old one stays and points to it.

    Returns how many cases moved. Raises NotAllowed, CannotMerge.
    """
    if not user.has_perm(MERGE):
        raise NotAllowed
    with transaction.atomic():
        both = Seller.objects.select_for_update().order_by("pk").in_bulk([absorbed.pk, into.pk])
        if len(both) < 2 or any(row.merged_into_id for row in both.values()):
            raise CannotMerge
        old, new = both[absorbed.pk], both[into.pk]
        old.aliases.update(seller=new)
        moved = Case.objects.filter(listed_seller=old).update(listed_seller=new)
        Seller.objects.filter(merged_into=old).update(merged_into=new)
        old.merged_into = new
        old.save(update_fields=["merged_into"])
        _take_over(old, new)
        fields = [named(old), f"merged:{new.pk}"]
        events.record(Event.Kind.CHANGED, actor=user.get_username(), fields=fields)
        tallies.merge_sellers(old.pk, new.pk)
    return moved


def similar(case: Case) -> Similar:
    """Other cases under a name of this one, or under any name of its seller in the directory."""
    keys = set(case.keys.filter(kind__in=OTHER_SIDE).values_list("key", flat=True))
    if case.listed_seller_id:
        keys |= set(
            Alias.objects.filter(seller=case.listed_seller_id).values_list("key", flat=True)
        )
    # A case stands at most so often among the rows, so these are enough to count MOST_SIMILAR
    # different ones; asking for different ones would read them all.
    enough = (MOST_SIMILAR + 2) * len(keys) * len(OTHER_SIDE)
    rows = BlindKey.objects.filter(key__in=keys).values_list("case_id", flat=True)
    others = set(rows[:enough]) - {case.pk}
    more = len(others) > MOST_SIMILAR
    return Similar(count=min(len(others), MOST_SIMILAR), more=more, keys=sorted(keys))


def named(seller: Seller) -> str:
    """How the log names a row of the directory."""
    return f"seller:{seller.pk}"


def _take_in(seller: Seller) -> Given:
    keys = seller.aliases.values("key")
    found = BlindKey.objects.filter(key__in=keys).values("case")
    waiting = Case.objects.filter(pk__in=found, listed_seller=None, submitted_at__isnull=False)
    return _give(waiting, seller.pk)


def _let_go(seller: Seller, keys: Collection[str]) -> Given:
    """Unlink what was linked by one of these keys and no other name of the seller fits."""
    found = BlindKey.objects.filter(key__in=list(keys)).values("case")
    fits = BlindKey.objects.filter(key__in=seller.aliases.values("key")).values("case")
    lost = Case.objects.filter(pk__in=found, listed_seller=seller).exclude(pk__in=fits)
    return _give(lost, None)


def _give(cases: QuerySet[Case], seller: int | None) -> Given:
    """Give these cases a seller or none; the caller moves the counters, after the log.

    No `desk_version` counts this: nobody who works on one of them is contradicted by it.
    """
    given, pks = Given(), []
    rows = cases.order_by("pk").select_for_update().only(*tallies.COUNTED)
    for case in rows.iterator(BATCH):
        given.note(case, seller)
        pks.append(case.pk)
    for part in _parts(pks):
        Case.objects.filter(pk__in=part).update(listed_seller=seller)
    return given


def _counted(case: Case) -> Counter[tallies.Row]:
    """The rows of a case among which some are its seller's."""
    return tallies.submission(case) + tallies.closing(case)


def _parts(pks: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(pks)
    while part := list(islice(rest, BATCH)):
        yield part


def _take_over(old: Seller, new: Seller) -> None:
    """Fill what the target does not say; what has no room there stays in the old row alone."""
    new.company = new.company or old.company
    new.licence_number = new.licence_number or old.licence_number
    new.contacts = _joined(new.contacts, old.contacts, CONTACTS_LENGTH)
    new.notes = _joined(new.notes, old.notes, NOTES_LENGTH)
    new.save(update_fields=["company", "licence_number", "contacts", "notes"])


def _joined(first: str, second: str, longest: int) -> str:
    # A browser sends each line break as two characters.
    both = "\r\n".join(filter(None, (first, second)))
    return both if len(both) <= longest else first
