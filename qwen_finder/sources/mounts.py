"""Which file system a folder lies on: some do not tell when others change them.

Watching a network share shows one's own changes only, so such folders are looked through from time to time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

NETWORK = frozenset(
    """
    9p afpfs afs beegfs ceph cifs coda davfs drvfs fhgfs gfs gfs2 glusterfs gpfs lustre ncpfs nfs nfs3 nfs4
    ocfs2 orangefs pvfs2 prl_fs smb2 smb3 smbfs vboxsf virtiofs vmhgfs webdav
    """.split()  # noqa: SIM905 - a paragraph of words, not a program
)

# A local disk behind FUSE: this kernel is its only writer, and tells.
LOCAL_FUSE = frozenset({"fuseblk", "fuse.ext2", "fuse.ntfs-3g", "fuse.exfat"})


@dataclass(frozen=True, slots=True)
class Mount:
    """A mounted file system."""

    point: str
    kind: str
    options: str = ""
    device: str = ""


def mounts() -> list[Mount]:
    """Every mounted file system, in the order they were mounted."""
    return [
        Mount(part.mountpoint, part.fstype, part.opts, part.device)
        for part in psutil.disk_partitions(all=True)
    ]


def mount_of(path: str, mounted: Sequence[Mount]) -> Mount | None:
    """The file system that the absolute ``path`` lies on; of two at one place the later hides the earlier."""
    found: Mount | None = None
    for mount in mounted:
        inside = path == mount.point or path.startswith(os.path.join(mount.point, ""))
        if inside and (found is None or len(mount.point) >= len(found.point)):
            found = mount
    return found


def mounts_inside(path: str, mounted: Sequence[Mount], skip: Callable[[str], bool]) -> list[Mount]:
    """What is mounted below the absolute ``path``, but for what lies in a directory that ``skip`` names."""
    inside = os.path.join(path, "")
    return [
        mount
        for mount in mounted
        if mount.point.startswith(inside) and not any(map(skip, _between(path, mount.point)))
    ]


def why_not_watched(path: str, mounted: Sequence[Mount], place: str = "It") -> str:
    """Why changes at ``path``, called ``place``, would go unnoticed, as a sentence; "" when the file system
    tells of them."""
    if path.startswith("\\\\"):
        return f"{place} lies on a network share, which does not tell of changes made elsewhere."
    mount = mount_of(path, mounted)
    if mount is None:
        return ""
    kind = mount.kind.lower()
    if kind in NETWORK or "remote" in mount.options.lower().split(","):
        return (
            f"{place} lies on a network share ({mount.kind}), which does not tell of changes made elsewhere."
        )
    if kind not in LOCAL_FUSE and (kind.startswith(("fuse.", "macfuse", "osxfuse")) or kind == "fuse"):
        return f"{place} lies on a file system ({mount.kind}) that does not tell of every change."
    return ""


def _between(path: str, below: str) -> list[str]:
    """``below`` and the directories that it is in, down to ``path``, which is not among them."""
    found: list[str] = []
    while len(below) > len(path):
        found.append(below)
        below = os.path.dirname(below)
    return found
