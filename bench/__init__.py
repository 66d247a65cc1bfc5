"""The speed of the month, measured against the same rules written the usual ways. See README.md here."""
