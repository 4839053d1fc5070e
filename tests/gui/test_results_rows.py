from __future__ import annotations

from dataclasses import replace

from qwen_finder.core.document import Kind
from qwen_finder.core.query import Hit, Passage, Strength
from qwen_finder.gui.results_layout import Layout
from qwen_finder.gui.results_rows import Group, RowKind, Sort, arrange, inner_rows


def hit(name, kind=Kind.TEXT, strength=Strength.STRONG, **others):
    made = Hit(f"/f/{name}", f"file:///f/{name}", kind, 1.0, strength, "2024-01-01T00:00:00Z", 5)
    return replace(made, **others)


HITS = [
    hit("a.txt", passages=(Passage("A cat\n sat", 3, highlights=((2, 5),)),)),
    hit("b.py", Kind.CODE),
    hit("c.txt", strength=Strength.GOOD),
    hit("d.png", Kind.IMAGE, modified="2025-01-01T00:00:00Z"),
    hit("e.zip", Kind.ARCHIVE, size=900),
    hit("f.png", Kind.IMAGE, size=90),
]


def groups(rows):
    found = {}
    for row in rows:
        if row.kind is RowKind.HEADER:
            found[row.group] = [row.count]
        else:
            found[row.group].append(row.name)
    return found


def test_rows_are_grouped_with_their_counts_and_the_best_come_first():
    rows = arrange(HITS, Sort.RELEVANCE, Strength.STRONG, ["cat"])
    assert groups(rows) == {
        Group.BEST: [2, "a.txt", "b.py"],
        Group.DOCUMENTS: [1, "c.txt"],
        Group.PICTURES: [2, "d.png", "f.png"],
        Group.OTHER: [1, "e.zip"],
    }
    assert {row.kind for row in rows if row.group is Group.PICTURES} == {RowKind.HEADER, RowKind.PICTURE}


def test_nothing_is_best_of_weak_or_unranked_answers():
    weak = [replace(h, strength=Strength.WEAK) for h in HITS]
    assert Group.BEST not in groups(arrange(weak, Sort.RELEVANCE, Strength.WEAK, ["cat"]))
    assert Group.BEST not in groups(arrange(HITS, Sort.RELEVANCE, Strength.STRONG, []))
    assert Group.BEST not in groups(arrange(HITS, Sort.NAME, Strength.STRONG, ["cat"]))


def test_sorting_is_within_the_groups():
    assert groups(arrange(HITS, Sort.DATE, Strength.STRONG, ["x"]))[Group.PICTURES] == [2, "d.png", "f.png"]
    assert groups(arrange(HITS, Sort.SIZE, Strength.STRONG, ["x"]))[Group.PICTURES] == [2, "f.png", "d.png"]
    by_name = groups(arrange(HITS[::-1], Sort.NAME, Strength.STRONG, ["x"]))
    assert by_name[Group.DOCUMENTS] == [2, "a.txt", "c.txt"]


def test_the_match_is_marked_in_passage_and_name():
    row = arrange([hit("Cats.txt", passages=HITS[0].passages)], Sort.RELEVANCE, Strength.STRONG, ["cat"])[1]
    assert (row.text, row.marks, row.name_marks) == ("A cat sat", [(2, 5)], [(0, 3)])


def test_an_open_row_shows_other_passages_and_copies():
    passages = (Passage("one", 1), Passage("two", 2))
    owner = arrange([hit("a.txt", passages=passages, copies=("/g/a.txt",))], Sort.NAME, Strength.GOOD, [])[1]
    assert owner.extra == 2
    rows = inner_rows(owner, passages)
    assert [(row.kind, row.text or row.path) for row in rows] == [
        (RowKind.PASSAGE, "two"),
        (RowKind.COPY, "/g/a.txt"),
    ]


def laid_out(rows, width=400):
    layout = Layout()
    layout.compute(rows, width, height_of=lambda row, _w: 20, cell_width=100, margin=10)
    return layout


def test_pictures_stand_in_a_grid_and_nothing_overlaps():
    many = [hit(f"{n}.txt") for n in range(3)] + [hit(f"{n}.png", Kind.IMAGE) for n in range(7)]
    rows = arrange([*many, hit("z.zip", Kind.ARCHIVE)], Sort.NAME, Strength.WEAK, [])
    layout = laid_out(rows)
    rects = [layout.rect(n) for n in range(len(rows))]
    assert all(not a.intersects(b) for i, a in enumerate(rects) for b in rects[:i])
    pictures = [rect for rect, row in zip(rects, rows, strict=True) if row.kind is RowKind.PICTURE]
    assert len({rect.top() for rect in pictures}) == 3
    assert layout.height >= max(rect.bottom() for rect in rects)
    for number, rect in enumerate(rects):
        assert layout.at(rect.center().x(), rect.center().y()) == number
        assert number in layout.between(rect.top(), rect.bottom())
        assert number in layout.line_of(number)
    assert layout.at(0, 0) == -1


def test_an_empty_layout_has_no_places():
    layout = laid_out([])
    assert (list(layout.between(0, 100)), layout.at(5, 5), layout.rect(0).isValid()) == ([], -1, False)
