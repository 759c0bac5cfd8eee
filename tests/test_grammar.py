"""What the rules on quotations see in tokens and phrases. Expected values: read off the sentences."""

import numpy as np
import pandas as pd

from analysis import grammar, phrases, text


def read(article, cues=("said", "report")):
    documents = pd.DataFrame({"doc_id": ["a"], "text": [article]}).astype("str")
    paragraphs = pd.DataFrame(
        [("a", 0, 0, len(article), "body", "")], columns=["doc_id", "paragraph_id", "start", "end", "kind", "rule"]
    )
    tokens = text.tokenize(documents, paragraphs)
    return grammar.read_tokens(tokens, cues), tokens["token"].astype("str").tolist()


def words(printed, mask):
    return [token for token, holds in zip(printed, mask, strict=False) if holds]


def test_last_next_and_number_of_places():
    places = grammar.find_places(np.array([False, True, False, False, True]))
    assert grammar.find_last(places, np.array([-2, -1, 0, 1, 3, 9])).tolist() == [-1, -1, -1, 1, 1, 4]
    assert grammar.find_next(places, np.array([-1, 1, 2, 5, 9])).tolist() == [1, 1, 4, grammar.BEYOND, grammar.BEYOND]
    assert grammar.count_places(places, np.array([0, 2]), np.array([5, 4])).tolist() == [2, 0]


def test_kinds_of_words_and_what_is_no_word_of_the_sentence():
    w, printed = read("DUNAU, Elba (RTV) — Sen. Anna von der Aue, R-Elba, said the dam will hold.")
    named = words(printed, grammar.is_kind(w, grammar.ALL, "name"))
    assert named == ["Sen", ".", "Anna", "von", "der", "Aue"]
    assert words(printed, grammar.is_kind(w, grammar.ALL, "adverb")) == [",", "R-Elba", ","]
    assert words(printed, grammar.is_kind(w, grammar.ALL, "punctuation"))[:4] == ["DUNAU", ",", "Elba", "("]
    assert words(printed, grammar.is_kind(w, grammar.ALL, "determiner", "auxiliary")) == ["the", "will"]


def test_forms_whole_and_by_their_ends():
    w, printed = read("They're working, they said, with the theys of these workings.")
    assert words(printed, grammar.is_form(w, grammar.ALL, "they'-")) == ["They're"]
    assert words(printed, grammar.is_form(w, grammar.ALL, "they", "-ing")) == ["working", "they"]


def test_a_form_after_an_article_or_behind_a_preposition_is_a_noun():
    w, printed = read("They report it. The report is old, as by report.")
    at = np.flatnonzero(w.cue)
    assert grammar.is_noun(w, at, True, w.low[at], True).tolist() == [False, True, True]
    w, _ = read(
        "Two reports fell in added time. The clerks of the game show it. One says so.",
        ("reports", "added", "show", "says"),
    )
    at = np.flatnonzero(w.cue)
    assert grammar.is_noun(w, at, np.array([0, 0, 1, 0]) > 0, w.low[at], True).tolist() == [True, True, False, False]


def test_phrases_before_and_after_a_verb():
    w, printed = read("The head of the River Guild said. Then said the mayor of Elba, Anna Weiss.")
    at = np.flatnonzero(w.cue)
    low, high = w.low[at], w.high[at]
    (before, _), (_, after) = phrases.phrase_before(w, at - 1, low), phrases.phrase_after(w, at + 1, high)
    start, name, name_end, end = before
    assert (printed[start:end], printed[name:name_end]) == (["The", "head"], ["head"])  # of the guild: up the chain
    start, name, name_end, end = after
    assert (printed[start], printed[name:name_end], end) == ("the", ["Anna", "Weiss"], high[1])
