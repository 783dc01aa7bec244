"""From JSON to dataclasses: a field is the one of its name in camelCase. Fields that are not known here are passed over."""

from __future__ import annotations

import base64
import dataclasses
import re
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any, Dict, Type, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def camel(name: str) -> str:
    """``mean_error`` as the service writes it: ``meanError``."""
    return re.sub(r"_(\w)", lambda letter: letter[1].upper(), name)


def read(kind: Type[T], value: Any) -> T:
    """An object of that dataclass."""
    return _read(kind, value)  # type: ignore[no-any-return]


def _read(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(kind) is Union:  # Optional
        return _read(get_args(kind)[0], value)
    if get_origin(kind) is list:
        return [_read(get_args(kind)[0], item) for item in value]
    if dataclasses.is_dataclass(kind):
        return kind(**{name: _read(hint, value.get(camel(name))) for name, hint in _hints(kind).items()})  # type: ignore[operator]
    if kind is datetime:
        return _time(value)
    return base64.b64decode(value) if kind is bytes else value


@lru_cache(maxsize=None)
def _hints(kind: Any) -> Dict[str, Any]:
    return get_type_hints(kind)


# datetime.fromisoformat reads neither "Z" nor seven digits before Python 3.11.
def _time(text: str) -> datetime:
    seconds, fraction, zone = re.fullmatch(r"([^.Z+]+)(\.\d+)?(Z|[+-]\d\d:\d\d)", text).groups()  # type: ignore[union-attr]
    moment = datetime.fromisoformat(seconds + (zone.replace("Z", "+00:00")))
    return moment.replace(microsecond=int(float(fraction or 0) * 1e6)).astimezone(timezone.utc)
