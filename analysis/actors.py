"""Named actors: their mentions in the text, and how often and beside whom each is named.

One matcher finds every alias as whole words (`names`, `registry`); then lists of the words that stand beside a name
tell relatives, namesakes, firms, places and common words from the actor (`judging`), and who is introduced where tells
whose a surname is (`bearers`), all candidates of a corpus at once.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import bearers, judging, names, schema, text, typography
from analysis.names import BREAK, HYPHEN, JOINT, JOINTS, PAUSE, PLAIN
from analysis.registry import COLUMNS, FORMS, compile_registry, load_actors


def find_candidates(sentences, actors, tokens=None):
    """Every place where an alias stands: a mention's columns, the registry's `row`, the `reason` it is none."""
    schema.require(sentences, "sentences", "doc_id", "sentence_id", "start", "end", "text")
    schema.require(actors, "actors", "actor", "alias")
    actors = actors if set(COLUMNS) <= set(actors.columns) else load_actors(actors)
    registry = compile_registry(*(tuple(actors[c].tolist()) for c in ("actor", "type", "alias", "form", "rule")))
    if tokens is None:
        tokens = text.tokenize_sentences(sentences)
        tokens["in_quote"] = _is_between_marks(tokens)
    else:
        schema.require_order(tokens)
    w = names.read_words(tokens, registry.numbers, registry.tree)
    c = _find_places(w, registry)
    c.doc = tokens["doc_id"].cat.codes.to_numpy()[w.token[c.a]].astype("int64")
    c.place = np.unique(c.doc << 32 | w.start[c.a], return_inverse=True)[1]
    bearers.mark_introduced(c)
    c.t = _find_titles(w, c)
    c.reason = judging.judge(w, c, registry)
    kept = bearers.resolve(w, c, registry.alone)
    kept = kept[~c.knight[kept] | (c.reason[kept] == "")]  # Sir Ned of nobody known stands for no alias
    named = kept[c.reason[kept] == ""]
    c.reason[named[:-1][c.t[named[1:]] <= c.b[named[:-1]]]] = "a title before a name"
    return _describe(sentences, tokens, w, names.pick(c, kept), actors["actor"].astype("str").unique())


def _find_places(w, registry):
    """Where the longest names stand, first to last word (`a`, `b`): a row for each actor who bears the name."""
    aliases, (*_, begin, rows) = registry.aliases, registry.tree
    at = np.flatnonzero(w.number)
    node, size = names.walk(registry.tree, w.number, w.joint, at)
    # Roe, Ann is one name, but "Roe, Ann Poe" are two
    surname = names.is_a(w, "capital", at + 2) & (w.size[at + 2] > 1) & ~names.is_a(w, "suffix", at + 2)
    surname &= PLAIN[w.gap[at + 2]] & (w.joint[at + 1] == JOINTS.index(","))
    turned = np.flatnonzero((size == 2) & surname)
    row = rows[begin[node[turned]]]
    turned = turned[aliases["person"][row] & ~aliases["younger"][row]]
    w.joint[at[turned] + 1] = len(JOINTS)
    node[turned], size[turned] = names.walk(registry.tree, w.number, w.joint, at[turned])
    a, b, node = at[node > 0], (at + size - 1)[node > 0], node[node > 0]
    row = rows[begin[node]]
    a = np.where(aliases["knight"][row], b, a)  # the title joins below
    kept = (w.owned[b] | ~aliases["owned"][row]) & (np.append(a, -1)[1:] != a)
    a, b, node = a[kept], b[kept], node[kept]
    while (inside := a <= np.append(-1, b)[:-1]).any():  # the first of names that overlap
        kept = ~inside | np.append(False, inside)[:-1]
        a, b, node = a[kept], b[kept], node[kept]
    near = (a == np.append(-1, b)[:-1] + 1) & (JOINT[w.gap[a]] == 0)
    count = np.diff(begin)[node]
    each, row = np.repeat(np.arange(len(a)), count), rows[text._ranges(begin[node], count)]
    c = SimpleNamespace(each=each, a=a[each], b=b[each], **{name: column[row] for name, column in aliases.items()})
    c.near_last, c.near_next = near[each], np.append(near, False)[1:][each]
    c.shared = np.bincount(each)[each] > 1
    return c


def _find_titles(w, c):
    """Where each name begins with the titles before a person, or a capital The before the name of a firm."""
    title = c.a
    for _ in range(3):
        title = np.where(c.person & ~c.office & PLAIN[w.gap[title]], w.opened[title], title)
    the = (w.gap[c.a - 1] & (PAUSE | BREAK) == 0) & names.is_a(w, "definite", c.a - 1)
    return np.where((c.organisation | c.media) & the & PLAIN[w.gap[c.a]], c.a - 1, title)


def _describe(sentences, tokens, w, c, actors):
    """The columns of a mention."""
    end, code = w.start[c.b] + w.size[c.b], tokens["token"].cat.codes.to_numpy()
    then = np.minimum(w.token[c.b] + 1, len(tokens) - 1)
    stop = c.stop & (tokens["start"].to_numpy()[then] == end)  # the period of an abbreviation
    stop &= np.asarray(tokens["token"].cat.categories.take(code[then]) == ".")
    form = np.where((c.t < c.a) & c.person, FORMS.index("office-with-name"), c.form)
    form = np.where(((w.gap[c.b + 1] | w.gap[c.a]) & HYPHEN > 0) & c.bare, FORMS.index("compound"), form)
    f = pd.DataFrame({
        "doc_id": tokens["doc_id"].cat.categories.take(c.doc),
        "sentence_id": tokens["sentence_id"].to_numpy()[w.token[c.t]],
        "start": w.start[c.t], "end": end + stop + 2 * c.owned,
        "actor": actors.take(c.who), "form": pd.array(FORMS, "str").take(form),
        "in_quote": tokens["in_quote"].to_numpy()[w.token[c.a]],
        "target_tone": np.nan, "reason": c.reason, "row": c.listed})  # fmt: skip
    return f.assign(surface=_cut(sentences, tokens, f, c.doc))


def _is_between_marks(tokens):
    """Whether an odd number of double marks stands before each token in its sentence, a mark itself included."""
    is_mark = np.array([typography.fold(t)[:1] == '"' for t in tokens["token"].cat.categories], bool)
    marks = pd.Series(is_mark[tokens["token"].cat.codes.to_numpy()].astype("int64"))
    return marks.groupby([tokens["doc_id"].cat.codes, tokens["sentence_id"]]).cumsum() % 2 == 1


def _cut(sentences, tokens, f, doc):
    """The text of each mention; one that runs over a line break ends in the sentence after."""
    ids = pa.array(tokens["doc_id"].cat.categories, pa.large_string())
    codes = pc.index_in(pa.array(sentences["doc_id"], pa.large_string()), ids).fill_null(-1).to_numpy().astype("int64")
    key = codes << 32 | sentences["sentence_id"].to_numpy()
    order = np.argsort(key, kind="stable")  # quick where they are in order
    at = order[np.searchsorted(key, doc << 32 | f["sentence_id"].to_numpy(), sorter=order)]
    which = np.unique(at)
    texts = dict(zip(which.tolist(), sentences["text"].iloc[which].tolist(), strict=True))
    begin, end = ((f[c] - sentences["start"].to_numpy()[at]).tolist() for c in ("start", "end"))
    cut = [texts[n][i:j] for n, i, j in zip(at.tolist(), begin, end, strict=True)]
    for n in np.flatnonzero(f["end"].to_numpy() > sentences["end"].to_numpy()[at]).tolist():
        cut[n] = (texts[at[n]] + "\n" + sentences["text"].iloc[at[n] + 1])[begin[n] : end[n]]
    return cut


def find_mentions(sentences, actors, *, tokens=None):
    """One row per mention of an actor: `doc_id, sentence_id, start, end, surface, actor, form, in_quote, target_tone`.

    `sentences` needs `doc_id, sentence_id, start, end, text`, `actors` is a registry (`load_actors`) or a table with
    `actor` and `alias`. The longest alias at a place counts, as whole words and with capitals as printed; accents,
    apostrophes, names all in capitals, hyphens and a line break inside a name make no difference. A capitalised office
    or honorific before a person belongs to the mention. Names of relatives, namesakes, places, firms and words of the
    language that look like an alias are left out: `rejected_mentions` gives them with the reason. `tokens` are those
    of the sentences (`analysis.tokenize`), when at hand: they tell `in_quote`, else the double marks of the sentence.
    `target_tone` is NaN until `score_targets`.
    """
    found = find_candidates(sentences, actors, tokens)
    return schema.conform(found[found["reason"] == ""], "mentions").reset_index(drop=True)


def rejected_mentions(sentences, actors, *, tokens=None):
    """One row per name that `find_mentions` left out: the columns of a mention and `reason`."""
    found = find_candidates(sentences, actors, tokens)
    found = found[found["reason"] != ""].reset_index(drop=True)
    return schema.conform(found, "mentions").assign(reason=found["reason"].astype("str"))


def count_mentions(mentions):
    """One row per article, actor, form and whether quoted: `doc_id, actor, form, in_quote, count, start, target_tone,
    n_scored`.

    `start`: of the first mention; `target_tone`: the sum over the `n_scored` mentions that have one. What
    `mention_rates`, `mention_forms` and `tone_toward` need of the mentions, in less space.
    """
    groups = mentions.groupby(["doc_id", "actor", "form", "in_quote"], as_index=False, observed=True, sort=False)
    return groups.agg(
        count=("start", "size"),
        start=("start", "min"),
        target_tone=("target_tone", "sum"),
        n_scored=("target_tone", "count"),
    )


def _counted(mentions, documents, by):
    """The mentions with `count` (1, unless they are the table of `count_mentions`) and their label in `by`."""
    labels = schema.label_documents(documents, by)
    weight = mentions.get("count", 1)
    return mentions.assign(**{by: schema.find_labels(mentions["doc_id"], labels)}, count=weight), labels


def mention_rates(mentions, documents, by="outlet"):
    """One row per group and actor: `by, actor, mentions, n_words, per_1000_words, low, high, n_docs, first, quoted`.

    `n_words` is the body words of the group (the denominator), `low` and `high` the exact 95 % Poisson interval of the
    rate (Garwood 1936), which takes mentions as independent; with few articles prefer `bootstrap_interval` over
    articles. `n_docs` counts the articles that name the actor, `first` is the median place of the first mention in
    them (characters), `quoted` the mentions inside quotation marks. NaN rate where the group has no words. An article
    without a label in `by` stands for itself; a mention without an actor is left out. `mentions` may be the table of
    `count_mentions`.
    """
    from scipy.special import gammaincinv

    schema.require(documents, "documents", "doc_id", "n_words")
    rows, groups = _counted(mentions, documents, by := schema.name_column(by))
    rows["quoted"] = rows["count"].where(rows["in_quote"], 0)
    articles = rows.groupby([by, "actor", "doc_id"]).agg({"start": "min", "count": "sum", "quoted": "sum"})
    table = articles.groupby([by, "actor"]).agg(
        mentions=("count", "sum"), n_docs=("count", "size"), quoted=("quoted", "sum"), first=("start", "median")
    )
    words = documents.groupby(groups.to_numpy())["n_words"].sum()
    full = pd.MultiIndex.from_product([words.index, sorted(rows["actor"].dropna().unique())], names=[by, "actor"])
    firsts, table = table["first"], table.drop(columns="first").reindex(full, fill_value=0).reset_index()
    table["n_words"] = table[by].map(words).astype("int64")
    scale, count = (1000 / table["n_words"].where(table["n_words"] > 0), table["mentions"])
    table["per_1000_words"] = count * scale
    table["low"] = np.where(count > 0, gammaincinv(count, 0.025), 0) * scale
    table["high"] = gammaincinv(count + 1, 0.975) * scale
    table["first"] = firsts.reindex(full).to_numpy("float64")
    order = [by, "actor", "mentions", "n_words", "per_1000_words", "low", "high", "n_docs", "first", "quoted"]
    return table[order].sort_values([by, "mentions", "actor"], ascending=[True, False, True], ignore_index=True)


def mention_forms(mentions, documents, by="outlet"):
    """One row per group, actor and form: `by, actor, form, mentions, share` (share of the actor's mentions there)."""
    rows, _ = _counted(mentions, documents, by := schema.name_column(by))
    table = rows.groupby([by, "actor", "form"])["count"].sum().rename("mentions").reset_index()
    return table.assign(share=table["mentions"] / table.groupby([by, "actor"])["mentions"].transform("sum"))


def co_mentions(mentions):
    """One row per pair of actors named in one sentence: `actor, other, count, expected, association`.

    `count` is the sentences that name both. `expected` is what chance would give if, in each article, the sentences
    naming the one and the other (of those that name anybody) were drawn independently: the sum over articles of
    n(a) n(b) / n. `association` is log2(count / expected), above 0 when the two are named together more than that.
    """
    schema.require(mentions, "mentions", "doc_id", "sentence_id", "actor")
    seen = mentions[["doc_id", "sentence_id", "actor"]].astype({"actor": "str"}).drop_duplicates()
    pairs = seen.merge(seen, on=["doc_id", "sentence_id"], suffixes=("", "_other"))
    pairs = pairs[pairs["actor"] < pairs["actor_other"]].rename(columns={"actor_other": "other"})
    table = pairs.groupby(["actor", "other"]).size().rename("count").reset_index()
    named = seen.groupby(["actor", "doc_id"]).size().rename("n")
    total = seen.drop_duplicates(["doc_id", "sentence_id"]).groupby("doc_id").size().rename("total")
    rates = named.reset_index().merge(total, on="doc_id")
    others = rates.rename(columns={"actor": "other", "n": "m"})
    both = table.merge(rates, on="actor").merge(others, on=["other", "doc_id", "total"])
    both["expected"] = both["n"] * both["m"] / both["total"]
    expected = both.groupby(["actor", "other"])["expected"].sum()
    table = table.merge(expected, on=["actor", "other"], how="left", validate="one_to_one")
    table["association"] = np.log2(table["count"] / table["expected"])
    return table.sort_values(["count", "actor", "other"], ascending=[False, True, True], ignore_index=True)
