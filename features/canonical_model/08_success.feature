@canonical_model @success
Feature: Canonical model: success of the whole rollout
  What six weeks are measured by in the end: nothing lost, nothing slower, people content, papers complete.

  Rule: Technically nothing was lost and nothing is worse

    @R1-SC-01
    Scenario: Not a plan was lost or corrupted
      If this fails: restore the plans that differ from the export, and find out what changed them.

      Given a system after the full migration
      When the records are looked through
      Then no plan is damaged
      And no plan is without any steps

    Scenario Outline: Over the whole rollout <what> were rare
      Counted from the first recorded event on, not from the last reset. If this fails: the rollout is not a success yet.

      Given a system after the full migration
      When all recorded <events> of the rollout are counted
      Then fewer than <limit> of them ended badly

      Examples:
        | criterion | what                 | events         | limit |
        | R1-SC-02  | partial reservations | starts         | 5 %   |
        | R1-SC-03  | refused plans        | plan creations | 1 %   |

    Scenario Outline: Over the whole rollout <events> stay within a tenth of the baseline
      If this fails: find out what costs the time; the absolute target is in the table of key figures.

      Given a system after the full migration
      When the recorded durations of <events> are read
      Then on average they are at most 10 % above the documented baseline

      Examples:
        | criterion | events         |
        | R1-SC-04  | plan creations |
        | R1-SC-04  | launches       |
        | R1-SC-04  | starts         |
        | R1-SC-04  | completions    |

    @R1-SC-05
    Scenario: Nobody rolled back
      If this fails: write up why, and count the weeks anew.

      Given a system after the full migration
      When the records are looked through
      Then no rollback is among them

    @R1-SC-06 @mutates
    Scenario Outline: The product's <kind> tests pass
      The integration tests make plans of their own and remove them. If this fails: no further release.

      Given a system after the cleanup
      When "<command>" is run
      Then every test passes

      Examples:
        | kind        | command                      |
        | unit        | npm run test:mes:unit        |
        | integration | npm run test:mes:integration |

    @R1-SC-07
    Scenario: The running process goes by the flags of its configuration
      If this fails: restart the backend.

      Given a system after the full migration
      When the configuration is read
      Then the running process goes by every flag in it

    @mutates
    Scenario Outline: With <flag> set to "<value>" <effect>
      The canonical model goes on with the exact word true only, validation goes off with the exact word false only.

      Given a system after the full migration
      When the backend is restarted with <flag> set to "<value>"
      Then <effect>

      Examples:
        | criterion | flag                        | value | effect                                      |
        | R1-SC-07  | FEATURE_USE_CANONICAL_NODES | true  | plans come from their nodes                 |
        | R1-SC-07  | FEATURE_USE_CANONICAL_NODES | false | plans come from their execution graph       |
        | R1-SC-07  | FEATURE_USE_CANONICAL_NODES | TRUE  | plans come from their execution graph       |
        | R1-SC-07  | FEATURE_USE_CANONICAL_NODES | yes   | plans come from their execution graph       |
        | R1-SC-07  | FEATURE_ENABLE_VALIDATION   | true  | an invalid plan is refused                  |
        | R1-SC-07  | FEATURE_ENABLE_VALIDATION   | off   | an invalid plan is refused                  |
        | R1-SC-07  | FEATURE_ENABLE_VALIDATION   | false | an invalid plan is accepted                 |

  Rule: People and figures of the business agree

    @R1-SC-11 @mutates @serial
    Scenario: Creating a plan became a tenth faster
      Measured against the old path. If this fails: look at what is written twice when a plan is created.

      Given the response times of 40 plan creations before the migration
      And a system after the full migration
      When 40 plan creations are timed
      Then they are at least 10 % faster than the baseline

    Scenario Outline: The <paper> show that <condition>
      If this fails: look for the cause before the old way is forgotten.

      Given a system after the full migration
      When the "<paper>" is read
      Then <condition>

      Examples:
        | criterion | paper            | condition                                                     |
        | R1-SC-09  | ticket counts    | there are no more "planning_tickets" since than before        |
        | R1-SC-10  | planning results | its "mean error of planned times" is lower since than before  |
        | R1-SC-12  | planning results | its "scrap of sheet steel" is lower since than before         |

    @manual
    Scenario Outline: <what>
      If this is not signed: the <role> asks the people concerned, and signs.

      Then the <role> has signed for it

      Examples:
        | criterion | what                                                       | role               |
        | R1-SC-08  | More than 80 % of the operators are satisfied              | operations manager |
        | R1-SC-13  | New features build on the canonical model only             | tech lead          |
        | R1-SC-14  | Half a year later launches are faster, estimates closer    | operations manager |

  Rule: The programme kept its time, and its papers are complete

    Scenario Outline: The dates show that <condition>
      If this fails: say to the stakeholders what took longer, or which decision was skipped.

      Given a system after the full migration
      When the "phase dates" is read
      Then <condition>

      Examples:
        | criterion | condition                                            |
        | R1-G-02   | all phases lie within 6 weeks                        |
        | R1-G-05   | each phase begins after the one before it has ended  |
        | R1-G-05   | the phases take 1, 1, 1, 2 and 1 weeks               |

    Scenario Outline: The success mail: <condition>
      If this fails: send it again, complete.

      Given a system after the full migration
      When the "success mail" is read
      Then <condition>

      Examples:
        | criterion | condition                                                                     |
        | R1-CM-11  | it was sent within 1 hour after the window                                    |
        | R1-CM-12  | it gives "Start Time", "End Time", "Duration", "Plans Migrated" and "Status"  |
        | R1-CM-12  | its "Errors" is "0"                                                           |
        | R1-CM-13  | it mentions "Monitoring goes on for the next week"                            |

    @R1-AP-22
    Scenario: The plan got a new version after each phase
      If this fails: nobody can tell which plan was followed.

      Given a system after the cleanup
      When the "document history" is read
      Then its "version" run "1.0", "1.1", "1.2", "1.3" and "2.0"
      And each of its rows gives "date", "author" and "changes"

    @R1-AP-23
    Scenario: The plan says what comes next, and when
      If this fails: enter the date, or that nothing is left to do.

      Given a system after the cleanup
      When the rollout plan in the repository is read
      Then it gives "Next phase"
      And no blank is left in it

    @R1-AP-24
    Scenario: No blank is left in what was signed or sent
      If this fails: somebody signed a form that nobody had filled in.

      Given a system after the full migration
      Then no paper has a blank left in it
