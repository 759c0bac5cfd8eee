"""The page and the boxes say what the table says; the table says of which code and sets it is."""

import importlib
import os
import re
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, SHARED

from analysis import formulas, validity

NOTE = "no ../shared: the annotated sets are not here; the committed table is used"


@pytest.fixture(scope="module", autouse=True)
def scripts():
    sys.path.insert(0, str(ROOT / "scripts"))
    yield
    sys.path.remove(str(ROOT / "scripts"))
    sys.modules.pop("validity", None)


@pytest.fixture
def script():
    return importlib.import_module("validity")


@pytest.fixture
def rows():
    return importlib.import_module("validity_rows")


@pytest.fixture
def table():
    return validity.read_validity()


def test_the_page_is_made_from_the_table(script, table):
    """Whether a row is stale depends on the code of the moment; all else of the page has to be the table's."""
    page, made = (ROOT / "docs/validity.md").read_text(encoding="utf-8"), script.render_page(table)
    assert strip_dates(page) == strip_dates(made)


def test_figures_in_other_pages_are_the_table_s(script, table):
    for page in {name for name, *_ in script.CLAIMS}:
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        assert script.fill_claims(page, text, table) == text, f"docs/{page}: run `make validity`"
        numbers = table[["ours", "alternative_value"]]
        assert script.fill_claims(page, text, table.assign(**numbers + 0.001)) != text
        with pytest.raises(ValueError, match=f"docs/{page}: .* stands 0 times"):
            script.fill_claims(page, text.replace("F1 ", "").replace("dev_rw", ""), table)


def strip_dates(page):
    return re.sub(r"\| (\d{4}-\d\d-\d\d)[^|]*\|\n", r"| \1 |\n", page)


def test_figures_are_of_this_code_or_shown_as_older(script, table):
    stale = table[table["stale"] != ""]
    if os.environ.get("PARALLAX_RELEASE"):
        assert stale.empty, f"run `make validity`: {sorted(set(stale['topic']))} {sorted(set(stale['stale']))}"
    page = script.render_page(table.assign(stale="measured on earlier code"))
    figures = table[~table["unit"].isin(validity.REMARKS)]
    assert page.count(", measured on earlier code |") == len(figures)
    boxes = pd.concat([validity.list_checks(page) for page in validity.PAGES])
    assert boxes["measured"].str.contains(" (", regex=False).sum() == (figures["stale"] != "").sum()


def test_code_of_another_topic_does_not_make_a_figure_old(tmp_path, monkeypatch):
    for name in ("text.py", "tone.py", "resources/__init__.py", "resources/valence.csv"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(
            {"tone.py": 'from analysis import resources\nLIST = "valence"\n'}.get(name, ""), encoding="utf-8"
        )
    monkeypatch.setattr(validity, "HERE", tmp_path)
    tone, sentences = validity.hash_code("tone"), validity.hash_code("sentences")
    (tmp_path / "text.py").write_text("x = 1\n", encoding="utf-8")
    assert validity.hash_code("tone") == tone and validity.hash_code("sentences") != sentences
    (tmp_path / "resources/valence.csv").write_text("word\n", encoding="utf-8")  # a list that the module names
    assert validity.hash_code("tone") != tone


def test_rows_of_earlier_code_are_marked(monkeypatch):
    monkeypatch.setattr(validity, "hash_code", lambda topic: "another")
    table = validity.read_validity()
    measured = table["code"] != ""
    assert measured.sum() > 50 and (table.loc[measured, "stale"] != "").all()
    assert (table.loc[~measured, "stale"] == "").all()
    n = len(validity.list_checks("tone"))  # the rows that the box shows, not those of errors counted
    assert f"{n} of {n} figures" in validity.sum_up("tone")


def test_every_figure_of_a_box_is_the_table_s(table):
    shown = pd.concat([validity.list_checks(page) for page in validity.PAGES], ignore_index=True)
    figures = table[~table["unit"].isin(validity.REMARKS)]
    assert len(shown) == len(figures)
    expected = {f"{r.measure} [{r.unit}]|{r.set}|{validity.print_figure(r.ours, r.unit)}" for r in figures.itertuples()}
    assert {f"{r.measure}|{r.set}|{r.ours.split(' (')[0]}" for r in shown.itertuples()} == expected
    for page in validity.PAGES:
        worse = table["topic"].isin(validity.PAGES[page]) & (table["better"] == "alternative")
        assert all(measure in validity.sum_up(page) for measure in table.loc[worse, "measure"])


def test_figures_are_figures(table):
    figures = table[~table["unit"].isin(validity.REMARKS)]
    assert figures["ours"].notna().all() and (figures["n"] > 0).all()
    inside = figures.dropna(subset="low")
    assert ((inside["low"] <= inside["ours"] + 1e-4) & (inside["ours"] <= inside["high"] + 1e-4)).all()
    assert figures["set_sha256"].str.fullmatch("[0-9a-f]{12}").all() and figures["licence"].ne("").all()
    assert (figures["alternative_value"].notna() == figures["alternative"].ne("")).all()
    assert figures["date"].str.fullmatch(r"\d{4}-\d\d-\d\d").all() and figures["version"].ne("").all()
    assert not table.duplicated(["topic", "measure", "set", "alternative"]).any()
    assert set(table["topic"]) <= set(validity.MODULES) == {t for page in validity.PAGES.values() for t in page}


def test_every_function_that_a_notebook_shows_has_a_row_or_a_line(table):
    named = set(re.findall(r"[a-z_]+", " ".join(table["functions"] + " " + table["measure"])))
    modules, plumbing = (
        "analysis|frequency|formulas|compare|tone|quotes|registry|audit",
        {"tokenize", "compare_with_textstat"},
    )
    files = sorted((ROOT / "notebooks").glob("0*.ipynb"))
    assert len(files) == len(validity.PAGES)
    for file in files:
        calls = set(re.findall(rf"\b(?:{modules})\.([a-z_]+)\(", file.read_text(encoding="utf-8"))) - plumbing
        assert calls and calls <= named, (
            f"{file.name}: {sorted(calls - named)} neither measured nor named as never measured"
        )
    assert set(formulas.FORMULAS) <= named


def test_interval_by_hand_and_better(rows):
    """Two documents, all right and all wrong: their resamples give 0, 1/2 or 1, so the interval is 0 to 1."""
    row = rows.figure("text", "f", "m", "share", ["a", "b"], ([1, 0], [1, 1]), ([0, 0], [1, 1]), "other")
    assert (row["ours"], row["low"], row["high"], row["better"]) == (0.5, 0, 1, "not clear")
    sure = rows.figure("text", "f", "m", "share", range(60), ([1] * 60, [1] * 60), ([0] * 60, [1] * 60), "other")
    assert (sure["ours"], sure["low"], sure["high"], sure["better"]) == (1, 0.95, 1, "ours")  # rule of three: 1 - 3/60
    off = rows.figure("text", "f", "m", "points off", range(60), ([1] * 60, [1] * 60), ([0] * 60, [1] * 60), "other")
    assert off["better"] == "alternative"  # a distance: less is better
    single = rows.figure("text", "f", "m", "F1", [0], ([8], [2], [2]))
    assert single["ours"] == 0.8 and np.isnan(single["low"])  # one document: no interval


def test_statistics_of_sums_against_scipy_and_sklearn(rows):
    from scipy.stats import pearsonr
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 50))
    sums = np.array([50, x.sum(), y.sum(), (x * x).sum(), (y * y).sum(), (x * y).sum()])
    assert rows.correlate(sums) == pytest.approx(pearsonr(x, y).statistic)
    people, ours = rng.integers(-1, 2, (2, 200))
    cells = np.array([((people == g) & (ours == p)).sum() for g in (-1, 0, 1) for p in (-1, 0, 1)])
    assert rows.macro_f1(cells) == pytest.approx(f1_score(people, ours, average="macro"))


def test_a_missing_or_changed_set_keeps_its_rows_and_is_marked(script, tmp_path, capsys):
    before = validity.read_table()
    (tmp_path / "scorers").mkdir()
    (tmp_path / "actor_traps").mkdir()
    for file in ("actor_traps/items.jsonl", "scorers/score_actors.py"):  # there, but not the set that was measured
        (tmp_path / file).write_text("{}\n", encoding="utf-8")
    after = script.measure_sets(tmp_path, before, accept=False)
    columns = [c for c in script.COLUMNS if c != "stale"]
    pd.testing.assert_frame_equal(after[columns], before[columns])
    reasons = after.loc[after["set"] != "", ["set", "stale"]].drop_duplicates().set_index("set")["stale"]
    assert reasons["Trap sentences for names"] == "the set has another checksum"
    assert (reasons.drop("Trap sentences for names") == "the set is missing").all()
    assert "the set is missing; " in capsys.readouterr().err
    page = script.render_page(after)
    assert page.count(", the set is missing |") > 50


def test_the_same_figures_keep_their_date_and_new_ones_do_not(script):
    before = validity.read_table().assign(date="2001-02-03")
    now = before.copy()
    changed = now.index[now["unit"] == "share"][0]
    now.loc[changed, "ours"] = 0.123
    dates = script.tidy(now, before).loc[before["set"] != "", "date"]
    assert dates.loc[changed] == script.date.today().isoformat()
    assert (dates.drop(changed) == "2001-02-03").all()


@pytest.mark.skipif(not (SHARED / "testdata/scorers").exists(), reason=NOTE)
def test_measuring_again_gives_the_committed_rows(script):
    """The quick sets only, and only where the table is of this code."""
    before = validity.read_table()
    sys.path.insert(0, str(SHARED / "testdata/scorers"))
    measures = importlib.import_module("validity_measures")
    for row in script.read_list(script.SETS, required=("set",)).itertuples():
        kept = before[before["set"] == row.title]
        current = kept["topic"].map(validity.hash_code).eq(kept["code"]).all()
        if row.set in ("keyness", "inline") and current:
            files, checksum = script.hash_set(SHARED / "testdata", row)
            assert (kept["set_sha256"] == checksum).all()
            again = pd.DataFrame(getattr(measures, f"measure_{row.set}")(SHARED / "testdata", files))
            again = again.fillna({"alternative": ""}).set_index(["measure", "alternative"])["ours"].round(4)
            assert again.to_dict() == kept.set_index(["measure", "alternative"])["ours"].to_dict()


def test_boxes_are_shown_without_error(table):
    for page in validity.PAGES:
        checks = validity.list_checks(page)
        assert len(checks) and not checks.isna().any().any()
        assert "Never measured: " in validity.sum_up(page)
