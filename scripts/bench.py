"""Speed and memory beside other tools, on the same text in the same run: a table, and JSON with the machine named.

    python scripts/bench.py [--mb 1 8 64] [--json bench.json]     (--mb 1000 for a gigabyte)

Every job is a process of its own, timed whole: start, imports, reading, the work, writing. The text is invented: from
make_corpus.py of ../shared/perf when it is there and runs, else the sample corpus repeated with numbered variations.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"
SLOW = {"all tables: by hand": 1, "counts: spacy blank": 8}  # megabytes at most: they take seconds for each


def make_corpus(mb, folder):
    """Write about `mb` megabytes of articles, a folder an outlet; returns where they come from."""
    maker = ROOT.parent / "shared" / "perf" / "make_corpus.py"
    if maker.is_file():
        if not subprocess.call([sys.executable, maker, "--mb", f"{mb}", "--out", folder], stderr=subprocess.DEVNULL):
            return "make_corpus.py, seed 1"
        shutil.rmtree(folder, ignore_errors=True)
    sources = [(f.name.split("-")[0], f.read_text("utf-8")) for f in sorted((ROOT / "data" / "sample").glob("*.txt"))]
    size = n = 0
    while size < mb * 1e6:
        outlet, text = sources[n % len(sources)]
        words = text.split(" ")
        for i in range(7, len(words), 40):  # another figure and another name every few sentences
            words[i] = f"{words[i]} {n * 7 + i}" if i % 80 == 7 else f"{words[i]} M{chr(97 + n % 26)}r{n % 911}k"
        file = Path(folder, outlet, f"{n:07d}.txt")
        file.parent.mkdir(parents=True, exist_ok=True)
        size += file.write_text(" ".join(words), "utf-8")
        n += 1
    return "the sample corpus repeated with numbered variations"


def read(folder):
    """(outlets, texts) of the corpus, as a script would read it."""
    files = sorted(Path(folder).rglob("*.txt"))
    return [f.parent.name for f in files], [f.read_text("utf-8") for f in files]


def count_parallax(folder):
    import analysis

    documents = analysis.load_documents(folder)
    analysis.count_words(analysis.tokenize(documents), by="outlet", documents=documents)


def count_sklearn(folder):
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer

    outlets, texts = read(folder)
    counts = CountVectorizer(token_pattern=WORD).fit_transform(texts)
    for outlet in sorted(set(outlets)):
        counts[np.flatnonzero(np.array(outlets) == outlet)].sum(axis=0)


def count_polars(folder):
    import polars as pl

    outlets, texts = read(folder)
    words = pl.col("text").str.to_lowercase().str.extract_all(r"\p{L}+(?:['’-]\p{L}+)*").alias("word")
    frame = pl.DataFrame({"outlet": outlets, "text": texts}).lazy().select("outlet", words).explode("word")
    frame.group_by("outlet", "word").len().collect()


def count_spacy(folder):
    from collections import Counter

    import spacy

    tokenize, counts = spacy.blank("en").tokenizer, {}
    for outlet, text in zip(*read(folder), strict=True):
        counts.setdefault(outlet, Counter()).update(t.lower_ for t in tokenize(text) if t.is_alpha)


def all_by_hand(folder):
    """Counts, readability and tone as one would write them with nltk, textstat and vaderSentiment in pandas."""
    import re

    import pandas as pd
    import textstat
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    splitter, tone, rows = PunktSentenceTokenizer(PunktParameters()), SentimentIntensityAnalyzer(), []
    for outlet, text in zip(*read(folder), strict=True):
        scores = [tone.polarity_scores(s)["compound"] for s in splitter.tokenize(text)]
        hard = [f(text) for f in (textstat.coleman_liau_index, textstat.automated_readability_index, textstat.lix)]
        rows.append((outlet, *hard, sum(scores) / max(len(scores), 1), pd.Series(re.findall(WORD, text.lower()))))
    pd.concat([row[-1] for row in rows], keys=range(len(rows))).groupby(level=0).value_counts()


def time_tables(folder):
    """CPU seconds of each step of extract_features."""
    import analysis
    from analysis import actors, body, formulas, frequency, quotes, target_tone, text, tone

    def clock(function, name, *arguments, **options):
        began = time.process_time()
        result = function(*arguments, **options)
        spent[name] = time.process_time() - began
        return result

    spent = {}
    documents = analysis.load_documents(folder)
    analysis.extract_features(analysis.load_documents(ROOT / "data" / "sample"))  # lists are read
    steps = {body: "split_paragraphs", text: "analyze", formulas: "count_sentences", tone: "score_sentences"}
    steps |= {actors: "find_mentions", target_tone: "score_targets", quotes: "find_quotes", frequency: "count_words"}
    for module, name in steps.items():
        setattr(module, name, partial(clock, getattr(module, name), name))
    whole = time.process_time()
    analysis.extract_features(documents)
    spent["rest"] = time.process_time() - whole - sum(spent.values())
    print(json.dumps({name: round(seconds, 3) for name, seconds in spent.items()}))


JOBS = {"counts: parallax": count_parallax, "counts: CountVectorizer": count_sklearn, "counts: polars": count_polars}
JOBS |= {"counts: spacy blank": count_spacy, "all tables: by hand": all_by_hand, "shares": time_tables}


def measure(command):
    """Seconds, CPU seconds, peak memory in MB of the process and its children, and what it printed."""
    import psutil

    began, peak = time.perf_counter(), 0
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:  # no pipe that fills
        process = psutil.Popen(command, stdout=output, stderr=errors, cwd=ROOT)
        ended = threading.Event()

        def watch():
            nonlocal peak
            while not ended.wait(0.03):
                with suppress(psutil.Error):
                    peak = max(peak, sum(p.memory_info().rss for p in [process, *process.children(recursive=True)]))

        watcher = threading.Thread(target=watch)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        ended.set()
        watcher.join()
        output.seek(0), errors.seek(0)
        if status:
            return {"failed": errors.read().strip().rpartition("\n")[2][-100:]}, ""
        spent, peak = usage.ru_utime + usage.ru_stime, max(peak / 1e6, usage.ru_maxrss / 1e3)
        return {"seconds": round(seconds, 2), "cpu": round(spent, 2), "memory_mb": round(peak)}, output.read()


def run_jobs(corpus):
    """A row for each job on the folder `corpus`: megabytes, job, and what was measured, or why it failed."""
    size = sum(f.stat().st_size for f in Path(corpus).rglob("*.txt")) / 1e6
    jobs = {"wc -w": ["sh", "-c", f"find {corpus} -name '*.txt' -print0 | xargs -0 cat | wc -w"]}
    jobs |= {name: [sys.executable, __file__, "--run", name, corpus] for name in JOBS}
    jobs |= {"all tables: parallax": [sys.executable, "-m", "analysis", "features", corpus, "--out", f"{corpus}.out"]}
    for name, command in jobs.items():
        if size > 1.1 * SLOW.get(name, size):
            continue
        found, printed = measure(command)
        row = {"mb": round(size, 1), "job": name} | found
        if "seconds" in found:  # by the clock, and by the processor: other work on the machine slows the clock
            row |= {"mb_s": round(size / found["seconds"], 2), "mb_cpu_s": round(size / found["cpu"], 2)}
        if printed.startswith("{"):
            spent = json.loads(printed)
            row["shares"] = {k: round(v / sum(spent.values()), 3) for k, v in spent.items()}
        yield row


def describe_machine():
    """What the figures were measured on, and how busy it was before."""
    info = Path("/proc/cpuinfo")
    found = [x.split(": ")[1] for x in info.read_text().splitlines() if "model name" in x] if info.exists() else []
    cpu, load = (found or [platform.processor()])[0], round(os.getloadavg()[0], 1)
    return {"cpu": cpu, "cores": os.cpu_count(), "load": load, "python": platform.python_version()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=float, nargs="+", default=[1, 8, 64])
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench.json")
    options = parser.parse_args()
    result = {"machine": describe_machine(), "jobs": []}
    print(json.dumps(result["machine"]))
    with tempfile.TemporaryDirectory(prefix="parallax-bench-") as folder:
        for mb in options.mb:
            corpus = f"{folder}/{mb:g}"
            result["text"] = make_corpus(mb, corpus)
            for row in run_jobs(corpus):
                result["jobs"].append(row)
                print("  ".join(f"{k} {v}" for k, v in row.items()), flush=True)
    options.json.parent.mkdir(exist_ok=True)
    options.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        JOBS[sys.argv[2]](sys.argv[3])
    else:
        main()
