"""Small edits of a supported claim and its evidence, with what a sound checker does to them.

Edits that make the claim false or unfounded (:data:`TURNING`): a verdict of ``supported`` afterwards is a mistake.
Edits that leave its truth alone (:data:`KEEPING`): the label should stay, whatever it was. Claims in the evidence's own
words (:data:`SAYING`): the verdict should be ``supported``. How often each happens is counted in
:mod:`verifier.evaluation.robustness`. The idea of such paired edits is that of behavioural test lists
(Ribeiro et al. 2020, Beyond Accuracy: Behavioral Testing of NLP Models with CheckList).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from verifier.evaluation.pairs import LabelledPair
from verifier.text.sentences import sentences
from verifier.text.words import content_words
from verifier.training.augment import NAME, NUMBER, edit_number, embedded, swap_name
from verifier.training.pairs import Target, TrainingPair
from verifier.training.said_pairs import shorter_claims
from verifier.training.word_pairs import negate


class Edit(StrEnum):
    """What is done to a pair."""

    NEGATION = "negation"
    NAME = "name"
    NUMBER = "number"
    DISTRACTORS = "distractors"
    ORDER = "order"
    BOLD = "bold"
    CASING = "casing"
    PERIOD = "period"
    QUOTES = "quotes"
    PARAPHRASE = "paraphrase"
    COPY = "copy"
    SHORTENED = "shortened"


@dataclass(frozen=True, slots=True)
class Case:
    """A claim beside its evidence texts, after an edit."""

    claim: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One pair among the others from which names and distractors are borrowed, with the randomness for its edits."""

    pair: LabelledPair
    others: Sequence[LabelledPair]
    rng: random.Random


_FRAMES = (
    "It is true that {}.",
    "According to the source, {}.",
    "It is a fact that {}.",
    "The source confirms that {}.",
    "As a matter of fact, {}.",
)
_TRIES = 20
_BOLD = re.compile(f"{NUMBER.pattern}|{NAME.pattern}")


def denied(row: Row) -> Case | None:
    """The claim with a "not" put in or taken out, where one verb carries it."""
    return _claim_of(row, negate(_supported(row.pair)))


def renamed(row: Row) -> Case | None:
    """The claim with one of its names, which the evidence holds, replaced by a name of another row's claim."""
    for other in _draws(row):
        if twin := swap_name(_supported(row.pair), _supported(other), row.rng):
            return _claim_of(row, twin)
    return None


def renumbered(row: Row) -> Case | None:
    """The claim with one of its numbers, which the evidence holds, changed; claims with bounds are left alone."""
    return _claim_of(row, edit_number(_supported(row.pair), row.rng))


def surrounded(row: Row) -> Case | None:
    """The evidence between two sentences of other rows that have hardly a word in common with the claim."""
    wanted = content_words(row.pair.claim)
    found: list[str] = []
    for other in _draws(row):
        spans = sentences(other.evidence)
        text = other.evidence[spans[0].start : spans[0].end] if spans else ""
        if text and text not in found and len(wanted & content_words(text)) * 5 <= len(wanted):
            found.append(text)
        if len(found) == 2:
            return Case(row.pair.claim, (f"{found[0]} {row.pair.evidence} {found[1]}",))
    return None


def reversed_order(row: Row) -> Case | None:
    """The evidence's sentences as so many texts, the last one first; None for a single sentence."""
    text = row.pair.evidence
    parts = tuple(text[span.start : span.end] for span in reversed(sentences(text)))
    return Case(row.pair.claim, parts) if len(parts) > 1 else None


def emboldened(row: Row) -> Case | None:
    """Numbers and names of the evidence between the asterisks of Markdown."""
    text = _BOLD.sub(r"**\g<0>**", row.pair.evidence)
    return Case(row.pair.claim, (text,)) if text != row.pair.evidence else None


def recased(row: Row) -> Case | None:
    """The claim with its first letter in the other case."""
    return _reworded(row, row.pair.claim[:1].swapcase() + row.pair.claim[1:])


def unstopped(row: Row) -> Case | None:
    """The claim without its full stop."""
    return _reworded(row, row.pair.claim.removesuffix("."))


def curled(row: Row) -> Case | None:
    """Claim and evidence with curly quotation marks and apostrophes instead of straight ones.

    >>> pair = LabelledPair("It's old.", 'They call it "old".', "supported")
    >>> curled(Row(pair, [], random.Random(0)))
    Case(claim='It’s old.', evidence=('They call it “old”.',))
    """
    claim, evidence = _curly(row.pair.claim), _curly(row.pair.evidence)
    return Case(claim, (evidence,)) if (claim, evidence) != (row.pair.claim, row.pair.evidence) else None


def framed(row: Row) -> Case | None:
    """The claim inside a frame that says the same.

    >>> pair = LabelledPair("The tower is old.", "e", "supported")
    >>> framed(Row(pair, [], random.Random(0))).claim
    'The source confirms that the tower is old.'
    """
    return _reworded(row, row.rng.choice(_FRAMES).format(embedded(row.pair.claim)))


def copied(row: Row) -> Case | None:
    """A sentence of the evidence as the claim."""
    said = _sentence(row)
    return Case(said, (row.pair.evidence,)) if said else None


def cut(row: Row) -> Case | None:
    """A sentence of the evidence as the claim, with an aside, a clause or a date left out, or moved."""
    shorter = shorter_claims(_sentence(row))
    return Case(row.rng.choice(shorter), (row.pair.evidence,)) if shorter else None


TURNING: dict[Edit, Callable[[Row], Case | None]] = {
    Edit.NEGATION: denied,
    Edit.NAME: renamed,
    Edit.NUMBER: renumbered,
}
KEEPING: dict[Edit, Callable[[Row], Case | None]] = {
    Edit.DISTRACTORS: surrounded,
    Edit.ORDER: reversed_order,
    Edit.BOLD: emboldened,
    Edit.CASING: recased,
    Edit.PERIOD: unstopped,
    Edit.QUOTES: curled,
    Edit.PARAPHRASE: framed,
}
SAYING: dict[Edit, Callable[[Row], Case | None]] = {Edit.COPY: copied, Edit.SHORTENED: cut}


def _sentence(row: Row) -> str:
    """A sentence of the evidence by chance; empty when none has five words and a full stop."""
    text = row.pair.evidence
    found = [text[span.start : span.end] for span in sentences(text)]
    whole = [one for one in found if len(one.split()) >= 5 and one.endswith(".")]
    return row.rng.choice(whole) if whole else ""


def _supported(pair: LabelledPair) -> TrainingPair:
    return TrainingPair(pair.claim, pair.evidence, Target.SUPPORTED, "", "")


def _claim_of(row: Row, twin: TrainingPair | None) -> Case | None:
    return _reworded(row, twin.claim) if twin else None


def _reworded(row: Row, claim: str) -> Case | None:
    """The pair with another claim; None when nothing was changed or nothing is left."""
    return Case(claim, (row.pair.evidence,)) if claim.strip() and claim != row.pair.claim else None


def _draws(row: Row) -> list[LabelledPair]:
    """Some other rows, in random order."""
    drawn = row.rng.sample(range(len(row.others)), min(_TRIES, len(row.others)))
    return [row.others[n] for n in drawn if row.others[n].evidence != row.pair.evidence]


def _curly(text: str) -> str:
    opened = re.sub(r'(^|[\s(\[])"', r"\1“", text)
    return re.sub(r"(^|[\s(\[])'", r"\1‘", opened.replace('"', "”")).replace("'", "’")
