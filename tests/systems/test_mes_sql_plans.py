"""Plans in one form, sample plans and how they fail, the rule of assignment, rows of both stores."""

from decimal import Decimal
from typing import Any

import pytest

from gonogo.outcome import Missed, Unverified
from systems.mes_sql import assigning, canonical, changing, lists, sample, shapes, stores, writing
from systems.mes_sql.payloads import well_formed
from systems.mes_sql.streams import Published

MAKINGS = sample.Workshop("W-1", "OP-1", ("ST-1", "ST-2"), ("M-1", "M-2"))
NODE: dict[str, Any] = {
    "nodeId": "N1",
    "name": "cut",
    "operationId": "OP-1",
    "nominalTime": Decimal("12.50"),
    "stations": [{"stationId": "ST-2", "priority": 2}, {"stationId": "ST-1", "priority": 1}],
    "materialInputs": [{"materialCode": "M-1", "requiredQuantity": "0.500"}],
    "predecessors": [],
}
PLAN: dict[str, Any] = {"id": "P", "work_order_code": "WO", "status": "draft", "quantity": 5, "nodes": [NODE]}


class TestCanonicalForm:
    def test_numbers_and_orders_that_mean_the_same_are_the_same(self) -> None:
        other = {**NODE, "nominalTime": 12.5, "stations": NODE["stations"][::-1], "sequenceOrder": 1}
        other["materialInputs"] = [{"materialCode": "M-1", "requiredQuantity": 0.5}]
        assert canonical.plan(PLAN) == canonical.plan({**PLAN, "quantity": 5.0, "nodes": [other], "created_at": "x"})

    def test_the_order_of_nodes_counts(self) -> None:
        two = [NODE, {**NODE, "nodeId": "N2"}]
        assert canonical.plan({**PLAN, "nodes": two}) != canonical.plan({**PLAN, "nodes": two[::-1]})

    @pytest.mark.parametrize("field", ["quantity", "nodes", "work_order_code"])
    def test_a_missing_field_is_named_with_its_plan(self, field: str) -> None:
        with pytest.raises(Missed, match=f"P: KeyError '{field}'"):
            canonical.plan({key: value for key, value in PLAN.items() if key != field})

    def test_a_phantom_node_is_no_node(self) -> None:
        with pytest.raises(Missed, match="P: TypeError"):
            canonical.plan({**PLAN, "nodes": [dict.fromkeys(NODE)]})


class TestSamplePlan:
    def test_it_reads_as_it_was_sent(self) -> None:
        document = sample.plan(MAKINGS, "mark", "WO-1", 3)
        plan = canonical.plan(sample.wanted(document, "P"))
        assert [node["predecessors"] for node in plan["nodes"]] == [[], ["N1"], ["N2"]]
        assert plan["nodes"][0]["stations"] == [["ST-1", 1], ["ST-2", 2]]

    def test_all_of_it_is_for_one_worker_or_for_nobody(self) -> None:
        assert {one["workerId"] for one in sample.plan(MAKINGS, "m", "W", 2)["assignments"]} == {"W-1"}
        assert sample.plan(MAKINGS, "m", "W", 2, assigned=False)["assignments"] == []

    @pytest.mark.parametrize("where", sample.FAILURES)
    def test_it_fails_at_its_end_and_nowhere_else(self, where: str) -> None:
        whole = sample.plan(MAKINGS, "m", "W", 3)
        spoilt = sample.failing(whole, where)
        assert sample.UNKNOWN in str(spoilt)
        assert spoilt["nodes"][:-1] == whole["nodes"][:-1]
        assert sample.UNKNOWN not in str(whole)

    def test_another_place_is_not_known(self) -> None:
        with pytest.raises(Unverified, match="nothing fails 'somewhere'"):
            sample.failing(sample.plan(MAKINGS, "m", "W"), "somewhere")


def worker(name: str, task: str | None = None, stations: str = "ST-1", operations: str = "OP-1") -> dict[str, Any]:
    return {
        "id": name,
        "current_task_plan_id": task,
        "stations": [{"id": stations}],
        "operations": [{"id": operations}],
    }


@pytest.mark.parametrize(
    ("workers", "picked"),
    [
        ([worker("W-2"), worker("W-1")], "W-1"),
        ([worker("W-1", task="PPL-1"), worker("W-2")], "W-2"),
        ([worker("W-1", stations="ST-9"), worker("W-2", operations="OP-9"), worker("W-3")], "W-3"),
        ([worker("W-1", stations="ST-2")], "W-1"),
        ([worker("W-1", task="PPL-1")], None),
    ],
)
def test_the_rule_picks_the_first_idle_worker_who_can(workers: list[dict[str, Any]], picked: str | None) -> None:
    assert assigning.expected(sample.plan(MAKINGS, "m", "W", 1)["nodes"], workers) == {"N1": picked}


@pytest.mark.parametrize(
    ("plan_id", "counter", "matches"),
    [
        ("PPL-1126-007", 7, True),
        ("PPL-1126-007", 6, False),
        ("PPL-1026-007", 7, False),
        ("PPL-1126-000", 7, False),
        ("[object Object]", 7, False),
    ],
)
def test_a_code_is_of_the_month_and_not_ahead_of_its_counter(plan_id: str, counter: int, matches: bool) -> None:
    assert writing.Code(plan_id, "1126", counter).matches is matches


def test_only_what_has_changed_counts_as_taken() -> None:
    assert changing.Stock({"A": 5.0, "B": 1.0}, {"A": 3.5, "B": 1.0}).taken() == {"A": 1.5}


def test_an_entry_that_stands_twice_is_a_row_more() -> None:
    once, twice = [{"id": 1, "name": "a"}], [{"id": 1, "name": "a"}, {"id": 1, "name": "a"}]
    assert len(lists.keyed("x", twice)) == len(lists.keyed("x", once)) + 1


class TestFormOfLists:
    def test_older_above_newer_is_named(self) -> None:
        days = [{"id": day, "created_at": f"2026-01-0{day}T00:00:00+00:00"} for day in (3, 1, 2)]
        assert shapes.newer_below(days) == ["2"]

    @pytest.mark.parametrize("found", [None, [None], [{"id": None, "name": "x"}], [{"id": "O"}], "text"])
    def test_what_is_no_list_of_whole_elements_is_named(self, found: object) -> None:
        assert shapes.without([{"id": "S", "operations": found}], "operations", ("id", "name")) == ["S"]

    def test_an_empty_list_is_whole(self) -> None:
        assert shapes.without([{"id": "S", "operations": []}], "operations", ("id", "name")) == []

    def test_a_repeated_operation_is_named(self) -> None:
        assert shapes.repeating([{"id": "S", "operations": [{"id": "O"}, {"id": "O"}]}], "operations") == ["S"]


class TestRowsOfBothStores:
    columns = stores._COLUMNS

    def split(self, part: str, document: dict[str, Any]) -> list[dict[str, Any]]:
        return list(stores.PARTS[part][1](document))

    @pytest.mark.parametrize(
        ("part", "row"),
        [
            ("plans", {"id": "P", "work_order_code": "WO", "status": "draft", "quantity": 5}),
            (
                "nodes",
                {
                    "plan": "P",
                    "node": "N1",
                    "name": "cut",
                    "operation": "OP-1",
                    "nominal_time": Decimal("12.5"),
                    "sequence_order": 1,
                },
            ),
            ("material needs of nodes", {"plan": "P", "node": "N1", "material": "M-1", "quantity": Decimal("0.5")}),
        ],
    )
    def test_a_document_and_a_row_that_say_the_same_are_the_same(self, part: str, row: dict[str, Any]) -> None:
        assert self.split(part, PLAN) == [self.columns[part](row)]

    def test_each_station_of_a_node_is_a_row(self) -> None:
        assert [row["key"] for row in self.split("stations of nodes", PLAN)] == ["P N1 ST-1", "P N1 ST-2"]

    @pytest.mark.parametrize("links", [["ST-1"], [{"id": "ST-1", "name": "Saw"}]])
    def test_links_may_stand_as_ids_or_as_objects(self, links: list[Any]) -> None:
        assert self.split("stations of workers", {"id": "W", "stations": links}) == [{"key": "W ST-1"}]


class FakeEvent:
    def __init__(self, data: str, payload: object) -> None:
        self.data, self._payload = data, payload

    def json(self, pointer: str = "") -> Any:
        if isinstance(self._payload, Exception):
            raise self._payload
        return self._payload[pointer.lstrip("/")] if pointer else self._payload  # type: ignore[index]


@pytest.mark.parametrize(
    ("data", "payload", "good"),
    [
        ("{}", dict.fromkeys(("operation", "key", "planId", "status", "at"), "x"), True),
        ("{\n}", dict.fromkeys(("operation", "key", "planId", "status", "at"), "x"), False),
        ("{}", {"operation": "INSERT"}, False),
        ("[]", [], False),
        ("no JSON", Missed("no JSON"), False),
    ],
)
def test_an_event_is_one_line_with_all_fields(data: str, payload: object, good: bool) -> None:
    assert well_formed(FakeEvent(data, payload)) is good  # type: ignore[arg-type]


def test_only_what_was_published_is_ours() -> None:
    published = Published((("INSERT", "P"),))
    assert published.is_ours(FakeEvent("", {"operation": "INSERT", "key": "P"}))  # type: ignore[arg-type]
    assert not published.is_ours(FakeEvent("", {"operation": "UPDATE", "key": "P"}))  # type: ignore[arg-type]
    assert not published.is_ours(FakeEvent("", {"key": "P"}))  # type: ignore[arg-type]
