"""A server that says what was written down: answers by address, and what was asked, in order."""

from email.message import Message
from urllib.request import Request

from adit.evidence.sources.fetching import Response


class Written:
    """One answer, read in pieces as from a network."""

    def __init__(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.status = status
        self.headers = Message()
        for name, value in headers.items():
            self.headers[name.replace("_", "-")] = value
        self.closed = False
        self._body = body
        self._read = 0

    def read(self, amount: int, /) -> bytes:
        piece = self._body[self._read : self._read + min(amount, 1000)]
        self._read += len(piece)
        return piece

    def close(self) -> None:
        self.closed = True


class Server:
    """An opener for tests. An address that is not among the answers is one that the server does not have."""

    def __init__(self, answers: dict[str, bytes | Written | Exception]) -> None:
        self.answers = answers
        self.asked: list[Request] = []

    def __call__(self, request: Request, seconds: float) -> Response:
        assert seconds > 0
        self.asked.append(request)
        answer = self.answers.get(request.full_url, Written(b"not here", 404))
        if isinstance(answer, Exception):
            raise answer
        return Written(answer) if isinstance(answer, bytes) else answer
