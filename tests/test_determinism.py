"""The promises of docs/promises.md: same input, same bytes; no network; no write outside --out; licences."""

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLE, TITLE

PROMISES = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")


def digest(folder):
    """Every file below `folder`, with the hash of its bytes."""
    files = (p for p in sorted(Path(folder).rglob("*")) if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def extract(corpus, out, code="", **env):
    """`parallax features` in a process of its own, after `code`; the digest of what it wrote."""
    code += (
        f"\nfrom analysis.cli import main; raise SystemExit(main(['features', {str(corpus)!r}, '--out', {str(out)!r}]))"
    )
    env = os.environ | {"PYTHONPATH": str(ROOT)} | env
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], env=env, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return digest(out)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return extract(SAMPLE, tmp_path_factory.mktemp("reference") / "out")


def test_bytes_do_not_depend_on_locale_zone_hash_seed_and_cores(reference, tmp_path):
    one_core = "import os\nif hasattr(os, 'sched_setaffinity'): os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])"
    env = {"LC_ALL": "C", "LANG": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7", "PYTHONUTF8": "0"}
    assert extract(SAMPLE, tmp_path / "out", one_core, **env) == reference


def test_bytes_do_not_depend_on_what_holds_pandas_text(reference, tmp_path):
    code = "import pandas; pandas.options.mode.string_storage = 'python'"
    assert extract(SAMPLE, tmp_path / "out", code, TZ="America/Anchorage", PYTHONHASHSEED="8") == reference


BACKWARDS = """
import os
scan = os.scandir
class Entries(list):
    __enter__ = lambda self: iter(self)
    __exit__ = lambda self, *a: None
os.scandir = lambda *a: Entries(list(scan(*a))[::-1])
"""


def test_bytes_do_not_depend_on_the_order_on_disk_or_the_time(reference, tmp_path):
    for file in sorted(SAMPLE.iterdir(), reverse=True):
        shutil.copy(file, tmp_path / file.name)
        os.utime(tmp_path / file.name, (1e9, 1e9))
    assert extract(tmp_path, tmp_path.parent / f"{tmp_path.name}-out", BACKWARDS) == reference


# Whatever code runs: no module of these is imported by the library (`hashlib`, `json` and `csv` are enough to read).
BARRED = {"socket", "urllib", "http", "requests", "ftplib", "smtplib", "pickle", "marshal", "shelve", "dill", "joblib"}
# The words that run text as code; `re.compile` is a pattern.
RUNS = {"eval", "exec", "compile", "__import__"}


def test_no_network_no_pickle_and_no_code_from_data():
    for path in sorted((ROOT / "analysis").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & BARRED, (path.name, names)
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else ""
                method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                assert called not in RUNS and method not in {"read_pickle", "to_pickle", "eval", "system"}, path.name


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """Runs a command without network, with a read-only home and an empty folder for temporary files."""
    folder = tmp_path_factory.mktemp("sealed")
    for name in ("home", "tmp", "cwd"):
        (folder / name).mkdir()
    (folder / "home" / "notes.txt").write_text("mine")
    (folder / "home").chmod(0o500)
    seal = ["unshare", "--net"] + (["--map-root-user"] if os.geteuid() else [])
    if not os.geteuid() and shutil.which("setpriv"):  # root writes anywhere, unless this right is taken away
        seal += ["setpriv", "--bounding-set=-dac_override", "--"]
    if not shutil.which("unshare") or subprocess.run([*seal, "true"], capture_output=True).returncode:
        pytest.skip("a process without network is not permitted here")

    def run(*arguments, seed="0"):
        names = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "TZ")
        env = {k: v for k, v in os.environ.items() if k in names} | {"PYTHONPATH": str(ROOT)}
        env |= {
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": seed,
        }
        command = [*seal, sys.executable, "-W", "error::ResourceWarning", "-m", "analysis", *map(str, arguments)]
        return subprocess.run(command, env=env, cwd=folder / "cwd", capture_output=True, text=True)

    yield folder, run
    (folder / "home").chmod(0o700)


def test_features_and_report_without_network_and_home_write_into_out_only(sealed, reports):
    """The report has the bytes of the one made in the process of the tests, by another hash seed, with no seal."""
    folder, run = sealed
    articles = folder / "articles"
    articles.mkdir()
    for name in ("lantern-1-dam.txt", "wire-1-dam.txt"):
        shutil.copy(SAMPLE / name, articles)
    reach = [sys.executable, "-c", "import socket; socket.create_connection(('192.0.2.1', 80), 2)"]
    assert subprocess.run(["unshare", "--net", *reach], capture_output=True).returncode, "the seal leaks"
    before = digest(folder)
    seed = "2" if os.environ.get("PYTHONHASHSEED") != "2" else "3"
    for command in (("features", articles), ("report", SAMPLE, "--title", TITLE.format("sample"))):
        done = run(*command, "--out", folder / "out" / command[0], seed=seed)
        assert done.returncode == 0, done.stderr
    after = digest(folder)
    assert digest(folder / "out" / "report") == digest(reports / "sample"), "figures and pages: same bytes"
    written = {name.split("/")[0] for name in after.keys() - before.keys()}
    assert written == {"out"} and {name: after[name] for name in before} == before
    assert sorted(p.name for p in (folder / "out").iterdir()) == ["features", "report"]
    assert not [*(folder / "tmp").iterdir(), *(folder / "cwd").iterdir()]
    assert [p.name for p in (folder / "home").iterdir()] == ["notes.txt"]
    assert {p.suffix for p in (folder / "out" / "report").iterdir()} == {".html"}


def test_audit_and_actors_write_nothing_unless_told(sealed):
    folder, run = sealed
    before = digest(folder)
    assert run("actors", SAMPLE).stdout.startswith("actor,") and "article(s)" in run("audit", SAMPLE).stdout
    assert digest(folder) == before


PERMISSIVE = re.compile(r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Zlib|Unlicense|CNRI", re.IGNORECASE)
OTHER = re.compile(r"GPL|GNU|MPL|Mozilla|EPL|CDDL|Commercial|Proprietary", re.IGNORECASE)


def test_every_licence_of_the_lock_is_permissive_or_noted():
    """As each installed package states it; those of other systems are not installed here and are not looked at."""
    names = set(re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.M))
    noted = set(re.findall(r"^\| `([a-z0-9-]+)` \|", PROMISES, re.M))
    found = {}
    for name in sorted(names):
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        listed = [c for c in about.get_all("Classifier", []) if c.startswith("License ::")]
        found[name] = about.get("License-Expression") or " ".join(listed) or (about.get("License") or "")[:200]
    assert len(found) > 0.8 * len(names), "the lock is not what is installed"
    other = {name for name, licence in found.items() if OTHER.search(licence) or not PERMISSIVE.search(licence)}
    assert other == noted & set(found), {name: found[name] for name in other ^ (noted & set(found))}


def test_every_promise_names_a_test_that_exists():
    named = re.findall(r"`(tests/test_\w+\.py)::(test_\w+)`", PROMISES)
    assert len(named) >= 12
    for file, test in named:
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), (file, test)
