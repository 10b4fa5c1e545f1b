"""Reads a corpus: a folder of Markdown, text and JSON-lines files, or one such file, as documents with their source.

A corpus is trusted, so it is held to its form: one bad line stops the reading and is named. How documents are cut
and stored is left to ``text.passages`` and ``retrieval``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import cast

import yaml

from verifier.datatypes import Document
from verifier.errors import CorpusError, InputError
from verifier.text.files import decode, not_utf8, unreadable

SUFFIXES = (".md", ".txt", ".jsonl")
NOT_DOCUMENTS = ("claims.jsonl", "claims-*.jsonl", "questions*.jsonl", "readme.md", "review.md")
"""Files of a corpus folder that are about it: what to check with it, what to ask, how it was made."""

_FENCE = "---"
_KEY = re.compile(r"[\w-]+[ \t]*:")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"\A#[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_ID_KEYS = ("_id", "id", "doc_id")
_TEXT_KEYS = ("text", "contents", "abstract", "body")
_SOURCE_KEYS = ("source", "sources", "url")
_LICENCE_KEYS = ("licence", "license")
_DATE_KEYS = ("published", "checked", "date")


@dataclass(frozen=True, slots=True)
class Page:
    """A document before it has its name: where its id ends, and what is known about it."""

    id: str
    text: str
    title: str
    about: Mapping[str, object] = field(default_factory=dict)


def read_documents(path: Path, name: str) -> Iterator[Document]:
    """The documents of a folder (recursive, in order of their names) or of one file, one after the other.

    Ids are ``name``, a slash, and the path without its suffix; in JSON lines the line's ``_id`` or ``id``, else its
    number (after the file's own path when the corpus is a folder). Hidden files and ``NOT_DOCUMENTS`` are passed
    over, and so are documents without a word. Raises ``CorpusError`` naming the file when there is no document, two
    have the same id, or one is not UTF-8, has broken front matter or a bad line.
    """
    seen: dict[str, str] = {}
    for file, relative in files_of(path):
        for page in pages_of(file, relative, alone=file == path):
            id_ = f"{name}/{page.id}"
            if id_ in seen:
                raise CorpusError(
                    f"{file}: expected ids that differ, {id_!r} is also in {seen[id_]}; rename one of the two"
                )
            seen[id_] = relative
            yield document_of(id_, page)
    if not seen:
        raise CorpusError(
            f"{path}: expected documents ({', '.join(SUFFIXES)}), found none with text; put documents there, "
            "or name another folder"
        )


def document_digest(title: str, text: str) -> str:
    """The digest that stands for a document's content: SHA-256 of its title, a line feed and its text, in hexadecimal.

    >>> document_digest("Bats", "Bats are mammals.")[:12]
    'd9d6c8ee5283'
    """
    # A lone surrogate (legal in JSON) has no UTF-8 form; it still needs a digest of its own.
    return hashlib.sha256(f"{title}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def files_of(path: Path) -> Iterator[tuple[Path, str]]:
    """Each file to read and its path below the corpus, with slashes and without its suffix."""
    if path.is_file():
        if path.suffix.lower() not in SUFFIXES:
            raise CorpusError(
                f"{path}: expected a folder or a file ending in {', '.join(SUFFIXES)}, got {path.suffix!r}"
            )
        yield path, path.stem
        return
    if not path.is_dir():
        raise CorpusError(f"{path}: expected a folder of documents, found nothing there; check the name")
    found: list[Path] = []
    for folder, subfolders, names in os.walk(path):
        subfolders[:] = [sub for sub in subfolders if not sub.startswith(".")]
        found.extend(Path(folder, file) for file in names if _is_document(file))
    below = {file: file.relative_to(path) for file in found}
    for file in sorted(found, key=lambda file: below[file].as_posix()):
        yield file, below[file].with_suffix("").as_posix()


def _is_document(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(SUFFIXES) and not name.startswith(".") and not any(fnmatch(lower, p) for p in NOT_DOCUMENTS)


def pages_of(file: Path, relative: str, *, alone: bool) -> Iterator[Page]:
    """The pages of one file: one, or one a row of JSON lines. ``alone``: the file is the whole corpus."""
    if file.suffix.lower() == ".jsonl":
        yield from _json_pages(file, "" if alone else f"{relative}/")
        return
    text = _read(file)
    about: Mapping[str, object] = {}
    if file.suffix.lower() == ".md":
        about, text = _split_front_matter(file, text)
    if text.strip():
        heading = _HEADING.search(text.strip())
        spelled = relative.rsplit("/", 1)[-1].replace("-", " ").replace("_", " ").strip()
        title = heading.group(1) if heading else spelled[:1].upper() + spelled[1:]
        yield Page(relative, text.strip(), title, about)


def _read(file: Path) -> str:
    try:
        content = file.read_bytes()
        # Line ends are made equal, so that a document has the same digest in every checkout.
        return decode(content, str(file)).replace("\r\n", "\n").replace("\r", "\n") if content.strip() else ""
    except OSError as error:
        raise CorpusError(str(unreadable(file, error))) from error
    except InputError as error:
        raise CorpusError(str(error)) from error


def _split_front_matter(file: Path, text: str) -> tuple[Mapping[str, object], str]:
    opening, _, rest = text.partition("\n")
    if opening.rstrip() != _FENCE or not _KEY.match(rest):
        return {}, text
    found = _FRONT_MATTER.match(text)
    if found is None:
        raise CorpusError(f"{file}: expected front matter that ends with a line of '---', found no such line; add it")
    try:
        # Every scalar stays the text it was written as: a title "No" or "1984", a date.
        about = yaml.load(found["yaml"], Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 2}" if mark is not None else "somewhere"
        reason = getattr(error, "problem", None) or "it cannot be parsed"
        raise CorpusError(
            f"{file}: expected YAML front matter, {where} is not: {reason}; put values with ': ' in quotes"
        ) from error
    if not isinstance(about, dict):
        raise CorpusError(f"{file}: expected front matter of 'key: value' lines, found something else; mend it")
    return about, text[found.end() :]


def _json_pages(file: Path, prefix: str) -> Iterator[Page]:
    try:
        with file.open("rb") as lines:
            for number, raw in enumerate(lines, start=1):
                if raw.strip() and (page := json_page(f"{file}, line {number}", raw, f"{prefix}{number}")):
                    yield page
    except OSError as error:
        raise CorpusError(str(unreadable(file, error))) from error


def json_page(place: str, raw: bytes, number: str) -> Page | None:
    """The page of one row; None for one without text. Raises CorpusError, which names ``place``."""
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CorpusError(f"{place}: {not_utf8(raw, error, place.rpartition(', line ')[0])}") from error
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"{place}: expected a JSON object, this line is not: {error}; mend or remove it") from error
    if not isinstance(found, dict):
        raise CorpusError(f"{place}: expected a JSON object with a key 'text', got {type(found).__name__}")
    about = cast("dict[str, object]", found)
    if not any(key in about for key in _TEXT_KEYS):
        raise CorpusError(
            f"{place}: expected a key 'text', found {', '.join(repr(key) for key in list(about)[:12]) or 'none'}"
        )
    text = _first(about, _TEXT_KEYS, " ")
    return Page(_first(about, _ID_KEYS) or number, text, "", about) if text else None


def document_of(id_: str, page: Page) -> Document:
    """The document that a page becomes under its id."""
    title = _first(page.about, ("title",)) or page.title
    return Document(
        id=id_,
        title=title,
        text=page.text,
        source=_first(page.about, _SOURCE_KEYS),
        licence=_first(page.about, _LICENCE_KEYS),
        published=_first(page.about, _DATE_KEYS),
        sha256=document_digest(title, page.text),
    )


def _first(about: Mapping[str, object], keys: tuple[str, ...], joint: str = "; ") -> str:
    """The first of ``keys`` that has a value, as text: a list is joined, "a: b" in YAML is read back as it was."""
    return next((text for key in keys if (text := _as_text(about.get(key), joint))), "")


def _as_text(value: object, joint: str) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return joint.join(text for item in value if (text := _as_text(item, joint)))
    if isinstance(value, dict):
        return joint.join(f"{key}: {_as_text(item, joint)}" for key, item in value.items())
    return str(value).strip()
