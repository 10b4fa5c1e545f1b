"""Pairs in which a text says a claim nearly word for word, so that shared words alone never speak against a claim.

What is edited to be contradicted shares nearly all its words with its evidence, and supported claims of most sources
do not: a model learns that a copy is suspect. Here a sentence of a text is the claim as it stands, or with a part left
out, a date made coarser, a phrase moved or a word replaced by one that means the same (supported); the same with a
number changed, a word turned or a denial (contradicted); and the whole sentence beside a text that holds only a part
of it (unsupported).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from verifier.text.dates import MONTHS
from verifier.text.verbs import AUXILIARIES
from verifier.training.augment import edit_number
from verifier.training.distractors import sentences_of, window
from verifier.training.pairs import Target, TrainingPair
from verifier.training.word_pairs import negate, turn

_MONTHS = "|".join(MONTHS)
_ASIDE = re.compile(r" \([^()]*\)")
_RELATIVE_LAST = re.compile(r", (?:which|who|whose|where|when) [^,;:]*\.$")
_RELATIVE_INSIDE = re.compile(r", (?:which|who|whose|where) [^,;:]*, (?=[a-z])")
_EXAMPLES = re.compile(r",? (?:such as|including|especially|particularly|for example) [^;:.]*\.$")
_REASON = re.compile(r"^(.{25,}?),? (?:because|although|even though|so that) [^;:]*\.$")
_CLAUSE = re.compile(r"^(.{20,}?), (?:and|but|while|whereas) ((?:the|a|an|it|he|she|they|[A-Z][a-z]+) [^;:]{12,})\.$")
_DATED = re.compile(
    rf"^((?:In|On|During) (?:{_MONTHS}|early|late|the)?[\w ]{{0,20}}\b\d{{4}}), (?=[A-Z]|the |a |an |h|s|i|t)"
)
_DAY = re.compile(rf"\b[Oo]n (?:\d{{1,2}} ({_MONTHS})|({_MONTHS}) \d{{1,2}},?) (\d{{4}})\b")
_PERSON = re.compile(
    r"^[A-Z][a-z]+ (?:[A-Z]\. )?([A-Z][a-z]+)(?= (?:was|is|has|had|wrote|became|did|won|died|began|made) )"
)
_NO_PERSON = re.compile(
    r"^(?:New|San|Santa|Saint|North|South|East|West|Los|Las|United|Great|The|Mount|Lake|Cape|Port) "
)
_TURNED = re.compile(r"\b(?:not|no|never|none|nor|without|cannot|only|if|unless)\b|n['’]t\b", re.IGNORECASE)
_POINTING = re.compile(
    r"^(?:This|That|These|Those|Such|However|Therefore|But|And|Or|So|It|He|She|They|His|Her|Its|Their)\b"
)
# one/two: either may stand for the other; one>two: only the second for the first
_ALIKE = (
    "largest/biggest, large/big, larger/bigger, began/started, begins/starts, ended/finished, close to/near, "
    "about/around, about/roughly, approximately>about, nearly/almost, often/frequently, usually/mostly, "
    "purchased/bought, obtained>got, received>got, constructed>built, founded/established, died>passed away, "
    "resides>lives, located in>in, children>kids, physician/doctor, automobile/car, rapidly/quickly, quickly>fast, "
    "significant>important, difficult/hard, required/needed, requires/needs, assist/help, assisted/helped, "
    "attempted/tried, contains>has, contained>had, demonstrated/showed, stated>said, known as/called, called/named, "
    "entire/whole, throughout>all over, prior to/before, following>after, subsequently/later, currently/now, "
    "numerous/many, several>a number of, illness/disease, infant/baby, permits/allows, permitted/allowed, "
    "prohibited/banned, forbidden/banned, led to>resulted in, results in/leads to, due to/because of, "
    "caused by>because of, discovered>found, destroyed>wrecked, increased>went up, decreased>went down, rose/climbed, "
    "fell/dropped, annually/each year, yearly>every year, twice>two times, dozen>twelve, beneath/under, "
    "remains>stays, typically/usually, primarily/mainly, chiefly>mainly, comprises>consists of, via>by way of, "
    "a single>one, two>a pair of, although/though, however>but, therefore>so, consists of>is made up of, "
    "composed of/made up of, originated in>comes from, the United States>the US, the United Kingdom>the UK, "
    "percent>per cent, per cent>percent"
)
_SAME = tuple(
    way
    for entry in _ALIKE.split(", ")
    for one, sign, two in [entry.partition("/" if "/" in entry else ">")]
    for way in ([(one, two), (two, one)] if sign == "/" else [(one, two)])
)


def said_pairs(texts: Sequence[str], rng: random.Random, *, limit: int) -> list[TrainingPair]:
    """Up to ``limit`` supported pairs from the sentences of the texts, some with a twin of another class."""
    made: list[TrainingPair] = []
    supported = 0
    for text in rng.sample(list(texts), len(texts)):
        sentences = [s for s in sentences_of(text) if 5 <= len(s.split()) <= 34 and s.endswith(".") and s[0].isupper()]
        for sentence in rng.sample(sentences, min(2, len(sentences))):
            made += from_sentence(text, sentence, rng)
            supported += 1
        if supported >= limit:
            break
    return made


def from_sentence(text: str, sentence: str, rng: random.Random) -> list[TrainingPair]:
    """One supported pair of a sentence of the text, and by chance one more of another class."""
    evidence = sentence if rng.random() < 0.4 else window(text, sentence, rng, most_words=70)
    shorter = shorter_claims(sentence)
    claim = rng.choice(shorter) if shorter and rng.random() < 0.7 else sentence
    if rng.random() < 0.6:
        claim = reworded(claim, rng)
    pair = TrainingPair(claim, evidence, Target.SUPPORTED, text[:40], "made_said")
    made = [pair]
    if rng.random() < 0.3:
        ways: list[Callable[[], TrainingPair | None]] = [
            lambda: edit_number(pair, rng),
            lambda: turn(pair, rng),
            lambda: negate(pair),
        ]
        rng.shuffle(ways)
        twins = (way() for way in ways)
        made += [replace(twin, source="made_unsaid") for twin in twins if twin is not None][:1]
    if shorter and evidence != sentence and rng.random() < 0.3:
        less = text if len(text) < 600 else evidence
        part = rng.choice(shorter)
        if sentence in less:
            less = less.replace(sentence, part)
            made.append(TrainingPair(sentence, less, Target.NOT_SUPPORTED, text[:40], "made_half_said"))
    return made


def shorter_claims(sentence: str) -> list[str]:
    """What is left of a sentence when it is shortened, where it is enough for a claim: four words."""
    return [cut for cut in shortened(sentence) if len(cut.split()) >= 4]


def shortened(sentence: str) -> list[str]:
    """What a sentence says with a part of it left out: each is true where the sentence is.

    >>> shortened("The tower, which stands in Paris, was built in 1889, and it is 330 m tall.")
    ['The tower was built in 1889, and it is 330 m tall.', 'The tower, which stands in Paris, was built in 1889.']
    >>> shortened("In 1889, the tower (old) was finished.")
    ['In 1889, the tower was finished.', 'The tower (old) was finished.', 'The tower (old) was finished in 1889.']
    """
    found = [_ASIDE.sub("", sentence), _RELATIVE_LAST.sub(".", sentence), _RELATIVE_INSIDE.sub(" ", sentence)]
    if not _TURNED.search(sentence):
        found += [_EXAMPLES.sub(".", sentence)]
        if reason := _REASON.match(sentence):
            found.append(reason[1] + ".")
    if (clause := _CLAUSE.match(sentence)) and all(AUXILIARIES & set(part.split()) for part in clause.groups()):
        found.append(clause[1] + ".")
        if not _POINTING.match(clause[2][0].upper() + clause[2][1:]):
            found.append(clause[2][0].upper() + clause[2][1:] + ".")
    if dated := _DATED.match(sentence):
        rest = sentence[dated.end() :]
        found.append(rest[0].upper() + rest[1:])
        if "," not in rest and ";" not in rest:
            found.append(f"{rest[0].upper()}{rest[1:-1]} {dated[1][0].lower()}{dated[1][1:]}.")
    if (person := _PERSON.match(sentence)) and not _NO_PERSON.match(sentence):
        found.append(sentence[person.start(1) :])
    return [claim for claim in dict.fromkeys(found) if claim != sentence]


def reworded(claim: str, rng: random.Random) -> str:
    """The claim with up to three words in others' place that mean the same, and its dates less exact.

    >>> reworded("The largest gate was built on 3 May 1889.", random.Random(1))
    'The biggest gate was built in 1889.'
    """
    if rng.random() < 0.7:
        claim = _DAY.sub(lambda m: _coarser(m, rng), claim)
    held = [(one, two) for one, two in _SAME if re.search(rf"\b{one}\b", claim)]
    for one, two in rng.sample(held, min(3, len(held))):
        claim = re.sub(rf"\b{one}\b", two, claim, count=1)
    return claim


def _coarser(day: re.Match[str], rng: random.Random) -> str:
    word = "In" if day[0][0] == "O" else "in"
    return f"{word} {day[1] or day[2]} {day[3]}" if rng.random() < 0.5 else f"{word} {day[3]}"
