"""Side by side: how sure a figure is, who leaves out what, how alike articles are, and what a corpus can tell.

Every interval comes from sums per unit (an article, or a paragraph inside its article), so that any statistic that is
arithmetic on sums (a mean, a rate, a readability formula) can be resampled. The intervals are bootstrap-t: a plain
percentile interval is too short for few articles with skewed counts (coverage figures: docs/statistics.md).
"""

from functools import cache, partial
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from analysis import resources, schema
from analysis.reprints import collapse_clusters, near_duplicates, shared_passages  # noqa: F401 (the contract's names)

ENOUGH = 5  # articles in a group from which articles are the unit
REPLICATES, MOST = 2_000, 20_000  # for one comparison or some, for many
RARE = 10  # replicates beyond a difference that show it to be nothing rare
TIE = 1e-6  # differences this near to each other, over their standard error, are the same: slopes are numerical
FLOOR = 0.25  # a resample's standard error counts as at least this share of the sample's: few units repeat by chance
SCORES = ("tone", "tone_event_adjusted", "target_tone")
NOT_COUNTS = ("sentence_id", "paragraph_id", "token_id", "start", "end")


def _prepare(table, statistic, documents, by):
    """The table with its groups, its columns to be summed, and the statistic as a function of rows of such sums."""
    by = [by] if isinstance(by, str) else list(by)
    schema.require(table, "table", "doc_id")
    for column in by:
        table = schema.label_rows(table, column, documents)
    if callable(statistic):
        values = table.select_dtypes(["number", "bool"]).drop(columns=[*by, *NOT_COUNTS, "doc_id"], errors="ignore")
        n_rows = table["n_sentences"] if "n_scored" in table and "n_sentences" in table else 1.0
        values = values.fillna(0).astype(float).assign(n_rows=n_rows)
        return by, table, values, partial(_evaluate, statistic, list(values.columns))
    part, whole, scale = (statistic, None, 1) if isinstance(statistic, str) else (*statistic, 1)[:3]
    if whole is None and "n_scored" in table:  # rows are sums of sentences or mentions
        whole = "n_scored" if part in SCORES else "n_sentences"
    named = [part, *([whole] if whole else [])]
    schema.require(table, "table", *named)
    if text := [c for c in named if not pd.api.types.is_numeric_dtype(table[c])]:
        numeric = ", ".join(table.select_dtypes(["number", "bool"]).columns.difference(NOT_COUNTS))
        raise ValueError(f"statistic: column {text[0]!r} holds no numbers; give one of {numeric}, or a function")
    values = pd.DataFrame({"part": table[part], "whole": table[whole] if whole else table[part].notna()}).astype(float)
    rate = partial(_evaluate, lambda sums: scale * sums["part"] / sums["whole"], ["part", "whole"])
    return by, table, values.fillna(0), rate


def _evaluate(statistic, columns, sums):
    with np.errstate(all="ignore"):
        scores = np.asarray(statistic(pd.DataFrame(sums, columns=columns)), float)
    return np.where(np.isfinite(scores), scores, np.nan)


def _gradient(statistic, sums, used):
    """Numerical derivative of the statistic by the sums at the places `used`: one row per row of `sums`."""
    size = np.abs(sums[:, used])  # a row's own steps, so that its slope does not hang on the other rows
    size = 1e-4 * np.maximum(size, np.maximum(1e-3 * size.mean(axis=0), 1e-9))
    ways = np.eye(sums.shape[1])[used, None] * size.T[:, :, None]
    up, down = (statistic(np.concatenate(sums + s * ways)) for s in (1, -1))
    return (up - down).reshape(len(used), -1).T / (2 * size)


def _used(units, statistic):
    """Places of the sums that the statistic depends on (tried beside the sums: slopes may be 0 at them by chance)."""
    probe = (units.sum(axis=0) + np.abs(units).mean(axis=0))[None]
    return np.flatnonzero(_gradient(statistic, probe, np.arange(units.shape[1]))[0])


def _measure(units, used):
    """What is added up of each unit: 1, its sums, and the products of the used ones of them."""
    x = units[:, used]
    return np.column_stack([np.ones(len(x)), units, (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)])


def _score(strata, n_columns, statistic, used):
    """The statistic and its standard error, linearised: gradient × covariance of the used sums × gradient.

    `strata`: of each stratum rows of totals of `_measure`.
    """
    sums, spread = sum(totals[:, 1 : 1 + n_columns] for totals in strata), 0
    for totals in strata:
        n, t, products = totals[:, :1, None], totals[:, 1:][:, used], totals[:, 1 + n_columns :]
        products = products.reshape(len(t), len(used), len(used)) - t[:, :, None] * t[:, None, :] / n
        spread = spread + products * n / np.maximum(n - 1, 1)
    slope = _gradient(statistic, sums, used) if len(used) else np.zeros((len(sums), 0))
    error = np.sqrt(np.maximum(np.einsum("bi,bij,bj->b", slope, spread, slope), 0))
    return statistic(sums), error


def _chunks(n_units, replicates=REPLICATES):
    """Sizes of the portions in which the replicates are made, so that memory stays flat."""
    size = max(1, min(REPLICATES, 4_000_000 // n_units))
    return [min(size, replicates - done) for done in range(0, replicates, size)]


def _resample(units, strata, statistic, seed, replicates=REPLICATES):
    """Estimate and standard error, then deviation and standard error of each bootstrap replicate.

    Units are drawn within their stratum; deviations are stretched by n / (n - strata).
    """
    rng, used, scores = np.random.default_rng(seed), _used(units, statistic), [np.empty((2, 0))]
    groups = [_measure(units[strata == s], used) for s in np.unique(strata)]

    def score(weights):
        totals = [w @ group for w, group in zip(weights, groups, strict=True)]
        return _score(totals, units.shape[1], statistic, used)

    (estimate,), (error,) = score([np.ones((1, len(group))) for group in groups])
    for count in _chunks(len(units), replicates):
        weights = []
        for n in map(len, groups):
            drawn = rng.integers(0, n, (count, n)) + n * np.arange(count)[:, None]
            weights.append(np.bincount(drawn.ravel(), minlength=n * count).reshape(-1, n).astype(float))
        scores.append(score(weights))
    replicates, errors = (np.concatenate([s[i] for s in scores]) for i in (0, 1))
    stretch = len(units) / max(len(units) - len(groups), 1)
    return estimate, error, (replicates - estimate) * stretch, errors


def _deal(n, few, rng, replicates):
    """Which of `n` articles, 1 and 0, are the `few` that are dealt to one side, in tables of a row a deal.

    Every way to deal them once, when there are no more than `replicates`.
    """
    if comb(n, few) <= replicates:
        yield (np.array(list(combinations(range(n), few)))[:, :, None] == np.arange(n)).any(axis=1).astype(float)
        return
    for count in _chunks(n, replicates):
        cards, rows = np.tile(np.arange(n, dtype="int32"), (count, 1)), np.arange(count)
        for k in range(few):  # the first cards of a deck shuffled by Fisher and Yates
            other = rng.integers(k, n, count)
            cards[rows, k], cards[rows, other] = cards[rows, other], cards[rows, k]
        dealt = np.zeros((count, n))
        np.put_along_axis(dealt, cards[:, :few], 1, axis=1)
        yield dealt


def _shuffle(one, two, statistic, seed, seen, replicates):
    """The difference of two sets of articles over its standard error, when the articles are dealt out anew.

    Ends before `replicates` when `seen`, the true ratio, is no rarity among the first `REPLICATES`.
    """
    units, rng, out = np.vstack([one, two]), np.random.default_rng(seed), np.empty(0)
    used, few, side = _used(units, statistic), min(len(one), len(two)), 1 if len(one) <= len(two) else -1
    measured = _measure(units, used)
    for weights in _deal(len(units), few, rng, replicates):
        dealt = weights @ measured
        sides = dealt, measured.sum(axis=0) - dealt
        (a, error), (b, other) = (_score([totals], units.shape[1], statistic, used) for totals in sides)
        with np.errstate(all="ignore"):
            out = np.append(out, side * (a - b) / np.hypot(error, other))
        if len(out) >= REPLICATES and min(np.sum(out >= seen), np.sum(out <= seen)) > RARE:
            break
    return out


def _sample(table, values, statistic, unit, seed, replicates=REPLICATES):
    """One group: what `_resample` gives, the unit, its units' sums, and a note on why there is no interval."""
    n_articles = table["doc_id"].nunique()
    paragraphs = unit == "paragraph" or (unit == "auto" and n_articles < ENOUGH and "paragraph_id" in table)
    sums = values.groupby([table[c] for c in ("doc_id", "paragraph_id")[: 1 + paragraphs]], dropna=False).sum()
    strata = sums.index.get_level_values(0).to_numpy() if paragraphs else np.zeros(len(sums))
    units = sums.to_numpy()
    estimate, error, deviation, errors = _resample(units, strata, statistic, seed, replicates)
    few = len(units) - len(np.unique(strata)) < 1 or (not paragraphs and unit == "auto" and n_articles < ENOUGH)
    note = f"paragraphs of {n_articles} article(s): says nothing about other articles" if paragraphs else ""
    if np.isnan(estimate):
        note, error = "undefined: the denominator is zero", np.nan
    elif few:
        note, error = f"no interval: {n_articles} article(s), {len(units)} unit(s)", np.nan
        if unit == "auto" and not paragraphs:
            note += f"; {ENOUGH} articles are needed, or a column paragraph_id"
    elif not error > 0 or np.isnan(deviation).sum() > 0.1 * len(deviation):
        note = "no interval: the units do not vary" if error == 0 else "no interval: undefined in many resamples"
        error = 0.0 if error == 0 else np.nan  # against another group there is still a difference
    found = {"estimate": estimate, "error": error, "deviation": deviation, "errors": errors, "units": units}
    return found | {"unit": "paragraph" if paragraphs else "article", "n_units": len(units), "note": note}


def _bounds(statistic, values):
    """What the statistic cannot be beyond: a mean tone -1 and 1, a mean of nothing but 0 and 1 these, a rate 0."""
    part, *whole = [statistic] if callable(statistic) or isinstance(statistic, str) else statistic
    if part in SCORES and whole in ([], ["n_scored"]):
        return -1.0, 1.0
    if callable(statistic) or (values["part"] < 0).any():
        return -np.inf, np.inf
    return 0.0, np.inf if whole or not values["part"].isin((0, 1)).all() else 1.0


def _groups(table, by):
    """The labels of the groups and the place of each row's group among them."""
    codes = table.groupby(by, sort=True, dropna=False, observed=True).ngroup().to_numpy()
    labels = table[by].iloc[np.unique(codes, return_index=True)[1]].reset_index(drop=True)
    return labels, codes


def bootstrap_interval(table, statistic, documents=None, *, by="outlet", unit="auto", level=0.95, seed=0):
    """One row per group: the statistic, and the interval that resampling articles (or paragraphs) gives it.

    `table` has doc_id and one row per sentence, mention, article …; articles without a row do not count, so give them
    rows of zeros. `statistic`: a column (its mean over rows), `(count, denominator)` or `(count, denominator, per)`
    (ratio of sums, times `per`), or a function of a frame with the sums of all numeric columns and `n_rows`.
    `by`: column(s) of the table or of `documents`; an article without a label stands for itself. `unit`: "article";
    "paragraph" (drawn within each article); "auto": articles in groups of at least five, else paragraphs. Columns:
    by, estimate, low, high, unit, n_units, note. Bootstrap-t (Efron & Tibshirani 1993, ch. 12.5), cut where a rate of
    counts, a share or a mean tone ends; NaN with the reason in `note` where nothing can be resampled.
    """
    schema.require_number(level, "level", 0, 1, "is no share; give a number between 0 and 1, such as 0.95")
    if unit not in ("auto", "article", "paragraph"):
        raise ValueError(f"unit: {unit!r} is not one of auto, article, paragraph")
    named, (by, table, values, statistic) = statistic, _prepare(table, statistic, documents, by)
    if unit == "paragraph":
        schema.require(table, "table", "paragraph_id")
    labels, codes = _groups(table, by)
    rows = []
    for g in range(len(labels)):
        one = _sample(table[codes == g], values[codes == g], statistic, unit, [seed, g])
        upper = lower = np.nan
        if one["error"] > 0:
            z = one["deviation"] / np.maximum(one["errors"], FLOOR * one["error"])
            upper, lower = np.nanquantile(z, [(1 + level) / 2, (1 - level) / 2])
        ends = [one["estimate"] - quantile * one["error"] for quantile in (upper, lower)]
        low, high = np.clip(ends, *_bounds(named, values))
        rows.append(one | {"low": low, "high": high})
    dtypes = dict.fromkeys(("estimate", "low", "high"), "float64") | {"unit": "str", "n_units": "int64", "note": "str"}
    return pd.concat([labels, pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes)], axis=1)


def adjust_holm(p_values):
    """p-values corrected for their number (Holm 1979); NaN stays and is not counted."""
    p = np.asarray(p_values, float)
    order = np.argsort(p)[: np.sum(~np.isnan(p))]
    q = np.full(len(p), np.nan)
    q[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1)), 1)
    return q


def bootstrap_difference(table, statistic, documents=None, *, by="outlet", pairs=False, level=0.95, seed=0):
    """One row per group against all others together (`pairs`: per two groups): the difference and its own interval.

    Arguments and units as in `bootstrap_interval`. Columns: by, other ("rest", or a group), difference (first minus
    second), low, high, p, q, unit (of the two sides), note. `low` and `high` hold for all rows at once (Bonferroni);
    `q` is `p` after Holm's correction: call a difference real when q < 1 - level, never because two intervals of
    `bootstrap_interval` do not overlap. Between articles p and interval come from the studentised difference under
    shuffled articles (Janssen 1997): exact when nothing differs, however few and skewed; else from bootstrap-t.
    The more comparisons, the more resamples; where no q below 1 - level can be reached all the same, `note` says so.
    """
    schema.require_number(level, "level", 0, 1, "is no share; give a number between 0 and 1, such as 0.95")
    by, table, values, statistic = _prepare(table, statistic, documents, by)
    labels, codes = _groups(table, by)
    names = labels.astype("str").fillna("unknown").agg(" / ".join, axis=1)
    every, rows = range(len(labels)) if len(labels) > 1 else [], []
    if pairs:
        sides = [((a, False), (b, False), names[b]) for a in every for b in every if a < b]
    else:
        sides = [((a, False), (a, True), "rest") for a in every]
    tail = (1 - level) / 2 / max(len(sides), 1)
    replicates = int(np.clip(np.ceil(1 / max(tail, 1e-9)), REPLICATES, MOST))  # then the smallest q is below 1 - level

    @cache
    def sample(group, rest, replicates=0):
        chosen = (codes == group) != rest
        return _sample(table[chosen], values[chosen], statistic, "auto", [seed, group, *[1] * rest], replicates)

    for first, second, other in sides:
        one, two = sample(*first), sample(*second)
        unit = one["unit"] if one["unit"] == two["unit"] else f"{one['unit']}/{two['unit']}"
        if unit != "article":
            one, two = sample(*first, replicates), sample(*second, replicates)
        difference, error = one["estimate"] - two["estimate"], np.hypot(one["error"], two["error"])
        notes = [side["note"] for side in (one, two) if side["note"]]
        z, p, own, of = np.empty(0), np.nan, 1, f"{replicates:,} resamples"  # own: the true difference is not in z
        if error > 0:
            t = difference / error
            if unit == "article":
                z, notes = _shuffle(one["units"], two["units"], statistic, [seed, len(rows), 2], t, replicates), []
                if comb(one["n_units"] + two["n_units"], one["n_units"]) <= replicates:
                    own, of = 0, "so few articles"
            else:
                errors = np.hypot(one["errors"], two["errors"])
                z = (one["deviation"] - two["deviation"]) / np.maximum(errors, FLOOR * error)
            known = ~np.isnan(z)
            if known.mean() < 0.9:
                z, notes = np.empty(0), ["no interval: undefined in many resamples"]
            else:
                z = z[known]
                near = TIE * max(1, abs(t))
                p = min(1.0, 2 * (own + min(np.sum(z >= t - near), np.sum(z <= t + near))) / (own + len(z)))
        floor = 2 / (1 + replicates if own else max(len(z), 1))
        rows.append((first[0], other, difference, error, z, p, floor, of, unit, "; ".join(dict.fromkeys(notes))))
    frame = pd.DataFrame(rows, columns=["a", "other", "difference", "error", "z", "p", "floor", "of", "unit", "note"])
    compared = frame["p"].notna()
    tail = (1 - level) / 2 / max(compared.sum(), 1)
    for name, place, method in (("low", 1 - tail, "higher"), ("high", tail, "lower")):
        ends = np.array([np.quantile(z, place, method=method) if len(z) else np.nan for z in frame["z"]], float)
        away = (ratio := frame["difference"] / frame["error"]) - ends
        near = away.abs() < TIE * ratio.abs().clip(1)
        frame[name] = away.mask(near, 0.0) * frame["error"]  # 0 is in the interval when it is its end
    frame["q"], floors = adjust_holm(frame["p"]), frame["floor"][compared]
    for row, floor in floors.items():
        if (least := floor * (floors >= floor).sum()) >= 1 - level:
            told = f"q cannot fall below {min(least, 1):.2g}: too many comparisons for {frame.at[row, 'of']}"
            frame.at[row, "note"] = "; ".join(filter(None, [frame.at[row, "note"], told]))
    frame = frame.astype({**dict.fromkeys(["difference", "low", "high", "p"], float), "other": "str", "note": "str"})
    labels = labels.iloc[frame["a"].astype(int)].reset_index(drop=True)
    return pd.concat([labels, frame[["other", "difference", "low", "high", "p", "q", "unit", "note"]]], axis=1)


def permutation_test(table, statistic, documents=None, *, by="outlet", seed=0):
    """One row per group against all others: how often chance alone gives such a difference.

    A group's articles are drawn from all, in every way when there are no more than 2,000. Columns: by, n_articles,
    difference (group minus the rest), by_chance (the median size of the difference in these draws), p (share of the
    draws with a difference at least as large, of those that have one), q (Holm), note. NaN when fewer than two groups
    have two articles: then a group and its article cannot be told apart. Arguments as in `bootstrap_interval`.
    """
    by, table, values, statistic = _prepare(table, statistic, documents, by)
    sums = values.groupby([table[c] for c in dict.fromkeys([*by, "doc_id"])], dropna=False, observed=True).sum()
    units = sums.to_numpy()
    labels, codes = _groups(sums.index.to_frame(index=False), by)
    total, size, rng = units.sum(axis=0), np.bincount(codes, minlength=len(labels)), np.random.default_rng(seed)

    def differ(drawn):
        part = drawn @ units
        return statistic(part) - statistic(total - part)

    rows, n = [], len(units)
    note = "fewer than two groups have two articles: group and article cannot be told apart"
    note = "" if np.sum(size > 1) > 1 else note
    for g, few in enumerate(size.tolist()):
        seen, usual, p = differ((codes == g)[None].astype(float))[0], np.nan, np.nan
        if not (note or np.isnan(seen)):
            chance = np.abs(np.concatenate([differ(drawn) for drawn in _deal(n, few, rng, REPLICATES)]))
            chance, own = (
                chance[~np.isnan(chance)],
                int(comb(n, few) > REPLICATES),
            )  # own: the one seen is not among them
            usual = np.median(chance)
            p = (own + np.sum(chance >= abs(seen) * (1 - 1e-9))) / (own + len(chance))
        rows.append((few, seen, usual, p))
    table = pd.DataFrame(rows, columns=["n_articles", "difference", "by_chance", "p"], dtype=float)
    table = table.astype({"n_articles": "int64"}).assign(q=adjust_holm(table["p"]), note=note)
    return pd.concat([labels, table], axis=1)


def coverage(features, by="outlet", *, n_terms=40, stopwords=None):
    """One row per item (actor, key term or number) and group: how often, how often to be expected, and if left out.

    Key terms are the `n_terms` most frequent content words, numbers the `n_terms` most frequent, both of those that
    stand in two articles or more. Columns: item, kind (actor, term, number), by, count, n_words (of the group), rate
    (per 1,000 words), expected (count at the rate of the whole corpus), p_absent (for a count of 0: probability of none
    in a text of this length when the item is spread evenly, binomial; else NaN), q_absent (Holm). Words repeat within
    an article, so p_absent is a lower bound. `stopwords` (words, CSV path or table) stand in place of the shipped list.
    Needs counts only, so a bundle will do, summed or not. An article without a label in `by` stands for itself.
    """
    schema.require_number(n_terms, "n_terms", 0, np.inf, "is no number of terms; give 0 or more", whole=True)
    stop = resources.take_words("stopwords" if stopwords is None else stopwords)
    labels = schema.label_documents(features.documents, by := schema.name_column(by))
    words, mentions = features.word_counts, features.mentions
    group, groups = schema.group_counts(words, labels)
    words = words.assign(**{by: groups.take(group)}, n_docs=words.get("n_docs", 1))
    kept = words.groupby("word", observed=True)[["count", "n_docs"]].sum()
    kept = kept[kept["n_docs"] >= min(2, len(labels))].sort_values("count", ascending=False, kind="stable")
    number, term = kept.index.str.match(r"\d"), kept.index.str.match(r"[^\W\d]{3}|u\.s\.$") & ~kept.index.isin(stop)
    named = {by: schema.find_labels(mentions["doc_id"], labels), "count": mentions.get("count", 1)}
    parts = [mentions[["actor"]].rename(columns={"actor": "item"}).assign(kind="actor", **named)]
    for kind, chosen in (("term", term), ("number", number)):
        part = words[words["word"].isin(kept.index[chosen][:n_terms])]
        parts.append(part.rename(columns={"word": "item"}).assign(kind=kind))
    n_words = words.groupby(by)["count"].sum().reindex(groups, fill_value=0).rename_axis(by)
    counts = pd.concat(parts).pivot_table(
        index=["kind", "item"], columns=by, values="count", aggfunc="sum", fill_value=0
    )
    counts = counts.reindex(columns=n_words.index, fill_value=0)
    frame = counts.stack().rename("count").astype("int64").reset_index()
    frame["n_words"] = frame[by].map(n_words).astype("int64")
    frame["rate"] = 1_000 * frame["count"] / frame["n_words"]
    total, share = frame.groupby(["kind", "item"])["count"].transform("sum"), frame["n_words"] / n_words.sum()
    frame["expected"] = total * share
    frame["p_absent"] = ((1 - share) ** total).where((frame["count"] == 0) & (frame["n_words"] > 0))
    frame["q_absent"] = adjust_holm(frame["p_absent"])
    return frame[["item", "kind", by, "count", "n_words", "rate", "expected", "p_absent", "q_absent"]]


def likeness(word_counts, documents=None, *, by="doc_id", n_words=150, function_words=None):
    """One row per ordered pair of articles (or groups): how alike their vocabulary and their style are.

    Columns: by, other_<by> (ordered categories: neighbours in an average-linkage clustering by cosine stand together),
    cosine (of tf-idf weights, 0 to 1; 1 = the same), delta (Burrows 2002: mean absolute difference of the z-scores of
    the `n_words` most frequent function words, quoted words left out; 0 = the same, NaN under three texts), n_shared
    and n_own (distinct words that the first has in common with the other, and has alone). ValueError over 2,000 texts.
    """
    from scipy.cluster import hierarchy
    from scipy.spatial.distance import pdist, squareform

    words = schema.label_rows(word_counts, by := schema.name_column(by), documents).dropna(subset=by)
    if (n := words[by].nunique()) > 2_000:
        raise ValueError(f"word_counts: {n} texts make {n * n:,} pairs; compare at most 2,000, or by='outlet'")
    names, (row, labels) = words["word"].astype("str"), pd.factorize(words[by], sort=True)
    column, vocabulary = pd.factorize(names, sort=True)  # equally frequent words are cut by the alphabet, not by rows
    counts = np.zeros((n, len(vocabulary)))
    np.add.at(counts, (row, column), words["count"].to_numpy(float))
    own = counts.copy()
    if "quoted_count" in words:
        np.add.at(own, (row, column), -words["quoted_count"].to_numpy(float))
    has = counts > 0
    weights = np.log1p(counts) * (np.log((1 + n) / (1 + has.sum(axis=0))) + 1)
    weights /= np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-12)
    cosine, both = weights @ weights.T, has.astype("float32") @ has.T.astype("float32")
    schema.require_number(n_words, "n_words", 1, np.inf, "is no number of words; give 1 or more", whole=True)
    listed = resources.take_words("stopwords" if function_words is None else function_words)
    style = own[:, np.isin(vocabulary, list(listed))]
    style = style if style.shape[1] else own
    style = style[:, np.argsort(-style.sum(axis=0), kind="stable")[:n_words]]
    style = style / np.maximum(own.sum(axis=1, keepdims=True), 1)
    deviation = style.std(axis=0, ddof=1) if n > 2 else np.zeros(style.shape[1])
    varied = deviation > 1e-12  # of a word of one share in all texts rounding leaves a trace
    z = (style - style.mean(axis=0))[:, varied] / deviation[varied]
    delta = squareform(pdist(z, "cityblock") / z.shape[1]) if z.shape[1] else np.full((n, n), np.nan)
    order = np.arange(n)
    if n > 2:
        order = hierarchy.leaves_list(hierarchy.linkage(pdist(weights), "average", optimal_ordering=n < 200))
    i, j = (a.ravel() for a in np.indices((n, n)))
    i, j = i[i != j], j[i != j]
    kinds = pd.CategoricalDtype(labels[order], ordered=True)
    return pd.DataFrame(
        {
            by: pd.Series(labels[i]).astype(kinds),
            f"other_{by}": pd.Series(labels[j]).astype(kinds),
            "cosine": np.minimum(cosine, 1)[i, j],
            "delta": delta[i, j],
            "n_shared": both[i, j].astype("int64"),
            "n_own": (both[i, i] - both[i, j]).astype("int64"),
        }
    )


def _count(n, noun):
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _judge(n, sizes, copies, groups):
    """What can be compared in `n` articles, outlets of these `sizes`, `copies` articles in `groups`; and why."""
    if n and n == copies and groups == 1:
        return "nothing", "All articles are copies of one another: there is nothing to compare."
    if n < 2:
        return "nothing", "One article can be described, not compared." if n else "There is no article."
    if len(sizes) < 2:
        return "articles", "There are not two outlets: articles can be compared, outlets cannot."
    if (sizes == 1).all():
        text = "Each outlet has one article: an article and its outlet cannot be told apart, whatever differs."
        return "articles", text
    few = sizes.index[sizes < ENOUGH]
    if len(few) == len(sizes):
        text = f"No outlet has {ENOUGH} articles: what differs between outlets holds for these articles, not beyond."
        return "articles", text
    if few.empty:
        return "outlets", f"Every outlet has {ENOUGH} articles or more, so differences come with their uncertainty."
    enough, named = len(sizes) - len(few), ", ".join(few[:3]) + " …" * (len(few) > 3)
    some = f"{enough} of {len(sizes)} outlets {'has' if enough == 1 else 'have'} {ENOUGH} articles or more"
    return _count(enough, "outlet"), f"{some}; what is said of the others ({named}) holds for their articles here only."


def describe_corpus(features, duplicates=None):
    """One row per statement on the whole corpus: `topic`, `value`, `statement`, all text.

    The last row says what can and what cannot be said from this corpus. `duplicates`: the table of `near_duplicates`,
    if reprints were looked for.
    """
    documents, words = features.documents, features.word_counts
    schema.require(words, "features.word_counts", "doc_id", "word", "count")  # of articles, no sums
    words = words[words["doc_id"].isin(documents["doc_id"])]
    n, sizes, dates = len(documents), documents["outlet"].astype("str").value_counts(), documents["date"].dropna()
    total, n_single = int(words["count"].sum()), int((sizes == 1).sum())
    content = words[words["word"].str.match(r"[^\W\d]{4}") & ~words["word"].isin(resources.word_set("stopwords"))]
    topics = content.groupby("word").agg(n_docs=("doc_id", "nunique"), count=("count", "sum"))
    topics = topics.sort_values(["n_docs", "count"])
    shared = "Content words that the most articles share." if n > 1 else "The most frequent content words."
    copies = groups = 0
    reprints = ("not looked for", "A copied agency report counts as the outlet's own style.")
    if duplicates is not None:
        linked = duplicates[duplicates["cluster_id"].notna()]
        copies = documents["doc_id"].isin([*linked["doc_id"], *linked["other_doc_id"]]).sum()
        groups = linked["cluster_id"].nunique()
        reprints = ("none", "No article shares most of its text with another.")
    if copies:
        text = f"{_count(copies, 'article')} share most of their text with another"
        reprints = (copies, text + (f", in {groups} groups of copies." if groups > 1 else ": one group of copies."))
    told = f"{_count(n, 'article')} by {_count(len(sizes), 'outlet')}" if len(sizes) else _count(n, "article")
    unknown = int(documents["outlet"].isna().sum())
    told += f"; the outlet of {'all' if unknown == n else unknown} is not known." if unknown else "."
    least, most = (int(sizes.min()), int(sizes.max())) if len(sizes) else (0, 0)
    per = f"{_count(n_single, 'outlet')} {'has' if n_single == 1 else 'have'} one article only." if n_single else ""
    per = per or f"No outlet has fewer than {least}."
    if least == most:
        per = "Every outlet has the same number." if len(sizes) > 1 else "There is one outlet." * len(sizes)
    days = [f"{dates.min():%F}", f"{dates.max():%F}"] if len(dates) else []
    dated = "All articles have a date." if len(dates) == n else f"{len(dates)} of {_count(n, 'article')} have a date."
    rows = [
        ("articles", n, told),
        ("articles per outlet", str(most) if least == most else f"{least} to {most}", per),
        ("words", f"{total:,}", f"{total / n:,.0f} an article on average." if n > 1 else "In the article's body."),
        ("dates", " to ".join(dict.fromkeys(days)) or "unknown", dated if days else "No article has a date."),
        ("topic words", ", ".join(topics.index[:-9:-1]), shared),
        ("reprints", *reprints),
        ("can be compared", *_judge(n, sizes, copies, groups)),
    ]
    return pd.DataFrame(rows, columns=["topic", "value", "statement"]).astype("str")
