"""The block of servers: what its weights mean, and what is refused in it."""

import pytest

from gonogo.outcome import Missed
from systems.mes_sql.balancing import names_line, parse

BLOCK = "upstream burkol_api {{\n{}\n}}\nserver {{ listen 80; }}\n"


@pytest.mark.parametrize(
    ("servers", "shares", "down"),
    [
        (
            "server localhost:3000 weight=90; # Blue\nserver localhost:3001 weight=10;",
            {"blue": 0.9, "green": 0.1},
            set(),
        ),
        ("server localhost:3000;\nserver localhost:3001;", {"blue": 0.5, "green": 0.5}, set()),
        ("server localhost:3001 weight=100;", {"blue": 0.0, "green": 1.0}, set()),
        ("server localhost:3000 weight=100;\nserver localhost:3001 down;", {"blue": 1.0, "green": 0.0}, {"green"}),
        ("server localhost:3000 weight=100;\n# server localhost:3001 weight=50;", {"blue": 1.0, "green": 0.0}, set()),
        (
            "server localhost:3000 weight=9 down;\nserver localhost:3001 weight=1;",
            {"blue": 0.0, "green": 1.0},
            {"blue"},
        ),
        ("server localhost:3000 down;\nserver localhost:3001 down;", {"blue": 0.0, "green": 0.0}, {"blue", "green"}),
    ],
)
def test_weights_give_shares(servers: str, shares: dict[str, float], down: set[str]) -> None:
    found = parse(BLOCK.format(servers))
    assert found.shares == shares
    assert found.down == down


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "no upstream burkol_api"), (BLOCK.format("server localhost:4000;"), "names port 4000")],
)
def test_what_is_no_block_of_blue_and_green_is_missed(text: str, says: str) -> None:
    with pytest.raises(Missed, match=says):
        parse(text)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ('nginx: [emerg] invalid parameter "weight=0" in /etc/nginx/upstream.conf:3', True),
        ("nginx: [emerg] invalid parameter\nnginx: configuration file test failed", False),
    ],
)
def test_a_refusal_names_its_line(said: str, named: bool) -> None:
    assert names_line(said) is named
