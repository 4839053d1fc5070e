"""How well and how quickly text recognition reads rendered pages: RapidOCR, Tesseract, and ours of both.

Prints a table: the character error rate (white space left out) and CPU seconds for each page. "clean" is
black on white at 150 dots an inch, "scan" the same page turned a little, blurred and with noise. "told" means
that Tesseract is given the language of the page, which nobody tells us; "english" that it has only that.
Needs the Debian packages fonts-dejavu and fonts-noto-cjk, and for Tesseract's columns tesseract-ocr with
tesseract-ocr-{deu,chi-sim,jpn,rus,kor}.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
from collections.abc import Callable
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from qwen_finder.extraction import ocr
from qwen_finder.extraction.reading_order import in_order

PAGE = (1240, 1754)
MARGIN = 120
SECONDS = 600.0


class Language(NamedTuple):
    name: str
    code: str  # as Tesseract calls it
    font: str
    face: int
    words: str  # what stands between words
    text: str


DEJAVU, CJK = "DejaVuSans.ttf", "NotoSansCJK-Regular.ttc"
LANGUAGES = (
    Language(
        "en", "eng", DEJAVU, 0, " ",
        "The quarterly report shows that revenue grew by 14 percent, mainly because of new contracts. Please "
        "send the signed lease to the office in Baker Street before Friday, 12 March 2026. Invoice number "
        "2026-0417: amount due 1,249.50 EUR. Nobody expected the river to rise so quickly after the rain.",
    ),
    Language(
        "de", "deu", DEJAVU, 0, " ",
        "Der Vierteljahresbericht zeigt, dass der Umsatz um 14 Prozent gewachsen ist, vor allem wegen neuer "
        "Verträge. Bitte schicken Sie den Mietvertrag bis Freitag an das Büro in der Königstraße. Rechnung "
        "Nr. 2026-0417: fälliger Betrag 1.249,50 EUR. Herr Müller überprüft die Größe der Räume.",
    ),
    Language(
        "zh", "chi_sim", CJK, 2, "",
        "季度报告显示收入增长了百分之十四，主要是因为签订了新合同。请在二〇二六年三月十二日星期五之前把签好的租约寄到办公室。"
        "发票号码2026-0417，应付金额1249.50元。花园项目的会议九点开始。没有人想到下了两天雨以后河水会涨得这么快。",
    ),
    Language(
        "ja", "jpn", CJK, 0, "",
        "四半期報告書によると、主に新しい契約のおかげで売上は十四パーセント増加しました。署名済みの賃貸契約書を2026年3月12日金曜日"
        "までに事務所へお送りください。請求書番号は2026-0417です。二日間の雨の後、川がこれほど早く増水するとは誰も思いませんでした。",
    ),
    Language(
        "ru", "rus", DEJAVU, 0, " ",
        "Квартальный отчёт показывает, что выручка выросла на 14 процентов, главным образом благодаря новым "
        "договорам. Пожалуйста, отправьте подписанный договор аренды в офис до пятницы. Счёт номер "
        "2026-0417: к оплате 1249,50 евро. Никто не ожидал, что река так быстро поднимется после дождя.",
    ),
    Language(
        "ko", "kor", CJK, 1, " ",
        "분기 보고서에 따르면 주로 새로운 계약 덕분에 매출이 14퍼센트 증가했습니다. 서명한 임대 계약서를 "
        "금요일까지 사무실로 보내 주세요. 청구서 번호는 2026-0417입니다. "
        "이틀 동안 비가 온 뒤 강물이 이렇게 빨리 불어날 줄은 아무도 몰랐습니다.",
    ),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--size", type=int, default=25, help="height of the letters in pixels (25 is 12 points)"
    )
    arguments = parser.parse_args()
    readers: dict[str, Callable[[Image.Image, Language], str]] = {"RapidOCR": _rapid}
    if shutil.which("tesseract"):
        readers["Tesseract told"] = lambda page, language: _tesseract(page, language.code)
        readers["Tesseract english"] = lambda page, language: _tesseract(page, "eng")
    readers["qwen-finder"] = lambda page, language: ocr.recognise(page, SECONDS)
    ocr.recognise(_page(LANGUAGES[0], arguments.size)[0], SECONDS)  # loads the models
    print(f"{'page':<10}" + "".join(f"{name:>24}" for name in readers))
    for scanned in (False, True):
        for language in LANGUAGES:
            page, text = _page(language, arguments.size)
            page = _scanned(page) if scanned else page
            row = f"{language.name} {'scan' if scanned else 'clean':<7}"
            for read in readers.values():
                started = _cpu_seconds()
                found = read(page, language)
                took = _cpu_seconds() - started
                row += f"{100 * _error_rate(text, found):14.1f} % {took:6.2f} s"
            print(row, flush=True)


def _page(language: Language, size: int) -> tuple[Image.Image, str]:
    """A page full of lines, and what stands on it."""
    font = ImageFont.truetype(language.font, size, index=language.face)
    words = language.text.split(" ") if language.words else list(language.text)
    lines = [""]
    for word in words * 2:
        longer = f"{lines[-1]}{language.words}{word}" if lines[-1] else word
        if font.getlength(longer) > PAGE[0] - 2 * MARGIN:
            lines.append(word)
        else:
            lines[-1] = longer
    page = Image.new("L", PAGE, 255)
    for row, line in enumerate(lines):
        ImageDraw.Draw(page).text((MARGIN, MARGIN + row * size * 1.6), line, 0, font)
    return page, "".join(lines)


def _scanned(page: Image.Image) -> Image.Image:
    turned = page.rotate(0.7, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(0.8))
    return ImageChops.add(turned, Image.effect_noise(page.size, 24), 1, -140)


def _rapid(page: Image.Image, _: Language) -> str:
    engine, picture = ocr._engine(), page.convert("RGB")
    return in_order(engine.read(picture, engine.find(picture, ocr._DETECTION_SIDE), float("inf")))


def _tesseract(page: Image.Image, code: str) -> str:
    stream = io.BytesIO()
    page.save(stream, "PPM")
    done = subprocess.run(
        ["tesseract", "stdin", "stdout", "-l", code],
        input=stream.getvalue(),
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return done.stdout.decode()


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _error_rate(text: str, found: str) -> float:
    """Edits that make ``found`` of ``text``, for each character; white space does not count."""
    wanted, got = "".join(text.split()), "".join(found.split())
    row = list(range(len(got) + 1))
    for position, one in enumerate(wanted, 1):
        last, row[0] = row[0], position
        for column, other in enumerate(got, 1):
            last, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, last + (one != other))
    return row[-1] / len(wanted)


if __name__ == "__main__":
    main()
