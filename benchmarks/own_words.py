"""Does a checker believe a text's own words? Sentences of ``corpora/commons`` as claims beside their own text.

    python benchmarks/own_words.py [CHECKER ...]

Each CHECKER is a folder (the shipped one when none is named). Prints the share of 300 sentences, as they stand and
shortened (an aside, a clause or a date left out), that the bare model calls entailed / contradicted.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from verifier.corpus.documents import read_documents
from verifier.models.load import load_checker
from verifier.models.protocols import NLI, Pair
from verifier.text.sentences import sentences
from verifier.training.said_pairs import shorter_claims

COMMONS = Path(__file__).parents[1] / "corpora" / "commons"
WANTED = 300


def cases() -> dict[str, list[Pair]]:
    """Pairs by what they are: a sentence or what is left of it, beside the sentence or its neighbourhood."""
    rng = random.Random(0)
    found: dict[str, list[Pair]] = {}
    for document in rng.sample(list(read_documents(COMMONS, "commons")), WANTED):
        spans = sentences(document.text)
        texts = [document.text[span.start : span.end] for span in spans]
        usable = [n for n, text in enumerate(texts) if 6 <= len(text.split()) <= 30 and text.endswith(".")]
        if not usable:
            continue
        n = rng.choice(usable)
        passage = " ".join(texts[max(0, n - 1) : n + 2])
        shorter = shorter_claims(texts[n])
        claims = {"copy": texts[n]} | ({"shortened": rng.choice(shorter)} if shorter else {})
        for name, claim in claims.items():
            found.setdefault(f"{name}, the sentence", []).append(Pair(texts[n], claim))
            found.setdefault(f"{name}, its passage", []).append(Pair(passage, claim))
    return found


def shares(checker: NLI, pairs: list[Pair]) -> str:
    """Entailed and contradicted among the pairs, by the highest logit."""
    scores = checker.score(pairs)
    entailed = sum(s.entailment > max(s.neutral, s.contradiction) for s in scores)
    contradicted = sum(s.contradiction > max(s.neutral, s.entailment) for s in scores)
    return f"{entailed / len(pairs):.3f} / {contradicted / len(pairs):.3f} ({len(pairs)})"


if __name__ == "__main__":
    asked = cases()
    for spec in sys.argv[1:] or [None]:
        checker = load_checker(spec)
        for name, pairs in asked.items():
            print(f"{checker.name}  {name}: {shares(checker, pairs)}")
