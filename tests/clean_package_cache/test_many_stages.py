"""Many stages that take from each other are followed once each, not once for each way through them."""

from __future__ import annotations

from dfopt import api
from dfopt.source import Source

INSTALL = "RUN apt-get update && apt-get install -y git"


def test_stages_that_copy_from_all_before_them() -> None:
    stages = [f"FROM debian:12 AS s0\n{INSTALL}\n"]
    for at in range(1, 60):
        earlier = range(max(0, at - 3), at)
        copies = "".join(f"COPY --from=s{each} /usr /usr\nCOPY --from=s{each} / /\n" for each in earlier)
        stages.append(f"FROM {'debian:12' if at % 2 else f's{at - 1}'} AS s{at}\n{copies}RUN make\n")
    result = api.rewrite(Source("".join(stages)))
    assert any(refusal.transform == "clean-package-cache" for refusal in result.refusals) or result.changed
