"""What the checker reads for a claim, and what it makes of it: sentences one by one, and the best of them joined.

All sentences of a batch of claims are scored in one call. A sentence that is the claim word for word needs no model
to say that it entails it. What follows from the readings is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from verifier.datatypes import Claim, Hit
from verifier.judging.decide import Reading, reading
from verifier.judging.evidence import Candidate, choose, joined_premise, premise
from verifier.judging.nearness import Nearness
from verifier.models.protocols import NLI, Pair, PairScores
from verifier.models.windows import score_whole
from verifier.text.said import stated, undressed

SENTENCES_READ = 4
SENTENCES_JOINED = 4
SAYS_SO = Reading(0.98, 0.01, 0.01)


@dataclass(frozen=True, slots=True)
class Read:
    """A claim, the passages found, the sentences read with their readings, and the joined premise with its own.

    ``joined_reading`` is None for fewer than two sentences. ``truncated_tokens`` counts what no window held.
    ``answerable`` says whether the hits look as if they could settle the claim; None where nothing tells.
    """

    claim: Claim
    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...] = ()
    readings: tuple[Reading, ...] = ()
    joined: str = ""
    joined_reading: Reading | None = None
    truncated_tokens: int = 0
    answerable: bool | None = None


def read(
    checker: NLI,
    claims: Sequence[Claim],
    hits: Sequence[Sequence[Hit]],
    temperature: float,
    near: Nearness | None = None,
) -> list[Read]:
    """One reading of the hits' best sentences a claim, in order; a claim without hits reads nothing.

    ``near`` tells how near each sentence is to its claim, which a fitted judge wants to know.
    """
    said = [stated(claim.text) for claim in claims]
    chosen = [choose(text, h, SENTENCES_READ) for text, h in zip(said, hits, strict=True)]
    if near is not None:
        cosines = near.cosines(said, [[premise(s) for s in picked] for picked in chosen])
        chosen = [
            [replace(s, similarity=cosine) for s, cosine in zip(picked, own, strict=True)]
            for picked, own in zip(chosen, cosines, strict=True)
        ]
    pairs = [Pair(undressed(premise(s)), text) for text, picked in zip(said, chosen, strict=True) for s in picked]
    joined = [undressed(joined_premise(picked[:SENTENCES_JOINED])) for picked in chosen]
    several = [n for n, picked in enumerate(chosen) if len(picked) > 1]
    scores = score_whole(checker, pairs + [Pair(joined[n], said[n]) for n in several])
    singles, together = iter(scores[: len(pairs)]), dict(zip(several, scores[len(pairs) :], strict=True))
    found = []
    for number, (claim, picked) in enumerate(zip(claims, chosen, strict=True)):
        own = [next(singles) for _ in picked]
        whole = together.get(number, ())
        same = [says(s, said[number]) for s in picked]
        found.append(
            Read(
                claim,
                tuple(hits[number]),
                tuple(picked),
                tuple(_reading(is_claim, w, temperature) for is_claim, w in zip(same, own, strict=True)),
                joined[number],
                _reading(any(same[:SENTENCES_JOINED]), whole, temperature) if whole else None,
                sum(s.truncated_tokens for windows in (*own, whole) for s in windows),
            )
        )
    return found


def read_joined(checker: NLI, whole: Read, sets: Sequence[tuple[int, ...]], temperature: float) -> list[Reading]:
    """What sets of the sentences of ``whole`` say when each set is joined; what was read already is not read again."""
    sets = [members[:SENTENCES_JOINED] for members in sets]  # as many as read() joins
    known: dict[tuple[int, ...], Reading] = {(n,): r for n, r in enumerate(whole.readings)}
    if whole.joined_reading is not None:
        known[tuple(range(len(whole.candidates)))[:SENTENCES_JOINED]] = whole.joined_reading
    missing = list(dict.fromkeys(members for members in sets if members not in known))
    said = stated(whole.claim.text)
    pairs = [Pair(undressed(joined_premise([whole.candidates[n] for n in members])), said) for members in missing]
    same = [says(s, said) for s in whole.candidates]
    known |= {
        members: _reading(any(same[n] for n in members), windows, temperature)
        for members, windows in zip(missing, score_whole(checker, pairs), strict=True)
    }
    return [known[members] for members in sets]


def says(sentence: Candidate, said: str) -> bool:
    """Whether a sentence is the claim ``said``, but for capitals, marks of emphasis, quotation marks and full stop."""
    return stated(sentence.text).casefold() == said.casefold()


def _reading(holds_claim: bool, windows: Sequence[PairScores], temperature: float) -> Reading:
    """What a premise says of a claim, by its windows; one that holds the claim itself entails it."""
    found = strongest(windows, temperature)
    return max(found, SAYS_SO, key=lambda r: r.entailment) if holds_claim else found


def strongest(windows: Sequence[PairScores], temperature: float) -> Reading:
    """The reading of the window that says most, for or against."""
    readings = [reading(scores, temperature) for scores in windows]
    return max(readings, key=lambda r: max(r.entailment, r.contradiction))
