"""The named faults of the stand-in by area: what each means, and the criteria that must then be missed."""
