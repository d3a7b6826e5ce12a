"""Allure's decorators (`@allure.epic`, `@allure.issue` and so on) where allure-pytest's own plugin is left out.

That plugin is slow to import, and its decorators only leave marks: these leave the same ones.
"""

from collections.abc import Callable, Mapping
from typing import Any

import allure_commons
import pytest

MARKERS = {
    "allure_label": "a label of the result",
    "allure_link": "a link of the result",
    "allure_description": "the description of the result",
    "allure_description_html": "the description of the result, as HTML",
}


class AllureDecorators:
    """Answers allure's decorators with pytest's marks.

    Args:
        links: Returns the pattern of the URL for each type of link, with {} for the id; asked when a link is made.
    """

    def __init__(self, links: Callable[[], Mapping[str, str]]) -> None:
        self._links = links

    @allure_commons.hookimpl
    def decorate_as_title(self, test_title: str) -> Callable[[Any], Any]:
        """`@allure.title(...)`."""

        def decorate(function: Any) -> Any:
            function.__allure_display_name__ = test_title
            return function

        return decorate

    @allure_commons.hookimpl
    def decorate_as_description(self, test_description: str) -> pytest.MarkDecorator:
        """`@allure.description(...)`."""
        return pytest.mark.allure_description(test_description)

    @allure_commons.hookimpl
    def decorate_as_description_html(self, test_description_html: str) -> pytest.MarkDecorator:
        """`@allure.description_html(...)`."""
        return pytest.mark.allure_description_html(test_description_html)

    @allure_commons.hookimpl
    def decorate_as_label(self, label_type: Any, labels: tuple[Any, ...]) -> pytest.MarkDecorator:
        """`@allure.label(...)`, epic, feature, story, severity and so on."""
        return pytest.mark.allure_label(*labels, label_type=label_type)

    @allure_commons.hookimpl
    def decorate_as_link(self, url: str, link_type: Any, name: str | None) -> pytest.MarkDecorator:
        """`@allure.link(...)`, issue and testcase."""
        address = self._links().get(str(link_type), "{}").replace("{}", url)
        return pytest.mark.allure_link(address, name=name or address, link_type=link_type)
