"""What can be asked. The fields and their meaning are those of docs/http-api.md, in snake_case: ``top_k`` is ``topK``."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Dict, Iterable, Optional, Sequence, TypedDict, Union

from ._json import camel

if TYPE_CHECKING:
    from typing_extensions import Literal, Unpack

#: The path of an image file, its bytes, or an open file.
Image = Union[str, "os.PathLike[str]", bytes, BinaryIO]


@dataclass(frozen=True)
class Label:
    """A candidate label with prompts of its own, for models that read text."""

    label: str
    prompts: Sequence[str]


class ImageFields(TypedDict, total=False):
    """The fields that all requests share."""

    model: str
    trials: int
    loss: Literal["l2", "l1", "huber", "vlb", "l2-vlb"]
    weighting: Literal["uniform", "clark-jaini", "vlb", "fitted"]
    seed: int
    noise_draws: int
    temperature: float
    posterior: Literal["paper", "mean", "fitted", "temperature"]
    image_mode: Literal["default", "reference"]
    interpolation: Literal["bicubic", "bilinear", "lanczos", "box"]
    deterministic: bool
    priority: Literal["interactive", "standard", "bulk"]


class ClassifyFields(ImageFields, total=False):
    """The fields of a classification, besides its image and labels."""

    priors: Sequence[float]
    template: Union[str, Sequence[str]]
    prompt_aggregation: Literal["mean", "min"]
    strategy: Literal["race", "race-anytime", "fixed", "fast", "staged", "clark-jaini"]
    confidence: float
    draws: Literal["even", "chosen"]
    reject_below: float
    top_k: int
    stage_samples: Sequence[int]
    stage_keep: Sequence[int]
    trials_per_timestep: int
    deadline_ms: int
    explain: Union[bool, str]


class MatchFields(ImageFields, total=False):
    """The fields of a match, besides its images and captions."""

    normalize_by_null: bool


@dataclass(frozen=True)
class Request:
    """A request for a job or a batch."""

    url: str
    body: Dict[str, Any]


def classification(image: Image, labels: Optional[Iterable[Union[str, Label]]] = None, **fields: Unpack[ClassifyFields]) -> Request:
    """A request to classify an image."""
    return Request("/classify", {"image": encoded(image), **texts(labels, fields)})


def matching(images: Iterable[Image], captions: Iterable[str], **fields: Unpack[MatchFields]) -> Request:
    """A request to match images with captions."""
    return Request("/match", {"images": [encoded(image) for image in images], "captions": list(captions), **texts(None, fields)})


def texts(labels: Optional[Iterable[Union[str, Label]]], fields: Any) -> Dict[str, Any]:
    """All fields but the images, as JSON has them. None is a field that is not sent."""
    if isinstance(labels, str):
        raise TypeError("labels must be a list of texts, not one text")
    named = {camel(name): _plain(value) for name, value in fields.items() if value is not None}
    if labels is not None:
        named["labels"] = [_label(label) for label in labels]
    return named


def content(image: Image) -> bytes:
    """The bytes of an image file."""
    if isinstance(image, (bytes, bytearray, memoryview)):
        return bytes(image)
    if isinstance(image, (str, os.PathLike)):
        with open(image, "rb") as file:
            return file.read()
    return image.read()


def encoded(image: Image) -> str:
    """An image as JSON has it."""
    return base64.b64encode(content(image)).decode("ascii")


def _label(label: Union[str, Label]) -> Any:
    return {"label": label.label, "prompts": list(label.prompts)} if isinstance(label, Label) else label


# NumPy's numbers and arrays as well, without knowing them.
def _plain(value: Any) -> Any:
    value = value.tolist() if hasattr(value, "tolist") else value
    return value if isinstance(value, (str, bool, int, float)) else list(value)
