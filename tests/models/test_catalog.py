from pathlib import Path

import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.models.catalog import load_catalog, parse_catalog

ENTRY = {
    "id": '"one"',
    "name": '"One"',
    "modality": '"text"',
    "source": '"wheel"',
    "file": '"one.gguf"',
    "size": "1000",
    "licence": '"Apache-2.0"',
    "languages": '"English"',
    "language_codes": '["en"]',
    "dimensions": "384",
    "context_length": "512",
    "query_instruction": '""',
    "document_prefix": '""',
    "note": '""',
}


def table(**changes: str | None) -> str:
    rows = {**ENTRY, **changes}
    return "[[models]]\n" + "".join(f"{key} = {value}\n" for key, value in rows.items() if value is not None)


def test_the_starter_says_what_it_is(models_folder: Path) -> None:
    starter = load_catalog().find("starter")
    assert starter is not None
    assert (starter.licence, starter.languages, starter.language_codes) == ("Apache-2.0", "English", ("en",))
    assert "English-centred" in starter.note
    assert "`qwen-finder models download Qwen3-Embedding-4B`" in starter.note
    assert starter.path(models_folder).stat().st_size == starter.size
    assert starter.installed(models_folder)


def test_qwen3_embedding_is_known_by_its_metadata() -> None:
    catalog = load_catalog()
    family = catalog.family_of("qwen3", "Qwen3 Embedding 4B")
    assert family is not None
    assert family.pooling == "last"
    assert family.query_instruction.startswith("Instruct: Given a search query")
    assert family.query_instruction.endswith("\nQuery: {text}")
    assert catalog.family_of("qwen3", "Qwen3 4B") is None
    assert catalog.family_of("bert", "embedding") is None


def test_the_models_that_see_pictures() -> None:
    entries = [entry for entry in load_catalog().models if entry.modality == "image"]
    assert [(entry.id, entry.dimensions, round(entry.size / 1e9, 1)) for entry in entries] == [
        ("ViT-B-32-SigLIP2-256", 768, 1.5),
        ("ViT-B-16-SigLIP2-256", 768, 1.5),
        ("ViT-L-16-SigLIP2-256", 1024, 3.5),
        ("ViT-SO400M-16-SigLIP2-256", 1152, 4.5),
    ]
    for entry in entries:
        assert entry.file == entry.id
        assert {"zh", "ar", "hi", "sw"} <= set(entry.language_codes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (table(size=None), "one: key 'size' is missing"),
        (table(size='"big"'), "'size' is a str, not a int"),
        (table(language_codes='"en"'), "'language_codes' is a str, not a tuple"),
        (table(colour='"red"'), "unknown key 'colour'"),
        (table(modality='"smell"'), "unknown modality 'smell'"),
        (table(file='"../one.gguf"'), "not a bare file name"),
        (table(query_instruction='"find"'), "no {text}"),
        (table() + table(), "the id is taken"),
        ("[[animals]]\n", "unknown table 'animals'"),
        ("[[models]\n", "the file"),
    ],
)
def test_a_wrong_entry_is_named(text: str, said: str) -> None:
    with pytest.raises(ModelError) as caught:
        parse_catalog(text)
    assert caught.value.code == "model.catalog"
    assert said in caught.value.message
