"""A process with a pool whose workers are busy; its parent kills it. Prints the ids of the workers."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import psutil

from qwen_finder.extraction.registry import Limits
from qwen_finder.extraction.sandbox.pool import Allowance, Pool

if __name__ == "__main__":
    folder, worker, *files = sys.argv[1:]
    pool = Pool(Path(folder), Allowance(workers=len(files), seconds=600), [sys.executable, worker])
    limits = Limits(1_000_000, 1_000_000)
    for file in files:
        threading.Thread(target=pool.extract, args=(file, limits), daemon=True).start()
    while not all(Path(file).with_name(f".{Path(file).name}.begun").exists() for file in files):
        time.sleep(0.01)
    print(*(worker.pid for worker in psutil.Process().children()), flush=True)
    time.sleep(600)
