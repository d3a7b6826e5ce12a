"""The checkout of the product: what stands in its code, its documents, its archive and its commits."""

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.probes.folder import Match
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import repository
from systems.mes.api import Mes
from systems.mes.repository import ARCHIVE, OLD_NAMES, SCRIPTS
from systems.papers import Paper, paper_at

LEFT = "remove what is named, and run every test again"


@when(phrase("{place} is searched for {trace}"), target_fixture="matches")
def search(mes: Mes, place: str, trace: str) -> list[Match]:
    return repository.search(mes.target.folder("repository"), place, trace)


@when(phrase("the document {path:text} is read"), target_fixture="paper")
def read_document(mes: Mes, path: str) -> Paper:
    return paper_at(mes.target.folder("repository"), path)


@when("the folders of the migration scripts are listed", target_fixture="listed")
def list_scripts(mes: Mes) -> list[str]:
    names = mes.target.folder("repository").names()
    return [name for name in names if name.rpartition("/")[2] in SCRIPTS]


@when("the commits are read", target_fixture="subjects")
def read_commits(mes: Mes) -> list[str]:
    return [commit.subject for commit in mes.target.folder("repository").commits()]


@then("nothing is found")
def nothing_found(matches: list[Match], recorder: Recorder) -> None:
    shown = "; ".join(str(match) for match in matches[:5])
    measured = Measurement("lines that were found", len(matches), "count", source="folder", query=shown)
    recorder.check(measured, Limit("==", 0, "count"), LEFT)


@then("it is found")
def is_found(matches: list[Match], recorder: Recorder) -> None:
    measured = Measurement("lines that were found", len(matches), "count", source="folder")
    recorder.check(measured, Limit(">", 0, "count"), "merge what is missing, and run every test again")


@then(phrase("it is found in {path:text} and nowhere else"))
def found_only_in(matches: list[Match], recorder: Recorder, path: str) -> None:
    files = ", ".join(sorted({match.file for match in matches})) or "none"
    measured = Measurement("files in which it was found", files, source="folder")
    recorder.check(measured, Limit("==", path), "read the flags in this one module, and take them from there")


@then("each of its samples is in the canonical shape")
def canonical_samples(paper: Paper, recorder: Recorder) -> None:
    found = [set(repository.fields(sample)) for sample in repository.samples(paper.text, paper.file)]
    old = sorted(set().union(*found) & OLD_NAMES)
    measured = Measurement("old fields in the samples", ", ".join(old) or "none", samples=len(found), source="folder")
    canonical = all("nodes" in names for names in found)
    recorder.expect(canonical and not old, measured, "nodes in each, and no old field", f"rewrite {paper.file}")


@then("both scripts are in the archive of the migration, and nowhere else")
def scripts_archived(listed: list[str], recorder: Recorder) -> None:
    measured = Measurement("where the migration scripts lie", ", ".join(sorted(listed)) or "nowhere", source="folder")
    wanted = ", ".join(sorted(f"{ARCHIVE}/{script}" for script in SCRIPTS))
    recorder.check(measured, Limit("==", wanted), "move them there, so that nobody runs them again")


@then(phrase("one of them says {subject:text}"))
def one_says(subjects: list[str], recorder: Recorder, subject: str) -> None:
    alike, newest = subjects.count(subject), "; ".join(subjects[:3])
    measured = Measurement(f"commits {subject!r}", alike, "count", samples=len(subjects), source="git", query=newest)
    recorder.check(measured, Limit(">=", 1, "count"), "auditors look for this message; commit under it")
