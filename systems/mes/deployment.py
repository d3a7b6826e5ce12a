"""What a served page says of itself."""

from html.parser import HTMLParser


class _Release(HTMLParser):
    found: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "meta" and values.get("name") == "release":
            self.found = values.get("content")


def page_release(page: str) -> str | None:
    """Return the release that an HTML page names in its meta element "release"; None where it names none."""
    parser = _Release()
    parser.feed(page)
    return parser.found
