"""Which file systems tell of changes, by the names that systems give them."""

from __future__ import annotations

import pytest

from qwen_finder.sources.mounts import Mount, mount_of, mounts, mounts_inside, why_not_watched

MOUNTED = [
    Mount("/", "ext4", "rw,relatime"),
    Mount("/mnt/share", "nfs4", "rw"),
    Mount("/mnt/share/local", "xfs", "rw"),
    Mount("/home/me/cloud", "fuse.rclone", "rw"),
    Mount("/media/stick", "fuseblk", "rw"),
]


@pytest.mark.parametrize(
    ("path", "point"),
    [
        ("/home/me", "/"),
        ("/mnt/share", "/mnt/share"),
        ("/mnt/shared", "/"),
        ("/mnt/share/local/a", "/mnt/share/local"),
    ],
)
def test_a_path_lies_on_the_innermost_mount(path: str, point: str) -> None:
    mount = mount_of(path, MOUNTED)
    assert mount is not None
    assert mount.point == point


def test_what_is_mounted_later_hides_what_was_there() -> None:
    later = Mount("/mnt/share", "ext4")
    assert mount_of("/mnt/share/a", [*MOUNTED, later]) == later


@pytest.mark.parametrize("path", ["/home/me", "/mnt/share/local", "/media/stick/photos", "/mnt/shared"])
def test_local_disks_are_watched(path: str) -> None:
    assert why_not_watched(path, MOUNTED) == ""


def test_shares_and_clouds_are_not() -> None:
    assert "nfs4" in why_not_watched("/mnt/share/docs", MOUNTED)
    assert "fuse.rclone" in why_not_watched("/home/me/cloud", MOUNTED)
    assert "network share" in why_not_watched("\\\\server\\docs", [])
    assert "network share" in why_not_watched("/x", [Mount("/x", "NTFS", "rw,remote")])
    assert why_not_watched("/nowhere", []) == ""


def test_what_is_mounted_inside_a_folder_counts_unless_nobody_looks_there() -> None:
    def hidden(path: str) -> bool:
        return path.endswith("/.local")

    stick, layer = Mount("/home/me/stick", "ext4"), Mount("/home/me/.local/share/layer", "overlay")
    assert mounts_inside("/home/me", [*MOUNTED, stick, layer], hidden) == [MOUNTED[3], stick]
    assert mounts_inside("/home/me/stick", [stick], hidden) == []


def test_the_mounts_of_this_machine_hold_every_path() -> None:
    assert mount_of("/", mounts()) is not None
