"""What people call the settings: a title for every key, the names of choices, and the words of the schema."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from qwen_finder.gui.translate import LANGUAGES
from qwen_finder.settings.schema import Setting

translate = QCoreApplication.translate


def title(key: str) -> str:
    """A few words for ``key``; one that has none is made of the key itself."""
    return _titles().get(key) or key.partition(".")[2].replace("_", " ").capitalize()


def description(setting: Setting) -> str:
    return translate("Setting", setting.description)


def choice(key: str, value: str) -> str:
    """The name of one of the values a setting may have."""
    if key == "interface.language" and value in LANGUAGES:
        return LANGUAGES[value]
    return {
        "auto": translate("Titles", "Automatic"),
        "off": translate("Titles", "Off"),
        "full": translate("Titles", "Full speed"),
        "balanced": translate("Titles", "Balanced"),
        "quiet": translate("Titles", "Quiet"),
        "system": translate("Titles", "Like the desktop"),
        "light": translate("Titles", "Light"),
        "dark": translate("Titles", "Dark"),
        "huggingface": "Hugging Face",
        "modelscope": "ModelScope",
    }.get(value, value)


def section(key: str) -> str:
    """The heading under which ``key`` stands among all settings."""
    name = key.partition(".")[0]
    return {
        "models": translate("Titles", "Models"),
        "download": translate("Titles", "Downloads"),
        "pace": translate("Titles", "Pace"),
        "index": translate("Titles", "Indexing"),
        "search": translate("Titles", "Searching"),
        "interface": translate("Titles", "Window"),
    }.get(name, name.capitalize())


def _titles() -> dict[str, str]:
    return {
        "models.text": translate("Titles", "Text model"),
        "models.image": translate("Titles", "Picture model"),
        "models.reranker": translate("Titles", "Reranker"),
        "models.dimensions": translate("Titles", "Length of vectors"),
        "models.query_instruction": translate("Titles", "Instruction for queries"),
        "models.pooling": translate("Titles", "Pooling"),
        "models.consent": translate("Titles", "Servers that may be sent texts"),
        "models.max_tokens": translate("Titles", "Longest text"),
        "models.gpu_layers": translate("Titles", "Layers on the graphics card"),
        "models.threads": translate("Titles", "Processor threads"),
        "models.idle_minutes": translate("Titles", "Minutes until a model is unloaded"),
        "download.source": translate("Titles", "Where models come from"),
        "download.huggingface": translate("Titles", "Address of Hugging Face"),
        "pace.mode": translate("Titles", "Pace of indexing"),
        "pace.idle_minutes": translate("Titles", "Minutes until you are away"),
        "index.gitignore": translate("Titles", "Respect .gitignore files"),
        "index.hidden": translate("Titles", "Index hidden files"),
        "index.excluded": translate("Titles", "Files and folders left out"),
        "index.skip": translate("Titles", "Names to leave out"),
        "index.skip_defaults": translate("Titles", "Left out by default"),
        "index.secrets": translate("Titles", "Secrets"),
        "index.max_file_mb": translate("Titles", "Largest file (MB)"),
        "index.max_characters": translate("Titles", "Characters of one file"),
        "index.max_pages": translate("Titles", "Pages of one file"),
        "index.max_members": translate("Titles", "Files of one archive"),
        "index.max_depth": translate("Titles", "Archives within archives"),
        "index.max_seconds": translate("Titles", "Seconds for one file"),
        "index.max_seconds_per_mb": translate("Titles", "Seconds more for each megabyte"),
        "index.ocr": translate("Titles", "Text in pictures"),
        "index.min_picture_px": translate("Titles", "Smallest picture (pixels)"),
        "index.thumbnails_mb": translate("Titles", "Space for thumbnails (MB)"),
        "index.workers": translate("Titles", "Files read at once"),
        "index.worker_memory_mb": translate("Titles", "Memory for reading a file (MB)"),
        "index.min_free_mb": translate("Titles", "Space to leave on the disk (MB)"),
        "index.rescan_minutes": translate("Titles", "Minutes between two looks"),
        "search.limit": translate("Titles", "Hits of a query"),
        "search.rerank": translate("Titles", "Judge the best hits again"),
        "search.rerank_ms": translate("Titles", "Milliseconds for judging"),
        "interface.language": translate("Titles", "Language"),
        "interface.theme": translate("Titles", "Colours"),
        "interface.text_size": translate("Titles", "Size of letters (%)"),
        "interface.keep_history": translate("Titles", "Keep recent searches"),
    }
