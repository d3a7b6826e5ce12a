@postgres_build @phase_3
Feature: Database build, week 3: reading moves to the database
  Every read of the former store gets its counterpart in SQL, and both are compared.
  The week ends when not one answer differs and a plan is read in under 50 ms.

  Rule: The list of plans

    @smoke
    Scenario Outline: The list of plans: <finding>
      The week before gave a count, this week gives nodes; both are served. If this fails: pages of either week would break.

      Given the database build
      When the list of plans is read
      Then <finding>

      Examples:
        | criterion | finding                                              |
        | R2-W3-01  | each of its nodes has an id, a name and a nominal time |
        | R2-W3-02  | the nodes of each entry follow their sequence        |

    @R2-W3-03 @R2-W3-05 @R2-SC-03
    Scenario: Both stores give the same plans
      Every plan is read from the former store's instance and from the database's, and compared field by field.
      If this fails: read in the evidence which plan differs; do not send anybody to the database before it is zero.

      Given the database build
      When every plan is read from blue and from green
      Then both give the same plans

    @R2-W3-04 @mutates
    Scenario: A difference between the stores is written into the log
      A document of the former store is changed by the scenario, and put back.
      If this fails: differences would go by unnoticed while both stores are in use.

      Given the database build while green reads both stores
      And the end of the log of green is known
      When a plan is read that the former store holds with another quantity
      Then the log of green has since said that this plan differs in "quantity"

    @R2-W3-05
    Scenario: No difference between the stores is left in the log
      If this fails: resolve each of them, and read every plan once more.

      Given the database build while green reads both stores
      And the end of the log of green is known
      When every plan is read from blue and from green
      Then the log of green has since said of no plan that it differs

    @R2-W3-06 @serial
    Scenario: Listing the plans is timed
      The plan gives no limit of its own for the list: that of the rollout.

      Given the database build
      When the list of plans is read 300 times
      Then 95 % of their response times are below 100 ms

  Rule: The plan in detail

    @R2-W3-07
    Scenario: A plan in detail is one statement
      Six queries of the former store become one. Counted by the statistics of the database.
      If this fails: look for a query in a loop.

      Given the database build
      When one plan is read while the statements of the database are counted
      Then the database has executed 1 statement for it

    @R2-W3-08
    Scenario: Ten different plans are read rightly
      Each compared with its rows, one by one. If this fails: read in the evidence which plan differs in what.

      Given the database build
      When 10 different plans are read
      Then each says what its rows say of nodes, stations, material inputs and predecessors

    @R2-W3-09 @serial
    Scenario: A plan is read in under 50 ms
      No percentile is given: 95 % of 300 readings. If this fails: look at the query's plan before the pool's size.

      Given the database build
      When a plan is read 300 times
      Then 95 % of their response times are below 50 ms

  Rule: Workers and the rest

    Scenario Outline: Workers say their <what>
      If this fails: the join over the junction table is missing or multiplies.

      Given the database build
      When the list of workers is read
      Then each entry has exactly the <what> that the database says

      Examples:
        | criterion | what       |
        | R2-W3-10  | stations   |
        | R2-W3-11  | operations |

    @R2-W3-12 @mutates
    Scenario: The current task of a worker is tracked
      If this fails: idle workers look busy, or busy ones are given a second task.

      Given the database build
      And a new plan for one idle worker
      When the plan is brought to production
      Then the worker's current task is this plan

    @R2-W3-13 @smoke
    Scenario: The assignments of workers are listed
      Given the database build
      When the list of worker assignments is read
      Then each entry names its plan, its worker and its state

    @R2-W3-13
    Scenario: The assignments are those of the database
      If this fails: read in the evidence which assignment differs.

      Given the database build
      When the list of worker assignments is read
      Then it says of every entry what the database says
