"""Quotations and reported speech: what is said, who says it, with which verb, and who gets to speak."""

import re
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import body, marks, names, resources, schema, speech, text


def load_verbs(source=None):
    """One row per reporting verb: `verb, stance, frame, noun, forms, note, line`, with all `forms` written out.

    `source` is a CSV path or a table with at least the column `verb` (default: the shipped list); stance is neutral
    (default), doubt or endorse, frame say (default), think, act, quote or source. With a list without rows no verb is
    found: a quotation has a speaker only by what else is around it. Raises ValueError with file and line.
    """
    defaults = {"stance": "neutral", "frame": "say", "noun": "", "forms": "", "note": ""}
    if source is None:
        return _shipped_verbs().copy()
    verbs = resources.read_list(source, required=("verb",), unique=("verb",), defaults=defaults)
    known = {"stance": ("neutral", "doubt", "endorse"), "frame": ("say", "think", "act", "quote", "source")}
    for column, allowed in known.items():
        for row in verbs[~verbs[column].isin(allowed)].itertuples():
            where = "table" if isinstance(source, pd.DataFrame) else source
            raise ValueError(f"{where}, line {row.line}: {column} {getattr(row, column)!r}; use {', '.join(allowed)}")
    regular = verbs["verb"].str.split().str[0].where(verbs["frame"] != "source", "")
    verbs["forms"] = [" ".join([*_inflect(v), *f.split()]) for v, f in zip(regular, verbs["forms"], strict=True)]
    return verbs


_shipped_verbs = cache(lambda: load_verbs("reporting_verbs"))


def _inflect(verb):
    """The regular forms of an English verb: plain, -s, -ed, -ing."""
    if verb[-1:] == "y" and verb[-2] not in "aeiou":
        return [verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"]
    if verb.endswith("ee"):
        return [verb, verb + "s", verb + "d", verb + "ing"]
    stem = verb[:-1] if verb.endswith("e") else verb
    third = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s")
    return [verb, third, stem + "ed", stem + "ing"] if verb else []


def _locate_quotes(documents, tokens, quoted, verbs):
    """The quotes table with the places of source, name as given, name meant and cue beside it."""
    spoken, given, meant = speech.attribute_quotes(tokens, quoted, verbs)
    a, b, s, cue = spoken.first, spoken.end, spoken.span, spoken.cue
    doc = tokens["doc_id"].cat.codes.to_numpy()
    first, last = np.append(tokens["start"].to_numpy("int64"), 0), np.append(tokens["end"].to_numpy("int64"), 0)
    start, end = (np.append(quoted[c].to_numpy("int64"), 0)[s] for c in ("start", "end"))
    count = np.append(0, np.cumsum(tokens["is_word"].to_numpy()))
    frame = pd.DataFrame(
        {
            "doc_id": pd.Categorical.from_codes(doc[a], dtype=tokens["doc_id"].dtype),
            "sentence_id": tokens["sentence_id"].to_numpy()[a],
            "start": np.where(s >= 0, start, first[a]),
            "end": np.where(s >= 0, end, last[b - 1]),
            "kind": spoken.kind,
            "actor": None,
            "cue": verbs["verb"].reindex(spoken.verb).to_numpy(),
            "n_words": count[b] - count[a],
        }
    )
    name = np.where(meant[:, :1] >= 0, meant, given)
    pairs = {"source": spoken.source, "given": given, "name": name, "cue": np.stack([cue, cue + (cue >= 0)], 1)}
    for column, (x, y) in ((c, pair.T) for c, pair in pairs.items()):
        frame[f"{column}_start"], frame[f"{column}_end"] = first[x], np.where(x >= 0, last[y - 1], 0)
    frame["speaker"] = _print_speakers(documents, frame, meant[:, 0] >= 0)
    frame["doc_id"] = frame["doc_id"].astype("str")
    frame["quote_id"] = frame.groupby("doc_id", sort=False).cumcount()
    return frame


def _print_speakers(documents, frame, resolved):
    """The speaker as printed, without a possessive 's; a resolved pronoun with the name meant in brackets."""
    texts = documents["text"].iloc[pd.Index(documents["doc_id"]).get_indexer(frame["doc_id"].cat.categories)].tolist()

    def cut(column, rows):
        places = (frame[c].to_numpy()[rows].tolist() for c in (f"{column}_start", f"{column}_end"))
        found = [texts[code][x:y] for code, x, y in zip(codes[rows].tolist(), *places, strict=True)]
        return pc.replace_substring_regex(pa.array(found, pa.large_string()), "['\u2019]s$", "")

    out, codes = np.full(len(frame), None, object), frame["doc_id"].cat.codes.to_numpy()
    given, meant = np.flatnonzero(frame["given_end"] > 0), np.flatnonzero(resolved)
    out[given] = cut("given", given).to_pylist()
    out[meant] = [
        f"{pronoun} [{name}]" for pronoun, name in zip(out[meant], cut("name", meant).to_pylist(), strict=True)
    ]
    return pd.array(out, dtype="str")


def find_quotes(documents, actors=None, *, paragraphs=None, tokens=None, mentions=None, quoted=None, verbs=None):
    """One row per quotation or reported clause.

    Columns: `doc_id, quote_id, sentence_id, start, end, kind, speaker, actor, cue, n_words`.
    kind: `speech` (words given as a source's), `scare` (a few words in marks, no speaker), `title` (name of a work) or
    `indirect` (reported without marks; span = the clause). start, end: offsets of the words, without the marks.
    speaker: the name (without office and place) or the noun as printed, two joined by and whole, `Ann Smith and Bo Lee`
    (of more the last two); a pronoun is followed by whom it was resolved to, `he [Ann Smith]`; NaN when there is none.
    actor: registry id of the speaker (of two the first), by overlap with `mentions`, or else by an alias of `actors`
    that is no other actor's (a surname that two share is told by `mentions` only, and so is a namesake but for an
    honorific of the other sex or another given name that stands before the surname).
    cue: lemma of the reporting verb. n_words: words in the span. A quotation inside another has its own row.
    Already computed tables may be given: `paragraphs`, `tokens`, `mentions`, `quoted` (marks.quoted_spans); `verbs` is
    the user's own list (see load_verbs). Raises ValueError for a missing column.
    """
    documents = schema.take_documents(documents)
    paragraphs = body.split_paragraphs(documents) if paragraphs is None else paragraphs
    tokens = text.tokenize(documents, paragraphs) if tokens is None else tokens
    quoted = marks.quoted_spans(documents, paragraphs) if quoted is None else quoted
    place = tokens["doc_id"].cat.codes.to_numpy("int64") << 32 | tokens["start"].to_numpy()
    if (place[1:] < place[:-1]).any():  # what comes next in the text has to come next in the table
        tokens = tokens.take(np.argsort(place, kind="stable"))
    frame = _locate_quotes(documents, tokens, quoted, load_verbs(verbs))
    if mentions is not None:
        frame["actor"] = _overlapping_actor(frame, mentions)
    elif actors is not None:
        schema.require(actors, "actors", "actor", "alias")
        frame["actor"] = _find_by_alias(frame, documents.set_index("doc_id")["text"], actors)
    return schema.conform(frame, "quotes")


def _overlapping_actor(frame, mentions):
    """The actor of the last mention that overlaps the speaker's name (of two names the first), NaN if there is none."""
    ids = pd.Index(frame["doc_id"].unique())
    doc = ids.get_indexer(mentions["doc_id"]).astype("int64")
    key = doc << 32 | mentions["start"].to_numpy("int64")
    order = np.argsort(key)
    own = ids.get_indexer(frame["doc_id"]).astype("int64") << 32
    start, end = (own | frame[f"name_{c}"].to_numpy("int64") for c in ("start", "end"))
    joint = _name(frame["speaker"]).str.find(" and ").fillna(-1).to_numpy("int64")
    found = np.full(len(frame), -1)
    for until in (np.where(joint > 0, start + joint, end), end):
        which = np.searchsorted(key[order], until) - 1
        stop = np.r_[doc << 32 | mentions["end"].to_numpy("int64"), -1][np.r_[order, -1][which]]
        hit = (found < 0) & (which >= 0) & (stop > start) & frame["speaker"].notna().to_numpy()
        found[hit] = which[hit]
    return mentions["actor"].iloc[order].reset_index(drop=True).reindex(found).to_numpy()


def _find_by_alias(frame, texts, actors):
    """The actor whose alone the alias is (of two names the first); none where what is printed before the surname, here
    or the last time, is another given name or an honorific of the other sex."""
    alias = actors.drop_duplicates(["actor", "alias"]).drop_duplicates("alias", keep=False)
    name, alias = _name(frame["speaker"]), alias.set_index("alias")["actor"]
    found = name.map(alias).fillna(name.str.replace(" and .*", "", regex=True).map(alias)).astype("str")
    own, known = actors.groupby("actor")["alias"].agg(" ".join).str.split().map(set), names.read_context()
    for n in np.flatnonzero(found.notna() & ~name.str.contains(" ")):
        until = texts[frame["doc_id"].iloc[n]][: frame["name_end"].iloc[n]]
        first = re.findall(rf"(\w+)\.?\s+{re.escape(name.iloc[n])}\b", until)[-1:]
        words, others = own[found.iloc[n]], known["given"]
        others |= known["honorific_male"] if words & known["female"] else set()
        others |= known["honorific_female"] if words & known["male"] else set()
        found.iloc[n] = found.iloc[n] if words.issuperset(others.intersection(first)) else None
    return found


def _name(speaker):
    """The name of each speaker: of `he [Ann Smith]` the one in brackets."""
    return speaker.str.extract(r"\[(.*)\]", expand=False).fillna(speaker)


def count_quotes(quotes, documents, by="outlet"):
    """One row per speaker, reporting verb and value of `by` (columns of documents), of direct and indirect speech.

    Columns: by, `actor` (the speaker as printed when no actor is known), `named` (False: a pronoun left open or a noun
    such as officials), `cue` (NaN: no verb), `n_quotes, n_words`, `n_direct_words` (those in quotation marks, the rest
    is reported). Each word once: a quotation that begins inside another does not count. An article without a label
    stands for itself. The rows of two sets of articles may be added up.
    """
    by = [by] if isinstance(by, str) else list(by)
    schema.require(quotes, "quotes", "doc_id", "start", "end", "kind", "speaker", "actor", "cue", "n_words")
    said = quotes[quotes["kind"].isin(["speech", "indirect"])].astype(dict.fromkeys(("speaker", "actor", "cue"), "str"))
    said = said.sort_values(["doc_id", "start", "end"], ascending=[True, True, False])
    before = said.groupby("doc_id")["end"].cummax().groupby(said["doc_id"]).shift(fill_value=0)
    said = said[said["start"] >= before]
    said = said.assign(**{c: schema.find_labels(said["doc_id"], schema.label_documents(documents, c)) for c in by})
    name = _name(said["speaker"])
    common = name.str.lower().isin(resources.word_set("quote_words")) | ~name.str[:1].str.isupper().astype(bool)
    said["named"] = said["actor"].notna() | name.notna() & ~common
    said["actor"] = said["actor"].fillna(name.where(said["named"], name.str.lower()))
    said["n_direct_words"] = said["n_words"].where(said["kind"] == "speech", 0)
    groups = said[said["actor"].notna()].groupby([*by, "actor", "named", "cue"], as_index=False, dropna=False)
    return groups.agg(
        n_quotes=("n_words", "size"), n_words=("n_words", "sum"), n_direct_words=("n_direct_words", "sum")
    )


def _counted(quotes, documents, by):
    """The table of `count_quotes`, which `quotes` may be already."""
    return quotes if "n_quotes" in quotes else count_quotes(quotes, documents, by)


def quote_shares(quotes, documents, by="outlet"):
    """One row per speaker and value of `by` (columns of documents): who is quoted, and how much.

    Columns: by, `actor, named, n_quotes, n_words, n_direct_words` as in `count_quotes` (whose table may be given as
    `quotes`), `share` (of the words of this value of `by` that have a speaker) and `share_of_words` (of all its words;
    NaN without documents.n_words).
    """
    by = [by] if isinstance(by, str) else list(by)
    counts = ["n_quotes", "n_words", "n_direct_words"]
    out = _counted(quotes, documents, by).groupby([*by, "actor", "named"], as_index=False)[counts].sum()
    out["share"] = out["n_words"] / out.groupby(by)["n_words"].transform("sum")
    documents = documents.assign(**{c: schema.label_documents(documents, c).to_numpy() for c in by})
    total = documents.groupby(by)["n_words"].sum().rename("total") if "n_words" in documents else None
    out["share_of_words"] = (
        out["n_words"] / out.merge(total, on=by, how="left", validate="m:1")["total"] if total is not None else np.nan
    )
    return out.sort_values([*by, "n_words"], ascending=[True] * len(by) + [False], ignore_index=True)


def reporting_verbs(quotes, documents, by="outlet", *, verbs=None):
    """One row per speaker, reporting verb and value of `by`: by, `actor, cue, stance, n_quotes, n_words`.

    stance: neutral, doubt or endorse, from the list of verbs (`verbs`: the user's own), NaN for a verb that is not
    there. `quotes` may be the table of `count_quotes`.
    """
    by = [by] if isinstance(by, str) else list(by)
    said = _counted(quotes, documents, by).dropna(subset="cue")
    stance = load_verbs(verbs).set_index("verb")["stance"]
    said = said.assign(stance=said["cue"].map(stance).astype("str"))
    out = said.groupby([*by, "actor", "cue", "stance"], as_index=False, dropna=False)[["n_quotes", "n_words"]].sum()
    return out.sort_values([*by, "n_quotes"], ascending=[True] * len(by) + [False], ignore_index=True)
