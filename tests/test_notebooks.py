"""The notebooks on any corpus, run here in one process: one article, one outlet, forty outlets."""

import ast
import json
import re

import pandas as pd
import pytest
from conftest import BUNDLE, SAMPLE

from analysis import features, notebook, report

NAMES = [source.stem for source in report.find_notebooks()]
SAYS = [
    "Joe Biden said the harvest was a disgrace.",
    "“Nobody asked the river,” Ukraine’s minister said.",
    "It rained.",
]


def write_corpus(path, outlets, articles):
    """A small corpus of `articles` articles, dealt out to `outlets` outlets (0: none is known)."""
    rows = []
    for i in range(articles):
        text = "\n\n".join(f"{SAYS[(i + k) % 3]} {SAYS[(i * k) % 3]} Story {i} went on." for k in range(4))
        rows.append({"doc_id": f"d{i}", "title": f"Story {i}", "text": text})
        rows[-1] |= {"outlet": f"Outlet {i % outlets}"} if outlets else {}
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def run(name, corpus, monkeypatch, in_report=True):
    """What the notebook's cells show: a list of HTML texts and mime bundles."""
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda obj, **_: shown.append(getattr(obj, "data", obj)))
    monkeypatch.setattr("itables.init_notebook_mode", lambda **_: None)
    monkeypatch.setenv("PARALLAX_CORPUS", str(corpus))
    monkeypatch.setenv(notebook.REPORT, "1") if in_report else monkeypatch.delenv(notebook.REPORT, raising=False)
    cells = json.loads(next(s for s in report.find_notebooks() if s.stem == name).read_text(encoding="utf-8"))["cells"]
    space = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{name}, cell {cell['id']}", "exec"), space)
    return shown


CORPORA = {
    "one article": lambda t: write_corpus(t / "one.jsonl", 1, 1),
    "one outlet": lambda t: write_corpus(t / "same.jsonl", 1, 44),
    "no outlet known": lambda t: write_corpus(t / "unknown.jsonl", 0, 3),
    "forty outlets": lambda t: write_corpus(t / "forty.jsonl", 40, 44),
    "a few words": lambda t: (t / "few.txt").write_text("It rained again.\n") and t,
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", CORPORA)
def test_notebook_runs_on_any_corpus_and_stays_light(name, kind, tmp_path, monkeypatch):
    shown = run(name, CORPORA[kind](tmp_path), monkeypatch)
    assert len(shown) >= 3
    assert sum(map(len, shown)) < 2_500_000  # the library and the table script take three of a page's six MB
    page = "".join(shown)
    drawn = [json.loads(f)["data"] for f in re.findall(r'class="plot".*?json">(.*?)</script>', page)]
    assert max(map(len, drawn), default=0) <= 60
    assert not re.search(r"<figcaption></|(?<![\d.])([+−]?[\d.]+) to \1(?![\d.])|[( ]1 rows|\bnan\b", page)


@pytest.mark.parametrize("name", NAMES)
def test_in_jupyterlab_figures_are_plotly_bundles_and_tables_can_be_searched(name, monkeypatch):
    shown = run(name, SAMPLE, monkeypatch, in_report=False)
    figures = [s for s in shown if isinstance(s, dict)]
    assert len(figures) >= 2
    for figure in figures:
        assert figure["application/vnd.plotly.v1+json"]["data"] and len(figure["text/plain"]) > 60
    assert any("_itables_" in s or "itables" in s for s in shown if isinstance(s, str))


def test_a_list_to_choose_from_uses_no_name_that_a_later_cell_changes():
    """The function is called again when the reader chooses, long after the notebook has run to its end."""
    for source in report.find_notebooks():
        cells = [c for c in json.loads(source.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
        trees = [ast.parse("".join(c["source"])) for c in cells]
        for i, tree in enumerate(trees):
            chosen = (
                {
                    n.id
                    for f in ast.walk(tree)
                    if isinstance(f, ast.Lambda)
                    for n in ast.walk(f)
                    if isinstance(n, ast.Name)
                }
                if "explore(" in ast.unparse(tree)
                else set()
            )
            later = {
                n.id
                for t in trees[i + 1 :]
                for n in ast.walk(t)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            }
            assert not chosen & later, (source.name, chosen & later)


@pytest.mark.parametrize("source", report.find_notebooks(), ids=NAMES)
def test_notebooks_keep_the_house_rules(source):
    cells = json.loads(source.read_text(encoding="utf-8"))["cells"]
    code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    text = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
    assert len(code) <= 25 and max(len(c.splitlines()) for c in code) <= 10
    assert not any(re.search(r"^\s*(def|class|lambda) ", c, flags=re.M) for c in code)
    assert all(not c["outputs"] and c["execution_count"] is None for c in cells if c["cell_type"] == "code")
    assert text[0].startswith("# ") and text[0].split("\n")[0].endswith("?")
    assert any(t.startswith("## Checks") for t in text) and text[-1].startswith("## Limits")
    assert any("assert " in c for c in code)


def test_differences_are_told_by_their_corrected_p_and_unit():
    table = pd.DataFrame({"outlet": list("abcdef"), "q": [0.01, 0.02, 0.03, 0.04, 0.049, 0.05], "unit": "article"})
    told = notebook.tell_differences(table, "outlet")
    assert told == "beyond chance (q < 0.05) “a”, “b”, “c”, “d” and 1 more differ from the others together"
    told = notebook.tell_differences(table[4:].assign(unit="paragraph"), "outlet")
    assert told == "beyond chance (q < 0.05) “e” differs from the others together: these articles, not their outlets"
    assert notebook.tell_differences(table[5:], "outlet").startswith("none differs")


def test_the_most_are_named_with_their_ties_and_a_range_that_prints_alike_is_one_number():
    most = pd.Series({"Ann Vale": 4, "Orrin": 4, "Brask": 3})
    assert notebook.name_most(most, "is", "are each") == "Ann Vale and Orrin are each"
    assert notebook.name_most(most[1:], "is", "are each") == "Orrin is" and notebook.name_most(most[2:]) == "Brask"
    assert notebook.print_range(pd.Series([3.71, 3.68]), "{:.1f}") == "3.7"
    assert notebook.print_range(pd.Series([1200, 8])) == "8 to 1,200"


def test_titles_say_ties_and_what_was_not_found(tmp_path, monkeypatch):
    texts = {
        "Echo": "Ann Vale met Joe Biden. A gull sang. " * 3,
        "Wire": "Joe Biden saw Ann Vale. Fog, fog, a gull. " * 3,
    }
    rows = [{"doc_id": o, "outlet": o, "text": t} for o, t in texts.items()]
    corpus = tmp_path / "two.jsonl"
    corpus.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    titles = {
        name: re.findall(r"<figcaption>(.*?)</figcaption>", "".join(run(name, corpus, monkeypatch))) for name in NAMES
    }
    assert titles["02_word_frequency"][0].startswith(
        "“ann”, “biden”, “gull”, “joe” and 1 more are among the most frequent"
    )
    assert re.match(
        "(Ann Vale|Joe Biden) and (Ann Vale|Joe Biden) are each named most: 6 of 12", titles["04_named_actors"][0]
    )
    tone = "".join(run("05_outlet_tone", corpus, monkeypatch))
    assert "No voice has ten sentences" in titles["05_outlet_tone"][0] and tone.count(notebook.NOTHING) >= 1
    ends = tone[tone.index("The most negative own sentences") :].split("</table>")[:2]
    assert not any("<td" in table for table in ends)  # no sentence has a tone


def test_an_outlet_that_only_copied_is_said_to_have_no_column(tmp_path, monkeypatch):
    told = (
        "Joe Biden walked to the ferry. The crews had waited there since noon, and nobody rowed. The harbour was shut. "
    )
    other = "Snow fell on the upper valley. Joe Biden was not there, and the shepherds sold their wool to a mill. "
    rows = [("Wire", told * 3), ("Echo", told * 3), ("Post", other * 3)]
    corpus = tmp_path / "three.jsonl"
    corpus.write_text("\n".join(json.dumps({"doc_id": o, "outlet": o, "text": t}) for o, t in rows), encoding="utf-8")
    assert re.search(
        "No column: (Wire|Echo), whose articles are all copies", "".join(run("06_side_by_side", corpus, monkeypatch))
    )


def test_a_sample_is_opened_as_one(tmp_path, monkeypatch, capsys):
    drawn = features.load_features(BUNDLE, most=3)
    monkeypatch.setenv("PARALLAX_CORPUS", str(tmp_path))
    monkeypatch.setenv(notebook.REPORT, "1")
    features.write_manifest(tmp_path, [features.write_part(drawn, tmp_path, "00000")], drawn_from=5)
    monkeypatch.setattr("IPython.display.display", lambda shown: print(shown.data))
    assert len(notebook.open_corpus()[0].documents) == 3
    assert "3 of 5 articles" in capsys.readouterr().out
    monkeypatch.setenv("PARALLAX_CORPUS", str(BUNDLE))
    notebook.open_corpus()
    assert capsys.readouterr().out == ""
