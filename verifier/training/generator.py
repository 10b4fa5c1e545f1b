"""Training the generator: rows of :mod:`verifier.training.drafts` to batches, the loss, and the run.

The source is ``[CLS] question [SEP] passage | passage [SEP]``, the target ends with ``[SEP]``; a row that declines
has nothing before it. A target that the model cannot say, because a name or number of it is not in the source,
is left out: it would teach to invent.
"""

from __future__ import annotations

import json
import logging
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from verifier.models.onnx_folder import read_tokenizer
from verifier.training.drafts import Draft, load_drafts, validation_drafts
from verifier.training.generator_model import GeneratorModel, Shape, initialise, mixed
from verifier.training.loop import Plan, fast_device, fit

logger = logging.getLogger(__name__)

SEPARATOR = "|"
_COUNTED = frozenset(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion".split()
)
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of; kept beside the weights that come out of it."""

    data: Path
    base: Path
    plan: Plan
    max_source: int = 192
    max_target: int = 44
    vocabulary: int = 8000
    decoder_from: tuple[int, ...] = (0, 2, 5)
    tokens_per_batch: int = 4096
    seed: int = 0


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
        self.start, self.end = int(tokenizer.token_to_id("[CLS]")), int(tokenizer.token_to_id("[SEP]"))
        self.unknown, self.between = int(tokenizer.token_to_id("[UNK]")), int(tokenizer.token_to_id(SEPARATOR))

    def source(self, question: str, passages: Sequence[str]) -> tuple[list[int], int]:
        """Ids of the source, cut at its end, and where its passages begin."""
        encoded = self.tokenizer.encode_batch([question, *passages], add_special_tokens=False)
        ids = [self.start, *encoded[0].ids[: self.max_source // 2], self.end]
        begin = len(ids)
        for number, passage in enumerate(encoded[1:]):
            ids += [self.between, *passage.ids] if number else passage.ids
        return [*ids[: self.max_source - 1], self.end], begin

    def row(self, draft: Draft, generated: frozenset[int] | None = None) -> Row | None:
        """The draft's row; None when the target is too long or holds what can be neither generated nor copied."""
        target = self.tokenizer.encode(draft.target, add_special_tokens=False).ids
        source, begin = self.source(draft.question, draft.passages)
        known = None if generated is None else generated | set(source)
        if len(target) >= self.max_target or self.unknown in target or (known and not known.issuperset(target)):
            return None
        return Row(source, begin, [*target, self.end])


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
    end, unknown = tokenizer.token_to_id("[SEP]"), tokenizer.token_to_id("[UNK]")
    chosen = [end]
    for piece, count in pieces.most_common():
        text = tokenizer.id_to_token(piece).removeprefix("##")
        mostly_name = in_names[piece] > 0.5 * count
        if piece not in (end, unknown) and not mostly_name and not re.search(r"\d", text) and text not in _COUNTED:
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
    size = {id(row): len(row.source) + len(row.target) for row in rows}
    for begin in range(0, len(rows), 4096):
        groups: list[list[Row]] = [[]]
        for row in sorted(rows[begin : begin + 4096], key=lambda row: (len(row.source), len(row.target))):
            if groups[-1] and (len(groups[-1]) + 1) * size[id(row)] > tokens:
                groups.append([])
            groups[-1].append(row)
        rng.shuffle(groups)
        for group in groups:
            yield collate(group, coder, device)


def draft_loss(model: GeneratorModel, slots: Tensor, batch: DraftBatch) -> Tensor:
    """Mean negative log probability of the wanted tokens; ``slots`` maps a token id to its place in the vocabulary."""
    memory = model.encode(batch.ids, batch.types, batch.mask)
    following = model.decode(memory, batch.mask, batch.copyable, batch.prefix)
    held = (batch.wanted[:, :, None] == batch.ids[:, None, :]) & batch.copyable[:, None, :]
    likelihood = mixed(following, slots[batch.wanted], held)
    return -(likelihood * batch.weights).sum() / batch.weights.sum()


def slots_of(vocabulary: Sequence[int], words: int, device: torch.device) -> Tensor:
    """Place of each token id in the vocabulary, -1 where it is not in it."""
    slots = torch.full((words,), -1, dtype=torch.long)
    slots[list(vocabulary)] = torch.arange(len(vocabulary))
    return slots.to(device)


def new_model(recipe: Recipe, vocabulary: tuple[int, ...]) -> GeneratorModel:
    """The model grown from the recipe's base."""
    config = json.loads((recipe.base / "config.json").read_text(encoding="utf-8"))
    shape = Shape(
        hidden=config["hidden_size"],
        heads=config["num_attention_heads"],
        inner=config["intermediate_size"],
        layers=config["num_hidden_layers"],
        decoder_from=recipe.decoder_from,
        words=config["vocab_size"],
        positions=config["max_position_embeddings"],
        max_source=recipe.max_source,
        max_target=recipe.max_target,
        vocabulary=vocabulary,
    )
    model = GeneratorModel(shape)
    base = load_file(recipe.base / "model.safetensors")
    initialise(model, {name.removeprefix("bert."): tensor for name, tensor in base.items()}, recipe.decoder_from)
    return model


def save_model(model: GeneratorModel, tokenizer: Tokenizer, folder: Path) -> None:
    """Weights, shape and tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, folder / "model.safetensors")
    (folder / "shape.json").write_text(json.dumps(asdict(model.shape)), encoding="utf-8")
    tokenizer.save(str(folder / "tokenizer.json"))


def load_model(folder: Path) -> GeneratorModel:
    """What :func:`save_model` wrote."""
    fields = json.loads((folder / "shape.json").read_text(encoding="utf-8"))
    lists = {"decoder_from": tuple(fields["decoder_from"]), "vocabulary": tuple(fields["vocabulary"])}
    model = GeneratorModel(Shape(**(fields | lists)))
    model.load_state_dict(load_file(folder / "model.safetensors"))
    return model.eval()


def train(recipe: Recipe, folder: Path) -> bool:
    """Run or resume the recipe in ``folder``; when it is done the model stands in ``folder/model``."""
    device, precision = fast_device()
    torch.manual_seed(recipe.seed)
    tokenizer = read_tokenizer(recipe.base)
    coder = Coder(tokenizer, recipe.max_source, recipe.max_target)
    first = load_drafts(recipe.data, recipe.seed * 1000)
    vocabulary = choose_vocabulary([draft.target for draft in first], tokenizer, recipe.vocabulary)
    known = frozenset(vocabulary)
    model = new_model(recipe, vocabulary).to(device, precision)
    slots = slots_of(vocabulary, model.shape.words, device)
    held = [d for d in validation_drafts(recipe.data, per_source=40) if coder.row(d, known)]

    def batches(skip: int) -> Iterator[DraftBatch]:
        seen = 0
        for number in range(1000):
            drafts = first if number == 0 else load_drafts(recipe.data, recipe.seed * 1000 + number)
            rows = [row for draft in drafts if (row := coder.row(draft, known)) is not None]
            logger.info("pass %d: %d drafts, %d can be said", number, len(drafts), len(rows))
            for batch in bucketed(rows, coder, recipe.tokens_per_batch, recipe.seed * 1000 + number, device):
                seen += 1
                if seen > skip:
                    yield batch

    def evaluate() -> dict[str, float]:
        return validation_scores(model, coder, slots, held, recipe, device)

    done = fit(
        model, batches, lambda batch: draft_loss(model, slots, batch), recipe.plan, folder,
        evaluate=evaluate, slow=lambda name: name.startswith("encoder."), slow_factor=0.25,
    )  # fmt: skip
    if done:
        save_model(model.float(), tokenizer, folder / "model")
    return done
