"""``similar`` as scripts meet it, beside a stand-in service."""

import json

import pytest


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.jpg"
    path.touch()
    return path


def test_a_person_is_told_what_a_picture_is(stand_in, photo):
    done = stand_in("similar", photo)
    assert done.returncode == 0
    assert done.stderr.decode() == "The picture is blurred.\n"
    assert done.stdout.decode().splitlines() == [
        " 1. beach.jpg  strong",
        "    /home · 4000 × 3000 · 2024-06-30",
        "    2 more files almost the same",
    ]


def test_output_is_that_of_a_query(stand_in, photo):
    answer = json.loads(stand_in("similar", photo, "--json", "-n", "3", "--type", "image,text").stdout)
    assert answer["query"] == str(photo)
    (hit,) = answer["hits"]
    assert (hit["width"], hit["height"], hit["taken"]) == (4000, 3000, "2024-06-30T08:15:00")
    assert (hit["colours"], hit["near_duplicates"]) == (["blue", "beige"], 2)
    assert hit["why"]["request"] == {"limit": 3, "types": 2}
    assert stand_in("similar", photo, "--paths").stdout == b"/home/beach.jpg\n"
    assert stand_in("similar", photo, "-0").stdout == b"/home/beach.jpg\0"
    assert json.loads(stand_in("similar", photo, "--jsonl").stdout) == hit | {
        "why": {"request": {"limit": 20, "types": 0}}
    }


def test_a_file_is_found_from_the_current_folder(stand_in, photo):
    done = stand_in("similar", "./photo.jpg", "--json", cwd=photo.parent)
    assert json.loads(done.stdout)["query"] == str(photo)


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("nothing.txt", 1, "Nothing found."),
        ("unreadable.txt", 2, "It cannot be read."),
        ("absent.txt", 2, "There is no file"),
        ("", 2, "cannot be empty"),
    ],
)
def test_exit_codes_are_those_of_a_query(stand_in, tmp_path, name, code, said):
    if name and name != "absent.txt":
        (tmp_path / name).touch()
    done = stand_in("similar", tmp_path / name if name else "")
    assert (done.returncode, done.stdout) == (code, b"")
    assert said in done.stderr.decode()


@pytest.mark.parametrize("args", [[], ["one", "two"], ["one", "-n", "0"], ["one", "--json", "--paths"]])
def test_wrong_usage_is_refused(stand_in, args):
    done = stand_in("similar", *args)
    assert done.returncode == 2
    assert done.stderr
