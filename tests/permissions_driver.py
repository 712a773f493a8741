"""Run rung as somebody whom permissions bind. Run by test_privileges.py.

Arguments: the folder of the database, its file, and a JSON list of cases, each the mode of the file, the mode of the
folder, and command lines. Each case is a fork that gives up root's rights; it prints a JSON list of the command lines'
exit codes and what they said on standard error.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from conftest import call

NOBODY = 65534


def main() -> None:
    folder, file, cases = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
    for line in cases[0][2]:
        # Imports whatever a run needs, before the forks and before the rights are gone.
        call(*line, *(["--dry-run"] if line[0] == "up" else []))
    for file_mode, folder_mode, lines in cases:
        file.chmod(int(file_mode, 8))
        folder.chmod(int(folder_mode, 8))
        sys.stdout.flush()
        pid = os.fork()
        if not pid:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            results = [call(*line) for line in lines]
            print(json.dumps([(result.code, result.err) for result in results]), flush=True)
            os._exit(0)
        os.waitpid(pid, 0)
        folder.chmod(0o755)
        file.chmod(0o644)


if __name__ == "__main__":
    main()
