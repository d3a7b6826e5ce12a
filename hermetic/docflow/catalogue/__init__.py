"""The faults by area: name, what goes wrong, and the criteria that must then be missed."""
