"""The expressions: one canonical name each, and each data set's own order of them.

Mapping between sets goes by name, never by position: FER2013's code 0 is *angry*, FER+'s first vote column is
*neutral*. A checkpoint stores its own order; nothing else may assume one.
"""

from __future__ import annotations

ANGRY, DISGUST, FEAR, HAPPY = "angry", "disgust", "fear", "happy"
SAD, SURPRISE, NEUTRAL, CONTEMPT = "sad", "surprise", "neutral", "contempt"

EXPRESSIONS = (ANGRY, DISGUST, FEAR, HAPPY, SAD, SURPRISE, NEUTRAL, CONTEMPT)

# FER2013: codes 0..6 of fer2013.csv (Goodfellow et al. 2013).
FER2013 = (ANGRY, DISGUST, FEAR, HAPPY, SAD, SURPRISE, NEUTRAL)

# FER+: the first eight vote columns of fer2013new.csv, in their order (Barsoum et al. 2016).
FERPLUS = (NEUTRAL, HAPPY, SURPRISE, SAD, ANGRY, DISGUST, FEAR, CONTEMPT)

# Words that data sets, folders and papers use for the same expression.
SYNONYMS = {
    "anger": ANGRY,
    "happiness": HAPPY,
    "sadness": SAD,
    "surprised": SURPRISE,
    "fearful": FEAR,
    "disgusted": DISGUST,
}


def canonical(name: str) -> str:
    """Return the canonical expression for a folder or column name, or raise KeyError if there is none."""
    word = name.strip().lower()
    word = SYNONYMS.get(word, word)
    if word not in EXPRESSIONS:
        raise KeyError(name)
    return word
