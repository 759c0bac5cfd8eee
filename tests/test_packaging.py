"""The dependencies agree, the repository holds nothing that is not ours, `import analysis` is light, layers hold."""

import ast
import csv
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import ARTICLES, BUNDLE, ROOT, SHARED

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WANTED = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
TOPICS = {"frequency", "formulas", "actors", "quotes", "tone"}
# What every topic may stand on.
FLOOR = {
    "schema",
    "resources",
    "typography",
    "marks",
    "text",
    "boundaries",
    "body",
    "syllables",
    "lexicon",
    "grammar",
    "phrases",
    "verbs",
    "speech",
    "names",
    "registry",
    "judging",
    "bearers",
}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def tracked():
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_lock_has_every_dependency_at_or_above_its_bound():
    lock = dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", (ROOT / "requirements.txt").read_text(), re.M))
    lock = {normal(name): tuple(int(n) for n in re.findall(r"\d+", version)) for name, version in lock.items()}
    for line in WANTED:
        name, bound = line.split(">=")
        assert lock[normal(name)] >= tuple(int(n) for n in bound.split(".")), line


def test_lock_is_hashed_and_names_no_index():
    text = (ROOT / "requirements.txt").read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 80
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"https?://|index-url", text)


def test_environment_lists_the_same_dependencies():
    sys.path.insert(0, str(ROOT / "scripts"))
    from write_environment import render_environment

    assert (ROOT / "environment.yml").read_text(encoding="utf-8") == render_environment()
    listed = re.findall(r"^      - ([a-z0-9_.>=-]+)$", render_environment(), re.M)
    assert sorted(listed) == sorted(WANTED)


def imports(path):
    """The modules of the package that `path` imports, at any depth of the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "analysis":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analysis."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


MODULES = {path.stem for path in (ROOT / "analysis").glob("*.py")} | {"resources"}


@pytest.mark.parametrize("topic", sorted(TOPICS | {"target_tone"}))
def test_topic_modules_stand_on_the_floor_only(topic):
    path = ROOT / "analysis" / f"{topic}.py"
    if not path.exists():
        pytest.skip(f"no module {topic}")
    own = imports(path) & (MODULES - FLOOR)
    assert own <= ({"tone"} if topic == "target_tone" else {"target_tone"} if topic == "tone" else set()), own
    assert not imports(path) & {"plotly", "IPython", "ipykernel", "nbclient", "nbconvert", "itables"}


def test_figures_import_no_topic_module():
    assert not imports(ROOT / "analysis" / "figures.py") & MODULES


def test_import_is_light():
    code = (
        "import sys, time, pandas; t = time.perf_counter(); import analysis; t = time.perf_counter() - t;"
        "print(t, [m for m in ('plotly', 'nltk', 'textstat', 'scipy', 'sklearn') if m in sys.modules])"
    )
    runs = [subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True) for _ in range(3)]
    assert all(run.stdout.strip().endswith("[]") for run in runs), runs[0]
    assert min(float(run.stdout.split()[0]) for run in runs) < 0.15


def test_no_name_of_the_contract_is_missing():
    import analysis

    assert all(callable(getattr(analysis, name)) for name in analysis.__all__)


WORD = re.compile(r"[a-z0-9]+")


def words(text):
    return WORD.findall(text.lower().replace("\u2019", "").replace("'", ""))


@pytest.mark.skipif(not ARTICLES.is_dir(), reason="the case-study articles are not beside the checkout")
def test_no_run_of_six_words_of_an_article_is_in_the_repository():
    runs = set()
    for path in ARTICLES.glob("*.txt"):
        found = words(path.read_text(encoding="utf-8"))
        runs.update(zip(*(found[i:] for i in range(6)), strict=False))
    with (ARTICLES / "documents.csv").open(encoding="utf-8") as handle:
        titles = [words(row["title"]) for row in csv.DictReader(handle)]
    allowed = {t for title in titles for t in zip(*(title[i:] for i in range(6)), strict=False)}
    for path in tracked():
        if path.suffix == ".parquet":
            import pandas as pd

            frame = pd.read_parquet(path).select_dtypes(["str"])
            texts = {value for column in frame for value in frame[column].dropna()}  # a cell is a name or a word
        else:
            texts = [path.read_bytes().decode("utf-8", "replace")]
        for text in texts:
            found = words(text)
            hits = set(zip(*(found[i:] for i in range(6)), strict=False)) & (runs - allowed)
            assert not hits, f"{path.relative_to(ROOT)}: {sorted(hits)[:3]}"


def test_bundle_holds_names_and_single_words_only():
    """Column by column: the longest text of each column of the committed bundle is that of a name or a word."""
    import analysis

    features = analysis.load_features(BUNDLE)
    assert "text" not in features.documents and "text" not in features.sentences
    most = {"title": 20, "author": 5, "outlet": 6, "surface": 8, "speaker": 7, "rule": 8}
    for name, table in features._asdict().items():
        for column in table.select_dtypes("str"):
            longest = table[column].dropna().astype("str").str.split().str.len().max()
            assert pd_isna(longest) or longest <= most.get(column, 3), (name, column, longest)


def pd_isna(value):
    return value != value


def test_notebooks_are_committed_without_outputs_and_short():
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert len(notebooks) == 6
    for path in notebooks:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
        assert len(code) <= 25, path.name
        assert all(len(source.splitlines()) <= 10 for source in code), path.name
        assert not any(re.search(r"^\s*(def|class) ", source, re.M) for source in code), path.name
        assert not any(c.get("outputs") for c in cells), path.name


def test_no_file_names_a_machine_path_or_registry():
    pattern = re.compile(r"(?<![\w.:])/(?:home|root|work|farm)/\w+|--(?:extra-)?index-url|https?://[^\s\"']*/simple/")
    for path in tracked():
        if path.suffix in {".parquet", ".png"} or path.name == Path(__file__).name:
            continue
        hit = pattern.search(path.read_text(encoding="utf-8", errors="replace"))
        assert not hit, (path.name, hit and hit.group())


def test_shared_folder_is_not_inside_the_checkout():
    assert not str(SHARED).startswith(str(ROOT) + os.sep)
