"""Every setting as data: key, type, default, bounds and what it is for.

``config list``, the settings page and the documentation are made from this table; nothing else lists keys.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from qwen_finder.core.errors import SettingsError
from qwen_finder.core.junk import JUNK
from qwen_finder.core.secrets import SECRETS

Value = bool | int | str | list[str]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. ``minimum`` and ``maximum`` bound integers; ``choices`` lists a string's only values;
    ``pattern`` is a regular expression that the whole of any other value must match."""

    key: str
    default: Value
    description: str
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""

    def check(self, value: object, where: str) -> Value:
        """``value`` if it fits; else SettingsError naming the key, the value and ``where`` it stands."""
        fits = type(value) is type(self.default)
        if isinstance(value, list):
            fits = fits and all(isinstance(item, str) for item in value)
        if not fits or not isinstance(value, bool | int | str | list):
            raise self._refuse(value, where, f"it takes {self.type_name}")
        # With a pattern, the choices are those words that it does not match.
        matched = self.pattern and isinstance(value, str) and re.fullmatch(self.pattern, value)
        if self.choices and value not in self.choices and not matched:
            of = " or a number" if self.pattern else ""
            raise self._refuse(value, where, f"it is one of {', '.join(self.choices)}{of}")
        if isinstance(value, int) and not isinstance(value, bool):
            if self.minimum is not None and value < self.minimum:
                raise self._refuse(value, where, f"the least is {self.minimum}")
            if self.maximum is not None and value > self.maximum:
                raise self._refuse(value, where, f"the most is {self.maximum}")
        return value

    def parse(self, text: str, where: str) -> Value:
        """The value that ``text`` from a command line means."""
        if isinstance(self.default, bool):
            words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
            if text.strip().lower() not in words:
                raise self._refuse(text, where, "it takes true or false")
            return words[text.strip().lower()]
        if isinstance(self.default, int):
            try:
                return self.check(int(text.strip()), where)
            except ValueError:
                raise self._refuse(text, where, "it takes a whole number") from None
        if isinstance(self.default, list):
            return [item.strip() for item in text.split(",") if item.strip()]
        return self.check(text, where)

    @property
    def type_name(self) -> str:
        if isinstance(self.default, bool):
            return "true or false"
        if isinstance(self.default, int):
            return "a whole number"
        return "a list of strings" if isinstance(self.default, list) else "a string"

    def _refuse(self, value: object, where: str, reason: str) -> SettingsError:
        return SettingsError(
            "settings.value",
            f"{where}: {self.key} cannot be {value!r}: {reason}.",
            f"The default is {self.default!r}. {self.description}",
        )


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "models.text", "starter", "Text model: a catalog id, gguf:/path/to/model.gguf, or openai:URL#MODEL."
    ),
    Setting(
        "models.image",
        "auto",
        "Picture model: a catalog id, or clip:/path/to/folder; auto takes the default one if it is there, "
        "off takes none.",
    ),
    Setting(
        "models.dimensions",
        0,
        "Length of the vectors; 0 takes the best for the model. Only Matryoshka models stay good when cut.",
        minimum=0,
        maximum=8192,
    ),
    Setting(
        "models.query_instruction",
        "",
        "What the text model is told to look for, in English; empty takes the model's own default.",
    ),
    Setting(
        "models.pooling",
        "auto",
        "How a model file of your own makes one vector of a text; auto takes what the file says.",
        choices=("auto", "mean", "cls", "last"),
    ),
    Setting(
        "models.max_tokens",
        8192,
        "The longest text that is embedded at once, in tokens; longer ones take more memory.",
        minimum=64,
        maximum=32_768,
    ),
    Setting(
        "models.gpu_layers",
        "auto",
        "Layers of the model on the graphics card; auto takes as many as its memory holds, 0 none.",
        choices=("auto",),
        pattern=r"[0-9]{1,3}",
    ),
    Setting(
        "models.reranker",
        "auto",
        "Reranker: a catalog id, or gguf:/path/to/model.gguf; auto takes one that is there, off takes none.",
    ),
    Setting(
        "models.consent", [], "Embedding servers (http://HOST/v1) that the text of your files may be sent to."
    ),
    Setting("models.threads", 0, "Processor threads for indexing; 0 leaves one core free for you.", 0, 256),
    Setting(
        "models.idle_minutes",
        15,
        "Minutes without use after which the model gives its memory back; 0 keeps it.",
        minimum=0,
        maximum=1440,
    ),
    Setting(
        "download.source",
        "auto",
        "Where models are fetched from; auto takes ModelScope where Hugging Face cannot be reached.",
        choices=("auto", "huggingface", "modelscope"),
    ),
    Setting(
        "download.huggingface",
        "",
        "Address of Hugging Face or of a mirror of it; empty takes HF_ENDPOINT, or the usual one.",
    ),
    Setting(
        "pace.mode",
        "auto",
        "How hard indexing works; auto: full when you are away, balanced when not, quiet on battery.",
        choices=("auto", "full", "balanced", "quiet"),
    ),
    Setting("pace.idle_minutes", 5, "Minutes without input or queries after which you are away.", 1, 1440),
    Setting("index.gitignore", True, "Leave out what a .gitignore file leaves out."),
    Setting("index.hidden", False, "Index hidden files and folders (names that begin with a dot) too."),
    Setting("index.skip", [], "More names to leave out, in .gitignore syntax, beside index.skip_defaults."),
    Setting("index.excluded", [], "Files and folders that you left out one by one, by their full paths."),
    Setting(
        "index.skip_defaults",
        list(JUNK),
        "Names of what nobody looks for, left out, in .gitignore syntax; a shorter list lets some in.",
    ),
    Setting(
        "index.secrets",
        list(SECRETS),
        "Names that hold secrets and are left out, in .gitignore syntax; a shorter list lets some in.",
    ),
    Setting("index.max_file_mb", 512, "Files larger than this many megabytes are found by name only.", 1),
    Setting(
        "index.max_characters",
        1_000_000,
        "How much text of one file is indexed, in characters; the rest of it is found by name only.",
        minimum=1_000,
    ),
    Setting("index.max_pages", 5_000, "How many pages, slides or sheets of one file are indexed.", minimum=1),
    Setting(
        "index.max_members",
        50_000,
        "How many files inside an archive or mailbox are indexed; more are found by name only.",
        minimum=0,
    ),
    Setting("index.max_depth", 3, "How deep an archive within an archive is looked into.", 0, 16),
    Setting(
        "index.max_seconds",
        30,
        "Seconds after which reading a file is given up, beside those for its size and for text in pictures.",
        minimum=1,
        maximum=86_400,
    ),
    Setting("index.max_seconds_per_mb", 2, "Seconds more for each megabyte of a file.", 0, 3_600),
    Setting(
        "index.ocr",
        "auto",
        "Text in pictures and scanned pages; auto recognises it where there is no other text: Latin letters, "
        "Chinese and Japanese, other scripts where Tesseract is installed with their language.",
        choices=("auto", "off"),
    ),
    Setting(
        "index.min_picture_px",
        64,
        "Pictures whose longer side has fewer pixels, icons mostly, are not looked at; 0 looks at all.",
        minimum=0,
        maximum=4_096,
    ),
    Setting(
        "index.thumbnails_mb",
        500,
        "Megabytes of thumbnails kept on disk; those nobody looked at for long go first; 0 keeps none.",
        minimum=0,
    ),
    Setting("index.workers", 0, "Processes that read files at once; 0 is one per processor core.", 0, 256),
    Setting(
        "index.worker_memory_mb",
        1_500,
        "Megabytes of memory that one of them may take; a file that needs more is found by name only.",
        minimum=256,
    ),
    Setting(
        "index.min_free_mb",
        1_000,
        "Indexing pauses while the disk of the index has fewer free megabytes than this; 0 never does.",
        minimum=0,
    ),
    Setting(
        "index.rescan_minutes",
        30,
        "Minutes between two looks at every folder, beside the changes that are noticed as they happen.",
        minimum=1,
        maximum=1440,
    ),
    Setting("search.rerank", False, "Have the best hits of every query judged by the reranker."),
    Setting(
        "search.rerank_ms",
        3000,
        "Milliseconds that the reranker may take; hits keep their order when it does not manage.",
        minimum=100,
        maximum=60_000,
    ),
    Setting("search.limit", 20, "How many hits a query shows when it does not say.", 1, 1000),
    Setting(
        "interface.language",
        "auto",
        "Language of the window; auto takes the desktop's. It is spoken from the next start of the window.",
        choices=("auto", "en", "zh_CN"),
    ),
    Setting(
        "interface.theme",
        "system",
        "Whether the window is light or dark; system follows the desktop.",
        choices=("system", "light", "dark"),
    ),
    Setting(
        "interface.text_size", 100, "Size of the window's letters, in percent of the desktop's.", 75, 200
    ),
    Setting("interface.keep_history", True, "Keep recent searches, on this machine, to suggest them again."),
)

BY_KEY = {setting.key: setting for setting in SETTINGS}


def setting(key: str, where: str) -> Setting:
    """The setting called ``key``; SettingsError with the nearest known key when there is none."""
    found = BY_KEY.get(key)
    if found is None:
        near = difflib.get_close_matches(key, BY_KEY, n=1)
        raise SettingsError(
            "settings.unknown",
            f"{where}: there is no setting {key!r}.",
            f"Did you mean {near[0]!r}?" if near else "`qwen-finder config list` shows all settings.",
        )
    return found
