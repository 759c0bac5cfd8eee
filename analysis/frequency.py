"""Word frequency: counts, rates, keyness, dispersion, collocation, concordance and lexical diversity.

Formulas are pure functions on counts (numpy arrays or numbers); the tables around them only count. A `pattern` is
words separated by spaces, folded as the corpus is (case, possessive, typography); `*` stands for any characters of a
word; `/…/` is a regular expression that has to match one whole token as printed (straight quotes, case kept).
"""

import re
from concurrent.futures import ThreadPoolExecutor
from functools import reduce

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import resources, schema, text
from analysis.typography import fold

MAX_ROWS = 30_000_000  # keyness: above this, words that a target never uses are left out (and attrs["note"] says so)
KEYNESS = {"target": "int32", "word": "int32", "count_target": "int64", "count_reference": "int64"}
KEYNESS |= dict.fromkeys(("per_million_target", "per_million_reference", "g2", "p_value", "q_value"), "float64")
KEYNESS |= dict.fromkeys(("log_ratio", "log_odds", "z"), "float64")
KEYNESS |= {"n_docs_target": "int32", "n_docs_reference": "int32", "single_article": "bool"}


def log_likelihood(a, b, c, d, *, cells=4):
    """G² of `a` in `c` words against `b` in `d` words: four cells (Dunning 1993) or two (Rayson & Garside 2000)."""
    from scipy.special import rel_entr

    if cells not in (2, 4):
        raise ValueError(f"cells: {cells!r} is neither 4 (Dunning) nor 2 (Rayson & Garside)")
    a, b, c, d = (np.asarray(x, float) for x in (a, b, c, d))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (a + b) / (c + d)
        g2 = rel_entr(a, c * share) + rel_entr(b, d * share)
        if cells == 4:
            g2 = g2 + rel_entr(c - a, c * (1 - share)) + rel_entr(d - b, d * (1 - share))
    return np.where((c > 0) & (d > 0), np.maximum(2 * g2, 0), np.nan)[()]


def log_ratio(a, b, c, d):
    """Binary log of the ratio of the two relative frequencies (Hardie 2014); a count of zero is taken as 0.5."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(np.equal(a, 0), 0.5, a) / c / (np.where(np.equal(b, 0), 0.5, b) / d)
        return np.where(np.greater(c, 0) & np.greater(d, 0), np.log2(ratio), np.nan)[()]


def log_odds_dirichlet(a, b, c, d, prior, prior_total):
    """Log-odds ratio with a Dirichlet prior, and its z (Monroe, Colaresi & Quinn 2008, equations 16, 20 and 22)."""
    x, y = a + prior, b + prior
    delta = np.log(x / (c + prior_total - x)) - np.log(y / (d + prior_total - y))
    return delta, delta / np.sqrt(1 / x + 1 / y)


def association(o11, r1, c1, n, *, node=None):
    """Expected count, logDice, PMI, t and signed G² of `o11` joint occurrences, marginals `r1`, `c1` and size `n`.

    logDice 14 + log2(2 o11 / (node + c1)) (Rychlý 2008; `node`: frequency of the node, `r1` when not given), PMI
    log2(O/E) (Church & Hanks 1990), t (O−E)/√O (Church et al. 1991), G² of four cells, negative when O < E.
    """
    o11, r1, c1, n = (np.asarray(x, float) for x in (o11, r1, c1, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = r1 * c1 / n
        return {
            "expected": expected,
            "log_dice": 14 + np.log2(2 * o11 / ((r1 if node is None else node) + c1)),
            "pmi": np.log2(o11 / expected),
            "t_score": (o11 - expected) / np.sqrt(o11),
            "g2": np.copysign(log_likelihood(o11, c1 - o11, r1, n - r1), o11 - expected),
        }


def deviation_of_proportions(counts, sizes):
    """DP (Gries 2008) and DPnorm = DP / (1 − smallest share) (Lijffijt & Gries 2012): 0 even, towards 1 uneven."""
    v, s = np.asarray(counts, float), np.asarray(sizes, float)
    s = s / s.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        dp = np.abs(v / v.sum() - s).sum() / 2
        return dp, dp / (1 - s.min())


def moving_average_ttr(words, window=50):
    """Mean type–token ratio of all windows of `window` words (Covington & McFall 2010); NaN for a shorter text."""
    n, codes = len(words), pd.factorize(np.asarray(words))[0]
    if n < window:
        return np.nan
    i, order, previous = np.arange(n), np.argsort(codes, kind="stable"), np.full(n, -1)  # place of the word before
    again = np.flatnonzero(np.diff(codes[order]) == 0)
    previous[order[again + 1]] = order[again]
    # word i is new to the windows that start after its previous occurrence and hold it
    starts = np.minimum(i, n - window) - np.maximum(previous, i - window)
    return np.maximum(starts, 0).sum() / (n - window + 1) / window


def mtld(words, threshold=0.72):
    """Mean words per factor, both directions averaged (McCarthy & Jarvis 2010); NaN when no word is repeated.

    A factor is full when its type–token ratio falls below `threshold`; the rest counts as a part of a factor.
    """
    codes, values = pd.factorize(np.asarray(words))[0].tolist(), []
    for direction in (codes, codes[::-1]):
        factors, types, n = 0.0, set(), 0
        for word in direction:  # a factor is some 80 words: too short for arrays to be faster
            types.add(word)
            n += 1
            if len(types) / n < threshold:
                factors, types, n = factors + 1, set(), 0
        factors += (1 - len(types) / n) / (1 - threshold) if n else 0
        values.append(len(codes) / factors if factors else np.nan)
    return np.mean(values)


def hdd(words, draws=42):
    """Expected type–token ratio of `draws` words drawn without return (McCarthy & Jarvis 2007); NaN when shorter."""
    from scipy.special import gammaln

    n, f = len(words), np.bincount(pd.factorize(np.asarray(words))[0])
    if n < draws:
        return np.nan
    left = np.maximum(n - f - draws, 0)  # words outside the draw that are not this type
    absent = np.exp(gammaln(n - f + 1) - gammaln(left + 1) + gammaln(n - draws + 1) - gammaln(n + 1))
    return np.where(n - f >= draws, 1 - absent, 1).sum() / draws


def lexical_diversity(tokens, *, window=50, draws=42, threshold=0.72):
    """One row per document: `doc_id, n_tokens, n_types, ttr, mattr, mtld, hdd` (words, not punctuation).

    All four point the same way: higher is more diverse. TTR falls with length: compare the others (window words,
    draws and threshold as in `moving_average_ttr`, `hdd`, `mtld`). NaN where a text is too short for the measure.
    """
    schema.require(tokens, "tokens", "doc_id", "word", "is_word")
    for name, value in (("window", window), ("draws", draws)):
        schema.require_number(value, name, 1, np.inf, "is no number of words; give 1 or more", whole=True)
    schema.require_number(
        threshold, "threshold", 1e-9, 1 - 1e-9, "is no type-token ratio; give a number between 0 and 1"
    )
    schema.require_order(tokens)
    (codes, _), is_word, rows = _codes(tokens, "word"), tokens["is_word"].to_numpy(), []
    for doc_id, at in tokens.groupby("doc_id", observed=True, sort=False).indices.items():
        n = len(w := codes[at[is_word[at]]])
        types = len(np.unique(w))
        scores = (moving_average_ttr(w, window), mtld(w, threshold), hdd(w, draws))
        rows.append((doc_id, n, types, types / n if n else np.nan, *scores))
    dtypes = {"doc_id": "str", "n_tokens": "int32", "n_types": "int32"}
    dtypes |= dict.fromkeys(("ttr", "mattr", "mtld", "hdd"), "float64")
    return pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes)


def vocabulary_growth(tokens, *, step=50):
    """One row per `step` words of a document, and its end: `doc_id, n_tokens, n_types` (types met so far)."""
    schema.require_order(tokens)
    words = tokens.loc[tokens["is_word"], ["doc_id", "word"]]
    n_tokens = words.groupby("doc_id", observed=True).cumcount() + 1
    n_types = (~words.duplicated()).groupby(words["doc_id"], observed=True).cumsum()
    frame = pd.DataFrame({"doc_id": words["doc_id"], "n_tokens": n_tokens, "n_types": n_types})
    frame = frame[(n_tokens % step == 0) | ~words["doc_id"].duplicated(keep="last")]
    return frame.astype({"doc_id": "str", "n_tokens": "int32", "n_types": "int32"}).reset_index(drop=True)


def drop_stop_words(table, *, stop=True):
    """`table` without the rows whose `word` (n-gram: first or last word) is a stop word; figures stay as they are.

    `stop`: True (the shipped list), your words (list, CSV path, table with a column `word`), or None: no word is one.
    """
    if stop is None:
        return table.reset_index(drop=True)
    if not (stop := resources.take_words("stopwords" if stop is True else stop)):
        raise ValueError("stop: the word list is empty; give words, True for the shipped list, or None for none")
    ends = table["word"].str.extract(r"^(\S*)(?:.* (\S*))?$")
    return table[~ends.isin(stop).any(axis=1)].reset_index(drop=True)


def _codes(tokens, column):
    """Codes and values of a categorical column of `tokens`."""
    schema.require(tokens, "tokens", column)
    values = tokens[column].astype("category").cat
    return values.codes.to_numpy(), values.categories.astype("str")


def _sum_by(codes, *weights):
    """Distinct rows of some columns of codes, in order; how often each occurs, and the sums of `weights` over it.

    What groupby does, in a third of its time: rows come in runs of a document, which sorts fast, and of few distinct
    rows none is sorted.
    """
    sizes = [int(c.max(initial=0)) + 1 for c in codes]
    key = codes[0].astype("int64")
    for c, size in zip(codes[1:], sizes[1:], strict=True):
        key *= size
        key += c
    if np.prod(sizes, dtype="float64") <= len(key):
        counts = np.bincount(key)
        seen = np.flatnonzero(counts)
        sums = (np.bincount(*((key[w], None) if w.dtype == bool else (key, w)), len(counts))[seen] for w in weights)
        return np.unravel_index(seen, sizes), *(x.astype("int64") for x in (counts[seen], *sums))
    order = np.argsort(key, kind="stable")
    key = key[order]
    edge = np.flatnonzero(np.diff(key, prepend=-1))
    sums = [np.add.reduceat(w[order], edge, dtype="int64") if len(edge) else edge for w in weights]
    return np.unravel_index(key[edge], sizes), np.diff(edge, append=len(key)), *sums


def _within(tokens, at, n):
    """Those of the rows `at` from which `n` tokens stand in one sentence."""
    if n == 1:
        return at
    doc, sentence = _codes(tokens, "doc_id")[0], tokens["sentence_id"].to_numpy()
    at = at[at + n <= len(tokens)]
    at = at[(doc[at] == doc[at + n - 1]) & (sentence[at] == sentence[at + n - 1])]
    if "token_id" in tokens:  # some may have been left out between them
        place = tokens["token_id"].to_numpy()
        at = at[place[at + n - 1] - place[at] == n - 1]
    return at


def _ngrams(tokens, n):
    """An index of the first tokens of the n-grams, the code of each n-gram, and the n-grams in order."""
    (word, names), is_word = _codes(tokens, "word"), tokens["is_word"].to_numpy()
    if n > 1:
        schema.require_order(tokens)
    at = is_word if n == 1 else _within(tokens, np.flatnonzero(is_word), n)
    for k in range(1, n):
        at = at[is_word[at + k]]
    rank, names = pd.factorize(names, sort=True)
    word = rank.astype("int32")[word]
    code, labels = word[at], names
    for k in range(1, n):  # a blank sorts before all letters: n-grams sort as their words do
        code, pairs = pd.factorize(code * np.int64(len(names)) + word[at + k], sort=True)
        first, last = np.divmod(pairs, max(len(names), 1))
        labels = labels.take(first) + " " + names.take(last)
    return at, code, labels


def count_words(tokens, by=("doc_id",), *, n=1, documents=None):
    """One row per group and word (n-gram): `by…, word, count, quoted_count`, sorted.

    `by` names columns of `tokens` or of `documents` (then given); an article without a label stands for itself. An
    n-gram crosses no punctuation and no sentence; it is quoted when all its words are. Stop words are counted: leave
    them out at the end, with `drop_stop_words`.
    """
    by = [by] if isinstance(by, str) else list(by)
    schema.require(tokens, "tokens", "doc_id", "sentence_id", "word", "is_word", "in_quote")
    schema.require_number(n, "n", 1, np.inf, "is not a number of words; give 1 or more", whole=True)
    at, code, labels = _ngrams(tokens, n)
    keys = {}
    for name in by:
        if name not in tokens and (documents is None or name not in documents):
            raise ValueError(f"by: {name!r} is no column of tokens; give documents= with that column")
        if name in tokens:
            labelled = tokens if name == "doc_id" else schema.label_rows(tokens, name)
            codes, found = pd.factorize(labelled[name].iloc[at], sort=True, use_na_sentinel=False)
        else:
            (doc, ids), groups = _codes(tokens, "doc_id"), schema.label_documents(documents, name)
            schema.find_labels(ids[np.bincount(doc, minlength=len(ids)) > 0].to_series(), groups)  # none is missing
            codes, found = pd.factorize(groups.reindex(ids).array, sort=True)
            codes, found = codes.astype(np.min_scalar_type(len(found)))[doc[at]], pd.Index(found)
        keys[name] = codes, found.astype("str") if isinstance(found, pd.CategoricalIndex) else found
    keys["word"] = code, labels
    quoted = tokens["in_quote"].to_numpy()
    quoted = reduce(np.logical_and, (quoted[at + k if k else at] for k in range(n)))
    codes, count, quoted_count = _sum_by([codes for codes, _ in keys.values()], quoted)
    out = {name: found.take(code) for (name, (_, found)), code in zip(keys.items(), codes, strict=True)}
    out = pd.DataFrame(out | {"count": count, "quoted_count": quoted_count}, copy=False)
    return out.astype({"count": "int32", "quoted_count": "int32"}) if "doc_id" in by else out


def _compared(documents, by, counts):
    """The column `by`, its labels, or the articles themselves with a note when all of them are of one group."""
    labels = schema.label_documents(documents, by := schema.name_column(by))
    if labels.nunique() != 1 or len(labels) == 1 or "n_docs" in counts:
        return by, labels, ""
    note = f"All articles have the {by} {labels.iloc[0]!r}: articles are compared instead."
    return by, schema.label_documents(documents, "doc_id"), note


def _tally(word_counts, labels):
    """Rows of `word_counts` that count something, their codes of word and group, the words, groups, and articles."""
    schema.require(word_counts, "word_counts", "word", "count")
    if not (used := word_counts["count"].to_numpy() > 0).all():
        word_counts = word_counts[used]
    with ThreadPoolExecutor() as pool:
        grouped = pool.submit(schema.group_counts, word_counts, labels)
        word, words = pd.factorize(word_counts["word"])
        group, groups = grouped.result()
    order, rank = words.argsort(), np.empty(len(words), "int32")
    rank[order] = np.arange(len(words))
    if "n_docs" not in word_counts:  # of an article and word there may be several rows, as of its own and quoted words
        key = pd.factorize(word_counts["doc_id"])[0] * np.int64(len(words)) + rank[word]
        if (key[1:] <= key[:-1]).any() and not pd.Index(key).is_unique:
            counts = word_counts.columns.intersection(["count", "quoted_count"])
            once = word_counts.groupby(["doc_id", "word"], as_index=False, observed=True)[list(counts)].sum()
            return _tally(once, labels)
    sizes = labels.value_counts().reindex(groups).to_numpy()
    group = group.astype(np.min_scalar_type(len(groups)))
    return word_counts, rank[word], group, words[order].astype("str"), groups, sizes


def word_rates(word_counts, documents, by="outlet"):
    """One row per group and word: `by, word, count, quoted_count, n_words, per_thousand, per_million, n_docs`.

    `n_words`, the denominator of both rates, is all words of the group; `n_docs` the articles of it with the word.
    Where all articles are of one group, articles are shown instead and `attrs["note"]` says so.
    """
    by, labels, note = _compared(documents, by, word_counts)
    schema.require(word_counts, "word_counts", "quoted_count")
    word_counts, word, group, words, groups, _ = _tally(word_counts, labels)
    columns = [c for c in ("count", "quoted_count", "n_docs") if c in word_counts]
    (at, word), n_docs, total, quoted, *summed = _sum_by([group, word], *(word_counts[c].to_numpy() for c in columns))
    count, n_docs = word_counts["count"].to_numpy(), (*summed, n_docs)[0]
    size = np.bincount(group, count, len(groups)).astype("int64")[at]
    columns = {by: groups.take(at), "word": words.take(word), "count": total, "quoted_count": quoted, "n_words": size}
    out = pd.DataFrame(columns | {"per_thousand": total / size * 1e3, "per_million": total / size * 1e6})
    out["n_docs"], out.attrs["note"] = n_docs, note
    return out


def top_words(word_counts, documents, by="outlet", *, n=20, stop=True):
    """The `n` most frequent words of each group that are no stop words: `word_rates` with `rank` (1: most)."""
    table = word_rates(word_counts, documents, by := schema.name_column(by))
    out = drop_stop_words(table, stop=stop).sort_values([by, "count", "word"], ascending=[True, False, True])
    out["rank"] = out.groupby(by).cumcount() + 1
    return out[out["rank"] <= n].reset_index(drop=True)


def _score(a, b, total, c, d, size, prior, cells):
    """Scores of words, `a` times in `c` and `b` times in `d` words, each once; the order of the words by z, and their
    rows of the scores in that order."""
    from scipy.special import erfc

    key = pd.factorize(a * (b.max(initial=0) + 1) + b)[0]  # equal counts give equal scores: score them once
    if (total != a + b).any():
        key = pd.factorize(key * (total.max() + 1) + total)[0]
    first, n = np.flatnonzero(np.diff(np.maximum.accumulate(key), prepend=-1)), np.bincount(key)
    a, b, c, d, alpha = a[first], b[first], float(c), float(d), prior * total[first] / max(size, 1)
    scores = {"count_target": a, "count_reference": b}
    with np.errstate(divide="ignore", invalid="ignore"):
        scores |= {"per_million_target": a / np.float64(c) * 1e6, "per_million_reference": b / np.float64(d) * 1e6}
        g2 = log_likelihood(a, b, c, d, cells=cells)
        p, q = erfc(np.sqrt(g2 / 2)), np.empty(len(n))
        by_p = np.argsort(p, kind="stable")
        rising = p[by_p] * n.sum() / np.cumsum(n[by_p])  # Benjamini & Hochberg (1995)
        q[by_p] = np.minimum.accumulate(rising[::-1])[::-1]
        scores |= {"g2": np.where(a * d < b * c, -g2, g2), "p_value": p, "q_value": q}
        scores["log_ratio"] = log_ratio(a, b, c, d)
        scores["log_odds"], scores["z"] = log_odds_dirichlet(a, b, c, d, alpha, prior) if c and d else (g2, g2)
    best = np.argsort(-scores["z"], kind="stable")
    rank = np.empty(len(n), np.min_scalar_type(len(n)))  # 16 bits sort in one pass
    rank[best] = np.arange(len(n))
    return scores, np.argsort(rank[key], kind="stable"), np.repeat(best, n[best])


def keyness(word_counts, documents, target=None, reference=None, by="outlet", *, cells=4, prior=500):
    """One row per target group and word of target or reference, strongest over-use (`z`) first in each target.

    `target`, `reference`: group names or lists of them; None: every group, all other groups. `g2` (`log_likelihood`
    with `cells`), `log_ratio`, `log_odds` and `z` are negative when the target under-uses the word. `p_value` is of
    χ² with 1 df, `q_value` Benjamini–Hochberg over all rows of that target. The Dirichlet prior is worth `prior`
    words spread as in all of `word_counts`. `single_article`: the over-using side has the word in one of its several
    articles only. Sizes are the sums of `count`: give `count` less `quoted_count` to compare own words. Where all
    articles are of one group, articles are compared and `attrs["note"]` says so. No reference: NaN.
    Raises ValueError for an unknown group (naming the nearest) and a target that would be compared with itself.
    """
    schema.require_number(prior, "prior", 0, np.inf, "is no number of words; give 0 or more")
    by, labels, note = _compared(documents, by, word_counts)
    word_counts, word, group, words, groups, n_articles = _tally(word_counts, labels)
    targets = groups.get_indexer(groups if target is None else schema.choose_groups(target, groups, "target", by))
    others = np.ones(len(groups), bool)
    if reference is not None:
        others = groups.isin(schema.choose_groups(reference, groups, "reference", by))
        if target is not None and others.sum() == 1 and others[targets].any():
            raise ValueError(
                f"reference: {groups[others][0]!r} is a target itself, and nothing else is compared with it"
            )
        targets = targets[~others[targets]] if target is None else targets
    size, count = len(words), word_counts["count"].to_numpy()
    if only_used := len(targets) * size > MAX_ROWS:
        note = f"{note} Words that a target does not use are left out, of the number of tests in q_value too.".strip()
    used = slice(None) if reference is None else others[group]
    n_docs = word_counts["n_docs"].to_numpy() if "n_docs" in word_counts else np.ones(len(count), "int32")
    rest, rest_docs = (np.bincount(word[used], w[used], size).astype("int64") for w in (count, n_docs))
    total, order = np.bincount(word, count, size).astype("int64"), np.argsort(group, kind="stable")
    word, count, n_docs = word[order], count[order], n_docs[order]
    edges = np.searchsorted(group[order], np.arange(len(groups) + 1))

    def find(t):  # the rows of a target, in how many articles it has each word, and the words to be compared
        rows = slice(edges[t], edges[t + 1])
        docs = np.bincount(word[rows], n_docs[rows], size).astype("int64")
        return rows, docs, np.flatnonzero(docs if only_used else docs + rest)

    ends = np.cumsum([0, *(len(find(t)[2]) for t in targets)])
    out = {column: np.empty(ends[-1], dtype) for column, dtype in KEYNESS.items()}

    def compare(t, begin, end):  # fills its part of `out`
        (rows, docs, at), own = find(t), int(others[t])
        a = np.bincount(word[rows], count[rows], size).astype("int64")
        b, sizes = rest - own * a, (a.sum(), rest.sum() - own * a.sum(), total.sum())
        scores, order, scored = _score(a[at], b[at], total[at], *sizes, prior, cells)
        for column, values in scores.items():  # straight into its place: memory of this size costs more than sums
            np.take(values.astype(KEYNESS[column]), scored, out=out[column][begin:end], mode="clip")
        at, docs_rest = at[order], rest_docs - own * docs
        one = (docs == 1) & (n_articles[t] > 1)
        one_rest = (docs_rest == 1) & (n_articles[others].sum() - own * n_articles[t] > 1)
        rows = {"target": t, "word": at, "n_docs_target": docs[at], "n_docs_reference": docs_rest[at]}
        rows["single_article"] = np.where(scores["g2"][scored] < 0, one_rest[at], one[at])
        for column, values in rows.items():
            out[column][begin:end] = values

    with ThreadPoolExecutor() as pool:
        list(pool.map(compare, targets, ends[:-1], ends[1:]))
    names = {"target": groups, "word": words}
    out |= {column: pd.Categorical.from_codes(out[column], values) for column, values in names.items()}
    out = pd.DataFrame(out, copy=False)
    out.attrs["note"] = note
    return out


def dispersion(word_counts, documents):
    """One row per word: `word, count, n_docs, dp, dp_norm`, over the articles as parts, sized by their words.

    0: spread as the sizes of the articles; towards 1: in few of them (`deviation_of_proportions`). NaN: one article.
    """
    word_counts, word, doc, words, docs, _ = _tally(word_counts, schema.label_documents(documents, "doc_id"))
    count = word_counts["count"].to_numpy()
    total, n_docs = (np.bincount(word, w, len(words)).astype("int64") for w in (count, None))
    share = np.bincount(doc, count, len(docs)) / max(count.sum(), 1)
    rest = 1 - share[share > 0].min(initial=1)
    # an article without the word adds its share, so only the articles with the word are looked at
    dp = (1 + np.bincount(word, np.abs(count / total[word] - share[doc]) - share[doc], len(words))) / 2
    dp = np.maximum(dp, 0) if rest else dp * np.nan
    columns = {"word": words, "count": total, "n_docs": n_docs.astype("int32"), "dp": dp}
    return pd.DataFrame(columns | {"dp_norm": dp / rest})


def _find(tokens, pattern, argument="pattern"):
    """Row of the first token of each match of `pattern`, and the number of tokens of a match."""
    columns, tests = {name: _codes(tokens, name) for name in ("word", "token")}, []
    if not isinstance(pattern, str):
        raise ValueError(f"{argument}: {pattern!r} is no text; give a word, a phrase or a /regular expression/")
    for part in re.findall(r"/(?:\\.|[^/\\])+/(?!\S)|\S+", pattern):
        if len(part) > 2 and part[0] == part[-1] == "/":
            try:
                match = re.compile(part[1:-1]).fullmatch
            except re.error as error:
                raise ValueError(f"{argument}: {part} does not compile ({error}); correct the expression") from None
            tests.append(("token", [match(fold(t)) is not None for t in columns["token"][1]]))
        elif "*" in part:
            match = re.compile(r"(?=.*\w)" + re.escape(fold(part).lower()).replace(r"\*", ".*")).fullmatch
            tests.append(("word", [match(w) is not None for w in columns["word"][1]]))
        else:  # words as the corpus has them
            one = {"doc_id": ["query"], "sentence_id": [0], "start": [0], "end": [len(part)], "text": [part]}
            query = text.tokenize_sentences(pd.DataFrame(one))
            tests += [("word", columns["word"][1] == word) for word in query["word"]]
    if not tests:
        raise ValueError(f"{argument}: it is empty; give a word, a phrase, a word with *, or a /regular expression/")
    at = None
    for k, (name, hit) in enumerate(tests):
        code, hit = columns[name][0], np.asarray(hit, bool)
        at = _within(tokens, np.flatnonzero(hit[code]), len(tests)) if at is None else at[hit[code[at + k]]]
    return at, len(tests)


def _edges(tokens, *columns):
    """Rows where a new document (or sentence of it) begins, and the end of the table."""
    schema.require_order(tokens)
    new = np.zeros(len(tokens), bool)
    for values in (_codes(tokens, "doc_id")[0], *(tokens[c].to_numpy() for c in columns)):
        new[1:] |= values[1:] != values[:-1]
    return np.r_[0, np.flatnonzero(new), len(tokens)]


def _print(tokens, start, end):
    """The text of the rows `start` to `end` of each match, spaced as printed."""
    offsets = np.r_[0, np.cumsum(end - start)]
    at = text._ranges(start, end - start)
    (code, names), text_type = _codes(tokens, "token"), pa.large_string()
    spaced = tokens["start"].to_numpy()[at] != tokens["end"].to_numpy()[at - 1]
    printed, nothing = pa.array(names, text_type), pa.scalar("", text_type)
    both = pa.concat_arrays([printed, pc.binary_join_element_wise(pa.scalar(" ", text_type), printed, nothing)])
    pieces = both.take(pa.array(code[at] + len(names) * spaced))
    lines = pc.binary_join(pa.LargeListArray.from_arrays(pa.array(offsets), pieces), nothing)
    return pd.Series(pc.utf8_trim_whitespace(lines), dtype="str")


def kwic(tokens, pattern, window=7, *, sort=None):
    """One row per match of `pattern`: `doc_id, sentence_id, pre, keyword, post` (text as printed, single spaces).

    `window` words of the article on both sides; None: the whole sentence. `sort`: "left" (by the words before, nearest
    first), "right" (by the words after), None (order of the text). Raises ValueError for an empty pattern, one that
    does not compile, and a window below 1.
    """
    if window is not None:
        fault = "shows nothing; give 1 or more whole words, or None for the whole sentence"
        schema.require_number(window, "window", 1, np.inf, fault, whole=True)
    if sort not in (None, "left", "right"):
        raise ValueError(f'sort: {sort!r} is none of "left", "right" and None')
    at, length = _find(tokens, pattern)
    edges = _edges(tokens, *["sentence_id"] * (window is None))
    unit = np.searchsorted(edges, at, "right")
    left, right = edges[unit - 1], edges[unit]
    if window is not None:
        words = np.r_[np.flatnonzero(tokens["is_word"].to_numpy()), len(tokens)]
        left = np.maximum(left, words[np.maximum(np.searchsorted(words, at) - window, 0)])
        last = np.minimum(np.searchsorted(words, at + length) + window - 1, len(words) - 1)
        right = np.minimum(right, words[last] + 1)
    out = tokens[["doc_id", "sentence_id"]].iloc[at].reset_index(drop=True).astype({"doc_id": "str"})
    out["pre"], out["keyword"] = _print(tokens, left, at), _print(tokens, at, at + length)
    out["post"] = _print(tokens, at + length, right)
    if sort:
        step = -1 if sort == "left" else 1
        context = [re.findall(r"\w+", line.lower())[::step] for line in out["pre" if sort == "left" else "post"]]
        out = out.iloc[sorted(range(len(out)), key=context.__getitem__)].reset_index(drop=True)
    return out


def word_positions(tokens, patterns):
    """One row per match of each pattern: `pattern, doc_id, sentence_id, position, n_words`.

    `position` is the share of the article's `n_words` words that stand before the match (0 to below 1).
    """
    patterns = [patterns] if isinstance(patterns, str) else list(patterns)
    if not patterns:
        raise ValueError("patterns: the word list is empty; give one pattern or more")
    before = np.r_[0, np.cumsum(tokens["is_word"].to_numpy())]
    edges, parts = _edges(tokens), []
    for pattern in patterns:
        at, _ = _find(tokens, pattern, "patterns")
        unit = np.searchsorted(edges, at, "right")
        size = before[edges[unit]] - before[edges[unit - 1]]
        part = tokens[["doc_id", "sentence_id"]].iloc[at].astype({"doc_id": "str"})
        parts.append(part.assign(pattern=pattern, position=(before[at] - before[edges[unit - 1]]) / size, n_words=size))
    columns = ["pattern", "doc_id", "sentence_id", "position", "n_words"]
    return pd.concat(parts, ignore_index=True)[columns].astype({"pattern": "str", "n_words": "int32"})


def collocations(tokens, word, window=5):
    """One row per word near `word` (a pattern): `collocate, count, expected, log_dice, pmi, t_score, g2`, best first.

    Near: within `window` words before or after in the same sentence; a collocate between two nodes counts once.
    `count` is compared with its share of all words outside the node (r1 words in the windows, c1 the collocate's
    occurrences, n all words; Evert 2008, surface co-occurrence); logDice has the node's frequency. See `association`.
    """
    schema.require_number(window, "window", 1, np.inf, "holds no word; give 1 or more whole ones", whole=True)
    at, length = _find(tokens, word, "word")
    node = np.zeros(len(tokens), bool)
    node[(at[:, None] + np.arange(length)).ravel()] = True
    rows = np.flatnonzero(tokens["is_word"].to_numpy())
    sentence = np.searchsorted(_edges(tokens, "sentence_id"), rows, "right")
    codes, names = _codes(tokens, "word")
    node, codes, near = node[rows], codes[rows], np.zeros(len(rows), bool)
    for k in range(1, min(window, len(rows)) + 1):
        same = sentence[k:] == sentence[:-k]
        near[k:] |= node[:-k] & same
        near[:-k] |= node[k:] & same
    o11, c1 = (np.bincount(codes[x & ~node], minlength=len(names)) for x in (near, ~node))
    found = np.flatnonzero(o11)
    scores = association(o11[found], o11.sum(), c1[found], c1.sum(), node=len(at))
    out = pd.DataFrame({"collocate": names.take(found), "count": o11[found].astype("int32")} | scores)
    return out.sort_values(["log_dice", "collocate"], ascending=[False, True], ignore_index=True)


def _plain(token):
    """`token` with straight quotes, without possessive 's and final period."""
    return fold(token).removesuffix("'s").rstrip(".")


def spelling_choices(tokens, documents, by="outlet", *, spellings="spellings"):
    """One row per group and spelling used: `by, group, variant, count, n_group, share, n_docs`.

    `spellings`: a list with `variant, group` (shipped, CSV path or table). A variant is met as written, case and
    all (US, not us). `share`: of the `n_group` times the group used any variant.
    """
    table = resources.read_list(spellings, required=("variant", "group"), unique=("variant",))
    if not len(table):
        raise ValueError("spellings: the word list is empty; give rows of variant and group")
    by, labels, note = _compared(documents, by, tokens)
    variants = {_plain(variant): i for i, variant in enumerate(table["variant"])}
    code, names = _codes(tokens, "token")
    variant = np.array([variants.get(_plain(t), -1) for t in names] or [-1])[code]
    at = variant >= 0
    used = table[["group", "variant"]].iloc[variant[at]]
    used = used.assign(doc_id=tokens["doc_id"][at].astype("str").to_numpy())
    used[by] = schema.find_labels(used["doc_id"], labels)
    out = used.groupby([by, "group", "variant"])["doc_id"].agg(count="size", n_docs="nunique").reset_index()
    out["n_group"] = out.groupby([by, "group"])["count"].transform("sum")
    out["share"] = out["count"] / out["n_group"]
    out.attrs["note"] = note
    return out[[by, "group", "variant", "count", "n_group", "share", "n_docs"]]
