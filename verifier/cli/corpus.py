"""``verifier corpus``: which corpora ship with the package, and what a corpus holds."""

from __future__ import annotations

from collections import Counter

import click

from verifier.cli.options import call_of, speaking_options
from verifier.cli.output import write_json, write_text

CORPUS = "verifier/corpus/1"


@click.group("corpus", short_help="Look at the corpora that ship with the package.")
def command() -> None:
    """Look at corpora: those that ship with the package, and any folder of documents."""


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
    """Count the documents, passages and words of a corpus, by folder and by licence."""
    from verifier.corpus.documents import read_documents
    from verifier.corpus.shipped import find_corpus
    from verifier.text.passages import split_passages

    call = call_of(context)
    corpus = find_corpus(name)
    sections: Counter[str] = Counter()
    licences: Counter[str] = Counter()
    passages = words = 0
    for document in read_documents(corpus, corpus.stem):
        parts = document.id.split("/")
        sections[parts[1] if len(parts) > 2 else "."] += 1
        licences[document.licence or "not stated"] += 1
        passages += len(split_passages(document))
        words += len(document.text.split())
    if call.json:
        write_json(
            {
                "schema": CORPUS,
                "name": corpus.stem,
                "path": str(corpus),
                "documents": sections.total(),
                "passages": passages,
                "words": words,
                "sections": dict(sorted(sections.items())),
                "licences": dict(sorted(licences.items())),
            }
        )
        return
    write_text(f"{corpus.stem}: {sections.total()} documents, {passages} passages, {words} words")
    write_text(*(f"  {section:<28} {number}" for section, number in sorted(sections.items())))
    write_text(*(f"  licence {licence:<20} {number}" for licence, number in sorted(licences.items())))
