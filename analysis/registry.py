"""The registry of actors: read, checked and completed, and made ready to find its names."""

import re
from collections import namedtuple
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from analysis import names, resources

TYPES = ("person", "state", "government body", "armed force", "organisation", "media", "place")
FORMS = ("name", "surname", "nickname", "demonym", "capital", "seat", "office-with-name", "compound")
RULES = ("always", "after_full_name", "not_sentence_start", "not_after:", "not_before:")
COLUMNS = ["actor", "label", "type", "alias", "form", "rule", "note"]
INITIAL = re.compile(r"(?:[A-Z]\.)+|[A-Z]").fullmatch
Alias = namedtuple("Alias", "who type alias form rule plain words full sex listed knight")
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
    rule, an alias of two actors that nothing tells apart, no row.
    """
    defaults = dict.fromkeys(COLUMNS, "")
    table = resources.read_list("actors" if path is None else path, required=("actor", "alias"), defaults=defaults)
    where = "table" if isinstance(path, pd.DataFrame) else Path(path or "actors.csv").name
    return _complete(where, *(tuple(table[c].tolist()) for c in [*COLUMNS, "line"])).copy()


@lru_cache(4)  # each part of a large corpus is extracted with the same registry
def _complete(where, *columns):
    """The registry of these columns, checked, with an alias a row and nothing left open."""
    table = pd.DataFrame(dict(zip([*COLUMNS, "line"], columns, strict=True))).astype(dict.fromkeys(COLUMNS, "str"))
    table = table.assign(alias=table["alias"].str.split("|")).explode("alias", ignore_index=True)
    table["alias"] = table["alias"].str.strip().astype("str")
    table = table[table["alias"] != ""].drop_duplicates(["actor", "alias"], ignore_index=True)
    if table.empty:
        raise ValueError(f"{where}: it has no rows; give at least one actor")
    table["type"] = table["type"].replace({"country": "state", "organization": "organisation"})
    _check_values(where, table)
    aliases = table.groupby("actor")["alias"].agg(list)
    persons = aliases.map(lambda xs: any(_is_persons(x, xs) for x in xs if " " in x)).astype(bool)
    kinds = table["actor"].map(persons).map({True: "person", False: "organisation"})
    for column, otherwise in (("type", kinds), ("label", table["actor"].str.replace("_", " "))):
        given = table[column].mask(table[column] == "")
        first = given.groupby(table["actor"]).transform("first")
        table[column] = given.fillna(first).fillna(otherwise).astype("str")
    table["form"] = [r.form or _guess_form(r.alias, r.label, r.type, aliases[r.actor]) for r in table.itertuples()]
    _settle_shared(where, table, aliases)
    return table[COLUMNS]


def _check_values(where, table):
    for row in table.itertuples():
        rules = [r.strip() for r in row.rule.split(";")]
        for name, values, known in (("type", [row.type], TYPES), ("form", [row.form], FORMS), ("rule", rules, RULES)):
            for value in filter(None, values):
                kind, colon, _ = value.partition(":")
                if kind + colon not in known or value.endswith(":"):
                    raise ValueError(f"{where}, line {row.line}: unknown {name} {value!r}; use {', '.join(known)}")


def _settle_shared(where, table, aliases):
    """Makes each alias that several actors share wait for the full name of those who have one that holds it."""
    for alias, rows in table[table["alias"].duplicated(keep=False) & (table["rule"] == "")].groupby("alias"):
        told = [any(alias in (*a.split()[:1], *a.split()[-2:]) for a in aliases[x] if " " in a) for x in rows["actor"]]
        bare = rows[~np.array(told)]
        if len(bare) > 1:
            everyone = table.loc[table["alias"] == alias, "actor"]
            row, others = bare.iloc[0], ", ".join(everyone.drop(bare.index[0]))
            raise ValueError(f"{where}, line {row['line']}: alias {alias!r} of {row['actor']} is one of {others} too; "
                             "give each a full name that holds it, or a rule that tells them apart")  # fmt: skip
        table.loc[rows.index[told], "rule"] = "after_full_name"


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


def _sex(word):
    """1 for a man's given name or honorific, 2 for a woman's, else 0."""
    return next((sex for sex, kind in ((1, "man"), (2, "woman")) if word in names.read_context()[kind]), 0)


@lru_cache(4)
def compile_registry(*columns):
    """The registry of these columns (actor, type, alias, form, rule) as the search for its names needs it.

    `numbers`: of all words; `tree`: of the spellings, whose ends tell the rows of those who bear the name; `aliases`:
    arrays of what depends on the row alone; `own`: actor << 32 | word of their names, sorted; `alone`: `who, key, sex`
    of each name that a person may be called by alone; `rules`: the rows that each is for.
    """
    rows, numbers, rules, keys = _list_aliases(columns), dict(names.match_lists().numbers), {}, {}
    for n, row in enumerate(rows):
        for rule in map(str.strip, row.rule.split(";")):
            rules.setdefault(rule, []).append(n)
    for rule in ("", "always", "after_full_name"):
        rules.pop(rule, None)
    for word in re.findall(r"[^\s:]+", " ".join(rules).lower()):
        numbers.setdefault(word, len(numbers) + 1)
    aliases = _describe_aliases(rows)
    sexes = {row.who: row.sex for row in rows[::-1] if row.sex}
    aliases["sex"] = np.array([sexes.get(row.who, np.nan) for row in rows], "float64")
    aliases["key"] = np.array([keys.setdefault(row.plain.replace("-", " "), len(keys)) for row in rows], "int64")
    called = sorted({(row.who, row.words[n][1].lower()) for row in rows if row.full for n in (0, -2, -1)})
    alone = SimpleNamespace(
        who=np.array([who for who, _ in called], "int64"),
        key=np.array([keys.setdefault(name, len(keys)) for _, name in called], "int64"),
        sex=np.array([sexes.get(who, np.nan) for who, _ in called], "float64"),
    )
    own, tree = _own_words(rows, numbers), _plant_spellings(rows, numbers)
    return SimpleNamespace(numbers=numbers, tree=tree, aliases=aliases, own=own, alone=alone, rules=rules)


def _list_aliases(columns):
    """The rows of the registry, and one more for each given name of a person: Ned Roe is called Sir Ned too."""
    number = {actor: n for n, actor in enumerate(dict.fromkeys(columns[0]))}
    rows = []
    for n, (actor, kind, alias, form, rule) in enumerate(zip(*columns, strict=True)):
        words, plain = names.split_name(alias), names.fold_name(alias).lower()
        full = kind == "person" and len(words) > 1
        sex = _sex(words[0][1]) if kind == "person" and words else 0
        rows.append(Alias(number[actor], kind, alias, form, rule, plain, words, full, sex, n, False))
    given = {(row.who, row.words[0][1]): row for row in rows if row.full}
    new = {"rule": "after_full_name", "full": False, "sex": 0, "knight": True}
    return rows + [
        row._replace(alias=word, plain=word.lower(), words=[("", word)], **new) for (_, word), row in given.items()
    ]


def _describe_aliases(rows):
    """What each alias is, as arrays: numbers, and flags."""
    month, common, function = (names.read_context()[kind] for kind in ("month_name", "common", "function_word"))
    end = " administration"
    teams = {row.plain.removesuffix(end): row.who for row in rows if row.plain.endswith(end)}
    counted = {
        "row": list(range(len(rows))), "listed": [row.listed for row in rows], "who": [row.who for row in rows],
        "form": [FORMS.index(row.form) for row in rows], "team": [teams.get(row.plain, -1) for row in rows],
    }  # fmt: skip
    flags = {kind: [row.type == kind for row in rows] for kind in ("person", "state", "organisation", "media")} | {
        "demonym": [row.form == "demonym" for row in rows], "office": [row.form == "office-with-name" for row in rows],
        "introduce": ["after_full_name" in row.rule for row in rows], "knight": [row.knight for row in rows],
        "acronym": [row.alias.isupper() and len(row.alias) > 1 for row in rows],
        "younger": [bool(re.search(YOUNGER, row.alias)) for row in rows],
        "party": [row.alias.endswith("Party") for row in rows],
        "initialled": [any(INITIAL(word) for _, word in row.words) for row in rows],
        "month": [row.plain in month for row in rows],
        "common": [row.plain in common and "always" not in row.rule for row in rows],
        "single": [" " not in row.plain for row in rows], "plural": [row.plain.endswith("s") for row in rows],
        "stop": [row.plain.endswith(".") for row in rows], "owned": [row.plain.endswith("'s") for row in rows],
    }  # fmt: skip
    a = {name: np.array(column, "int64") for name, column in counted.items()}
    a |= {name: np.array(column, bool) for name, column in flags.items()}
    for name in ("party", "initialled"):  # all that an actor is called by
        a[name] = np.isin(a["who"], a["who"][a[name]])
    a["party"] = a["organisation"] & ~a["acronym"] & (a["party"] | a["plural"] & a["single"])
    a["branch"] = a["state"] & a["acronym"] & [row.plain.replace(".", "") not in function for row in rows]  # UK, not US
    a["bare"], a["named"] = a["person"] & a["single"], a["single"] & ~a["acronym"] & ~a["demonym"]
    return a


def _own_words(rows, numbers):
    """actor << 32 | number for each word of an actor's names and each capital of a person's given name, sorted."""
    own = set()
    for row in rows:
        parts = {word for _, word in row.words}
        if row.full and row.words[0][1] not in names.read_context()["bare_title"]:
            parts |= set(filter(str.isupper, row.words[0][1]))
        own.update(row.who << 32 | numbers.setdefault(part, len(numbers) + 1) for part in parts)
    return np.array(sorted(own), "int64")


def _plant_spellings(rows, numbers):
    """The tree of all that may be printed for the aliases; its ends: the first row of each actor who bears the name."""
    spelled, seen = [], set()
    for n, row in enumerate(rows):
        if row.knight:
            forms = [[("", title), *row.words] for title in names.read_context()["knight"]]
        else:
            forms = _spellings(row.words, row.type) if row.words else ()
        spelled += [(form, n) for form in forms if (key := (tuple(form), row.who)) not in seen and not seen.add(key)]
    return names.plant(spelled, numbers)
