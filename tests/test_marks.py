"""Pairing of quotation marks. The expected spans follow from how each text was put together."""

import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import marks

STYLES = {  # outer pair, inner pair
    "straight": ('""', "''"),
    "curly": ("“”", "‘’"),
    "german": ("„“", "‚‘"),
    "french": ("«»", "‹›"),
    "reversed": ("»«", "›‹"),
    "swedish": ("””", "’’"),
    "british": ("‘’", "“”"),
}


def table(*texts):
    return pd.DataFrame({"doc_id": [f"d{i}" for i in range(len(texts))], "text": texts}).astype("str")


def lines(documents):
    """Every line that is not blank as a body paragraph, whatever the rules on furniture say of such short texts."""
    rows = []
    for doc_id, text in zip(documents["doc_id"], documents["text"], strict=True):
        place = 0
        for n, line in enumerate(text.split("\n")):
            if line.strip():
                rows.append((doc_id, n, place, place + len(line.rstrip()), "body", ""))
            place += len(line) + 1
    return pd.DataFrame(rows, columns=["doc_id", "paragraph_id", "start", "end", "kind", "rule"])


def found(text):
    documents = table(text)
    spans = marks.quoted_spans(documents, lines(documents))
    return [(text[s.start : s.end], s.level, s.continued) for s in spans.itertuples()]


def words(text):
    return [quoted for quoted, _, _ in found(text)]


@pytest.mark.parametrize("style", STYLES)
def test_every_style_gives_the_same_spans(style):
    (o, c), (i, j) = STYLES[style]
    text = f"{o}The bridge is {i}quite safe{j} now,{c} the mayor said. {o}It isn’t,{c} said others."
    expected = [(f"The bridge is {i}quite safe{j} now,", 0, False), ("quite safe", 1, False), ("It isn’t,", 0, False)]
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("''It rained,'' he said, ``and it `poured' too.''", ["It rained,", "and it `poured' too.", "poured"]),
        ("'''Never,' she told me,'' he said.", ["'Never,' she told me,", "Never,"]),
        ("The boys' boats and the girls' oars, 'tis said, date from the '90s and from rock 'n' roll.", []),
        ("‘The boys’ boats sank,’ she said.", ["The boys’ boats sank,"]),
        ("'They're talkin' about it,' he said.", ["They're talkin' about it,"]),
        ('"He is 6\'2" tall," she said.', ["He is 6'2\" tall,"]),
        ("“He is 6’2” tall,” she said.", ["He is 6’2” tall,"]),
        ('"A 12" pipe burst," she said of the 12" pipe.', ['A 12" pipe burst,']),
        ("« Tout va bien », dit-il.", ["Tout va bien"]),
        ('—"yes"— ("no") "a""b"', ["yes", "no", "a", "b"]),
        ('a stray" mark, then "one" pair', ["one"]),
        ('<a id="7">She said "no" to it', ["no"]),
        ("the U.S.'s 'plan' and Hawai'i's O'Brien", ["plan"]),
        ('"', []),
        ("", []),
        ("''", []),
    ],
)
def test_marks_and_what_only_looks_like_them(text, expected):
    assert words(text) == expected


def test_each_paragraph_reopens_and_only_the_last_closes():
    text = "“We begin here.\n\n“We go on.\n\n“We end here,” he said. “Truly.”\n\n“Next.”"
    flags = [
        ("We begin here.", True),
        ("We go on.", True),
        ("We end here,", False),
        ("Truly.", False),
        ("Next.", False),
    ]
    assert [(quoted, on) for quoted, _, on in found(text)] == flags
    assert [on for _, _, on in found("‘One goes on.\n‘Two ends,’ he said.")] == [True, False]


def test_a_missing_mark_stays_in_its_paragraph():
    text = "He said: “it never ends. So we left.\n\nThe next paragraph is ours.\n\n“It does,” she said."
    assert words(text) == ["it never ends. So we left.", "It does,"]
    assert words('"It never ends, he said. "It does," she said.') == ["It never ends, he said.", "It does,"]


def test_only_the_body_is_looked_at():
    documents = table("“Headline”\n“Body”")
    paragraphs = lines(documents).assign(kind=["headline", "body"])
    spans = marks.quoted_spans(documents, paragraphs)
    assert spans[["start", "end"]].to_numpy().tolist() == [[12, 16]]


def test_offsets_are_code_points_and_documents_do_not_touch():
    first, second = "Zoë 🚢 “sails”", "“home” — naïve"
    spans = marks.quoted_spans(table(first, second), lines(table(first, second)))
    assert [t[a:b] for t, a, b in zip((first, second), spans["start"], spans["end"], strict=True)] == ["sails", "home"]
    assert spans["doc_id"].tolist() == ["d0", "d1"]
    assert spans["mark"].tolist() == ["“", "“"]


def test_empty_table_keeps_columns_and_dtypes():
    full = marks.quoted_spans(table("“a”"), lines(table("“a”")))
    for documents in (table(), table("no marks")):
        empty = marks.quoted_spans(documents, lines(documents))
        assert not len(empty)
        assert empty.dtypes.to_dict() == full.dtypes.to_dict()


WORD = st.sampled_from(["rain", "it's", "Zoë", "6", "boats' oars", "don’t", "U.S.", "well-known"])
PLAIN = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
INNER = st.tuples(PLAIN, PLAIN, PLAIN)
PIECE = st.one_of(PLAIN, st.tuples(st.just("quote"), st.one_of(PLAIN, INNER)))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(PIECE, min_size=1, max_size=5), min_size=1, max_size=4), st.sampled_from(sorted(STYLES)))
def test_what_was_quoted_is_found_in_any_style(paragraphs, style):
    (o, c), (i, j) = STYLES[style]
    text, expected = "", []
    for pieces in paragraphs:
        for piece in pieces:
            if isinstance(piece, str):
                text += piece + ", "
                continue
            content = piece[1]
            if isinstance(content, tuple):
                inner = content[1] + "!"
                content = f"{content[0]}, {i}{inner}{j} {content[2]}"
                offset = len(text) + 1 + content.index(i + inner) + 1
                expected.append((offset, offset + len(inner), 1))
            content += ","
            expected.append((len(text) + 1, len(text) + 1 + len(content), 0))
            text += f"{o}{content}{c} "
        text += "so.\n"
    documents = table(text)
    spans = marks.quoted_spans(documents, lines(documents))
    assert sorted(zip(spans["start"], spans["end"], spans["level"], strict=True)) == sorted(expected)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="\"'“”‘’«»„ ab.,1\n-é", max_size=60))
def test_any_text_gives_spans_that_nest_inside_paragraphs(text):
    documents = table(text)
    paragraphs = lines(documents)
    spans = marks.quoted_spans(documents, paragraphs)
    pairs = list(zip(spans["start"], spans["end"], strict=True))
    assert all("\n" not in text[a:b] and a < b for a, b in pairs)
    for (a, b), level in zip(pairs, spans["level"], strict=True):
        assert level == sum(x <= a and b <= y and (x, y) != (a, b) for x, y in pairs)
        assert not any(a < x < b < y for x, y in pairs)


def test_a_single_mark_left_open_does_not_reach_beyond_the_double_marks_around_it():
    documents = table("\"“'1“\n'1\"")
    spans = marks.quoted_spans(documents, lines(documents))
    assert spans[["start", "end", "level"]].to_numpy().tolist() == [[2, 4, 0]]


def test_a_million_opening_marks_take_linear_time():
    def seconds(n):
        documents = table('"a ' * n)
        paragraphs = lines(documents)
        start = time.process_time()
        assert len(marks.quoted_spans(documents, paragraphs)) == n
        return time.process_time() - start

    seconds(1000)
    assert seconds(1_000_000) < 40 * seconds(100_000) + 1
