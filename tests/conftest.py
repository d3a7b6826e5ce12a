"""Here so that what all tests share, such as `machine_parts`, can be imported by them.

An example of Hypothesis may take as long as the machine needs: no test here judges its own speed by its examples.
"""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
