"""The named faults by area: name, what then goes wrong, and the criteria that must be missed."""
