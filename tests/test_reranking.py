from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.fakes import BagEmbedder, OverlapNLI
from tests.tiny_models import build_embedder, build_nli
from verifier.cli.app import app
from verifier.datatypes import Hit, Passage
from verifier.errors import ModelError, UsageError
from verifier.models.hub import CrossEncoderReranker
from verifier.models.load import load_reranker
from verifier.models.onnx import OnnxReranker
from verifier.pipeline import Verifier
from verifier.retrieval.protocols import Retriever
from verifier.retrieval.reranking import Reranking
from verifier.retrieval.texts import TextsIndex

TEXTS = ["Honey keeps for years.", "Honey is sweet and honey is made by bees.", "Bees sleep."]


class ByLength:
    """The shorter a passage, the more relevant."""

    name, digest = "by-length", "2" * 12

    def __init__(self) -> None:
        self.read: list[int] = []

    def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        self.read.append(len(texts))
        return [-float(len(text)) for text in texts]


class Numbered(Retriever):
    """Passages 0, 1, 2 and so on for every query; their texts grow shorter, and their scores fall."""

    name, fingerprint = "numbered", "0" * 64

    def __init__(self, count: int) -> None:
        self._hits = [
            Hit(Passage(str(n), str(n), "", "x" * (count - n), 0, 1, ""), 1 - n / count, None, None, None)
            for n in range(count)
        ]
        self.closed = False

    def __len__(self) -> int:
        return len(self._hits)

    def search_many(self, queries: Sequence[str], top_k: int) -> list[list[Hit]]:
        if top_k < 1:
            raise UsageError("top_k must be 1 or more")
        return [self._hits[:top_k] for _ in queries]

    def close(self) -> None:
        self.closed = True


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.id for hit in hits]


def test_only_the_first_are_read_and_what_lies_deeper_keeps_its_order() -> None:
    reranker = ByLength()
    found = Reranking(Numbered(6), reranker, depth=3, weight=1.0).search("q", 5)
    assert ids(found) == ["2", "1", "0", "3", "4"]
    assert reranker.read == [3]
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_a_hit_from_below_top_k_can_rise_into_it() -> None:
    assert ids(Reranking(Numbered(6), ByLength(), depth=6, weight=1.0).search("q", 2)) == ["5", "4"]


def test_without_weight_the_order_stays() -> None:
    assert ids(Reranking(Numbered(6), ByLength(), depth=6, weight=0.0).search("q", 6)) == list("012345")


def test_two_opinions_of_equal_weight_that_oppose_each_other_end_in_a_draw() -> None:
    found = Reranking(Numbered(4), ByLength(), depth=4).search("q", 4)
    assert ids(found) == list("0123")  # equal scores are ordered by passage id
    assert len({round(hit.score, 9) for hit in found}) == 1


def test_nothing_found_and_wrong_top_k() -> None:
    assert Reranking(TextsIndex([]), ByLength()).search("q", 3) == []
    with pytest.raises(UsageError):
        Reranking(Numbered(2), ByLength()).search("q", 0)


def test_a_lone_surrogate_in_the_query_does_no_harm() -> None:
    assert len(Reranking(TextsIndex(TEXTS), ByLength()).search("honey \ud800", 3)) == 2


def test_the_verifier_says_what_reordered_its_evidence_and_lets_go_of_its_index() -> None:
    retriever = Numbered(2)
    verifier = Verifier(retriever=retriever, checker=OverlapNLI(), embedder=BagEmbedder(), reranker=ByLength())
    verdict = verifier.verify("Honey keeps for years.", evidence=TEXTS)
    assert verdict.provenance.reranker == "by-length@222222222222"
    assert verifier.verify("x").provenance.reranker == "by-length@222222222222"
    verifier.close()
    assert retriever.closed


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A cross-encoder of one label, and the same exported."""
    from transformers import AutoModelForSequenceClassification

    from verifier.training.export import export_reranker

    folder = tmp_path_factory.mktemp("reranker")
    source = build_nli(folder / "torch")
    model = AutoModelForSequenceClassification.from_pretrained(source, num_labels=1, ignore_mismatched_sizes=True)
    model.save_pretrained(source)
    export_reranker(source, folder / "onnx", max_tokens=32)
    return source, folder / "onnx"


def test_the_exported_model_agrees_with_the_original(folders: tuple[Path, Path]) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    source, exported = folders
    query = "was the great wall built by people"
    tokenizer, model = AutoTokenizer.from_pretrained(source), AutoModelForSequenceClassification.from_pretrained(source)
    inputs = tokenizer(TEXTS, [query] * len(TEXTS), padding=True, return_tensors="pt", truncation=True, max_length=32)
    with torch.inference_mode():
        expected = model(**inputs).logits[:, 0].tolist()
    found = load_reranker(str(exported)).relevance(query, TEXTS)
    assert found == pytest.approx(expected, abs=0.05)
    assert OnnxReranker(exported).relevance(query, []) == []


def test_any_cross_encoder_of_one_label_can_be_loaded(folders: tuple[Path, Path]) -> None:
    reranker = load_reranker(str(folders[0]))
    assert isinstance(reranker, CrossEncoderReranker)
    alone = reranker.relevance("the old city", TEXTS[:1])
    assert reranker.relevance("the old city", TEXTS)[0] == pytest.approx(alone[0], abs=1e-4)
    assert reranker.relevance("the old city", []) == []
    assert len(reranker.digest) == 12


def test_a_model_with_more_labels_is_refused(tmp_path: Path) -> None:
    source = build_nli(tmp_path / "nli")
    with pytest.raises(ModelError, match="one label"):
        load_reranker(str(source))
    from verifier.training.export import export_reranker

    with pytest.raises(ModelError, match="one label"):
        export_reranker(source, tmp_path / "onnx")


def test_the_command_line_measures_it(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = build_embedder(tmp_path / "embedder")
    task = tmp_path / "task"
    (task / "qrels").mkdir(parents=True)
    rows = [{"_id": str(n), "title": "", "text": text} for n, text in enumerate(TEXTS)]
    (task / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (task / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "how long does honey keep"}) + "\n")
    (task / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\t0\t1\n")
    monkeypatch.chdir(tmp_path)
    call = ["eval", "retrieval", str(task), "--embedder", str(embedder), "--json"]
    done = CliRunner().invoke(app, [*call, "--reranker", str(folders[1])], catch_exceptions=False)
    legs = [json.loads(line)["leg"] for line in done.output.splitlines()]
    assert legs == ["lexical", "dense", "hybrid", "reranked"]
    wrong = CliRunner().invoke(app, [*call, "--leg", "reranked"])
    assert wrong.exit_code != 0


def test_training_learns_which_text_answers(tmp_path: Path) -> None:
    from transformers import AutoModelForSequenceClassification

    from verifier.training.loop import Plan
    from verifier.training.reranker import Recipe, train

    start = build_nli(tmp_path / "start")
    run = tmp_path / "run"
    run.mkdir()
    rows = [
        {"query": f"the {word} ?", "text": f"the {word} is old .", "hard": "a cat sat on the mat .", "group": f"g{n}"}
        for n, word in enumerate(["wall", "city", "bridge", "tower", "river", "sea", "town", "dog"] * 20)
    ]
    (run / "rows.jsonl").write_text("".join(json.dumps(row | {"source": "made"}) + "\n" for row in rows))
    recipe = Recipe(tmp_path, start, Plan(presentations=2000, peak_rate=3e-3), layers=1, tokens_per_batch=256)
    assert train(recipe, run)
    log = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert log[-1]["relevant_first"] > 0.9
    model = AutoModelForSequenceClassification.from_pretrained(run / "model")
    assert (model.config.num_labels, model.config.num_hidden_layers) == (1, 1)


def test_no_reranker_ships_and_the_message_says_so() -> None:
    for spec in ("default", "verifier-reranker"):
        with pytest.raises(ModelError, match="no reranker ships"):
            load_reranker(spec)
