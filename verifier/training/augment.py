"""Pairs made out of pairs: what the given sources lack.

* :func:`edit_number` changes a number that claim and evidence share: contradicted.
* :func:`bound_number` states a bound on such a number: supported or contradicted, by arithmetic.
* :func:`swap_name` puts another claim's name into a supported claim: not supported.
* :func:`join_claims` adds a clause that the evidence does not hold: not supported (partial support).
* :func:`contrast` and :func:`about_belief` state a claim or its denial in the words of people who correct others
  ("Paris, not Lyon"; "it is a myth that"): supported or contradicted.
* :func:`other_facts` finds another fact of the claim's own page: unsupported.
* :func:`mine_undecided` finds topical evidence of another page for a claim: unsupported.
* :func:`surround` puts distractor sentences before and after the evidence: the label stays.

All take their randomness from the caller, so a run is repeated by its seed.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from verifier.training.pairs import Target, TrainingPair

NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])|(?<![\w.,])\d+(?:\.\d+)?(?![\w,]|\.\d)")
BOUND = re.compile(
    r"\b(more|less|fewer|over|under|above|below|least|most|about|around|nearly|almost|approximately|up to|"
    r"before|after|between|exceed\w*|within|beyond|surpass\w*|greater|higher|lower)\b",
    re.IGNORECASE,
)
NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][a-z]+(?: [A-Z][a-z]+)*\b")
WORD = re.compile(r"\w+")


MORE = ("more than", "over", "at least", "above")
LESS = ("less than", "under", "fewer than", "below")


def shared_numbers(pair: TrainingPair) -> list[re.Match[str]]:
    """Numbers of the claim that the evidence holds too and that count or date something.

    A number that belongs to a name ("Apollo 11", "COVID-19") is none.
    """
    known = set(NUMBER.findall(pair.evidence))
    found = []
    for match in NUMBER.finditer(pair.claim):
        before = pair.claim[: match.start()].split()
        named = bool(before) and len(before) > 1 and before[-1][:1].isupper() and not _is_year(match[0])
        hyphened = pair.claim[: match.start()].endswith("-") or pair.claim[match.end() :].startswith("-")
        if match[0] in known and not named and not hyphened:
            found.append(match)
    return found


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdigit() and 1500 <= int(text) <= 2100


def bound_number(pair: TrainingPair, rng: random.Random) -> TrainingPair | None:
    """A supported claim with a number n turned into one with a bound on n, true or false by arithmetic.

    >>> pair = TrainingPair("The town has 12 gates.", "The town has 12 gates.", Target.SUPPORTED, "g", "s")
    >>> made = [bound_number(pair, random.Random(seed)) for seed in range(2)]
    >>> [(m.claim, m.target.value) for m in made]
    [('The town has below 15 gates.', 'supported'), ('The town has fewer than 11 gates.', 'contradicted')]
    """
    if pair.target is not Target.SUPPORTED or BOUND.search(pair.claim):
        return None
    shared = [match for match in shared_numbers(pair) if "." not in match[0] and len(match[0]) < 12]
    if not shared:
        return None
    match = rng.choice(shared)
    value, more, true = int(match[0].replace(",", "")), rng.random() < 0.5, rng.random() < 0.5
    if value < 4:
        return None
    lower = more is true  # "more than m" is true below the value, "less than m" false there
    if _is_year(match[0]):
        if not pair.claim[: match.start()].endswith(("in ", "In ")):
            return None
        moved = value + rng.choice((1, 2, 3, 5, 8, 15)) * (-1 if lower else 1)
        word = "after" if more else "before"
        claim = pair.claim[: match.start() - 3] + f"{word} {moved}" + pair.claim[match.end() :]
        claim = claim[0].upper() + claim[1:]
    else:
        step = max(1, round(value * rng.choice((0.02, 0.1, 0.25, 0.4))))
        moved = max(0, value - step) if lower else value + step
        shown = f"{moved:,}" if "," in match[0] else str(moved)
        word = rng.choice(MORE if more else LESS)
        claim = pair.claim[: match.start()] + f"{word} {shown}" + pair.claim[match.end() :]
    target = Target.SUPPORTED if true else Target.CONTRADICTED
    return replace(pair, claim=claim, target=target, source="made_bound")


def _another_number(text: str, rng: random.Random) -> str:
    """A number of the same form and nearly the same size, but another one."""
    grouped, plain = "," in text, text.replace(",", "")
    if "." in plain:
        decimals = len(plain.split(".")[1])
        return f"{float(plain) * rng.choice((0.5, 0.8, 1.2, 1.5)) + 10**-decimals:.{decimals}f}"
    value = int(plain)
    if 1500 <= value <= 2100 and not grouped:
        return str(value + rng.choice((-20, -11, -10, -3, -2, -1, 1, 2, 3, 10, 11)))
    changes = [value + 1, value * 2 + 1, value + max(2, value // 10), max(0, value - max(1, value // 5))]
    changed = rng.choice([c for c in changes if c != value])
    return f"{changed:,}" if grouped else str(changed)


def edit_number(pair: TrainingPair, rng: random.Random) -> TrainingPair | None:
    """A contradicted twin of a supported pair: one number of the claim that the evidence holds is changed.

    Claims with bounds ("more than 30") are left alone, since a changed number may leave them true.

    >>> pair = TrainingPair("It has 12 gates.", "The town has 12 gates.", Target.SUPPORTED, "g", "s")
    >>> twin = edit_number(pair, random.Random(1))
    >>> twin.target.value, twin.claim != pair.claim
    ('contradicted', True)
    """
    if pair.target is not Target.SUPPORTED or BOUND.search(pair.claim):
        return None
    known = set(NUMBER.findall(pair.evidence))
    shared = shared_numbers(pair)
    if not shared:
        return None
    match = rng.choice(shared)
    changed = _another_number(match[0], rng)
    if changed in known:
        return None
    claim = pair.claim[: match.start()] + changed + pair.claim[match.end() :]
    return replace(pair, claim=claim, target=Target.CONTRADICTED, source="made_number")


def swap_name(pair: TrainingPair, other: TrainingPair, rng: random.Random) -> TrainingPair | None:
    """A supported claim with one of its names replaced by a name of ``other``: not supported."""
    if pair.target is not Target.SUPPORTED:
        return None
    here = [match for match in NAME.finditer(pair.claim) if match[0] in pair.evidence]
    there = [name for name in NAME.findall(other.claim) if name not in pair.evidence and name not in pair.claim]
    if not here or not there:
        return None
    match = rng.choice(here)
    claim = pair.claim[: match.start()] + rng.choice(there) + pair.claim[match.end() :]
    return replace(pair, claim=claim, target=Target.NOT_SUPPORTED, source="made_name")


def join_claims(pair: TrainingPair, other: TrainingPair, rng: random.Random) -> TrainingPair | None:
    """A supported claim joined with a claim about something else: the whole is not supported.

    >>> a = TrainingPair("Bats fly.", "Bats fly at night.", Target.SUPPORTED, "g", "s")
    >>> b = TrainingPair("The bridge is long.", "It is long.", Target.SUPPORTED, "h", "s")
    >>> join_claims(a, b, random.Random(0)).claim
    'Bats fly and the bridge is long.'
    """
    if pair.target is not Target.SUPPORTED or not pair.claim.endswith(".") or not other.claim:
        return None
    second = other.claim
    if second.split()[0] in {"The", "A", "An", "It", "He", "She", "In", "There", "They"}:
        second = second[0].lower() + second[1:]
    joint = rng.choice((" and ", ", and ", ", while ")) if len(pair.claim) > 40 else " and "
    return replace(pair, claim=pair.claim[:-1] + joint + second, target=Target.NOT_SUPPORTED, source="made_partial")


DENIALS = (
    "It is a common misconception that {}.",
    "The belief that {} is wrong.",
    "Many people think that {}, but this is not true.",
    "The popular claim that {} is a myth.",
    "Contrary to what is often said, it is not the case that {}.",
    "It is false that {}.",
)
AFFIRMATIONS = (
    "Contrary to what many people believe, {}.",
    "It is well established that {}.",
    "It is true that {}, although this is often doubted.",
    "Although some still deny it, {}.",
    "What is not widely known is that {}.",
)


def embedded(claim: str) -> str:
    """A claim as a clause inside a sentence."""
    clause = claim.rstrip(". ")
    first = clause.split(maxsplit=1)[0] if clause else ""
    return clause[0].lower() + clause[1:] if first in _OPENERS else clause


_OPENERS = frozenset("The A An It He She In There They This Some Most Many All No".split())


def contrast(pair: TrainingPair, other: TrainingPair, rng: random.Random) -> list[TrainingPair]:
    """A claim that ends in a name, as evidence that sets another name against it, with both claims.

    >>> a = TrainingPair("The tower stands in Paris.", "e", Target.SUPPORTED, "g", "s")
    >>> b = TrainingPair("Later they moved to Lyon.", "e", Target.SUPPORTED, "h", "s")
    >>> for made in contrast(a, b, random.Random(1)):
    ...     print(made.evidence, made.claim, made.target.value)
    The tower stands in Paris, not Lyon. The tower stands in Paris. supported
    The tower stands in Paris, not Lyon. The tower stands in Lyon. contradicted
    """
    ending = re.search(r" ([A-Z][a-z]+(?: [A-Z][a-z]+)*)\.$", pair.claim)
    names = [name for name in NAME.findall(other.claim) if name not in pair.claim]
    if ending is None or not names:
        return []
    name = rng.choice(names)
    stem = pair.claim[: ending.start()]
    form = rng.choice(("{s} {a}, not {b}.", "{s} {a} and not {b}.", "{s} {a} rather than {b}.", "{s} not {b} but {a}."))
    evidence = form.format(s=stem, a=ending[1], b=name)
    return [
        replace(pair, evidence=evidence, target=Target.SUPPORTED, source="made_contrast"),
        replace(pair, claim=f"{stem} {name}.", evidence=evidence, target=Target.CONTRADICTED, source="made_contrast"),
    ]


def about_belief(pair: TrainingPair, other: TrainingPair, rng: random.Random) -> TrainingPair | None:
    """A claim with evidence that calls it a mistake, or affirms it against those who doubt it.

    One in five times the evidence speaks so of ``other``'s claim: unsupported, lest the words alone decide.
    """
    if not 20 <= len(pair.claim) <= 160 or "?" in pair.claim or " not " in pair.claim:
        return None
    denied = rng.random() < 0.5
    if rng.random() < 0.2:
        evidence = rng.choice(DENIALS + AFFIRMATIONS).format(embedded(other.claim))
        return replace(pair, evidence=evidence, target=Target.UNSUPPORTED, source="made_belief")
    evidence = rng.choice(DENIALS if denied else AFFIRMATIONS).format(embedded(pair.claim))
    target = Target.CONTRADICTED if denied else Target.SUPPORTED
    return replace(pair, evidence=evidence[0].upper() + evidence[1:], target=target, source="made_belief")


def other_facts(pairs: Sequence[TrainingPair], rng: random.Random) -> list[TrainingPair]:
    """Claims beside evidence of their own group that is about something else: unsupported.

    Two evidence texts are about something else when they share less than a sixth of their words, so that two
    versions of one sentence never meet.
    """
    by_group: dict[str, list[TrainingPair]] = defaultdict(list)
    for pair in pairs:
        by_group[pair.group].append(pair)
    made = []
    for members in by_group.values():
        for pair in members:
            other = rng.choice(members)
            one, two = set(WORD.findall(pair.evidence.lower())), set(WORD.findall(other.evidence.lower()))
            claim = set(WORD.findall(pair.claim.lower()))
            if len(one & two) * 6 < len(one | two) and len(claim & two) * 3 < len(claim):
                made.append(replace(pair, evidence=other.evidence, target=Target.UNSUPPORTED, source="made_other_fact"))
    return made


def mine_undecided(pairs: Sequence[TrainingPair], rng: random.Random, *, common: int = 400) -> list[TrainingPair]:
    """For each claim the evidence of another group that shares most of its rare words: unsupported.

    Words found in more than ``common`` evidence texts are not looked at; the weight of a word is its inverse
    document frequency. Claims whose best evidence shares fewer than two words are left out.
    """
    texts = list({pair.evidence: pair.group for pair in pairs}.items())
    holders: dict[str, list[int]] = defaultdict(list)
    for number, (text, _) in enumerate(texts):
        for word in set(WORD.findall(text.lower())):
            holders[word].append(number)
    mined = []
    for pair in pairs:
        weights: Counter[int] = Counter()
        shared: Counter[int] = Counter()
        for word in sorted(set(WORD.findall(pair.claim.lower()))):
            found = holders.get(word, ())
            if 0 < len(found) <= common:
                for number in found:
                    weights[number] += round(1000 * math.log(len(texts) / len(found)))
                    shared[number] += 1
        best = [n for n, _ in weights.most_common(8) if texts[n][1] != pair.group and shared[n] >= 2]
        if best:
            text = texts[rng.choice(best[:3])][0]
            mined.append(replace(pair, evidence=text, target=Target.UNSUPPORTED, source="made_undecided"))
    return mined


def surround(pair: TrainingPair, distractors: Sequence[str], rng: random.Random) -> TrainingPair:
    """The pair with the distractors in random order around its evidence; the label stays."""
    pieces = list(distractors)
    rng.shuffle(pieces)
    pieces.insert(rng.randint(0, len(pieces)), pair.evidence)
    return replace(pair, evidence=" ".join(pieces))
