"""The noun phrases of a sentence: which stands before, behind or first, whose name is in it, and whom a pronoun means.

A phrase is a row `start, name start, name end, end` of token numbers, all -1 where there is none; in the place of a
name may stand a noun or pronoun that can speak. All phrases are looked for together (`w`: see grammar.read_tokens);
lanes are the numbers of those that a rule still works on.
"""

import numpy as np
import pandas as pd

from analysis import grammar
from analysis.grammar import ALL, count_places, find_last, find_next, find_places, has_trait, is_form, is_kind

WIDE = 9  # words of a phrase before its name, at most
RECENT = 150  # tokens back that a plural may stand from its pronoun


def make_rows(*columns):
    """Phrases, or other ranges of tokens, from what stands in each of their columns."""
    return np.stack(np.broadcast_arrays(*columns), 1).astype("int64")


def choose_rows(*cases):
    """The rows of the first case (condition, rows) that holds, -1 where none does."""
    out = np.full_like(cases[0][1], -1)
    for holds, rows in reversed(cases):
        out[holds] = rows[holds]
    return out


def _start_name(w, at, floor):
    """The first token of the names that end with the tokens `at`, these themselves where there is no name."""
    a, lanes = at.copy(), np.arange(len(at))
    while len(lanes):
        back = w.link[a[lanes]]
        lanes, back = lanes[back >= floor[lanes]], back[back >= floor[lanes]]
        a[lanes] = back
    return a


def _start_phrase(w, names, floor):
    """The first token of the noun phrases whose names begin with the tokens `names`."""
    start, lanes = names.copy(), np.arange(len(names))
    while len(lanes):
        before = start[lanes] - 1
        within_name = w.link[start[lanes]] == before - 1
        belongs = (is_kind(w, before, "noun", "determiner") | w.owner[before]) & ~w.cue[before] | within_name
        lanes = lanes[belongs & (before >= floor[lanes])]
        start[lanes] -= 1
        lanes = lanes[~is_kind(w, start[lanes], "determiner")]
    return start


def phrase_before(w, at, low):
    """The noun phrases that end with the tokens `at`, their head up the chain of of, for, in."""
    found, lanes, i = np.full((len(at), 4), -1), np.arange(len(at)), at
    while len(lanes):
        lanes, i = lanes[i >= low[lanes]], i[i >= low[lanes]]
        found[lanes] = _take_word(w, i, found[lanes])
        of_some = is_kind(w, i, "pronoun") & is_form(w, i - 1, "of") & is_kind(w, i - 2, "determiner")  # one of them
        held = is_kind(w, i, "noun") | of_some
        lanes, i = lanes[held], i[held]
        found[lanes] = _end_phrase(w, i, low[lanes])
        climbs, i = _climb(w, found[lanes, 0])
        lanes, i = lanes[climbs], i[climbs]
    return found


def _take_word(w, i, found):
    """The phrases `found` so far with the words before them, `i`, if these can speak without a noun."""
    start = found[:, 0]
    one = is_form(w, i, "one", "another") & ~is_form(w, i - 1, "no")
    alone = (w.speaks[i] | one) & (start < 0)  # she, many; not a bare article
    some = is_kind(w, i, "determiner") & is_form(w, i + 1, "of") & (start > i)
    nobody = ~some & (start > i) & is_form(w, i, "nobody", "none")
    rest = found[:, 1:].T
    some, nobody = (some, make_rows(i, *rest)), (nobody, make_rows(i, i, i + 1, found[:, 3]))
    return choose_rows((alone, make_rows(i, i, i + 1, i + 1)), some, nobody, (start >= 0, found))


def _end_phrase(w, i, floor):
    """The phrases whose nouns are the tokens `i`."""
    name = is_kind(w, i, "name")
    a = _start_name(w, i, floor)
    start = _start_phrase(w, a, np.maximum(floor, i - WIDE))
    source = find_last(w.places["source"], i)  # people close to him: the noun that can speak
    a = np.where(name, a, np.where(source >= start, source, i))
    return make_rows(start, a, np.where(name, i, a) + 1, i + 1)


def _climb(w, start):
    """Whether the phrases hang on a noun before them by a preposition, and that noun."""
    # a man accused of robbing his aunt
    gerund = is_form(w, start - 1, "-ing") & ~w.cue[start - 1] & is_form(w, start - 3, "-ed")
    by = start - 1 - gerund
    done = is_form(w, by, "by") & is_form(w, by - 1, "-ed", "-en")  # a letter signed by him
    hangs = is_kind(w, by, "preposition") & ~is_form(w, by, "after", "before") & (~w.cue[by - 1] | gerund)
    hangs = np.where(done, is_kind(w, by - 2, "noun"), hangs)
    near = is_form(w, by - 1, "close", "closest", "loyal", "sympathetic", "hostile")  # a source close to him
    return hangs & (~is_form(w, by, "to") | w.speaks[by - 1 - near]), by - 1 - done  # not: ambassador to Spain


def holds_office(w, found, comma, end, speaks):
    """Whether names from a comma to `end` tell who holds the office before it: the Prime Minister of Elba, Ann Lee.

    `speaks`: whether the noun before it can.
    """
    name, name_end = found[:, 1], np.minimum(find_next(w.places["joint"], found[:, 1]), found[:, 2])
    office = is_kind(w, name, "common") & speaks | has_trait(w, name_end - 1, "office")
    place = is_kind(w, comma - 1, "name") & ~has_trait(w, comma - 1, "office")  # mayor of Austin, Texas
    two = is_form(w, comma + 1, "new", "north", "south", "east", "west", "puerto", "rhode")
    return office & (end > comma + 1 + place * (1 + two))


def phrase_after(w, i, high, anyone=False):
    """The noun phrases that begin with the tokens `i`; `anyone`: any noun can speak there."""
    inside = (i < high) & w.free[i]
    begins = inside & is_kind(w, i, "noun", "determiner")
    end = np.where(begins, np.minimum(find_next(w.places["phrase ends"], i + 1), high), i)
    head = _find_head(w, i, end)
    found = begins & (w.speaks[head] | ~is_kind(w, head, "determiner"))
    named, pronoun = make_rows(i, _start_name(w, head, i), head + 1, end), make_rows(i, i, i + 1, i + 1)
    out = choose_rows((found, named), (inside & is_kind(w, i, "pronoun"), pronoun))
    lanes = np.flatnonzero(found)
    out[lanes] = _take_holder(w, out[lanes], high[lanes], (w.speaks[head] | anyone)[lanes])
    return out


def _find_head(w, i, end):
    """The last token of what speaks in the phrases from `i` to `end`: a name at the end, a noun that can, any name."""
    of = find_next(w.places["of"], i)
    cut = (of < end) & (find_next(w.places["given"], i) <= of)
    last = np.where(cut, of, end) - 1  # of Ann Lee of nearby Springfield the person
    source, name = (find_last(w.places[x], last) for x in ("common source", "name"))
    head = np.where(source >= i, source, np.where(name >= i, name, last))
    return np.where(is_kind(w, last, "name"), last, head)


def _take_holder(w, found, high, speaks):
    """The phrases, with the name behind their comma if it tells who holds the office: said the director, Ann Lee."""
    over, j = w.places["name ends"], found[:, 3]
    comma = np.where(is_form(w, j, "of"), find_next(over, j + 1 + is_form(w, j + 1, "the")), j)
    lanes = np.flatnonzero(comma < high)
    lanes = lanes[is_kind(w, comma[lanes], "comma")]
    comma, high = comma[lanes], high[lanes]
    end = np.minimum(find_next(over, comma + 1), high)
    held = ((end == high) | is_kind(w, end, "sign")) & ~w.owner[end - 1]
    held &= holds_office(w, found[lanes], comma, end, speaks[lanes])
    found[lanes[held], 1:] = make_rows(comma + 1, end, end)[held]
    return found


def first_phrase(w, low, k):
    """The likely subject of a sentence: its first name, pronoun or noun that can speak before token k."""
    comma = find_next(w.places["comma"], low)
    opened = is_kind(w, low, "preposition") & (comma < k)
    a = find_next(w.places["speaker"], np.where(opened, comma, low))
    found = a < k
    a = np.where(found, a, 0)
    b = np.where(is_kind(w, a, "name"), find_next(w.places["name ends"], a + 1), a + 1)
    named = lanes = np.flatnonzero(is_kind(w, a, "name") & ~w.owner[b - 1])
    for _ in range(3):  # Senate leaders, the Smith campaign aide
        lanes = lanes[is_kind(w, b[lanes], "common") & w.speaks[b[lanes]] & ~w.cue[b[lanes]]]
        a[lanes], b[lanes] = b[lanes], b[lanes] + 1
    lanes = named[is_kind(w, b[named], "name")]  # Texas delegate Ann Smith
    a[lanes], b[lanes] = b[lanes], find_next(w.places["name ends"], b[lanes])
    return choose_rows((found, make_rows(a, a, b, b)))


def _find_people(w, doc, said):
    """Persons by name, in the order of the text: first token, end, gender (as in `w`).

    A name without a gender is a person's where it is one of those that speak, `said`.
    """
    name = is_kind(w, ALL, "name")
    goes_on = np.append(False, (name & ~w.owner)[:-1]) & ~w.first
    begins = name & w.free & ~goes_on
    over, begins = find_places(~name | begins), np.flatnonzero(begins)
    ends = find_next(over, begins + 1)
    male, female = has_trait(w, ALL, "honorific_male"), has_trait(w, ALL, "honorific_female")
    gender = np.where(male, grammar.MALE, np.where(female, grammar.FEMALE, w.gender)) * (name & w.free)
    hint = np.maximum.reduceat(gender, begins)
    # a gender is known from the first time on that a name of the document tells it
    key = doc[begins] << 32 | w.code[ends - 1]
    known = pd.Series(hint).where(hint > 0).groupby(key).ffill().fillna(0).to_numpy("uint8")
    keep = ((known > 0) | np.isin(begins, said)) & ~has_trait(w, ends - 1, "body")
    return begins[keep], ends[keep], known[keep]


def _resolve_pronouns(w, at, people, floor):
    """The names meant by the pronouns at the tokens `at`: the last person (he, she) or plural source (they) before."""
    begins, ends, gender = (np.append(x, len(w.kind) - 1) for x in people)  # and nobody, beyond the text
    plural = find_last(find_places(w.free & has_trait(w, ALL, "plural")), at - 1)
    they = is_form(w, at, "they-") & (plural > np.maximum(floor, at - RECENT))
    he, she = is_form(w, at, "he", "he'-", "him-"), is_form(w, at, "she-", "her-")
    wanted = np.select([he, she], [grammar.MALE, grammar.FEMALE], 0)
    i, (best, subject) = np.searchsorted(begins, at), np.full((2, len(at)), -1)
    for step in range(1, 13):
        p = np.maximum(i - step, 0)
        fits = (wanted > 0) & (i >= step) & (begins[p] >= floor) & ((gender[p] == wanted) | (gender[p] == 0))
        best = np.where(fits & (best < 0), p, best)
        same_sentence = w.low[begins[p]] == w.low[begins[best]]
        subject = np.where(fits & same_sentence & ~w.owner[ends[p] - 1], p, subject)  # the subject comes first
    best = np.where(subject >= 0, subject, best)
    return choose_rows((best >= 0, _bare_name(w, begins[best], ends[best], 4)), (they, make_rows(plural, plural + 1)))


def _bare_person(w, a, b):
    """The first token of names without the office before them, and whether the name is a person's by its words."""
    last, before = b - 1, find_last(w.places["office"], b - 2)
    noun = is_form(w, before + 1, "of", "and", "jr", "sr") | has_trait(w, last, "role", "body")
    office = (before >= a) & ~noun
    point = is_form(w, before + 1, ".") & (before + 2 < b)
    start = np.where(office, before + 1 + point, a)
    given = find_next(w.places["given"], start)
    known = (given < last) & ~has_trait(w, last, "body")
    given = np.where(known, given, start)
    return np.where(is_form(w, given - 1, "."), start, given), office | known  # J. Edgar Hill


def _bare_name(w, a, b, longest=5):
    """Names without the office before and the place behind them: President Joe Biden of Delaware is Joe Biden. Two
    persons stay together; of a longer name the first word."""
    cut = np.minimum(find_next(w.places["joint"], a), b)
    (first, person), (start, _) = _bare_person(w, a, cut), _bare_person(w, a, b)
    joint = is_form(w, cut, "and") & (cut < b) & (person | (start <= cut + 1))
    start = np.where(person | joint, first, start)
    b = np.where(person & is_form(w, cut, "of", "for"), cut, b)
    # Jr. at the end of a sentence
    b += is_form(w, b - 1, "jr", "sr") & is_form(w, b, ".") & (b < w.end[b - 1])
    short = b - start - count_places(w.places["point"], start, b) <= longest
    whole = short | (cut < b) & ~has_trait(w, start, "role")  # of a professor of much the first word, too
    return make_rows(start, np.where(whole, b, start + 1))


def name_sources(w, doc, at, source, said):
    """The tokens (first, end; -1 for none) of the name in each phrase `source`, and of the name that a pronoun means.

    `at`: the tokens where it is said; `said`: names of which some are no phrase here, but speak.
    """
    _, a, b = source.T
    pronoun, name = (np.flatnonzero(is_kind(w, a, kind)) for kind in ("pronoun", "name"))
    given, meant = make_rows(a, b), np.full((len(a), 2), -1)
    given[name] = _bare_name(w, a[name], b[name])
    floor = np.searchsorted(doc, doc[at[pronoun]])
    meant[pronoun] = _resolve_pronouns(w, a[pronoun], _find_people(w, doc, said), floor)
    return given, meant
