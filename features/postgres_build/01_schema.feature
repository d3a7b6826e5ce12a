@postgres_build @phase_1
Feature: Database build, week 1: the schema
  Five migrations make the schema, a seed fills it, and the queries of the build are tried on it.
  The week ends when the schema is reviewed, the seed is sound and every query is right and quick.

  Rule: Five migrations make the schema, and nothing but the schema

    @R2-W1-07 @mutates
    Scenario: The migrations run through in the test environment
      If this fails: mend the migration that is named, take it back in the test environment, and run it again.

      Given the database build before its first migration
      When the migrations are run in the test environment
      Then the migrations "022", "023", "024", "025" and "026" are applied there

    @mutates
    Scenario Outline: Migration <migration> brings the <kind> <names>
      Compared before and after. If this fails: read the migration; what it lacks, every later week builds on.

      Given the database build before its first migration
      When the migrations are run in the test environment
      Then migration "<migration>" has brought the <kind> <names>

      Examples: 022, junction tables
        | criterion | migration | kind   | names                                                                                          |
        | R2-W1-01  | 022       | tables | "mes_node_stations", "mes_station_operations", "mes_worker_stations" and "mes_worker_operations" |

      Examples: 023, nodes on their own
        | criterion | migration | kind   | names                                                                                    |
        | R2-W1-02  | 023       | tables | "mes_production_plan_nodes", "mes_node_material_inputs" and "mes_node_predecessors"      |

      Examples: 024, what former tables lacked
        | criterion | migration | kind    | names                                                                               |
        | R2-W1-03  | 024       | columns | "mes_workers.current_task_plan_id" and "mes_production_plans.updated_at"            |

      Examples: 025, counters
        | criterion | migration | kind      | names                            |
        | R2-W1-04  | 025       | functions | "generate_production_plan_code"  |

      Examples: 026, notifications
        | criterion | migration | kind     | names                                                                                                      |
        | R2-W1-05  | 026       | triggers | "mes_production_plans: INSERT, UPDATE", "mes_worker_assignments: INSERT, UPDATE" and "mes_workers: INSERT, UPDATE" |

    @R2-G-01 @mutates
    Scenario: The migrations carry no data over
      The plan calls itself a fresh build and no migration. If this fails: find out what fills the tables, and from where.

      Given the database build before its first migration
      When the migrations are run in the test environment
      Then no plan, node, worker or station is in the test database

    @R2-G-01
    Scenario: No migration reads the former store
      If this fails: take the reading out; what must be carried over belongs into a step that is watched and compared.

      Given the database build
      When a trace of the former store is looked for in the migrations
      Then nothing is found

    @R2-W1-08 @smoke
    Scenario: The schema mes lists the tables of the build
      If this fails: compare the migrations that were run here with those of the release.

      Given the database build
      When the schema "mes" is listed
      Then these tables are in it
        | mes_production_plans      |
        | mes_production_plan_nodes |
        | mes_node_stations         |
        | mes_node_material_inputs  |
        | mes_node_predecessors     |
        | mes_stations              |
        | mes_operations            |
        | mes_substations           |
        | mes_workers               |
        | mes_station_operations    |
        | mes_worker_stations       |
        | mes_worker_operations     |
        | mes_worker_assignments    |

    @R2-W1-08
    Scenario: A table is the same with and without the name of its schema
      The plan lists the schema mes, and its queries name the tables without it. If this fails: put mes into the search path.

      Given the database build
      When the schema "mes" is listed
      Then each of its tables is found without the name of the schema

    @R2-W1-09 @smoke
    Scenario: The schema mes lists the indexes that the queries need
      If this fails: create the index without locking the table, and look at the plan of the query again.

      Given the database build
      When the schema "mes" is listed
      Then these columns lead an index
        | mes_production_plans      | created_at    |
        | mes_production_plan_nodes | plan_id       |
        | mes_node_stations         | node_id       |
        | mes_node_material_inputs  | node_id       |
        | mes_node_predecessors     | node_id       |
        | mes_station_operations    | station_id    |
        | mes_worker_stations       | worker_id     |
        | mes_worker_operations     | worker_id     |
        | mes_worker_assignments    | plan_id       |

    @R2-W1-10 @smoke
    Scenario: The schema mes lists keys and checks
      If this fails: without the key the database accepts what the build takes for impossible; add it, and mend the rows first.

      Given the database build
      When the schema "mes" is listed
      Then each of its tables has a primary key
      And these columns refer to a row of another table
        | mes_production_plan_nodes | plan_id       | mes_production_plans      |
        | mes_node_stations         | node_id       | mes_production_plan_nodes |
        | mes_node_stations         | station_id    | mes_stations              |
        | mes_node_material_inputs  | node_id       | mes_production_plan_nodes |
        | mes_node_predecessors     | node_id       | mes_production_plan_nodes |
        | mes_worker_assignments    | plan_id       | mes_production_plans      |
        | mes_worker_assignments    | worker_id     | mes_workers               |
      And the status of a plan is checked

  Rule: The seed fills the schema in three sizes

    @R2-W1-11
    Scenario: The seed script is in the checkout
      Given the database build
      When the document "scripts/seed-mes-data.js" of the build is read
      Then it mentions "--clear", "--minimal" and "--full"

    @mutates
    Scenario Outline: The <size> seed gives <workers> workers, <stations> stations and <plans> plans
      If this fails: the checks of later weeks count on these sizes; mend the script before it is used.

      Given the database build
      When the test database is seeded with the <size> seed
      Then it holds <workers> workers, <stations> stations and <plans> plans

      Examples:
        | criterion | size    | workers | stations | plans |
        | R2-W1-12  | minimal | 3       | 2        | 1     |
        | R2-W1-13  | full    | 50      | 20       | 100   |

    @R2-W1-14 @mutates
    Scenario: The default seed runs without a size
      The plan gives no sizes for it: more than the minimal seed, at most the full one.

      Given the database build
      When the test database is seeded with the default seed
      Then it holds 4 to 50 workers, 3 to 20 stations and 2 to 100 plans

    @R2-W1-15 @mutates
    Scenario Outline: Seeding clears what was there: <first>, then <second>
      If this fails: rows of a former seed would be counted and compared with those of the next.

      Given the database build
      And the test database holds the <first> seed
      When the test database is seeded with the <second> seed
      Then it holds <workers> workers, <stations> stations and <plans> plans

      Examples:
        | first | second  | workers | stations | plans |
        | full  | minimal | 3       | 2        | 1     |
        | full  | full    | 50      | 20       | 100   |

    @R2-W1-16 @mutates
    Scenario Outline: What the <size> seed gives is sound
      If this fails: mend the seed script, and read in the evidence which rows are named.

      Given the database build
      When the test database is seeded with the <size> seed
      Then no row of the test database refers to one that is not there
      And the nodes of each plan are numbered from 1 on without a gap

      Examples:
        | size    |
        | minimal |
        | default |
        | full    |

    @mutates
    Scenario Outline: After the <size> seed the <table> are filled
      The plan names no counts: at least one node of each plan of the minimal seed, one station of each node.

      Given the database build
      When the test database is seeded with the <size> seed
      Then its table "<name>" holds at least <n> rows

      Examples:
        | criterion | size    | table                | name                      | n   |
        | R2-W1-18  | minimal | nodes of plans       | mes_production_plan_nodes | 1   |
        | R2-W1-18  | full    | nodes of plans       | mes_production_plan_nodes | 100 |
        | R2-W1-19  | minimal | stations of nodes    | mes_node_stations         | 1   |
        | R2-W1-19  | full    | stations of nodes    | mes_node_stations         | 100 |

  Rule: The queries are right and quick

    @R2-W1-20
    Scenario: A query that joins gives what its tables hold
      Every plan is put together twice: by the query of the build, and by hand from the rows of each table.
      If this fails: read in the evidence which plan differs; a join that multiplies or loses rows is the usual cause.

      Given the database build
      When every plan is put together by the build and by hand
      Then both give the same plans

    @R2-W1-24
    Scenario: The plan's own sample query is refused by PostgreSQL
      With DISTINCT, an aggregate may only be ordered by its argument. Whoever copies the sample must know.

      Given the database build
      When the "load a plan, as the plan prints it" is tried
      Then PostgreSQL refuses it, for "ORDER BY expressions must appear in argument list"

    Scenario Outline: One query loads plan PPL-0125-001: <finding>
      That it is one statement is counted in week 3. If this fails: correct the query in the query helpers, where every controller takes it from.

      Given the database build
      When plan "PPL-0125-001" is loaded by the build
      Then <finding>

      Examples:
        | criterion | finding                                       |
        | R2-W1-24  | it has every node of the plan                 |
        | R2-W1-24  | it has every station of each node             |
        | R2-W1-25  | its nodes follow their sequence               |
        | R2-W1-26  | each of its stations has an id and a priority |

    @R2-W1-27
    Scenario: A plan without nodes has no phantom node
      An outer join gives such a plan one row of nulls. If this fails: filter the aggregate.

      Given the database build
      When a plan without nodes is loaded by the build
      Then its list of nodes is empty

    @R2-W1-28
    Scenario: Only idle workers of a station are offered
      If this fails: a worker would be given a second task, or one at a station that is not theirs.

      Given the database build
      When the workers that the build shows as idle at "ST-001" are looked up
      Then they are exactly the workers of "ST-001" that have no task

    @R2-W1-21 @R2-SC-01 @serial
    Scenario Outline: The query "<query>" is quick
      The plan says under 50 ms and no percentile: 95 % of 300 executions in the database.
      If this fails: look at the plan of the query in the evidence before an index is added.

      Given the database build
      When the query "<query>" is executed 300 times
      Then 95 % of its executions take less than 50 ms

      Examples:
        | query                                |
        | a plan with all its parts            |
        | idle workers of a station            |
        | list of plans                        |
        | stations with their operations       |
        | workers with stations and operations |

    @R2-W1-22
    Scenario Outline: The query "<query>" needs no reading of a large table from end to end
      Large is what holds more than 400 rows. If this fails: add the index, and run ANALYZE.

      Given the database build
      When the query "<query>" is explained
      Then no table of more than 400 rows is read from end to end

      Examples:
        | query                     |
        | a plan with all its parts |
        | idle workers of a station |

    @R2-W1-23
    Scenario: The query helpers are written once, for everybody
      Given the database build
      When the document "server/mes/utils/queries.js" of the build is read
      Then it mentions "loadPlan", "listPlans", "availableWorkers" and "stationsWithOperations"

  Rule: What people say of it

    @manual
    Scenario Outline: <what>
      If this is not signed: the <role> sees to it first, and signs.

      Then the <role> has signed for it

      Examples:
        | criterion | what                                                      | role           |
        | R2-W1-06  | The team has reviewed the schema                          | technical lead |
        | R2-W1-17  | What was found wrong with the seed has been put right     | database admin |

    @R2-PM-09
    Scenario: The plan itself was read again after week 1
      The plan asks for it by its last line. If this fails: read it again now, and enter it into its history.

      Given the database build
      And the papers of its team
      When the "document history" is read
      Then in its row on "after week 1" the "reviewed" is "yes"
      And no blank is left in it
