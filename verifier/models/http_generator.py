"""A generator behind an OpenAI-compatible address: llama.cpp, Ollama, vLLM and their like, on this machine or another.

The address is that of the server, with or without ``/v1``; ``#name`` after it chooses one of its models, else the first
is taken. Decoding is greedy. Passages leave this machine only if the address does.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from verifier.errors import ModelError
from verifier.models.prompting import NEW_TOKENS, clean_draft, prompt_text, without_reasoning
from verifier.models.protocols import Prompt

_SECONDS = 120.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_DATA = b"data:"
_LONGEST = 1 << 20


class HttpGenerator:
    """Drafts by the chat of a server. Raises ModelError where it does not answer, or answers something else."""

    def __init__(self, address: str, *, seconds: float = _SECONDS) -> None:
        """``seconds`` is how long the server may be silent."""
        url, _, wanted = address.partition("#")
        self._base = url.rstrip("/").removesuffix("/v1") + "/v1"
        self._seconds = seconds
        host = urllib.parse.urlsplit(url).hostname
        # a proxy that the environment names is for the network, not for this machine
        proxies = [urllib.request.ProxyHandler({})] if host in _LOOPBACK else []
        self._opener = urllib.request.build_opener(*proxies)
        models = self._models()
        if wanted and wanted not in models:
            raise ModelError(f"{self._base} has no model {wanted!r}: it has {', '.join(sorted(models))}")
        self._model = wanted or next(iter(models))
        self._digest = hashlib.sha256(json.dumps(models[self._model], sort_keys=True).encode()).hexdigest()[:12]

    @property
    def name(self) -> str:
        """The address and the model."""
        return f"{self._base}#{self._model}"

    @property
    def digest(self) -> str:
        """Over what the server says of the model: it does not show its files."""
        return self._digest

    def generate(self, prompts: Sequence[Prompt]) -> list[str]:
        """One draft a prompt, in order; empty where the model declines."""
        return [self.finished("".join(self.stream(prompt))) for prompt in prompts]

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """The output as the server sends it, without a reasoning preamble."""
        return without_reasoning(self._pieces(prompt))

    def finished(self, output: str) -> str:
        """The output on one line; empty where the model declines."""
        return clean_draft(output)

    def _models(self) -> dict[str, Any]:
        try:
            listed = json.loads(b"".join(self._lines("/models")))["data"]
            models = {str(model["id"]): model for model in listed}
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"{self._base}/models answered no list of models: is it an OpenAI-compatible server?"
            ) from error
        if not models:
            raise ModelError(f"the server at {self._base} has no model: load one into it")
        return models

    def _pieces(self, prompt: Prompt) -> Iterator[str]:
        body = {
            "model": self._model,
            "messages": [{"role": "user", "content": prompt_text(prompt)}],
            "temperature": 0,
            "max_tokens": NEW_TOKENS,
            "stream": True,
        }
        for line in self._lines("/chat/completions", body):
            event = line.removeprefix(_DATA).strip()
            if not line.startswith(_DATA) or event == b"[DONE]":
                continue
            try:
                choices = json.loads(event)["choices"]
                piece = choices[0]["delta"].get("content") if choices else None
            except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
                raise ModelError(f"{self._base} sent no chat completion but {event[:60]!r}") from error
            if isinstance(piece, str):
                yield piece

    def _lines(self, path: str, body: Mapping[str, Any] | None = None) -> Iterator[bytes]:
        """The lines of an answer. Raises ModelError."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, {"Content-Type": "application/json"})
        try:
            with self._opener.open(request, timeout=self._seconds) as answer:
                while line := answer.readline(_LONGEST):
                    yield line
        except urllib.error.HTTPError as error:
            said = " ".join(error.read(200).decode("utf-8", "replace").split())
            raise ModelError(f"{self._base}{path} answered {error.code}: {said or error.reason}") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise ModelError(
                f"no answer from {self._base}: {reason}; start the server, or give another --generator"
            ) from error
