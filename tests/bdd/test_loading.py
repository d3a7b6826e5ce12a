"""A package of step modules is loaded at once: steps, fixtures, hooks, and explained assertions."""

import pytest

pytest_plugins = ["pytester"]

MORE = """
    import pytest
    from pytest_bdd import given, then

    @pytest.fixture
    def price(): return 10

    @pytest.fixture(autouse=True)
    def always():
        yield
        print("always")

    @given("a shop that is open")
    def is_open(): pass

    @then("the price is right")
    def is_right(price): assert price == 10

    def pytest_bdd_after_step(step): print("heard of", step.name)
"""


@pytest.fixture
def package(project):
    """Make a package of two vocabularies and a module that is none, loaded by conftest.py."""
    project.write("vocabularies/__init__.py", "")
    project.write("vocabularies/shop.py", (project.pytester.path / "shop_steps.py").read_text())
    project.write("vocabularies/more.py", MORE)
    project.write("vocabularies/phrases.py", "raise RuntimeError('not a vocabulary')")
    project.write(
        "conftest.py",
        """
        from gonogo.bdd.loading import load_steps
        def pytest_configure(config): load_steps(config, "vocabularies", leave_out=("phrases",))
    """,
    )
    return project


def test_steps_fixtures_and_hooks_of_all_modules_are_known(package):
    package.feature("Scenario: One\n  Given a shop that is open\n  And 1 plans\n  Then the price is right")
    result = package.run("features", "-s")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*heard of a shop that is open", "heard of 1 plans", "*always"])


def test_assertions_are_explained(package):
    package.feature("Scenario: One\n  Given 1 plans\n  Then there are 2 plans")
    package.run("features").stdout.fnmatch_lines(["AssertionError: 1 plans, required 2", "assert 1 == 2"])


def test_two_modules_that_define_the_same_phrase_are_ambiguous(package):
    package.write("vocabularies/again.py", "from pytest_bdd import given\n@given('a shop')\ndef again(): pass\n")
    package.feature("Scenario: One\n  Given a shop")
    output = package.run("features").stdout
    output.fnmatch_lines(["*ambiguous step: Given a shop", "*vocabularies/again.py:2*", "*vocabularies/shop.py:4*"])


def test_a_nearer_conftest_still_overrides(package):
    package.write(
        "features/conftest.py",
        """
        from pytest_bdd import given
        @given("a shop")
        def nearer(): raise AssertionError("the nearer one")
    """,
    )
    package.feature("Scenario: One\n  Given a shop")
    [record] = package.records("features")
    assert record["error"]["message"] == "the nearer one"


def test_unused_definitions_are_found(package):
    package.feature("Scenario: One\n  Given a shop that is open\n  Then the price is right")
    result = package.run("--unused-steps", "features")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["vocabularies/shop.py:4: unused step 'a shop'", "4 unused step definitions"])


def test_several_processes_load_it_too(package):
    package.feature("Scenario: One\n  Given a shop that is open\nScenario: Two\n  Given a shop")
    package.pytester.runpytest_subprocess("-p", "xdist.plugin", "-n", "2", "features").assert_outcomes(passed=2)


def test_a_package_that_is_not_there_is_told(package):
    package.write(
        "conftest.py",
        """
        from gonogo.bdd.loading import load_steps
        def pytest_configure(config): load_steps(config, "no_such_package")
    """,
    )
    result = package.run("features")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no package 'no_such_package' to load steps from*"])
