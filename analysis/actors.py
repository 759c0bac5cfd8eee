"""Named actors: the registry, their mentions in the text, and how often and beside whom each is named.

One matcher finds every alias as whole words; lists of the words that stand beside a name (resources/name_context.csv)
then tell relatives, namesakes, firms, places and common words from the actor, all candidates of a corpus at once.
"""

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
WORD = r"\w[\w.'&-]*"
PAUSE = r"[\"'(\[:;—–…?!.]"
SEXES = {"he": "male", "his": "male", "him": "male", "she": "female", "her": "female", "hers": "female"}


@cache
def _lists():
    """The words of each kind of name_context.csv; given names with those of given_names.csv."""
    rows = resources.read_list("name_context", required=("kind", "words"))
    lists = {kind: frozenset("|".join(words).split("|")) for kind, words in rows.groupby("kind")["words"]}
    known = resources.read_list("given_names", required=("name", "gender"))
    lists |= {sex: lists[sex] | set(known.loc[known["gender"] == sex, "name"]) for sex in ("male", "female")}
    lists["given"] = lists["given"] | lists["male"] | lists["female"]
    lists["title"] = lists["office"] | lists["honorific"] | lists["honorific_male"] | lists["honorific_female"]
    return lists


def load_actors(path=None):
    """One row per alias of an actor: `actor, label, type, alias, form, rule, note`.

    `path` is a CSV file or a table with at least `actor` and `alias` (default: the shipped registry, whose first lines
    explain types, forms and rules). Several aliases of one form may share a row, separated by |. `label` and `type`
    are those of the actor's first row that has them; a missing type is person when an alias begins with a given name,
    else organisation; a missing form is told from the alias (the last word of a person's longer alias is the surname).
    A surname that two actors share counts for the one the article has introduced by full name. Raises ValueError with
    file and line: a missing column, an unknown type, form or rule, an alias of two actors that nothing tells apart.
    """
    where = "table" if isinstance(path, pd.DataFrame) else Path(path or "actors.csv").name
    defaults = dict.fromkeys(COLUMNS, "")
    table = resources.read_list("actors" if path is None else path, required=("actor", "alias"), defaults=defaults)
    table = table.assign(alias=table["alias"].str.split("|")).explode("alias", ignore_index=True)
    table["alias"] = table["alias"].str.strip().astype("str")
    table = table[table["alias"] != ""].drop_duplicates(["actor", "alias"], ignore_index=True)
    table["type"] = table["type"].replace({"country": "state", "organization": "organisation"})
    for row in table.itertuples():
        rules = [r.strip() for r in row.rule.split(";") if r.strip()]
        for name, values, known in (("type", [row.type], TYPES), ("form", [row.form], FORMS), ("rule", rules, RULES)):
            for value in filter(None, values):
                if value.partition(":")[0] + ":" * (":" in value) not in known or value.endswith(":"):
                    raise ValueError(f"{where}, line {row.line}: unknown {name} {value!r}; use {', '.join(known)}")
    aliases = table.groupby("actor")["alias"].agg(list)
    kinds = {
        a: "person" if any(" " in x and _sex(x.split()[0]) for x in xs) else "organisation" for a, xs in aliases.items()
    }
    for column, otherwise in (("type", table["actor"].map(kinds)), ("label", table["actor"].str.replace("_", " "))):
        first = table[table[column] != ""].groupby("actor")[column].first()
        table[column] = (
            table[column].where(table[column] != "", table["actor"].map(first)).fillna(otherwise).astype("str")
        )
    table["form"] = [r.form or _guess_form(r.alias, r.label, r.type, aliases[r.actor]) for r in table.itertuples()]
    for alias, rows in table[table["alias"].duplicated(keep=False)].groupby("alias"):
        for row in rows.itertuples():
            told = any(alias in (a.split()[0], a.split()[-1], a.split()[-2]) for a in aliases[row.actor] if " " in a)
            if not told and not row.rule:
                others = ", ".join(rows.loc[rows["actor"] != row.actor, "actor"])
                raise ValueError(f"{where}, line {row.line}: alias {alias!r} of {row.actor} is one of {others} too; "
                                 "give each a full name that holds it, or a rule that tells them apart")  # fmt: skip
    shared = table["alias"].duplicated(keep=False) & (table["rule"] == "")
    table["rule"] = (
        table["rule"].where(table["rule"] != "", np.where(shared, "after_full_name", "always")).astype("str")
    )
    return table[COLUMNS]


def _guess_form(alias, label, kind, aliases):
    if kind == "state" and alias != aliases[0]:
        return "demonym" if re.search(r"(an|ese|ish|i|ch|ic)s?$", alias) else "name"
    if kind != "person" or " " in alias:
        return "office-with-name" if alias.split()[0] in _lists()["title"] else "name"
    ends = {a.rstrip("., IVJrS").split()[-1] for a in [*aliases, label] if " " in a}
    return "surname" if alias in ends else "nickname"


def _sex(*words):
    """The sex that a given name or honorific tells, else None."""
    return next(
        (s for w in words for s in ("male", "female") if w in _lists()[s] or w in _lists()[f"honorific_{s}"]), None
    )


@cache
def _fold_tables():
    """Per code point the plain character it is matched as (no accent, white space a space), and if it is a letter."""
    plain, odd = np.arange(0x110000, dtype="<u4"), dict(zip("øØłŁıđĐ", "oOlLidD", strict=True))
    for code in range(0x3100):
        base = unicodedata.normalize("NFD", typography.fold(chr(code)))[0]
        plain[code] = 32 if base.isspace() else ord(odd.get(base, base))
    return plain, np.array([chr(code).isalnum() for code in range(0x3100)])


def _fold(string):
    return _fold_tables()[0][np.frombuffer(string.encode("utf-32-le"), "<u4")]


def _unfold(codes):
    return codes.tobytes().decode("utf-32-le")


def _is_letter(codes):
    return _fold_tables()[1][np.minimum(codes, 0x30FF)]


def _spellings(alias, kind):
    """`alias` as it may be printed: all in capitals, with or without hyphen, surname first with a comma."""
    plain = _unfold(_fold(alias))
    words, forms = plain.split(), {plain}
    if plain.lower() not in _lists()["common"] and len(plain) > 2:
        forms.add(plain.upper())
    if kind == "person" and len(words) > 1 and words[0] not in _lists()["title"]:
        forms |= {plain.replace("-", " "), " ".join(w[0].upper() + w[1:] for w in words)}
        if len(words) == 2:
            forms |= {f"{words[1]}, {words[0]}", f"{words[1].upper()}, {words[0]}"}
        if len(words) == 3 and words[1].isalpha() and words[1].istitle():
            forms |= {f"{words[0]} {words[1]}-{words[2]}", f"{words[0]} {words[1]}-{words[2].lower()}"}
    return forms


def _match(sentences, actors, size=20_000):
    """One row per place where an alias stands as whole words, the longest one there, and 64 characters around it."""
    spellings, sizes = {}, {}
    for row, (alias, kind, actor) in enumerate(zip(actors["alias"], actors["type"], actors["actor"], strict=True)):
        for form in _spellings(alias, kind):
            spellings.setdefault(form, {}).setdefault(actor, row)
            sizes.setdefault(form[:3], set()).add(len(form))
    sizes = {head: sorted(lengths, reverse=True) for head, lengths in sizes.items()}
    heads = np.zeros(1 << 16, bool)
    heads[_hash(_fold("".join(head.ljust(3) for head in sizes)).reshape(-1, 3).T)] = True
    parts = [sentences.iloc[n : n + size] for n in range(0, max(len(sentences), 1), size)]
    return pd.concat([_match_part(part, spellings, sizes, heads) for part in parts], ignore_index=True)


def _hash(codes):
    """A number below 65,536 for three characters; a third that is no letter counts as nothing."""
    first, second, third = (c.astype("uint32") for c in codes)
    return ((first * 131 + second) * 131 + third * _is_letter(third)) & 0xFFFF


def _match_part(sentences, spellings, lengths, heads):
    strings = sentences["text"].tolist()
    sizes = np.fromiter(map(len, strings), "int64", len(strings))
    begin = np.cumsum(sizes + 1) - sizes - 1
    raw = "\n".join([*strings, "\n\n"])
    codes = _fold(raw)
    # a line break inside a name parts two "sentences"; any other gap between two sentences parts names as well
    doc, start, end = (sentences[c].to_numpy() for c in ("doc_id", "start", "end"))
    wrapped = np.r_[(doc[1:] == doc[:-1]) & (start[1:] - end[:-1] == 1), np.zeros(min(len(doc), 1), bool)]
    codes[(begin + sizes)[~(wrapped & _is_letter(codes[begin + sizes - 1]))]] = 0
    folded = _unfold(codes)
    letter = _is_letter(codes)
    at = np.flatnonzero(letter[:-2] & ~np.r_[False, letter[:-3]])
    at = at[heads[_hash((codes[at], codes[at + 1], codes[at + 2]))]]
    keep, stop = [], 0
    for p in at.tolist():
        for size in () if p < stop else (*lengths.get(folded[p : p + 3], ()), *lengths.get(folded[p : p + 2], ())):
            name = folded[p : p + size]
            if name in spellings and not (folded[p + size].isalnum() and name[-1].isalnum()):
                stop = p + size
                keep.append((name, p, stop))
                break
    a, b = np.array([x[1:] for x in keep], "int64").reshape(-1, 2).T
    first, last = (np.searchsorted(begin, x, "right") - 1 for x in (a, b - 1))
    spans = list(zip(a.tolist(), b.tolist(), strict=True))
    near = a[1:] == b[:-1] + 1
    columns = {
        "match": [x[0] for x in keep],
        "before": [folded[max(0, x - 64) : x].rpartition("\0")[2] for x, _ in spans],
        "after": [folded[y : y + 64].partition("\0")[0] for _, y in spans],
        "surface": [raw[x:y] for x, y in spans],
    }
    found = pd.DataFrame({c: pd.Series(v, dtype="str") for c, v in columns.items()})
    found["doc_id"], found["sentence_id"] = doc[first], sentences["sentence_id"].to_numpy()[first]
    found["start"], found["end"] = start[first] + a - begin[first], start[last] + b - begin[last]
    found["near_last"], found["near_next"] = (
        np.r_[[False] * min(len(a), 1), near],
        np.r_[near, [False] * min(len(a), 1)],
    )
    marks = np.flatnonzero(codes == 34)
    found["in_quote"] = np.subtract(*(np.searchsorted(marks, x) for x in (a, begin[first]))) % 2 == 1
    owners = [list(spellings[x[0]].values()) for x in keep]
    if any(len(x) > 1 for x in owners):
        found = found.loc[np.repeat(np.arange(len(keep)), [len(x) for x in owners])].reset_index(drop=True)
    return found.assign(row=np.array([row for x in owners for row in x], "int64"))


def _extract(strings, pattern, where=None):
    """The named groups of an RE2 pattern as columns, empty where nothing matches or outside of `where`."""
    rows = strings if where is None else strings[where]
    groups = pc.extract_regex(pa.array(rows, pa.large_string()), pattern)
    names = re.findall(r"\?P<(\w+)>", pattern)
    found = {n: pc.fill_null(pc.struct_field(groups, n), "").to_pandas().astype("str") for n in names}
    return pd.DataFrame(found).set_index(rows.index).reindex(strings.index, fill_value="")


def _any_of(kind):
    return "(?:" + "|".join(map(re.escape, sorted(_lists()[kind], key=len, reverse=True))) + ")"


def _read_context(f):
    """`f` with the title before a name, the two words before and after it, and what parts them from it."""
    person = (f["type"] == "person") & (f["form"] != "office-with-name")
    title = _extract(f["before"], rf"(?:^|[^\w.'&])(?P<title>(?:{_any_of('title')} )+)$", person)["title"]
    the = f["type"].isin(["media", "organisation"]) & f["before"].str.endswith(" The ")
    title = title.mask(the, "The ")
    before = [b[: len(b) - len(t)][-40:] for b, t in zip(f["before"].tolist(), title.tolist(), strict=True)]
    before = pd.Series(before, dtype="str")
    words = _extract(before, rf"(?:(?:(?P<last2>{WORD})(?P<gap2>\W+))?(?P<last>{WORD}))?(?P<gap>\W*)$")
    after = r"^(?P<owned>'s?(?:[^A-Za-z]|$))?(?P<gap_after>\W*)(?P<next>\w[\w.'&-]*?)?"
    after += rf"(?:'s?|[.'-]+)?(?:[^\w.'&-]+(?P<next2>{WORD}))?"
    more = _extract(f["after"], after + r"(?:$|[^\w.'&-])")
    capital = more["next"].str.contains(r"^[A-Z]", regex=True)
    for kind, mark in (("office", ""), ("body", ""), ("region", ","), ("learning", r"(?: (?:and|or) [A-Z]\w+)?")):
        where = capital if kind != "body" else capital | more["next"].isin(_lists()["body"])
        where = (
            where
            if kind != "learning"
            else f["form"].isin(["demonym", "name"]) & (capital | more["next"].isin(["and", "or"]))
        )
        more[kind] = _extract(f["after"], rf"^{mark} (?P<o>{_any_of(kind)}s?)(?:\W|$)", where)["o"] != ""
    return pd.concat([f, title, words, more], axis=1)


def _in_headline(before, after):
    """Whether the words around a name are all in capitals at the start, small words aside."""
    around = (before + "|" + after).str.replace(
        r"\b(?:an?|the|and|as|at|but|by|for|from|in|into|is|of|on|or|over|to|up|vs|via|with)\b", "", regex=True
    )
    return ~around.str.contains(r"(?:^|[^\w'.-])[a-z]{2,}", regex=True) & (around.str.len() > 40)


def _judge(f, actors):
    """Why each candidate is no mention of its actor: the first reason that fits, empty when none does."""
    lists = _lists()
    low, last, last_low, next_, next_low = (
        f["match"].str.lower(),
        f["last"],
        f["last"].str.lower(),
        f["next"],
        f["next"].str.lower(),
    )
    person, demonym, state = f["type"] == "person", f["form"] == "demonym", f["type"] == "state"
    single = ~f["match"].str.contains(" ", regex=False)
    acronym = f["alias"].str.isupper() & (f["alias"].str.len() > 1)
    shout = f["match"].str.isupper() & ~acronym
    named = single & ~acronym & ~demonym
    behind, owned = f["gap"] == " ", f["owned"] != ""
    ahead = (f["gap_after"] == " ") & ~owned
    opens, opens_last = (
        (f[w] == "") | f[g].str.contains(PAUSE, regex=True) for w, g in (("last", "gap"), ("last2", "gap2"))
    )
    last_cap, next_cap = (x.str.contains(r"^[A-Z]", regex=True) for x in (last, next_))
    untitled = f["title"] == ""
    common = low.isin(lists["common"]) & named & ~state & untitled
    verb = (next_low.isin(lists["verb"]) | next_low.str.contains(r"[a-z]ed$", regex=True)) & ~next_cap & ahead
    acts = (
        verb
        | ahead & (next_low.isin(lists["role"]) | f["office"])
        | ahead & (next_ == "and") & f["next2"].str.contains(r"^[A-Z]", regex=True)
    )

    # which capitalised words before a name are part of it: given names, initials, and what nothing else explains
    names = {}
    for actor, alias in zip(actors["actor"], actors["alias"], strict=True):
        names.setdefault(actor, set()).update(_unfold(_fold(alias)).split())
    own, own2 = (
        pd.Series([w in names[a] for w, a in zip(f[c].tolist(), f["actor"].tolist(), strict=True)], f.index, bool)
        for c in ("last", "last2")
    )
    initial = last.str.contains(r"^(?:[A-Z]\.)+$", regex=True)
    initialled = [a for a, ws in names.items() if any(re.fullmatch(r"(?:[A-Z]\.)+", w) for w in ws)]
    other_initial = initial & f["actor"].isin(initialled)
    opener = opens_last & (last_low.isin(lists["function_word"]) | last_low.str.contains(r"(?:ing|ed|ly)$", regex=True))
    prefix = last.isin(lists["place_prefix"])
    given = (last.isin(lists["given"]) | initial) & ~opener
    apart = last.isin(lists["day"] | lists["party_word"] | lists["office"] | lists["region"]) | last.str.endswith("'s")
    apart |= last.str.isupper() & ~initial | f["near_last"] | opener | own | own2 & ~other_initial
    apart |= f["introduced"] & ~given & ~prefix & ~verb
    part_before = behind & named & untitled & last_cap & ~shout & ~apart & (person | given | prefix)
    part_before[part_before & ~given] = ~_in_headline(*(f.loc[part_before & ~given, c] for c in ("before", "after")))
    part_after = ahead & named & next_cap & ~f["near_next"] & ~shout & ~f["office"]
    part_after &= ~next_.isin(lists["day"] | lists["party_word"]) & ~next_low.isin(
        lists["verb"] | lists["function_word"]
    )
    part_after &= ~next_.str.endswith("ed") & ~(~person & next_.isin(lists["organisation_word"]))
    part_after[part_after] = ~_in_headline(f.loc[part_after, "before"], f.loc[part_after, "after"])
    firm = person & single & ((f["gap"] == " & ") | (f["gap_after"] == " & "))
    month = (
        behind & last_low.isin(lists["before_month"])
        | (last_low == "mid-")
        | ahead & next_.str.contains(r"^\d", regex=True)
    )
    month |= behind & last_low.isin(["and", "or", "to", "through"]) & f["last2"].isin(lists["day"])
    month |= (
        ahead
        & next_low.isin(["and", "or", "to", "through", "of"])
        & f["next2"].str.contains(r"^(?:\d|[JFMASOND][a-z]+(?:ary|y|ch|il|e|ust|ber)$)", regex=True)
    )
    article = behind & last_low.isin(["the", "a", "an", "this", "that"]) & ~low.str.endswith("s")
    checks = {
        "a namesake of another generation": person & next_.isin(lists["suffix"]) & ~owned
        & f["gap_after"].isin([" ", ", "]) & ~f["alias"].str.contains(r" (?:Jr|Sr|[IV]+)\.?$", regex=True),
        "a relative": person & single & behind & last_low.isin(lists["elder"]),
        "a body, not the person": person & f["body"],
        "a town": f["region"] & named & (person | ~next_.isin(["D.C"])),
        "a common noun": ahead & (low + " " + next_low).isin(lists["noun_pair"]),
        "a word in capitals": acronym & low.isin(lists["function_word"]) & last.str.isupper() & next_.str.isupper(),
        "inside another name: event": ahead & next_.isin(lists["event"]) & (state | demonym) & ~f["office"],
        "inside another name: word after": ahead & (named | demonym | person) & next_.isin(lists["part_of_name"])
        & ~f["office"] | (demonym | state) & f["learning"] | firm,
        "inside a longer name: word after": part_after,
        "inside another name: of": behind & (last == "of") & f["last2"].isin(lists["of_name"]) & ~person & ~demonym,
        "inside a longer name: word before": part_before,
        "inside a double name": (f["gap"] == "") & last.str.endswith("-") & last_cap & named & person
        & ~last_low.isin(lists["prefix"]) & ~f["near_last"] & ~f["introduced"],
        "the name of something else": behind & single & person & last_low.isin(lists["naming"])
        & f["last2"].str.islower() & ~f["last2"].isin(lists["function_word"]),
        "a month": named & low.isin(lists["month_name"]) & untitled & month,
        "a common word after an article": common & article & f["type"].isin(["person", "organisation"])
        & (f["before_full"] | ~(ahead & ~verb & (~next_cap & (next_ != "") | f["office"]))),
        "a common word at the start of a clause": common & opens
        & ~(~f["before_full"] & acts | owned & (f["introduced"] | ~person)),
    }  # fmt: skip
    for rules in f["rule"].unique():
        for rule in filter(None, map(str.strip, rules.split(";"))):
            words = rule.partition(":")[2].lower().split()
            hit = {"not_sentence_start": opens,
                   "not_after": last_low.str.rstrip("-").isin(words) & f["gap"].isin(["", " "]),
                   "not_before": next_low.isin(words) & f["gap_after"].isin([" ", "-"])}  # fmt: skip
            if (name := rule.partition(":")[0]) in hit:
                checks[f"rule {rule}"] = (f["rule"] == rules) & hit[name]
    return pd.Series(np.select(list(checks.values()), list(checks), ""), index=f.index, dtype="str")


def _resolve(f, actors):
    """`f` with the actor that a bare surname belongs to in its article, or the reason why it is nobody's here."""
    people = actors[actors["type"] == "person"]
    plain = [_unfold(_fold(a)).split() for a in people["alias"]]
    bearers = pd.DataFrame([(a, w.upper()) for a, p in zip(people["actor"], plain, strict=True) if len(p) > 1
                            for w in {p[0], p[-1], p[-2]}], columns=["actor", "key"]).drop_duplicates()  # fmt: skip
    sexes = {a: s for a, p in zip(people["actor"][::-1], plain[::-1], strict=True) if (s := _sex(p[0]))}
    place = pd.factorize(f["doc_id"])[0].astype("int64") << 40 | f["start"].to_numpy("int64")
    f = f.assign(place=place, doc=place >> 40, key=f["match"].str.upper())
    live, bare = f["reason"] == "", (f["type"] == "person") & ~f["match"].str.contains(" ", regex=False)

    # who is introduced where: full names of registered people, and strangers whose name ends in an alias
    full = f.loc[(f["type"] == "person") & ~bare & live, ["doc", "place", "actor"]].merge(bearers, on="actor")
    strange = (f["reason"] == "inside a longer name: word before") & ~f["last"].isin(_lists()["place_prefix"])
    strangers = f.loc[strange, ["doc", "place", "key"]].assign(actor="", sex=f.loc[strange, "last"].map(_sex))
    seen = pd.concat([full.assign(sex=full["actor"].map(sexes)), strangers], ignore_index=True)
    group = pd.factorize(pd.concat([x["doc"].astype("str") + x["key"] for x in (f, seen)]))[0].astype("int64")
    code = group << 32 | np.unique(np.r_[f["place"], seen["place"]], return_inverse=True)[1]
    order = np.argsort(code[len(f) :])
    at = np.searchsorted(code[len(f) :][order], code[: len(f)])
    seen = pd.concat([seen.iloc[order], pd.DataFrame([{}])], ignore_index=True)
    seen_group = np.r_[group[len(f) :][order], -1]
    earlier, later = (
        seen.iloc[np.where(seen_group[n] == group[: len(f)], n, len(seen) - 1)].set_index(f.index) for n in (at - 1, at)
    )
    nearest = earlier["actor"].fillna(later["actor"])

    actor, reason = f["actor"].copy(), f["reason"].copy()
    own_sex = f["actor"].map(sexes)
    pronoun = _extract(f["after"], rf"\b(?P<p>{'|'.join(SEXES)})\b", earlier["actor"].notna())["p"].map(SEXES)
    honour = f["title"].map({t: _sex(t.split()[-1]) for t in f["title"].unique() if t})
    first_bare = f[bare & live].groupby(["doc", "key"])["place"].min().to_dict()
    claimed = (
        pd.Series([first_bare.get(k, np.inf) for k in zip(f["doc"].tolist(), f["key"].tolist(), strict=True)], f.index)
        < earlier["place"]
    )
    spared = pronoun.notna() & (pronoun == own_sex) & earlier["sex"].notna() & (pronoun != earlier["sex"])
    shared = f.duplicated("place", keep=False)
    other = bare & live & ~shared & ~f["introduced"] & earlier["actor"].notna() & ~claimed & ~spared & honour.isna()
    actor = actor.mask(other & (nearest != ""), nearest)
    reason[other & (nearest == "")] = "surname of another person in this article"
    needs = bare & live & f["rule"].str.contains("after_full_name", regex=False) & ~f["introduced"]
    reason[needs & ~(other & (nearest != ""))] = "full name not in this article"
    reason[shared & live & f["introduced"] & (nearest != f["actor"])] = "another bearer of the name was introduced"
    by_sex = {(k, sexes.get(a)): a for a, k in bearers.itertuples(index=False)}
    wrong = bare & live & honour.notna() & own_sex.notna() & (honour != own_sex)
    namesake = pd.Series(
        [by_sex.get(k) for k in zip(f["key"].tolist(), honour.tolist(), strict=True)], f.index, dtype=object
    )
    actor, reason = actor.mask(wrong & namesake.notna(), namesake), reason.mask(wrong & namesake.notna(), "")
    reason[wrong & namesake.isna()] = "a namesake of the other sex"
    person_here = (f["type"] == "state") & live & (earlier["actor"] == "") & pronoun.isin(["male", "female"])
    reason[person_here & ~f["last"].isin(_lists()["locative"])] = "name of a person in this article"
    # of the owners of a shared alias one row stays: the one it belongs to, else the first
    f = f.assign(actor=actor.astype("str"), reason=reason.astype("str"))
    return f.sort_values(["place", "reason"], kind="stable").drop_duplicates("place", ignore_index=True)


def _find(sentences, actors, quoted):
    schema.require(sentences, "sentences", "doc_id", "sentence_id", "start", "end", "text")
    actors = actors.reset_index(drop=True) if set(COLUMNS) <= set(actors.columns) else load_actors(actors)
    f = _match(sentences, actors)
    f = f.join(actors.loc[f["row"], ["actor", "type", "alias", "form", "rule"]].reset_index(drop=True))
    keys = f["doc_id"].astype("str") + "\0" + f["actor"]
    first_full = f[(f["type"] == "person") & f["match"].str.contains(" ", regex=False)].groupby(keys)["start"].min()
    first_full = keys.map(first_full).astype("float64")
    f["introduced"], f["before_full"] = first_full.notna(), f["start"] < first_full
    f = _read_context(f)
    f["reason"] = _judge(f, actors)
    f = _resolve(f, actors)
    f["start"] -= f["title"].str.len()
    f["surface"] = f["title"] + f["surface"]
    f["form"] = f["form"].mask((f["title"] != "") & (f["type"] == "person"), "office-with-name")
    f["form"] = f["form"].mask(f["after"].str.startswith("-") & (f["type"] == "person"), "compound")
    return f.assign(in_quote=f["in_quote"] if quoted is None else _in_spans(f, quoted), target_tone=np.nan)


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
    table["n_words"] = table[by].map(words).astype("int64")
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


NAME = re.compile(
    r"[A-Z](?:[\w'&-]*\w|\.)(?: (?:(?:of|for|de|da|del|la|van|von|der|bin|al) ){0,2}[A-Z](?:[\w'&-]*\w\.?|\.))*"
)
MEDIA = ("Times", "Post", "News", "Journal", "Herald", "Tribune", "Daily", "Gazette", "Magazine", "Radio", "TV")
ENTITIES = {"PERSON": "person", "ORG": "organisation", "NORP": "organisation", "GPE": "place", "LOC": "place"}


def suggest_actors(documents):
    """One row per alias of an actor that `documents` seem to name: a registry to edit, with `count, n_docs, doubtful`.

    Actors of the shipped registry that are named here keep their rows; what it does not know has the note `drafted`:
    runs of capitalised words, spellings that differ in accents, hyphens or capitals under the commonest one, a surname
    alone under its full name. `doubtful` says what to look at. The type is guessed from titles, given names and words
    such as Ministry, or taken from spaCy when it and a model are installed. Names seen once count only when they are
    a person's full name.
    """
    sentences, lists, known = text.split_sentences(documents), _lists(), load_actors()
    found = _find(sentences, known, None)
    folded = [_unfold(_fold(t)) for t in sentences["text"]]
    rows = pd.MultiIndex.from_frame(sentences[["doc_id", "sentence_id"]])
    at = rows.get_indexer(pd.MultiIndex.from_frame(found[["doc_id", "sentence_id"]]))
    starts = sentences["start"].to_numpy()[at]
    for n, a, b in zip(at, found["start"] - starts, found["end"] - starts, strict=True):
        folded[n] = folded[n][:a] + "|" * (b - a) + folded[n][b:]
    spots = [(d, m.group(), m.start() == 0 or t[m.start() - 1] in "\"'([:" , t[: m.start()].endswith(" in "))
             for d, t in zip(sentences["doc_id"], folded, strict=True) for m in NAME.finditer(t)]  # fmt: skip
    names = pd.DataFrame(spots, columns=["doc_id", "name", "opens", "place"])
    words = [re.sub(r"('s|'|(?<=\w\w)\.)$", "", n).split() for n in names["name"]]
    titled = [0] * len(words)
    for n, (ws, opens) in enumerate(zip(words, names["opens"], strict=True)):
        while ws and (
            opens
            and ws[0].lower().split("'")[0] in lists["function_word"]
            or ws[0].startswith("I'")
            or ws[0] in lists["title"]
        ):
            titled[n] |= ws[0] in lists["title"]
            ws = ws[1:]
        words[n] = ws
    names = names.assign(name=[" ".join(ws) for ws in words], titled=titled, n=[len(ws) for ws in words])
    names = names[(names["name"].str.len() > 1) & ~names["name"].isin(lists["day"] | set(known["alias"]))]
    names["key"] = names["name"].str.upper().str.replace(r"[-.]", " ", regex=True).str.split().str.join(" ")
    draft = names.groupby("key").agg(
        alias=("name", lambda x: "|".join(x.value_counts().index)), count=("name", "size"),
        n_docs=("doc_id", "nunique"), n=("n", "max"), opens=("opens", "mean"),
        place=("place", "mean"), titled=("titled", "max"),
    ).reset_index()  # fmt: skip
    labels = _entities(sentences)
    draft["label"] = draft["alias"].str.split("|").str[0]
    draft["type"] = [labels.get(r.label) or _guess_type(r.label.split(), r.titled, r.place) for r in draft.itertuples()]
    draft = draft[(draft["count"] > 1) | (draft["n"] > 1) & (draft["type"] == "person")]
    full = draft[(draft["n"] > 1) & (draft["type"] == "person")].assign(last=lambda d: d["key"].str.split().str[-1])
    bearers = draft["key"].map(full.groupby("last").size()).where(draft["n"] == 1)
    one = bearers == 1
    actor = (
        draft["key"]
        .map(full.drop_duplicates("last").set_index("last")["label"])
        .where(one, draft["label"])
        .astype("str")
    )
    ordinary = draft["label"].str.lower().isin(lists["common"])
    draft["doubtful"] = np.select(
        [bearers > 1, ordinary, (draft["opens"] == 1) & (draft["n"] == 1), draft["type"] == ""],
        ["surname of several", "a common word too", "only at the start of sentences", "type unknown"], "")  # fmt: skip
    draft = draft.assign(actor=actor.str.lower().str.replace(r"\W+", "_", regex=True).str.strip("_"), note="drafted",
                         label=actor, form=np.where(one, "surname", ""), rule=np.where(one, "after_full_name", ""),
                         type=draft["type"].mask(one, "person"))  # fmt: skip
    seen = found[found["reason"] == ""].groupby("row").agg(count=("start", "size"), n_docs=("doc_id", "nunique"))
    rows = known[known["actor"].isin(known["actor"].iloc[seen.index])].join(seen).fillna({"count": 0, "n_docs": 0})
    columns = [*COLUMNS, "count", "n_docs", "doubtful"]
    draft = draft.sort_values(["count", "label"], ascending=[False, True])
    return (
        pd.concat([rows.assign(doubtful=""), draft])[columns]
        .astype({"count": "int64", "n_docs": "int64"})
        .reset_index(drop=True)
    )


def _guess_type(words, titled, place):
    lists = _lists()
    if " ".join(words) in lists["region"]:
        return "place"
    if any(w in MEDIA for w in words):
        return "media"
    if (
        any(w in lists["part_of_name"] | lists["organisation_word"] | {"Party", "Committee"} for w in words)
        or words[0].isupper()
    ):
        return "organisation"
    if titled or len(words) > 1 and words[0] in lists["given"]:
        return "person"
    return "place" if place >= 0.3 else ""


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
