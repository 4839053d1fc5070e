"""Makes the vocabulary: the teacher's English pieces with their ids, and new ones for 20 other languages.

``python -m starter.vocabulary WORK --corpus FOLDER --teacher FOLDER`` writes ``WORK/pieces.json``. Steps: the
Traditional characters are paired with Simplified ones by aligned translations of equal length; the Han
characters in use become spare letters; each language learns pieces (byte-pair merges), of which those stay
that greedy matching really uses; pieces that would cut English words otherwise than the teacher does are out.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.trainers import BpeTrainer

from qwen_finder.models.text_step import RUN, SPARE_HAN, TextStep
from starter.corpus import HELD_OUT, LANGUAGES, WEIGHTS, Corpus, phrases
from starter.pieces import Pieces

SEED = 8
SAMPLE = 45_000
"""Texts of a language that its pieces are learnt from, beside the phrasebook."""
REPEATED = 8
"""How often the phrasebook counts: its everyday words shall be pieces as those of programs are."""
SPACELESS = ("zh", "ja", "th")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
SHARES = {
    "zh": 3440, "ja": 2790, "ko": 2710, "es": 1560, "fr": 1560, "de": 2050, "it": 1560, "pt": 1560,
    "nl": 1560, "ru": 2540, "uk": 2210, "pl": 2210, "tr": 2130, "ar": 2460, "fa": 2130, "hi": 1890,
    "vi": 1230, "th": 2050, "id": 1390, "sv": 1560,
}  # fmt: skip
"""How many new pieces a language gets; some of them several languages share."""
_MOST_IN_ENGLISH = 3
_LATIN = re.compile("^(##)?[a-z]+$")


def traditional_table(pairs: Iterable[tuple[str, str]]) -> str:
    """Traditional characters, each followed by its Simplified one: what stands at its place in translations
    of equal length that are otherwise mostly equal."""
    found: dict[str, Counter[str]] = {}
    simplified: Counter[str] = Counter()
    for simple, traditional in pairs:
        simplified.update(simple)
        if len(simple) != len(traditional):
            continue
        both = [(s, t) for s, t in zip(simple, traditional, strict=True) if HAN.match(s) and HAN.match(t)]
        if len(both) < 2 or sum(s == t for s, t in both) * 10 < len(both) * 3:
            continue
        for s, t in both:
            found.setdefault(t, Counter())[s] += 1
    table = []
    for t, counter in sorted(found.items()):
        (s, count), total = counter.most_common(1)[0], counter.total()
        if s != t and count >= 2 and count * 2 > total and simplified[t] * 5 <= max(total, count):
            table.append(t + s)
    return "".join(table)


def sample(corpus: Corpus, language: str, rows: Sequence[dict[str, str]], most: int = SAMPLE) -> list[str]:
    """Texts of ``language`` to learn from: general ones first, the phrasebook several times."""
    draw = random.Random(f"{SEED}-{language}")
    keyed = []
    for pair in corpus.pairs(language):
        if pair.source not in HELD_OUT and len(pair.translation) < 600:
            weight = WEIGHTS.get(pair.source, 0.5)
            keyed.append((draw.random() ** (1 / weight), pair.translation))
    keyed.sort(reverse=True)
    return [text for _, text in keyed[:most]] + REPEATED * [
        row[language] for row in rows if row.get(language)
    ]


def learnt(texts: Sequence[str], size: int, *, spaceless: bool) -> list[str]:
    """Pieces that byte-pair merges find in ``texts`` (already spelt by the step), most frequent first."""
    prefix = "" if spaceless else "##"
    tokenizer = Tokenizer(BPE(unk_token="[UNK]", continuing_subword_prefix=prefix))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    trainer = BpeTrainer(
        vocab_size=size, min_frequency=4, continuing_subword_prefix=prefix, show_progress=False,
        max_token_length=16, special_tokens=["[UNK]"],
    )  # fmt: skip
    tokenizer.train_from_iterator(texts, trainer)
    vocabulary = tokenizer.get_vocab()
    return [piece for piece in sorted(vocabulary, key=vocabulary.__getitem__) if piece != "[UNK]"]


def candidates(language: str, spelt: Sequence[str]) -> list[str]:
    """More pieces of ``language`` than it will keep."""
    wanted = SHARES[language] * 3
    if language not in SPACELESS:
        return learnt(spelt, wanted, spaceless=False)
    runs = [run for text in spelt for run in re.findall(f"(?<={RUN})\\S+", text)]
    return ["##" + piece for piece in learnt(runs, wanted, spaceless=True)]


def used(pieces: Pieces, spelt: Sequence[str]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for ids in pieces.encode_spelt(spelt):
        counts.update(ids)
    return counts


def kept(
    base: Sequence[str], new: list[str], spelt: Sequence[str], most: int, tables: tuple[str, str]
) -> list[str]:
    """``most`` of ``new``: those that greedy matching uses most, all single characters among them."""
    known = set(base)
    new = [piece for piece in dict.fromkeys(new) if piece not in known]
    for share in (0.7, 1.0):
        pieces = Pieces([*base, *new], *tables)
        counts = used(pieces, spelt)
        single = {piece for piece in new if len(piece.removeprefix("##")) == 1}
        value = {p: counts[len(base) + i] * (1e6 if p in single else 1.0) for i, p in enumerate(new)}
        aim = round(most / share)
        new = [p for p in sorted(new, key=value.__getitem__, reverse=True)[:aim] if value[p] > 2]
    return new


def without_english(
    base: Sequence[str], new: list[str], english: Sequence[str], tables: tuple[str, str]
) -> list[str]:
    """``new`` without the pieces that cut words of ``english`` otherwise than ``base`` alone does."""
    words = Counter(word for text in english for word in re.findall("[a-z]+", text.lower()))
    common = [word for word, count in words.items() if count >= _MOST_IN_ENGLISH]
    old = Pieces(base, *tables).encode(common)
    while True:
        now = Pieces([*base, *new], *tables).encode(common)
        guilty = {i for a, b in zip(old, now, strict=True) if a != b for i in b if i >= len(base)}
        if not guilty:
            return new
        new = [piece for number, piece in enumerate(new, len(base)) if number not in guilty]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True)
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    corpus, rows = Corpus(options.corpus), phrases(held_out=False)
    texts = {language: sample(corpus, language, rows) for language in LANGUAGES}

    simple = {pair.english: pair.translation for pair in corpus.pairs("zh")}
    both = [(simple[p.english], p.translation) for p in corpus.pairs("zht") if p.english in simple]
    both += 3 * [(row["zh"], row["zht"]) for row in rows]
    traditional = traditional_table(both)
    folded = dict(zip(traditional[::2], traditional[1::2], strict=True))
    characters: Counter[str] = Counter()
    for language in ("zh", "zht", "ja"):
        for text in texts[language]:
            characters.update(folded.get(c, c) for c in HAN.findall(text))
    han = "".join(c for c, _ in characters.most_common(SPARE_HAN))
    print(
        f"{len(traditional) // 2} Traditional, {len(han)} of {len(characters)} Han, "
        f"{time.perf_counter() - start:.0f} s"
    )

    tables = (han, traditional)
    step = TextStep(*tables)
    base = (options.teacher / "vocab.txt").read_text("utf-8").rstrip("\n").split("\n")
    texts["zh"] += texts.pop("zht")[: SAMPLE // 2]
    english = corpus.english() + [text for text, _ in corpus.english_extra()]
    new: list[str] = [RUN, *(f"##{letter}" for letter in _letters(step, han))]
    for language, own in texts.items():
        spelt = [step(text).lower() for text in own]
        found = candidates(language, spelt)
        if language not in SPACELESS:
            found = without_english(base, found, english, tables)
        chosen = kept([*base, *new], found, spelt[::2], SHARES[language], tables)
        new += chosen
        print(
            f"{language}: {len(found)} learnt, {len(chosen)} kept, {time.perf_counter() - start:.0f} s",
            flush=True,
        )
    new = without_english(base, new, english, tables)
    pieces = Pieces([*base, *new], *tables)
    for language, own in texts.items():
        ids = pieces.encode(own[:2000])
        total, unknown = sum(map(len, ids)), sum(i.count(100) for i in ids)
        size = sum(len(text.encode()) for text in own[:2000])
        print(
            f"{language}: {total / 2000:.1f} pieces a text, {size / total:.1f} bytes each, "
            f"{unknown / total:.2%} unknown"
        )
    pieces.save(options.work / "pieces.json")
    print(f"{len(pieces.vocabulary)} pieces, {time.perf_counter() - start:.0f} s")


def _letters(step: TextStep, han: str) -> list[str]:
    """The spare letters of the most frequent Han characters, which all get a piece of their own."""
    return list(step(han[:3600]).replace(RUN, "").strip())


if __name__ == "__main__":
    main()
