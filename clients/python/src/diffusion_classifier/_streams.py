"""Answers that come piece by piece."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator, NamedTuple, Optional

from ._http import Connection, Message

PIECE = 1 << 16  # bytes that are read at once, at most


class Event(NamedTuple):
    """A server-sent event."""

    name: str
    data: str
    id: Optional[str]


def events(connection: Connection, message: Message) -> Iterator[Event]:
    """The server-sent events that a request is answered with."""
    with connection.open(message._replace(headers={**message.headers, "Accept": "text/event-stream"})) as response:
        yield from parse_events(line.decode() for line in _split(response))


def lines(connection: Connection, message: Message) -> Iterator[bytes]:
    """The lines that a request is answered with."""
    with connection.open(message._replace(headers={**message.headers, "Accept": "application/x-ndjson"})) as response:
        yield from _split(response)


# Not the response's own lines: they end without a word where the connection is lost between two chunks.
def _split(response: Any) -> Iterator[bytes]:
    rest = b""
    while piece := response.read1(PIECE):
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
    if rest:
        yield rest


def parse_events(text: Iterable[str]) -> Iterator[Event]:
    """https://html.spec.whatwg.org/multipage/server-sent-events.html, without what this service never sends."""
    fields: Dict[str, str] = {}
    for line in text:
        line = line.rstrip("\r\n")
        if line.startswith(":"):
            continue  # a heartbeat
        name, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if line:
            fields[name] = f"{fields[name]}\n{value}" if name == "data" and "data" in fields else value
        elif "data" in fields:
            yield Event(fields.get("event", "message"), fields["data"], fields.get("id"))
            fields = {}
