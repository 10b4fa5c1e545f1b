"""What a curator should mend in documents that can be read: rules over a survey's entries. Pure.

Each rule is a function; those over one document and those over all of them stand in a table each. What cannot be read
at all is reported by ``survey``, and how two texts are found to be alike is left to ``duplicates``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from verifier.corpus.duplicates import near_passages, same_texts
from verifier.corpus.findings import Finding, Place, Rule
from verifier.corpus.survey import Entry


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as too long, too old and too alike, and the day that age is counted to."""

    today: date
    max_words: int = 2_000
    stale_days: int = 730
    resemblance: float = 0.8


def lint(entries: Sequence[Entry], limits: Limits) -> list[Finding]:
    """What the rules find in these documents, in the order of the files."""
    found = [finding for entry in entries for rule in _OF_ONE for finding in rule(entry, limits)]
    found += (finding for rule in _OF_ALL for finding in rule(entries, limits))
    return in_order(found)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By file, line and rule."""
    return sorted(findings, key=lambda f: (f.place.file, f.place.line, f.rule, f.message))


def _source(entry: Entry, limits: Limits) -> Iterator[Finding]:
    if not entry.document.source:
        yield Finding(Rule.NO_SOURCE, entry.head, _lacks(entry, "source"))


def _licence(entry: Entry, limits: Limits) -> Iterator[Finding]:
    if not entry.document.licence:
        yield Finding(Rule.NO_LICENCE, entry.head, _lacks(entry, "licence"))


def _lacks(entry: Entry, key: str) -> str:
    if entry.file.lower().endswith(".txt"):
        return f"no {key}, and a .txt file has no place for one; make it .md with front matter"
    where = "this line" if entry.file.lower().endswith(".jsonl") else "the front matter"
    return f"no {key}; add the key {key!r} to {where}"


def _length(entry: Entry, limits: Limits) -> Iterator[Finding]:
    count = len(entry.document.text.split())
    if count > limits.max_words:
        message = f"{count:,} words, more than {limits.max_words:,}; split it into documents of one subject each"
        yield Finding(Rule.TOO_LONG, entry.head, message)


def _emptiness(entry: Entry, limits: Limits) -> Iterator[Finding]:
    if not any(character.isalnum() for character in entry.document.text):
        yield Finding(Rule.EMPTY, entry.head, "no word in its text; write it or remove it")


def _age(entry: Entry, limits: Limits) -> Iterator[Finding]:
    if not entry.checked:
        return
    place = Place(entry.file, entry.checked_line)
    try:
        checked = date.fromisoformat(entry.checked)
    except ValueError:
        yield Finding(Rule.BAD_DATE, place, f"checked is {entry.checked!r}, expected a day as YYYY-MM-DD; write it so")
        return
    age = (limits.today - checked).days
    if age < -1:  # somewhere it is tomorrow already
        yield Finding(Rule.BAD_DATE, place, f"checked on {checked}, a day that is yet to come; mend the date")
    elif age > limits.stale_days:
        message = f"checked on {checked}, {age:,} days ago; compare it with its sources again and set the date"
        yield Finding(Rule.STALE, place, message)


def _titles(entries: Sequence[Entry], limits: Limits) -> Iterator[Finding]:
    first: dict[str, Entry] = {}
    for entry in entries:
        title = " ".join(entry.document.title.casefold().split())
        other = first.setdefault(title, entry)
        if title and other is not entry:
            message = f"the title {entry.document.title!r} is that of another document too; name what is different"
            yield Finding(Rule.SAME_TITLE, entry.head, message, other.head)


def _duplicates(entries: Sequence[Entry], limits: Limits) -> Iterator[Finding]:
    """Whole texts first; what repeats one is not compared passage by passage."""
    same = same_texts([entry.document.text for entry in entries])
    for number, original in same.items():
        message = "the same text as another document; remove one of the two"
        yield Finding(Rule.DUPLICATE, entries[number].head, message, entries[original].head)
    kept = [entry for number, entry in enumerate(entries) if number not in same]
    for match in near_passages([entry.document.text for entry in kept], limits.resemblance):
        entry, earlier = kept[match.number], kept[match.other]
        begin = " ".join(entry.document.text[match.span.start : match.span.end].split()[:8])
        message = (
            f'the passage "{begin} …" is {match.resemblance:.0%} the same as one of another document; keep it in one '
            "of the two"
        )
        place, other = entry.place(match.span.start), earlier.place(match.other_span.start)
        yield Finding(Rule.NEAR_DUPLICATE, place, message, other)


_OF_ONE: Final[tuple[Callable[[Entry, Limits], Iterator[Finding]], ...]] = (
    _source,
    _licence,
    _emptiness,
    _length,
    _age,
)
_OF_ALL: Final[tuple[Callable[[Sequence[Entry], Limits], Iterator[Finding]], ...]] = (_titles, _duplicates)
