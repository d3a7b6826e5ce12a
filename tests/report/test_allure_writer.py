"""Whatever is written for Allure is valid, complete and free of secrets."""

import json

import pytest

from gonogo.report.allure import AllureWriter, Attachment

NASTY = "token hunter2 \ud800\u202e\x1b[2J\x00 end"


@pytest.fixture
def writer(tmp_path):
    """Return a writer that takes one secret out."""
    links = {"issue": "https://bugs.example/{}"}
    return AllureWriter(tmp_path / "results", lambda text: text.replace("hunter2", "***"), links)


def only(writer, pattern):
    """Return the content of the one file of a pattern."""
    [path] = writer.directory.glob(pattern)
    return path.read_bytes()


def test_every_text_is_scrubbed_and_can_be_stored(writer):
    writer.write_extra("hunter2", "failed", NASTY, [{"name": NASTY, "status": "failed"}], [Attachment(NASTY, NASTY)])
    for path in writer.directory.iterdir():
        text = path.read_text("utf-8")
        assert "hunter2" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert only(writer, "*-attachment.txt") == b"token *** \\ud800\\u202e\\u001b[2J\\u0000 end"


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "text/html", "image/svg+xml", "text/csv"])
def test_texts_given_as_bytes_are_scrubbed_too(writer, kind):
    writer.store(Attachment("a", b"hunter2 \xff", kind))
    assert only(writer, "*-attachment.*") == b"*** \\xff"


def test_pictures_are_left_as_they_are(writer):
    body = b"\x89PNG hunter2 \x00\xff"
    assert writer.store(Attachment("a", body, "image/png", "png"))["source"].endswith(".png")
    assert only(writer, "*-attachment.png") == body


def test_an_extra_entry_is_a_complete_result(writer):
    steps = [{"name": "R1-P2-07", "status": "failed", "steps": [{"name": "measured", "status": "passed"}]}]
    writer.write_extra("VERDICT: NO-GO", "failed", "one missed", steps, [Attachment("v", "{}")], {"epic": "Verdict"})
    result = json.loads(only(writer, "*-result.json"))
    assert (result["name"], result["status"], result["stage"]) == ("VERDICT: NO-GO", "failed", "finished")
    assert result["statusDetails"] == {"message": "one missed"}
    assert result["labels"] == [{"name": "epic", "value": "Verdict"}]
    assert result["steps"][0]["steps"][0]["name"] == "measured"
    assert result["start"] <= result["stop"]
    assert (writer.directory / result["attachments"][0]["source"]).exists()


def test_the_environment_is_read_back_as_it_was_given(writer):
    writer.write_environment({"Release name": "1.4.0=rc\\2", "Größe": "3 €\nsecond", "Secret": "hunter2"})
    lines = only(writer, "environment.properties").decode("ascii").splitlines()
    assert lines == [
        "Release\\ name=1.4.0=rc\\\\2",
        "Gr\\u00f6\\u00dfe=3 \\u20ac\\nsecond",
        "Secret=***",
    ]


def test_executor_and_categories_are_valid_json(writer):
    writer.write_executor({"name": "CI", "buildOrder": 7})
    writer.write_categories()
    assert json.loads(only(writer, "executor.json")) == {"name": "CI", "buildOrder": 7}
    names = [category["name"] for category in json.loads(only(writer, "categories.json"))]
    assert names[0].startswith("Missed")


def test_links_follow_their_pattern_and_are_the_value_itself_without_one(writer):
    assert writer.link("issue", "SHOP-1") == {
        "type": "issue",
        "url": "https://bugs.example/SHOP-1",
        "name": "SHOP-1",
    }
    assert writer.link("link", "https://a.example")["url"] == "https://a.example"


def test_clearing_removes_results_and_nothing_else(writer):
    kept = writer.directory / "notes.txt"
    kept.write_text("mine")
    writer.write_extra("x", "passed", "")
    writer.clear()
    assert list(writer.directory.iterdir()) == [kept]


def test_what_belongs_to_the_whole_run_has_a_file_of_its_own(writer):
    writer.write_globals([Attachment("a", "b")], [{"message": "down", "trace": ""}])
    written = json.loads(only(writer, "*-globals.json"))
    assert written["attachments"][0]["name"] == "a"
    assert written["errors"][0]["message"] == "down"


def test_no_unfinished_file_is_left(writer):
    writer.write_extra("x", "passed", "")
    assert not list(writer.directory.glob("*.tmp"))
