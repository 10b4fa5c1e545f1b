"""Starts a corpus of one's own: a folder with a manifest, one example document in full form, and a README.

The manifest ``corpus.toml`` says what the corpus as a whole is; it is for its readers and its curators, and no part
of any document.
"""

from __future__ import annotations

import json
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from verifier.errors import StorageError, UsageError

MANIFEST: Final = "corpus.toml"
MANIFEST_KEYS: Final = ("name", "title", "licence", "scope", "version")
EXAMPLE: Final = "example.md"
README: Final = "README.md"

_DOCUMENT = """\
---
title: {title}
sources:
  - Author, Title of the work (year), page
  - Organisation, "Title of the page", https://example.org/page
licence: {licence}
checked: {today}
topics: [example]
---

Replace this text. A document is about one thing, and each sentence of it can be read alone: it names what it is
about, where another text would say "it" or "this".

A sentence that a claim is checked against states one fact, with its unit, its date and its conditions. Where people
commonly believe the opposite, a sentence says so: the common belief is then contradicted and not merely missing.
"""

_README = """\
# {title}

A corpus for `verifier`: claims are checked against the documents in this folder.

- **Manifest.** `corpus.toml` holds the corpus's `name`, `title`, `licence`, `scope` (what it covers and what it leaves
  out) and `version`.
- **Documents.** Markdown files (`.md`), in folders as you like; also `.txt`, and `.jsonl` with an object a line and its
  text under `text`. A document's id is its path without the suffix.
- **Front matter.** Between two lines of `---`: `title`, `source` or a list of `sources` (where each statement can be
  looked up), `licence`, and `checked`, the day (YYYY-MM-DD) on which the text was last compared with its sources.
  A value with `: ` in it stands in quotes.
- **Text.** One subject a document, at most a few hundred words; sentences that can be read alone.
- **Not documents.** This README, `corpus.toml`, `REVIEW.md`, `claims*.jsonl`, `questions*.jsonl`, hidden files.

    verifier corpus lint .                      # what is missing, stale, there twice
    verifier corpus lint . --contradictions     # sentences that contradict each other
    verifier index build . --name {name}
    verifier verify --index {name} "A claim about it."
"""


@dataclass(frozen=True, slots=True)
class NewCorpus:
    """What a new corpus is called and under which licence it stands."""

    name: str
    title: str
    licence: str


def make_corpus(folder: Path, corpus: NewCorpus, today: date) -> list[Path]:
    """Write the three files and return their paths; the folder is made when it is missing.

    Raises UsageError when one of them is there already, in which case none is written, and StorageError.
    """
    texts = _texts(corpus, today)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: expected a folder, or a name that is free, found a file; choose another name")
    there = [name for name in texts if (folder / name).exists()]
    if there:
        raise UsageError(f"{folder}: {there[0]} is there already and is not overwritten; name a new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            with (folder / name).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError as error:
        raise StorageError(f"cannot write {folder}: {error.strerror or error}; choose another place") from error
    return [folder / name for name in texts]


def manifest_text(values: Mapping[str, str]) -> str:
    r"""Keys and texts as TOML, a line each.

    >>> manifest_text({"name": "mine", "title": 'My "own"'})
    'name = "mine"\ntitle = "My \\"own\\""\n'
    """
    return "".join(f"{key} = {_quoted(value)}\n" for key, value in values.items())


def manifest_problems(text: str) -> list[str]:
    """What is wrong with a manifest; empty when nothing is.

    >>> manifest_problems('name = "mine"\\ntitle = "Mine"\\nlicence = "CC0-1.0"\\nscope = ""\\n')
    ["expected a text for 'scope', found none", "expected a text for 'version', found none"]
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [f"expected TOML, this is not: {error}"]
    blank = [key for key in MANIFEST_KEYS if not isinstance(found.get(key), str) or not found[key].strip()]
    return [f"expected a text for {key!r}, found none" for key in blank]


def _texts(corpus: NewCorpus, today: date) -> dict[str, str]:
    scope = "What this corpus covers, and what it leaves out."
    name, title, licence = map(_line, (corpus.name, corpus.title, corpus.licence))
    manifest = dict(zip(MANIFEST_KEYS, (name, title, licence, scope, "0.1.0"), strict=True))
    example = {"title": _quoted(f"{title}: an example"), "licence": _quoted(licence), "today": today.isoformat()}
    return {
        MANIFEST: manifest_text(manifest),
        README: _README.format(title=title, name=shlex.quote(name)),
        EXAMPLE: _DOCUMENT.format_map(example),
    }


def _quoted(text: str) -> str:
    """A line of text between quotes, which TOML and YAML read alike: the form of a JSON string."""
    return json.dumps(_line(text), ensure_ascii=False)


def _line(text: str) -> str:
    """The text on one line, without characters that cannot be shown."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
