"""The engine lab: a Docker with BuildKit, unpacked from Debian's packages into a folder, and stand-ins for base images.

Everything is made from the package registries that the machine is set up for. What was made stays in
the lab's folder (``DFOPT_LAB``, by default ``~/.cache/dfopt/lab``) and is used again.
"""

from __future__ import annotations

from tests.engine.lab.bases import BASES, build
from tests.engine.lab.daemon import Lab, LabError, missing

__all__ = ["BASES", "Lab", "LabError", "build", "missing"]
