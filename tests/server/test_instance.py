import subprocess
import sys

from qwen_finder.server.instance import InstanceLock

HOLD = (
    "import sys, time; from pathlib import Path; from qwen_finder.server.instance import InstanceLock;"
    "print(InstanceLock(Path(sys.argv[1])).acquire(), flush=True); sys.stdin.read()"
)


def test_one_process_at_a_time_holds_it(tmp_path):
    file = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "True\n"
    lock = InstanceLock(file)
    assert not lock.acquire()
    holder.kill()
    holder.communicate()
    assert lock.acquire()
    lock.release()
    again = InstanceLock(file)
    assert again.acquire()
    again.release()
