"""Retrieval figures against pytrec_eval, and what a BEIR folder may look like."""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.fakes import BagEmbedder
from verifier.cli.app import app
from verifier.errors import InputError, StorageError
from verifier.evaluation.beir import Task, read_corpus, read_task
from verifier.evaluation.legs import LEGS, legs_of
from verifier.evaluation.ranking import Ranked, Timed, measure, write_run

pytrec_eval = pytest.importorskip("pytrec_eval")
TEXTS = {
    "1": ("Vinegar", "Its acid keeps food. It is made of wine."),
    "2": ("", "Iron rusts when water and air reach it."),
    "3": ("Towers", "A tower of iron stands in Paris. It was finished in 1889."),
    "4": ("Bees", "Bees make honey. Honey keeps for years."),
    "5": ("", "Salt keeps food as acid does."),
}
QUERIES = {"a": "what keeps food", "b": "iron tower in Paris", "c": "rust", "unjudged": "honey"}
GRADES = [("a", "1", 2), ("a", "5", 1), ("a", "4", 0), ("b", "3", 1), ("c", "2", 1)]


def written(folder: Path, *, packed: bool = False, header: bool = True) -> Path:
    (folder / "qrels").mkdir(parents=True)
    corpus = [{"_id": id, "title": title, "text": text} for id, (title, text) in TEXTS.items()]
    queries = [{"_id": id, "text": text} for id, text in QUERIES.items()]
    for name, rows in (("corpus.jsonl", corpus), ("queries.jsonl", queries)):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        if packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
        else:
            (folder / name).write_text(text)
    columns = [f"{q}\t{d}\t{g}" if header else f"{q} 0 {d} {g}" for q, d, g in GRADES]
    head = ["query-id\tcorpus-id\tscore"] if header else []
    (folder / "qrels" / "test.tsv").write_text("\n".join([*head, *columns]) + "\n")
    return folder


def trec(run: Path) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for line in run.read_text().splitlines():
        query, q0, document, _, score, tag = line.split()
        assert (q0, tag) == ("Q0", "verifier-hybrid")
        found[query][document] = float(score)
    return found


@pytest.mark.parametrize(("packed", "header"), [(False, True), (True, False)])
def test_the_command_agrees_with_pytrec_eval_on_its_own_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool, header: bool
) -> None:
    folder, run = written(tmp_path / "set", packed=packed, header=header), tmp_path / "run.trec"
    monkeypatch.setattr("verifier.models.load.load_embedder", lambda spec: BagEmbedder())
    result = CliRunner().invoke(app, ["eval", "retrieval", str(folder), "--run", str(run), "--json"])
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["leg"] for row in rows] == ["lexical", "dense", "hybrid"]
    keys = ["set", "leg", "n_queries", "ndcg@10", "recall@10", "recall@100", "mrr@10", "queries_per_second"]
    assert all(list(row) == keys and row["n_queries"] == 3 for row in rows)
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for query, document, grade in GRADES:
        judged[query][document] = grade
    oracle = pytrec_eval.RelevanceEvaluator(judged, {"ndcg_cut.10", "recall.10", "recall.100", "recip_rank"})
    figures = oracle.evaluate(trec(run))
    for name, theirs in (
        ("ndcg@10", "ndcg_cut_10"),
        ("recall@10", "recall_10"),
        ("recall@100", "recall_100"),
        ("mrr@10", "recip_rank"),
    ):
        mean = sum(row[theirs] for row in figures.values()) / 3
        assert rows[-1][name] == pytest.approx(mean, abs=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_measures_agree_with_pytrec_eval_on_random_rankings(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    judged = {f"q{q}": {f"d{d}": rng.randint(0, 3) for d in range(20)} for q in range(10)}
    order = {query: rng.sample([f"d{d}" for d in range(60)], 60) for query in judged}
    # Ties, which trec_eval would break by document id.
    run = {query: [Ranked(d, 60 - n // 3) for n, d in enumerate(held)] for query, held in order.items()}
    task = Task("set", dict.fromkeys(judged, ""), judged)
    ours = measure(task, "hybrid", Timed(run, 1.0))
    write_run(run, "verifier-hybrid", tmp_path / "run")
    theirs = pytrec_eval.RelevanceEvaluator(judged, {"ndcg_cut.10", "recall.10"}).evaluate(trec(tmp_path / "run"))
    assert ours.ndcg_at_10 == pytest.approx(sum(row["ndcg_cut_10"] for row in theirs.values()) / 10)
    assert ours.recall_at_10 == pytest.approx(sum(row["recall_10"] for row in theirs.values()) / 10)


def test_a_query_without_a_ranking_counts_as_nothing_found() -> None:
    task = Task("set", {"a": "", "b": ""}, {"a": {"1": 1}, "b": {"2": 1}})
    result = measure(task, "dense", Timed({"a": [Ranked("1", 1.0)]}, 0.5))
    assert (result.ndcg_at_10, result.mrr_at_10, result.queries_per_second) == (0.5, 0.5, 4.0)


def test_only_the_legs_asked_for(tmp_path: Path) -> None:
    folder = written(tmp_path / "set")
    measured = list(legs_of(folder, BagEmbedder(dimension=512), ["lexical"]))
    assert [m.result.leg for m in measured] == ["lexical"] != [leg.name for leg in LEGS]
    # "rust" is in one document, and the lexical leg returns nothing that shares no word.
    assert [entry.document for entry in measured[0].run["c"]] == ["2"]


def test_a_table_for_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.models.load.load_embedder", lambda spec: BagEmbedder())
    folders = [str(written(tmp_path / name)) for name in ("one", "two")]
    result = CliRunner().invoke(app, ["eval", "retrieval", *folders, "--leg", "hybrid", "--run", str(tmp_path / "r.t")])
    assert result.exit_code == 0, result.output
    head, *rows = result.stdout.splitlines()
    assert head.split() == ["set", "leg", "queries", "nDCG@10", "R@10", "R@100", "MRR@10", "q/s"]
    assert [row.split()[:3] for row in rows] == [["one", "hybrid", "3"], ["two", "hybrid", "3"]]
    assert all((tmp_path / name).exists() for name in ("r.one.t", "r.two.t"))


def test_the_documents_and_the_judged_queries(tmp_path: Path) -> None:
    folder = written(tmp_path / "set")
    assert [(d.id, d.title) for d in read_corpus(folder)][:2] == [("1", "Vinegar"), ("2", "")]
    task = read_task(folder)
    assert (set(task.queries), task.relevant["a"]) == ({"a", "b", "c"}, {"1": 2, "5": 1, "4": 0})


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("corpus.jsonl", '{"_id": "1"}\n', "corpus.jsonl:1: expected an object with _id and text"),
        ("corpus.jsonl", "no json\n", "corpus.jsonl:1"),
        ("queries.jsonl", '{"_id": "other", "text": "x"}\n', "no query of queries.jsonl is judged"),
        ("qrels/test.tsv", "a\t1\tmany\n", "test.tsv:1: expected query id"),
        ("qrels/test.tsv", None, "no qrels/test.tsv"),
    ],
)
def test_a_damaged_folder_is_named(tmp_path: Path, name: str, text: str | None, words: str) -> None:
    folder = written(tmp_path / "set")
    (folder / name).unlink() if text is None else (folder / name).write_text(text)
    with pytest.raises(InputError, match=words):
        read_task(folder), list(read_corpus(folder))


def test_a_run_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="choose another place"):
        write_run({}, "tag", tmp_path / "missing" / "run")
