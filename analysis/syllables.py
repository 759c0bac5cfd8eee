"""Syllables of English words: a rule on spelling, and a list of the words on which the rule fails.

resources/syllables.csv holds the words of the CMU Pronouncing Dictionary that the rule below gets wrong (so the others
are right as they stand; scripts/make_syllables.py writes it), resources/syllable_parts.csv the parts of compounds after
whose silent e a word goes on (house-, -less). Derived words inherit the correction of their base: with *business* on
the list, *businesses* need not be.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.resources import read_list

# A word has as many syllables as vowel groups, less the silent e, and the groups that are two vowels (hiatus) more.
SILENT = (
    r"[^aeiouyl]e$|[aeiouywr]le$|lle$|[aeiou]ye$|[gq]ues?$|[^aeioulcgsxzrh]es$|[aeiour](?:l|r)es$|lles$|[^sct]hes$"
    r"|[aeiour](?:l|r)ed$|lled$|[^aeioutdlr]ed$|icall|dge[bcdfghklmnptw]"
)
HIATUS = (
    r"[^csgt]ia|[st]ia[^ln]|[ct]iat|[ct]iality|[^cstgnlxh]io|[^cst]iu|[^g]eo[^u]|[^gqs]ua|[sx]ual|[^gq]uo|i[ei]ng"
    r"|[aeou]y?ing|ying|[aeou]y[aeiou]|eum|eus$|eu[ms]|[^gq]ue[lnrt]|[^gq]uit[iy]|iet|[^cdghnst]iers?$|[^r][dnl]iers?$"
    r"|[^r]iest$|[^p]riest$|i[ao]?i|[^aeiouy]sms?$|[ia]sms?$|thms?$|[aeo]ist[si]?$|[^csth]ient|[lb]ien[^c]|[drs]ienc"
    r"|ee[io]|eali[sz]|creat|theat|[nrtdlc]eous|eo$|io$|oer|[^p]ea$"
)
BOUNDARY = (  # vowels that meet where a prefix or -ism begins
    r"^(?:re(?:a(?:c[cqt]|ff|lig|pp|rr|ss|tt|wak|d[jdmov]|na|ut)|e[a-ce-jmnqstvx]|i[a-fh-mo-z]|in[a-ce-z]|ind[^e]|u)"
    r"|co(?:op[^s]|ord|ex|auth|alit|alesc|edu|edit|equal|inc|inhab|own)"
    r"|de(?:act|acc|esc|emph|indus|indiv|ion|ox|odor|ic)|pre(?:em|ex|el|ar|ad|oc|ord|op|ig|in|un)"
    r"|(?:bio|geo|neo|anti|semi|multi|micro|macro|neuro|audio|video|photo|auto|electro|socio|ultra|extra|intra|infra"
    r"|contra|hydro|thermo|psycho|proto|retro|pseudo|hetero|homo)[aeiou]|sci[eo]|geo[gl])|[aeou]isms?$"
)
# What may stand between a word and the base whose correction it inherits.
DOUBLED = "|".join(f"({c}){c}" for c in "bdgklmnprtvz")
STEMS = (
    (r"(?:s|d|n|y|ly|ing|ings|ed|es|er|ers|or|ors|est|able|ism|ist|ists|ness|less|ful|fully|ment|ments|man|men)$", ""),
    (r"(?:ing|ings|ed|er|ers|es)$", "e"),
    (r"(?:ies|ied|ier|iers|iest|ily)$", "y"),
    (rf"(?:{DOUBLED})(?:ing|ings|ed|er|ers|y|est)$", "".join(f"\\{i}" for i in range(1, 10))),
    (r"^(?:un|re|non|over|under|out|mis|dis|inter|counter|super|anti|semi|multi)", ""),
)
FIGURE = r"[0-9]+(?:[.,:/][0-9]+)*(?:(?:st|nd|rd|th|s|k|m|bn|am|pm)\b)?"
# How accents (taken apart) and contractions are spoken; then only letters are left, in pieces.
SPOKEN = (
    ("e\u0301(e?s?)$", "ay"),
    (r"\p{M}", ""),
    ("([dstz])n't$", r"\1ent"),
    ("(?:([^aeiouy])'(ll|ve|re)|([dt])'(d))$", r"\1\3e\2\4"),
)
PIECES = ((FIGURE, "-"), ("'", ""), ("[^a-z]+", "-"))


def as_column(words):
    """The words as one Arrow string array."""
    array = pa.array(pd.Series(words, dtype="str")).cast(pa.string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def count_matches(array, pattern):
    """Matches of `pattern` in each string of an Arrow array."""
    return pc.count_substring_regex(array, pattern).to_numpy(zero_copy_only=False)


def count_by_rule(array):
    """Syllables of each lower-case word without parts, by the rule alone."""
    vowels, silent, hiatus, boundary = (count_matches(array, p) for p in ("[aeiouy]+", SILENT, HIATUS, BOUNDARY))
    return np.maximum(vowels - silent + hiatus + boundary, 1)


class _Lists(NamedTuple):
    words: pa.Array
    syllables: np.ndarray
    correction: np.ndarray  # syllables less what the rule gives
    cuts: list  # replacements that part a compound with a hyphen where it goes on after a silent e


def _replace(array, replacements):
    for pattern, replacement in replacements:
        array = pc.replace_substring_regex(array, pattern, replacement)
    return array


def _sum_pieces(array, count):
    """`count` of the pieces between hyphens, summed by word."""
    pieces = pc.split_pattern(array, "-")
    flat, owner = pc.list_flatten(pieces), pc.list_parent_indices(pieces).to_numpy()
    filled = pc.binary_length(flat).to_numpy(zero_copy_only=False) > 0
    return np.bincount(owner[filled], count(flat.filter(pa.array(filled))), len(array)).astype(int)


def _prepare(exceptions):
    listed = read_list(exceptions, required=("word", "syllables"), unique=("word",))
    for row in listed[~listed["syllables"].str.fullmatch("[1-9][0-9]?")].itertuples():
        raise ValueError(
            f"exceptions, line {row.line}: syllables of {row.word} is {row.syllables!r}; give a number above 0"
        )
    part = read_list("syllable_parts", required=("part",))["part"]
    heads, tails = ("|".join(part[side].str.strip("-")) for side in (part.str.endswith("-"), part.str.startswith("-")))
    patterns = f"^({heads})([bcdfghjklmnpqstvwy].{{2,}})$", f"([aeiouy][^aeiouy-]*e)({tails})$"
    cuts = [(pattern, r"\1-\2") for pattern in patterns]
    words, syllables = as_column(listed["word"]), listed["syllables"].astype("int64").to_numpy()
    return _Lists(words, syllables, syllables - _sum_pieces(_replace(words, cuts), count_by_rule), cuts)


_shipped = cache(lambda: _prepare("syllables"))


def _find(array, lists):
    return pc.index_in(array, lists.words).fill_null(-1).to_numpy(zero_copy_only=False)


def _count_piece(array, lists):
    """Syllables of each piece of a compound: as listed, else by the rule with the correction of its listed base."""
    bases = [pc.replace_substring_regex(array, pattern, restored) for pattern, restored in STEMS]
    own, *found = _find(pa.concat_arrays([array, *bases]), lists).reshape(len(STEMS) + 1, -1)
    long = [pc.binary_length(base).to_numpy(zero_copy_only=False) > 3 for base in bases]
    base = np.select([(at >= 0) & enough for at, enough in zip(found, long, strict=True)], found, -1)
    corrected = np.maximum(count_by_rule(array) + np.append(lists.correction, 0)[base], 1)
    return np.where(own >= 0, np.append(lists.syllables, 0)[own], corrected)


def _count_words(array, lists):
    """Syllables of each word of the letters a to z: as listed, else by its pieces."""
    at = _find(array, lists)
    result, rest = np.append(lists.syllables, 0)[at], np.flatnonzero(at < 0)
    result[rest] = _sum_pieces(_replace(array.take(rest), lists.cuts), lambda piece: _count_piece(piece, lists))
    return result


def count_syllables(words, *, exceptions=None):
    """One integer per word of `words` (distinct, folded, lower case): its syllables in careful speech, at least 1.

    Words of the pronouncing dictionary count as in its first pronunciation, -ism two, a hyphenated word the sum of its
    parts, letters with periods one by one (u.s. 2). A figure (10,000, 1990s, 19th) counts one and so does an
    abbreviation that is not in the dictionary and has no vowel: Flesch (1979, How to Write Plain English, ch. 2).
    `exceptions`: your own list (CSV: word, syllables) in place of the shipped one. About 400,000 words a second.
    """
    lists = _shipped() if exceptions is None else _prepare(exceptions)
    array = as_column(words)
    plain = pc.match_substring_regex(array, "^[a-z]+$").to_numpy(zero_copy_only=False)
    result = np.zeros(len(array), "int32")
    result[plain] = _count_words(array.filter(pa.array(plain)), lists)
    if not plain.all():
        spoken = _replace(pc.utf8_normalize(array.filter(pa.array(~plain)), "NFD"), SPOKEN)
        letters = _sum_pieces(_replace(spoken, PIECES), lambda piece: _count_words(piece, lists))
        result[~plain] = count_matches(spoken, FIGURE) + letters
    return np.maximum(result, 1)
