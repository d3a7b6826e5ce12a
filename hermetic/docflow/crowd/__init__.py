"""What the control port does in the name of users: traffic, now or meanwhile, and things that happen to a service."""
