"""What the server answers: the objects of docs/http-api.md, with names as Python writes them. What the server leaves out is None."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import List, Optional


@dataclass(frozen=True)
class LabelResult:
    """What is known about one label."""

    label: str
    prompts: Optional[List[str]]
    prior: float
    elbo: Optional[float]
    mean_error: float
    standard_error: Optional[float]
    evaluations: int
    eliminated_at: Optional[int]
    posterior: float


@dataclass(frozen=True)
class DecisionSummary:
    """How the winner was decided."""

    strategy: str
    complete: bool
    delta: Optional[float]
    margin: Optional[float]
    margin_standard_error: Optional[float]
    trials: int
    max_trials: int
    tied: bool
    rejected: bool
    chosen_draws: Optional[int] = None


@dataclass(frozen=True)
class PosteriorSummary:
    """How mean errors became posteriors."""

    preset: str
    beta: float
    calibrated: bool


@dataclass(frozen=True)
class CostSummary:
    """What an answer cost."""

    rows: int
    fixed_rows: int
    batches: int
    queue_seconds: float
    compute_seconds: float
    total_seconds: float
    cached: bool


@dataclass(frozen=True)
class TimestepPoint:
    """A label's error on trials of neighbouring timesteps, and its difference to the winner's."""

    timestep: float
    mean_error: float
    difference: float
    standard_error: Optional[float]
    trials: int


@dataclass(frozen=True)
class TimestepCurve:
    """A label's error against timestep."""

    label: str
    points: List[TimestepPoint]


@dataclass(frozen=True)
class Explanation:
    """Where the image speaks for the winner; ``overlay`` is a PNG file."""

    label: str
    against: Optional[str]
    width: int
    height: int
    trials: int
    values: List[float]
    standard_errors: Optional[List[float]]
    overlay: bytes
    timesteps: List[TimestepCurve]


@dataclass(frozen=True)
class ClassificationResult:
    """The answer to a classification; ``labels`` has the winner first."""

    id: str
    model: str
    prediction: Optional[str]
    labels: List[LabelResult]
    decision: DecisionSummary
    posterior: PosteriorSummary
    seed: int
    loss: str
    weighting: str
    image_mode: str
    cost: CostSummary
    warnings: List[str]
    out_of_distribution: Optional[float]
    explanation: Optional[Explanation]


@dataclass(frozen=True)
class ImageError:
    """Why one of several images has no answer."""

    status: int
    code: str
    detail: str


@dataclass(frozen=True)
class ImageAnswer:
    """The result for one of several images."""

    index: int
    answer: Optional[ClassificationResult]
    error: Optional[ImageError]


@dataclass(frozen=True)
class MatchScore:
    """One image against one caption."""

    score: float
    standard_error: Optional[float]
    mean_error: float
    margin: Optional[float]
    margin_standard_error: Optional[float]
    posterior: float


@dataclass(frozen=True)
class MatchedImage:
    """One image against all captions."""

    prediction: str
    scores: List[MatchScore]
    out_of_distribution: Optional[float]


@dataclass(frozen=True)
class WinogroundVerdict:
    """Winoground's three questions."""

    text: bool
    image: bool
    group: bool


@dataclass(frozen=True)
class MatchResult:
    """How well every caption fits every image."""

    id: str
    model: str
    captions: List[str]
    images: List[MatchedImage]
    normalized_by_null: bool
    winoground: Optional[WinogroundVerdict]
    posterior: PosteriorSummary
    trials: int
    seed: int
    loss: str
    weighting: str
    image_mode: str
    cost: CostSummary
    warnings: List[str]


@dataclass(frozen=True)
class JobError:
    """Why a job or batch has no answer."""

    code: str
    detail: str


@dataclass(frozen=True)
class JobDescription:
    """A job; ``ended`` is None while it is worked on, and ``answer`` is then the best so far."""

    id: str
    status: str
    model: str
    created: datetime
    ended: Optional[datetime]
    expires: Optional[datetime]
    rows: int
    fixed_rows: int
    seconds_left: Optional[float]
    answer: Optional[ClassificationResult]
    error: Optional[JobError]
    match: Optional[MatchResult]


@dataclass(frozen=True)
class BatchDescription:
    """A batch; ``ended`` is None while it is worked on."""

    id: str
    status: str
    created: datetime
    ended: Optional[datetime]
    expires: Optional[datetime]
    total: int
    succeeded: int
    failed: int
    fixed_rows: int
    seconds_left: Optional[float]
    error: Optional[JobError]


@dataclass(frozen=True)
class BatchAnswer:
    """The result of one request of a batch: an answer to a classification, to a match, or an error."""

    index: int
    id: str
    answer: Optional[ClassificationResult]
    match: Optional[MatchResult]
    error: Optional[ImageError]


@dataclass(frozen=True)
class ModelDescription:
    """A model that requests can name."""

    id: str
    display_name: str
    license: Optional[str]
    conditioning: str
    labels: Optional[List[str]]
    is_default: bool
    image_size: int
    latent_shape: List[int]
    trials: int
    strategy: str
    loss: str
    timesteps: List[int]
    calibrated: List[str]
    fitted_weights: List[str]
    data_type: str
    warnings: List[str]
    family: Optional[str]
    bytes: Optional[int]
    state: str
    seconds_per_row: Optional[float]


@dataclass(frozen=True)
class ModelRefusal:
    """A model that exists but cannot be used."""

    id: str
    reason: str


@dataclass(frozen=True)
class ModelList:
    """The server's models, and those that cannot be used and why."""

    models: List[ModelDescription]
    refused: List[ModelRefusal]
