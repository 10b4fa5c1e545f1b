from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import click
import pytest

from tests.fake_cli import Cli
from tests.fakes import BagEmbedder, FirstSentenceGenerator, OverlapNLI
from verifier.cli.app import COMMANDS, app
from verifier.corpus.shipped import shipped_corpora

YES, NO, OPEN = "Vinegar is an acid.", "The tower was built in 1900.", "Bees like music."
HEAVY = {
    "torch", "transformers", "sentence_transformers", "faiss", "onnxruntime", "tantivy", "sentencex", "rich",
    "prompt_toolkit", "numpy", "yaml", "platformdirs",
}  # fmt: skip


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    return Cli(monkeypatch, capsys, tmp_path)


def rows(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_imports_nothing_heavy(option: str) -> None:
    code = (
        "import sys; from verifier.__main__ import main; code = main([sys.argv[1]]); "
        "print(code, *sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, option], capture_output=True, text=True, check=True)
    exit_code, *modules = done.stderr.split()
    assert exit_code == "0"
    assert "Commands:" in done.stdout
    assert not HEAVY & set(modules)


@pytest.mark.slow
def test_help_is_quick() -> None:
    def seconds() -> float:
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-m", "verifier", "--help"], capture_output=True, check=True)
        return time.perf_counter() - begin

    assert min(seconds() for _ in range(5)) < 0.25


def test_every_command_has_the_help_that_the_list_says() -> None:
    for name, entry in COMMANDS.items():
        command = import_module(entry.module).command
        assert command.name == name
        assert command.get_short_help_str(100) == entry.short_help


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        return [(path, command)]
    context = click.Context(command)
    found = []
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        found += leaves(inner, (*path, name))
    return found


@pytest.mark.parametrize("path", [path for path, _ in leaves(app)], ids=" ".join)
def test_every_command_and_option_has_help(path: tuple[str, ...], cli: Cli) -> None:
    done = cli(*path, "-h")
    assert done.code == 0
    assert done.out.startswith(f"Usage: verifier {' '.join(path)}")
    command = dict(leaves(app))[path]
    assert command.help
    assert [o.name for o in command.params if isinstance(o, click.Option) and not o.help] == []


def test_version(cli: Cli) -> None:
    assert re.fullmatch(r"verifier, version \d+\.\d+\.\d+\S*\n", cli("--version").out)


def test_verify_for_people(cli: Cli) -> None:
    done = cli("verify", YES, NO, OPEN)
    assert done.code == 0
    assert done.err == ""
    heads = [line for line in done.out.splitlines() if line[:1].strip()]
    assert [head.split()[:2] for head in heads] == [["✓", "supported"], ["✗", "contradicted"], ["?", "unsupported"]]
    assert '    "Vinegar is an acid."' in done.out.splitlines()


def test_verify_as_json_gives_the_same_bytes_twice(cli: Cli) -> None:
    first, second = cli("verify", YES, NO, "--json"), cli("verify", "--json", YES, NO)
    assert first == second
    assert [(r["schema"], r["id"], r["claim"], r["label"]) for r in rows(first.out)] == [
        ("verifier/verdict/1", "1", YES, "supported"),
        ("verifier/verdict/1", "2", NO, "contradicted"),
    ]


def test_the_settings_reach_the_verdict(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("verifier.toml").write_text("top_k = 3\nmax_risk = 0.2\n")
    monkeypatch.setenv("VERIFIER_MAX_RISK", "0.3")
    (row,) = rows(cli("verify", YES, "--json").out)
    thresholds = row["provenance"]["thresholds"]  # type: ignore[index]
    assert (thresholds["top_k"], thresholds["max_risk"]) == (3, 0.3)
    (row,) = rows(cli("verify", YES, "--json", "--max-risk", "0.4").out)
    assert row["provenance"]["thresholds"]["max_risk"] == 0.4  # type: ignore[index]


def test_evidence_files_are_the_corpus(cli: Cli) -> None:
    Path("a.txt").write_text("The moon is far away.")
    Path("b.txt").write_text("Cats sleep a lot. Cats purr.")
    (row,) = rows(cli("verify", "Cats purr.", "--evidence", "a.txt", "--evidence", "b.txt", "--json").out)
    assert row["label"] == "supported"
    assert row["evidence"][0]["passage"] == "evidence/2#1"  # type: ignore[index]
    (row,) = rows(cli("verify", YES, "--evidence", "-", "--json", stdin=b"Vinegar is not an acid.").out)
    assert row["label"] == "contradicted"


def test_search_shows_hits(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.models.load.load_embedder", lambda spec: BagEmbedder())
    notes(bees="Honey is made by bees.", tower="The tower stands in Paris.")
    cli("index", "build", "notes")
    (row,) = rows(cli("search", "tower", "Paris", "--index", "notes", "--json", "--top-k", "1").out)
    assert row["text"] == "The tower stands in Paris."
    assert (row["rank"], row["lexical_rank"], row["dense_rank"]) == (1, 1, 1)
    assert "lexical 1  dense 1" in cli("search", "tower Paris", "--index", "notes").out


def test_search_says_when_nothing_it_finds_is_near(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    # The fake embedder's hits, judged by the numbers fitted to the shipped one.
    monkeypatch.setattr("verifier.models.load.load_embedder", lambda spec: BagEmbedder(dimension=512))
    notes(bees="Honey is made by bees.", tower="The tower stands in Paris.")
    cli("index", "build", "notes")
    far = cli("search", "qzx", "--index", "notes")
    assert (far.code, "none of these is near enough" in far.err, far.out != "") == (0, True, True)
    assert "none of these" not in cli("search", "bees make honey", "--index", "notes").err
    assert cli("search", "qzx", "--index", "notes", "-q").err == ""


def notes(**texts: str) -> None:
    """A folder of documents, by name."""
    Path("notes").mkdir()
    for name, text in texts.items():
        Path(f"notes/{name}.md").write_text(text)


def test_explain_shows_each_step(cli: Cli) -> None:
    out = cli("explain", YES).out
    for part in ("Found", "Read", "Decided", "rule: support, and no contradiction", "Verdict", "✓ supported"):
        assert part in out
    (row,) = rows(cli("explain", YES, "--json").out)
    assert row["verdict"]["label"] == "supported"  # type: ignore[index]
    assert row["sentences"][0]["text"] == "Vinegar is an acid."  # type: ignore[index]


def test_ask_shows_draft_and_answer(cli: Cli) -> None:
    out = cli("ask", "What", "is", "vinegar?").out
    assert out.startswith("Draft\n  Vinegar is an acid.\n")
    assert "[1] supports" in out
    (row,) = rows(cli("ask", "What is vinegar?", "--json").out)
    assert row["schema"] == "verifier/answer/1"
    assert row["provenance"]["generator"] == "first-sentence@222222222222"  # type: ignore[index]


def claims_file(*claims: str) -> str:
    path = Path("claims.jsonl")
    path.write_text("".join(json.dumps({"id": n, "claim": c, "page": n * 10}) + "\n" for n, c in enumerate(claims, 1)))
    return str(path)


def test_batch_writes_a_row_a_claim_with_the_other_keys(cli: Cli) -> None:
    done = cli("batch", claims_file(YES, NO, OPEN))
    assert done.code == 0
    assert [(r["id"], r["label"], r["input"]) for r in rows(done.out)] == [
        ("1", "supported", {"page": 10}),
        ("2", "contradicted", {"page": 20}),
        ("3", "unsupported", {"page": 30}),
    ]
    assert done.err == "3 claims: 1 contradicted, 1 supported, 1 unsupported\n"


def test_quiet_silences_notes_and_no_data(cli: Cli) -> None:
    loud, quiet = cli("batch", claims_file(YES)), cli("batch", claims_file(YES), "-q")
    assert quiet.err == ""
    assert quiet.out == loud.out != ""


def test_batch_reads_standard_input(cli: Cli) -> None:
    assert [r["label"] for r in rows(cli("batch", "-", stdin=f"{YES}\n\n{NO}\n".encode()).out)] == [
        "supported",
        "contradicted",
    ]


def test_batch_finds_the_claims_of_a_document(cli: Cli) -> None:
    Path("text.md").write_text(f"# Title\n\n{YES} {NO}\n")
    result = rows(cli("batch", "text.md").out)
    assert [r["claim"] for r in result] == [YES, NO]
    place = result[1]["input"]
    assert isinstance(place, dict)
    assert Path("text.md").read_text()[place["start"] : place["end"]] == NO


def test_batch_to_a_file_leaves_stdout_empty(cli: Cli) -> None:
    there = cli("batch", claims_file(YES, NO))
    done = cli("batch", claims_file(YES, NO), "-o", "out.jsonl")
    assert done.out == ""
    assert Path("out.jsonl").read_text() == there.out


def test_a_table_has_a_line_a_claim(cli: Cli) -> None:
    done = cli("batch", claims_file(YES, "A crash."), "--format", "table")
    assert [line.split()[:2] for line in done.out.splitlines()] == [["✓", "supported"], ["!", "error"]]


@pytest.mark.parametrize(("style", "word"), [("fever", "REFUTES"), ("scifact", "CONTRADICT"), ("nli", "contradiction")])
def test_label_styles(style: str, word: str, cli: Cli) -> None:
    (row,) = rows(cli("batch", claims_file(NO), "--label-style", style).out)
    assert row["label"] == word


@pytest.mark.parametrize(
    ("claims", "options", "code"),
    [
        ((YES,), (), 0),
        ((NO,), (), 0),
        ((YES, NO), ("--fail-on", "contradicted"), 1),
        ((YES,), ("--fail-on", "contradicted"), 0),
        ((YES, OPEN), ("--fail-on", "contradicted", "--fail-on", "unsupported"), 1),
        ((NO, "A crash."), ("--fail-on", "contradicted"), 4),
        (("A crash.",), (), 4),
    ],
)
def test_exit_codes_of_batch(claims: tuple[str, ...], options: tuple[str, ...], code: int, cli: Cli) -> None:
    assert cli("batch", claims_file(*claims), *options).code == code


@pytest.mark.parametrize("keep", [0, 1, 2, 3])
def test_a_resumed_run_ends_as_an_uninterrupted_one(keep: int, cli: Cli) -> None:
    source, out = claims_file(YES, "A crash.", NO, YES), Path("out.jsonl")
    whole = cli("batch", source, "-o", "out.jsonl", "--fail-on", "contradicted")
    full = out.read_bytes()
    lines = full.splitlines(keepends=True)
    out.write_bytes(b"".join(lines[:keep]) + lines[keep][:20])
    again = cli("batch", source, "-o", "out.jsonl", "--resume", "--fail-on", "contradicted")
    assert out.read_bytes() == full
    assert (again.code, again.err) == (whole.code, whole.err)


def test_resuming_on_another_basis_is_noted(cli: Cli) -> None:
    cli("batch", claims_file(YES), "-o", "out.jsonl")
    again = cli("batch", claims_file(YES, NO), "-o", "out.jsonl", "--resume", "--top-k", "2")
    assert "rest on another index, model or threshold" in again.err
    assert len(Path("out.jsonl").read_text().splitlines()) == 2


def test_index_build_list_info_check(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.models.load.load_embedder", lambda spec: BagEmbedder())
    notes(bees="Honey is made by bees. Bees live in hives.")
    built = cli("index", "build", "notes", "--json")
    assert built.code == 0, built.err
    (row,) = rows(built.out)
    assert (row["name"], row["documents"], row["passages"]) == ("notes", 1, 1)
    assert rows(cli("index", "list", "--json").out) == [row]
    assert rows(cli("index", "info", "notes", "--json").out) == [row]
    assert "holds      1 documents, 1 passages" in cli("index", "info", "notes").out
    assert cli("index", "check", "notes").out.endswith(": sound\n")
    assert cli("index", "build", "notes", "--name", "other").code == 0
    assert [r["name"] for r in rows(cli("index", "list", "--json").out)] == ["notes", "other"]


def test_corpus_list_and_stats(cli: Cli) -> None:
    assert [r["name"] for r in rows(cli("corpus", "list", "--json").out)] == shipped_corpora()
    Path("mine/food").mkdir(parents=True)
    Path("mine/food/honey.md").write_text("---\ntitle: Honey\nlicence: CC0\n---\n\nHoney is sweet. Bees make it.\n")
    Path("mine/moon.txt").write_text("The moon is far.")
    (row,) = rows(cli("corpus", "stats", "mine", "--json").out)
    assert (row["documents"], row["passages"], row["words"]) == (2, 2, 10)
    assert row["sections"] == {".": 1, "food": 1}
    assert row["licences"] == {"CC0": 1, "not stated": 1}


def test_doctor_says_what_is_missing_and_how_to_mend_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    done = cli("doctor", "--json", "--checker", "./no-such-model", "--index", "absent", "--generator", "./no")
    assert done.code == 3
    findings = rows(done.out)
    checker = next(f for f in findings if f["area"] == "checker")
    assert checker["state"] == "wrong"
    assert checker["mend"]
    assert "wrong; see above" in done.err
    assert {"version", "package", "setting", "threads", "network", "corpora"} <= {str(f["area"]) for f in findings}
    assert "HF_HUB_OFFLINE is set" in cli("doctor", "--checker", "./no-such-model", "--generator", "./no").out


def test_doctor_is_content_when_all_is_there(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.models.load.load_embedder", lambda spec: BagEmbedder())
    monkeypatch.setattr("verifier.models.load.load_checker", lambda spec: OverlapNLI())
    monkeypatch.setattr("verifier.models.load.load_generator", lambda spec: FirstSentenceGenerator())
    notes(bees="Honey is made by bees.")
    cli("index", "build", "notes")
    done = cli("doctor", "--index", "notes", "--json")
    assert done.code == 0, done.out
    texts = {str(f["area"]): str(f["text"]) for f in rows(done.out)}
    assert texts["checker"] == "overlap@111111111111"
    assert texts["index"].startswith("notes@")


def test_doctor_leaves_the_environment_as_it_was(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    cli("doctor", "--checker", "./no-such-model", "--generator", "./no")
    assert "HF_HUB_OFFLINE" not in os.environ
