"""``verifier index``: build, list, describe and check indexes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.cli.options import Call, call_of, embedder_option, speaking_options
from verifier.cli.output import counting, write_json, write_text
from verifier.errors import IndexDamagedError, IndexNotFoundError

if TYPE_CHECKING:
    from verifier.reports.json import Row
    from verifier.retrieval.manifest import Manifest

INDEX = "verifier/index/1"


@click.group("index", short_help="Build, list and check indexes.")
def command() -> None:
    """Build, list, describe and check indexes over corpora and folders of documents."""


@command.command("build", short_help="Index a corpus or a folder of documents.")
@click.argument("source", metavar="NAME|FOLDER")
@click.option("--name", metavar="NAME", help="What to call the index [the corpus or folder's own name].")
@embedder_option
@speaking_options
@click.pass_context
def build(context: click.Context, source: str, name: str | None) -> None:
    """Index the shipped corpus NAME, or the .md, .txt and .jsonl documents of FOLDER, and replace an older index."""
    from verifier.corpus.documents import read_documents
    from verifier.corpus.shipped import find_corpus
    from verifier.models.load import load_embedder
    from verifier.retrieval.index import Index
    from verifier.retrieval.locations import index_path

    call = call_of(context)
    corpus = find_corpus(source)
    path = index_path(name or (corpus if corpus.is_dir() else corpus.with_suffix("")).resolve().name)
    embedder = load_embedder(call.settings.embedder)
    documents = read_documents(corpus, path.name)
    with (
        counting("passages indexed", shown=not call.quiet) as count,
        Index.build(path, documents, embedder, name=path.name, progress=count) as index,
    ):
        _tell(call, index.path, index.manifest)


@command.command("list", short_help="List the indexes that are built.")
@speaking_options
@click.pass_context
def list_(context: click.Context) -> None:
    """List the indexes of this project and of the user, a line each."""
    from verifier.retrieval.locations import list_indexes
    from verifier.retrieval.manifest import read_manifest

    call = call_of(context)
    folders = list_indexes()
    for folder in folders:
        try:
            manifest = read_manifest(folder)
        except IndexDamagedError as error:
            call.note(f"damaged: {error}")
            continue
        if call.json:
            write_json(_row(folder, manifest))
        else:
            write_text(f"{manifest.name}  {manifest.documents} documents  {manifest.passages} passages  {folder}")
    if not folders:
        call.note("no index is built yet; begin with: verifier index build commons")


@command.command("info", short_help="Describe an index.")
@click.argument("name", metavar="NAME|PATH")
@speaking_options
@click.pass_context
def info(context: click.Context, name: str) -> None:
    """Say what an index holds and what built it."""
    from verifier.retrieval.manifest import read_manifest

    folder = _existing(name)
    _tell(call_of(context), folder, read_manifest(folder))


@command.command("check", short_help="Look for damage in an index.")
@click.argument("name", metavar="NAME|PATH")
@embedder_option
@speaking_options
@click.pass_context
def check(context: click.Context, name: str) -> None:
    """Read all of an index and compare its parts; the exit code is 3 when something is wrong."""
    from verifier.models.load import load_embedder
    from verifier.retrieval.index import Index

    call = call_of(context)
    folder = _existing(name)
    with Index.open(folder, load_embedder(call.settings.embedder)) as index:
        problems = index.check()
    if call.json:
        write_json({"schema": INDEX, "path": str(folder), "problems": problems})
    elif not problems:
        write_text(f"{folder}: sound")
    if problems:
        raise IndexDamagedError(f"{folder}: {'; '.join(problems)}. Build it again: verifier index build {index.name}")


def _existing(name: str) -> Path:
    from verifier.retrieval.index import is_index
    from verifier.retrieval.locations import index_path, list_indexes

    folder = index_path(name)
    if is_index(folder):
        return folder
    names = ", ".join(sorted(path.name for path in list_indexes())) or "none"
    raise IndexNotFoundError(f"no index {name}: built are {names}. Build it: verifier index build {name}")


def _tell(call: Call, folder: Path, manifest: Manifest) -> None:
    if call.json:
        write_json(_row(folder, manifest))
    else:
        write_text(*_description(folder, manifest))


def _description(folder: Path, manifest: Manifest) -> Iterator[str]:
    model = manifest.embedder
    yield f"{manifest.name}@{manifest.fingerprint[:12]}"
    yield f"  place      {folder}"
    yield f"  holds      {manifest.documents} documents, {manifest.passages} passages"
    yield f"  embedder   {model.name}@{model.digest}, {model.dimension} dimensions"
    yield f"  on disk    {sum(file.size for file in manifest.files) / 1e6:.1f} MB, format {manifest.format}"
    yield f"  built by   verifier {manifest.verifier}"


def _row(folder: Path, manifest: Manifest) -> Row:
    return {
        "schema": INDEX,
        "name": manifest.name,
        "path": str(folder),
        "fingerprint": manifest.fingerprint,
        "documents": manifest.documents,
        "passages": manifest.passages,
        "embedder": f"{manifest.embedder.name}@{manifest.embedder.digest}",
        "bytes": sum(file.size for file in manifest.files),
        "format": manifest.format,
        "verifier": manifest.verifier,
    }
