"""Plans that are changed: from state to state, with the stock before and after, and the movements on record."""

from dataclasses import dataclass

from gonogo.outcome import Unverified
from systems.mes_sql import writing
from systems.mes_sql.build import Build
from systems.mes_sql.made import Made
from systems.mes_sql.writing import Written

STATES = ("draft", "released", "production")


@dataclass(frozen=True)
class Stock:
    """The stock of each material before and after something."""

    before: dict[str, float]
    after: dict[str, float]

    def taken(self) -> dict[str, float]:
        """Return by how much each stock has fallen, where it has changed."""
        found = {code: round(self.before[code] - self.after.get(code, 0), 6) for code in self.before}
        return {code: amount for code, amount in sorted(found.items()) if amount}


def unassigned(build: Build, made: Made) -> Written:
    """Create a plan that nobody can do, then somebody who can: an operation, a station and a worker of its own."""
    operation = str(made.create("operation", {"name": "Sample operation"})["id"])
    station = str(made.create("station", {"name": "Sample station", "operations": [operation]})["id"])
    sent = made.plan(2, assigned=False)
    places = [{"stationId": station, "priority": 1}]
    sent["nodes"] = [{**node, "operationId": operation, "assignedStations": places} for node in sent["nodes"]]
    reply = build.offer("plan", sent).require(201)
    made.create("worker", {"name": "Sample worker", "stations": [station], "operations": [operation]})
    answer = reply.json_at("/plan")
    return Written(sent, answer, reply.json_at("/assignments"), build.entries("workers"), [str(answer["status"])])


def bring_to(build: Build, written: Written, state: str) -> None:
    """Set the state of a plan step by step until it is `state`, and note each."""
    for step in STATES[1 : STATES.index(state) + 1]:
        changed = build.change("plan", written.plan_id, {"status": step}).require(200)
        written.states.append(str(changed.json_at("/plan")["status"]))


def release(build: Build, written: Written) -> Stock:
    """Release a plan, and return the stock before and after."""
    before = stock(build)
    bring_to(build, written, "released")
    return Stock(before, stock(build))


def stock(build: Build) -> dict[str, float]:
    """Return the stock of each material."""
    return {str(row["code"]): float(row["stock"]) for row in build.green.query("materials")}


def in_state(build: Build, made: Made, state: str) -> Written:
    """Create a plan and bring it to a state.

    Raises:
        Unverified: If there is no such state.
    """
    if state not in STATES:
        raise Unverified(f"there is no state {state!r}; known are {', '.join(STATES)}")
    written = writing.create(build, made, 2)
    bring_to(build, written, state)
    return written


def moved(build: Build, written: Written) -> dict[str, float]:
    """Return what the movements on record say a plan has taken of each material."""
    found: dict[str, float] = {}
    for row in build.green.query("movements", plan=written.plan_id):
        found[row["material"]] = found.get(row["material"], 0.0) + float(row["quantity"])
    return dict(sorted(found.items()))
