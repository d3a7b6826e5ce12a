"""Secrets: they print as placeholders, and the redactor finds them in every spelling."""

import base64
import copy
import html
import json
import pickle
import textwrap
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.secrets import Redactor, Secret

CANARY = 'cänary/7+c1&e55"d0<a9>=%'


def knowing(*values: str) -> Redactor:
    redactor = Redactor()
    redactor.register(Secret(f"SECRET_{number}", value) for number, value in enumerate(values))
    return redactor


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{:>40}".format, lambda secret: f"{secret!r}", "%s".__mod__])
def test_a_secret_prints_as_its_placeholder(show: object) -> None:
    shown = show(Secret("MES_TOKEN", CANARY))  # type: ignore[operator]

    assert "«redacted:MES_TOKEN»" in shown
    assert CANARY not in shown


def test_only_reveal_gives_the_value() -> None:
    assert Secret("MES_TOKEN", CANARY).reveal() == CANARY


@pytest.mark.parametrize("copying", [pickle.dumps, copy.deepcopy])
def test_a_secret_is_not_pickled(copying: object) -> None:
    with pytest.raises(TypeError, match="«redacted:MES_TOKEN» must not be pickled"):
        copying(Secret("MES_TOKEN", CANARY))  # type: ignore[operator]


@pytest.mark.parametrize("value", ["", "short", "1234567", "with space", "trailing-newline\n"])
def test_a_value_that_cannot_be_masked_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(ValueError, match="the secret MES_TOKEN must have at least 8 characters") as refused:
        Secret("MES_TOKEN", value)

    assert not value or value not in str(refused.value)


SPELLINGS = {
    "plain": CANARY,
    "quoted": urllib.parse.quote(CANARY, safe=""),
    "quoted plus": urllib.parse.quote_plus(CANARY),
    "json": json.dumps({"token": CANARY}),
    "html": html.escape(CANARY),
    "repr": repr({"token": CANARY}),
    "hex": CANARY.encode().hex(),
    "base64": base64.b64encode(CANARY.encode()).decode(),
    "basic": base64.b64encode(b"user:" + CANARY.encode()).decode(),
    "first half": CANARY[:12],
    "last half": CANARY[12:],
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_every_spelling_is_replaced(text: str) -> None:
    scrubbed = knowing(CANARY).scrub(f"before {text} after")

    assert "«redacted:SECRET_0»" in scrubbed
    assert text not in scrubbed
    assert scrubbed.startswith("before ")
    assert scrubbed.endswith(" after")


@given(
    value=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40),
    before=st.binary(max_size=7),
    after=st.binary(max_size=7),
    encode=st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]),
)
def test_base64_is_found_at_every_alignment(value: str, before: bytes, after: bytes, encode: object) -> None:
    text = encode(before + value.encode() + after).decode()  # type: ignore[operator]

    assert knowing(value).leaks(text.encode()) == ["SECRET_0"]


@given(value=st.text(st.characters(min_codepoint=33, max_codepoint=0xD7FF, exclude_categories=["Z", "C"]), min_size=8))
def test_no_value_survives_scrubbing(value: str) -> None:
    scrubbed = knowing(value).scrub(f"<{value}>")

    assert scrubbed == "<«redacted:SECRET_0»>"


def test_the_longer_of_two_overlapping_secrets_goes_first() -> None:
    assert knowing("prefix-secret", "prefix-secret-and-more").scrub("prefix-secret-and-more") == "«redacted:SECRET_1»"


@pytest.mark.parametrize(
    "text",
    [
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "Authorization: Bearer 0123456789abcdef0123",
        "Authorization: Basic dXNlcjpwYXNzd29yZA==",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_" + "a" * 36,
        "postgres://reader:hunter2@db.example.com/mes",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_credential_is_replaced_though_nobody_registered_it(text: str) -> None:
    scrubbed = Redactor().scrub(f"before {text} after")

    assert "«redacted:credential»" in scrubbed
    assert scrubbed.startswith("before ")
    assert scrubbed.endswith(" after")


def test_ordinary_text_is_left_alone() -> None:
    text = 'GET http://127.0.0.1:8080/plans?limit=5\nstatus 200\t{"id": "PLAN-1224-001", "note": "✓ ß"}'

    assert knowing(CANARY).scrub(text) == text


def test_control_characters_are_shown_not_sent() -> None:
    assert Redactor().scrub("a\x1b[2J\ud800\u202eb\x00\rc\x9b\u2028") == (
        "a\\u001b[2J\\ud800\\u202eb\\u0000\\u000dc\\u009b\\u2028"
    )
    assert Redactor().scrub("one\r\ntwo\tthree\n") == "one\r\ntwo\tthree\n"


def test_leaks_are_found_also_when_wrapped_over_lines() -> None:
    wrapped = "\n".join(textwrap.wrap(CANARY, 6)).encode()

    assert knowing(CANARY).leaks(b"..." + wrapped) == ["SECRET_0"]
    assert knowing(CANARY).leaks(b"nothing here") == []
    assert Redactor().leaks(CANARY.encode()) == []
