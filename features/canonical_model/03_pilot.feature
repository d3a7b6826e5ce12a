@canonical_model @phase_3
Feature: Canonical model, phase 3: production pilot
  The release reaches production with its switch off. Five to ten harmless plans then try the new model for a week.
  The phase ends when all of them were carried out, nothing was damaged, and nobody had to go back.

  Rule: Before anything is deployed, there is a way back

    @R1-P3-04
    Scenario: A full export of production was taken before the deployment
      If this fails: do not deploy; take the export again and check it.

      Given a system in its pilot week
      When the latest export is examined
      Then the export was taken before the deployment
      And the export holds every plan, material and assignment of its time
      And the export is whole

    @R1-P3-05
    Scenario: The export is kept long enough
      If this fails: enter until when it is kept, before a clean-up takes it.

      Given a system in its pilot week
      When the latest export is examined
      Then the export is kept for at least 90 days

    Scenario Outline: The <paper> tells what one needs at night
      If this fails: write it down now; whoever restores at night has only the papers to go by.

      Given a system in its pilot week
      When the "<paper>" is read
      Then <finding>

      Examples:
        | criterion          | paper            | finding                                                                                        |
        | R1-P3-04, R1-P3-06 | backup register  | each of its rows gives "name", "created", "location", "restore_procedure" and "restore_tested" |
        | R1-P3-05           | retention policy | it mentions "kept for 90 days", "encrypted" and "only database admins may read it"             |
        | R1-P3-15           | log shipping     | it ships the backend log to a service, at most 1 minute late                                   |

    @R1-P3-07 @mutates
    Scenario: The production export can be restored on another instance
      The plan makes this test mandatory. If it fails: there is no backup; do not deploy.

      Given a system in its pilot week
      When the latest export is restored on a separate instance
      Then not a row differs between the export and what was restored

  Rule: People know, and are told when it goes wrong

    @manual
    Scenario Outline: <what>
      If this is not signed: the <role> sees to it before the deployment, and signs.

      Then the <role> has signed for it

      Examples: before the deployment
        | criterion | what                                             | role               |
        | R1-P3-08  | The team knows the deployment window             | deployment lead    |
        | R1-P3-09  | Incident responders are on call for the window   | deployment lead    |
        | R1-P3-10  | Operators have been told about the pilot         | operations manager |
        | R1-P3-11  | Everybody has the contact details for a rollback | deployment lead    |
        | R1-P3-32  | Each pilot plan has an experienced operator      | operations manager |
        | R1-TR-11  | The pilot operators were trained in week 3       | operations manager |
        | R1-P3-60  | The restore through the console is known         | database admin     |

      Examples: during the pilot
        | criterion | what                                             | role               |
        | R1-P3-03  | Pilot plans are watched closely while in use     | deployment lead    |
        | R1-P3-44  | Operators' remarks are collected every day       | operations manager |
        | R1-P3-45  | The feedback form has reached the operators      | operations manager |
        | R1-P3-56  | The operators are content, without a major issue | operations manager |

      Examples: if the pilot has to be rolled back
        | criterion | what                                               | role             |
        | R1-P3-61  | The team lead is told of a rollback at once        | deployment lead  |
        | R1-P3-62  | The root cause of a rollback is written up         | backend engineer |
        | R1-P3-63  | A fix is proven in staging before the next attempt | qa lead          |

    Scenario Outline: An alert watches the <figure> above <level>
      If this fails: define the alert before the pilot begins. The plan gives other levels elsewhere; each is an alert of its own.

      When the alert definitions are read
      Then one on the <figure> fires above <level>
      And it tells "<whom>"

      Examples:
        | criterion | figure                       | level                | whom            |
        | R1-P3-12  | validation error rate        | 1 %                  | On-Call Support |
        | R1-P3-13  | response time                | 2 times the baseline | On-Call Support |
        | R1-P3-14  | reservation mismatch rate    | 5 %                  | On-Call Support |
        | R1-P3-27  | share of plans with problems | 5 %                  | Team lead       |

    @mutates
    Scenario Outline: Once <events>, the alert on the <figure> above <level> <reaction>
      An alert that has never been seen to fire is a hope. If this fails: mend its rule, and try again.

      Given a system of which the alerts have seen nothing yet
      When <events>
      Then the alert on the <figure> above <level> <reaction>

      Examples:
        | criterion | events                                          | figure                       | level                | reaction    |
        | R1-P3-12  | 1 of 100 plan creations go wrong                | validation error rate        | 1 %                  | stays quiet |
        | R1-P3-12  | 2 of 100 plan creations go wrong                | validation error rate        | 1 %                  | fires       |
        | R1-P3-13  | 100 launches take 1.9 times the baseline        | response time                | 2 times the baseline | stays quiet |
        | R1-P3-13  | 100 launches take 2.1 times the baseline        | response time                | 2 times the baseline | fires       |
        | R1-P3-14  | 5 of 100 starts go wrong                        | reservation mismatch rate    | 5 %                  | stays quiet |
        | R1-P3-14  | 6 of 100 starts go wrong                        | reservation mismatch rate    | 5 %                  | fires       |
        | R1-P3-27  | 5 of 100 stored plans turn out to have problems | share of plans with problems | 5 %                  | stays quiet |
        | R1-P3-27  | 6 of 100 stored plans turn out to have problems | share of plans with problems | 5 %                  | fires       |

  Rule: The release arrives with its switch off

    @R1-P3-16
    Scenario: The backend was pulled, installed and restarted
      If this fails: deploy again in the order of the plan; the old code may still be running.

      Given a system in its pilot week
      When the backend is asked 10 times over new connections
      Then every answer comes from the release that is verified
      And the checked-out code is of the release that is served
      And the backend was started after the code was pulled

    @R1-P3-17
    Scenario: The frontend was built and published
      If this fails: publish the new build; old pages send what the new backend refuses.

      When the plan designer is fetched
      Then its page is of the release that is served

    @R1-P3-17 @mutates
    Scenario: The frontend of the release can be built
      If this fails: read what the build says, and do not publish an older page instead.

      When the frontend is built
      Then the build is complete

    @R1-P3-18 @R1-P3-58 @smoke
    Scenario: The production services are up
      If this fails: roll back; the card says how.

      Then the service is up

    @R1-P3-19
    Scenario: The backend started without errors
      If this fails: explain each error before the pilot begins.

      Given a system in its pilot week
      When the backend log is read from the last start on
      Then it holds no errors

    @R1-P3-20 @mutates
    Scenario: A plan can be created, launched, started and completed after the deploy
      On production the plan is marked as a test and removed again. If this fails: roll back.

      Given a system in its pilot week
      When a plan in the new shape is created, edited, launched and worked to its end
      Then every one of its 3 steps is completed

    @R1-P3-01
    Scenario: The release first started with the canonical model off
      If this fails: nobody knows which plans were written the new way; look through those made since.

      Given a system in its pilot week
      When the starts in the backend log are read
      Then the first start of the release had "FEATURE_USE_CANONICAL_NODES" false

    @R1-P3-35 @R1-P3-36
    Scenario: For the pilot the canonical model was switched on by a restart
      The flag counts for the whole process, so from here on it is on for everybody.

      Given a system in its pilot week
      When the starts in the backend log are read
      Then a later start of it had "FEATURE_USE_CANONICAL_NODES" true
      And the canonical model is on

    @R1-P3-35 @R1-P3-36 @mutates
    Scenario: Switching the canonical model on takes effect with the restart
      If this fails: look at what the process manager hands to the service.

      Given a production system before the pilot
      When the canonical model is switched on
      Then the canonical model is on

  Rule: The plans are looked over before any is touched

    Scenario Outline: The kept dry run of production: <finding>
      If this fails: rehearse the migration on production again, and keep its output in migration-analysis.txt.

      Given a system in its pilot week
      When the kept migration analysis is read
      Then <finding>

      Examples:
        | criterion | finding                                     |
        | R1-P3-21  | the report opens with its title and a ruler |
        | R1-P3-22  | it says how many plans await the migration  |

    Scenario Outline: The analysis finds the plans of "<heading>"
      If this fails: the script misses or invents problems; mend it before it writes.

      Given plans with problems of every kind
      When the migration is rehearsed
      Then it lists exactly the plans of "<heading>", each with its reason

      Examples:
        | criterion | heading                   |
        | R1-P3-23  | Validation errors         |
        | R1-P3-24  | Plans lacking operationId |
        | R1-P3-25  | Circular dependencies     |

    @R1-P3-26
    Scenario: No validation error is left open when the pilot begins
      If this fails: document and mend these plans, then rehearse again.

      Given a system in its pilot week
      When the migration is rehearsed
      Then nothing stands under "Validation errors"
      And the report says "Errors" is 0

  Rule: The pilot takes few, small, unhurried plans, one by one

    @R1-P3-33
    Scenario: Only drafts are candidates for the pilot
      If this fails: correct the query; a released plan is already on the floor.

      Given a system in its pilot week
      When the candidates for the pilot are listed
      Then every candidate is a draft

    Scenario Outline: <condition>
      If this fails: take another plan for the pilot, or correct the selection.

      Given a system in its pilot week
      When the pilot selection is compared with the database
      Then <condition>

      Examples: choice
        | criterion | condition                                                          |
        | R1-P3-02  | 5 to 10 pilot plans are chosen                                     |
        | R1-P3-28  | every pilot plan is for fewer than 100 units                       |
        | R1-P3-29  | every pilot plan has fewer than 5 operations                       |
        | R1-P3-30  | no pilot plan is urgent                                            |
        | R1-P3-31  | no pilot plan lacks material                                       |
        | R1-P3-34  | every pilot plan is listed with its order, quantity and operations |

      Examples: migration and work
        | criterion | condition                                          |
        | R1-P3-02  | every pilot plan was migrated                      |
        | R1-P3-37  | every pilot plan was migrated at a time of its own |
        | R1-P3-51  | every pilot plan was carried out to its end        |
        | R1-P3-51  | no assignment of a pilot plan is open              |

    @R1-P3-37 @R1-P3-39 @mutates
    Scenario: Migrating one plan leaves every other plan as it was
      If this fails: stop; restore the export, and mend the script.

      Given a production system before the pilot
      When one candidate is migrated by its id
      Then that plan has nodes
      And every other plan is stored as before

    @R1-P3-38
    Scenario: A second run for a pilot plan reports it as done
      If this fails: find out what the first run did to the plan.

      Given a system in its pilot week
      When the migration of a pilot plan is rehearsed again
      Then the report says that the plan is already migrated

  Rule: The pilot is watched every day and ends well

    @R1-P3-40 @R1-P3-41
    Scenario: The daily checklist was kept and found nothing odd
      If this fails: whoever is on duty reads metrics and logs now, and says why it was left out.

      Given a system in its pilot week
      When the "daily pilot log" is read
      Then it has a row for each of at least 5 days in a row
      And in each of its rows "metrics_anomalies" is "none"
      And in each of its rows "log_errors_on_pilot_plans" is "0"

    @R1-P3-41
    Scenario: The log of the pilot holds no errors
      If this fails: find the plan that each error belongs to before another one is migrated.

      Given a system in its pilot week
      When the backend log is read
      Then it holds no errors

    Scenario Outline: The records of the pilot: <finding>
      If this fails: switch the model off, find out why, and repeat the phase when it is mended.

      Given a system in its pilot week
      When the records are looked through
      Then <finding>

      Examples:
        | criterion | finding                                                               |
        | R1-P3-20  | there are successful plan creations, launches, starts and completions |
        | R1-P3-52  | no plan is damaged                                                    |
        | R1-P3-57  | no rollback is among them                                             |

    Scenario Outline: In the pilot week the <rate> rate is <limit>
      The interval decides, not the bare share. If this fails: follow the playbook of that figure before more plans are migrated.

      Given a system in its pilot week
      When the figures of the week are read
      Then the <rate> rate is <limit>

      Examples:
        | criterion                    | rate                 | limit     |
        | R1-P3-40, R1-P3-43, R1-P3-53 | reservation mismatch | below 5 % |
        | R1-P3-40, R1-P3-54           | validation error     | below 1 % |

    Scenario Outline: In the pilot week <work> took about as long as before
      "Similar to the baseline" is read as within a tenth of it. If this fails: look at what slows it down.

      Given a system in its pilot week
      When the recorded durations of <work> are read
      Then on average they are at most 10 % above the documented baseline

      Examples:
        | criterion          | work           |
        | R1-P3-55           | plan creations |
        | R1-P3-42, R1-P3-55 | launches       |
        | R1-P3-55           | starts         |
        | R1-P3-55           | completions    |

  Rule: If it goes wrong, the pilot can be undone

    @R1-P3-58 @mutates
    Scenario: With the model off and the backend restarted the service answers
      If this fails: follow the emergency card by hand, and mend it before it is needed.

      Given a system in its pilot week
      When the canonical model is rolled back
      Then the old path serves again within 5 minutes
      And the service is up

    @R1-P3-59 @mutates
    Scenario: If data is damaged, the export brings it back
      What was made since the export stays. If this fails: keep the system closed, and restore an older export.

      Given a system in its pilot week
      When the latest export is imported
      Then every plan, material and assignment of the export is as it was exported
