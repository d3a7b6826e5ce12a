"""The locust side of a workload: what runs inside locust's own processes. Locust files import it through `locustfile`.

`alarm arrivals wire sweeper client users streams turns process roles master worker hooks statistics locustfile` bring
gevent or locust, which patch the standard library, and are never imported into a pytest process. `pace answer abort
fence recorder messages options outgoing` are plain Python, and tested as such.
"""
