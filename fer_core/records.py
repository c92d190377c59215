"""Records: what a JSON file holds as pydantic models, and their problems as sentences, all of them together. No torch.

A record refuses a value of another type (no text for a number, no true for 1), a number out of range, and what
contradicts itself (`Record.contradictions`). An entry that it does not know comes from a newer version: it is kept,
written again and named by `unknown_entries`, and is no problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from fer_core.errors import ConfigError, FerError

CONTRADICTION, WANTED = "contradiction", "wanted"

WORDS = {
    "string_type": "text",
    "string_unicode": "text",
    "int_type": "a whole number",
    "float_type": "a finite number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "dict_type": "an object",
    "mapping_type": "an object",
    "model_type": "an object",
    "list_type": "a list",
    "tuple_type": "a list",
    "greater_than": "above {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
    "string_too_long": "{max_length} characters or fewer",
    "string_too_short": "text that is not empty",
    "too_long": "{max_length} entries or fewer",
    "too_short": "{min_length} entries or more",
    "literal_error": "one of {expected}",
    WANTED: "{wanted}",
}
SHA256 = re.compile(r"[0-9a-f]{64}")
LARGEST = 1e12  # of counts and measured numbers; nothing here comes near


def matching(pattern: re.Pattern[str], wanted: str) -> AfterValidator:
    """Return a check that a whole text fits a pattern; `wanted` ends the sentence "it must be ..."."""

    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise unfit(wanted)
        return text

    return AfterValidator(check)


def unfit(wanted: str) -> PydanticCustomError:
    """Build the error of a validator; `wanted` ends the sentence "it must be ..."."""
    return PydanticCustomError(WANTED, "{wanted}", {"wanted": wanted})


Text = Annotated[str, Strict(), Field(max_length=20_000)]
Name = Annotated[str, Strict(), Field(min_length=1, max_length=200)]
Whole = Annotated[int, Strict(), Field(ge=-(2**63), le=2**63 - 1)]
Count = Annotated[int, Strict(), Field(ge=0, le=int(LARGEST))]
Positive = Annotated[int, Strict(), Field(ge=1, le=int(LARGEST))]
Number = Annotated[float, Strict(), AllowInfNan(False), Field(ge=-LARGEST, le=LARGEST)]
Amount = Annotated[float, Strict(), AllowInfNan(False), Field(ge=0, le=LARGEST)]
Share = Annotated[float, Strict(), AllowInfNan(False), Field(ge=-1e-9, le=1 + 1e-9)]  # 0..1, up to rounding
Flag = Annotated[bool, Strict()]
Sha256 = Annotated[str, Strict(), matching(SHA256, "64 hexadecimal digits")]


class Record(BaseModel):
    """One JSON object; frozen. `model_copy(update={...})` is the same with other entries."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)

    def contradictions(self) -> list[str]:
        """Return a sentence for each entry that disagrees with another; each begins with the entry's name."""
        return []

    def known(self) -> dict[str, Any]:
        """Return the entries that the model knows, as Python values."""
        return {key: value for key, value in self.model_dump().items() if key in type(self).model_fields}

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if contradictions := self.contradictions():
            raise PydanticCustomError(CONTRADICTION, "{sentences}", {"sentences": contradictions})
        return self


class EstimateEntry(Record):
    """A number with the ends of its 95 % interval; all three are null where nothing was there to estimate from."""

    value: Number | None
    low: Number | None
    high: Number | None

    @property
    def number(self) -> float:
        """The value. Raises ConfigError where there was nothing to estimate from."""
        if self.value is None:
            raise ConfigError("nothing was there to estimate from, so there is no value")
        return self.value

    def contradictions(self) -> list[str]:
        """Ends without a value, a value without ends, or ends in the wrong order."""
        ends = [end for end in (self.value, self.low, self.high) if end is not None]
        if len(ends) not in (0, 3):
            return [f"value, low and high are {self.value}, {self.low}, {self.high}; all or none must be null"]
        if self.low is not None and self.high is not None and self.low > self.high:
            return [f"low is {self.low}, above high, {self.high}"]
        return []


class KnownEstimate(EstimateEntry):
    """An estimate where there always is something to estimate from."""

    value: Number
    low: Number
    high: Number


class ShareEstimate(EstimateEntry):
    """An estimate of a share, 0..1."""

    value: Share | None
    low: Share | None
    high: Share | None


R = TypeVar("R", bound="BaseModel")


def parsed(model: type[R], value: Any, kind: type[FerError], heading: str) -> R:
    """Return a JSON value as a record.

    Raises:
        FerError: of that kind; the heading, and every problem in a sentence.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise kind(together(heading, list(_sentences(error)))) from error


def problems(model: type[R], value: Any, path: str = "") -> list[str]:
    """Return a sentence for everything that is wrong with a JSON value, which stands at `path`; [] if it is good."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        return list(_sentences(error, path))
    return []


def together(heading: str, problems: Sequence[str]) -> str:
    """Return all problems under one heading: on its line if there is one, else a line each."""
    return (
        f"{heading}: {problems[0]}"
        if len(problems) == 1
        else "\n- ".join([f"{heading}, for {len(problems)} reasons:", *problems])
    )


def unknown_entries(value: Any, path: str = "") -> list[str]:
    """Return the places, as "training.mood", of all entries of a record that its model does not know."""
    if isinstance(value, Record):
        own = [_joined(path, key) for key in value.model_extra or {}]
        parts: Any = {key: getattr(value, key) for key in type(value).model_fields}.items()
    elif isinstance(value, Mapping):
        own, parts = [], value.items()
    elif isinstance(value, (list, tuple)):
        own, parts = [], enumerate(value)
    else:
        return []
    return own + [place for key, part in parts for place in unknown_entries(part, _joined(path, key))]


def _sentences(error: ValidationError, start: str = "") -> Iterator[str]:
    for problem in error.errors(include_url=False):
        path = start
        for part in problem["loc"]:
            path = _joined(path, part)
        if problem["type"] == CONTRADICTION:
            yield from (_joined(path, sentence) for sentence in problem["ctx"]["sentences"])
        elif problem["type"] == "missing":
            yield f"{path} is missing{_hint(str(problem['loc'][-1]), problem['input'])}"
        elif problem["loc"] and problem["loc"][-1] == "[key]":
            yield f"{path.removesuffix('.[key]')} is not a key that can be; it must be {_expected(problem)}"
        else:
            yield f"{path or 'the file'} is {_quoted(problem['input'])}; it must be {_expected(problem)}"


def _expected(problem: ErrorDetails) -> str:
    template = WORDS.get(problem["type"])
    return (
        template.format(**{key: _shown(value) for key, value in problem.get("ctx", {}).items()})
        if template
        else problem["msg"]
    )


def _shown(value: Any) -> Any:
    """Write a bound as a reader would: 0 for 0.0, 1 for 1.000000001, 1,000,000 for 1000000.0."""
    if not isinstance(value, (int, float)):
        return value
    return f"{round(value):,}" if abs(value - round(value)) < 1e-6 else f"{value:g}"


def _hint(key: str, given: Any) -> str:
    """Name an entry that no record knows and that is spelled almost like the missing one."""
    unknown = set(given) - _known_names(Record) if isinstance(given, dict) else ()
    close = get_close_matches(key, unknown, n=1, cutoff=0.7)
    return f" (closest: {close[0]})" if close else ""


def _known_names(model: type[Record]) -> set[str]:
    return {*model.model_fields, *(name for subclass in model.__subclasses__() for name in _known_names(subclass))}


def _quoted(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _joined(path: str, key: object) -> str:
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else str(key)


def renamed(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return an object with its old keys under their new names, in the same order; a new name that is there wins."""
    return {names.get(key, key): value for key, value in values.items() if names.get(key) not in values}
