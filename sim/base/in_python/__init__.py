"""What a caller in Python meets: arguments that are checked, faces of results, errors in its words."""
