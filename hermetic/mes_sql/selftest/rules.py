"""Unit tests of the rules: what may be sent, how a plan goes on, who does what, what two stores differ in."""

import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hermetic.kit.balancer import conf as language
from hermetic.mes_sql.balancer import conf
from hermetic.mes_sql.server import bodies
from hermetic.mes_sql.server.documents import joins
from hermetic.mes_sql.server.dual import as_document, differences
from hermetic.mes_sql.server.errors import Refused
from hermetic.mes_sql.server.store import FIELDS


def node(**changes: Any) -> dict[str, Any]:
    return {"nodeId": "N1", "name": "Cut", "operationId": "OP-CUT", "nominalTime": 5, **changes}


def body(**changes: Any) -> dict[str, Any]:
    return {"orderCode": "WO-1", "quantity": 2, "nodes": [node()], **changes}


def document(**changes: Any) -> dict[str, Any]:
    """Return a plan as the old store has it."""
    needs = [{"materialCode": "MAT-BOLT", "requiredQuantity": 4}]
    places = [{"stationId": "ST-2", "priority": 2}, {"stationId": "ST-1", "priority": 1}]
    one = {**node(), "stations": places, "materialInputs": needs, "predecessors": []}
    return {
        "id": "PPL-0125-001",
        "work_order_code": "WO-1",
        "status": "draft",
        "quantity": 2,
        "nodes": [one],
        **changes,
    }


def worker(name: str, **changes: Any) -> dict[str, Any]:
    free = {"status": "idle", "currentTask": None, "stations": ["ST-1"], "operations": ["OP-CUT"]}
    return {"id": name, "name": name, **free, **changes}


def details(work: Callable[..., Any], *arguments: Any, **more: Any) -> list[str]:
    """Return the details of the refusal that some work must end in."""
    try:
        work(*arguments, **more)
    except Refused as error:
        return [str(one) for one in error.body["details"]]
    raise AssertionError(f"{arguments} was not refused")


class Bodies(unittest.TestCase):
    """What a client may send."""

    def refusals(self, **changes: Any) -> list[str]:
        return details(bodies.check_plan, body(**changes))

    def test_a_plan_is_accepted_and_completed(self) -> None:
        assert bodies.check_plan(body())["nodes"][0]["predecessors"] == []

    def test_every_violation_is_named(self) -> None:
        assert len(self.refusals(orderCode="", quantity=0, nodes=[node(nominalTime=0, name=" ")])) == 4

    def test_predecessors_come_earlier(self) -> None:
        nodes = [node(predecessors=["N2", "N9"]), node(nodeId="N2"), node(nodeId="N2")]
        assert len(self.refusals(nodes=nodes)) == 3

    def test_stations_and_materials_are_looked_at(self) -> None:
        wrong = node(
            assignedStations=[{}, {"stationId": "ST-1", "priority": 0}],
            materialInputs=[{}, {"materialCode": "M", "requiredQuantity": 0}],
        )
        assert len(self.refusals(nodes=[wrong])) == 4

    def test_lists_are_lists(self) -> None:
        assert len(self.refusals(nodes="none")) == 1
        assert len(self.refusals(nodes=[node(predecessors="N0")])) == 1
        assert len(self.refusals(assignments="none")) == 1

    def test_assignments_name_nodes_and_workers(self) -> None:
        assert len(self.refusals(assignments=[{"nodeId": "N7"}, {"nodeId": "N1"}])) == 2

    def test_changes_are_checked(self) -> None:
        assert bodies.check_changes({"status": "released"}) == {"status": "released"}
        wrong: dict[str, Any]
        for wrong in ({}, {"orderCode": ""}, {"quantity": 0}, {"status": "done"}, {"id": "X"}):
            assert details(bodies.check_changes, wrong)

    def test_a_status_goes_one_step_at_a_time(self) -> None:
        bodies.check_step("draft", "released")
        for before, after in (("draft", "production"), ("released", "draft")):
            assert details(bodies.check_step, before, after)

    def test_master_data_is_checked(self) -> None:
        bodies.check_master({"name": "Press", "operations": ["OP-CUT"]}, FIELDS["station"], new=True)
        for wrong in ({}, {"name": "x", "operations": "all"}, {"name": "x", "colour": "red"}):
            assert details(bodies.check_master, wrong, FIELDS["station"], new=True)


class Joins(unittest.TestCase):
    """What the former store leaves to its reader."""

    def test_ids_get_their_names(self) -> None:
        others = {"stations": [{"id": "ST-1", "name": "Press"}], "operations": [{"id": "OP-CUT", "name": "Cut"}]}
        shown = joins.with_names("worker", worker("W-1", tag="t"), others)
        assert shown["stations"] == [{"id": "ST-1", "name": "Press"}]
        assert "tag" not in shown

    def test_a_listed_plan_counts_its_nodes(self) -> None:
        assert joins.listed_plan(document())["node_count"] == "1"

    def test_the_summary_adds_up(self) -> None:
        twice = document(nodes=document()["nodes"] * 2)
        assert joins.summary(twice) == [{"materialCode": "MAT-BOLT", "requiredQuantity": 8}]

    def test_the_first_idle_worker_who_can_is_taken(self) -> None:
        workers = [worker("W-3"), worker("W-2"), worker("W-1", currentTask={"planId": "P"}), worker("W-0", stations=[])]
        (made,) = joins.assign(document(), workers, {})
        assert (made["workerId"], made["stationId"]) == ("W-2", "ST-1")

    def test_a_given_worker_is_kept(self) -> None:
        (made,) = joins.assign(document(), [worker("W-1"), worker("W-9", stations=["ST-2"])], {"N1": "W-9"})
        assert (made["workerId"], made["stationId"]) == ("W-9", "ST-2")


class Differences(unittest.TestCase):
    """What two stores differ in."""

    def test_equal_plans_do_not(self) -> None:
        plan = {**document(), "materialSummary": []}
        assert list(differences(plan, as_document(plan))) == []

    def test_each_field_is_named(self) -> None:
        other = document(quantity=3, nodes=[{**document()["nodes"][0], "name": "Bend"}])
        assert list(differences(document(), other)) == ["quantity", "nodes.N1.name"]
        assert list(differences(document(), None)) == ["id"]
        assert list(differences(document(), document(nodes=[]))) == ["nodes"]


class Configuration(unittest.TestCase):
    """The balancer's configuration."""

    def read(self, text: str) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "balancer.conf"
            file.write_text(text, encoding="utf-8")
            return language.read(file, conf.UPSTREAM)

    def test_a_composed_one_is_read(self) -> None:
        assert [one.weight for one in self.read(conf.compose("weight=90", "weight=10"))] == [90, 10]

    def test_ports_are_put_in(self) -> None:
        assert "127.0.0.1:5;" in language.render("server localhost:3000; listen 80;", {3000: 5}, 6)

    def test_what_nginx_refuses_is_refused(self) -> None:
        for text in (
            *(conf.compose("weight=100", "weight=0"), conf.compose("down", "out"), conf.compose("out", "out")),
            *("", "upstream burkol_api {", "}", ";", "weights 1;", "upstream burkol_api;", "server {listen 80"),
            *("upstream burkol_api { server; }", "upstream burkol_api { server localhost:x; }"),
        ):
            with self.assertRaisesRegex(language.Refused, r"balancer.conf:\d"):  # noqa: PT027 - pytest is not the product's
                self.read(text)


CASES: tuple[type[unittest.TestCase], ...] = (Bodies, Joins, Differences, Configuration)
MODULES = (bodies, joins, conf, language)  # whose lines they must run
