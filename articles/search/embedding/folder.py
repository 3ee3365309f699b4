"""A sentence encoder in a folder: `model.onnx` (or `onnx/model.onnx`) with `tokenizer.json` beside it.

This is how such models are published for ONNX. Two more files are read where they are there: `1_Pooling/config.json`
(first token or mean) and `config_sentence_transformers.json` (the words that a model wants before a query or a passage).
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from articles.search.embedding.encoder import EmbeddingFailed, Vector
from articles.search.embedding.onnx import MAX_TOKENS, OnnxEncoder, read_file

_MODELS = ("model.onnx", "onnx/model.onnx", "model_quantized.onnx", "onnx/model_quantized.onnx")


class FolderEmbedder:
    def __init__(self, folder: Path, *, languages: Iterable[str], threads: int) -> None:
        from tokenizers import Tokenizer

        path = next((folder / name for name in _MODELS if (folder / name).is_file()), None)
        if path is None:
            raise EmbeddingFailed(f"{folder} holds no model: none of {', '.join(_MODELS)} is there.")
        digest = hashlib.sha256(read_file(path)).hexdigest()
        # Another model in the same folder is another name: its vectors are made anew.
        self.name = f"{folder.resolve().name[:60]}-{digest[:12]}"
        self.languages = frozenset(languages)
        pooling = _read_settings(folder / "1_Pooling" / "config.json")
        prompts = _read_settings(folder / "config_sentence_transformers.json").get("prompts") or {}
        self._before_query = str(prompts.get("query", ""))
        self._before_passage = str(prompts.get("document", prompts.get("passage", "")))
        try:
            tokenizer = Tokenizer.from_str(read_file(folder / "tokenizer.json").decode())
            self._encoder = OnnxEncoder(
                path,
                tokenizer,
                sha256=digest,
                threads=threads,
                max_tokens=MAX_TOKENS,
                pools_first=bool(pooling.get("pooling_mode_cls_token")),
            )
        except EmbeddingFailed:
            raise
        except Exception as error:  # both libraries raise plain Exception for a file that is none of theirs
            raise EmbeddingFailed(f"The model in {folder} cannot be loaded: {error}") from error
        self.dimensions = self._encoder.dimensions

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> list[Vector]:
        before = self._before_query if is_query else self._before_passage
        return self._encoder.embed([before + text for text in texts] if before else texts)


def _read_settings(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        found = json.loads(read_file(path))
    except ValueError as error:
        raise EmbeddingFailed(f"{path} is no JSON.") from error
    return found if isinstance(found, dict) else {}
