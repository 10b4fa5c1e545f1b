from __future__ import annotations

import io
import re
from collections.abc import Iterable

import pytest

from tests.verdicts import answer, hit, piece, verdict
from verifier.datatypes import Label, Reason
from verifier.reports.advice import ADVICE
from verifier.reports.labels import LabelStyle
from verifier.reports.plain import plain, shortened
from verifier.reports.terminal import (
    Line,
    answer_lines,
    batch_line,
    console_for,
    decisive,
    hit_lines,
    passage_lines,
    show,
    verdict_lines,
)

HOSTILE = "[bold]bold[/bold] \x1b[31mred\x1b[0m \x1b]0;title\x07 bell\x07 \x9b31m \u202eback\u202c :smile: [/]"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(lines: Iterable[Line], stream: io.StringIO | None = None) -> str:
    stream = stream or io.StringIO()
    show(console_for(stream), lines)
    return stream.getvalue()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "60")
    return Terminal()


def test_a_verdict_reads_label_claim_evidence_source() -> None:
    assert printed(verdict_lines(verdict())).splitlines() == [
        "✗ contradicted 94%",
        "  It took years.",
        "  contradicts: Wall",
        '    "It took weeks to build."',
        "    commons/wall#3  A book",
    ]


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_is_put_in_words_with_its_own_next_step(reason: Reason) -> None:
    text = printed(verdict_lines(verdict(label=Label.UNSUPPORTED, reason=reason)))
    assert f"? unsupported 94% ({reason.value.replace('_', ' ')})" in text
    assert ADVICE[reason].words in text
    assert f"Next: {ADVICE[reason].next_step}" in text


def test_no_two_reasons_have_the_same_next_step() -> None:
    assert len({advice.next_step for advice in ADVICE.values()}) == len(Reason) == len(ADVICE)


def test_a_dispute_shows_one_sentence_of_each_side() -> None:
    yes, no = piece("Yes.", entailment=0.9, contradiction=0.0), piece("No.", entailment=0.0, contradiction=0.9)
    more = piece("Yes too.", entailment=0.8, contradiction=0.0)
    case = verdict(label=Label.UNSUPPORTED, reason=Reason.CONFLICT, disputed=True, evidence=(yes, more, no))
    assert decisive(case) == (yes, no)
    assert "disputed" in printed(verdict_lines(case))


def test_the_decisive_sentence_is_on_the_side_of_the_label() -> None:
    yes, no = piece("Yes.", entailment=0.9, contradiction=0.0), piece("No.", entailment=0.0, contradiction=0.9)
    assert decisive(verdict(evidence=(yes, no))) == (no,)
    assert decisive(verdict(label=Label.SUPPORTED, evidence=(no, yes))) == (yes,)


def test_nothing_off_topic_is_shown_as_evidence() -> None:
    assert decisive(verdict(label=Label.UNSUPPORTED, reason=Reason.NO_EVIDENCE)) == ()


def test_verbose_shows_all_evidence_with_numbers() -> None:
    text = printed(verdict_lines(verdict(evidence=(piece("One."), piece("Two."))), verbose=True))
    assert '"One."' in text
    assert '"Two."' in text
    assert "(entailment 0.01, contradiction 0.97)" in text
    assert "  by index commons@4f1c, checker small@aa, embedder bag@bb" in text.splitlines()


def test_a_passage_without_a_title_is_named_by_its_place() -> None:
    assert printed(verdict_lines(verdict(evidence=(piece(title=""),)))).splitlines()[2:] == [
        "  contradicts: commons/wall#3  A book",
        '    "It took weeks to build."',
    ]


def test_symbols_have_stand_ins_without_unicode() -> None:
    assert printed(verdict_lines(verdict(), unicode=False)).isascii()


@pytest.mark.parametrize("columns", ["40", "200"])
def test_hostile_text_is_shown_and_steers_nothing(columns: str, terminal: Terminal) -> None:
    case = verdict(HOSTILE, evidence=(piece(HOSTILE, title=HOSTILE, document=HOSTILE),))
    report = answer(case, draft=HOSTILE, text=HOSTILE)
    for lines in (verdict_lines(case, verbose=True), answer_lines(report), passage_lines(case.evidence[0])):
        shown = printed(lines)
        assert "[bold]bold[/bold] red bell 31m back :smile: [/]" in shown
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)


def test_on_a_terminal_only_colour_codes_are_written(terminal: Terminal) -> None:
    shown = printed(verdict_lines(verdict(HOSTILE)), terminal)
    assert "\x1b[1;31m" in shown
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", re.sub(r"\x1b\[[0-9;]*m", "", shown))
    assert "\x1b[31mred" not in shown


def test_no_color_is_honoured(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", printed(verdict_lines(verdict()), terminal))


def test_a_terminal_wraps_with_the_indent_and_a_pipe_does_not(terminal: Terminal) -> None:
    case = verdict("word " * 40)
    rows = re.sub(r"\x1b\[[0-9;]*m", "", printed(verdict_lines(case), terminal)).splitlines()
    wrapped = [row for row in rows if "word" in row]
    assert len(wrapped) > 3
    assert all(row.startswith("  word") and len(row) <= 60 for row in wrapped)
    assert "  " + ("word " * 40).strip() in printed(verdict_lines(case)).splitlines()


def test_an_answer_shows_draft_claims_what_stands_and_numbered_sources() -> None:
    one = verdict("Claim one.", Label.SUPPORTED, evidence=(piece("One.", entailment=0.9, contradiction=0.0),))
    two = verdict("Claim two.", Label.UNSUPPORTED, reason=Reason.INSUFFICIENT)
    three = verdict("Claim three.", evidence=(piece("Three is not so."),))
    assert printed(answer_lines(answer(one, two, three))).splitlines() == [
        "Draft",
        "  A draft.",
        "Checked",
        "  ✓ supported 94%  Claim one. [1]",
        "  ? unsupported 94%  Claim two. (insufficient) doxa, left out",
        "  ✗ contradicted 94%  Claim three. [2]",
        "Answer",
        "  What stands [1].",
        "Sources",
        "  [1] supports: Wall",
        '      "One."',
        "      commons/wall#3  A book",
        "  [2] contradicts: Wall",
        '      "Three is not so."',
        "      commons/wall#3  A book",
    ]


def test_an_empty_draft_is_said_to_be_one() -> None:
    text = printed(answer_lines(answer(draft=" ", text="The corpus does not settle this question.")))
    assert "The generator wrote nothing." in text
    assert "Checked" not in text


def test_hits_show_both_ranks() -> None:
    first = printed(hit_lines([hit(lexical=2, dense=None)])).splitlines()[0]
    assert first.split() == ["1", "0.5000", "lexical", "2", "dense", "-", "Wall"]


def test_a_passage_marks_its_evidence() -> None:
    assert "  Long ago. [It took weeks to build.] Yes." in printed(passage_lines(piece())).splitlines()


@pytest.mark.parametrize("width", [0, 70])
def test_a_batch_row_fits_its_width(width: int) -> None:
    long = "word " * 40
    line = batch_line(
        id="7", claim=long, verdict=verdict(long), error="", width=width, style=LabelStyle.FEVER, unicode=True
    )
    assert line.text.plain.startswith("✗ REFUTES          94%  7")
    assert (line.text.cell_len <= width) if width else line.text.plain.endswith(long.strip())


def test_a_failed_row_shows_its_error() -> None:
    line = batch_line(
        id="7", claim="c", verdict=None, error="it broke", width=0, style=LabelStyle.VERIFIER, unicode=True
    )
    assert line.text.plain.startswith("! error")
    assert line.text.plain.endswith("it broke: c")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("an unfinished \x1b]string keeps its words", "an unfinished string keeps its words"),
        ("a\x1bPq data \x1b\\b", "ab"),
        ("cut \x1b", "cut"),
        ("two\nlines\r\nthree", "two lines three"),
        ("tag\U000e0041\ufeff", "tag"),
        ("zero\u200dwidth joiner stays", "zero\u200dwidth joiner stays"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize("width", range(1, 30))
def test_a_shortened_text_is_never_longer_than_its_width(width: int) -> None:
    text = "averyverylongword and the rest"
    assert 0 < len(shortened(text, width)) <= width
