"""What can go wrong."""

from __future__ import annotations

from typing import Optional

UNREACHABLE = "unreachable"
UNEXPECTED_ANSWER = "unexpected_answer"


class ClassifierError(Exception):
    """A request failed. Its text says what is wrong and what to do.

    ``code`` is the kind of error as one stable word: the service's, such as ``unknown_label``; ``unreachable`` where there was no answer;
    ``unexpected_answer`` where it was not this service's. ``field`` is the request's field that is at fault, ``retry_after`` how many
    seconds the server says to wait, ``trace_id`` names the request in the server's log.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        status: Optional[int] = None,
        field: Optional[str] = None,
        retry_after: Optional[float] = None,
        trace_id: Optional[str] = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.status = status
        self.field = field
        self.retry_after = retry_after
        self.trace_id = trace_id
