"""Reprints and agency copy: which articles share their wording, in which clusters, and where.

Two articles are copies when one shares at least `threshold` of its distinct runs of five words with the other
(containment in the shorter one, so that a cut version counts) and names and numbers are shared as well
(`SAME_FACTS`), since notices made from one template share their wording and differ in exactly those.
"""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import schema
from analysis.typography import fold

WIDTH = 5  # words in a shingle
THRESHOLD = 0.42  # between what same-event stories share by quoting (under 0.4) and rewritten copies (0.5 and more)
SAME_FACTS = 0.35  # least share of the shorter text's capitalised words and numbers that stand in the other as well
PASSAGE = 40  # words outside quotation marks in a row: a shared paragraph, not a shared quotation
LARGE = 5_000  # documents; above this candidates come from MinHash
BANDS, ROWS, NEIGHBOURS = 128, 2, 50  # LSH: two texts of Jaccard 0.2 meet with probability 1 - (1 - 0.2²)^128 = 0.995
WORD = re.compile(r"[^\W_]+")
MIX = np.uint64(0x9E3779B97F4A7C15)  # odd multiplier of Fibonacci hashing
DTYPES = {"doc_id": "str", "other_doc_id": "str", "similarity": "float64", "shared_share": "float64"}
DTYPES |= {"cluster_id": "Int64"}


def _scramble(values):
    return ((values ^ (values >> np.uint64(31))) * MIX) ^ (values >> np.uint64(29))


def _hash_runs(words, codes):
    """Hash of each run of `WIDTH` words (`codes` into the distinct `words`), by position of its first word."""
    hashes = _scramble(pd.util.hash_array(np.array([w.lower() for w in words], dtype=object), categorize=False))[codes]
    runs = np.zeros(max(len(hashes) - WIDTH + 1, 0), "uint64")
    for k in range(WIDTH):
        runs = _scramble(runs + hashes[k : len(runs) + k])
    return runs


def _shingle(texts):
    """The distinct shingles of each text as sorted hashes of 48 bits, text after text, and where each text begins."""
    parts, sizes = [], [[0]]
    for first in range(0, len(texts), 2_000):
        split = pc.split_pattern_regex(pa.array(texts[first : first + 2_000], pa.large_string()), r"[^\p{L}\p{N}]+")
        owners, tokens = pc.list_parent_indices(split), pc.list_flatten(split)
        filled = pc.greater(pc.binary_length(tokens), 0)
        owners, tokens = owners.filter(filled).to_numpy().astype("uint64"), tokens.filter(filled).dictionary_encode()
        runs = _hash_runs(tokens.dictionary.to_pylist(), tokens.indices.to_numpy())
        begin, end = owners[: len(runs)], owners[WIDTH - 1 :][: len(runs)]
        keys = np.unique((begin << np.uint64(48) | runs >> np.uint64(16))[begin == end])
        parts.append(keys & np.uint64((1 << 48) - 1))
        sizes.append(np.bincount((keys >> np.uint64(48)).astype("int64"), minlength=len(split)))
    return np.concatenate(parts), np.cumsum(np.concatenate(sizes))


def _pairs_exact(values, starts):
    """All pairs with a shingle in common (places of the two texts), and how many they share."""
    from scipy import sparse

    _, codes, n = np.unique(values, return_inverse=True, return_counts=True)
    both = n[codes] > 1
    owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))[both]
    matrix = sparse.csr_array((np.ones(len(owners), "int32"), (owners, codes[both])), shape=(len(starts) - 1, len(n)))
    shared = sparse.triu(matrix @ matrix.T, k=1).tocoo()
    return shared.row.astype("int64"), shared.col.astype("int64"), shared.data


def _pairs_minhash(values, starts):
    """Pairs whose MinHash signatures agree in a band (Broder 1997; Leskovec et al. 2020, ch. 3), and their count."""
    filled, found = np.flatnonzero(np.diff(starts)), [np.empty(0, "int64")]
    mixed, odd = _scramble(values), np.random.default_rng(0).integers(1, 2**63, (BANDS, ROWS), "uint64") | np.uint64(1)
    for multipliers in odd:
        key = np.zeros(len(filled), "uint64")
        for multiplier in multipliers:
            key = _scramble(key + np.minimum.reduceat(mixed * multiplier, starts[filled]))
        order = np.argsort(key, kind="stable")
        for k in range(1, NEIGHBOURS):
            same = np.flatnonzero(key[order[k:]] == key[order[:-k]])
            found.append(filled[order[same]] * len(starts) + filled[order[same + k]])
            if not len(same):
                break
    i, j = np.divmod(np.unique(np.concatenate(found)), len(starts))
    sets = np.split(values, starts[1:-1])
    shared = [len(np.intersect1d(sets[a], sets[b], assume_unique=True)) for a, b in zip(i, j, strict=True)]
    return i, j, np.array(shared, "int64")


def _share_facts(text, other):
    """Share of the names and numbers (capitalised words, digits) of the text that has fewer, that the other has too."""
    one, two = ({w.lower() for w in WORD.findall(t) if w[0].isupper() or w[0].isdigit()} for t in (text, other))
    return len(one & two) / max(min(len(one), len(two)), 1) if one and two else 1.0


def near_duplicates(documents, *, threshold=THRESHOLD, partial=False, method="auto"):
    """One row per pair of articles that are copies of each other: reprints, changed headers or endings, cut versions.

    `doc_id, other_doc_id` in the order of `documents`; `similarity`: Jaccard similarity of the distinct five-word
    shingles; `shared_share`: share of the shorter article's shingles that stand in the other; `cluster_id`: articles
    linked by copies, numbered from 0. `documents` needs doc_id and text. `partial` adds pairs that share less but have
    `PASSAGE` own words in a row in common (a shared paragraph; quoted words do not count); their cluster_id is <NA>.
    `method`: "exact" compares all pairs that share a shingle, "minhash" those whose signatures meet (texts of Jaccard
    0.2 with probability 0.995), "auto" is exact up to 5,000 articles. An article of fewer than five words is never a
    copy. The whole text is compared: short articles that share a long footer may be found. ValueError: no text (a
    bundle has none), a doc_id that stands twice, an unknown method, a threshold outside 0 to 1.
    """
    if "text" not in documents.columns:
        raise ValueError("documents: reprints are found in the text, and this table has none (a bundle keeps no text)")
    schema.require(documents, "documents", "doc_id")
    if method not in ("auto", "exact", "minhash"):
        raise ValueError(f"method: {method!r} is not one of auto, exact, minhash")
    schema.require_number(threshold, "threshold", 0, 1, "is no share; give a number from 0 to 1, such as 0.42")
    if (twice := documents["doc_id"].duplicated()).any():
        raise ValueError(f"documents: doc_id {documents['doc_id'][twice].iloc[0]!r} stands twice; give each its own")
    ids, texts = documents["doc_id"].to_numpy(object), documents["text"].fillna("").tolist()
    if not len(ids):
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in DTYPES.items()})
    values, starts = _shingle(texts)
    large = method == "minhash" or (method == "auto" and len(ids) > LARGE)
    i, j, shared = (_pairs_minhash if large else _pairs_exact)(values, starts)
    i, j, shared = (a[np.lexsort((j, i))] for a in (i, j, shared))
    sizes = np.diff(starts)
    share = shared / np.maximum(np.minimum(sizes[i], sizes[j]), 1)
    copy = share >= threshold
    copy[copy] = [_share_facts(texts[a], texts[b]) >= SAME_FACTS for a, b in zip(i[copy], j[copy], strict=True)]
    part = ~copy & (shared > PASSAGE - WIDTH) & partial
    passages = (_find_passages(texts[a], texts[b], PASSAGE) for a, b in zip(i[part], j[part], strict=True))
    part[part] = [(found["n_own_words"] >= PASSAGE).any() for found in passages]
    i, j, shared, share, copy = (a[copy | part] for a in (i, j, shared, share, copy))
    similarity = shared / (sizes[i] + sizes[j] - shared)
    values = (ids[i], ids[j], similarity, share, _number_clusters(len(ids), i, j, copy))
    return pd.DataFrame(dict(zip(DTYPES, values, strict=True))).astype(DTYPES)


def _number_clusters(n_texts, i, j, copy):
    """For each pair the number of the cluster of texts that copies link, from 0; <NA> for a pair that is no copy."""
    from scipy.sparse import coo_array, csgraph

    links = coo_array((np.ones(copy.sum(), bool), (i[copy], j[copy])), shape=(n_texts, n_texts))
    member = csgraph.connected_components(links, directed=False)[1]
    return pd.Series(pd.factorize(np.where(copy, member[i], np.nan))[0]).replace(-1, pd.NA)


def _find_passages(text, other, min_words):
    """The rows of `shared_passages`: of all common runs the longest first, each word of `text` once."""
    found = [list(WORD.finditer(t)) for t in (text, other)]
    spans = [np.array([m.span() for m in matches], int).reshape(-1, 2) for matches in found]
    own = np.append(0, np.cumsum(~_are_quoted(text, spans[0][:, 0])))
    rows, taken = [], np.zeros(len(spans[0]), bool)
    for place, other_place, n in _find_runs(*found, min_words).itertuples(index=False):
        if not taken[place : place + n].any():
            taken[place : place + n] = True
            (start, _), (_, end) = spans[0][place], spans[0][place + n - 1]
            (other_start, _), (_, other_end) = spans[1][other_place], spans[1][other_place + n - 1]
            rows.append((start, end, other_start, other_end, n, own[place + n] - own[place]))
    columns = ["start", "end", "other_start", "other_end", "n_words", "n_own_words"]
    return pd.DataFrame(rows, columns=columns, dtype="int64").sort_values("start", ignore_index=True)


def _are_quoted(text, at):
    """Whether a word that begins at `at` is quoted: an odd number of double marks stands before it in its paragraph."""
    marks, breaks = (np.array([m.start() for m in re.finditer(c, fold(text))] or [-1]) for c in ('"', r"\n"))
    begin = np.append(0, breaks)[np.searchsorted(breaks, at)]
    return (np.searchsorted(marks, at) - np.searchsorted(marks, begin)) % 2 == 1


def _find_runs(words, others, min_words):
    """Runs of at least `min_words` words common to two lists of matches, longest first: `place, other, n_words`."""
    hashes = [_hash_runs([m.group() for m in found], np.arange(len(found))) for found in (words, others)]
    one, two = (pd.DataFrame({"run": h, "place": np.arange(len(h))}) for h in hashes)
    hits = one.merge(two, on="run", suffixes=("", "_other"))
    hits["diagonal"] = hits["place_other"] - hits["place"]
    hits = hits.sort_values(["diagonal", "place"])
    new = (hits["diagonal"].diff() != 0) | (hits["place"].diff() != 1)
    runs = hits.groupby(new.cumsum()).agg(place=("place", "min"), other=("place_other", "min"), n_words=("run", "size"))
    runs["n_words"] += WIDTH - 1
    return runs[runs["n_words"] >= min_words].sort_values("n_words", ascending=False)


def shared_passages(documents, doc_id, other_doc_id, *, min_words=10):
    """One row per passage that two articles have word for word in common, wherever it stands in either.

    `start, end` and `other_start, other_end` are character offsets into the two texts, `n_words` its length,
    `n_own_words` how many of them stand outside quotation marks. Longest passages first claim their words; passages
    of fewer than `min_words` (at least five) words are left out. ValueError: an unknown doc_id.
    """
    schema.require(documents, "documents", "doc_id", "text")
    texts = documents.set_index("doc_id")["text"]
    if unknown := [d for d in (doc_id, other_doc_id) if d not in texts.index]:
        raise ValueError(f"documents: no doc_id {unknown[0]!r}; there are {', '.join(map(str, texts.index[:5]))} …")
    return _find_passages(texts[doc_id], texts[other_doc_id], max(min_words, WIDTH))


def collapse_clusters(tables, duplicates):
    """`tables` (documents, or a features bundle) with one article of each cluster of copies, so that it counts once.

    Kept is the earliest article of a cluster (when dates are known), then the longest, then the first. Documents get
    a column `n_copies`: how many articles this one stands for.
    """
    documents = (tables if isinstance(tables, pd.DataFrame) else tables.documents).reset_index(drop=True)
    schema.require(duplicates, "duplicates", "doc_id", "other_doc_id", "cluster_id")
    linked = duplicates[duplicates["cluster_id"].notna()]
    cluster = pd.concat([linked.set_index(c)["cluster_id"] for c in ("doc_id", "other_doc_id")])
    cluster = documents["doc_id"].map(cluster[~cluster.index.duplicated()].astype("float64"))
    group = cluster.fillna(pd.Series(-1.0 - np.arange(len(documents)), documents.index))
    length = documents["n_words"] if "n_words" in documents else documents["text"].str.len()
    rank = pd.DataFrame({"date": documents.get("date", 0), "length": -length, "group": group})
    kept = documents.assign(n_copies=group.map(group.value_counts()).astype("int32")).loc[
        rank.sort_values(["date", "length"], kind="stable").drop_duplicates("group").index.sort_values()
    ]
    kept = kept.reset_index(drop=True)
    if isinstance(tables, pd.DataFrame):
        return kept
    rest = {k: t[t["doc_id"].isin(kept["doc_id"])] for k, t in tables._asdict().items() if k != "documents"}
    return tables._replace(documents=kept, **rest)
