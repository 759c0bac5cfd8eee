"""Intervals, differences, permutation check, coverage, likeness and corpus card: hand figures, oracles, simulation."""

import itertools
import sys
from collections import namedtuple
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import analysis
from analysis import compare, formulas

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
import simulate_intervals  # noqa: E402

Bundle = namedtuple("Bundle", "documents word_counts mentions")
NEEDED = "; 5 articles are needed, or a column paragraph_id"  # where neither articles nor paragraphs can be drawn


def make_sentences(seed=0, articles=8, outlets=("north", "south")):
    """Sentences of articles of two outlets that differ in length of sentence."""
    rng, rows = np.random.default_rng(seed), []
    for o, outlet in enumerate(outlets):
        for a in range(articles):
            for s in range(12):
                n = int(rng.poisson(12 + 8 * o)) + 1
                rows.append((f"{outlet}{a}", outlet, s, s // 3, n, n + int(rng.poisson(n / 2)), rng.normal(0, 0.3)))
    columns = ["doc_id", "outlet", "sentence_id", "paragraph_id", "n_words", "n_syllables", "tone"]
    return pd.DataFrame(rows, columns=columns)


def make_bundle():
    """Two articles of the north, one of the south; `ferry` is in all, `mayor` and 310 in the north alone."""
    words = [("n1", "ferry", 4), ("n1", "mayor", 3), ("n1", "310", 1), ("n1", "the", 12), ("n2", "ferry", 2)]
    words += [("n2", "mayor", 5), ("n2", "310", 1), ("n2", "the", 12), ("s1", "ferry", 5), ("s1", "the", 15)]
    counts = pd.DataFrame(words, columns=["doc_id", "word", "count"]).assign(quoted_count=0)
    documents = pd.DataFrame({"doc_id": ["n1", "n2", "s1"], "outlet": ["north", "north", "south"]})
    documents["date"] = pd.to_datetime(["2024-05-01", None, "2024-05-04"])
    mentions = pd.DataFrame({"doc_id": ["n1", "n1", "s1"], "actor": ["Ada Morrow", "Skerry", "Skerry"]})
    return Bundle(documents, counts, mentions)


# intervals


def test_articles_that_the_documents_lack_are_refused_not_pooled():
    bundle, table = make_bundle(), make_sentences().drop(columns="outlet").assign(doc_id="n1")
    some = bundle.documents.query("outlet == 'south'")
    for compared in (
        lambda: compare.bootstrap_interval(table, "tone", some),
        lambda: compare.bootstrap_difference(table, "tone", some),
        lambda: compare.permutation_test(table, "tone", some),
        lambda: compare.coverage(bundle._replace(documents=some)),
        lambda: analysis.readability(table, "outlet", documents=some),
        lambda: analysis.mention_rates(bundle.mentions, some.assign(n_words=9)),
    ):
        with pytest.raises(ValueError, match="doc_id 'n1' .*documents"):
            compared()


def test_estimates_are_the_statistics_of_the_group():
    table = make_sentences()
    groups = table.groupby("outlet")
    mean = analysis.bootstrap_interval(table, "tone")
    assert mean["estimate"].to_numpy() == pytest.approx(groups["tone"].mean().to_numpy())
    rate = analysis.bootstrap_interval(table, ("n_syllables", "n_words", 1000))
    sums = groups[["n_words", "n_syllables"]].sum()
    assert rate["estimate"].to_numpy() == pytest.approx((1000 * sums["n_syllables"] / sums["n_words"]).to_numpy())
    grade = analysis.bootstrap_interval(
        table, lambda s: formulas.flesch_kincaid_grade(s["n_words"], s["n_rows"], s["n_syllables"])
    )
    published = 0.39 * sums["n_words"] / groups.size() + 11.8 * sums["n_syllables"] / sums["n_words"] - 15.59
    assert grade["estimate"].to_numpy() == pytest.approx(published.to_numpy())
    for frame in (mean, rate, grade):
        assert (frame["low"] < frame["estimate"]).all()
        assert (frame["estimate"] < frame["high"]).all()
        assert frame["unit"].tolist() == ["article"] * 2
        assert frame["n_units"].tolist() == [8, 8]


def test_the_standard_error_is_that_of_the_textbook():
    x = np.random.default_rng(3).normal(5, 2, 30)
    units = np.column_stack([x, np.ones(30)])
    ratio = lambda sums: sums[:, 0] / sums[:, 1]  # noqa: E731
    estimate, error, deviation, errors = compare._resample(units, np.zeros(30), ratio, 0)
    assert estimate == pytest.approx(x.mean())
    assert error == pytest.approx(stats.sem(x), rel=1e-6)  # of a mean
    two = compare._resample(np.array([[1.0, 1], [3, 1]]), np.zeros(2), ratio, 0)
    assert two[:2] == pytest.approx((2, 1))  # √2 / √2
    # two strata of 15: the variances of the two halves add up (Cochran 1977, eq. 5.12)
    strata = np.repeat([0, 1], 15)
    _, error, *_ = compare._resample(units, strata, ratio, 0)
    assert error == pytest.approx(np.hypot(stats.sem(x[:15]), stats.sem(x[15:])) / 2, rel=1e-6)
    assert np.std(deviation) == pytest.approx(stats.sem(x), rel=0.1)
    assert errors.mean() == pytest.approx(stats.sem(x), rel=0.1)


def test_interval_of_many_normal_values_is_students():
    x = np.random.default_rng(4).normal(0, 1, 200)
    table = pd.DataFrame({"doc_id": np.arange(200), "outlet": "a", "x": x})
    low, high = analysis.bootstrap_interval(table, "x")[["low", "high"]].iloc[0]
    expected = stats.t.interval(0.95, 199, x.mean(), stats.sem(x))
    assert (low, high) == pytest.approx(expected, abs=0.1 * stats.sem(x))


def test_interval_of_few_skewed_values_is_the_bootstrap_t_of_the_book():
    """Efron & Tibshirani (1993), ch. 12.5, in plain numpy, with the deviations stretched by n / (n - 1)."""
    x = np.random.default_rng(1).lognormal(0, 1, 12)
    drawn = x[np.random.default_rng(2).integers(0, 12, (40_000, 12))]
    error, errors = stats.sem(x), np.maximum(stats.sem(drawn, axis=1), stats.sem(x) / 4)
    z = np.quantile((drawn.mean(axis=1) - x.mean()) * 12 / 11 / errors, [0.9, 0.1])
    found = analysis.bootstrap_interval(pd.DataFrame({"doc_id": range(12), "outlet": "a", "x": x}), "x", level=0.8)
    assert found[["low", "high"]].iloc[0].tolist() == pytest.approx((x.mean() - z * error).tolist(), abs=error / 10)


@pytest.mark.parametrize(("articles", "unit", "n_units"), [(4, "paragraph", 16), (5, "article", 5)])
def test_articles_are_the_unit_from_five_on(articles, unit, n_units):
    table = make_sentences(articles=articles, outlets=("north",))
    found = analysis.bootstrap_interval(table, "tone").iloc[0]
    assert (found["unit"], found["n_units"], bool(found["note"])) == (unit, n_units, unit == "paragraph")
    assert found["low"] < found["estimate"] < found["high"]
    bare = analysis.bootstrap_interval(table.drop(columns="paragraph_id"), "tone")["low"]
    assert bare.isna().tolist() == [articles < 5]


def test_one_paragraph_an_article_gives_no_interval_within_articles():
    table = make_sentences(articles=4, outlets=("north",)).query("paragraph_id == 0")
    found = analysis.bootstrap_interval(table, "n_words").iloc[0]
    assert np.isnan(found["low"]) and found["note"] == "no interval: 4 article(s), 4 unit(s)"
    one = make_sentences(articles=1, outlets=("north",))  # paragraphs of one article vary
    assert analysis.bootstrap_interval(one, "n_words")["low"].notna().all()
    more = pd.concat([table, one.query("paragraph_id == 1")])  # one article has two paragraphs
    found = analysis.bootstrap_interval(more, "tone").iloc[0]
    assert (found["n_units"], found["note"][:23]) == (5, "paragraphs of 4 article")


def test_defaults_are_95_percent_and_seed_0():
    table = make_sentences(outlets=("a", "b", "c"))
    for call in (analysis.bootstrap_interval, compare.bootstrap_difference):
        pd.testing.assert_frame_equal(call(table, "tone"), call(table, "tone", level=0.95, seed=0, by="outlet"))
    pd.testing.assert_frame_equal(
        compare.permutation_test(table, "tone"), compare.permutation_test(table, "tone", seed=0, by=["outlet"])
    )
    pairs = compare.bootstrap_difference(table, "tone", pairs=False)
    assert pairs["other"].tolist() == ["rest"] * 3


def test_missing_values_do_not_count():
    table = pd.DataFrame({"doc_id": list("aabbcc"), "outlet": "x", "tone": [1, np.nan, 2, 3, np.nan, 6], "n": 2})
    assert analysis.bootstrap_interval(table, "tone")["estimate"].tolist() == [12 / 4]
    assert analysis.bootstrap_interval(table, ("tone", "n"))["estimate"].tolist() == [12 / 12]
    mean = analysis.bootstrap_interval(table, lambda sums: sums["tone"] / sums["n_rows"])
    assert mean["estimate"].tolist() == [12 / 6]  # a function gets the number of all rows
    loose = table.assign(paragraph_id=[0, None] * 3)  # a row of no paragraph is one
    assert analysis.bootstrap_interval(loose, "n")[["n_units", "estimate"]].values.tolist() == [[6, 2]]


def test_unit_is_chosen_and_named():
    table = make_sentences(articles=3)
    auto = analysis.bootstrap_interval(table, "tone")
    assert auto["unit"].tolist() == ["paragraph"] * 2
    assert auto["n_units"].tolist() == [12, 12]  # three articles of four paragraphs
    assert auto["note"].str.contains(r"paragraphs of 3 article\(s\)").all()
    asked = analysis.bootstrap_interval(table, "tone", unit="article")
    assert asked["unit"].tolist() == ["article"] * 2
    assert asked["low"].notna().all()
    bare = analysis.bootstrap_interval(table.drop(columns="paragraph_id"), "tone")
    assert bare["low"].isna().all()
    assert bare["note"].tolist() == [f"no interval: 3 article(s), 3 unit(s){NEEDED}"] * 2


def test_seeded_and_joined_to_documents():
    table = make_sentences()
    documents = table[["doc_id", "outlet"]].drop_duplicates()
    one = analysis.bootstrap_interval(table, "tone", seed=1)
    pd.testing.assert_frame_equal(one, analysis.bootstrap_interval(table, "tone", seed=1))
    assert not one["low"].equals(analysis.bootstrap_interval(table, "tone", seed=2)["low"])
    joined = analysis.bootstrap_interval(table.drop(columns="outlet"), "tone", documents, seed=1)
    pd.testing.assert_frame_equal(one, joined)
    narrow = analysis.bootstrap_interval(table, "tone", level=0.5, seed=1)
    assert ((narrow["high"] - narrow["low"]) < (one["high"] - one["low"])).all()


def test_undefined_is_nan_with_the_reason():
    table = pd.DataFrame(
        {"doc_id": list("abcdefg"), "outlet": list("xxxxxyz"), "count": [1] * 7, "n": [0] * 5 + [2, 2]}
    )
    found = analysis.bootstrap_interval(table, ("count", "n")).set_index("outlet")
    assert found.loc["x", "note"] == "undefined: the denominator is zero"
    assert np.isnan(found.loc["x", "estimate"])
    assert found.loc["y", "estimate"] == 0.5
    assert found.loc["y", ["low", "high"]].isna().all()
    assert found.loc["y", "note"] == f"no interval: 1 article(s), 1 unit(s){NEEDED}"
    same = analysis.bootstrap_interval(table.assign(outlet="x"), "count")
    assert same["note"].tolist() == ["no interval: the units do not vary"]
    empty = analysis.bootstrap_interval(table.iloc[:0], "count")
    assert empty.empty
    assert list(empty) == ["outlet", "estimate", "low", "high", "unit", "n_units", "note"]
    assert analysis.bootstrap_interval(table, "count", by="doc_id")["low"].isna().all()


def test_a_rate_has_no_negative_end():
    table = pd.DataFrame({"doc_id": range(5), "outlet": "a", "count": [0, 0, 0, 0, 9], "n": 100})
    found = analysis.bootstrap_interval(table, ("count", "n")).iloc[0]
    assert found["low"] == 0
    assert found["high"] > found["estimate"] == 9 / 500


def test_no_interval_goes_beyond_what_its_mean_can_be():
    rows = pd.DataFrame(
        {"doc_id": np.repeat(range(6), 4), "outlet": "a", "own": [True] * 20 + [True, True, True, False]}
    )
    rows["tone"] = [-0.98] * 20 + [-0.98, 0.5, -0.98, -0.98]
    share = analysis.bootstrap_interval(rows, "own").iloc[0]
    assert share["estimate"] == 23 / 24 and share["low"] < share["high"] == 1
    for statistic in ("tone", ("tone", "n_scored")):
        mean = analysis.bootstrap_interval(rows.assign(n_scored=1), statistic).iloc[0]
        assert mean["low"] == -1 and mean["high"] < 0
    assert analysis.bootstrap_interval(rows.assign(score=rows["tone"]), "score")["low"][0] < -1  # of no known bounds
    rate = analysis.bootstrap_interval(rows.assign(n=1), ("own", "n"))  # a ratio of counts may be above 1
    assert rate["high"][0] > 1


def test_errors_name_the_argument():
    table = make_sentences()
    with pytest.raises(ValueError, match="unit: 'sentence' is not one of auto, article, paragraph"):
        analysis.bootstrap_interval(table, "tone", unit="sentence")
    with pytest.raises(ValueError, match="table: column joy is missing; found doc_id"):
        analysis.bootstrap_interval(table, "joy")
    with pytest.raises(ValueError, match="no column side in the table; pass documents"):
        analysis.bootstrap_interval(table, "tone", by="side")


@pytest.mark.parametrize("articles, least, most", [(5, 0.90, 1.0), (20, 0.92, 0.97)])
def test_coverage_of_nominal_95_percent(articles, least, most):
    """The whole simulation is scripts/simulate_intervals.py; 200 groups leave a standard error of 1.6 points."""
    ours, plain, _ = simulate_intervals.measure_coverage("mentions per word", articles, 200)
    assert least - 0.016 <= ours <= most + 0.016
    if articles == 5:
        assert plain < 0.85  # a percentile interval would not do


# differences


def test_differences_have_their_own_interval_and_correction():
    table = make_sentences()
    found = compare.bootstrap_difference(table, "n_words").set_index("outlet")
    means = table.groupby("outlet")["n_words"].mean()
    assert found["difference"].to_dict() == pytest.approx({"north": means.iloc[0] - means.iloc[1],
                                                          "south": means.iloc[1] - means.iloc[0]})  # fmt: skip
    assert found.loc["south", "low"] > 0 > found.loc["north", "high"]  # south's sentences are 8 words longer by design
    assert (found["q"] < 0.05).all()
    assert (found["q"] >= found["p"]).all()
    pairs = compare.bootstrap_difference(make_sentences(outlets=("a", "b", "c")), "n_words", pairs=True)
    assert list(zip(pairs["outlet"], pairs["other"], strict=True)) == [("a", "b"), ("a", "c"), ("b", "c")]
    alone = compare.bootstrap_difference(table[table["outlet"] == "north"], "tone")
    assert alone.empty
    assert list(alone) == ["outlet", "other", "difference", "low", "high", "p", "q", "unit", "note"]


def test_a_group_without_any_has_no_interval_but_a_difference():
    count = [0] * 6 + [4, 2, 5, 3, 6, 4]
    table = pd.DataFrame({"doc_id": range(12), "outlet": ["a"] * 6 + ["b"] * 6, "count": count, "n": 100})
    assert analysis.bootstrap_interval(table, ("count", "n"))["low"].isna().tolist() == [True, False]
    found = compare.bootstrap_difference(table, ("count", "n"), pairs=True).iloc[0]
    assert found["difference"] == pytest.approx(-24 / 600)
    assert found["high"] < 0
    assert found["p"] < 0.01  # 2 of 924 ways to deal out the articles are as extreme, each tail doubled


@pytest.mark.parametrize(("unit", "outlets", "n_pairs"), [("article", "ab", 1), ("paragraph", "abc", 3)])
def test_difference_of_many_normal_values_is_students_for_all_pairs_at_once(unit, outlets, n_pairs):
    x = np.random.default_rng(6).normal(0, 1, (len(outlets), 60))
    table = pd.DataFrame({"doc_id": range(x.size), "outlet": np.repeat(list(outlets), 60), "x": x.ravel()})
    if unit == "paragraph":  # of one article each
        table = table.assign(paragraph_id=table["doc_id"], doc_id=table["outlet"])
    found = compare.bootstrap_difference(table, "x", pairs=True)
    assert found["unit"].tolist() == [unit] * n_pairs
    error = np.hypot(stats.sem(x[0]), stats.sem(x[1]))
    half = stats.t.ppf(1 - 0.025 / n_pairs, 118) * error  # Bonferroni
    expected = np.array([-half, half]) + x[0].mean() - x[1].mean()
    assert found[["low", "high"]].iloc[0].tolist() == pytest.approx(expected.tolist(), abs=0.2 * error)


def test_difference_counts_ties_and_is_undefined_where_nothing_varies():
    # 5 of 10 articles have a 1; 26 of 252 ways to deal them out leave one or none to the first five; both tails
    table = pd.DataFrame({"doc_id": range(10), "outlet": list("aaaaabbbbb"), "x": [0, 0, 0, 0, 1, 0, 1, 1, 1, 1]})
    assert compare.bootstrap_difference(table, "x")["p"].to_numpy() == pytest.approx(2 * 26 / 252, abs=0.04)
    apart = pd.DataFrame({"doc_id": range(60), "outlet": ["a"] * 30 + ["b"] * 30, "x": range(60)})
    assert compare.bootstrap_difference(apart, "x")["p"].tolist() == [2 / 2001] * 2  # none of 2,000 is as extreme
    flat = compare.bootstrap_difference(table.assign(x=[0] * 5 + [1] * 5), "x")
    assert flat["difference"].tolist() == [-1, 1] and flat[["low", "high", "p", "q"]].isna().all(axis=None)
    assert flat["note"].tolist() == ["no interval: the units do not vary"] * 2


@pytest.mark.parametrize("hits", [[1, 1, 4, 0, 0, 12, 13, 13, 14, 18], [2, 3, 6, 0, 10, 2, 0, 10, 7, 2]])
def test_p_value_of_all_deals_is_the_exact_one(hits):
    """The textbook's error of a ratio (Cochran 1977, ch. 6) for each of the 252 deals, the true one among them."""
    hits, words = np.array(hits), np.array([768, 372, 278, 104, 698, 417, 45, 153, 142, 731])
    table = pd.DataFrame({"doc_id": range(10), "outlet": list("aaaaabbbbb"), "hits": hits, "n_words": words})

    def measure(one):
        rate = hits[one].sum() / words[one].sum()
        return rate, np.sqrt(5 / 4 * np.sum((hits[one] - rate * words[one]) ** 2)) / words[one].sum()

    deals = [np.isin(range(10), few) for few in itertools.combinations(range(10), 5)]
    sides = [measure(one) + measure(~one) for one in deals]
    z = np.array([(a - b) / np.hypot(error, other) for a, error, b, other in sides])
    exact = 2 * min(np.sum(z >= z[0] - 1e-9), np.sum(z <= z[0] + 1e-9)) / 252
    found = compare.bootstrap_difference(table, ("hits", "n_words", 1000), pairs=True)
    assert found["p"].tolist() == found["q"].tolist() == pytest.approx([exact])
    assert exact >= 2 / 252


def test_outlets_without_a_row_have_none():
    outlets = pd.Categorical(["c"] * 6 + ["a"] * 6, categories=["c", "b", "a"])
    table = pd.DataFrame({"doc_id": range(12), "outlet": outlets, "x": [1, 2, 3, 1, 2, 3, 5, 6, 7, 5, 6, 7]})
    assert analysis.bootstrap_interval(table, "x")[["outlet", "estimate"]].values.tolist() == [["c", 2], ["a", 6]]
    assert compare.bootstrap_difference(table, "x")["difference"].tolist() == [-4, 4]
    assert compare.permutation_test(table, "x")["difference"].tolist() == [-4, 4]


@pytest.mark.parametrize(
    ("n_units", "sizes"),
    [(3, [2000]), (2000, [2000]), (3000, [1333, 667]), (4000, [1000] * 2), (9_000_000, [1] * 2000)],
)
def test_replicates_are_made_in_portions_of_four_million_numbers(n_units, sizes):
    assert compare._chunks(n_units) == sizes


def test_holm_is_that_of_the_paper():
    # Holm (1979): 0.01 × 4, 0.02 × 3, then 0.03 × 2 raised to 0.06, 0.04 × 1 raised to 0.06
    assert compare.adjust_holm([0.03, 0.01, np.nan, 0.04, 0.02]) == pytest.approx(
        [0.06, 0.04, np.nan, 0.06, 0.06], nan_ok=True
    )
    assert compare.adjust_holm([0.9, 0.8]).tolist() == [1, 1]


def test_without_a_true_difference_few_are_called_different():
    share, _ = simulate_intervals.measure_false_differences("negative binomial mean", 5, corpora=8)
    assert share <= 0.05


def test_permutation_check():
    table = make_sentences()
    found = compare.permutation_test(table, "n_words").set_index("outlet")
    assert found["n_articles"].tolist() == [8, 8]
    assert (found["p"] < 0.01).all()  # separated by design: 2 of 12,870 splits of 16 articles are as extreme
    assert (found["by_chance"] < found["difference"].abs()).all()
    same = compare.permutation_test(table.assign(n_words=table["sentence_id"]), "n_words")
    assert same["p"].tolist() == [1, 1]  # articles all alike: every shuffle is as extreme
    few = make_sentences(articles=1)
    impossible = compare.permutation_test(few, "tone")
    assert impossible["p"].isna().all()
    assert impossible["note"].str.contains("cannot be told apart").all()


def test_permutation_of_four_articles_by_hand():
    """Two of the six ways to deal out 0, 0, 1, 1 part them like this; in the other four the means are the same."""
    table = pd.DataFrame({"doc_id": list("abcd"), "outlet": list("xxyy"), "x": [0, 0, 1, 1]})
    found = compare.permutation_test(table, "x")
    assert found["difference"].tolist() == [-1, 1] and found["by_chance"].tolist() == [0, 0]
    assert found["p"].to_numpy() == pytest.approx(1 / 3) and found["note"].tolist() == ["", ""]
    assert found["q"].to_numpy() == pytest.approx(2 * found["p"].to_numpy())
    three = compare.permutation_test(table.head(3), "x")  # one group alone has two articles
    assert three[["by_chance", "p", "q"]].isna().all(axis=None) and three["n_articles"].tolist() == [2, 1]
    sentences = pd.concat([table, table.assign(x=[4, 0, 1, 1])])  # by articles, however many rows they have
    assert compare.permutation_test(sentences, "x")["n_articles"].tolist() == [2, 2]


def test_shuffles_without_a_difference_do_not_count():
    """Three of six articles have a tone: 18 of the 20 ways to deal them out leave both sides one, 12 as far apart."""
    table = pd.DataFrame(
        {"doc_id": list("abcdef"), "outlet": list("xxxyyy"), "tone": [0.1, None, None, 0.5, None, 0.9]}
    )
    v = table["tone"].to_numpy()
    deals = [np.isin(range(6), few) for few in itertools.combinations(range(6), 3)]
    sides = [(v[one][~np.isnan(v[one])], v[~one][~np.isnan(v[~one])]) for one in deals]
    apart = np.array([abs(a.mean() - b.mean()) for a, b in sides if len(a) and len(b)])
    assert (len(apart), np.sum(apart > 0.6 - 1e-9)) == (18, 12)
    found = compare.permutation_test(table, "tone")
    assert found["p"].tolist() == pytest.approx([2 / 3] * 2)
    assert found["by_chance"].tolist() == pytest.approx([np.median(apart)] * 2)


def test_few_articles_are_dealt_out_in_every_way_to_each_group():
    """Of the 3 articles of x, 1, 4 and 9, of six in all: p by counting the 20 ways; of z's one, the 6 ways."""
    table = pd.DataFrame({"doc_id": list("abcdef"), "outlet": list("xxxyyz"), "x": [1, 4, 9, 0, 2, 16]})
    found, v = compare.permutation_test(table, "x").set_index("outlet"), table["x"].to_numpy()
    for outlet, few in (("x", [0, 1, 2]), ("y", [3, 4]), ("z", [5])):
        ways = [np.isin(range(6), chosen) for chosen in itertools.combinations(range(6), len(few))]
        apart = np.array([abs(v[one].mean() - v[~one].mean()) for one in ways])
        seen = abs(v[few].mean() - np.delete(v, few).mean())
        assert found.loc[outlet, "p"] == pytest.approx(np.mean(apart >= seen - 1e-9))
        assert found.loc[outlet, "by_chance"] == pytest.approx(np.median(apart))


def test_articles_are_groups_that_cannot_be_told_from_themselves():
    found = compare.permutation_test(make_sentences(articles=2), "tone", by="doc_id")
    assert found["n_articles"].tolist() == [1] * 4 and found["p"].isna().all() and found["note"].str.len().all()


def test_groups_of_other_units_are_named_in_the_difference():
    few, many = (make_sentences(articles=n) for n in (4, 6))
    table = pd.concat([few[few["outlet"] == "north"], many[many["outlet"] == "south"]])
    found = compare.bootstrap_difference(table, "n_words", pairs=True)
    assert found[["unit", "note"]].values.tolist() == [
        ["paragraph/article", "paragraphs of 4 article(s): says nothing about other articles"]
    ]
    assert found["p"][0] < 0.05 and found["high"][0] < 0
    desks = table.assign(desk=np.where(table["sentence_id"] % 2, "a", None))
    names = compare.bootstrap_difference(desks, "n_words", by=["outlet", "desk"], pairs=True)["other"]
    assert names.iloc[:3].tolist() == ["north / unknown", "south / a", "south / unknown"]
    single = pd.DataFrame({"doc_id": list("abcd"), "outlet": list("xxyy"), "x": [0, 0, 1, 1]})
    none = compare.bootstrap_difference(single, "x")
    assert none["difference"].tolist() == [-1, 1] and none[["low", "high", "p", "q"]].isna().all(axis=None)
    assert none["note"].tolist() == [f"no interval: 2 article(s), 2 unit(s){NEEDED}"] * 2


def test_permutation_p_value_is_scipys():
    rng = np.random.default_rng(5)
    x = np.round(rng.normal(0, 1, 14) + np.repeat([0, 1], 7), 3)
    table = pd.DataFrame({"doc_id": range(14), "outlet": np.repeat(["a", "b"], 7), "x": x})
    ours = compare.permutation_test(table, "x")["p"]
    exact = stats.permutation_test((x[:7], x[7:]), lambda a, b: np.mean(a) - np.mean(b), n_resamples=np.inf).pvalue
    assert ours.to_numpy() == pytest.approx([exact, exact], abs=0.02)


# coverage, likeness, card


def test_coverage_counts_what_each_outlet_leaves_out():
    table = analysis.coverage(make_bundle()).set_index(["item", "outlet"])
    assert table.loc[("mayor", "north"), "count"] == 8
    assert table.loc[("mayor", "north"), "rate"] == 1000 * 8 / 40  # the north has 40 words, the south 20
    left_out = table.loc[("mayor", "south")]
    assert (left_out["count"], left_out["kind"], left_out["n_words"]) == (0, "term", 20)
    assert left_out["expected"] == pytest.approx(8 * 20 / 60)
    assert left_out["p_absent"] == pytest.approx((2 / 3) ** 8)  # each of eight falls on the north with 40 of 60
    assert table.loc[("310", "south"), "kind"] == "number"
    assert table.loc[("Ada Morrow", "south"), "p_absent"] == pytest.approx(2 / 3)
    assert np.isnan(table.loc[("ferry", "south"), "p_absent"])
    assert "the" not in table.index.get_level_values(0)
    assert "the" in analysis.coverage(make_bundle(), stopwords=[])["item"].tolist()
    assert (table["q_absent"].dropna() >= table["p_absent"].dropna()).all()
    by_article = analysis.coverage(make_bundle(), by="doc_id")
    assert by_article[by_article["item"] == "mayor"]["count"].tolist() == [3, 5, 0]


def test_key_terms_and_numbers_are_the_most_frequent_of_two_articles_or_more():
    words = {"ferry": 9, "ice": 3, "u.s.": 2, "1990s": 2, "7": 4, "at": 8, "the": 20}
    rows = [(d, w, n) for d in ("n1", "s1") for w, n in words.items()] + [("n1", "mayor", 30), ("n1", "88", 30)]
    counts = pd.DataFrame(rows, columns=["doc_id", "word", "count"])
    bundle = make_bundle()._replace(word_counts=counts, mentions=make_bundle().mentions.iloc[:0])
    table = analysis.coverage(bundle)  # a term has three letters first, and is no stop word
    kinds = table.groupby("kind")["item"].agg(set).to_dict()
    assert kinds == {"term": {"ferry", "ice", "u.s."}, "number": {"1990s", "7"}}
    top = analysis.coverage(bundle, n_terms=1)
    assert top["item"].unique().tolist() == ["7", "ferry"] and top["n_words"].unique().tolist() == [108, 48]
    many = pd.DataFrame([(d, f"ferry{i}", 1) for d in ("n1", "s1") for i in range(41)], columns=counts.columns)
    assert analysis.coverage(bundle._replace(word_counts=many))["item"].nunique() == 40


def test_coverage_without_mentions_or_words():
    bundle = make_bundle()
    assert set(analysis.coverage(bundle._replace(mentions=bundle.mentions.iloc[:0]))["kind"]) == {"term", "number"}
    empty = analysis.coverage(Bundle(*(t.iloc[:0] for t in bundle)))
    assert empty.empty
    assert list(empty)[:4] == ["item", "kind", "outlet", "count"]
    one = bundle.documents["doc_id"].eq("n1")
    silent = pd.concat([bundle.documents, pd.DataFrame({"doc_id": ["e1"], "outlet": ["east"]})])
    east = analysis.coverage(bundle._replace(documents=silent)).query("outlet == 'east'")
    assert len(east) == 5 and not east[["count", "n_words", "expected"]].any(axis=None)
    assert east[["rate", "p_absent", "q_absent"]].isna().all(axis=None)  # says nothing in no words
    single = analysis.coverage(Bundle(bundle.documents[one], *(t[t["doc_id"] == "n1"] for t in bundle[1:])))
    assert set(single["count"]) == {4, 3, 1}


def test_likeness_against_sklearn_and_by_hand():
    text = pytest.importorskip("sklearn.feature_extraction.text")
    counts = make_bundle().word_counts
    table = compare.likeness(counts).set_index(["doc_id", "other_doc_id"])
    wide = counts.pivot_table(index="doc_id", columns="word", values="count", fill_value=0)
    weights = text.TfidfTransformer().fit_transform(np.log1p(wide)).toarray()
    expected = weights @ weights.T
    assert table.loc[("n1", "n2"), "cosine"] == pytest.approx(expected[0, 1])
    assert table.loc[("n1", "s1"), "cosine"] == pytest.approx(expected[0, 2])
    assert table.loc[("n1", "s1"), ["n_shared", "n_own"]].tolist() == [2, 2]
    assert table.loc[("s1", "n1"), ["n_shared", "n_own"]].tolist() == [2, 0]
    # one function word, shares 12/20, 12/20 and 15/20: z = -0.577, -0.577, 1.155
    assert table.loc[("n1", "n2"), "delta"] == pytest.approx(0)
    assert table.loc[("n1", "s1"), "delta"] == pytest.approx(3**0.5)
    order = compare.likeness(counts)["doc_id"].cat.categories.tolist()
    assert abs(order.index("n1") - order.index("n2")) == 1  # the two that are most alike stand together
    outlets = compare.likeness(counts, make_bundle().documents, by="outlet")
    assert len(outlets) == 2
    assert outlets["delta"].isna().all()  # no z-score of two texts
    assert compare.likeness(counts[counts["doc_id"] == "n1"]).empty
    many = pd.DataFrame({"doc_id": np.arange(2_001).astype(str), "word": "a", "count": 1})
    rows = [("a", "x", 6), ("a", "y", 2), ("b", "x", 3), ("b", "y", 5), ("c", "x", 1), ("c", "z", 7)]
    style = pd.DataFrame(rows, columns=["doc_id", "word", "count"])
    # x makes up 6, 3 and 1 eighths: of mean 10/3 and standard deviation √(19/3); y 2, 5 and 0 eighths likewise
    for options, expected in (
        ({"function_words": ["x"]}, 3 / (19 / 3) ** 0.5),
        ({"function_words": ["x", "y"], "n_words": 1}, 3 / (19 / 3) ** 0.5),  # x: 10 times, y: 7
        ({"function_words": ["x", "y"]}, (3 / (19 / 3) ** 0.5 + 3 / (19 / 3) ** 0.5) / 2),
    ):
        found = compare.likeness(style, **options).set_index(["doc_id", "other_doc_id"])
        assert found.loc[("a", "b"), "delta"] == pytest.approx(expected), options
    found = compare.likeness(style)
    pd.testing.assert_frame_equal(compare.likeness(style.iloc[::-1]).astype(object), found.astype(object))
    assert found["doc_id"].cat.ordered and found["other_doc_id"].cat.ordered
    assert found[["doc_id", "other_doc_id"]].values.tolist() == [[a, b] for a in "abc" for b in "abc" if a != b]
    short = pd.DataFrame([("a", "x", 1), ("b", "y", 1), ("c", "x", 1), ("c", "y", 3)], columns=list(style))
    delta = compare.likeness(short, function_words=["x"]).set_index(["doc_id", "other_doc_id"])["delta"]
    assert delta["a", "b"] == pytest.approx(1 / np.std([1, 0, 0.25], ddof=1))  # texts of one word
    words = [(d, f"w{i}", 2000 - 9 * i + i * i % (7 + n)) for n, d in enumerate("abc") for i in range(152)]
    words = pd.DataFrame(words, columns=list(style))
    delta = [compare.likeness(words, function_words=words["word"], **n)["delta"] for n in ({}, {"n_words": 150})]
    assert delta[0].equals(delta[1])
    quoted = compare.likeness(style.assign(quoted_count=[4, 0, 0, 0, 0, 4]), function_words=["x"])
    shares = np.array([2 / 4, 3 / 8, 1 / 4])  # without the quoted words
    expected = abs(shares[0] - shares[1]) / shares.std(ddof=1)
    assert quoted.set_index(["doc_id", "other_doc_id"]).loc[("a", "b"), "delta"] == pytest.approx(expected)
    assert quoted["cosine"].tolist() == compare.likeness(style)["cosine"].tolist()  # the vocabulary keeps them
    with pytest.raises(ValueError, match="2001 texts make 4,004,001 pairs"):
        compare.likeness(many)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["the", "of", "pier", "ferry", "ice"]), min_size=1), min_size=2, max_size=6))
def test_likeness_is_symmetric_and_bounded(texts):
    rows = [(str(i), w, t.count(w)) for i, t in enumerate(texts) for w in set(t)]
    table = compare.likeness(pd.DataFrame(rows, columns=["doc_id", "word", "count"]))
    assert len(table) == len(texts) * (len(texts) - 1)
    assert table["cosine"].between(0, 1).all()
    back = table.rename(columns={"doc_id": "other_doc_id", "other_doc_id": "doc_id"})
    both = table.astype({"doc_id": str, "other_doc_id": str}).merge(
        back.astype({"doc_id": str, "other_doc_id": str}), on=["doc_id", "other_doc_id"]
    )
    assert np.allclose(both["cosine_x"], both["cosine_y"])
    assert np.allclose(both["delta_x"], both["delta_y"], equal_nan=True)


def test_card_says_what_can_be_said():
    bundle = make_bundle()
    card = compare.describe_corpus(bundle).set_index("topic")
    assert card.loc["articles", "statement"] == "3 articles by 2 outlets."
    assert card.loc["words", "statement"] == "20 an article on average."
    assert card.loc["dates", "value"] == "2024-05-01 to 2024-05-04"
    assert card.loc["topic words", "value"].startswith("ferry, mayor")
    assert card.loc["reprints", "value"] == "not looked for"
    assert card.loc["articles per outlet", "statement"] == "1 outlet has one article only."
    assert card.loc["can be compared", "statement"].startswith("No outlet has 5 articles")
    alone = bundle.documents.assign(outlet=["a", "b", "c"])
    told = compare.describe_corpus(bundle._replace(documents=alone)).set_index("topic")
    assert "cannot be told apart" in told.loc["can be compared", "statement"]
    duplicates = pd.DataFrame({"doc_id": ["n1", "n1"], "other_doc_id": ["n2", "s1"], "cluster_id": [0, 0]})
    copies = compare.describe_corpus(bundle, duplicates).set_index("topic")
    assert (
        copies.loc["reprints", "statement"] == "3 articles share most of their text with another: one group of copies."
    )
    assert copies.loc["can be compared", "value"] == "nothing"
    one = compare.describe_corpus(bundle._replace(documents=alone.iloc[:1])).set_index("topic")
    assert one.loc["can be compared", "statement"] == "One article can be described, not compared."
    assert one.loc["articles", "statement"] == "1 article by 1 outlet."
    many = pd.concat([bundle.documents.iloc[:1]] * 12).assign(
        doc_id=[f"d{i}" for i in range(12)], outlet=list("aaaaaabbbbc") + [None]
    )
    some = compare.describe_corpus(bundle._replace(documents=many)).set_index("topic")
    assert some.loc["articles", "statement"] == "12 articles by 3 outlets; the outlet of 1 is not known."
    assert some.loc["articles per outlet", "value"] == "1 to 6"
    assert some.loc["can be compared", "statement"] == (
        "1 of 3 outlets has 5 articles or more; what is said of the others (b, c) holds for their articles here only."
    )
    north = compare.describe_corpus(bundle._replace(documents=bundle.documents.iloc[:2])).set_index("topic")
    assert north.loc["words", ["value", "statement"]].tolist() == ["40", "20 an article on average."]
    empty = compare.describe_corpus(Bundle(*(t.iloc[:0] for t in bundle))).set_index("topic")
    assert empty.loc["articles", "value"] == "0"


def card(outlets, *, days=None, linked=None):
    """The card of articles d0, d1, … of these outlets (`.`: not known); `linked`: pairs of articles and cluster."""
    n, bundle = len(outlets), make_bundle()
    documents = pd.DataFrame({"doc_id": [f"d{i}" for i in range(n)], "outlet": [o.strip(".") or None for o in outlets]})
    documents["date"] = pd.to_datetime(days or [None] * n)
    duplicates = None
    if linked is not None:
        duplicates = pd.DataFrame(linked, columns=["doc_id", "other_doc_id", "cluster_id"])
    words = bundle.word_counts.assign(doc_id="d0")
    tables = bundle._replace(documents=documents, word_counts=words)
    return compare.describe_corpus(tables, duplicates).set_index("topic")


@pytest.mark.parametrize(
    ("outlets", "topic", "expected"),
    [
        ("aaabb", "articles per outlet", ["2 to 3", "No outlet has fewer than 2."]),
        ("aabb", "articles per outlet", ["2", "Every outlet has the same number."]),
        ("aab", "articles per outlet", ["1 to 2", "1 outlet has one article only."]),
        ("aabc", "articles per outlet", ["1 to 2", "2 outlets have one article only."]),
        ("aa", "articles per outlet", ["2", "There is one outlet."]),
        ("..", "articles per outlet", ["0", ""]),
        ("..", "articles", ["2", "2 articles; the outlet of all is not known."]),
        ("a.", "articles", ["2", "2 articles by 1 outlet; the outlet of 1 is not known."]),
        ("ab", "words", ["60", "30 an article on average."]),
        ("a", "words", ["60", "In the article's body."]),
        ("ab", "topic words", ["ferry, mayor", "Content words that the most articles share."]),
        ("a", "topic words", ["ferry, mayor", "The most frequent content words."]),
        ("ab", "dates", ["unknown", "No article has a date."]),
        ("a", "can be compared", ["nothing", "One article can be described, not compared."]),
        ("", "can be compared", ["nothing", "There is no article."]),
        ("aa", "can be compared", ["articles", "There are not two outlets: articles can be compared, outlets cannot."]),
        ("ab", "can be compared", ["articles", "Each outlet has one article: an article and its outlet cannot be told"
                                               " apart, whatever differs."]),
        ("aaaabbbb", "can be compared", ["articles", "No outlet has 5 articles: what differs between outlets holds for"
                                                     " these articles, not beyond."]),
        ("aaaaabbbbb", "can be compared", ["outlets", "Every outlet has 5 articles or more, so differences come with"
                                                      " their uncertainty."]),
        ("aaaaabbbbbcccc", "can be compared", ["2 outlets", "2 of 3 outlets have 5 articles or more; what is said of"
                                                            " the others (c) holds for their articles here only."]),
        ("aaaaabcde", "can be compared", ["1 outlet", "1 of 5 outlets has 5 articles or more; what is said of the"
                                                      " others (b, c, d …) holds for their articles here only."]),
        ("aaaaabcd", "can be compared", ["1 outlet", "1 of 4 outlets has 5 articles or more; what is said of the"
                                                     " others (b, c, d) holds for their articles here only."]),
    ],
)  # fmt: skip
def test_card_of_outlets(outlets, topic, expected):
    assert card(outlets).loc[topic, ["value", "statement"]].tolist() == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["2024-05-02", "2024-05-01"], ["2024-05-01 to 2024-05-02", "All articles have a date."]),
        (["2024-05-02", "2024-05-02"], ["2024-05-02", "All articles have a date."]),
        (["2024-05-02", None], ["2024-05-02", "1 of 2 articles have a date."]),
    ],
)
def test_card_of_dates(days, expected):
    assert card("ab", days=days).loc["dates", ["value", "statement"]].tolist() == expected


@pytest.mark.parametrize(
    ("linked", "reprints", "compared"),
    [
        ([], ["none", "No article shares most of its text with another."], "articles"),
        ([("d0", "d1", np.nan)], ["none", "No article shares most of its text with another."], "articles"),
        (
            [("d0", "d1", 0)],
            ["2", "2 articles share most of their text with another: one group of copies."],
            "articles",
        ),
        (
            [("d0", "d1", 0), ("d2", "d3", 1)],
            ["4", "4 articles share most of their text with another, in 2 groups of copies."],
            "articles",
        ),
        (
            [("d0", "d1", 0), ("d1", "d2", 0), ("d2", "d3", 0)],
            ["4", "4 articles share most of their text with another: one group of copies."],
            "nothing",
        ),
    ],
)
def test_card_of_reprints(linked, reprints, compared):
    told = card("aabb", linked=linked)
    assert told.loc["reprints", ["value", "statement"]].tolist() == reprints
    assert told.loc["can be compared", "value"] == compared


def test_topic_words_are_eight_by_articles_then_count_of_four_letters_and_more():
    words = [(d, f"word{c}", n) for d in ("n1", "s1") for n, c in enumerate("abcdefghi", 1)]
    words += [("n1", "single", 50), ("n1", "ice", 60), ("s1", "ice", 1), ("n1", "with", 70), ("s1", "with", 7)]
    counts = pd.DataFrame(words, columns=["doc_id", "word", "count"])
    told = compare.describe_corpus(make_bundle()._replace(word_counts=counts)).set_index("topic")
    assert told.loc["topic words", "value"] == ", ".join(f"word{c}" for c in "ihgfedcb")


# many groups, articles without a label, options out of range


def make_scores(groups, articles, spread=0.1):
    """Articles of outlets that do not differ, but for the first: 5 higher."""
    n = groups * articles
    outlet = np.repeat([f"o{g:02}" for g in range(groups)], articles)
    x = np.random.default_rng(0).normal(0, spread, n) + 5 * (outlet == "o00")
    return pd.DataFrame({"doc_id": np.arange(n).astype("str"), "outlet": outlet, "x": x})


def test_one_of_sixty_groups_can_be_called_different():
    """Of 2,000 resamples the smallest q would be 60 * 2 / 2001 = 0.06."""
    found = compare.bootstrap_difference(make_scores(60, 6), "x").set_index("outlet")
    assert found.loc["o00", "q"] == pytest.approx(60 * 2 / 2401) and found.loc["o00", "low"] > 4.9
    rest = found.drop(index="o00")
    assert (((rest["low"] > 0) | (rest["high"] < 0)) == (rest["q"] < 0.05)).all()
    assert set(found["note"]) == {""}


def test_few_articles_are_dealt_out_in_every_way_and_the_note_says_what_q_can_be_reached():
    pairs = compare.bootstrap_difference(make_scores(10, 5), "x", pairs=True)
    first = pairs[pairs["outlet"] == "o00"]
    assert first["p"].tolist() == [2 / 252] * 9  # 252 ways to deal out ten articles, one of them as extreme
    assert first["q"].to_numpy() == pytest.approx(45 * 2 / 252) and (first["low"] <= 0).all()
    assert set(pairs["note"]) == {"q cannot fall below 0.36: too many comparisons for so few articles"}
    halves = pd.DataFrame({"doc_id": range(10), "outlet": list("aaaaabbbbb"), "x": [0, 0, 0, 0, 1, 0, 1, 1, 1, 1]})
    assert compare.bootstrap_difference(halves, "x")["p"].tolist() == [2 * 26 / 252] * 2


def test_paragraphs_are_resampled_up_to_a_limit_and_the_note_says_so(monkeypatch):
    monkeypatch.setattr(compare, "MOST", 2_000)
    rows = make_scores(60, 6).assign(paragraph_id=lambda t: t.groupby("outlet").cumcount())
    rows["doc_id"] = rows["outlet"]  # one article an outlet
    found = compare.bootstrap_difference(rows[rows["outlet"] < "o52"], "x")
    assert found["note"].str.endswith("q cannot fall below 0.052: too many comparisons for 2,000 resamples").all()
    assert found["q"].min() == pytest.approx(52 * 2 / 2001)


def test_replicates_are_undefined_where_articles_dealt_out_have_no_denominator():
    """All mentions of y's words stand in one article: every way that deals it away from a side leaves 0 / 0."""
    table = pd.DataFrame({"doc_id": range(10), "outlet": list("xxxxxyyyyy"), "count": 1, "base": [1] + [0] * 8 + [1]})
    found = compare.bootstrap_difference(table, ("count", "base"))
    assert found[["low", "high", "p", "q"]].isna().all(axis=None)
    assert set(found["note"]) == {"no interval: undefined in many resamples"}


def test_likeness_does_not_depend_on_the_order_of_rows_where_words_are_as_frequent():
    """Each of 200 words occurs ten times in four articles: which 150 are compared must not hang on the rows."""
    shares = np.random.default_rng(0).permuted(np.tile([1, 2, 3, 4], (200, 1)), axis=1)
    rows = [(d, f"w{i:03}", n) for d, counts in zip("abcd", shares.T, strict=True) for i, n in enumerate(counts)]
    words = pd.DataFrame(rows, columns=["doc_id", "word", "count"])
    first, *others = (
        compare.likeness(w, function_words=words["word"]).set_index(["doc_id", "other_doc_id"])["delta"].sort_index()
        for w in (words, words.iloc[::-1], words.sample(frac=1, random_state=1), words.sort_values("word"))
    )
    assert first.std() > 0 and all(np.array_equal(first, other) for other in others)


def test_articles_without_a_label_stand_for_themselves_and_stay_in_the_totals():
    bundle = make_bundle()
    for labels, groups in ((["north", None, ""], ["n2", "north", "s1"]), ([None] * 3, ["n1", "n2", "s1"])):
        documents = bundle.documents.assign(outlet=pd.Series(labels, dtype="str"))
        covered = analysis.coverage(bundle._replace(documents=documents))
        assert sorted(covered["outlet"].unique()) == groups
        assert covered.drop_duplicates("outlet")["n_words"].sum() == bundle.word_counts["count"].sum()
        assert sorted(compare.likeness(bundle.word_counts, documents, by="outlet")["outlet"].unique()) == groups
        rates = analysis.bootstrap_interval(bundle.word_counts, "count", documents)
        assert rates["outlet"].tolist() == groups
        joined = bundle.word_counts.merge(documents[["doc_id", "outlet"]], on="doc_id")
        assert analysis.bootstrap_interval(joined, "count")["outlet"].tolist() == groups


@pytest.mark.parametrize(
    "call, message",
    [
        (
            lambda t, b: compare.bootstrap_interval(t, "tone", level=95),
            "level: 95 is no share; give a number between 0",
        ),
        (lambda t, b: compare.bootstrap_difference(t, "tone", level=0 - 1), "level: -1 is no share"),
        (
            lambda t, b: compare.bootstrap_interval(t.assign(text="x"), "text"),
            "statistic: column 'text' holds no numbers; give one of n_syllables, n_words, tone, or a function",
        ),
        (
            lambda t, b: compare.likeness(b.word_counts, by="outlet"),
            "by: no column outlet in the table; pass documents",
        ),
        (lambda t, b: compare.likeness(b.word_counts, by=["doc_id", "word"]), "by: .* is not the name of one column"),
        (lambda t, b: compare.coverage(b, by="side"), "documents: column side is missing; found doc_id, outlet, date"),
        (lambda t, b: compare.coverage(b, by=None), "by: None is not the name of one column, such as 'outlet'"),
        (
            lambda t, b: compare.near_duplicates(t.assign(text="x"), threshold=42),
            "threshold: 42 is no share; .* 0 to 1",
        ),
    ],
)
def test_errors_of_options_name_the_fix(call, message):
    with pytest.raises(ValueError, match=message):
        call(make_sentences(), make_bundle())


def test_a_list_of_one_column_is_that_column():
    bundle = make_bundle()
    pd.testing.assert_frame_equal(compare.coverage(bundle, ["outlet"]), compare.coverage(bundle))
    assert "other_outlet" in compare.likeness(bundle.word_counts, bundle.documents, by=["outlet"])


def test_words_of_ones_own_are_a_list_a_table_or_a_file_and_never_letters():
    bundle = make_bundle()
    counted = compare.coverage(bundle, n_terms=9, stopwords=["Ferry"])
    assert set(counted.loc[counted["kind"] == "term", "item"]) == {"mayor", "the"}
    same = compare.coverage(bundle, n_terms=9, stopwords=pd.DataFrame({"word": ["ferry"]}))
    pd.testing.assert_frame_equal(counted, same)
    with pytest.raises(FileNotFoundError, match="ferry: no list of that name; give a path that ends in .csv"):
        compare.coverage(bundle, stopwords="ferry")
    with pytest.raises(ValueError, match="n_terms: -1 is no number of terms"):
        compare.coverage(bundle, n_terms=-1)


def test_a_word_of_one_share_in_all_texts_is_left_out_of_delta():
    counts = [(d, w, n) for d, row in zip("abc", [(1, 1, 8), (2, 1, 17), (3, 5, 22)], strict=True)
              for w, n in zip(("the", "of", "ferry"), row, strict=True)]  # fmt: skip
    counts = pd.DataFrame(counts, columns=["doc_id", "word", "count"])  # the: a tenth of each
    without = counts.assign(word=counts["word"].replace("the", "harbour"))
    assert analysis.likeness(counts.astype({"count": "Int64"})).equals(analysis.likeness(counts))
    assert analysis.likeness(counts)["delta"].tolist() == pytest.approx(analysis.likeness(without)["delta"].tolist())


def test_an_outlet_that_was_filtered_away_is_not_counted():
    bundle = make_bundle()
    some = bundle.documents.astype({"outlet": "category"}).query("outlet == 'north'")
    card = analysis.describe_corpus(bundle._replace(documents=some)).set_index("topic")["statement"]
    assert card["articles"] == "2 articles by 1 outlet." and card["articles per outlet"] == "There is one outlet."
