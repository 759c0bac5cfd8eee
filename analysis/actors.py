"""Named actors: the registry, their mentions in the text, and how often and beside whom each is named."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import resources, schema, text, typography

TYPES = ("person", "state", "government body", "armed force", "organisation", "media", "place")
FORMS = ("name", "surname", "nickname", "demonym", "capital", "seat", "office-with-name", "compound")
RULES = ("always", "after_full_name", "not_sentence_start", "not_after:", "not_before:")
COLUMNS = ["actor", "label", "type", "alias", "form", "rule", "note"]
WINDOW = 64  # characters looked at on either side of a name
WORD = r"[\pL\pN][\pL\pN.'&-]*"


def _fail(where, line, message):
    raise ValueError(f"{where}, line {line}: {message}")


def load_actors(path=None):
    """One row per alias of an actor: `actor, label, type, alias, form, rule, note`.

    `path` is a CSV file or a table with at least `actor` and `alias` (default: the shipped registry). Several aliases
    of one form may share a row, separated by |. `label` and `type` are those of the actor's first row that has them;
    a missing `form` is told from the alias (a word that ends a longer alias of a person is the surname). A `rule`
    narrows when an alias counts; several are joined by ;. `always` (default), `after_full_name` (a longer alias of the
    actor stands in the same article), `not_sentence_start`, `not_after:WORDS`, `not_before:WORDS` (words separated by
    spaces). Raises ValueError with file and line: a missing column, an unknown type, form or rule, an alias of two
    actors that no full name tells apart.
    """
    where = "table" if isinstance(path, pd.DataFrame) else Path(path or "actors.csv").name
    table = resources.read_list("actors" if path is None else path, required=("actor", "alias"),
                                defaults=dict.fromkeys(COLUMNS, ""))  # fmt: skip
    table["alias"] = table["alias"].str.split("|")
    table = table.explode("alias", ignore_index=True)
    table["alias"] = table["alias"].str.strip().astype("str")
    table = table[table["alias"] != ""].reset_index(drop=True)
    table["type"] = table["type"].replace({"country": "state", "organization": "organisation"})
    for column, known in (("type", TYPES), ("form", FORMS)):
        for value, line in zip(table[column], table["line"], strict=True):
            if value and value not in known:
                _fail(where, line, f"unknown {column} {value!r}; one of {', '.join(known)}")
    for rules, line in zip(table["rule"], table["line"], strict=True):
        for rule in filter(None, map(str.strip, rules.split(";"))):
            if not (rule in RULES[:3] or rule.startswith(RULES[3:]) and rule.partition(":")[2].strip()):
                _fail(where, line, f"unknown rule {rule!r}; one of {', '.join(RULES)} (with words after the colon)")
    for column in ("label", "type"):
        first = table[table[column] != ""].groupby("actor")[column].first()
        table[column] = table[column].where(table[column] != "", table["actor"].map(first)).fillna("").astype("str")
    table["label"] = table["label"].where(table["label"] != "", table["actor"].str.replace("_", " "))
    table["form"] = [f or _guess_form(*row) for f, *row in zip(table["form"], table["alias"], table["actor"],
                     table["type"], table["actor"].map(table.groupby("actor")["alias"].agg(list)), strict=True)]  # fmt: skip
    for alias, rows in table[table["alias"].duplicated(keep=False)].groupby("alias"):
        if rows["actor"].nunique() < len(rows):
            twice = rows[rows["actor"].duplicated()].iloc[0]
            _fail(where, twice["line"], f"alias {alias!r} stands twice for {twice['actor']}")
        full = [any(f" {alias}" in f" {a}"[1:] or f"{alias} " in a for a in table.loc[table["actor"] == x, "alias"])
                for x in rows["actor"]]  # fmt: skip
        for told, row in zip(full, rows.itertuples(), strict=True):
            if not told and "after_full_name" not in row.rule:
                others = ", ".join(a for a in rows["actor"] if a != row.actor)
                _fail(where, row.line, f"alias {alias!r} of {row.actor} is an alias of {others} too; give each a "
                      "longer alias and the rule after_full_name, or a rule that tells them apart")  # fmt: skip
        table.loc[rows.index, "rule"] = table.loc[rows.index, "rule"].where(
            table.loc[rows.index, "rule"].str.contains("after_full_name"),
            table.loc[rows.index, "rule"] + ";after_full_name",
        )
    table["rule"] = table["rule"].str.strip(";").where(table["rule"].str.strip(";") != "", "always")
    return table[COLUMNS]


def _guess_form(alias, actor, kind, aliases):
    words, names = alias.split(), [a.split() for a in aliases if " " in a]
    if kind == "state" and alias != aliases[0]:
        return "demonym" if re.search(r"(an|ans|ese|ish|i|is|ch|ic|ian|ians)$", alias) else "name"
    if kind not in ("person", ""):
        return "name"
    if len(words) > 1:
        return "office-with-name" if _titled(words[0]) else "name"
    ends = {n[-1] for n in names if not _titled(n[0])} | {
        n[-2] for n in names if n[-1].strip(".,") in _context()["suffix"]
    }
    if not names or alias in ends or alias == re.split(r"[ _]", actor)[-1]:
        return "surname" if names or kind else "name"
    return "nickname"


def _titled(word):
    lists = _context()
    return any(word in lists[k] for k in ("office", "honorific", "honorific_male", "honorific_female"))


@cache
def _context():
    """The words of each kind of resources/name_context.csv, and the sex of given names."""
    rows = resources.read_list("name_context", required=("kind", "words"))
    lists = {k: frozenset(w for s in words for w in s.split("|")) for k, words in rows.groupby("kind")["words"]}
    known = resources.read_list("given_names", required=("name", "gender"))
    for sex in ("male", "female"):
        lists[sex] = lists[sex] | set(known.loc[known["gender"] == sex, "name"])
    lists["given"] = lists["given"] | lists["male"] | lists["female"]
    return lists


@cache
def _fold_table():
    """Per code point the plain letter it is matched as (accents off, white space to a space), and whether a letter."""
    plain = np.arange(0x110000, dtype="<u4")
    for code in range(0x3100):
        base = unicodedata.normalize("NFD", typography.fold(chr(code)))[0]
        plain[code] = (
            32 if base.isspace() else ord({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i", "đ": "d"}.get(base, base))
        )
    letter = np.array([chr(c).isalnum() for c in range(0x3100)])
    return plain, letter


def _fold(string):
    return _fold_table()[0][np.frombuffer(string.encode("utf-32-le"), "<u4")]


def _decode(codes):
    return codes.astype("<u4").tobytes().decode("utf-32-le")


def _spellings(alias, kind):
    """`alias` as it may be printed: in capitals, with or without hyphen, surname first with a comma."""
    plain = _decode(_fold(alias))
    forms, words = {plain}, plain.split()
    if plain.lower() not in _context()["common"] and len(plain) > 3:
        forms.add(plain.upper())
    if "-" in plain and len(words) > 1:
        forms |= {plain.replace("-", " ")}
    if kind == "person" and len(words) == 3 and "." not in plain and words[1][0].isupper():
        forms |= {f"{words[0]} {words[1]}-{words[2]}", f"{words[0]} {words[1]}-{words[2].lower()}"}
    if kind == "person" and len(words) == 2 and not _titled(words[0]):
        forms |= {f"{words[1]}, {words[0]}", f"{words[1].upper()}, {words[0]}"}
    return forms


def _matches(sentences, actors):
    """One row per place where an alias stands as whole words, the longest at each place, with the words around it."""
    import ahocorasick_rs

    spellings = {}
    for n, (alias, kind, actor) in enumerate(zip(actors["alias"], actors["type"], actors["actor"], strict=True)):
        for form in _spellings(alias, kind):
            spellings.setdefault(form, {}).setdefault(actor, n)
    spellings = {form: list(rows.values()) for form, rows in spellings.items()}
    found = [
        _match_chunk(sentences.iloc[i : i + 20_000], spellings, ahocorasick_rs)
        for i in range(0, len(sentences), 20_000)
    ]
    return pd.concat(found, ignore_index=True) if found else _match_chunk(sentences, spellings, ahocorasick_rs)


def _match_chunk(sentences, spellings, ahocorasick_rs):
    strings = sentences["text"].tolist()
    sizes = np.fromiter(map(len, strings), "int64", len(strings))
    begin = np.cumsum(sizes + 1) - sizes - 1
    raw = "\n".join([*strings, ""])
    codes = _fold(raw)
    # a line break inside a name joins two "sentences"; any other gap between sentences ends what may be a name
    doc, start, end = (sentences[c].to_numpy() for c in ("doc_id", "start", "end"))
    joined = (doc[1:] == doc[:-1]) & (start[1:] - end[:-1] == 1) if len(doc) > 1 else np.zeros(0, bool)
    last = codes[np.maximum(begin + sizes - 1, 0)] if len(codes) else codes
    joined = np.r_[joined, False][: len(sizes)] & _fold_table()[1][np.minimum(last, 0x30FF)]
    codes[(begin + sizes)[~joined]] = 0
    folded = _decode(codes)
    patterns = list(spellings)
    searcher = ahocorasick_rs.AhoCorasick(patterns, matchkind=ahocorasick_rs.MatchKind.Standard) if patterns else None
    hits = np.array(searcher.find_matches_as_indexes(folded, overlapping=True) if searcher else [], "int64").reshape(
        -1, 3
    )
    letter = _fold_table()[1][np.minimum(np.r_[codes, 0, 0], 0x30FF)]
    whole = ~letter[hits[:, 1] - 1] & ~(letter[hits[:, 2]] & letter[hits[:, 2] - 1])
    hits = hits[whole]
    hits = hits[np.lexsort((-hits[:, 2], hits[:, 1]))]
    keep, stop = [], -1
    for n, (_, a, b) in enumerate(hits.tolist()):
        if a >= stop:
            keep.append(n)
            stop = b
    which, a, b = hits[keep].T if keep else np.zeros((3, 0), "int64")
    row = np.searchsorted(begin, a, "right") - 1
    row_end = np.searchsorted(begin, b - 1, "right") - 1
    spans = list(zip(a.tolist(), b.tolist(), strict=True))
    before = pd.Series([folded[max(0, x - WINDOW) : x].rpartition("\0")[2] for x, _ in spans], dtype="str")
    after = pd.Series([folded[y : y + WINDOW].partition("\0")[0] for _, y in spans], dtype="str")
    frame = pd.DataFrame({
        "pattern": which, "doc_id": doc[row], "sentence_id": sentences["sentence_id"].to_numpy()[row],
        "start": start[row] + a - begin[row], "end": start[row_end] + b - begin[row_end],
        "match": pd.Series([folded[x:y] for x, y in spans], dtype="str"), "before": before, "after": after,
        "touches_next": np.r_[a[1:] == b[:-1] + 1, False][: len(a)],
        "surface": pd.Series([raw[x:y] for x, y in spans], dtype="str"),
        "marks": [folded.count('"', s, x) for s, (x, _) in zip(begin[row].tolist(), spans, strict=True)],
        "touches_hyphen": np.r_[False, (a[1:] == b[:-1] + 1)][: len(a)] & (codes[a - 1] == 45 if len(a) else False),
        "surface": pd.Series([raw[x:y] for x, y in spans], dtype="str"),
        "marks": [folded.count('"', s, x) for s, (x, _) in zip(begin[row].tolist(), spans, strict=True)],
        "touches_hyphen": np.r_[False, (a[1:] == b[:-1] + 1)][: len(a)] & (codes[a - 1] == 45 if len(a) else False),
        "surface": pd.Series([raw[x:y] for x, y in spans], dtype="str"),
        "marks": [folded.count('"', s, x) for s, (x, _) in zip(begin[row].tolist(), spans, strict=True)],
        "touches_hyphen": np.r_[False, (a[1:] == b[:-1] + 1)][: len(a)] & (codes[a - 1] == 45 if len(a) else False),
        "surface": pd.Series([raw[x:y] for x, y in spans], dtype="str"),
        "marks": [folded.count('"', s, x) for s, (x, _) in zip(begin[row].tolist(), spans, strict=True)],
        "touches_hyphen": np.r_[False, (a[1:] == b[:-1] + 1)][: len(a)] & (codes[a - 1] == 45 if len(a) else False),
        "surface": pd.Series([raw[x:y] for x, y in spans], dtype="str"),
        "marks": [folded.count('"', s, x) for s, (x, _) in zip(begin[row].tolist(), spans, strict=True)],
        "touches_hyphen": np.r_[False, (a[1:] == b[:-1] + 1)][: len(a)] & (codes[a - 1] == 45 if len(a) else False),
        "surface": pd.Series([raw[x:y] for x, y in spans], dtype="str"),
        "marks": [folded.count('"', s, x) for s, (x, _) in zip(begin[row].tolist(), spans, strict=True)],
        "touches_hyphen": np.r_[False, (a[1:] == b[:-1] + 1)][: len(a)] & (codes[a - 1] == 45 if len(a) else False),
        "touches_last": np.r_[False, a[1:] == b[:-1] + 1][: len(a)],
    })  # fmt: skip
    frame["row"] = pd.Series([spellings[patterns[w]] for w in which], dtype=object)
    return frame.explode("row", ignore_index=True)


@cache
def _title_pattern():
    lists = _context()
    words = sorted(
        {w for k in ("office", "honorific", "honorific_male", "honorific_female") for w in lists[k]}, key=len
    )
    return rf"(?:^|[^\pL\pN.'&])(?P<title>(?:(?:{'|'.join(map(re.escape, reversed(words)))}) )+)$"


def _extract(strings, pattern):
    """Named groups of an RE2 pattern as a table of strings, empty where nothing matched."""
    found = pc.extract_regex(pa.array(strings, pa.large_string()), pattern)
    names = re.findall(r"\?P<(\w+)>", pattern)
    return pd.DataFrame({n: pc.fill_null(pc.struct_field(found, n), "").to_pandas().astype("str") for n in names})


def _context_columns(found):
    """`found` with the words on either side: title, last word and the one before, next word, and what parts them."""
    title = _extract(found["before"], _title_pattern())["title"]
    title = title.where(found["form"].isin(["name", "surname", "nickname"]) & (found["type"] == "person"), "")
    before = pd.Series([b[: len(b) - len(t)] for b, t in zip(found["before"], title, strict=True)], dtype="str")
    last = _extract(before, rf"(?:(?:(?P<last2>{WORD})(?P<gap2>[^\pL\pN]+))?(?P<last>{WORD}))?(?P<gap>[^\pL\pN]*)$")
    following = _extract(
        found["after"],
        rf"^(?P<owned>'s?(?:[^\pL]|$))?(?P<after_gap>[^\pL\pN]*)(?P<next>{WORD})?(?P<gap3>[^\pL\pN]*)(?P<next2>{WORD})?",
    )
    following["next"] = following["next"].str.replace(r"('s?|[.'-]+)$", "", regex=True)
    return pd.concat([found, title, last, following], axis=1)


def _judge(found, actors):
    """The reason why each candidate is no mention, empty for the ones that are; the first that fits."""
    lists = _context()
    lower = {k: frozenset(w.lower() for w in v) for k, v in lists.items()}
    alias, last, next_ = found["match"], found["last"], found["next"]
    low, last_low, next_low = alias.str.lower(), last.str.lower(), next_.str.lower()
    person, state = found["type"].isin(["person", ""]), found["type"] == "state"
    demonym, single = found["form"] == "demonym", ~alias.str.contains(" ", regex=False)
    acronym = found["alias"].str.isupper() & (found["alias"].str.len() > 1)
    shout = alias.str.isupper() & ~acronym
    behind, ahead = found["gap"] == " ", (found["owned"] == "") & (found["after_gap"] == " ")
    opens = (last == "") | found["gap"].str.contains(r"[\"'(\[:;—–…?!.]", regex=True)
    second = (found["last2"] == "") | found["gap2"].str.contains(r"[\"'(\[:;—–…?!.]", regex=True)
    headline = ~(found["before"] + " " + found["after"]).str.contains(r"(?:^|[^\w'’-])[a-z][a-z]{3,}", regex=True)
    last_cap, next_cap = last.str.contains(r"^[A-Z]", regex=True), next_.str.contains(r"^[A-Z]", regex=True)
    office, region, body = (
        _extract(found["after"], rf"^{mark} (?P<o>(?:{'|'.join(map(re.escape, sorted(lists[kind])))})s?)(?:[^\pL]|$)")[
            "o"
        ]
        != ""
        for kind, mark in (("office", ""), ("region", ","), ("body", ""))
    )
    chair = (
        _extract(found["after"], rf"^(?: and|,) [A-Z]\w+ (?P<o>{'|'.join(sorted(lists['learning']))})(?:[^\pL]|$)")["o"]
        != ""
    )
    names = actors.groupby("actor")["alias"].agg(lambda a: {w for x in a for w in _decode(_fold(x)).split()})
    own = np.array([w in names[a] for w, a in zip(last, found["actor"], strict=True)], bool)
    own2 = np.array([w in names[a] for w, a in zip(found["last2"], found["actor"], strict=True)], bool)
    common = low.isin(lists["common"]) & single & ~acronym & ~demonym & ~state
    named = single & ~acronym & ~demonym
    verb = (next_low.isin(lists["verb"]) & ~next_cap) | next_low.str.contains(r"[a-z]ed$", regex=True) & ~next_cap
    initial = last.str.contains(r"^(?:[A-Z]\.)+$", regex=True)
    given = last.isin(lists["given"]) & ~(last_low.isin(lists["function_word"]) & second)
    ordinary = second & (last_low.isin(lists["function_word"]) | last_low.str.contains(r"(?:ing|ed|ly)$", regex=True))
    plain = (last.isin(lists["day"] | lists["party_word"]) | last.str.isupper() & ~initial | last.str.endswith("'s")
             | found["touches_last"] | ordinary | last.isin(lists["office"]) | own | initial & own2 | own2
             | last.isin(lists["region"]) | found["introduced"] & ~given & ~initial)  # fmt: skip
    checks = {
        "a namesake of another generation": person & next_.isin(lists["suffix"]) & found["after_gap"].isin([" ", ", "])
        & (found["owned"] == "") & ~alias.str.contains(r" (?:Jr|Sr|[IV]+)\.?$", regex=True),
        "a relative": person & single & behind & last_low.isin(lists["elder"]),
        "a body, not the person": person & body,
        "a town": region & named & ~(next_.isin(["D.C"]) & ~person),
        "a common noun": ahead & (low + " " + next_low).isin(lists["noun_pair"]),
        "the name of an event": ahead & next_.isin(lists["event"]) & (state | demonym) & ~office,
        "inside another name: name after": ahead & (named | demonym | person)
        & (next_.isin(lists["part_of_name"]) & ~office | (demonym | state) & next_.isin(lists["learning"]))
        | demonym & chair,
        "inside a longer name: word after": ahead & named & next_cap & ~found["touches_next"] & ~headline & ~shout
        & ~next_.isin(lists["day"] | lists["party_word"]) & ~office & ~next_low.isin(lists["verb"] | lists["function_word"])
        & ~next_.str.endswith("ed") & ~(~person & next_.isin(lists["organisation_word"])),
        "inside a longer name: of": behind & (last == "of") & found["last2"].isin(lists["of_name"]) & ~person & ~demonym,
        "inside a longer name: word before": behind & named & (found["title"] == "") & last_cap & ~plain & ~shout
        & np.where(person, ~headline | given | initial, given | initial | last.isin(lists["place_prefix"])),
        "inside a double name": (found["gap"] == "") & last.str.endswith("-") & last_cap & named & person
        & ~last_low.isin(lists["prefix"]) & ~found["touches_hyphen"] & ~found["introduced"],
        "the name of something else": behind & single & person & last_low.isin(lists["naming"])
        & found["last2"].str.islower() & ~found["last2"].isin(lists["function_word"]),
        "a month": single & low.isin(lists["month_name"]) & (found["title"] == "")
        & (behind & last_low.isin(lists["before_month"]) | ahead & next_.str.contains(r"^\d", regex=True)
           | behind & last_low.isin(["and", "or", "to"]) & found["last2"].isin(lists["day"])),
        "a common noun after an article": common & (found["title"] == "") & behind & person
        & last_low.isin(["the", "a", "an", "this", "that"]) & ~(ahead & ~next_cap & ~verb & (next_ != "")),
        "a common word at the start of a clause": common & (found["title"] == "") & opens
        & ~(verb & ahead) & ~(ahead & next_low.isin(["and"]) & found["next2"].str.contains(r"^[A-Z]", regex=True))
        & ~(office & ahead),
    }  # fmt: skip
    for rule in ("not_sentence_start", "not_after", "not_before"):
        for n in np.flatnonzero(found["rule"].str.contains(rule, regex=False)):
            words = re.search(rf"{rule}:?([^;]*)", found["rule"].iat[n])[1].lower().split()
            hit = {"not_sentence_start": opens, "not_after": last_low.isin(words), "not_before": next_low.isin(words)}[
                rule
            ]
            checks.setdefault(f"rule {rule}", np.zeros(len(found), bool))[n] = hit.iat[n]
    return pd.Series(np.select(list(checks.values()), list(checks), ""), dtype="str")


def _sex_of(actors):
    """Per actor the sex told by honorific or given name of its aliases: male, female or nothing."""
    lists, sexes = _context(), {}
    for actor, alias in zip(actors["actor"], actors["alias"], strict=True):
        first = _decode(_fold(alias)).split()[0]
        for sex in ("male", "female"):
            if first in lists[sex] and " " in alias or first in lists[f"honorific_{sex}"]:
                sexes.setdefault(actor, sex)
    return sexes


def _resolve(found, actors):
    """`found` with the actor whom a bare surname belongs to in its article, and the reason where it is nobody here."""
    lists, sexes = _context(), _sex_of(actors)
    people = actors[actors["type"].isin(["person", ""])]
    person, single = found["type"].isin(["person", ""]), ~found["match"].str.contains(" ", regex=False)
    place = pd.factorize(found["doc_id"])[0].astype("int64") << 32 | found["start"].to_numpy("int64")
    found = found.assign(place=place, doc=place >> 32, key=found["match"].str.upper().astype("str"))
    bare, live = person & single, found["reason"] == ""

    # who is introduced where: full names of registered actors, and longer names that hold the alias of a stranger
    surnames = [(a, w.upper()) for a, x in zip(people["actor"], people["alias"], strict=True)
                if " " in x and not _titled(x.split()[0]) for w in (lambda p: {p[0], p[-1], p[-2]})(_decode(_fold(x)).split())]  # fmt: skip
    full = found.loc[person & ~single & live, ["doc", "place", "actor"]].merge(
        pd.DataFrame(surnames, columns=["actor", "key"]).drop_duplicates(), on="actor")  # fmt: skip
    stranger = found.loc[
        found["reason"].eq("inside a longer name: word before"), ["doc", "place", "key", "last", "match"]
    ]
    stranger = stranger.assign(
        actor="", sex=[_sex_word(x, y) for x, y in zip(stranger["last"], stranger["match"], strict=True)]
    )
    seen = pd.concat([full.assign(sex=full["actor"].map(sexes)), stranger]).astype(
        {"key": "str", "actor": "str", "sex": "str"}
    )
    seen = seen.sort_values("place", ignore_index=True)
    owner_at = full.groupby(["doc", "actor"])["place"].min()
    introduced = pd.MultiIndex.from_frame(found[["doc", "actor"]]).map(owner_at.to_dict()).notna()
    first_bare = found[bare & live].groupby(["doc", "key"])["place"].min().to_dict()
    left = found[["doc", "key", "place"]].reset_index().sort_values("place")
    near = {}
    for side in ("backward", "forward"):
        near[side] = pd.merge_asof(left, seen[["doc", "key", "place", "actor", "sex"]].assign(at=seen["place"]), on="place",
                                   by=["doc", "key"], direction=side).set_index("index").reindex(found.index)  # fmt: skip
    latest, other_sex = near["backward"]["actor"].fillna(near["forward"]["actor"]), near["backward"]["sex"]
    own_sex = found["actor"].map(sexes)
    pronoun = _extract(found["after"], r"\b(?P<p>he|his|him|she|her|hers)\b")["p"]
    pronoun = pronoun.map(
        {"he": "male", "his": "male", "him": "male", "she": "female", "her": "female", "hers": "female"}
    )
    honorific = found["title"].str.split().str[-1]
    honour = pd.Series(np.select([honorific.isin(lists["honorific_male"]), honorific.isin(lists["honorific_female"])],
                                 ["male", "female"], ""), index=found.index)  # fmt: skip

    after_full = found["rule"].str.contains("after_full_name", regex=False)
    shared = found.duplicated(["place"], keep=False)
    reason, actor = found["reason"].copy(), found["actor"].copy()
    earlier = pd.MultiIndex.from_frame(found[["doc", "key"]]).map(first_bare)
    foreign = bare & live & ~introduced & near["backward"]["actor"].notna() & ~(earlier < near["backward"]["at"])
    spared = pronoun.notna() & (pronoun == own_sex) & other_sex.notna() & (pronoun != other_sex)
    taken = foreign & ~spared & ~shared & (found["title"].eq("") | ~honour.isin(["male", "female"]))
    actor[taken & (latest != "")] = latest[taken & (latest != "")]
    reason[taken & (latest == "")] = "surname of another person in this article"
    reason[bare & live & after_full & ~introduced & ~(taken & (latest != ""))] = "full name not in this article"
    reason[shared & live & introduced & (latest != found["actor"])] = "another bearer of the name was introduced"
    by_sex = {(k, sexes.get(a)): a for a, k in surnames}
    wrong = bare & live & (honour != "") & own_sex.notna() & (honour != own_sex)
    for n in np.flatnonzero(wrong):
        match = by_sex.get((found["key"].iat[n], honour.iat[n]))
        actor.iat[n], reason.iat[n] = (match, "") if match else (actor.iat[n], f"a {honour.iat[n]} namesake")
    homonym = (found["type"] == "state") & live & near["backward"]["actor"].eq("") & found["next"].isin(lists["verb"])
    reason[homonym & ~found["last"].isin(lists["locative"])] = "name of a person in this article"
    found = found.assign(actor=actor, reason=reason)
    # of the owners of a shared alias one row stays: the one that counts, else the first
    return found.sort_values(["place", "reason"], kind="stable").drop_duplicates("place", ignore_index=True)


def _sex_word(*words):
    return next((sex for w in words for sex in ("male", "female") if w in _context()[sex]), None)


def _find(sentences, actors, quoted=None):
    schema.require(sentences, "sentences", "doc_id", "sentence_id", "start", "end", "text")
    actors = actors if set(COLUMNS) <= set(actors.columns) else load_actors(actors)
    found = _matches(sentences, actors)
    rows = actors.iloc[found["row"].to_numpy("int64")].reset_index(drop=True)
    found = pd.concat([found, rows[["actor", "type", "alias", "form", "rule"]]], axis=1)
    found = _context_columns(found)
    whole = found["type"].isin(["person", ""]) & found["match"].str.contains(" ", regex=False)
    keys = found["doc_id"].astype("str") + "\0" + found["actor"]
    found["introduced"] = keys.isin(set(keys[whole]))
    found["reason"] = _judge(found, actors)
    found = _resolve(found, actors)
    titled = found["title"] != ""
    found["start"] -= found["title"].str.len().astype("int64")
    found["surface"] = [(t + s) for t, s in zip(found["title"], found["surface"], strict=True)]
    found.loc[titled, "form"] = "office-with-name"
    hyphen = found["after"].str.startswith("-") & found["type"].isin(["person", ""])
    found.loc[hyphen, "form"] = "compound"
    found["in_quote"] = _in_spans(found, quoted) if quoted is not None else found["marks"] % 2 == 1
    return found.assign(target_tone=np.nan)


def _in_spans(found, spans):
    """Whether each name starts within a span (`doc_id, start, end`) of its document."""
    codes, ids = pd.factorize(spans["doc_id"])
    begin = codes.astype("int64") << 32 | spans["start"].to_numpy("int64")
    order = np.argsort(begin, kind="stable")
    stop = np.maximum.accumulate(np.r_[-1, (codes.astype("int64") << 32 | spans["end"].to_numpy("int64"))[order]])
    place = pd.Index(ids).get_indexer(found["doc_id"]).astype("int64") << 32 | found["start"].to_numpy("int64")
    return place < stop[np.searchsorted(begin[order], place, "right")]


def find_mentions(sentences, actors, *, quoted=None):
    """One row per mention of an actor: `doc_id, sentence_id, start, end, surface, actor, form, in_quote, target_tone`.

    `sentences` needs `doc_id, sentence_id, start, end, text`, `actors` is a registry (`load_actors`) or a table with
    `actor` and `alias`. The longest alias at a place counts, as whole words and with capitals as printed; accents,
    apostrophes, names all in capitals and a line break inside a name make no difference. A capitalised office or
    honorific before a person belongs to the mention. Names of relatives, namesakes, places, firms and words of the
    language that look like an alias are left out: `rejected_mentions` gives them with the reason. `quoted` are spans
    between quotation marks (`doc_id, start, end`), else the double marks of the sentence tell `in_quote`.
    `target_tone` is NaN until `score_targets`.
    """
    found = _find(sentences, actors, quoted)
    return schema.conform(found[found["reason"] == ""], "mentions").reset_index(drop=True)


def rejected_mentions(sentences, actors, *, quoted=None):
    """One row per name that `find_mentions` left out: the columns of a mention and `reason`."""
    found = _find(sentences, actors, quoted)
    found = found[found["reason"] != ""].reset_index(drop=True)
    return schema.conform(found, "mentions").assign(reason=found["reason"])


def mention_rates(mentions, documents, by="outlet"):
    """One row per group and actor: `by, actor, mentions, n_words, per_1000_words, low, high, n_docs, first, quoted`.

    `n_words` is the body words of the group (the denominator), `low` and `high` the exact 95 % Poisson interval of the
    rate (Garwood 1936), which takes mentions as independent; with few articles prefer `bootstrap_interval` over
    articles. `n_docs` counts the articles that name the actor, `first` is the median place of the first mention in
    them (characters), `quoted` the mentions inside quotation marks. NaN rate where the group has no words.
    """
    from scipy.stats import chi2

    schema.require(documents, "documents", "doc_id", "n_words", by)
    groups = documents.set_index("doc_id")[by].astype("str").fillna("unknown")
    rows = mentions.assign(**{by: mentions["doc_id"].map(groups)})
    firsts = rows.groupby([by, "actor", "doc_id"])["start"].min().groupby([by, "actor"]).median()
    table = rows.groupby([by, "actor"]).agg(
        mentions=("start", "size"), n_docs=("doc_id", "nunique"), quoted=("in_quote", "sum")
    )
    words = documents.groupby(documents["doc_id"].map(groups))["n_words"].sum()
    full = pd.MultiIndex.from_product([words.index, sorted(rows["actor"].unique())], names=[by, "actor"])
    table = table.reindex(full, fill_value=0).reset_index()
    table["n_words"] = table[by].map(words)
    scale, count = 1000 / table["n_words"].where(table["n_words"] > 0), table["mentions"]
    table["per_1000_words"] = count * scale
    table["low"] = np.where(count > 0, chi2.ppf(0.025, 2 * count) / 2, 0) * scale
    table["high"] = chi2.ppf(0.975, 2 * count + 2) / 2 * scale
    table["first"] = firsts.reindex(full).to_numpy("float64")
    order = [by, "actor", "mentions", "n_words", "per_1000_words", "low", "high", "n_docs", "first", "quoted"]
    return table[order].sort_values([by, "mentions", "actor"], ascending=[True, False, True], ignore_index=True)


def mention_forms(mentions, documents, by="outlet"):
    """One row per group, actor and form: `by, actor, form, mentions, share` (share of the actor's mentions there)."""
    schema.require(documents, "documents", "doc_id", by)
    groups = documents.set_index("doc_id")[by].astype("str").fillna("unknown")
    table = mentions.assign(**{by: mentions["doc_id"].map(groups)}).groupby([by, "actor", "form"]).size()
    table = table.rename("mentions").reset_index()
    return table.assign(share=table["mentions"] / table.groupby([by, "actor"])["mentions"].transform("sum"))


def co_mentions(mentions):
    """One row per pair of actors named in one sentence: `actor, other, count, expected, association, p_value`.

    `count` is the sentences that name both. `expected` is what chance would give if, in each article, the sentences
    naming the one and the other (of those that name anybody) were drawn independently: the sum over articles of
    n(a) n(b) / n. `association` is log2(count / expected), above 0 when the two are named together more than that;
    `p_value` is the one-sided hypergeometric chance of the count in all articles taken as one (undefined: NaN).
    """
    seen = mentions[["doc_id", "sentence_id", "actor"]].drop_duplicates()
    pairs = seen.merge(seen, on=["doc_id", "sentence_id"], suffixes=("", "_other"))
    pairs = pairs[pairs["actor"] < pairs["actor_other"]].rename(columns={"actor_other": "other"})
    table = pairs.groupby(["actor", "other"]).size().rename("count").reset_index()
    named = seen.groupby(["actor", "doc_id"]).size().rename("n")
    total = seen.drop_duplicates(["doc_id", "sentence_id"]).groupby("doc_id").size().rename("total")
    rates = named.reset_index().merge(total, on="doc_id")
    both = table.merge(rates, on="actor").merge(
        rates.drop(columns="total").rename(columns={"actor": "other", "n": "m"}), on=["other", "doc_id"]
    )
    expected = (both["n"] * both["m"] / both["total"]).groupby([both["actor"], both["other"]]).sum().rename("expected")
    table = table.merge(expected.reset_index(), on=["actor", "other"], how="left", validate="one_to_one")
    table["association"] = np.log2(table["count"] / table["expected"])
    return table.sort_values(["count", "actor", "other"], ascending=[False, True, True], ignore_index=True)
