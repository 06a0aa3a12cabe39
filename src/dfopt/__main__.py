"""``python -m dfopt``."""

from __future__ import annotations

from dfopt.cli.app import main

if __name__ == "__main__":
    main()
