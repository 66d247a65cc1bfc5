"""Run a scenario: `python run_scenario.py scenarios/insurer_partner_channel.yaml`; `--help` lists the rest."""

from sim.command import main

if __name__ == "__main__":
    main()
