"""No act of the desk without its line: where the log cannot be written, the act is undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.core.files.storage import storages
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticToken

from cases.models import (
    Alias,
    Case,
    CaseCount,
    CloseReason,
    Digest,
    Disposal,
    Event,
    Export,
    Message,
    Note,
    Phone,
    Seller,
    SignedOut,
    Status,
    Tombstone,
)
from cases.services import claims, devices, events, messages, proposals, sellers, status
from tests.desk import PASSWORD, member, signed_in
from tests.desk_cases import NOON, submitted

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "another horse in another stable"
LOOKED_AT: tuple[type[models.Model], ...] = (
    Alias,
    Case,
    CaseCount,
    Digest,
    Disposal,
    Event,
    Export,
    Message,
    Note,
    Phone,
    Seller,
    SignedOut,
    StaticToken,
    Tombstone,
    User,
)
Sent = tuple[str, tuple[Any, ...], dict[str, Any]]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def chief() -> User:
    """Somebody who may do everything."""
    return member("senior", "administrator", name="chief")


@pytest.fixture
def other() -> User:
    """A colleague."""
    return member("senior", name="other")


def stored() -> dict[str, list[str]]:
    """Every row and file that an act could make or change."""
    exports = storages["exports"]
    # Before the first export there is no folder.
    files = sorted(exports.listdir("")[1]) if exports.exists("") else []
    rows = {
        each.__name__: sorted(map(str, each._default_manager.values_list())) for each in LOOKED_AT
    }
    return {"files": files, **rows}


def block_the_log() -> None:
    """A line where the next one belongs, as a damaged table might have it."""
    number = events.head_now().number + 1
    Event.objects.create(number=number, at=timezone.now(), kind="viewed", digest="0" * 64)


def at_work(user: User) -> Case:
    """A case that this account has claimed."""
    case = submitted()
    claims.claim(case, user=user, version=None)
    return Case.objects.get(pk=case.pk)


def work(case: Case, act: str, **sent: Any) -> Sent:
    return "case_work", (case.pk, act), {"desk_version": case.desk_version, **sent}


def claim(chief: User, other: User) -> Sent:
    return work(submitted(), "claim")


def release(chief: User, other: User) -> Sent:
    return work(at_work(chief), "release")


def note(chief: User, other: User) -> Sent:
    return work(submitted(), "note", words="看过了")


def ask(chief: User, other: User) -> Sent:
    return work(at_work(chief), "ask", words="请补充")


def answer(chief: User, other: User) -> Sent:
    return work(at_work(chief), "answer", words="答复")


def withdraw(chief: User, other: User) -> Sent:
    case = at_work(chief)
    messages.ask(case, user=chief, version=None, words="请补充")
    return work(Case.objects.get(pk=case.pk), "review")


def close(chief: User, other: User) -> Sent:
    return work(submitted(), "close", reason="advised")


def reopen(chief: User, other: User) -> Sent:
    case = submitted()
    status.move(case, Status.CLOSED, user=chief, version=None, reason=CloseReason.ADVISED)
    return work(Case.objects.get(pk=case.pk), "reopen", reason="mistake")


def many(chief: User, other: User) -> Sent:
    case = submitted()
    return "case_bulk", ("claim",), {"chosen": f"{case.pk}:{case.desk_version}"}


def hold(chief: User, other: User) -> Sent:
    return "hold", (submitted().pk,), {"held": "1", "reason": "dispute"}


def reveal(chief: User, other: User) -> Sent:
    sent = {"field": "consumer__phone", "reason": "contact"}
    return "cases_case_reveal", (submitted().pk,), sent


def export(chief: User, other: User) -> Sent:
    submitted()
    return "export_new", (), {"format": "csv"}


def new_seller(chief: User, other: User) -> Sent:
    submitted()
    empty = {"aliases-TOTAL_FORMS": "0", "aliases-INITIAL_FORMS": "0"}
    return "cases_seller_add", (), {"name": "畅联号卡店", **empty}


def merge(chief: User, other: User) -> Sent:
    old, new = (Seller.objects.create(name=name) for name in ("甲号卡店", "乙号卡店"))
    sellers.keep_alias(old, old.name)
    return "cases_seller_merge", (old.pk,), {"into": str(new.pk)}


def dossier(chief: User, other: User) -> Sent:
    seller = Seller.objects.create(name="畅联号卡店")
    for _ in range(5):
        Case.objects.filter(pk=submitted().pk).update(listed_seller=seller)
    return "cases_seller_dossier", (seller.pk,), {}


def propose(chief: User, other: User) -> Sent:
    case = _closed(chief)
    return "cases_disposal_add", (), {"rule": "spam", "cases": str(case.pk)}


def approve(chief: User, other: User) -> Sent:
    _closed(chief)
    return "cases_disposal_change", (proposals.propose(other, "spam").pk,), {"approve": ""}


def refuse(chief: User, other: User) -> Sent:
    _closed(chief)
    return "cases_disposal_change", (proposals.propose(other, "spam").pk,), {"refuse": ""}


def own_password(chief: User, other: User) -> Sent:
    new = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    return "password_change", (), {"old_password": PASSWORD, **new}


def password_of_another(chief: User, other: User) -> Sent:
    sent = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    return "auth_user_password_change", (other.pk,), sent


def disable(chief: User, other: User) -> Sent:
    groups = [str(Group.objects.get(name="senior").pk)]
    return "auth_user_change", (other.pk,), {"username": other.username, "groups": groups}


def new_account(chief: User, other: User) -> Sent:
    sent = {"username": "third", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    return "auth_user_add", (), sent


def forget_phone(chief: User, other: User) -> Sent:
    Phone.objects.create(user=other, confirmed=True, name=devices.NAME)
    return "auth_user_forget_devices", (other.pk,), {}


def sign_another_out(chief: User, other: User) -> Sent:
    return "auth_user_sign_out", (other.pk,), {}


def codes_for_paper(chief: User, other: User) -> Sent:
    Phone.objects.create(user=chief, confirmed=True, name=devices.NAME)
    return "my_account", (), {"act": "new_codes"}


def choose_mails(chief: User, other: User) -> Sent:
    return "my_account", (), {"act": "choose_mails", "cases": "on"}


def sign_out_everywhere(chief: User, other: User) -> Sent:
    return "my_account", (), {"act": "sign_out_everywhere"}


def _closed(user: User) -> Case:
    case = submitted()
    status.move(case, Status.CLOSED, user=user, version=None, reason=CloseReason.SPAM)
    return case


ACTS: tuple[Callable[[User, User], Sent], ...] = (
    claim,
    release,
    note,
    ask,
    answer,
    withdraw,
    close,
    reopen,
    many,
    hold,
    reveal,
    export,
    new_seller,
    merge,
    dossier,
    propose,
    approve,
    refuse,
    own_password,
    password_of_another,
    disable,
    new_account,
    forget_phone,
    sign_another_out,
    codes_for_paper,
    choose_mails,
    sign_out_everywhere,
)


def tried(client: Client, sent: Sent) -> Any:
    name, args, fields = sent
    return client.post(reverse(f"admin:{name}", args=args), fields)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_an_act_leaves_a_line(act: Callable[[User, User], Sent], chief: User, other: User) -> None:
    sent, client = act(chief, other), signed_in(chief)
    lines = Event.objects.count()

    assert tried(client, sent).status_code in (200, 302)

    assert Event.objects.count() > lines


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_an_act_without_its_line_is_undone(
    act: Callable[[User, User], Sent], chief: User, other: User
) -> None:
    sent, client = act(chief, other), signed_in(chief)
    client.raise_request_exception = False
    block_the_log()
    before = stored()

    assert tried(client, sent).status_code == 500

    assert stored() == before


def test_nobody_takes_the_name_of_another(chief: User, other: User) -> None:
    """The lines of the log are by name: a renamed account would leave them to somebody else."""
    sent = {"username": "innocent", "is_active": "on", "groups": []}

    tried(signed_in(chief), ("auth_user_change", (other.pk,), sent))

    assert User.objects.get(pk=other.pk).username == "other"


LOOKS: Mapping[str, Callable[[Case], tuple[Any, ...]]] = {
    "cases_case_change": lambda case: (case.pk,),
    "cases_case_pdf": lambda case: (case.pk, case.plans.get().pk),
    "cases_case_today": lambda case: (case.pk, case.plans.get().pk),
}


@pytest.mark.parametrize("name", LOOKS)
def test_nobody_looks_without_a_line(name: str, chief: User) -> None:
    case, client = submitted(), signed_in(chief)
    client.raise_request_exception = False
    block_the_log()

    assert client.get(reverse(f"admin:{name}", args=LOOKS[name](case))).status_code == 500
