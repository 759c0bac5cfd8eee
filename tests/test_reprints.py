"""Reprints: the annotated pairs, own texts of every kind of copying, MinHash against the exact way, bad input."""

import gzip
import json
from collections import namedtuple
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis
from analysis import reprints

SHARED = Path(__file__).parents[2] / "shared"
needs_pairs = pytest.mark.skipif(
    not (SHARED / "testdata/neardup").exists(), reason="../shared/testdata/neardup is absent"
)

# Three paragraphs of our own, and variants of them.
STORY = [
    "The harbour board of Linden voted on Tuesday to close the old ferry pier before winter, after divers found cracks "
    "in nine of its forty wooden posts and an engineer warned that ice could bring part of it down.",
    "Chairwoman Ada Morrow said the repair would cost 2.4 million crowns, a third of the yearly budget, and that the "
    "town could not pay for it alone. Fishermen who sell their catch on the pier will move to the northern quay.",
    "The island of Skerry, home to 310 people, is served from the railway dock twice a day until a new pier opens. "
    "Its mayor asked for a third crossing on school days, which the ferry company promised to consider in January.",
]
OTHER = [
    "A choir of retired miners from the Aster valley has won the national singing contest for the second year running, "
    "beating eleven younger groups with a programme of work songs and a single hymn.",
    "Conductor Piet Harlan, 81, called the prize a farewell and said that he would hand over his baton in the spring. "
    "The singers will tour the coast by bus and record an album in an empty grain silo whose echo they like.",
]


def corpus(**texts):
    return pd.DataFrame({"doc_id": list(texts), "text": ["\n\n".join(t) for t in texts.values()]})


def find(documents, **options):
    table = analysis.near_duplicates(documents, **options)
    return set(zip(table["doc_id"], table["other_doc_id"], strict=True))


def load_pairs():
    rows = [
        json.loads(line)
        for name in ("pairs", "pairs_real")
        for line in (SHARED / f"testdata/neardup/{name}.jsonl").read_text(encoding="utf-8").split("\n")
        if line
    ]
    texts = {r[f"{s}_id"]: r[s] for r in rows for s in "ab"}
    return pd.DataFrame(rows), pd.DataFrame({"doc_id": list(texts), "text": list(texts.values())})


@needs_pairs
def test_annotated_pairs_are_told_apart():
    pairs, documents = load_pairs()
    found = find(documents)
    hit = np.array([(a, b) in found or (b, a) in found for a, b in zip(pairs["a_id"], pairs["b_id"], strict=True)])
    copy, different = hit[pairs["label"] == 1], hit[pairs["label"] == 0]
    f1 = 2 * copy.sum() / (2 * copy.sum() + different.sum() + (~copy).sum())
    assert (
        f1 >= 0.985
    )  # the bar; 0.994 measured: all copies, and two corrections of one earnings notice labelled template
    assert not hit[pairs["kind"].isin(["same_topic", "shared_quotes_only"])].any()
    assert len(found) == hit.sum()  # no pair beyond the listed ones
    assert find(documents, method="minhash") == found


@needs_pairs
def test_shared_paragraphs_inside_other_stories_are_found_on_request():
    pairs, documents = load_pairs()
    embedded = pairs[pairs["kind"] == "embedded"]
    listed = documents[documents["doc_id"].isin([*embedded["a_id"], *embedded["b_id"]])]
    assert find(listed) == set()
    table = analysis.near_duplicates(listed, partial=True)
    assert len(table) == len(embedded) == 12
    assert table["cluster_id"].isna().all()


def test_kinds_of_copying():
    documents = corpus(
        whole=STORY,
        header=["By Nell Ostrander", "LINDEN (Coast Wire) –", *STORY, "Copyright Coast Wire. All rights reserved."],
        cut=STORY[:2],
        other=OTHER,
    )
    copies = {("whole", "header"), ("whole", "cut"), ("header", "cut")}
    for method in ("exact", "minhash"):
        assert find(documents, method=method) == copies
    table = analysis.near_duplicates(documents)
    assert table["cluster_id"].tolist() == [0, 0, 0]
    # every shingle of the cut version stands in the whole; the whole has those of the third paragraph besides
    cut = table.set_index(["doc_id", "other_doc_id"]).loc[("whole", "cut")]
    words = [len(reprints.WORD.findall(" ".join(t))) - 4 for t in (STORY, STORY[:2])]
    assert cut["shared_share"] == 1
    assert cut["similarity"] == pytest.approx(words[1] / words[0])


def test_typography_and_line_ends_make_no_difference():
    text = "\n\n".join(STORY).replace("Ada Morrow said", "Ada Morrow said the pier wasn't “safe” and that")
    plain = text.replace("“", '"').replace("”", '"').replace("\n\n", "\r\n \r\n").replace("'", "’")
    table = analysis.near_duplicates(pd.DataFrame({"doc_id": ["a", "b"], "text": [text, plain]}))
    assert table["similarity"].tolist() == [1.0]


def test_one_template_with_other_names_and_numbers_is_no_copy():
    legal = (
        "This notice contains forward-looking statements that involve unknown risks and the company does not "
        "undertake to update them whether as a result of new information or later events except as the law demands. "
    )
    notices = [
        f"{name} of {town} earned {n} million crowns in the quarter, {m} crowns a share. {legal}"
        for name, town, n, m in (("Alder Mills", "Linden", 14, 2), ("Brock Freight", "Aster", 371, 9))
    ]
    table = analysis.near_duplicates(pd.DataFrame({"doc_id": ["a", "b"], "text": notices}))
    assert len(table) == 0


def test_shared_quotation_is_no_shared_paragraph():
    quote = "“" + STORY[1].replace("Chairwoman Ada Morrow said the", "The") + "”"
    one, two = [STORY[0], quote, *OTHER], [quote, STORY[2]]
    assert find(corpus(a=[*OTHER * 1, quote], b=[STORY[0], quote, STORY[2]]), partial=True) == set()
    assert find(corpus(a=[*OTHER, STORY[1] + STORY[2]], b=[STORY[0], STORY[1] + STORY[2], *two, *one]), partial=True)


def test_shared_passages_are_located_by_offsets_also_when_moved():
    documents = corpus(a=[OTHER[0], *STORY], b=[STORY[2], STORY[0], OTHER[1]])
    texts = documents.set_index("doc_id")["text"]
    table = reprints.shared_passages(documents, "a", "b")
    assert [texts["a"][s:e] for s, e in zip(table["start"], table["end"], strict=True)] == [
        STORY[0].rstrip("."),
        STORY[2].rstrip("."),
    ]
    here = [texts["b"][s:e] for s, e in zip(table["other_start"], table["other_end"], strict=True)]
    assert here == [STORY[0].rstrip("."), STORY[2].rstrip(".")]
    assert table["n_words"].tolist() == [len(reprints.WORD.findall(STORY[i])) for i in (0, 2)]
    with pytest.raises(ValueError, match="no doc_id 'c'; there are a, b"):
        reprints.shared_passages(documents, "a", "c")


def test_quoted_words_of_a_passage_are_counted_apart():
    line = 'The mayor said on Monday that "nobody will be left on the island" before the first snow falls there.'
    table = reprints.shared_passages(corpus(a=[line], b=[OTHER[0], line]), "a", "b")
    assert table[["n_words", "n_own_words"]].to_numpy().tolist() == [[19, 12]]


def test_a_cluster_counts_once():
    documents = corpus(a=STORY, b=STORY, c=OTHER)
    documents["date"] = pd.to_datetime(["2024-05-03", "2024-05-02", "2024-05-01"])
    duplicates = analysis.near_duplicates(documents)
    kept = reprints.collapse_clusters(documents, duplicates)
    assert kept["doc_id"].tolist() == ["b", "c"]  # b is the earlier of the two copies
    assert kept["n_copies"].tolist() == [2, 1]
    bundle = namedtuple("Bundle", "documents word_counts")(documents, pd.DataFrame({"doc_id": ["a", "b", "c"]}))
    assert reprints.collapse_clusters(bundle, duplicates).word_counts["doc_id"].tolist() == ["b", "c"]
    alone = reprints.collapse_clusters(documents, duplicates.iloc[:0])
    assert alone["n_copies"].tolist() == [1, 1, 1]


def test_bad_input():
    nothing = analysis.near_duplicates(pd.DataFrame({"doc_id": [], "text": []}))
    one = analysis.near_duplicates(corpus(a=STORY))
    short = analysis.near_duplicates(
        pd.DataFrame({"doc_id": ["a", "b", "c"], "text": ["Too short.", "Too short.", None]})
    )
    for table in (nothing, one, short):
        assert table.empty
        assert table.dtypes.astype(str).to_dict() == reprints.DTYPES
    copies = analysis.near_duplicates(corpus(**{f"d{i}": STORY for i in range(4)}))
    assert len(copies) == 6
    assert set(copies["cluster_id"]) == {0}
    with pytest.raises(ValueError, match="this table has none"):
        analysis.near_duplicates(pd.DataFrame({"doc_id": ["a"]}))
    with pytest.raises(ValueError, match="doc_id 'a' stands twice"):
        analysis.near_duplicates(pd.DataFrame({"doc_id": ["a", "a"], "text": ["x", "y"]}))
    with pytest.raises(ValueError, match="'lsh' is not one of auto, exact, minhash"):
        analysis.near_duplicates(corpus(a=STORY), method="lsh")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=30), min_size=2, max_size=5))
def test_shares_equal_those_of_python_sets(words):
    documents = pd.DataFrame({"doc_id": [str(i) for i in range(len(words))], "text": [" ".join(w) for w in words]})
    sets = [{tuple(w[i : i + 5]) for i in range(len(w) - 4)} for w in words]
    table = analysis.near_duplicates(documents, threshold=0.01)
    expected = {
        (str(i), str(j)): len(sets[i] & sets[j]) / len(sets[i] | sets[j])
        for i in range(len(words))
        for j in range(i + 1, len(words))
        if sets[i] & sets[j]
    }
    got = {(a, b): s for a, b, s in zip(table["doc_id"], table["other_doc_id"], table["similarity"], strict=True)}
    assert got == pytest.approx(expected)


@pytest.mark.skipif(not (SHARED / "testdata/allsides").exists(), reason="../shared/testdata/allsides is absent")
def test_planted_copies_in_a_recombined_corpus_are_found_by_minhash():
    import sys

    sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
    from bench_reprints import make_corpus

    with gzip.open(SHARED / "testdata/allsides/articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line, _ in zip(lines, range(200), strict=False)]
    documents, planted = make_corpus(texts, n=800, planted=60)
    assert find(documents, method="minhash") == planted


def test_collapsing_does_not_depend_on_the_index():
    documents = pd.DataFrame({"doc_id": list("abcd"), "text": ["one two three", "x", "one two three four", "y"]})
    copies = pd.DataFrame({"doc_id": ["a"], "other_doc_id": ["c"], "cluster_id": [0]})
    for index in ([0, 1, 0, 1], [7] * 4):
        kept = analysis.collapse_clusters(documents.set_axis(index), copies)
        assert kept[["doc_id", "n_copies"]].to_numpy().tolist() == [["b", 1], ["c", 2], ["d", 1]]
    with pytest.raises(ValueError, match="duplicates: column cluster_id is missing"):
        analysis.collapse_clusters(documents, copies.drop(columns="cluster_id"))
