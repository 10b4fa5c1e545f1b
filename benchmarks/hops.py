"""Claims that two documents settle together: does retrieval find both, would a second search, and what comes of it?

"The city of the Eiffel Tower was besieged in 1870" is about a city that it does not name. The first search finds the
passage on the tower; the names in its sentence nearest to the claim, with the words of the claim that the passage does
not hold, make the second query (the idea of Xiong et al. 2021, Multi-Hop Dense Retrieval, without a model of its own).
Three of the places are the second search's.

    python benchmarks/hops.py

Prints, without and with the second search: the share of claims of each kind whose two documents are both among the
passages, and accuracy and false support on these claims and on the test split of ``commons``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from verifier.datatypes import Hit, Label
from verifier.evaluation.end_to_end import LabelledClaim, measure, read_claims
from verifier.pipeline import Verifier
from verifier.retrieval.protocols import Retriever
from verifier.text.sentences import sentences
from verifier.text.words import content_words

COMMONS = Path(__file__).parents[1] / "corpora" / "commons"
COVERED, SECOND_HITS = 0.6, 3
NAME = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w'-]+(?: [A-Z][\w'-]+)*")
WORD = re.compile(r"[\w'-]+")


class TwoHops(Retriever):
    """A retriever that seeks a second time where no passage holds most of a query's words."""

    def __init__(self, first: Retriever) -> None:
        self._first = first

    @property
    def name(self) -> str:
        """The index's."""
        return self._first.name

    @property
    def fingerprint(self) -> str:
        """The index's."""
        return self._first.fingerprint

    def __len__(self) -> int:
        return len(self._first)

    def search_many(self, queries: Sequence[str], top_k: int) -> list[list[Hit]]:
        """The last hits are those of the second search, where there is one."""
        found = self._first.search_many(queries, top_k)
        for number, (query, hits) in enumerate(zip(queries, found, strict=True)):
            if hits and (second := second_query(query, hits)):
                found[number] = joined(hits, self._first.search(second, top_k), top_k)
        return found


def second_query(query: str, hits: Sequence[Hit]) -> str:
    """What to seek after the first hits; empty when one of them covers the query or the first names nothing new."""
    wanted = content_words(query)
    held = [content_words(f"{hit.passage.title} {hit.passage.text}") for hit in hits]
    if not wanted or max(len(wanted & words) for words in held) >= COVERED * len(wanted):
        return ""
    passage = hits[0].passage
    texts = [passage.text[span.start : span.end] for span in sentences(passage.text)]
    nearest = max(texts, key=lambda text: len(wanted & content_words(text)), default="")
    names = dict.fromkeys(name for name in NAME.findall(nearest) if not content_words(name) <= wanted)
    rest = [word for word in WORD.findall(query) if not content_words(word) <= held[0]]
    return " ".join([*names, *rest]) if names and rest else ""


def joined(first: Sequence[Hit], second: Sequence[Hit], top_k: int) -> list[Hit]:
    """The first search's head, then what the second found besides."""
    known = {hit.passage.id for hit in first[: top_k - SECOND_HITS]}
    new = [hit for hit in second if hit.passage.id not in known][:SECOND_HITS]
    taken = {hit.passage.id for hit in new}
    return [*[hit for hit in first if hit.passage.id not in taken][: top_k - len(new)], *new]


@dataclass(frozen=True, slots=True)
class TwoDocuments:
    """A claim, its kind (``bridge`` or ``joint``), and the ends of its two documents' ids."""

    claim: LabelledClaim
    kind: str
    documents: tuple[str, ...]


def read_two(path: Path) -> list[TwoDocuments]:
    """The claims of ``claims-hops.jsonl``."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        TwoDocuments(LabelledClaim(r["claim"], Label(r["label"]), ""), r["kind"], tuple(r["documents"])) for r in rows
    ]


def main() -> None:
    """Print the figures, without and with a second search."""
    two = read_two(COMMONS / "claims-hops.jsonl")
    one = read_claims(COMMONS / "claims.jsonl", split="test")
    with Verifier.open() as verifier:
        once = verifier.retriever
        for name, retriever in (("one search", once), ("two searches", TwoHops(once))):
            verifier.retriever = retriever
            for kind in ("bridge", "joint"):
                rows = [row for row in two if row.kind == kind]
                hits = retriever.search_many([row.claim.claim for row in rows], verifier.thresholds.top_k)
                found = [
                    all(any(h.passage.document_id.endswith(d) for h in held) for d in row.documents)
                    for row, held in zip(rows, hits, strict=True)
                ]
                print(f"{name}: {kind}: both documents found for {sum(found) / len(found):.3f} of {len(found)}")
            for what, claims in (("two documents", [row.claim for row in two]), ("commons, test", one)):
                result = measure(verifier, claims)
                print(f"{name}: {what}: accuracy {result.accuracy:.3f}, false supported {result.false_supported:.3f}")
        verifier.retriever = once


if __name__ == "__main__":
    main()
