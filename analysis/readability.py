"""Readability: counts per sentence, and formulas that are arithmetic on counts.

W words, S sentences, Y syllables, L letters, C letters and digits, P words of three syllables or more, X complex words
(Gunning), D words off the Dale-Chall list, G words of more than six letters, M words of one syllable. Every formula is
NaN without a word or a sentence. The cards in docs/formulas.md give sources, ranges, and where other packages differ.
"""

import difflib
from functools import cache
from importlib.util import find_spec
from inspect import signature
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import schema
from analysis.resources import read_list
from analysis.syllables import count_syllables
from analysis.text import split_sentences, tokenize_sentences


def ratio(part, whole):
    """`part` / `whole` of numbers or arrays; NaN where `whole` is not above 0."""
    whole = np.asarray(whole, float)
    return np.asarray(part, float) / np.where(whole > 0, whole, np.nan)


def flesch_reading_ease(n_words, n_sentences, n_syllables):
    """Flesch (1948): 206.835 - 1.015 W/S - 84.6 Y/W. About 0 to 100, higher is easier."""
    return 206.835 - 1.015 * ratio(n_words, n_sentences) - 84.6 * ratio(n_syllables, n_words)


def flesch_kincaid_grade(n_words, n_sentences, n_syllables):
    """Kincaid et al. (1975): 0.39 W/S + 11.8 Y/W - 15.59. US school grade, higher is harder."""
    return 0.39 * ratio(n_words, n_sentences) + 11.8 * ratio(n_syllables, n_words) - 15.59


def gunning_fog(n_words, n_sentences, n_complex_words):
    """Gunning (1952): 0.4 (W/S + 100 X/W). US school grade, higher is harder."""
    return 0.4 * (ratio(n_words, n_sentences) + 100 * ratio(n_complex_words, n_words))


def smog(n_words, n_sentences, n_polysyllables):
    """McLaughlin (1969), exact regression: 1.0430 sqrt(30 P/S) + 3.1291. Grade, higher is harder; made for 30 sentences."""
    return 1.0430 * np.sqrt(30 * ratio(n_polysyllables, np.where(np.asarray(n_words) > 0, n_sentences, 0))) + 3.1291


def smog_simple(n_sentences, n_polysyllables):
    """McLaughlin (1969), by hand: 3 + sqrt(30 P/S). Grade, higher is harder; made for 30 sentences."""
    return 3 + np.sqrt(30 * ratio(n_polysyllables, n_sentences))


def coleman_liau(n_words, n_sentences, n_letters):
    """Coleman and Liau (1975): 0.0588 L - 0.296 S - 15.8, both per 100 words. US school grade, higher is harder."""
    return 5.88 * ratio(n_letters, n_words) - 29.6 * ratio(n_sentences, n_words) - 15.8


def ari(n_words, n_sentences, n_characters):
    """Smith and Senter (1967): 0.5 W/S + 4.71 C/W - 21.43. US school grade, higher is harder."""
    return 0.5 * ratio(n_words, n_sentences) + 4.71 * ratio(n_characters, n_words) - 21.43


def dale_chall_1948(n_words, n_sentences, n_difficult_words):
    """Dale and Chall (1948): 0.1579 (100 D/W) + 0.0496 W/S + 3.6365. Score, higher is harder."""
    return 15.79 * ratio(n_difficult_words, n_words) + 0.0496 * ratio(n_words, n_sentences) + 3.6365


def dale_chall(n_words, n_sentences, n_difficult_words):
    """Dale and Chall (1948), adjusted: the constant 3.6365 only where more than 5 % of the words are difficult."""
    easy = ratio(n_difficult_words, n_words) <= 0.05
    return dale_chall_1948(n_words, n_sentences, n_difficult_words) - 3.6365 * easy


def dale_chall_cloze(n_words, n_sentences, n_difficult_words):
    """Chall and Dale (1995): 64 - 95 D/W - 0.69 W/S. Cloze score, about 10 to 64, higher is easier."""
    return 64 - 95 * ratio(n_difficult_words, n_words) - 0.69 * ratio(n_words, n_sentences)


def lix(n_words, n_sentences, n_long_words):
    """Björnsson (1968): W/S + 100 G/W. About 20 (very easy) to 60 (very hard)."""
    return ratio(n_words, n_sentences) + 100 * ratio(n_long_words, n_words)


def rix(n_words, n_sentences, n_long_words):
    """Anderson (1983): G/S. About 0 to 8, higher is harder."""
    return ratio(n_long_words, np.where(np.asarray(n_words) > 0, n_sentences, 0))


def forcast(n_words, n_monosyllables):
    """Caylor et al. (1973): 20 - M/10 in 150 words, here 20 - 15 M/W. US school grade, higher is harder."""
    return 20 - 15 * ratio(n_monosyllables, n_words)


FORMULAS = {
    f.__name__: f
    for f in (
        *(flesch_reading_ease, flesch_kincaid_grade, gunning_fog, smog, coleman_liau, ari, dale_chall, lix, rix),
        *(forcast, dale_chall_cloze),
    )
}
GRADE_FORMULAS = ("flesch_kincaid_grade", "gunning_fog", "smog", "coleman_liau", "ari", "forcast")
COUNTS = [
    *("n_words", "n_syllables", "n_letters", "n_polysyllables", "n_long_words", "n_difficult_words"),
    *("n_complex_words", "n_monosyllables", "n_characters"),
]
STAND_IN = {"n_complex_words": "n_polysyllables", "n_characters": "n_letters"}


def score_counts(counts, formula):
    """The score of `formula` for each row of `counts` (a table or mapping with n_sentences and the count columns).

    Raises ValueError naming an unknown formula and the nearest names. Usable as the statistic of a resampling.
    """
    if formula not in FORMULAS:
        near = ", ".join(difflib.get_close_matches(str(formula), FORMULAS, cutoff=0.3)) or ", ".join(FORMULAS)
        raise ValueError(f"formula: {formula!r} is unknown; did you mean {near}?")
    function = FORMULAS[formula]
    return function(**{name: counts[name] for name in signature(function).parameters})


@cache
def easy_words():
    """The Dale-Chall list of words known to fourth graders (as printed in textstat) with their regular inflections."""
    source = Path(find_spec("textstat").submodule_search_locations[0], "resources", "en", "easy_words.txt")
    return inflect(source.read_text(encoding="utf-8").split())


def inflect(words):
    """The set of `words` and their regular inflections: -s, -es, -ed, -ing, -er, -est, -ly, with doubling, y and e."""
    forms = set(words)
    for word in words:
        stem = word[:-1] if word.endswith("e") else word
        doubled = stem + stem[-1] if len(word) > 2 and word[-1] in "bdglmnprt" and word[-2] in "aeiou" else stem
        stem, y = (word[:-1] + "i", word) if word.endswith("y") and word[-2:-1] not in "aeiou" else (stem, stem)
        forms.update(s + e for s in {stem, doubled} for e in ("ed", "er", "est"))
        forms.update((word + "s", stem + "es", y + "ing", doubled + "ing", (stem if word != y else word) + "ly"))
    return frozenset(forms)


def word_attributes(words, *, easy=None):
    """One row per word of `words` (distinct, folded): what readability counts of it, as small integers.

    Columns: word, n_syllables, n_letters, n_characters (letters and digits), n_polysyllables (1: three syllables or
    more), n_monosyllables, n_long_words (1: more than six letters), n_difficult_words (1: neither on the list of easy
    words nor a regular inflection of one; figures are easy), n_complex_words (1: polysyllable that is neither a
    hyphenated compound of short words nor a two-syllable word with -ed or -es). Names are not known from the word alone.
    `easy`: your own list of easy words (CSV with a column word).
    """
    words = pd.Series(words, dtype="str").reset_index(drop=True)
    array = pa.array(words).cast(pa.string())
    count = lambda pattern: pc.count_substring_regex(array, pattern).to_numpy()  # noqa: E731
    match = lambda pattern: pc.match_substring_regex(array, pattern).to_numpy(zero_copy_only=False)  # noqa: E731
    known = easy_words() if easy is None else inflect(read_list(easy, required=("word",))["word"])
    syllables, letters = count_syllables(words), count(r"\p{L}")
    parts = pc.split_pattern_regex(pc.filter(array, match("-")), "-+")
    compound = np.zeros(len(words), bool)
    easy_word = pc.is_in(array, pa.array(sorted(known), pa.string())).to_numpy(zero_copy_only=False) | ~match(
        r"\p{L}{2}"
    )
    if len(parts):
        flat, parent = pc.list_flatten(parts), pc.list_parent_indices(parts).to_numpy()
        short = (count_syllables(flat.to_pandas()) < 3) | ~pc.match_substring_regex(flat, r"\p{L}").to_numpy(False)
        compound[match("-")] = np.bincount(parent, ~short, len(parts)) == 0
        hard = ~np.isin(flat.to_numpy(False), list(known)) & pc.match_substring_regex(flat, r"\p{L}{2}").to_numpy(False)
        easy_word[match("-")] |= np.bincount(parent, hard, len(parts)) == 0
    poly = syllables >= 3
    verb = (syllables == 3) & match("[td]ed$|(?:[sxzcg]|[cs]h)es$")
    return pd.DataFrame(
        {
            "word": words,
            "n_syllables": syllables,
            "n_letters": letters,
            "n_characters": count(r"[\p{L}\p{Nd}]"),
            "n_polysyllables": poly,
            "n_monosyllables": syllables == 1,
            "n_long_words": letters > 6,
            "n_difficult_words": ~easy_word,
            "n_complex_words": poly & ~verb & ~compound,
        }
    ).astype(dict.fromkeys(COUNTS[1:], "int16"))


def count_sentences(sentences, tokens=None):
    """One row per sentence of `sentences`, with the count columns of the sentences table filled from `tokens`.

    Words are counted once per distinct word and summed by sentence. A word with a capital that does not begin the
    sentence is taken as a name: easy for Dale-Chall and not complex for Gunning, as their instructions say. `tokens`:
    of these sentences (default: tokenised here). n_quoted_words is filled too when tokens say what is quoted.
    """
    schema.require(sentences, "sentences", "doc_id", "sentence_id")
    tokens = tokenize_sentences(sentences) if tokens is None else tokens
    schema.require(tokens, "tokens", "doc_id", "sentence_id", "token", "word", "is_word")
    keep = tokens["is_word"].to_numpy()
    doc, word, printed = (tokens[c].astype("category").cat for c in ("doc_id", "word", "token"))
    index = pd.MultiIndex.from_arrays([doc.categories.get_indexer(sentences["doc_id"]), sentences["sentence_id"]])
    doc_codes, ids = doc.codes.to_numpy()[keep], tokens["sentence_id"].to_numpy()[keep]
    new = np.ones(len(ids), bool)
    new[1:] = (doc_codes[1:] != doc_codes[:-1]) | (ids[1:] != ids[:-1])
    starts = np.flatnonzero(new)
    rows = index.get_indexer(pd.MultiIndex.from_arrays([doc_codes[starts], ids[starts]]))
    codes, capital = word.codes.to_numpy()[keep], pd.Series(printed.categories, dtype="str").str[:1].str.isupper()
    name = capital.to_numpy(bool)[printed.codes.to_numpy()[keep]] & ~new
    attributes, counts = word_attributes(word.categories), {"n_words": np.ones(len(codes), "int32")}
    for column in COUNTS[1:]:
        counts[column] = attributes[column].to_numpy()[codes]
        if column in ("n_difficult_words", "n_complex_words"):
            counts[column] = np.where(name, 0, counts[column])
    if "in_quote" in tokens:
        counts["n_quoted_words"] = tokens["in_quote"].to_numpy()[keep]
    out = {}
    for column, values in counts.items():
        out[column] = np.zeros(len(sentences), "int32")
        if len(starts):
            out[column][rows[rows >= 0]] = np.add.reduceat(values, starts, dtype="int32")[rows >= 0]
    return sentences.assign(**out)


def readability(sentences, by="doc_id", *, documents=None):
    """One row per group of sentences: its counts of sentences and words and its score by every formula.

    `by`: a column or several, of `sentences` or of `documents` (joined on doc_id); ["doc_id", "sentence_id"] gives each
    sentence. Columns: by, n_sentences, n_words, then one per formula (see `FORMULAS`); smog_extrapolated is True under
    the 30 sentences that SMOG was made for. NaN where there is no sentence or word. Counts come from the count columns,
    or from `text` where these are absent; ValueError when neither is there or `by` names no column.
    """
    by = [by] if isinstance(by, str) else list(by)
    if not {"n_words", "n_syllables"} <= set(sentences.columns):
        schema.require(sentences, "sentences", "doc_id", "sentence_id", "start", "end", "text")
        sentences = count_sentences(sentences)
    if documents is not None:
        extra = ["doc_id", *(c for c in by if c not in sentences)]
        schema.require(documents, "documents", *extra)
        sentences = documents[extra].merge(sentences, on="doc_id", how="left", validate="one_to_many")
    if absent := [c for c in by if c not in sentences]:
        raise ValueError(f"by: no column {', '.join(absent)} in sentences; pass documents= to group by their columns")
    sentences = sentences.assign(**{c: sentences[s] for c, s in STAND_IN.items() if c not in sentences})
    sentences["n_sentences"] = sentences["sentence_id"].notna().astype("int32")
    counts = [c for c in ("n_sentences", *COUNTS) if c in sentences]
    groups = sentences.groupby(by, sort=False, observed=True, dropna=False)[counts].sum().reset_index()
    groups = groups.astype(dict.fromkeys(counts, "int64"))
    groups["n_monosyllables"] = groups.get("n_monosyllables", np.nan)
    scores = {name: np.asarray(score_counts(groups, name), float) for name in FORMULAS}
    return groups[[*by, "n_sentences", "n_words"]].assign(**scores, smog_extrapolated=groups["n_sentences"] < 30)


def mark_voice(sentences):
    """The sentences with a column `voice`: quoted where more than half of the words are quoted, else own."""
    schema.require(sentences, "sentences", "n_words", "n_quoted_words")
    quoted = 2 * sentences["n_quoted_words"] > sentences["n_words"]
    return sentences.assign(voice=pd.Series(np.where(quoted, "quoted", "own"), sentences.index, dtype="str"))
