"""Columns of frames that a result and a run opened again have in common."""

EVENTS = {"replication": "int64", "month": "float64", "name": "object", "text": "object"}
"""columns of events and what they hold, also where there are none"""
