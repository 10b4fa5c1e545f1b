"""What a user can get wrong: each ends with one clear line on stderr and its exit code, never with a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fake_cli import COMMAND, Cli, environment
from tests.fakes import BagEmbedder

YES, NO = "Vinegar is an acid.", "The tower was built in 1900."


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    return Cli(monkeypatch, capsys, tmp_path)


def refused(cli: Cli, *arguments: str, code: int = 2, stdin: bytes = b"") -> str:
    """The one line that a call is refused with."""
    done = cli(*arguments, stdin=stdin)
    assert done.code == code, done
    assert done.out == ""
    assert done.err.startswith("verifier: ")
    assert done.err.count("\n") == 1
    assert done.err.endswith("\n")
    assert "Traceback" not in done.err
    return done.err


@pytest.mark.parametrize("claim", ["", "   ", "\n\t"])
def test_an_empty_claim(claim: str, cli: Cli) -> None:
    assert "claim" in refused(cli, "verify", claim)


def test_a_claim_of_ten_thousand_words(cli: Cli) -> None:
    assert "2,000 words" in refused(cli, "verify", "word " * 10_000)


def test_no_claim_at_all(cli: Cli) -> None:
    assert "CLAIM" in refused(cli, "verify")


def test_a_dash_for_a_claim(cli: Cli) -> None:
    assert "verifier batch -" in refused(cli, "verify", "-")


@pytest.mark.parametrize("group", [(), ("index",), ("corpus",)])
def test_no_command_at_all_shows_the_help_on_stderr(group: tuple[str, ...], cli: Cli) -> None:
    done = cli(*group)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: verifier")
    assert "Commands:" in done.err


def test_an_empty_question_and_an_empty_query(cli: Cli) -> None:
    assert "question" in refused(cli, "ask", " ")
    assert "query" in refused(cli, "search", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("frobnicate",), "no command 'frobnicate'"),
        (("verfy", "x"), "did you mean verify?"),
        (("verify", "x", "--frob"), "--frob"),
        (("verify", "x", "--top-k", "many"), "--top-k"),
        (("verify", "x", "--top-k", "0"), "--top-k: expected a whole number from 1 to 1000, got 0"),
        (("verify", "x", "--max-risk", "1.5"), "--max-risk: expected a number from 0"),
        (("verify", "x", "--max-risk", "nan"), "--max-risk: expected a number from 0"),
        (("verify", "x", "--index", ""), "--index: expected a name"),
        (("batch",), "FILE"),
        (("batch", "x.txt", "--fail-on", "wrong"), "--fail-on"),
        (("batch", "x.txt", "--resume"), "--resume continues a file"),
        (("batch", "x.txt", "--json", "--format", "table"), "--json and --format table"),
        (("batch", "x.txt", "-o", "no/such/out.jsonl"), "there is no folder no/such"),
        (("batch", "x.txt", "-o", "."), "got a folder"),
        (("index", "frob"), "frob"),
    ],
)
def test_wrong_usage_names_the_option(arguments: tuple[str, ...], said: str, cli: Cli) -> None:
    Path("x.txt").write_text(YES)
    assert said in refused(cli, *arguments)


def test_the_input_is_never_overwritten(cli: Cli) -> None:
    Path("x.txt").write_text(YES)
    assert "is the input file itself" in refused(cli, "batch", "x.txt", "-o", "./x.txt")
    assert Path("x.txt").read_text() == YES


@pytest.mark.parametrize("name", ["x.txt", "x.jsonl", "x.csv", "x.md"])
@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"\x7fELF\x00\x00\x01\x00\x00" * 30, None],
    ids=["empty", "blank", "binary", "missing"],
)
def test_files_that_are_no_text(name: str, content: bytes | None, cli: Cli) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    assert name in refused(cli, "batch", name)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"caf\xe9 au lait", None])
def test_evidence_that_is_no_text(content: bytes | None, cli: Cli) -> None:
    if content is not None:
        Path("e.txt").write_bytes(content)
    assert "e.txt" in refused(cli, "verify", YES, "--evidence", "e.txt")


@pytest.mark.parametrize("stdin", [b"", b"caf\xe9"])
def test_evidence_on_standard_input_that_is_no_text(stdin: bytes, cli: Cli) -> None:
    assert "standard input" in refused(cli, "verify", YES, "--evidence", "-", stdin=stdin)


def test_a_folder_in_the_place_of_a_file(cli: Cli) -> None:
    Path("folder").mkdir()
    assert "folder" in refused(cli, "batch", "folder")


def test_nothing_on_standard_input(cli: Cli) -> None:
    assert "standard input" in refused(cli, "batch", "-", stdin=b"")


@pytest.mark.parametrize(
    "bad",
    [
        b'{"claim": "half',
        b"[]",
        b'{"text": 3}',
        b'{"other": "x"}',
        b'{"claim": ""}',
        b'{"claim": "caf\xe9"}',
        b"nonsense",
    ],
)
def test_one_bad_line_is_an_error_row_and_the_rest_is_checked(bad: bytes, cli: Cli) -> None:
    good = [json.dumps({"claim": claim}).encode() for claim in (YES, NO)]
    Path("x.jsonl").write_bytes(good[0] + b"\n" + bad + b"\n" + good[1] + b"\n")
    done = cli("batch", "x.jsonl")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 4
    assert [row["schema"].split("/")[1] for row in rows] == ["verdict", "error", "verdict"]
    assert rows[1]["error"]
    assert done.err == "3 claims: 1 contradicted, 1 supported, 1 failed\n"


def test_a_claim_too_long_for_a_row(cli: Cli) -> None:
    Path("x.txt").write_text(f"{YES}\n{'word ' * 10_000}\n")
    done = cli("batch", "x.txt")
    assert done.code == 4
    assert [json.loads(line)["schema"] for line in done.out.splitlines()] == ["verifier/verdict/1", "verifier/error/1"]


@pytest.mark.parametrize("command", [("verify", YES), ("ask", "x"), ("explain", YES)])
def test_a_missing_index(command: tuple[str, ...], cli: Cli) -> None:
    assert "verifier index build absent" in refused(cli, *command, "--index", "absent", code=3)


def test_a_model_that_fails_ends_a_batch_with_its_line(cli: Cli) -> None:
    Path("x.txt").write_text("A damaged thing.\n")
    assert "the model's file is damaged" in refused(cli, "batch", "x.txt", code=3)


def test_a_missing_index_keeps_the_earlier_output(cli: Cli) -> None:
    Path("x.txt").write_text(YES)
    Path("out.jsonl").write_text("precious")
    refused(cli, "batch", "x.txt", "-o", "out.jsonl", "--index", "absent", code=3)
    assert Path("out.jsonl").read_text() == "precious"


def test_resuming_a_file_of_something_else(cli: Cli) -> None:
    Path("x.txt").write_text(YES)
    Path("out.jsonl").write_text("precious\n")
    assert "out.jsonl, line 1: expected a row" in refused(cli, "batch", "x.txt", "-o", "out.jsonl", "--resume")
    assert Path("out.jsonl").read_text() == "precious\n"


def test_a_wrong_settings_file(cli: Cli) -> None:
    Path("verifier.toml").write_text("top_k = 0\n")
    assert "verifier.toml, key top_k: expected a whole number" in refused(cli, "verify", YES)


def test_indexes_that_are_not_there_or_damaged(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.models.load.load_embedder", lambda spec: BagEmbedder())
    assert "no index nowhere" in refused(cli, "index", "info", "nowhere", code=3)
    assert "no index nowhere" in refused(cli, "search", "x", "--index", "nowhere", code=3)
    Path("notes").mkdir()
    Path("notes/bees.md").write_text("Honey is made by bees.")
    built = json.loads(cli("index", "build", "notes", "--json").out)
    manifest = Path(built["path"]) / "manifest.json"
    manifest.write_text("{")
    assert "manifest.json" in refused(cli, "index", "info", "notes", code=3)
    assert "manifest.json" in refused(cli, "index", "check", "notes", code=3)
    assert "manifest.json" in refused(cli, "search", "x", "--index", "notes", code=3)
    assert cli("index", "list").err.startswith("damaged: ")


def test_a_corpus_that_is_not_there_or_empty(cli: Cli) -> None:
    assert "nowhere" in refused(cli, "corpus", "stats", "nowhere", code=3)
    assert "nowhere" in refused(cli, "index", "build", "nowhere", code=3)
    Path("bare").mkdir()
    assert "bare" in refused(cli, "corpus", "stats", "bare", code=3)


def test_an_index_never_replaces_a_folder_of_documents(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.models.load.load_embedder", lambda spec: BagEmbedder())
    Path("notes").mkdir()
    Path("notes/bees.md").write_text("Honey is made by bees.")
    refused(cli, "index", "build", "notes", "--name", "./notes", code=3)
    assert Path("notes/bees.md").read_text() == "Honey is made by bees."


def test_an_unknown_model(tmp_path: Path) -> None:
    """With the real models.load, which must refuse before anything else is loaded."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "verifier",
            "verify",
            YES,
            "--embedder",
            "./no-such-model",
            "--checker",
            "./no-such-model",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(tmp_path) | {"HF_HUB_OFFLINE": "1"},
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert "no-such-model" in done.stderr
    assert done.stderr.count("\n") == 1


def test_verbose_shows_the_traceback(cli: Cli) -> None:
    done = cli("verify", "", "-v")
    assert done.code == 2
    assert "Traceback" in done.err
    assert done.err.splitlines()[-1].startswith("verifier: ")


def test_an_error_message_steers_no_terminal(cli: Cli) -> None:
    line = refused(cli, "batch", "no\x1b[31m\x07such\nfile.txt")
    assert not set(line) & set("\x1b\x07")


def start(tmp_path: Path, *arguments: str, delay: str, stdout: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=tmp_path,
        env=environment(tmp_path) | {"FAKE_DELAY": delay},
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_written_and_resume_goes_on(tmp_path: Path) -> None:
    source, out = tmp_path / "x.txt", tmp_path / "out.jsonl"
    source.write_text(f"{YES}\n{NO}\n" * 200)
    with start(tmp_path, "batch", "x.txt", "-o", "out.jsonl", delay="0.2") as process:
        deadline = time.monotonic() + 60
        while not (out.exists() and out.read_bytes().count(b"\n") >= 16) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == b"verifier: interrupted\n"
    written = out.read_bytes()
    assert 16 <= written.count(b"\n") < 400
    assert written.endswith(b"\n")
    with start(tmp_path, "batch", "x.txt", "-o", "out.jsonl", "--resume", "-q", delay="0") as process:
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert out.read_bytes().startswith(written)
    assert [json.loads(line)["id"] for line in out.read_bytes().splitlines()] == [str(n) for n in range(1, 401)]


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["jsonl", "table"])
def test_a_closed_pipe_ends_quietly(layout: str, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(f"{YES}\n" * 2000)
    with start(tmp_path, "batch", "x.txt", "--format", layout, delay="0") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        process.wait(timeout=60)
    assert (process.returncode, err) == (0, b"")


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_pipe_closed_before_verify_writes(options: tuple[str, ...], tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with start(tmp_path, "verify", YES, *options, delay="0", stdout=write) as process:
        os.close(write)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", [("verify", YES), ("verify", YES, "--json"), ("batch", "x.txt")])
def test_a_full_disk_is_told(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(YES)
    with Path("/dev/full").open("wb") as full, start(tmp_path, *arguments, delay="0", stdout=full.fileno()) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert b"No space left on device" in err
    assert err.count(b"\n") == 1
