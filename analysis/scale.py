"""Features of a corpus larger than memory, partition by partition, on all cores or a cluster.

A partition is about `PARTITION_MB` megabytes of text in the order of reading, whatever the number of processes, so the
files are the same bytes. A partition is finished when its receipt stands in `parts/`, the folder when its manifest
does; an interrupted run is taken up where it stopped.
"""

import hashlib
import json
import os
import shutil
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

import analysis
from analysis import corpus, features

PARTITION_MB = 16


def stream_features(path, out, registry, *, scheduler=None):
    """Write the features of the articles at `path` to the folder `out`; returns one row per problem.

    Rows: `file, problem, detail, fix`, of files that were not read and articles whose extraction failed (the rest is
    kept). `scheduler`: the address of a Dask cluster that sees `out`, or "local" for one on this machine. Partitions
    that an earlier run finished from the same input, registry and version are kept. Raises ValueError when `out` holds
    anything else.
    """
    from tqdm import tqdm

    out, findings, receipts = Path(out), [], {}
    _check_target(out)
    (out / "parts").mkdir(parents=True, exist_ok=True)
    (out / features.MANIFEST).unlink(missing_ok=True)
    total = _input_size(Path(path))
    bar = tqdm(total=total, desc="features", unit="B", unit_scale=True, delay=2, disable=None)
    with bar, _workers(scheduler, total) as pool:
        waiting = {}
        for number, documents in enumerate(corpus.iter_documents(path, batch_mb=PARTITION_MB, findings=findings)):
            name, key = f"{number:05d}", _hash_input(documents, registry)
            receipt = _read_receipt(out, name, key)
            if receipt is None:
                waiting[pool.submit(extract_partition, documents, registry, str(out), name, key)] = name
            else:
                receipts[name] = receipt
                bar.update(receipt["bytes"])
            while len(waiting) > 2 * (os.cpu_count() or 1):
                _collect(waiting, receipts, bar)
        while waiting:
            _collect(waiting, receipts, bar)
    parts = [receipts[name] for name in sorted(receipts)]
    _remove_others(out, receipts)
    for part in parts:
        findings += [tuple(problem) for problem in part["failed"]]
    features.write_manifest(
        out, [{k: part[k] for k in ("name", "files")} for part in parts], registry=_hash_registry(registry)
    )
    return pd.DataFrame(findings, columns=corpus.FINDINGS, dtype="str")


def extract_partition(documents, registry, out, name, key):
    """Extract and write one partition; returns its receipt. An article whose extraction fails is named and left out."""
    tables, failed = _extract_what_can_be(documents, registry)
    part = features.write_part(tables, Path(out), name)
    size = int(documents["text"].str.len().sum())
    receipt = part | {"key": key, "bytes": size, "failed": failed}
    features.write_aside(Path(out) / "parts" / f"{name}.json", json.dumps(receipt, sort_keys=True).encode())
    return receipt


def _extract_what_can_be(documents, registry):
    """The features of `documents` and the problems of those that fail, found by halving."""
    try:
        return analysis.extract_features(documents, registry), []
    except Exception as error:  # whatever went wrong with one article must not lose the others: it is reported
        if len(documents) == 1:
            problem = (documents["file"].iloc[0], "extraction failed", f"{type(error).__name__}: {error}", "report it")
            return analysis.extract_features(documents.iloc[:0], registry), [problem]
    halves = [documents.iloc[: len(documents) // 2], documents.iloc[len(documents) // 2 :]]
    (one, lost), (two, more) = (_extract_what_can_be(half, registry) for half in halves)
    tables = (pd.concat(pair, ignore_index=True) for pair in zip(one, two, strict=True))
    return features.Features(*tables), lost + more


@contextmanager
def _workers(scheduler, total):
    """Something with `submit`: this process for a small corpus, processes for a large one, or a Dask cluster."""
    if scheduler:
        try:
            from distributed import Client, LocalCluster
        except ImportError as error:
            raise ValueError("--scheduler needs Dask: pip install 'parallax-news[cluster]'") from error
        local = LocalCluster(threads_per_worker=1) if scheduler == "local" else None
        with Client(local or scheduler) as client:
            yield client.get_executor(pure=False)
        if local:
            local.close()
    elif total <= PARTITION_MB * 1e6:
        yield _Inline()
    else:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
            yield pool


class _Inline:
    """An executor that runs at once: starting processes would take longer than a small corpus does."""

    def submit(self, function, *arguments):
        from concurrent.futures import Future

        future = Future()
        future.set_result(function(*arguments))
        return future


def _collect(waiting, receipts, bar):
    """Move finished partitions from `waiting` to `receipts`."""
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        name = waiting.pop(future)
        receipts[name] = future.result()
        bar.update(receipts[name]["bytes"])


def _hash_input(documents, registry):
    """What a partition's content depends on: version, registry and every column of its documents but the text."""
    rows = documents.drop(columns="text").to_csv(index=False)
    return hashlib.sha256(f"{analysis.__version__}\n{_hash_registry(registry)}\n{rows}".encode()).hexdigest()


def _hash_registry(registry):
    return hashlib.sha256(registry.to_csv(index=False).encode()).hexdigest()


def _read_receipt(out, name, key):
    """The receipt of a partition finished from the same input and still whole, else None."""
    try:
        receipt = json.loads((out / "parts" / f"{name}.json").read_text(encoding="utf-8"))
        whole = all(
            hashlib.sha256((out / table / f"{name}.parquet").read_bytes()).hexdigest() == file["sha256"]
            for table, file in receipt["files"].items()
        )
        return receipt if whole and receipt["key"] == key else None
    except (OSError, ValueError, KeyError):
        return None


def _check_target(out):
    """Refuse a folder that holds anything but features."""
    if out.exists() and not out.is_dir():
        raise ValueError(f"{out}: is a file; give --out a folder")
    known = {*features.Features._fields, "parts", features.MANIFEST, f"{features.MANIFEST}.partial", "README.md"}
    strangers = [p.name for p in out.iterdir() if p.name not in known] if out.is_dir() else []
    if strangers:
        raise ValueError(f"{out}: holds {strangers[0]!r}, which is no table; give --out an empty or new folder")


def _remove_others(out, receipts):
    """Remove what an interrupted run or a larger corpus left: half-written files and partitions beyond the last."""
    for folder in (*features.Features._fields, "parts"):
        for file in (out / folder).iterdir():
            if file.suffix == ".partial" or file.stem not in receipts:
                file.unlink() if file.is_file() else shutil.rmtree(file)


def _input_size(path):
    """Bytes of the input, for the progress bar."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
