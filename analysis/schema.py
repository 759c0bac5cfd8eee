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
        "n_quoted_words": COUNT,
        "tone": SCORE,
        "tone_event_adjusted": SCORE,
        "text": TEXT,
        "n_complex_words": COUNT,
        "n_monosyllables": COUNT,
        "n_characters": COUNT,
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


# What a column means; `table.column` where a column means something else in one table. `docs/data-dictionary.md` is
# written from this by `scripts/write_dictionary.py`.
MEANINGS = {
    "doc_id": "the article",
    "outlet": "who published it; missing: unknown",
    "author": "as the metadata or the page says",
    "date": "day of publication; missing: unknown or impossible",
    "title": "from the metadata, else the first headline-like line",
    "url": "from the metadata or the page",
    "file": "the file it was read from, relative to the corpus",
    "sha256": "hash of the file's bytes",
    "encoding": "as which the file was decoded",
    "n_paragraphs": "paragraphs, kept or not",
    "n_sentences": "sentences of the body",
    "documents.n_words": "words of the body",
    "documents.text": "the whole decoded text in NFC; offsets count its code points",
    "paragraph_id": "number of the paragraph in the article, from 0",
    "start": "offset of its first character in `documents.text`",
    "end": "offset after its last character in `documents.text`",
    "paragraphs.kind": "what it is: " + ", ".join(PARAGRAPH_KINDS),
    "rule": "the rule that decided the kind; empty: none, it is body",
    "sentence_id": "number of the sentence in the article, from 0",
    "n_words": "words in it",
    "n_syllables": "syllables of its words",
    "n_letters": "letters of its words",
    "n_polysyllables": "words of three syllables or more",
    "n_long_words": "words of more than six letters",
    "n_difficult_words": "words that are not on the Dale–Chall list of easy words",
    "n_complex_words": "words of three syllables or more that Gunning counts: no names, no easy compounds or endings",
    "n_monosyllables": "words of one syllable",
    "n_characters": "letters and digits of its words",
    "n_quoted_words": "words between quotation marks",
    "tone": "VADER's compound score, −1 to 1, negative is negative",
    "tone_event_adjusted": "the same without words that describe the event and without names",
    "sentences.text": "as printed",
    "token_id": "number of the token in the article, from 0",
    "token": "as printed",
    "word": "the counted form: typography folded, lower case, without possessive 's",
    "is_word": "a word; no: punctuation or a symbol",
    "in_quote": "stands between quotation marks",
    "count": "how often the word stands in the article's body",
    "quoted_count": "how often between quotation marks",
    "surface": "the name as printed",
    "actor": "the actor of the registry it names; missing: none",
    "form": "how it is named: name, surname, nickname, demonym, capital, seat, office or compound",
    "target_tone": "tone of what is said about the actor here, −1 to 1, negative is negative",
    "quote_id": "number of the quotation in the article, from 0",
    "quotes.kind": "speech, scare (a few words in marks, no speaker), title, or indirect (reported without marks)",
    "speaker": "who is quoted: a name, the head noun of a description, or a pronoun [and whom it stands for]",
    "cue": "the reporting verb's lemma, or what stands for it",
}
