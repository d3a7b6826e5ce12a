@canonical_model @phase_2
Feature: Canonical model, phase 2: staging
  Staging carries the new model behind a switch, on a copy of real plans.
  The phase ends when old plans still work, new ones use nodes only, and going back has been tried.

  Rule: Staging is ready, and there is a way back

    @R1-P2-01
    Scenario: Staging holds plans shaped like production's
      If this fails: copy production's plans to staging; tests on toy data prove nothing.

      Given a staging system before the migration
      When the stored plans are examined
      Then at least 100 plans are stored
      And they differ in length, from 5 steps or fewer to 8 or more
      And every one has an order, a quantity, and steps with operation, time and skills

    @R1-P2-03
    Scenario: Everything was exported before the deployment
      If this fails: do not go on; take the export again and check it.

      Given a staging system before the migration
      When the latest export is examined
      Then the export was taken before the deployment
      And the export holds every plan, material and assignment of its time
      And the export is whole

    @R1-P2-03 @mutates
    Scenario: A new export is complete and stands in the catalogue
      If this fails: the export tool cannot be trusted with the pre-migration export either.

      Given a staging system before the migration
      When an export is taken
      Then the export is in the catalogue
      And the export holds every plan, material and assignment of its time
      And the export is whole

    @R1-P2-05 @mutates
    Scenario: The export has been restored on a separate instance
      An export that was never restored is a hope. If this fails: mend the export before anything is deployed.

      Given a staging system before the migration
      When the latest export is restored on a separate instance
      Then not a row differs between the export and what was restored

  Rule: The release is live with its switch off

    Scenario Outline: Staging starts with <flag> set to <value>
      If this fails: correct the .env file and restart the backend.

      Given a staging system before the migration
      When the configuration is read
      Then it sets <flag> to "<value>"

      Examples:
        | criterion | flag                        | value |
        | R1-P2-06  | FEATURE_USE_CANONICAL_NODES | false |
        | R1-P2-07  | FEATURE_ENABLE_VALIDATION   | true  |

    @R1-P2-08
    Scenario: The running process sees the configured flags
      If this fails: the process was not restarted, or its manager holds on to older values.

      Given a staging system before the migration
      And the backend has been in use since its start
      When the configuration is read
      Then the running process goes by every flag in it
      And the backend log says "FEATURE_USE_CANONICAL_NODES=false"

    @R1-G-03
    Scenario: One switch governs the canonical model
      Everything about the way back hangs on this one switch. If this fails: nobody may count on the rollback.

      Given a system with the canonical model on
      When the configuration is read
      Then one switch and no other governs the canonical model
      And the running process goes by it

    @R1-P2-09
    Scenario: The new backend is live
      If this fails: wait until every instance is replaced, or deploy again.

      Given a staging system before the migration
      When the backend is asked 10 times over new connections
      Then every answer comes from the release that is verified

    @R1-P2-10
    Scenario: The new frontend is live
      If this fails: build the frontend and publish it; browsers may still be given the old one.

      Given a staging system before the migration
      When the plan designer is fetched
      Then its page is of the release that is served

    @R1-P2-11
    Scenario: Backend and frontend answer
      Given a staging system before the migration
      When the plan designer is fetched
      Then the service is up

    @R1-P2-12
    Scenario: The log shows no errors since the deployment
      If this fails: explain each error before anyone tests on this system.

      Given a staging system before the migration
      When the backend log is read since the deployment
      Then it holds no errors

  Rule: The migration is rehearsed, and the rehearsal can be read

    @R1-P2-14
    Scenario: Rehearsing the migration writes nothing
      If this fails: stop; the script writes in its dry run. Restore staging and mend the script.

      Given a system that is being migrated
      And the checksum of every plan is known
      When the migration is rehearsed
      Then no plan has changed

    Scenario Outline: The rehearsal's "<key>" is <count>
      If this fails: read the report's errors before anyone runs the migration for real.

      Given 150 plans that only have an execution graph
      When the migration is rehearsed
      Then the report says "<key>" is <count>

      Examples:
        | criterion          | key                                  | count |
        | R1-P2-19           | Total plans                          | 150   |
        | R1-P2-20           | Already migrated (have nodes[])      | 0     |
        | R1-P2-15, R1-P2-21 | Will migrate (have executionGraph[]) | 150   |
        | R1-P2-22           | Errors                               | 0     |

    Scenario Outline: A reviewer can rely on this: <promise>
      The go or no-go for the migration is read from this report by people; what it leaves out is decided blindly.

      Given 150 plans that only have an execution graph
      When the migration is rehearsed
      Then <promise>

      Examples:
        | criterion | promise                                                             |
        | R1-P2-13  | the rehearsal comes to its end                                      |
        | R1-P2-18  | the report opens with its title and a ruler                         |
        | R1-P2-23  | the report's counts add up to its total                             |
        | R1-P2-24  | the report ends with a sample conversion for each plan to migrate   |
        | R1-P2-25  | the report shows that PLAN-1224-001 goes from 5 to 5 nodes          |
        | R1-P2-26  | the report shows that PLAN-1224-002 goes from 8 to 8 nodes          |

    Scenario Outline: The rehearsal lists <problem>
      If this fails: plans with this problem would surface in the maintenance window; mend the script's checks.

      Given plans of which some have <problem>
      When the migration is rehearsed
      Then it lists exactly the plans of "<heading>", each with its reason

      Examples:
        | criterion | problem              | heading              |
        | R1-P2-16  | validation errors    | Validation errors    |
        | R1-P2-17  | field mapping issues | Field mapping issues |

  Rule: With the switch off, everything works as before

    @R1-P2-28 @mutates
    Scenario: A plan saved with the model off is stored with nodes
      If this fails: plans saved in the meantime would have to be migrated later.

      Given a staging system before the migration
      When a new plan is created and launched
      Then it is stored with nodes and without an execution graph

    @R1-P2-29 @mutates
    Scenario: Launching a plan gives the workers their assignments
      Given a staging system before the migration
      When a new plan is created and launched
      Then each of its 3 steps has one assignment

    @R1-P2-30 @mutates
    Scenario: The log says that nodes were used
      With the model off this holds for plans that have nodes only; older ones are logged as using their execution graph.

      Given a staging system before the migration
      And the end of the backend log is known
      When a new plan is created and launched
      Then the backend log has since said "Using nodes (canonical model)"

    @R1-P2-31 @mutates
    Scenario: Working on an assignment moves its material
      If this fails: stop using this release; stock and reality drift apart with every assignment.

      Given a staging system before the migration
      And a launched plan
      When its first assignment is started and completed
      Then starting it reserved what it needs
      And completing it took that from stock and holds nothing back

    @mutates
    Scenario Outline: A plan in the <shape> shape lives from creation to completion with the model <state>
      If this fails: the switch is not neutral; read the backend log from the time of the run.

      Given a staging system before the migration, with the canonical model <state>
      When a plan in the <shape> shape is created, edited, launched and worked to its end
      Then every one of its 3 steps is completed
      And its quantity is 12
      And the canonical model is <state>

      Examples: nothing that worked before breaks
        | criterion | shape | state |
        | R1-P2-46  | old   | off   |
        | R1-P2-46  | new   | off   |

      Examples: the new model works end to end
        | criterion | shape | state |
        | R1-P2-47  | new   | on    |

  Rule: With the switch on, new plans use nodes and old ones still work

    @R1-P2-32 @mutates
    Scenario: The flag and a restart activate the model
      If this fails: look at what the process manager hands to the backend when it starts it.

      Given a staging system before the migration
      When the canonical model is switched on
      Then the canonical model is on

    Scenario Outline: An old plan still loads: <effect>
      Old plans must work until the day they are migrated. If this fails: switch the model off.

      Given a staging system before the migration, with the canonical model on
      And the end of the backend log is known
      When a plan that only has an execution graph is loaded
      Then <effect>

      Examples:
        | criterion | effect                                                            |
        | R1-P2-33  | all of its steps come from its execution graph                    |
        | R1-P2-34  | the backend log has since said "executionGraph is deprecated"     |

    @R1-P2-35 @mutates
    Scenario: A new plan uses nodes
      Given a staging system before the migration, with the canonical model on
      When a new plan is created
      Then it is read from its nodes
      And the canonical model is on

    @R1-P2-36 @mutates
    Scenario: Launching a plan applies each step's efficiency to its time
      If this fails: every promise made to a customer from such a plan is wrong; switch the model off.

      Given a staging system before the migration, with the canonical model on
      And a plan with these steps
        | operation | nominal time | efficiency |
        | OP-CUT    | 45 min       | 90 %       |
        | OP-WELD   | 30 min       | 75 %       |
        | OP-PACK   | 12 min       | 100 %      |
      When the plan is launched
      Then its assignments take 50, 40 and 12 minutes

    @R1-FAQ-04 @mutates
    Scenario Outline: The operator may <decide> after a partial reservation
      A short stock must not stop the line, and it must not be hidden from the one who decides.

      Given a staging system before the migration, with the canonical model on
      And a launched plan that needs more of a material than there is
      When the operator starts its first assignment in the designer and chooses to <decide>
      Then the operator was warned that the reservation is partial
      And the assignment is <state>

      Examples:
        | decide  | state       |
        | proceed | in progress |
        | cancel  | pending     |

    @R1-P2-27 @mutates
    Scenario: A user can create a plan in the designer with the model off
      If this fails: planners cannot work; go back to the former frontend.

      Given a staging system before the migration
      When a planner saves a plan of two steps in the designer
      Then the plan is stored with its two steps
      And the page had no errors

  Rule: The figures are watched, and they are quiet

    @R1-P2-38
    Scenario: The metrics are exactly the four counters
      Given a staging system before the migration, with the canonical model on
      When the metrics are read
      Then they hold exactly the four counters of the plan

    @mutates
    Scenario Outline: After a clean run the count of <what> is <count>
      If this fails: find out what was counted before anyone relies on the rates.

      Given a staging system before the migration, with the canonical model on
      When a clean run creates 5 plans and works one of them to its end
      Then the count of <what> is <count>

      Examples:
        | criterion | what                         | count |
        | R1-P2-39  | reservation mismatches       | 0     |
        | R1-P2-40  | plans on the execution graph | 150   |
        | R1-P2-41  | capped consumptions          | 0     |
        | R1-P2-42  | validation errors            | 0     |

    @R1-P2-37 @mutates
    Scenario: The metrics can be watched through the switch
      Given a staging system before the migration
      When the metrics are read before, during and after the switch to the canonical model
      Then every reading holds the four counters
      And no reading counts a mismatch, a capped consumption or a validation error

    Scenario Outline: In the staging week the <rate> rate is <limit>
      What an anomaly is, the plan leaves open: these are the levels at which its own alerts begin, and its target for validation.
      If this fails: look for the cause before the pilot is planned.

      Given a staging system after a week of use
      When the figures of the week are read
      Then the <rate> rate is <limit>

      Examples:
        | criterion | rate                 | limit         |
        | R1-P2-02  | reservation mismatch | at most 10 %  |
        | R1-P2-02  | validation error     | at most 2 %   |
        | R1-P2-02  | consumption capping  | at most 5 %   |
        | R1-P2-48  | validation error     | below 1 %     |

    @R1-P2-49 @serial
    Scenario: Plans load as fast as before
      If this fails: profile the reading of nodes; the pilot's users would feel it.

      Given the response times of 100 plan readings before the migration
      And a staging system before the migration, with the canonical model on
      When 100 plan readings are timed
      Then their response times are within 10 % of the baseline

    @R1-P2-43 @mutates
    Scenario: Ten plans can be created at the same moment
      Given a staging system before the migration, with the canonical model on
      When 10 plans are created at the same moment
      Then each is accepted, with an id of its own
      And all of them are stored

    @R1-P2-44 @mutates
    Scenario: Five plans can be launched at the same moment
      Given a staging system before the migration, with the canonical model on
      And 5 plans that were just created
      When they are launched at the same moment
      Then each has one assignment for each of its 3 steps

    @R1-P2-45 @mutates @serial
    Scenario: Ten creations at once take no longer than ten in a row
      The plan wants these times measured beside the baseline and sets no limit. Ten times one creation is what a queue
      would cost: if this fails, requests hinder each other, and a busy morning will be slower than an idle one.

      Given a staging system before the migration, with the canonical model on
      And the response times of 20 plan creations one after the other
      When 10 plans at a time are created, 3 times over
      Then their response times are at most 10 times the baseline

  Rule: Going back works

    @mutates
    Scenario Outline: After a rollback on staging <effect>
      If this fails: production has no way back either; do not plan the pilot.

      Given a staging system before the migration, with the canonical model on
      When the canonical model is rolled back
      Then <effect>

      Examples:
        | criterion | effect                            |
        | R1-P2-50  | the canonical model is off        |
        | R1-P2-51  | the backend was restarted         |
        | R1-P2-52  | a plan can be created and launched |

  Rule: The migration script does what its reference says

    @R1-AP-08 @mutates
    Scenario: Executing without a plan id migrates every plan
      If this fails: restore staging, and mend the script before production's migration is dated.

      Given 150 plans that only have an execution graph
      And the meaning of every plan is known
      When the migration is executed
      Then every plan has nodes
      And every plan still means the same

    @R1-AP-09 @mutates
    Scenario: Verbose mode says more
      Given 150 plans that only have an execution graph
      When one plan is migrated quietly and another in detail
      Then the detailed run says more of its plan than the quiet one

    @R1-AP-10 @mutates
    Scenario: Without a mode the script changes nothing
      The plan does not say what happens without a mode; anything but nothing would be a trap.

      Given 150 plans that only have an execution graph
      And the checksum of every plan is known
      When the migration script is run without a mode
      Then no plan has changed

    @R1-AP-11 @mutates
    Scenario: Migrating a second time changes nothing
      If this fails: a run that was interrupted cannot be repeated; never run the script twice.

      Given 150 plans that only have an execution graph
      And a migration that has been executed
      And the checksum of every plan is known
      When the migration is executed
      Then no plan has changed

  Rule: What only people can say

    @manual
    Scenario Outline: <what>
      If this fails: ask the <role>, and have the record signed.

      Then the <role> has signed for it

      Examples:
        | criterion | what                                                                | role             |
        | R1-P2-04  | Where the staging export lies and how to restore it is written down | database admin   |
        | R1-P2-53  | The cause of every rollback on staging was looked up in the logs    | backend engineer |
        | R1-P2-54  | Phase 2 was run again after every fix                               | deployment lead  |
