"""Word frequency: published values, oracles, properties, bad input."""

import itertools
import json
import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import analysis
from analysis import frequency, resources, schema

CASES = Path(__file__).parents[2] / "shared" / "testdata" / "keyness" / "cases_shared.jsonl"
WORD = re.compile(r"\w[\w.'-]*\w|\w|//|[^\w\s]")


def make_tokens(*texts, quoted=()):
    """A tokens table of plain texts (article a, b, …), one sentence a full stop; `quoted`: words inside quotes."""
    rows = []
    for doc_id, text in zip("abcdefghij", texts, strict=False):
        sentence = 0
        for i, m in enumerate(WORD.finditer(text)):
            word = m.group().lower()
            rows.append((doc_id, sentence, i, m.start(), m.end(), m.group(), word, word[0].isalnum(), word in quoted))
            sentence += m.group() == "."
    return pd.DataFrame(rows, columns=list(schema.TABLES["tokens"])).astype(schema.TABLES["tokens"])


def make_documents(*outlets):
    return pd.DataFrame({"doc_id": list("abcdefghij")[: len(outlets)], "outlet": pd.Series(outlets, dtype="str")})


TOKENS = make_tokens(
    "The red boat met the blue boat. Nobody saw the red boat.",
    "A red boat, a red sail.",
    "The harbour was calm and the harbour was blue.",
    "Rain fell on the harbour.",
    quoted={"nobody", "saw"},
)
DOCUMENTS = make_documents("Tide", "Tide", "Gull", None)
PAPERS = make_documents("Wave 1", "Wave 2", "Wave 3", "Wave 4")
COUNTS = frequency.count_words(TOKENS)


def measure(name, given):
    """A measure of the collection of published values by our functions (KeyError: not offered)."""
    if name in ("g2_two_term", "g2_four_cell"):
        return frequency.log_likelihood(*(given[k] for k in "abcd"), cells=2 if name == "g2_two_term" else 4)
    if name in ("log_ratio", "log_ratio_half"):
        return frequency.log_ratio(*(given[k] for k in "abcd"))
    if name == "log_odds_z":
        tables = [given[k] for k in ("target", "reference", "prior")]
        c, d, size = (sum(table.values()) for table in tables)
        a, b, prior = (np.array([table[w] for w in tables[2]]) for table in tables)
        return dict(zip(tables[2], frequency.log_odds_dirichlet(a, b, c, d, prior, size)[1], strict=True))
    if name.startswith("collocation_"):
        column = {"mi": "pmi", "t": "t_score", "g2": "g2", "logdice": "log_dice"}[name.removeprefix("collocation_")]
        return frequency.association(*(given[k] for k in ("o11", "r1", "c1", "n")))[column]
    if name in ("dp", "dp_norm"):
        return frequency.deviation_of_proportions(given["v"], given["s"])[name == "dp_norm"]
    diversity = {
        "ttr": lambda words: len(set(words)) / len(words),
        "mattr": lambda words: frequency.moving_average_ttr(words, given["window"]),
        "mtld": lambda words: frequency.mtld(words, given["threshold"]),
        "hdd": lambda words: frequency.hdd(words, given["draws"]),
    }[name]
    return diversity(given["tokens"])


@pytest.mark.skipif(not CASES.exists(), reason="the collection of published values is not here")
def test_every_published_value_of_our_measures():
    seen = Counter()
    for row in map(json.loads, CASES.read_text(encoding="utf-8").splitlines()):
        try:
            got = measure(row["measure"], row["inputs"])
        except KeyError:
            continue
        seen[row["measure"]] += 1
        assert got == pytest.approx(row["expected"], abs=row["tolerance"] + 1e-12), row["id"]
    assert len(seen) == 15
    assert sum(seen.values()) > 90


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        # Dunning (1993), table 2: four cells
        (frequency.log_likelihood(8, 24, 13, 31764), 95.29),
        # Lancaster log-likelihood wizard: 52 in 50,000 against 57 in 75,000, two terms
        (frequency.log_likelihood(52, 57, 50_000, 75_000, cells=2), 2.65),
        # Manning & Schütze (1999), chapter 5: t of a pair seen 8 times
        (frequency.association(8, 15828, 4675, 14_307_668)["t_score"], 0.9999),
        # Rychlý (2008): 14 is the most logDice can be
        (frequency.association(100, 100, 100, 1_000_000)["log_dice"], 14.0),
        # Gries (2008), the toy corpus of five parts, word "a"
        (frequency.deviation_of_proportions([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])[0], 0.18),
        # Hardie (2014): twice as frequent is 1; no occurrence counts as half of one
        (frequency.log_ratio(20, 10, 1000, 1000), 1.0),
        (frequency.log_ratio(4, 0, 1000, 1000), 3.0),
    ],
)
def test_printed_values(got, expected):
    assert got == pytest.approx(expected, abs=0.005)


def test_association_agrees_with_nltk_and_log_likelihood_with_scipy():
    from nltk.metrics import BigramAssocMeasures as Nltk
    from scipy.stats import chi2_contingency

    for o11, r1, c1, n in [(8, 20, 30, 1000), (1, 90, 80, 5000), (12, 12, 15, 400)]:
        ours, marginals = frequency.association(o11, r1, c1, n), (o11, (r1, c1), n)
        assert ours["pmi"] == pytest.approx(Nltk.pmi(*marginals))
        assert ours["t_score"] == pytest.approx(Nltk.student_t(*marginals))
        assert ours["log_dice"] == pytest.approx(14 + math.log2(Nltk.dice(*marginals)))
        assert abs(ours["g2"]) == pytest.approx(Nltk.likelihood_ratio(*marginals), abs=1e-6)
        table = [[o11, r1 - o11], [c1 - o11, n - r1 - c1 + o11]]
        assert abs(ours["g2"]) == pytest.approx(chi2_contingency(table, correction=False, lambda_=0).statistic)
    assert frequency.association(1, 90, 80, 5000)["g2"] < 0  # met less often than by chance; nltk gives no sign


def test_lexical_diversity_agrees_with_lexicalrichness_except_at_the_edge_of_a_factor():
    package = pytest.importorskip("lexicalrichness")
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["w" + letters[i * i % 37 % 23] for i in range(400)]
    other = package.LexicalRichness(" ".join(words))
    assert frequency.moving_average_ttr(words, 50) == pytest.approx(other.mattr(50))
    assert frequency.hdd(words, 42) == pytest.approx(other.hdd(42))
    assert frequency.mtld(words) == pytest.approx(other.mtld(0.72))
    # 18 types in 25 words are exactly 0.72: a factor is full when TTR falls *below* it (McCarthy & Jarvis 2010),
    # the package ends it at 0.72 already
    edge = ["w" + letter for letter in letters[:18] + letters[:7]]
    part = (1 - 18 / 25) / (1 - 0.72)
    assert frequency.mtld(edge) == pytest.approx(25 / part)
    longer = [*edge, *edge]  # below at word 26, and again at word 50 at the latest
    assert frequency.mtld(longer) != pytest.approx(package.LexicalRichness(" ".join(longer)).mtld(0.72))


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=120), st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_diversity_by_the_letter_of_the_definitions(words, window):
    windows = [len(set(words[i : i + window])) / window for i in range(len(words) - window + 1)]
    expected = np.mean(windows) if windows else np.nan
    assert frequency.moving_average_ttr(words, window) == pytest.approx(expected, nan_ok=True)
    if window <= len(words):
        absent = [math.comb(len(words) - f, window) / math.comb(len(words), window) for f in Counter(words).values()]
        assert frequency.hdd(words, window) == pytest.approx(sum(1 - x for x in absent) / window)
    factors = []
    for text in (words, words[::-1]):
        full, types, n = 0, set(), 0
        for word in text:
            types.add(word)
            n += 1
            if len(types) / n < 0.72:
                full, types, n = full + 1, set(), 0
        factors.append(full + ((1 - len(types) / n) / 0.28 if n else 0))
    expected = np.mean([len(words) / f if f else np.nan for f in factors])
    assert frequency.mtld(words) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("empty", [None, ""])
def test_words_without_a_label_are_no_other_groups(empty):
    desks = TOKENS["doc_id"].map({"a": "sea", "b": "land", "c": "sea", "d": empty}).astype("str")
    for desk in (desks, desks.astype("category")):
        counts = frequency.count_words(TOKENS.assign(desk=desk), "desk")
        assert counts.groupby("desk")["count"].sum().to_dict() == {"sea": 21, "land": 6, "d": 5}
    part = desks.where(TOKENS["sentence_id"] == 0)  # the second sentence of article a is of no desk: no one's words
    counts = frequency.count_words(TOKENS.assign(desk=part), ["desk", "doc_id"])
    assert counts.loc[counts["desk"].isna(), ["doc_id", "count"]].groupby("doc_id").sum().to_dict() == {
        "count": {"a": 5}
    }


def test_filtered_tokens_need_the_documents_that_are_left():
    some = TOKENS[TOKENS["doc_id"] == "c"]  # the column doc_id still has the categories a to d
    found = frequency.count_words(some, "outlet", documents=DOCUMENTS.query("outlet == 'Gull'"))
    assert found["outlet"].unique().tolist() == ["Gull"] and found["count"].sum() == 9
    with pytest.raises(ValueError, match="doc_id 'c' of the table is not there"):
        frequency.count_words(some, "outlet", documents=DOCUMENTS.query("outlet == 'Tide'"))


def test_count_words_by_article_outlet_and_quotation():
    assert COUNTS.dtypes.astype("str").to_dict() == {"doc_id": "str", "word": "str"} | dict.fromkeys(
        ("count", "quoted_count"), "int32"
    )
    rows = COUNTS.set_index(["doc_id", "word"])
    assert rows.loc[("a", "boat")].tolist() == [3, 0]
    assert rows.loc[("a", "nobody")].tolist() == [1, 1]
    by_outlet = frequency.count_words(TOKENS, ["outlet", "in_quote"], documents=DOCUMENTS)
    assert list(by_outlet) == ["outlet", "in_quote", "word", "count", "quoted_count"]
    assert by_outlet["outlet"].unique().tolist() == ["Gull", "Tide", "d"]  # article d has no outlet: it stands alone
    assert by_outlet.set_index(["outlet", "in_quote", "word"]).loc[("Tide", False, "red"), "count"] == 4
    backwards = TOKENS["word"].cat.categories[::-1]  # the order of the codes says nothing
    turned = TOKENS.assign(word=TOKENS["word"].cat.reorder_categories(backwards))
    pd.testing.assert_frame_equal(frequency.count_words(turned), COUNTS)
    assert by_outlet["count"].sum() == COUNTS["count"].sum() == TOKENS["is_word"].sum()


def test_ngrams_cross_no_punctuation_and_no_sentence():
    bigrams = frequency.count_words(TOKENS, n=2).set_index(["doc_id", "word"])
    assert bigrams.loc[("a", "red boat"), "count"] == 2
    assert bigrams.loc[("a", "nobody saw"), "quoted_count"] == 1
    assert bigrams.loc[("a", "saw the"), "quoted_count"] == 0
    assert ("b", "boat a") not in bigrams.index
    assert ("a", "boat nobody") not in bigrams.index
    assert bigrams.index.is_monotonic_increasing
    loose = make_tokens("red boat", "blue boat, sail").assign(sentence_id=[1, 0, 0, 0, 0, 0])  # no full stops
    assert frequency.count_words(loose, n=2)["word"].tolist() == ["blue boat"]
    trigrams = frequency.drop_stop_words(frequency.count_words(TOKENS, n=3))
    assert "harbour was calm" in set(trigrams["word"])  # a stop word may stand inside, not at an end
    assert not set(trigrams["word"]) & {"the red boat", "boat met the", "was calm and"}


def test_stop_words_own_and_shipped():
    assert {"the", "was", "boat"} <= set(COUNTS["word"])
    for own in (["Boat"], pd.DataFrame({"word": ["boat"]})):
        assert set(COUNTS["word"]) - set(frequency.drop_stop_words(COUNTS, stop=own)["word"]) == {"boat"}
    assert not frequency.drop_stop_words(COUNTS)["word"].isin(resources.word_set("stopwords")).any()
    for stop in (True, None):
        left = frequency.drop_stop_words(COUNTS.iloc[::-1], stop=stop)
        assert list(left) == list(COUNTS) and left.index.tolist() == list(range(len(left)))


@given(
    st.lists(st.lists(st.sampled_from("pqrstuvw"), min_size=1, max_size=30), min_size=3, max_size=5),
    st.lists(st.sampled_from("XYZ"), min_size=3, max_size=3),
    st.sampled_from([2, 4]),
    st.booleans(),
)
# X and Y: p 1 and 1, q 2 and 0, r 0 and 2, s 1 and 2, t 2 and 2, u 1 and 0; the prior takes one q of Z
@example(["pqqsttu", "prrssttv", "q"], "ZZZ", 4, True)
@example(["pqq", "pqq", "r"], "ZZZ", 4, True)  # rates are the same
@example(["pqr", "pq", "ppqrr"], "ZZZ", 4, True)  # as frequent in X and Y, but the prior of p is larger
@settings(max_examples=25, deadline=None)
def test_keyness_is_the_formulas_on_counts(texts, more, cells, one):
    from scipy.stats import chi2, false_discovery_control

    outlets = ["X", "Y", *more][: len(texts)]
    documents, counts = make_documents(*outlets), frequency.count_words(make_tokens(*map(" ".join, texts)))
    got = frequency.keyness(counts, documents, *(("X", "Y") if one else ()), cells=cells, prior=7)
    whole = Counter(itertools.chain(*texts))
    assume(len(whole) > 1)  # with one word in the world there are no odds
    assert got["target"].unique().tolist() == (["X"] if one else sorted(set(outlets)))
    for target, rows in got.groupby("target", observed=True):
        inside = [t for t, o in zip(texts, outlets, strict=True) if o == target]
        outside = [t for t, o in zip(texts, outlets, strict=True) if (o == "Y" if one else o != target)]
        x, y = Counter(itertools.chain(*inside)), Counter(itertools.chain(*outside))
        assert sorted(rows["word"]) == sorted(x | y)
        assert rows["z"].is_monotonic_decreasing
        for row in rows.itertuples():
            a, b, c, d = x[row.word], y[row.word], x.total(), y.total()
            assert (row.count_target, row.count_reference) == (a, b)
            assert row.per_million_target == pytest.approx(a / c * 1e6)
            assert row.per_million_reference == pytest.approx(b / d * 1e6)
            sign = 1 if a * d >= b * c else -1
            g2 = frequency.log_likelihood(a, b, c, d, cells=cells)
            assert row.g2 == pytest.approx(sign * g2, abs=1e-9)
            assert row.p_value == pytest.approx(chi2.sf(g2, 1), abs=1e-9)
            assert row.log_ratio == pytest.approx(frequency.log_ratio(a, b, c, d))
            prior = 7 * whole[row.word] / whole.total()
            expected = frequency.log_odds_dirichlet(a, b, c, d, prior, 7)
            assert (row.log_odds, row.z) == pytest.approx(expected, abs=1e-9)
            docs = [sum(row.word in t for t in side) for side in (inside, outside)]
            assert [row.n_docs_target, row.n_docs_reference] == docs
            if abs(row.g2) > 1e-9:
                side = 0 if row.g2 > 0 else 1
                assert row.single_article == (docs[side] == 1 and len((inside, outside)[side]) > 1)
        assert rows["q_value"].to_numpy() == pytest.approx(false_discovery_control(rows["p_value"]))


def test_keyness_of_many_groups_leaves_out_what_a_target_does_not_use(monkeypatch):
    whole = frequency.keyness(COUNTS, DOCUMENTS, by="doc_id")
    monkeypatch.setattr(frequency, "MAX_ROWS", len(whole))  # 4 articles × all words
    assert frequency.keyness(COUNTS, DOCUMENTS, by="doc_id").attrs["note"] == ""
    monkeypatch.setattr(frequency, "MAX_ROWS", len(whole) - 1)
    used = frequency.keyness(COUNTS, DOCUMENTS, by="doc_id")
    assert "left out" in used.attrs["note"]
    expected = whole[whole["count_target"] > 0].drop(columns="q_value").reset_index(drop=True)  # a smaller family
    pd.testing.assert_frame_equal(used.drop(columns="q_value"), expected)


@pytest.mark.parametrize(
    ("target", "reference", "rows"),
    [
        (None, "Gull", {"Tide": 13, "d": 9}),  # each group that is not in the reference; words of either side
        ("Tide", ["Tide", "Gull"], {"Tide": 13}),  # a target is no part of its own reference
        (["d", "Tide"], None, {"d": 16, "Tide": 16}),
        (None, None, {"Gull": 16, "Tide": 16, "d": 16}),
    ],
)
def test_keyness_of_chosen_groups(target, reference, rows):
    table = frequency.keyness(COUNTS, DOCUMENTS, target, reference)
    assert list(table.groupby("target", observed=True, sort=False).size()[list(rows)].items()) == list(rows.items())
    assert table["target"].unique().tolist() == list(rows)
    tide = table[table["target"] == "Tide"].set_index("word").loc["harbour"]
    assert tide[["count_target", "n_docs_target"]].tolist() == [0, 0]
    # of the Gull 2 in 9 words and one article; with the article of no outlet 3 in 14 and two
    expected = [3, 3 / 14 * 1e6, 2] if reference is None else [2, 2 / 9 * 1e6, 1]
    assert tide[["count_reference", "per_million_reference", "n_docs_reference"]].tolist() == pytest.approx(expected)


def test_one_outlet_compares_articles_and_says_so():
    documents = make_documents(*["Tide"] * 4)
    table = frequency.keyness(COUNTS, documents)
    assert table["target"].unique().tolist() == list("abcd")
    assert table.attrs["note"] == "All articles have the outlet 'Tide': articles are compared instead."
    assert set(frequency.top_words(COUNTS, documents)["outlet"]) == set("abcd")
    two = COUNTS[COUNTS["doc_id"].isin(["a", "b"])]
    assert frequency.keyness(two, documents.head(2))["target"].unique().tolist() == ["a", "b"]
    alone = frequency.keyness(COUNTS[COUNTS["doc_id"] == "a"], documents.iloc[:1])
    assert alone["target"].unique().tolist() == ["Tide"] and alone.attrs["note"] == ""
    assert alone[["g2", "p_value", "q_value", "log_ratio", "log_odds", "z"]].isna().all(axis=None)


def test_own_words_are_compared_by_counts_less_quoted_counts():
    own = COUNTS.assign(count=COUNTS["count"] - COUNTS["quoted_count"])
    table = frequency.keyness(own, DOCUMENTS, target="Tide")
    assert "nobody" not in set(table["word"])
    assert "nobody" not in set(frequency.dispersion(own, DOCUMENTS)["word"])


def test_dispersion_equals_the_formula_word_by_word():
    table = frequency.dispersion(COUNTS, DOCUMENTS).set_index("word")
    wide = COUNTS.pivot_table(index="word", columns="doc_id", values="count", fill_value=0)
    for word, counts in wide.iterrows():
        expected = frequency.deviation_of_proportions(counts, wide.sum())
        assert table.loc[word, ["dp", "dp_norm"]].tolist() == pytest.approx(list(expected))
        assert table.loc[word, ["count", "n_docs"]].tolist() == [counts.sum(), (counts > 0).sum()]
    one = frequency.dispersion(COUNTS[COUNTS["doc_id"] == "a"], DOCUMENTS)
    assert one[["dp", "dp_norm"]].isna().all(axis=None)
    word = pd.DataFrame({"doc_id": ["a"], "word": ["red"], "count": [1]})  # all words in one of two articles: no spread
    assert frequency.dispersion(word, DOCUMENTS.head(2))[["dp", "dp_norm"]].isna().all(axis=None)


def test_rates_stand_beside_counts_and_denominators():
    row = frequency.word_rates(COUNTS, DOCUMENTS).set_index(["outlet", "word"]).loc[("Tide", "red")]
    assert row.tolist() == [4, 0, 18, pytest.approx(4 / 18 * 1e3), pytest.approx(4 / 18 * 1e6), 2]
    assert "the" in set(frequency.top_words(COUNTS, DOCUMENTS, stop=None)["word"])
    top = frequency.top_words(COUNTS, DOCUMENTS, n=2)
    assert top[top["outlet"] == "Tide"][["word", "count", "rank"]].values.tolist() == [["boat", 4, 1], ["red", 4, 2]]
    assert top["outlet"].tolist() == ["Gull", "Gull", "Tide", "Tide", "d", "d"] and "index" not in top


@given(st.lists(st.sampled_from("pqrs,."), min_size=1, max_size=60), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_collocations_by_counting_one_by_one(words, window):
    tokens = make_tokens(" ".join(words))
    stream, sentence = [], 0
    for word in words:
        sentence += word == "."
        if word.isalpha():
            stream.append((word, sentence))
    node = [i for i, (word, _) in enumerate(stream) if word == "p"]
    near = {
        i
        for i, (word, s) in enumerate(stream)
        if word != "p" and any(abs(i - j) <= window and stream[j][1] == s for j in node)
    }
    o11, c1 = Counter(stream[i][0] for i in near), Counter(w for w, _ in stream if w != "p")
    got = frequency.collocations(tokens, "p", window).set_index("collocate")
    assert got["count"].to_dict() == dict(o11)
    for word, row in got.iterrows():
        expected = frequency.association(o11[word], len(near), c1[word], c1.total(), node=len(node))
        assert row.drop("count").to_dict() == pytest.approx(expected, nan_ok=True)


def test_collocates_of_a_phrase_best_first():
    table = frequency.collocations(TOKENS, "red boat", 1)
    # 3 red boats; near them of all outside: a 2 of 2 (a comma is no word), met 1 of 1, the 2 of 6
    assert table["collocate"].tolist() == ["a", "met", "the"]
    assert table["count"].tolist() == [2, 1, 2]
    assert table["log_dice"].tolist() == pytest.approx([14 + math.log2(x) for x in (4 / 5, 2 / 4, 4 / 9)])
    # equal ones by the alphabet: 4 boats; red 3 of 4, met 1 of 1, a and blue 1 of 2
    assert frequency.collocations(TOKENS, "boat", 1)["collocate"].to_dict() == dict(
        enumerate(["red", "met", "a", "blue"])
    )


def test_defaults_are_those_of_the_docstrings():
    words = [chr(97 + i) for i in range(8)]
    near = frequency.collocations(make_tokens(" ".join(words)), "a")
    assert near["collocate"].tolist() == list("bcdef")  # 5 words; of equal logDice in the order of the alphabet
    line = frequency.kwic(make_tokens(" ".join(chr(97 + i) for i in range(20))), "j").iloc[0]
    assert [line["pre"], line["post"]] == ["c d e f g h i", "k l m n o p q"]
    letters = [chr(97 + i * i % 37 % 23) for i in range(101)]
    tokens = make_tokens(" ".join(letters))
    score = frequency.lexical_diversity(tokens).iloc[0]
    assert score["mattr"] == pytest.approx(np.mean([len(set(letters[i : i + 50])) / 50 for i in range(52)]))
    assert [score["hdd"], score["mtld"]] == [frequency.hdd(letters, 42), frequency.mtld(letters, 0.72)]
    pure = frequency.moving_average_ttr(letters), frequency.hdd(letters), frequency.mtld(letters)
    assert score[["mattr", "hdd", "mtld"]].tolist() == list(pure)
    assert frequency.vocabulary_growth(tokens)["n_tokens"].tolist() == [50, 100, 101]
    counts = frequency.count_words(make_tokens(" ".join(f"w{i}" for i in range(21)), "w1 w2"))
    assert frequency.top_words(counts, make_documents("X", "Y"))["rank"].tolist() == [*range(1, 21), 1, 2]
    row = frequency.keyness(counts, make_documents("X", "Y"), "X", "Y").set_index("word").loc["w2"]
    prior = 500 * 2 / 23  # w2 makes up 2 of 23 words
    assert row["z"] == pytest.approx(frequency.log_odds_dirichlet(1, 1, 21, 2, prior, 500)[1])
    assert row["g2"] == pytest.approx(-frequency.log_likelihood(1, 1, 21, 2, cells=4))


@pytest.mark.parametrize(
    ("pattern", "keywords"),
    [
        ("boat", ["boat", "boat", "boat", "boat"]),
        ("RED boat", ["red boat", "red boat", "red boat"]),
        ("b*", ["boat", "blue", "boat", "boat", "boat", "blue"]),
        ("the * boat", ["The red boat", "the blue boat", "the red boat"]),
        ("/[A-Z].+/", ["The", "Nobody", "The", "Rain"]),
        ("the /(red|blue)/", ["The red", "the blue", "the red"]),
        ("/A/", ["A"]),
        ("boat a", []),
        ("boat, a", ["boat, a"]),
        ("boat nobody", []),
        ("yacht", []),
    ],
)
def test_kwic_patterns(pattern, keywords):
    assert frequency.kwic(TOKENS, pattern)["keyword"].tolist() == keywords


def test_two_slashes_are_no_expression():
    assert frequency.kwic(make_tokens("rain // boat"), "//", 1).iloc[0, 2:].tolist() == ["rain", "//", "boat"]


def test_kwic_finds_every_word_as_often_as_it_is_counted():
    for n in (1, 2):
        for word, count in frequency.count_words(TOKENS, n=n).groupby("word")["count"].sum().items():
            assert len(frequency.kwic(TOKENS, word)) == count


def test_kwic_context_sorting_and_whole_sentence():
    lines = frequency.kwic(TOKENS, "boat", 2)
    assert list(lines) == ["doc_id", "sentence_id", "pre", "keyword", "post"]
    assert lines["pre"].tolist() == ["The red", "the blue", "the red", "A red"]
    assert lines["post"].tolist() == ["met the", ". Nobody saw", ".", ", a red"]
    assert frequency.kwic(TOKENS, "boat", 2, sort="left")["pre"].tolist() == ["the blue", "A red", "The red", "the red"]
    assert frequency.kwic(TOKENS, "boat", 1, sort="right")["post"].tolist() == [".", ", a", "met", ". Nobody"]
    assert frequency.kwic(TOKENS, "harbour", 2)["post"].tolist() == [
        "was calm",
        "was blue",
        ".",
    ]  # a mark that ends the text
    both = make_tokens("y c a it a c y. z b a it a b z.")  # a is the same, b before c, whatever stands behind
    assert frequency.kwic(both, "it", 3, sort="left")["pre"].tolist() == ["z b a", "y c a"]
    assert frequency.kwic(both, "it", 3, sort="right")["post"].tolist() == ["a b z", "a c y"]
    whole = frequency.kwic(TOKENS, "saw", None).iloc[0]
    assert whole.tolist() == ["a", 1, "Nobody", "saw", "the red boat."]


def test_positions_and_growth():
    table = frequency.word_positions(TOKENS, ["boat", "harbour"])
    assert list(table) == ["pattern", "doc_id", "sentence_id", "position", "n_words"]
    assert table["position"].tolist() == pytest.approx([2 / 12, 6 / 12, 11 / 12, 2 / 6, 1 / 9, 6 / 9, 4 / 5])
    growth = frequency.vocabulary_growth(TOKENS, step=5)
    assert table.index.tolist() == list(range(7))
    assert list(growth) == ["doc_id", "n_tokens", "n_types"]
    assert growth[growth["doc_id"] == "a"][["n_tokens", "n_types"]].values.tolist() == [[5, 4], [10, 7], [12, 7]]


def test_lexical_diversity_of_short_texts_is_undefined():
    table = frequency.lexical_diversity(TOKENS).set_index("doc_id")
    assert table.loc["a", ["n_tokens", "n_types", "ttr"]].tolist() == [12, 7, 7 / 12]
    assert table[["mattr", "hdd"]].isna().all(axis=None)
    assert np.isnan(table.loc["d", "mtld"])  # no word comes twice
    turned = pd.concat([TOKENS[TOKENS["doc_id"] == doc_id] for doc_id in "dcba"])
    assert frequency.lexical_diversity(turned)["doc_id"].tolist() == ["d", "c", "b", "a"]


def test_spellings_are_chosen_as_printed():
    tokens = make_tokens("The US grew. It left us in Kyiv.", "The U.S. grew in Kiev and Kiev.")
    table = frequency.spelling_choices(tokens, make_documents("Tide", "Gull"))
    rows = table.set_index(["outlet", "variant"])
    assert rows.loc[("Tide", "US"), ["count", "n_group", "share"]].tolist() == [1, 1, 1.0]
    assert ("Gull", "U.S.") in rows.index
    assert rows.loc[("Gull", "Kiev"), "count"] == 2
    assert len(table) == 4
    mixed = frequency.spelling_choices(make_tokens("Kiev, Kyiv and Kiev."), make_documents("Tide"))
    assert mixed[["variant", "count", "n_group", "share", "n_docs"]].values.tolist() == [
        ["Kiev", 2, 3, 2 / 3, 1],
        ["Kyiv", 1, 3, 1 / 3, 1],
    ]
    own = pd.DataFrame({"variant": ["grew", "rose"], "group": ["growth", "growth"]})
    assert frequency.spelling_choices(tokens, make_documents("Tide", "Gull"), spellings=own)["count"].sum() == 2


def test_shipped_lists():
    spellings = resources.read_list("spellings", required=("variant", "group", "note"), unique=("variant",))
    assert (spellings.groupby("group").size() >= 2).all()
    words = resources.read_list("stopwords", required=("word", "note"), unique=("word",))["word"]
    assert words.str.fullmatch(r"[a-z']+").all()


def test_empty_tables_keep_columns_and_dtypes():
    tokens, documents = schema.empty("tokens"), DOCUMENTS
    tokens = tokens.astype({c: pd.CategoricalDtype(pd.Index([], dtype="str")) for c in ("doc_id", "token", "word")})
    counts = frequency.count_words(tokens)
    for full, none in [
        (COUNTS, counts),
        (frequency.count_words(TOKENS, n=2), frequency.count_words(tokens, n=2)),
        (frequency.keyness(COUNTS, documents), frequency.keyness(counts, documents)),
        (frequency.keyness(COUNTS, documents), frequency.keyness(counts, documents.iloc[:0])),
        (frequency.dispersion(COUNTS, documents), frequency.dispersion(counts, documents)),
        (frequency.top_words(COUNTS, documents), frequency.top_words(counts, documents)),
        (frequency.kwic(TOKENS, "boat"), frequency.kwic(tokens, "boat", sort="left")),
        (frequency.collocations(TOKENS, "boat"), frequency.collocations(tokens, "boat")),
        (frequency.word_positions(TOKENS, "boat"), frequency.word_positions(tokens, "boat")),
        (frequency.lexical_diversity(TOKENS), frequency.lexical_diversity(tokens)),
        (frequency.vocabulary_growth(TOKENS), frequency.vocabulary_growth(tokens)),
        (frequency.spelling_choices(TOKENS, documents), frequency.spelling_choices(tokens, documents)),
    ]:
        assert len(none) == 0
        assert none.dtypes.astype("str").to_dict() == full.dtypes.astype("str").to_dict()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: frequency.keyness(COUNTS, DOCUMENTS, target="Tied"), "target: no outlet 'Tied'; nearest: 'Tide'"),
        (lambda: frequency.keyness(COUNTS, DOCUMENTS, "Tide", ["Gul"]), "reference: no outlet 'Gul'; nearest: 'Gull'"),
        (
            lambda: frequency.keyness(COUNTS, PAPERS, "Wave"),
            "target: no outlet 'Wave'; nearest: 'Wave 4', 'Wave 3', 'Wave 2'$",
        ),
        (
            lambda: frequency.keyness(COUNTS, PAPERS, "§"),
            "target: no outlet '§'; nearest: 'Wave 1', 'Wave 2', 'Wave 3'$",
        ),
        (lambda: frequency.keyness(COUNTS, DOCUMENTS, by="paper"), "documents: column paper is missing"),
        (lambda: frequency.keyness(COUNTS, DOCUMENTS.iloc[:2]), "word_counts: doc_id 'c' is not in documents"),
        (lambda: frequency.keyness(COUNTS, DOCUMENTS, cells=3), "cells: 3 is neither 4 .* nor 2"),
        (lambda: frequency.dispersion(COUNTS, pd.concat([DOCUMENTS] * 2)), "documents: doc_id 'a' stands on several"),
        (lambda: frequency.count_words(TOKENS, "outlet"), "by: 'outlet' is no column of tokens; give documents="),
        (lambda: frequency.count_words(TOKENS, n=0), "n: 0 is not a number of words"),
        (lambda: frequency.drop_stop_words(COUNTS, stop=[]), "stop: the word list is empty"),
        (lambda: frequency.kwic(TOKENS, "boat", 0), "window: 0 shows nothing"),
        (lambda: frequency.kwic(TOKENS, "boat", sort="up"), "sort: 'up' is none of"),
        (lambda: frequency.kwic(TOKENS, "  "), "pattern: it is empty"),
        (lambda: frequency.kwic(TOKENS, "/(boat/"), r"pattern: /\(boat/ does not compile \(missing \)"),
        (lambda: frequency.collocations(TOKENS, "boat", 0), "window: 0 holds no word"),
        (lambda: frequency.collocations(TOKENS, ""), "word: it is empty"),
        (lambda: frequency.word_positions(TOKENS, []), "patterns: the word list is empty"),
        (
            lambda: frequency.spelling_choices(TOKENS, DOCUMENTS, spellings=pd.DataFrame({"variant": [], "group": []})),
            "spellings: the word list is empty",
        ),
    ],
)
def test_bad_input_names_the_argument_and_the_fix(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: frequency.keyness(COUNTS, DOCUMENTS, "Tide", "Tide"), "reference: 'Tide' is a target itself"),
        (lambda: frequency.keyness(COUNTS, DOCUMENTS, ["Gull", "Tide"], ["Tide"]), "reference: 'Tide' is a target"),
        (lambda: frequency.keyness(COUNTS, DOCUMENTS, prior=-1), "prior: -1 is no number of words; give 0 or more"),
        (lambda: frequency.keyness(COUNTS, DOCUMENTS, prior="500"), "prior: '500' is no number of words"),
        (lambda: frequency.keyness(COUNTS, DOCUMENTS, by=["outlet", "doc_id"]), "by: .* is not the name of one column"),
        (lambda: frequency.count_words(TOKENS, n=1.5), "n: 1.5 is not a number of words; give 1 or more"),
        (lambda: frequency.kwic(TOKENS, "boat", 2.5), "window: 2.5 shows nothing; give 1 or more whole words"),
        (lambda: frequency.collocations(TOKENS, "boat", 2.5), "window: 2.5 holds no word"),
        (lambda: frequency.kwic(None, "boat"), "tokens: found NoneType, not a table"),
        (lambda: frequency.kwic(TOKENS, None), "pattern: None is no text; give a word"),
        (lambda: frequency.word_positions(TOKENS, [3]), "patterns: 3 is no text"),
    ],
)
def test_options_of_another_kind_name_the_argument_and_the_fix(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_target_in_a_longer_reference_is_compared_with_the_others():
    both = frequency.keyness(COUNTS, DOCUMENTS, "Tide", ["Tide", "Gull"])
    pd.testing.assert_frame_equal(both, frequency.keyness(COUNTS, DOCUMENTS, "Tide", "Gull"))


@pytest.mark.parametrize("function", [frequency.keyness, frequency.word_rates, frequency.top_words])
def test_by_may_be_a_list_of_one(function):
    pd.testing.assert_frame_equal(function(COUNTS, DOCUMENTS, by=["outlet"]), function(COUNTS, DOCUMENTS, by="outlet"))


def test_tokens_out_of_order_are_refused_and_gaps_are_no_neighbours():
    documents = pd.DataFrame({"doc_id": ["a"], "text": ["The strike began today, and the strike goes on in the town."]})
    tokens = analysis.tokenize(documents)
    mixed = tokens.sort_values("word", kind="stable")
    for function in (
        lambda t: frequency.kwic(t, "the strike"),
        lambda t: frequency.count_words(t, n=2),
        lambda t: frequency.collocations(t, "strike"),
        frequency.lexical_diversity,
        frequency.vocabulary_growth,
    ):
        assert len(function(tokens))
        with pytest.raises(ValueError, match="tokens: they are not in the order of the text; sort them by"):
            function(mixed)
    left = tokens[~tokens["word"].isin(["the", "in", "and"])]
    assert frequency.count_words(left, n=2)["word"].tolist() == [
        "began today",
        "goes on",
        "strike began",
        "strike goes",
    ]
    for wrong in ({"window": 0}, {"draws": 1.5}, {"threshold": 2}, {"threshold": 1}):
        with pytest.raises(ValueError, match=f"{next(iter(wrong))}: "):
            frequency.lexical_diversity(tokens, **wrong)


def test_groups_may_be_named_by_numbers():
    years = DOCUMENTS.assign(year=range(2020, 2020 + len(DOCUMENTS)))
    by_number, by_text = (frequency.keyness(COUNTS, years, year, by="year") for year in (2021, "2021"))
    pd.testing.assert_frame_equal(by_number, by_text)


def test_several_rows_of_an_article_and_word_count_as_one():
    parts = frequency.count_words(TOKENS, ["doc_id", "sentence_id"]).sample(frac=1, random_state=1)
    assert parts.duplicated(["doc_id", "word"]).any()
    for measure in (frequency.dispersion, frequency.word_rates, frequency.keyness):
        pd.testing.assert_frame_equal(measure(parts, DOCUMENTS), measure(COUNTS, DOCUMENTS))


def test_sums_over_groups_go_beyond_32_bits():
    counts = pd.DataFrame({"doc_id": list("abc"), "word": ["sea", "sea", "ice"], "count": [2 * 10**9, 2 * 10**9, 5]})
    counts = counts.assign(quoted_count=counts["count"]).astype({"count": "int32", "quoted_count": "int32"})
    documents = make_documents("Tide", "Tide", "Gull")
    rates = frequency.word_rates(counts, documents)
    assert rates[["count", "quoted_count", "per_million"]].values.tolist() == [[5, 5, 1e6], [4e9, 4e9, 1e6]]
    assert frequency.keyness(counts, documents, "Tide")["count_target"].max() == 4 * 10**9
    assert frequency.keyness(counts, documents, "Gull")["count_reference"].max() == 4 * 10**9
    assert frequency.count_words(TOKENS, "outlet", documents=DOCUMENTS)["count"].dtype == "int64"


def test_like_shares_have_a_g2_of_0_also_none_and_all():
    assert frequency.log_likelihood([3, 0, 3], [5, 0, 5], [3, 10, 6], [5, 10, 10]).tolist() == [0, 0, 0]
    assert np.isnan(frequency.log_likelihood(0, 3, 0, 9)) and np.isnan(frequency.log_likelihood(3, 0, 9, 0))


def test_an_article_of_signs_has_a_row_without_scores():
    found = frequency.lexical_diversity(make_tokens(". . .", "The sea, the ice."))
    assert found[["doc_id", "n_tokens", "n_types"]].values.tolist() == [["a", 0, 0], ["b", 4, 3]]
    assert found.loc[0, ["ttr", "mattr", "mtld", "hdd"]].isna().all()


def test_spelling_needs_the_documents_of_the_tokens():
    tokens = make_tokens("The US agreed.", "The US left.")
    with pytest.raises(ValueError, match="doc_id 'b' of the table is not there"):
        frequency.spelling_choices(tokens, make_documents("Tide"))
