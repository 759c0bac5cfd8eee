"""What the notebooks call: open the corpus, and show a figure with its caption, its table and its evidence.

Everything that may come from an article is escaped here, once, before it becomes HTML.
"""

import base64
import gzip
import hashlib
import html
import json
import os
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.figures import is_empty, join_key, name_column, print_number

SAMPLED = "A sample: {:,} of {:,} articles, drawn at random, as many of each outlet as of any other that has them."
REPORT = "PARALLAX_REPORT"  # set while `parallax report` runs the notebooks: output is for the page, not for JupyterLab
NOTHING = "Nothing to draw: no value was found, or the texts are too few or too short for one."
LONG_TABLE, MOST_ROWS, MOST_ARTICLES, MOST_OUTLETS = 12, 1000, 40, 40
MOST_LINES, MOST_SENTENCES = 1500, 6  # of evidence: a figure, a key; never a whole article
ZIPPED = 200_000  # bytes of CSV from which a download is compressed


def find_folder(name):
    """A folder that stands in the wheel inside the package, in a checkout beside it: data, docs or notebooks."""
    here = Path(__file__).parent
    return next(p for p in (here / name, here.parent / name) if p.is_dir())


def open_corpus():
    """(features, actors) of the corpus named by PARALLAX_CORPUS (default: the shipped five articles).

    The registry is the file named by PARALLAX_ACTORS, else `actors.csv` in the corpus folder, else the shipped one
    (with a draft for names it does not know, when the corpus has its text). Of a bundle with more than `features.MOST`
    articles a sample is opened, and said to be one.
    """
    from IPython.display import HTML, display

    from analysis import features

    if not os.environ.get(REPORT):
        import itables

        itables.init_notebook_mode(connected=False)
    path = Path(os.environ.get("PARALLAX_CORPUS") or find_folder("data") / "atacms-2024")
    tables, actors, total = features.open_corpus(path, os.environ.get("PARALLAX_ACTORS"))
    if total > (n := len(tables.documents)):
        display(HTML(f'<p class="how">{SAMPLED.format(n, total)}</p>'))
    return tables, actors


def show(figure, table, title, *, how="", evidence=None):
    """Show `figure` under its `title` (the finding), then how to read it, its table with a CSV, and its evidence.

    `evidence` comes from `cite`: clicking a point opens the sentences filed under the point's key. A figure without a
    mark is not drawn, and said to have none.
    """
    from IPython.display import HTML, display

    if is_empty(figure):
        below = _table_block(table, title) if len(table) else ""
        told = f'<p class="how">{NOTHING}</p>'
        display(HTML(f"<figure><figcaption>{_escape(title)}</figcaption>{told}{below}</figure>"))
        return
    below = f'<p class="how">{html.escape(how)}</p>' if how else ""
    below += _table_block(table, title) + (_evidence_block(evidence) if evidence is not None else "")
    alt = html.escape(_describe(title, table))
    if os.environ.get(REPORT):
        data = f'<script type="application/json">{_script_json(figure.to_json())}</script>'
        plot = f'<div class="plot" role="img" aria-label="{alt}" style="height:{figure.layout.height}px">{data}</div>'
        display(HTML(f"<figure><figcaption>{_escape(title)}</figcaption>{plot}{below}</figure>"))
    else:
        display(HTML(f"<h4>{html.escape(title)}</h4>"))
        display({"application/vnd.plotly.v1+json": json.loads(figure.to_json()), "text/plain": alt}, raw=True)
        display(HTML(below))


def show_table(table, title):
    """Show `table` under its `title`; more than twelve rows can be searched and paged."""
    from IPython.display import HTML, display

    body = _table_html(table, title) + _csv_link(table, title)
    cut = f" ({_count_rows(table)})" if len(table) > MOST_ROWS else ""
    display(HTML(f'<div class="shown"><p class="title">{html.escape(title + cut)}</p>{body}</div>'))


def say(sentence):
    """Show one computed sentence of the page's text."""
    from IPython.display import HTML, display

    display(HTML(f'<p class="finding">{_escape(sentence)}</p>'))


def lead(sentence, bars=None):
    """Show the page's main finding, which `index.html` repeats with `bars` (a Series: label → value) as its picture."""
    from IPython.display import HTML, display

    found = {"sentence": sentence}
    if bars is not None:
        found |= {"unit": str(bars.name).replace("_", " "), "bars": [[str(k), float(v)] for k, v in bars.items()]}
    display(HTML(f'<p class="finding">{_escape(sentence)}</p>'), metadata={"parallax": found})


def cite(rows, features, on):
    """One row per sentence behind a point: `key, where, text`, for `rows` with `doc_id, sentence_id` and columns `on`.

    `key` joins the values of `on` as the figures do; `where` is article and sentence number (from 1); `text` is empty
    when the corpus has none. A sentence that a key has twice is listed once.
    """
    rows = rows.drop_duplicates([*on, "doc_id", "sentence_id"])
    names = features.documents.set_index("doc_id")["title"].astype("str")
    title = rows["doc_id"].map(names).fillna(rows["doc_id"])
    found = pd.DataFrame({"key": join_key(rows, on)})
    found["where"] = [f"{t}, sentence {n + 1}" for t, n in zip(title, rows["sentence_id"], strict=True)]
    if "text" in features.sentences:
        index = pd.MultiIndex.from_frame(features.sentences[["doc_id", "sentence_id"]])
        text = pd.Series(features.sentences["text"].to_numpy(), index=index)
        found["text"] = text.reindex(pd.MultiIndex.from_frame(rows[["doc_id", "sentence_id"]])).to_numpy()
    else:
        found["text"] = ""
    return found


def open_tokens(features):
    """The tokens of the corpus, or None when it has no text."""
    from analysis import text

    return text.tokenize(features.documents, features.paragraphs) if "text" in features.documents else None


def cite_words(features, tokens, documents, words, on):
    """The evidence (see `cite`) for `words`: the sentences with one of them, by word and `source` of `documents`.

    Where the corpus has no text (`tokens` is None), the articles with one of them and how often.
    """
    table = features.word_counts if tokens is None else tokens
    places = table.loc[table["word"].isin(words)].astype({"doc_id": "str"})
    places = places.merge(documents[["doc_id", "article", "source"]], on="doc_id", validate="many_to_one")
    if tokens is not None:
        return cite(places, features, on)
    times = [f"{n:,} times, {q:,} of them quoted" for n, q in zip(places["count"], places["quoted_count"], strict=True)]
    return pd.DataFrame({"key": join_key(places, on), "where": places["article"], "text": times})


def cite_paragraphs(features, documents, unit):
    """The evidence (see `cite`) for the kinds of paragraphs of each `unit`: which are left out, by what rule."""
    rows = features.paragraphs.merge(documents[list(dict.fromkeys(["doc_id", "article", unit]))], on="doc_id")
    texts = features.documents.set_index("doc_id").get("text", pd.Series(dtype="str"))
    seen = (f"{texts.get(r.doc_id, '')[r.start : r.end]:.160}" * (r.kind != "body") for r in rows.itertuples())
    where = rows["article"] + ", paragraph " + (rows["paragraph_id"] + 1).astype("str")
    told = (
        "Rule: "
        + rows["rule"].replace("", None).fillna("none")
        + ", "
        + (rows["end"] - rows["start"]).astype("str")
        + " characters. "
    )
    return pd.DataFrame({"key": join_key(rows, [unit, "kind"]), "where": where, "text": told + pd.Series(list(seen))})


def name_pair(one, other):
    """The evidence key of two texts, whatever their order."""
    return " and ".join(sorted((str(one), str(other))))


def cite_words_of_pairs(counts, unit, *, style=False, most=8):
    """The evidence (see `cite`) for pairs of texts: the content words that both use most, for what stands in few texts;
    with `style` the function words, outside quotations, whose rates differ most. The two numbers are rates per 1,000
    words. `counts`: one row per `unit` and word.
    """
    from analysis.resources import word_set

    if style and "quoted_count" in counts:  # as Delta is
        counts = counts.assign(count=counts["count"] - counts["quoted_count"])
    rates = counts.pivot_table("count", unit, "word", "sum", 0, observed=True)
    rates = 1000 * rates.div(rates.sum(axis=1), axis=0)
    rates = rates.loc[:, rates.columns.isin(list(word_set("stopwords"))) == style]
    words, x = rates.columns.to_numpy("str"), rates.to_numpy()
    weight = 1 / (x.std(axis=0) + 1e-9) if style else np.log((1 + len(x)) / (1 + (x > 0).sum(axis=0))) + 1
    lines = []
    for i, j in combinations(range(len(x)), 2):
        strength = weight * (np.abs(x[i] - x[j]) if style else np.minimum(x[i], x[j]))
        best = np.argsort(-strength, kind="stable")[:most]
        text = ", ".join(f"{words[k]} ({x[i, k]:.1f} and {x[j, k]:.1f})" for k in best if strength[k])
        lines.append((name_pair(rates.index[i], rates.index[j]), "per 1,000 words", text))
    return pd.DataFrame(lines, columns=["key", "where", "text"])


def keep_everything(features):
    """The sentences of the corpus, counted, as if every paragraph were body: what the rules on body changed."""
    from analysis import formulas, text

    everything = features.paragraphs.assign(kind="body")
    return formulas.count_sentences(*text.analyze(features.documents, everything))


def explore(make, name, values, title):
    """In JupyterLab, a list of `values` to choose from, and the table `make(value)` of the one chosen, made at once.

    On a page, where nothing can be computed: the first rows of the tables of the first dozen `values`, in one, and said
    to be the first.
    """
    values = list(values)
    if not values or os.environ.get(REPORT):
        parts = [make(value).assign(**{name: value}) for value in values[:LONG_TABLE]]
        table = pd.concat(part.head(MOST_SENTENCES) for part in parts) if parts else pd.DataFrame({name: []})
        cut = len(values) > LONG_TABLE or any(len(part) > MOST_SENTENCES for part in parts)
        of = f"the first {LONG_TABLE} of {len(values):,}" if len(values) > LONG_TABLE else "each"
        title += f" (the first {MOST_SENTENCES} of {of}; all of them in JupyterLab)" * cut
        show_table(table[[name, *table.columns.drop(name)]], title)
        return
    import ipywidgets

    chosen = ipywidgets.Dropdown(options=values, description=name)
    ipywidgets.interact(lambda value: show_table(make(value), f"{title}: {value}"), value=chosen)


def label_actors(table, actors, column="actor"):
    """`table` with the actors' labels instead of their ids in `column`; what is no id of the registry stays."""
    labels = actors.drop_duplicates("actor").set_index("actor")["label"]
    return table.assign(**{column: table[column].map(labels).fillna(table[column])})


def label_mentions(features, documents, actors):
    """The mentions with labels of actors, and the `article`, `source` and `n_sentences` of their article."""
    facts = documents[["doc_id", "article", "source", "n_sentences"]]
    return label_actors(features.mentions, actors).merge(facts, on="doc_id", how="left", validate="many_to_one")


def part_of_text(sentences, parts=10):
    """Which of `parts` equal parts of its article each sentence stands in: an ordered category, "1" the first."""
    last = sentences.groupby("doc_id")["sentence_id"].transform("max") + 1
    part = (sentences["sentence_id"] * parts // last + 1).astype("int64").astype("str")
    return part.astype(pd.CategoricalDtype([str(i) for i in range(1, parts + 1)], ordered=True))


def average_along(sentences, values, by="article"):
    """One row per `by` and part of the text: `by, part`, the mean of each of `values`, `n_sentences`."""
    groups = sentences.groupby([by, "part"], sort=False, observed=True)
    return groups.agg(**{v: (v, "mean") for v in values}, n_sentences=("sentence_id", "size")).reset_index()


def cite_pairs(mentions, pairs, features):
    """The evidence (see `cite`) for `pairs` (`actor, other`): the sentences that name both."""
    seen = mentions[["doc_id", "sentence_id", "actor"]].drop_duplicates()
    both = seen.merge(seen.rename(columns={"actor": "other"}), on=["doc_id", "sentence_id"])
    return cite(both.merge(pairs[["actor", "other"]], on=["actor", "other"]), features, ["actor", "other"])


def name_documents(features):
    """The documents with `article`, the title made unique, and `source`, the outlet or, where unknown, the article.

    Where all articles are of one outlet, each is a source. Beyond forty those with the fewest articles are one source,
    "all others".
    """
    documents = features.documents
    article = documents["title"].fillna(documents["doc_id"])
    article = article.where(~article.duplicated(keep=False), article + " (" + documents["doc_id"] + ")")
    source = documents["outlet"].fillna(article)
    source = source if source.nunique() > 1 else article
    most = source.value_counts().index[:MOST_OUTLETS]
    return documents.assign(article=article, source=source.where(source.isin(most), "all others"))


def tell_differences(differences, by):
    """A clause on a table of `bootstrap_difference` against the rest: which texts differ beyond chance."""
    real = [f"“{name}”" for name in differences.loc[differences["q"] < 0.05, by]]
    if not real:
        return "none differs from the others together beyond chance"
    kept = "" if (differences["unit"] == "article").all() else ": these articles, not their outlets"
    return f"beyond chance (q < 0.05) {join_names(real)} differ{'s' * (len(real) == 1)} from the others together{kept}"


def name_most(values, one="", several=""):
    """The labels of the largest of `values` (a Series), all of those that tie, and the verb for one or several."""
    names = list(map(str, values.index[values == values.max()]))
    return f"{join_names(names)} {one if len(names) == 1 else several}".strip()


def print_range(values, form="{:,}"):
    """The least and the greatest of `values`, as one number where both print alike."""
    ends = [form.format(end) for end in (values.min(), values.max())]
    return " to ".join(dict.fromkeys(ends))


def join_names(names, most=4):
    """The `names` as a list in words; beyond `most` of them, how many more."""
    names = names if len(names) <= most else [*names[:most], f"{len(names) - most} more"]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def choose_unit(documents):
    """What a figure has a line for: `article`, or `source` when there are more than forty articles."""
    return "article" if len(documents) <= MOST_ARTICLES else "source"


def _script_json(text):
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _describe(title, table):
    """Alternative text of a figure, from its table: the title and the first rows in words."""
    rows = _printed(table.head(5)).to_dict("records")
    first = "; ".join(", ".join(f"{k} {v}" for k, v in row.items() if v != "") for row in rows)
    return f"{title}. The table under the figure has {_count_rows(table)}; the first: {first}"[:900]


def _printed(table):
    """`table` as shown: text, three significant digits, dates as days, undefined blank, headers without underscores."""

    def show(value, column):
        if pd.isna(value):
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return print_number(value, column) if isinstance(value, (float, int)) else str(value)

    shown, headers = {}, [name_column(name) for name in table]
    for name, header in zip(table, headers, strict=True):
        values = table[name]
        if pd.api.types.is_datetime64_any_dtype(values):
            values = values.dt.strftime("%Y-%m-%d")
        shown[header if headers.count(header) == 1 else str(name).replace("_", " ")] = [
            show(v, name) for v in values.tolist()
        ]
    return pd.DataFrame(shown)


def _escape(text):
    """`text` as HTML, with true minus signs."""
    return re.sub(r"(?<![\w.,-])-(?=\d)", "−", html.escape(text))


def _table_html(table, label):
    printed = _printed(table.head(MOST_ROWS))
    if len(printed) > LONG_TABLE:
        import itables

        options = {"showIndex": False, "classes": "display compact", "display_logo_when_loading": False, "maxBytes": 0}
        days = [i for i, c in enumerate(table) if "date" in str(table[c].dtype)]
        long = [printed[c].str.len().median() for c in printed]
        options["columnDefs"] = [{"targets": days, "className": "dt-nowrap"}]
        if max(long) > 60:  # sentences
            options["columnDefs"].append({"targets": [long.index(max(long))], "width": "45%"})
        name = hashlib.sha256(f"{label}\n{printed.to_csv()}".encode("utf-8", "replace")).hexdigest()[:12]
        options["table_id"] = f"table-{name}"  # itables would draw a random one, and no page be made twice the same
        page = itables.to_html_datatable(printed, connected=False, **options)
    else:
        numbers = [pd.api.types.is_numeric_dtype(table[c]) or "date" in str(table[c].dtype) for c in table]
        styles = [' class="n"' if number else "" for number in numbers]
        head = "".join(f'<th scope="col"{s}>{html.escape(c)}</th>' for s, c in zip(styles, printed, strict=True))
        lines = [
            "".join(f"<td{s}>{html.escape(v)}</td>" for s, v in zip(styles, row, strict=True))
            for row in printed.itertuples(index=False)
        ]
        body = "".join(f"<tr>{line}</tr>" for line in lines)
        page = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" role="region" aria-label="{html.escape(label)}" tabindex="0">{page}</div>'


def _csv_link(table, title):
    """A download link of the whole table; a cell that a spreadsheet would run as a formula gets an apostrophe."""
    text = table.select_dtypes(["str", "object", "category"]).columns
    safe = table.assign(**{c: table[c].astype("str").str.replace(r"^([=+\-@\t\r])", r"'\1", regex=True) for c in text})
    data, kind, end = safe.to_csv(index=False, float_format="%.6g").encode(), "text/csv", "csv"
    if len(data) > ZIPPED:
        data, kind, end = gzip.compress(data, mtime=0), "application/gzip", "csv.gz"
    name = "".join(c if c.isalnum() else "-" for c in title.lower())[:60].strip("-") or "table"
    link = f'download="{name}.{end}" href="data:{kind};base64,{base64.b64encode(data).decode()}"'
    return f'<a class="csv" {link}>Download the table ({"CSV" if end == "csv" else "CSV, compressed"})</a>'


def _table_block(table, title):
    body = _table_html(table, f"Table: {title}")
    if len(table) > LONG_TABLE and os.environ.get(REPORT):
        body = f"<template>{body}</template>"
    body += _csv_link(table, title)
    return f'<details class="table"><summary>Show the table ({_count_rows(table)})</summary>{body}</details>'


def _count_rows(table):
    n = len(table)
    return f"{n:,} row{'s' * (n != 1)}" if n <= MOST_ROWS else f"the first {MOST_ROWS:,} of {n:,} rows"


def _evidence_block(evidence):
    """Lists of sentences to open, one a key; few enough that a page neither grows heavy nor holds a whole article."""
    sizes = evidence["key"].value_counts(sort=False)
    most = min(MOST_SENTENCES, max(1, MOST_LINES // max(1, len(sizes))))
    parts = []
    for key, rows in evidence[evidence["key"].isin(sizes.index[:MOST_LINES])].groupby("key", sort=False):
        lines = "".join(
            f"<li><cite>{html.escape(str(r.where))}</cite> {html.escape(str(r.text))}</li>"
            for r in rows.head(most).itertuples()
        )
        more = f"<p>The first {most:,} of {len(rows):,} are shown.</p>" if len(rows) > most else ""
        name = html.escape(str(key))
        parts.append(
            f'<details data-key="{name}"><summary>{name} ({len(rows):,})</summary><ul>{lines}</ul>{more}</details>'
        )
    if not parts:
        return ""
    hint = "Click on a bar, cell or point (or go there with the arrow keys, then Enter), or open a line here."
    hint = f'<p class="how" role="status">{hint}</p>'
    return f'<details class="evidence"><summary>What is behind it</summary>{hint}{"".join(parts)}</details>'
