"""What is looked for in the checkout is found where it is, and a document without samples is no clean one."""

from pathlib import Path

import pytest

from gonogo.evidence import Evidence
from gonogo.outcome import Inconclusive, Missed, Unverified
from gonogo.probes.folder import FolderProbe
from gonogo.secrets import Redactor
from gonogo.settings import FolderSettings
from systems.mes.repository import fields, samples, search


@pytest.fixture
def checkout(tmp_path: Path) -> FolderProbe:
    folder = tmp_path / "checkout"
    for name, text in {
        "server/mesRoutes.js": "if (plan.executionGraph) return convertExecutionGraphToNodes(plan.executionGraph);\n",
        "domains/production/js/planDesigner.js": 'field("Time", "time", "op-time");\nNumber(row.nominalTime);\n',
        "tests/mes/old.test.js": "// backward compatibility\n",
        "archives/migration-2025-11/README.md": "executionGraph\n",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return FolderProbe("repository", FolderSettings(path=str(folder)), Evidence(tmp_path, Redactor()))


@pytest.mark.parametrize(
    ("place", "trace", "files"),
    [
        ("the plan routes", "the execution graph", ["server/mesRoutes.js"]),
        ("the plan designer", "the old field names", ["domains/production/js/planDesigner.js"]),
        ("the plan designer", "the execution graph", []),
        ("the tests", "backward compatibility", ["tests/mes/old.test.js"]),
        ("the repository without its archives", "the execution graph", ["server/mesRoutes.js"]),
    ],
)
def test_a_trace_is_found_in_its_place_and_not_in_the_archive(
    checkout: FolderProbe, place: str, trace: str, files: list[str]
) -> None:
    assert sorted({match.file for match in search(checkout, place, trace)}) == files


def test_a_place_without_files_proves_nothing(checkout: FolderProbe) -> None:
    with pytest.raises(Inconclusive):
        search(checkout, "the API documentation", "the execution graph")


@pytest.mark.parametrize(("place", "trace"), [("the attic", "the execution graph"), ("the tests", "dust")])
def test_an_unknown_place_or_trace_is_named(checkout: FolderProbe, place: str, trace: str) -> None:
    with pytest.raises(Unverified, match=r"the attic|dust"):
        search(checkout, place, trace)


def test_samples_are_the_indented_documents_of_a_text() -> None:
    text = 'Request:\n\n    {"nodes": [{"time": 1}]}\n\nno sample: {"a": 1}\n'
    assert samples(text, "API.md") == [{"nodes": [{"time": 1}]}]
    assert sorted(fields(samples(text, "API.md"))) == ["nodes", "time"]


@pytest.mark.parametrize(("text", "said"), [("no sample here\n", "no sample"), ("    {nodes: 1}\n", "no JSON")])
def test_no_sample_and_a_broken_one_are_missed(text: str, said: str) -> None:
    with pytest.raises(Missed, match=said):
        samples(text, "API.md")
