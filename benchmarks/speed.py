"""Speed on this machine: cold start, cold and warm verdicts, batch, and index building, one JSON object a line.

    python benchmarks/speed.py [CORPUS_FOLDER]

Whole processes are timed from outside, five times after one warm-up, and the median is given. The corpus for the
index build is the shipped one, or a BEIR folder named in the call.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMONS = Path(__file__).parents[1] / "corpora" / "commons"
CLAIM = "Vinegar keeps food from spoiling because its acid stops most bacteria."


def report(what: str, figure: float, unit: str, n: int) -> None:
    print(json.dumps({"what": what, "median": round(figure, 4), "unit": unit, "n": n}), flush=True)


def process_seconds(*arguments: str, runs: int = 5) -> float:
    seconds = []
    for _ in range(runs + 1):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "verifier", *arguments], check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds[1:])


def claims() -> list[str]:
    lines = (COMMONS / "claims.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["claim"] for line in lines]


def warm_verdicts() -> None:
    from verifier import Verifier

    with Verifier.open() as verifier:
        for claim in claims()[:20]:
            verifier.verify(claim)
        seconds = []
        for claim in claims():
            begun = time.perf_counter()
            verifier.verify(claim)
            seconds.append(time.perf_counter() - begun)
    report("warm verdict, 8 passages", 1000 * statistics.median(seconds), "ms", len(seconds))
    report("warm verdict, 95th percentile", 1000 * statistics.quantiles(seconds, n=20)[-1], "ms", len(seconds))


def batch() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "claims.txt"
        path.write_text("\n".join(claims() * 5), encoding="utf-8")
        number = 5 * len(claims())
        seconds = process_seconds("batch", str(path), "-q", "--format", "jsonl", runs=1)
    report("batch, whole process", number / seconds, "claims/s", number)


def build(folder: Path) -> None:
    from verifier.corpus.documents import read_documents
    from verifier.evaluation.beir import read_corpus
    from verifier.models.load import load_embedder
    from verifier.retrieval.index import Index

    embedder = load_embedder(None)
    beir = any((folder / name).exists() for name in ("corpus.jsonl", "corpus.jsonl.gz"))
    documents = list(read_corpus(folder) if beir else read_documents(folder, folder.name))
    with tempfile.TemporaryDirectory() as scratch:
        begun = time.perf_counter()
        with Index.build(Path(scratch) / "index", documents, embedder, name=folder.name) as index:
            seconds = time.perf_counter() - begun
            report(f"index build, {folder.name}", len(index) / seconds, "passages/s", len(index))


def main() -> None:
    report("cold --help", process_seconds("--help"), "s", 5)
    report("cold first verdict", process_seconds("verify", CLAIM), "s", 5)
    warm_verdicts()
    batch()
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else COMMONS)


if __name__ == "__main__":
    main()
