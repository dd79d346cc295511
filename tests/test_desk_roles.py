"""Roles on the desk: what the migration gives, who may do what, and the wall round every page."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver
from pytest_django import Settings

from cases.admin import acts, bulk
from tests.desk import member, signed_in, staff
from tests.desk_matrix import (
    ACTS,
    ADMINISTRATOR,
    ANONYMOUS,
    AUDITOR,
    BULK,
    NOBODY,
    READER,
    REVIEWER,
    SENIOR,
    WORK,
    Act,
    World,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ROLES = (READER, REVIEWER, SENIOR, AUDITOR, ADMINISTRATOR)
# Before the sign-in is finished these are open, and only these.
DOOR = frozenset({"login", "code", "enrol"})
SAMPLES = {"uuid": "00000000-0000-4000-8000-000000000000", "int": "1", "slug": "x"}
PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def patterns() -> Iterator[tuple[str | None, str]]:
    """Name and address of every pattern of the desk, parameters filled in with samples."""
    yield from _patterns(admin.site.urls[0], f"/{django_settings.ADMIN_PATH}")


def _patterns(found: Any, prefix: str) -> Iterator[tuple[str | None, str]]:
    for each in found:
        address = prefix + _sample(str(each.pattern))
        if isinstance(each, URLResolver):
            yield from _patterns(each.url_patterns, address)
        elif isinstance(each, URLPattern):
            yield each.name, address


def _sample(route: str) -> str:
    if route.startswith("^"):  # the list of an app
        return "cases/"
    if route.startswith("(?P<url>"):  # whatever else
        return "elsewhere/"
    return PARAMETER.sub(lambda part: SAMPLES.get(part[1] or "", "x"), route)


# ---- the roles


def rights_of(role: str) -> set[str]:
    return set(Group.objects.get(name=role).permissions.values_list("codename", flat=True))


def test_each_role_has_its_rights_and_no_others() -> None:
    reads = {"view_case", "view_seller", "view_pagereport", "view_tag"}
    keeps_tags = {"add_tag", "change_tag"}
    reviews = reads | {"review_case", "add_seller", "change_seller"}
    assert {role: rights_of(role) for role in ROLES} == {
        READER: reads,
        REVIEWER: reviews,
        SENIOR: reviews
        | keeps_tags
        | {"reveal_case", "close_case", "export_case", "hold_case"}
        | {"merge_seller", "dossier_seller", "add_disposal", "view_disposal"},
        AUDITOR: {"view_case", "view_event", "view_disposal", "view_tombstone", "view_tag"},
        ADMINISTRATOR: reads
        | keeps_tags
        | {"override_case", "view_event", "view_disposal", "view_tombstone", "approve_disposal"}
        | {"add_user", "change_user", "view_user", "view_group"},
    }


def test_making_the_roles_again_corrects_them() -> None:
    reviewer = Group.objects.get(name=REVIEWER)
    wu = member(REVIEWER)
    # What the group of this name had before there were roles.
    reviewer.permissions.set(Permission.objects.filter(codename__startswith="view_"))
    Group.objects.filter(name=AUDITOR).delete()

    make_roles = import_module("cases.migrations.0004_roles").make_roles
    make_roles(apps, SimpleNamespace(connection=connection))

    assert rights_of(REVIEWER) >= {"review_case"}
    assert "view_event" not in rights_of(REVIEWER)
    assert rights_of(AUDITOR)
    assert wu.groups.get() == reviewer


# ---- role by act by state


def test_every_address_of_the_desk_is_in_the_table() -> None:
    assert {name for name, _address in patterns() if name} == {act.route for act in ACTS}


def test_every_act_on_a_case_is_in_the_table() -> None:
    """Buttons that ask nothing share one page, for which one of them stands."""
    assert set(WORK) == {name for name, act in acts.ACTS.items() if act.asks}
    assert set(BULK) == set(bulk.BULKS)


@pytest.mark.parametrize("role", [NOBODY, *ROLES])
def test_a_role_may_do_this_and_nothing_else(role: str) -> None:
    world, client = World(), staff(*([] if role == NOBODY else [role]), name=f"a {role}")
    client.raise_request_exception = False
    found = {}
    for act in ACTS:
        for state, address, expected in act.expected(world, role):
            status = _tried(client, act, address)
            if status != expected:
                found[act.method, act.route, state] = f"{status} instead of {expected}"
    assert found == {}


def _tried(client: Client, act: Act, address: str) -> int:
    """The answer's status; what the act did is undone, a sign-out too."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        status = getattr(client, act.method)(address, act.sent).status_code
        transaction.set_rollback(True)
    client.cookies = cookies
    return int(status)


# ---- the wall


def behind_the_wall() -> list[str]:
    return [address for name, address in patterns() if name not in DOOR]


def led_away(client: Client, address: str) -> bool:
    for method in ("get", "post"):
        response = getattr(client, method)(address)
        led = response.status_code == 302 and response["Location"].startswith("/desk/")
        home = address == "/desk/logout/" and response["Location"] == "/desk/"
        if not led or not (home or response["Location"].startswith("/desk/login/")):
            return False
    return True


def test_a_stranger_gets_no_further_than_the_door(client: Client) -> None:
    assert [each for each in behind_the_wall() if not led_away(client, each)] == [], ANONYMOUS


def test_who_is_not_staff_gets_no_further(client: Client) -> None:
    client.force_login(User.objects.create(username="chen", is_superuser=True))

    assert [each for each in behind_the_wall() if not led_away(client, each)] == []


def test_a_password_without_the_code_gets_no_further(settings: Settings) -> None:
    user = member(*ROLES, name="wu")
    client = signed_in(user)
    settings.DESK_TWO_FACTOR = True

    assert [each for each in behind_the_wall() if not led_away(client, each)] == []


def test_no_form_of_the_desk_is_taken_from_elsewhere() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member(*ROLES, name="wu"))

    taken = [address for _name, address in patterns() if client.post(address).status_code != 403]

    assert taken == []


def test_every_page_of_the_desk_is_private() -> None:
    client = signed_in(member(*ROLES, name="wu"))
    for _name, address in patterns():
        headers = client.get(address).headers
        assert "no-store" in headers["Cache-Control"], address
        assert "'unsafe" not in headers["Content-Security-Policy"], address
