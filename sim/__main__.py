"""`python -m sim` is `partner-sim`."""

from sim.command import main

if __name__ == "__main__":
    main()
