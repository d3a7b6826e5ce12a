"""The plan designer, as the people who use it see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gonogo.probes.browser import BrowserPage
from systems.mes.api import Mes

if TYPE_CHECKING:
    from playwright.sync_api import Locator


@dataclass(frozen=True)
class FormStep:
    """One operation as it is typed into the form: the words are the form's own."""

    operation: str
    time_min: float
    skills: str


TWO_STEPS = (FormStep("OP-CUT", 20, "cutting"), FormStep("OP-PACK", 5, "packing, labelling"))


class Designer:
    """Opens the designer and works with it; what does not appear in time is missed.

    Raises:
        Missed: Every method, when the page does not show or do what it should.
    """

    def __init__(self, browser: BrowserPage, mes: Mes) -> None:
        self.watch = browser.watch
        self._browser = browser
        self._page = browser.open(f"{mes.target.settings.base_url}/designer")

    def save_plan(self, name: str, quantity: int, steps: Sequence[FormStep]) -> str:
        """Fill in the form, save, and return what the page then says."""
        self._see("new-name").fill(name)
        self._see("new-quantity").fill(str(quantity))
        for number, step in enumerate(steps):
            if number:
                self._see("add-operation").click()
            row = self._see("operation-row", number)
            self._in(row, "op-code").select_option(step.operation)
            self._in(row, "op-time").fill(f"{step.time_min:g}")
            self._in(row, "op-skills").fill(step.skills)
        self._see("save-plan").click()
        return self.message()

    def open_plan(self, plan_id: str) -> None:
        """Open one of the listed plans."""
        row = self._page.locator(f'[data-testid="plan-row"][data-plan="{plan_id}"]')
        self._in(self._browser.shown(row, f"the plan {plan_id} in the list"), "plan-open").click()

    def efficiencies(self, n: int) -> list[str]:
        """Return what the indicators of the first `n` steps of the open plan say, such as "75 %"."""
        rows = [self._see("node-row", number) for number in range(n)]
        return [self._in(row, "efficiency-indicator").inner_text() for row in rows]

    def start_first_assignment(self) -> None:
        """Start the first assignment of the open plan."""
        self._in(self._see("assignment-row"), "start-assignment").click()

    def warning(self) -> str:
        """Return what the warning about a partial reservation says."""
        self._see("reservation-warning")
        return self._see("warning-text").inner_text()

    def decide(self, choice: str) -> str:
        """Answer the warning with "proceed" or "cancel", and return what the page then says."""
        self._see(f"warning-{choice}").click()
        return self.message()

    def message(self) -> str:
        """Return the message at the top of the page."""
        return self._see("message").inner_text()

    def _see(self, test_id: str, number: int = 0) -> "Locator":
        return self._browser.shown(self._page.get_by_test_id(test_id).nth(number), test_id)

    def _in(self, place: "Locator", test_id: str) -> "Locator":
        return self._browser.shown(place.get_by_test_id(test_id), test_id)
