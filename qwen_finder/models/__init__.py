"""Embedding models: which exist, how they are fetched and converted, how a text or picture becomes a vector.

The only room that speaks to llama.cpp and torch. It knows nothing of files, chunks, indexes or settings:
paths, sizes and remembered values come in as plain arguments, vectors go out. Nothing heavy is imported here;
:func:`qwen_finder.models.factory.open_embedder` and its sibling for pictures load what an address needs.
"""
