"""The version of the simulator, for whoever must not import the public names."""

__version__ = "0.1.0"
