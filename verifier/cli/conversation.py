"""What a conversation can do: a line is a question, a line that begins with / is a command."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from verifier.cli import opening
from verifier.cli.options import Call
from verifier.cli.output import write_answer, write_hits, write_json, write_lines, write_trace, write_verdict
from verifier.datatypes import Answer, Evidence, Verdict
from verifier.errors import StorageError, UsageError
from verifier.reports.plain import plain
from verifier.text.followup import standalone, subject_of

if TYPE_CHECKING:
    from verifier.pipeline import Verifier

_MORE: Final = 5


class Conversation:
    """Carries out one line after the other; remembers what was said, and the sources of the last answer."""

    def __init__(self, call: Call, verifier: Verifier) -> None:
        self.call = call
        self.verifier = verifier
        self.turns: list[Answer | Verdict] = []
        self.sources: tuple[Evidence, ...] = ()
        self.subject = ""
        self.mode = "ask"
        self._shown = 0

    def handle(self, line: str) -> bool:
        """Carry out a line; false when it was the last. Raises VerifierError when it cannot be carried out."""
        text = line.strip()
        if not text:
            return True
        if not text.startswith("/"):
            MODES[self.mode](self, text)
            return True
        word, _, rest = text.partition(" ")
        known = COMMANDS.get(word)
        if known is None:
            close = difflib.get_close_matches(word, COMMANDS, 1)
            raise UsageError(f"no command {word}; {f'did you mean {close[0]}?' if close else '/help lists them'}")
        if known.run is None:
            return False
        known.run(self, rest.strip())
        return True

    def ask(self, question: str) -> None:
        """Answer a question, understood in the light of the one before, and remember its sources."""
        from verifier.judging.revise import sources

        understood = standalone(question, self.subject)
        if understood != question:
            self.call.note(f"understood as: {plain(understood)}")
        answer = write_answer(self.verifier.ask_steps(understood), json=self.call.json, verbose=self.call.verbose)
        self.sources = tuple(citation.evidence for citation in sources(answer))
        title = self.sources[0].passage.title if self.sources else ""
        self.subject = subject_of(understood, title) or self.subject
        self._remember(answer)

    def check(self, claim: str) -> None:
        """Check one claim and remember its evidence."""
        if not claim:
            raise UsageError("expected a claim: /check Vinegar is an acid.")
        self._checked(self.verifier.verify(claim))

    def evidence(self, number: str) -> None:
        """Show the whole passage behind a citation number of the last answer."""
        from verifier.reports.json import evidence_row
        from verifier.reports.terminal import passage_lines

        if not self.sources:
            raise UsageError("there is no evidence yet: ask a question, or /check a claim, first")
        chosen = self.sources[_chosen(number, len(self.sources))]
        if self.call.json:
            write_json(evidence_row(chosen))
        else:
            write_lines(passage_lines(chosen))

    def explain(self, number: str) -> None:
        """Show every step behind a verdict of the last answer."""
        from verifier.reports.transcript import verdicts_of

        verdicts = verdicts_of(self.turns[-1]) if self.turns else ()
        if not verdicts:
            raise UsageError("there is no verdict yet: ask a question, or /check a claim, first")
        chosen = verdicts[_chosen(number or "1", len(verdicts))]
        write_trace(self.verifier.explain(chosen.claim.text), json=self.call.json)

    def diff(self, _: str) -> None:
        """Show what checking changed in the last draft."""
        from verifier.reports.differences import difference
        from verifier.reports.terminal import Line

        answer = next((turn for turn in reversed(self.turns) if isinstance(turn, Answer)), None)
        if answer is None:
            raise UsageError("there is no answer yet: ask a question first")
        changed = difference(answer.draft, answer.text)
        if self.call.json:
            self._tell(changed.plain)
        else:
            write_lines([Line(changed)])

    def more(self, _: str) -> None:
        """Show the passages found for the last question or claim, and with each call the next ones."""
        from verifier.reports.transcript import heading_of

        if not self.turns:
            raise UsageError("there is nothing to show more of yet: ask a question, or /check a claim, first")
        found = self.verifier.search(heading_of(self.turns[-1]), self._shown + _MORE)[self._shown :]
        if found:
            write_hits(found, json=self.call.json, first=self._shown + 1)
        else:
            self._tell("There are no more passages.")
        self._shown += len(found)

    def search(self, query: str) -> None:
        """Show the passages found for a query."""
        write_hits(self.verifier.search(query), json=self.call.json)

    def choose(self, mode: str) -> None:
        """Say what a line that is no command does, or change it."""
        if mode and mode not in MODES:
            raise UsageError(f"expected {', '.join(MODES)}: /mode check")
        self.mode = mode or self.mode
        self._tell(f"A line is {_LINES[self.mode]}.")

    def load(self, name: str) -> None:
        """Check the claims of a text file, one after the other."""
        from verifier.text.files import read_text

        if not name:
            raise UsageError("expected a text file, whose claims are checked: /load notes.md")
        verdicts = self.verifier.review(read_text(Path(name).expanduser())).verdicts
        if not verdicts:
            raise UsageError(f"{name}: no claims in it")
        for verdict in verdicts:
            self._checked(verdict)

    def index(self, name: str) -> None:
        """Say which index is in use, or go over to another one."""
        if name:
            call = replace(self.call, settings=replace(self.call.settings, index=name))
            opened = opening.opened(call)  # the old one stays in use when this fails
            self.verifier.close()
            self.call, self.verifier, self.sources = call, opened, ()
        retriever = self.verifier.retriever
        self._tell(f"{retriever.name}: {len(retriever)} passages, {retriever.fingerprint[:12]}")

    def top_k(self, number: str) -> None:
        """Say how many passages a claim gets, or change it."""
        if number:
            if not (number.isascii() and number.isdigit()):
                raise UsageError("expected a number of passages: /top-k 8")
            self._limit(top_k=int(number[:9]))
        self._tell(f"{self.verifier.thresholds.top_k} passages are retrieved for a claim.")

    def risk(self, share: str) -> None:
        """Say from which risk verdicts are withheld, or change it."""
        if share:
            try:
                wanted = float(share)
            except ValueError as error:
                raise UsageError("expected a share from 0 to below 1: /risk 0.1") from error
            self._limit(max_risk=wanted)
        risk = self.verifier.thresholds.max_risk
        self._tell(f"At most {risk:.0%} of settled verdicts may be wrong." if risk else "No verdict is withheld.")

    def save(self, name: str) -> None:
        """Write the conversation to a file that is not there yet: .md, .html or .json."""
        from verifier.reports.transcript import FORMATS

        path = Path(name).expanduser()
        write = FORMATS.get(path.suffix.lower())
        if write is None:
            raise UsageError("expected a file that ends in .md, .html or .json: /save talk.md")
        if not self.turns:
            raise UsageError("there is nothing to save yet: ask a question, or /check a claim, first")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(write(self.turns))
        except FileExistsError as error:
            raise UsageError(f"{path} exists and is kept as it is; name another file") from error
        except OSError as error:
            raise StorageError(f"cannot write {path}: {error.strerror}; name another file") from error
        self._tell(f"{len(self.turns)} turn{'' if len(self.turns) == 1 else 's'} saved in {path}")

    def help(self, _: str) -> None:
        """List the commands."""
        self._tell(
            f"A line is {_LINES[self.mode]}. Several lines: between two lines of three quotes.",
            *(f"{entry.usage:<18} {entry.help}" for entry in COMMANDS.values()),
        )

    def _checked(self, verdict: Verdict) -> None:
        self.sources = verdict.evidence
        self._remember(verdict)
        write_verdict(verdict, json=self.call.json, verbose=self.call.verbose)

    def _tell(self, *texts: str) -> None:
        """The program's own words: on stdout for people, on stderr where stdout is for JSON."""
        from verifier.reports.terminal import text_lines

        if self.call.json:
            self.call.note("\n".join(texts))
        else:
            write_lines(text_lines(*texts))

    def _remember(self, turn: Answer | Verdict) -> None:
        self.turns.append(turn)
        self._shown = 0

    def _limit(self, *, top_k: int | None = None, max_risk: float | None = None) -> None:
        self.verifier.limit(top_k=top_k, max_risk=max_risk)
        limits = self.verifier.thresholds
        settings = replace(self.call.settings, top_k=limits.top_k, max_risk=limits.max_risk)
        self.call = replace(self.call, settings=settings)


@dataclass(frozen=True, slots=True)
class Entry:
    """A command of the conversation; one that runs nothing ends it."""

    usage: str
    help: str
    run: Callable[[Conversation, str], None] | None


MODES: Final[Mapping[str, Callable[[Conversation, str], None]]] = {
    "ask": Conversation.ask,
    "check": Conversation.check,
    "search": Conversation.search,
}
_LINES: Final = {
    "ask": "a question; its answer is checked",
    "check": "a claim; it is checked",
    "search": "a query; passages are shown",
}
COMMANDS: Final[Mapping[str, Entry]] = {
    "/help": Entry("/help", "this list", Conversation.help),
    "/check": Entry("/check CLAIM", "the verdict on a claim", Conversation.check),
    "/evidence": Entry("/evidence N", "the whole passage behind source N", Conversation.evidence),
    "/load": Entry("/load FILE", "the verdicts on the claims of a text file", Conversation.load),
    "/mode": Entry("/mode [MODE]", "what a line is: ask, check or search", Conversation.choose),
    "/explain": Entry("/explain [N]", "every step behind verdict N", Conversation.explain),
    "/diff": Entry("/diff", "what checking changed in the draft", Conversation.diff),
    "/more": Entry("/more", "the passages that were found, and the next ones", Conversation.more),
    "/index": Entry("/index [NAME]", "the index in use, or another one", Conversation.index),
    "/top-k": Entry("/top-k [N]", "how many passages a claim gets", Conversation.top_k),
    "/risk": Entry("/risk [P]", "withhold verdicts that are wrong more often than this", Conversation.risk),
    "/save": Entry("/save FILE", "the conversation as .md, .html or .json", Conversation.save),
    "/quit": Entry("/quit", "leave (so does Ctrl-D)", None),
}


def _chosen(number: str, count: int) -> int:
    """The position that a number typed by a person means. Raises UsageError."""
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= count):
        raise UsageError(f"expected a number from 1 to {count}, got {plain(number) or 'none'}")
    return int(number) - 1
