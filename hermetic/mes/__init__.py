"""The MES stand-in of rollout R1: plans, assignments, materials, and the change from executionGraph to nodes.

It is a small real service: Postgres holds the plans, Redis the counters, JSON Schema refuses bad plans, and a restart
is a new process. README.md of this package is its contract: ports, states, commands, documents and faults.
"""
