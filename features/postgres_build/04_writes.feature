@postgres_build @phase_4
Feature: Database build, week 4: writing moves to the database
  A plan is created with nodes, stations, materials and assignments in one transaction, or not at all.
  The week ends when every write leaves exactly the rows that it should.

  Rule: A plan is created whole or not at all

    @R2-W4-01 @R2-W4-09 @mutates
    Scenario: Everything of a new plan is written in one transaction
      Plan, nodes and assignments carry the mark of the transaction that wrote them.
      If this fails: a crash in between leaves half a plan; do not release it.

      Given the database build
      When a plan with 3 nodes is created
      Then all of its rows were written by one transaction

    @R2-W4-02 @mutates
    Scenario Outline: A failure half-way, <where>, leaves no row at all
      If this fails: half a plan stays behind, and the shop floor works by it.

      Given the database build
      When a plan is sent that fails <where>
      Then it is not accepted
      And no row of it is in the database

      Examples:
        | where                          |
        | at the station of its last node |
        | at its last material           |
        | at its last assignment         |

    @mutates
    Scenario Outline: A new plan in the database: <finding>
      If this fails: compare what was sent with the rows in the evidence.

      Given the database build
      When a plan with 3 nodes is created
      Then <finding>

      Examples:
        | criterion          | finding                                                    |
        | R2-W4-03           | its id comes from the generator of codes                   |
        | R2-W4-04           | its row holds the work order code that was sent            |
        | R2-W4-05, R2-W4-14 | its nodes are stored as they were sent                     |
        | R2-W4-06, R2-W4-14 | the stations of its nodes are stored with their priorities |
        | R2-W4-07, R2-W4-14 | the material needs of its nodes are stored as they were sent |
        | R2-W4-08, R2-W4-14 | the predecessors of its nodes are stored as they were sent |
        | R2-W4-09, R2-W4-14 | its assignments are stored as they were answered           |

    @mutates
    Scenario Outline: A plan with <n> nodes can be created
      Given the database build
      When a plan with <n> nodes is created
      Then its nodes are stored as they were sent
      And reading it gives <n> nodes

      Examples:
        | criterion | n  |
        | R2-W4-10  | 1  |
        | R2-W4-11  | 10 |

    @R2-W4-12 @mutates
    Scenario: A node without a worker gets one
      The plan gives no rule: the first idle worker by id who has the operation and a station of the node.
      If this fails: look at the rule and at the workers in the evidence.

      Given the database build
      When a plan is created without naming workers
      Then each of its nodes has the worker that the rule picks

    @R2-W4-13 @mutates
    Scenario: The material summary adds up what the nodes need
      If this fails: purchasing orders by this summary.

      Given the database build
      When a plan with 3 nodes is created
      Then its material summary is the sum of what its nodes need

    @R2-W4-15 @mutates
    Scenario: Plans that are created at the same moment get codes of their own
      If this fails: two plans with one code overwrite each other; look at the counter sequence.

      Given the database build
      When 30 plans of the build are created at the same moment
      Then each is accepted, with a code of its own
      And each of them is in the database

    @R2-SC-02 @R2-W4-01 @mutates @serial
    Scenario: Creating a plan takes under 100 ms
      No percentile is given: 95 % of 240 creations. If this fails: look for statements that are sent node by node.

      Given the database build
      When 240 plans of the build are created one after the other
      Then 95 % of their response times are below 100 ms

  Rule: A plan is changed step by step

    @R2-W4-16 @mutates
    Scenario: The fields of a plan can be changed
      Given the database build
      And a new plan
      When its quantity and its work order are changed
      Then reading it gives what was changed, and all else as before

    @R2-W4-17 @mutates
    Scenario: A plan goes from draft to released to production
      Given the database build
      And a new plan
      When the plan is brought to production
      Then it was "draft", "released" and "production", one after the other

    @R2-W4-17 @mutates
    Scenario Outline: A <from> plan cannot become <to>
      The plan names one way only; going back and skipping are read as refused.
      If this fails: material would be consumed twice, or never.

      Given the database build
      And a plan of the build that is "<from>"
      When its status is set to "<to>"
      Then it is not accepted
      And the plan is still "<from>"

      Examples:
        | from       | to         |
        | draft      | production |
        | released   | draft      |
        | production | released   |
        | production | draft      |

    @R2-W4-18 @mutates
    Scenario: Releasing a plan takes its material from stock, once
      If this fails: stock in the system and stock on the shelf drift apart.

      Given the database build
      And a new plan
      When the plan is released
      Then the stock of each material has fallen by what the plan needs
      And a movement is on record for each of them

    @R2-W4-19 @mutates
    Scenario: Releasing a plan assigns nodes that have nobody
      Given the database build
      And a new plan without workers, and somebody who could do it since
      When the plan is released
      Then each of its nodes has the worker that the rule picks

  Rule: Workers and master data can be written

    @mutates
    Scenario Outline: A worker can be <what>
      If this fails: compare the answer with the rows in the evidence.

      Given the database build
      And a new worker
      When the worker is given <change>
      Then the database holds the worker with <change>

      Examples:
        | criterion | what                           | change                                       |
        | R2-W4-20  | created and renamed            | another name                                 |
        | R2-W4-21  | moved between stations         | other stations                               |
        | R2-W4-21  | taken away from every station  | no station                                   |
        | R2-W4-22  | qualified for other operations | other operations                             |
        | R2-W4-22  | left without qualification     | no operation                                 |

    @mutates
    Scenario Outline: A <kind> can be created and changed
      Given the database build
      And a new <kind>
      When the <kind> is given another name
      Then the database holds the <kind> with another name

      Examples:
        | criterion | kind       |
        | R2-W4-23  | station    |
        | R2-W4-24  | operation  |
        | R2-W4-25  | substation |
