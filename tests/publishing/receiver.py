"""A CMS's end of the webhooks, on this machine: takes, fails, stalls, redirects, refuses and hangs up as it is told to."""

import socket
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Message:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """`status` 0 closes the connection without a word; `stall` waits before it answers."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    stall: float = 0.0


class Receiver:
    """`answers` are given in turn, then `usual` for ever; `messages` lists what came."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.usual = Answer()
        self.messages: list[Message] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._socket.getsockname()[1]}/hook"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._take, args=[connection], daemon=True).start()

    def _take(self, connection: socket.socket) -> None:
        with connection:
            data = b""
            while b"\r\n\r\n" not in data:
                piece = connection.recv(65536)
                if not piece:
                    return
                data += piece
            head, _, body = data.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            while len(body) < int(headers.get("content-length", "0")):
                body += connection.recv(65536)
            self.messages.append(Message(first.split(" ")[1], headers, body))
            answer = self.answers.pop(0) if self.answers else self.usual
            time.sleep(answer.stall)
            if answer.status:
                extra = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
                start = f"HTTP/1.1 {answer.status} X\r\nContent-Length: {len(answer.body)}\r\nConnection: close\r\n{extra}\r\n"
                try:
                    connection.sendall(start.encode() + answer.body)
                except OSError:
                    return  # the sender has given up waiting, which is what a stalling test is about
