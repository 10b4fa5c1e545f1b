"""``verifier corpus``: which corpora ship with the package, what a corpus holds, and how one of your own begins."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.cli import corpus_lint
from verifier.cli.options import call_of, speaking_options
from verifier.cli.output import write_json, write_text

if TYPE_CHECKING:
    from verifier.datatypes import Document

CORPUS = "verifier/corpus/1"


@click.group("corpus", short_help="Look at corpora, check them, begin your own.")
def command() -> None:
    """Look at corpora, those that ship with the package and any folder of documents, and begin one of your own."""


command.add_command(corpus_lint.command)


@command.command("list", short_help="List the shipped corpora.")
@speaking_options
@click.pass_context
def list_(context: click.Context) -> None:
    """List the corpora that ship with the package, a line each."""
    from verifier.corpus.shipped import find_corpus, shipped_corpora

    call = call_of(context)
    names = shipped_corpora()
    for name in names:
        place = str(find_corpus(name))
        if call.json:
            write_json({"schema": CORPUS, "name": name, "path": place})
        else:
            write_text(f"{name}  {place}")
    if not names:
        call.note("no corpus ships with this installation; name a folder of documents instead")


@command.command("stats", short_help="Count what a corpus holds.")
@click.argument("name", metavar="NAME|FOLDER")
@speaking_options
@click.pass_context
def stats(context: click.Context, name: str) -> None:
    """Count the documents, sources, passages and words of a corpus, by folder and by licence."""
    from verifier.corpus.documents import read_documents
    from verifier.corpus.shipped import find_corpus

    call = call_of(context)
    corpus = find_corpus(name)
    count = _Count()
    for document in read_documents(corpus, corpus.stem):
        count.add(document)
    sections, licences = (dict(sorted(counted.items())) for counted in (count.sections, count.licences))
    documents = count.sections.total()
    if call.json:
        write_json(
            {
                "schema": CORPUS,
                "name": corpus.stem,
                "path": str(corpus),
                "documents": documents,
                "passages": count.passages,
                "words": count.words,
                "sources": len(count.sources),
                "oldest_date": count.oldest or None,
                "sections": sections,
                "licences": licences,
            }
        )
        return
    dated = f"the oldest date is {count.oldest}" if count.oldest else "no dates"
    write_text(f"{corpus.stem}: {documents} documents, {count.passages} passages, {count.words} words")
    write_text(f"  {len(count.sources)} sources, {dated}")
    write_text(*(f"  {section:<28} {number}" for section, number in sections.items()))
    write_text(*(f"  licence {licence:<20} {number}" for licence, number in licences.items()))


@dataclass(slots=True)
class _Count:
    """What has been counted; ``oldest`` is the oldest date that begins with a year, empty where there is none."""

    sections: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    sources: set[str] = field(default_factory=set)
    passages: int = 0
    words: int = 0
    oldest: str = ""

    def add(self, document: Document) -> None:
        """Count one document more."""
        from verifier.text.passages import split_passages

        parts = document.id.split("/")
        self.sections[parts[1] if len(parts) > 2 else "."] += 1
        self.licences[document.licence or "not stated"] += 1
        self.sources.update(source for source in document.source.split("; ") if source)
        self.passages += len(split_passages(document))
        self.words += len(document.text.split())
        if document.published[:4].isdigit():
            self.oldest = min(self.oldest or document.published, document.published)


@command.command("new", short_help="Begin a corpus of your own.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", metavar="NAME", help="What the corpus is called [the folder's name].")
@click.option("--title", metavar="TITLE", help="Its title [the name].")
@click.option("--licence", default="CC-BY-4.0", show_default=True, metavar="ID", help="Licence of its documents.")
@speaking_options
@click.pass_context
def new(context: click.Context, folder: Path, name: str | None, title: str | None, licence: str) -> None:
    """Make FOLDER with a manifest, an example document in full form and a README; nothing is overwritten."""
    from datetime import date

    from verifier.corpus.scaffold import NewCorpus, make_corpus

    call = call_of(context)
    called = (name or folder.resolve().name).strip()
    paths = make_corpus(folder, NewCorpus(called, (title or called).strip(), licence.strip()), date.today())
    if call.json:
        write_json({"schema": CORPUS, "name": called, "path": str(folder), "files": [path.name for path in paths]})
    else:
        write_text(*(str(path) for path in paths))
    call.note(f"write documents like {paths[-1].name}, then: verifier corpus lint {folder}")
