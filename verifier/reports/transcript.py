"""A conversation kept: what was asked and what came of it, as Markdown, as a page of HTML, or as JSON.

Texts from documents, claims and models are data in all three: escaped, and without control characters.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from typing import Final

from verifier.datatypes import Answer, Verdict
from verifier.judging.revise import Citation, deciding, sources
from verifier.reports.json import Row, answer_row, verdict_row
from verifier.reports.labels import reason_words
from verifier.reports.plain import plain
from verifier.reports.terminal import MARKS, percent

CONVERSATION: Final = "verifier/conversation/1"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")
_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;"
    "background:#fff}h2{margin-top:2rem}.supported{color:#17692f}.contradicted{color:#a3161f}.unsupported{color:#7a5a00}"
    "li{margin:.3rem 0}cite{color:#555}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}.supported{color:#7ddf97}"
    ".contradicted{color:#ff9a9a}.unsupported{color:#f0cf72}cite{color:#aaa}}"
)

Turn = Answer | Verdict


def conversation_row(turns: Sequence[Turn]) -> Row:
    """All turns as one object, in order."""
    rows = [answer_row(turn) if isinstance(turn, Answer) else verdict_row(turn, id="1") for turn in turns]
    return {"schema": CONVERSATION, "turns": rows}


def as_json(turns: Sequence[Turn]) -> str:
    """The conversation's object, indented."""
    return json.dumps(conversation_row(turns), ensure_ascii=False, indent=1) + "\n"


def as_markdown(turns: Sequence[Turn]) -> str:
    """One section a turn: the answer or the claim, the verdicts, and the sources."""
    parts = ["# Conversation\n"]
    for turn in turns:
        verdicts, sources = verdicts_of(turn), _sources(turn)
        parts.append(f"## {_md(heading_of(turn))}\n")
        if isinstance(turn, Answer):
            parts.append(f"{_md(turn.text)}\n")
        parts.append("".join(f"- {MARKS[v.label].symbol} {_said(v)}: {_md(v.claim.text)}\n" for v in verdicts))
        parts.append("".join(f"{c.number}. {_md(_quoted(c))}\n" for c in sources))
    return "\n".join(part for part in parts if part)


def as_html(turns: Sequence[Turn]) -> str:
    """One self-contained page, light or dark as the reader's system is; nothing in it is loaded or run."""
    parts = [
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>Conversation</title>\n<style>{_STYLE}</style>\n<h1>Conversation</h1>\n"
    ]
    for turn in turns:
        verdicts, sources = verdicts_of(turn), _sources(turn)
        parts.append(f"<h2>{_esc(heading_of(turn))}</h2>\n")
        if isinstance(turn, Answer):
            parts.append(f"<p>{_esc(turn.text)}</p>\n")
        items = "".join(
            f'<li><span class="{v.label.value}">{MARKS[v.label].symbol} {_said(v)}</span>: {_esc(v.claim.text)}</li>\n'
            for v in verdicts
        )
        parts.append(f"<ul>\n{items}</ul>\n" if items else "")
        cited = "".join(f"<li><cite>{_esc(_quoted(c))}</cite></li>\n" for c in sources)
        parts.append(f"<ol>\n{cited}</ol>\n" if cited else "")
    return "".join(parts) + "</html>\n"


FORMATS: Final = {".md": as_markdown, ".html": as_html, ".json": as_json}


def heading_of(turn: Turn) -> str:
    """The question, or the claim, that a turn is about."""
    return turn.question if isinstance(turn, Answer) else turn.claim.text


def verdicts_of(turn: Turn) -> tuple[Verdict, ...]:
    """The verdicts of a turn: those of an answer, or the one on a claim."""
    return turn.verdicts if isinstance(turn, Answer) else (turn,)


def _sources(turn: Turn) -> list[Citation]:
    if isinstance(turn, Answer):
        return sources(turn)
    return [Citation(n, piece) for n, piece in enumerate(deciding(turn), 1)]


def _said(verdict: Verdict) -> str:
    reason = "" if verdict.reason is None else f", {reason_words(verdict.reason)}"
    return f"{verdict.label.value} {percent(verdict.confidence)}{reason}"


def _quoted(citation: Citation) -> str:
    passage = citation.evidence.passage
    where = " ".join(part for part in (passage.title, passage.id, passage.source) if part)
    return f"“{citation.evidence.text}” ({where})"


def _md(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", plain(text))


def _esc(text: str) -> str:
    return html.escape(plain(text))
