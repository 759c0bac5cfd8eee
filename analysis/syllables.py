"""Syllables of English words (first version: vowel groups with a silent final e)."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def count_syllables(words):
    """One integer per word of `words` (distinct, folded, lower case): its syllables in careful speech, at least 1."""
    words = pa.array(pd.Series(words, dtype="str")).cast(pa.string())
    groups = pc.count_substring_regex(words, "[aeiouy]+")
    silent = pc.match_substring_regex(words, "[^aeiouyl]e[sd]?$")
    return np.maximum(groups.to_numpy(zero_copy_only=False) - silent.to_numpy(zero_copy_only=False), 1).astype("int32")
