"""Write environment.yml from pyproject.toml: the same dependencies and lower bounds for conda users."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def render_environment():
    """The text of environment.yml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = sorted(project["project"]["dependencies"] + project["dependency-groups"]["dev"])
    lines = [
        "# Written by scripts/write_environment.py from pyproject.toml. `conda env create -f environment.yml`",
        "name: parallax",
        "channels: [conda-forge]",
        "dependencies:",
        f"  - python{project['project']['requires-python']}",
        "  - pip",
        "  - pip:",
        *(f"      - {name}" for name in wanted),
        "      - --editable .",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (ROOT / "environment.yml").write_text(render_environment(), encoding="utf-8")
