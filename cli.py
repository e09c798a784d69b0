"""Launch bbwnet from a source checkout: `python cli.py goals baseline_2016`."""

import sys

from bbwnet.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
