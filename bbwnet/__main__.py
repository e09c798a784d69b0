"""`python -m bbwnet`: the command line where the console script is not on the path."""

from bbwnet.cli.main import main

main()
