"""How the faults of the catalogue are done, one module a part of the stand-in."""
