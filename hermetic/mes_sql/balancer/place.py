"""Putting a configuration in place, or only trying it; and telling the balancer that there is a new one."""

import subprocess
from collections.abc import Collection
from pathlib import Path

from hermetic.mes_sql.balancer import conf, nginx
from hermetic.mes_sql.world import World


def ports_of(world: World) -> dict[int, int]:
    """Return where the plan's ports are published on this machine."""
    urls = {"blue": world.blue_url, "green": world.green_url}
    return {conf.PORTS[colour]: int(url.rpartition(":")[2]) for colour, url in urls.items()}


def rendered(world: World) -> Path:
    """Return the file that the balancer really reads."""
    return world.directory / "balancer" / "rendered.conf"


def render(world: World, text: str) -> str:
    return conf.render(text, ports_of(world), int(world.balancer_url.rpartition(":")[2]))


def put(world: World, text: str, faults: Collection[str] = ()) -> None:
    """Write a configuration and what the balancer reads of it; whoever calls it has the balancer read it."""
    world.balancer_conf.write_text(text, encoding="utf-8")
    rendered(world).parent.mkdir(exist_ok=True)
    if "balancer-keeps-weights" in faults and rendered(world).exists():
        return
    rendered(world).write_text(render(world, text), encoding="utf-8")


def problem(world: World, file: Path) -> str | None:
    """Return what is wrong with a configuration, as `nginx -t` says it; None when nothing is.

    Where an nginx is installed it is asked too.
    """
    try:
        conf.read(file)
    except conf.Refused as error:
        return str(error)
    except OSError as error:
        return f'nginx: [emerg] open() "{file}" failed ({error.strerror})'
    program = nginx.program()
    if program is None:
        return None
    trial = world.directory / "balancer" / "trial.conf"
    trial.write_text(render(world, file.read_text(encoding="utf-8")), encoding="utf-8")
    main = nginx.write_main(world, trial, trial.with_name("trial-main.conf"))
    done = subprocess.run(
        [program, "-t", "-q", "-p", main.parent, "-c", main], capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if "[emerg]" in line]
    return said[0].replace(str(trial), str(file)) if done.returncode else None
