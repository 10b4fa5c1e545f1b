"""The generator's network: a small pretrained encoder, a decoder grown from three of its layers, and a pointer.

The probability of the next token is ``gate * vocabulary + (1 - gate) * copy``: the vocabulary holds common words
only, names and numbers can but be copied from the source (See et al. 2017, "Get To The Point"). Made of plain
matrix products in the working dtype: on this kind of processor bfloat16 products are several times faster than
float32 ones, and fused attention is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_NEVER = -1e4


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network; ``vocabulary`` are the token ids that may be generated without copying."""

    hidden: int
    heads: int
    inner: int
    layers: int
    decoder_from: tuple[int, ...]
    words: int
    positions: int
    max_source: int
    max_target: int
    vocabulary: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Next:
    """Logarithms, in float32, of all that the next token's probability is made of.

    ``vocabulary``: *Shape:* (rows, target, vocabulary); ``copy``: *Shape:* (rows, target, source);
    ``gate`` and ``ungate``: *Shape:* (rows, target, 1).
    """

    vocabulary: Tensor
    copy: Tensor
    gate: Tensor
    ungate: Tensor


class Attention(nn.Module):
    """Multi-head attention with its residual and layer norm, as in BERT."""

    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key = nn.Linear(hidden, hidden), nn.Linear(hidden, hidden)
        self.value, self.out = nn.Linear(hidden, hidden), nn.Linear(hidden, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)

    def split(self, states: Tensor) -> Tensor:
        """(rows, length, hidden) to (rows, heads, length, hidden / heads)."""
        rows, length, hidden = states.shape
        return states.view(rows, length, self.heads, hidden // self.heads).transpose(1, 2)

    def keys_values(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """What is attended to."""
        return self.split(self.key(states)), self.split(self.value(states))

    def forward(self, states: Tensor, keys: Tensor, values: Tensor, bias: Tensor | None) -> Tensor:
        """``bias`` is added to the scores, which are already in the scale of the softmax."""
        query = self.split(self.query(states)) * (states.shape[-1] // self.heads) ** -0.5
        scores = query @ keys.transpose(-1, -2)  # (rows, heads, queries, keys)
        weights = torch.softmax(scores if bias is None else scores + bias, dim=-1)  # summed in float32 inside
        mixed = (weights @ values).transpose(1, 2).flatten(-2)
        normed: Tensor = self.norm(states + self.out(mixed))
        return normed


class Layer(nn.Module):
    """Self-attention and the feed-forward part."""

    def __init__(self, hidden: int, heads: int, inner: int) -> None:
        super().__init__()
        self.attention = Attention(hidden, heads)
        self.inner, self.outer = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)

    def feed_forward(self, states: Tensor) -> Tensor:
        """The second half of the layer."""
        normed: Tensor = self.norm(states + self.outer(F.gelu(self.inner(states))))
        return normed


class DecoderLayer(Layer):
    """A layer with attention over the source between its two parts."""

    def __init__(self, hidden: int, heads: int, inner: int) -> None:
        super().__init__(hidden, heads, inner)
        self.cross = Attention(hidden, heads)


L = TypeVar("L", bound=Layer)


class Stack(nn.ModuleList, Generic[L]):
    """Layers, with their type kept."""

    def __iter__(self) -> Iterator[L]:
        return cast(Iterator[L], super().__iter__())


class Encoder(nn.Module):
    """The base encoder; word vectors come from outside, since the decoder shares them."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.positions = nn.Embedding(shape.positions, shape.hidden)
        self.types = nn.Embedding(2, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.layers = Stack[Layer](Layer(shape.hidden, shape.heads, shape.inner) for _ in range(shape.layers))

    def forward(self, embedded: Tensor, types: Tensor, bias: Tensor | None) -> Tensor:
        """*Shape:* (rows, source, hidden)."""
        states: Tensor = self.norm(embedded + self.types(types) + self.positions.weight[: embedded.shape[1]])
        for layer in self.layers:
            keys, values = layer.attention.keys_values(states)
            states = layer.feed_forward(layer.attention(states, keys, values, bias))
        return states


class Decoder(nn.Module):
    """Three layers over the target so far, and the three heads: vocabulary, pointer, gate."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        hidden = shape.hidden
        self.positions = nn.Embedding(shape.max_target, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.layers = Stack[DecoderLayer](DecoderLayer(hidden, shape.heads, shape.inner) for _ in shape.decoder_from)
        self.head, self.head_norm = nn.Linear(hidden, hidden), nn.LayerNorm(hidden, eps=1e-12)
        self.bias = nn.Parameter(torch.zeros(len(shape.vocabulary)))
        self.pointer_query, self.pointer_key = nn.Linear(hidden, hidden), nn.Linear(hidden, hidden)
        self.gate = nn.Linear(hidden, 1)

    def heads(self, states: Tensor, output: Tensor, pointer_keys: Tensor, copyable: Tensor) -> Next:
        """``output``: vectors of the vocabulary; ``copyable``: *Shape:* (rows, source), true where a copy may point."""
        guess = self.head_norm(F.gelu(self.head(states)))
        vocabulary = (guess @ output.T).float() + self.bias.float()
        scale = states.shape[-1] ** -0.5
        copy = (self.pointer_query(states) @ pointer_keys.transpose(-1, -2)).float() * scale
        copy = copy.masked_fill(~copyable[:, None, :], _NEVER)
        gate = self.gate(states).float()
        return Next(
            torch.log_softmax(vocabulary, dim=-1),
            torch.log_softmax(copy, dim=-1),
            F.logsigmoid(gate),
            F.logsigmoid(-gate),
        )


class GeneratorModel(nn.Module):
    """Encoder and decoder over frozen word vectors."""

    vocabulary: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.words, shape.hidden)
        self.words.weight.requires_grad = False
        self.encoder, self.decoder = Encoder(shape), Decoder(shape)
        self.register_buffer("vocabulary", torch.tensor(shape.vocabulary, dtype=torch.long))

    def encode(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """Memory of the source, *Shape:* (rows, source, hidden)."""
        embedded = self.words(ids)
        bias = (1 - mask[:, None, None, :].to(embedded.dtype)) * _NEVER
        states: Tensor = self.encoder(embedded, types, bias)
        return states

    def decode(
        self, memory: Tensor, mask: Tensor, copyable: Tensor, prefix: Tensor, *, last_only: bool = False
    ) -> Next:
        """The distribution after every token of ``prefix``, *Shape:* (rows, target), or after its last alone."""
        decoder, length = self.decoder, prefix.shape[1]
        states = decoder.norm(self.words(prefix) + decoder.positions.weight[:length])
        ahead = torch.ones(length, length, dtype=torch.bool, device=prefix.device).triu(1)
        causal = ahead.to(states.dtype) * _NEVER
        bias = (1 - mask[:, None, None, :].to(states.dtype)) * _NEVER
        for layer in decoder.layers:
            states = layer.attention(states, *layer.attention.keys_values(states), causal)
            states = layer.cross(states, *layer.cross.keys_values(memory), bias)
            states = layer.feed_forward(states)
        states = states[:, -1:] if last_only else states
        output = self.words.weight[self.vocabulary]
        return decoder.heads(states, output, decoder.pointer_key(memory), copyable)


def mixed(following: Next, slots: Tensor, held: Tensor) -> Tensor:
    """Log probability of the wanted tokens, *Shape:* (rows, target).

    ``slots``: where each stands in the vocabulary, -1 where it does not; ``held``: *Shape:* (rows, target, source),
    true where the source holds it. Nothing is scattered over the vocabulary.
    """
    generated = following.vocabulary.gather(-1, slots.clamp(min=0)[..., None])[..., 0] + following.gate[..., 0]
    generated = generated.masked_fill(slots < 0, 2 * _NEVER)
    copied = torch.logsumexp(following.copy.masked_fill(~held, 2 * _NEVER), dim=-1) + following.ungate[..., 0]
    return torch.logaddexp(generated, copied)


def initialise(model: GeneratorModel, base: dict[str, Tensor], decoder_from: Sequence[int]) -> None:
    """Fill the model from a BERT state dict: the decoder from the layers named, its cross-attention alike."""
    with torch.no_grad():
        model.words.weight.copy_(base["embeddings.word_embeddings.weight"])
        encoder, decoder = model.encoder, model.decoder
        encoder.positions.weight.copy_(base["embeddings.position_embeddings.weight"])
        encoder.types.weight.copy_(base["embeddings.token_type_embeddings.weight"])
        for norm in (encoder.norm, decoder.norm):
            norm.weight.copy_(base["embeddings.LayerNorm.weight"])
            norm.bias.copy_(base["embeddings.LayerNorm.bias"])
        decoder.positions.weight.copy_(base["embeddings.position_embeddings.weight"][: model.shape.max_target])
    for number, layer in enumerate(encoder.layers):
        _fill(layer, base, f"encoder.layer.{number}.", ("attention",))
    for number, grown in zip(decoder_from, decoder.layers, strict=True):
        _fill(grown, base, f"encoder.layer.{number}.", ("attention", "cross"))


_OURS = "query", "key", "value", "out", "norm"
_BERTS = "self.query", "self.key", "self.value", "output.dense", "output.LayerNorm"


def _fill(layer: Layer, base: dict[str, Tensor], prefix: str, parts: tuple[str, ...]) -> None:
    targets = {"inner": "intermediate.dense", "outer": "output.dense", "norm": "output.LayerNorm"}
    for part in parts:
        targets |= {f"{part}.{ours}": f"attention.{berts}" for ours, berts in zip(_OURS, _BERTS, strict=True)}
    with torch.no_grad():
        for name, path in targets.items():
            module = layer.get_submodule(name)
            module.get_parameter("weight").copy_(base[f"{prefix}{path}.weight"])
            module.get_parameter("bias").copy_(base[f"{prefix}{path}.bias"])
