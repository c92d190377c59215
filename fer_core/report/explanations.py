"""Everything that networks say of one face: their answers, their own attention, each method's map, its scores.

One walk for all who ask: `gather` asks whatever can answer, be it networks at work (`asking`) or what the dashboard
has kept of them. No torch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from fer_core.errors import ConfigError
from fer_core.explain.heatmap import Heatmap, most_telling
from fer_core.explain.methods import DESCRIBED, FIRST, not_taught
from fer_core.explain.metrics import MEASURES, RandomWeights, Score

if TYPE_CHECKING:
    from fer_core.explain.attention_maps import Attention

PREDICTED = "predicted"
ATTENTION = "attention"  # stands beside the methods' names
NO_ATTENTION = "It has no attention modules and no reverse fusion, so there is no map of its own."
OPACITY = 0.55  # where nobody chose: the face is still seen under the strongest colour
SCALE_WORDS = {
    "map": "Every map has a scale of its own, from nothing (dark blue) to its strongest (yellow).",
    "method": "The maps of a method share one scale, from nothing (dark blue) to the strongest of all (yellow): a "
    "network whose logits move more is brighter.",
}
SIGNS = (
    "In maps of two colours orange speaks for the expression and blue against it. A map shows what moved this network, "
    "not what moves a face."
)


@dataclass(frozen=True)
class ExplanationRequest:
    """What is asked of a face.

    Args:
        target: an expression, or PREDICTED for each network's own answer.
        opacity: of the maps, 0..1.
        scale: what shares a colour scale, a key of SCALE_WORDS.
        is_scored: whether the maps are judged, which takes some seconds a network.
    """

    methods: tuple[str, ...] = FIRST
    target: str = PREDICTED
    opacity: float = OPACITY
    scale: str = "map"
    is_scored: bool = False


@dataclass(frozen=True)
class NetworkInfo:
    """A checkpoint as a figure names it; `weights` is their SHA-256."""

    name: str
    title: str
    family: str
    data: str
    weights: str
    expressions: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class MapResult:
    """One method's map with its scores, if they were asked for."""

    method: str
    heatmap: Heatmap
    scores: tuple[Score, ...] = ()
    random_weights: RandomWeights | None = None


@dataclass(frozen=True)
class Refused:
    """Why a method has no map here, as a sentence."""

    method: str
    reason: str


@dataclass(frozen=True, eq=False)
class Explanation:
    """What one network says of the face.

    Args:
        probabilities: (K,), 0..1, in the order of `who.expressions`.
        answer: the most probable expression; the first of them at a tie.
        expression: whose logit the maps explain.
        attention: the module that stands for its own attention; None without any.
        maps: in the order of the request's methods.
    """

    who: NetworkInfo
    probabilities: tuple[float, ...]
    answer: str
    expression: str
    attention: Attention | None
    maps: tuple[MapResult | Refused, ...]


class Answers(Protocol):
    """Who can be asked about one face; `name` is a checkpoint's. Everything may raise FerError."""

    def who(self, name: str) -> NetworkInfo: ...

    def probabilities(self, name: str) -> tuple[float, ...]: ...

    def attention(self, name: str) -> Sequence[Attention]: ...

    def heatmap(self, name: str, expression: str, method: str) -> Heatmap: ...

    def score(self, name: str, expression: str, method: str, measure: str) -> Score: ...

    def random_weights(self, name: str, expression: str, method: str) -> RandomWeights: ...


def gather(
    answers: Answers, names: Sequence[str], request: ExplanationRequest, say: Callable[[str], None] = lambda step: None
) -> tuple[Explanation, ...]:
    """Ask each checkpoint for everything in the request; `say` hears in words what comes next.

    Raises:
        FerError: what the checkpoints raise. A method that cannot explain a network is no error but a Refused.
    """
    return tuple(_finding(answers, name, request, say) for name in names)


def _finding(answers: Answers, name: str, request: ExplanationRequest, say: Callable[[str], None]) -> Explanation:
    who = answers.who(name)
    say(f"{who.title}: answer and own attention")
    probabilities, modules = answers.probabilities(name), answers.attention(name)
    answer = who.expressions[probabilities.index(max(probabilities))]
    expression = answer if request.target == PREDICTED else request.target
    maps = tuple(_map(answers, who, expression, method, request.is_scored, say) for method in request.methods)
    return Explanation(who, probabilities, answer, expression, most_telling(modules) if modules else None, maps)


def _map(
    answers: Answers, who: NetworkInfo, expression: str, method: str, is_scored: bool, say: Callable[[str], None]
) -> MapResult | Refused:
    say(f"{who.title}: {DESCRIBED[method].title}")
    if expression not in who.expressions:
        return Refused(method, not_taught(expression, who.expressions))
    try:
        heatmap = answers.heatmap(who.name, expression, method)
    except ConfigError as error:
        return Refused(method, str(error))
    if not is_scored:
        return MapResult(method, heatmap)
    say(f"{who.title}: scores of {DESCRIBED[method].title}")
    which = who.name, expression, method
    scores = tuple(answers.score(*which, measure) for measure in MEASURES)
    return MapResult(method, heatmap, scores, answers.random_weights(*which))
