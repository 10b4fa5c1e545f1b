"""Our product behind the interface of the MiniCheck package, so that a harness written for that one runs this one.

MiniCheck (Tang, Laban and Durrett 2024, "MiniCheck: Efficient Fact-Checking of LLMs on Grounding Documents") gives each
document and claim a 0 or 1. In a harness, ``from minicheck.minicheck import MiniCheck`` becomes
``from verifier.minicheck import MiniCheck``; the names and the order of what it returns are those of the original.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple, Self

from verifier.datatypes import Claim, Hit, Label
from verifier.errors import UsageError
from verifier.judging.reading import Read
from verifier.judging.verdicts import judge
from verifier.pipeline import BATCH, Verifier
from verifier.text.claims import as_claim

THEIR_NAMES = frozenset({"roberta-large", "deberta-v3-large", "flan-t5-large", "Bespoke-MiniCheck-7B"})


class Scores(NamedTuple):  # a tuple of four, since the original returns one and harnesses take it apart
    """One entry a claim, in order, in each of the four lists.

    ``pred_label``: 1 when our verdict is ``supported``, else 0. ``raw_prob``: the probability of that label, 0 to 1.
    ``used_chunk``: the pieces of the document that were read. ``support_prob_per_chunk``: for each of these the
    probability that it alone entails the claim.
    """

    pred_label: list[int]
    raw_prob: list[float]
    used_chunk: list[list[str]]
    support_prob_per_chunk: list[list[float]]


class MiniCheck:
    """Scores claims against documents. What differs from the original:

    * The label is our verdict's: a contradicting sentence or a differing number can turn it. It is not cut from
      ``raw_prob`` at one half, and ``raw_prob`` is not the largest of ``support_prob_per_chunk``.
    * The pieces are sentences that retrieval chose, best first, not all chunks of the document. An empty document and a
      claim that cannot be checked (a question, an opinion) have none, and the label 0.
    * A claim without a word raises UsageError.
    """

    def __init__(
        self,
        model_name: str | None = None,
        max_model_len: int | None = None,
        batch_size: int = BATCH,
        device: str = "cpu",
        cache_dir: str | None = None,
        tensor_parallel_size: int = 1,
        max_tokens: int = 1,
        enable_prefix_caching: bool = False,
    ) -> None:
        """``model_name`` is a checker's folder or Hub id; the shipped one for None and the original's four names.

        The other parameters are the original's and change nothing here. Raises ResourceError when the model is missing
        or damaged.
        """
        self.verifier = Verifier.without_index(checker=None if model_name in THEIR_NAMES else model_name)

    @classmethod
    def over(cls, verifier: Verifier) -> Self:
        """The same interface to a verifier that is there already; its index is not used."""
        scorer = cls.__new__(cls)  # past the constructor, whose parameters are the original's
        scorer.verifier = verifier
        return scorer

    def score(self, docs: Sequence[str], claims: Sequence[str], chunk_size: int | None = None) -> Scores:
        """The scores of ``claims[n]`` against ``docs[n]``, for all n.

        ``chunk_size`` is accepted and changes nothing: the checker reads sentences. Raises UsageError when there are
        more documents than claims or fewer, or a claim holds no word.
        """
        if isinstance(docs, str) or isinstance(claims, str) or len(docs) != len(claims):
            raise UsageError(
                f"expected two lists of one length, a document for each claim, got {_size(docs)} and {_size(claims)}"
            )
        scores = Scores([], [], [], [])
        asked = [as_claim(claim) for claim in claims]
        hits = [found for group in _together(docs, asked) for found in self._hits(group)]
        for begin in range(0, len(asked), BATCH):
            part = slice(begin, begin + BATCH)
            for whole in self.verifier.read(asked[part], hits[part]):
                self._add(scores, whole)
        return scores

    def _hits(self, group: Sequence[tuple[str, Claim]]) -> list[list[Hit]]:
        """What retrieval finds in one document for its claims."""
        over = self.verifier.over([group[0][0]])
        return [over.search(claim.text) if claim.checkable else [] for _, claim in group]

    def _add(self, scores: Scores, whole: Read) -> None:
        decision = judge(whole, self.verifier.calibration).decision
        scores.pred_label.append(int(decision.label is Label.SUPPORTED))
        scores.raw_prob.append(decision.probabilities.supported)
        scores.used_chunk.append([candidate.text for candidate in whole.candidates])
        scores.support_prob_per_chunk.append([reading.entailment for reading in whole.readings])


def _together(docs: Sequence[str], claims: Sequence[Claim]) -> Iterable[list[tuple[str, Claim]]]:
    """Neighbours with the same document together, so that it is split and embedded once."""
    for _, group in groupby(zip(docs, claims, strict=True), key=lambda pair: pair[0]):
        yield list(group)


def _size(texts: Sequence[str]) -> str:
    return "one text" if isinstance(texts, str) else f"{len(texts):,}"
