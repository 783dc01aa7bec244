"""A client of DiffusionClassifier.Service, which classifies images with diffusion models. Standard library only."""

from .batches import Batches
from .client import Client
from .errors import ClassifierError
from .jobs import Jobs
from .requests import Image, Label, Request, classification, matching
from .answers import (
    BatchAnswer,
    BatchDescription,
    ClassificationResult,
    CostSummary,
    DecisionSummary,
    Explanation,
    ImageAnswer,
    ImageError,
    JobDescription,
    JobError,
    LabelResult,
    MatchResult,
    MatchScore,
    MatchedImage,
    ModelDescription,
    ModelList,
    ModelRefusal,
    PosteriorSummary,
    TimestepPoint,
    TimestepCurve,
    WinogroundVerdict,
)

__all__ = [
    "BatchAnswer",
    "BatchDescription",
    "Batches",
    "ClassificationResult",
    "ClassifierError",
    "Client",
    "CostSummary",
    "DecisionSummary",
    "Explanation",
    "Image",
    "ImageAnswer",
    "ImageError",
    "JobDescription",
    "JobError",
    "Jobs",
    "Label",
    "LabelResult",
    "MatchResult",
    "MatchScore",
    "MatchedImage",
    "ModelDescription",
    "ModelList",
    "ModelRefusal",
    "PosteriorSummary",
    "Request",
    "TimestepPoint",
    "TimestepCurve",
    "WinogroundVerdict",
    "classification",
    "matching",
]
