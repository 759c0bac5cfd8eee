"""Tone toward a target: a linear model over the words around a mention, blind to every name. Scoring needs numpy only.

`resources/target_tone.csv` holds the weights (a row per word, a column per place beside the target), fitted by
`scripts/fit_target_tone.py` on the training split of NewsMTSC (Hamborg & Donnay 2021).
"""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd

from analysis import resources, schema, text
from analysis.lexicon import shipped_valence

PLACES = ("before_far", "before", "before_near", "after_near", "after", "after_far")
LONGEST = 128  # tokens of a sentence that are looked at, those nearest to the target
BLOCK = 20_000  # mentions at a time
NEAR, FAR = 2, 6  # words away from the target: up to NEAR, up to FAR, beyond
OTHER_CLAUSE, PER_NAME, FADE = 0.6, 0.1, 0.4  # how words of another clause, behind other names, farther off count less
LISTED = {
    "breaks": ", ; : ( ) \u2013 \u2014 -- \u2026 "
    "but while although though because which who whose that whereas if when after",
    "negates": "not no never neither nor without none nobody nothing cannot hardly barely rarely",
    "is_be": "is was were are be been being gets got get",
    "is_by": "by",
    "marks": '"',
    "joins": ", ; - / &",
}
MATCHED = {"shortens_not": "n't$", "is_i": "^i(?:'|$)", "is_past": "(?:ed|en|wn|ught)$"}
NEGATED = -0.74  # VADER's N_SCALAR
POSITIVE, NEGATIVE, QUOTED, CONSTANT = "<positive>", "<negative>", "<quoted>", "<constant>"


@cache
def load_weights():
    """The words of the model, and their weights as an array: words x places x (tone, neutral)."""
    frame = resources.read_list("target_tone", required=("word",), unique=("word",))
    parts = [frame[[f"{part}_{place}" for place in PLACES]].astype("float64") for part in ("tone", "neutral")]
    return pd.Index(frame["word"]), np.stack(parts, axis=2)


def _find_sentences(mentions, tokens):
    """Where sentences begin, the sentence of each token, and that of each mention: its number, first token and size.

    A mention without a sentence here has -1, 0 and 0.
    """
    key = tokens["doc_id"].cat.codes.to_numpy("int64") << 32 | tokens["sentence_id"].to_numpy()
    begin = np.flatnonzero(np.diff(key, prepend=-1))
    size = np.diff(begin, append=len(key))
    wanted = tokens["doc_id"].cat.categories.get_indexer(mentions["doc_id"].astype("str"))
    own = pd.Index(key[begin]).get_indexer(wanted.astype("int64") << 32 | mentions["sentence_id"].to_numpy())
    return begin, np.repeat(np.arange(len(begin)), size), own, np.append(begin, 0)[own], np.append(size, 0)[own]


def _know_words(tokens, words):
    """What is known of each token by its word alone, as arrays: the kinds of LISTED and MATCHED and more."""
    form = tokens["word"].cat.categories.str.removesuffix("'s")  # of that's
    code, lexicon = tokens["word"].cat.codes.to_numpy(), shipped_valence()
    entry = pd.Index(lexicon["token"]).get_indexer(form)
    known = {"code": words.get_indexer(form), "valence": np.append(lexicon["valence"], 0.0)[entry]}
    known |= {kind: form.isin(listed.split()) for kind, listed in LISTED.items()}
    known |= {kind: form.str.contains(pattern) for kind, pattern in MATCHED.items()}
    capital = tokens["token"].cat.categories.str.slice(0, 1).str.isupper()[tokens["token"].cat.codes]
    known = {kind: values[code] for kind, values in known.items()}
    return SimpleNamespace(**known, is_capital=capital, is_word=tokens["is_word"].to_numpy())


def _follows(flags, most, plain, sentence):
    """Whether one of the `most` words before, in the same sentence and names not counted, has the flag."""
    near = np.zeros(len(flags), bool)
    for back in range(1, most + 1):
        near[plain[back:]] |= flags[plain[:-back]] & (sentence[plain[back:]] == sentence[plain[:-back]])
    return near


def _find_names(w, begin, mentioned):
    """Whether each token belongs to a name (as all those `mentioned` do), and whether a name begins there."""
    opening = np.append(True, ~w.is_word[:-1] & ~w.joins[:-1])[: len(w.is_word)]
    opening[begin] = True
    name = w.is_word & w.is_capital & ~w.is_i & ~(opening & (w.code >= 0))
    name[mentioned] = True
    goes_on = np.append(False, name[:-1])[: len(name)]
    goes_on[begin] = False  # a name does not go on across sentences: a score must not depend on the article before
    return name, name & ~goes_on


def place_words(mentions, tokens, words):
    """One row per mention and word of its sentence: what the model sees. Names, the target's too, are left out.

    Columns: `mention` (its row), `token` (row of `tokens`), `code` (in `words`, -1: none), `place` (in PLACES),
    `reach` (how much the word counts), `valence` (halved; turned by a negation up to three words before), `quoted` (the
    mention). Distances count words that are no names; a name is a capitalised word, at the beginning of a sentence
    only when `words` does not have it, or any word of a mention. Passives are turned round: "was accused by X" has X
    accuse.
    """
    w = _know_words(tokens, words)
    begin, sentence, own, first, size = _find_sentences(mentions, tokens)
    # the mention is the tokens low:high, none when it stands between words
    left, right = (own << 32 | mentions[c].to_numpy("int64") for c in ("start", "end"))
    low = np.searchsorted(sentence << 32 | tokens["end"].to_numpy(), left, "right")
    high = np.searchsorted(sentence << 32 | tokens["start"].to_numpy(), right)

    name, begins = _find_names(w, begin, text._ranges(low, high - low))
    is_plain = w.is_word & ~name
    words_to, names_to, marks_to, clause = (
        np.append(0, np.cumsum(flags)) for flags in (is_plain, begins, w.marks, w.breaks)
    )
    plain = np.flatnonzero(is_plain)
    passive = _follows(w.is_be, 2, plain, sentence) & w.is_past
    negated = _follows(w.negates | w.shortens_not, 3, plain, sentence)
    valence = w.valence * np.where(negated, NEGATED, 1.0) / 2

    # of a text without full stops the words around the mention, not all for each
    n = np.minimum(size, LONGEST)
    start = first + np.clip(low - first - LONGEST // 2, 0, size - n)
    mention, token = np.repeat(np.arange(len(n)), n), text._ranges(start, n)
    mention, token = mention[is_plain[token]], token[is_plain[token]]
    after = token >= high[mention]
    count, names = words_to[token + 1] - words_to[low][mention], names_to[token + 1]
    distance = np.where(after, count, 1 - count)
    named = names_to[np.minimum(low + 1, len(tokens))] - 1  # names before it, its own not counted
    named = np.where(high > low, named, names_to[low])
    others = np.where(after, names - names_to[high][mention], named[mention] - names)
    by = np.bincount(mention, w.is_by[token] & ~after & (distance <= NEAR), len(n)) > 0
    acts = np.where(after, ~passive[token], by[mention])
    step = np.where(distance <= NEAR, 0, np.where(distance <= FAR, 1, 2))
    same = clause[token + 1] == clause[np.minimum(low, start + n - 1) + 1][mention]
    return pd.DataFrame(
        {
            "mention": mention,
            "token": token,
            "code": w.code[token],
            "place": np.where(acts, 3 + step, 2 - step),
            "reach": np.where(same, 1.0, OTHER_CLAUSE) / distance**FADE / (1 + PER_NAME * others),
            "valence": valence[token],
            "quoted": ((marks_to[low] - marks_to[first]) % 2 == 1)[mention],
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
    added = (code >= 0)[:, None] * weights[code, place] + np.abs(valence)[:, None] * weights[sign, place]
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
        schema.require(mentions, "mentions", "doc_id", "sentence_id", "start", "end")
        tokens = text.tokenize_sentences(sentences) if tokens is None else tokens
        sentence = mentions.groupby(["doc_id", "sentence_id"], observed=True).ngroup().to_numpy()
        order = np.argsort(sentence, kind="stable")  # the mentions of a sentence stay together: each masks its name
        cuts = np.unique(np.searchsorted(sentence[order], sentence[order[BLOCK::BLOCK]]))
        blocks = [_score(mentions.iloc[rows], sentences, tokens) for rows in np.split(order, cuts)]
        return pd.concat(blocks).iloc[np.argsort(order)]
    return _score(mentions, sentences, tokens)


def _score(mentions, sentences, tokens):
    """What `score_targets` gives, of all `mentions` at once."""
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
    words = terms.assign(
        mention=mentions.index.to_numpy()[terms["mention"]],
        word=tokens["word"].astype("str").to_numpy()[terms["token"]],
        place=np.array(PLACES)[terms["place"]],
    )
    words = pd.concat([base, words[list(base)]], ignore_index=True)
    return words.sort_values("mention", kind="stable", ignore_index=True)
