"""Here so that what the tests of all stand-ins share, such as `standing`, can be imported by them."""
