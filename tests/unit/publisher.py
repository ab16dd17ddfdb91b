"""A publisher's COUNTER API for tests: a server on this machine that gives the answers it is told to.

Belongs here: the server and its answers. Does not belong here: any claim.
"""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.unit.counter_reports import answer

Answer = tuple[int, dict[str, str], str]


def report(**header: Any) -> str:
    item = {"Platform": "S", "Attribute_Performance": [{"Performance": {"Unique_Item_Requests": {"2026-01": 4}}}]}
    return answer([item], Report_ID="PR", **header)


def exception(code: int, message: str = "in the publisher's words") -> str:
    return json.dumps({"Code": code, "Severity": "Error", "Message": message})


@dataclass
class Publisher:
    """`answers` are given one after the other, the last one again and again; `asked` are the paths with queries."""

    url: str
    answers: list[Answer]
    asked: list[str] = field(default_factory=list)


@contextmanager
def publisher(*answers: Answer) -> Iterator[Publisher]:
    """A publisher that gives `answers`: status, headers, body."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answers[min(len(stand_in.asked), len(answers) - 1)]
            stand_in.asked.append(self.path)
            self.send_response(status)
            for name, text in {"Content-Length": str(len(body.encode())), **headers}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        stand_in = Publisher(f"http://127.0.0.1:{server.server_port}", list(answers))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield stand_in
        finally:
            server.shutdown()
            thread.join()
