"""The language model: py3langid's, mapped into memory. Half a second and 105 MB a process less (2026-11-30)."""

import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.files.shared import shared_folder

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_ARRAYS = ("ptc", "pc", "nextmove", "row", "output")


def rank_languages(sample: str) -> list[tuple[str, float]]:
    """Return every label of the model with its probability, the likeliest first."""
    return [(str(label), float(probability)) for label, probability in _load_model().rank(sample)]


def forget_model() -> None:
    """Drop the model. The next question maps it again, in a hundredth of a second."""
    _load_model.cache_clear()


@cache
def _load_model() -> "LanguageIdentifier":
    """Load the model once per process. numpy and py3langid are imported here: most processes never ask."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    folder = shared_folder("languages", version("py3langid"), _unpack)
    if folder is None:
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    import numpy as np

    ptc, pc, nextmove, row, output = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS)
    classes = json.loads((folder / "classes.json").read_text())
    # The walk reads one number at a time: a memory view gives a Python int, as the library's own array does.
    walked: Any = memoryview(nextmove)
    # Read once, when the model is made: a list of them would stay, 3 MB. Of the output, read at each letter, a list is faster.
    rows: Any = memoryview(row)
    return LanguageIdentifier(ptc, pc, classes, walked, output.tolist(), norm_probs=True, tk_row=rows)


def _unpack(folder: Path) -> None:
    import numpy as np
    from py3langid.langid import MODEL_DIR, MODEL_FILE
    from py3langid.modelio import load_model

    ptc, pc, classes, nextmove, row, output = load_model(MODEL_DIR / MODEL_FILE)
    for name, values in zip(_ARRAYS, (ptc, pc, nextmove, row, output), strict=True):
        np.save(folder / f"{name}.npy", np.asarray(values))
    (folder / "classes.json").write_text(json.dumps(classes))
