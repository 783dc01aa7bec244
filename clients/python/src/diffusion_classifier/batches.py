"""Batches: many requests that the server accepts together, and answers even if it is restarted meanwhile."""

from __future__ import annotations

import json
import os
import uuid
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, Optional, Set, Tuple, Union
from urllib.parse import quote

from ._http import Connection, Message, StreamEnded, parse
from ._json import read
from ._streams import lines
from .answers import BatchAnswer, BatchDescription, ClassificationResult, ImageError, MatchResult
from .requests import Image, Label, Request, content, texts

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .requests import ClassifyFields


class Batches:
    """The batches of a server; ``Client.batches``."""

    def __init__(self, server: Connection) -> None:
        self._server = server

    def submit(
        self,
        images: Iterable[Image],
        labels: Optional[Iterable[Union[str, Label]]] = None,
        *,
        key: Optional[str] = None,
        **fields: Unpack[ClassifyFields],
    ) -> BatchDescription:
        """Sends many images with one set of fields. Of those that are paths, one is in memory at a time. The same batch with the same
        key is not accepted twice."""
        sources = [image if isinstance(image, (str, os.PathLike)) else content(image) for image in images]
        named, boundary = texts(labels, fields), uuid.uuid4().hex
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        message = Message("POST", "/batches", lambda: _form(sources, named, boundary), headers, key or uuid.uuid4().hex)
        return self._server.answer(BatchDescription, message)

    def submit_requests(self, requests: Iterable[Tuple[str, Request]], *, key: Optional[str] = None) -> BatchDescription:
        """Sends many requests with fields of their own: pairs of a name, which the results have as ``id``, and ``classification(…)`` or
        ``matching(…)``. Of a generator, one is in memory at a time; but then the batch cannot be sent again by itself."""
        retries = 0 if iter(requests) is requests else None
        headers = {"Content-Type": "application/x-ndjson"}
        message = Message("POST", "/batches", lambda: _lines(requests), headers, key or uuid.uuid4().hex, retries)
        return self._server.answer(BatchDescription, message)

    def get(self, id: str) -> BatchDescription:
        """Where a batch stands."""
        return self._server.answer(BatchDescription, Message("GET", _path(id)))

    def results(self, id: str) -> Iterator[BatchAnswer]:
        """The results that there are, in the order of the requests."""
        return self._results(id, follow=False)

    def follow(self, id: str) -> Iterator[BatchAnswer]:
        """All results, each as soon as it is ready, until the batch has ended. None comes twice."""
        return self._results(id, follow=True)

    def cancel(self, id: str) -> BatchDescription:
        """Cancels a batch, unless it has ended. What is answered stays."""
        return self._server.answer(BatchDescription, Message("DELETE", _path(id)))

    def list(self) -> Iterator[BatchDescription]:
        """The caller's batches, newest first."""
        return self._server.pages(BatchDescription, "/batches", "batches")

    def _results(self, id: str, follow: bool) -> Iterator[BatchAnswer]:
        message = Message("GET", f"{_path(id)}/results{'?follow=true' if follow else ''}")
        known: Set[int] = set()

        def stream() -> Iterator[BatchAnswer]:
            for line in lines(self._server, message):
                answer = _answer(parse(line))
                if answer.index not in known:
                    known.add(answer.index)
                    yield answer
            if not follow:
                return
            batch = self.get(id)  # a server that stops ends its streams
            if batch.ended is None or len(known) < batch.succeeded + batch.failed:
                raise StreamEnded("The results ended before the batch did.")

        return self._server.read_on(stream)


def _path(id: str) -> str:
    return f"/batches/{quote(id, safe='')}"


def _form(images: Iterable[Any], named: Dict[str, Any], boundary: str) -> Iterator[bytes]:
    for name, value in named.items():
        text = value if isinstance(value, str) else json.dumps(value)
        yield f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
    for image in images:
        name = "image" if isinstance(image, bytes) else os.path.basename(os.fspath(image))
        yield f"--{boundary}\r\nContent-Disposition: form-data; name=\"images\"; filename*=UTF-8''{quote(name)}\r\n\r\n".encode()
        yield content(image)
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()


def _lines(requests: Iterable[Tuple[str, Request]]) -> Iterator[bytes]:
    for id, request in requests:
        yield json.dumps({"custom_id": id, "method": "POST", "url": request.url, "body": request.body}).encode() + b"\n"


def _answer(line: Dict[str, Any]) -> BatchAnswer:
    body = line["response"]["body"] if line["response"] else None
    is_match = body is not None and "captions" in body
    error = line["error"]
    return BatchAnswer(
        line["index"],
        line["custom_id"],
        None if body is None or is_match else read(ClassificationResult, body),
        read(MatchResult, body) if is_match else None,
        None if error is None else ImageError(error["status_code"], error["code"], error["detail"]),
    )
