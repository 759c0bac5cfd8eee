"""Does style tell outlets, and left from right, apart on held-out articles? The figures of docs/statistics.md.

python scripts/check_allsides.py ARTICLES.jsonl.gz     (one JSON object a line: doc_id, outlet, bias, topic, text)

Nearest centroid in two spaces: z-scores of the most frequent function words (Burrows's Delta, city-block distance) and
tf-idf of content words (cosine). For the side (left, center, right) the held-out articles are of outlets that no
centroid has seen, else the outlet would be recognised and not the side. Chance: labels shuffled among the articles, for
the side among the outlets.
"""

import sys

import numpy as np
import pandas as pd

import analysis
from analysis.frequency import count_words
from analysis.resources import word_set


def make_spaces(documents):
    """Article × word matrices of relative frequencies (function words) and log counts (content words)."""
    paragraphs = analysis.split_paragraphs(documents)
    counts = count_words(analysis.tokenize(documents, paragraphs))
    counts["own"] = counts["count"] - counts["quoted_count"]
    wide = counts.pivot_table(index="doc_id", columns="word", values="own", fill_value=0, aggfunc="sum", observed=True)
    wide = wide.reindex(documents["doc_id"], fill_value=0)
    stop = wide.columns.isin(word_set("stopwords"))
    style = wide.loc[:, stop].div(np.maximum(wide.sum(axis=1), 1), axis=0)
    style = style[style.sum().nlargest(150).index].to_numpy(float)
    names = set(documents["outlet"].str.lower().str.cat(sep=" ").split())  # an outlet that prints its name is no style
    content = wide.loc[:, ~stop & ~wide.columns.isin(names) & ((wide > 0).sum() >= 10).to_numpy()]
    return style, np.log1p(content.to_numpy("float32"))


def prepare_folds(style, content, folds):
    """For each fold z-scores and tf-idf weights by the training articles, and which articles these are."""
    prepared = []
    for fold in np.unique(folds):
        train = folds != fold
        z = (style - style[train].mean(axis=0)) / (style[train].std(axis=0) + 1e-9)
        weights = content * (np.log((1 + train.sum()) / (1 + (content[train] > 0).sum(axis=0))) + 1).astype("float32")
        weights /= np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-9)
        prepared.append((z, weights, train))
    return prepared


def held_out_accuracy(prepared, labels):
    """Share of the held-out articles whose nearest centroid is their own label's: by Delta, by tf-idf."""
    hits = []
    for z, weights, train in prepared:
        names = np.unique(labels[train])
        one_hot = (labels[train][None] == names[:, None]).astype("float32")
        one_hot /= one_hot.sum(axis=1, keepdims=True)
        centres, topics = one_hot @ z[train], one_hot @ weights[train]
        topics /= np.maximum(np.linalg.norm(topics, axis=1, keepdims=True), 1e-9)
        delta = np.stack([np.abs(z[~train] - c).sum(axis=1) for c in centres], axis=1)
        nearest = (delta.argmin(axis=1), (weights[~train] @ topics.T).argmax(axis=1))
        hits.append([names[n] == labels[~train] for n in nearest])
    return np.array([np.concatenate([h[i] for h in hits]).mean() for i in (0, 1)])


if __name__ == "__main__":
    documents, rng = pd.read_json(sys.argv[1], lines=True, dtype={"doc_id": str}), np.random.default_rng(0)
    sizes = documents["outlet"].map(documents["outlet"].value_counts())
    documents = documents[sizes >= 20].reset_index(drop=True)
    style, content = make_spaces(documents)
    outlets, sides = documents["outlet"].to_numpy(str), documents["bias"].to_numpy(str)
    side = pd.Series(sides, outlets).groupby(level=0).agg(lambda s: s.mode().iloc[0])
    print(f"{len(documents)} articles, {len(side)} outlets ({side.value_counts().to_dict()})")
    # outlets: five folds of articles; sides: each outlet left out in turn, all its articles with the outlet's side
    folds, n_shuffles = rng.permutation(len(documents)) % 5, 99
    by_outlet = np.unique(outlets, return_inverse=True)[1]
    for name, labels, split in (("outlet", outlets, folds), ("side", side[outlets].to_numpy(str), by_outlet)):
        prepared = prepare_folds(style, content, split)
        seen = held_out_accuracy(prepared, labels)
        chance = []
        for _ in range(n_shuffles):
            if name == "outlet":
                shuffled = rng.permutation(labels)
            else:
                shuffled = pd.Series(rng.permutation(side), side.index)[outlets].to_numpy(str)
            chance.append(held_out_accuracy(prepared, shuffled))
        for i, space in enumerate(("Delta", "tf-idf")):
            by_chance = np.array(chance)[:, i]
            p = (1 + np.sum(by_chance >= seen[i])) / (1 + n_shuffles)
            print(f"{name}, {space}: {seen[i]:.1%} right; by chance {by_chance.mean():.1%} (largest of {n_shuffles}: "
                  f"{by_chance.max():.1%}), p = {p:.3f}")  # fmt: skip
