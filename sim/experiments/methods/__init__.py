"""Numerical methods of experiments: arrays in, arrays out; nothing here knows the simulator."""
