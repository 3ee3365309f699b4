"""The three encoders really run: the bundled model, a folder, an endpoint on the loopback."""

import json
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from articles.search.embedding import (
    Embedder,
    EmbeddingFailed,
    current_embedder,
    embedder_problem,
    forget_embedder,
)
from articles.search.embedding import bundled as bundled_module
from articles.search.embedding.choice import load_embedder
from articles.search.embedding.encoder import speaks
from factcheck.local.processes import wait_until

SAME = ("Moscow sent eighty requests for help.", "Russia asked for assistance 80 times.", "The cat sleeps in the sun.")


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    forget_embedder()
    yield
    forget_embedder()


def likeness(one: Any, other: Any) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def check_contract(embedder: Embedder) -> None:
    vectors = embedder.embed(SAME)
    assert [len(vector) for vector in vectors] == [embedder.dimensions] * 3
    assert all(abs(likeness(vector, vector) - 1) < 1e-3 for vector in vectors)
    assert likeness(vectors[0], vectors[1]) > likeness(vectors[0], vectors[2]) + 0.2
    assert embedder.embed([]) == []


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """The bundled model laid out as a published ONNX folder."""
    from tokenizers import BertWordPieceTokenizer

    folder = tmp_path / "small-model"
    (folder / "onnx").mkdir(parents=True)
    (folder / "onnx" / "model.onnx").symlink_to(bundled_module._model_path())
    words = bundled_module._VOCABULARY.read_text(encoding="utf-8").splitlines()
    tokenizer = BertWordPieceTokenizer({word: number for number, word in enumerate(words)}, lowercase=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def test_processes_share_one_optimised_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_DATA_DIR", str(tmp_path))
    first = bundled_module.BundledEmbedder(threads=1)
    [folder] = (tmp_path / "derived").iterdir()
    written = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert sorted(written) == ["model.onnx", "weights.bin"]
    second = bundled_module.BundledEmbedder(threads=1)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == written
    assert second.embed(SAME) == first.embed(SAME)
    monkeypatch.setenv("FACTCHECK_DATA_DIR", "/dev/null")  # no folder: each process optimises for itself
    alone = bundled_module.BundledEmbedder(threads=1).embed(SAME)
    assert [likeness(*pair) for pair in zip(alone, first.embed(SAME), strict=True)] == pytest.approx(
        [1, 1, 1], abs=1e-4
    )


ALONE = """
import os, django
django.setup()
from articles.search.embedding import prepare_fork
prepare_fork()
import onnxruntime
print(onnxruntime.__name__, len(os.listdir("/proc/self/task")))
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted in /proc")
def test_the_encoders_libraries_start_no_thread(settings: Any) -> None:
    """onnxruntime's wheels start a telemetry client when they are imported, and a process must not fork with threads."""
    environment = os.environ | {"EMBEDDER": "bundled"}
    done = subprocess.run(
        [sys.executable, "-c", ALONE],
        cwd=settings.BASE_DIR,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["onnxruntime", "1"]


def test_the_bundled_model_runs(settings: Any) -> None:
    settings.EMBEDDER = "bundled"
    embedder = current_embedder()
    assert embedder is not None
    assert current_embedder() is embedder  # once per process
    check_contract(embedder)
    assert speaks(embedder, "en-GB")
    assert speaks(embedder, "")
    assert not speaks(embedder, "ru")


def test_an_encoder_that_nobody_asks_for_is_dropped_and_loaded_again(settings: Any) -> None:
    settings.EMBEDDER, settings.EMBEDDER_IDLE_SECONDS = "bundled", 0.05
    first = current_embedder()
    assert first is not None
    vectors = first.embed(SAME)
    gone = weakref.ref(first)
    del first
    assert wait_until(lambda: gone() is None, 30)
    again = current_embedder()
    assert again is not None
    assert again.embed(SAME) == vectors


def test_an_encoder_is_kept_where_the_desk_says_so(settings: Any) -> None:
    settings.EMBEDDER, settings.EMBEDDER_IDLE_SECONDS = "bundled", 0
    threads = threading.active_count()
    assert current_embedder() is not None
    assert threading.active_count() == threads


def test_texts_of_different_length_come_back_in_order(settings: Any) -> None:
    settings.EMBEDDER = "bundled"
    embedder = load_embedder()
    texts = [f"number {n} " + "word " * (n % 40) for n in range(50)]
    together = embedder.embed(texts)
    assert all(likeness(together[n], embedder.embed([texts[n]])[0]) > 0.98 for n in (0, 17, 39, 49))


def test_a_changed_vocabulary_is_refused(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMBEDDER = "bundled"
    other = tmp_path / "vocab.txt"
    other.write_bytes(bundled_module._VOCABULARY.read_bytes() + b"extra\n")
    monkeypatch.setattr(bundled_module, "_VOCABULARY", other)
    assert current_embedder() is None
    assert "SHA-256" in embedder_problem()


def test_a_folder_runs_and_is_named_by_its_content(settings: Any, model_folder: Path) -> None:
    settings.EMBEDDER, settings.EMBEDDER_FOLDER = "folder", str(model_folder)
    embedder = load_embedder()
    check_contract(embedder)
    assert embedder.name == "small-model-8199be6f699a"
    assert speaks(embedder, "ar")


def test_a_folder_says_what_its_model_wants_before_a_query(settings: Any, model_folder: Path) -> None:
    prompts = {"prompts": {"query": "completely different words ", "document": ""}}
    (model_folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    settings.EMBEDDER, settings.EMBEDDER_FOLDER = "folder", str(model_folder)
    embedder = load_embedder()
    as_query, as_passage = embedder.embed(SAME[:1], is_query=True), embedder.embed(SAME[:1])
    assert likeness(as_query[0], as_passage[0]) < 0.95


def test_a_folder_without_a_model_is_refused(settings: Any, tmp_path: Path) -> None:
    settings.EMBEDDER, settings.EMBEDDER_FOLDER = "folder", str(tmp_path)
    with pytest.raises(EmbeddingFailed, match="holds no model"):
        load_embedder()
    (tmp_path / "model.onnx").write_bytes(b"no model")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(EmbeddingFailed, match="cannot be loaded"):
        load_embedder()


class _Endpoint(BaseHTTPRequestHandler):
    """Answers as OpenAI's /embeddings does, rows in another order than asked."""

    seen: list[dict[str, Any]] = []
    answer: Any = None

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append({**asked, "key": self.headers["Authorization"], "path": self.path})
        rows = [
            {"object": "embedding", "index": number, "embedding": self._vector(text)}
            for number, text in enumerate(asked["input"])
        ]
        body = json.dumps(self.answer or {"object": "list", "data": rows[::-1], "model": asked["model"]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @staticmethod
    def _vector(text: str) -> list[float]:
        return [3.0 * ("80" in text or "eighty" in text), 4.0 * ("cat" in text), 0.1]

    def log_message(self, *_args: Any) -> None: ...


@pytest.fixture
def endpoint(settings: Any) -> Iterator[type[_Endpoint]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.EMBEDDER, settings.EMBEDDER_MODEL, settings.EMBEDDER_KEY = "endpoint", "some-model", "secret"
    settings.EMBEDDER_URL = f"http://127.0.0.1:{server.server_port}/v1/embeddings"
    settings.FETCH_ALLOWED_HOSTS = ["127.0.0.1"]
    _Endpoint.seen, _Endpoint.answer = [], None
    yield _Endpoint
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_endpoint_is_asked_as_openai_is(endpoint: type[_Endpoint]) -> None:
    embedder = load_embedder()
    check_contract(embedder)
    assert endpoint.seen[-1]["path"] == "/v1/embeddings"
    assert endpoint.seen[-1]["key"] == "Bearer secret"
    assert endpoint.seen[-1]["model"] == "some-model"
    assert embedder.name.startswith("some-model@")


def test_an_endpoint_on_a_private_address_is_refused_unless_allowed(endpoint: type[_Endpoint], settings: Any) -> None:
    settings.FETCH_ALLOWED_HOSTS = []
    assert current_embedder() is None
    assert "does not answer" in embedder_problem()
    assert endpoint.seen == []


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "no"},
        {"data": []},
        {"data": [{"index": 0, "embedding": ["x"]}]},
        {"data": [{"index": 0, "embedding": []}]},
        {"data": [{"index": 0, "embedding": [0.0, 0.0]}]},
        [1, 2],
    ],
)
def test_an_endpoint_that_answers_nonsense_is_refused(endpoint: type[_Endpoint], answer: Any) -> None:
    endpoint.answer = answer
    with pytest.raises(EmbeddingFailed):
        load_embedder()


def test_switched_off_there_is_none(settings: Any) -> None:
    settings.EMBEDDER = "off"
    assert current_embedder() is None
    assert "switched off" in embedder_problem()
