"""Ranges and choices as types that a model declares, and what pydantic finds wrong with a value as sentences. No torch.

lr: Annotated[float, Field(ge=0, le=100)]      lr=-1 must be a number from 0 to 100
optimizer: Literal["sgd", "adam"]              'sdg' is not a known optimizer; choose one of adam, sgd (closest: sgd)
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo

from fer_core.errors import unknown_name

NotNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
ShareBelowOne = Annotated[float, Field(ge=0, lt=1)]

WORDS: dict[Any, str] = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}


def sentences(error: ValidationError, model: Any) -> list[str]:
    """Return one sentence for each value that a pydantic dataclass refused, in the order of its fields."""
    return [_sentence(problem, model) for problem in error.errors(include_url=False)]


def _sentence(problem: Any, model: Any) -> str:
    place, value = problem["loc"], problem["input"]
    if not place:  # of the whole model: a check of its own says it in full
        return str(problem["ctx"]["error"])
    *outer, name = place
    for part in outer:
        model = model.__pydantic_fields__[part].annotation
    about = model.__pydantic_fields__.get(name)
    path = ".".join(map(str, place))
    if about is None:
        return f"{path} is not a known entry; known are {', '.join(model.__pydantic_fields__)}"
    if problem["type"] == "missing":
        return f"{path} is missing; it must be {_expected(about)}"
    if get_origin(about.annotation) is Literal:
        return str(unknown_name(path, value, filter(None, get_args(about.annotation))))
    wanted = str(problem["ctx"]["error"]) if problem["type"] == "value_error" else _expected(about)
    return f"{path}={value!r} must be {wanted}"


def _expected(about: FieldInfo) -> str:
    """Say "a whole number from 1 to 10,000", out of a field's type and bounds."""
    bounds = {
        key: getattr(bound, key) for bound in about.metadata for key in ("ge", "gt", "le", "lt") if hasattr(bound, key)
    }
    low = f"{bounds['ge']:,}" if "ge" in bounds else f"above {bounds['gt']:,}" if "gt" in bounds else ""
    high = f"{bounds['le']:,}" if "le" in bounds else f"below {bounds['lt']:,}" if "lt" in bounds else ""
    span = f" from {low} to {high}" if low and high else f", {low} or more" if low else ""
    return WORDS.get(about.annotation, "a value") + span
