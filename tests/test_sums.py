"""Summed part by part, a bundle gives what its whole tables give."""

import numpy as np
import pandas as pd
import pytest
from conftest import SAMPLE

import analysis
from analysis import actors, compare, features, formulas, frequency, quotes, tone


@pytest.fixture(scope="module")
def bundle(sample, tmp_path_factory):
    """(path, whole tables) of the sample in three parts; one article has no outlet."""
    documents, path, registry = sample[0].copy(), tmp_path_factory.mktemp("sums") / "bundle", SAMPLE / "actors.csv"
    documents.loc[3, "outlet"] = None
    cuts = zip(("a", "b", "c"), (0, 5, 6), (5, 6, len(documents)), strict=True)
    parts = [
        features.write_part(analysis.extract_features(documents.iloc[a:b], registry), path, name) for name, a, b in cuts
    ]
    features.write_manifest(path, parts)
    return path, analysis.load_features(path)


def label(table, documents, by):
    return table.merge(documents[["doc_id", by]], on="doc_id", validate="many_to_one")


def grade(sums):
    return formulas.score_counts(sums, "flesch_kincaid_grade")


# what is computed from the tables `f`, whole or summed; `s`: their sentences with the groups, `m`: their mentions
SAME = {
    "word_rates": lambda f, s, m, by: frequency.word_rates(f.word_counts, f.documents, by),
    "top_words": lambda f, s, m, by: frequency.top_words(f.word_counts, f.documents, by),
    "keyness": lambda f, s, m, by: analysis.keyness(f.word_counts, f.documents, by=by),
    "keyness of one": lambda f, s, m, by: analysis.keyness(
        f.word_counts, f.documents, f.documents[by].iloc[0], f.documents[by].iloc[-1], by
    ),
    "word_shift": lambda f, s, m, by: analysis.word_shift(f.word_counts, f.documents, by=by),
    "count_loaded_words": lambda f, s, m, by: tone.count_loaded_words(f.word_counts, f.documents, by=by),
    "shared_event_words": lambda f, s, m, by: tone.shared_event_words(f.word_counts, f.documents, by=by, ratio=50),
    "likeness": lambda f, s, m, by: analysis.likeness(f.word_counts, f.documents, by=by),
    "coverage": lambda f, s, m, by: analysis.coverage(f, by),
    "readability": lambda f, s, m, by: analysis.readability(s, by).sort_values(by, ignore_index=True),
    "readability of articles": lambda f, s, m, by: analysis.readability(s, documents=f.documents),
    "interval": lambda f, s, m, by: analysis.bootstrap_interval(s, grade, by=by, unit="article"),
    "interval of a mean": lambda f, s, m, by: analysis.bootstrap_interval(s, "tone", by=by, unit="article"),
    "test of a mean": lambda f, s, m, by: analysis.permutation_test(s, "n_words", by=by),
    "interval of tone": lambda f, s, m, by: analysis.bootstrap_interval(
        s, ("tone_event_adjusted", "n_scored"), by=[by, "voice"], unit="article"
    ),
    "permutation_test": lambda f, s, m, by: compare.permutation_test(s, ("n_words", "n_sentences"), by=by),
    "mention_rates": lambda f, s, m, by: analysis.mention_rates(f.mentions, f.documents, by),
    "mention_forms": lambda f, s, m, by: actors.mention_forms(f.mentions, f.documents, by),
    "tone_toward": lambda f, s, m, by: tone.tone_toward(m, by=by, minimum=2),
    "quote_shares": lambda f, s, m, by: analysis.quote_shares(f.quotes, f.documents, by),
    "reporting_verbs": lambda f, s, m, by: quotes.reporting_verbs(f.quotes, f.documents, by),
}


@pytest.fixture(scope="module", params=["outlet", "desk"])
def given(bundle, request):
    """What the functions of SAME are given: of the whole tables, and of the sums."""
    (path, whole), by = bundle, request.param
    desk = np.where(whole.documents["n_words"] > whole.documents["n_words"].median(), "long", "short")
    documents = whole.documents.assign(desk=desk)
    sums = analysis.sum_features(path, by, documents=documents)
    named = documents.assign(**{by: sums.documents[by]})  # an article without an outlet stands for itself
    sentences = formulas.mark_voice(label(whole.sentences, named, by))
    sentences = sentences.assign(n_sentences=1, n_scored=sentences["tone"].notna().astype("int64"))
    mentions = label(whole.mentions, named, by)
    return (whole._replace(documents=documents), sentences, mentions, by), (sums, sums.sentences, sums.mentions, by)


@pytest.mark.parametrize("name", SAME)
def test_functions_by_group_give_the_same_from_sums(given, name):
    whole, sums = given
    expected = SAME[name](*whole)
    assert len(expected) or (name, whole[-1]) == ("shared_event_words", "outlet")  # too few articles for such a word
    pd.testing.assert_frame_equal(SAME[name](*sums), expected)


def test_the_sums_are_of_all_rows(bundle):
    path, whole = bundle
    sums = analysis.sum_features(path)
    assert sums.word_counts["count"].sum() == whole.word_counts["count"].sum() == whole.documents["n_words"].sum()
    assert not sums.word_counts.duplicated(["outlet", "word"]).any()
    the = whole.word_counts[whole.word_counts["word"] == "the"].merge(whole.documents, on="doc_id")
    first = whole.documents["outlet"].iloc[0]
    row = sums.word_counts.query("outlet == @first and word == 'the'").iloc[0]
    assert row["n_docs"] == (the["outlet"] == first).sum() > 1
    assert sums.sentences["n_sentences"].sum() == len(whole.sentences)
    assert sums.mentions["count"].sum() == len(whole.mentions)
    assert sums.paragraphs["n_paragraphs"].sum() == len(whole.paragraphs)
    alone = whole.documents["doc_id"].iloc[3]
    assert alone in set(sums.word_counts["outlet"]) and len(sums.documents) == len(whole.documents)


def test_a_bundle_without_articles_has_empty_sums(sample, tmp_path):
    analysis.write_features(analysis.extract_features(sample[0].iloc[:0]), tmp_path / "none")
    sums = analysis.sum_features(tmp_path / "none")
    assert all(table.empty and "outlet" in table for table in sums)


def test_sums_of_a_bundle_that_is_none_are_refused(tmp_path, bundle):
    with pytest.raises(FileNotFoundError, match="unfinished features folder"):
        analysis.sum_features(tmp_path)
    documents = bundle[1].documents
    with pytest.raises(ValueError, match=f"doc_id '{documents['doc_id'].iloc[-1]}' of the bundle is missing"):
        analysis.sum_features(bundle[0], documents=documents.iloc[:-1])
    with pytest.raises(ValueError, match="by: 'doc_id' sums nothing; load_features has"):
        analysis.sum_features(bundle[0], "doc_id")
    with pytest.raises(ValueError, match="desk"):
        analysis.sum_features(bundle[0], "desk")
