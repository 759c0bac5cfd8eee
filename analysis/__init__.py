"""Parallax: one story, several outlets, side by side."""

import os
from importlib import import_module

# Arrow's own allocator keeps what threads have given back: a tenth more memory, no faster. Read as pyarrow is imported.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
__version__ = "0.1.0"

_HOME = {
    "load_documents": "corpus",
    "split_paragraphs": "body",
    "tokenize": "text",
    "split_sentences": "text",
    "extract_features": "features",
    "load_features": "features",
    "write_features": "features",
    "sum_features": "sums",
    "Features": "features",
    "count_words": "frequency",
    "keyness": "frequency",
    "dispersion": "frequency",
    "collocations": "frequency",
    "kwic": "frequency",
    "lexical_diversity": "frequency",
    "readability": "formulas",
    "load_actors": "actors",
    "suggest_actors": "drafts",
    "find_mentions": "actors",
    "mention_rates": "actors",
    "co_mentions": "actors",
    "find_quotes": "quotes",
    "quote_shares": "quotes",
    "score_sentences": "tone",
    "score_targets": "target_tone",
    "word_shift": "tone",
    "bootstrap_interval": "compare",
    "bootstrap_difference": "compare",
    "permutation_test": "compare",
    "likeness": "compare",
    "describe_corpus": "compare",
    "near_duplicates": "reprints",
    "shared_passages": "reprints",
    "collapse_clusters": "reprints",
    "coverage": "compare",
}
__all__ = sorted(_HOME)


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    return getattr(import_module(f"analysis.{_HOME[name]}"), name)


def __dir__():
    return sorted([*globals(), *__all__])
