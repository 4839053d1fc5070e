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


def test_the_starter_says_what_it_is(tmp_path: Path) -> None:
    starter = load_catalog().find("starter")
    assert starter is not None
    assert (starter.licence, starter.source) == ("Apache-2.0", "shipped")
    assert {"en", "zh", "de", "fr", "es", "ja"} <= set(starter.language_codes)
    assert "`qwen-finder models download Qwen3-Embedding-4B`" in starter.note
    # It comes with the program: an empty models folder has it too.
    assert starter.installed(tmp_path)
    assert starter.path(tmp_path).stat().st_size == starter.size <= 45_000_000


def test_the_english_starter_says_what_it_is(models_folder: Path) -> None:
    english = load_catalog().find("starter-en")
    assert english is not None
    assert (english.licence, english.languages, english.language_codes) == ("Apache-2.0", "English", ("en",))
    assert "hardly by their meaning" in english.note
    assert english.path(models_folder).stat().st_size == english.size
    assert english.installed(models_folder)


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


QWEN = {
    "id": '"Big"',
    "name": '"Big"',
    "modality": '"text"',
    "licence": '"Apache-2.0"',
    "languages": '"many"',
    "language_codes": '["en", "zh"]',
    "dimensions": "1024",
    "smallest_dimensions": "32",
    "context_length": "32768",
    "query_instruction": '"{text}"',
    "document_prefix": '""',
    "note": '""',
    "huggingface": '"makers/big"',
    "figures": "{ en = 0.5 }",
    "variants": '{ Q8_0 = { size = 7, file = "big-q8.gguf" }, F16 = { size = 9, file = "big.gguf" } }',
}


def series(**changes: str | None) -> str:
    rows = {**QWEN, **changes}
    return "[[series]]\n" + "".join(f"{key} = {value}\n" for key, value in rows.items() if value is not None)


def test_a_series_is_a_model_for_each_quantisation() -> None:
    catalog = parse_catalog(table() + series())
    assert [entry.id for entry in catalog.models] == ["one", "Big-Q8_0", "Big-F16"]
    small, whole = catalog.forms("Big")
    assert (small.file, small.remote_files, small.size) == ("big-q8.gguf", ("big-q8.gguf",), 7)
    assert (whole.name, whole.quantization, whole.family) == ("Big F16", "F16", "Big")
    assert (whole.figures, whole.downloadable) == ({"en": 0.5}, True)
    assert catalog.forms("") == catalog.forms("one") == ()


def test_what_the_issue_asks_for_is_there() -> None:
    catalog = load_catalog()
    quantizations = {
        family: [entry.quantization for entry in catalog.forms(f"Qwen3-{family}")]
        for family in ("Embedding-0.6B", "Embedding-4B", "Embedding-8B", "Reranker-0.6B", "Reranker-4B")
    }
    whole_set = ["Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0", "F16"]
    assert quantizations == {
        "Embedding-0.6B": ["Q8_0", "F16"],
        "Embedding-4B": whole_set,
        "Embedding-8B": whole_set,
        "Reranker-0.6B": ["Q8_0"],
        "Reranker-4B": ["Q4_K_M", "Q8_0"],
    }
    for entry in catalog.forms("Qwen3-Embedding-4B"):
        assert (entry.dimensions, entry.smallest_dimensions, entry.context_length) == (2560, 32, 32_768)
        assert (entry.pooling, entry.licence) == ("last", "Apache-2.0")
        assert len(entry.language_codes) > 70
        assert entry.huggingface == entry.modelscope == "Qwen/Qwen3-Embedding-4B-GGUF"


def test_a_catalog_and_its_families_agree() -> None:
    """A file is run by its family; what the catalog says of it must be the same."""
    catalog = load_catalog()
    for entry in catalog.models:
        family = catalog.family_of("qwen3", entry.name)
        if entry.modality == "text" and entry.layers:
            assert family is not None
            assert entry.query_instruction == family.query_instruction
            assert entry.smallest_dimensions == family.smallest_dimensions
            assert entry.pooling == family.pooling


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (table(size=None), "one: key 'size' is missing"),
        (table(size='"big"'), "'size' is a str, not a int"),
        (table(language_codes='"en"'), "'language_codes' is a str, not a tuple"),
        (table(colour='"red"'), "unknown key 'colour'"),
        (table(modality='"smell"'), "unknown modality 'smell'"),
        (table(source='"attic"'), "unknown source 'attic'"),
        (table(source='"hub"'), "one: it is on no hub"),
        (table(source='"hub"', modelscope='"a/b"'), "remote_files is empty"),
        (table(remote_files='["../x"]'), "remote_files are not bare file names"),
        (table(pooling='"best"'), "unknown pooling 'best'"),
        (table(smallest_dimensions="385"), "smallest_dimensions is more than its dimensions"),
        (series(variants=None), "Big: key 'variants' is missing"),
        (series(variants="{}"), "key 'variants' is missing"),
        (series(variants="{ Q8_0 = { size = 7 } }"), "Big-Q8_0: a variant has a size and a file"),
        (series(licence=None), "Big-Q8_0: key 'licence' is missing"),
        (series(figures="3"), "'figures' is a int, not a dict"),
        (series() + series(), "Big-Q8_0: the id is taken"),
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
