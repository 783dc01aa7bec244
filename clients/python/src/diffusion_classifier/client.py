"""Classifies images on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, Optional, Set, Union
from urllib.parse import quote

from ._http import Connection, Message, StreamEnded, error_of, parse
from ._json import read
from ._streams import events, lines
from .answers import ClassificationResult, ImageAnswer, MatchResult, ModelDescription, ModelList
from .batches import Batches
from .jobs import Jobs
from .requests import Image, Label, classification, encoded, matching, texts

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .requests import ClassifyFields, MatchFields


class Client:
    """A server that classifies images.

    What did not arrive, or what the server could not take then, is sent again when the server says; each request has an
    Idempotency-Key, so that none is worked on twice. May be used by several threads.

    :param address: the server's address
    :param api_key: its API key or token, if it needs one
    :param timeout: seconds that the server may be silent
    :param retries: how many times a request is sent again, and in a row a broken stream opened again
    :param patience: seconds that the client waits at most before it sends a request again; if the server says to wait longer, the error
        tells how long
    """

    def __init__(
        self,
        address: str = "http://localhost:5080",
        api_key: Optional[str] = None,
        *,
        timeout: float = 600,
        retries: int = 5,
        patience: float = 120,
    ) -> None:
        self._server = Connection(address, api_key, timeout, retries, patience)
        self.jobs = Jobs(self._server)
        self.batches = Batches(self._server)

    def classify(
        self, image: Image, labels: Optional[Iterable[Union[str, Label]]] = None, **fields: Unpack[ClassifyFields]
    ) -> ClassificationResult:
        """Classifies an image; without labels, among all classes of the model."""
        return self._server.answer(ClassificationResult, Message.post("/classify", classification(image, labels, **fields).body))

    def classify_progress(
        self, image: Image, labels: Optional[Iterable[Union[str, Label]]] = None, **fields: Unpack[ClassifyFields]
    ) -> Iterator[ClassificationResult]:
        """The answer so far, each time based on more rows, and as the last item the answer. Closing the generator cancels the request."""
        message = Message.post("/classify", classification(image, labels, **fields).body)
        rows = -1  # a stream that broke begins anew

        def stream() -> Iterator[ClassificationResult]:
            nonlocal rows
            for event in events(self._server, message):
                if event.name == "error":
                    raise error_of(parse(event.data))
                answer = read(ClassificationResult, parse(event.data))
                is_last = event.name == "result"
                if is_last or answer.cost.rows > rows:
                    yield answer
                rows = max(rows, answer.cost.rows)
                if is_last:
                    return
            raise StreamEnded("The stream ended before its last event.")

        return self._server.read_on(stream)

    def classify_images(
        self, images: Iterable[Image], labels: Optional[Iterable[Union[str, Label]]] = None, **fields: Unpack[ClassifyFields]
    ) -> Iterator[ImageAnswer]:
        """Classifies several images, each by itself: their answers, or errors, in the order in which they are ready."""
        request: Dict[str, Any] = {"images": [encoded(image) for image in images], **texts(labels, fields)}
        message = Message.post("/classify", request)
        known: Set[int] = set()

        def stream() -> Iterator[ImageAnswer]:
            for line in lines(self._server, message):
                image = read(ImageAnswer, parse(line))
                if image.index not in known:
                    known.add(image.index)
                    yield image
            if len(known) < len(request["images"]):
                raise StreamEnded("The stream ended before its last line.")

        return self._server.read_on(stream)

    def match(self, images: Iterable[Image], captions: Iterable[str], **fields: Unpack[MatchFields]) -> MatchResult:
        """Scores images against captions."""
        return self._server.answer(MatchResult, Message.post("/match", matching(images, captions, **fields).body))

    def models(self) -> ModelList:
        """The server's models, and those that cannot be used and why."""
        return self._server.answer(ModelList, Message("GET", "/models"))

    def model(self, id: str) -> ModelDescription:
        """One of the server's models."""
        return self._server.answer(ModelDescription, Message("GET", f"/models/{quote(id, safe='')}"))

    def load_model(self, id: str) -> ModelDescription:
        """Loads a model, and waits until it is ready: for the first request not to wait."""
        return self._server.answer(ModelDescription, Message("POST", f"/models/{quote(id, safe='')}/load", b""))

    def unload_model(self, id: str) -> ModelDescription:
        """Unloads a model as soon as its requests have ended; the next request for it loads it again."""
        return self._server.answer(ModelDescription, Message("POST", f"/models/{quote(id, safe='')}/unload", b""))
