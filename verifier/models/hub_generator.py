"""Any other generator: a sequence-to-sequence or a causal model by Hub id or folder, decoding greedily.

What it is told is the matter of :mod:`verifier.models.prompting`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from verifier.errors import UsageError
from verifier.models.hub_source import LoadedModel, digest_of_source, load_model, load_source
from verifier.models.named import Named
from verifier.models.prompting import (
    NEW_TOKENS,
    clean_draft,
    first_line,
    prompt_text,
    without_control_tokens,
    without_reasoning,
)
from verifier.models.protocols import Prompt


class TransformersGenerator(Named):
    """Drafts by any text generator; the chat template is used where there is one, else a plain prompt.

    One prompt at a time, so that a draft depends on no other; passages that do not fit are dropped, the last first.
    """

    def __init__(self, source: str, *, max_new_tokens: int = NEW_TOKENS) -> None:
        loaded = _load(source)
        self._name, self._new_tokens = source, max_new_tokens
        self._model, self._tokenizer, self._device = loaded.model, loaded.tokenizer, loaded.device
        self._digest = digest_of_source(source, self._model.config)
        self._seq2seq = bool(self._model.config.is_encoder_decoder)
        self._chat = not self._seq2seq and bool(self._tokenizer.chat_template)
        self._room = loaded.max_tokens - (0 if self._seq2seq else max_new_tokens)
        added = self._tokenizer.added_tokens_decoder.values()
        self._control = {*self._tokenizer.all_special_tokens, *(token.content for token in added if token.special)}
        settings = self._model.generation_config
        settings.do_sample, settings.num_beams, settings.max_length = False, 1, None
        settings.temperature = settings.top_p = settings.top_k = None  # a sampler's settings; greedy has none
        if settings.pad_token_id is None:
            settings.pad_token_id = self._tokenizer.eos_token_id

    def generate(self, prompts: Sequence[Prompt]) -> list[str]:
        """One draft a prompt, in order; empty where the model declines. UsageError when a question does not fit."""
        return [self._draft(prompt) for prompt in prompts]

    def _draft(self, prompt: Prompt) -> str:
        import torch

        inputs = self._fitting(prompt)
        with torch.inference_mode():
            output = self._model.generate(**inputs, max_new_tokens=self._new_tokens)[0]
        new = output if self._seq2seq else output[inputs["input_ids"].shape[1] :]
        return self.finished(self._tokenizer.decode(new, skip_special_tokens=True))

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """The output word by word, without a reasoning preamble. A reader who stops reading stops the model."""
        from transformers import StoppingCriteriaList, TextIteratorStreamer

        inputs = self._fitting(prompt)
        streamer = TextIteratorStreamer(self._tokenizer, skip_prompt=not self._seq2seq, skip_special_tokens=True)
        left = False

        def stopped(input_ids: Any, scores: Any, **_: Any) -> Any:
            import torch

            return torch.full((len(input_ids),), left, device=input_ids.device)

        def write() -> None:
            try:
                self._model.generate(
                    **inputs,
                    max_new_tokens=self._new_tokens,
                    streamer=streamer,
                    stopping_criteria=StoppingCriteriaList([stopped]),
                )
            finally:
                streamer.end()

        with ThreadPoolExecutor(1, "verifier-generator") as executor:
            writing = executor.submit(write)
            try:
                yield from without_reasoning(streamer)
            finally:
                left = True
            writing.result()

    def finished(self, output: str) -> str:
        """One line of it; what a model without a chat template says after its first line is not the answer."""
        return clean_draft(output if self._seq2seq or self._chat else first_line(output))

    def _fitting(self, prompt: Prompt) -> Any:
        """The prompt's tokens, with as many passages as the model's window takes; the best one is cut if it must be."""
        passages = [without_control_tokens(passage, self._control) for passage in prompt.passages]
        question = without_control_tokens(prompt.question, self._control)
        while True:
            inputs = self._tokens(prompt_text(Prompt(question, tuple(passages))))
            length = inputs["input_ids"].shape[1]
            if length <= self._room:
                # Token types, which some tokenizers give, are no input of a generator.
                return {name: inputs[name].to(self._device) for name in ("input_ids", "attention_mask")}
            if not passages:
                raise UsageError(
                    f"the question takes {length} tokens with its instruction and {self._name} reads {self._room}: "
                    "shorten it, or choose a model with a longer window"
                )
            words = passages.pop().split()
            if not passages and len(words) > 1:
                passages = [" ".join(words[: len(words) // 2])]

    def _tokens(self, text: str) -> Any:
        if not self._chat:
            inputs = self._tokenizer(f"{text}\nAnswer:", return_tensors="pt", verbose=False)
            ends = not self._seq2seq and inputs["input_ids"][0, -1].item() == self._tokenizer.eos_token_id
            # A causal model that reads the end of the text has nothing more to say.
            return {name: ids[:, :-1] for name, ids in inputs.items()} if ends else inputs
        return self._tokenizer.apply_chat_template(
            [{"role": "user", "content": text}],
            add_generation_prompt=True,
            enable_thinking=False,  # templates that know it leave reasoning out, the others ignore it
            return_tensors="pt",
            return_dict=True,
        )


def _load(source: str) -> LoadedModel:
    """By the kind that the model's own config states."""
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

    def read(local_files_only: bool) -> Any:
        return AutoConfig.from_pretrained(source, local_files_only=local_files_only, trust_remote_code=False)

    encoder_decoder = load_source(source, read).is_encoder_decoder
    return load_model(source, AutoModelForSeq2SeqLM if encoder_decoder else AutoModelForCausalLM)
