"""No modules of `sim` import each other in a circle, imports for types alone included."""

from __future__ import annotations

import grimp
import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components


def circles(graph: grimp.ImportGraph) -> list[list[str]]:
    """Modules that reach each other, in groups of two or more (strongly connected components)."""
    names = sorted(graph.modules)
    at = {name: i for i, name in enumerate(names)}
    edges = [(at[name], at[other]) for name in names for other in graph.find_modules_directly_imported_by(name)]
    matrix = csr_matrix((np.ones(len(edges)), np.array(edges).T), shape=(len(names), len(names)))
    count, label = connected_components(matrix, connection="strong")
    groups = [[name for name, own in zip(names, label, strict=True) if own == one] for one in range(count)]
    return [group for group in groups if len(group) > 1]


def test_no_circle_of_imports() -> None:
    found = circles(grimp.build_graph("sim", exclude_type_checking_imports=False, cache_dir=None))
    assert not found
