"""Sealing: known answers, every way of failing closed, fields in rows, keys that change."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from cases import services
from cases.encryption import DecryptionFailed, Sealed, blind_index, seal, unseal
from cases.models import Case

OLD_KEY = bytes(range(32))
NEW_KEY = bytes(range(100, 132))
HERE = "cases_case.answers:7f9c2ba4-e88f-4d27-9d14-ee0b3c3f9a51"

# Made apart from our code, with key OLD_KEY and nonce 00…0b.
KNOWN_TOKEN = "v1.k1.AAECAwQFBgcICQoLPCC4eqiA4CGvpwkcVFn3izh3pUkA76M-A221y0azWZZsxY5n"
KNOWN_PLAIN = '{"name":"林小满"}'.encode()
KNOWN_INDEX = "ec9d63befaf7b7ec77d499d656d6df9b03f5042e758ed233e0d132b1f7f2bb42"


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> None:
    settings.PII_KEYS = {"k1": OLD_KEY}
    settings.BLIND_INDEX_KEY = bytes(range(32, 64))


def cell(case: Case, column: str) -> str:
    """The cell as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM cases_case WHERE id = %s", [case.pk.hex])  # noqa: S608
        return str(cursor.fetchone()[0])


def put(case: Case, column: str, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE cases_case SET {column} = %s WHERE id = %s",  # noqa: S608
            [text, case.pk.hex],
        )


def case_with(answers: dict[str, Any]) -> Case:
    case = services.answers.open_case()
    case.answers = answers
    case.save()
    return Case.objects.get(pk=case.pk)


# ---- seal and unseal


def test_it_works() -> None:
    assert unseal(seal(KNOWN_PLAIN, where=HERE), where=HERE) == KNOWN_PLAIN


def test_known_answer() -> None:
    assert unseal(KNOWN_TOKEN, where=HERE) == KNOWN_PLAIN


@given(st.binary(max_size=200))
def test_any_bytes_come_back(plain: bytes) -> None:
    assert unseal(seal(plain, where=HERE), where=HERE) == plain


def test_the_same_text_never_looks_the_same_twice() -> None:
    assert seal(KNOWN_PLAIN, where=HERE) != seal(KNOWN_PLAIN, where=HERE)


def test_every_changed_byte_is_noticed() -> None:
    version, key_id, body = KNOWN_TOKEN.split(".")
    sealed = urlsafe_b64decode(body)
    for position in range(len(sealed)):
        damaged = bytearray(sealed)
        damaged[position] ^= 1
        token = f"{version}.{key_id}.{urlsafe_b64encode(damaged).decode()}"
        with pytest.raises(DecryptionFailed):
            unseal(token, where=HERE)


@pytest.mark.parametrize(
    "token",
    ["", "v1", "v1.k1.", "v1.k1.AAAA", "v1.k1.汉", "v1.k9.AAAA", "v2" + KNOWN_TOKEN[2:], "a.b.c.d"],
)
def test_it_refuses_what_is_no_token(token: str) -> None:
    with pytest.raises(DecryptionFailed):
        unseal(token, where=HERE)


def test_it_refuses_another_place() -> None:
    with pytest.raises(DecryptionFailed):
        unseal(KNOWN_TOKEN, where=HERE.replace("answers", "seller"))


def test_it_refuses_a_wrong_key(settings: Settings) -> None:
    settings.PII_KEYS = {"k1": NEW_KEY}
    with pytest.raises(DecryptionFailed):
        unseal(KNOWN_TOKEN, where=HERE)


def test_the_error_names_the_place_and_nothing_else() -> None:
    with pytest.raises(DecryptionFailed) as caught:
        unseal(KNOWN_TOKEN + "AAAA", where=HERE)
    assert str(caught.value) == f"cannot open {HERE}"
    assert caught.value.__suppress_context__


# ---- blind index


def test_known_index() -> None:
    assert blind_index("ＡＢＣ 流量卡 专营店", purpose="case.seller") == KNOWN_INDEX


def test_width_case_and_spaces_make_no_difference() -> None:
    assert blind_index(" abc流量卡\u3000专营店", purpose="case.seller") == KNOWN_INDEX


def test_two_purposes_cannot_be_compared() -> None:
    assert blind_index("x", purpose="a") != blind_index("x", purpose="b")


# ---- the field


@pytest.mark.django_db
@pytest.mark.parametrize("value", [{}, {"名": ["林小满", 1, None, True]}, [], "", "文", 0, None])
def test_any_json_value_comes_back(value: Any) -> None:
    assert case_with(value).answers == value


@pytest.mark.django_db
def test_a_value_that_is_not_json_is_refused() -> None:
    case = services.answers.open_case()
    for value in [{"on": object()}, {"n": float("nan")}]:
        case.answers = value
        with pytest.raises((TypeError, ValueError)):
            case.save()


@pytest.mark.django_db
def test_null_is_null() -> None:
    assert Case.objects.filter(pk=case_with({}).pk, seller__isnull=True).exists()


@pytest.mark.django_db
def test_a_deferred_cell_is_loaded_when_it_is_read() -> None:
    case = Case.objects.defer("answers").get(pk=case_with({"a": 1}).pk)
    assert "answers" in case.get_deferred_fields()
    assert case.answers == {"a": 1}


@pytest.mark.django_db
def test_refresh_from_db_forgets_what_was_assigned() -> None:
    case = case_with({"a": 1})
    case.answers = {"a": 2}
    case.refresh_from_db()
    assert case.answers == {"a": 1}


@pytest.mark.django_db
def test_changes_inside_the_value_are_saved() -> None:
    case = case_with({"a": 1})
    case.answers["b"] = 2
    case.save(update_fields=["answers"])
    assert Case.objects.get(pk=case.pk).answers == {"a": 1, "b": 2}


@pytest.mark.django_db
def test_plain_values_get_in_by_no_other_way() -> None:
    case = case_with({"a": 1})
    with pytest.raises(TypeError, match="answers is sealed"):
        Case.objects.filter(pk=case.pk).update(answers={"a": 2})
    with pytest.raises(TypeError, match="answers is sealed"):
        Case.objects.bulk_update([case], ["answers"])
    with pytest.raises(TypeError, match="seller is sealed"):
        Case.objects.filter(seller="某店").exists()


@pytest.mark.django_db
def test_values_shows_no_text_of_the_cell() -> None:
    case = case_with({"a": 1})
    (value,) = Case.objects.filter(pk=case.pk).values_list("answers", flat=True)
    assert isinstance(value, Sealed)
    assert f"{value} {value!r}" == "(sealed) (sealed)"


@pytest.mark.django_db
def test_dumpdata_writes_no_plain_text() -> None:
    case_with({"name": "林小满"})
    out = StringIO()
    call_command("dumpdata", "cases.case", stdout=out)
    assert "v1.k1." in out.getvalue()
    assert "林小满" not in out.getvalue()


@pytest.mark.django_db
def test_a_cell_moved_to_another_row_does_not_open() -> None:
    mine, theirs = case_with({"a": 1}), case_with({"a": 2})
    put(mine, "answers", cell(theirs, "answers"))
    with pytest.raises(DecryptionFailed):
        _ = Case.objects.get(pk=mine.pk).answers


@pytest.mark.django_db
def test_a_cell_moved_to_another_column_does_not_open() -> None:
    case = case_with({"a": 1})
    put(case, "answers", cell(case, "secret"))
    with pytest.raises(DecryptionFailed):
        _ = Case.objects.get(pk=case.pk).answers


# ---- keys that change


@pytest.mark.django_db
def test_an_older_key_still_opens_and_the_first_one_seals(settings: Settings) -> None:
    case = case_with({"a": 1})
    settings.PII_KEYS = {"k2": NEW_KEY, "k1": OLD_KEY}
    case = Case.objects.get(pk=case.pk)
    assert case.answers == {"a": 1}
    case.save()
    assert cell(case, "answers").startswith("v1.k2.")


def rotate() -> str:
    out = StringIO()
    call_command("rotate_keys", batch=2, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_rotation_lets_the_older_key_go(settings: Settings) -> None:
    cases = [case_with({"a": number}) for number in range(5)]
    settings.PII_KEYS = {"k2": NEW_KEY, "k1": OLD_KEY}
    assert "cases.Case: 5" in rotate()
    settings.PII_KEYS = {"k2": NEW_KEY}
    assert [Case.objects.get(pk=case.pk).answers["a"] for case in cases] == [0, 1, 2, 3, 4]
    assert "cases.Case: 0" in rotate()


@pytest.mark.django_db
def test_rotation_is_no_visit(settings: Settings) -> None:
    case = case_with({"a": 1})
    settings.PII_KEYS = {"k2": NEW_KEY, "k1": OLD_KEY}
    rotate()
    assert Case.objects.get(pk=case.pk).updated_at == case.updated_at


@pytest.mark.django_db(transaction=True)
def test_stopped_half_way_rotation_goes_on_later(settings: Settings) -> None:
    cases = sorted((case_with({"a": number}) for number in range(5)), key=lambda case: case.pk)
    whole = cell(cases[2], "answers")
    put(cases[2], "answers", whole[:-8])
    settings.PII_KEYS = {"k2": NEW_KEY, "k1": OLD_KEY}
    with pytest.raises(CommandError, match=str(cases[2].pk)):
        rotate()
    put(cases[2], "answers", whole)
    assert "cases.Case: 3" in rotate()
