"""A generator behind an address, against a small server of our own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from verifier.errors import ModelError
from verifier.models.http_generator import HttpGenerator
from verifier.models.load import load_generator
from verifier.models.prompting import prompt_text
from verifier.models.protocols import Prompt, StreamingGenerator

PROMPT = Prompt("Where is it?", ("It is in Paris.",))


class Server(ThreadingHTTPServer):
    """Speaks as much of the protocol as a generator needs; ``events`` are the lines of a completion."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.models: object = {"data": [{"id": "small", "created": 1}, {"id": "large", "created": 2}]}
        self.events: list[bytes] = []
        self.status = 200
        self.bodies: list[dict[str, Any]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def says(self, *pieces: str | None) -> None:
        rows = [{"choices": [{"delta": {} if piece is None else {"content": piece}}]} for piece in pieces]
        self.events = [b": ping", *(b"data: " + json.dumps(row).encode() for row in rows), b"data: [DONE]"]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._answer(json.dumps(self.server.models).encode())

    def do_POST(self) -> None:
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._answer(b"\n\n".join(self.server.events) + b"\n")

    def _answer(self, content: bytes) -> None:
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_it_streams_what_the_server_writes(server: Server) -> None:
    server.says(None, "It is", " in", "\nParis.")
    generator = load_generator(server.address)
    assert isinstance(generator, StreamingGenerator)
    assert list(generator.stream(PROMPT)) == ["It is", " in", "\nParis."]
    assert generator.generate([PROMPT]) == ["It is in Paris."]
    body = server.bodies[0]
    assert (body["model"], body["temperature"], body["stream"]) == ("small", 0, True)
    assert body["messages"] == [{"role": "user", "content": prompt_text(PROMPT)}]


def test_a_model_can_be_chosen_and_a_wrong_name_says_which_there_are(server: Server) -> None:
    large = HttpGenerator(f"{server.address}/v1/#large")
    assert large.name == f"{server.address}/v1#large"
    assert (len(large.digest), large.digest == HttpGenerator(server.address).digest) == (12, False)
    with pytest.raises(ModelError, match="has no model 'huge': it has large, small"):
        HttpGenerator(f"{server.address}#huge")


def test_reasoning_is_no_part_of_the_draft_and_a_model_may_decline(server: Server) -> None:
    server.says("<thi", "nk>Lyon?", "</think>", "It is in Paris.")
    assert "".join(HttpGenerator(server.address).stream(PROMPT)) == "It is in Paris."
    server.says("I don't", " know.")
    assert HttpGenerator(server.address).generate([PROMPT]) == [""]


def test_what_goes_wrong_is_one_line_with_advice(server: Server) -> None:
    generator = HttpGenerator(server.address)
    server.events = [b"data: {oops"]
    with pytest.raises(ModelError, match="sent no chat completion but"):
        generator.generate([PROMPT])
    server.status, server.events = 500, [b"out of\nmemory"]
    with pytest.raises(ModelError, match="answered 500: out of memory"):
        generator.generate([PROMPT])
    server.status, server.models = 200, {"error": "no"}
    with pytest.raises(ModelError, match="is it an OpenAI-compatible server"):
        HttpGenerator(server.address)
    server.models = {"data": []}
    with pytest.raises(ModelError, match="has no model: load one"):
        HttpGenerator(server.address)


def test_no_server_is_told_at_once() -> None:
    with pytest.raises(ModelError, match=r"no answer from http://127\.0\.0\.1:9/v1: .*start the server"):
        load_generator("http://127.0.0.1:9")


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.says("Paris.")
    assert HttpGenerator(server.address).generate([PROMPT]) == ["Paris."]
