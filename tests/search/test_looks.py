"""Pictures found by what they show, among files found by what they say."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.core.query import Mode, Strength
from qwen_finder.search import looks
from qwen_finder.search.looks import Looker, Looks, background, chance

OTHERS = ("green", "blue", "yellow", "white", "black", "grey")


def fill(room: Any, pictures: int = 80, texts: int = 30) -> None:
    """Pictures of anything but red, and texts about the weather: what a query is compared with."""
    for number in range(pictures):
        shares = [OTHERS[(number * 7 + stripe * (1 + number // 6)) % 6] for stripe in range(8)]
        room.paint(f"roll/IMG_{number:04}.jpg", *shares)
    for number in range(texts):
        room.add(f"diary/{number}.txt", f"Entry {number} of a list about weather, rain and wind {number}.")


def test_a_picture_is_found_by_what_it_shows(room: Any) -> None:
    fill(room)
    room.paint("roll/IMG_9001.jpg", *["red"] * 7, "grey", taken=1_719_735_300)
    hit = next(iter(room.search("red").hits))
    assert hit.path.endswith("IMG_9001.jpg")
    assert hit.strength is Strength.STRONG
    assert (hit.width, hit.height, hit.taken) == (4000, 3000, "2024-06-30T08:15:00")
    assert hit.colours == ("red", "grey")
    assert hit.why["looks"]["rank"] == 1
    assert hit.why["looks"]["z"] > 3


@pytest.mark.parametrize("text", ["rot", "rouge", "红"])
def test_the_language_of_the_text_model_does_not_matter(room: Any, text: str) -> None:
    fill(room)
    room.paint("roll/IMG_9001.jpg", *["red"] * 8)
    room.reads = False
    assert room.names(text)[0] == "roll/IMG_9001.jpg"


def test_a_picture_that_shows_it_comes_before_a_text_that_says_a_word_of_it(room: Any) -> None:
    fill(room)
    room.paint("roll/IMG_9001.jpg", *["red"] * 8)
    room.add("garage.txt", "The car must be serviced in May.")
    names = room.names("red car")
    assert names[0] == "roll/IMG_9001.jpg"
    assert names[1] == "garage.txt"


def test_a_text_that_answers_is_not_topped_by_pictures_that_show_something_else(room: Any) -> None:
    fill(room)
    room.add("plumber.txt", "Invoice of the plumber for the kitchen tap.")
    for text in ("invoice plumber", "invoice of the plumber", "kitchen tap"):
        best, *others = room.hits(text).values()
        assert best.path.endswith("plumber.txt")
        assert all(hit.score < best.score / 2 for hit in others)
        assert all(hit.strength.rank <= Strength.WEAK.rank for hit in others)


def test_looks_and_name_together_beat_either(room: Any) -> None:
    fill(room)
    room.paint("roll/IMG_9001.jpg", *["red"] * 8)
    room.paint("roll/red thing.jpg", *["red"] * 7, "grey")
    room.paint("roll/red herring.jpg", *["blue"] * 8)
    names = room.names("red thing")
    assert names[0] == "roll/red thing.jpg"
    assert {"roll/IMG_9001.jpg", "roll/red herring.jpg"} <= set(names[1:])


def test_nothing_that_is_shown_is_said_to_be_nothing(room: Any) -> None:
    fill(room)
    response = room.search("red", types=("image",))
    assert len(response.hits) == 20, "the nearest are shown all the same"
    assert response.strength in (Strength.NONE, Strength.WEAK)
    assert room.search("red", types=("image",), min_strength=Strength.GOOD).hits == ()


def test_many_pictures_of_one_thing_do_not_make_it_ordinary(room: Any) -> None:
    fill(room, pictures=60)
    for number in range(25):
        room.paint(f"roll/red{number}.jpg", *["red"] * (6 + number % 3), *["grey"] * (2 - number % 3))
    hits = room.search("rouge", types=("image",), limit=20).hits
    assert all("/red" in hit.path and hit.strength.rank >= Strength.GOOD.rank for hit in hits)


def test_a_handful_of_pictures_is_compared_with_what_one_could_ask(room: Any) -> None:
    for colour in OTHERS[:3]:
        room.paint(f"{colour}.jpg", *[colour] * 8)
    room.paint("IMG_1.jpg", *["red"] * 8)
    hits = room.hits("rouge", types=("image",))
    assert next(iter(hits)) == "IMG_1.jpg"
    assert [hit.strength for hit in hits.values()][1:] == [Strength.NONE] * 3
    assert hits["IMG_1.jpg"].strength.rank >= Strength.GOOD.rank
    assert room.search("invoice", types=("image",)).strength.rank <= Strength.WEAK.rank


def test_filters_hold_for_pictures(room: Any) -> None:
    fill(room)
    room.paint("old/a.jpg", *["red"] * 8, mtime=1_500_000_000)
    room.paint("new/b.png", *["red"] * 8, mtime=1_750_000_000)
    assert room.names("rouge ext:png")[0] == "new/b.png"
    assert room.names("rouge before:2018") == ["old/a.jpg"]
    assert room.names("rouge after:2025") == ["new/b.png"]
    assert room.names("rouge in:old") == ["old/a.jpg"]
    assert "old/a.jpg" not in room.names("rouge -a")
    assert not [name for name in room.names("rouge type:text") if not name.endswith(".txt")]
    assert room.names('rouge "no such thing"') == []


def test_modes_that_ask_for_words_do_not_look(room: Any) -> None:
    fill(room)
    room.paint("roll/IMG_9001.jpg", *["red"] * 8)
    assert room.names("rouge", mode=Mode.KEYWORD) == room.names("rouge", mode=Mode.NAME) == []
    assert room.names("rouge", mode=Mode.SEMANTIC)[0] == "roll/IMG_9001.jpg"
    room.embedder = None
    assert room.names("rouge", mode=Mode.SEMANTIC)[0] == "roll/IMG_9001.jpg"


def test_a_model_that_takes_its_time_is_not_waited_for(room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "PATIENCE_S", 0.05)
    loaded = threading.Event()
    embed = room.eye.embed_queries

    def slow(texts: Any) -> Any:
        assert loaded.wait(30)
        return embed(texts)

    room.paint("IMG_1.jpg", *["red"] * 8)
    room.add("red.txt", "A note.")
    monkeypatch.setattr(room.eye, "embed_queries", slow)
    response = room.search("red")
    assert [hit.path for hit in response.hits] == [str(room.root / "red.txt")]
    assert "loading or busy" in response.notices[0]
    loaded.set()
    # Who asks for nothing else does wait.
    monkeypatch.setattr(looks, "PATIENCE_FOR_PICTURES_S", 30)
    assert room.search("red", types=("image",)).notices == ()


def test_queries_do_not_pile_up_before_a_model_that_loads(room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "PATIENCE_S", 0.01)
    loaded, asked = threading.Event(), []

    def slow(texts: Any) -> Any:
        asked.append(texts)
        assert loaded.wait(30)
        raise ModelError("model.closed", "the model has been unloaded")

    room.paint("IMG_1.jpg", *["red"] * 8)
    monkeypatch.setattr(room.eye, "embed_queries", slow)
    looker = Looker(room.looks)
    where = looks.Filter()
    waiting = [looker.begin("red", where) for _ in range(20)]
    for future in waiting:
        assert looks.collect(future, where, 0.0).notice
    assert sum(future is not None and future.cancelled() for future in waiting) >= 18
    loaded.set()
    assert len(asked) <= 2


def test_nobody_loads_a_model_to_find_nothing(room: Any) -> None:
    room.add("red.txt", "A note.")
    room.eye.broken = True
    assert room.search("red").notices == ()
    assert room.search("red", types=("image",)).notices == ()


def test_a_picture_model_that_fails_costs_no_text(room: Any) -> None:
    room.paint("IMG_1.jpg", *["red"] * 8)
    room.add("red.txt", "A note.")
    room.eye.broken = True
    response = room.search("red")
    assert [hit.path for hit in response.hits] == [str(room.root / "red.txt")]
    assert response.notices == (
        "Pictures are not found by their looks: The picture model does not work any more. Restart.",
    )


def test_without_the_model_a_picture_is_found_by_name_and_still_described(room: Any) -> None:
    room.paint("red barn.jpg", *["red"] * 8)
    looker = Looks(room.pictures, None)
    room.eye = None
    assert room.names("barn") == ["red barn.jpg"]
    assert Looker(looker).begin("red", looks.Filter()) is None
    assert not Looker(looker).can_read


def test_an_excluded_word_excludes_pictures(room: Any) -> None:
    fill(room)
    room.paint("roll/red car.jpg", *["red"] * 8)
    room.paint("roll/IMG_1.jpg", *["red"] * 8)
    names = room.names("rouge -car", types=("image",))
    assert names[0] == "roll/IMG_1.jpg"
    assert "roll/red car.jpg" not in names


# The arithmetic.


def test_the_scale_of_the_cosines_does_not_matter() -> None:
    random = np.random.default_rng(1)
    query = np.zeros(8, np.float32)
    query[0] = 1.0
    for scale, middle in ((0.03, 0.01), (0.3, 0.2)):
        sample = np.zeros((1000, 8), np.float32)
        sample[:, 0] = random.normal(middle, scale, 1000)
        found = background([query], sample)
        assert found is not None
        assert found.z(middle + 4 * scale) == pytest.approx(4, abs=0.4)


def test_what_shows_it_does_not_widen_the_background() -> None:
    query = np.array([1.0, 0.0], np.float32)
    cosines = np.concatenate([np.random.default_rng(1).normal(0, 0.02, 900), np.full(100, 0.14)])
    found = background([query], np.stack([cosines, np.zeros(1000)], axis=1).astype(np.float32))
    assert found is not None
    assert found.z(0.14) > 5


def test_a_handful_or_one_picture_often_is_no_wide_background() -> None:
    query = np.array([1.0, 0.0], np.float32)
    assert background([query], np.ones((7, 2), np.float32)) is None
    assert background([query], np.empty((0, 2), np.float32)) is None
    same = background([query], np.ones((100, 2), np.float32))
    assert same is not None
    assert same.z(1.001) == pytest.approx(0.1, abs=0.01)


def test_the_best_of_more_pictures_is_farther_out_by_chance() -> None:
    random = np.random.default_rng(1)
    for count in (10, 100, 1000):
        best = random.normal(size=(2000, count)).max(axis=1)
        assert np.mean(best < chance(count)) == pytest.approx(0.5, abs=0.04)
    assert chance(0) == chance(1) == chance(2)
