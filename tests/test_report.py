"""The reports: every page of both shipped corpora in a browser without network, and what happens when things fail."""

import json
import re

import pandas as pd
import pytest
from conftest import ARTICLES, BUNDLE, SAMPLE, SHARED, open_page

from analysis import report
from analysis.cli import main

PAGES = ["01_corpus", "02_word_frequency", "03_readability", "04_named_actors", "05_outlet_tone", "06_side_by_side"]


@pytest.fixture(scope="session")
def reports(tmp_path_factory):
    out = tmp_path_factory.mktemp("reports")
    for name, corpus in {"bundle": BUNDLE, "sample": SAMPLE}.items():
        assert main(["report", str(corpus), "--out", str(out / name), "--title", f"The {name}"]) == 0
    return out


def figures_in(page):
    return len(re.findall(r'<div class="plot"', page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("corpus", ["bundle", "sample"])
@pytest.mark.parametrize("name", PAGES)
def test_page_draws_its_figures_offline(reports, browser, corpus, name):
    page = reports / corpus / f"{name}.html"
    console, requests = open_page(browser, page)
    drawn = browser.execute_script(
        "return document.querySelectorAll('.plot .main-svg').length && "
        "[...document.querySelectorAll('.plot')].filter(p => p.querySelector('.main-svg')).length"
    )
    assert drawn == figures_in(page) >= 2
    assert console == [] and requests == []
    assert page.stat().st_size < 6_000_000


@pytest.mark.parametrize("corpus", ["bundle", "sample"])
def test_no_page_scrolls_sideways_on_a_phone(reports, browser, corpus):
    for page in sorted((reports / corpus).glob("*.html")):
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
        )
        open_page(browser, page)
        width = browser.execute_script("return document.documentElement.scrollWidth")
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        assert width <= 360, page.name


def test_index_links_every_page_and_says_what_can_be_said(reports):
    for corpus in ("bundle", "sample"):
        index = (reports / corpus / "index.html").read_text(encoding="utf-8")
        assert all(f'href="{name}.html"' in index for name in PAGES)
        assert "cannot be told apart" in index if corpus == "bundle" else True


def test_failing_cell_names_notebook_cell_and_error_and_leaves_nothing(tmp_path, monkeypatch, capsys):
    broken = tmp_path / "01_broken.ipynb"
    cells = [
        {"cell_type": "code", "source": s, "metadata": {}, "outputs": [], "execution_count": None, "id": f"c{i}"}
        for i, s in enumerate(["x = 1", "raise KeyError('x')"])
    ]
    broken.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    monkeypatch.setattr(report, "find_notebooks", lambda: [broken])
    out = tmp_path / "out"
    assert main(["report", str(BUNDLE), "--out", str(out)]) == 2
    assert "01_broken.ipynb, cell 2: KeyError" in capsys.readouterr().err
    assert not out.exists() and sorted(p.name for p in tmp_path.iterdir()) == ["01_broken.ipynb"]


def test_out_with_other_files_is_refused(tmp_path, capsys):
    (tmp_path / "thesis.docx").write_text("mine")
    assert main(["report", str(BUNDLE), "--out", str(tmp_path)]) == 2
    assert "thesis.docx" in capsys.readouterr().err
    assert (tmp_path / "thesis.docx").read_text() == "mine"


@pytest.mark.parametrize(
    "name, content",
    [
        ("missing", None),
        ("empty", {}),
        ("other", {"a.docx": b"x"}),
        ("blank", {"a.txt": b" \n"}),
        ("binary", {"a.txt": b"\0\1\2" * 50}),
    ],
)
def test_bad_corpus_is_one_line_and_exit_2(tmp_path, capsys, name, content):
    path = tmp_path / name
    if content is not None:
        path.mkdir()
        for file, data in content.items():
            (path / file).write_bytes(data)
    assert main(["report", str(path), "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("parallax: ") and error.count("\n") == 1 and name in error
    assert not (tmp_path / "out").exists()


def test_csv_without_text_names_the_columns(tmp_path, capsys):
    pd.DataFrame({"body": ["A."], "outlet": ["x"]}).to_csv(tmp_path / "a.csv", index=False)
    assert main(["report", str(tmp_path / "a.csv"), "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert "a.csv" in error and "text" in error and "body" in error


@pytest.mark.skipif(not ARTICLES.is_dir(), reason="the case-study articles are not beside the checkout")
def test_report_from_texts_of_the_five_articles(tmp_path):
    assert main(["report", str(ARTICLES), "--out", str(tmp_path / "five")]) == 0
    assert figures_in(tmp_path / "five" / "02_word_frequency.html") >= 2


@pytest.mark.skipif(not SHARED.is_dir(), reason="the public sets are not beside the checkout")
def test_report_on_thirty_articles_of_basil(tmp_path):
    rows = [json.loads(line) for line in (SHARED / "testdata/basil/articles.jsonl").open(encoding="utf-8")][:30]
    table = pd.DataFrame(rows)[["doc_id", "outlet", "title", "date", "text"]]
    table.to_json(tmp_path / "basil.jsonl", orient="records", lines=True)
    assert main(["report", str(tmp_path / "basil.jsonl"), "--out", str(tmp_path / "out")]) == 0
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert re.search(r"<dt>outlets</dt><dd>3</dd>", index)
