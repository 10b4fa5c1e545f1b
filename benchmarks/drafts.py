"""How often a draft holds the gold answer when the gold passage is given, and how often a draft is declined.

    python benchmarks/drafts.py QA_FILE.jsonl.gz [ROWS]

Rows are drawn by seed; one JSON object is printed, then ten drafts to be read by a person.
"""

from __future__ import annotations

import json
import random
import re
import sys
from pathlib import Path

from verifier.evaluation.pairs import read_lines
from verifier.models.load import load_generator
from verifier.models.protocols import Prompt


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.lower())


def main() -> None:
    path, number = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 300
    rows = [json.loads(line) for line in read_lines(path)]
    answerable = [row for row in rows if row["answers"]]
    unanswerable = [row for row in rows if not row["answers"]]
    rng = random.Random(0)
    chosen = rng.sample(answerable, min(number, len(answerable)))
    hopeless = rng.sample(unanswerable, min(number, len(unanswerable)))
    generator = load_generator(None)
    drafts = generator.generate([Prompt(row["question"], (row["context"],)) for row in chosen])
    declined = generator.generate([Prompt(row["question"], (row["context"],)) for row in hopeless])
    held = [any(letters(a) in letters(d) for a in row["answers"]) for row, d in zip(chosen, drafts, strict=True)]
    result = {
        "file": path.name,
        "n": len(chosen),
        "answer_recall": round(sum(held) / len(held), 4),
        "declined_wrongly": round(sum(not d for d in drafts) / len(drafts), 4),
        "n_unanswerable": len(hopeless),
        "declined_rightly": round(sum(not d for d in declined) / len(declined), 4) if declined else None,
    }
    print(json.dumps(result))
    for row, draft in list(zip(chosen, drafts, strict=True))[:10]:
        print(f"Q {row['question']}\n  {draft}\n  gold: {row['answers'][0]}")


if __name__ == "__main__":
    main()
