"""Features of a corpus larger than memory, partition by partition, on all cores or a cluster.

A partition is about `PARTITION_MB` megabytes of text in the order of reading, whatever the number of processes, so the
files are the same bytes. A partition is finished when its receipt stands in `parts/`, the folder when its manifest
does; an interrupted run is taken up where it stopped.
"""

import hashlib
import json
import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import contextmanager
from functools import cache

import numpy as np
import pandas as pd

import analysis
from analysis import corpus, features, resources

PARTITION_MB = 3  # a worker needs about 80 MB of memory for each, and 130 MB to be there


def stream_features(path, out, registry, *, scheduler=None):
    """Write the features of the articles at `path` to the folder `out`; returns one row per problem.

    Rows: `file, problem, detail, fix`, of files that were not read and articles whose extraction failed (the rest is
    kept). `scheduler`: the address of a Dask cluster that sees `out`, or "local" for one on this machine. Partitions
    that an earlier run finished from the same input, registry, lists and version are kept. Raises ValueError when
    `out` holds something else, OSError naming what to do when the disk is full or a worker was lost for good.
    """
    from tqdm import tqdm

    out, findings, receipts, waiting = corpus.as_path(out).resolve(), [], {}, {}
    features.check_target(out, "give --out")
    partitions = _read_partitions(path, findings)
    documents = next(partitions)  # what cannot be read at all must not touch what stands in `out`
    for folder in ("parts", *features.Features._fields):  # the first one tells whose folder it is
        (out / folder).mkdir(parents=True, exist_ok=True)
    manifest = out / features.MANIFEST  # stands as long as nothing is changed
    total, articles = _measure_input(corpus.as_path(path))
    bar = tqdm(total=articles, desc="features", unit=" articles", delay=2, disable=None)

    def collect(most):
        """Wait until `most` partitions are under way, at most, and note what is finished."""
        while len(waiting) > most:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                receipts[waiting.pop(future)] = receipt = future.result()
                bar.update(receipt["articles"])
                if articles is None:  # rows of a text file: as many as its bytes hold of those seen so far
                    done = [sum(r[k] for r in receipts.values()) for k in ("articles", "bytes")]
                    bar.total = max(bar.n, int(total * done[0] / done[1]))

    try:
        with bar, _workers(scheduler, total) as (pool, workers):
            while documents is not None:
                name = f"{len(receipts) + len(waiting):05d}"
                key = _hash_input(documents, registry)
                receipt = _read_receipt(out, name, key)
                if receipt:
                    future = Future()
                    future.set_result(receipt)
                else:
                    manifest.unlink(missing_ok=True)
                    future = pool.submit(extract_partition, documents, registry, out, name, key)
                waiting[future] = name
                collect(workers + 1)
                documents = next(partitions, None)
            collect(0)
    except Exception as error:
        if not isinstance(error, BrokenExecutor) and type(error).__name__ != "KilledWorker":  # the latter is Dask's
            raise
        raise OSError(
            f"{out}: a worker process was lost (out of memory?); finished parts are kept: run it again"
        ) from error
    parts = [receipts[name] for name in sorted(receipts)]
    manifest.unlink(missing_ok=True)
    _remove_others(out, receipts)
    for part in parts:
        findings += [tuple(problem) for problem in part["failed"]]
    entries = [{k: part[k] for k in ("name", "files")} for part in parts]
    features.write_manifest(out, entries, registry=_hash_registry(registry))
    return pd.DataFrame(findings, columns=corpus.FINDINGS, dtype="str")


def extract_partition(documents, registry, out, name, key):
    """Extract and write one partition; returns its receipt. An article whose extraction fails is named and left out."""
    tables, failed = _extract_what_can_be(documents, registry)
    size = int(documents["text"].str.encode("utf-8").str.len().sum())
    receipt = {"key": key, "articles": len(documents), "bytes": size, "failed": failed}
    try:
        receipt |= features.write_part(tables, out, name)
        features.write_aside(out / "parts" / f"{name}.json", json.dumps(receipt, sort_keys=True).encode())
    except OSError as error:
        raise OSError(
            f"{out}: part {name} cannot be written ({error}); finished parts are kept: run it again"
        ) from error
    return receipt


def _read_partitions(path, findings):
    """The documents in tables of about `PARTITION_MB` megabytes, also when the rows of a table are very long."""
    for batch in corpus.iter_documents(path, batch_mb=PARTITION_MB, findings=findings):
        size = batch["text"].str.len().cumsum()
        bounds = np.flatnonzero(np.diff((size - 1) // (1.5e6 * PARTITION_MB), prepend=-1))
        for a, b in zip(bounds, [*bounds[1:], len(batch)], strict=True):
            yield batch.iloc[a:b].reset_index(drop=True)


def _extract_what_can_be(documents, registry):
    """The features of `documents` and the problems of those that fail, found by halving."""
    try:
        return analysis.extract_features(documents, registry), []
    except Exception as error:  # whatever went wrong with one article must not lose the others: it is reported
        if len(documents) == 1:
            detail = f"{documents['doc_id'].iloc[0]}: {type(error).__name__}: {error}"
            problem = (documents["file"].iloc[0], "extraction failed", detail, "the other articles are kept; report it")
            return analysis.extract_features(documents.iloc[:0], registry), [problem]
    halves = [documents.iloc[: len(documents) // 2], documents.iloc[len(documents) // 2 :]]
    (one, lost), (two, more) = (_extract_what_can_be(half, registry) for half in halves)
    tables = (pd.concat(pair, ignore_index=True) for pair in zip(one, two, strict=True))
    return features.Features(*tables), lost + more


@contextmanager
def _workers(scheduler, total):
    """Something with `submit`, and its size: this process for a small corpus, else processes or a Dask cluster."""
    if scheduler:
        try:
            from distributed import Client
        except ImportError as error:
            raise ValueError("--scheduler needs Dask: pip install 'parallax-news[cluster]'") from error
        local = {"threads_per_worker": 1, "dashboard_address": None}
        with Client(**local) if scheduler == "local" else Client(scheduler) as client:
            yield client.get_executor(pure=False), sum(client.nthreads().values())
    elif total <= 2e6 * PARTITION_MB:
        yield _Inline(), 0
    else:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        pool = ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), start_worker)
        try:
            yield pool, os.cpu_count()
        finally:  # a second interrupt here would leave the workers, and this process waiting for them
            main = threading.current_thread() is threading.main_thread()
            before = signal.signal(signal.SIGINT, signal.SIG_IGN) if main else None
            pool.shutdown(cancel_futures=True)
            if main:
                signal.signal(signal.SIGINT, before)


def start_worker():
    """A worker leaves interrupts to its parent, and ends with it."""
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=lambda: (parent_process().join(), os._exit(1)), daemon=True).start()


class _Inline:
    """An executor that runs at once: starting processes would take longer than a small corpus does."""

    def submit(self, function, *arguments):
        future = Future()
        future.set_result(function(*arguments))
        return future


def _hash_input(documents, registry):
    """What a partition depends on: version, lists, registry and every column of its documents but the text."""
    rows = documents.drop(columns="text").to_csv(index=False)
    state = f"{analysis.__version__}\n{_hash_lists()}\n{_hash_registry(registry)}\n{rows}"
    return hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()


def _hash_registry(registry):
    return hashlib.sha256(registry.to_csv(index=False).encode()).hexdigest()


@cache
def _hash_lists():
    """The shipped lists may be edited: other words, other figures."""
    files = sorted(resources.FOLDER.glob("*.csv"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _read_receipt(out, name, key):
    """The receipt of a partition wholly finished from the same input and still whole, else None."""
    try:
        receipt = json.loads((out / "parts" / f"{name}.json").read_text(encoding="utf-8"))
        whole = all(
            hashlib.sha256((out / table / f"{name}.parquet").read_bytes()).hexdigest() == file["sha256"]
            for table, file in receipt["files"].items()
        )
        return receipt if whole and receipt["key"] == key and not receipt["failed"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remove_others(out, receipts):
    """Remove what an interrupted run or a larger corpus left: half-written files and partitions beyond the last."""
    for folder in (*features.Features._fields, "parts"):
        for file in (out / folder).iterdir():
            if features.PART(file.name) and (file.suffix == ".partial" or file.stem not in receipts):
                file.unlink()
    for file in out.glob(f"{features.MANIFEST}.*.partial"):
        file.unlink()


def _measure_input(path):
    """Bytes of the input, and its articles where they can be counted without reading it (else None)."""
    if path.is_dir():
        sizes = np.fromiter(((path / file).stat().st_size for file in corpus.list_files(path, [])), "int64")
        return int(sizes.sum()), len(sizes)
    if path.suffix == ".parquet":
        from pyarrow.parquet import read_metadata

        return path.stat().st_size * 3, read_metadata(path).num_rows  # packed to about a third
    return path.stat().st_size * (3 if path.suffix == ".gz" else 1), None
