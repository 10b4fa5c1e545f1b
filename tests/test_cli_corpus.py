"""``verifier corpus new``, ``lint`` and ``stats`` from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fake_cli import Cli
from tests.fakes import BagEmbedder, OverlapNLI

HEAD = "---\ntitle: {title}\nsource: A book\nlicence: CC0\n---\n\n"


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    return Cli(monkeypatch, capsys, tmp_path)


def put(name: str, text: str | bytes) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def faulty() -> None:
    put("mine/a.md", HEAD.format(title="Bats") + "Bats fly.\n")
    put("mine/b.md", HEAD.format(title="Bats") + "Bats sleep.\n")
    put("mine/sub/c.md", "---\ntitle: Bees\n\nBees fly.\n")


def test_a_new_corpus_passes_its_own_lint(cli: Cli) -> None:
    done = cli("corpus", "new", "mine", "--title", "My notes")
    assert (done.code, done.out.split()) == (0, ["mine/corpus.toml", "mine/README.md", "mine/example.md"])
    assert "verifier corpus lint mine" in done.err
    linted = cli("corpus", "lint", "mine", "--fail-on", "warning")
    assert (linted.code, linted.out, linted.err) == (0, "", "1 document: 0 errors, 0 warnings\n")
    again = cli("corpus", "new", "mine")
    assert again.code == 2
    assert "corpus.toml is there already" in again.err
    (row,) = [json.loads(line) for line in cli("corpus", "new", "other", "--json", "-q").out.splitlines()]
    assert (row["name"], row["files"]) == ("other", ["corpus.toml", "README.md", "example.md"])


def test_lint_goes_on_and_names_places_from_here(cli: Cli) -> None:
    faulty()
    done = cli("corpus", "lint", "mine")
    assert done.code == 0
    assert [line.split(": ")[:2] for line in done.out.splitlines()] == [
        ["mine/b.md:1", "warning same-title"],
        ["mine/sub/c.md:1", "error front-matter"],
    ]
    assert done.out.splitlines()[0].endswith("(mine/a.md:1)")
    assert done.err == "2 documents: 1 error, 1 warning\n"


@pytest.mark.parametrize(
    ("options", "code"),
    [((), 0), (("--fail-on", "error"), 1), (("--fail-on", "warning"), 1), (("--fail-on", "nothing"), 2)],
)
def test_exit_codes(options: tuple[str, ...], code: int, cli: Cli) -> None:
    faulty()
    assert cli("corpus", "lint", "mine", *options).code == code


def test_warnings_fail_only_when_asked(cli: Cli) -> None:
    faulty()
    Path("mine/sub/c.md").unlink()
    assert cli("corpus", "lint", "mine", "--fail-on", "error").code == 0
    assert cli("corpus", "lint", "mine", "--fail-on", "warning").code == 1


def test_lint_as_json(cli: Cli) -> None:
    faulty()
    first, second = (json.loads(line) for line in cli("corpus", "lint", "mine", "--json").out.splitlines())
    assert first == {
        "schema": "verifier/finding/1",
        "file": "mine/b.md",
        "line": 1,
        "rule": "same-title",
        "level": "warning",
        "message": first["message"],
        "other": {"file": "mine/a.md", "line": 1},
    }
    assert (second["rule"], second["level"], second["other"]) == ("front-matter", "error", None)


def test_lint_as_sarif(cli: Cli) -> None:
    faulty()
    done = cli("corpus", "lint", "mine", "--sarif", "--fail-on", "error")
    log = json.loads(done.out)
    assert (done.code, log["version"]) == (1, "2.1.0")
    found = [
        (result["ruleId"], result["level"], result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for result in log["runs"][0]["results"]
    ]
    assert found == [("same-title", "warning", "mine/b.md"), ("front-matter", "error", "mine/sub/c.md")]
    assert "(mine/a.md:1)" in log["runs"][0]["results"][0]["message"]["text"]
    assert cli("corpus", "lint", "mine", "--sarif", "--json").code == 2


def test_a_corpus_that_lies_elsewhere_is_named_from_its_own_folder(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    faulty()
    place = Path("mine").resolve()
    Path("elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    assert cli("corpus", "lint", str(place)).out.startswith("b.md:1: ")


def test_limits_are_options(cli: Cli) -> None:
    put("mine/a.md", HEAD.format(title="Bats").replace("CC0\n", "CC0\nchecked: 2001-01-01\n") + "Bats fly at night.\n")
    assert "stale" in cli("corpus", "lint", "mine").out
    assert cli("corpus", "lint", "mine", "--stale-days", "99999").out == ""
    assert "too-long" in cli("corpus", "lint", "mine", "--max-words", "3", "--stale-days", "99999").out


def test_contradictions_say_what_was_looked_at(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.models.load.load_embedder", lambda spec: BagEmbedder())
    monkeypatch.setattr("verifier.models.load.load_checker", lambda spec: OverlapNLI())
    put("mine/a.md", HEAD.format(title="Tower") + "Paris is old.\n\nThe tower was opened to visitors in 1889.\n")
    put("mine/b.md", HEAD.format(title="The tower today") + "The tower was opened to visitors in 1899.\n")
    assert cli("corpus", "lint", "mine").out == ""
    done = cli("corpus", "lint", "mine", "--contradictions", "--fail-on", "warning")
    assert done.code == 1
    (line,) = done.out.splitlines()
    assert line.startswith("mine/a.md:9: warning contradiction: ")
    assert line.endswith("(mine/b.md:7)")
    assert "3 of 3 sentences looked up, 1 pairs about the same thing read by overlap@111111111111" in done.err
    capped = cli("corpus", "lint", "mine", "--contradictions", "--max-sentences", "1")
    assert "1 of 3 sentences" in capped.err


def test_contradictions_need_two_documents(cli: Cli) -> None:
    put("mine/a.md", HEAD.format(title="Tower") + "Paris is old.\n")
    done = cli("corpus", "lint", "mine", "--contradictions")
    assert (done.code, "no two documents" in done.err) == (0, True)


def test_stats_count_sources_and_give_the_oldest_date(cli: Cli) -> None:
    head = "---\ntitle: T\nsources: [A book, {source}]\nchecked: {date}\n---\n"
    put("mine/a.md", head.format(source="A page", date="2026-01-01") + "Bats fly.")
    put("mine/b.md", head.format(source="A map", date="2024-05-06") + "Bees fly.")
    put("mine/corpus.toml", 'name = "mine"')
    (row,) = [json.loads(line) for line in cli("corpus", "stats", "mine", "--json").out.splitlines()]
    assert (row["documents"], row["sources"], row["oldest_date"]) == (2, 3, "2024-05-06")
    assert "3 sources, the oldest date is 2024-05-06" in cli("corpus", "stats", "mine").out
