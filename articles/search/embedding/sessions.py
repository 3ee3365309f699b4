"""Open a model in onnxruntime, optimised once for all processes and mapped into memory by each.

The optimised weights are four times the file: int8 becomes float. As a session of its own they took 100 MB of each process and
a third of a second; mapped, 15 MB and 20 ms (measured 2026-11-30).
"""

import os
import platform
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from core.files.shared import shared_folder
from core.memory import give_back

if TYPE_CHECKING:
    import onnxruntime

_GRAPH, _WEIGHTS = "model.onnx", "weights.bin"
# Read when onnxruntime is imported. Its wheels (1.32) bring a telemetry client of the vendor's, switched on, with a thread and
# HTTP of its own: a desk tells nobody what it does.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# numpy's threads, which nothing here keeps busy: a process must not fork with them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def import_libraries() -> None:
    """Import what an encoder needs, for processes that fork: 21 MB and 0.4 s less for each of them that is asked."""
    for name in ("numpy", "onnxruntime", "tokenizers"):
        import_module(name)


def open_session(model: Path, *, sha256: str, threads: int) -> "onnxruntime.InferenceSession":
    """Return a session of the model file, whose SHA-256 is `sha256`. Raises what onnxruntime raises."""
    import onnxruntime

    version = f"{sha256[:16]}-{onnxruntime.__version__}-{platform.machine()}"
    folder = shared_folder("encoder", version, lambda empty: _optimise(model, empty))
    options = _options(threads)
    if folder is not None:
        # It is optimised already, and rewriting the graph would copy the mapped weights.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        # Packing copies the weights: 43 MB of each process for 1.8 of a question's 5.4 ms, and nothing of a batch's.
        options.add_session_config_entry("session.disable_prepacking", "1")
        model = folder / _GRAPH
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    give_back()  # of the model's optimisation: 63 of 161 MB (measured 2026-11-30, glibc)
    return session


def _optimise(model: Path, folder: Path) -> None:
    """Write the optimised graph, its weights in a file of their own: only such a file is mapped."""
    import onnxruntime

    options = _options(threads=1)
    # The next level is for this very processor; the folder may move to another machine.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / _GRAPH)
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", _WEIGHTS)
    options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _options(threads: int) -> "onnxruntime.SessionOptions":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    # The arena keeps the largest batch's memory for good: 960 MB instead of 235 (measured 2026-11-30).
    options.enable_cpu_mem_arena = False
    return options
