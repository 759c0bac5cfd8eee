"""Drafts of a registry: the actors that a corpus seems to name, for a reader to edit."""

import re

import numpy as np
import pandas as pd

from analysis import names, text
from analysis.actors import COLUMNS, find_candidates, load_actors

NAME = re.compile(
    r"(?<![\w-])[A-Z](?:[\w'&-]*\w|\.)"
    r"(?: (?:(?:of|for|de|da|del|la|van|von|der|bin|al) ){0,2}[A-Z](?:[\w'&-]*\w\.?|\.)){0,15}"
)  # at most 16 words: the work on a run grows with the cube of its length
NUMERAL = r" (?:JR|SR|II+|IV)$"
BEFORE = re.compile(r"(\w+),? $")
AFTER = re.compile(r"(, \d\d,|, who\b)|, (?:the|an?) ([a-z]+)| ([a-z]+)")
DATELINE = re.compile(r"(?:, [A-Z][^–—-]{1,40}| \([^)]*\))? [–—-] ")
ROLE = re.compile(r"[a-z](?:man|men|woman|women|person|ist|ists|or|ors|er|ers)$")
SPEAKS = {"said", "says", "told", "added", "asked", "wrote"}
MEDIA = ("Times", "Post", "News", "Journal", "Herald", "Tribune", "Daily", "Gazette", "Magazine", "Radio", "TV")
ENTITIES = {"PERSON": "person", "ORG": "organisation", "NORP": "organisation", "GPE": "place", "LOC": "place"}


def suggest_actors(documents):
    """One row per alias of an actor that `documents` seem to name: a registry to edit, with `count, n_docs, doubtful`.

    Actors of the shipped registry that are named here keep their rows; what it does not know has the note `drafted`:
    runs of capitalised words, spellings that differ in accents, hyphens or capitals under the commonest one, persons by
    first and last name, a surname alone under the first full name in its article, *Roevian* under *Roevia*. A word that
    has a capital only where every word would, or stands here without one more often, is no name. `doubtful` says what
    to look at. The type is guessed from titles, given names and words such as Ministry, from the words beside the name
    (*in Roe, spokesman Roe*), or taken from spaCy when it and a model are installed. Names seen once count only when
    they are a person's full name.
    """
    sentences, known = text.split_sentences(documents), load_actors()
    found, columns = find_candidates(sentences, known), [*COLUMNS, "count", "n_docs", "doubtful"]
    seen = found[found["reason"] == ""].groupby("row").agg(count=("start", "size"), n_docs=("doc_id", "nunique"))
    rows = known[known["actor"].isin(known["actor"].iloc[seen.index])].join(seen).fillna({"count": 0, "n_docs": 0})
    table = pd.concat([rows.assign(doubtful="")[columns], _draft(sentences, found, known).reindex(columns=columns)])
    return table.astype(dict.fromkeys(columns, "str") | {"count": "int64", "n_docs": "int64"}).reset_index(drop=True)


def _draft(sentences, found, known):
    """The drafted rows of `suggest_actors`."""
    lists = names.read_context()
    spans, small = _find_spans(sentences, found[~found["reason"].str.startswith("inside")])
    unnamed = {region.rstrip(".") for region in lists["region"] if region.endswith(".")}
    unnamed |= lists["day"] | lists["no_actor"] | lists["title"] | lists["office"] | set(known["alias"])
    spans = spans[~spans["name"].isin(unnamed) & (spans["name"].str.len() > 2)]
    spans["key"] = spans["name"].str.upper().str.replace(r"[-.]", " ", regex=True).str.split().str.join(" ")
    draft = pd.DataFrame() if spans.empty else _group_spans(spans, small, _entities(sentences))
    if draft.empty:
        return draft

    spans = spans[spans["key"].isin(draft.index)].join(draft[["label", "type"]], on="key")
    spans["whose"], several = _whose(spans)
    counts = spans.groupby(["key", "whose"]).agg(count=("doc_id", "size"), n_docs=("doc_id", "nunique"))
    draft = counts.reset_index("whose").join(draft.drop(columns="count")).reset_index()
    surname, stem = (draft["n"] == 1) & (draft["whose"] != draft["label"]), draft["key"].map(_stems(draft["key"]))
    stem = stem.map(draft.drop_duplicates("key").set_index("key")["label"]).mask(surname)
    label = stem.fillna(draft["whose"])
    draft["type"] = draft["type"].mask(surname, "person").mask(stem.notna() | label.isin(stem), "place")
    draft["doubtful"] = np.select(
        [draft["key"].isin(several) & ~surname, draft["label"].str.lower().isin(lists["common"]), draft["type"] == ""],
        ["surname of several", "a common word too", "type unknown"], "")  # fmt: skip
    draft = draft.assign(actor=label.str.lower().str.replace(r"\W+", "_", regex=True).str.strip("_"), note="drafted",
                         label=label, form=np.select([surname, stem.notna()], ["surname", "demonym"], ""),
                         rule=np.where(surname, "after_full_name", ""))  # fmt: skip
    return draft.sort_values(["count", "label"], ascending=[False, True])


def _group_spans(spans, small, entities):
    """One row per name: its spellings under the commonest, counts and type; without what seems to be no name."""
    draft = spans.groupby("key").agg(
        count=("name", "size"), n=("n", "max"), opens=("opens", "min"), place=("place", "mean"), acts=("acts", "mean"),
        titled=("titled", "max"))  # fmt: skip
    spellings = spans.value_counts(["key", "name"]).reset_index().groupby("key")["name"]
    draft["alias"], draft["label"] = spellings.agg("|".join), spellings.first()
    usual = draft["label"].str.lower().map(small).fillna(0) >= draft["count"]
    draft = draft[(draft["n"] > 1) | draft["titled"] | ~(draft["opens"] | usual)].reset_index()
    single = set(draft.loc[draft["n"] == 1, "key"])
    draft["type"] = [entities.get(r.label) or _guess_type(r, single) for r in draft.itertuples()]
    draft = draft[(draft["count"] > 1) | (draft["n"] > 1) & (draft["type"] == "person")]
    event = _split_key(draft["key"]).str[-1].str.capitalize().isin(names.read_context()["event"])
    return draft[~event].set_index("key")


def _find_spans(sentences, found):
    """The names between what is `found`: runs of capitalised words; and how often each word stands there in lower case.

    The first word of a sentence is no part of the name when it is a word of the language and elsewhere not in it.
    """
    lists, lines = names.read_context(), [names.fold_name(t) for t in sentences["text"]]
    rows = pd.MultiIndex.from_frame(sentences[["doc_id", "sentence_id"]])
    at = rows.get_indexer(pd.MultiIndex.from_frame(found[["doc_id", "sentence_id"]]))
    starts = sentences["start"].to_numpy()[at]
    for n, a, b in zip(at.tolist(), found["start"] - starts, found["end"] - starts, strict=True):
        lines[n] = lines[n][:a] + "|" * (b - a) + lines[n][b:]
    small = pd.Series(re.findall(r"(?<![\w|])[a-z]+", " ".join(lines)), dtype="str").value_counts()
    spots = [(doc, *spot) for doc, line in zip(sentences["doc_id"], lines, strict=True) for spot in _read_line(line)]
    kinds = {"doc_id": "str", "name": "str", "n": "int64", "opens": bool, "titled": bool, "place": bool, "acts": bool}
    spans = pd.DataFrame(spots, columns=[*kinds]).astype(kinds)
    head, rest = (spans["name"].str.extract("^([^ ]+) ?(.*)$")[part] for part in (0, 1))
    loose = spans["opens"] & (spans["n"] > 1) & ~spans["name"].isin(spans.loc[~spans["opens"], "name"])
    job = rest.str.split(" ").str[0].isin(lists["given"]) & (spans["n"] > 2) & ~head.str.endswith(".")
    loose &= (head.str.lower().isin(small.index) | job) & ~head.isin(lists["place_prefix"] | lists["given"])
    rest = rest.str.replace("^(?:of|for) ", "", regex=True)
    spans["name"], spans["n"] = spans["name"].mask(loose, rest).astype("str"), spans["n"] - loose
    return spans, small


def _read_line(line):
    """The names in a sentence, as `_part_names` tells them, and whether the words beside make it a place, a person."""
    lists = names.read_context()
    for m in NAME.finditer(line):
        opens = m.start() == 0 or line[m.start() - 1] in "\"'([:"
        before, after = BEFORE.search(line, max(0, m.start() - 30), m.start()), AFTER.match(line, m.end())
        place = before and before[1] in lists["where"] or after and (after[2] or after[3]) in lists["place_noun"]
        place = place or m.start() == 0 and m.group().isupper() and DATELINE.match(line, m.end())
        acts = before and (_is_role(before[1]) or before[1] in SPEAKS)
        acts = acts or after and (after[1] or _is_role(after[2]) or after[3] in SPEAKS)
        for part in _part_names(re.sub(r"('s|'|(?<=\w\w)\.)$", "", m.group()).split(), opens):
            yield *part, bool(place), bool(acts)


def _split_key(key):
    """The words of each name, without a numeral at its end."""
    return key.str.replace(NUMERAL, "", regex=True).str.split()


def _is_role(word):
    """Whether a lower-case word beside a name tells a person: spokesman, economist, farmer."""
    lists = names.read_context()
    return word in lists["role"] or bool(ROLE.search(word or "")) and word not in lists["function_word"]


def _whose(spans):
    """Whose each name is, by the commonest full name, and the surnames that several bear.

    A person has one first and one last name, whatever stands between, and may have a job before (Farmer Ann Roe); a
    surname alone is of the first whose full name stands in the same article, else of the only one anywhere.
    """
    full = spans[spans["n"].between(2, 5) & (spans["type"] == "person")]
    parts = full["key"].str.split(n=1)
    job = parts.str[1].isin(full["key"]) & ~parts.str[0].str.capitalize().isin(names.read_context()["given"])
    words = _split_key(full["key"].mask(job, parts.str[1]))
    ends = words.str[0] + " " + words.str[-1]
    label = full["label"][~job].groupby(ends[~job]).agg(lambda x: x.value_counts().index[0])
    full = full[["doc_id"]].assign(key=words.str[-1], whose=ends.map(label).astype("str"))
    near = full.drop_duplicates(["doc_id", "key"])
    near = spans[["doc_id", "key"]].merge(near, how="left")["whose"].set_axis(spans.index)
    only = full[["key", "whose"]].drop_duplicates()
    several = set(only.loc[only["key"].duplicated(), "key"])
    only = spans["key"].map(only.drop_duplicates("key", keep=False).set_index("key")["whose"]).astype("str")
    return full["whose"].reindex(spans.index).fillna(near).fillna(only).fillna(spans["label"]).astype("str"), several


def _stems(keys):
    """The name of the land for each name of its people, when both are here: Roevia for Roevian, Texas for Texan."""
    keys = [key for key in set(keys) if " " not in key and len(key) > 4]
    ends = {
        stem + end: key for key in keys for stem in (key[:-1], key) for end in ("N", "AN", "IAN") if stem + end != key
    }
    return {key: ends[key] for key in keys if key in ends}


def _part_names(words, opens, titled=False):
    """The names in a run of capitalised words: text, number of words, whether the run opens a clause, if titled.

    What stands before a title is no part of the name; only an institution has "of" in its name.
    """
    lists = names.read_context()
    small, party, body = lists["function_word"], lists["party_word"], lists["institution"] | lists["party_word"]
    for n in range(len(words) - 1, 0, -1):
        if any(" ".join(words[m:n]).rstrip(".") in lists["bare_title"] for m in range(n)):
            words, opens, titled = words[n:], False, True
            break
    for n, word in enumerate(words[:-1]):
        apart = word in party or word.lower() in lists["role"]
        if (apart or word.endswith("'s")) and words[n + 1] in lists["given"]:  # Democrat Ann Roe, the paper's Ann Roe
            yield from _part_names([*words[:n], *([] if apart else [word[:-2]])], opens, titled)
            words, opens, titled = words[n + 1 :], False, True
            break
    while words and (words[0].lower().split("'")[0] in small or words[0] in party and not body & set(words[1:])):
        words, opens = words[1:], False
    for n, word in enumerate(words):
        if word in ("of", "for") and not lists["institution"] & set(words[:n]):
            yield from _part_names(words[:n], opens, titled)
            yield from _part_names(words[n + 1 :], False)
            return
    first, last = (words[0].rstrip("."), words[-1].rstrip(".")) if words else ("", "")
    if len(last) > 1 and first[1:2] != "-" and first not in lists["bare_title"]:
        yield " ".join(words), len(words), opens, titled


def _guess_type(row, single):
    """The type of a drafted name; `single` are the names of one word, to tell Ann Roe (Roe) from Old Bridge."""
    lists, words = names.read_context(), row.label.split()
    if row.label in lists["region"] or row.place >= 0.3 or row.n > 1 and words[0] in lists["place_prefix"]:
        return "place"
    if any(w in MEDIA for w in words):
        return "media"
    body = lists["part_of_name"] | lists["organisation_word"] | lists["institution"]
    if body & set(words) or row.n > 1 and words[-1] in lists["party_word"]:
        return "organisation"
    if row.titled or row.n > 1 and words[0] in lists["given"]:
        return "person"
    if words[0].isupper():
        return "organisation"
    if 1 < row.n < 4 and row.acts >= 0.3:
        return "person"
    alone = row.n == 2 and row.key.split()[-1] in single and not set(words) & (lists["place_prefix"] | lists["region"])
    return "person" if alone else ""


def _entities(sentences):
    """The commonest type of each name by an installed spaCy model; nothing when there is none."""
    try:
        import spacy
    except ImportError:
        return {}
    models = spacy.util.get_installed_models()
    if not models:
        return {}
    docs = spacy.load(models[0]).pipe(sentences["text"])
    found = [(e.text, ENTITIES[e.label_]) for d in docs for e in d.ents if e.label_ in ENTITIES]
    return dict(pd.DataFrame(found, columns=["name", "type"]).groupby("name")["type"].agg(lambda t: t.mode()[0]))
