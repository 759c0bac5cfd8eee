"""From a corpus to a folder of offline HTML pages: run the notebooks, put them into the template, add an index."""

import base64
import gc
import gzip
import hashlib
import json
import os
import re
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

import analysis
from analysis import compare, features, notebook, scale
from analysis.notebook import find_folder

HERE = Path(__file__).parent
TEMPLATE = HERE / "template"
REFERENCES = ("data-dictionary", "formulas", "validity")


class ReportError(Exception):
    """A notebook failed: the message names it, the cell and the error."""


def find_notebooks():
    """The curated notebooks, in order."""
    return sorted(find_folder("notebooks").glob("0*.ipynb"))


def build_report(path, out, actors=None, title=None):
    """Run the notebooks on the corpus at `path` and write one HTML page each and `index.html` into the folder `out`.

    The pages are built aside and put in place together, so an earlier report stays whole until then. Of a bundle with
    more than `features.MOST` articles the pages show a sample, and say so. Returns the path of the index. Raises
    ReportError naming the notebook, the cell and the error; what reading the corpus raises; and ValueError when `out`
    holds files that are no report.
    """
    out = Path(out)
    _check_target(out)
    tables, registry, total = features.open_corpus(path, actors)
    title = title or Path(path).resolve().name
    command = f"parallax report {path}" + (f" --actors {actors}" if actors else "")
    foot = _write_foot(tables, total, title, command)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".parallax-", dir=out.parent) as aside:
        work = Path(aside)
        part = features.write_part(tables, work / "corpus", "00000", text=True)
        findings = tables.documents.attrs["findings"]
        features.write_manifest(work / "corpus", [part], drawn_from=total, findings=findings)
        registry.to_csv(work / "actors.csv", index=False)
        written = _make_pages(work, tables, total, title, foot)
        (work / "pages").mkdir()
        for file, page in written.items():
            (work / "pages" / file).write_text(page, encoding="utf-8")
        _swap(work / "pages", out)
    return out / "index.html"


def _write_foot(tables, total, title, command):
    """The lines at the foot of each page: what it was made from, when and how."""
    n = len(tables.documents)
    made = f"Corpus {hash_corpus(tables)[:12]}. Parallax {analysis.__version__}, {date.today()}."
    sampled = [notebook.SAMPLED.format(n, total)] if total > n else []
    return [f"{title}: {n:,} articles. {made}", *sampled, f"Made with: {command}"]


def _make_pages(work, tables, total, title, foot):
    """The text of each page, by its file: of the notebooks, run on the corpus in `work`, the references, the index."""
    from tqdm import tqdm

    env = {"PARALLAX_CORPUS": str(work / "corpus"), "PARALLAX_ACTORS": str(work / "actors.csv")}
    env |= {notebook.REPORT: "1", "IPYTHONDIR": str(work / "ipython")}
    sources = find_notebooks()
    pages = [{"file": f"{s.stem}.html", "name": s.stem[3:].replace("_", " ")} for s in sources]
    # A process runs notebook after notebook: its imports take longer than most notebooks.
    workers = max(1, min(os.cpu_count() or 1, len(sources)))
    with ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, (env,)) as pool:
        frame = {"pages": pages, "title": title, "foot": foot}
        runs = pool.map(partial(_make_page, **frame), sources)
        texts = pool.map(partial(_make_reference, **frame), REFERENCES)
        duplicates = analysis.near_duplicates(tables.documents) if "text" in tables.documents else None
        try:
            made = list(tqdm(runs, total=len(sources), desc=f"report on {title[:30]}", unit="page"))
            written = {f"{name}.html": text for name, text in zip(REFERENCES, texts, strict=True)}
        except BrokenProcessPool as error:
            raise ReportError("a process that ran notebooks was ended from outside, perhaps out of memory") from error
    written |= {page["file"]: text for page, (text, _) in zip(pages, made, strict=True)}
    found = [page | lead for page, (_, lead) in zip(pages, made, strict=True)]
    return written | {"index.html": render_index(tables, duplicates, found, title, foot, total)}


def _start_worker(env):
    os.environ.update(env)
    sys.modules.setdefault("rfc3987_syntax", None)  # nbformat has no need of it, which compiles for 1.8 s
    scale.start_worker()  # a report that is killed leaves no process behind


def _make_page(source, pages, title, foot):
    """The page of the notebook `source`, and what the index shows of it."""
    cells = run_notebook(source)
    return render_page(cells, pages, f"{source.stem}.html", title, foot), _lead(cells)


def run_notebook(source):
    """The executed notebook of the file `source`, run here by IPython. Raises ReportError at the first failing cell."""
    import nbformat
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output
    from traitlets.config import Config

    cells = nbformat.read(source, as_version=4)
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    try:
        for number, cell in enumerate(cells.cells, 1):
            if cell.cell_type == "code":
                with capture_output() as shown:
                    result = shell.run_cell(cell.source)
                if error := result.error_before_exec or result.error_in_exec:
                    raise ReportError(f"{source.name}, cell {number}: {type(error).__name__}: {error}") from error
                cell.outputs = [
                    nbformat.v4.new_output("display_data", o.data, metadata=o.metadata) for o in shown.outputs
                ]
    finally:
        InteractiveShell.clear_instance()
        shell.reset(new_session=False)  # the tables of this notebook must not stand beside those of the next
        gc.collect()
    return cells


def _make_reference(name, pages, title, foot):
    """The page of a text that the notebooks link to, from the Markdown in docs/."""
    from nbformat.v4 import new_markdown_cell, new_notebook

    text = (find_folder("docs") / f"{name}.md").read_text(encoding="utf-8")
    return render_page(new_notebook(cells=[new_markdown_cell(text)]), pages, f"{name}.html", title, foot)


def render_page(cells, pages, file, title, foot):
    """The HTML page of an executed notebook: self-contained, nothing is loaded from anywhere."""
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    heading = next((c.source.lstrip("# ").splitlines()[0] for c in cells.cells if c.cell_type == "markdown"), file)
    shown = "".join(o.get("data", {}).get("text/html", "") for c in cells.cells for o in c.get("outputs", []))
    plots = re.findall(r'<div class="plot"[^>]*><script[^>]*>(.*?)</script>', shown)
    kinds = {trace.get("type", "scatter") for plot in plots for trace in json.loads(plot)["data"]}
    values = {
        "page_title": f"{heading} – {title}",
        "corpus": title,
        "pages": [p | {"current": p["file"] == file} for p in pages],
        "foot": foot,
        "plotly": _packed_plotly(frozenset(kinds)) if plots else "",
        "itables": _itables() if "_itables_" in shown else "",
        "css": _read_template("page.css") + _highlight_css(),
        "js": _read_template("page.js"),
    }
    exporter = HTMLExporter(
        template_name="template",
        extra_template_basedirs=[str(HERE)],
        config=Config({"HTMLExporter": {"anchor_link_text": ""}}),
    )
    page, _ = exporter.from_notebook_node(cells, resources={"parallax": values})
    return re.sub(r'href="\.\./docs/([\w-]+)\.md', r'href="\1.html', page)


def _read_template(name):
    return (TEMPLATE / name).read_text(encoding="utf-8")


def _fill_template(name, **values):
    """The page of a template that no notebook goes into."""
    from jinja2 import Environment

    template = Environment(autoescape=True).from_string(_read_template(name))
    return template.render(css=_read_template("page.css"), **values)


def hash_corpus(tables):
    """A hash of the corpus: the SHA-256 over the documents' ids and file hashes, whatever their order."""
    lines = sorted(tables.documents["doc_id"] + " " + tables.documents["sha256"].fillna(""))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def render_index(tables, duplicates, pages, title, foot, total):
    """The index page: the corpus at a glance, what can be said from it, each page's finding with a small picture."""
    documents, kinds = tables.documents, tables.paragraphs["kind"].value_counts()
    dates = documents["date"].dropna().sort_values().dt.strftime("%Y-%m-%d").tolist()
    left_out = int(kinds.drop("body", errors="ignore").sum())
    facts = {
        "articles": f"{len(documents):,}" + f" of {total:,}, a sample" * (total > len(documents)),
        "outlets": f"{documents['outlet'].nunique():,}",
        "words": f"{int(documents['n_words'].sum()):,}",
        "dates": "unknown" if not dates else dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}",
        "paragraphs left out": f"{left_out:,} of {int(kinds.sum()):,}",
    }
    card = compare.describe_corpus(tables, duplicates).to_dict("records")
    return _fill_template("corpus.html.j2", title=title, facts=facts, card=card, pages=pages, foot=foot)


def _lead(cells):
    """The finding that a notebook put forward with `notebook.lead`: its sentence, and bars scaled to the picture.

    Bars start at zero, which stands at `zero` of 95 units: negative ones run to the left.
    """
    outputs = (o for c in cells.cells for o in c.get("outputs", []))
    lead = next((o["metadata"]["parallax"] for o in outputs if "parallax" in o.get("metadata", {})), {})
    every = [(label, value) for label, value in lead.get("bars", []) if value == value]
    bars, unit = every[:6], lead.get("unit", "") + f", 6 of {len(every)}" * (len(every) > 6)
    low, high = min([0, *(v for _, v in bars)]), max([0, *(v for _, v in bars)])
    scale = 95 / ((high - low) or 1)
    drawn = [
        {
            "label": label,
            "value": notebook.print_number(value, unit).replace("-", "−"),
            "x": (min(value, 0) - low) * scale,
            "width": abs(value) * scale,
        }
        for label, value in bars
    ]
    sentence = lead.get("sentence", "").replace("(-", "(−")
    return {"sentence": sentence, "unit": unit, "bars": drawn, "zero": -low * scale}


def write_top(out, corpora):
    """An index over several reports: `corpora` maps each report's folder in `out` to its title. Returns the path."""
    index = Path(out) / "index.html"
    index.write_text(_fill_template("top.html.j2", corpora=corpora), encoding="utf-8")
    return index


@cache
def _packed_plotly(kinds):
    from plotly.offline import get_plotlyjs

    return base64.b64encode(gzip.compress(cut_plotly(get_plotlyjs(), kinds).encode(), 9, mtime=0)).decode()


def cut_plotly(script, kinds):
    """The text of plotly.js for the trace types `kinds` alone: to start all of its 47 takes a browser a second.

    As in plotly's own smaller bundles the list of what is registered is shorter (`scatter` is always in). Modules are
    functions that others call by name, so one whose name stands in no module that is reached is left out. The text
    comes back whole when it is not of the form that plotly.js 3 and 4 have, or lacks one of `kinds`.
    """
    entry = re.search(r"=([\w$]+)\(\([\w$,]*\)=>\{[^}]{,60}\.register\(\[((?:[\w$]+\(\),?)+)\]\)", script)
    if not entry or not re.match(r"\W*plotly\.js v[34]\.", script):
        return script
    wrap, listed = re.escape(entry[1]), entry[2].split(",")
    modules = re.split(rf"(?<=[;}}\n])(?=var [\w$]+={wrap}\()", script)
    kept = []
    for kind in sorted(kinds - {"scatter"}):
        names = [m[4 : m.index("=")] for m in modules if f'moduleType:"trace",name:"{kind}"' in m]
        passing = [m for name in names for m in modules if f".exports={name}()}});" in m]
        kept += [f"{m[4 : m.index('=')]}()" for m in passing[:1]] or [kind]
    if not {*kept} <= {*listed}:
        return script
    modules[-1] = modules[-1].replace(entry[2], ",".join(kept))
    return "".join(_find_reached(modules, wrap))


def _find_reached(modules, wrap):
    """The `modules` that the first and the last lead to; `wrap` is the pattern of what makes a module of a function."""
    places = {}
    for place, module in enumerate(modules):
        for name in re.findall(rf"([\w$]+)=(?:{wrap}\(|[\w$]+\(\(\)=>\{{)", module):
            places.setdefault(name, []).append(place)
    reached, to_read = set(), [0, len(modules) - 1]
    while to_read:
        place = to_read.pop()
        if place not in reached:
            reached.add(place)
            to_read += [p for word in set(re.findall(r"[\w$]+", modules[place])) for p in places.get(word, ())]
    return [modules[place] for place in sorted(reached)]


def _itables():
    import itables
    from itables.javascript import generate_init_offline_itables_html

    return generate_init_offline_itables_html(Path(itables.__file__).parent / "html" / "dt_bundle.js")


def _highlight_css():
    from pygments.formatters import HtmlFormatter

    styles = [HtmlFormatter(style=name, nobackground=True) for name in ("xcode", "github-dark")]
    light, dark = (style.get_style_defs(".highlight") for style in styles)
    return f"{light}\n@media screen and (prefers-color-scheme:dark){{{dark}}}"


def _check_target(out):
    if out.exists() and not out.is_dir():
        raise ValueError(f"{out}: is a file; give --out a folder")
    for file in out.iterdir() if out.exists() else ():
        if file.suffix != ".html":
            raise ValueError(f"{out}: holds {file.name!r}, which is not of a report; give --out an empty or new folder")


def _swap(new, out):
    """Put the folder `new` in the place of `out`; the earlier report goes only when the new one stands."""
    old = new.parent / "old"
    if out.exists():
        out.replace(old)
    try:
        new.replace(out)
    except OSError:
        if old.exists():
            old.replace(out)
        raise
