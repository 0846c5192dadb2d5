"""Little servers on this machine for tests: they keep what they were asked and answer as they are told."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server:
    """A server that keeps what it was asked and answers as it is told."""

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        told = self

        class Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                content = self.rfile.read(int(self.headers.get("content-length", 0)))
                told.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, content))
                answer(self)

            do_GET = do_POST = _any  # noqa: N815 - names of http.server

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                pass  # a client that hangs up is what some of these tests are about

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.port = int(self.http.server_address[1])


@contextmanager
def serving(
    answer: Callable[[BaseHTTPRequestHandler], None], context: ssl.SSLContext | None = None
) -> Iterator[Server]:
    server = Server(answer)
    if context is not None:
        server.http.socket = context.wrap_socket(server.http.socket, server_side=True)
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.http.shutdown()
        server.http.server_close()
        thread.join()


def saying(
    text: bytes, status: int = 200, headers: Mapping[str, str] | None = None
) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(text)))
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(text)

    return answer
