"""Named actors: the registry, their mentions in the text, and how often and beside whom each is named.

One matcher finds every alias as whole words; lists of the words that stand beside a name (resources/name_context.csv)
then tell relatives, namesakes, firms, places and common words from the actor, all candidates of a corpus at once.
"""

import re
from functools import cache, lru_cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import names, resources, schema, text, typography
from analysis.names import AND, BREAK, HYPHEN, JOINT, PAUSE, PERIOD, PLAIN, WINDOW

TYPES = ("person", "state", "government body", "armed force", "organisation", "media", "place")
FORMS = ("name", "surname", "nickname", "demonym", "capital", "seat", "office-with-name", "compound")
RULES = ("always", "after_full_name", "not_sentence_start", "not_after:", "not_before:")
COLUMNS = ["actor", "label", "type", "alias", "form", "rule", "note"]
INITIAL = re.compile(r"(?:[A-Z]\.)+|[A-Z]").fullmatch
PHRASES = {
    kind: 1 << n for n, kind in enumerate(("title", "office", "region", "body", "team", "learning", "noun_pair"))
}
STRANGER = "inside a longer name: word before"
YOUNGER = r",? (?:Jr|Sr|[IV]+)\.?$"


def load_actors(path=None):
    """One row per alias of an actor: `actor, label, type, alias, form, rule, note`.

    `path` is a CSV file or a table with at least `actor` and `alias` (default: the shipped registry, whose first lines
    explain types, forms and rules). Several aliases of one form may share a row, separated by |. `label` and `type`
    are those of the actor's first row that has them; a missing type is person when an alias begins with a given name
    or its last word, the surname, is an alias too, else organisation; a missing form is told from the alias (the last
    word of a person's longer alias is the surname). A surname alone is found only where it has a row. A name that two
    actors share counts for the one the article has introduced by full name, else for the one that has none (*Jordan*,
    the state, beside Jim Jordan). Raises ValueError with file and line: a missing column, an unknown type, form or
    rule, an alias of two actors that nothing tells apart.
    """
    where = "table" if isinstance(path, pd.DataFrame) else Path(path or "actors.csv").name
    defaults = dict.fromkeys(COLUMNS, "")
    table = resources.read_list("actors" if path is None else path, required=("actor", "alias"), defaults=defaults)
    return _complete(where, *(tuple(table[c].tolist()) for c in [*COLUMNS, "line"])).copy()


@lru_cache(4)  # each part of a large corpus is extracted with the same registry
def _complete(where, *columns):
    """The registry of these columns, checked, with an alias a row and nothing left open."""
    table = pd.DataFrame(dict(zip([*COLUMNS, "line"], columns, strict=True))).astype(dict.fromkeys(COLUMNS, "str"))
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
        a: "person" if any(_is_persons(x, xs) for x in xs if " " in x) else "organisation" for a, xs in aliases.items()
    }
    for column, otherwise in (("type", table["actor"].map(kinds)), ("label", table["actor"].str.replace("_", " "))):
        first = table[table[column] != ""].groupby("actor")[column].first()
        table[column] = (
            table[column].where(table[column] != "", table["actor"].map(first)).fillna(otherwise).astype("str")
        )
    table["form"] = [r.form or _guess_form(r.alias, r.label, r.type, aliases[r.actor]) for r in table.itertuples()]
    for alias, rows in table[table["alias"].duplicated(keep=False)].groupby("alias"):
        told = [any(alias in (*a.split()[:1], *a.split()[-2:]) for a in aliases[x] if " " in a) for x in rows["actor"]]
        bare = rows[~np.array(told) & (rows["rule"] == "")]
        if len(bare) > 1:
            row, others = bare.iloc[0], ", ".join(rows["actor"].drop(bare.index[0]))
            raise ValueError(f"{where}, line {row['line']}: alias {alias!r} of {row['actor']} is one of {others} too; "
                             "give each a full name that holds it, or a rule that tells them apart")  # fmt: skip
        table.loc[rows.index[np.array(told) & (rows["rule"] == "")], "rule"] = "after_full_name"
    table["rule"] = table["rule"].replace("", "always")
    return table[COLUMNS]


def _is_persons(alias, others):
    """Whether an alias of several words is a person's name: by a given name, or a surname that stands alone too."""
    first, last = alias.split()[0], alias.split()[-1]
    kinds = ("institution", "organisation_word", "part_of_name", "firm_word")
    return _sex(first) > 0 or last in others and not any(last in names.read_context()[kind] for kind in kinds)


def _guess_form(alias, label, kind, aliases):
    if kind == "state" and alias != aliases[0]:
        return "demonym" if re.search(r"(an|ese|ish|i|ch|ic)s?$", alias) else "name"
    if kind != "person" or " " in alias:
        return "office-with-name" if alias.split()[0] in names.read_context()["title"] else "name"
    ends = {re.sub(YOUNGER, "", a).split()[-1] for a in [*aliases, label] if " " in a}
    return "surname" if alias in ends else "nickname"


def _sex(word):
    """1 for a man's given name or honorific, 2 for a woman's, else NaN."""
    lists = names.read_context()
    found = [n for n, s in ((1, "male"), (2, "female")) if word in lists[s] or word in lists[f"honorific_{s}"]]
    return float(found[0]) if found else np.nan


def _spellings(words, kind):
    """The words of a name as they may be printed: in capitals, each with one, surname first, a comma before Jr."""
    yield words
    if len(words) > 1 or len(words[0][1]) > 2 and words[0][1].lower() not in names.read_context()["common"]:
        yield [(mark, w.upper()) for mark, w in words]
    if kind == "person" and words[-1][1] in names.read_context()["suffix"]:
        yield [*words[:-1], ("" if words[-1][0] else ",", words[-1][1])]
    if kind == "person" and len(words) > 1 and words[0][1] not in names.read_context()["title"]:
        yield [(mark, w[0].upper() + w[1:]) for mark, w in words]
        if len(words) == 2:
            yield from ([("", last), (",", words[0][1])] for last in (words[1][1], words[1][1].upper()))
        if len(words) == 3:
            yield [*words[:2], ("", words[2][1].lower())]


@cache
def _context():
    """name_context.csv: the number of each word, flags by kind and number, the phrases as a tree and their bits."""
    split = {kind: [names.split_name(entry) for entry in entries] for kind, entries in names.read_context().items()}
    numbers = {w: n for n, w in enumerate(dict.fromkeys(w for e in split.values() for ws in e for _, w in ws), 1)}
    flags = {kind: np.zeros(len(numbers) + 2, bool) for kind in split}
    for kind, entries in split.items():
        flags[kind][[numbers[ws[0][1]] for ws in entries if len(ws) == 1]] = True
    short = {w[:-1] for entries in names.read_context().values() for e in entries for w in e.split() if w.endswith(".")}
    flags["short"] = np.array([False, *(w in short for w in numbers), False])
    split["office"] += [[*ws[:-1], (ws[-1][0], ws[-1][1] + "s")] for ws in split["office"]]
    tree = names.plant(((ws, bit) for kind, bit in PHRASES.items() for ws in split[kind]), numbers)
    bits = np.zeros(len(tree[0]) + 1, "uint8")
    for node, values in tree[2].items():
        bits[node] = sum(set(values))
    return numbers, flags, tree, bits


@lru_cache(4)
def _compile(actor, kinds, aliases, forms, rules):
    """A registry by columns: numbers of all words, the tree of the spellings, arrays of what depends on the alias
    alone, (actor, word) pairs; actor, number and sex of each name that a person may be called by alone."""
    words, n_rows = [names.split_name(alias) for alias in aliases], len(aliases)
    # Ned Roe is called Sir Ned too, where his full name stands: a row more, of the given name
    first = {(actor[n], ws[0][1]): n for n, ws in enumerate(words) if kinds[n] == "person" and len(ws) > 1}
    actor, kinds, forms = ((*x, *(x[n] for n in first.values())) for x in (actor, kinds, forms))
    aliases, rules = (*aliases, *(x for _, x in first)), (*rules, *["after_full_name"] * len(first))
    words += [[("", x)] for _, x in first]
    knights = [([("", t), *words[n]], n) for n in range(n_rows, len(words)) for t in names.read_context()["knight"]]
    numbers, who = dict(_context()[0]), pd.factorize(np.array(actor, "object"))[0]
    for word in re.findall(r"[^\s:;]+", " ".join(set(rules)).lower()):
        numbers.setdefault(word, len(numbers) + 1)
    own, titles = set(), names.read_context()["bare_title"]
    for w, ws, kind in zip(who.tolist(), words, kinds, strict=True):
        letters = {*ws[0][1]} if kind == "person" and len(ws) > 1 and ws[0][1] not in titles else set()
        parts = [x for _, x in ws] + sorted(filter(str.isupper, letters))
        own.update(w << 32 | numbers.setdefault(x, len(numbers) + 1) for x in parts)
    spelled = [(form, n) for n, ws in enumerate(words[:n_rows]) if ws for form in _spellings(ws, kinds[n])]
    tree = names.plant(spelled + knights, numbers)

    persons = [(w, ws) for w, ws, kind in zip(who.tolist(), words, kinds, strict=True) if kind == "person" and ws]
    called = {(w, x.lower()) for w, ws in persons if len(ws) > 1 for x in {ws[0][1], ws[-1][1], ws[-2][1]}}
    sexes = {w: sex for w, ws in reversed(persons) if (sex := _sex(ws[0][1])) > 0}
    alias, kind, form = (pd.Series(x, dtype="str") for x in (aliases, kinds, forms))
    plain = pd.Series([names.fold_name(a).lower() for a in aliases], dtype="str")
    keys = {key: n for n, key in enumerate(dict.fromkeys([*plain.str.replace("-", " "), *(x for _, x in called)]))}
    alone = [np.array(x) for x in zip(*sorted((w, keys[x], sexes.get(w, np.nan)) for w, x in called), strict=True)]

    rows = {"who": who, "key": plain.str.replace("-", " ").map(keys), "rule": pd.factorize(pd.Series(rules))[0]}
    rows |= {flag: kind == flag for flag in ("person", "state", "organisation", "media")}
    rows |= {"demonym": form == "demonym", "office": form == "office-with-name", "single": ~plain.str.contains(" ")}
    rows |= {
        flag: plain.isin(names.read_context()[kind]) for flag, kind in (("month", "month_name"), ("common", "common"))
    }
    rows |= {flag: plain.str.endswith(x) for flag, x in (("plural", "s"), ("stop", "."), ("owned", "'s"))}
    rows["acronym"], rows["younger"] = alias.str.isupper() & (alias.str.len() > 1), alias.str.contains(YOUNGER)
    party = who[alias.str.endswith("Party")]
    rows["party"] = rows["organisation"] & ~rows["acronym"] & (np.isin(who, party) | rows["plural"] & rows["single"])
    rows["introduce"] = pd.Series(rules, dtype="str").str.contains("after_full_name")
    end = " administration"
    teams = {a.lower().removesuffix(end): w for a, w in zip(aliases, who.tolist(), strict=True) if a.endswith(end)}
    rows["form"] = [FORMS.index(x) for x in forms]
    with_initial = [w for w, ws in zip(who.tolist(), words, strict=True) if any(INITIAL(x) for _, x in ws)]
    rows["listed"], rows["knight"] = np.array([*range(n_rows), *first.values()]), np.arange(len(who)) >= n_rows
    rows["initialled"] = np.isin(who, with_initial)
    rows["team"] = [teams.get(key, -1) for key in plain]
    rows["sex"] = [sexes.get(w, np.nan) for w in who.tolist()]
    rows = {name: np.asarray(column) for name, column in rows.items()}
    own = np.array(sorted(own), "int64")
    return numbers, tree, rows, own, alone or [np.zeros(0, "int64")] * 3


def _judge(w, c, numbers, own, rules):
    """Why each candidate of `c` is no mention of its actor: the first reason that fits, empty when none does."""
    flags = _context()[1]

    def is_(kind, at, of=w.number):
        return flags[kind].take(of[at], mode="clip")

    def low_is(kind, at):
        return is_(kind, at, w.low)

    def is_shape(kind, at):
        return w.shape[kind][w.word[at]]

    def beside(at, by):
        """The word `by` one before or after, none beyond the sentence."""
        return np.where((at > 0) & (w.gap[at + (by > 0)] & BREAK == 0), at + by, 0)

    last, next_ = beside(c.t, -1), beside(c.b, 1)
    last2, next2 = beside(last, -1), beside(next_, 1)
    gap, gap_after = w.gap[c.t], w.gap[c.b + 1]
    person, named = c.person, c.single & ~c.acronym & ~c.demonym
    shout, untitled = is_shape("upper", c.a) & ~c.acronym, c.t == c.a
    behind, ahead = ((last > 0) & PLAIN[gap], (next_ > 0) & PLAIN[gap_after] & ~w.owned[c.b])
    opens, opens_last = ((at == 0) | (g & PAUSE > 0) for at, g in ((last, gap), (last2, w.gap[last])))
    opens_last |= is_shape("stop", last2)
    last_cap, next_cap = is_shape("capital", last), is_shape("capital", next_)
    common = c.common & named & ~c.state & untitled
    phrase = {kind: (w.phrase[next_] & bit > 0) & (next_ > 0) for kind, bit in PHRASES.items()}
    office = phrase["office"] & ahead & next_cap
    verb = (low_is("verb", next_) | is_shape("past", next_)) & ~next_cap & ahead
    acts = verb | office | ahead & (low_is("role", next_) | low_is("link", next_) & is_shape("capital", next2))

    # in a headline every word has a capital, which then tells nothing
    begin = np.flatnonzero(w.gap & BREAK)
    sentence = np.searchsorted(begin, c.a, "right")
    low, high = (np.maximum(c.t - 10, begin[sentence - 1]), np.minimum(c.b + 10, begin[sentence] - 1))
    small = np.cumsum(w.shape["small"][w.word] & ~flags["headline_word"].take(w.low, mode="clip"))
    headline = (small[high] == small[low - 1]) & (high - low > 4)

    # which capitalised words beside a name are part of it: given names, initials, and what nothing else explains
    def owns(at):
        return np.isin(c.who << 32 | w.number[at], own)

    initial = (
        is_shape("initial", last) | is_shape("letter", last) & (gap & PERIOD > 0) | person & is_shape("lone", last)
    )
    opener = opens_last & (low_is("function_word", last) | is_shape("verbal", last) & ~is_("given", last))
    paper = ~opens_last | is_("title", last)
    prefix, given = is_("place_prefix", last), (is_("given", last) | initial) & ~opener
    apart = (
        is_("apart", last)
        | w.owned[last]
        | low_is("function_word", last) & ~given
        | is_shape("upper", last) & ~initial
        | c.near_last
        | opener
    )
    apart |= (
        owns(last)
        | owns(last2) & PLAIN[w.gap[last]] & ~(initial & c.initialled)
        | c.introduced & ~given & ~prefix & ~verb
    )
    part_before = (
        behind
        & named
        & untitled
        & last_cap
        & ~shout
        & ~apart
        & (person | given | prefix | c.media & paper)
        & (given | ~headline)
    )
    part_before |= behind & c.party & (is_("party_prefix", last) | prefix & ~opens_last & ~headline)
    part_after = ahead & named & next_cap & ~c.near_next & ~shout & ~office & ~headline & ~is_shape("past", next_)
    part_after &= (
        ~is_("day", next_) & ~is_("party_word", next_) & ~low_is("verb", next_) & ~low_is("function_word", next_)
    )
    part_after &= ~is_("numeral", next_)
    part_after &= person | ~is_("organisation_word", next_)
    date = is_shape("digit", next_) | low_is("link", next_) & (is_shape("digit", next2) | is_("day", next2))
    month = ahead & date | (last > 0) & ((w.gap[c.t] & HYPHEN > 0) | behind) & low_is("before_month", last)
    month |= behind & low_is("link", last) & is_("day", last2)
    learning = phrase["learning"] & ahead & next_cap | ahead & low_is("link", next_) & is_("learning", beside(next2, 1))
    # Mr Roe-Poe, Ann Roe-Poe: one surname of somebody else; but Ann Roe-Poe talks when Ann Roe is known
    hyphen, forename = (w.gap[c.b + 1] & HYPHEN > 0) & next_cap, is_("given", last) & behind & ~is_("apart", last)
    double = hyphen & (~untitled | forename) & ~owns(next_)
    forename = is_("given", last2) & PLAIN[w.gap[last]] & ~is_("apart", last2) & ~np.isin(last, c.b[~c.single])
    double |= (gap & HYPHEN > 0) & untitled & last_cap & (c.titled | forename) & ~owns(last)
    checks = {
        "a namesake of another generation": person & is_("suffix", next_) & ~w.owned[c.b] & (JOINT[gap_after] < 2)
        & ~c.younger,
        "a relative": person & c.single & behind & low_is("elder", last),
        "a body, not the person": person & phrase["body"] & ahead,
        "a town": phrase["region"] & (JOINT[gap_after] == 1) & named & (person | ~is_("district", next_)),
        "a common noun": ahead & c.single & c.pair,
        "a word in capitals": c.acronym & low_is("function_word", c.a) & is_shape("upper", last)
        & is_shape("upper", next_),
        "inside another name: event": ahead & is_("event", next_) & (c.state | c.demonym) & ~office,
        "inside another name: word after": ahead & (named | c.demonym | person) & is_("part_of_name", next_) & ~office
        | c.acronym & c.state & ahead & is_("firm_word", next_) & ~headline
        | (c.demonym | c.state) & learning | person & c.single & ((gap == AND) | (gap_after == AND))
        | ahead & c.party & is_("party_noun", next_),
        "inside a longer name: word after": part_after,
        "inside another name: of": behind & low_is("preposition", last) & is_("of_name", last2) & ~person & ~c.demonym,
        "inside a double name": (gap & HYPHEN > 0) & last_cap & named & person & ~low_is("prefix", last) & ~c.near_last
        & ~c.introduced | double & named & person,
        STRANGER: part_before,
        "the name of something else": behind & c.single & person & low_is("naming", last) & is_shape("small", last2)
        & ~low_is("function_word", last2),
        "a month": named & c.month & untitled & month,
        "a common word after an article": common & behind & low_is("article", last) & ~c.plural
        & (person | c.organisation) & (c.before_full | ~(ahead & ~verb & (~next_cap & (next_ > 0) | office))),
        "a common word at the start of a clause": common & opens
        & ~(~c.before_full & acts | w.owned[c.b] & (c.introduced | ~person)),
    }  # fmt: skip
    for n in np.unique(c.rule).tolist():
        for rule in {x.strip() for x in rules[n].split(";")} - {"", "always", "after_full_name"}:
            kind, _, listed = rule.partition(":")
            at, between = (next_, gap_after) if kind == "not_before" else (last, gap)
            hit = np.isin(w.low[at], [numbers[x] for x in listed.lower().split()]) & (JOINT[between] == 0) & (at > 0)
            found = (c.rule == n) & (hit if listed else opens)
            checks[f"rule {rule}"] = checks.get(f"rule {rule}", False) | found
    return _first_reason(checks)


def _first_reason(checks):
    """For each candidate the first reason of `checks` that holds; empty when none does."""
    which = np.select(list(checks.values()), range(1, len(checks) + 1))
    return np.array(["", *checks], "object")[which]


def _resolve(w, c, alone):
    """Gives each bare surname the actor it belongs to in its article, or the reason why it is nobody's here.

    Of the owners of a shared alias one stays: the places in `c` of those that do."""
    bare, live = c.person & c.single, c.reason == ""

    # who is introduced where: full names of registered people, and strangers (-1) whose name ends in an alias
    full = np.flatnonzero(c.person & ~bare & live)
    low, high = (np.searchsorted(alone[0], c.who[full], side) for side in ("left", "right"))
    full, called = np.repeat(full, high - low), text._ranges(low, high - low)
    strange = np.flatnonzero((c.reason == STRANGER) & ~c.prefix)
    who = np.r_[c.who[full], np.full(len(strange), -1)]
    key, sex = np.r_[alone[1][called], c.key[strange]], np.r_[alone[2][called], c.last_sex[strange]]
    titled, seen = np.r_[np.full(len(full), True), c.titled[strange]], np.r_[full, strange]
    ask = np.flatnonzero(live & (bare | c.state))
    a = SimpleNamespace(**{name: column[ask] for name, column in vars(c).items()}, bare=bare[ask])

    # the one introduced last before each bare name, else the next one
    place = np.unique(c.place, return_inverse=True)[1]
    order = np.argsort(key << 32 | place[seen])
    steps, asked = (key << 32 | place[seen])[order], a.key << 32 | place[ask]
    near = np.r_[order, -1]  # the last row stands for none
    before, after = np.searchsorted(steps, asked) - 1, np.searchsorted(steps, asked, "right")

    def same(at):
        """Rows of `seen` at these steps, -1 where it is another article's or another name."""
        row = np.where((at >= 0) & (at < len(order)), near[np.minimum(at, len(order))], -1)
        fits = (row >= 0) & (c.doc[np.r_[seen, 0][row]] == a.doc) & (np.r_[key, -1][row] == a.key)
        return np.where(fits, row, -1)

    before, after = same(before), same(after)
    known = before >= 0
    who, sex, titled = np.r_[who, -2], np.r_[sex, np.nan], np.r_[titled, False]
    owner = who[np.where(known, before, after)]
    group = np.unique(a.doc << 32 | a.key, return_inverse=True)[1]
    claimed = np.full(len(ask) + 1, 1 << 62)
    np.minimum.at(claimed, group[a.bare], a.place[a.bare])
    claimed = claimed[group] < np.r_[c.place[seen], 0][before]
    pronoun = np.where(known, _pronoun(w, a.b), np.nan)
    spared = (pronoun == a.sex) & ~np.isnan(sex[before]) & (pronoun != sex[before])
    other = a.bare & known & ~a.shared & ~a.introduced & ~claimed & ~spared & np.isnan(a.honour)
    other &= ~a.titled | titled[before]
    wrong = a.bare & (np.abs(a.honour - a.sex) > 0)
    fits = a.shared & (a.honour == a.sex)
    count = np.bincount(a.each, fits, len(c.each) + 1)[a.each]
    fits &= count == 1
    wrong_here = np.flatnonzero(wrong & (count != 1))
    namesake = np.full(len(ask), -1)
    if len(wrong_here):
        in_article = zip(c.doc[full].tolist(), *(x[called].tolist() for x in (*alone[1:], alone[0])), strict=True)
        registered = zip(*(x.tolist() for x in (*alone[1:], alone[0])), strict=True)
        asked = list(zip(*(x[wrong_here].tolist() for x in (a.doc, a.key, a.honour)), strict=True))
        one = zip(_only_one(asked, in_article), _only_one([x[1:] for x in asked], registered), strict=True)
        namesake[wrong_here] = [x if x >= 0 else y for x, y in one]
    introduced = other & (owner >= 0)
    reasons = {
        "a namesake of the other sex": wrong & (namesake < 0),
        "another bearer of the name was introduced": a.shared & a.introduced & (owner != a.who) & ~fits,
        "full name not in this article": a.bare & a.introduce & ~a.introduced & ~introduced & ~fits,
        "surname of another person in this article": other & (owner == -1),
        "name of a person in this article": a.state & known & (owner == -1) & ~np.isnan(pronoun) & ~a.locative,
    }
    c.reason[ask] = np.where(namesake >= 0, "", _first_reason(reasons))
    c.who[ask] = np.select([introduced, namesake >= 0], [owner, namesake], a.who)
    c.who = np.where((c.reason == "") & c.of_team, c.team, c.who)
    # the person who was introduced, but "in Jordan" is the state
    order = np.lexsort((~c.introduced, bare == c.locative, c.reason != "", c.each))
    return order[np.diff(c.each[order], prepend=-1) > 0]


def _only_one(asked, people):
    """For each of `asked` (article, name, sex) who of `people` (the same and who) is the only such one, else -1."""
    found = {}
    for *what, who in people:
        found.setdefault(tuple(what), set()).add(who)
    return [next(iter(found[what])) if len(found.get(what, ())) == 1 else -1 for what in asked]


def _pronoun(w, at):
    """The sex of the first he or she after each word, in its sentence and within WINDOW words; NaN: none."""
    flags, sex = _context()[1], np.full(len(at), np.nan)
    inside = np.full(len(at), True)
    for word in (at + n for n in range(1, WINDOW)):
        inside &= w.gap[word] & BREAK == 0
        for value, kind in ((1, "he"), (2, "she")):
            sex[inside & np.isnan(sex) & flags[kind].take(w.low[word], mode="clip")] = value
    return sex


def find_candidates(sentences, actors, tokens=None):
    """Every place where an alias stands: a mention's columns, the registry's `row`, the `reason` it is none."""
    schema.require(sentences, "sentences", "doc_id", "sentence_id", "start", "end", "text")
    actors = actors.reset_index(drop=True) if set(COLUMNS) <= set(actors.columns) else load_actors(actors)
    if marked := tokens is not None:
        schema.require_order(tokens)
    tokens = tokens if marked else text.tokenize_sentences(sentences)
    printed = pa.array(tokens["token"].cat.categories, pa.large_string())
    parts, flags = names.split_tokens(printed), _context()[1]
    columns = [tuple(actors[column].tolist()) for column in ("actor", "type", "alias", "form", "rule")]
    numbers, tree, rows, own, alone = _compile(*columns)
    w = names.read_words(tokens, parts, numbers, tree, flags["short"])

    # phrases, as bits where they begin: titles before a name, towns, bodies and schools after it
    at = np.flatnonzero((w.number > 0) & (w.number <= len(_context()[0])))
    node, size = names.walk(_context()[2], w, at)
    w.phrase, opened = np.zeros(len(w.gap), "uint8"), np.arange(len(w.gap))
    w.phrase[at] = _context()[3][node]
    title = w.phrase[at] & PHRASES["title"] > 0
    np.minimum.at(opened, at[title] + size[title], at[title])

    at = np.flatnonzero(w.number)
    node, size = names.walk(tree, w, at)
    a, b, node = at[node > 0], (at + size - 1)[node > 0], node[node > 0]
    row = np.array([tree[2][n][0] for n in node.tolist()], "int64")
    a = np.where(rows["knight"][row], b, a)  # the title joins below
    kept = (w.owned[b] | ~rows["owned"][row].astype(bool)) & (np.r_[a[1:], -1][: len(a)] != a)
    a, b, node = a[kept], b[kept], node[kept]
    while (inside := np.r_[False, a[1:] <= b[:-1]][: len(a)]).any():  # the first of names that overlap
        kept = ~inside | np.r_[False, inside[:-1]]
        a, b, node = a[kept], b[kept], node[kept]
    # one row per place and actor that the name there may be
    which, node = np.unique(node, return_inverse=True)
    owner = rows["who"].tolist()
    owners = [list({owner[r]: r for r in tree[2][n][::-1]}.values())[::-1] for n in which.tolist()]
    count = np.array([len(x) for x in owners], "int64")
    each = np.repeat(np.arange(len(a)), count[node])
    row = np.array([r for x in owners for r in x], "int64")[text._ranges((np.cumsum(count) - count)[node], count[node])]
    near = np.zeros(len(a) + 1, bool)
    near[1:-1] = (a[1:] == b[:-1] + 1) & (JOINT[w.gap[a[1:]]] == 0)
    c = SimpleNamespace(
        each=each, row=row, a=a[each], b=b[each], **{name: column[row] for name, column in rows.items()}
    )
    c.near_last, c.near_next, c.shared = near[each], near[each + 1], count[node][each] > 1
    codes, starts = tokens["doc_id"].cat.codes.to_numpy(), tokens["start"].to_numpy()
    c.doc = codes[w.token[c.a]].astype("int64")
    c.place = c.doc << 32 | w.start[c.a]
    group = np.unique(c.doc << 32 | c.who, return_inverse=True)[1]
    first, full = np.full(len(group) + 1, 1 << 62), c.person & ~c.single
    np.minimum.at(first, group[full], c.place[full])
    c.introduced, c.before_full = first[group] < 1 << 62, (c.place < first[group]) & (first[group] < 1 << 62)

    # the titles before a person, or a capital The before the name of a firm
    title, gap = c.a, w.gap[c.a]
    the = (w.gap[c.a - 1] & (PAUSE | BREAK) == 0) & flags["definite"].take(w.number[c.a - 1], mode="clip")
    for _ in range(3):
        title = np.where(c.person & ~c.office & PLAIN[w.gap[title]], opened[title], title)
    c.t = np.where((c.organisation | c.media) & the & PLAIN[gap], c.a - 1, title)
    last, entitled = np.where(w.gap[c.t] & BREAK, 0, c.t - 1), c.t < c.a
    c.prefix, c.locative = (flags[k].take(w.number[last], mode="clip") for k in ("place_prefix", "locative"))
    c.of_team = (w.phrase[c.b + 1] & PHRASES["team"] > 0) & PLAIN[w.gap[c.b + 1]] & ~w.owned[c.b] & (c.team >= 0)
    c.titled = np.where(entitled, w.phrase[c.t] & PHRASES["office"] > 0, opened[last] < last)
    c.last_sex, c.honour = _sexes(w, last), np.where(entitled, _sexes(w, c.a - 1), np.nan)
    pair = names.walk(_context()[2], SimpleNamespace(number=w.low, joint=w.joint), c.a)[0]
    c.pair = _context()[3][pair] & PHRASES["noun_pair"] > 0
    c.reason = _judge(w, c, numbers, own, list(dict.fromkeys([*columns[4], "after_full_name"])))
    kept = _resolve(w, c, alone)
    kept = kept[~c.knight[kept] | (c.reason[kept] == "")]  # Sir Ned of nobody known stands for no alias
    named = kept[c.reason[kept] == ""]
    c.reason[named[:-1][c.t[named[1:]] <= c.b[named[:-1]]]] = "a title before a name"

    # the columns of a mention
    a, b, t, row, person, doc, single = (getattr(c, x)[kept] for x in ("a", "b", "t", "row", "person", "doc", "single"))
    end, then = w.start[b] + w.size[b], np.minimum(w.token[b] + 1, len(tokens) - 1)
    stop = tokens["token"].cat.codes.to_numpy()[then] == pc.index(printed, ".").as_py()
    stop &= (starts[then] == end) & (codes[then] == doc) & rows["stop"][row].astype(bool)
    form = np.where((t < a) & person, FORMS.index("office-with-name"), rows["form"][row])
    form = np.where(((w.gap[b + 1] | w.gap[a]) & HYPHEN > 0) & person & single, FORMS.index("compound"), form)
    f = pd.DataFrame({
        "doc_id": tokens["doc_id"].cat.categories.take(doc),
        "sentence_id": tokens["sentence_id"].to_numpy()[w.token[t]],
        "start": w.start[t], "end": end + stop + 2 * rows["owned"][row],
        "actor": _take(dict.fromkeys(columns[0]), c.who[kept]), "form": _take(FORMS, form),
        "in_quote": tokens["in_quote"].to_numpy()[w.token[a]] if marked else _between_marks(tokens, w.token[a]),
        "target_tone": np.nan, "reason": c.reason[kept], "row": rows["listed"][row]})  # fmt: skip
    return f.assign(surface=_cut(sentences, tokens, f, doc))


def _take(values, at):
    return pd.Series(list(values), dtype="str").take(at).array


def _between_marks(tokens, at):
    """Whether an odd number of double marks stands before each token in its sentence."""
    place = tokens["doc_id"].cat.codes.to_numpy().astype("int64") << 32 | tokens["sentence_id"].to_numpy()
    is_mark = np.array([typography.fold(t)[:1] == '"' for t in tokens["token"].cat.categories], bool)
    marks = np.cumsum(is_mark[tokens["token"].cat.codes.to_numpy()])
    begin = np.flatnonzero(np.diff(place, prepend=-1))
    begin = begin[np.searchsorted(begin, at, "right") - 1]
    return (marks[at] - marks[begin] + is_mark[tokens["token"].cat.codes.to_numpy()[begin]]) % 2 == 1


def _cut(sentences, tokens, f, doc):
    """The text of each mention; one that runs over a line break ends in the sentence after."""
    ids = sentences["doc_id"]
    new = (ids != ids.shift()).to_numpy(bool)
    codes = tokens["doc_id"].cat.categories.get_indexer(ids[new]).astype("int64")[np.cumsum(new) - 1]
    key = codes << 32 | sentences["sentence_id"].to_numpy()
    order = np.argsort(key, kind="stable")  # quick where they are in order
    at = order[np.searchsorted(key, doc << 32 | f["sentence_id"].to_numpy(), sorter=order)]
    which, at_which = np.unique(at, return_inverse=True)
    texts = sentences["text"].iloc[which].tolist()
    texts = [texts[n] for n in at_which.tolist()]  # shared, not copied: one may be very long
    over = np.flatnonzero(f["end"].to_numpy() > sentences["end"].to_numpy()[at])
    for n in over.tolist():
        texts[n] += "\n" + sentences["text"].iloc[at[n] + 1]
    lift = sentences["start"].to_numpy()[at]
    return [t[a:b] for t, a, b in zip(texts, (f["start"] - lift).tolist(), (f["end"] - lift).tolist(), strict=True)]


def _sexes(w, at):
    """1 for a man's given name or honorific, 2 for a woman's, else NaN."""
    flags = _context()[1]
    man, woman = (
        flags[s].take(w.number[at], mode="clip") | flags[f"honorific_{s}"].take(w.number[at], mode="clip")
        for s in ("male", "female")
    )
    return np.select([man, woman], [1.0, 2.0], np.nan)


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
    without a label in `by` stands for itself. `mentions` may be the table of `count_mentions`.
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
    full = pd.MultiIndex.from_product([words.index, sorted(rows["actor"].unique())], names=[by, "actor"])
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
    both = table.merge(rates, on="actor").merge(
        rates.drop(columns="total").rename(columns={"actor": "other", "n": "m"}), on=["other", "doc_id"]
    )
    expected = (both["n"] * both["m"] / both["total"]).groupby([both["actor"], both["other"]]).sum().rename("expected")
    table = table.merge(expected.reset_index(), on=["actor", "other"], how="left", validate="one_to_one")
    table["association"] = np.log2(table["count"] / table["expected"])
    return table.sort_values(["count", "actor", "other"], ascending=[False, True, True], ignore_index=True)
