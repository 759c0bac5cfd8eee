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
from analysis.syllables import as_column, count_matches, count_syllables
from analysis.text import tokenize_sentences
from analysis.typography import remember


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


def smog(n_sentences, n_polysyllables):
    """McLaughlin (1969), regression: 1.0430 sqrt(30 P/S) + 3.1291. Grade, higher is harder; for 30 sentences."""
    return 1.0430 * np.sqrt(30 * ratio(n_polysyllables, n_sentences)) + 3.1291


def smog_simple(n_sentences, n_polysyllables):
    """McLaughlin (1969), by hand: 3 + sqrt(30 P/S)."""
    return 3 + np.sqrt(30 * ratio(n_polysyllables, n_sentences))


def smog_table(n_polysyllables):
    """McGraw's conversion table for 30 sentences: 3 + the root of the perfect square nearest to P."""
    return 3 + np.rint(np.sqrt(np.asarray(n_polysyllables, float)))


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


def rix(n_sentences, n_long_words):
    """Anderson (1983): G/S. About 0 to 8, higher is harder."""
    return ratio(n_long_words, n_sentences)


def forcast(n_words, n_monosyllables):
    """Caylor et al. (1973): 20 - M/10 in 150 words, here 20 - 15 M/W. US school grade, higher is harder."""
    return 20 - 15 * ratio(n_monosyllables, n_words)


FORMULAS = [flesch_reading_ease, flesch_kincaid_grade, gunning_fog, smog, coleman_liau, ari, dale_chall, lix, rix]
FORMULAS = {formula.__name__: formula for formula in [*FORMULAS, forcast, dale_chall_cloze]}
EASIER = ("flesch_reading_ease", "dale_chall_cloze")  # a higher score is easier; of all others, harder
COUNTS = [
    *("n_words", "n_syllables", "n_letters", "n_polysyllables", "n_long_words", "n_difficult_words"),
    *("n_complex_words", "n_monosyllables", "n_characters"),
]
STAND_IN = {"n_sentences": "n_rows", "n_complex_words": "n_polysyllables", "n_characters": "n_letters"}


def _find_counts(counts, formula):
    """The columns of `counts` that `formula` is computed from, and those of them that are not there."""
    wanted = [c if c in counts else STAND_IN.get(c, c) for c in signature(FORMULAS[formula]).parameters]
    return wanted, [c for c in wanted if c not in counts]


def score_counts(counts, formula):
    """The score by `formula` for each row of `counts`: n_sentences (else n_rows) and the counts of a sentences table.

    Arithmetic on sums, so it can be resampled. Without n_complex_words, n_polysyllables stand in, without n_characters
    n_letters. NaN where n_words is 0. An unknown formula: ValueError with the nearest names.
    """
    if formula not in FORMULAS:
        near = ", ".join(difflib.get_close_matches(str(formula), FORMULAS, cutoff=0.3) or FORMULAS)
        raise ValueError(f"formula: {formula!r} is unknown; did you mean {near}?")
    wanted, absent = _find_counts(counts, formula)
    if absent:
        raise ValueError(f"counts: column {', '.join(absent)} is missing, which {formula} needs")
    return np.where(np.asarray(counts["n_words"]) > 0, FORMULAS[formula](*(counts[c] for c in wanted)), np.nan)


@cache
def easy_words():
    """The Dale-Chall words as textstat prints them, those its copy lacks (easy_words.csv), and regular inflections."""
    source = Path(find_spec("textstat").submodule_search_locations[0], "resources", "en", "easy_words.txt")
    listed = source.read_text(encoding="utf-8").replace(".", "").split()  # mr., mrs.: no period is part of a word here
    return inflect([*listed, *read_list("easy_words", required=("word",))["word"]])


def inflect(words):
    """The set of `words` and their regular inflections: -s, -es, -ed, -ing, -er, -est, -ly, with doubling, y and e."""
    forms = set(words)
    for word in words:
        bare = word.removesuffix("e")
        stem = word[:-1] + "i" if word.endswith("y") and word[-2:-1] not in ("a", "e", "o", "u") else bare
        double = word + word[-1] if len(word) > 2 and word[-1] in "bdglmnprt" and word[-2] in "aeiou" else stem
        adverb = word[:-1] + "y" if word.endswith("le") else (stem if word.endswith("y") else word) + "ly"
        forms.update(form + ending for form in {stem, double} for ending in ("ed", "er", "est"))
        forms.update((word + "s", stem + "es", bare + "ing", (bare if double == stem else double) + "ing", adverb))
    return frozenset(forms)


def _match(array, pattern):
    return pc.match_substring_regex(array, pattern).to_numpy(zero_copy_only=False)


def word_attributes(words, *, easy=None):
    """One row per word of `words` (folded, lower case, possessive or not): what the formulas count of it.

    Columns: word, n_syllables, n_letters, n_polysyllables (1: three syllables or more), n_long_words (1: more than six
    letters), n_difficult_words (1: neither an easy word nor a regular inflection or hyphenated compound of easy words;
    figures are easy), n_complex_words (1: polysyllable, but neither a hyphenated compound of shorter words nor a word
    that -ed or -es makes three syllables), n_monosyllables, n_characters (letters and digits). Names cannot be told
    from a word alone. `easy`: your own list of easy words (CSV with a column word) in place of the Dale-Chall list.
    """
    array = as_column(words)
    if easy is None:
        columns = _attributes_shipped(array)
    else:
        columns = _attributes(array, inflect(list(read_list(easy, required=("word",))["word"])))
    return pd.DataFrame({"word": array.to_pandas().astype("str")} | columns)  # before pyarrow 24 none gives objects


def _attributes(array, easy):
    """The columns of `word_attributes`; `easy`: the easy words and their inflections."""
    known = pa.array(list(easy), pa.string())
    plain = pc.replace_substring_regex(array, "'s?$", "")
    syllables, digits = count_syllables(array.to_pandas()), count_matches(array, r"\p{Nd}")
    letters = pc.utf8_length(array).to_numpy() - count_matches(array, r"\P{L}")
    difficult = ~pc.is_in(plain, known).to_numpy(zero_copy_only=False) & _match(plain, r"\p{L}{2}")
    verb = (syllables == 3) & _match(plain, "[td]ed$|(?:[sxzcg]|[cs]h)es$")
    compound = _match(plain, "-")
    parts = pc.split_pattern(plain.filter(pa.array(compound)), "-")
    part, owner = pc.list_flatten(parts), pc.list_parent_indices(parts).to_numpy()
    hard = ~pc.is_in(part, known).to_numpy(zero_copy_only=False) & _match(part, r"\p{L}{2}")
    difficult[compound] &= np.bincount(owner, hard, len(parts)) > 0
    compound[compound] = np.bincount(owner, count_syllables(part.to_pandas()) > 2, len(parts)) == 0
    columns = {
        "n_syllables": syllables,
        "n_letters": letters,
        "n_polysyllables": syllables > 2,
        "n_long_words": letters > 6,
        "n_difficult_words": difficult,
        "n_complex_words": (syllables > 2) & ~compound & ~verb,
        "n_monosyllables": syllables == 1,
        "n_characters": letters + digits,
    }
    return {c: np.asarray(v, "int16") for c, v in columns.items()}


_attributes_shipped = remember(lambda array: _attributes(array, easy_words()))


def count_sentences(sentences, tokens=None, *, easy=None):
    """One row per sentence of `sentences`, with the count columns of the sentences table filled from `tokens`.

    What is counted is found once per printed form and summed by sentence. Names are easy for Dale and Chall and not
    complex for Gunning, as their instructions say: a capital inside a sentence, or at its start when the same form has
    one inside another sentence of the article. `tokens`: default, tokenised here. `easy` as in `word_attributes`.
    n_quoted_words is filled when tokens have in_quote.
    """
    schema.require(sentences, "sentences", "doc_id", "sentence_id")
    tokens = tokenize_sentences(sentences) if tokens is None else tokens
    schema.require(tokens, "tokens", "doc_id", "sentence_id", "token", "word", "is_word")
    schema.require_order(tokens)
    keep = tokens["is_word"].to_numpy(bool)
    doc, word, printed = (tokens[c].astype("category").cat for c in ("doc_id", "word", "token"))
    document, codes = doc.codes.to_numpy()[keep], printed.codes.to_numpy()[keep]
    ids = tokens["sentence_id"].to_numpy()[keep]
    first = np.ones(len(ids), bool)
    first[1:] = (document[1:] != document[:-1]) | (ids[1:] != ids[:-1])
    starts = np.flatnonzero(first)

    forms = pd.Series(printed.categories, dtype="str")
    folded = np.zeros(len(forms), int)
    folded[codes] = word.codes.to_numpy()[keep]
    owned = forms.str.contains("['’]s$", regex=True).to_numpy(bool)
    words = pd.Series(word.categories, dtype="str").take(folded).reset_index(drop=True).str.removesuffix("'s")
    attributes = word_attributes(words + pd.Series(np.where(owned, "'s", ""), dtype="str"), easy=easy)
    hard = attributes["n_difficult_words"].to_numpy() + attributes["n_complex_words"].to_numpy() > 0
    capital = forms.str[:1].str.isupper().to_numpy(bool)
    at = np.flatnonzero((hard & capital)[codes])  # only these may be spared, and they are few
    key, initial = document[at].astype("int64") * len(forms) + codes[at], first[at]
    spared = at[~initial | np.isin(key, key[~initial])]

    index = pd.MultiIndex.from_arrays([doc.categories.get_indexer(sentences["doc_id"]), sentences["sentence_id"]])
    rows = index.get_indexer(pd.MultiIndex.from_arrays([document[starts], ids[starts]]))
    counts = {"n_words": np.ones(len(codes), "int16")} | {c: attributes[c].to_numpy()[codes] for c in COUNTS[1:]}
    for column in ("n_difficult_words", "n_complex_words"):
        counts[column][spared] = 0
    if "in_quote" in tokens:
        counts["n_quoted_words"] = tokens["in_quote"].to_numpy(bool)[keep]
    filled = {column: np.zeros(len(sentences), "int32") for column in counts}
    for column, values in counts.items():
        if len(starts):
            filled[column][rows[rows >= 0]] = np.add.reduceat(values, starts, dtype="int32")[rows >= 0]
    return sentences.assign(**filled)


def _totals(sentences, by):
    """Sums of the counts, and the number of sentences, by group; rows without a sentence_id add nothing."""
    counts = [c for c in COUNTS if c in sentences]
    n = sentences["n_sentences"] if "n_sentences" in sentences else sentences["sentence_id"].notna()
    table = sentences[[*by, *counts]].assign(n_sentences=n)
    table = table.groupby(by, sort=False, observed=True, dropna=False).sum().reset_index()
    return table.astype(dict.fromkeys(["n_sentences", *counts], "int64"))


def _prepare(sentences, by, documents):
    by = [by] if isinstance(by, str) else list(by)
    if not by:
        raise ValueError("by: name at least one column, such as doc_id or outlet")
    schema.require(sentences, "sentences", "doc_id", "n_sentences" if "n_sentences" in sentences else "sentence_id")
    if not {"n_words", "n_syllables"} <= set(sentences.columns):
        schema.require(sentences, "sentences", "start", "end", "text")
        sentences = count_sentences(sentences)
    if documents is not None:
        extra = list(dict.fromkeys(["doc_id", *(c for c in by if c not in sentences)]))
        schema.require(documents, "documents", *extra)
        documents, sentences = (table.astype({"doc_id": "str"}) for table in (documents[extra], sentences))
        schema.find_labels(sentences["doc_id"].drop_duplicates(), schema.label_documents(documents, "doc_id"))
        sentences = documents.merge(sentences, on="doc_id", how="left", validate="one_to_many")
    if absent := [c for c in by if c not in sentences]:
        near = difflib.get_close_matches(absent[0], sentences.columns, n=3) or list(sentences.columns)
        hint = "pass documents= to group by their columns"
        raise ValueError(f"by: {absent[0]!r} is no column of sentences; {hint}, or use {', '.join(near)}")
    for column in by:
        sentences = schema.label_rows(sentences, column)
    return by, sentences


def readability(sentences, by="doc_id", *, documents=None):
    """One row per group of sentences: its size, its score by every formula, and the counts that went in.

    `by`: a column or several of `sentences` or, joined on doc_id, of `documents` (whose articles without a sentence
    then have a row too); ["doc_id", "sentence_id"] scores each sentence. Columns: by, n_sentences, n_words, one per
    formula (`FORMULAS`), smog_extrapolated (fewer than the 30 sentences SMOG was made for), the other counts.
    NaN without a word, or without the count a formula needs. Counts come from the count columns or, without these,
    from `text` (with sentence_id, start, end); ValueError when neither is there or `by` names no column.
    """
    by, sentences = _prepare(sentences, by, documents)
    groups = _totals(sentences, by)
    scores = {f: np.nan if _find_counts(groups, f)[1] else score_counts(groups, f) for f in FORMULAS}
    result = groups[[*by, "n_sentences", "n_words"]].assign(**scores, smog_extrapolated=groups["n_sentences"] < 30)
    return result.join(groups[[c for c in COUNTS[1:] if c in groups]])


def sentence_effects(sentences, *, formula="flesch_kincaid_grade", by="doc_id"):
    """The sentences, hardest first, with `score` (of the sentence alone) and `effect` on the score of its group.

    `effect`: the score of the group less its score without this sentence, in units of the formula; NaN where nothing
    else is left.
    """
    by, sentences = _prepare(sentences, by, None)
    parts = sentences[[c for c in COUNTS if c in sentences]].assign(n_sentences=1)
    effect = _effects(sentences, parts, sentences, formula, by)
    table = sentences.assign(score=score_counts(parts, formula), effect=effect)
    return table.sort_values("score", ascending=formula in EASIER, kind="stable")


def _effects(rows, parts, sentences, formula, by):
    """The score of the group of each of `rows` less its score without the counts in `parts`."""
    totals = rows[by].merge(_totals(sentences, by), on=by, how="left", validate="many_to_one").set_index(rows.index)
    return score_counts(totals, formula) - score_counts(totals[parts.columns] - parts, formula)


def word_effects(word_counts, sentences, *, formula="flesch_kincaid_grade", by="doc_id"):
    """One row per word of a group, hardest first: by, word, count, n_syllables, is_difficult, effect.

    `effect`: the score of the group less its score without the word, in units of the formula. Names cannot be told from
    counts of words, so for Fog and Dale-Chall their effect is that of a common noun. Both tables need the columns `by`.
    """
    by, sentences = _prepare(sentences, by, None)
    schema.require(word_counts, "word_counts", *by, "word", "count")
    words = word_counts.groupby([*by, "word"], sort=False, observed=True, dropna=False)["count"].sum().reset_index()
    attributes = word_attributes(words["word"].drop_duplicates())
    words = words.merge(attributes, on="word", validate="many_to_one").assign(n_words=1)
    parts = words[[c for c in COUNTS if c in sentences]].mul(words["count"], axis=0).assign(n_sentences=0)
    words["effect"] = _effects(words, parts, sentences, formula, by)
    words["is_difficult"] = words["n_difficult_words"] > 0
    table = words[[*by, "word", "count", "n_syllables", "is_difficult", "effect"]]
    return table.sort_values("effect", ascending=formula in EASIER, kind="stable", ignore_index=True)


def sum_sentences(sentences):
    """One row per article and voice (`mark_voice`): `doc_id, voice, n_sentences`, the sums of the counts, of `tone` and
    of `tone_event_adjusted`, and `n_scored`, the sentences that have a tone.

    All that `readability` and, as ratios of sums such as ("tone", "n_scored"), the functions of compare.py need.
    """
    voiced = mark_voice(sentences).assign(n_sentences=1, n_scored=sentences["tone"].notna())
    columns = [
        "n_sentences",
        *(c for c in COUNTS if c in sentences),
        "n_quoted_words",
        "tone",
        "tone_event_adjusted",
        "n_scored",
    ]
    return voiced.groupby(["doc_id", "voice"], as_index=False, sort=False, observed=True)[columns].sum()


def mark_voice(sentences):
    """The sentences with a column `voice`: quoted where more than half of the words are quoted, else own."""
    schema.require(sentences, "sentences", "n_words", "n_quoted_words")
    quoted = 2 * sentences["n_quoted_words"] > sentences["n_words"]
    return sentences.assign(voice=pd.Series(np.where(quoted, "quoted", "own"), sentences.index, dtype="str"))


# Formula -> textstat's name, and why it differs on the same text (textstat 0.7). It leaves out sentences of one or two
# words and ends one at each period of U.S. in all of them.
TEXTSTAT = {
    "flesch_reading_ease": ("flesch_reading_ease", "unknown words by hyphenation points: too few syllables"),
    "flesch_kincaid_grade": ("flesch_kincaid_grade", "unknown words by hyphenation points: too few syllables"),
    "gunning_fog": ("gunning_fog", "complex: off the easy-word list, so names count and common long words do not"),
    "smog": ("smog_index", "unknown words by hyphenation points: too few syllables"),
    "coleman_liau": ("coleman_liau_index", "0.058 for 0.0588; no digits among the letters on either side"),
    "ari": ("automated_readability_index", "counts punctuation marks as characters"),
    "dale_chall": ("dale_chall_readability_score", "inflected easy words and names are difficult"),
    "lix": ("lix", "the count of sentences"),
    "rix": ("rix", "the count of sentences"),
}


def compare_with_textstat(sentences):
    """One row per document and formula: doc_id, formula, ours, textstat, difference, reason.

    Needs `text`. textstat is given the same sentences, joined. Where it needs NLTK's pronouncing dictionary and this is
    not installed, its value is NaN and `reason` says so: nothing is downloaded.
    """
    import nltk
    import textstat

    schema.require(sentences, "sentences", "doc_id", "sentence_id", "text")
    try:
        nltk.data.find("corpora/cmudict")
        spoken = True
    except LookupError:
        spoken = False
    ours, rows = readability(sentences).set_index("doc_id"), []
    for doc_id, text in sentences.groupby("doc_id", sort=False, observed=True)["text"].agg(" ".join).items():
        for formula, (theirs, reason) in TEXTSTAT.items():
            able = spoken or formula in ("coleman_liau", "ari", "lix", "rix")
            value = float(getattr(textstat, theirs)(text)) if able else np.nan
            note = reason if able else "textstat needs NLTK's cmudict, which is not installed"
            rows.append((doc_id, formula, ours.at[doc_id, formula], value, note))
    table = pd.DataFrame(rows, columns=["doc_id", "formula", "ours", "textstat", "reason"])
    table = table.astype({"doc_id": "str", "formula": "str", "ours": float, "textstat": float, "reason": "str"})
    table.insert(4, "difference", table["ours"] - table["textstat"])
    return table
