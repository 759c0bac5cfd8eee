"""Coverage of the intervals and false differences, by simulation: the figures of docs/statistics.md.

python scripts/simulate_intervals.py [GROUPS]     (groups simulated per line, default 1,000)
"""

import sys

import numpy as np
import pandas as pd

from analysis.compare import bootstrap_difference, bootstrap_interval


def draw_articles(kind, shape, rng):
    """Counts and denominators of articles, and the true value of their ratio; article effects are skewed."""
    n_words = np.maximum(80, rng.lognormal(6.3, 0.6, shape)).round()
    if kind == "lognormal mean":  # skewness 6.2
        return rng.lognormal(0, 1, shape), np.ones(shape), np.exp(0.5)
    if kind == "negative binomial mean":  # mean 4, variance 36
        return rng.negative_binomial(0.5, 1 / 9, shape), np.ones(shape), 4.0
    if kind == "mentions per word":  # exponential rate per article, 5 per 1,000 words
        return rng.poisson(rng.exponential(0.005, shape) * n_words), n_words, 0.005
    if kind == "rare word per word":  # 2 per 1,000 words
        return rng.poisson(rng.gamma(2, 0.001, shape) * n_words), n_words, 0.002
    if kind == "mean tone of sentences":
        n = np.maximum(5, rng.negative_binomial(3, 1 / 11, shape))
        return n * rng.normal(0, 0.1, shape) + rng.normal(0, 0.4, shape) * np.sqrt(n), n, 0.0
    raise ValueError(f"kind: no {kind!r}")


KINDS = (
    "lognormal mean",
    "negative binomial mean",
    "mentions per word",
    "rare word per word",
    "mean tone of sentences",
)


def make_table(kind, groups, articles, seed):
    """One row per article of `groups` outlets that do not differ: outlet, doc_id, count, base; and the true ratio."""
    count, base, true = draw_articles(kind, groups * articles, np.random.default_rng(seed))
    outlet = np.repeat(np.arange(groups), articles)
    return pd.DataFrame({"outlet": outlet, "doc_id": np.arange(len(outlet)), "count": count, "base": base}), true


def measure_coverage(kind, articles, groups, seed=1):
    """Share of 95 % intervals that hold the true value, ours and plain percentile, and share of groups without one."""
    table, true = make_table(kind, groups, articles, seed)
    found = bootstrap_interval(table, ("count", "base"))
    inside = (found["low"] <= true) & (true <= found["high"])
    rng, plain = np.random.default_rng(seed), []
    for _, group in table.groupby("outlet"):
        drawn = rng.integers(0, articles, (1_000, articles))
        ratio = group["count"].to_numpy()[drawn].sum(axis=1) / group["base"].to_numpy()[drawn].sum(axis=1)
        low, high = np.quantile(ratio, [0.025, 0.975])
        plain.append(low <= true <= high)
    known = found["low"].notna()
    return inside[known].mean(), np.mean(plain), 1 - known.mean()


def measure_false_differences(kind, articles, corpora, outlets=10, seed=1):
    """Share of comparisons called different at q < 0.05, and of corpora with one at least, when no outlet differs."""
    called = []
    for i in range(corpora):
        table, _ = make_table(kind, outlets, articles, [seed, i])
        called.append((bootstrap_difference(table, ("count", "base"))["q"] < 0.05).to_numpy())
    return np.mean(called), np.mean([c.any() for c in called])


if __name__ == "__main__":
    groups = int((sys.argv[1:] or [1_000])[0])
    print("| statistic | articles a group | bootstrap-t | plain percentile | without interval |\n|---|---|---|---|---|")
    for kind in KINDS:
        for articles in (5, 20, 100):
            ours, plain, without = measure_coverage(kind, articles, groups)
            print(f"| {kind} | {articles} | {ours:.1%} | {plain:.1%} | {without:.1%} |", flush=True)
    print("\n| statistic | articles an outlet | comparisons called different | corpora with one |\n|---|---|---|---|")
    for kind in KINDS[1:2]:
        for articles in (5, 20):
            share, any_share = measure_false_differences(kind, articles, max(groups // 10, 1))
            print(f"| {kind} | {articles} | {share:.2%} | {any_share:.1%} |", flush=True)
