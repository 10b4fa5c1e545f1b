"""Record what the torch originals say on texts of our own, for the parity tests of the shipped ONNX models.

    python benchmarks/record_parity.py checker CHECKPOINT_MODEL_FOLDER
    python benchmarks/record_parity.py embedder CHECKPOINT_MODEL_FOLDER

The originals are in float32 and stay where they were trained; what they said goes to tests/data.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import AutoModel, AutoModelForSequenceClassification

from verifier.corpus.documents import read_documents
from verifier.text.sentences import sentences
from verifier.training.checker_rows import encode
from verifier.training.pairs import Target, TrainingPair

ROOT = Path(__file__).parents[1]
COMMONS = ROOT / "corpora" / "commons"
DATA = ROOT / "tests" / "data"
PAIRS, TEXTS = 520, 100


def claims() -> Iterator[tuple[str, str]]:
    for line in (COMMONS / "claims.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        yield row["claim"], row["document"]


def pairs() -> list[tuple[str, str]]:
    """Each claim with sentences, and a stretch of sentences, of the document that it is about."""
    rng = random.Random(0)
    texts = {d.id.removeprefix("commons/"): d.text for d in read_documents(COMMONS, "commons")}
    made = []
    for claim, document in claims():
        text = texts[document]
        spans = sentences(text)
        first, second = rng.sample(range(len(spans)), 2)
        made.append((text[spans[first].start : spans[first].end], claim))
        made.append((text[spans[second].start : spans[second].end], claim))
        made.append((text[spans[0].start : spans[min(4, len(spans) - 1)].end], claim))
    return rng.sample(made, min(PAIRS, len(made)))


@torch.inference_mode()
def checker(folder: Path) -> None:
    model = AutoModelForSequenceClassification.from_pretrained(folder, attn_implementation="eager").eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    order = [model.config.label2id[name] for name in ("supported", "unsupported", "contradicted")]
    with (DATA / "parity_checker.jsonl").open("w", encoding="utf-8") as out:
        for premise, claim in pairs():
            row = encode(tokenizer, [TrainingPair(claim, premise, Target.UNSUPPORTED, "", "")], 320)[0]
            logits = model(input_ids=torch.tensor([row.ids]), token_type_ids=torch.tensor([row.types])).logits[0]
            values = [round(float(logits[n]), 4) for n in order]
            out.write(json.dumps({"premise": premise, "claim": claim, "logits": values}, ensure_ascii=False) + "\n")


@torch.inference_mode()
def embedder(folder: Path) -> None:
    model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    texts = [text for pair in pairs() for text in pair][:TEXTS]
    rows = []
    for text in texts:
        encoded = tokenizer.encode(text)
        hidden = model(
            input_ids=torch.tensor([encoded.ids]), attention_mask=torch.tensor([encoded.attention_mask])
        ).last_hidden_state[0]
        row = hidden.mean(0)
        rows.append((row / row.norm()).numpy())
    np.save(DATA / "parity_embedder.npy", np.stack(rows).astype(np.float16))
    (DATA / "parity_embedder.json").write_text(json.dumps(texts, ensure_ascii=False, indent=0), encoding="utf-8")


if __name__ == "__main__":
    {"checker": checker, "embedder": embedder}[sys.argv[1]](Path(sys.argv[2]))
