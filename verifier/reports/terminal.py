"""Results as text for people: colour on a terminal, the same words plain in a pipe, and always a symbol beside colour.

Every piece of text that comes from a document, a claim or a model goes through :func:`~verifier.reports.plain.plain`
and into a rich ``Text``, which is never parsed as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TextIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from verifier.answering import DraftPiece, Step
from verifier.datatypes import Answer, Evidence, Hit, Label, Measured, Premise, Reason, Span, Stance, Verdict
from verifier.judging.revise import Citation, citations, deciding, sources
from verifier.reports.advice import ADVICE
from verifier.reports.labels import LabelStyle, reason_words, spelled
from verifier.reports.plain import plain, shortened


@dataclass(frozen=True, slots=True)
class Mark:
    """How a label looks: a symbol, one for terminals without Unicode, and a colour."""

    symbol: str
    ascii: str
    colour: str


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of output and how far it is set in."""

    text: Text
    indent: int = 0


MARKS: Final[Mapping[Label, Mark]] = {
    Label.SUPPORTED: Mark("✓", "+", "green"),
    Label.CONTRADICTED: Mark("✗", "x", "red"),
    Label.UNSUPPORTED: Mark("?", "?", "yellow"),
}
FAILED: Final = Mark("!", "!", "magenta")
_STANCES: Final = {Stance.SUPPORTS: "supports", Stance.CONTRADICTS: "contradicts", Stance.NEUTRAL: "nearest"}


class PipeConsole(Console):
    """A console that lets a closed pipe surface as the error it is, for the command line to end on quietly."""

    def on_broken_pipe(self) -> None:
        """Called by rich inside its handler of BrokenPipeError; by itself it would end the process with 1."""
        raise  # the error that rich is handling


def console_for(stream: TextIO) -> Console:
    """A console that wraps and colours on a terminal, and leaves lines whole in a pipe; rich honours NO_COLOR."""
    return PipeConsole(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=not stream.isatty())


def show(console: Console, lines: Iterable[Line]) -> None:
    """Print lines; on a terminal a wrapped paragraph keeps its indent."""
    for line in lines:
        if console.soft_wrap:
            console.print(Text.assemble(" " * line.indent, line.text))
        else:
            console.print(Padding(line.text, (0, 0, 0, line.indent), expand=False))


def rendered(console: Console | None, line: Line) -> str:
    """A line as text that ends in a line feed: as a terminal shows it, or plain where there is no console."""
    if console is None:
        return " " * line.indent + line.text.plain + "\n"
    with console.capture() as captured:
        show(console, [line])
    return captured.get()


def percent(confidence: float) -> str:
    """A probability in words of a hundred; only certainty is 100 %.

    >>> percent(0.944), percent(0.9999), percent(1.0)
    ('94%', '99%', '100%')
    """
    return f"{100 if confidence >= 1 else min(99, round(confidence * 100))}%"


def measured_words(measured: Measured) -> str:
    """How often settled verdicts of about the same confidence were wrong.

    >>> measured_words(Measured(0.031, 412))
    'on held-out claims, 3.1% of such verdicts were wrong (n=412)'
    """
    return f"on held-out claims, {measured.error:.1%} of such verdicts were wrong (n={measured.n})"


def verdict_lines(verdict: Verdict, *, unicode: bool = True, verbose: bool = False) -> Iterator[Line]:
    """A verdict: symbol, label and confidence; the claim; the decisive sentence and where it stands."""
    disputed = (" disputed", "bold yellow") if verdict.disputed else ""
    yield Line(Text.assemble(_label(verdict, unicode), f" {percent(verdict.confidence)}{_why(verdict)}", disputed))
    yield Line(Text(plain(verdict.claim.text), style="bold"), 2)
    if verdict.reason is not None:
        advice = ADVICE[verdict.reason]
        yield Line(Text(advice.words), 2)
        yield Line(Text(f"Next: {advice.next_step}"), 2)
    for part in verdict.missing:
        yield Line(Text(f'without support: "{plain(verdict.claim.text[part.start : part.end])}"'), 2)
    for piece in verdict.evidence if verbose else decisive(verdict):
        yield from _evidence_lines(piece, verbose=verbose)
    if verdict.measured and verbose:
        yield Line(Text(measured_words(verdict.measured), style="dim"), 2)
    if verdict.truncated_tokens:
        yield Line(Text(f"{verdict.truncated_tokens} tokens of evidence did not fit the checker.", style="dim"), 2)
    if verbose:
        basis = verdict.provenance
        yield Line(Text(f"by index {basis.index}, checker {basis.checker}, embedder {basis.embedder or 'none'}"), 2)


def decisive(verdict: Verdict) -> tuple[Evidence, ...]:
    """The sentence that decided; when passages disagree, one of each side; nothing when none is on the topic."""
    if verdict.reason is Reason.NO_EVIDENCE:
        return ()
    if verdict.disputed:
        sides = [[p for p in verdict.evidence if p.stance is side] for side in (Stance.SUPPORTS, Stance.CONTRADICTS)]
        return tuple(side[0] for side in sides if side) or verdict.evidence[:1]
    return deciding(verdict)[:1]


def answer_lines(answer: Answer, *, unicode: bool = True, verbose: bool = False) -> Iterator[Line]:
    """What the question puts, the draft, its claims with verdicts and citation numbers, the answer, and the sources."""
    telling = Telling(unicode=unicode, verbose=verbose)
    steps = [answer.premise, DraftPiece(answer.draft, whole=True), *answer.verdicts, answer]
    for step in steps:
        if step is not None:
            yield from telling.lines(step)


class Telling:
    """The lines of an answer's steps as they come; sources are numbered from the first step on."""

    def __init__(self, *, unicode: bool, verbose: bool) -> None:
        self._unicode, self._verbose = unicode, verbose
        self._weighed: list[Verdict] = []
        self._heads: set[str] = set()

    def lines(self, step: Step) -> Iterator[Line]:
        """The lines that a step adds. Pieces of a draft have none: they are no lines yet."""
        if isinstance(step, Premise):
            yield from self._head("Asked" if step.put else "Taken for granted")
            yield self._weigh(step.verdict)
        elif isinstance(step, DraftPiece):
            if step.whole:
                yield from self._head("Draft")
                yield Line(Text(plain(step.text) or "The generator wrote nothing.", style="dim"), 2)
        elif isinstance(step, Verdict):
            yield from self._head("Checked")
            yield self._weigh(step)
        else:
            yield from self._answer(step)

    def draft_head(self) -> Iterator[Line]:
        """The heading of a draft whose pieces are written by somebody else."""
        yield from self._head("Draft")

    def _head(self, words: str) -> Iterator[Line]:
        if words not in self._heads:
            self._heads.add(words)
            yield Line(Text(words, style="bold"))

    def _weigh(self, verdict: Verdict) -> Line:
        self._weighed.append(verdict)
        return Line(_checked(verdict, citations(self._weighed), unicode=self._unicode), 2)

    def _answer(self, answer: Answer) -> Iterator[Line]:
        for correction in answer.corrections:
            yield from self._head("Corrected")
            yield self._weigh(correction.verdict)
        yield from self._head("Answer")
        yield Line(Text(plain(answer.text)), 2)
        numbered = sources(answer)
        if numbered:
            yield from self._head("Sources")
        for citation in numbered:
            yield from citation_lines(citation, verbose=self._verbose)


def citation_lines(citation: Citation, *, verbose: bool = False) -> Iterator[Line]:
    """A numbered source with its sentence."""
    head, *rest = _evidence_lines(citation.evidence, verbose=verbose)
    yield Line(Text.assemble(f"[{citation.number}] ", head.text), 2)
    yield from (Line(line.text, 6) for line in rest)


def hit_lines(hits: Sequence[Hit], *, first: int = 1) -> Iterator[Line]:
    """What retrieval found: rank (from ``first``), score, both legs' ranks, and the passage."""
    for rank, hit in enumerate(hits, first):
        legs = f"lexical {hit.lexical_rank or '-'}  dense {hit.dense_rank or '-'}"
        yield Line(Text.assemble(f"{rank:2}  {hit.score:.4f}  {legs}  ", (plain(hit.passage.title), "bold")))
        yield Line(Text(plain(hit.passage.text)), 4)
        yield Line(Text(_where(hit.passage.id, hit.passage.source), style="dim"), 4)


def passage_lines(piece: Evidence) -> Iterator[Line]:
    """The whole passage a piece of evidence stands in, with the piece marked."""
    passage = piece.passage
    start, end = piece.start - passage.start, piece.end - passage.start
    before, after = plain(passage.text[:start]), plain(passage.text[end:])
    yield Line(Text(plain(passage.title) or plain(passage.id), style="bold"))
    yield Line(
        Text.assemble(f"{before} " if before else "", (f"[{plain(piece.text)}]", "bold"), f" {after}" if after else ""),
        2,
    )
    yield Line(Text(_where(passage.id, passage.source), style="dim"), 2)


def text_lines(*texts: str) -> Iterator[Line]:
    """Paragraphs of the program's own words."""
    yield from (Line(Text(text)) for text in texts)


def batch_line(
    *, id: str, claim: str, verdict: Verdict | None, error: str, width: int, style: LabelStyle, unicode: bool
) -> Line:
    """One row of ``batch --format table``: columns of a fixed width, so that rows can be written as they come."""
    mark = FAILED if verdict is None else MARKS[verdict.label]
    word = "error" if verdict is None else spelled(verdict.label, style)
    sure = "" if verdict is None else percent(verdict.confidence)
    head = f"{mark.symbol if unicode else mark.ascii} {word:<15}"
    middle = f" {sure:>4}  {shortened(id, 16):<8}  "
    rest = claim if verdict is not None else f"{error}: {claim}"
    room = max(20, width - len(head) - len(middle))
    return Line(Text.assemble((head, mark.colour), middle, shortened(rest, room) if width else plain(rest)))


def _evidence_lines(piece: Evidence, *, verbose: bool) -> Iterator[Line]:
    title, where = plain(piece.passage.title), _where(piece.passage.id, piece.passage.source)
    numbers = f"  (entailment {piece.entailment:.2f}, contradiction {piece.contradiction:.2f})" if verbose else ""
    yield Line(Text.assemble(f"{_STANCES[piece.stance]}: ", (title or where, "bold"), (numbers, "dim")), 2)
    yield Line(Text(f'"{plain(piece.text)}"', style="italic"), 4)
    if title:
        yield Line(Text(where, style="dim"), 4)


def _where(passage: str, source: str) -> str:
    return "  ".join(part for part in (plain(passage), plain(source)) if part)


def _label(verdict: Verdict, unicode: bool) -> tuple[str, str]:
    mark = MARKS[verdict.label]
    return f"{mark.symbol if unicode else mark.ascii} {verdict.label.value}", f"bold {mark.colour}"


def _why(verdict: Verdict) -> str:
    return "" if verdict.reason is None else f" ({reason_words(verdict.reason)})"


def _checked(verdict: Verdict, numbered: Sequence[Citation], *, unicode: bool) -> Text:
    wanted = () if verdict.reason is not None else tuple(_span(piece) for piece in deciding(verdict))
    marks = "".join(f"[{citation.number}]" for citation in numbered if _span(citation.evidence) in wanted)
    rest = f" {percent(verdict.confidence)}  {plain(verdict.claim.text)}{_why(verdict)}"
    doxa = (" doxa, left out", "dim") if verdict.label is Label.UNSUPPORTED else ""
    return Text.assemble(_label(verdict, unicode), rest, f" {marks}" if marks else "", doxa)


def _span(piece: Evidence) -> tuple[str, Span]:
    return piece.passage.document_id, Span(piece.start, piece.end)
