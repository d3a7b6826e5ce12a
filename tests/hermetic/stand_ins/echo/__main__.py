"""Serves its world as JSON, keeps what its control port was told, and logs every request of its product port.

ECHO_MODE makes it misbehave: `refuse`, `crash`, `linger` (closes its stdout a second before it ends), `mute`, `babble`,
`half`, `stubborn` (ignores its end and SIGTERM, as does its child).
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

world = json.loads(sys.stdin.readline())
mode = os.environ.get("ECHO_MODE", "")
home = Path(world["directory"])
log = home / "requests.jsonl"
state: dict[str, object] = {"state": "default", "faults": []}

if mode == "refuse":
    print(json.dumps({"ready": False, "error": "no room for an echo", "remedy": "find a bigger cave"}))
    sys.exit(3)
if mode == "crash":
    sys.exit("the echo fell over")
if mode == "linger":
    os.close(1)
    time.sleep(1)
    sys.exit("the echo faded")
if mode == "mute":
    time.sleep(60)
if mode == "half":
    print(json.dumps({"ready": True, "variables": {}}))
if mode == "babble":
    print("hello there")


class Product(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.answer(200, world)
        with log.open("a", encoding="utf-8") as requests:
            requests.write(json.dumps({"method": "GET", "path": self.path, "status": 200}) + "\n")

    def answer(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        print("chatter that somebody has to read", "x" * 2000)


class Control(Product):
    def do_GET(self) -> None:
        self.answer(200, state)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/faults":
            state["faults"].append(asked["name"])
        elif asked["state"] == "nowhere":
            return self.answer(404, {"error": "there is no state nowhere"})
        else:
            state["state"] = asked["state"]
        return self.answer(200, state)


def serve(handler: type[BaseHTTPRequestHandler]) -> str:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


if mode == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], stdin=subprocess.DEVNULL)
    state["child"] = child.pid
variables = {"ECHO_URL": serve(Product), "ECHO_HOME": f"{home}/it's here", "ECHO_CHILD": str(state.get("child", ""))}
print(
    json.dumps({"ready": True, "variables": variables, "control": serve(Control), "request_log": str(log)}), flush=True
)
while sys.stdin.read(1):
    pass
if mode == "stubborn":
    signal.pause()
