"""`python -m hermetic.mes_sql.seed --clear [--minimal | --full] [--database=test]`: seed-mes-data.js in the plan.

Fills a database and says what then is in it. Refused under the production profile. Without --clear a former seed stays
in the way, and nothing is written.
"""

from collections.abc import Sequence

import psycopg

from hermetic.kit.command import FINE, PROBLEMS, Parser, run
from hermetic.kit.planted import Planted
from hermetic.mes_sql.broken.seeds import default_size, seeded_size, spoil_seed
from hermetic.mes_sql.seeding import load
from hermetic.mes_sql.seeding.master import SIZES
from hermetic.mes_sql.world import World


def main(world: World, arguments: Sequence[str]) -> int:
    parser = Parser("hermetic.mes_sql.seed")
    parser.add_argument("--clear", action="store_true", help="delete what a former seed has left")
    parser.add_argument("--database", choices=("main", "test"), default="main")
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--minimal", dest="size", action="store_const", const="minimal")
    sizes.add_argument("--full", dest="size", action="store_const", const="full")
    options = parser.parse_args(arguments)
    if world.production:
        print("refused: this is production, and seeding deletes what is there")
        return PROBLEMS
    size = options.size or default_size(Planted(world.faults_file))
    return seed(world, options.database, size, clear=options.clear)


def seed(world: World, database: str, size: str, *, clear: bool) -> int:
    faults = Planted(world.faults_file)
    with world.connect(world.test_database if database == "test" else world.main_database) as connection:
        try:
            if clear:
                load.clear(connection)
            load.seed(connection, seeded_size(SIZES[size], faults))
            spoil_seed(connection, faults)
            connection.execute("analyze")
            found = load.counts(connection)
        except psycopg.Error as error:
            print(f"seeding failed: {str(error).strip()}")
            return PROBLEMS
    print("\n".join(f"{name}: {count}" for name, count in found.items()))
    return FINE


if __name__ == "__main__":
    run(World, main)
