"""Launch bbwnet from a source checkout: `python cli.py goals baseline_2016`."""

from bbwnet.cli.main import main

if __name__ == "__main__":
    main()
