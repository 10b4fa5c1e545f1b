"""Reads a corpus to its end whatever is wrong in it: every document with its place, and what cannot be read with why.

:mod:`verifier.corpus.documents` stops at the first fault, since a corpus is to be trusted; a curator wants to see all
of them. What is a document and how it is read is that module's, step for step, so that what passes here is read there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import yaml

# The reader's own steps, private to the two modules, so that they cannot drift apart.
from verifier.corpus.documents import SUFFIXES, Page, document_of, files_of, json_page, pages_of
from verifier.corpus.findings import Finding, Place, Rule
from verifier.corpus.scaffold import MANIFEST, manifest_problems
from verifier.datatypes import Document
from verifier.errors import CorpusError, InputError

_CHECKED: Final = re.compile(r"^checked[ \t]*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A document and where it stands: its text begins in ``line`` of ``file``, its ``checked`` in ``checked_line``.

    ``checked`` is the value as it was written, empty where there is none. In JSON lines all is in one line.
    """

    document: Document
    file: str
    line: int
    checked: str
    checked_line: int

    @property
    def one_line(self) -> bool:
        """Whether the whole document is one line of its file."""
        return self.file.lower().endswith(".jsonl")

    @property
    def head(self) -> Place:
        """Where it begins with what is known about it."""
        return Place(self.file, self.line if self.one_line else 1)

    def place(self, offset: int) -> Place:
        """The line of a character of its text."""
        return Place(self.file, self.line + (0 if self.one_line else self.document.text.count("\n", 0, offset)))


@dataclass(slots=True)
class Survey:
    """The documents in the order of their ids, and the findings about what could not be read."""

    entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def survey(corpus: Path) -> Survey:
    """Read all of a corpus, a folder or one file. Raises CorpusError when there is no file of a corpus at all."""
    found = Survey()
    name = corpus.resolve().name if corpus.is_dir() else corpus.stem
    files = [(path, stem, _shown(path, corpus)) for path, stem in files_of(corpus)]
    if not files:
        raise CorpusError(f"{corpus}: expected documents ({', '.join(SUFFIXES)}), found none; put documents there")
    for path, stem, shown in files:
        for item in _read(path, stem, shown, alone=path == corpus):
            if isinstance(item, Finding):
                found.findings.append(item)
            else:
                document = replace(item.document, id=f"{name}/{item.document.id}")
                found.entries.append(replace(item, document=document))
    found.findings += _same_ids(found.entries)
    found.findings += _manifest(corpus)
    return found


def _same_ids(entries: Iterable[Entry]) -> Iterator[Finding]:
    first: dict[str, Place] = {}
    for entry in entries:
        other = first.setdefault(entry.document.id, entry.head)
        if other != entry.head:
            message = f"the id {entry.document.id!r} is that of another document too; rename one of the two"
            yield Finding(Rule.SAME_ID, entry.head, message, other)


def _shown(path: Path, corpus: Path) -> str:
    return path.name if path == corpus else path.relative_to(corpus).as_posix()


def _read(path: Path, stem: str, shown: str, *, alone: bool) -> Iterator[Entry | Finding]:
    if path.suffix.lower() == ".jsonl":
        yield from _read_lines(path, shown, "" if alone else f"{stem}/")
        return
    try:
        pages = list(pages_of(path, stem, alone=alone))
    except CorpusError as error:
        yield _fault(error, str(path), shown)
        return
    if not pages:
        yield Finding(Rule.EMPTY, Place(shown, 1), "no text in it, so it is passed over; write it or remove it")
    for page in pages:
        yield _entry(page, shown, path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"))


def _entry(page: Page, shown: str, whole: str) -> Entry:
    """The entry of a text file. Its text is the end of the file, which tells where it begins."""
    head = whole[: len(whole.rstrip()) - len(page.text)]
    at = _CHECKED.search(head)
    checked_line = head.count("\n", 0, at.start()) + 1 if at else 1
    return Entry(document_of(page.id, page), shown, head.count("\n") + 1, _checked(page.about), checked_line)


def _read_lines(path: Path, shown: str, prefix: str) -> Iterator[Entry | Finding]:
    try:
        with path.open("rb") as lines:
            for number, raw in enumerate(lines, start=1):
                if raw.strip():
                    yield _read_line(f"{path}, line {number}", raw, number, shown, prefix)
    except OSError as error:
        yield Finding(Rule.UNREADABLE, Place(shown, 1), f"this file cannot be read: {error.strerror or error}")


def _read_line(name: str, raw: bytes, number: int, shown: str, prefix: str) -> Entry | Finding:
    try:
        page = json_page(name, raw, f"{prefix}{number}")
    except CorpusError as error:
        rule = Rule.NOT_UTF8 if isinstance(error.__cause__, UnicodeDecodeError) else Rule.BAD_LINE
        return Finding(rule, Place(shown, number), str(error).removeprefix(f"{name}: "))
    if page is None:
        return Finding(Rule.EMPTY, Place(shown, number), "no text in it, so it is passed over; write it or remove it")
    return Entry(document_of(page.id, page), shown, number, _checked(page.about), number)


def _fault(error: CorpusError, name: str, shown: str) -> Finding:
    """The rule and the line of what the reader says about a text file, by the error that it stems from."""
    cause = error.__cause__
    rule, line = Rule.FRONT_MATTER, 1
    if isinstance(cause, OSError):
        rule = Rule.UNREADABLE
    elif isinstance(cause, InputError):
        rule, wrong = Rule.NOT_UTF8, cause.__cause__
        if isinstance(wrong, UnicodeDecodeError):
            line = wrong.object.count(b"\n", 0, wrong.start) + 1
    elif isinstance(cause, yaml.MarkedYAMLError) and cause.problem_mark is not None:
        line = cause.problem_mark.line + 2
    return Finding(rule, Place(shown, line), str(error).removeprefix(f"{name}: "))


def _manifest(corpus: Path) -> Iterator[Finding]:
    path = corpus / MANIFEST
    if not (corpus.is_dir() and path.is_file()):
        return
    try:
        problems = manifest_problems(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        problems = [f"this file cannot be read: {error}"]
    yield from (Finding(Rule.MANIFEST, Place(MANIFEST, 1), f"{problem}; mend it") for problem in problems)


def _checked(about: Mapping[str, object]) -> str:
    value = about.get("checked")
    return "" if value is None else str(value).strip()
