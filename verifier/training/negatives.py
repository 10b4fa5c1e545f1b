"""Hard negatives: texts that retrieval ranks high for a query and that are not relevant to it.

They are mined from both legs over the pool of a source's own texts: from BM25, and from an embedder, which is the one
that is about to be tuned (Xiong et al. 2020, ANCE; Karpukhin et al. 2020 for BM25 negatives). A text nearly as near
to the query as the relevant one is left alone: it is likelier to be relevant and unmarked (Moreira et al. 2024,
NV-Retriever).
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from verifier.datatypes import Passage
from verifier.retrieval.lexical import LexicalBuilder, LexicalIndex
from verifier.training.pairs import open_text
from verifier.training.relevance import Relevant, relevant_rows

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
TOO_NEAR = 0.95
_DEEP = 20
_ROWS = 512


def mined_rows(folder: Path, data: Path, embed: Embed, *, seed: int, all_licences: bool = False) -> list[Relevant]:
    """All rows of ``data`` with hard negatives; kept in ``folder``, so that a resumed run has the same."""
    kept = folder / "rows.jsonl"
    if not kept.exists():
        rng = random.Random(seed)
        rows = with_negatives(relevant_rows(data, rng, all_licences=all_licences), embed, rng)
        folder.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        part.write_text("".join(json.dumps(asdict(row)) + "\n" for row in rows), encoding="utf-8")
        part.replace(kept)
    return [Relevant(**json.loads(line)) for line in open_text(kept)]


def with_negatives(rows: Sequence[Relevant], embed: Embed, rng: random.Random) -> list[Relevant]:
    """The rows in their order, each without a hard negative given one by chance from BM25's or the embedder's best.

    ``embed`` returns unit vectors, *Shape:* (texts, dimension).
    """
    sources: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        sources[row.source].append(number)
    mined = list(rows)
    for members in sources.values():
        own = [rows[number] for number in members]
        for number, hard in zip(members, _mined(own, embed, rng), strict=True):
            mined[number] = replace(rows[number], hard=rows[number].hard or hard)
    return mined


def _mined(rows: Sequence[Relevant], embed: Embed, rng: random.Random) -> list[str]:
    """One hard negative a row of one source; empty where none is left."""
    pool = list(dict.fromkeys(row.text for row in rows))
    place = {text: number for number, text in enumerate(pool)}
    right: dict[str, set[int]] = defaultdict(set)
    groups: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        right[row.query].add(place[row.text])
        groups[place[row.text]].add(row.group)
    queries = list(dict.fromkeys(row.query for row in rows))
    texts, asked = embed(pool), embed(queries)
    lexical = _lexical(pool, queries)
    candidates: dict[str, list[int]] = {}
    for begin in range(0, len(queries), _ROWS):
        cosines = asked[begin : begin + _ROWS] @ texts.T  # (queries, pool)
        for query, near in zip(queries[begin : begin + _ROWS], cosines, strict=True):
            best = np.argpartition(-near, min(_DEEP, len(pool) - 1))[:_DEEP]
            limit = TOO_NEAR * max(near[number] for number in right[query])
            found = {int(n) for n in best} | set(lexical[query])
            candidates[query] = sorted(n for n in found - right[query] if near[n] < limit)
    chosen = []
    for row in rows:
        # A text of the same group may be another sentence of the same page, or the same text edited.
        open_to = [n for n in candidates[row.query] if row.group not in groups[n]]
        chosen.append(pool[rng.choice(open_to)] if open_to else "")
    return chosen


def _lexical(pool: Sequence[str], queries: Sequence[str]) -> dict[str, list[int]]:
    """For each query the numbers of BM25's best texts."""
    passages = [Passage(str(n), str(n), "", text, 0, len(text), "") for n, text in enumerate(pool)]
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / "lexical"
        with LexicalBuilder(folder) as builder:
            builder.add(passages, 0)
            builder.finish()
        index = LexicalIndex.open(folder)
        return {query: [hit.number for hit in index.search(query, _DEEP)] for query in queries}
