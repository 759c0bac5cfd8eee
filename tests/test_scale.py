"""Features of large corpora: the same bytes however they come about, and whatever happens on the way."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, SAMPLE
from test_features import digest

import analysis
from analysis import features, scale
from analysis.cli import main

PART = 0.02  # megabytes: seven partitions of the corpus below
RUN = "import sys; from analysis import cli, scale; scale.PARTITION_MB = {}; sys.exit(cli.main(sys.argv[1:]))"


def test_input_is_measured_by_the_files_that_are_read(tmp_path):
    for name in ("a/one.txt", "a/two.md", "README.md", ".hidden.txt", "a/photo.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Snow fell.", "utf-8")
    assert scale._measure_input(tmp_path) == (20, 2)


@pytest.fixture(scope="module")
def articles(tmp_path_factory):
    """A folder of 48 articles, and its features: the sample four times, each copy with words of its own."""
    folder = tmp_path_factory.mktemp("articles")
    for n in range(4):
        for file in sorted(SAMPLE.glob("*.txt")):
            text = file.read_text(encoding="utf-8")
            outlet = folder / file.name.split("-")[0]
            outlet.mkdir(exist_ok=True)
            (outlet / f"{file.stem}-{n}.txt").write_text(f"{text}\nThe copy number {n} of it was printed.\n", "utf-8")
    out = tmp_path_factory.mktemp("expected") / "features"
    with pytest.MonkeyPatch.context() as patch:
        assert run_here(patch, folder, out) == 0
    assert len(list((out / "parts").iterdir())) == 7
    return folder, out


@pytest.fixture
def finished(articles, tmp_path):
    """(The folder of articles, a copy of its features, the digest of these)."""
    shutil.copytree(articles[1], tmp_path / "out")
    return articles[0], tmp_path / "out", digest(articles[1])


@pytest.fixture
def few(articles, tmp_path):
    """A folder of a dozen articles: two partitions."""
    for file in sorted(articles[0].rglob("*.txt"))[::4]:
        (tmp_path / "few" / file.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copy(file, tmp_path / "few" / file.parent.name)
    return tmp_path / "few"


def start(folder, out, *more, part=PART):
    command = [sys.executable, "-c", RUN.format(part), "features", str(folder), "--out", str(out), *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process, code=0):
    output, error = process.communicate(timeout=240)
    assert process.returncode == code, error
    assert "Traceback" not in error
    return output, error


def await_end(children):
    """Whether all of these processes end within half a minute."""
    end = time.monotonic() + 30
    while (left := any(Path(f"/proc/{child}").exists() for child in children)) and time.monotonic() < end:
        time.sleep(0.05)
    return not left


def run_here(monkeypatch, folder, out, *more):
    """The command in this process, in small partitions; its exit code."""
    monkeypatch.setattr(scale, "PARTITION_MB", PART)
    monkeypatch.setattr(scale, "_measure_input", lambda path: (0, None))  # so small that no process is started
    return main(["features", str(folder), "--out", str(out), *more])


def count_extractions(monkeypatch):
    """A list that receives the articles of each extraction from now on."""
    seen, extract = [], analysis.extract_features

    def counted(documents, registry):
        seen.append(documents["doc_id"].tolist())
        return extract(documents, registry)

    monkeypatch.setitem(analysis.__dict__, "extract_features", counted)
    return seen


def test_a_kill_at_any_moment_leaves_what_the_next_run_completes(articles, tmp_path):
    """Killed without warning after some parts, twice; workers end with their parent; the bytes are the same."""
    folder, expected = articles[0], digest(articles[1])
    out, chance, most = tmp_path / "out", random.Random(10), 0
    for _ in range(2):
        process = start(folder, out)
        done, end = len(list(out.glob("parts/*.json"))), time.monotonic() + 120
        while len(list(out.glob("parts/*.json"))) <= done and time.monotonic() < end and process.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.2)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with pytest.raises(FileNotFoundError, match="unfinished.*parallax features"):
            analysis.load_features(out)
        most = max(most, len(list(out.glob("parts/*.json"))))
        assert await_end(children)
    (out / "quotes" / "00000.parquet.99.partial").write_bytes(b"half")
    (out / "manifest.json.99.partial").write_bytes(b"{")
    finish(start(folder, out))
    assert digest(out) == expected and not list(out.rglob("*.partial"))
    assert most >= 1


def test_a_finished_folder_is_not_extracted_again_but_what_was_damaged_is(finished, monkeypatch):
    folder, out, expected = finished
    seen = count_extractions(monkeypatch)
    assert run_here(monkeypatch, folder, out) == 0 and seen == []
    file = out / "sentences" / "00003.parquet"
    file.write_bytes(file.read_bytes()[:-100])
    (out / "word_counts" / "00004.parquet").unlink()
    (out / "parts" / "00005.json").write_text("{")
    assert run_here(monkeypatch, folder, out) == 0
    assert len(seen) == 3 and digest(out) == expected


def test_another_corpus_or_registry_is_extracted_anew(finished, few, tmp_path, monkeypatch):
    _, out, _ = finished
    seen = count_extractions(monkeypatch)
    assert run_here(monkeypatch, few, out) == 0
    assert len(seen) == 2 and len(analysis.load_features(out).documents) == 12
    assert [len(list(out.glob(f"{table}/*"))) for table in ("parts", "quotes")] == [2, 2]
    actors, before = tmp_path / "actors.csv", digest(out)
    actors.write_text("actor,alias\ncouncil,River Council\n")
    assert run_here(monkeypatch, few, out, "--actors", str(actors)) == 0
    assert len(seen) == 4 and digest(out) != before
    monkeypatch.setattr(scale, "_hash_lists", lambda: "a shipped list was edited")
    assert run_here(monkeypatch, few, out, "--actors", str(actors)) == 0
    assert len(seen) == 6


def test_what_cannot_be_read_leaves_the_folder_as_it_was(finished, tmp_path, monkeypatch, capsys):
    folder, out, expected = finished
    assert run_here(monkeypatch, tmp_path / "nowhere", out) == 2
    assert digest(out) == expected
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("mine")
    assert run_here(monkeypatch, folder, mine) == 2
    assert "holds 'notes.txt' and no features" in capsys.readouterr().err
    assert [p.name for p in mine.iterdir()] == ["notes.txt"]


def test_a_folder_of_another_version_is_refused_and_rebuilt_by_the_command_it_names(finished, few, monkeypatch):
    _, out, _ = finished
    old = re.escape(analysis.__version__)
    monkeypatch.setattr(analysis, "__version__", "99.0")
    with pytest.raises(
        ValueError, match=rf"version {old}, this is 99\.0; run `parallax features ARTICLES --out .*out`"
    ):
        analysis.load_features(out)
    assert run_here(monkeypatch, few, out) == 0
    assert len(analysis.load_features(out).documents) == 12


def test_articles_that_fail_are_named_and_the_rest_is_kept(few, tmp_path, monkeypatch, capsys):
    extract = analysis.extract_features
    bad = sorted(str(p.relative_to(few).with_suffix("")) for p in few.rglob("*.txt"))[3::7]

    def fail(documents, registry):
        if set(bad) & set(documents["doc_id"]):
            raise RuntimeError("a rule met what it does not know")
        return extract(documents, registry)

    monkeypatch.setitem(analysis.__dict__, "extract_features", fail)
    assert run_here(monkeypatch, few, tmp_path / "out") == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if "extraction failed" in line] == [
        f"{d}.txt: extraction failed ({d}: RuntimeError: a rule met what it does not know);"
        " the other articles are kept; report it"
        for d in bad
    ]
    tables = analysis.load_features(tmp_path / "out")
    assert len(tables.documents) == 12 - len(bad)
    assert not any(table["doc_id"].isin(bad).any() for table in tables)
    monkeypatch.setitem(analysis.__dict__, "extract_features", extract)
    assert run_here(monkeypatch, few, tmp_path / "out") == 0  # what passed by is no fault for ever
    assert len(analysis.load_features(tmp_path / "out").documents) == 12


def test_interrupted_twice_it_ends_and_leaves_no_worker(articles, tmp_path):
    process = start(articles[0], tmp_path / "out")
    end = time.monotonic() + 60
    while not list(tmp_path.glob("out/parts/*.json")) and time.monotonic() < end and process.poll() is None:
        time.sleep(0.01)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.15)
    finish(process, 130)
    assert children and await_end(children)


def test_a_fault_further_down_leaves_the_finished_folder(articles, tmp_path, monkeypatch):
    lines = pd.DataFrame({"doc_id": list("abc"), "text": ["Snow fell on the bay. " * 9000] * 3}).to_json(
        orient="records", lines=True
    )
    (tmp_path / "t.jsonl").write_text(lines)
    assert run_here(monkeypatch, tmp_path / "t.jsonl", tmp_path / "out") == 0
    (tmp_path / "t.jsonl").write_text(lines + "{broken\n")
    before = digest(tmp_path / "out")
    assert run_here(monkeypatch, tmp_path / "t.jsonl", tmp_path / "out") == 2
    assert digest(tmp_path / "out") == before


@pytest.mark.skipif(sys.platform == "win32", reason="files have no limit there")
def test_a_full_disk_loses_nothing_that_was_finished(articles, tmp_path, monkeypatch):
    """A limit on the size of a file stands for the full disk: both make write fail."""
    folder, expected = articles[0], digest(articles[1])
    out, most = tmp_path / "out", max(file.stat().st_size for file in articles[1].rglob("*.parquet"))
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    limit += f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most - 1}, resource.RLIM_INFINITY));"
    limit += "scale._measure_input = lambda path: (0, None);"
    code = RUN.format(PART).replace("sys.exit", f"{limit} sys.exit")
    command = [sys.executable, "-c", code, "features", str(folder), "--out", str(out)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 2 and ran.stderr.count("\n") == 1
    assert "cannot be written" in ran.stderr and "finished parts are kept: run it again" in ran.stderr
    assert not list(out.rglob("*.partial")) and not (out / "manifest.json").exists()
    assert run_here(monkeypatch, folder, out) == 0
    assert digest(out) == expected


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_tables_larger_than_a_partition(few, tmp_path, monkeypatch, kind):
    """Each is read in bounded batches; long rows do not make a partition long, nor one article two."""
    documents = analysis.load_documents(few)[["doc_id", "outlet", "text"]]
    documents.loc[5, "text"] = "\n\n".join([documents["text"][5]] * 12)
    file = tmp_path / f"articles.{kind}"
    if kind == "csv":
        documents.to_csv(file, index=False)
    elif kind == "jsonl":
        documents.to_json(file, orient="records", lines=True)
    else:
        documents.to_parquet(file)
    assert run_here(monkeypatch, file, tmp_path / "out") == 0
    receipts = [json.loads(p.read_text()) for p in sorted((tmp_path / "out" / "parts").iterdir())]
    assert sum(r["articles"] for r in receipts) == 12 and len(receipts) >= 3
    assert sorted(r["bytes"] for r in receipts)[-2] < 2.5e6 * PART
    back = analysis.load_features(tmp_path / "out")
    pd.testing.assert_series_equal(back.documents["doc_id"], documents["doc_id"])
    once = analysis.extract_features(analysis.load_documents(file))
    assert back.documents["n_words"].sum() == pytest.approx(once.documents["n_words"].sum(), rel=0.02)


def test_a_report_opens_a_folder_of_many_parts(articles):
    from analysis import frequency

    tables = features.load_features(articles[1])
    assert tables.documents["doc_id"].is_unique and len(tables.documents) == 48
    assert len(frequency.keyness(tables.word_counts, tables.documents)) > 100


def test_a_dask_worker_killed_in_the_middle_changes_nothing(articles, tmp_path):
    pytest.importorskip("distributed", reason="Dask is not installed")
    folder, expected = articles[0], digest(articles[1])
    out = tmp_path / "out"
    scheduler = subprocess.Popen(
        [sys.executable, "-c", CLUSTER], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        address, victim = scheduler.stdout.readline().split()
        process = start(folder, out, "--scheduler", address)
        end = time.monotonic() + 120
        while len(list(out.glob("parts/*.json"))) < 2 and time.monotonic() < end and process.poll() is None:
            time.sleep(0.01)
        assert process.poll() is None
        os.kill(int(victim), signal.SIGKILL)
        finish(process)
    finally:
        scheduler.kill()
        scheduler.communicate()
    assert digest(out) == expected


CLUSTER = """
import sys, time
from distributed import Client, LocalCluster
if __name__ == "__main__":
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with Client(cluster) as client:
        print(cluster.scheduler_address, min(client.run(__import__("os").getpid).values()), flush=True)
        time.sleep(240)
"""


@pytest.mark.parametrize("table", [False, True])
def test_addresses_give_the_same_bytes_as_the_folder(few, tmp_path, monkeypatch, table):
    """Through fsspec's file system in memory, in and out: a folder of articles, and a table."""
    fsspec = pytest.importorskip("fsspec")
    pytest.importorskip("upath")
    store = fsspec.filesystem("memory")
    source = few
    if table:
        source = tmp_path / "few.csv.gz"
        analysis.load_documents(few)[["doc_id", "outlet", "text"]].to_csv(source, index=False)
    store.put(str(source), f"/{source.name}", recursive=True)
    assert run_here(monkeypatch, source, tmp_path / "here") == 0
    address = f"memory://{source.name}"
    assert run_here(monkeypatch, address, "memory://out") == 0
    store.get("/out", str(tmp_path / "there"), recursive=True)
    assert digest(tmp_path / "there") == digest(tmp_path / "here")
    assert len(analysis.load_features("memory://out").documents) == 12
    seen = count_extractions(monkeypatch)
    assert run_here(monkeypatch, address, "memory://out") == 0
    assert seen == []  # finished parts are kept there too
    store.rm("/out", recursive=True)


def test_an_address_without_its_package_or_protocol_is_one_line(tmp_path, capsys):
    assert main(["features", "nowhere://articles", "--out", str(tmp_path / "out")]) == 2
    assert "nowhere" in capsys.readouterr().err
