"""Is a claim found better when the question that it answers, or a title, stands beside it in the query?

    python benchmarks/expansion.py

For each question of ``corpora/commons/questions.jsonl`` whose answer makes a statement (by the rules of
:mod:`verifier.text.declarative`), the document that answers it is sought with the statement, with its first answer
alone (a draft that is no sentence), with the question before either, and with the statement after the title of the best
passage for the question. Prints recall at 1 and at 8 passages, and the mean reciprocal rank of the document.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from verifier.models.load import load_embedder
from verifier.retrieval.build import open_or_build
from verifier.text.declarative import declarative

QUESTIONS = Path(__file__).parents[1] / "corpora" / "commons" / "questions.jsonl"
TOP_K = 8


def main() -> None:
    """Measure and print."""
    ranks: dict[str, list[int]] = defaultdict(list)
    with open_or_build("commons", load_embedder(None)) as index:
        for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            question, answer = row["question"], row["answers"][0]
            claim = declarative(question, answer)
            if not claim:
                continue
            wanted = f"commons/{row['document']}"
            title = index.search(question, 1)[0].passage.title
            queries = {
                "statement": claim,
                "question and statement": f"{question} {claim}",
                "title and statement": f"{title}. {claim}",
                "answer alone": answer,
                "question and answer": f"{question} {answer}",
            }
            for name, query in queries.items():
                found = [hit.passage.document_id for hit in index.search(query, TOP_K)]
                ranks[name].append(found.index(wanted) + 1 if wanted in found else 0)
    for name, places in ranks.items():
        n = len(places)
        first, held = sum(place == 1 for place in places) / n, sum(place > 0 for place in places) / n
        print(f"{name}: {n} queries  recall@1 {first:.3f}  recall@{TOP_K} {held:.3f}  "
              f"MRR {sum(1 / place for place in places if place) / n:.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
