from __future__ import annotations

from datetime import date

from qwen_finder.gui.history import MOST, History
from qwen_finder.gui.suggestions import dates, suggest


def texts(text, cursor=None, **others):
    given = {"recent": ["old search", "type:code x"], "folders": ["/home/a/My Files", "/data"]}
    found = suggest(text, len(text) if cursor is None else cursor, **{**given, **others})
    return [item.text for item in found]


def test_an_empty_box_offers_what_was_searched_lately():
    assert texts("") == ["old search", "type:code x"]
    assert texts("", recent=[])[:2] == ["type:", "in:"], "who never searched learns of the filters"
    assert texts("word") == []


def test_values_fit_what_is_typed_and_their_names_too():
    assert texts("type:")[0] == "type:document "
    assert texts("cat type:pic") == ["type:image "]
    assert texts("in:") == ['in:"My Files" ', "in:data "]
    assert texts("lang:Deut") == ["lang:de "]
    assert texts("type:image") == [], "what is complete is left alone"


def test_everything_is_offered_when_asked_for():
    found = texts("old", everything=True)
    assert found[0] == "old search"
    assert "after:" in found


def test_dates_count_back_from_today(qapp):
    found = dict(dates(date(2026, 3, 1)))
    assert found["2026-02-22"] == "Last 7 days"
    assert "2026" in found


def test_the_history_keeps_the_newest_first_and_what_was_meant(tmp_path):
    history = History(tmp_path / "state" / "recent.json")
    for query in ("cat", "cat  food", "dog", "cat"):
        assert history.remember(query)
    assert history.recent == ["cat", "dog", "cat food"]
    assert not history.remember("cat")
    assert not history.remember("  ")
    for number in range(MOST + 5):
        history.remember(f"{number} x")
    assert len(history.recent) == MOST
    history.save()
    assert history._file.stat().st_mode & 0o077 == 0
    again = History(history._file)
    again.remember("typed before it was read")
    again.load()
    assert again.recent[:2] == ["typed before it was read", f"{MOST + 4} x"]


def test_a_history_that_cannot_be_read_is_none(tmp_path):
    file = tmp_path / "recent.json"
    file.write_text('{"no": ["list"')
    history = History(file)
    history.load()
    assert history.recent == []


def test_what_was_taken_from_the_disk_is_not_remembered_any_more(tmp_path):
    history = History(tmp_path / "searches.json")
    history.remember("secret")
    history.save()
    assert not history.notice_removal()
    history._file.unlink()
    assert history.notice_removal()
    assert history.recent == []
    history.remember("old")
    history.save()
    history._file.unlink()
    history.remember("new")
    history.save()
    assert history.recent == ["new"]
    assert "old" not in history._file.read_text()
