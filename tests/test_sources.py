"""The one table of training sources."""

from __future__ import annotations

from pathlib import Path

from verifier.training.sources import SOURCES, Kind, Use, sources_in

EXPERTS = ("checker", "embedder", "generator")


def test_each_source_stands_once_and_shapes_an_expert() -> None:
    names = [source.name for source in SOURCES]
    assert len(names) == len(set(names))
    assert all(any(getattr(source, expert) > 0 for expert in EXPERTS) for source in SOURCES)
    assert all((source.kind is Kind.TWO_WAY) == source.name.startswith("binary_") for source in SOURCES)


def test_what_is_for_research_only_shapes_nothing_that_ships(tmp_path: Path) -> None:
    for source in SOURCES:
        source.path(tmp_path).touch()
    for expert in EXPERTS:
        shipped = {source.name for source, _ in sources_in(tmp_path, expert)}
        asked_for = {source.name for source, _ in sources_in(tmp_path, expert, all_licences=True)}
        assert not shipped & {"sick", "imppres", "binary_logiqa2nli", "binary_mctest", "qa_wikiqa", "answer_selection"}
        assert shipped == {s.name for s in SOURCES if getattr(s, expert) and s.use is not Use.COMPARISON}
        assert shipped <= asked_for


def test_a_licence_that_nobody_states_is_told() -> None:
    uses = {source.name: source.use for source in SOURCES}
    assert (uses["mpe"], uses["healthver_dev"], uses["sick"]) == (Use.SHIP, Use.NOT_STATED, Use.COMPARISON)


def test_only_files_that_are_there_are_read(tmp_path: Path) -> None:
    (tmp_path / "mpe.jsonl.gz").touch()
    assert [(source.name, share) for source, share in sources_in(tmp_path, "checker")] == [("mpe", 0.1)]
    assert sources_in(tmp_path, "generator") == []
