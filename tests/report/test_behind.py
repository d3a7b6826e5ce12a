"""Files written behind the caller's back: all of them, whole, in order, and never lost without a word."""

from pathlib import Path

import pytest

from gonogo.report.behind import Behind, write_whole


def test_everything_is_there_after_the_end_and_nothing_unfinished_with_it(tmp_path: Path) -> None:
    behind = Behind()
    for number in range(50):
        behind(tmp_path / f"{number}.json", str(number).encode())
    behind(tmp_path / "0.json", b"written again")
    behind.close()
    assert {path.name for path in tmp_path.iterdir()} == {f"{number}.json" for number in range(50)}
    assert (tmp_path / "0.json").read_bytes() == b"written again"


def test_what_goes_wrong_is_raised_and_the_rest_is_still_written(tmp_path: Path) -> None:
    behind = Behind()
    behind(tmp_path / "missing" / "one.json", b"")
    try:
        behind(tmp_path / "two.json", b"2")
    except FileNotFoundError:
        write_whole(tmp_path / "two.json", b"2")
    with pytest.raises(FileNotFoundError, match="missing"):
        behind.close()
    assert (tmp_path / "two.json").read_bytes() == b"2"


def test_nothing_that_came_before_the_end_is_left_out_when_one_of_them_fails(tmp_path: Path) -> None:
    def write(path: Path, body: bytes) -> None:
        if path.name == "1":
            raise OSError("no space left")
        write_whole(path, body)

    behind = Behind(write)
    for number in range(3):
        behind._waiting.put((tmp_path / str(number), b""))
    with pytest.raises(OSError, match="no space left"):
        behind.close()
    assert {path.name for path in tmp_path.iterdir()} == {"0", "2"}
