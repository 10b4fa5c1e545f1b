"""Model folders of a few kilobytes in the Hugging Face layout, built in seconds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from verifier.models.nli import SELF_TEST
from verifier.models.protocols import Pair

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
WORDS = """the eiffel tower stands in paris capital of france is not a cat dog sat on mat red blue sea water boils at
great wall china long old city bridge river flows through town and it was built by people who lived there . , ? > : 1 2
passage question answer where lyon london question using only what quoted passages say""".split()
NEUTRAL = Pair("A cat sat on the red mat.", "The Eiffel Tower is in Paris.")
LABELS = ("supported", "unsupported", "contradicted")
TRUNCATION_WORD = "river"


def build_tokenizer(folder: Path, model_max_length: int = 64, chat_template: str | None = None) -> Any:
    """A WordPiece tokenizer whose every word of WORDS is one token."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    letters = [chr(number) for number in range(97, 123)]
    entries = list(dict.fromkeys([*SPECIAL, *WORDS, *letters, *(f"##{letter}" for letter in letters)]))
    vocabulary = {word: number for number, word in enumerate(entries)}
    tokenizer = Tokenizer(models.WordPiece(vocab=vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        eos_token="[SEP]",
        model_max_length=model_max_length,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )
    if chat_template:
        wrapped.chat_template = chat_template
    wrapped.save_pretrained(folder)
    return wrapped


def _bert_config(vocab_size: int, **labels: Any) -> Any:
    from transformers import BertConfig

    return BertConfig(
        vocab_size=vocab_size,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=0,
        initializer_range=0.1,  # with the usual 0.02 a model so small never tells the two claims apart
        **labels,
    )


def build_nli(folder: Path, labels: tuple[str, ...] = LABELS) -> Path:
    """A cross-encoder that has learnt the two pairs of the self-test, and a neutral one, by heart."""
    import torch
    from transformers import BertForSequenceClassification

    torch.manual_seed(0)
    tokenizer = build_tokenizer(folder)
    names = dict(enumerate(labels))
    config = _bert_config(
        len(tokenizer), num_labels=len(labels), id2label=names, label2id={n: i for i, n in names.items()}
    )
    model = BertForSequenceClassification(config)
    pairs = [SELF_TEST[0], NEUTRAL, SELF_TEST[1]]
    inputs = tokenizer([p.premise for p in pairs], [p.hypothesis for p in pairs], padding=True, return_tensors="pt")
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(80):
        loss = torch.nn.functional.cross_entropy(model(**inputs).logits, torch.arange(3))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1
    model.save_pretrained(folder)
    return folder


def build_embedder(folder: Path, pooling: str = "pooling_mode_mean_tokens") -> Path:
    """A random encoder as a sentence-transformers folder that reads 16 tokens."""
    import torch
    from transformers import BertModel

    torch.manual_seed(1)
    tokenizer = build_tokenizer(folder)
    BertModel(_bert_config(len(tokenizer)), add_pooling_layer=False).save_pretrained(folder)
    modules = [("", "Transformer"), ("1_Pooling", "Pooling")]  # no Normalize: unit length is the engines' work
    listed = [
        {"idx": n, "name": str(n), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for n, (path, kind) in enumerate(modules)
    ]
    (folder / "1_Pooling").mkdir()
    files: dict[str, object] = {
        "modules.json": listed,
        "sentence_bert_config.json": {"max_seq_length": 16, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": 32, pooling: True},
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def build_causal(folder: Path, chat_template: str | None = None) -> Path:
    """A random GPT-2 with a window of 256 tokens."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(2)
    tokenizer = build_tokenizer(folder, 256, chat_template)
    end = tokenizer.eos_token_id
    config = GPT2Config(
        vocab_size=len(tokenizer), n_embd=32, n_layer=1, n_head=2, n_positions=256, bos_token_id=end, eos_token_id=end
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


def build_seq2seq(folder: Path) -> Path:
    """A random T5 whose tokenizer states 256 tokens."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    torch.manual_seed(3)
    tokenizer = build_tokenizer(folder, 256)
    config = T5Config(
        vocab_size=len(tokenizer), d_model=32, d_kv=8, d_ff=64, num_layers=1, num_heads=4, pad_token_id=0,
        eos_token_id=tokenizer.eos_token_id, decoder_start_token_id=0,
    )  # fmt: skip
    T5ForConditionalGeneration(config).save_pretrained(folder)
    return folder
