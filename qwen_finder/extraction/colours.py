"""The dominant colours of a picture by name, as people say them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image

    Floats = npt.NDArray[np.float64]

_SIDE = 48
_MOST = 3
_LEAST_SHARE = 0.12

# Several shades for each name, since names cover wide and uneven parts of what eyes tell apart.
_SHADES: dict[str, str] = {
    "black": "000000 101010 1c1c22 201a18",
    "grey": "3c3c3c 5a5a5a 808080 a6a6a6 c4c4c4 6a7078 8c8880",
    "white": "ffffff f0f0f0 e4e4e4 f4f4fa faf8f0",
    "red": "ff0000 d01818 a00c14 7a0a10 e6403c c83c3c",
    "orange": "ff8000 e67820 ffa040 d0661a f08c50",
    "yellow": "ffff00 f0d020 ffe680 c8b020 fff0a0 e0c04a",
    "green": "00a000 00ff00 207828 0a4614 6ab04c a0d070 808c20 556b2f b4f0a0 3cb371",
    "turquoise": "00c8c8 40e0d0 008080 70d8cc 00ffff 106060",
    "blue": "0000ff 1e46c8 4682dc 82b4f0 000080 14285a 64a0d0 b0d4f4 4a6a9c",
    "purple": "800080 6a2ca0 9a60d0 4b0082 b090e0 301040 a040a0",
    "pink": "ff69b4 ff8080 ffb6c8 ff00ff e060a0 f8a0b0 d02880 ffd0dc",
    "brown": "6b4020 8b5a2b 4a2c14 a07040 3a2010 8c6a50 7a4a30",
    "beige": "f0e0c0 dcc8a0 e8d4b8 c8b090 d2b48c",
}
NAMES = tuple(_SHADES)


def dominant_colours(image: Image) -> tuple[str, ...]:
    """One to three names, commonest first, of an RGB picture."""
    import numpy as np
    from PIL import Image as Pillow

    small = image.resize((_SIDE, _SIDE), Pillow.Resampling.BOX, reducing_gap=1.0)
    pixels = _oklab(np.asarray(small, dtype=np.float64).reshape(-1, 3))
    owners, shades = _table()
    shades = _oklab(shades)
    # Squared distances, less what is the same for all shades.
    distances = (shades**2).sum(1) - 2 * pixels @ shades.T
    shares = np.bincount(owners[distances.argmin(1)], minlength=len(NAMES)) / len(pixels)
    order = np.argsort(-shares, kind="stable")[:_MOST]
    return tuple(NAMES[at] for rank, at in enumerate(order) if rank == 0 or shares[at] >= _LEAST_SHARE)


def _table() -> tuple[npt.NDArray[np.intp], Floats]:
    """Which name each shade belongs to, and the shades in RGB of 0 to 255."""
    import numpy as np

    rows = [
        (owner, *bytes.fromhex(shade))
        for owner, shades in enumerate(_SHADES.values())
        for shade in shades.split()
    ]
    table = np.array(rows)
    return table[:, 0], table[:, 1:].astype(np.float64)


def _oklab(rgb: Any) -> Any:
    """sRGB (0 to 255, shape (n, 3)) in OKLab, where distances are about those that eyes see."""
    import numpy as np

    share = rgb / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    cones = np.cbrt(linear @ np.array(_TO_CONES).T)
    return cones @ np.array(_TO_LAB).T


# Björn Ottosson's matrices, 2020.
_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
