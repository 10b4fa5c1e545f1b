"""The shipped generator on ONNX Runtime: an encoder run once a prompt, a decoder run once a token, words in a table.

The folder holds ``encoder.onnx``, ``decoder.onnx``, ``words.npz`` (word vectors in int8 with a scale a row, and the
ids of the vocabulary), ``tokenizer.json`` and ``config.json``; :mod:`verifier.training.export_generator` writes it.
Numbers and names are not in the vocabulary: they come out only when they stand in the question or a passage.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from verifier.errors import ModelError
from verifier.models.beam import Search, Step, beam_search
from verifier.models.digest import digest_of
from verifier.models.named import Named
from verifier.models.onnx_folder import OnnxFolder
from verifier.models.protocols import Prompt
from verifier.models.sessions import SessionPool, thread_count
from verifier.models.surface import Manuscript, SourceWord, compose, first_sentences, join_pieces, source_words
from verifier.models.whole_words import WholeWords

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

SEPARATOR = "|"
MOST_SENTENCES = 3
_TABLES = ("words", "scales", "vocabulary", "max_target")


@dataclass(frozen=True, slots=True)
class SpecialIds:
    """The tokens that hold a source together: ``[CLS] question [SEP] passage | passage [SEP]``."""

    start: int
    end: int
    between: int

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> SpecialIds:
        """Their ids; raises ModelError when the tokenizer lacks one."""
        start, end, between = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]", SEPARATOR))
        if start is None or end is None or between is None:
            raise ModelError(f"expected [CLS], [SEP] and {SEPARATOR} in the tokenizer: the base is no BERT of ours")
        return cls(start, end, between)


@dataclass(frozen=True, slots=True)
class Source:
    """Token ids of a prompt, and where its passages begin."""

    ids: list[int]
    passages_at: int


def join_source(question: Sequence[int], passages: Sequence[Sequence[int]], special: SpecialIds, room: int) -> Source:
    """One sequence of question and passages, cut at its end to ``room`` tokens.

    >>> join_source([7], [[8, 9], [10, 11]], SpecialIds(1, 2, 3), 8)
    Source(ids=[1, 7, 2, 8, 9, 3, 10, 2], passages_at=3)
    """
    ids = [special.start, *question[: room // 2], special.end]
    begin = len(ids)
    for number, passage in enumerate(passages):
        ids += [special.between, *passage] if number else passage
    return Source([*ids[: room - 1], special.end], begin)


class OnnxGenerator(Named):
    """Short answers in the words of the passages; empty where they do not seem to hold one."""

    def __init__(
        self, folder: Path, *, name: str | None = None, threads: int | None = None, search: Search | None = None
    ) -> None:
        settings = OnnxFolder.read(folder, "generator")
        self._name, self._digest = name or str(folder), digest_of(folder)
        self._tokenizer, self._room = settings.tokenizer(), settings.max_tokens
        self._special = SpecialIds.of(self._tokenizer)
        tables = _read_tables(folder / "words.npz")
        self._words, self._scales, self._vocabulary = tables["words"], tables["scales"], tables["vocabulary"]
        self._search = search or Search(max_tokens=int(tables["max_target"]) - 1)
        self._common = frozenset(self._tokenizer.id_to_token(int(number)) or "" for number in self._vocabulary)
        pieces = [self._tokenizer.id_to_token(number) or "" for number in range(len(self._words))]
        self._continuing = np.array([piece.startswith("##") for piece in pieces])
        self._encoder = SessionPool(folder / "encoder.onnx", threads=1)
        self._decoder = SessionPool(folder / "decoder.onnx", threads=1)
        self._threads = thread_count() if threads is None else threads
        self.generate([Prompt("What?", ("Nothing.",))])  # graphs of another shape show themselves here

    def generate(self, prompts: Sequence[Prompt]) -> list[str]:
        """One draft a prompt, in order; empty where the model declines, or has no passage to draft from."""
        if self._threads < 2 or len(prompts) < 2:
            return [self._draft(prompt) for prompt in prompts]
        with ThreadPoolExecutor(min(self._threads, len(prompts)), "verifier-generator") as executor:
            return list(executor.map(self._draft, prompts))

    def _draft(self, prompt: Prompt) -> str:
        return next(iter(self.drafts(prompt, 1)), "")

    def drafts(self, prompt: Prompt, count: int) -> list[str]:
        """At most ``count`` different drafts, the likeliest first; none where the model declines or has no passage."""
        passages = [passage for passage in prompt.passages if passage.strip()]
        texts = [prompt.question, *passages]
        encodings = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        if not passages or not encodings[0].ids:
            return []
        source = join_source(encodings[0].ids, [e.ids for e in encodings[1:]], self._special, self._room)
        whole = WholeWords(source.ids, self._continuing, self._vocabulary)
        step = whole.guard(self.step_over(source, self._search.beams))
        found = beam_search(step, self._special.start, self._special.end, self._search)
        written = [_words_of(text, encoding) for text, encoding in zip(texts, encodings, strict=True)]
        manuscript = Manuscript(written, self._common)
        drafts: list[str] = []
        for ids in found:
            words = join_pieces(self._tokenizer.id_to_token(number) or "" for number in ids)
            draft = first_sentences(compose(words, manuscript), MOST_SENTENCES)
            if draft and draft not in drafts:
                drafts.append(draft)
            if len(drafts) == count:
                break
        return drafts

    def embed(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Word vectors, *Shape:* (len(ids), hidden)."""
        vectors: NDArray[np.float32] = self._words[ids] * self._scales[ids, None]
        return vectors

    def step_over(self, source: Source, beams: int) -> Step:
        """The decoder over one source, as the search wants it."""
        ids = np.array(source.ids, dtype=np.int64)
        types = (np.arange(len(ids)) >= source.passages_at).astype(np.int64)
        outputs = self._encoder.run({"embedded": self.embed(ids)[None], "types": types[None]})
        keys, values, pointers = outputs  # (layers, heads, source, width) twice; (source, hidden)
        copyable = ~np.isin(ids, (self._special.start, self._special.end, self._special.between))
        fixed = {"cross_keys": keys, "cross_values": values, "pointer_keys": pointers, "copyable": copyable}
        layers, heads, _, width = keys.shape
        past = [np.zeros((layers, beams, heads, 0, width), dtype=np.float32) for _ in range(2)]
        tokens = len(self._words)

        def step(last: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.float64]:
            feed = fixed | {
                "embedded": self.embed(last),
                "position": np.array([past[0].shape[3]], dtype=np.int64),
                "past_keys": past[0][:, order],
                "past_values": past[1][:, order],
            }
            generated, copied, past[0], past[1] = self._decoder.run(feed)
            total = np.zeros((beams, tokens))
            total[:, self._vocabulary] = generated
            for row, share in zip(total, copied, strict=True):
                np.add.at(row, ids, share)
            return total

        return step


def _words_of(text: str, encoding: Encoding) -> list[SourceWord]:
    """The words of an encoded text: pieces of one word are taken together."""
    keys: list[str] = []
    spans: list[tuple[int, int]] = []
    previous = None
    for token, word, (start, end) in zip(encoding.tokens, encoding.word_ids, encoding.offsets, strict=True):
        if word == previous and keys:
            keys[-1] += token.removeprefix("##")
            spans[-1] = (spans[-1][0], end)
        else:
            keys.append(token)
            spans.append((start, end))
        previous = word
    return source_words(text, keys, spans)


def _read_tables(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in _TABLES}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"cannot read the word table {path}: {error}; export or install the model again") from error
