"""A balancer's configuration, read as nginx reads it: the servers behind an upstream, or what is wrong.

It names the plan's ports; where those are published on this machine only the rendered file says, line by line the same.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

TOKEN = re.compile(r"""\#[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]|[^\s{};"']+|\n""")
SERVER_PARAMETERS = re.compile(r"weight=[1-9]\d*|max_conns=\d+|max_fails=\d+|fail_timeout=\d+(ms|s|m)?|backup|down")
# What may stand where: enough for a balancer, and a slip of the pen is found.
PROXY = frozenset(
    (
        *("proxy_http_version", "proxy_set_header", "proxy_buffering", "proxy_read_timeout", "proxy_connect_timeout"),
        "proxy_pass_request_body",
    )
)
DIRECTIVES: Mapping[str, frozenset[str]] = {
    "main": frozenset(("upstream", "server", "map")),
    "upstream": frozenset(("server", "keepalive")),
    "server": PROXY.union(("listen", "server_name", "location")),
    "location": PROXY.union(("proxy_pass", "auth_request", "internal")),
}


class Refused(Exception):
    """A configuration that cannot be used; the message is nginx's: the problem, the file and the line."""

    def __init__(self, problem: str, file: Path, line: int) -> None:
        super().__init__(f"nginx: [emerg] {problem} in {file}:{line}")


@dataclass(frozen=True)
class Server:
    """One server of the upstream block."""

    port: int
    weight: int
    down: bool


@dataclass
class Directive:
    """A directive, its arguments, and what stands in its block."""

    line: int
    words: list[str]
    block: "list[Directive] | None" = None


@dataclass
class _Reader:
    file: Path
    text: str
    line: int = 1
    words: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self.words = (match[0] for match in TOKEN.finditer(self.text))

    def block(self, inside: str) -> list[Directive]:
        """Read directives up to the closing brace, or the end of the file at the outermost level."""
        found: list[Directive] = []
        words: list[str] = []
        for word in self.words:
            self.line += word.count("\n")
            if word.isspace() or word.startswith("#"):
                continue
            if word == "}":
                if words or inside == "main":
                    raise Refused('unexpected "}"', self.file, self.line)
                return found
            if word not in ("{", ";"):
                words.append(word.strip("\"'"))
                continue
            found.append(self._directive(inside, words, opens=word == "{"))
            words = []
        if words or inside != "main":
            expected = '";" or "}"' if inside != "main" else '";"'
            raise Refused(f"unexpected end of file, expecting {expected}", self.file, self.line)
        return found

    def _directive(self, inside: str, words: list[str], *, opens: bool) -> Directive:
        if not words:
            raise Refused(f'unexpected "{"{" if opens else ";"}"', self.file, self.line)
        if inside != "map" and words[0] not in DIRECTIVES[inside]:
            raise Refused(f'unknown directive "{words[0]}"', self.file, self.line)
        if opens != (words[0] in (*DIRECTIVES, "map") and inside not in ("upstream", "map")):
            problem = 'has no opening "{"' if not opens else 'is not terminated by ";"'
            raise Refused(f'directive "{words[0]}" {problem}', self.file, self.line)
        directive = Directive(self.line, words)
        if opens:
            directive.block = self.block(words[0])
        return directive


def parse(file: Path) -> list[Directive]:
    """Return the directives of a file; raises Refused where nginx would not take it either."""
    return _Reader(file, file.read_text(encoding="utf-8")).block("main")


def read(file: Path, upstream: str) -> list[Server]:
    """Return the servers of the block that the balancer uses.

    Raises:
        Refused: nginx would not take it either, or no server in it is live.
    """
    blocks = [one for one in parse(file) if one.words[:2] == ["upstream", upstream]]
    if not blocks:
        raise Refused(f'host not found in upstream "{upstream}"', file, 1)
    entries = [one for one in blocks[0].block or [] if one.words[0] == "server"]
    if not entries:
        raise Refused("no servers are inside upstream", file, blocks[0].line)
    servers = [_server(file, entry) for entry in entries]
    if all(server.down for server in servers):
        raise Refused(f'no live upstreams in "{upstream}"', file, blocks[0].line)
    return servers


def _server(file: Path, entry: Directive) -> Server:
    if len(entry.words) < 2:
        raise Refused('invalid number of arguments in "server" directive', file, entry.line)
    address, *parameters = entry.words[1:]
    for parameter in parameters:
        if not SERVER_PARAMETERS.fullmatch(parameter):
            raise Refused(f'invalid parameter "{parameter}"', file, entry.line)
    port = address.rpartition(":")[2]
    if not port.isdigit():
        raise Refused(f'invalid port in upstream "{address}"', file, entry.line)
    weight = next((int(one.removeprefix("weight=")) for one in parameters if one.startswith("weight=")), 1)
    return Server(int(port), weight, "down" in parameters)


def render(text: str, ports: Mapping[int, int], listen: int) -> str:
    """Return a configuration with this machine's ports in place of the plan's, line by line the same."""
    for name, port in ports.items():
        text = re.sub(rf"\b(?:localhost|127\.0\.0\.1):{name}\b", f"127.0.0.1:{port}", text)
    return re.sub(r"\blisten\s+80;", f"listen 127.0.0.1:{listen};", text)
