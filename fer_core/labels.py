"""The expressions: one canonical name each, each data set's own order of them, and the way from one set to another.

Mapping between sets goes by name, never by position: FER2013's code 0 is *angry*, FER+'s first vote column is
*neutral*. A checkpoint stores its own order; nothing else may assume one.

    shared(FER2013, CKPLUS).sentence      6 expressions in both; neutral only in the first, contempt only in the second
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from fer_core.errors import ConfigError, DataError, unknown_name

ANGRY, DISGUST, FEAR, HAPPY = "angry", "disgust", "fear", "happy"
SAD, SURPRISE, NEUTRAL, CONTEMPT = "sad", "surprise", "neutral", "contempt"

EXPRESSIONS = (ANGRY, DISGUST, FEAR, HAPPY, SAD, SURPRISE, NEUTRAL, CONTEMPT)

# FER2013: codes 0..6 of fer2013.csv (Goodfellow et al. 2013).
FER2013 = (ANGRY, DISGUST, FEAR, HAPPY, SAD, SURPRISE, NEUTRAL)

# FER+: the first eight vote columns of fer2013new.csv, in their order (Barsoum et al. 2016).
FERPLUS = (NEUTRAL, HAPPY, SURPRISE, SAD, ANGRY, DISGUST, FEAR, CONTEMPT)

# CK+, the class folders of its 48 x 48 edition by name: peak frames, so none is neutral (Lucey et al. 2010).
CKPLUS = (ANGRY, CONTEMPT, DISGUST, FEAR, HAPPY, SAD, SURPRISE)

# CK+ as ckextended.csv, codes 0..7: one peak frame a sequence, and the first frames of all 593 as neutral.
CKEXTENDED = (ANGRY, DISGUST, FEAR, HAPPY, SAD, SURPRISE, NEUTRAL, CONTEMPT)

# RAF-DB basic: codes 1..7 of list_patition_label.txt (Li et al. 2017). Code 1 is surprise, not angry.
RAFDB = (SURPRISE, FEAR, DISGUST, HAPPY, SAD, ANGRY, NEUTRAL)

# The sets' own orders in one table; what a set's files write for an expression is its `CODES`.
ORDERS = {"fer2013": FER2013, "ferplus": FERPLUS, "ckplus": CKPLUS, "ckextended": CKEXTENDED, "rafdb": RAFDB}
CODES: dict[str, dict[str, str]] = {
    "fer2013": {str(code): name for code, name in enumerate(FER2013)},
    "ferplus": dict(
        zip(
            ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"),
            FERPLUS,
            strict=True,
        )
    ),
    "ckplus": dict(zip(("anger", "contempt", "disgust", "fear", "happy", "sadness", "surprise"), CKPLUS, strict=True)),
    "ckextended": {str(code): name for code, name in enumerate(CKEXTENDED)},
    "rafdb": {str(code): name for code, name in enumerate(RAFDB, start=1)},
}

# Words that data sets, folders and papers use for the same expression.
SYNONYMS = {
    "anger": ANGRY,
    "happiness": HAPPY,
    "sadness": SAD,
    "surprised": SURPRISE,
    "fearful": FEAR,
    "disgusted": DISGUST,
}


# Words near an expression, offered when a folder or a table uses them, never taken for it without being asked.
NEAR_WORDS = {
    ANGRY: ("mad", "rage", "furious", "annoyed", "an", "ang"),
    DISGUST: ("aversion", "revulsion", "di", "dis"),
    FEAR: ("scared", "afraid", "frightened", "terror", "anxious", "fe", "fea", "af"),
    HAPPY: ("joy", "joyful", "smile", "smiling", "enjoyment", "cheerful", "ha", "hap"),
    SAD: ("sorrow", "unhappy", "grief", "crying", "sa"),
    SURPRISE: ("astonished", "amazed", "amazement", "shock", "shocked", "su", "sur"),
    NEUTRAL: ("normal", "none", "calm", "no emotion", "natural", "ne", "neu"),
    CONTEMPT: ("scorn", "disdain", "sneer", "co", "con"),
}
_NEAR = {word: expression for expression, words in NEAR_WORDS.items() for word in words}


def canonical(name: str) -> str:
    """Return the canonical expression for a folder or column name, or raise KeyError if there is none."""
    word = _word(name)
    word = SYNONYMS.get(word, word)
    if word not in EXPRESSIONS:
        raise KeyError(name)
    return word


def suggestion(name: str) -> str | None:
    """Return the expression that a name most likely stands for ("joy", "suprise", "3_Sad"), None if none is near."""
    word = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", _word(name))
    parts = [word, *re.findall(r"[^\W\d_]{3,}", word)]
    known = {**{label: label for label in EXPRESSIONS}, **SYNONYMS, **_NEAR}
    close = [match for part in parts for match in get_close_matches(part, known, n=1, cutoff=0.7)]
    matches = [part for part in parts if part in known] or close
    return known[matches[0]] if matches else None


def with_suggestion(name: str) -> str:
    """Return a name with what it most likely stands for: "'joy' (happy?)"."""
    meant = suggestion(name)
    return f"{name!r} ({meant}?)" if meant else repr(name)


def _word(name: str) -> str:
    """Lower case, and composed: letters that look the same are the same (NFKC; full width is plain width)."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


@dataclass(frozen=True)
class Shared:
    """What two orders of expressions have in common.

    Attributes:
        expressions: names that both have, in the first one's order.
        only_first, only_second: names that the other lacks.
        from_first, from_second: for each position of that order its index in `expressions`, -1 where not shared.
    """

    expressions: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    from_first: tuple[int, ...]
    from_second: tuple[int, ...]

    @property
    def sentence(self) -> str:
        """What is shared and what falls away, in words."""
        lost = [f"{', '.join(self.only_first)} only in the first"] if self.only_first else []
        lost += [f"{', '.join(self.only_second)} only in the second"] if self.only_second else []
        return f"{len(self.expressions)} expressions in both" + (f"; {', '.join(lost)}" if lost else "")


def shared(first: Sequence[str], second: Sequence[str]) -> Shared:
    """Compare two orders of expressions by name.

    Raises:
        ConfigError: if a name is no canonical expression, or stands twice in one order.
        DataError: if they have fewer than two expressions in common, with which nothing can be told apart.
    """
    for order in (first, second):
        _check_order(order)
    both = tuple(name for name in first if name in second)
    if len(both) < 2:
        raise DataError(
            f"{', '.join(first)} and {', '.join(second)} have {len(both)} expression(s) in common, and telling faces "
            "apart needs two; choose sets that share more, or map the folders of your own set to other expressions"
        )
    place = {name: index for index, name in enumerate(both)}
    return Shared(
        both,
        tuple(name for name in first if name not in second),
        tuple(name for name in second if name not in first),
        tuple(place.get(name, -1) for name in first),
        tuple(place.get(name, -1) for name in second),
    )


def order_of(data: str) -> tuple[str, ...]:
    """Return a set's own order of expressions by the set's name; ConfigError names the known sets."""
    if data not in ORDERS:
        raise unknown_name("data set", data, ORDERS)
    return ORDERS[data]


def decode(data: str, code: str) -> str:
    """Return the expression that a set's files mean by a code, such as ("rafdb", "1") -> "surprise".

    Raises:
        ConfigError: if there is no such set, or it knows no such code; the message names those it knows.
    """
    order_of(data)
    if code not in CODES[data]:
        known = ", ".join(f"{key} {name}" for key, name in CODES[data].items())
        raise ConfigError(f"{code!r} is no label of {data}; its files write {known}")
    return CODES[data][code]


def _check_order(order: Sequence[str]) -> None:
    if unknown := [name for name in order if name not in EXPRESSIONS]:
        raise unknown_name("expression", unknown[0], EXPRESSIONS)
    if twice := [name for name in EXPRESSIONS if list(order).count(name) > 1]:
        raise ConfigError(f"{', '.join(order)} names {twice[0]} twice; an order of expressions has each name once")
