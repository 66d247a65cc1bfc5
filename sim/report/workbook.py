def write(answer, path, lang="en"):
    path.write_bytes(b"")
