@canonical_model @phase_1
Feature: Canonical model, phase 1: development and testing
  The change is written, tested, reviewed and described before any shared system sees it.
  The phase ends when unit tests, integration tests, review, hands-on tests and the switches are all in order at once.

  Rule: The change is in the code, behind its switches

    @R1-P1-01
    Scenario Outline: In <place> stands <part>
      If this fails: merge what is missing before the release is built.

      Given a development system
      When <place> is searched for <part>
      Then it is found

      Examples:
        | place             | part                       |
        | the server code   | the enrichment of times    |
        | the server code   | the validation of nodes    |
        | the plan routes   | the choice of nodes        |
        | the plan designer | the canonical time field   |
        | the plan designer | the canonical skills field |

    @R1-AP-01 @R1-P1-02
    Scenario: One module reads the flags, for everybody
      If this fails: a second reader may go by another spelling, and the switch would govern half of the system.

      Given a development system
      When the code is searched for the reading of flags
      Then it is found in "quote-portal/config/featureFlags.js" and nowhere else

    @R1-AP-04
    Scenario: The sample configuration is the safe one
      Whoever copies it begins with the model off and validation on. If this fails: correct the sample.

      Given a development system
      When the sample configuration is read
      Then it sets FEATURE_USE_CANONICAL_NODES to "false"
      And it sets FEATURE_ENABLE_VALIDATION to "true"

    @mutates
    Scenario Outline: <flag> written as <value> is <state>
      The model needs the word true, and nothing else will do; validation ends with the word false alone.
      If this fails: a slip of the pen in a configuration would switch something that nobody meant to switch.

      Given a development system
      When the backend is restarted with <flag> <value>
      Then the flag is <state>

      Examples: the canonical model
        | criterion          | flag                        | value         | state |
        | R1-AP-02, R1-P1-02 | FEATURE_USE_CANONICAL_NODES | set to "true" | on    |
        | R1-AP-02           | FEATURE_USE_CANONICAL_NODES | set to "TRUE" | off   |
        | R1-AP-02           | FEATURE_USE_CANONICAL_NODES | set to "1"    | off   |
        | R1-AP-02           | FEATURE_USE_CANONICAL_NODES | set to "yes"  | off   |
        | R1-AP-02           | FEATURE_USE_CANONICAL_NODES | absent        | off   |

      Examples: validation
        | criterion          | flag                      | value          | state |
        | R1-AP-03, R1-P1-02 | FEATURE_ENABLE_VALIDATION | set to "false" | off   |
        | R1-AP-03           | FEATURE_ENABLE_VALIDATION | set to "0"     | on    |
        | R1-AP-03           | FEATURE_ENABLE_VALIDATION | set to "no"    | on    |
        | R1-AP-03           | FEATURE_ENABLE_VALIDATION | absent         | on    |

    @R1-AP-06 @R1-P1-02 @mutates
    Scenario: Without validation even an invalid plan is accepted
      The way out when a rule of the schema turns out to be wrong. If this fails: such a rule would stop all planning.

      Given a development system
      And validation is switched off
      When a plan is sent with a step of 0 minutes
      Then it is accepted and stored

  Rule: A plan has one source of steps, and the switch decides which

    @mutates
    Scenario Outline: With the model <state> a plan stored in <shapes> is read from its <source>
      If this fails: planners and operators may see different steps of one plan; do not deploy.

      Given a development system, with the canonical model <state>
      And a plan that is stored in <shapes>
      When the plan is loaded
      Then its steps are those of its <source>

      Examples:
        | criterion           | state | shapes          | source          |
        | R1-FAQ-01, R1-P1-06 | on    | both            | nodes           |
        | R1-FAQ-01           | off   | both            | execution graph |
        | R1-AP-05, R1-P1-12  | on    | execution graph | execution graph |
        | R1-AP-05            | off   | nodes           | nodes           |

    @R1-AP-07
    Scenario: With the model off the log says when an execution graph is used
      Given a development system
      And the end of the backend log is known
      When a plan that only has an execution graph is loaded
      Then the backend log has since said "Using executionGraph (feature flag disabled)"

    @R1-P1-12 @mutates
    Scenario: Through the fallback an old plan can be worked to its end
      If this fails: every plan that exists would have to be migrated on the day of the deployment.

      Given a development system, with the canonical model on
      When a plan in the old shape is created, edited, launched and worked to its end
      Then every one of its 3 steps is completed
      And its quantity is 12

  Rule: The backend keeps the canonical model

    @R1-P1-06 @mutates
    Scenario: What is sent as nodes is read as nodes
      If this fails: something is lost or renamed between the routes and the store.

      Given a development system, with the canonical model on
      When a plan is sent and read again
      Then its nodes are as they were sent

    @R1-P1-07 @mutates
    Scenario: A step takes its nominal time divided by its efficiency
      The plan gives no formula; this table is the agreed one. If this fails: every promised date is wrong.

      Given a development system, with the canonical model on
      And a plan with these steps
        | operation | nominal time | efficiency |
        | OP-CUT    | 45 min       | 90 %       |
        | OP-WELD   | 30 min       | 75 %       |
        | OP-MILL   | 20 min       | 60 %       |
        | OP-BEND   | 7 min        | 50 %       |
        | OP-PACK   | 12 min       | 100 %      |
      When the plan is loaded
      Then its steps take 50, 40, 33.33, 14 and 12 minutes

    @R1-P1-02 @R1-P1-08 @mutates
    Scenario Outline: A plan with <flaw> is refused
      If this fails: the plan would stop the shop floor instead of its planner.

      Given a development system
      When a plan is sent with <flaw>
      Then it is refused for this and no other reason
        | <reason> |
      And nothing of it is stored

      Examples:
        | flaw                           | reason                                                          |
        | a step of 0 minutes            | nodes[0].nominalTime must be > 0                                |
        | a step without an operation    | nodes[1].operationId is required                                |
        | skills that are no list        | nodes[0].requiredSkills must be of type array                   |
        | an efficiency above 100 %      | nodes[0].efficiency must be <= 1                                |
        | steps that wait for each other | nodes must not depend on each other in a circle: N1 -> N2 -> N1 |

    @R1-FAQ-02 @mutates
    Scenario: A refusal names every mistake, not just the first
      If this fails: planners would mend one mistake at a time, and try again after each.

      Given a development system
      When a plan is sent with three mistakes in three places
      Then it is refused for these and no other reasons
        | nodes[0].nominalTime must be > 0 |
        | nodes[1].operationId is required |
        | quantity must be > 0             |

    @R1-P1-09 @R1-FAQ-03 @mutates
    Scenario: Short stock makes a partial reservation that shows what is missing
      If this fails: either the line stands still, or material is promised that is not there.

      Given a development system, with the canonical model on
      And a launched plan that needs more of a material than there is
      When its first assignment is started although the stock is short
      Then it has reserved all that was free
      And the assignment shows less reserved than planned

    @R1-P1-10 @mutates
    Scenario: Nobody can consume more than was reserved
      If this fails: the stock of the system and the stock on the shelf drift apart.

      Given a development system, with the canonical model on
      And a launched plan
      When its first assignment is completed with twice the material that it has reserved
      Then it has consumed what was reserved and no more

    @R1-P1-11
    Scenario: Four counters tell how the model fares
      Given a development system
      When the metrics are read
      Then they hold exactly the four counters of the plan

    @R1-P1-20 @mutates
    Scenario: The counters can be read, and reset for a test
      Before a reset they count at least the plans that still need the fallback.

      Given a development system
      And the count of plans on the execution graph is not 0
      When the counters are reset
      Then every counter is 0

  Rule: The plan designer speaks the canonical model

    @mutates
    Scenario Outline: When a planner saves a plan, <promise>
      If this fails: compare what the page sends with the schema; the former frontend must not be brought back.

      Given a development system
      When a planner saves a plan of two steps in the designer
      Then <promise>

      Examples:
        | criterion | promise                                                    |
        | R1-P1-13  | the designer has sent every step with the canonical fields |
        | R1-P1-14  | the designer has sent no execution graph                   |
        | R1-P1-15  | the designer has sent the typed times as nominal times     |
        | R1-P1-16  | the designer has sent the typed skills as required skills  |

  Rule: The tests were run, all of them

    @mutates
    Scenario Outline: "<command>" runs <n> tests, and all of them pass
      Fewer tests than planned prove less than planned. If this fails: do not leave phase 1.

      Given a development system
      When "<command>" is run
      Then <n> tests pass and none fails

      Examples:
        | criterion          | command                      | n  |
        | R1-P1-17, R1-AP-13 | npm run test:mes:unit        | 17 |
        | R1-P1-18, R1-AP-14 | npm run test:mes:integration | 3  |
        | R1-AP-15           | npm run test:mes             | 20 |
        | R1-P1-03, R1-AP-12 | npm test                     | 23 |

    @R1-AP-16 @mutates
    Scenario: The smoke tests are quick, and leave nothing behind
      The plan calls them quick without a figure: a rollback of 5 minutes can spare one of them.

      Given a development system
      And the checksum of every plan is known
      When "npm run test:smoke" is run
      Then every test passes
      And it ends within 1 minute
      And no plan has changed

    @R1-P1-24 @mutates
    Scenario: Phase 1 ends when its five exit criteria are met together
      Unit tests, integration tests, review, hands-on tests and switches: four out of five are not enough.

      Given a development system
      When "npm run test:mes" is run
      Then 20 tests pass and none fails
      And the build has the flag of the model and the flag of validation
      And the hands-on tests are signed for as R1-P1-04
      And the review is signed for as R1-P1-05

  Rule: It is written down, and every phase has a way back

    Scenario Outline: <document> tells what it must
      If this fails: write what is missing; staging cannot be tested by people who have nothing to go by.

      Given a development system
      When the document "<document>" is read
      Then it mentions <phrases>

      Examples:
        | criterion | document                   | phrases                                                                            |
        | R1-P1-19  | TEST-SCENARIOS.md          | "create a plan", "launch a plan", "stock is short" and "canonical flag off"        |
        | R1-P1-21  | docs/API.md                | "changes of this release", "nominalTime" and "requiredSkills"                      |
        | R1-P1-22  | docs/MIGRATION-STRATEGY.md | "rehearse", "convert", "so that the flag can go back" and "checksum"               |
        | R1-P1-23  | docs/ROLLOUT-PLAN.md       | "five phases", "FEATURE_USE_CANONICAL_NODES", "phase 1 completed" and "next phase" |

    @R1-G-06
    Scenario: Each of the five phases has a way back
      The plan itself gives none for phases 1 and 5; the team's own dates must. If this fails: agree on one now.

      Given a development system
      When the "phase dates" is read
      Then it has 5 rows
      And each of its rows gives "start", "end" and "rollback_procedure"

  Rule: What only people can say

    @manual
    Scenario Outline: <what>
      If this fails: ask the <role>, and have the record signed.

      Then the <role> has signed for it

      Examples:
        | criterion | what                                                            | role      |
        | R1-P1-04  | The change was tried by hand in the development environment     | QA lead   |
        | R1-P1-05  | The change was reviewed by peers, and the review was signed off | tech lead |
