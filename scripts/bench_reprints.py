"""Times near_duplicates on 37,000 articles of 5 KB with planted reprints, recombined from the sentences of a corpus.

python scripts/bench_reprints.py ARTICLES.jsonl.gz [N]     (one JSON object a line with `text`)
"""

import re
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))
from analysis.reprints import near_duplicates  # noqa: E402


def make_corpus(texts, n=37_000, planted=1_000, seed=0):
    """`n` articles of about 5,000 characters, and the planted pairs: whole, new header and ending, cut to half."""
    rng = np.random.default_rng(seed)
    pool = np.array([s for t in texts for s in re.split(r"(?<=[.!?])\s+", t) if 40 < len(s) < 400], dtype=object)
    per = int(5_000 / np.mean([len(s) + 1 for s in pool]))
    drawn = [pool[rng.integers(0, len(pool), per)] for _ in range(n)]
    chosen = rng.permutation(n)[: 2 * planted].reshape(-1, 2)
    for kind, (original, copy) in enumerate(chosen):
        body = drawn[original]
        if kind % 3 == 1:
            body = np.concatenate([drawn[copy][:3], body, drawn[copy][-3:]])
        if kind % 3 == 2:
            body = body[np.sort(rng.permutation(per)[: per // 2])]
        drawn[copy] = body
    documents = pd.DataFrame({"doc_id": [f"d{i:05}" for i in range(n)], "text": ["\n".join(d) for d in drawn]})
    return documents, {(f"d{min(p):05}", f"d{max(p):05}") for p in chosen}


if __name__ == "__main__":
    documents, planted = make_corpus(pd.read_json(sys.argv[1], lines=True)["text"], int((sys.argv[2:] or [37_000])[0]))
    before, used = time.perf_counter(), time.process_time()
    table = near_duplicates(documents)
    seconds, used = time.perf_counter() - before, time.process_time() - used
    found = set(zip(table["doc_id"], table["other_doc_id"], strict=True))
    print(f"{len(documents):,} articles of {documents['text'].str.len().mean():,.0f} characters: {seconds:.0f} s")
    print(f"{used:.0f} s of processor time, peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")
    print(f"planted pairs found: {len(found & planted)} of {len(planted)}; other pairs: {len(found - planted)}")
