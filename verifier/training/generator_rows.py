"""Drafts to what the generator is trained on: token ids, the vocabulary that may be generated, batches.

The source is ``[CLS] question [SEP] passage | passage [SEP]``, the target ends with ``[SEP]``; a row that declines
has nothing before it. A target that the model cannot say, because a name or number of it is not in the source,
gives no row: it would teach to invent.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from verifier.models.onnx_generator import Source, SpecialIds, join_source
from verifier.training.drafts import Draft

_COUNTED = frozenset(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion".split()
)
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Row:
    """Token ids of one draft; ``passages_at`` is where the type of the source tokens turns to 1."""

    source: list[int]
    passages_at: int
    target: list[int]


@dataclass(frozen=True, slots=True)
class DraftBatch:
    """Source: *Shape:* (rows, source). Prefix and wanted: *Shape:* (rows, target), ``weights`` zero on padding."""

    ids: Tensor
    types: Tensor
    mask: Tensor
    copyable: Tensor
    prefix: Tensor
    wanted: Tensor
    weights: Tensor

    @property
    def rows(self) -> int:
        """How many drafts."""
        return len(self.ids)


class Coder:
    """Drafts to token ids, by the base's tokenizer."""

    def __init__(self, tokenizer: Tokenizer, max_source: int, max_target: int) -> None:
        self.tokenizer, self.max_source, self.max_target = tokenizer, max_source, max_target
        self.special = SpecialIds.of(tokenizer)
        self.start, self.end, self.between = self.special.start, self.special.end, self.special.between
        self.unknown = tokenizer.token_to_id("[UNK]")

    def source(self, question: str, passages: Sequence[str]) -> Source:
        """Ids of the source, cut at its end, and where its passages begin."""
        encoded = self.tokenizer.encode_batch([question, *passages], add_special_tokens=False)
        return join_source(encoded[0].ids, [passage.ids for passage in encoded[1:]], self.special, self.max_source)

    def row(self, draft: Draft, generated: frozenset[int] | None = None) -> Row | None:
        """The draft's row; None when the target is too long or holds what can be neither generated nor copied."""
        target = self.tokenizer.encode(draft.target, add_special_tokens=False).ids
        source = self.source(draft.question, draft.passages)
        known = None if generated is None else generated | set(source.ids)
        if len(target) >= self.max_target or self.unknown in target or (known and not known.issuperset(target)):
            return None
        return Row(source.ids, source.passages_at, [*target, self.end])


def choose_vocabulary(targets: Sequence[str], tokenizer: Tokenizer, size: int) -> tuple[int, ...]:
    """The most frequent pieces of the targets but digits, number words, and what is mostly part of a name."""
    plain: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for target in targets:
        for number, word in enumerate(_WORD.findall(target)):
            (named if number and word[:1].isupper() else plain)[word.lower()] += 1
    pieces: Counter[int] = Counter()
    in_names: Counter[int] = Counter()
    words = list(plain | named)
    for word, encoded in zip(words, tokenizer.encode_batch(words, add_special_tokens=False), strict=True):
        for piece in encoded.ids:
            pieces[piece] += plain[word] + named[word]
            in_names[piece] += named[word]
    special, unknown = SpecialIds.of(tokenizer), tokenizer.token_to_id("[UNK]")
    chosen = [special.end]
    for piece, count in pieces.most_common():
        text = (tokenizer.id_to_token(piece) or "").removeprefix("##")
        barred = piece in (special.end, unknown, special.between) or text in _COUNTED or re.search(r"\d", text)
        if not barred and in_names[piece] <= 0.5 * count:
            chosen.append(piece)
    return tuple(sorted(chosen[:size]))


def collate(rows: Sequence[Row], coder: Coder, device: torch.device) -> DraftBatch:
    """Rows padded to the longest source and the longest target."""
    width, depth = max(len(row.source) for row in rows), max(len(row.target) for row in rows)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    prefix, wanted = (torch.full((len(rows), depth), coder.end, dtype=torch.long) for _ in range(2))
    weights = torch.zeros(len(rows), depth)
    for n, row in enumerate(rows):
        ids[n, : len(row.source)] = torch.tensor(row.source)
        types[n, row.passages_at : len(row.source)] = 1
        mask[n, : len(row.source)] = 1
        prefix[n, : len(row.target)] = torch.tensor([coder.start, *row.target[:-1]])
        wanted[n, : len(row.target)] = torch.tensor(row.target)
        weights[n, : len(row.target)] = 1
    copyable = (mask == 1) & (ids != coder.start) & (ids != coder.end) & (ids != coder.between)
    parts = (ids, types, mask, copyable, prefix, wanted, weights)
    return DraftBatch(*(part.to(device) for part in parts))


def bucketed(rows: Sequence[Row], coder: Coder, tokens: int, seed: int, device: torch.device) -> Iterator[DraftBatch]:
    """Batches of rows of like length in random order; a target token counts as a source token does."""
    rng = random.Random(seed)
    for begin in range(0, len(rows), 4096):
        groups: list[list[Row]] = [[]]
        widest = deepest = 0
        for row in sorted(rows[begin : begin + 4096], key=lambda row: (len(row.source) // 16, len(row.target))):
            widest, deepest = max(widest, len(row.source)), max(deepest, len(row.target))
            if groups[-1] and (len(groups[-1]) + 1) * (widest + deepest) > tokens:
                groups.append([])
                widest, deepest = len(row.source), len(row.target)
            groups[-1].append(row)
        rng.shuffle(groups)
        for group in groups:
            yield collate(group, coder, device)
