"""A few hundred damaged files through the workers; ``scripts/fuzz_extractors.py`` has tens of thousands."""

from __future__ import annotations

import importlib
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from types import ModuleType

import pytest

from qwen_finder.core.document import Document
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.office.package import panics_are_damage

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "data" / "samples"
SEED, COUNT = 20, 300


@pytest.fixture(scope="module")
def script() -> Iterator[Callable[[str], ModuleType]]:
    """A module of ``scripts``, which is no package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "scripts")
        yield importlib.import_module


def test_no_damage_makes_a_reader_fail_or_a_worker_useless(script: Callable[[str], ModuleType]) -> None:
    fuzzing = script("fuzz_extractors")
    findings = fuzzing.fuzz(dict(fuzzing.gather()), SEED, range(COUNT))
    assert findings.wrong == []
    assert dict(findings.bugs) == {}
    total = sum((outcomes.total() for outcomes in findings.outcomes.values()), 0)
    assert total == COUNT
    assert len(findings.outcomes) >= 40


def test_an_input_comes_again_from_its_number(script: Callable[[str], ModuleType]) -> None:
    fuzzing = script("fuzz_extractors")
    seeds = dict(fuzzing.gather())
    families = fuzzing.families_of(seeds)
    inputs = [fuzzing.damaged(seeds, families, SEED, number) for number in range(60)]
    assert inputs == [fuzzing.damaged(seeds, families, SEED, number) for number in range(60)]
    unchanged = [name for name, content in inputs if content in seeds.values()]
    assert len(unchanged) < 12


def test_damage_inside_a_package_leaves_it_one_that_opens(script: Callable[[str], ModuleType]) -> None:
    mutations = script("mutations")
    sound = io.BytesIO()
    with zipfile.ZipFile(sound, "w") as archive:
        for n in range(4):
            archive.writestr(f"{n}.xml", f"<a><b n='{n}'>text</b></a>" * 20)
    opened = changed = 0
    for number in range(100):
        content = mutations.mutated(sound.getvalue(), (), Random(number))
        if zipfile.is_zipfile(io.BytesIO(content)):
            opened += 1
            changed += content != sound.getvalue()
    assert opened > 50
    assert changed > 50


# What fuzzing found.


@pytest.mark.parametrize(
    ("place", "number"),
    [
        pytest.param(32, 262, id="mini sectors of 2^262 bytes"),
        pytest.param(30, 6, id="sectors of 64 bytes, smaller than an entry of the directory"),
    ],
)
def test_a_damaged_compound_file_is_broken(read: Callable[..., Document], place: int, number: int) -> None:
    content = bytearray((SAMPLES / "excel97-ru.xls").read_bytes())
    content[place : place + 2] = number.to_bytes(2, "little")
    with pytest.raises(FileError) as error:
        read("a.xls", bytes(content))
    assert error.value.code == "file.broken"


def test_the_panic_of_a_library_is_damage_of_the_file() -> None:
    panic = type("PanicException", (BaseException,), {})
    with pytest.raises(FileError) as error, panics_are_damage("a.xls"):
        raise panic("index out of range")
    assert error.value.code == "file.broken"
    with pytest.raises(KeyboardInterrupt), panics_are_damage("a.xls"):
        raise KeyboardInterrupt
