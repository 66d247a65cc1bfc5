"""Closed forms that the simulation is checked against.

One topic a module; import the module you need, for example
``from sim.theory import pyramid``. Nothing here is shared with the simulation,
so an agreement between the two is evidence and not a tautology.
"""
