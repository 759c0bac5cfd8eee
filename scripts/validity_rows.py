"""One row of the table of validity: a statistic of sums by document, its interval, and which side is better."""

import numpy as np
import pandas as pd


def correlate(s):
    n, x, y, xx, yy, xy = np.moveaxis(s, -1, 0)
    return (n * xy - x * y) / np.sqrt((n * xx - x**2) * (n * yy - y**2))


def macro_f1(s):
    table = s.reshape(*s.shape[:-1], 3, 3)  # labels of people by ours
    return (2 * np.einsum("...ii->...i", table) / (table.sum(-1) + table.sum(-2))).mean(-1)


def f1(s):
    return 2 * s[..., 0] / (2 * s[..., 0] + s[..., 1] + s[..., 2])


def ratio(s):
    return s[..., 0] / s[..., 1]


STATISTICS = {"share": ratio, "F1": f1, "r": correlate, "macro-F1": macro_f1}  # any other unit: a mean, less is better


def figure(topic, functions, measure, unit, units, ours, other=None, alternative=""):
    """A row: the statistic of the sums of `ours` (arrays, a value an item), its interval over `units`, `other`'s."""
    codes, names = pd.factorize(np.asarray(units))
    statistic, n = STATISTICS.get(unit, ratio), len(names)
    weights = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), 2_000)

    def resample(columns):
        sums = np.stack([np.bincount(codes, np.asarray(c, float), n) for c in columns], axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return statistic(sums.sum(0)), statistic(weights @ sums)

    value, draws = resample(ours)
    row = {"topic": topic, "functions": functions, "measure": measure, "n": len(codes), "ours": value}
    row |= {"low": np.nan, "high": np.nan, "alternative": alternative, "better": ""}
    row["unit"] = "F1" if unit == "macro-F1" else unit
    if n > 1:
        row["low"], row["high"] = np.nanpercentile(draws, [2.5, 97.5])
        if row["low"] == row["high"] == 1:  # no error seen: the rule of three
            row["low"] = max(1 - 3 / n, 0)
    if other is not None:
        row["alternative_value"], others = resample(other)
        more = draws - others if unit in STATISTICS else others - draws
        row["better"] = "the same" if np.array_equal(draws, others) else judge(more) if n > 1 else ""
    return row


def judge(differences):
    """Which side is better by resampled differences: how much better ours is than the alternative."""
    less, more = np.nanpercentile(differences, [2.5, 97.5])
    return "ours" if less > 0 else "alternative" if more < 0 else "not clear"


def share(topic, functions, measure, right, other=None, alternative="", *, units=None):
    """A row: the share of items that are `right` (or the mean of their scores), beside `other`."""
    one, units = np.ones(len(right)), range(len(right)) if units is None else units
    return figure(topic, functions, measure, "share", units, (right, one), other and (other, one), alternative)


def errors(topic, kinds, n):
    """A row for each kind of error with its count, most frequent first."""
    kinds = sorted(((kind, count) for kind, count in kinds.items() if count), key=lambda kind: (-kind[1], kind[0]))
    row = {"topic": topic, "unit": "count", "n": n}
    return [row | {"measure": f"error: {kind}", "ours": count} for kind, count in kinds]
