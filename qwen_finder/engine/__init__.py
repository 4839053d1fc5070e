"""The composition root: the only room that knows every other, and the library's façade."""

from qwen_finder.engine.facade import Engine

__all__ = ["Engine"]
