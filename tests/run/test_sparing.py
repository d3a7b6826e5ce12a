"""Once a criterion is missed, a proof need not run the rest of it; whatever is not missed is run whole."""

import pytest

AGAIN = """
  @R9-P1-02 @serial
  Scenario: Few orders are lost, told once more
    When the shop is asked for its figures
    Then fewer than 5 orders are lost

  @R9-P1-02 @R9-P2-02 @mutates
  Scenario: An order can be placed and is not lost
    When an order is placed
    Then it says "placed"
"""
SECOND = "features/shop/02_second.feature"


@pytest.fixture
def twice(project):
    path = project.root / SECOND
    path.write_text(AGAIN.join(path.read_text().rpartition("\n")[::2]))
    project.edit("pyproject.toml", '"smoke: quick"', '"smoke: quick", "serial: alone"')
    return project


def asked(project):
    return [path for _, path, _ in project.shop.asked if path != "/health"]


def test_what_is_missed_is_not_run_again(twice):
    twice.shop.lost = 7
    done = twice.pytest("--enough=R9-P1-02")
    assert done.outcome("R9-P1-02") == "missed"
    assert "2 skipped" in done.output
    assert asked(twice) == ["/figures", "/figures", "/orders"]


def test_a_scenario_of_another_criterion_that_is_asked_for_still_runs(twice):
    twice.shop.lost = 7
    done = twice.pytest("--enough=R9-P1-02", "--enough=R9-P2-02")
    assert "1 skipped" in done.output
    assert (done.outcome("R9-P1-02"), done.outcome("R9-P2-02")) == ("missed", "met")
    assert asked(twice) == ["/orders", "/figures", "/orders", "/figures"], "what shows most comes first"


def test_where_nothing_is_missed_all_is_run(twice):
    done = twice.pytest("--enough=R9-P1-02")
    assert (done.code, done.decision) == (0, "GO"), done.output
    assert "6 passed" in done.output
    assert len(asked(twice)) == 5
