"""Texts from a target, made safe to print, store and send."""

import re

_UNSAFE = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"  # compiled at first use: few texts have any


def clean(text: str) -> str:
    """Show control characters, lone surrogates and characters that reverse writing as escapes.

    A terminal would obey the first, no file can hold the second, and the third show a reader something else than is
    there. Line ends and tabs stay.
    """
    if text.isascii() and text.isprintable():
        return text
    storable = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return re.sub(_UNSAFE, lambda found: f"\\u{ord(found[0]):04x}", storable)
