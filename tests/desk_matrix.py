"""Who may do what on the desk: a line an act. A new address of the desk belongs in ACTS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from cases import services
from cases.models import Case, CloseReason, Disposal, PageReport, Seller, Status, Tag, Tombstone
from tests.desk import member
from tests.desk_cases import draft, submit

NOWHERE = UUID("00000000-0000-4000-8000-000000000000")
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "situation": {"order__placed_by_me": True},
    "sales_channel": {"order__sales_channel": "marketplace"},
    "placed_on": {"order__placed_on": "2026-11-14"},
    "card_kind": {"order__card_kind": "personal"},
    "payee": {"payment__payee": "marketplace"},
    "amount": {"payment__amount": "59.00", "payment__paid_on": "2026-11-14"},
    "order_page": {"signals__seller_page": "submitted"},
    "carrier": {"carrier__name": "china_unicom"},
}

ANONYMOUS, NOBODY = "anonymous", "nobody"
READER, REVIEWER, SENIOR = "reader", "reviewer", "senior"
AUDITOR, ADMINISTRATOR = "auditor", "administrator"
# An anonymous visitor is led to the sign-in, an account without any role is refused.
EVERYBODY = frozenset({NOBODY, READER, REVIEWER, SENIOR, AUDITOR, ADMINISTRATOR})
NOBODY_AT_ALL: frozenset[str] = frozenset()
LOOKERS = EVERYBODY - {NOBODY}
REMARKS = LOOKERS - {AUDITOR}
REVIEWERS = frozenset({REVIEWER, SENIOR})
SENIORS = frozenset({SENIOR})
ADMINISTRATORS = frozenset({ADMINISTRATOR})
TAG_KEEPERS = SENIORS | ADMINISTRATORS
AUDITORS = frozenset({AUDITOR, ADMINISTRATOR})

# The acts on one case and on many that take words or a choice, sent without any here.
WORK = {
    "note": REVIEWERS,
    "tag": REVIEWERS,
    "ask": REVIEWERS,
    "answer": REVIEWERS,
    "close": SENIORS,
    "reopen": SENIORS,
    "override": ADMINISTRATORS,
    "assign": SENIORS | ADMINISTRATORS,
}
BULK = {
    "claim": REVIEWERS,
    "release": REVIEWERS,
    "tag": REVIEWERS,
    "ask": REVIEWERS,
    "close": SENIORS,
    "assign": SENIORS | ADMINISTRATORS,
}

DRAFT, SUBMITTED, CLOSED, MISSING = "draft", "submitted", "closed", "missing"
STATES = (DRAFT, SUBMITTED, CLOSED, MISSING)


class World:
    """What the acts are done to; made when it is first asked for."""

    @cached_property
    def boss(self) -> User:
        """Somebody of the desk beside those whose rights are tested."""
        return member(SENIOR, name="boss")

    @cached_property
    def cases(self) -> Mapping[str, Case]:
        """A case in each state but MISSING."""
        found = {state: draft(ANSWERS) for state in (DRAFT, SUBMITTED, CLOSED)}
        for state in (SUBMITTED, CLOSED):
            submit(found[state])
        services.status.move(
            Case.objects.get(pk=found[CLOSED].pk),
            Status.CLOSED,
            user=self.boss,
            version=None,
            reason=CloseReason.REFUNDED,
        )
        return found

    def case(self, state: str) -> tuple[Any, ...]:
        """The id of the case in this state."""
        return (self.cases[state].pk if state in self.cases else NOWHERE,)

    def claiming(self, state: str) -> tuple[Any, ...]:
        """The address of an act of reviewers."""
        return (*self.case(state), "claim")

    def closing(self, state: str) -> tuple[Any, ...]:
        """The address of an act of seniors."""
        return (*self.case(state), "close")

    def many(self, state: str) -> tuple[Any, ...]:
        """An act on several cases."""
        return ("claim",)

    def plan(self, state: str) -> tuple[Any, ...]:
        """The ids of case and plan; a draft has none."""
        (case,) = self.case(state)
        plan = self.cases[state].plans.first() if state in self.cases else None
        return (case, plan.pk if plan else NOWHERE)

    def exhibit(self, state: str) -> tuple[Any, ...]:
        """The ids of a case and of a picture that it does not have."""
        return (*self.case(state), NOWHERE)

    def user(self, state: str) -> tuple[Any, ...]:
        return (0 if state == MISSING else self.boss.pk,)

    def group(self, state: str) -> tuple[Any, ...]:
        return (0 if state == MISSING else Group.objects.get(name=READER).pk,)

    @cached_property
    def _remark(self) -> PageReport:
        return PageReport.objects.create(page="payee", words="不清楚")

    def remark(self, state: str) -> tuple[Any, ...]:
        return (NOWHERE if state == MISSING else self._remark.pk,)

    @cached_property
    def _seller(self) -> Seller:
        return Seller.objects.create(name="某某号卡")

    def seller(self, state: str) -> tuple[Any, ...]:
        return (0 if state == MISSING else self._seller.pk,)

    @cached_property
    def _tag(self) -> Tag:
        return Tag.objects.create(name="集体投诉")

    def tag(self, state: str) -> tuple[Any, ...]:
        return (0 if state == MISSING else self._tag.pk,)

    @cached_property
    def _disposal(self) -> Disposal:
        return Disposal.objects.create(proposed_by=self.boss)

    def disposal(self, state: str) -> tuple[Any, ...]:
        return (NOWHERE if state == MISSING else self._disposal.pk,)

    @cached_property
    def _tombstone(self) -> Tombstone:
        return Tombstone.objects.create(public_id="AAAAAAAA", why="person", at=timezone.now())

    def tombstone(self, state: str) -> tuple[Any, ...]:
        return (0 if state == MISSING else self._tombstone.pk,)

    def contents(self, state: str) -> tuple[Any, ...]:
        """Django's own redirect to an object's page for everybody, which no object has."""
        return (0, 0)

    def app(self, state: str) -> tuple[Any, ...]:
        return ("cases",)

    def accounts(self, state: str) -> tuple[Any, ...]:
        return ("auth",)


@dataclass(frozen=True, slots=True)
class Act:
    """An address, who may use it, and what they get: the status, or one for each state.

    `of` names the method of World that gives the arguments of the address, `more` follow them. Who
    may not use it gets `refused`, whatever the state, so that a refusal tells nothing about what
    exists.
    """

    route: str
    allowed: frozenset[str]
    gets: int | Mapping[str, int] = 200
    of: str = ""
    method: str = "get"
    sent: Mapping[str, Any] = field(default_factory=dict)
    refused: int = 403
    more: tuple[str, ...] = ()

    def expected(self, world: World, role: str) -> Iterator[tuple[str, str, int]]:
        """(state, address, status) for every state in which the act is tried."""
        gets = self.gets if isinstance(self.gets, Mapping) else {"": self.gets}
        for state, status in gets.items():
            args = (*(getattr(world, self.of)(state) if self.of else ()), *self.more)
            allowed = status if role in self.allowed else self.refused
            yield state, reverse(f"admin:{self.route}", args=args), allowed


def here(status: int = 200, **others: int) -> Mapping[str, int]:
    """`status` in every state, 404 where there is nothing, unless said otherwise."""
    return {**dict.fromkeys(STATES, status), MISSING: 404, **others}


def there(status: int = 200) -> Mapping[str, int]:
    """`status` for what is there, 404 for what is not."""
    return {SUBMITTED: status, MISSING: 404}


ACTS: tuple[Act, ...] = (
    # The door. Who is in already is led on.
    Act("login", EVERYBODY, 302),
    Act("code", EVERYBODY, 302),
    Act("enrol", EVERYBODY, 302),
    Act("logout", EVERYBODY, 405),
    Act("logout", EVERYBODY, 200, method="post"),
    Act("password_change", EVERYBODY),
    Act("password_change_done", EVERYBODY),
    Act("my_account", EVERYBODY),
    Act("my_account", EVERYBODY, 302, method="post", sent={"act": "choose_mails"}),
    Act("my_account", EVERYBODY, 302, method="post", sent={"act": "sign_out_everywhere"}),
    # Django's own
    Act("index", EVERYBODY),
    Act("jsi18n", EVERYBODY),
    Act("autocomplete", NOBODY_AT_ALL),
    Act("view_on_site", EVERYBODY, 404, of="contents"),
    Act("app_list", LOOKERS, of="app", refused=404),
    Act("app_list", ADMINISTRATORS, of="accounts", refused=404),
    # The front page's own pages
    Act("freshness", EVERYBODY),
    # Accounts and roles
    Act("auth_user_changelist", ADMINISTRATORS),
    Act("auth_user_add", ADMINISTRATORS),
    Act("auth_user_change", ADMINISTRATORS, there(), of="user"),
    # With a role that there is not, so that nothing is changed.
    Act(
        "auth_user_change",
        ADMINISTRATORS,
        {SUBMITTED: 200},
        of="user",
        method="post",
        sent={"groups": "0"},
    ),
    Act("auth_user_history", ADMINISTRATORS, there(), of="user"),
    Act("auth_user_delete", NOBODY_AT_ALL, there(), of="user"),
    Act("auth_user_delete", NOBODY_AT_ALL, there(), of="user", method="post"),
    Act("auth_user_password_change", ADMINISTRATORS, there(), of="user"),
    Act("auth_user_forget_devices", ADMINISTRATORS, there(), of="user"),
    Act("auth_user_forget_devices", ADMINISTRATORS, there(302), of="user", method="post"),
    Act("auth_user_sign_out", ADMINISTRATORS, there(), of="user"),
    Act("auth_user_sign_out", ADMINISTRATORS, there(302), of="user", method="post"),
    Act("auth_group_changelist", ADMINISTRATORS),
    Act("auth_group_add", NOBODY_AT_ALL),
    Act("auth_group_change", ADMINISTRATORS, there(), of="group"),
    Act("auth_group_change", NOBODY_AT_ALL, there(), of="group", method="post"),
    Act("auth_group_history", ADMINISTRATORS, there(), of="group"),
    Act("auth_group_delete", NOBODY_AT_ALL, there(), of="group"),
    # Remarks about the pages
    Act("cases_pagereport_changelist", REMARKS),
    Act("cases_pagereport_add", NOBODY_AT_ALL),
    Act("cases_pagereport_change", REMARKS, there(), of="remark"),
    Act("cases_pagereport_history", REMARKS, there(), of="remark"),
    Act("cases_pagereport_delete", NOBODY_AT_ALL, there(), of="remark"),
    # Exports, which only their author sees, and the log
    Act("export_new", SENIORS),
    Act("export_new", SENIORS, 302, method="post", sent={"format": "csv"}),
    Act("export", SENIORS, here(404), of="case"),
    Act("export_file", SENIORS, here(404), of="case"),
    Act("log", AUDITORS),
    # Cases: looking
    Act("cases_case_changelist", LOOKERS),
    Act("cases_case_add", NOBODY_AT_ALL),
    # What nobody has handed in is nobody's to look at.
    Act("cases_case_change", LOOKERS, here(draft=404), of="case"),
    Act("cases_case_history", LOOKERS, here(draft=404), of="case"),
    Act("cases_case_delete", NOBODY_AT_ALL, here(), of="case"),
    Act("cases_case_pdf", LOOKERS, {DRAFT: 404, **there()}, of="plan"),
    Act("cases_case_today", LOOKERS, {DRAFT: 404, **there()}, of="plan"),
    Act(
        "cases_case_reveal",
        SENIORS,
        here(302, draft=404),
        of="case",
        method="post",
        sent={"field": "notes", "reason": "other_work"},
    ),
    Act("cases_case_picture", LOOKERS, here(404), of="exhibit"),
    Act("cases_case_preview", LOOKERS, here(404), of="exhibit"),
    # Cases: the queue
    Act("cases_case_search", LOOKERS, 200, method="post", sent={"typed": "13800138000"}),
    Act("cases_case_by_seller", LOOKERS, method="post", sent={"seller_name": "某某号卡"}),
    Act("cases_case_next", LOOKERS, here(302, draft=404), of="case"),
    Act("cases_savedview_save", LOOKERS, 302, method="post", sent={"name": "我的", "query": ""}),
    Act("cases_savedview_delete", LOOKERS, {MISSING: 404}, of="user", method="post"),
    # Cases: work
    *(
        Act("case_work", roles, here(200, draft=404), of="case", method="post", more=(act,))
        for act, roles in WORK.items()
    ),
    *(Act("case_bulk", roles, 302, method="post", more=(act,)) for act, roles in BULK.items()),
    # Cases: the work
    Act("case_work", REVIEWERS, here(draft=404, closed=302), of="claiming"),
    Act("case_work", REVIEWERS, here(draft=404), of="claiming", method="post"),
    Act("case_work", SENIORS, here(draft=404, closed=302), of="closing"),
    Act("case_bulk", NOBODY_AT_ALL, 405, of="many", refused=405),
    Act("case_bulk", REVIEWERS, 302, of="many", method="post"),
    # Sellers
    Act("cases_seller_changelist", REMARKS),
    Act("cases_seller_search", REMARKS, 302, method="post", sent={"typed": "号卡"}),
    Act("cases_seller_add", REVIEWERS),
    Act("cases_seller_change", REMARKS, there(), of="seller"),
    Act("cases_seller_change", REVIEWERS, {SUBMITTED: 200}, of="seller", method="post"),
    Act("cases_seller_history", REMARKS, there(), of="seller"),
    Act("cases_seller_delete", NOBODY_AT_ALL, there(), of="seller"),
    Act("cases_seller_merge", SENIORS, there(), of="seller"),
    Act(
        "cases_seller_merge",
        SENIORS,
        {SUBMITTED: 404, MISSING: 404},
        of="seller",
        method="post",
        sent={"into": "0"},
    ),
    Act("cases_seller_dossier", SENIORS, there(302), of="seller", method="post"),
    # Tags
    Act("cases_tag_changelist", LOOKERS),
    Act("cases_tag_add", TAG_KEEPERS),
    Act("cases_tag_add", TAG_KEEPERS, method="post"),
    Act("cases_tag_change", LOOKERS, there(), of="tag"),
    Act("cases_tag_change", TAG_KEEPERS, {SUBMITTED: 200}, of="tag", method="post"),
    Act("cases_tag_history", LOOKERS, there(), of="tag"),
    Act("cases_tag_delete", NOBODY_AT_ALL, there(), of="tag"),
    # Deleting
    Act("hold", NOBODY_AT_ALL, {SUBMITTED: 405}, of="case", refused=405),
    Act(
        "hold",
        SENIORS,
        here(302, draft=404),
        of="case",
        method="post",
        sent={"held": "1", "reason": "dispute"},
    ),
    Act("cases_disposal_changelist", AUDITORS | SENIORS),
    Act("cases_disposal_add", SENIORS),
    Act("cases_disposal_add", SENIORS, 302, method="post", sent={"rule": "spam"}),
    Act("cases_disposal_change", AUDITORS | SENIORS, there(), of="disposal"),
    Act(
        "cases_disposal_change",
        ADMINISTRATORS,
        there(302),
        of="disposal",
        method="post",
        sent={"refuse": ""},
    ),
    Act("cases_disposal_history", AUDITORS | SENIORS, there(), of="disposal"),
    Act("cases_disposal_delete", NOBODY_AT_ALL, there(), of="disposal"),
    Act("cases_tombstone_changelist", AUDITORS),
    Act("cases_tombstone_find", AUDITORS, 302, method="post", sent={"number": "AAAA"}),
    Act("cases_tombstone_add", NOBODY_AT_ALL),
    Act("cases_tombstone_change", AUDITORS, there(), of="tombstone"),
    Act("cases_tombstone_history", AUDITORS, there(), of="tombstone"),
    Act("cases_tombstone_delete", NOBODY_AT_ALL, there(), of="tombstone"),
)
