"""Jobs: requests that the server stores before it accepts them, and answers even if it is restarted meanwhile."""

from __future__ import annotations

from typing import Iterator, Optional
from urllib.parse import quote

from ._http import Connection, Message, StreamEnded, parse
from ._json import read
from ._streams import events
from .answers import JobDescription
from .requests import Request


class Jobs:
    """The jobs of a server; ``Client.jobs``."""

    def __init__(self, server: Connection) -> None:
        self._server = server

    def submit(self, request: Request, key: Optional[str] = None) -> JobDescription:
        """Sends ``classification(…)`` or ``matching(…)`` as a job. The same request with the same key gets the same job."""
        return self._server.answer(JobDescription, Message.post("/jobs", request.body, key))

    def get(self, id: str) -> JobDescription:
        """Where a job stands, and its answer."""
        return self._server.answer(JobDescription, Message("GET", _path(id)))

    def watch(self, id: str) -> Iterator[JobDescription]:
        """The job whenever there is news of it, and as the last item the job with its answer or error."""
        last: Optional[str] = None

        def stream() -> Iterator[JobDescription]:
            nonlocal last
            seen = {"Last-Event-ID": last} if last else {}
            for event in events(self._server, Message("GET", f"{_path(id)}/events", headers=seen)):
                last = event.id or last
                yield read(JobDescription, parse(event.data))
                if event.name == "result":
                    return
            raise StreamEnded("The stream ended before its last event.")

        return self._server.read_on(stream)

    def wait(self, id: str) -> JobDescription:
        """Waits until a job has ended, and returns it with its answer or error."""
        job = None
        for job in self.watch(id):
            pass
        assert job is not None  # a stream has at least its last event
        return job

    def add_trials(self, id: str, trials: int, key: Optional[str] = None) -> JobDescription:
        """Adds trials to a job that has its answer: only their rows run."""
        return self._server.answer(JobDescription, Message.post(f"{_path(id)}/trials", {"trials": trials}, key))

    def cancel(self, id: str) -> JobDescription:
        """Cancels a job, unless it has ended."""
        return self._server.answer(JobDescription, Message("DELETE", _path(id)))

    def list(self) -> Iterator[JobDescription]:
        """The caller's jobs, newest first."""
        return self._server.pages(JobDescription, "/jobs", "jobs")


def _path(id: str) -> str:
    return f"/jobs/{quote(id, safe='')}"
