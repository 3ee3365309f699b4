"""A loopback server for the client modules' tests: the real files of `static/`, pages and answers that a test sets.

Every page carries the product's strict policy, so a module that needs an inline style or script fails here.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

STATIC = Path(__file__).resolve().parents[3] / "static"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; font-src 'self'"
TYPES = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: Message
    body: str

    @property
    def form(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(self.body, keep_blank_values=True).items()}


@dataclass
class Answer:
    data: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    type: str = "application/json"

    def body(self) -> bytes:
        if self.data is None:
            return b""
        if isinstance(self.data, bytes):
            return self.data
        return (self.data if isinstance(self.data, str) else json.dumps(self.data)).encode()


Route = Callable[[Request], Answer]


class HarnessServer:
    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.routes: dict[str, Route] = {}
        self.requests: list[Request] = []
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def reset(self) -> None:
        self.pages, self.routes, self.requests = {}, {}, []

    def answer(self, request: Request) -> Answer:
        if request.path.startswith("/static/"):
            return self._static(request.path)
        if request.path in self.pages and request.method == "GET":
            return Answer(self.pages[request.path], type="text/html; charset=utf-8")
        self.requests.append(request)
        route = self.routes.get(f"{request.method} {request.path}")
        return route(request) if route else Answer({"title": "No such route"}, status=404)

    def _static(self, path: str) -> Answer:
        file = STATIC / path.removeprefix("/static/")
        if not file.is_file():
            return Answer(status=404)
        return Answer(file.read_bytes(), type=TYPES.get(file.suffix, "text/plain"))

    def calls(self, method: str, path: str) -> list[Request]:
        return [request for request in self.requests if (request.method, request.path) == (method, path)]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                query = parse_qs(parts.query, keep_blank_values=True)
                answer = server.answer(Request(self.command, parts.path, query, self.headers, body))
                payload = b"" if answer.status == 304 else answer.body()
                self.send_response(answer.status)
                headers = {"Content-Type": answer.type, "Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
                for name, value in (headers | answer.headers | {"Content-Length": str(len(payload))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(payload)

            do_GET = do_POST = do_PATCH = do_DELETE = serve  # noqa: N815  the base class looks these names up

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's signature
                pass

        return Handler
