"""The case code: its alphabet, what people type, and the check of its secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import case_code
from cases.case_code import ALPHABET, CaseCode

CODE = CaseCode(public_id="0123ABCD", secret="EFGHJKMN7890")  # noqa: S106


def test_it_works() -> None:
    code = case_code.new()
    assert case_code.parse(code.grouped) == code


def test_it_is_shown_in_five_groups_of_four() -> None:
    assert CODE.grouped == "0123-ABCD-EFGH-JKMN-7890"


def test_it_prints_no_secret() -> None:
    assert CODE.secret not in f"{CODE} {CODE!r}"


def test_it_has_forty_public_and_sixty_secret_bits() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 32
    codes = [case_code.new() for _ in range(500)]
    assert {(len(code.public_id), len(code.secret)) for code in codes} == {(8, 12)}
    assert len({code.public_id for code in codes}) == 500
    # Each place may hold each character: with 500 codes one is missing once in 10^5 runs or less.
    assert all(len({code.secret[place] for code in codes}) == 32 for place in range(12))


@pytest.mark.parametrize(
    "typed",
    [
        "0123ABCDEFGHJKMN7890",
        "0123-abcd-efgh-jkmn-7890",
        "  0123 ABCD EFGH JKMN 7890\n",
        "０１２３－ＡＢＣＤ－ＥＦＧＨ－ＪＫＭＮ－７８９０",
        "0123—ABCD–EFGH−JKMN‐7890",
        "oI23-ABCD-EFGH-JKMN-789O",
        "Ol23-ABCD-EFGH-JKMN-789o",
        "０１２３\u3000abcd\u3000efgh\u3000jkmn\u30007890",
        "\ufeff0123-\u200bABCD-\u200dEFGH-\u2060JKMN-7890\u200e",
        "\u202d0123-AB\u00adCD-EFGH-JKMN-7890\u202c",
        "“0123-ABCD-EFGH-JKMN-7890”。",
        "0123~ABCD～EFGH~JKMN~7890｡",
        "https://refunds.example/resume/#0123-ABCD-EFGH-JKMN-7890",
        "/resume/＃0123-ABCD-EFGH-JKMN-7890",
    ],
)
def test_it_reads_what_people_type(typed: str) -> None:
    assert case_code.parse(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0123-ABCD-EFGH-JKMN-789",
        "0123-ABCD-EFGH-JKMN-78901",
        "U123-ABCD-EFGH-JKMN-7890",
        "0123-ABCD-EFGH-JKMN-789！",
        "0123-ABCD-EFGH-JKMN-789零",
        "0123ABCDEFGHJKMN7890" + " " * 200,
        "/elsewhere/#0123-ABCD-EFGH-JKMN-7890",
    ],
)
def test_it_refuses_what_is_no_code(typed: str) -> None:
    assert case_code.parse(typed) is None


@given(st.text(max_size=250))
def test_nothing_typed_breaks_it(typed: str) -> None:
    code = case_code.parse(typed)
    assert code is None or case_code.parse(code.grouped) == code


def test_the_right_secret_fits_and_another_does_not() -> None:
    secret_hash = case_code.hash_secret(CODE.secret)
    assert case_code.verify(CODE.secret, secret_hash)
    assert not case_code.verify(CODE.secret[::-1], secret_hash)


def test_each_hash_has_its_own_salt() -> None:
    assert case_code.hash_secret(CODE.secret) != case_code.hash_secret(CODE.secret)


def test_the_hash_costs_what_was_decided_also_for_nobody() -> None:
    for secret_hash in [case_code.hash_secret(CODE.secret), case_code.NOBODY]:
        assert secret_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("secret", ["", CODE.secret])
def test_nobody_is_never_verified_but_as_much_work(secret: str) -> None:
    before = case_code.derivations.passed
    assert not case_code.verify(secret, None)
    assert case_code.derivations.passed == before + 1
