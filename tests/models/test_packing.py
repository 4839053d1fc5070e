from hypothesis import given
from hypothesis import strategies as st

from qwen_finder.models.packing import pack


@given(st.lists(st.integers(1, 600), max_size=80), st.integers(1, 600), st.integers(1, 20))
def test_every_text_is_in_one_batch_within_the_budget(lengths: list[int], budget: int, most: int) -> None:
    batches = list(pack(lengths, budget, most))
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    for batch in batches:
        assert 1 <= len(batch) <= most
        assert len(batch) == 1 or sum(lengths[index] for index in batch) <= budget


def test_texts_of_alike_length_come_together() -> None:
    assert list(pack([10, 400, 20, 300, 30], 500, 8)) == [[1], [3, 4, 2, 0]]
