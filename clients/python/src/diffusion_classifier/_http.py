"""Sends requests, again where that is worth it, and reads streams on where they broke."""

from __future__ import annotations

import http.client
import json
import random
import time
import urllib.error
import urllib.request
import uuid
from email.utils import parsedate_to_datetime
from typing import Any, Callable, Dict, Iterable, Iterator, NamedTuple, Optional, Type, TypeVar, Union
from urllib.parse import quote

from ._json import read
from .errors import UNEXPECTED_ANSWER, UNREACHABLE, ClassifierError

T = TypeVar("T")

#: A body: bytes, or what makes it anew each time it is sent, piece by piece.
Body = Union[None, bytes, Callable[[], Iterable[bytes]]]

FIRST_WAIT = 0.5  # seconds, doubled each time, where the server does not say how long
MAY_PASS = (408, 429, 502, 503)
BROKEN = (OSError, http.client.HTTPException)


class Message(NamedTuple):
    """A request as it is sent. ``retries``: how often again; None: as the client's settings say."""

    method: str
    path: str
    body: Body = None
    headers: Dict[str, str] = {}
    key: Optional[str] = None
    retries: Optional[int] = None

    @staticmethod
    def post(path: str, body: Any, key: Optional[str] = None) -> "Message":
        """JSON, which may be sent several times and counts as one request."""
        return Message("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"}, key or uuid.uuid4().hex)


class StreamEnded(OSError):
    """A stream ended before its last item."""


class Connection:
    """Where the server is and how patient its client is."""

    def __init__(self, address: str, api_key: Optional[str], timeout: float, retries: int, patience: float) -> None:
        self.address = address.rstrip("/")
        self.api_key = api_key
        self.timeout = timeout
        self.retries = retries
        self.patience = patience
        self.sleep: Callable[[float], None] = time.sleep
        self._opener = urllib.request.build_opener(_PatientHttp, _PatientHttps)

    def answer(self, kind: Type[T], message: Message) -> T:
        """What a request is answered with."""
        return read(kind, self.json(message))

    def pages(self, kind: Type[T], path: str, name: str) -> Iterator[T]:
        """The items of all pages of a list."""
        before = ""
        while True:
            page = self.json(Message("GET", f"{path}?limit=100{before}"))
            for item in page[name]:
                yield read(kind, item)
            if page["next"] is None:
                return
            before = f"&before={quote(page['next'], safe='')}"

    def json(self, message: Message) -> Any:
        """The JSON that a request is answered with."""
        with self.open(message) as response:
            return parse(response.read())

    def open(self, message: Message) -> Any:
        """The response to a request, with a status of success."""
        headers = dict(message.headers)
        if message.key:
            headers["Idempotency-Key"] = message.key
        if self.api_key:
            headers["Authorization"] = f"Bearer {self.api_key}"
        retries = self.retries if message.retries is None else message.retries
        attempt = 0
        while True:
            try:
                body: Any = message.body() if callable(message.body) else message.body
                request = urllib.request.Request(self.address + message.path, data=body, headers=headers, method=message.method)
                return self._opener.open(request, timeout=self.timeout)
            except urllib.error.HTTPError as response:
                error = problem(response)
                wait = error.retry_after
                may_pass = response.code in MAY_PASS and (wait or 0) <= self.patience
            except BROKEN as cause:
                error = ClassifierError(UNREACHABLE, f"{self.address} cannot be reached: {getattr(cause, 'reason', cause)}")
                error.__cause__ = cause
                wait, may_pass = None, True
            if not may_pass or attempt >= retries:
                raise error
            self.sleep(self._backoff(attempt) if wait is None else wait)
            attempt += 1

    def read_on(self, stream: Callable[[], Iterator[T]]) -> Iterator[T]:
        """The items of a stream, which is opened again where it breaks; it ends by itself only at its end, and knows what has been seen."""
        failures = 0
        while True:
            try:
                for item in stream():
                    failures = 0  # in a row
                    yield item
                return
            except BROKEN as cause:
                if failures >= self.retries:
                    raise ClassifierError(UNREACHABLE, f"The connection to {self.address} was lost: {cause}") from cause
            self.sleep(self._backoff(failures))
            failures += 1

    @staticmethod
    def _backoff(attempt: int) -> float:
        return FIRST_WAIT * 2.0**attempt * random.uniform(0.5, 1.0)


def parse(text: Union[bytes, str]) -> Any:
    """JSON that the service wrote."""
    try:
        return json.loads(text)
    except ValueError as cause:
        text = "What came is not an answer of this service: check the address, and its version."
        raise ClassifierError(UNEXPECTED_ANSWER, text) from cause


def problem(response: urllib.error.HTTPError) -> ClassifierError:
    """The error that a response is: problem+json (RFC 9457)."""
    with response:
        body = response.read()
    wait = _retry_after(response.headers.get("Retry-After"))
    try:
        return error_of(json.loads(body), response.code, wait)
    except (ValueError, KeyError, TypeError):
        text = f"{response.url} answered {response.code} {response.reason}, which is not an answer of this service."
        return ClassifierError(UNEXPECTED_ANSWER, text, status=response.code, retry_after=wait)


def error_of(body: Dict[str, Any], status: Optional[int] = None, wait: Optional[float] = None) -> ClassifierError:
    """The error that a problem object is."""
    return ClassifierError(
        body["code"],
        body["detail"],
        status=status or body.get("status"),
        field=body.get("field"),
        retry_after=wait,
        trace_id=body.get("traceId"),
    )


def _retry_after(value: Optional[str]) -> Optional[float]:
    if value is None:
        return None
    return float(value) if value.isdecimal() else max(0.0, parsedate_to_datetime(value).timestamp() - time.time())


# A server that refuses a long body answers before it has read it, and closes: the answer is there, though sending has failed.
class _Patient:
    def endheaders(self, message_body: Any = None, *, encode_chunked: bool = False) -> None:
        try:
            super().endheaders(message_body, encode_chunked=encode_chunked)  # type: ignore[misc]
        except (BrokenPipeError, ConnectionResetError):
            pass


class _PatientConnection(_Patient, http.client.HTTPConnection):
    pass


class _PatientTlsConnection(_Patient, http.client.HTTPSConnection):
    pass


class _PatientHttp(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_PatientConnection, req)  # type: ignore[arg-type]


class _PatientHttps(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_PatientTlsConnection, req)  # type: ignore[arg-type]
