"""Mails as they were sent: their header, their text, and the moment that they announce."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_string, policy
from email.utils import getaddresses, parsedate_to_datetime

from gonogo.outcome import Missed

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:,? (?:at )?(\d\d:\d\d))?")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True)
class Mail:
    """One mail: its subject, the addresses it went to, when it was sent (UTC), its text."""

    subject: str
    to: tuple[str, ...]
    sent: datetime
    body: str

    @property
    def addresses(self) -> list[str]:
        """The mail addresses in its text, in order."""
        return _ADDRESS.findall(self.body)

    def announced(self, name: str) -> datetime:
        """Return the first moment that its text names, such as 2026-11-02 06:00, in UTC; midnight of a mere day.

        Args:
            name: What to call it in a message.

        Raises:
            Missed: If it names no date.
        """
        found = _MOMENT.search(self.body)
        if found is None:
            raise Missed(f"{name} names no date such as 2026-11-02; nobody can prepare for it")
        return datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}").replace(tzinfo=UTC)


def parse(text: str, name: str) -> Mail:
    """Read a mail.

    Args:
        text: Header lines, an empty line, the text.
        name: What to call it in a message.

    Raises:
        Missed: If its header lacks subject, addressees or date.
    """
    message = message_from_string(text, policy=policy.default)
    lacking = [header for header in ("Subject", "To", "Date") if not message[header]]
    if lacking:
        raise Missed(f"{name} has no {' and no '.join(lacking)} line; no mail goes without")
    to = tuple(address for _, address in getaddresses([str(message["To"])]))
    body = "" if message.is_multipart() else str(message.get_content())
    return Mail(str(message["Subject"]), to, _instant(str(message["Date"]), name), body)


def _instant(text: str, name: str) -> datetime:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        raise Missed(f"{name}: {text!r} is no date of a mail") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
