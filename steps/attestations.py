"""What people sign for, because no probe can see it."""

from pytest_bdd import then

from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from steps.parameters import phrase


@then(phrase("the {role} has signed for it"))
def signed(bench: Workbench, recorder: Recorder, role: str) -> None:
    """Require a valid attestation for every criterion of the scenario, by somebody in that role."""
    recorder.require_each(lambda criterion: bench.register.judge(criterion, role=role))


@then(phrase("{what} signed for as {criterion}"))
def other_signed(bench: Workbench, recorder: Recorder, criterion: str) -> None:
    """Require a valid attestation for the criterion of another scenario, which this one rests on."""
    recorder.require(bench.register.judge(criterion))
