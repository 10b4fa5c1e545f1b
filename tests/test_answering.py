"""From a question to a checked answer, over fakes whose verdicts can be worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest

from tests.fakes import BagEmbedder, OverlapNLI
from verifier.answering import DraftPiece
from verifier.cli.output import write_answer
from verifier.datatypes import Answer, Label, Premise, Thresholds, Verdict
from verifier.judging.calibration import Calibration
from verifier.judging.corrections import proposals
from verifier.models.protocols import Prompt
from verifier.pipeline import Verifier
from verifier.retrieval.texts import TextsIndex

TEXTS = (
    "The Eiffel Tower stands in Paris. The Eiffel Tower was built in 1889.",
    "Bats are not blind. Bats sleep by day.",
    "Glass is a solid.",
)


class Drafts:
    """Writes what it was told to, the likeliest first."""

    name, digest = "drafts", "3" * 12

    def __init__(self, *texts: str) -> None:
        self.texts = texts

    def generate(self, prompts: Sequence[Prompt]) -> list[str]:
        return [self.texts[0] for _ in prompts]

    def drafts(self, prompt: Prompt, count: int) -> list[str]:
        return list(self.texts[:count])


class Words:
    """Writes its text a word at a time."""

    name, digest = "words", "4" * 12

    def __init__(self, text: str) -> None:
        self.text = text

    def generate(self, prompts: Sequence[Prompt]) -> list[str]:
        return [self.finished(self.text) for _ in prompts]

    def stream(self, prompt: Prompt) -> Iterator[str]:
        yield from (f"{word} " for word in self.text.split())

    def finished(self, output: str) -> str:
        return output.strip()


def asked(generator: Drafts | Words) -> Verifier:
    return Verifier(
        retriever=TextsIndex(TEXTS, BagEmbedder()),
        checker=OverlapNLI(),
        embedder=BagEmbedder(),
        generator=generator,
        calibration=Calibration(Thresholds(joined_weight=0.0)),
    )


def test_the_draft_that_is_supported_is_kept() -> None:
    answer = asked(Drafts("The Eiffel Tower stands in Rome.", "The Eiffel Tower stands in Paris.")).ask("Where?")
    assert answer.draft == "The Eiffel Tower stands in Paris."
    assert [verdict.label for verdict in answer.verdicts] == [Label.SUPPORTED]


def test_the_likeliest_draft_is_kept_where_none_is_better() -> None:
    answer = asked(Drafts("Cats purr loudly.", "Dogs bark loudly.")).ask("What do they do?")
    assert answer.draft == "Cats purr loudly."
    assert answer.text.startswith("The corpus does not settle this question.")


def test_a_model_that_declines_leaves_nothing_to_check() -> None:
    assert asked(Drafts()).ask("Who?").draft == ""


def test_every_claim_stands_alone() -> None:
    answer = asked(Drafts("The Eiffel Tower stands in Paris. It was built in 1889.")).ask("Where does it stand?")
    assert [verdict.claim.text for verdict in answer.verdicts] == [
        "The Eiffel Tower stands in Paris.",
        "The Eiffel Tower was built in 1889.",
    ]
    place = answer.verdicts[1].claim
    assert answer.draft[place.start : place.end] == "It was built in 1889."


@pytest.mark.parametrize(
    ("question", "draft", "claim"),
    [
        ("When was the Eiffel Tower built?", "1889.", "The Eiffel Tower was built in 1889."),
        ("Are bats blind?", "No.", "Bats are not blind."),
    ],
)
def test_a_mere_answer_is_checked_as_the_sentence_that_it_means(question: str, draft: str, claim: str) -> None:
    for generator in (Drafts(draft), Words(draft)):
        answer = asked(generator).ask(question)
        assert answer.draft == draft
        assert [(v.claim.text, v.claim.start, v.label) for v in answer.verdicts] == [(claim, 0, Label.SUPPORTED)]
        assert claim in answer.text


def test_a_wrong_number_is_put_right_from_the_evidence() -> None:
    answer = asked(Drafts("The Eiffel Tower was built in 1937.")).ask("When?")
    assert [verdict.label for verdict in answer.verdicts] == [Label.CONTRADICTED]
    assert [(c.number, c.struck, c.value) for c in answer.corrections] == [(1, "1937", "1889")]
    assert answer.text == "Corrected: The Eiffel Tower was built in 1889. (not 1937) [1]"


def test_what_a_question_takes_for_granted_is_checked_first() -> None:
    steps = list(asked(Drafts("Bats sleep by day.")).ask_steps("Why are bats blind?"))
    assert isinstance(steps[0], Premise)
    assert (steps[0].put, steps[0].verdict.label) == (False, Label.CONTRADICTED)
    answer = steps[-1]
    assert isinstance(answer, Answer)
    assert answer.text == (
        "The question takes for granted what the corpus contradicts: Bats are not blind. [1] Bats sleep by day. [2]"
    )


def test_a_premise_that_holds_is_not_worth_a_word_but_an_answer_is() -> None:
    generator = Drafts("Glass is a solid.")
    assert asked(generator).ask("Why is glass a solid?").premise is None
    assert asked(generator).ask("Is glass a solid?").text == "Yes: Glass is a solid. [1]"
    assert asked(generator).ask("Are bats blind?").text.startswith("No: Bats are not blind. [1]")


def test_a_streamed_draft_comes_in_pieces_then_whole_then_checked() -> None:
    steps = list(asked(Words("Glass is a solid. Bats sleep by day.")).ask_steps("What?"))
    pieces = [step for step in steps if isinstance(step, DraftPiece)]
    assert "".join(piece.text for piece in pieces[:-1]).strip() == pieces[-1].text
    assert [piece.whole for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert [type(step) for step in steps[len(pieces) :]] == [Verdict, Verdict, Answer]


def test_a_name_is_proposed_only_where_one_is_missing() -> None:
    verdict = asked(Drafts("")).verify("The Eiffel Tower was built in 1937.")
    assert [p.text for p in proposals(verdict)] == ["The Eiffel Tower was built in 1889."]
    assert proposals(asked(Drafts("")).verify("The Eiffel Tower stands in Paris.")) == []


def test_a_stream_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = Words("Glass\x1b is[2J a\x1b]0;owned\x07 solid.")
    answer = write_answer(asked(hostile).ask_steps("What?"), json=False, verbose=False)
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert answer.draft in hostile.text


def test_a_stream_is_shown_once_and_a_cleaned_draft_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    write_answer(asked(Words("Glass is a solid.")).ask_steps("What?"), json=False, verbose=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["Draft", "  Glass is a solid. ", "Checked"]


def test_json_holds_premise_corrections_and_quotation(capsys: pytest.CaptureFixture[str]) -> None:
    write_answer(asked(Drafts("The Eiffel Tower was built in 1937.")).ask_steps("When?"), json=True, verbose=False)
    row = json.loads(capsys.readouterr().out)
    assert [(c["id"], c["struck"], c["value"]) for c in row["corrections"]] == [("1", "1937", "1889")]
    assert row["corrections"][0]["verdict"]["label"] == "supported"
    assert (row["premise"], row["quotation"]) == (None, None)
    write_answer(asked(Drafts("Bats sleep.")).ask_steps("Are bats blind?"), json=True, verbose=False)
    row = json.loads(capsys.readouterr().out)
    assert (row["premise"]["put"], row["premise"]["label"]) == (True, "contradicted")
