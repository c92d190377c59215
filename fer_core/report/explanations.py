"""Everything that networks answer to one face: predictions, own attention, each method's map, its scores.

The command and the page share it: `explain` takes an `Explainer`, either loaded networks (`explainer`) or the
dashboard's cache. No torch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
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
OPACITY = 0.55  # by default: the face is still seen under the strongest colour
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
    """A request about a face.

    Args:
        methods: keys of `methods.DESCRIBED`.
        target: an expression, or PREDICTED for each network's own.
        opacity: of the maps, 0..1.
        scale: what shares a colour scale, a key of SCALE_WORDS.
        is_scored: whether to score the maps, which takes some seconds per network.
    """

    methods: tuple[str, ...] = FIRST
    target: str = PREDICTED
    opacity: float = OPACITY
    scale: str = "map"
    is_scored: bool = False

    def target_of(self, predicted: str) -> str:
        """Return the expression to explain, for a network that predicted `predicted`."""
        return predicted if self.target == PREDICTED else self.target


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
    """One network's answer and maps.

    Args:
        probabilities: (K,), 0..1, in the order of `network.expressions`.
        predicted: the most probable expression; the first of them at a tie.
        target: the expression whose logit the maps explain.
        attention: the module that represents its own attention; None without any.
        maps: in the order of the request's methods.
    """

    network: NetworkInfo
    probabilities: tuple[float, ...]
    predicted: str
    target: str
    attention: Attention | None
    maps: tuple[MapResult | Refused, ...]


class Explainer(Protocol):
    """Answers and maps of networks for one face; `name` is a checkpoint's. Everything may raise FerError."""

    def network(self, name: str) -> NetworkInfo:
        """What a checkpoint's network is."""

    def probabilities(self, name: str) -> tuple[float, ...]:
        """Its answer to the face, one share per expression."""

    def attention(self, name: str) -> Sequence[Attention]:
        """Its own attention maps of the face; none where it has no such layers."""

    def heatmap(self, name: str, expression: str, method: str) -> Heatmap:
        """A method's map for the logit of one expression."""

    def score(self, name: str, expression: str, method: str, measure: str) -> Score:
        """That map's score by one measure of faithfulness."""

    def random_weights(self, name: str, expression: str, method: str) -> RandomWeights | None:
        """The same method on the network with random weights; None where they cannot be exchanged."""


Say = Callable[[str], None]


def explain(
    explainer: Explainer, names: Sequence[str], request: ExplanationRequest, say: Say = lambda step: None
) -> tuple[Explanation, ...]:
    """Return each checkpoint's explanation; `say` is called with words before each step.

    Raises:
        FerError: what the checkpoints raise. A method that cannot explain a network gives a Refused, not an error.
    """
    return tuple(_explanation(explainer, explainer.network(name), request, say) for name in names)


def _explanation(explainer: Explainer, network: NetworkInfo, request: ExplanationRequest, say: Say) -> Explanation:
    say(f"{network.title}: answer and own attention")
    probabilities, modules = explainer.probabilities(network.name), explainer.attention(network.name)
    predicted = network.expressions[probabilities.index(max(probabilities))]
    target = request.target_of(predicted)
    draw = partial(_map, explainer, network, target, is_scored=request.is_scored, say=say)
    maps = tuple(draw(method) for method in request.methods)
    return Explanation(network, probabilities, predicted, target, most_telling(modules) if modules else None, maps)


def _map(
    explainer: Explainer, network: NetworkInfo, target: str, method: str, *, is_scored: bool, say: Say
) -> MapResult | Refused:
    say(f"{network.title}: {DESCRIBED[method].title}")
    if target not in network.expressions:
        return Refused(method, not_taught(target, network.expressions))
    try:
        heatmap = explainer.heatmap(network.name, target, method)
    except ConfigError as error:
        return Refused(method, str(error))
    if not is_scored:
        return MapResult(method, heatmap)
    say(f"{network.title}: scores of {DESCRIBED[method].title}")
    scores = tuple(explainer.score(network.name, target, method, measure) for measure in MEASURES)
    return MapResult(method, heatmap, scores, explainer.random_weights(network.name, target, method))
