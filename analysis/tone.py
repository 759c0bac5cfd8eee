"""Tone of sentences by VADER's lexicon and rules over a column of words, event words set apart, and word shift.

A score lies in [-1, 1], negative is negative. VADER: Hutto & Gilbert (2014), ICWSM-14, release 3.3.2; equal to it on
folded text but for emoji, which it spells out as words. Word shift: Gallagher et al. (2021), EPJ Data Science 10:4.
"""

import string
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import resources, schema
from analysis.lexicon import load_valence, load_words, shipped_valence, shipped_words
from analysis.target_tone import explain_targets, score_targets  # noqa: F401  (one topic, two files)
from analysis.typography import fold, remember

NEGATED, CAPITALS, ALPHA = -0.74, 0.733, 15  # VADER's N_SCALAR, C_INCR and the constant of its normalisation
SOFTENED = -0.3  # repaired rules: "not bad" is weaker praise than "not good" is blame
DASH = r"--+|[\x{2013}\x{2014}\x{2026}/]|\.\.\.+"  # RE2
RULE_WORDS = "never so this without doubt least at very no or nor but only just merely simply"


@cache
def _rules():
    """VADER's modifiers by kind (phrase to value), and a number for every word that some rule names."""
    frame = resources.read_list("vader_rules", required=("phrase", "kind", "value"), unique=("phrase", "kind"))
    kinds = {k: dict(zip(g["phrase"], g["value"].astype(float), strict=True)) for k, g in frame.groupby("kind")}
    words = " ".join([*kinds["booster"], *kinds["idiom"], RULE_WORDS]).split()
    return kinds, {word: i for i, word in enumerate(dict.fromkeys(words))}


def _lookup(words, table):
    """The values of `table` (word to number) for Arrow strings, NaN where a word is not in it."""
    place = pc.index_in(words, pa.array(list(table), pa.string())).fill_null(-1).to_numpy()
    return np.append(np.fromiter(table.values(), float), np.nan)[place]


def _split(texts, repaired):
    """Blank-separated tokens: their codes, the distinct tokens, where each text begins (one entry more than texts)."""
    column = pa.table([pa.array(texts, pa.large_string())], ["text"])["text"].combine_chunks().fill_null("")
    lists = pc.utf8_split_whitespace(pc.replace_substring_regex(column, DASH, r" \0 ") if repaired else column)
    tokens = lists.values.cast(pa.string())
    some = pc.not_equal(tokens, "")  # what is before a leading blank, and behind the last
    first = np.append(0, np.cumsum(some.to_numpy(False)))[lists.offsets.to_numpy()]
    tokens = tokens.filter(some).dictionary_encode()
    return tokens.indices.to_numpy(), tokens.dictionary, first


@cache
def _know_shipped(repaired):
    """`_know` by the shipped lists."""
    return remember(lambda tokens: _know(tokens, shipped_valence(), shipped_words("event_words"), repaired))


def _know(tokens, lexicon, events, repaired):
    """What is known of each distinct token (Arrow strings), once per distinct token: a dict of arrays."""
    odd = pc.invert(pc.string_is_ascii(tokens))
    plain = fold("\n".join(tokens.filter(odd).to_pylist())).split("\n") if pc.any(odd).as_py() else []
    folded = pc.replace_with_mask(tokens, odd, pa.array(plain, pa.string()))
    bare = pc.utf8_trim(folded, characters=string.punctuation)
    short = pc.less_equal(pc.utf8_length(bare), 0 if repaired else 2)  # VADER keeps ":)" whole, and "no," with it
    word = pc.utf8_lower(pc.if_else(short, folded, bare))
    lemma = pc.replace_substring_regex(word, "'s?$", "")
    kinds, ids = _rules()
    turns = kinds["negation"] | (kinds["shifter"] if repaired else {})
    valence = _lookup(lemma if repaired else word, dict(zip(lexicon["token"], lexicon["valence"], strict=True)))

    def event(words):
        return pc.is_in(lemma, pa.array(words["word"], pa.string())).to_numpy(False)

    upper = pc.and_(pc.equal(pc.utf8_upper(bare), bare), pc.not_equal(pc.utf8_lower(bare), bare)).to_numpy(False)
    return {
        "id": np.nan_to_num(_lookup(word, ids), nan=-1).astype(int),
        "listed": ~np.isnan(valence),
        "valence": np.nan_to_num(valence),
        "boost": np.nan_to_num(_lookup(word, kinds["booster"])),
        "turns": ~np.isnan(_lookup(word, turns)) | pc.match_substring(word, "n't").to_numpy(False),
        "event": event(events),
        "told": ~np.isnan(valence) | pc.match_substring_regex(tokens, r"[\p{L}\p{N}]").to_numpy(False),
        "idle": event(events[events["kind"] == "function"]),
        "upper": upper,
        "title": pc.match_substring_regex(bare, r"^\p{Lu}").to_numpy(False) & ~upper,
        "opens": pc.match_substring_regex(folded, r"^[\"'(\[]").to_numpy(False),
        "closes": pc.match_substring_regex(folded, r"[,;:)\]\"!?\x{2013}\x{2014}-]$").to_numpy(False),
        "!": pc.count_substring(folded, "!").to_numpy(),
        "?": pc.count_substring(folded, "?").to_numpy(),
    }


def _score_terms(codes, first, known, repaired):
    """Place, sentence, valence in context (before `but`) and "is a name" of every token with a valence."""
    n = np.diff(first)
    sentence_of = np.repeat(np.arange(len(n)), n)
    kinds, ids = _rules()
    capitals = np.bincount(sentence_of, known["upper"][codes], len(n))
    mixed_case = (capitals > 0) & (capitals < n)
    at = np.flatnonzero(known["listed"][codes] & (known["boost"][codes] == 0))
    sentence = sentence_of[at]
    place, mixed = at - first[sentence], mixed_case[sentence]
    rest = n[sentence] - 1 - place

    def near(name, k, missing=False):  # what is known of the token k further on (before: k < 0), within the sentence
        there = (place + k >= 0) & (k <= rest)
        return np.where(there, known[name][codes[np.where(there, at + k, 0)]], missing)

    w = {k: near("id", k, -1) for k in range(-3, 3)}

    def is_any(k, words):
        return np.isin(w[k], [ids[word] for word in words.split()])

    def phrase(text, k):  # does this phrase begin k tokens further on?
        return np.logical_and.reduce([w[k + i] == ids[word] for i, word in enumerate(text.split())])

    own, dead = known["valence"][codes[at]], phrase("kind of", 0)
    begins = (place == 0) | near("opens", 0) | near("closes", -1) & ~near("title", -1)
    name = near("title", 0) & (~begins | near("title", 1) & ~near("closes", 0))
    if repaired:
        value, dead = own, dead | name | near("idle", 0)
    else:
        value = np.where(is_any(0, "no") & near("listed", 1), 0.0, own)
        no = is_any(-1, "no") | is_any(-2, "no") | is_any(-3, "no") & is_any(-1, "or nor")
        value = np.where(no, own * NEGATED, value)
    value = value + np.where(near("upper", 0) & mixed, np.where(value > 0, CAPITALS, -CAPITALS), 0.0)
    so, doubt = {k: is_any(k, "so this") for k in (-2, -1)}, {k: is_any(k, "doubt") for k in (-2, -1)}
    stronger = {1: np.False_, 2: is_any(-2, "never") & so[-1], 3: is_any(-3, "never") & so[-2] | so[-1]}
    kept = {1: np.False_, 2: is_any(-2, "without") & doubt[-1], 3: is_any(-3, "without") & (doubt[-2] | doubt[-1])}
    reach, turned = np.ones(len(at), bool), np.zeros(len(at), bool)
    for k, damping in ((1, 1.0), (2, 0.95), (3, 0.9)):
        free = (place >= k) & ~near("listed", -k)
        step = near("boost", -k, 0.0) * np.where(value < 0, -1, 1)
        loud = (step != 0) & near("upper", -k) & mixed
        step = step + np.where(loud, np.where(value > 0, CAPITALS, -CAPITALS), 0.0)
        value = np.where(free, value + step * damping, value)
        if repaired:  # once, not across a comma, not in "not only", and a negated negative hardly turns positive
            reach &= ~near("closes", -k)
            turns = near("turns", -k) & reach & ~turned & ~is_any(1 - k, "only just merely simply doubt")
            turned |= turns
            value = np.where(turns, value * np.where(value < 0, SOFTENED, NEGATED), value)
        else:
            turn = np.where(stronger[k], 1.25, np.where(near("turns", -k) & ~kept[k], NEGATED, 1.0))
            value = np.where(free, value * turn, value)
    for starts in (((-1, 2), (-2, 3), (-2, 2), (-3, 3), (-3, 2)), ((0, 2),), ((0, 3),)):
        replaced = np.zeros(len(at), bool)  # an idiom that begins here overrules one that ended here
        for k, length in starts:
            for text in (idiom for idiom in kinds["idiom"] if len(idiom.split()) == length):
                hit = free & ~replaced & phrase(text, k)
                value, replaced = np.where(hit, kinds["idiom"][text], value), replaced | hit
    for text in (booster for booster in kinds["booster"] if " " in booster):
        value = value + np.where(free, (phrase(text, -3) + phrase(text, -2)) * kinds["booster"][text], 0.0)
    value = np.where(is_any(-1, "least") & ~is_any(-2, "at very"), value * NEGATED, value)
    return at, sentence, np.where(dead, 0.0, value), name


def _weigh_contrast(codes, first, known, at, sentence, value):
    """The valences, halved before the first `but` of a sentence and half as large again after it.

    The reference finds each value by equality, so an equal earlier value is changed in its place; kept here for the
    first 32 valued words of a sentence.
    """
    buts = np.flatnonzero(known["id"][codes] == _rules()[1]["but"])
    holders, firsts = np.unique(np.searchsorted(first, buts, "right") - 1, return_index=True)
    but = np.full(len(first), -1)
    but[holders] = buts[firsts]
    found = np.flatnonzero((but[sentence] >= 0) & (value != 0))
    factor, out = np.where(at < but[sentence], 0.5, 1.5), value.copy()
    out[found] *= factor[found]
    begins = np.unique(sentence[found], return_index=True)[1]
    for part in np.split(found, begins[1:]):  # of a sentence with "but": few
        values, factors = value[part[:32]].tolist(), factor[part[:32]].tolist()
        for one in values:  # which change on the way
            place = values.index(one)
            values[place] *= factors[place]
        out[part[:32]] = values
    return out


def score_sentences(sentences, *, rules="vader", valence=None, event_words=None):
    """The sentences with `tone` and `tone_event_adjusted`, in [-1, 1], negative is negative; NaN without any word.

    `tone` is VADER's compound score of the sentence. `tone_event_adjusted` is the same sum without the words of
    `event_words` and without names (capitalised within the sentence, or capitalised before another capital), so the
    two differ by these words alone and a sentence's score depends on nothing but itself and the lists.
    `rules="repaired"` mends what misreads news: dashes part words; no turns the next words and is no blame by itself;
    a negation counts once, not across a comma and not in "not only"; "lack", "prevented" ... negate too; a negated
    negative is weakly positive; names and the event words of kind `function` ("like", "well", "number") do not count.
    `valence`, `event_words`: your own lists (`load_valence`, `load_words`). Raises ValueError naming column or file.
    """
    schema.require(sentences, "sentences", "sentence_id", "text")  # whole articles are no sentences
    if rules not in ("vader", "repaired"):
        raise ValueError(f"rules: {rules!r} is not known; use 'vader' or 'repaired'")
    repaired, n = rules == "repaired", len(sentences)
    codes, tokens, first = _split(sentences["text"], repaired)
    if valence is None and event_words is None:
        known = _know_shipped(repaired)(tokens)
    else:
        lexicon = shipped_valence() if valence is None else load_valence(valence)
        events = shipped_words("event_words") if event_words is None else load_words(event_words)
        known = _know(tokens, lexicon, events, repaired)
    at, sentence, value, name = _score_terms(codes, first, known, repaired)
    value = _weigh_contrast(codes, first, known, at, sentence, value)
    of = np.repeat(np.arange(n), np.diff(first))
    exclaimed, asked = (np.bincount(of, known[mark][codes], n) for mark in "!?")
    emphasis = np.minimum(exclaimed, 4) * 0.292
    emphasis += np.where(asked > 3, 0.96, np.where(asked > 1, asked * 0.18, 0.0))
    empty = np.bincount(of, known["told"][codes], n) == 0

    def compound(values):
        total = np.bincount(sentence, values, n)
        total = total + np.sign(total) * emphasis
        return np.where(empty, np.nan, np.round(total / np.sqrt(total * total + ALPHA), 4))

    judged = np.where(known["event"][codes[at]] | name, 0.0, value)
    return sentences.assign(tone=compound(value), tone_event_adjusted=compound(judged))


def _join(word_counts, documents, by):
    """The counts with the group of their document and `own`, those outside quotations; the sums of `own` by group."""
    group, groups = schema.group_counts(word_counts, schema.label_documents(documents, by))
    quoted = word_counts.get("quoted_count", 0)
    own = word_counts["count"].astype("int64") - quoted
    table = word_counts.assign(**{by: groups.take(group)}, quoted_count=quoted, own=own)
    return table, table.groupby(by)["own"].sum().rename("n_words")


def _spread(table, values, groups, by):
    """One row per word, one column per group of `groups`: the sums of `values`."""
    wide = table.pivot_table(index="word", columns=by, values=values, aggfunc="sum", fill_value=0)
    return wide.reindex(columns=groups, fill_value=0)


def word_shift(word_counts, documents, target=None, reference=None, *, by="outlet", valence=None):
    """One row per target and word: what the word adds to the difference in mean valence, target minus reference.

    Counts are of words outside quotations (all words when there is no `quoted_count`); the mean is over the words
    that have a valence. `target`, `reference`: groups of the column `by` (an article without one stands for
    itself), or lists of them; None: each group against all others, or against the rest. Columns: `target, word,
    valence, count_target, count_reference, share_target, share_reference` (of the valued words), `contribution` =
    (valence - mean of the reference) * (share_target - share_reference), `type` (more or less used in the target,
    and above or below the reference's mean: "more positive" ... "less negative"). The contributions of a target sum
    to `difference`, its mean minus the reference's. NaN when either side has no valued word. Gallagher et al.
    (2021), eq. 6-8. Raises ValueError for an unknown group.
    """
    lexicon = (shipped_valence() if valence is None else load_valence(valence)).set_index("token")["valence"]
    table, _ = _join(word_counts, documents, by := schema.name_column(by))
    groups = list(schema.label_documents(documents, by).unique())
    asked = {"target": target, "reference": reference}
    target, reference = (x if x is None else schema.choose_groups(x, groups, n, by) for n, x in asked.items())
    wide = _spread(table[table["word"].isin(lexicon.index)], "own", groups, by)
    level, rows = lexicon.reindex(wide.index).to_numpy(), []
    targets = [g for g in groups if g not in (reference or [])] if target is None else target
    if not targets:
        raise ValueError(f"target: no {by} is left to compare; give documents, and a reference that is not all of them")
    for group in targets:
        if reference is not None and set(reference) == {group}:
            raise ValueError(f"reference: {group!r} is the target itself, and nothing else is compared with it")
        other = wide[groups if reference is None else reference].drop(columns=group, errors="ignore").sum(axis=1)
        shift = pd.DataFrame({"target": group, "word": wide.index, "valence": level})
        shift = shift.assign(count_target=wide[group].to_numpy(), count_reference=other.to_numpy())
        shift = shift[shift["count_target"] + shift["count_reference"] > 0]
        for side in ("target", "reference"):
            shift[f"share_{side}"] = shift[f"count_{side}"] / (shift[f"count_{side}"].sum() or np.nan)
        mean = (shift["valence"] * shift["share_reference"]).sum(min_count=1)
        more, above = shift["share_target"] - shift["share_reference"], shift["valence"] - mean
        shift["contribution"] = more * above
        kind = np.where(above > 0, "positive", "negative").astype(object)
        shift["type"] = np.where(more > 0, "more ", "less ") + kind
        shift["difference"] = shift["contribution"].sum(min_count=1)
        rows.append(shift.sort_values("contribution", key=abs, ascending=False))
    return pd.concat(rows, ignore_index=True)


def _count_phrases(tokens, phrases):
    """The entries of several words as word counts: `doc_id, word, count, quoted_count`."""
    codes, words = tokens["word"].cat.codes.to_numpy(), tokens["word"].cat.categories
    place = tokens["doc_id"].cat.codes.to_numpy().astype("int64") << 32 | tokens["sentence_id"].to_numpy()
    found = []
    for phrase in phrases:
        wanted = words.get_indexer(phrase.split())
        hit = np.full(max(len(codes) - len(wanted) + 1, 0), (wanted >= 0).all())
        for i, code in enumerate(wanted):
            hit &= (codes[i : len(hit) + i] == code) & (place[i : len(hit) + i] == place[: len(hit)])
        rows = tokens.iloc[np.flatnonzero(hit)]
        found.append(rows[["doc_id"]].assign(word=phrase, count=1, quoted_count=rows["in_quote"].astype(int)))
    return pd.concat(found).astype({"doc_id": "str"}).groupby(["doc_id", "word"], as_index=False).sum()


def _count_names(tokens, words):
    """Less one for each of `words` that is a name (in May, Grace Hope), as its capital behind a word of the sentence
    tells: as word counts."""
    printed, codes = tokens["token"].cat.categories, tokens["token"].cat.codes.to_numpy()
    name = printed.str.match("[A-Z][a-z]")[codes]
    name &= tokens["word"].cat.categories.isin(words)[tokens["word"].cat.codes]
    behind = tokens["is_word"] | (printed == ",")[codes]
    same = (tokens["doc_id"] == tokens["doc_id"].shift()) & (tokens["sentence_id"] == tokens["sentence_id"].shift())
    rows = tokens[name & behind.shift(fill_value=False) & same]
    return rows[["doc_id", "word"]].astype("str").assign(count=-1, quoted_count=-rows["in_quote"].astype(int))


def count_loaded_words(word_counts, documents, *, by="outlet", words="loaded_words", tokens=None):
    """One row per group and word of a list that occurs: `by, kind, word, count, quoted_count, n_words, per_thousand`.

    `count`, `n_words` and the rate per 1,000 words are of words outside quotations; rates of one group and kind may be
    added up. `valence_per_thousand` is what the words add to the valence of 1,000 words (NaN without a valence): with
    `words="event_words"` it is how much each word moves the event-adjusted tone. Only when the `tokens` are given,
    entries of several words ("of course") are counted, and names (in May) are not. `words`: a shipped list, a path or
    a table `word, kind`.
    """
    listed = load_words(words)
    several = listed["word"].str.contains(" ")
    table, sizes = _join(word_counts, documents, by := schema.name_column(by))
    table = table[table["word"].isin(listed["word"])]
    if tokens is not None:
        more = [_count_names(tokens, listed["word"])]
        more += [_count_phrases(tokens, listed.loc[several, "word"])] if several.any() else []
        table = pd.concat([table, *(_join(counts, documents, by)[0] for counts in more)])
    columns = {"count": "own", "quoted_count": "quoted_count"}
    parts = {column: _spread(table, values, sizes.index, by).stack() for column, values in columns.items()}
    table = pd.DataFrame(parts).astype("int64").reset_index()
    table = table.merge(sizes, on=by, validate="many_to_one").merge(listed, on="word", validate="many_to_one")
    valence = shipped_valence().rename(columns={"token": "word"})
    table = table.merge(valence, on="word", how="left", validate="many_to_one")
    table["per_thousand"] = 1000 * table["count"] / table["n_words"].where(table["n_words"] > 0)
    table["valence_per_thousand"] = table.pop("valence") * table["per_thousand"]
    first = [by, "kind", "word", "count", "quoted_count", "n_words"]
    return table[[*first, "per_thousand", "valence_per_thousand"]].sort_values(first[:3], ignore_index=True)


def shared_event_words(word_counts, documents, *, by="outlet", ratio=2.0, minimum=5):
    """One row per word with a valence that every group uses at a like rate: `word, kind` ("shared"), `lowest, highest`.

    Such a word cannot make a difference between them. Alike: each group's rate per million words (outside quotations)
    lies between 1/`ratio` and `ratio` times the rate of all together, each group uses it, and it occurs `minimum` times
    in all. To be passed on as `event_words` (with the shipped list: `pd.concat`, `drop_duplicates("word")`); never
    applied unasked, for then a document's score would depend on what else is loaded.
    """
    table, size = _join(word_counts, documents, by := schema.name_column(by))
    wide = _spread(table[table["word"].isin(shipped_valence()["token"])], "own", size.index, by)
    rates, pooled = wide / size * 1e6, wide.sum(axis=1) / size.sum() * 1e6
    out = pd.DataFrame({"kind": "shared", "lowest": rates.min(axis=1, skipna=False), "highest": rates.max(axis=1)})
    alike = (out["lowest"] > 0) & (out["lowest"] >= pooled / ratio) & (out["highest"] <= pooled * ratio)
    return out[alike & (wide.sum(axis=1) >= minimum)].reset_index().astype({"word": "str", "kind": "str"})


def tone_toward(mentions, *, by="outlet", minimum=5):
    """One row per actor and group: `actor, by, n_mentions, target_tone` (mean), `note`; mentions outside quotations.

    NaN with a note where there are fewer than `minimum` mentions. The mentions need `target_tone` and the column `by`;
    they may be summed (`actors.count_mentions`).
    """
    schema.require(mentions, "mentions", "actor", by := schema.name_column(by), "target_tone")
    mentions = schema.label_rows(mentions, by)
    own = mentions[~mentions["in_quote"]] if "in_quote" in mentions else mentions
    if "n_scored" not in own:
        own = own.assign(count=1, n_scored=own["target_tone"].notna())
    table = own.groupby(["actor", by], as_index=False, observed=True)
    table = table.agg(n_mentions=("count", "sum"), target_tone=("target_tone", "sum"), n_scored=("n_scored", "sum"))
    table["target_tone"] /= table.pop("n_scored").replace(0, np.nan)
    few = table["n_mentions"] < minimum
    note = np.where(few, f"fewer than {minimum} mentions", "")
    return table.assign(target_tone=table["target_tone"].mask(few), note=note)
