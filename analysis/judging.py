"""Whether a name that stands somewhere is a mention of its actor.

The candidates `c` are arrays, a value for each place and actor who may be named there; `w` are the words of the corpus
(`names.read_words`). What stands around the candidates is looked up first; then a rule is an expression: the candidates
for which it holds are no mention, and the first that holds is the reason.
"""

import numpy as np

from analysis import names
from analysis.names import AND, BREAK, COMMA, HYPHEN, JOINT, OTHER, PAUSE, PERIOD, PHRASES, PLAIN, beside, is_a

STRANGER, BODY = "inside a longer name: word before", "a body, not the person"


def judge(w, c, registry):
    """Why each candidate is no mention of its actor: the first reason that fits, empty when none does."""
    _look_around(w, c)
    checks = {
        "a namesake of another generation": c.person & is_a(w, "suffix", c.next) & ~w.owned[c.b]
        & (JOINT[c.gap_after] < 2) & ~c.younger,
        "a relative": c.bare & c.behind & is_a(w, "elder", c.last),
        BODY: c.person & c.ahead & is_a(w, "body", c.next),
        "a town": c.named & is_a(w, "region", c.next) & (JOINT[c.gap_after] == 1)
        & (c.person | ~is_a(w, "district", c.next)),
        "a common noun": c.single & c.ahead & c.noun_pair,
        "a word in capitals": c.acronym & is_a(w, "function_word", c.a) & is_a(w, "upper", c.last)
        & is_a(w, "upper", c.next),
        "inside another name: event": (c.state | c.demonym) & c.ahead & is_a(w, "event", c.next) & ~c.office_after,
        "inside another name: word after": _names_a_thing(w, c),
        "inside a longer name: word after": _goes_on(w, c),
        "inside another name: of": ~c.person & ~c.demonym & c.behind & is_a(w, "preposition", c.last)
        & is_a(w, "of_name", c.last2),
        "inside a double name": c.named & c.person & _is_half(w, c, registry.own),
        STRANGER: _is_strangers(w, c, registry.own),
        "the name of something else": c.bare & c.behind & is_a(w, "naming", c.last) & is_a(w, "small", c.last2)
        & ~is_a(w, "function_word", c.last2),
    }  # fmt: skip
    return first_reason(checks | _find_common(w, c) | _apply_rules(w, c, registry))


def first_reason(checks):
    """For each candidate the first reason of `checks` that holds; empty when none does."""
    which = np.select(list(checks.values()), range(1, len(checks) + 1))
    return np.array(["", *checks], "object")[which]


def _look_around(w, c):
    """Adds to the candidates what stands around them, from the first title (`t`) to the last word (`b`) of the name."""
    c.last, c.next = beside(w, c.t, -1), beside(w, c.b, 1)
    c.last2, c.next2 = beside(w, c.last, -1), beside(w, c.next, 1)
    c.gap, c.gap_after = w.gap[c.t], w.gap[c.b + 1]
    c.behind, c.ahead = PLAIN[c.gap], PLAIN[c.gap_after] & ~w.owned[c.b]  # a word, with nothing between
    c.last_cap, c.next_cap = is_a(w, "capital", c.last), is_a(w, "capital", c.next)
    c.opens = (c.last == 0) | (c.gap & PAUSE > 0)
    c.opens_last = (c.last2 == 0) | (w.gap[c.last] & PAUSE > 0) | is_a(w, "stop", c.last2)
    c.untitled, c.shout = c.t == c.a, is_a(w, "upper", c.a) & ~c.acronym
    c.titled = np.where(c.untitled, w.opened[c.last] < c.last, is_a(w, "office", c.t))
    c.sex_before = np.select([is_a(w, "man", c.a - 1), is_a(w, "woman", c.a - 1)], [1.0, 2.0], np.nan)
    c.honour = np.where(c.untitled, np.nan, c.sex_before)
    c.prefix = is_a(w, "place_prefix", c.last)
    c.locative = is_a(w, "locative", c.last)
    c.of_team = c.ahead & is_a(w, "team", c.next) & (c.team >= 0)
    c.office_after = c.ahead & is_a(w, "office", c.next)
    c.verb = c.ahead & ~c.next_cap & (is_a(w, "verb", c.next) | is_a(w, "past", c.next))
    lists, every = names.match_lists(), np.arange(len(w.gap))
    c.noun_pair = lists.bits[names.walk(lists.tree, w.low, w.joint, c.a)[0]] & PHRASES["noun_pair"] > 0
    # in a headline every word has a capital, which then tells nothing
    begin = np.flatnonzero(w.gap & BREAK)
    sentence = np.searchsorted(begin, c.a, "right")
    low, high = np.maximum(c.t - 10, begin[sentence - 1]), np.minimum(c.b + 10, begin[sentence] - 1)
    small = np.cumsum(is_a(w, "small", every) & ~is_a(w, "headline_word", every))
    c.headline = (small[high] == small[low - 1]) & (high - low > 4)


def _owns(w, c, own, at):
    """Whether each of the words `at` is in one of the actor's names."""
    wanted = c.who << 32 | w.number[at]
    return own[np.minimum(np.searchsorted(own, wanted), len(own) - 1)] == wanted


def _names_a_thing(w, c):
    """Towers, universities, firms, schools, law firms and parties called after an actor."""
    learning = is_a(w, "learning", c.next)
    learning |= is_a(w, "link", c.next) & is_a(w, "learning", beside(w, c.next2, 1))
    named = (c.named | c.demonym | c.person) & is_a(w, "part_of_name", c.next) & ~c.office_after
    named |= c.acronym & c.state & is_a(w, "firm_word", c.next) & ~c.headline
    named |= (c.demonym | c.state) & learning | c.party & is_a(w, "party_noun", c.next)
    return c.ahead & named | c.bare & ((c.gap == AND) | (c.gap_after == AND))


def _goes_on(w, c):
    """A capitalised word after a name makes a longer one, unless something else explains it."""
    apart = c.near_next | c.shout | c.office_after | c.headline | ~c.person & is_a(w, "organisation_word", c.next)
    for kind in ("day", "party_word", "verb", "past", "function_word", "numeral"):
        apart |= is_a(w, kind, c.next)
    return c.ahead & c.named & c.next_cap & ~apart


def _is_strangers(w, c, own):
    """A given name, an initial or a capitalised word that nothing else explains makes it a longer name before it."""
    initial = is_a(w, "initial", c.last) | is_a(w, "letter", c.last) & (c.gap & PERIOD > 0)
    initial |= c.person & is_a(w, "lone", c.last)
    opener = is_a(w, "function_word", c.last) | is_a(w, "verbal", c.last) & ~is_a(w, "given", c.last)
    opener &= c.opens_last
    given = (is_a(w, "given", c.last) | initial) & ~opener
    apart = is_a(w, "apart", c.last) | w.owned[c.last] | c.near_last | opener | _owns(w, c, own, c.last)
    apart |= is_a(w, "function_word", c.last) & ~given | is_a(w, "upper", c.last) & ~initial
    apart |= _owns(w, c, own, c.last2) & PLAIN[w.gap[c.last]] & ~(initial & c.initialled)
    apart |= c.introduced & ~given & ~c.prefix & ~c.verb
    paper = c.media & (~c.opens_last | is_a(w, "title", c.last))
    longer = c.named & c.untitled & c.last_cap & ~c.shout & ~apart & (given | ~c.headline)
    longer &= c.person | given | c.prefix | paper
    party = c.party & (is_a(w, "party_prefix", c.last) | c.prefix & ~c.opens_last & ~c.headline)
    # Reform UK, but a post-Roe UK, and Senior UK ministers at the start of a sentence
    branch = c.branch & c.last_cap & ~apart & ~c.headline & (w.gap[c.last] & HYPHEN == 0)
    branch &= ~c.opens_last | c.verb | w.owned[c.b]
    return c.behind & (longer | party | branch)


def _is_half(w, c, own):
    """Mr Roe-Poe, Ann Roe-Poe: one surname of somebody else; but Ann Roe-Poe talks when Ann Roe is known."""
    joined, joins = (c.gap & HYPHEN > 0) & c.last_cap, (c.gap_after & HYPHEN > 0) & c.next_cap
    forename = c.behind & is_a(w, "given", c.last) & ~is_a(w, "apart", c.last)
    half = joins & (~c.untitled | forename) & ~_owns(w, c, own, c.next)
    forename = PLAIN[w.gap[c.last]] & is_a(w, "given", c.last2) & ~is_a(w, "apart", c.last2)
    forename &= ~np.isin(c.last, c.b[~c.single])
    half |= joined & c.untitled & (c.titled | forename) & ~_owns(w, c, own, c.last)
    return half | joined & ~is_a(w, "prefix", c.last) & ~c.near_last & ~c.introduced


def _find_common(w, c):
    """Names that are months or words of the language too, where they are most likely that."""
    day = is_a(w, "digit", c.next2) | is_a(w, "day", c.next2)
    dated = c.ahead & (is_a(w, "digit", c.next) | is_a(w, "link", c.next) & day)
    dated |= ((c.gap & HYPHEN > 0) | c.behind) & is_a(w, "before_month", c.last)
    dated |= c.behind & is_a(w, "link", c.last) & is_a(w, "day", c.last2)
    common = c.common & c.named & c.untitled & ~c.state
    noun = c.ahead & ~c.verb & (~c.next_cap | c.office_after)
    acts = is_a(w, "role", c.next) | is_a(w, "link", c.next) & is_a(w, "capital", c.next2)
    behind = w.gap[c.next + 1]  # an age between commas or in brackets
    aged = (c.gap_after & behind == COMMA) | (c.gap_after == PAUSE | OTHER) & (behind & ~np.uint8(COMMA) == OTHER)
    aged &= is_a(w, "digit", c.next) & (w.size[c.next] < 3)
    acts = c.verb | c.office_after | c.ahead & acts | aged
    return {
        "a month": c.month & c.named & c.untitled & dated,
        "a common word after an article": common & c.behind & is_a(w, "article", c.last) & ~c.plural
        & (c.person | c.organisation) & (c.before_full | ~noun),
        "a common word at the start of a clause": common & c.opens
        & ~(~c.before_full & acts | w.owned[c.b] & (c.introduced | ~c.person)),
    }  # fmt: skip


def _apply_rules(w, c, registry):
    """What the rows of the registry forbid their alias: to begin a sentence, to stand before or after some words."""
    checks = {}
    for rule, rows in registry.rules.items():
        kind, _, listed = rule.partition(":")
        at, between = (c.next, c.gap_after) if kind == "not_before" else (c.last, c.gap)
        wanted = [registry.numbers[x] for x in listed.lower().split()]
        hit = np.isin(w.low[at], wanted) & (JOINT[between] == 0) & (at > 0) if listed else c.opens
        checks[f"rule {rule}"] = np.isin(c.row, rows) & hit
    return checks
