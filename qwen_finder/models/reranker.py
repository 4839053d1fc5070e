"""The reranker: Qwen3-Reranker run by llama.cpp, which says how probably a passage answers a query.

The prompt is that of the model's makers, to the letter. Their model is a text model that says yes or no; some
conversions keep only these two words of its last layer, as a head of their own (``cls.output``), others keep
all words, of which two are looked at. It knows nothing of files: strings in, probabilities out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from functools import partial
from math import inf
from pathlib import Path

import numpy as np

from qwen_finder.core.errors import ModelError
from qwen_finder.core.ports import ModelSpec, Placement
from qwen_finder.core.probes import PLAIN_PAIRS
from qwen_finder.models.catalog import CatalogEntry, load_catalog
from qwen_finder.models.gguf_file import GgufFile, read_gguf
from qwen_finder.models.judgement import Judgement, Verdict
from qwen_finder.models.native import NativeModel, closed_error
from qwen_finder.models.offload import Offload
from qwen_finder.models.packing import pack
from qwen_finder.models.placement import AUTO, Load, memory_needed
from qwen_finder.models.profile import normal_form_of
from qwen_finder.models.steady import Steady
from qwen_finder.models.tokenizer import Tokenizer, Tokens
from qwen_finder.models.tuning import Store, default_threads, sha256_of

BEFORE = (
    "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the "
    'Instruct provided. Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n'
)
AFTER = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
TASK = "Given a search query, retrieve relevant passages from files that answer it"

LONGEST_QUERY, LONGEST_PASSAGE = 512, 1_536
"""In tokens; a longer one is cut at its end. Both fit in a batch with the rest of the prompt."""

_HEAD = "cls.output.weight"
_TOKENS, _SEQUENCES = 2_560, 16
_MISTAKES = 1


class LlamaCppReranker:
    """A Reranker (see core.ports) over the GGUF file at ``path``. Thread-safe.

    ``instruction`` says in a sentence what passages are looked for. The other arguments as of
    ``LlamaCppEmbedder``. Raises ModelError if the file cannot be used.
    """

    def __init__(
        self,
        path: Path,
        *,
        entry: CatalogEntry | None = None,
        instruction: str = "",
        threads: int = 0,
        gpu_layers: str = AUTO,
        store: Store | None = None,
        self_test: bool = True,
    ) -> None:
        file = read_gguf(path)
        _check_kind(file)
        self._file = file
        self._path = path
        self._task = instruction or TASK
        self._threads = threads or default_threads()
        self._name = entry.name if entry else file.name
        sha256 = sha256_of(path, store)
        self._bench = Steady(
            self._name, Offload(file, sha256, gpu_layers, [Load(_TOKENS, _SEQUENCES)], store), self._open
        )
        self._spec = ModelSpec(
            name=self._name,
            modality="reranker",
            dimensions=0,
            max_tokens=_TOKENS,
            languages=entry.languages if entry else "",
            fingerprint=sha256[:16],
        )
        try:
            if self_test:
                self._test()
            self._bench.offload.succeeded()
        except BaseException:
            self.close()
            raise

    @property
    def name(self) -> str:
        return self._name

    @property
    def spec(self) -> ModelSpec:
        return self._spec

    @property
    def placement(self) -> Placement:
        """Where the model is, and what it takes there now."""
        return self._bench.offload.placement(memory_needed(self._file, [Load(_TOKENS, _SEQUENCES)]))

    def score(self, query: str, passages: Sequence[str], *, seconds: float = inf) -> list[float] | None:
        deadline = time.monotonic() + seconds
        if not passages:
            return []
        return self._bench.do(lambda seat: seat.score(self._task, query, passages, deadline))

    def close(self) -> None:
        """Free context and weights; waits for a batch that is being computed."""
        self._bench.close()

    def _open(self, layers: int) -> _Bench:
        return _Bench(self._path, self._file, layers, self._threads)

    def _test(self) -> None:
        """Refuse a model that cannot tell a passage that answers from one that does not."""
        right = 0
        for number, (question, passage) in enumerate(PLAIN_PAIRS):
            other = PLAIN_PAIRS[(number + 1) % len(PLAIN_PAIRS)][1]
            answers, foreign = self.score(question, [passage, other]) or (0.0, 0.0)
            right += answers > foreign
        if right < len(PLAIN_PAIRS) - _MISTAKES:
            raise ModelError(
                "model.broken",
                f"The reranker {self._name} does not work: it told {right} of {len(PLAIN_PAIRS)} plain "
                "answers from others.",
                "The file may be damaged, wrongly converted, or no reranker. Use another.",
            )


class _Bench:
    """The model in memory with ``layers`` on the graphics card, its tokenizer and its context."""

    def __init__(self, path: Path, file: GgufFile, layers: int, threads: int) -> None:
        self.layers = layers
        self._lock = threading.Lock()
        self._closed = False
        self._model = NativeModel(path, layers)
        self._judgement: Judgement | None = None
        self._tokenizer = Tokenizer(self._model, _TOKENS, ensure_eos=False, normal_form=normal_form_of(file))
        try:
            self._open = partial(
                Judgement,
                self._model,
                _verdict(file, self._tokenizer),
                tokens=min(_TOKENS, self._model.context_length),
                sequences=_SEQUENCES,
                threads=threads,
            )
            self._before, self._after = self._tokenizer.template(BEFORE), self._tokenizer.template(AFTER)
        except BaseException:
            self.close()
            raise

    def score(self, task: str, query: str, passages: Sequence[str], deadline: float) -> list[float] | None:
        room = min(_TOKENS, self._model.context_length)
        shared = self._shared(task, query, room // 2)
        most = min(LONGEST_PASSAGE, room - shared.size - self._after.size)
        rests = [
            # A space begins a word: what stands before it is cut here, and would be by the tokenizer.
            np.concatenate([self._tokenizer.body(f" {passage}", most), self._after])
            for passage in passages
        ]
        scores = [0.0] * len(rests)
        started, done, total = time.monotonic(), 0, sum(map(len, rests))
        for batch in pack([len(rest) for rest in rests], room - shared.size, _SEQUENCES):
            with self._lock:
                if self._closed:
                    raise closed_error()
                if self._judgement is None:
                    self._judgement = self._open()
                found = self._judgement.judge(shared, [rests[index] for index in batch], deadline)
            if found is None:
                return None
            for index, score in zip(batch, found, strict=True):
                scores[index] = score
            done += sum(len(rests[index]) for index in batch)
            # Nobody waits for what will not be done in time.
            now = time.monotonic()
            if now + (now - started) / done * (total - done) > deadline:
                return None
        return scores

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._judgement is not None:
                self._judgement.close()
                self._judgement = None
        self._tokenizer.close()
        self._model.close()

    def _shared(self, task: str, query: str, most: int) -> Tokens:
        """What all prompts for ``query`` begin with."""
        body = self._tokenizer.body
        # Nothing is cut where the tokenizer would not begin a word: not before the end of a line.
        head, end = body(f"<Instruct>: {task}\n<Query>:", most // 2), "\n<Document>:"
        asked = body(f" {query.strip()}{end}", most)
        if asked.size > (longest := min(LONGEST_QUERY, most // 2)):
            asked = np.concatenate([asked[:longest], body(end, most)])
        return np.concatenate([self._before, head, asked])


def _check_kind(file: GgufFile) -> None:
    family = load_catalog().family_of(file.architecture, file.name)
    ranks = file.number("pooling_type") == 4 or (family is not None and family.pooling == "rank")
    if file.architecture != "qwen3" or not ranks:
        raise ModelError(
            "model.foreign",
            f"{file.path} is not a Qwen3-Reranker (architecture {file.architecture or 'unknown'}).",
            "Use a GGUF file of Qwen3-Reranker: `qwen-finder models list` shows them.",
        )
    if _HEAD in file.tensors and not {"yes", "no"} <= set(file.labels):
        raise ModelError(
            "model.foreign",
            f"{file.path} judges by {', '.join(file.labels) or 'outputs without names'}, not by yes and no.",
            "Use a GGUF file of Qwen3-Reranker: `qwen-finder models list` shows them.",
        )


def _verdict(file: GgufFile, tokenizer: Tokenizer) -> Verdict:
    if _HEAD in file.tensors:
        return Verdict(True, file.labels.index("yes"), file.labels.index("no"))
    yes, no = (tokenizer.body(word, 2) for word in ("yes", "no"))
    if (yes.size, no.size) != (1, 1):
        raise ModelError(
            "model.tokenizer",
            f"{file.path} is a wrong conversion of {file.name}: yes and no are no words to its tokenizer.",
            "Use a GGUF file of Qwen3-Reranker: `qwen-finder models list` shows them.",
        )
    return Verdict(False, int(yes[0]), int(no[0]))
