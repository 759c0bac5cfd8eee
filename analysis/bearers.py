"""Whose a name is that several may bear: the people whom an article introduces by their full names, and strangers."""

from types import SimpleNamespace

import numpy as np

from analysis import text
from analysis.judging import BODY, STRANGER, first_reason
from analysis.names import BREAK, WINDOW, is_a, pick


def mark_introduced(c):
    """Adds to the candidates whether the article has the actor's full name, and whether only after them."""
    first = _find_first(c.doc << 32 | c.who, c.place, c.person & ~c.single)
    c.introduced, c.before_full = first >= 0, c.place < first


def _find_first(group, place, chosen):
    """The first place in the group of each row among the rows `chosen`; -1 where none is."""
    group, never = np.unique(group, return_inverse=True)[1], 1 << 62
    first = np.full(len(group) + 1, never)
    np.minimum.at(first, group[chosen], place[chosen])
    return np.where(first == never, -1, first)[group]


def resolve(w, c, alone):
    """Gives each bare name the actor it belongs to in its article, or the reason why it is nobody's here.

    Of the owners of a shared alias one stays: the places in `c` of those that do. `alone`: see `compile_registry`.
    """
    people, ask = _find_people(c, alone), np.flatnonzero((c.reason == "") & (c.bare | c.state))
    a = pick(c, ask)
    before, after = _find_nearest(people, a)
    owner = people.who[np.where(before < 0, after, before)]
    met, pronoun = pick(people, before), np.where(before < 0, np.nan, _find_pronouns(w, a.b))
    other = _is_others(a, met, pronoun)
    introduced = other & (owner >= 0)

    # an honorific tells who of several is meant
    fits = a.shared & (a.honour == a.sex)
    one = np.bincount(a.each, fits, len(c.each) + 1)[a.each] == 1
    wrong = a.bare & (np.abs(a.honour - a.sex) > 0)
    namesake = _find_namesakes(a, people, alone, wrong & ~one)
    fits &= one
    reasons = {
        "a namesake of the other sex": wrong & (namesake < 0),
        "another bearer of the name was introduced": a.shared & a.introduced & (owner != a.who) & ~fits,
        "full name not in this article": a.bare & a.introduce & ~a.introduced & ~introduced & ~fits,
        "surname of another person in this article": other & (owner == -1),
        "name of a person in this article": a.state & (met.who == -1) & ~np.isnan(pronoun) & ~a.locative,
    }
    c.reason[ask] = np.where(namesake >= 0, "", first_reason(reasons))
    c.who[ask] = np.select([introduced, namesake >= 0], [owner, namesake], a.who)
    c.who = np.where((c.reason == "") & c.of_team, c.team, c.who)
    # the person who was introduced, but "in Jordan" is the state
    order = np.lexsort((~c.introduced, c.bare == c.locative, c.reason != "", c.each))
    return order[np.diff(c.each[order], prepend=-1) > 0]


def _find_people(c, alone):
    """The people introduced, by each name they may be called by alone; strangers (-1), whose name ends in an alias.

    In the order of names and places; a last row is nobody (-2).
    """
    full = np.flatnonzero(c.person & ~c.single & ((c.reason == "") | (c.reason == BODY)))
    low, high = (np.searchsorted(alone.who, c.who[full], side) for side in ("left", "right"))
    full, called = np.repeat(full, high - low), text._ranges(low, high - low)
    strange = np.flatnonzero((c.reason == STRANGER) & ~c.prefix & ~c.branch)
    at = np.r_[full, strange]
    people = SimpleNamespace(
        who=np.r_[c.who[full], np.full(len(strange), -1), -2],
        key=np.r_[alone.key[called], c.key[strange], -1],
        sex=np.r_[alone.sex[called], c.sex_before[strange], np.nan],
        titled=np.r_[np.full(len(full), True), c.titled[strange], False],
        doc=np.r_[c.doc[at], -1],
        place=np.r_[c.place[at], -1],
    )
    return pick(people, np.r_[np.lexsort((people.place[:-1], people.key[:-1])), len(at)])


def _find_nearest(people, a):
    """For each bare name the last of `people` before it in the article whom it may mean, and the next one; -1: none."""
    steps, asked = (x.key << 32 | x.place for x in (people, a))
    near = np.searchsorted(steps[:-1], asked) - 1, np.searchsorted(steps[:-1], asked, "right")
    return [np.where((people.doc[at] == a.doc) & (people.key[at] == a.key), at, -1) for at in near]


def _is_others(a, met, pronoun):
    """Whether a bare name is that of the person met before it, and not of its actor."""
    claimed = _find_first(a.doc << 32 | a.key, a.place, a.bare) < met.place
    spared = (pronoun == a.sex) & ~np.isnan(met.sex) & (pronoun != met.sex)
    other = a.bare & (met.who > -2) & ~a.shared & ~a.introduced & ~claimed & ~spared
    return other & np.isnan(a.honour) & (~a.titled | met.titled)


def _find_namesakes(a, people, alone, wanted):
    """Who alone has the name and the sex of the honorific, in the article or else in the registry; -1: none."""
    found = np.full(len(wanted), -1)
    for n in np.flatnonzero(wanted).tolist():
        here = pick(people, (people.doc == a.doc[n]) & (people.who >= 0))
        for known in (alone, here):
            who = np.unique(known.who[(known.key == a.key[n]) & (known.sex == a.honour[n])])
            found[n] = who[0] if len(who) == 1 else found[n]
    return found


def _find_pronouns(w, at):
    """The sex of the first he or she after each word, in its sentence and within WINDOW words; NaN: none."""
    sex, inside = np.full(len(at), np.nan), np.full(len(at), True)
    for word in (at + n for n in range(1, WINDOW)):
        inside &= w.gap[word] & BREAK == 0
        for value, kind in ((1, "he"), (2, "she")):
            sex[inside & np.isnan(sex) & is_a(w, kind, word)] = value
    return sex
