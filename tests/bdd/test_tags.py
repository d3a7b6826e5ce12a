"""Tags: criteria, labels and markers are told apart by their form."""

import pytest

from gonogo.bdd.tags import is_criterion, known_markers, label_of, markers, refusal


@pytest.mark.parametrize("tag", ["R1-P2-07", "R1-MM-02", "R3-KPI-12", "R1-FAQ-01"])
def test_ids_of_criteria_are_recognised(tag):
    assert is_criterion(tag)


@pytest.mark.parametrize("tag", ["smoke", "phase_2", "r1-p2-07", "R1", "R1-", "-R1-P2", "issue:R1-P2-07", "R1-P2-07 "])
def test_other_tags_are_no_criteria(tag):
    assert not is_criterion(tag)


@pytest.mark.parametrize(
    ("tag", "label"),
    [
        ("epic:Order_to_cash", ("epic", "Order to cash")),
        ("issue:SHOP_12", ("issue", "SHOP_12")),
        ("id:plans_7", ("id", "plans_7")),
        ("owner:team:a", ("owner", "team:a")),
    ],
)
def test_labels_are_split_at_the_first_colon_and_only_ids_keep_underscores(tag, label):
    assert label_of(tag) == label


@pytest.mark.parametrize("tag", ["smoke", "severity:blocker", "issue:X-1", "owner:a_b"])
def test_good_tags_are_not_refused(tag):
    assert refusal(tag, frozenset({"smoke"})) is None


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("smok", "unknown tag '@smok', did you mean 'smoke'?"),
        ("zzz", "unknown tag '@zzz'"),
        ("isue:1", "unknown key 'isue' in tag '@isue:1', did you mean 'issue'?"),
        ("issue:", "tag '@issue:' has no value"),
        ("severity:urgent", "unknown severity 'urgent'"),
        ("parametrize", "tag '@parametrize' has no effect"),
    ],
)
def test_bad_tags_are_refused_with_a_message_and_a_remedy(tag, message):
    refused = refusal(tag, frozenset({"smoke"}))
    assert refused is not None
    assert refused[0] == message
    assert refused[1]


def test_markers_are_known_by_name_alone_and_not_those_that_need_arguments(pytestconfig):
    known = known_markers(pytestconfig)
    assert {"smoke", "skip", "xfail"} <= known
    assert not {"parametrize", "skipif", "usefixtures"} & known


def test_markers_come_in_the_order_of_their_names_without_labels(pytestconfig):
    assert [marker.name for marker in markers({"smoke", "load", "epic:X", "serial"})] == ["load", "serial", "smoke"]
