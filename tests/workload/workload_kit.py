"""What the tests of workloads share: the server as seen from here, and its certificate."""

import json
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LOCUSTFILES = HERE / "locustfiles"


@dataclass(frozen=True)
class Server:
    """A server on this machine: its ports, and the certificate for the one with TLS."""

    port: int
    tls_port: int
    certificate: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def counted(self) -> dict[str, Any]:
        """Return what it was asked since the last `forget`."""
        return self._ask("/__counted")

    def forget(self) -> None:
        self._ask("/__forget")

    def _ask(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(self.url + path, timeout=10) as reply:
            return dict(json.loads(reply.read() or b"{}"))


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1."""
    file, key = folder / "certificate.pem", folder / "key.pem"
    request = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    command = [*request.split(), "-keyout", str(key), "-out", str(file)]
    subprocess.run(command, check=True, capture_output=True)
    return file, key
