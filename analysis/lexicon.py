"""Lists of words with a valence or of a kind, read with the file and line in errors."""

from functools import cache

import numpy as np
import pandas as pd

from analysis import resources


def load_valence(source="valence"):
    """One row per word of a valence list: `token, valence`; lower case, valence in the list's own unit.

    `source`: a CSV path or DataFrame with these columns. Raises ValueError with file and line for a missing column, a
    duplicate, a valence that is not a number.
    """
    frame = resources.read_list(source, required=("token", "valence"), unique=("token",))
    number = pd.to_numeric(frame["valence"], errors="coerce")
    for bad in frame[~np.isfinite(number)].itertuples():
        name = "table" if isinstance(source, pd.DataFrame) else getattr(source, "name", source)
        raise ValueError(f"{name}, line {bad.line}: valence {bad.valence!r} of {bad.token!r} is not a number")
    return pd.DataFrame({"token": frame["token"], "valence": number.astype("float64")})


def load_words(source="event_words"):
    """One row per entry of a word list (`event_words`, `loaded_words`, a path, a DataFrame): `word, kind`."""
    frame = resources.read_list(source, required=("word",), unique=("word",), defaults={"kind": "listed"})
    return frame[["word", "kind"]]


@cache
def shipped_valence():
    """The shipped valence list, read once."""
    return load_valence()


@cache
def shipped_words(name):
    """A shipped word list, read once."""
    return load_words(name)
