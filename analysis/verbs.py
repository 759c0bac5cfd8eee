"""The reporting verbs of a sentence: who is the source of each, and which words around it are what it reports.

The source is the noun phrase before the verb, or behind it when the order is turned round. What is known of all forms
that may be reporting verbs is gathered in `v`, arrays with an entry a verb (`_choose_verbs`), to which each rule adds;
`find_reports` keeps those that do report. For `w` see grammar.read_tokens, for phrases and lanes phrases.py.
"""

from collections import namedtuple
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis import grammar
from analysis.grammar import ALL, count_places, find_last, find_next, find_places, has_trait, is_form, is_kind, is_noun
from analysis.phrases import choose_rows, first_phrase, holds_office, make_rows, phrase_after, phrase_before

TOLD = ("tell", "remind", "inform", "assure", "notify", "reassure")  # whom they address stands after them
ADDRESSED = (*TOLD, "ask", "warn")
REPLIES = ("say", "comment", "respond", "reply", "answer")  # that one does not, tells nothing
REFUSALS = tuple(verb + ending for verb in ("declin", "refus") for ending in ("e", "es", "ed", "ing"))
FAR = 200  # tokens a verb looks for its words, at most
NONE, BEFORE, AFTER, ELSEWHERE = range(4)  # where a verb has its source

# the reporting verbs in use, in the order of the text: token, row of the list, frame and source of each, and the token
# ranges it reports before and after itself
Reports = namedtuple("Reports", "at verb frame source before after")


def list_forms(verbs):
    """The forms of the reporting verbs, with the second word if there is one: row, number of words, whether plain."""
    known = {}
    for row, (verb, forms) in enumerate(zip(verbs["verb"], verbs["forms"], strict=True)):
        first, *more = verb.split()
        known |= {" ".join([form, *more[:1]]): (row, 1 + len(more), form == first) for form in forms.split()}
    return known


def find_reports(w, verbs, forms):
    """The reporting verbs in use, with their sources and what they report."""
    v = _choose_verbs(w, verbs, forms)
    _find_source(w, v)
    _find_other_source(w, v)
    _read_clause(w, v)
    _read_before(w, v)
    _end_opening(w, v)
    _note_denied(w, v)
    before, after = _limit_cited(w, v, *_limit_said(w, v))
    used = _is_used(w, v, after)
    k, source, low, inherits = (x[used] for x in (v.k, v.source, v.low, v.inherits))
    source = _inherit(w, k, source, low, inherits)
    return Reports(k, v.row[used], v.frame[used], source, before[used], after[used])


def _choose_verbs(w, verbs, forms):
    """The reporting verbs outside quotations: token `k`, `row` of the list, its `frame` and first word `base`.

    `noun`: may be a noun here; `low`, `rest`, `high`: what may belong to it begins, goes on after the verb, and ends;
    `cited`: is no verb but names a source (according to).
    """
    at = np.flatnonzero(w.cue & w.free)
    word, following = (w.words.take(pa.array(w.code[x])) for x in (at, at + 1))
    pair = pc.binary_join_element_wise(word, following, " ")
    one, two = (grammar.look_up(x, list(forms), range(len(forms)), -1) for x in (word, pair))
    form = np.where((two >= 0) & (at + 1 < w.end[at]), two, one)
    k, (row, size, plain) = at[form >= 0], np.array([*forms.values()], int).reshape(-1, 3)[form[form >= 0]].T
    frame, base = verbs["frame"].to_numpy(str)[row], verbs["verb"].str.split().str[0].to_numpy(str)[row]
    v = SimpleNamespace(k=k, row=row, frame=frame, base=base, rest=k + size, cited=frame == "source")
    v.low, v.high = np.maximum(w.low[k], k - FAR), np.minimum(w.high[k], k + FAR)
    listed = (verbs["noun"] == "yes").to_numpy()[row]
    v.noun = (size == 1) & is_noun(w, k, plain > 0, v.low, listed)
    # Rail passengers wait, Claims of theft: nobody says it before the verb
    v.noun |= ((plain > 0) | listed & is_form(w, k, "-s")) & w.first[k]
    helper = k - 1 - (is_kind(w, k - 1, "adverb") | has_trait(w, k - 1, "ly"))
    v.be = has_trait(w, helper, "be")
    v.noun |= listed & (plain > 0) & (frame == "act") & is_form(w, v.rest, "to")  # welcome to the show
    by = np.flatnonzero(is_form(w, v.rest, "by") & ~is_form(w, v.rest + 1, "-ing") & ~v.be & ~is_form(w, helper, "as"))
    v.noun[by] |= w.speaks[phrase_after(w, v.rest[by] + 1, v.high[by])[:, 1]]  # papers seen by Ann Lee show it
    v.noun |= (v.base == "add") & grammar.is_printed(w, v.rest, "number")
    return v


def _find_source(w, v):
    """The `source` of the verbs, its `manner` (where it stands), and their `edge`: the last token before both."""
    k, low = v.k, v.low
    i = find_last(w.places["no adverb"], k - 1)
    v.source, v.manner = np.full((len(k), 4), -1), np.full(len(k), NONE)

    def settle(lanes, rows, manner):
        lanes, rows = lanes[rows[:, 0] >= 0], rows[rows[:, 0] >= 0]
        v.source[lanes], v.manner[lanes] = rows, manner

    continues = w.cue[i] & ~is_noun(w, i, True, low, True)  # will continue warning
    lanes = np.flatnonzero(is_kind(w, i, "noun", "determiner", "pronoun") & ~continues)
    settle(lanes, phrase_before(w, i[lanes], low[lanes]), BEFORE)
    lanes = np.flatnonzero(is_kind(w, i, "relative"))
    settle(lanes, _phrase_before_who(w, i[lanes], low[lanes]), ELSEWHERE)
    turned = _phrase_turned(w, v)
    closed = w.speaks[turned[:, 1]] & (turned[:, 3] >= 0) & _ends_clause(w, turned[:, 3], v.high)
    lanes = np.flatnonzero(is_kind(w, i, "comma", "dash") & ~is_form(w, k, "-ing"))
    settle(lanes, _phrase_over_commas(w, i[lanes], low[lanes], closed[lanes]), BEFORE)
    lanes = np.flatnonzero((v.manner == NONE) & (i >= low) & is_kind(w, i, "comma", "dash", "mark"))
    settle(lanes, turned[lanes], AFTER)
    ahead = (v.source[:, 0] >= 0) & (v.manner != AFTER)
    v.edge = np.where(ahead, v.source[:, 0] - 1, i)


def _ends_clause(w, at, high):
    """Whether the tokens `at` are beyond the sentence's words, or a sign."""
    return (at >= high) | is_kind(w, at, "sign")


def _phrase_before_who(w, i, low):
    """The noun phrases before the relative words `i`: Ann Smith of Austin, Texas, who said."""
    comma = is_kind(w, i - 1, "comma", "dash")
    number = grammar.is_printed(w, i - 2, "number") & is_kind(w, i - 3, "comma")
    found = phrase_before(w, i - 1 - comma - 2 * (comma & number), low)  # Ann Lee, 30, who said
    start = found[:, 0]
    single = found[:, 3] - is_form(w, start + 1, ".") == start + 1
    place = comma & single & is_kind(w, start, "name")
    place &= is_kind(w, start - 1, "comma") & is_kind(w, start - 2, "name")
    found[place] = phrase_before(w, start[place] - 2, low[place])
    return found


def _phrase_turned(w, v):
    """The noun phrases behind the verbs that can be their source: said Ann Smith; -1 where the clause goes on.

    Right behind a quotation any noun can that ends the clause: said the baker.
    """
    k, high = v.k, v.high
    mark_last = is_kind(w, k - 1, "mark") & is_kind(w, k - 2, "comma", "stop")
    one = (v.base == "say") & is_form(w, k + 1, "a", "an", "one")  # It was, said one baker, “like”
    quoted = (k > v.low) & (mark_last | is_kind(w, k - 1, "comma") & (is_kind(w, k - 2, "mark") | one))
    found = phrase_after(w, k + 1, high, quoted)
    name, stop = found[:, 1], found[:, 3]
    goes_on = is_kind(w, stop, "common", "pronoun", "auxiliary") | w.cue[find_next(w.places["no adverb"], stop)]
    anyone = quoted & (_ends_clause(w, stop, high) | is_form(w, stop, "of"))
    speaks = w.speaks[name] | has_trait(w, name, "speech", "title") | anyone  # said the statement
    never = is_form(w, k, "-ing") | ~np.isin(v.frame, ("say", "quote")) | np.isin(v.base, (*TOLD, "deny"))
    found[never | ~speaks | goes_on & (stop < high)] = -1
    return found


def _phrase_over_commas(w, i, low, closed):
    """The noun phrases before what stands between commas, the second at `i`: Smith, the director, said.

    `closed`: behind the verb stands a phrase that may be its source.
    """
    out, spare = np.full((2, len(i), 4), -1)
    end = find_last(w.places["no adverb"], i - 1) + 1
    lanes, comma, breaks = np.arange(len(i)), i, find_places(is_kind(w, ALL, "comma", "dash") | ~w.free)
    for _ in range(4):
        comma = find_last(breaks, comma - 1)
        held = (comma > low[lanes]) & w.free[comma]
        lanes, comma = lanes[held], comma[held]
        found = phrase_before(w, find_last(w.places["no adverb"], comma - 1), low[lanes])
        start, a, opens = found[:, 0], found[:, 1], comma + 1
        good = w.speaks[a] & ~is_kind(w, start - 1, "preposition")
        inserted = is_kind(w, opens, "common", "determiner", "relative")
        good &= inserted | ~closed[lanes] & is_kind(w, opens, "name", "preposition", "adverb")
        names = count_places(w.places["name"], opens, end[lanes]) == end[lanes] - opens
        holder = names & holds_office(w, found, comma, end[lanes], w.speaks[a])
        found[holder, 1:3] = make_rows(opens, end[lanes])[holder]
        apposed = good & is_kind(w, a, "common") & is_kind(w, opens, "name") & is_kind(w, start - 1, "comma")
        spare[lanes[apposed]] = found[apposed]
        good &= ~apposed
        out[lanes[good]] = found[good]
        lanes, comma = lanes[~good], comma[~good]
    return np.where(out[:, :1] >= 0, out, spare)


def _find_other_source(w, v):
    """The source of a passive (is expected by) and of a source that is named (according to), and who `inherits` one.

    `outlined`: what has no source but is told of what was before (the plan, outlined in May).
    """
    k = v.k
    passive = v.be & ~is_form(w, k, "-ing")  # is expected, was widely told
    v.manner[passive] = ELSEWHERE
    by = find_next(find_places(is_form(w, ALL, "by")), k + 1)
    v.source[passive] = phrase_after(w, np.where(by < k + 12, by, v.high) + 1, v.high)[passive]
    v.outlined = (v.manner == NONE) & is_kind(w, v.edge, "comma") & is_form(w, k, "-ed")
    v.inherits = ~v.cited & ~passive & (v.source[:, 0] < 0)
    v.named = phrase_after(w, v.rest, v.high)
    v.source[v.cited] = v.named[v.cited]
    v.rest = np.where(v.manner == AFTER, v.source[:, 3], v.rest)


def _read_clause(w, v):
    """What stands behind the verbs: `tail`, where the next sign is; `that`, and whether it belongs to the verb."""
    v.tail = find_next(find_places(is_kind(w, ALL, "comma", "colon", "mark")), v.rest)
    v.tail = np.minimum(v.tail, v.high)
    v.that = find_next(find_places(is_form(w, ALL, "that")), v.rest)
    v.has_that = v.that < np.minimum(v.tail, v.rest + 6)


def _read_before(w, v):
    """Whether the verbs report what stands before them (`backward`), and the last token of it, `touch`.

    `quoted`: this is in a quotation; `ends`: the quotation ends there.
    """
    low, high, rest = v.low, v.high, v.rest
    like = is_form(w, v.edge, "as")  # as Smith put it
    edge = v.edge - like
    v.touch = find_last(find_places(~w.free | is_kind(w, ALL, "word")), edge)
    v.quoted, comma = (v.touch >= low) & ~w.free[v.touch], is_kind(w, edge, "comma", "dash")
    adjunct = is_kind(w, rest, "comma", "preposition", "time", "adverb", "conjunction", "stop")
    adjunct |= (rest >= high) | (v.base == "tell")
    v.ends = v.quoted & (is_kind(w, v.touch, "sign") | (v.manner == AFTER) | comma & adjunct)
    brief = ((v.tail == rest) | (v.tail == high)) & (v.tail - rest <= 10)
    afterthought = comma & ~like & (v.touch - low >= 3) & adjunct & brief  # The gate failed, Ann Lee said on Monday.
    opened = find_last(find_places(w.free), v.touch) + 1
    alone = count_places(w.places["word"], low, opened) <= 0  # nothing but marks before the quotation
    v.backward = np.isin(v.manner, (BEFORE, AFTER)) & (v.frame != "act")
    v.backward &= (alone | ~v.has_that) & (v.ends | afterthought)


def _end_opening(w, v):
    """End a participle that opens its sentence before the next source: Asked if it holds, Ann Lee said."""
    edges, low = np.zeros(len(w.kind), bool), w.low[v.k]
    edges[v.edge[is_kind(w, v.edge, "comma") & (v.manner == BEFORE) & ~v.backward]] = True
    stop = find_next(find_places(edges), low)
    opened = (
        w.cue[low] & ~is_form(w, low, "according") & is_form(w, low, "-ing", "-ed") & (v.k < stop) & (stop < v.high)
    )
    v.noun |= opened & is_form(w, low + 1, "to", "it", "in")
    v.high = np.where(opened, stop, v.high)


def _note_denied(w, v):
    """Whether nothing is reported, as nobody says it: `denied`."""
    k, rest = v.k, v.rest
    who = np.where(v.source[:, 0] >= 0, v.source[:, 0], v.edge - 1)
    nobody = is_form(w, who, "no", "none", "nobody") & ~grammar.is_printed(w, who + 1, "number")  # no official, no one
    negations = find_places(is_form(w, ALL, "not", "never", "cannot", "-n't"))
    negated = find_last(negations, k - 1) > find_last(w.places["no adverb"], k - 1)
    unsaid = negated & (v.frame == "say") & ~np.isin(v.base, ("deny", "dispute"))
    asks = is_kind(w, rest, "conjunction", "relative", "preposition") & ~is_form(w, rest, "that")
    asks &= v.base == "say"  # would not say if
    v.denied = (nobody | unsaid) & (v.has_that | np.isin(v.base, REPLIES)) & ~asks & ~v.backward
    v.denied |= is_form(w, k - 1, "to") & is_form(w, k - 2, *REFUSALS)  # declined to comment
    v.denied |= is_form(w, k, *REFUSALS) & is_form(w, rest, "to") & is_form(w, rest + 1, *REPLIES)


def _limit_said(w, v):
    """The tokens that the verbs report before and after themselves."""
    k, rest, tail, high = v.k, v.rest, v.tail, v.high
    resume = np.minimum(find_next(w.places["quoted"], tail), high)  # “It holds,” Ann Lee said, “and well.”
    resume = np.where(~v.quoted & (v.manner == BEFORE), tail + 1, resume)
    told = phrase_after(w, rest, high)[:, 3]
    told = np.where(np.isin(v.base, ADDRESSED) & (told >= 0) & (told < high), told, rest)
    forward = np.where(v.has_that, v.that + 1, told)
    aside = is_kind(w, find_last(w.places["no adverb"], k - 1), "relative") & is_kind(w, tail, "comma")
    end = np.where(aside & w.cue[tail + 1], tail, high)  # Ann Lee, who denied it, said
    before = np.where(v.backward[:, None], make_rows(v.low, v.touch + 1), k[:, None])
    return before, make_rows(np.where(v.denied, end, np.where(v.backward, resume, forward)), end)


def _limit_cited(w, v, before, after):
    """The same; according to somebody is what stands before it, or where only a but does, what is behind the comma."""
    none = make_rows(v.k, v.k)
    opens = v.cited & (count_places(find_places(is_kind(w, ALL, "noun", "determiner", "pronoun")), v.low, v.k) == 0)
    behind = make_rows(find_next(w.places["comma"], v.named[:, 3]) + 1, v.high)
    before = choose_rows((opens, none), (v.cited, make_rows(v.low, v.k)), (~v.cited, before))
    return before, choose_rows((opens, behind), (v.cited, none), (~v.cited, after))


def _is_used(w, v, after):
    """Whether the verbs are verbs here, have what they need, and are not part of what another has said."""
    closes = v.ends & (v.manner == BEFORE) & _ends_clause(w, v.rest, v.high)  # “…,” the letter states.
    used = np.where(v.cited, v.named[:, 0] >= 0, (~v.noun | closes) & ~v.outlined)
    # according to people who know him
    named_until = np.maximum.accumulate(np.where(v.cited & used & (after[:, 0] < v.high), after[:, 0], -1))
    # did not respond to requests for comment
    unsaid_until = np.maximum.accumulate(np.append(-1, np.where(v.denied, v.tail, -1)))[:-1]
    return used & (v.cited | (v.k >= named_until)) & (v.k >= unsaid_until)


def _inherit(w, k, source, low, inherits):
    """The sources, those that a verb has none of taken from the verb before it in the sentence or its first phrase."""
    each, linked = np.arange(len(k)), inherits & np.append(False, w.low[k[:-1]] == low[1:])[: len(k)]
    source = choose_rows((inherits, first_phrase(w, low, k)), (~inherits, source))
    known = np.where(source[:, 0] >= 0, each, len(k))
    first = np.minimum.reduceat(known, np.flatnonzero(~linked))  # a chain of verbs takes up what its first has
    first = first[np.cumsum(~linked) - 1]
    return choose_rows((first <= each, source[np.minimum(first, len(k) - 1)]))
