"""One folding in one place: the same article in another house style gives the same figures."""

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis
from analysis import typography
from analysis.typography import fold

ARTICLE = """The council of Varnby voted on Monday to close the harbour – the last on the coast.

"We had no choice," said Mayor Tove Lind. "The sea doesn't wait. It never did."

Lind's critics disagree. "It's a 'gift' to the builders," Per Aske told reporters – he lives by the harbour. \
He called the vote "shameful" and the mayor's plan "a bad joke". Most people in Varnby don't trust the US firm, \
and the U.S. embassy won't comment.

"What happens next?" Lind asked. Nobody knows – not even the builders."""


def guillemets(opening, closing):
    def restyle(text):
        text = re.sub(r'"([^"]*)"', rf"{opening}\1{closing}", text)
        return re.sub(r"(?<![a-z])'([^']*)'(?![a-z])", "‹\\1›", text)

    return restyle


STYLES = {
    "curly": lambda t: guillemets("“", "”")(t).replace("‹", "‘").replace("›", "’").replace("'", "’"),
    "guillemets": guillemets("«", "»"),
    "spaced guillemets": guillemets("«\u00a0", "\u00a0»"),
    "guillemets with thin spaces": guillemets("«\u202f", "\u202f»"),
    "german": lambda t: guillemets("„", "“")(t).replace("‹", "‚").replace("›", "‘"),
    "long dash": lambda t: t.replace(" – ", "—"),
    "spaced long dash": lambda t: t.replace("–", "—"),
    "double hyphen": lambda t: t.replace("–", "--"),
    "no-break spaces": lambda t: t.replace(" ", "\u00a0"),
    "thin spaces": lambda t: t.replace(" ", "\u2009"),
}


def figures(text):
    documents = pd.DataFrame({"doc_id": ["a"], "outlet": ["x"], "text": pd.Series([text], dtype="str")})
    actors = pd.DataFrame({"actor": ["Tove Lind", "Per Aske"], "alias": ["Tove Lind", "Per Aske"]})
    tokens = analysis.tokenize(documents)
    features = analysis.extract_features(documents, actors)
    words = tokens.loc[tokens["is_word"], ["sentence_id", "word", "in_quote"]].astype({"word": "str"})
    sentences = features.sentences.drop(columns=["start", "end", "text"], errors="ignore")
    quotes = features.quotes[["sentence_id", "kind", "speaker", "actor", "cue", "n_words"]]
    return {
        "words": words.reset_index(drop=True),
        "sentences": sentences,
        "mentions": features.mentions[["sentence_id", "actor", "form", "in_quote", "target_tone"]],
        "quotes": quotes.assign(speaker=quotes["speaker"].map(fold, na_action="ignore")),  # a speaker is as printed
        "readability": analysis.readability(features.sentences),
    }


@pytest.fixture(scope="module")
def plain():
    return figures(ARTICLE)


def test_plain_style_is_what_a_reader_counts(plain):
    assert plain["words"]["sentence_id"].max() + 1 == 10
    assert plain["words"]["word"].tolist().count("u.s.") == 2
    assert len(plain["mentions"]) >= 2 and len(plain["quotes"]) >= 6


@pytest.mark.parametrize("style", STYLES)
def test_house_style_changes_no_figure(plain, style):
    styled = STYLES[style](ARTICLE)
    assert styled != ARTICLE
    for name, table in figures(styled).items():
        pd.testing.assert_frame_equal(table, plain[name], obj=name)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(), st.text(st.sampled_from("".join(typography.FOLDS.values()) + "a \n"))))
def test_fold_keeps_length_and_is_idempotent(text):
    folded = fold(text)
    assert len(folded) == len(text) and fold(folded) == folded
    assert not set(folded) & set("".join(typography.FOLDS.values()))


def test_fold_by_example():
    assert fold("“Don’t”, «he»\u00a0said – ‘co‑op’") == '"Don\'t", "he" said – \'co-op\''
    assert fold("a—b–c-d") == "a—b–c-d"  # dashes are no hyphens


def test_classes_are_those_of_unicode():
    kinds = typography.classify(typography.np.array([ord(c) for c in "aЯ5²'’-‑.,—”\u00a0\n\x00\u0301\u200b"]))
    names = (
        *("LETTER", "LETTER", "DIGIT", "DIGIT", "APOSTROPHE", "APOSTROPHE", "HYPHEN", "HYPHEN", "PERIOD", "COMMA"),
        *("MARK", "MARK", "SPACE", "SPACE", "SPACE", "ATTACHED", "ATTACHED"),
    )
    assert kinds.tolist() == [getattr(typography, name) for name in names]


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_code_points_are_decoded(text):
    data = typography.np.frombuffer(text.encode(), "uint8")
    at = typography.np.flatnonzero((data & 0xC0) != 0x80)
    points, size = typography.code_points(data, at)
    assert points.tolist() == [ord(c) for c in text]
    assert size.tolist() == [len(c.encode()) for c in text]
