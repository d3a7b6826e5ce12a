"""Environment files: each file below environment_cases/ is a case; a bad one stands beside the exact text it earns."""

from pathlib import Path

import pytest

from gonogo.environment import digest_of, kind_of, load, names
from gonogo.outcome import UsageError
from gonogo.settings import Environment

CASES = Path(__file__).parent / "environment_cases"
VARIABLES = {
    "MES_HOST": "mes.example.com",
    "MES_URL": "https://mes.example.com",
    "MES_TOKEN": "canary-token-77",
    "SHORT": "abc",
}


def good(name: str) -> Environment:
    return load(CASES / "good", name, VARIABLES)


@pytest.mark.parametrize("name", names(CASES / "good"))
def test_a_good_file_is_read(name: str) -> None:
    environment = good(name)

    assert environment.name == name
    assert environment.kind == "staging"
    assert environment.targets["mes"].base_url == "https://mes.example.com"


@pytest.mark.parametrize("name", names(CASES / "bad"))
def test_a_bad_file_is_refused_with_the_words_beside_it(name: str) -> None:
    path = CASES / "bad" / f"{name}.toml"

    with pytest.raises(UsageError) as refused:
        load(CASES / "bad", name, VARIABLES)

    assert str(refused.value) == path.with_suffix(".txt").read_text().rstrip("\n").replace("{path}", str(path))
    assert "canary-token" not in str(refused.value)


def test_variables_are_filled_in_and_secrets_are_known() -> None:
    environment = good("variables")
    mes = environment.targets["mes"]

    assert environment.guard.allowed_hosts == ("mes.example.com",)
    assert mes.database is not None
    assert mes.database.port == 5433
    assert mes.commands["migrate"].env == {"MES_HOME": "mes.example.com"}
    assert [secret.reveal() for secret in environment.secrets()] == ["canary-token-77", "canary-token-77"]
    assert "canary-token" not in repr(environment)


def test_a_table_with_an_optional_variable_that_is_unset_is_left_out() -> None:
    mes = good("optional").targets["mes"]

    assert mes.redis is None
    assert list(mes.logs) == ["audit"]


def test_labels_may_be_called_env_and_are_no_variables() -> None:
    mes = good("metrics").targets["mes"]

    assert mes.prometheus is not None
    assert mes.prometheus.labels == {"env": "staging"}
    assert {metric.kind for metric in mes.metrics.values()} == {
        "prometheus", "exposition", "sql", "redis", "cloudwatch", "survey",
    }  # fmt: skip


def test_an_empty_variable_counts_as_unset() -> None:
    with pytest.raises(UsageError, match=r"unset variables: MES_URL \(for targets.mes.base_url\)"):
        load(CASES / "good", "variables", {**VARIABLES, "MES_URL": ""})


def test_mutations_and_load_are_refused_unless_the_file_says_otherwise() -> None:
    assert (good("whole").guard.mutations, good("whole").guard.load) == ("allow", "allow")
    assert good("least").guard.load == "refuse"


def test_an_environment_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        good("least").guard.mutations = "allow"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("whol", ", did you mean 'whole'?"), ("Whole", ", did you mean 'whole'?"), ("whole ", ", did you mean 'whole'?")]
    + [(name, "") for name in ("../bad/no-toml", "/etc/passwd", "", "x" * 100)],
)
def test_an_unknown_name_is_refused_with_the_closest_and_all_valid_ones(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        good(name)

    assert str(refused.value).startswith(f"--env: there is no environment {name!r}{hint}")
    assert str(refused.value).endswith("Valid: least, metrics, optional, variables, whole")


def folder_with(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    return folder


LEAST = (CASES / "good" / "least.toml").read_text()


def test_a_file_lies_over_the_files_it_extends(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    folder_with(shared, mes='[targets.mes]\nbase_url = "http://x"\ndeadline_s = 3\n[targets.mes.texts]\na = "b"\n')
    folder_with(tmp_path, staging=f'extends = ["shared/mes.toml"]\n{LEAST}')

    mes = load(tmp_path, "staging", {}).targets["mes"]

    assert (mes.base_url, mes.deadline_s, mes.texts) == ("https://mes.example.com", 3, {"a": "b"})


def test_what_is_extended_lies_below_the_environments(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / "outside.toml").write_text("")
    folder = folder_with(tmp_path / "environments", staging=f'extends = ["../outside.toml"]\n{LEAST}')

    with pytest.raises(UsageError, match=r"extends: there is no file '\.\./outside\.toml' below"):
        load(folder, "staging", {})


def test_the_digest_changes_with_the_file_and_with_what_it_extends(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "mes.toml").write_text("")
    folder = folder_with(tmp_path, staging=f'extends = ["shared/mes.toml"]\n{LEAST}')
    first = digest_of(folder / "staging.toml")
    (tmp_path / "shared" / "mes.toml").write_text("# changed\n")

    assert load(folder, "staging", {}).digest == digest_of(folder / "staging.toml") != first


def test_the_kind_is_known_without_any_variable(tmp_path: Path) -> None:
    assert kind_of(CASES / "good" / "variables.toml") == "staging"
    with pytest.raises(UsageError, match=r"kind must be one of hermetic, staging, production \(given: 'prod'\)"):
        kind_of(CASES / "bad" / "unknown-kind.toml")


SHIPPED = Path(__file__).parent.parent / "environments"
STAGING = {
    "MES_HOST": "mes.staging.example.com",
    "MES_URL": "https://mes.staging.example.com",
    "MES_DB_HOST": "db.staging.example.com",
    "MES_DB_NAME": "mes",
    "MES_DB_USER": "reader",
    "MES_DB_PASSWORD": "a-long-password-1",
}


def test_staging_as_shipped_needs_six_variables_and_leaves_out_what_is_optional():
    environment = load(SHIPPED, "staging", STAGING)
    mes = environment.targets["mes"]
    assert environment.kind == "staging"
    assert mes.database is not None
    assert mes.logs == {}
    assert "migrate" not in mes.commands
    assert "validation error rate" in mes.metrics


def test_staging_as_shipped_takes_its_optional_tables():
    variables = {**STAGING, "MES_SSH": "staging-server", "MES_LOG_FILE": "/var/log/burkol/backend.log"}
    mes = load(SHIPPED, "staging", variables).targets["mes"]
    assert mes.commands["migrate"].argv[:2] == ("ssh", "staging-server")
    assert mes.logs["backend"].path == "/var/log/burkol/backend.log"


def test_prod_as_shipped_needs_two_variables_and_refuses_to_change_anything():
    environment = load(SHIPPED, "prod", {"MES_HOST": "mes.example.com", "MES_URL": "https://mes.example.com"})
    assert environment.guard.mutations == "refuse"
    assert environment.targets["mes"].database is None
    assert environment.targets["mes"].version.probes == 10


def test_every_shipped_environment_has_its_own_hosts_by_variable():
    for name in ("staging", "prod"):
        text = (SHIPPED / f"{name}.toml").read_text(encoding="utf-8")
        assert 'base_url = { env = "MES_URL" }' in text
