"""Memory of the machine that is free, and memory that a process keeps."""
