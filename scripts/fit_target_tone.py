"""Fit and evaluate the weights of target tone: python scripts/fit_target_tone.py TESTDATA [--write].

Needs scikit-learn, scipy and the folder with `newsmtsc/` (train.jsonl, dev_rw.jsonl, dev_mt.jsonl), `allsides/` and
`polnear/`. Labels come from the training split alone; the articles of the other two sets are read without labels, for
which words stand in like company. A word's weight beside the target is the sum of four things a logistic regression
learns together: the word, the word there, its stem, and its company (100 dimensions of positive pointwise mutual
information, Levy & Goldberg 2014), so that a rare word borrows from its kind. Only the sum is shipped.
"""

import argparse
import gzip
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
from nltk.stem import PorterStemmer
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, f1_score
from sklearn.model_selection import GroupKFold
from sklearn.utils.extmath import randomized_svd

from analysis import target_tone, text

PLACES = len(target_tone.PLACES)
STRENGTH, DIMENSIONS, WINDOW, SEEN = 0.05, 100, 4, 3


HEADER = """# Weights of the words around a mention, for the tone toward it; written by scripts/fit_target_tone.py.
# Fitted on the training split of NewsMTSC (Hamborg, F. & Donnay, K. 2021, EACL; MIT License), names masked.
# A word's weight depends on where it stands: before or after the mention, near (two words), up to six, or farther off.
# tone_*: added to the log odds of a positive against a negative label; neutral_*: of a neutral one against their mean.
# <positive>, <negative>: per two units of VADER valence; <quoted>: the mention is quoted; <constant>: always.
"""


def read_lines(path):
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as handle:
        return [json.loads(line) for line in handle if line.strip()]


def read_set(path):
    """Mentions (with `polarity` and the `article` they are from) and sentences of one NewsMTSC file."""
    rows = pd.DataFrame(read_lines(path))
    rows["doc_id"] = pd.Series(pd.factorize(rows["sentence"])[0].astype(str), dtype="str")
    rows["article"] = rows["id"].str.extract(r"^((?:allsides|polusa_v1)_[^_]+)")[0]
    sentences = rows.drop_duplicates("doc_id")[["doc_id", "sentence"]].rename(columns={"sentence": "text"})
    sentences = sentences.assign(sentence_id=0, start=0, end=sentences["text"].str.len()).reset_index(drop=True)
    return rows[["doc_id", "start", "end", "polarity", "article"]].assign(sentence_id=0), sentences


def learn_company(texts, words):
    """A vector for each word: what stands within four words of it, on either side apart; zeros when unseen."""
    frame = pd.DataFrame({"text": pd.Series(texts, dtype="str")})
    tokens = text.tokenize_sentences(
        frame.assign(doc_id=frame.index.astype("str"), sentence_id=0, start=0, end=frame["text"].str.len())
    )
    code = tokens["word"].cat.codes.to_numpy()
    count = np.bincount(code)
    rank = np.empty(len(count), int)
    rank[np.argsort(-count)] = np.arange(len(count))
    kept = int((count >= 5).sum())
    code, doc, wide = rank[code], tokens["doc_id"].cat.codes.to_numpy(), min(kept, 8000)
    table = sparse.csr_matrix((kept, 2 * wide))
    for step in range(1, WINDOW + 1):
        left, right, same = code[:-step], code[step:], doc[:-step] == doc[step:]
        for a, b, shift in ((left, right, 0), (right, left, wide)):
            ok = same & (a < kept) & (b < wide)
            table += sparse.csr_matrix((np.full(ok.sum(), 1 / step), (a[ok], b[ok] + shift)), shape=table.shape)
    table = table.tocoo()
    row, column = (np.asarray(table.sum(axis=k)).ravel() for k in (1, 0))
    column = column**0.75
    pmi = np.log(table.data * column.sum() / (row[table.row] * column[table.col]))
    matrix = sparse.csr_matrix((np.maximum(pmi, 0), (table.row, table.col)), shape=table.shape)
    u, s, _ = randomized_svd(matrix, DIMENSIONS, n_iter=4, random_state=0)
    vectors = u * np.sqrt(s)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    at = tokens["word"].cat.categories.get_indexer(words)
    at = np.where(at >= 0, rank[at], kept)
    return np.where((at < kept)[:, None], vectors[np.minimum(at, kept - 1)], 0.0)


def build_basis(words, vectors):
    """Which learned quantities make up the weight of each (word, place): a sparse matrix, a row per pair."""
    n = len(words)
    stems = pd.factorize(np.array([PorterStemmer().stem(word) for word in words]))[0]
    stem = sparse.csr_matrix((np.ones(n), (np.arange(n), stems)))
    anywhere = sparse.csr_matrix(np.ones((PLACES, 1)))
    side = sparse.csr_matrix(np.repeat(np.eye(2), PLACES // 2, axis=0))
    each = sparse.identity(PLACES)
    parts = [(sparse.identity(n), p) for p in (anywhere, side, each)]
    parts += [(block, p) for block in (stem, sparse.csr_matrix(vectors)) for p in (anywhere, side)]
    special = sparse.hstack([anywhere, side, each])
    ends = sparse.block_diag([special, special, sparse.identity(PLACES)])
    return sparse.block_diag([sparse.hstack([sparse.kron(a, b) for a, b in parts]), ends]).tocsr()


def weigh(mentions, tokens, words):
    """How much each (word, place) counts for each mention: a sparse matrix, the valences and quotedness at the end."""
    terms = target_tone.place_words(mentions, tokens, words)
    n, place, reach, valence = len(words), terms["place"], terms["reach"], terms["valence"]
    known = terms["code"] >= 0
    column = [terms["code"][known] * PLACES + place[known], n * PLACES + place, (n + 1) * PLACES + place]
    value = [reach[known], reach * valence.clip(lower=0), -reach * valence.clip(upper=0)]
    quoted = terms["mention"][terms["quoted"]].unique()
    row = [terms["mention"][known], terms["mention"], terms["mention"], quoted]
    column.append(np.full(len(quoted), (n + 2) * PLACES))
    value.append(np.ones(len(quoted)))
    where = np.concatenate(row), np.concatenate(column)
    return sparse.csr_matrix((np.concatenate(value), where), shape=(len(mentions), (n + 3) * PLACES))


def choose_words(tokens):
    """The words that stand in lower case at least three times."""
    lower = tokens[tokens["is_word"] & ~tokens["token"].astype("str").str.match("[A-Z]")]
    count = lower["word"].astype("str").value_counts()
    return pd.Index(sorted(w for w in count.index[count >= SEEN] if re.fullmatch("[a-z][a-z'-]*", w)))


def fit(x, y):
    return LogisticRegression(C=STRENGTH, max_iter=200, tol=1e-3).fit(x, y)


def hold_out(x, y, groups):
    """Labels of each row by a model of the other groups."""
    held = np.zeros(len(y), int)
    for rows, others in GroupKFold(4).split(x, y, groups):
        held[others] = fit(x[rows], y[rows]).predict(x[others])
    return held


def tabulate_weights(model, basis, words):
    """One row per word: what it adds to the log odds at each place, of positive to negative and of neutral."""
    weights = np.concatenate([(basis @ model.coef_.T).reshape(-1, PLACES, 3), np.zeros((1, PLACES, 3))])
    weights[-1, 0] = model.intercept_
    tone, neutral = weights[..., 2] - weights[..., 0], weights[..., 1] - weights[..., [0, 2]].mean(axis=-1)
    columns = [f"{part}_{place}" for part in ("tone", "neutral") for place in target_tone.PLACES]
    frame = pd.DataFrame(np.concatenate([tone, neutral], axis=1).round(3), columns=columns)
    special = [target_tone.POSITIVE, target_tone.NEGATIVE, target_tone.QUOTED, target_tone.CONSTANT]
    frame.insert(0, "word", [*words, *special])
    return frame


def evaluate(name, mentions, sentences, tokens):
    """Print how the shipped weights do on a set: macro-F1, confusion, mean label by score."""
    scored = target_tone.score_targets(mentions, sentences, tokens=tokens)
    people, label, tone = mentions["polarity"].to_numpy(), scored["target_label"], scored["target_tone"]
    print(f"\n{name} (shipped weights): macro-F1 {100 * f1_score(people, label, average='macro'):.2f}")
    print("confusion, rows -1 0 1 as labelled by people:", confusion_matrix(people, label).tolist())
    bins = pd.cut(tone, [-1, -0.6, -0.2, 0.2, 0.6, 1])
    groups = pd.DataFrame({"people": people, "tone": tone}).groupby(bins, observed=True)
    means = groups.agg(**{"mean tone": ("tone", "mean"), "mean label": ("people", "mean"), "n": ("tone", "size")})
    print(means.round(2).to_string())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("testdata", type=Path)
    parser.add_argument("--write", action="store_true", help="write analysis/resources/target_tone.csv")
    options = parser.parse_args()
    sets = {name: read_set(options.testdata / "newsmtsc" / f"{name}.jsonl") for name in ("train", "dev_rw", "dev_mt")}
    tokens = {name: text.tokenize_sentences(sentences) for name, (_, sentences) in sets.items()}
    mentions, sentences = sets["train"]
    others = [options.testdata / f for f in ("allsides/articles.jsonl.gz", "polnear/articles.jsonl")]
    texts = [article["text"] for file in others for article in read_lines(file)]
    words = choose_words(tokens["train"])
    basis = build_basis(words, learn_company([*texts, *sentences["text"]], words))
    x, y = weigh(mentions, tokens["train"], words) @ basis, mentions["polarity"].to_numpy()
    print(f"{len(words)} words, {x.shape[1]} quantities")
    right = f1_score(y, hold_out(x, y, mentions["article"]), average="macro")
    print("train, articles held out in turn: macro-F1", round(100 * right, 2))
    if options.write:
        weights = tabulate_weights(fit(x, y), basis, words).to_csv(index=False, lineterminator="\n")
        Path(target_tone.resources.FOLDER, "target_tone.csv").write_text(HEADER + weights, encoding="utf-8")
        target_tone.load_weights.cache_clear()
    for name, (mentions, sentences) in sets.items():
        evaluate(name, mentions, sentences, tokens[name])


if __name__ == "__main__":
    main()
