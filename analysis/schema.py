"""The columns of every table, in one place.

A table is a pandas DataFrame. Text columns have pandas' `str` dtype (missing: NaN), counts and offsets are
integers, scores are float64 (undefined: NaN), dates datetime64[s] (unknown: NaT). Offsets count Unicode code
points of `documents.text`, end exclusive. `empty` gives a table without rows that keeps columns and dtypes.
"""

import pandas as pd

TEXT, COUNT, SCORE, FLAG, DATE, CODES = "str", "int32", "float64", "bool", "datetime64[s]", "category"

TABLES = {
    "documents": {
        "doc_id": TEXT,
        "outlet": TEXT,
        "author": TEXT,
        "date": DATE,
        "title": TEXT,
        "url": TEXT,
        "file": TEXT,
        "sha256": TEXT,
        "encoding": TEXT,
        "n_paragraphs": COUNT,
        "n_sentences": COUNT,
        "n_words": COUNT,
        "text": TEXT,
    },
    "paragraphs": {
        "doc_id": TEXT,
        "paragraph_id": COUNT,
        "start": COUNT,
        "end": COUNT,
        "kind": TEXT,
        "rule": TEXT,
    },
    "sentences": {
        "doc_id": TEXT,
        "sentence_id": COUNT,
        "paragraph_id": COUNT,
        "start": COUNT,
        "end": COUNT,
        "n_words": COUNT,
        "n_syllables": COUNT,
        "n_letters": COUNT,
        "n_polysyllables": COUNT,
        "n_long_words": COUNT,
        "n_difficult_words": COUNT,
        "n_complex_words": COUNT,
        "n_monosyllables": COUNT,
        "n_characters": COUNT,
        "n_quoted_words": COUNT,
        "tone": SCORE,
        "tone_event_adjusted": SCORE,
        "text": TEXT,
    },
    "tokens": {
        "doc_id": CODES,
        "sentence_id": COUNT,
        "token_id": COUNT,
        "start": COUNT,
        "end": COUNT,
        "token": CODES,
        "word": CODES,
        "is_word": FLAG,
        "in_quote": FLAG,
    },
    "word_counts": {"doc_id": TEXT, "word": TEXT, "count": COUNT, "quoted_count": COUNT},
    "mentions": {
        "doc_id": TEXT,
        "sentence_id": COUNT,
        "start": COUNT,
        "end": COUNT,
        "surface": TEXT,
        "actor": TEXT,
        "form": TEXT,
        "in_quote": FLAG,
        "target_tone": SCORE,
    },
    "quotes": {
        "doc_id": TEXT,
        "quote_id": COUNT,
        "sentence_id": COUNT,
        "start": COUNT,
        "end": COUNT,
        "kind": TEXT,
        "speaker": TEXT,
        "actor": TEXT,
        "cue": TEXT,
        "n_words": COUNT,
    },
}

PARAGRAPH_KINDS = (
    "body",
    "headline",
    "heading",
    "byline",
    "dateline",
    "caption",
    "summary",
    "author_bio",
    "appeal",
    "chrome",
    "comments",
)


def empty(table):
    """A table without rows, with the columns and dtypes of `table`."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in TABLES[table].items()})


def conform(frame, table, *, missing=()):
    """`frame` with the columns of `table` in their order and dtypes; columns named in `missing` may be absent.

    Raises ValueError naming the columns that are absent and not named in `missing`.
    """
    columns = TABLES[table]
    absent = [name for name in columns if name not in frame.columns and name not in missing]
    if absent:
        raise ValueError(f"{table}: column {', '.join(absent)} is missing; found {', '.join(map(str, frame.columns))}")
    kept = {name: dtype for name, dtype in columns.items() if name in frame.columns}
    return frame[list(kept)].astype({k: d for k, d in kept.items() if d != CODES})


def require(frame, argument, *columns):
    """Raise ValueError when the table given as `argument` lacks one of `columns`."""
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise ValueError(
            f"{argument}: column {', '.join(absent)} is missing; found {', '.join(map(str, frame.columns))}"
        )
