"""Draws the pictures of the demo folder, so that the repository holds no photo of anybody else.

The drawing is deterministic: the same Pillow gives the same bytes. What is drawn is in ``demo_scenes.py``;
here are only names, formats and what a camera would have noted.

    python scripts/draw_demo_pictures.py [FOLDER]        default: resources/demo/Pictures
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import demo_scenes
from demo_canvas import Canvas
from PIL import ExifTags, Image

PICTURES: dict[str, Callable[[Canvas], None]] = {
    "red_car.jpg": demo_scenes.red_car,
    "sunset_beach.png": demo_scenes.sunset_beach,
    "whiteboard_diagram.png": demo_scenes.whiteboard_diagram,
    "cat_on_sofa.png": demo_scenes.cat_on_sofa,
    "birthday_cake.png": demo_scenes.birthday_cake,
    "mountain_lake.jpg": demo_scenes.mountain_lake,
    "receipt_scan.png": demo_scenes.receipt_scan,
    "blue_bicycle.png": demo_scenes.blue_bicycle,
    "city_night.png": demo_scenes.city_night,
    "floor_plan.png": demo_scenes.floor_plan,
    "tulips_in_a_vase.png": demo_scenes.tulips,
    "IMG_2041.jpg": demo_scenes.sailing_boat,
    "IMG_2042.jpg": demo_scenes.lighthouse,
    "IMG_2043.jpg": demo_scenes.snowman,
}
SIZES = {"receipt_scan.png": (212, 400)}
# Drawings on white need few colours: a palette halves their files.
PALETTE_SIZE = {"receipt_scan.png": 32, "whiteboard_diagram.png": 64, "floor_plan.png": 64}
TAKEN_AT = {"IMG_2041.jpg": "2023:07:22 15:04:31", "IMG_2042.jpg": "2023:07:23 20:48:02"}
# A phone that was turned stores what its sensor saw, and notes how to turn it back.
STORED_SIDEWAYS = frozenset({"IMG_2042.jpg"})


def exif_of(name: str) -> Image.Exif:
    """What a camera would have noted; empty for a picture without a date."""
    exif = Image.Exif()
    if name in TAKEN_AT:
        exif[ExifTags.Base.Make] = "Finder"
        exif[ExifTags.Base.Model] = "Pocket 3"
        exif[ExifTags.Base.DateTime] = TAKEN_AT[name]
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = TAKEN_AT[name]
    if name in STORED_SIDEWAYS:
        exif[ExifTags.Base.Orientation] = 6
    return exif


def draw_pictures(folder: Path) -> list[Path]:
    """Writes every picture into ``folder`` and returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, paint in PICTURES.items():
        canvas = Canvas("#ffffff", *SIZES.get(name, ()))
        paint(canvas)
        picture = canvas.finished()
        if name in STORED_SIDEWAYS:
            picture = picture.transpose(Image.Transpose.ROTATE_90)
        path = folder / name
        if path.suffix == ".jpg":
            picture.save(path, quality=88, exif=exif_of(name))
        else:
            if name in PALETTE_SIZE:
                picture = picture.quantize(PALETTE_SIZE[name], dither=Image.Dither.NONE)
            picture.save(path, optimize=True)
        written.append(path)
    return written


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "resources/demo/Pictures"
    for drawn in draw_pictures(target):
        print(f"{drawn.stat().st_size:7,} bytes  {drawn.name}")
