"""Runs a command and prints what it took: seconds, the most memory in bytes that one process of it had, its exit code.
What the command itself prints goes to standard error.

What the system tells of a child's memory counts in what its parent had when it began the child. So the parent is this:
small, and new for each command. Less than its own 8 MB it cannot see.

Usage: python -I -S launch.py COMMAND …
"""

import os
import sys
import time

KILOBYTE = 1 if sys.platform == "darwin" else 1024
began = time.perf_counter()
process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 2, 1)])
_, status, usage = os.wait4(process, 0)
print(time.perf_counter() - began, usage.ru_maxrss * KILOBYTE, os.waitstatus_to_exitcode(status))
