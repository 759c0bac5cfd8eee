"""Tone toward a target: a linear model over the words around a mention, blind to every name. Scoring needs numpy only.

`resources/target_tone.csv` holds the weights (a row per word, a column per place beside the target), fitted by
`scripts/fit_target_tone.py` on the training split of NewsMTSC (Hamborg & Donnay 2021).
"""

from functools import cache

import numpy as np
import pandas as pd

from analysis import resources, schema, text
from analysis.lexicon import shipped_valence

PLACES = ("before_far", "before", "before_near", "after_near", "after", "after_far")
LONGEST = 128  # tokens of a sentence that are looked at, those nearest to the target
BLOCK = 20_000  # mentions at a time
NEAR, FAR = 2, 6  # words away from the target: up to NEAR, up to FAR, beyond
OTHER_CLAUSE, PER_NAME, FADE = 0.6, 0.1, 0.4  # how words of another clause, behind other names, farther off count less
BREAKS = (
    ", ; : ( ) \u2013 \u2014 -- \u2026 but while although though because which who whose that whereas if when after"
)
NEGATIONS = "not no never neither nor without none nobody nothing cannot hardly barely rarely"
BE = "is was were are be been being gets got get"
NEGATED = -0.74  # VADER's N_SCALAR
POSITIVE, NEGATIVE, QUOTED, CONSTANT = "<positive>", "<negative>", "<quoted>", "<constant>"


@cache
def load_weights():
    """The words of the model, and their weights as an array: words x places x (tone, neutral)."""
    frame = resources.read_list("target_tone", required=("word",), unique=("word",))
    parts = [frame[[f"{part}_{place}" for place in PLACES]].astype("float64") for part in ("tone", "neutral")]
    return pd.Index(frame["word"]), np.stack(parts, axis=2)


def _find_sentences(mentions, tokens, key, begin):
    """The first token of the sentence of each mention; the first of those looked at, and how many these are.

    `key` numbers the sentence of each token, `begin` has its first tokens. No such sentence: no tokens.
    """
    order = np.argsort(key[begin])
    keys, firsts = np.r_[key[begin][order], -1], np.r_[begin[order], 0]
    counts = np.r_[np.diff(np.r_[begin, len(key)])[order], 0]
    wanted = tokens["doc_id"].cat.categories.get_indexer(mentions["doc_id"].astype("str"))
    wanted = wanted.astype("int64") << 32 | mentions["sentence_id"].to_numpy()
    at = np.searchsorted(keys[:-1], wanted)
    first, n = firsts[at], np.where(keys[at] == wanted, counts[at], 0)
    opened, starts, spots = first.copy(), tokens["start"].to_numpy(), mentions["start"].to_numpy()
    for i in np.flatnonzero(n > LONGEST):  # a text without full stops: the words around the name, not all for each
        skip = np.searchsorted(starts[first[i] : first[i] + n[i]], spots[i]) - LONGEST // 2
        first[i], n[i] = first[i] + min(max(skip, 0), n[i] - LONGEST), LONGEST
    return opened, first, n


def place_words(mentions, tokens, words):
    """One row per mention and word of its sentence: what the model sees. Names, the target's too, are left out.

    Columns: `mention` (its row), `token` (row of `tokens`), `code` (in `words`, -1: none), `place` (in PLACES),
    `reach` (how much the word counts), `valence` (halved; turned by a negation up to three words before), `quoted` (the
    mention). Distances count words that are no names; a name is a capitalised word, at the beginning of a sentence
    only when `words` does not have it, or any word of a mention. Passives are turned round: "was accused by X" has X
    accuse.
    """
    key = tokens["doc_id"].cat.codes.to_numpy("int64") << 32 | tokens["sentence_id"].to_numpy()
    begin = np.flatnonzero(np.r_[True, key[1:] != key[:-1]][: len(key)])
    opened, first, n = _find_sentences(mentions, tokens, key, begin)
    mention, token = np.repeat(np.arange(len(n)), n), text._ranges(first, n)
    start, end = tokens["start"].to_numpy()[token], tokens["end"].to_numpy()[token]
    left, right = mentions["start"].to_numpy()[mention], mentions["end"].to_numpy()[mention]
    inside = (end > left) & (start < right)

    # what is known of a word alone
    form, code = tokens["word"].cat.categories, tokens["word"].cat.codes.to_numpy()

    def among(listed):
        return np.isin(np.arange(len(form)), form.get_indexer(listed.split()))[code]

    known, lexicon = words.get_indexer(form)[code], shipped_valence()
    entry = pd.Index(lexicon["token"]).get_indexer(form)
    valence = np.where(entry >= 0, lexicon["valence"].to_numpy()[entry], 0.0)
    upper = tokens["token"].cat.categories.str.slice(0, 1).str.isupper()
    is_word, i = tokens["is_word"].to_numpy(), form.str.match(r"i(?:'|$)")[code]

    # names
    opening = np.zeros(len(tokens), bool)
    opening[begin] = True
    opening[1:] |= ~is_word[:-1] & ~among(", ; - / &")[:-1]
    name = is_word & upper[tokens["token"].cat.codes] & ~i & ~(opening & (known >= 0))
    name[token[inside]] = True
    goes_on = np.r_[False, name[:-1]]
    goes_on[begin] = False  # a name does not go on across sentences: a score must not depend on the article before
    is_plain, begins = is_word & ~name, name & ~goes_on
    plain, clause = np.flatnonzero(is_plain), np.r_[np.cumsum(among(BREAKS)), 0]
    words_to, runs_to, marks_to = (np.r_[0, np.cumsum(flags)] for flags in (is_plain, begins, among('"')))

    # what is known of a word in its sentence
    def before(flags, k):  # any of the k words before, names not counted, in the same sentence
        near = np.zeros(len(flags), bool)
        for j in range(1, k + 1):
            near[plain[j:]] |= flags[plain[:-j]] & (key[plain[j:]] == key[plain[:-j]])
        return near

    ends = form.str.contains("n't$", regex=True)[code]
    negated = before(among(NEGATIONS) | ends, 3)
    passive = before(among(BE), 2) & form.str.contains("(?:ed|en|wn|ught)$")[code]

    # what is known of a word beside a mention
    low = first + np.bincount(mention, end <= left, len(n)).astype("int64")
    high = low + np.bincount(mention, inside, len(n)).astype("int64")  # the mention is low:high, empty between words
    named = runs_to[np.minimum(low + 1, len(tokens))] - 1  # names before it, its own not counted
    named = np.where(high > low, named, runs_to[low])
    keep = is_plain[token]
    mention, token = mention[keep], token[keep]
    after = token >= high[mention]
    count, names = words_to[token + 1] - words_to[low][mention], runs_to[token + 1]
    distance = np.where(after, count, 1 - count)
    others = np.where(after, names - runs_to[high][mention], named[mention] - names)
    by = np.bincount(mention, among("by")[token] & ~after & (distance <= NEAR), len(n)) > 0
    acts = np.where(after, ~passive[token], by[mention])
    step = np.where(distance <= NEAR, 0, np.where(distance <= FAR, 1, 2))
    same = clause[token] == clause[np.minimum(low, first + np.maximum(n, 1) - 1)][mention]
    return pd.DataFrame(
        {
            "mention": mention,
            "token": token,
            "code": known[token],
            "place": np.where(acts, 3 + step, 2 - step),
            "reach": np.where(same, 1.0, OTHER_CLAUSE) / distance**FADE / (1 + PER_NAME * others),
            "valence": (valence[code] * np.where(negated, NEGATED, 1.0) / 2)[token],
            "quoted": ((marks_to[low] - marks_to[opened]) % 2 == 1)[mention],
        }
    )


def _terms(mentions, sentences, tokens):
    """The rows of `place_words` with what each adds to `tone` and `neutral`, and the sums per mention, constant in."""
    schema.require(mentions, "mentions", "doc_id", "sentence_id", "start", "end")
    schema.require(sentences, "sentences", "doc_id", "sentence_id", "start", "end", "text")
    tokens = text.tokenize_sentences(sentences) if tokens is None else tokens
    words, weights = load_weights()
    terms = place_words(mentions, tokens, words)
    code, place, reach, valence = (terms[c].to_numpy() for c in ("code", "place", "reach", "valence"))
    sign = words.get_indexer([NEGATIVE, POSITIVE])[(valence > 0).astype(int)]
    added = np.where(code >= 0, 1, 0)[:, None] * weights[code, place] + np.abs(valence)[:, None] * weights[sign, place]
    terms["tone"], terms["neutral"] = (added * reach[:, None]).T
    quoted = np.bincount(terms["mention"], terms["quoted"], len(mentions)) > 0
    quoted_row, constant = words.get_indexer([QUOTED, CONSTANT])
    sums = [np.bincount(terms["mention"], terms[part], len(mentions)) for part in ("tone", "neutral")]
    sums = np.stack(sums, axis=1) + weights[constant, 0] + quoted[:, None] * weights[quoted_row, 0]
    return tokens, terms, sums


def score_targets(mentions, sentences, *, tokens=None):
    """The mentions with `target_tone` (-1 to 1, negative is negative) and `target_label` (-1, 0, 1).

    What is said about the mention, not the sentence's tone: the probability of a positive minus that of a negative
    label by a multinomial logistic model of the words around it; the label is the most probable one. The names of all
    mentions and all other names are masked, so the score does not know who is meant. NaN (label 0) when no word stands
    beside the name. `tokens`: those of `analysis.tokenize`, when at hand. `explain_targets` takes a score apart.
    """
    if len(mentions) > BLOCK:  # memory: a row per mention and word
        tokens = text.tokenize_sentences(sentences) if tokens is None else tokens
        blocks = (mentions.iloc[i : i + BLOCK] for i in range(0, len(mentions), BLOCK))
        return pd.concat([score_targets(block, sentences, tokens=tokens) for block in blocks])
    _, terms, sums = _terms(mentions, sentences, tokens)
    tone, neutral = sums.T
    powers = np.exp(np.stack([-tone / 2, neutral, tone / 2], axis=1) - np.maximum(np.abs(tone) / 2, neutral)[:, None])
    chance = powers / powers.sum(axis=1, keepdims=True)
    told = np.bincount(terms["mention"], minlength=len(mentions)) > 0
    label = np.where(told, chance.argmax(axis=1) - 1, 0).astype("int8")
    return mentions.assign(target_tone=np.where(told, chance[:, 2] - chance[:, 0], np.nan), target_label=label)


def explain_targets(mentions, sentences, *, tokens=None):
    """One row per mention and word that moved its score: `mention` (its index), `word, place, tone, neutral`.

    `tone`: what the word adds to the log odds of a positive against a negative label, `neutral`: to those of a neutral
    one against the mean of both. The rows of a mention, with its `<constant>` (and `<quoted>`), sum to its log odds.
    """
    tokens, terms, sums = _terms(mentions, sentences, tokens)
    told = [np.bincount(terms["mention"], terms[part], len(mentions)) for part in ("tone", "neutral")]
    tone, neutral = sums.T - told
    base = pd.DataFrame({"mention": mentions.index, "word": CONSTANT, "place": "", "tone": tone, "neutral": neutral})
    terms = terms[(terms["tone"] != 0) | (terms["neutral"] != 0)]
    words = pd.DataFrame(
        {
            "mention": mentions.index.to_numpy()[terms["mention"]],
            "word": tokens["word"].astype("str").to_numpy()[terms["token"]],
            "place": np.array(PLACES)[terms["place"]],
            "tone": terms["tone"].to_numpy(),
            "neutral": terms["neutral"].to_numpy(),
        }
    )
    return pd.concat([base, words], ignore_index=True).sort_values("mention", kind="stable", ignore_index=True)
