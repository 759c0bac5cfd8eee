"""The columns of every table, in one place.

A table is a pandas DataFrame. Text columns have pandas' `str` dtype (missing: NaN), counts and offsets are
int32, scores are float64 (undefined: NaN), dates datetime64[s] (unknown: NaT). Offsets count Unicode code
points of `documents.text`, end exclusive. `empty` gives a table without rows that keeps columns and dtypes.
"""

import os
from difflib import get_close_matches
from numbers import Integral, Real

import numpy as np
import pandas as pd
import pyarrow as pa

if os.environ["ARROW_DEFAULT_MEMORY_POOL"] == "system":  # also where pyarrow was there before
    pa.set_memory_pool(pa.system_memory_pool())

TEXT, SCORE, FLAG, DATE, CODES = "str", "float64", "bool", "datetime64[s]", "category"
DTYPES = {  # of a column in every table; all that is not named here is a count or an offset: int32
    **dict.fromkeys(("doc_id", "outlet", "author", "title", "url", "file", "sha256", "encoding", "text"), TEXT),
    **dict.fromkeys(("kind", "rule", "word", "surface", "actor", "form", "speaker", "cue"), TEXT),
    **dict.fromkeys(("tone", "tone_event_adjusted", "target_tone"), SCORE),
    **dict.fromkeys(("is_word", "in_quote"), FLAG),
    "date": DATE,
}


def _table(columns, **dtypes):
    """Column names of a table and their dtypes; `dtypes`: those that differ here."""
    return {name: (DTYPES | dtypes).get(name, "int32") for name in columns.split()}


TABLES = {
    "documents": _table(
        "doc_id outlet author date title url file sha256 encoding n_paragraphs n_sentences n_words text"
    ),
    "paragraphs": _table("doc_id paragraph_id start end kind rule"),
    "sentences": _table(
        "doc_id sentence_id paragraph_id start end n_words n_syllables n_letters n_polysyllables n_long_words"
        " n_difficult_words n_quoted_words tone tone_event_adjusted text n_complex_words n_monosyllables n_characters"
    ),
    "tokens": _table(
        "doc_id sentence_id token_id start end token word is_word in_quote", doc_id=CODES, token=CODES, word=CODES
    ),
    "word_counts": _table("doc_id word count quoted_count"),
    "mentions": _table("doc_id sentence_id start end surface actor form in_quote target_tone"),
    "quotes": _table("doc_id quote_id sentence_id start end kind speaker actor cue n_words"),
}
_KINDS = "body headline heading byline dateline caption summary author_bio appeal chrome comments"
PARAGRAPH_KINDS = tuple(_KINDS.split())


def require(frame, argument, *columns):
    """Raise ValueError when what is given as `argument` is no table, or lacks one of `columns`."""
    if not isinstance(frame, pd.DataFrame):
        raise ValueError(f"{argument}: found {type(frame).__name__}, not a table; give a pandas DataFrame")
    if absent := [name for name in columns if name not in frame.columns]:
        found = ", ".join(map(str, frame.columns))
        raise ValueError(f"{argument}: column {', '.join(absent)} is missing; found {found}")


def take_documents(documents):
    """`documents` with `doc_id` and `text` as text: ids may be numbers, and columns of an empty table anything."""
    require(documents, "documents", "doc_id", "text")
    return _retype(documents, {"doc_id": TEXT, "text": TEXT})


def _retype(frame, dtypes):
    """`frame` with these dtypes, itself where it has them."""
    other = {name: dtype for name, dtype in dtypes.items() if frame[name].dtype != dtype}
    return frame.astype(other) if other else frame


def require_number(value, argument, low, high, fault, *, whole=False):
    """Raise ValueError, `fault` and all, when `value` is no number (`whole`: no whole one) from `low` to `high`."""
    if not isinstance(value, Integral if whole else Real) or not low <= value <= high:
        raise ValueError(f"{argument}: {value!r} {fault}")


def require_order(tokens):
    """Raise ValueError when the tokens of an article are not one after another in the order of the text."""
    column = next((name for name in ("token_id", "start", "sentence_id") if name in tokens), None)
    place, doc = tokens[column].to_numpy() if column else np.arange(len(tokens)), pd.factorize(tokens["doc_id"])[0]
    new = doc[1:] != doc[:-1]
    if (place[1:] < place[:-1])[~new].any() or new.sum() > doc.max(initial=0):
        raise ValueError("tokens: they are not in the order of the text; sort them by doc_id and token_id")


def name_column(by):
    """The one column that `by` names, itself or as a list of one."""
    names = list(by) if isinstance(by, (list, tuple)) else [by]
    if len(names) != 1 or not isinstance(names[0], str):
        raise ValueError(f"by: {by!r} is not the name of one column, such as 'outlet'; give one")
    return names[0]


def label_documents(documents, by="outlet"):
    """Label of each document (index: doc_id) in the column `by`; a document without one stands for itself."""
    require(documents, "documents", "doc_id", by)
    label, ids = documents[by].astype("str"), documents["doc_id"].astype("str")
    if ids.duplicated().any():
        raise ValueError(f"documents: doc_id {ids[ids.duplicated()].iloc[0]!r} stands on several rows")
    label = _fill_labels(label, label.isna() | label.eq(""), ids)
    return pd.Series(label.to_numpy(), pd.Index(ids), dtype="str", name=by)


def _fill_labels(labels, bare, ids):
    """`labels` with the doc_id where they are `bare`, told apart from a group of the same name."""
    if bare.any():
        own = ids[bare.to_numpy()]
        own = own.where(~own.isin(labels), "doc_id " + own + f" (no {labels.name})")
        labels = labels.copy()
        labels[bare.to_numpy()] = own.to_numpy()
    return labels


def find_labels(ids, labels):
    """The label of each of the `ids`, a column doc_id; `labels`: those of `label_documents`.

    Raises ValueError when a document is not among them: who wants some documents only leaves out the others' rows too.
    """
    found = (ids := ids.astype("str")).map(labels)
    if len(lost := ids[found.isna()]):
        raise ValueError(f"documents: doc_id {lost.iloc[0]!r} of the table is not there; give the table's documents")
    return found


def choose_groups(names, groups, argument, by):
    """The `names`, one or a list, as text. Raises ValueError with the nearest of `groups` for one not among them."""
    names = [str(name) for name in (names if pd.api.types.is_list_like(names) else [names])]
    for name in names:
        if name not in groups:
            near = get_close_matches(name, groups, 3, 0.3) or list(groups[:3])
            raise ValueError(f"{argument}: no {by} {name!r}; nearest: {', '.join(map(repr, near))}")
    return names


def label_rows(table, by, documents=None):
    """`table` with the column `by`, its own or that of `documents`, filled where no row of an article has a label."""
    if by not in table:
        if documents is None:
            raise ValueError(f"by: no column {by} in the table; pass documents, which has it")
        return table.assign(**{by: find_labels(table["doc_id"], label_documents(documents, by))})
    if (known := table[by].notna() & (table[by] != "")).all():
        return table
    require(table, "table", "doc_id")
    if not (bare := ~known.groupby(table["doc_id"]).transform("any")).any():
        return table
    return table.assign(**{by: _fill_labels(table[by].astype("str"), bare, table["doc_id"].astype("str"))})


def group_counts(word_counts, labels):
    """The group of each row of `word_counts` as a number, and the groups in order.

    `labels`: those of `label_documents`. A row counts the words of an article, or (with `n_docs` and the column of the
    labels) of a group: then it says so itself. Raises ValueError when an article or group is not among the labels.
    """
    key = labels.name if "n_docs" in word_counts else "doc_id"
    require(word_counts, "word_counts", key, "word", "count")
    codes, groups = pd.factorize(labels, sort=True)
    known = labels.index if key == "doc_id" else groups
    row, keys = pd.factorize(word_counts[key])
    if len(lost := keys[(at := known.get_indexer(keys)) < 0]):
        raise ValueError(
            f"word_counts: {key} {sorted(lost)[0]!r} is not in documents; give the documents that were counted"
        )
    return (codes[at] if key == "doc_id" else at)[row], groups


def empty(table):
    """A table without rows, with the columns and dtypes of `table`."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in TABLES[table].items()})


def conform(frame, table, *, missing=()):
    """`frame` with the columns of `table` in their order and dtypes; columns named in `missing` may be absent.

    Raises ValueError naming the columns that are absent and not named in `missing`.
    """
    columns = TABLES[table]
    require(frame, table, *(name for name in columns if name not in missing))
    kept = {name: dtype for name, dtype in columns.items() if name in frame.columns}
    return _retype(frame[list(kept)], {k: d for k, d in kept.items() if d != CODES})
