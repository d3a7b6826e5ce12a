"""The configuration of the balancer before blue and green: their weights, in nginx's language."""

UPSTREAM = "burkol_api"
PORTS = {"blue": 3000, "green": 3001}
TEMPLATE = """\
# Blue is the API on the former store, green the one on PostgreSQL.
upstream {upstream} {{
{servers}
    keepalive 16;
}}
server {{
    listen 80;
    location / {{
        proxy_pass http://{upstream};
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_buffering off;
        proxy_read_timeout 1h;
    }}
}}
"""


def compose(blue: str, green: str) -> str:
    """Return a configuration; each server's parameters are as they stand in its line, `out` leaves the line out."""
    given = {"blue": blue, "green": green}
    lines = [
        f"    server localhost:{PORTS[colour]} {parameters};  # {colour}"
        for colour, parameters in given.items()
        if parameters != "out"
    ]
    return TEMPLATE.format(upstream=UPSTREAM, servers="\n".join(lines) or "    # nobody")


def parameters_of(weight: int) -> str:
    """Return the parameters of a server in a state of the rollout: one without traffic is left out."""
    return f"weight={weight}" if weight else "out"
