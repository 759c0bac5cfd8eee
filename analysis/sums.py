"""The features of a bundle of any size, summed part by part for the functions that compare groups: none is loaded."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis import actors, audit, corpus, features, formulas, quotes, schema

TOGETHER, MERGED = 8, 16  # parts that are read at once, and tables of word counts that are added up at once
WORDS = ("count", "quoted_count", "n_docs")
READ = {  # columns that are summed
    "documents": ["doc_id"],
    "paragraphs": ["doc_id", "paragraph_id", "start", "end", "kind", "rule"],
    "sentences": ["doc_id", *formulas.COUNTS, "n_quoted_words", "tone", "tone_event_adjusted"],
    "mentions": ["doc_id", "start", "actor", "form", "in_quote", "target_tone"],
    "quotes": ["doc_id", "start", "end", "kind", "speaker", "actor", "cue", "n_words"],
}


def sum_features(path, by="outlet", *, documents=None):
    """The features of the bundle at `path`, summed by the groups of `by`: six tables, each with the column `by`.

    `by` is a column of the bundle's documents or of `documents`, its table with columns of your own; an article without
    a label stands for itself. Rows: documents, an article; paragraphs, a group and kind (`n_paragraphs, n_characters`);
    sentences, an article and voice (`formulas.sum_sentences`); word_counts, a group and word (`count, quoted_count`,
    and `n_docs`, the articles that have it); mentions as in `actors.count_mentions`, quotes in `quotes.count_quotes`.
    Given these tables the functions by group (`keyness`, `word_rates`, `word_shift`, `readability`, `mention_rates`,
    `quote_shares`, `coverage` …) return what they return for the tables of `load_features`, which may be too large to
    load; those that need places or articles (`dispersion`, `kwic`, `co_mentions`, `describe_corpus`) refuse them.
    Errors as there.
    """
    path, by = corpus.as_path(path), schema.name_column(by)
    if by == "doc_id":
        raise ValueError("by: 'doc_id' sums nothing; load_features has the tables of articles")
    parts = features.read_manifest(path)["parts"]
    documents = features.read_table(path, "documents", parts) if documents is None else documents
    labels, words, sums = schema.label_documents(documents, by), [], []
    groups = np.unique(labels)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        portions = [parts[i : i + TOGETHER] for i in range(0, len(parts), TOGETHER)]
        for counts, *others in pool.map(lambda some: _sum_parts(path, some, labels, groups), portions):
            words = [_add(words), counts] if len(words) == MERGED else [*words, counts]
            sums.append(others)
    words = _add(words).sort_by([("group", "ascending"), ("word", "ascending")]).to_pandas()
    words = pd.DataFrame({by: pd.array(groups, dtype="str")[words["group"]]}).join(words.drop(columns="group"))
    paragraphs, sentences, mentions, quoted = (pd.concat(table, ignore_index=True) for table in zip(*sums, strict=True))
    paragraphs = paragraphs.groupby([by, "kind"], as_index=False).sum()
    quoted = quoted.groupby([by, "actor", "named", "cue"], as_index=False, dropna=False).sum()
    return features.Features(
        documents.assign(**{by: labels.to_numpy()}), paragraphs, sentences, words, mentions, quoted
    )


def _sum_parts(path, parts, labels, groups):
    """The sums of a few parts: their word counts as an Arrow table with numbers of groups, and the other tables."""
    tables = {name: features.read_table(path, name, parts, columns=columns) for name, columns in READ.items()}
    read, by = features.Features(word_counts=None, **tables), labels.name
    at = labels.index.get_indexer(read.documents["doc_id"])
    if len(lost := read.documents["doc_id"][at < 0]):
        raise ValueError(f"documents: doc_id {lost.iloc[0]!r} of the bundle is missing; give a row for every article")
    own = labels.iloc[at]
    documents = pd.DataFrame({"doc_id": own.index, by: own.to_numpy()})
    tables = audit.count_kinds(read), formulas.sum_sentences(read.sentences), actors.count_mentions(read.mentions)
    kinds, *others = (table.merge(documents, on="doc_id", validate="many_to_one") for table in tables)
    kinds = kinds.drop(columns="doc_id").groupby([by, "kind"], as_index=False).sum()
    coded = ["doc_id", "word"]
    counts = pa.concat_tables(features.read_arrow(path, "word_counts", part, coded=coded) for part in parts)
    counts = counts.unify_dictionaries()
    doc, word = (counts[column].combine_chunks() for column in ("doc_id", "word"))
    group = np.searchsorted(groups, labels.loc[doc.dictionary.to_pandas()])
    key = group[doc.indices] * np.int64(len(word.dictionary)) + word.indices.to_numpy()
    at, used = pd.factorize(key)
    sums = [np.bincount(at, counts[c] if c in counts.column_names else None) for c in WORDS]
    group, code = np.divmod(used, len(word.dictionary))
    columns = {"group": group, "word": word.dictionary.take(code).cast(pa.string())}
    columns |= {c: x.astype("int64") for c, x in zip(WORDS, sums, strict=True)}
    return pa.table(columns), kinds, *others, quotes.count_quotes(read.quotes, documents, by)


def _add(tables):
    """Word counts of several parts, added up: a row per group and word."""
    table = pa.concat_tables(tables).group_by(["group", "word"]).aggregate([(c, "sum") for c in WORDS])
    return table.rename_columns([name.removesuffix("_sum") for name in table.column_names])
