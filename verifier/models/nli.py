"""What the NLI engines share: which logit means what, how much evidence fits, and a self-test.

The meaning of a logit is read from the model's own label names, never assumed from its position. Names may be wrong,
so there are two pairs that nobody disputes to try a model on.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verifier.errors import ModelError, UsageError
from verifier.models.protocols import NLI, Pair, PairScores

_SPELLINGS = {
    "entailment": "entailment entail entails entailed support supports supported supporting",
    "neutral": "neutral unsupported nei insufficient notenoughinfo notenoughinformation notenoughevidence "
    "notsupported noinfo undetermined unknown",
    "contradiction": "contradiction contradict contradicts contradicted contradictory refute "
    "refutes refuted refutation",
}
_MEANING = {spelling: meaning for meaning, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_NOT_A_LETTER = re.compile(r"[^a-z]+")

_ENTAILED = Pair("The Eiffel Tower stands in Paris, the capital of France.", "The Eiffel Tower is in Paris.")
_CONTRADICTED = Pair("The Eiffel Tower stands in Paris, the capital of France.", "The Eiffel Tower is not in Paris.")
SELF_TEST = (_ENTAILED, _CONTRADICTED)


@dataclass(frozen=True, slots=True)
class LabelOrder:
    """The position of each of the three classes among a model's logits."""

    entailment: int
    neutral: int
    contradiction: int

    def scores(self, logits: Sequence[float], truncated_tokens: int) -> PairScores:
        """One pair's logits by name. Raises ModelError when one of them is not a finite number.

        >>> LabelOrder(entailment=2, neutral=1, contradiction=0).scores([-3.0, 0.5, 4.0], 0)
        PairScores(entailment=4.0, neutral=0.5, contradiction=-3.0, truncated_tokens=0)
        """
        if len(logits) != 3 or not all(math.isfinite(value) for value in logits):
            raise ModelError(f"expected three finite logits from the checker, got {list(logits)}: the model is damaged")
        return PairScores(logits[self.entailment], logits[self.neutral], logits[self.contradiction], truncated_tokens)


def read_label_order(id2label: Mapping[str, str] | Mapping[int, str], model: str) -> LabelOrder:
    """The order that a model's ``id2label`` states. Raises ModelError unless the labels are the three of NLI.

    >>> read_label_order({"0": "REFUTES", "1": "NOT ENOUGH INFO", "2": "SUPPORTS"}, "some/model")
    LabelOrder(entailment=2, neutral=1, contradiction=0)
    """
    found = {_MEANING.get(_NOT_A_LETTER.sub("", name.lower())): int(number) for number, name in id2label.items()}
    if len(id2label) != 3 or set(found) != set(_SPELLINGS) or set(found.values()) != {0, 1, 2}:
        names = ", ".join(str(name) for name in id2label.values()) or "none"
        raise ModelError(
            f"expected a checker with the labels entailment, neutral and contradiction, {model} has: {names}; "
            "choose a model trained for natural language inference"
        )
    return LabelOrder(**{str(meaning): number for meaning, number in found.items()})


def premise_room(claim_tokens: int, room: int) -> int:
    """Tokens left to the premise beside a claim, of the ``room`` that both share.

    >>> premise_room(20, 125)
    105
    """
    if claim_tokens >= room:
        raise UsageError(
            f"the claim takes {claim_tokens} tokens and the checker reads {room} with the evidence: "
            "shorten it or split it into several claims"
        )
    return room - claim_tokens


def check_nli(checker: NLI) -> None:
    """Raises ModelError unless an entailed and a contradicted pair come out so."""
    scores = checker.score(SELF_TEST)
    for pair, expected, score in zip(SELF_TEST, ("entailment", "contradiction"), scores, strict=True):
        found = max(_SPELLINGS, key=lambda meaning: float(getattr(score, meaning)))
        if found != expected:
            raise ModelError(
                f"{checker.name} fails its self-test: expected {expected} for {pair.hypothesis!r} given "
                f"{pair.premise!r}, got {found}; its labels are named wrongly or it is no NLI model"
            )
