"""How the hubs are reached: the addresses and tokens that settings and environment name.

The names are those that the hubs' own tools read, so that who uses them need tell us nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from qwen_finder.core.errors import SettingsError
from qwen_finder.models.hubs import (
    HUGGINGFACE,
    HUGGINGFACE_URL,
    MODELSCOPE,
    MODELSCOPE_URL,
    Hub,
    HuggingFace,
    ModelScope,
)
from qwen_finder.settings.store import Settings

_OFF = ("", "0", "false", "no", "off")


def hubs(settings: Settings, environ: Mapping[str, str] | None = None) -> tuple[Hub, ...]:
    """The hubs to ask, the first first. SettingsError when an address is none."""
    env = os.environ if environ is None else environ
    known: dict[str, Hub] = {
        HUGGINGFACE: HuggingFace(_huggingface_url(settings, env), _huggingface_token(env)),
        MODELSCOPE: ModelScope(_modelscope_url(env), env.get("MODELSCOPE_API_TOKEN", "").strip()),
    }
    wanted = settings.text("download.source")
    return tuple(known.values()) if wanted == "auto" else (known[wanted],)


def _huggingface_url(settings: Settings, env: Mapping[str, str]) -> str:
    chosen = settings.text("download.huggingface")
    if chosen:
        return _address(chosen, "download.huggingface")
    return _address(env.get("HF_ENDPOINT", "").strip() or HUGGINGFACE_URL, "HF_ENDPOINT")


def _modelscope_url(env: Mapping[str, str]) -> str:
    domain = env.get("MODELSCOPE_DOMAIN", "").strip()
    if domain and "://" not in domain:
        domain = f"https://{domain}"
    return _address(domain or MODELSCOPE_URL, "MODELSCOPE_DOMAIN")


def _address(url: str, where: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise SettingsError(
            "settings.value", f"{where} is {url!r}, which is no address.", "It begins with https://."
        )
    return url.rstrip("/")


def _huggingface_token(env: Mapping[str, str]) -> str:
    """The token of the environment, else the one that the hub's own tool keeps; "" when there is none."""
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        if token := env.get(name, "").strip():
            return token
    if env.get("HF_HUB_DISABLE_IMPLICIT_TOKEN", "").lower() not in _OFF:
        return ""
    cache = env.get("XDG_CACHE_HOME", "") or "~/.cache"
    home = env.get("HF_HOME", "") or os.path.join(cache, "huggingface")
    path = env.get("HF_TOKEN_PATH", "") or os.path.join(home, "token")
    try:
        return Path(path).expanduser().read_text("utf-8").strip()
    except (OSError, ValueError, RuntimeError):
        return ""
