"""What stand-ins are built from: a home, servers on sockets of a supervisor, faults, a control port, commands."""
