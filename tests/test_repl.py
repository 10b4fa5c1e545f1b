from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from tests.fake_cli import COMMAND, Cli, environment, fake_verifier
from verifier.cli.conversation import COMMANDS, Conversation
from verifier.cli.options import Call
from verifier.cli.repl import completer
from verifier.config import Options, Settings
from verifier.errors import UsageError


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    return Cli(monkeypatch, capsys, tmp_path)


@pytest.fixture
def conversation(cli: Cli) -> Conversation:
    return Conversation(Call(Settings(), Options(), json=False, quiet=True, verbose=False), fake_verifier())


def test_piped_lines_are_questions_and_commands(cli: Cli) -> None:
    done = cli("ask", stdin=b"What is vinegar?\n\n/evidence 1\n/check Honey is made by bees.\n/quit\nnever asked\n")
    assert done.code == 0
    assert done.err == ""
    assert done.out.count("Draft") == 1
    assert "  [Vinegar is an acid.] Vinegar keeps food from spoiling." in done.out.splitlines()
    assert "✓ supported 98%\n  Honey is made by bees.\n" in done.out


def test_the_end_of_input_ends_it(cli: Cli) -> None:
    assert cli("ask", stdin=b"").code == 0
    assert cli("ask", stdin=b"/help").out.count("/quit") == 1


def test_json_goes_through_a_conversation(cli: Cli) -> None:
    done = cli("ask", "--json", stdin=b"What is vinegar?\n/check Honey is made by bees.\n")
    assert [json.loads(line)["schema"] for line in done.out.splitlines()] == [
        "verifier/answer/1",
        "verifier/verdict/1",
    ]


def test_commands_speak_json_too_and_words_go_to_stderr(cli: Cli) -> None:
    lines = b"What is vinegar?\n/evidence 1\n/explain\n/more\n/diff\n/index\n/help\n"
    done = cli("ask", "--json", stdin=lines)
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [row.get("schema", row.get("stance")) for row in rows[:3]] == [
        "verifier/answer/1",
        "supports",
        "verifier/trace/1",
    ]
    assert {row["schema"] for row in rows[3:]} == {"verifier/hit/1"}
    assert "evidence: 3 passages" in done.err
    assert "/quit" in done.err


def test_a_failing_line_is_told_and_the_next_is_answered(cli: Cli) -> None:
    done = cli("ask", stdin=b"/chekc x\nWhat is vinegar?\n")
    assert done.code == 2
    assert done.err == "verifier: no command /chekc; did you mean /check?\n"
    assert "Draft" in done.out


def test_input_that_is_not_utf8_is_told(cli: Cli) -> None:
    done = cli("ask", stdin=b"caf\xe9?\n")
    assert (done.code, done.err) == (2, "verifier: standard input, line 1: expected UTF-8 text, got something else\n")


def test_help_lists_every_command(conversation: Conversation, capsys: pytest.CaptureFixture[str]) -> None:
    assert conversation.handle("/help")
    out = capsys.readouterr().out
    assert all(entry.usage in out and entry.help in out for entry in COMMANDS.values())


def test_quit_is_the_last_line(conversation: Conversation) -> None:
    assert conversation.handle("  ")
    assert not conversation.handle("/quit")


@pytest.mark.parametrize("number", ["", "0", "99", "-1", "x", "²", "9" * 5000])
def test_a_wrong_number_says_which_are_right(number: str, conversation: Conversation) -> None:
    conversation.handle("/check Vinegar is an acid.")
    with pytest.raises(UsageError, match=rf"expected a number from 1 to {len(conversation.sources)}, got"):
        conversation.handle(f"/evidence {number}")


def test_evidence_before_any_answer(conversation: Conversation) -> None:
    with pytest.raises(UsageError, match="there is no evidence yet"):
        conversation.handle("/evidence 1")


def test_check_wants_a_claim(conversation: Conversation) -> None:
    with pytest.raises(UsageError, match="expected a claim"):
        conversation.handle("/check")


def test_the_index_is_named_and_can_be_changed(cli: Cli) -> None:
    done = cli("ask", stdin=b"/index\n/index absent\n/index other\n/check Vinegar is an acid.\n")
    assert done.code == 3
    assert done.err.count("\n") == 1
    assert done.out.startswith("evidence: 3 passages, ")
    assert "✓ supported" in done.out


def test_a_question_may_lean_on_the_one_before(cli: Cli) -> None:
    done = cli("ask", stdin=b"Where does the Tower stand?\nAnd when was it built?\n")
    assert done.code == 0
    assert "understood as: When was the Tower built?" in done.err


def test_explain_shows_the_steps_behind_a_verdict(
    conversation: Conversation, capsys: pytest.CaptureFixture[str]
) -> None:
    conversation.handle("/check Honey is made by bees.")
    capsys.readouterr()
    conversation.handle("/explain 1")
    assert "rule: support" in capsys.readouterr().out
    with pytest.raises(UsageError, match="from 1 to 1"):
        conversation.handle("/explain 2")


def test_diff_shows_what_was_changed(conversation: Conversation, capsys: pytest.CaptureFixture[str]) -> None:
    conversation.handle("What is vinegar?")
    capsys.readouterr()
    conversation.handle("/diff")
    assert "{+[1]+}" in capsys.readouterr().out


def test_more_goes_on_where_it_stopped(conversation: Conversation, capsys: pytest.CaptureFixture[str]) -> None:
    conversation.handle("What is vinegar?")
    capsys.readouterr()
    conversation.handle("/more")
    assert capsys.readouterr().out.startswith(" 1  ")
    conversation.handle("/more")
    assert capsys.readouterr().out == "There are no more passages.\n"


def test_a_line_is_what_the_mode_says(conversation: Conversation, capsys: pytest.CaptureFixture[str]) -> None:
    for line in ("/mode", "/mode check", "Honey is made by bees.", "/mode search", "honey"):
        conversation.handle(line)
    out = capsys.readouterr().out
    assert out.startswith(
        "A line is a question; its answer is checked.\nA line is a claim; it is checked.\n✓ supported"
    )
    assert out.splitlines()[-3].startswith(" 3  ")
    with pytest.raises(UsageError, match="expected ask, check, search"):
        conversation.handle("/mode sing")


def test_a_file_is_loaded_and_its_claims_are_checked(
    conversation: Conversation, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "notes.md").write_text("# Notes\n\nHoney is made by bees. Vinegar is an acid.\n", "utf-8")
    conversation.handle(f"/load {tmp_path / 'notes.md'}")
    assert capsys.readouterr().out.count("✓ supported") == 2
    assert len(conversation.turns) == 2
    (tmp_path / "empty.md").write_text("# Notes\n", "utf-8")
    with pytest.raises(UsageError, match="no claims in it"):
        conversation.handle(f"/load {tmp_path / 'empty.md'}")
    with pytest.raises(UsageError, match="expected a text file"):
        conversation.handle("/load")


def test_limits_can_be_read_and_changed(conversation: Conversation, capsys: pytest.CaptureFixture[str]) -> None:
    for line in ("/top-k", "/top-k 3", "/risk", "/risk 0.1"):
        conversation.handle(line)
    assert capsys.readouterr().out.splitlines() == [
        "8 passages are retrieved for a claim.",
        "3 passages are retrieved for a claim.",
        "No verdict is withheld.",
        "At most 10% of settled verdicts may be wrong.",
    ]
    limits = conversation.verifier.verify("Vinegar is an acid.").provenance.thresholds
    assert (limits.top_k, limits.max_risk) == (3, 0.1)
    assert conversation.call.settings.top_k == 3


@pytest.mark.parametrize("line", ["/top-k 0", "/top-k many", "/risk 1", "/risk low", "/risk nan", "/save talk.doc"])
def test_a_wrong_value_is_told_and_changes_nothing(conversation: Conversation, line: str) -> None:
    conversation.handle("/check Honey is made by bees.")
    before = conversation.verifier.thresholds
    with pytest.raises(UsageError):
        conversation.handle(line)
    assert conversation.verifier.thresholds == before


@pytest.mark.parametrize("line", ["/explain", "/diff", "/more", "/save talk.md"])
def test_commands_about_what_was_said_need_something_said(conversation: Conversation, line: str) -> None:
    with pytest.raises(UsageError, match="ask a question"):
        conversation.handle(line)


def test_a_conversation_is_saved_and_nothing_is_written_over(conversation: Conversation, tmp_path: Path) -> None:
    conversation.handle("What is vinegar?")
    conversation.handle("/check Honey is made by <b>wasps</b> *always*.")
    for name in ("talk.md", "talk.html", "talk.json"):
        conversation.handle(f"/save {tmp_path / name}")
    stored = json.loads((tmp_path / "talk.json").read_text("utf-8"))
    assert (stored["schema"], len(stored["turns"])) == ("verifier/conversation/1", 2)
    assert "Honey is made by &lt;b&gt;wasps&lt;/b&gt; *always*." in (tmp_path / "talk.html").read_text("utf-8")
    assert r"## Honey is made by \<b\>wasps\</b\> \*always\*." in (tmp_path / "talk.md").read_text("utf-8")
    with pytest.raises(UsageError, match="kept as it is"):
        conversation.handle(f"/save {tmp_path / 'talk.md'}")


def test_several_lines_make_one_entry(cli: Cli) -> None:
    done = cli("ask", stdin=b'"""\nWhat is\nvinegar?\n"""\n!multi\n/check Honey is\nmade by bees.\n!end\n"""What is\n')
    assert done.code == 0
    assert done.out.count("Draft") == 2
    assert "  Honey is made by bees.\n" in done.out


def test_commands_indexes_and_paths_are_completed(cli: Cli, tmp_path: Path) -> None:
    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

    def completed(text: str) -> list[str]:
        return [found.text for found in completer().get_completions(Document(text), CompleteEvent())]

    assert completed("/ex") == ["/explain"]
    assert "commons" in completed("/index co")
    (tmp_path / "talks").mkdir()
    assert completed(f"/save {tmp_path}/ta") == ["lks"]
    assert completed("What is /in") == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="pexpect needs a pseudo-terminal")
def test_on_a_terminal(tmp_path: Path) -> None:
    import pexpect

    variables = environment(tmp_path) | {"PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm", "FAKE_DELAY": "0.5"}
    child = pexpect.spawn(
        COMMAND[0], [*COMMAND[1:], "ask"], env=variables, cwd=str(tmp_path), timeout=30, encoding="utf-8"
    )
    child.expect("verifier>")
    child.send("What is vinegar?\r")
    child.expect("Answer")
    child.expect("verifier>")
    child.send("half a line\x03")  # Ctrl-C at the prompt begins a new line
    child.expect("verifier>")
    child.send("/check Honey is made by bees.\r")
    child.expect("bees.")
    child.expect("\n")
    child.send("\x03")  # Ctrl-C drops the answer being made
    child.expect("cancelled")
    child.expect("verifier>")
    child.send("\x04")  # Ctrl-D leaves
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert "Traceback" not in (child.before or "")
    history = tmp_path / "xdg" / "state" / "verifier" / "history"
    assert "+What is vinegar?" in history.read_text()
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
