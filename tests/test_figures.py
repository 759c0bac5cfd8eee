"""Figures and what stands around them: positions and labels as in the table, everything from articles escaped."""

import base64
import json
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis import figures, notebook, report

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


@pytest.fixture
def table():
    return pd.DataFrame({"who": ["A", "B", "A"], "what": ["x", "x", "y"], "n": [3, 4, np.nan], "low": 1.0, "high": 5.0})


def test_colours_are_fixed_by_name_and_fall_back_beyond_twelve():
    names = ["b", "a", "c"]
    assert figures.assign_colours(names) == figures.assign_colours(names[::-1])
    assert len(set(figures.assign_colours(map(str, range(12))).values())) == 12
    assert set(figures.assign_colours(map(str, range(40))).values()) == {figures.NEUTRAL}


@pytest.mark.parametrize("colours", [None, {"A": "#000000"}])
def test_rows_without_a_colour_are_drawn_as_unknown(table, colours):
    table["who"] = ["A", None, "A"]
    for draw in (figures.plot_bars, figures.plot_dots):
        figure = draw(table, "n", "what", colour="who", colours=colours)
        assert [(trace.name, len(trace.x)) for trace in figure.data] == [("A", 2), ("unknown", 1)]
        assert figure.data[1].customdata[0] == "x · unknown"


def test_bars_dots_and_heat_map_hold_the_values_of_the_table(table):
    bars = figures.plot_bars(table, "n", "what", colour="who")
    assert {(b.name, y): x for b in bars.data for y, x in zip(b.y, b.x, strict=True) if x == x} == {
        ("A", "x"): 3,
        ("B", "x"): 4,
    }
    dots = figures.plot_dots(table, "n", "who", low="low", high="high")
    assert list(dots.data[0].error_x.array[:2]) == [2.0, 1.0] and list(dots.data[0].error_x.arrayminus[:2]) == [
        2.0,
        3.0,
    ]
    heat = figures.plot_heatmap(table, "n", "who", "what").data[0]
    assert [list(row) for row in heat.z] == [[3.0, None], [4.0, None]]
    assert heat.customdata[0][0] == "A · x" and heat.hovertext[1][1] == "no data"
    assert "n: undefined" in heat.hovertext[0][1]


def test_a_legend_of_several_lines_has_room_and_no_row_loses_its_label():
    rows = pd.DataFrame({"who": [f"The {n} of Some Other Town" for n in range(5)], "what": list("abcde"), "n": 1})
    plain, legend = (figures.plot_bars(rows, "n", "what", colour=colour) for colour in (None, "who"))
    assert legend.layout.height - plain.layout.height == 2 * 20  # 24 signs a name: two in a line, three lines
    assert legend.layout.yaxis.dtick == 1


def test_words_that_would_overlap_are_left_unlabelled():
    words = pd.DataFrame({"n": [10, 10, 1000], "z": [5.0, 5.0, 1.0], "word": ["alpha", "beta", "gamma"]})
    shown = list(figures.plot_words(words, "n", "z", "word").data[0].text)
    assert shown == ["alpha", "", "gamma"]


def test_at_most_forty_words_are_labelled_the_first_of_the_table():
    words = pd.DataFrame({"n": [10.0 ** (i % 9) for i in range(63)], "z": [float(i // 9) for i in range(63)]})
    shown = figures.plot_words(words.assign(word=words.index.map("w{}".format)), "n", "z", "word").data[0].text
    assert list(shown[:40]) == [f"w{i}" for i in range(40)] and not any(shown[40:])


def test_network_draws_at_most_forty_edges():
    edges = pd.DataFrame({"a": [f"n{i}" for i in range(60)], "b": "hub", "n": range(60)})
    figure = figures.plot_network(edges, "a", "b", "n")
    assert len(figure.data) == 41 and len(figure.data[-1].text) == 41


@pytest.mark.parametrize("many", [1, 5, 40])
def test_every_figure_is_made_for_any_number_of_outlets(many):
    rows = pd.DataFrame(
        {"outlet": [f"Outlet {i}" for i in range(many)], "n": range(1, many + 1), "x": 0.5, "word": "w"}
    )
    for figure in (
        figures.plot_bars(rows, "n", "outlet"),
        figures.plot_dots(rows, "n", "outlet", colour="outlet"),
        figures.plot_heatmap(rows, "n", "outlet", "word"),
        figures.plot_strip(rows, "x", "outlet"),
        figures.plot_words(rows, "n", "x", "word", colour="outlet"),
    ):
        assert json.loads(figure.to_json())["layout"]["height"] >= 80


def test_empty_tables_make_empty_figures(table):
    assert not figures.is_empty(figures.plot_bars(table, "n", "what"))
    assert not figures.is_empty(figures.plot_heatmap(table, "n", "who", "what"))
    assert figures.is_empty(figures.plot_bars(table.assign(n=np.nan), "n", "what"))
    none = table.iloc[:0]
    for figure in (
        figures.plot_bars(none, "n", "what"),
        figures.plot_dots(none, "n", "who"),
        figures.plot_heatmap(none, "n", "who", "what"),
        figures.plot_strip(none, "n", "who"),
        figures.plot_words(none, "n", "low", "who"),
        figures.plot_network(none, "who", "what", "n"),
    ):
        assert json.loads(figure.to_json())["layout"]["height"] > 0 and figures.is_empty(figure)


def test_a_figure_without_a_mark_is_not_drawn_but_said_to_have_none(table, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda obj, **_: shown.append(obj.data))
    for rows in (table.assign(n=np.nan), table.iloc[:0]):
        notebook.show(figures.plot_dots(rows, "n", "who"), rows, "Nobody rowed", how="A dot is a crew.")
    assert "Nobody rowed" in shown[0] and notebook.NOTHING in shown[0] and "A dot" not in shown[0]
    assert "3 rows" in shown[0] and "table" not in shown[1] and not any('class="plot"' in page for page in shown)


def test_marks_of_one_place_stand_below_each_other():
    rows = pd.DataFrame({"text": ["a", "a", "b"], "at": [0.5, 0.5, 0.1], "who": ["x", "y", "x"]})
    first, second = figures.plot_strip(rows, "at", "text", colour="who").data
    assert first.y[0] > second.y[0] > 0.5 and first.y[1] < 0.5  # "a" is the line at 1, "b" at 0


def test_one_word_alone_has_a_tick_on_the_log_axis():
    for times in (1, 3, 7, 4321):
        axis = figures.plot_words(pd.DataFrame({"n": [times], "z": 0.5, "word": "w"}), "n", "z", "word").layout.xaxis
        assert any(axis.range[0] <= np.log10(tick) <= axis.range[1] for tick in axis.tickvals)


def test_tones_have_two_decimals():
    assert [figures.print_number(v, "tone") for v in (0.12, 0.00067, -0.001, -1)] == ["0.12", "0.00", "0.00", "-1.00"]
    assert figures.print_number(0.00067, "p") == "0.00067"
    assert list(notebook._printed(pd.DataFrame({"target_tone": [0.0512, np.nan]}))["target tone"]) == ["0.05", ""]


def test_text_from_articles_is_escaped_everywhere(monkeypatch):
    shown = []
    monkeypatch.setenv(notebook.REPORT, "1")
    monkeypatch.setattr("IPython.display.display", lambda obj, **_: shown.append(obj.data))
    rows = pd.DataFrame(
        {"who": [HOSTILE], "what": [HOSTILE], "n": [1], "key": [HOSTILE], "where": HOSTILE, "text": HOSTILE}
    )
    figure = figures.plot_heatmap(rows, "n", "who", "what")
    notebook.show(figure, rows, HOSTILE, how=HOSTILE, evidence=rows)
    notebook.show_table(rows, HOSTILE)
    notebook.show_table(pd.concat([rows] * 20), HOSTILE)
    notebook.say(HOSTILE)
    notebook.lead(HOSTILE, pd.Series({HOSTILE: 1.0}))
    for page in shown:
        assert "<script>alert" not in page and "<img" not in page
    assert "<script" not in json.dumps(json.loads(figure.to_json())["data"][0]["hovertext"])


def test_csv_of_a_table_runs_no_formula():
    table = pd.DataFrame({"title": ["=HYPERLINK(1)", "plain", "+1", "-x", "@y"], "n": [-1.5, 2, 3, 4, 5]})
    link = notebook._csv_link(table, "A title: with marks")
    text = base64.b64decode(re.search(r"base64,([^\"]+)", link).group(1)).decode()
    assert text.splitlines() == ["title,n", "'=HYPERLINK(1),-1.5", "plain,2", "'+1,3", "'-x,4", "'@y,5"]
    assert 'download="a-title--with-marks.csv"' in link


def test_alternative_text_tells_title_and_first_rows(table):
    text = notebook._describe("Who says what", table)
    assert text.startswith("Who says what. The table under the figure has 3 rows; the first: who A, what x, n 3")


def test_headers_are_words_and_none_is_lost():
    table = pd.DataFrame({"source": ["a"], "n_words": [1], "group": ["g"], "n_group": [2], "outlet": ["b"]})
    assert list(notebook._printed(table)) == ["source", "words", "group", "n group", "outlet"]
    assert list(notebook._printed(table[["source", "n_words"]])) == ["outlet", "words"]


def test_evidence_of_pairs_names_the_words_that_both_use_most():
    counts = pd.DataFrame(
        {
            "doc_id": list("aabbcc"),
            "word": ["river", "dam", "river", "bread", "bread", "ferry"],
            "count": [3, 1, 1, 3, 2, 2],
        }
    )
    documents = pd.DataFrame({"doc_id": list("abc"), "article": ["A", "B", "C"]})
    found = notebook.cite_words_of_pairs(counts.merge(documents, on="doc_id"), "article").set_index("key")["text"]
    assert found["A and B"] == "river (750.0 and 250.0)" and found["B and C"] == "bread (750.0 and 500.0)"
    assert found["A and C"] == "" and len(found) == 3
    assert notebook.name_pair("C", "B") == notebook.name_pair("B", "C") == "B and C"


def test_evidence_of_style_leaves_quoted_words_out_as_delta_does():
    rows = {"article": list("AABB"), "word": ["the", "of"] * 2, "count": [4, 4, 3, 1], "quoted_count": [3, 1, 0, 0]}
    found = notebook.cite_words_of_pairs(pd.DataFrame(rows), "article", style=True)["text"]
    assert sorted(found[0].split("), ")) == ["of (750.0 and 250.0", "the (250.0 and 750.0)"]


def test_evidence_of_kinds_never_holds_the_body():
    text = "By Ann Vale\nIt rained on the river."
    documents = pd.DataFrame({"doc_id": ["d"], "text": [text], "article": ["A"]})
    rows = [("d", 0, 0, 11, "byline", "byline"), ("d", 1, 12, len(text), "body", "none")]
    paragraphs = pd.DataFrame(rows, columns=["doc_id", "paragraph_id", "start", "end", "kind", "rule"])
    features = SimpleNamespace(documents=documents, paragraphs=paragraphs)
    found = notebook.cite_paragraphs(features, documents, "article").set_index("key")
    assert found.loc["A · byline", "text"] == "Rule: byline, 11 characters. By Ann Vale"
    assert found.loc["A · body", "text"] == "Rule: none, 23 characters. "
    assert found["where"].tolist() == ["A, paragraph 1", "A, paragraph 2"]


def test_joined_dots_have_a_line_from_the_least_to_the_most():
    rows = pd.DataFrame({"text": ["a", "a", "a", "b"], "kind": ["x", "y", "z", "x"], "grade": [5.0, 9.0, 7.0, 4.0]})
    line = figures.plot_dots(rows, "grade", "text", colour="kind", join=True).data[0]
    assert list(line.x) == [5.0, 9.0, None, 4.0, 4.0, None] and line.mode == "lines"


def test_a_page_carries_the_trace_types_it_draws_and_no_other():
    from plotly.offline import get_plotlyjs

    def listed(script):
        return re.findall(r"\.register\(\[(.*?)\]\)", script)[0].split(",")

    def modules(script):  # the name that esbuild gives to what wraps a module is one for all: the most frequent
        wraps = re.findall(r"[;}]var [\w$]+=([\w$]+)\((?:\(|[\w$]+=>)", script)
        wrap = max(set(wraps), key=wraps.count)
        return set(re.findall(rf"[;}}\n]var ([\w$]+)={re.escape(wrap)}\(", script))

    whole = get_plotlyjs()
    cut = report.cut_plotly(whole, {"bar", "heatmap", "scatter"})
    # plotly.js, lib/index.js: bar is the first of more than forty that are registered beside scatter, heatmap the third
    assert listed(cut) == [listed(whole)[i] for i in (0, 2)] and len(listed(whole)) > 40
    assert len(cut) < len(whole) / 3 and len(modules(whole)) > 1000
    assert modules(cut) == modules(whole) & set(re.findall(r"[\w$]+", cut))  # what is called is there
    for kinds, script in [
        ({"bar", "unheard"}, whole),
        ({"bar"}, whole.replace(".register([", ".enlist([")),
        ({"bar"}, re.sub(r"plotly\.js v\d", "plotly.js v9", whole, count=1)),
    ]:
        assert report.cut_plotly(script, kinds) == script
