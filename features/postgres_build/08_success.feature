@postgres_build @success
Feature: Database build: success of the whole rollout
  What six weeks are measured by in the end: quick, whole, tested, watched, and known to those who run it.
  All boxes of the plan are ticked in advance; here each of them is proven by a run.

  Rule: It is quick

    @R2-W3-09 @R2-SC-01 @serial
    Scenario: A plan is read in under 50 ms after the rollout
      If this fails: compare with week 3; what has grown since is the first suspect.

      Given the database build after its rollout
      When a plan is read 300 times
      Then 95 % of their response times are below 50 ms

    @R2-SC-01 @serial
    Scenario Outline: The query "<query>" stays quick after the rollout
      Given the database build after its rollout
      When the query "<query>" is executed 300 times
      Then 95 % of its executions take less than 50 ms

      Examples:
        | query                          |
        | a plan with all its parts      |
        | list of plans                  |
        | idle workers of a station      |

    @R2-W5-13 @mutates @serial
    Scenario: Real-time updates arrive within a second after the rollout
      Given the database build after its rollout
      And 5 listeners on the stream of plans
      When 24 plans are created and changed
      Then each of the events was there within 1 s
      And every listener has heard of each of them

    @R2-W6-11
    Scenario: Of all recorded requests hardly any failed
      If this fails: the rollout is not a success yet; read the log of green by the hours of the errors.

      Given the database build after its rollout
      When the recorded traffic of green is read
      Then the share of its requests that failed is below 0.1 %

  Rule: It is whole

    Scenario Outline: Every <part> of the former store is in the database
      Compared row by row, field by field: no count can stand for it.
      If this fails: read in the evidence which rows differ; do not retire the former store.

      Given the database build
      When the <part> of both stores are compared row by row
      Then none is missing, none is different and none is too many

      Examples: plans and nodes
        | criterion | part  |
        | R2-SC-03  | plans |
        | R2-SC-03  | nodes |

      Examples: relationships
        | criterion | part                     |
        | R2-SC-04  | stations of nodes        |
        | R2-SC-04  | material needs of nodes  |
        | R2-SC-04  | predecessors of nodes    |
        | R2-SC-04  | assignments              |
        | R2-SC-04  | stations of workers      |
        | R2-SC-04  | operations of workers    |
        | R2-SC-04  | operations of stations   |

    @R2-SC-05 @smoke
    Scenario: Nothing refers to a row that is not there
      Every foreign key is looked at, whether the database enforces it or not, and what refers without one.
      If this fails: read the examples in the evidence; validate the key once the rows are mended.

      Given the database build
      When every reference of the schema "mes" is followed
      Then not one of them leads nowhere

    @R2-SC-06 @R2-W4-18 @smoke
    Scenario: What was consumed is what was planned, plan by plan and material by material
      The plan does not say against what: the needs of every released plan, and its movements.
      If this fails: read in the evidence which plan and material differ; count the shelf.

      Given the database build
      When consumption is audited by plan and material
      Then every released plan has consumed what it needs, and no draft has consumed anything

    @R2-SC-06 @smoke
    Scenario: What is in stock is what was there, less what was consumed
      Given the database build
      When consumption is audited by plan and material
      Then the stock of each material is its first stock less all movements

  Rule: It is well made

    @R2-SC-07
    Scenario: Every module of the old code has its new home
      8 511 lines prove nothing by themselves: the list of modules must add up to them, and each home must be there.
      If this fails: find out who uses the module that is named.

      Given the database build after its rollout
      And the papers of its team
      When the "module list" is read
      Then its "lines" add up to 8 511
      And each "new_home" in it is a file of the checkout

    @R2-SC-08
    Scenario Outline: The MES routes no longer <what> the former store
      Before the rollout is over blue needs it: this is for afterwards. If this fails: take the code out.

      Given the database build after its rollout
      When <trace> is looked for in the MES routes
      Then nothing is found

      Examples:
        | what    | trace                        |
        | require | the package of the former store |
        | read    | a trace of the former store  |

    @R2-SC-09 @mutates
    Scenario: The tests cover more than 80 % of the lines
      Lines are measured, by a run. If this fails: read which files are named as uncovered.

      Given the database build
      When the coverage of the tests is measured
      Then more than 80 % of the lines are covered

    @R2-SC-10
    Scenario: No regression has come to production
      If this fails: write the test that would have found it, before anything else.

      Given the database build after its rollout
      And the papers of its team
      When the "defect list" is read
      Then none of its defects is a regression in production
      And it says until when it was kept, after the rollout

    @R2-SC-14
    Scenario: A box that is ticked names the run that proves it
      The plan has all of them ticked before week 1 is over. If this fails: take the tick away, or run the check.

      Given the database build after its rollout
      When the document "docs/MES-IMPLEMENTATION-PLAN.md" of the build is read
      Then each ticked box under "Success criteria" names a run, not before the rollout

  Rule: It is finished in time, and known to those who run it

    @R2-G-02
    Scenario: The roadmap took six weeks
      If this fails: say to those who wait what took longer.

      Given the database build after its rollout
      And the papers of its team
      When the "phase dates" is read
      Then it has 6 rows
      And all phases lie within 6 weeks
      And each phase begins after the one before it has ended

    @R2-PM-02
    Scenario Outline: The documents tell of the new system: <document>
      If this fails: whoever reads them would look into a store that is gone.

      Given the database build after its rollout
      When the document "<document>" of the build is read
      Then it mentions <phrases>

      Examples:
        | document          | phrases                                                  |
        | docs/API.md       | "/api/mes/production-plans", "/api/mes/stream/plans" and "Last-Event-ID" |
        | docs/OPERATION.md | "PostgreSQL", "pg_stat_statements" and "migrate:rollback -- --all" |

    @manual
    Scenario Outline: <what>
      If this is not signed: the <role> sees to it first, and signs.

      Then the <role> has signed for it

      Examples:
        | criterion | what                                              | role           |
        | R2-SC-13  | Staff can write the SQL that they need            | database admin |
        | R2-PM-03  | Knowledge was handed over in a session            | technical lead |
        | R2-PM-04  | The team has celebrated                           | technical lead |
