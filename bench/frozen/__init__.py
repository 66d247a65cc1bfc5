"""The yardstick: the core of the month as it was before the work on speed, with all it draws with. Nobody edits it."""
