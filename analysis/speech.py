"""Who says what in a sentence: the rules behind quotes.py, over tokens.

grammar.py reads what is needed of the tokens (`w`), phrases.py finds noun phrases, verbs.py finds what each reporting
verb reports and its source (`r`). Here each quotation (`q`) finds the verb that it belongs to, or else its source by
what stands around it; what a verb reports without marks is a clause of its own.
"""

from collections import namedtuple
from types import SimpleNamespace

import numpy as np

from analysis import grammar
from analysis.grammar import ALL, count_places, find_last, find_next, find_places, has_trait, is_form, is_kind
from analysis.phrases import choose_rows, first_phrase, name_sources, phrase_after, phrase_before
from analysis.verbs import FAR, find_reports, list_forms

LONG = 6  # words from which marks without a source are speech
MOST = 9  # verbs on either side that a quotation looks at, at most
NEAR = 150  # tokens to the quotation that another goes on with, at most

# quotations and reported clauses: tokens (first, end), number of the span (-1: no marks), kind, source, the verb's row
# and token (-1)
_Spoken = namedtuple("_Spoken", "first end span kind source verb cue")


def _pick(values, at):
    """The values or rows at the places `at`, -1 where there is no place."""
    return np.append(values, np.full((1, *values.shape[1:]), -1), 0)[at]


def _read_quotes(w, doc, tokens, spans):
    """The quotations with words as arrays: number of the span, tokens `a` to `b`, `count` of words, and what is around.

    `low`, `last`: the sentence's first token (not far before) and end; `before`, `after`: the tokens around, marks not
    counted; `floor`: the first token of the document; `outer`: in no other; `continues`: reopens the one before.
    """
    place = doc << 32 | tokens["start"].to_numpy("int64")
    docs = tokens["doc_id"].cat.categories.get_indexer(spans["doc_id"]).astype("int64") << 32
    a, b = (np.searchsorted(place, docs | spans[c].to_numpy("int64")) for c in ("start", "end"))
    count = count_places(w.places["word"], a, b)
    number = np.flatnonzero(count > 0)
    a, b, count, outer = (x[number] for x in (a, b, count, spans["level"].to_numpy() == 0))
    q = SimpleNamespace(number=number, a=a, b=b, count=count, low=np.maximum(w.low[a], a - FAR), last=w.end[b - 1])
    q.before = np.maximum(find_last(find_places(~is_kind(w, ALL, "mark")), a - 1), q.low - 1)
    q.after = np.minimum(find_next(find_places(~is_kind(w, ALL, "mark", "stop")), b), q.last)
    q.floor, q.outer, q.continues = np.searchsorted(doc, doc[a]), outer, np.zeros(len(a), bool)
    q.continues[outer] = np.append(False, spans["continued"].to_numpy()[number][outer])[:-1]
    return q


def _is_title(w, q):
    """Whether the words between marks are the name of a work: capitals throughout, and a word that says so beside."""
    a, b, low = q.a, q.b, np.maximum(w.low[q.a], q.a - 5)
    common = count_places(find_places(is_kind(w, ALL, "common")), a, b)
    capital = count_places(find_places(is_kind(w, ALL, "name", "time")), a, b)
    adverb = is_kind(w, find_next(w.places["word"], a), "adverb")
    work = find_places(w.free & has_trait(w, ALL, "title", "named"))
    beside = count_places(work, low, a) + count_places(work, b, np.minimum(q.last, b + 4))
    before = find_last(w.places["word"], a - 1)
    moved = is_form(w, before, "on", "in", "from", "to") & (q.count > 1)
    held = (before >= low) & (w.owner[before] | moved)
    return (common == 0) & (capital > 0) & ~adverb & ((beside > 0) | held)


def _find_report(w, r, a, b):
    """The report that each quotation from token a to b belongs to, -1 if none does."""
    early, late = np.searchsorted(r.at, a), np.searchsorted(r.at, b)
    within = (r.frame == "say") & (r.after[:, 0] < np.append(r.at, -1)[1:]) & (np.append(r.at, 0)[1:] < r.after[:, 1])
    told = np.append(False, within) & np.append(is_form(w, r.at - 1, "had"), False)  # Ann Lee said he had shown “spite”
    told[:-1] &= ~is_form(w, r.at, "said", "called", "described", "written")
    around, nearest, inside = np.full((3, len(a)), -1)
    for step in range(MOST)[::-1]:  # the nearest is looked at last and stays
        i, j = np.maximum(early - 1 - step, -1), np.where(late + step < len(r.at), late + step, -1)
        (first, end), (start, stop) = _pick(r.before, j).T, _pick(r.after, i).T
        inside = np.where(held := (first < b) & (b <= end), j, inside)
        around = np.where(held & (end <= b + 3), j, around)
        nearest = np.where((start <= a) & (a < stop) & ~told[i], i, nearest)
    return np.select([around >= 0, nearest >= 0], [around, nearest], inside)


def _is_writers(w, q, r, report, pause):
    """Whether the marks in a report are the writer's own: seeks to build a "bridge", goes on "smoothly"."""
    frame, at, source, after = (_pick(x, report) for x in (r.frame, r.at, r.source, r.after))
    think = frame == "think"
    seeks = think & (q.count <= 4) & is_form(w, after[:, 0], "to") & ~is_form(w, q.before, "to")
    few = np.where(frame == "quote", ~pause & (q.count <= 2), seeks)
    unknown = think & (source[:, 0] < 0) & (q.count < LONG)
    called = is_form(w, q.before, "so-called") & (q.count < LONG)
    return few & (at < q.a) | unknown | called


def _link_quotes(w, q, r):
    """The quotations with their kind, source, verb and cue."""
    pause = is_kind(w, q.before, "comma", "colon")
    title, report = _is_title(w, q), _find_report(w, r, q.a, q.b)
    report[_is_writers(w, q, r, report, pause)] = -1
    by = find_places(is_form(w, ALL, "by") & w.free & np.append(False, has_trait(w, ALL, "speech")[:-1]))
    # denied claims by Ann Lee that it was “bad”
    report[(report >= 0) & (_pick(r.at, report) < find_last(by, q.a))] = -1
    spoken = q.outer | (q.count >= 4) & (w.cue[q.before] | pause & w.cue[q.before - 1])
    title &= ~spoken | q.outer & ~((report >= 0) & pause)
    kind = np.select([title, spoken], ["title", "speech"], "scare").astype(object)
    speech = q.outer & ~title
    report[~speech] = -1

    lone = speech & (report < 0) & ~q.continues
    free = lone & (q.before < q.low) & (q.after >= q.last) & (q.count > 1)  # the quotation stands for itself
    source, held = _find_holder(w, q, r, free)
    kind[lone & ~held] = "scare"
    source = choose_rows((lone, source), (report >= 0, _pick(r.source, report)))
    _follow(w, q, source, speech & (kind == "speech"), free)
    return _Spoken(q.a, q.b, q.number, kind, source[:, :3], _pick(r.verb, report), _pick(r.at, report))


def _find_holder(w, q, r, free):
    """The source of quotations without a verb, by what stands around them, and whether anything there tells of one."""
    a, low, before, after = q.a, q.low, q.before, q.after
    latest = np.searchsorted(r.at, a) - 1
    recent = _pick(r.at, latest) >= np.maximum(q.floor, w.low[low - 1])
    noun = find_last(find_places(w.free & has_trait(w, ALL, "speech")), before)
    holder = choose_rows((is_form(w, noun + 1, "of", "by"), phrase_after(w, noun + 2, a)))
    first, within = first_phrase(w, low, a), before >= low
    owned = within & w.owner[before] & (after < q.last) & has_trait(w, after, "speech")
    begins = ~within & (q.count > 2) & is_kind(w, q.b - 1, "comma", "stop")
    colon = within & is_kind(w, before, "colon")
    label = phrase_before(w, np.where(colon & is_kind(w, before - 1, "name"), before - 1, -1), low)
    cases = [
        (free, _pick(r.source, np.where(recent, latest, -1))),
        (colon & (label[:, 0] == low), label),  # City treasurer Ann Lee: “…”
        (colon, first_phrase(w, low, before)),
        (noun >= low, np.where(holder[:, :1] >= 0, holder, first)),  # a call by Ann Lee for “order”
        (owned, phrase_before(w, before, low)),  # Ann Lee's “call for order”
        (begins, phrase_after(w, after, q.last)),
        (q.count >= LONG, first),
    ]
    return choose_rows(*cases), np.logical_or.reduce([holds for holds, _ in cases])


def _follow(w, q, source, speech, free):
    """Give quotations that go on, or stand for themselves, the source of the `speech` before."""
    opening = choose_rows((q.low > q.floor, first_phrase(w, w.low[q.low - 1], q.low)))
    before = find_places(speech)
    for x in np.flatnonzero((source[:, 0] < 0) & (q.continues & speech | free)).tolist():
        p = find_last(before, x - 1)
        follows = p >= 0 and source[p, 0] >= 0 and q.a[p] >= q.floor[x]  # of the same document
        follows = follows and (q.continues[x] or q.a[x] - q.b[p] < NEAR)
        source[x] = source[p] if follows else opening[x] if free[x] else -1


def _report_rows(w, r):
    """What is reported without marks, outermost only."""
    low, high = np.concatenate([r.before, r.after]).T
    of = np.tile(np.arange(len(r.at)), 2)
    first, end = find_next(w.places["word"], low), find_last(w.places["word"], high - 1) + 1
    unmarked = (end - first > 1) & (find_next(w.places["quoted"], first) >= end)
    writer = is_form(w, r.source[:, 1], "i", "we", "you", "i'-", "we'-", "you'-")
    keep = np.flatnonzero(unmarked & ((r.frame != "quote") & ~writer)[of])
    keep = keep[np.lexsort((-end[keep], first[keep]))]
    keep = keep[end[keep] > np.maximum.accumulate(np.append(-1, end[keep]))[:-1]]
    # It was told that the gate failed, Ann Lee said: what is told ends before her
    source = r.source[:, 1]
    closes = (r.frame == "say") & (r.before[:, 0] < r.before[:, 1]) & (r.after[:, 0] >= r.after[:, 1])
    stops = np.sort(r.before[closes & (w.speaks[source] | has_trait(w, source, "speech")), 1])
    stop = np.append(stops, len(w.kind))[np.searchsorted(stops, first[keep], "right")]
    end[keep] = np.minimum(end[keep], find_last(w.places["word"], stop - 1) + 1)
    none, of = np.full(len(keep), -1), of[keep]
    kind = np.full(len(keep), "indirect", object)
    return _Spoken(first[keep], end[keep], none, kind, r.source[of, :3], r.verb[of], r.at[of])


def attribute_quotes(tokens, spans, verbs):
    """The quotations and reported clauses in order, and for each the tokens (first, end; -1 for none) of the name given
    as its source and of the name meant by a pronoun."""
    forms, doc = list_forms(verbs), tokens["doc_id"].cat.codes.to_numpy("int64")
    w = grammar.read_tokens(tokens, {form.split()[0] for form in forms})
    reports = find_reports(w, verbs, forms)
    rows = _link_quotes(w, _read_quotes(w, doc, tokens, spans), reports), _report_rows(w, reports)
    spoken = _Spoken(*map(np.concatenate, zip(*rows, strict=True)))
    order = np.lexsort((-spoken.end, spoken.first))
    spoken = _Spoken(*(x[order] for x in spoken))
    said = reports.source[np.isin(reports.frame, ("say", "act")), 1]
    said = said[~is_form(w, said - 1, "the")]
    given, meant = name_sources(w, doc, spoken.first, spoken.source, said)
    return spoken._replace(source=spoken.source[:, [0, 2]]), given, meant
