"""`python -m analysis` is the command `parallax`."""

import sys

from analysis.cli import main

sys.exit(main())
