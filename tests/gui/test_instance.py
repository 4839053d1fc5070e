from __future__ import annotations

from qwen_finder.gui.instance import Instance


def test_a_second_start_wakes_the_first(qtbot, tmp_path):
    first, second = Instance(tmp_path), Instance(tmp_path)
    words = []
    first.asked.connect(words.append)
    assert first.first("raise")
    assert not second.first("toggle")
    qtbot.waitUntil(lambda: words == ["toggle"])
    assert Instance(tmp_path / "other").first("raise"), "another home has a window of its own"
    first.close()
    assert second.first("raise")
    second.close()


def test_strange_words_are_not_obeyed(qtbot, tmp_path):
    first = Instance(tmp_path)
    words = []
    first.asked.connect(words.append)
    assert first.first("raise")
    assert not Instance(tmp_path).first("explode")
    assert not Instance(tmp_path).first("raise")
    qtbot.waitUntil(lambda: words == ["raise"])
    first.close()
