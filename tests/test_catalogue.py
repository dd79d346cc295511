"""Django's own sentences on the desk: ours stand in their place, and the compiled files agree."""

from __future__ import annotations

import gettext
import json
import re
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from tests.desk import member, signed_in

OURS = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
DJANGO = Path(django.__file__).parent
ENTRY = re.compile(r'^msgid "(.+)"\n(?:msgid_plural ".+"\n)?msgstr(?:\[0\])? "(.+)"$', re.M)


def entries(domain: str) -> dict[str, str]:
    """(what Django says, what we say) of a source file."""
    return dict(ENTRY.findall((OURS / f"{domain}.po").read_text()))


def compiled(folder: Path, domain: str) -> dict[str, str]:
    """The same of a compiled file; of a plural the one form that Chinese has."""
    with (folder / f"{domain}.mo").open("rb") as file:
        # The standard library has no public way to list a catalogue.
        catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {key[0] if isinstance(key, tuple) else key: said for key, said in catalogue.items()}


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_compiled_file_is_that_of_the_source(domain: str) -> None:
    said = compiled(OURS, domain)
    said.pop("")
    assert said == entries(domain) != {}


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_django_still_says_what_is_replaced(domain: str) -> None:
    known: set[str] = set()
    for app in ("admin", "auth"):
        folder = DJANGO / "contrib" / app / "locale" / "zh_Hans" / "LC_MESSAGES"
        if (folder / f"{domain}.mo").exists():
            known |= compiled(folder, domain).keys()
    assert entries(domain).keys() <= known


def test_what_is_filled_in_keeps_its_name() -> None:
    blank = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
    for says, ours in (entries("django") | entries("djangojs")).items():
        assert set(blank.findall(ours)) <= set(blank.findall(says)), says


@pytest.mark.django_db
def test_the_desk_speaks_as_we_do() -> None:
    client = signed_in(member("administrator", "senior"))
    names = ("password_change", "auth_user_add", "auth_user_changelist", "cases_seller_add")
    pages = {name: client.get(reverse(f"admin:{name}")).content.decode() for name in names}
    assert all("你" not in html for html in pages.values())
    assert "请先输入现在的密码" in pages["password_change"]
    assert "新增账号" in pages["auth_user_changelist"]
    assert "共 1 条" in pages["auth_user_changelist"]
    # Inside an attribute, where Django writes it with escapes.
    assert json.dumps("再加一个别名").strip('"') in pages["cases_seller_add"]
    script = client.get(reverse("admin:jsi18n")).content.decode()
    assert json.dumps("%(cnt)s 条，选中 %(sel)s 条") in script


def test_other_sentences_of_django_are_as_they_were() -> None:
    with translation.override("zh-hans"):
        assert translation.gettext("Save") == "保存"
        assert ngettext("%(num)d minute", "%(num)d minutes", 2)
