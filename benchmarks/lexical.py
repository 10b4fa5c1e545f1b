"""What each choice in the lexical leg is worth: nDCG@10 and recall@100 of BM25 alone, one change at a time.

    python benchmarks/lexical.py BEIR_FOLDER...

BM25 in numpy over the product's passages, since tantivy fixes k1 and b; with the product's choices it ranks as the
index does. At most 400 queries a set, drawn by seed.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from verifier.evaluation.beir import Task, read_corpus, read_task
from verifier.evaluation.metrics import ndcg, recall_at
from verifier.retrieval.lexical import analyse
from verifier.text.passages import split_passages
from verifier.text.words import STOP

QUERIES = 400
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to score; the product's by default."""

    stop: bool = True
    stem: bool = True
    join_hyphens: bool = False
    join_numbers: bool = False
    title: float = 1.0
    k1: float = 1.2
    b: float = 0.75
    coverage: float = 1.0
    pairs: float = 0.0


CHOICES: dict[str, Choice] = {
    "as shipped": Choice(),
    "stop words sought too": Choice(stop=False),
    "no stemming": Choice(stem=False),
    "long-term also as longterm": Choice(join_hyphens=True),
    "1,000 as 1000": Choice(join_numbers=True),
    "no titles": Choice(title=0.0),
    "title boost 0.5": Choice(title=0.5),
    "title boost 1.5": Choice(title=1.5),
    "title boost 3": Choice(title=3.0),
    "k1 0.9": Choice(k1=0.9),
    "k1 1.8": Choice(k1=1.8),
    "b 0.4": Choice(b=0.4),
    "b 0.6": Choice(b=0.6),
    "no coverage": Choice(coverage=0.0),
    "coverage 0.5": Choice(coverage=0.5),
    "coverage 2": Choice(coverage=2.0),
    "word pairs 0.3": Choice(pairs=0.3),
    "word pairs 1": Choice(pairs=1.0),
    "neither coverage nor stop words": Choice(coverage=0.0, stop=False),
}


@cache
def stemmed(word: str) -> str:
    """The word as the index has it."""
    return next(iter(analyse(word)), "")


def words_of(text: str, choice: Choice, *, query: bool) -> list[str]:
    """The words of a text under a choice; stop words are left out of queries only, as in the product."""
    text = text.lower()
    if choice.join_numbers:
        text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    words = WORD.findall(text)
    if choice.join_hyphens:
        words += [first + second for first, second in re.findall(r"\b(\w+)-(\w+)\b", text)]
    if query and choice.stop:
        words = [word for word in words if word not in STOP] or words
    return [stemmed(word) for word in words] if choice.stem else words


def pairs_of(words: Sequence[str]) -> list[str]:
    """Neighbouring words as one."""
    return [f"{first} {second}" for first, second in pairwise(words)]


class Field:
    """Counts of the words of some texts, to be scored by BM25 or by coverage."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self._places: dict[str, int] = {}
        self._counts = self._matrix(texts, grow=True)
        self._lengths = np.array([len(text) for text in texts])
        held = np.bincount(self._counts.indices, minlength=len(self._places))
        self._rarity = np.log(1 + (len(texts) - held + 0.5) / (held + 0.5))

    def bm25(self, queries: Sequence[Sequence[str]], k1: float, b: float) -> NDArray[np.float64]:
        """*Shape:* (queries, texts)."""
        entries = self._counts.tocoo()
        norm = k1 * (1 - b + b * self._lengths / max(1.0, self._lengths.mean()))
        values = self._rarity[entries.col] * entries.data * (k1 + 1) / (entries.data + norm[entries.row])
        weights = sparse.csr_matrix((values, (entries.row, entries.col)), shape=self._counts.shape)
        return np.asarray((self._matrix(queries) @ weights.T).todense())

    def coverage(self, queries: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """Rarity of the words that a text holds at all. *Shape:* (queries, texts)."""
        held = self._counts.copy()
        held.data = self._rarity[held.indices]
        wanted = self._matrix(queries)
        wanted.data[:] = 1
        return np.asarray((wanted @ held.T).todense())

    def _matrix(self, texts: Sequence[Sequence[str]], *, grow: bool = False) -> sparse.csr_matrix:
        columns, data, ends = [], [], [0]
        for text in texts:
            for word, count in Counter(text).items():
                place = self._places.setdefault(word, len(self._places)) if grow else self._places.get(word)
                if place is not None:
                    columns.append(place)
                    data.append(float(count))
            ends.append(len(columns))
        return sparse.csr_matrix((data, columns, ends), shape=(len(texts), len(self._places)))


def figures(folder: Path) -> dict[str, tuple[float, float]]:
    """nDCG@10 and recall@100 of every choice on one set."""
    passages = [passage for document in read_corpus(folder) for passage in split_passages(document)]
    documents = [passage.document_id for passage in passages]
    task = read_task(folder)
    names = random.Random(0).sample(sorted(task.queries), min(QUERIES, len(task.queries)))

    @cache
    def field(of: str, choice: Choice) -> Field:
        read: dict[str, Callable[[int], list[str]]] = {
            "text": lambda n: words_of(passages[n].text, choice, query=False),
            "title": lambda n: words_of(passages[n].title, choice, query=False),
            "either": lambda n: words_of(f"{passages[n].title} {passages[n].text}", choice, query=False),
            "pairs": lambda n: pairs_of(words_of(passages[n].text, choice, query=True)),
        }
        return Field([read[of](n) for n in range(len(passages))])

    found = {}
    for name, choice in CHOICES.items():
        words = replace(Choice(), stem=choice.stem, join_hyphens=choice.join_hyphens, join_numbers=choice.join_numbers)
        queries = [words_of(task.queries[query], choice, query=True) for query in names]
        scores = field("text", words).bm25(queries, choice.k1, choice.b)
        if choice.title and any(passage.title for passage in passages):
            scores = scores + choice.title * field("title", words).bm25(queries, choice.k1, choice.b)
        if choice.coverage:
            scores = scores + choice.coverage * field("either", words).coverage(queries)
        if choice.pairs:
            scores = scores + choice.pairs * field("pairs", words).bm25([pairs_of(q) for q in queries], 1.2, 0.75)
        found[name] = _figures(scores, documents, task, names)
    return found


def _figures(
    scores: NDArray[np.float64], documents: Sequence[str], task: Task, names: Sequence[str]
) -> tuple[float, float]:
    gains, recalls = [], []
    for row, name in zip(scores, names, strict=True):
        order = [n for n in np.argsort(-row, kind="stable")[:300] if row[n] > 0]
        ranked = list(dict.fromkeys(documents[n] for n in order))
        gains.append(ndcg(ranked, task.relevant[name], 10))
        recalls.append(recall_at(ranked, task.relevant[name], 100))
    return float(np.mean(gains)), float(np.mean(recalls))


def main() -> None:
    """One table: a row a choice, a column a set, then the mean."""
    folders = [Path(argument) for argument in sys.argv[1:]]
    table = [figures(folder) for folder in folders]
    print(" ".join([" " * 32, *(folder.name.removeprefix("retrieval_")[:11].rjust(11) for folder in folders), "mean"]))
    for name in CHOICES:
        cells = [column[name] for column in table]
        cells.append((float(np.mean([c[0] for c in cells])), float(np.mean([c[1] for c in cells]))))
        print(" ".join([name.ljust(32), *(f"{gain:.3f}/{recall:.3f}" for gain, recall in cells)]))


if __name__ == "__main__":
    main()
