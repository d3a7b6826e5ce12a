@canonical_model @phase_4
Feature: Canonical model, phase 4: full rollout
  On a Sunday night every production plan moves to the new model, within two hours and with the way back open.
  A week of watching follows. Only then does the fallback leave the code.

  Rule: Nobody begins before the pilot is done, an export is safe and everybody knows

    @R1-P4-03
    Scenario: The pilot has shown what it was to show
      If this fails: repeat the pilot; what eight plans have not shown, all plans will.

      Given a system in its pilot week
      When the pilot selection is compared with the database
      Then 5 to 10 pilot plans are chosen
      And every pilot plan was carried out to its end
      And no assignment of a pilot plan is open

    @manual
    Scenario Outline: <what>
      If this is not signed: the <role> sees to it first, and signs.

      Then the <role> has signed for it

      Examples: before the night
        | criterion | what                                                  | role               |
        | R1-P4-04  | Nothing critical came out of the pilot                | deployment lead    |
        | R1-P4-05  | The operators of the pilot were content               | operations manager |
        | R1-P4-06  | The full rollout has its go                           | team lead          |
        | R1-TR-12  | All operators are trained                             | operations manager |

      Examples: during the night, and before the fallback goes
        | criterion | what                                                  | role               |
        | R1-P4-21  | Somebody watches the output of the script as it runs  | deployment lead    |
        | R1-P4-50  | The fallback may be removed                           | team lead          |

      Examples: should it be rolled back
        | criterion | what                                                  | role               |
        | R1-P4-63  | The team is told of a quick rollback, and asks why    | deployment lead    |
        | R1-P4-66  | The root cause of a full rollback is found and mended | backend engineer   |
        | R1-P4-67  | A root cause analysis follows every rollback          | deployment lead    |
        | R1-P4-68  | The lessons of a rollback are written down            | deployment lead    |
        | R1-P4-69  | What went wrong is put right on staging first         | qa lead            |
        | R1-P4-70  | The pilot is validated again after a rollback         | qa lead            |
        | R1-P4-71  | A rollback ends with a new date                       | deployment lead    |

    Scenario Outline: The maintenance window: <condition>
      If this fails: move the window; a rollout that surprises people is stopped by people.

      Given a system after the full migration
      When the maintenance window is looked up
      Then <condition>

      Examples:
        | criterion | condition                                      |
        | R1-P4-11  | it begins on a Sunday at 02:00                 |
        | R1-P4-11  | it lasts 2 hours                               |
        | R1-P4-12  | it was announced at least 48 hours before      |
        | R1-P4-14  | the incident team was briefed before it begins |
        | R1-P4-10  | it names who restores if need be               |

    Scenario Outline: The <paper>: <condition>
      If this fails: complete it, and send or hand it out again before anybody begins.

      Given a system after the full migration
      When the "<paper>" is read
      Then <condition>

      Examples: who is called, and what they will write
        | criterion | paper              | condition                                                                               |
        | R1-P4-16  | on-call roster     | it has a row for "Deployment Lead", "Backend Engineer", "Database Admin" and "On-Call Support" |
        | R1-P4-16  | on-call roster     | each of its rows gives "name" and "phone"                                               |
        | R1-P4-16  | on-call roster     | no blank is left in it                                                                  |
        | R1-P4-13  | message templates  | it gives "Success" and "Failure"                                                        |
        | R1-P4-09  | backup register    | each of its rows gives "name", "created", "location", "restore_procedure" and "restore_tested" |

      Examples: what everybody is told on the day
        | criterion | paper              | condition                                                                               |
        | R1-CM-06  | mail rollout today | it was sent on the morning of the day that it announces                                 |
        | R1-CM-06  | mail rollout today | it went to "stakeholders"                                                               |
        | R1-CM-07  | mail rollout today | it mentions "Maintenance Window:" and "Expected Duration: 2 hours"                      |
        | R1-CM-08  | mail rollout today | it mentions "errors when plans are created", "reservation warnings" and "performance issues" |
        | R1-CM-08  | mail rollout today | it mentions "Impact: None" and "switched off in < 5 minutes"                            |
        | R1-CM-10  | status updates     | the updates about the window follow each other within 30 minutes                        |

  Rule: A fresh export precedes the migration

    @R1-P4-07 @R1-P4-08
    Scenario: A fresh, full and checked export was taken right before the migration
      The export of the pilot does not count: it lacks the pilot's work. If this fails: do not migrate.

      Given a system after the full migration
      When the latest export is examined
      Then it was taken at most 24 hours before the plans were migrated
      And the export holds every plan, material and assignment of its time
      And the export is whole
      And the catalogue says when it was checked

    @R1-P4-17 @R1-P4-18
    Scenario: The last export is named after its moment and can be listed
      If this fails: nobody will find the right one at night.

      Given a system after the full migration
      When the export that goes before the migration is looked for
      Then its name says when it was taken
      And it was taken at most 1 hour before the plans were migrated
      And the backup command lists it

  Rule: One run migrates every plan, and is proven

    @R1-P4-19 @R1-P4-22 @R1-P4-56 @R1-SC-01 @mutates
    Scenario: One run migrates all plans, changes none in its meaning and keeps a log
      If this fails: stop, restore the export, and mend the script.

      Given 150 plans that only have an execution graph
      And the meaning of every plan is known
      When the migration is executed
      Then every plan has nodes
      And every plan still means the same
      And the log of the run has a line for each plan, and no error

    @R1-P4-20 @mutates
    Scenario: 500 plans are migrated in half an hour
      The upper end of what the plan expects. If this fails: the window is too short.

      Given 500 plans that only have an execution graph
      When the migration of all plans is timed, with a limit of 30 minutes
      Then it stays within the limit

    @R1-P4-23
    Scenario: Another rehearsal finds nothing left to migrate
      If this fails: migrate what is left, then rehearse again.

      Given a system after the full migration
      When the migration is rehearsed
      Then the report says that all plans are migrated

    @R1-P4-56 @R1-AP-17
    Scenario: Not a plan is without nodes
      Looks at the stored plans themselves, those included that lack the field altogether.

      Given a system after the full migration
      When the stored plans are counted by their shape
      Then every plan is among the migrated

    @R1-AP-19
    Scenario Outline: The script's statistics count <state> rightly
      If this fails: count in the database, and mend the script.

      Given <state>
      When the script counts the plans
      Then its counts are those of the stored plans

      Examples:
        | state                             |
        | a system in its pilot week        |
        | a system after the full migration |

    Scenario Outline: Of the night the <paper> shows that <condition>
      If this fails: look at the plans first, then complete the paper; the go for removing the fallback rests on it.

      Given a system after the full migration
      When the "<paper>" is read
      Then <condition>

      Examples: in which order, and without errors
        | criterion          | paper            | condition                                                            |
        | R1-P4-24           | rollout steps    | its steps follow each other as "export", "check export", "migrate", "verify log", "dry-run again", "flag on", "restart" and "smoke test" |
        | R1-P4-22           | migration log    | no line of it says "ERROR"                                           |

      Examples: the report
        | criterion          | paper            | condition                                                            |
        | R1-P4-15           | migration report | the migration began with the window and ended within it              |
        | R1-P4-26           | migration report | it gives "Date", "Start Time", "End Time" and "Duration"             |
        | R1-P4-27           | migration report | it counts "Plans Processed", "Successfully Migrated" and "Errors"    |
        | R1-P4-27, R1-P4-28 | migration report | "Plans Processed" is the sum of "Successfully Migrated" and "Errors" |
        | R1-P4-29           | migration report | it counts "Validation Errors" and "Data Issues Fixed"                |
        | R1-P4-30           | migration report | its "Feature Flag Enabled" is "Yes"                                  |
        | R1-P4-30           | migration report | its "Backend Restarted" is "Yes"                                     |
        | R1-P4-31           | migration report | its "Smoke Tests" is one of "PASS" and "FAIL"                        |
        | R1-P4-32           | migration report | its "Status" is one of "SUCCESS", "PARTIAL" and "FAILED"             |
        | R1-P4-32           | migration report | it ends with its "Status"                                            |

      Examples: the week after it
        | criterion          | paper            | condition                                                            |
        | R1-P4-49           | weekly report    | its "Critical" is "0"                                                |

  Rule: The model is on for everybody, and nobody was kept waiting

    @R1-P4-01
    Scenario: The canonical model is on for all of production
      If this fails: compare the configuration with the running process, then restart it.

      Given a system after the full migration
      When the configuration is read
      Then it sets FEATURE_USE_CANONICAL_NODES to "true"
      And the running process goes by it

    @R1-P4-01 @smoke
    Scenario: The running process has the canonical model on
      Given a system after the full migration
      Then the canonical model is on

    @R1-P4-25 @mutates
    Scenario: The smoke suite passes after the restart
      If this fails: switch the model off again, within five minutes.

      Given a system after the full migration
      When the backend is restarted
      Then the smoke suite passes

    @R1-G-01
    Scenario: Migrated plans are read from their nodes, and exactly as they are stored there
      Both shapes are still stored; the nodes are the ones that count.

      Given a system after the full migration
      When stored plans are read
      Then every one of them is read from its nodes
      And it gives exactly the steps that are stored as nodes

    @R1-CM-09 @mutates
    Scenario: A restart keeps nobody waiting without an answer
      The mail promises no downtime, and a restart is part of the rollout.

      Given a system after the full migration
      When the backend is restarted while plans are listed without a pause
      Then every one of these requests was answered, 20 at the least

    @R1-CM-09
    Scenario: No request has failed since the migration
      If this fails: say so to the stakeholders, who were promised no downtime.

      Given a system after the full migration
      When the requests since the migration are counted
      Then none of them failed

  Rule: A week of watching decides about the fallback

    Scenario Outline: For a week somebody looked at <what>
      If this fails: the week does not count; watch for another.

      Given a system after the full migration
      When the "daily monitoring" is read
      Then on each of 7 days in a row its entry of <time> gives <columns>

      Examples: at 9 in the morning
        | criterion          | what                           | time  | columns                           |
        | R1-P4-33, R1-P4-02 | the metrics of the night       | 09:00 | "metrics"                         |
        | R1-P4-34           | the errors in the logs         | 09:00 | "log_errors"                      |
        | R1-P4-35           | the response times             | 09:00 | "response_time_against_baseline"  |
        | R1-P4-36           | the reports of operators       | 09:00 | "operator_reports"                |

      Examples: at 6 in the evening
        | criterion          | what                           | time  | columns                           |
        | R1-P4-37           | the metrics of the day         | 18:00 | "metrics"                         |
        | R1-P4-38           | anomalies                      | 18:00 | "anomalies"                       |
        | R1-P4-39           | the status report              | 18:00 | "status_report"                   |

    @R1-P4-02
    Scenario: While the week lasts the way back stays open
      If this fails: a quick rollback is no longer possible; the export is all that is left.

      Given a system after the full migration
      Then every plan has kept its execution graph, as the way back

    @R1-P4-34
    Scenario: The log of the week holds no errors
      If this fails: explain each of them before the fallback is removed.

      Given a system after the full migration
      When the backend log is read
      Then it holds no errors

    Scenario Outline: The <figure> rate stays <bound>
      If this fails: keep the fallback; follow the playbook of this figure.

      Given a system after the full migration
      When the figures of the week are read
      Then the <figure> rate is <bound>

      Examples:
        | criterion                    | figure               | bound     |
        | R1-P4-40, R1-P4-48, R1-P4-57 | reservation mismatch | below 5 % |
        | R1-P4-41, R1-P4-48, R1-P4-58 | validation error     | below 1 % |
        | R1-P4-43, R1-P4-48           | consumption capping  | below 2 % |

    @R1-P4-42 @smoke
    Scenario: After the migration no plan is read from its execution graph
      If this fails: migrate the plans that the log names.

      Given a system after the full migration
      When stored plans are read
      Then the count of plans on the execution graph is 0
      And every one of them is read from its nodes

    @R1-P4-44 @smoke
    Scenario: The dashboard finds its four counters
      Given a system after the full migration
      When the metrics are read
      Then they hold exactly the four counters of the plan

    Scenario Outline: Since the migration <events> take hardly longer than before
      If this fails: find out what costs the time before the way back is closed.

      Given a system after the full migration
      When the recorded durations of <events> are read
      Then on average they are at most 10 % above the documented baseline

      Examples:
        | criterion          | events         |
        | R1-P4-35, R1-P4-59 | plan creations |
        | R1-P4-35, R1-P4-59 | launches       |
        | R1-P4-35, R1-P4-59 | starts         |
        | R1-P4-35, R1-P4-59 | completions    |

    Scenario Outline: A <severity> alert watches the <figure> above <level>
      If this fails: define the alert; the levels of the pilot no longer hold.

      When the alert definitions are read
      Then one of the "Phase 4" on the <figure> fires above <level>
      And its severity is "<severity>", to be looked at "<review>"

      Examples:
        | criterion | severity | figure                    | level                  | review           |
        | R1-P4-45  | critical | validation error rate     | 5 %                    | immediately      |
        | R1-P4-46  | warning  | reservation mismatch rate | 10 %                   | 2 hours          |
        | R1-P4-47  | info     | response time             | 1.5 times the baseline | next working day |

    @mutates
    Scenario Outline: When <events> the alert on the <figure> above <level> <reaction>
      An alert that was never seen to fire is a hope. If this fails: mend its rule, and try again.

      Given a system of which the alerts have seen nothing yet
      When <events>
      Then the alert on the <figure> above <level> <reaction>

      Examples:
        | criterion | events                                   | figure                    | level                  | reaction    |
        | R1-P4-45  | 5 of 100 plan creations go wrong         | validation error rate     | 5 %                    | stays quiet |
        | R1-P4-45  | 6 of 100 plan creations go wrong         | validation error rate     | 5 %                    | fires       |
        | R1-P4-46  | 10 of 100 starts go wrong                | reservation mismatch rate | 10 %                   | stays quiet |
        | R1-P4-46  | 11 of 100 starts go wrong                | reservation mismatch rate | 10 %                   | fires       |
        | R1-P4-47  | 100 launches take 1.4 times the baseline | response time             | 1.5 times the baseline | stays quiet |
        | R1-P4-47  | 100 launches take 1.6 times the baseline | response time             | 1.5 times the baseline | fires       |

    @R1-P4-60
    Scenario: Nobody had to roll back
      If this fails: the week begins anew after the root cause is mended.

      Given a system after the full migration
      When the records are looked through
      Then no rollback is among them

  Rule: Until then there are two ways back

    @R1-P4-61 @R1-P4-62 @mutates
    Scenario: The quick way back: the flag off, a restart, and the fallback serves
      For the first two days. If this fails: follow the emergency card by hand.

      Given a system after the full migration
      When the canonical model is rolled back
      Then the backend was restarted
      And the old path serves again within 5 minutes
      And the smoke suite passes

    @R1-P4-64 @R1-P4-65 @mutates
    Scenario: The full way back: flag off, import, restart, smoke suite
      For corrupted data. What was written since the export is lost, so it is the last resort.

      Given a system after the full migration
      When the last-resort restore is carried out
      Then every plan, material and assignment of the export is as it was exported
      And the smoke suite passes

  Rule: After the week the fallback leaves the code

    Scenario Outline: In <place> nothing is left of <trace>
      If this fails: finish the cleanup, and run all tests again.

      Given a system after the cleanup
      When <place> is searched for <trace>
      Then nothing is found

      Examples:
        | criterion | place             | trace               |
        | R1-P4-51  | the plan routes   | the execution graph |
        | R1-P4-53  | the plan designer | the old field names |
        | R1-P4-54  | the plan schema   | the execution graph |
        | R1-P4-54  | the plan schema   | the old field names |

    @R1-P4-52
    Scenario: A plan without nodes is an error, not an empty plan
      If this fails: damaged plans reach the floor unnoticed.

      Given a system after the cleanup, with one plan that lost its steps
      When the plan without nodes is read
      Then the answer is the error "Plan has no nodes (data corruption)"

    @R1-P4-55
    Scenario: The cleanup was committed under the message of the plan
      Whoever looks for it later will search for this message.

      Given a system after the cleanup
      When the commits are read
      Then one of them says "refactor: remove executionGraph fallback code after successful migration"

    @R1-AP-18
    Scenario Outline: Counting the deprecation lines gives the use of the fallback, <when>
      If this fails: count in the database, for the log cannot be trusted.

      Given <state>
      When the log is watched while stored plans are read
      Then the log warns of each plan among them that still came from its execution graph

      Examples:
        | when   | state                                                                |
        | before | a staging system before the migration, with the canonical model on   |
        | after  | a system after the full migration                                    |
