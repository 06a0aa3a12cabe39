"""What a report gives as evidence is what the new stage has."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.context.place import files_of
from dfopt.source import Source

PYTHON = """FROM python:3.12{}
RUN {}
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
CMD ["python", "main.py"]
"""


@pytest.mark.parametrize(
    ("tag", "install", "expected"),
    [
        (
            "-alpine",
            "apk add --no-cache gcc musl-dev postgresql-dev jpeg-dev",
            {
                "libgcc": "what gcc builds may link with it",
                "libjpeg-turbo": "jpeg-dev is installed for the build",
                "libpq": "postgresql-dev is installed for the build",
            },
        ),
        (
            "-slim",
            "apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev",
            {"libpq5": "psycopg2, in requirements.txt, needs it"},
        ),
    ],
)
def test_packages_have_the_names_of_the_system(
    tmp_path: Path, tag: str, install: str, expected: dict[str, str]
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text("psycopg2\n")
    (tmp_path / "main.py").write_text("import psycopg2\n")
    path, text = tmp_path / "Dockerfile", PYTHON.format(tag, install)
    path.write_text(text)
    result = rewrite(Source(text, str(path)), Config(select=("multi-stage",)), files=files_of(path))
    said = [line for each in result.applied for line in each.evidence if " is installed: " in line]
    assert said == [f"{package} is installed: {why}" for package, why in expected.items()]
