"""The pages of both shipped corpora, with one index on top: `python scripts/report_shipped.py OUT`."""

import sys
from pathlib import Path

from analysis.notebook import find_folder
from analysis.report import build_report, write_top

CORPORA = {
    "atacms-2024": "Five articles on the ATACMS decision, November 2024 (figures only)",
    "sample": "The sample corpus: twelve articles of fiction",
}

if __name__ == "__main__":
    out = Path(sys.argv[1])
    for name, title in CORPORA.items():
        build_report(find_folder("data") / name, out / name, title=title)
    print(f"Open {write_top(out, CORPORA)}")
