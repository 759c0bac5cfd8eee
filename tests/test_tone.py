"""Tone: equal to the reference VADER, event words, word shift, loaded words, tone toward a target."""

import json
import re
from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, SHARED
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis
from analysis import target_tone, tone
from analysis.typography import fold

VADER = SHARED / "testdata" / "vader"
PAGE = (ROOT / "docs" / "tone.md").read_text(encoding="utf-8")
NEWSMTSC = SHARED / "testdata" / "newsmtsc"


def table(*texts):
    """A sentences table, one document a text."""
    frame = pd.DataFrame({"text": pd.Series(texts, dtype="str")})
    frame = frame.assign(doc_id=frame.index.astype("str"), sentence_id=0, start=0, end=frame["text"].str.len())
    return frame.astype({"doc_id": "str"})


def score(*texts):
    """The tone of each text as the reference gives it: 0 without any word, where ours is undefined."""
    return tone.score_sentences(table(*texts))["tone"].fillna(0)


def find(sentences, *names):
    """The mentions of `names` in a sentences table, in the order of the text."""
    rows = [
        (s.doc_id, s.sentence_id, m.start(), m.end(), m.group())
        for s in sentences.itertuples()
        for m in re.finditer("|".join(map(re.escape, names)), s.text)
    ]
    return pd.DataFrame(rows, columns=["doc_id", "sentence_id", "start", "end", "actor"]).astype({"doc_id": "str"})


@pytest.fixture(scope="module")
def reference():
    return pytest.importorskip("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()


# ---- VADER


def test_published_examples():
    """README of vaderSentiment: the compound scores printed there."""
    printed = {
        "VADER is smart, handsome, and funny.": 0.8316,
        "VADER is smart, handsome, and funny!": 0.8439,
        "VADER is very smart, handsome, and funny.": 0.8545,
        "VADER is VERY SMART, handsome, and FUNNY.": 0.9227,
        "VADER is VERY SMART, handsome, and FUNNY!!!": 0.9342,
        "VADER is VERY SMART, uber handsome, and FRIGGIN FUNNY!!!": 0.9469,
        "VADER is not smart, handsome, nor funny.": -0.7424,
        "The book was good.": 0.4404,
        "At least it isn't a horrible book.": 0.431,
        "The book was only kind of good.": 0.3832,
        "The plot was good, but the characters are uncompelling and the dialog is not great.": -0.7042,
        "Today SUX!": -0.5461,
        "Not bad at all": 0.431,
    }
    scored = tone.score_sentences(table(*printed))["tone"]
    np.testing.assert_allclose(scored, list(printed.values()), atol=1e-4)
    assert scored.equals(scored.round(4))


WORDS = (
    "no but least at very never so this without doubt or nor kind of not the house don't good bad great GREAT NOT SO"
    ' sort just enough yeah right bus stop ass to die for kiss death beating heart war Great! good, ok (bad) "nice" ??'
    " ! .. a. VERY isn't hardly barely, lol :) :D despite shit bomb awful,good win-win only too US"
)


@given(st.lists(st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=14), min_size=1, max_size=30))
@settings(max_examples=15, deadline=None)
def test_any_order_of_the_words_of_the_rules_equals_the_reference(reference, sentences):
    texts = [" ".join(words) for words in sentences]
    expected = [reference.polarity_scores(text)["compound"] for text in texts]
    np.testing.assert_allclose(score(*texts), expected, atol=1.01e-4)


MODIFIERS = "never so this without doubt no or nor least at very not hardly great VERY NO the"
PARTS = "the good bad ass yeah right kiss of death to die for kind just enough"
IDIOMS = ["bad ass", "yeah right", "kiss of death", "to die for", "beating heart", "bus stop", "the bomb"]


@pytest.mark.parametrize(
    "places",
    [
        [*[MODIFIERS.split()] * 3, ["great", "AWFUL", "fyi"]],  # fyi: 0.8, less than a capital or two boosters add
        [*[PARTS.split()] * 3, ["heart", "death", "die", "idk"]],
        [
            *(IDIOMS, ["", "good", "not", "very", "never so", "US"], [*IDIOMS, "kind of", "just enough", "sort of"]),
            *(["", "not", "GOOD"], ["", "good", "bad"]),
        ],
        [["but", "good"], *[["good", "bad", "but", "abilities", "the"]] * 4],  # abilities: 1
        [["good " * n + "bad but great" for n in (29, 30, 31, 32, 40)]],  # 32 valued words and more
        [["good", "GOOD", "Good!", "NOT", "very", "VERY", "the", "!", "?"]] * 4,
        [["good", "GOOD bad"], *[["", "!", "!!!"]] * 2, *[["", "?", "??"]] * 3],
    ],
    ids=["modifiers", "parts of idioms", "idioms", "but", "long", "capitals", "marks"],
)
def test_every_sequence_of_the_words_of_the_rules_equals_the_reference(reference, places):
    texts = [" ".join(words) for words in product(*places)]
    expected = [reference.polarity_scores(text)["compound"] for text in texts]
    np.testing.assert_allclose(score(*texts), expected, atol=1.01e-4)


@pytest.mark.skipif(not VADER.exists(), reason="../shared/testdata/vader is not there")
@pytest.mark.parametrize("name", ["nyt", "tweets", "amazon", "movies"])
def test_every_rated_text_equals_the_reference_after_folding(reference, name):
    rows = pd.read_json(VADER / f"{name}_shared.jsonl", lines=True)
    rows = rows.iloc[:: 1 if name == "nyt" else 4].reset_index(drop=True)
    expected = [reference.polarity_scores(fold(text))["compound"] for text in rows["text"]]
    np.testing.assert_allclose(score(*rows["text"]), expected, atol=1.01e-4)


@pytest.mark.skipif(not VADER.exists(), reason="../shared/testdata/vader is not there")
@pytest.mark.parametrize("name", ["nyt", "movies", "amazon", "tweets"])
def test_the_page_states_how_the_rules_agree_with_people(name):
    rows = pd.read_json(VADER / f"{name}_shared.jsonl", lines=True)
    sentences = table(*rows["text"])
    tones = [tone.score_sentences(sentences, rules=rules)["tone"].fillna(0) for rules in ("vader", "repaired")]
    stated = re.search(rf"^\| [^|]*{name}\)? \| ([\d.]+) \| ([\d.]+) \|$", PAGE, re.M).groups()
    assert [np.corrcoef(t, rows["rating"])[0, 1] for t in tones] == pytest.approx(
        [float(s) for s in stated], abs=0.0011
    )
    if name == "nyt":
        assert float(stated[1]) > float(stated[0]) + 0.03


def test_typography_changes_no_score():
    plain = "It isn't good - \"a bad idea\", they're not happy."
    curly = "It isn’t good - “a bad idea”, they’re not happy."
    for rules in ("vader", "repaired"):
        scores = tone.score_sentences(table(plain, curly, curly.replace(" ", "\u00a0")), rules=rules)
        assert scores["tone"].nunique() == 1
        assert scores["tone"][0] != 0


def test_repaired_rules():
    def score(*texts):
        return tone.score_sentences(table(*texts), rules="repaired")["tone"].tolist()

    good, lack, not_only, comma, bad, no = score(
        "a good plan", "a lack of good plans", "not only a good plan", "not today, a good plan", "not bad", "no plan"
    )
    assert lack < 0 < good == not_only == comma
    assert 0 < bad < good
    assert no == 0
    dashed, spaced = score("a plan—good—for us", "a plan — good — for us")
    assert dashed == spaced == good


@pytest.mark.parametrize(
    ("text", "total"),  # good 1.9, bad -2.5; a negation × -0.74, of a bad word × -0.3; very + 0.293; capitals + 0.733
    [
        ("not a plan but good", 1.9 * 1.5),  # four words before
        ("not a big good plan", 1.9 * -0.74),
        ("without a good plan", 1.9 * -0.74),
        ("hardly good", (1.9 - 0.293) * -0.74),  # a negation and a damper
        ("never bad", -2.5 * -0.3),
        ("not ever a bad plan", -2.5 * -0.3),
        ("not very good", (1.9 + 0.293) * -0.74),
        ("very not good", 1.9 * -0.74 - 0.293 * 0.95),  # points the way the word points by now
        ("not never good", 1.9 * -0.74),  # once
        ("not, good", 1.9),
        ("not merely good", 1.9),
        ("not simply a good plan", 1.9),
        ("no doubt a good plan", 1.9 - 1.5),  # doubt -1.5, not turned either
        ("only not good", 1.9 * -0.74),
        ("not GOOD", (1.9 + 0.733) * -0.74),
        ("they like it well", 0.0),
        ("a plan/good", 1.9),
    ],
)
def test_repaired_rules_by_hand(text, total):
    scored = tone.score_sentences(table(text), rules="repaired")["tone"][0]
    assert scored == pytest.approx(total / (total**2 + 15) ** 0.5, abs=6e-5)


@pytest.mark.parametrize(
    ("text", "total"),  # joy 2.8, grant 1.5 (Will Grant, Joy …); 0: all are names
    [
        ("They met Joy in town.", 0),
        ("Joy came.", 2.8),
        ("Joy Grant came.", 0),
        ("Joy, Grant came.", 2.8),
        ("They said: Joy came.", 2.8),
        ("They said (Joy came).", 2.8),
        ("In town, Joy came.", 2.8),
        ("In London, Joy came.", 0),
        ("They saw Ms. Joy.", 0),
        ("They met JOY.", 2.8 + 0.733),
        ("They met joy.", 2.8),
    ],
)
def test_names_by_their_capitals(text, total):
    scored = tone.score_sentences(table(text))
    assert scored["tone_event_adjusted"][0] == pytest.approx(total / (total**2 + 15) ** 0.5, abs=6e-5)
    assert scored["tone"][0] != 0


def test_no_word_is_undefined_and_an_empty_table_keeps_its_dtypes():
    assert tone.score_sentences(table("", "  ", "the"))["tone"].isna().tolist() == [True, True, False]
    empty = tone.score_sentences(table().head(0))
    assert len(empty) == 0
    assert empty[["tone", "tone_event_adjusted"]].dtypes.astype(str).tolist() == ["float64", "float64"]


def test_a_sentence_scores_the_same_in_any_company():
    texts = ["The war was terrible, but the deal is good!", "No good came of it.", "GOOD news", "but", ""]
    alone = [tone.score_sentences(table(text))["tone"][0] for text in texts]
    np.testing.assert_array_equal(tone.score_sentences(table(*texts))["tone"], alone)


# ---- events


def test_event_words_and_names_do_not_count():
    texts = ("Two were killed in the attack.", "The United Front met the Security Council.", "Grant Joy won fans.")
    scored = tone.score_sentences(table(*texts))
    assert (scored["tone"] != 0).all()
    assert (scored["tone_event_adjusted"][:2] == 0).all()
    judged = tone.score_sentences(table("The reckless attack was a disgrace."))
    assert judged["tone"][0] < judged["tone_event_adjusted"][0] < -0.4


def test_your_own_event_words():
    own = pd.DataFrame({"word": ["disgrace"], "kind": ["mine"]})
    scored = tone.score_sentences(table("The attack was a disgrace."), event_words=own)
    alone = tone.score_sentences(table("The attack"))
    assert scored["tone_event_adjusted"][0] == alone["tone"][0] < 0


def test_events_apart_from_judgements():
    """Same judgements on different events come nearer; opposite judgements on one event stay apart."""
    praise = "The minister acted wisely and with courage. His plan is brilliant. We admire it."
    blame = "The minister acted foolishly and like a coward. His plan is ridiculous. We despise it."
    war = "Rebels attacked the town. Forty were killed in the war. The bombs destroyed a school."
    fair = "The fair opened on Monday. Forty stalls stood in the square. A band played."
    pieces = {"war+": war + " " + praise, "fair+": fair + " " + praise, "war-": war + " " + blame}
    documents = pd.DataFrame({"doc_id": list(pieces), "text": list(pieces.values())}).astype("str")
    means = (
        tone.score_sentences(analysis.split_sentences(documents))
        .groupby("doc_id")[["tone", "tone_event_adjusted"]]
        .mean()
    )
    same = (means.loc["war+"] - means.loc["fair+"]).abs()
    opposite = (means.loc["war+"] - means.loc["war-"]).abs()
    assert same["tone_event_adjusted"] < same["tone"] / 2
    assert opposite["tone_event_adjusted"] >= opposite["tone"] > 0.3


# ---- lists


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("token\ngood\n", r"list.csv, line 1: column valence is missing"),
        ("token,valence\ngood,2\nbad,low\n", r"list.csv, line 3: valence 'low' of 'bad' is not a number"),
        ("# mine\ntoken,valence\ngood,2\ngood,1\n", r"list.csv, line 4: good stands already on line 3"),
        ("token,valence\ngood,inf\n", r"list.csv, line 2: valence 'inf'"),
    ],
)
def test_a_faulty_valence_list_is_named_with_its_line(tmp_path, text, message):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        tone.score_sentences(table("good"), valence=path)


def test_a_faulty_event_list_is_named_with_its_line(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("word,kind\nwar,conflict\nwar,crime\n", encoding="utf-8")
    with pytest.raises(ValueError, match="events.csv, line 3: war stands already on line 2"):
        tone.score_sentences(table("good"), event_words=path)
    path.write_text("term\nwar\n", encoding="utf-8")
    with pytest.raises(ValueError, match="events.csv, line 1: column word is missing; found term"):
        tone.score_sentences(table("good"), event_words=path)


def test_unknown_rules_and_missing_columns():
    with pytest.raises(ValueError, match="rules: 'new' is not known; use 'vader' or 'repaired'"):
        tone.score_sentences(table("good"), rules="new")
    with pytest.raises(ValueError, match="sentences: column text is missing"):
        tone.score_sentences(table("good").drop(columns="text"))


# ---- counts


DOCUMENTS = pd.DataFrame({"doc_id": ["a", "b", "c"], "outlet": ["X", "Y", "Z"]}).astype("str")
COUNTS = pd.DataFrame(
    [
        ("a", "good", 3, 1), ("a", "war", 2, 0), ("a", "the", 5, 0), ("b", "good", 1, 0), ("b", "bad", 3, 0),
        ("b", "war", 2, 0), ("b", "may", 2, 0), ("b", "the", 2, 0), ("c", "the", 4, 0),
    ],
    columns=["doc_id", "word", "count", "quoted_count"],
)  # fmt: skip


def test_word_shift_by_hand():
    """X: good 2 of 4, war 2 of 4 (own words); Y: good 1, bad 3, war 2 of 6. Valences 1.9, -2.5, -2.9 (VADER)."""
    shift = tone.word_shift(COUNTS, DOCUMENTS, "X", "Y").set_index("word")
    mean_y = (1.9 - 3 * 2.5 - 2 * 2.9) / 6
    assert shift.loc["good", "contribution"] == pytest.approx((1.9 - mean_y) * (2 / 4 - 1 / 6))
    assert shift.loc["bad", "contribution"] == pytest.approx((-2.5 - mean_y) * (0 - 3 / 6))
    assert shift["contribution"].sum() == pytest.approx((2 * 1.9 - 2 * 2.9) / 4 - mean_y)
    assert shift["difference"].iloc[0] == pytest.approx(shift["contribution"].sum())
    assert shift["type"].to_dict() == {"good": "more positive", "bad": "less negative", "war": "more negative"}


def test_word_shift_shares_are_of_the_valued_words_and_the_largest_part_comes_first():
    own = pd.DataFrame({"token": ["good", "bad", "war"], "valence": [2, -2, -3]})
    shift = tone.word_shift(COUNTS.iloc[::-1], DOCUMENTS, "Y", valence=own)
    # Y: good 1, bad 3, war 2 of 6; all others, without quotations: good 2, war 2 of 4, mean (2 - 3) / 2
    assert shift["word"].tolist() == ["good", "bad", "war"]
    assert shift[["count_target", "count_reference"]].values.tolist() == [[1, 2], [3, 0], [2, 2]]
    assert shift["share_target"].tolist() == pytest.approx([1 / 6, 3 / 6, 2 / 6])
    assert shift["share_reference"].tolist() == pytest.approx([2 / 4, 0, 2 / 4])
    parts = [2.5 * (1 / 6 - 2 / 4), -1.5 * 3 / 6, -2.5 * (2 / 6 - 2 / 4)]
    assert shift["contribution"].tolist() == pytest.approx(parts)
    assert shift["type"].tolist() == ["less positive", "more negative", "less negative"]
    assert shift.index.tolist() == [0, 1, 2]
    # used as often: not more; at the mean of the reference: not above; good is 0.25 above it
    alike = pd.DataFrame({"doc_id": list("aabb"), "word": ["good", "war"] * 2, "count": [1, 1, 2, 2]})
    for level, types in (([1, 1], ["negative"] * 2), ([1.5, 1], ["positive", "negative"])):
        own_level = pd.DataFrame({"token": ["good", "war"], "valence": level})
        kinds = tone.word_shift(alike, DOCUMENTS, "X", "Y", valence=own_level).set_index("word")["type"]
        assert kinds[["good", "war"]].tolist() == [f"less {kind}" for kind in types]
    none = tone.word_shift(COUNTS, DOCUMENTS, "Z", "X", valence=own)
    assert none["difference"].isna().all() and none["share_target"].isna().all()
    assert none["share_reference"].tolist() == pytest.approx([2 / 4, 2 / 4])
    bare = COUNTS.drop(columns="quoted_count")  # then all words count
    counted = tone.word_shift(bare, DOCUMENTS, "X", "Y", valence=own).set_index("word")["count_target"]
    assert counted.to_dict() == {"good": 3, "bad": 0, "war": 2}


def test_word_shift_of_every_group_leaves_words_out_and_is_undefined_without_words():
    shift = tone.word_shift(COUNTS[COUNTS["word"] != "war"], DOCUMENTS)
    assert "war" not in set(shift["word"])
    assert set(shift["target"]) == {"X", "Y", "Z"}
    parts = shift.groupby("target").agg(parts=("contribution", "sum"), whole=("difference", "first"))
    assert parts.loc[["X", "Y"], "parts"].tolist() == pytest.approx(parts.loc[["X", "Y"], "whole"].tolist())
    assert shift.loc[shift["target"] == "Z", ["contribution", "difference"]].isna().all(axis=None)
    with pytest.raises(ValueError, match="target: no outlet 'W'; nearest: 'X', 'Y', 'Z'"):
        tone.word_shift(COUNTS, DOCUMENTS, "W")
    many = pd.DataFrame({"doc_id": list("abcdef"), "outlet": [f"Wave {i}" for i in range(6)]})
    for name, near in (("§", "'Wave 0', 'Wave 1', 'Wave 2'"), ("Wave", "'Wave 5', 'Wave 4', 'Wave 3'")):
        with pytest.raises(ValueError, match=rf"reference: no outlet '{name}'; nearest: {near}$"):
            tone.word_shift(COUNTS, many, "Wave 1", name)
    with pytest.raises(ValueError, match="word_counts: doc_id 'c' is not in documents"):
        tone.word_shift(COUNTS, DOCUMENTS.head(2))


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["good", "bad", "war", "great", "the"]), st.integers(1, 9))
    )
)
@settings(max_examples=25, deadline=None)
def test_word_shift_parts_sum_to_the_difference_of_the_means(rows):
    counts = pd.DataFrame(rows, columns=["doc_id", "word", "count"]).astype({"doc_id": "str", "word": "str"})
    value = pd.Series({"good": 1.9, "bad": -2.5, "war": -2.9, "great": 3.1})
    own = value.rename_axis("token").rename("valence").reset_index()
    shift = tone.word_shift(counts, DOCUMENTS, "X", "Y", valence=own)
    means = []
    for doc in "ab":
        own = counts[(counts["doc_id"] == doc) & counts["word"].isin(value.index)]
        means.append(np.average(value[own["word"]], weights=own["count"]) if len(own) else np.nan)
    if len(shift):
        np.testing.assert_allclose(shift["contribution"].sum(skipna=False), means[0] - means[1], atol=1e-12)


def test_loaded_words_with_rates_of_own_words():
    loaded = tone.count_loaded_words(COUNTS, DOCUMENTS).set_index("outlet")
    assert loaded.loc["Y", ["kind", "word", "count", "n_words"]].tolist() == ["hedge", "may", 2, 10]
    assert loaded.loc["Y", "per_thousand"] == 200
    assert loaded.loc["X", "count"] == 0
    assert list(loaded) == ["kind", "word", "count", "quoted_count", "n_words", "per_thousand", "valence_per_thousand"]
    quoted = COUNTS.replace({"word": {"the": "may"}}).assign(quoted_count=[1, 0, 5, 0, 0, 0, 1, 2, 4])
    rows = tone.count_loaded_words(quoted, DOCUMENTS.iloc[::-1])
    assert rows[["outlet", "count", "quoted_count", "n_words"]].values.tolist() == [
        ["X", 0, 5, 4],
        ["Y", 1, 3, 7],
        ["Z", 0, 4, 0],
    ]
    assert rows["per_thousand"].tolist() == pytest.approx([0, 1000 / 7, np.nan], nan_ok=True)
    assert rows.index.tolist() == [0, 1, 2]
    events = tone.count_loaded_words(COUNTS, DOCUMENTS, words="event_words").set_index(["outlet", "word"])
    two = tone.count_loaded_words(COUNTS, DOCUMENTS, words=pd.DataFrame({"word": ["war", "good"]}))
    assert two[["outlet", "word"]].agg(" ".join, axis=1).to_dict() == dict(
        enumerate(["X good", "X war", "Y good", "Y war", "Z good", "Z war"])
    )
    assert events.loc[("X", "war"), "valence_per_thousand"] == pytest.approx(-2.9 * 2 / 9 * 1000)


def test_entries_of_several_words_need_the_tokens():
    documents = DOCUMENTS.head(1).assign(text="Of course it is. Of, course. A course of course.")
    tokens = analysis.tokenize(documents)
    counts = analysis.count_words(tokens)
    assert "of course" not in set(tone.count_loaded_words(counts, documents)["word"])
    loaded = tone.count_loaded_words(counts, documents, tokens=tokens).set_index("word")
    assert loaded.loc["of course", "count"] == 2


def test_a_month_or_a_name_is_no_hedge_where_the_tokens_tell():
    documents = pd.concat([DOCUMENTS.head(1)] * 2).assign(doc_id=["a", "b"])
    documents["text"] = ["He may go", "May I go? In May, Ann May, 40, said: “May we?” It is in May."]
    tokens = analysis.tokenize(documents)
    counts = analysis.count_words(tokens)
    may = [tone.count_loaded_words(counts, documents, tokens=t).set_index("word").loc["may"] for t in (None, tokens)]
    assert [(row["count"], row["quoted_count"]) for row in may] == [(5, 1), (2, 1)]


def test_a_sentence_of_signs_has_no_tone_but_a_smile_has():
    scored = tone.score_sentences(table("* * *", "…", "!!!", "42", "The dam is old.", ":)", "* :( *"))
    assert scored["tone"].isna().tolist() == scored["tone_event_adjusted"].isna().tolist() == [True] * 3 + [False] * 4
    assert np.sign(scored["tone"].tolist()[3:]).tolist() == [0, 0, 1, -1]


def test_an_article_of_quotations_alone_shares_no_event_word():
    counts = pd.DataFrame({"doc_id": list("ab"), "word": "good", "count": 6, "quoted_count": [0, 6]})
    documents = pd.DataFrame({"doc_id": list("ab"), "outlet": list("XY")})
    assert tone.shared_event_words(counts.assign(quoted_count=0), documents)["word"].tolist() == ["good"]
    assert not len(tone.shared_event_words(counts, documents))


@pytest.mark.parametrize("block", [1, 2, 3])
def test_scores_do_not_depend_on_blocks_or_the_order_of_mentions(monkeypatch, block):
    sentences = table("Orrin and Dovra lied to Maddock.", "Dovra praised the honest Orrin and the brave Maddock.")
    mentions = find(sentences, "Orrin", "Dovra", "Maddock", "honest")  # a name of a common word hides it
    whole = tone.score_targets(mentions, sentences)
    monkeypatch.setattr(target_tone, "BLOCK", block)
    for order in (mentions, mentions.iloc[[6, 3, 0, 5, 2, 4, 1]]):
        pd.testing.assert_frame_equal(tone.score_targets(order, sentences), whole.loc[order.index])


def test_shared_event_words_are_used_alike_by_all():
    two = COUNTS[COUNTS["doc_id"] != "c"]
    shared = tone.shared_event_words(two, DOCUMENTS.head(2), minimum=3)
    assert set(shared["word"]) == {"war", "good"}
    assert set(tone.shared_event_words(two, DOCUMENTS.head(2), minimum=3, ratio=1.1)["word"]) == {"war"}
    assert len(tone.shared_event_words(COUNTS, DOCUMENTS, minimum=1)) == 0  # Z uses none of them
    # X: war 2 in 9 words, Y 2 in 10: 4 in 19 together
    war = tone.shared_event_words(two, DOCUMENTS.head(2), minimum=4, ratio=1.1).iloc[0]
    assert war.tolist() == ["war", "shared", pytest.approx(2e5), pytest.approx(2 / 9 * 1e6)]
    assert len(tone.shared_event_words(two, DOCUMENTS.head(2), minimum=5, ratio=1.1)) == 0
    # 1 in 8 words is half of 4 in 16; 4 in 8 is twice 8 in 32
    for counts, ratio, n in (
        ([3, 5, 1, 7], 2, 1), ([3, 5, 1, 7], 1.99, 0), ([4, 4, 4, 20], 2, 1), ([4, 4, 4, 20], 1.99, 0),
    ):  # fmt: skip
        edge = pd.DataFrame({"doc_id": list("aabb"), "word": ["war", "the"] * 2, "count": counts})
        assert len(tone.shared_event_words(edge, DOCUMENTS.head(2), minimum=4, ratio=ratio)) == n
    edge["count"] = [3, 5, 2, 8]  # 5 in all, not more than twice as often: the defaults let it pass
    assert len(tone.shared_event_words(edge, DOCUMENTS.head(2))) == 1
    edge["count"] = [2, 6, 2, 6]
    assert len(tone.shared_event_words(edge, DOCUMENTS.head(2))) == 0
    scored = tone.score_sentences(table("a good war"), event_words=shared)
    assert scored["tone_event_adjusted"][0] == 0 != scored["tone"][0]


# ---- toward a target


SAID = (
    "{A} accused {B} of lying about the terrible deal.",
    "{B} was praised by {A} for a brave decision, but critics attacked the plan.",
    "Critics say {A} lied, while {B} won wide praise.",
    "“{A} is a liar,” said {B}.",
    "{A} failed.",
)


def test_names_change_no_score():
    scores = []
    for a, b in (("Ann Lee", "Bob Ray"), ("Trump", "Joe Biden"), ("Joy", "the United Front"), ("al-Sadr", "Grant")):
        sentences = table(*(text.format(A=a, B=b) for text in SAID))
        scores.append(tone.score_targets(find(sentences, a, b), sentences)["target_tone"])
    for one, other in pairwise(scores):
        pd.testing.assert_series_equal(one, other)


def test_outlet_and_other_columns_change_no_score():
    sentences = table(*(text.format(A="Ann Lee", B="Bob Ray") for text in SAID))
    mentions = find(sentences, "Ann Lee", "Bob Ray")
    other = mentions.assign(outlet="X", actor="somebody", surface="Y")
    assert tone.score_targets(mentions, sentences)["target_tone"].equals(
        tone.score_targets(other, sentences)["target_tone"]
    )


def test_who_does_what_to_whom():
    sentences = table(
        "Voters admire Ann Lee.", "Ann Lee lied.", "Ann Lee was praised.", "Judges blamed Ann Lee, not Bob Ray.",
        "Ann Lee won, but Bob Ray was humiliated.", "On Monday Ann Lee arrived.",
    )  # fmt: skip
    scored = tone.score_targets(find(sentences, "Ann Lee", "Bob Ray"), sentences).set_index(["doc_id", "actor"])
    value = scored["target_tone"]
    assert value["0", "Ann Lee"] > 0.2
    assert value["1", "Ann Lee"] < -0.5
    assert value["2", "Ann Lee"] > 0.2
    assert value["3", "Ann Lee"] < -0.2
    assert value["4", "Ann Lee"] > value["4", "Bob Ray"]
    assert scored.loc[("5", "Ann Lee"), "target_label"] == 0


def test_a_score_can_be_taken_apart():
    sentences = table(*(text.format(A="Ann Lee", B="Bob Ray") for text in SAID))
    mentions = find(sentences, "Ann Lee", "Bob Ray")
    mentions.index = range(10, 10 + len(mentions))
    scored = tone.score_targets(mentions, sentences)
    parts = tone.explain_targets(mentions, sentences)
    tones, neutral = (parts.groupby("mention")[c].sum() for c in ("tone", "neutral"))
    powers = np.exp([-tones / 2, neutral, tones / 2])
    np.testing.assert_allclose(scored["target_tone"], (powers[2] - powers[0]) / powers.sum(axis=0))
    assert (scored["target_label"] == powers.argmax(axis=0) - 1).all()
    assert {"accused", "lying", target_tone.CONSTANT} <= set(parts.loc[parts["mention"] == 10, "word"])


def test_nothing_said_and_nobody_mentioned():
    sentences = table("Ann Lee.", "Ann Lee won.")
    scored = tone.score_targets(find(sentences, "Ann Lee"), sentences)
    assert scored["target_tone"].isna().tolist() == [True, False]
    assert scored["target_label"][0] == 0
    none = tone.score_targets(find(sentences, "Zoe"), sentences)
    assert none["target_tone"].dtype == "float64"
    assert len(none) == 0
    lost = find(sentences, "Ann Lee").assign(sentence_id=7)
    assert tone.score_targets(lost, sentences)["target_tone"].isna().all()
    assert tone.score_targets(find(sentences, "Ann Lee"), table())["target_tone"].isna().all()
    with pytest.raises(ValueError, match="mentions: column sentence_id is missing"):
        tone.score_targets(lost.drop(columns="sentence_id"), sentences)


def test_tokens_at_hand_give_the_same_scores(sample):
    documents, features = sample
    sentences = analysis.split_sentences(documents)
    again = tone.score_targets(features.mentions, sentences, tokens=analysis.tokenize(documents))
    np.testing.assert_allclose(again["target_tone"], tone.score_targets(features.mentions, sentences)["target_tone"])
    assert again["target_tone"].between(-1, 1).all()


@pytest.mark.skipif(not NEWSMTSC.exists(), reason="../shared/testdata/newsmtsc is not there")
@pytest.mark.parametrize("name", ["dev_rw", "dev_mt"])
def test_the_page_states_macro_f1_on_newsmtsc(name):
    rows = [json.loads(line) for line in (NEWSMTSC / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    sentences = table(*(row["sentence"] for row in rows))
    mentions = pd.DataFrame(rows)[["start", "end"]].assign(doc_id=sentences["doc_id"], sentence_id=0)
    label = tone.score_targets(mentions, sentences)["target_label"].to_numpy()
    gold = np.array([row["polarity"] for row in rows])
    f1 = [2 * ((label == c) & (gold == c)).sum() / ((label == c).sum() + (gold == c).sum()) for c in (-1, 0, 1)]
    stated = re.search(rf"^\| {name} \| ([\d.]+) \|", PAGE, re.M).group(1)
    assert 100 * np.mean(f1) == pytest.approx(float(stated), abs=0.6)
    assert 100 * np.mean(f1) >= 64 - 0.6  # the bar, less what one changed token may cost


@pytest.mark.skipif(not NEWSMTSC.exists(), reason="../shared/testdata/newsmtsc is not there")
def test_the_page_states_the_calibration_on_newsmtsc():
    lines = "".join((NEWSMTSC / f"{name}.jsonl").read_text(encoding="utf-8") for name in ("dev_rw", "dev_mt"))
    rows = pd.DataFrame([json.loads(line) for line in lines.splitlines()])
    sentences = table(*rows["sentence"])
    mentions = rows[["start", "end"]].assign(doc_id=sentences["doc_id"], sentence_id=0)
    score = tone.score_targets(mentions, sentences)["target_tone"]
    number = r"(−?[\d.]+)"
    stated = re.findall(rf"^\| {number} to {number} \| (\d+) \| {number} \|$", PAGE, re.M)
    assert len(stated) == 5
    for low, high, count, mean in (map(float, (part.replace("−", "-") for part in row)) for row in stated):
        inside = rows.loc[score.between(low, high), "polarity"]
        assert abs(len(inside) - count) <= 6 and inside.mean() == pytest.approx(mean, abs=0.03), (low, high)


def test_the_model_is_small_and_holds_no_names():
    words, weights = target_tone.load_weights()
    assert len(words) < 5000
    assert weights.shape == (len(words), len(target_tone.PLACES), 2)
    assert not set(words) & {"trump", "biden", "obama", "clinton", "putin", "fox", "cnn", "democrats", "republican"}


def test_tone_toward_needs_enough_mentions():
    mentions = pd.DataFrame(
        {"actor": ["A"] * 6 + ["B"], "outlet": ["X"] * 6 + ["Y"], "in_quote": [False] * 5 + [True, False]}
    )
    mentions["target_tone"] = [0.1, 0.2, 0.3, 0.4, 0.5, -1.0, 0.9]
    table = tone.tone_toward(mentions)
    assert table["n_mentions"].tolist() == [5, 1]
    assert table["target_tone"][0] == pytest.approx(0.3)
    assert np.isnan(table["target_tone"][1])
    assert table["note"].tolist() == ["", "fewer than 5 mentions"]
    assert tone.tone_toward(mentions, minimum=6)["target_tone"].isna().all()
    assert tone.tone_toward(mentions.drop(columns="in_quote"))["n_mentions"].tolist() == [6, 1]
    unused = mentions.assign(actor=pd.Categorical(mentions["actor"], ["A", "B", "C"]))
    assert tone.tone_toward(unused)["n_mentions"].tolist() == [5, 1]
    assert tone.tone_toward(mentions)[["actor", "outlet"]].values.tolist() == [["A", "X"], ["B", "Y"]]


def test_pairs_of_the_sample_corpus(sample):
    """Two reviews pass the same judgements on a strike and on a fair; two texts opposite ones on one grain order."""
    means = sample[1].sentences.groupby("doc_id")[["tone", "tone_event_adjusted"]].mean()
    same = (means.loc["harrow-1-dam"] - means.loc["harrow-3-bridge"]).abs()
    opposite = (means.loc["harrow-2-grain"] - means.loc["dst-2-grain"]).abs()
    assert same["tone_event_adjusted"] < 0.7 * same["tone"]
    assert opposite["tone_event_adjusted"] >= opposite["tone"] > 0.5


def test_articles_without_an_outlet_stand_for_themselves_in_word_shift_and_loaded_words():
    documents = DOCUMENTS.assign(outlet=pd.Series(["X", None, ""], dtype="str"))
    bare = DOCUMENTS.assign(outlet=pd.Series([None] * 3, dtype="str"))
    for table, groups in ((documents, ["X", "b", "c"]), (bare, ["a", "b", "c"])):
        shift = tone.word_shift(COUNTS, table, by=["outlet"])
        assert shift["target"].unique().tolist() == groups
        named = table.assign(outlet=groups)
        pd.testing.assert_frame_equal(shift, tone.word_shift(COUNTS, named))
        loaded = tone.count_loaded_words(COUNTS, table, words="event_words")
        pd.testing.assert_frame_equal(loaded, tone.count_loaded_words(COUNTS, named, words="event_words"))
    mentions = documents.assign(actor="A", target_tone=[0.1, 0.2, 0.3])
    assert tone.tone_toward(mentions, by=["outlet"], minimum=1)["outlet"].tolist() == ["X", "b", "c"]


def test_word_shift_takes_lists_of_groups_and_no_target_as_its_own_reference():
    every, rest = tone.word_shift(COUNTS, DOCUMENTS), tone.word_shift(COUNTS, DOCUMENTS, "X", ["Y", "Z"])
    pd.testing.assert_frame_equal(rest, every[every["target"] == "X"].reset_index(drop=True))
    pd.testing.assert_frame_equal(tone.word_shift(COUNTS, DOCUMENTS, ["X", "Y", "Z"]), every)
    pd.testing.assert_frame_equal(tone.word_shift(COUNTS, DOCUMENTS, "X", ["X", "Y", "Z"]), rest)
    assert set(tone.word_shift(COUNTS, DOCUMENTS, reference="Y")["target"]) == {"X", "Z"}
    for arguments, message in (
        (("X", "X"), "reference: 'X' is the target itself"),
        ((["X", "V"],), "target: no outlet 'V'; nearest: 'X', 'Y', 'Z'"),
        ((1,), "target: no outlet '1'"),
        ((None, ["X", "Y", "Z"]), "target: no outlet is left to compare"),
    ):
        with pytest.raises(ValueError, match=message):
            tone.word_shift(COUNTS, DOCUMENTS, *arguments)


def test_whole_articles_are_not_scored_as_sentences():
    with pytest.raises(ValueError, match="sentences: column sentence_id is missing; found doc_id, text"):
        tone.score_sentences(pd.DataFrame({"doc_id": ["a"], "text": ["A good day."]}))


@pytest.mark.parametrize("rules", ["vader", "repaired"])
def test_some_of_the_sentences_score_as_among_all(rules):
    texts = ["A good day.", "", "It was\u2003bad\u00a0– really bad!", None, "No, not a great\u2028loss", "Dreadful"]
    sentences = pd.DataFrame({"doc_id": "a", "sentence_id": range(6), "text": pd.array(texts, "str")})
    whole = tone.score_sentences(sentences, rules=rules)
    assert whole["tone"].notna().sum() == 4
    for some in (sentences.iloc[2:5], sentences.iloc[4:], sentences.iloc[3:4], sentences.iloc[:0]):
        pd.testing.assert_frame_equal(tone.score_sentences(some, rules=rules), whole.loc[some.index])
