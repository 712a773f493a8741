"""``python -m runner`` is ``rung``."""

from runner.cli import main

if __name__ == "__main__":
    main()
