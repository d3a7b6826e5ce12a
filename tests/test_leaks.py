"""Nothing of a run may hold a secret."""

import base64
import gzip
import json
import zipfile

import pytest

from gonogo.leaks import quarantine
from gonogo.secrets import Redactor, Secret

VALUE = "s3cret/with+signs&more"


@pytest.fixture
def redactor():
    redactor = Redactor()
    redactor.register([Secret("SHOP_TOKEN", VALUE)])
    return redactor


SPELLINGS = {
    "raw": VALUE.encode(),
    "base64 of user and secret": base64.b64encode(f"admin:{VALUE}".encode()),
    "json": json.dumps({"a": VALUE}).encode(),
    "hex": VALUE.encode().hex().encode(),
    "wrapped": f"{VALUE[:9]}\n  {VALUE[9:]}".encode(),
    "half": VALUE[: len(VALUE) // 2].encode() + b"...",
    "gzip": gzip.compress(VALUE.encode()),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_file_with_a_secret_is_withheld_and_named(tmp_path, redactor, spelling):
    (tmp_path / "deep").mkdir()
    path = tmp_path / "deep" / "evidence.txt"
    path.write_bytes(b"before " + SPELLINGS[spelling] if spelling != "gzip" else SPELLINGS[spelling])
    assert quarantine(tmp_path, redactor) == ["deep/evidence.txt holds the value of SHOP_TOKEN"]
    assert path.read_text() == "withheld: it holds the value of SHOP_TOKEN\n"


def test_a_secret_inside_an_archive_is_found(tmp_path, redactor):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("log.txt", VALUE)
    assert quarantine(tmp_path, redactor) == ["all.zip holds the value of SHOP_TOKEN"]


def test_an_archive_that_cannot_be_opened_is_withheld(tmp_path, redactor):
    (tmp_path / "torn.gz").write_bytes(gzip.compress(b"something long enough to be cut" * 9)[:-12])
    assert quarantine(tmp_path, redactor) == ["torn.gz could not be searched for secrets (EOFError)"]


def test_clean_files_are_left_alone(tmp_path, redactor):
    (tmp_path / "evidence.txt").write_text("«redacted:SHOP_TOKEN»", encoding="utf-8")
    assert quarantine(tmp_path, redactor) == []
    assert (tmp_path / "evidence.txt").read_text(encoding="utf-8") == "«redacted:SHOP_TOKEN»"
