#!/usr/bin/env python3
"""From a fresh clone to an answer: installs, indexes the sample folder and searches it in several languages.

python3 scripts/demo.py               set up, index, ask, clean up
python3 scripts/demo.py --setup-only  stop after installing
python3 scripts/demo.py --keep        leave the service and its index running for play
python3 scripts/demo.py --gui         open the window on the sample folder instead of asking
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import environment

HOME = environment.ROOT / ".demo"
FOLDER = environment.ROOT / "resources" / "demo"

# What a person would ask, and why it is worth showing. Every one has an answer in the folder.
QUERIES: tuple[tuple[list[str], str], ...] = (
    (["how much did fixing the leak under the sink cost"], "by meaning: none of it is in the file's name"),
    (["who looks after the children if we die"], "by meaning"),
    (["may we keep a pet in the flat"], "by meaning, a paragraph of a long contract"),
    (["parseBankStatement"], "a symbol, however it is written in the code"),
    (["red car", "--type", "image"], "a picture, by its name"),
    (["电动自行车 电池 保修"], "Chinese, in a GBK file with no telling name"),
    (["白內障 手術 in:信件"], "traditional Chinese, with a filter"),
    (["地震 懐中電灯"], "Japanese"),
    (["세탁기 수리"], "Korean"),
    (["Gipfelkreuz Gewitter"], "German"),
    (["георгины полив"], "Russian, in a windows-1251 file"),
    (['"المرق" ext:md'], "Arabic, an exact phrase and a filter"),
)

# Asked in one language for a file in another: the language, the question, and the file that is wanted.
ACROSS: tuple[tuple[str, str, str], ...] = (
    ("Chinese", "我的税务发票", "Finance/invoice_0231.txt"),
    ("Chinese", "投诉回程航班弄丢了行李箱", "Travel/complaint airline.txt"),
    ("Russian", "письмо об отказе от абонемента в спортзал", "Letters/Kündigung Sportstudio.txt"),
    ("Japanese", "電動自転車の整備と電池交換の記録", "新建文本文档.txt"),
    ("Korean", "전기 기사 청구서", "Finance/invoice electrician Sept.txt"),
    (
        "Portuguese",
        "conta do arranjo da bicicleta com cadeirinha depois de uma queda",
        "Finance/taller bicicletas.txt",
    ),
    ("Polish", "rachunek elektryka", "Finance/invoice electrician Sept.txt"),
    ("English", "prescription for glasses after headaches when reading", "Health/ordonnance lunettes.txt"),
    ("Turkish", "okurken baş ağrısı için gözlük reçetesi", "Health/ordonnance lunettes.txt"),
    ("Thai", "บิลซ่อมจักรยานที่มีเบาะเด็กหลังล้ม", "Finance/taller bicicletas.txt"),
    ("Persian", "قرارداد با کارگاه برای تعمیر یک عود قدیمی", "رسائل/عقد العود.txt"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description="Set up Qwen Finder and try it on a sample folder.")
    parser.add_argument("--setup-only", action="store_true", help="stop after installing")
    parser.add_argument("--keep", action="store_true", help="leave the demo service running for play")
    parser.add_argument("--gui", action="store_true", help="open the window, ready to search")
    options = parser.parse_args()
    try:
        environment.prepare(window=options.gui)
    except environment.SetupError as error:
        print(error, file=sys.stderr)
        return 3
    if options.setup_only:
        environment.say(f"Ready. The program is {environment.PROGRAM}")
        return 0
    env = environment.environment(HOME)
    try:
        run(env, "folders", "add", str(FOLDER))
        run(env, "index", "--wait")
        run(env, "status")
        if options.gui:
            return show_window(env)
        answered = [ask(env, query, why) for query, why in QUERIES]
        answered += [ask_across(env, *question) for question in ACROSS]
    finally:
        if not options.keep:
            stop(env)
    if options.keep:
        print(
            f"\nThe demo service goes on. Ask it something, and stop it when you have seen enough:\n\n"
            f"  export QWEN_FINDER_HOME={HOME} QWEN_FINDER_MODELS={environment.MODELS}\n"
            f'  {environment.PROGRAM} query "when does the warranty end"\n'
            f"  {environment.PROGRAM} service stop\n"
        )
    return 0 if all(answered) else 1


def show_window(env: dict[str, str]) -> int:
    """The window, until it is quit or interrupted here; the service ends with it."""
    environment.say("The window opens. Quit it from its menu or the tray, or press Ctrl+C here.")
    window = subprocess.Popen([str(environment.PROGRAM), "gui"], env=env)
    try:
        return window.wait()
    except KeyboardInterrupt:
        window.terminate()
        window.wait()
        return 0


def ask(env: dict[str, str], query: list[str], why: str) -> bool:
    """Show a query as it is typed and its first answers; False when nothing was found."""
    print(f"\n─── {why}\n$ qwen-finder query {' '.join(query)}", flush=True)
    return subprocess.run([str(environment.PROGRAM), "query", *query, "-n", "3"], env=env).returncode == 0


def ask_across(env: dict[str, str], language: str, query: str, wanted: str) -> bool:
    """Show a question about a file in another language; False when that is not among the first three."""
    found = ask(env, [query], f"{language}, about {wanted}")
    command = [str(environment.PROGRAM), "query", query, "-n", "3", "--paths"]
    paths = subprocess.run(command, env=env, stdout=subprocess.PIPE, encoding="utf-8").stdout.splitlines()
    if str(FOLDER / wanted) not in paths:
        print(f"NOT FOUND: {wanted}", flush=True)
        return False
    return found


def run(env: dict[str, str], *arguments: str) -> None:
    print(f"$ qwen-finder {' '.join(shorten(argument) for argument in arguments)}", flush=True)
    subprocess.run([str(environment.PROGRAM), *arguments], env=env, check=True)


def shorten(argument: str) -> str:
    return os.path.relpath(argument, environment.ROOT) if Path(argument).is_absolute() else argument


def stop(env: dict[str, str]) -> None:
    subprocess.run([str(environment.PROGRAM), "service", "stop"], env=env, capture_output=True)
    shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
