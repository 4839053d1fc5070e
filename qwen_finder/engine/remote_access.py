"""Whether texts may leave this machine for an embedding server, and with which key.

Never without the user's word for that very server: it stands in the settings. The key is taken from the
environment, the keyring of the system or a file that the user alone can read, and is kept nowhere else.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from qwen_finder.core.errors import ModelError
from qwen_finder.settings.paths import Paths
from qwen_finder.settings.schema import Value
from qwen_finder.settings.store import Settings

log = logging.getLogger(__name__)

SCHEME = "openai:"
OWN_KEY, USUAL_KEY = "QWEN_FINDER_OPENAI_KEY", "OPENAI_API_KEY"
KEYRING_SERVICE = "qwen-finder"
KEY_FILE = "openai-key"


def is_remote(address: str) -> bool:
    return address.startswith(SCHEME)


def server_of(address: str) -> str:
    """The URL that consent is given for: that of the server, whatever its models are called."""
    return address.removeprefix(SCHEME).partition("#")[0].rstrip("/")


def host_of(address: str) -> str:
    """The host that texts are sent to, for people; "" when none leave this machine."""
    return server_of(address).partition("://")[2].partition("/")[0] if is_remote(address) else ""


def with_consent(address: str, settings: Settings) -> Mapping[str, Value]:
    """The settings that say the user agrees to texts being sent to the server of ``address``."""
    given = settings.names("models.consent")
    server = server_of(address)
    return {} if server in given else {"models.consent": [*given, server]}


def require_consent(address: str, settings: Settings) -> None:
    """Raises ModelError "model.consent" unless the user agreed."""
    if is_remote(address) and server_of(address) not in settings.names("models.consent"):
        raise ModelError(
            "model.consent",
            f"With {address} the text of all your indexed files is sent to {host_of(address)}; you have not "
            "agreed to that.",
            f"`qwen-finder models use {address} --consent` does.",
        )


def key_for(address: str, paths: Paths, environ: Mapping[str, str] = os.environ) -> str:
    """The key for the server of ``address``; "" when there is none."""
    if not is_remote(address):
        return ""
    server = server_of(address)
    if own := environ.get(OWN_KEY, "").strip():
        return own
    # Meant for another server, most likely: it does not travel where others could read it.
    private = server.startswith("https://") or host_of(address).rpartition(":")[0] in (
        "127.0.0.1",
        "localhost",
    )
    if private and (usual := environ.get(USUAL_KEY, "").strip()):
        return usual
    return _from_keyring(server) or _from_file(paths.config / KEY_FILE)


def _from_keyring(server: str) -> str:
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        return ""
    try:
        return str(keyring.get_password(KEYRING_SERVICE, server) or "")
    except Exception as error:  # noqa: BLE001 - a keyring is made of plug-ins, which raise what they like
        log.warning("the keyring could not be asked for a key (%s)", type(error).__name__)
        return ""


def _from_file(file: Path) -> str:
    try:
        if sys.platform != "win32" and file.stat().st_mode & 0o077:
            log.warning("%s is not used: others may read it (chmod 600)", file)
            return ""
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
