"""Pairs made out of pairs by changing the words that turn a claim: negation, opposites, roles, quantifiers.

* :func:`negate` puts in or takes out a "not": supported becomes contradicted, contradicted becomes supported.
* :func:`turn` replaces one word by its opposite: supported becomes contradicted.
* :func:`swap_roles` exchanges the two names of a claim: not supported.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from verifier.text.verbs import AUXILIARIES, DO, support
from verifier.training.pairs import Target, TrainingPair

_OPPOSED = {Target.SUPPORTED: Target.CONTRADICTED, Target.CONTRADICTED: Target.SUPPORTED}
_CONTRASTED = frozenset("vitaminc_real_rest vitaminc_synthetic_rest fool_me_twice covidfact".split())
_NOT = re.compile(r"\b(is|are|was|were|has|have|had|can|will|must)(n't| not|not)\b ?")
_LOOSE = frozenset("could would should may might".split())  # what may be may also not be
_JOINED = re.compile(r" (?:and|or|that|when|where) |, ")
_QUALIFIED = re.compile(
    r"\b(not|no|never|none|nor|neither|only|any|some|all|every|each|most|many|few|several|always|often|usually|"
    r"sometimes|if|unless|until|because|while|although|but|who|which|whether|at least|at most|more|less|over|under)\b"
    r"|n't",
    re.IGNORECASE,
)
_TURNS = (
    "before/after first/last more/less more/fewer higher/lower larger/smaller older/younger increase/decrease "
    "increased/decreased increases/decreases rose/fell raised/lowered north/south east/west northern/southern "
    "eastern/western positive/negative won/lost win/lose accepted/rejected supported/opposed allowed/banned "
    "early/late earlier/later began/ended started/finished always/never all/none everyone/nobody both/neither "
    "largest/smallest highest/lowest oldest/youngest best/worst longest/shortest most/least above/below inside/outside "
    "male/female brother/sister father/mother son/daughter husband/wife king/queen actor/actress success/failure "
    "successful/unsuccessful possible/impossible true/false alive/dead married/divorced open/closed public/private "
    "majority/minority major/minor improve/worsen improves/worsens improved/worsened gain/loss safe/dangerous "
    "effective/ineffective harmful/harmless common/rare strong/weak hot/cold warm/cool fast/slow rich/poor "
    "import/export imports/exports ancestor/descendant teacher/student winner/loser victory/defeat ally/enemy "
    "promotes/inhibits activates/suppresses induces/prevents enhances/reduces"
).split()
_OPPOSITE = {one: two for turn in _TURNS for one, two in (turn.split("/"), turn.split("/")[::-1])}
_NAME = re.compile(r"\b[A-Z][\w'-]*(?: (?:of |the |de |van )?[A-Z][\w'-]*)*")
_ALIKE = re.compile(
    r"\b(and|or|with|married|met|between|alongside|versus|against|both|siblings?|friends?|together|border\w*|adjacent|"
    r"near|next|known|called|named|same|equals?|cousins?|co-\w+)\b"
)
_FIXED = re.compile(r"\b(not|no|without|cannot|at (?:least|most))\b|n't")


def negate(pair: TrainingPair) -> TrainingPair | None:
    """The claim denied, where one verb carries it: the label turns.

    Of contradicted claims, only those of sources where that means denied by the evidence. Claims with quantifiers,
    conditions or subordinate clauses are left alone, since "not" may fall on the wrong part.

    >>> pair = TrainingPair("The tower stands in Paris.", "e", Target.SUPPORTED, "g", "s")
    >>> negate(pair).claim, negate(pair).target.value
    ('The tower does not stand in Paris.', 'contradicted')
    >>> negate(replace(pair, claim="It is not red.", target=Target.CONTRADICTED, source="covidfact")).claim
    'It is red.'
    """
    if pair.target not in _OPPOSED or (pair.target is Target.CONTRADICTED and pair.source not in _CONTRASTED):
        return None
    if pair.target is Target.CONTRADICTED and _JOINED.search(pair.claim):
        return None
    if found := _NOT.search(pair.claim):
        positive = pair.claim[: found.end(1)] + " " + pair.claim[found.end() :]
        return _twin(pair, positive) if not _QUALIFIED.search(positive) else None
    words = pair.claim.split()
    if _QUALIFIED.search(pair.claim) or len(words) > 18 or _LOOSE & set(words):
        return None
    for place, word in enumerate(words[1:], start=1):
        if word in AUXILIARIES - DO:
            return _twin(pair, " ".join([*words[: place + 1], "not", *words[place + 1 :]]))
        if (
            word.islower()
            and not AUXILIARIES & set(words[place + 1 :])
            and (split := support(word))
            and words[place - 1].lower() not in {"the", "a", "an", "of"}
        ):
            return _twin(pair, " ".join([*words[:place], split[0], "not", split[1], *words[place + 1 :]]))
    return None


def turn(pair: TrainingPair, rng: random.Random) -> TrainingPair | None:
    """A supported claim with one word turned into its opposite: contradicted.

    >>> turn(TrainingPair("He won the largest race.", "e", Target.SUPPORTED, "g", "s"), random.Random(0)).claim
    'He won the smallest race.'
    """
    if pair.target is not Target.SUPPORTED:
        return None
    found = [m for m in re.finditer(r"[a-z]+", pair.claim) if m[0] in _OPPOSITE]
    if not found or len(found) > 3 or _FIXED.search(pair.claim):
        return None
    match = rng.choice(found)
    claim = pair.claim[: match.start()] + _OPPOSITE[match[0]] + pair.claim[match.end() :]
    return replace(pair, claim=claim, target=Target.CONTRADICTED, source="made_turn")


def swap_roles(pair: TrainingPair) -> TrainingPair | None:
    """A supported claim with its two names exchanged: not supported. Relations that hold both ways are left alone.

    >>> swap_roles(TrainingPair("Rome conquered Gaul.", "Rome conquered Gaul.", Target.SUPPORTED, "g", "s")).claim
    'Gaul conquered Rome.'
    """
    names = list(_NAME.finditer(pair.claim))
    if pair.target is not Target.SUPPORTED or len(names) != 2 or _ALIKE.search(pair.claim):
        return None
    one, two = names
    if not all(name[0] in pair.evidence for name in names) or one[0] in (
        "The",
        "It",
        "He",
        "She",
        "In",
        "A",
        "An",
        "There",
        "They",
        "This",
    ):
        return None
    claim = pair.claim[: one.start()] + two[0] + pair.claim[one.end() : two.start()] + one[0] + pair.claim[two.end() :]
    return replace(pair, claim=claim, target=Target.NOT_SUPPORTED, source="made_roles")


def word_twins(pairs: Sequence[TrainingPair], rng: random.Random) -> list[TrainingPair]:
    """What the three make of the pairs."""
    made = [twin for pair in pairs for twin in (negate(pair), turn(pair, rng), swap_roles(pair)) if twin is not None]
    return [twin for twin in made if twin.claim]


def _twin(pair: TrainingPair, claim: str) -> TrainingPair:
    return replace(pair, claim=claim, target=_OPPOSED[pair.target], source="made_negation")
