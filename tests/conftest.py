"""Here so that what all tests share, such as `machine_parts`, can be imported by them."""
