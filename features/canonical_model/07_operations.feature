@canonical_model @operations
Feature: Canonical model: operations
  What is watched and kept while the rollout runs: figures against their targets, alerts at every level,
  a log that can be searched, reports that can be read, and a playbook for each known trouble.

  Rule: Known troubles are recognised, and have a cure

    @R1-CI-01 @R1-CI-04 @mutates
    Scenario: An invalid plan is refused, and the planner learns every reason
      If this fails: planners save plans that cannot be made; switch validation on.

      Given a system after the full migration
      When a plan with two mistakes is offered
      Then it is refused with status 400
      And the answer names both mistakes

    @R1-CI-04
    Scenario: Which fields fail can be seen in the log
      The plan looks for them in the metrics, which only count; the answer and the log name them.

      Given a system after the full migration
      When the log lines with "Invalid plan schema" are compared with the validation errors
      Then each of the lines names the field at fault

    @mutates
    Scenario Outline: When <cause> the log says "<line>"
      If this fails: the playbook's search finds nothing; bring the line back.

      Given a system after the full migration
      And the end of the backend log is known
      When in the course of the day <cause>
      Then the backend log has since said "<line>"

      Examples:
        | criterion | cause                                              | line                |
        | R1-CI-02  | an invalid plan is offered                         | Invalid plan schema |
        | R1-CI-07  | work begins for which there is too little material | Partial reservation |
        | R1-MM-20  | more material is consumed than was reserved        | Consumption capped  |

    Scenario Outline: The log has a line "<line>" for each of the <counter> counted
      If this fails: log and metrics tell different stories; trust neither until the cause is found.

      Given a system after the full migration
      When the log lines with "<line>" are compared with the <counter>
      Then there is a line for each of them

      Examples:
        | criterion | line                | counter                |
        | R1-CI-02  | Invalid plan schema | validation errors      |
        | R1-CI-07  | Partial reservation | reservation mismatches |
        | R1-MM-20  | Consumption capped  | capped consumptions    |

    @R1-MM-21
    Scenario: The log shows whether the model is on
      If this fails: restart the backend, and look at its first lines.

      Given a system after the full migration
      Then the backend log says "FEATURE_USE_CANONICAL_NODES"

    @R1-MM-19 @R1-AP-18
    Scenario: Since the migration no plan is read the old way
      If this fails: migrate the plans that the lines name.

      Given a system after the full migration
      When stored plans are read
      Then since the migration the backend log has never said "executionGraph is deprecated"

    @R1-CI-09
    Scenario: Materials that run low can be listed
      If this fails: partial reservations come as a surprise.

      Given a system after the full migration
      When the materials below 100 in stock are listed
      Then exactly the materials that are low are listed

    @R1-CI-10 @mutates
    Scenario: Planned material includes the expected defects
      10 units of 1.5 each, and 5 % for defects. If this fails: every reservation falls short.

      Given a system after the full migration
      When a new plan is created and launched
      Then its first step plans for "MAT-STEEL 15.75"

    @R1-CI-13 @smoke @serial
    Scenario: The plan list answers quickly
      The plan gives no limit of its own for the list; this is the target of the P95 response time.

      Given a system after the full migration
      When up to 20 plan listings are timed for at most 10 seconds
      Then 50 % of their response times are below 500 ms

    @R1-CI-15
    Scenario: Computing the times of a long plan costs little
      If this fails: compute them once, when a plan is saved.

      Given a system after the full migration
      When the longest and the shortest plan are read in turns, 25 times each
      Then the longer takes at most 1.5 times as long

    @R1-CI-16
    Scenario: Indexes serve the queries for plans
      If this fails: add the index that is named; the list grows slower with every plan.

      When the queries for plans are compared with the indexes
      Then each of them has its index

    @R1-CI-17
    Scenario: Every plan has steps in at least one of the two shapes
      If this fails: before the migration run the script, after it restore the plan from the export.

      Given a system after the full migration
      Then no plan is without any steps

    @manual
    Scenario Outline: <what>
      If this is not signed: the <role> goes through the playbook of this trouble, and signs.

      Then the <role> has signed for it

      Examples:
        | criterion | what                                                            | role               |
        | R1-CI-05  | A schema that is too strict is relaxed at its source            | backend engineer   |
        | R1-CI-06  | Bad plan data is mended by hand, and by whom                    | operations manager |
        | R1-CI-11  | Expected defect rates are adjusted when they are off            | operations manager |
        | R1-CI-14  | The load of the server is looked at before it is called slow    | backend engineer   |
        | R1-CI-18  | Empty plans: the script before the migration, a restore after   | database admin     |
        | R1-CM-14  | The issue mail goes out as soon as a problem is seen            | deployment lead    |

  Rule: Figures meet their targets, and alerts go off beyond them

    @smoke
    Scenario Outline: The <figure> rate meets its target, <bound>
      If this fails: follow the playbook of this figure.

      Given a system after the full migration
      When the figures of the week are read
      Then the <figure> rate is <bound>

      Examples:
        | criterion | figure               | bound     |
        | R1-MM-01  | reservation mismatch | below 5 % |
        | R1-MM-04  | validation error     | below 1 % |
        | R1-MM-13  | consumption capping  | below 2 % |

    @R1-MM-10 @smoke
    Scenario: No plan is left on the fallback
      If this fails: migrate what is left; the fallback cannot go before.

      Given a system after the full migration
      Then no plan is on the fallback

    @R1-MM-07 @smoke @serial
    Scenario: Plans are answered within half a second, 19 times of 20
      If this fails: follow the playbook for slow answers.

      Given a system after the full migration
      When up to 200 plan readings are timed for at most 15 seconds
      Then 95 % of their response times are below 500 ms

    @R1-MM-16 @R1-MM-17 @smoke
    Scenario: The metrics keep their documented form
      If this fails: dashboards and alerts are blind.

      When the metrics are asked for
      Then the answer reports success, the four counters and the time
      And each counter is a whole number of 0 or more

    @R1-MM-18 @mutates
    Scenario: A reset sets the counters back to zero
      Meant for tests; production must refuse it.

      Given a system in its pilot week
      When the counters are reset
      Then every counter is 0

    Scenario Outline: An alert watches the <figure> above <level>
      The plan gives several levels for one figure; each is an alert of its own. If this fails: define it.

      When the alert definitions are read
      Then one on the <figure> fires above <level>

      Examples: from which level on a playbook applies
        | criterion | figure                        | level                |
        | R1-CI-03  | validation error rate         | 1 %                  |
        | R1-CI-08  | reservation mismatch rate     | 5 %                  |
        | R1-CI-12  | response time                 | 2 times the baseline |

      Examples: the table of key figures
        | criterion | figure                        | level   |
        | R1-MM-02  | reservation mismatch rate     | 10 %    |
        | R1-MM-03  | reservation mismatch rate     | 20 %    |
        | R1-MM-05  | validation error rate         | 2 %     |
        | R1-MM-06  | validation error rate         | 5 %     |
        | R1-MM-08  | P95 response time             | 750 ms  |
        | R1-MM-09  | P95 response time             | 1000 ms |
        | R1-MM-11  | share of plans on the fallback | 0 %    |
        | R1-MM-12  | share of plans on the fallback | 5 %    |
        | R1-MM-14  | consumption capping rate      | 5 %     |
        | R1-MM-15  | consumption capping rate      | 10 %    |

    @mutates
    Scenario Outline: When <events> the alert on the <figure> above <level> <reaction>
      An alert that was never seen to fire is a hope. If this fails: mend its rule, and try again.

      Given a system of which the alerts have seen nothing yet
      When <events>
      Then the alert on the <figure> above <level> <reaction>

      Examples:
        | criterion | events                            | figure                    | level   | reaction    |
        | R1-MM-02  | 10 of 100 starts go wrong         | reservation mismatch rate | 10 %    | stays quiet |
        | R1-MM-02  | 11 of 100 starts go wrong         | reservation mismatch rate | 10 %    | fires       |
        | R1-MM-03  | 20 of 100 starts go wrong         | reservation mismatch rate | 20 %    | stays quiet |
        | R1-MM-03  | 21 of 100 starts go wrong         | reservation mismatch rate | 20 %    | fires       |
        | R1-MM-05  | 2 of 100 plan creations go wrong  | validation error rate     | 2 %     | stays quiet |
        | R1-MM-05  | 3 of 100 plan creations go wrong  | validation error rate     | 2 %     | fires       |
        | R1-MM-06  | 5 of 100 plan creations go wrong  | validation error rate     | 5 %     | stays quiet |
        | R1-MM-06  | 6 of 100 plan creations go wrong  | validation error rate     | 5 %     | fires       |
        | R1-MM-08  | 100 launches take 600 ms each     | P95 response time         | 750 ms  | stays quiet |
        | R1-MM-08  | 100 launches take 800 ms each     | P95 response time         | 750 ms  | fires       |
        | R1-MM-09  | 100 launches take 850 ms each     | P95 response time         | 1000 ms | stays quiet |
        | R1-MM-09  | 100 launches take 1100 ms each    | P95 response time         | 1000 ms | fires       |
        | R1-MM-14  | 5 of 100 completions go wrong     | consumption capping rate  | 5 %     | stays quiet |
        | R1-MM-14  | 6 of 100 completions go wrong     | consumption capping rate  | 5 %     | fires       |
        | R1-MM-15  | 10 of 100 completions go wrong    | consumption capping rate  | 10 %    | stays quiet |
        | R1-MM-15  | 11 of 100 completions go wrong    | consumption capping rate  | 10 %    | fires       |

    @mutates
    Scenario Outline: With <left> of 100 plans left on the fallback the alert above <level> <reaction>
      From week five on. If this fails: mend the alert, and migrate what is left.

      Given 100 migrated plans, but for <left> of them
      When the alerts are evaluated
      Then the alert on the share of plans on the fallback above <level> <reaction>

      Examples:
        | criterion | left | level | reaction    |
        | R1-MM-11  | 0    | 0 %   | stays quiet |
        | R1-MM-11  | 1    | 0 %   | fires       |
        | R1-MM-12  | 5    | 5 %   | stays quiet |
        | R1-MM-12  | 6    | 5 %   | fires       |

    Scenario Outline: The CloudWatch alarm on validation errors: <condition>
      If this fails: correct its definition, and deploy it again.

      When the CloudWatch alarm "MES-ValidationErrors-High" is looked up
      Then <condition>

      Examples:
        | criterion | condition                                               |
        | R1-MM-22  | it is there under this name                             |
        | R1-MM-23  | it watches the metric "ValidationErrorCount"            |
        | R1-MM-24  | it goes off above 10 errors in one period of 5 minutes  |
        | R1-MM-25  | it notifies the incident team                           |

    @R1-MM-24 @mutates
    Scenario Outline: After <errors> refused plans in five minutes the CloudWatch alarm is <state>
      Exactly ten are not yet too many.

      Given a system without a recent validation error
      When <errors> of 100 plans are refused within the period of the alarm
      Then the CloudWatch alarm "MES-ValidationErrors-High" is <state>

      Examples:
        | errors | state     |
        | 10     | quiet     |
        | 11     | going off |

  Rule: Reports and mails tell the whole story

    Scenario Outline: The weekly report: <condition>
      If this fails: complete it before it is sent; the decision about the fallback rests on it.

      Given a system after the full migration
      When the "weekly report" is read
      Then <condition>

      Examples: form
        | criterion | condition                                                                                |
        | R1-MM-26  | it gives "Week", "Date Range" and "Reported By"                                          |
        | R1-MM-27  | its table compares this week with the last, and marks each figure against its target    |
        | R1-MM-32  | "Total Incidents" is the sum of "Critical", "High", "Medium" and "Low"                   |
        | R1-MM-33  | "Total Feedback Received" is the sum of "Positive", "Neutral" and "Negative"             |
        | R1-MM-34  | it has something to say under "Key Themes", "Action Items" and "Recommendations"         |

      Examples: figures
        | criterion | condition                                                                                |
        | R1-MM-28  | its row "Reservation Mismatches" reports a share below 5 %                               |
        | R1-MM-29  | its row "Validation Errors" reports a share below 1 %                                    |
        | R1-MM-30  | its row "Plans Using Fallback" reports 0                                                 |
        | R1-MM-31  | its row "Avg API Response Time" reports less than 500 ms                                 |

    Scenario Outline: In an issue the <paper> keeps everybody informed: <condition>
      If this fails: send it again, complete; people imagine worse than what is the case.

      Given a system after the full migration
      When the "<paper>" is read
      Then <condition>

      Examples:
        | criterion | paper          | condition                                                                            |
        | R1-CM-15  | mail issue     | its "Impact" is one of "Critical", "High", "Medium" and "Low"                        |
        | R1-CM-16  | mail issue     | its "Status" is one of "Investigating", "Rollback in progress" and "Resolved"        |
        | R1-CM-17  | mail issue     | it has something to say under "Actions taken" and "Next steps"                       |
        | R1-CM-18  | status updates | the updates about the issue follow each other within 15 minutes                      |
