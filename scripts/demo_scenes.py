"""The pictures of the demo folder, one function each: what a canvas must show to deserve its file name.

They know the canvas and nothing of files, sizes on disk or formats.
"""

from __future__ import annotations

import math
import random

from demo_canvas import Canvas


def red_car(c: Canvas) -> None:
    c.gradient("#8fc7ef", "#e6f4fb", 0, 150)
    c.oval(80, 165, 130, 55, "#8cc07a")
    c.oval(270, 170, 140, 62, "#78b06a")
    c.box(0, 168, 320, 240, "#5d6067")
    c.box(0, 164, 320, 170, "#c9cbc8")
    for x in range(-10, 320, 62):
        c.box(x, 214, x + 34, 218, "#f3f0dc")
    c.oval(162, 201, 120, 9, "#45474d")
    c.polygon([(98, 133), (128, 98), (206, 98), (242, 133)], "#b3141c")
    c.polygon([(110, 132), (133, 104), (163, 104), (163, 132)], "#cfe9f5")
    c.polygon([(170, 132), (170, 104), (202, 104), (228, 132)], "#cfe9f5")
    c.polygon([(112, 130), (124, 115), (140, 115), (128, 130)], "#eef9ff")
    c.box(44, 130, 280, 190, "#d81e26", radius=20)
    c.box(44, 168, 280, 190, "#b3141c", radius=10)
    c.box(168, 142, 188, 147, "#f2f2f2", radius=2)
    c.oval(272, 150, 8, 9, "#fff3b0")
    c.box(44, 145, 54, 158, "#ff8d5c", radius=3)
    for x in (96, 228):
        c.oval(x, 190, 27, fill="#1d1e21")
        c.oval(x, 190, 15, fill="#c8ccd0")
        c.oval(x, 190, 5, fill="#55585c")


def sunset_beach(c: Canvas) -> None:
    c.gradient("#3b2c6b", "#f0627a", 0, 90)
    c.gradient("#f0627a", "#ffd166", 90, 140)
    c.glow(160, 128, 90, "#fff1b8", 0.8)
    c.oval(160, 128, 30, fill="#fff4c9")
    c.gradient("#e8875c", "#2f4a7d", 138, 192)
    for row, y in enumerate(range(144, 190, 7)):
        half = 34 + row * 4 - (row % 2) * 14
        c.box(160 - half, y, 160 + half, y + 2.4, "#ffe3a1", radius=1)
    c.gradient("#d9a66b", "#a9733f", 190, 240)
    c.line([(x, 190 + 2.5 * math.sin(x / 17)) for x in range(0, 321, 4)], "#fbe6c8", 4)
    trunk = [(276, 232), (268, 190), (255, 148), (246, 112)]
    c.line(trunk, "#241a2e", 7)
    for reach, lift, droop in (
        (-64, 34, 62),
        (-48, 52, 58),
        (-20, 50, 30),
        (22, 50, 34),
        (50, 46, 58),
        (62, 24, 58),
    ):
        steps = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
        upper = [(246 + reach * t, 112 - lift * t + droop * t * t) for t in steps]
        lower = [(px, py + 10 * math.sin(math.pi * t)) for (px, py), t in zip(upper, steps, strict=True)]
        c.polygon([*upper, *reversed(lower)], "#241a2e")
    c.oval(247, 115, 5, fill="#4a2f22")
    for x, y in ((70, 52), (92, 64), (58, 74)):
        c.arc(x - 6, y, 6, 5, 200, 350, "#2a1d45", 1.6)
        c.arc(x + 6, y, 6, 5, 190, 340, "#2a1d45", 1.6)


def whiteboard_diagram(c: Canvas) -> None:
    c.box(8, 8, 312, 222, "#fdfdfb", radius=4, outline="#9aa2a8", width=5)
    c.box(90, 221, 230, 229, "#b9c0c5", radius=2)
    for x, colour in ((105, "#c62f2f"), (135, "#1f5fbf"), (165, "#2c8a4b")):
        c.box(x, 217, x + 24, 222, colour, radius=2)
    c.text(160, 22, "Order process v2", 15, "#1f3a6e", "ma")
    c.line([(95, 43), (226, 42)], "#1f3a6e", 1.5)
    for x, y, words, colour in (
        (24, 62, "Web shop", "#1f5fbf"),
        (126, 62, "Queue", "#2c8a4b"),
        (222, 62, "Warehouse", "#1f5fbf"),
        (126, 138, "Payment", "#c62f2f"),
        (222, 138, "Customer", "#1f5fbf"),
    ):
        c.box(x, y, x + 74, y + 34, None, radius=4, outline=colour, width=2)
        c.text(x + 37, y + 17, words, 11.5, colour, "mm")
    for start, end in (
        ((99, 79), (124, 79)),
        ((201, 79), (220, 79)),
        ((163, 97), (163, 136)),
        ((201, 155), (220, 155)),
        ((259, 97), (259, 136)),
    ):
        c.line([start, end], "#333333", 1.8)
        dx, dy = (1, 0) if start[1] == end[1] else (0, 1)
        back = (end[0] - 6 * dx, end[1] - 6 * dy)
        c.polygon(
            [end, (back[0] - 4 * dy, back[1] - 4 * dx), (back[0] + 4 * dy, back[1] + 4 * dx)], "#333333"
        )
    c.text(28, 136, "retry 3x?", 13, "#c62f2f")
    c.line([(90, 144), (121, 152)], "#c62f2f", 1.5)
    c.text(28, 190, "TODO: who sends the invoice?", 11.5, "#2c8a4b")


def cat_on_sofa(c: Canvas) -> None:
    c.gradient("#f2e3cf", "#ead4b8", 0, 185)
    c.box(0, 185, 320, 240, "#a87b52")
    c.box(214, 22, 288, 78, "#ffffff", outline="#8a6a48", width=4)
    c.polygon([(218, 74), (240, 44), (254, 60), (266, 48), (284, 74)], "#7fae8f")
    c.oval(272, 37, 6, fill="#f4c95d")
    c.box(34, 86, 286, 170, "#3f7f86", radius=20)
    c.box(18, 112, 66, 204, "#35707a", radius=16)
    c.box(254, 112, 302, 204, "#35707a", radius=16)
    c.box(58, 142, 262, 196, "#4d949b", radius=10)
    c.line([(160, 146), (160, 192)], "#35707a", 2)
    for x in (40, 274):
        c.box(x, 200, x + 8, 216, "#4b3422")
    c.arc(222, 130, 32, 30, 20, 160, "#d98236", 11)
    c.oval(172, 134, 58, 27, "#e8954a")
    for x in (150, 170, 190):
        c.arc(x, 132, 12, 25, 200, 320, "#c26d28", 4)
    for x in (134, 158):
        c.box(x, 146, x + 24, 161, "#f7d9b5", radius=7)
    c.polygon([(92, 110), (94, 72), (117, 91)], "#e8954a")
    c.polygon([(148, 110), (146, 72), (123, 91)], "#e8954a")
    c.polygon([(97, 98), (98, 81), (109, 91)], "#f5b9a6")
    c.polygon([(143, 98), (142, 81), (131, 91)], "#f5b9a6")
    c.oval(120, 114, 33, 28, "#e8954a")
    c.oval(120, 125, 16, 12, "#f7d9b5")
    for x in (107, 133):
        c.oval(x, 109, 6, 7, "#3d6b33")
        c.oval(x, 109, 2.4, 6, "#16210f")
    c.polygon([(115, 119), (125, 119), (120, 124)], "#b65b5b")
    for dy in (-3, 1, 5):
        c.line([(104, 123 + dy / 2), (80, 121 + dy)], "#fff6e8", 1)
        c.line([(136, 123 + dy / 2), (160, 121 + dy)], "#fff6e8", 1)


def birthday_cake(c: Canvas) -> None:
    c.gradient("#4a3a73", "#6f5aa0", 0, 240)
    rng = random.Random(12)
    for _ in range(70):
        x, y = rng.uniform(0, 320), rng.uniform(0, 165)
        colour = rng.choice(["#ffd166", "#ef476f", "#06d6a0", "#7cc6fe"])
        c.box(x, y, x + 5, y + 2.5, colour, radius=1)
    c.box(0, 196, 320, 240, "#d9c3a5")
    c.oval(160, 202, 112, 16, "#ffffff")
    c.oval(160, 199, 104, 13, "#e3e6ec")
    c.box(72, 132, 248, 200, "#f7c6d4", radius=10)
    c.box(98, 92, 222, 138, "#fff3e6", radius=8)
    for left, right, y, colour in ((72, 248, 136, "#d9547c"), (98, 222, 96, "#8a4b2d")):
        c.box(left, y - 6, right, y + 6, colour, radius=6)
        for i, x in enumerate(range(left + 8, right, 16)):
            c.box(x - 5, y, x + 5, y + 12 + (i * 7) % 12, colour, radius=5)
    for i, x in enumerate((118, 139, 160, 181, 202)):
        colour = ("#7cc6fe", "#ffd166", "#ef476f", "#06d6a0", "#c792ea")[i]
        c.box(x - 3, 60, x + 3, 92, colour)
        c.glow(x, 50, 20, "#ffe08a", 0.7)
        c.oval(x, 51, 4, 8, "#ffb627")
        c.oval(x, 53, 2, 4, "#fff7d6")
    for x in range(82, 246, 18):
        c.oval(x, 193, 6, fill="#ffffff")
    c.text(160, 164, "Happy Birthday", 19, "#7a2246", "mm")


def mountain_lake(c: Canvas) -> None:
    c.gradient("#5aa0d8", "#d9eefa", 0, 140)
    for x, y, r in ((60, 40, 17), (82, 36, 21), (105, 42, 15), (240, 30, 14), (258, 27, 18)):
        c.oval(x, y, r * 1.4, r * 0.7, "#ffffff")
    c.polygon([(-20, 140), (60, 66), (105, 110), (150, 140)], "#8c9bb5")
    c.polygon([(190, 140), (262, 58), (345, 140)], "#8494b0")
    c.polygon([(262, 58), (240, 83), (255, 79), (264, 90), (276, 80), (285, 81)], "#f6f9fc")
    c.polygon([(70, 140), (162, 34), (250, 140)], "#66748f")
    c.polygon([(162, 34), (250, 140), (190, 140), (172, 90)], "#525f7a")
    c.polygon([(162, 34), (132, 69), (147, 66), (155, 80), (166, 67), (179, 76), (188, 66)], "#ffffff")
    rng = random.Random(5)
    for x in range(-4, 326, 9):
        tall = rng.uniform(16, 34)
        shade = rng.choice(["#1f4d3a", "#275c44", "#194231"])
        c.polygon([(x - 8, 142), (x, 142 - tall), (x + 8, 142)], shade)
    c.box(0, 139, 320, 143, "#2f5d45")
    c.mirror_down(142, "#3f7fae", 0.45)
    for y in range(152, 238, 9):
        left = rng.uniform(20, 240)
        c.line([(left, y), (left + rng.uniform(25, 70), y)], "#8fbfdc", 1)
    c.polygon([(96, 206), (164, 206), (154, 218), (106, 218)], "#8a4b2d")
    c.line([(100, 206), (160, 206)], "#c98b5a", 3)


def receipt_scan(c: Canvas) -> None:
    c.polygon([(22, 6), (198, 10), (196, 396), (20, 392)], "#b9b6ae")
    c.polygon([(18, 4), (194, 8), (192, 392), (16, 388)], "#fbfaf5")
    c.text(106, 20, "GREEN CORNER", 17, anchor="ma")
    c.text(106, 42, "Organic grocery, Mill Street 8", 9, anchor="ma")
    c.text(106, 55, "2024-05-18  17:42   till 3", 9, anchor="ma")
    c.line([(30, 72), (182, 73)], "#777777", 0.8)
    y = 82.0
    for name, price in (
        ("Oat milk 1 l", "1.89"),
        ("Rye bread", "3.40"),
        ("Tomatoes 0.75 kg", "2.62"),
        ("Goat cheese", "4.15"),
        ("Olive oil 0.5 l", "8.90"),
        ("Dark chocolate 2 x", "5.58"),
        ("Bananas 1.1 kg", "2.09"),
        ("Coffee beans", "7.95"),
    ):
        c.text(30, y, name, 11)
        c.text(180, y, price, 11, anchor="ra")
        y += 18
    c.line([(30, y + 4), (182, y + 5)], "#777777", 0.8)
    c.text(30, y + 12, "TOTAL", 16)
    c.text(180, y + 12, "EUR 36.58", 16, anchor="ra")
    c.text(30, y + 38, "VAT 10 % included", 9)
    c.text(180, y + 38, "3.33", 9, anchor="ra")
    c.text(30, y + 52, "Paid by card", 9)
    c.text(180, y + 52, "**** 4471", 9, anchor="ra")
    c.text(105, y + 72, "Thank you, see you soon!", 10, anchor="ma")
    rng, left = random.Random(3), 40.0
    while left < 170:
        bar = rng.choice([1.0, 1.6, 2.6])
        c.box(left, y + 92, left + bar, y + 122, "#222222")
        left += bar + rng.choice([1.2, 2.0, 3.0])


def blue_bicycle(c: Canvas) -> None:
    c.gradient("#f6d7b0", "#f0c592", 0, 186)
    for row, y in enumerate(range(0, 186, 16)):
        for x in range(-20 + (row % 2) * 18, 320, 36):
            c.box(x, y, x + 34, y + 14, "#e6b27c")
    c.box(0, 186, 320, 240, "#9b9a94")
    c.box(0, 186, 320, 191, "#7f7e79")
    c.oval(162, 207, 118, 6, "#83827c")
    for x in (92, 232):
        c.oval(x, 160, 47, outline="#26282b", width=5)
        for spoke in range(0, 360, 30):
            a = math.radians(spoke)
            c.line([(x, 160), (x + 43 * math.cos(a), 160 + 43 * math.sin(a))], "#8b8f94", 0.7)
        c.oval(x, 160, 4, fill="#26282b")
    blue = "#1f63c6"
    c.line([(92, 160), (128, 100), (208, 100), (152, 162), (92, 160)], blue, 6)
    c.line([(152, 162), (123, 90)], blue, 6)
    c.line([(232, 160), (208, 100), (204, 82)], blue, 6)
    c.line([(190, 82), (204, 80), (222, 74), (226, 84)], "#2b2b2b", 5)
    c.polygon([(102, 86), (142, 84), (140, 92), (110, 94)], "#5a3520")
    c.oval(152, 162, 12, outline="#33363a", width=3)
    c.line([(152, 162), (162, 182)], "#33363a", 3)
    c.line([(155, 183), (170, 181)], "#1b1b1b", 4)
    c.box(214, 88, 250, 112, "#b98350", radius=4)
    for x in (222, 232, 242):
        c.line([(x, 90), (x, 110)], "#8b5d33", 1.2)
    for x, colour in ((220, "#e4572e"), (230, "#f2c14e"), (240, "#e86a92")):
        c.oval(x, 84, 6, fill=colour)


def city_night(c: Canvas) -> None:
    c.gradient("#0b1030", "#3a2a5e", 0, 190)
    rng = random.Random(21)
    for _ in range(60):
        c.oval(rng.uniform(0, 320), rng.uniform(0, 90), rng.choice([0.5, 0.8, 1.1]), fill="#dfe6ff")
    c.glow(262, 42, 40, "#f8f2d0", 0.5)
    c.oval(262, 42, 18, fill="#f8f2d0")
    for base, low, high, wall in ((150, 60, 110, "#1c1f45"), (190, 60, 128, "#12142f")):
        x = -6.0
        while x < 320:
            wide, tall = rng.uniform(26, 46), rng.uniform(low, high)
            c.box(x, base - tall, x + wide, 192, wall)
            for wy in range(int(base - tall) + 8, 184, 11):
                for wx in range(int(x) + 5, int(x + wide) - 6, 9):
                    if rng.random() < 0.55:
                        lit = rng.choice(["#ffd166", "#ffe9a8", "#ffb35c", "#a8d8ff"])
                        c.box(wx, wy, wx + 4, wy + 5, lit)
            x += wide + rng.uniform(1, 6)
    c.line([(104, 62), (104, 30)], "#12142f", 2)
    c.oval(104, 30, 2.4, fill="#ff4d4d")
    c.mirror_down(192, "#16245c", 0.6)
    c.line([(0, 192), (320, 192)], "#070a20", 3)
    for y in range(199, 240, 8):
        left = rng.uniform(0, 240)
        c.line([(left, y), (left + rng.uniform(20, 60), y)], "#3d4f96", 1)


def floor_plan(c: Canvas) -> None:
    c.box(24, 30, 296, 212, None, outline="#20304a", width=5)
    for wall in (
        [(150, 30), (150, 86)],
        [(150, 118), (150, 212)],
        [(24, 128), (86, 128)],
        [(118, 128), (150, 128)],
        [(150, 140), (204, 140)],
        [(236, 140), (296, 140)],
    ):
        c.line(wall, "#20304a", 4)
    for x, y, words in (
        (86, 68, "Kitchen\n11 sq m"),
        (86, 184, "Bath\n6 sq m"),
        (224, 76, "Living room\n24 sq m"),
        (200, 180, "Bedroom\n14 sq m"),
    ):
        c.text(x, y, words, 13, "#20304a", "mm")
    c.arc(150, 118, 32, 32, 180, 270, "#7a8aa3", 1.5)
    c.arc(118, 128, 32, 32, 180, 270, "#7a8aa3", 1.5)
    for x in (60, 200):
        c.box(x, 28, x + 50, 33, "#9ad0ec")
    c.box(30, 140, 74, 158, None, radius=7, outline="#7a8aa3", width=1.5)
    c.box(246, 152, 288, 204, None, radius=3, outline="#7a8aa3", width=1.5)
    c.text(160, 12, "Flat 3, second floor, 1:100", 12, "#555555", "ma")


def sailing_boat(c: Canvas) -> None:
    c.gradient("#7cc1ee", "#def1fb", 0, 150)
    c.gradient("#2f86b7", "#155a87", 150, 240)
    c.oval(268, 44, 22, fill="#fff2b3")
    c.polygon([(154, 38), (154, 158), (82, 158)], "#ffffff")
    c.polygon([(162, 50), (162, 158), (224, 158)], "#e63946")
    c.line([(158, 30), (158, 176)], "#5c3d24", 4)
    c.polygon([(78, 170), (240, 170), (214, 200), (104, 200)], "#274060")
    c.line([(78, 170), (240, 170)], "#f4e3c1", 5)
    for y in (186, 206, 226):
        c.line(
            [(x, y + 3 * math.sin(x / 9 + y)) for x in range(0, 321, 4) if y > 203 or not 74 < x < 240],
            "#bfe3f5",
            2,
        )


def lighthouse(c: Canvas) -> None:
    c.gradient("#f7b267", "#fbe3c0", 0, 180)
    c.gradient("#3c7a9e", "#24566f", 180, 240)
    c.polygon([(60, 240), (84, 196), (130, 180), (206, 182), (250, 210), (268, 240)], "#5a5148")
    c.glow(164, 54, 60, "#fff6c9", 0.8)
    c.polygon([(140, 186), (149, 72), (179, 72), (188, 186)], "#fbfbf8")
    for top in (88, 124, 160):
        half = 15 + (top - 72) / 12.5
        c.polygon(
            [(164 - half, top), (164 + half, top), (165.5 + half, top + 18), (162.5 - half, top + 18)],
            "#d62839",
        )
    c.box(144, 68, 184, 74, "#2b2d33")
    c.box(152, 46, 176, 68, "#ffe98a", outline="#2b2d33", width=2)
    c.polygon([(147, 47), (164, 30), (181, 47)], "#d62839")
    c.box(158, 168, 170, 186, "#3a3028", radius=4)


def snowman(c: Canvas) -> None:
    c.gradient("#9cc4e4", "#e9f3fa", 0, 170)
    for x, y, size in ((46, 170, 60), (280, 176, 74), (238, 164, 44)):
        for step in range(3):
            top, half = y - size + step * size * 0.26, size * (0.18 + 0.09 * step)
            c.polygon([(x - half, top + size * 0.42), (x, top), (x + half, top + size * 0.42)], "#2e6b4f")
    c.oval(160, 242, 240, 74, "#f8fbff")
    for y, r in ((182, 43), (122, 32), (76, 23)):
        c.oval(160, y, r, fill="#ffffff", outline="#cfdeea", width=1.5)
    c.line([(190, 116), (232, 92)], "#6b4528", 3.5)
    c.line([(130, 116), (88, 98)], "#6b4528", 3.5)
    c.box(136, 92, 184, 102, "#d62839", radius=5)
    c.box(172, 98, 184, 130, "#d62839", radius=4)
    c.box(134, 54, 186, 60, "#22252b", radius=2)
    c.box(143, 26, 177, 56, "#22252b", radius=2)
    for x in (152, 168):
        c.oval(x, 72, 3, fill="#22252b")
    c.polygon([(160, 77), (160, 84), (190, 84)], "#f08a24")
    for y in (116, 132, 168, 188):
        c.oval(160, y, 3.4, fill="#22252b")
    rng = random.Random(24)
    for _ in range(80):
        c.oval(rng.uniform(0, 320), rng.uniform(0, 240), rng.uniform(1, 2.2), fill="#ffffff")


def tulips(c: Canvas) -> None:
    c.gradient("#fbeedd", "#f3dcc0", 0, 190)
    c.box(0, 190, 320, 240, "#8d6242")
    for x, y, colour in (
        (112, 72, "#ffbe0b"),
        (160, 50, "#e63946"),
        (208, 72, "#c65bcf"),
        (136, 98, "#ff7b9c"),
        (186, 98, "#ff8c42"),
    ):
        c.line([(160 + (x - 160) * 0.3, 150), (x, y)], "#3f8f4f", 4)
        c.oval(x, y, 15, 19, colour)
        c.polygon(
            [
                (x - 15, y),
                (x - 12, y - 23),
                (x, y - 10),
                (x, y - 25),
                (x, y - 10),
                (x + 12, y - 23),
                (x + 15, y),
            ],
            colour,
        )
    for tip in ((84, 118), (236, 118)):
        c.polygon([(152, 152), tip, (168, 152)], "#56a765")
    c.polygon([(124, 140), (196, 140), (184, 206), (136, 206)], "#4d8fc4")
    c.oval(160, 140, 36, 7, "#3a749f")
    c.polygon([(132, 146), (142, 147), (148, 203), (141, 203)], "#8fbfe3")
