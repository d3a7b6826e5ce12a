@canonical_model @rollback
Feature: Canonical model: going back
  At any hour, whoever is on call must be able to take the new model away within five minutes, and lose nothing by it.
  This holds until the fallback is removed in week 5 (phase 4): from then on no flag brings the old behaviour back,
  and only a restore does. What is drilled here is drilled on staging; production is never rolled back by the suite.

  Rule: The switch brings the old behaviour back

    @R1-G-04 @mutates
    Scenario: The old behaviour is back within five minutes
      Timed from writing the flag to the first healthy answer of the old path.
      If this fails: do not go to production; the plan's promise to everyone is this one.

      Given a system after the full migration
      When the canonical model is rolled back
      Then the old path serves again within 5 minutes

    @R1-RB-01 @mutates
    Scenario Outline: The emergency card works with <way>
      A variable that is exported and nothing more never reaches a process that pm2 manages: the card must say --update-env.
      If this fails: correct the card before it is printed.

      Given a system after the full migration
      When the emergency card is followed with <way>
      Then the old path serves again within 5 minutes

      Examples:
        | way                  |
        | an edited .env       |
        | an exported variable |

    @R1-RB-02 @mutates
    Scenario: Health address and smoke suite both confirm the rollback
      If this fails: the service is not restored, whatever the flag says; go on to the restore.

      Given a system after the full migration
      When the canonical model is rolled back
      Then the old path serves again within 5 minutes
      And the service is up
      And the smoke suite passes

    @R1-RB-03 @mutates
    Scenario: What was edited since the migration is still there after a rollback
      With the model off plans are read from the execution graph they kept; it must follow every edit of the nodes.
      If this fails: a rollback loses work silently; save the edits first.

      Given a system after the full migration
      And a plan that was edited since the migration
      When the canonical model is rolled back
      Then the edit is still there

  Rule: A part can go back alone

    @R1-RB-09 @mutates
    Scenario: A single plan can be put back to its execution graph
      If this fails: one broken plan would need a rollback of all of them.

      Given a system after the full migration
      When one plan is put back to its execution graph
      Then that plan is read from its execution graph, and every other from its nodes

    @R1-RB-10 @mutates
    Scenario: The model can be off for a repair and on again
      If this fails: repair plans only while nobody works, and with the model on.

      Given a system after the full migration
      When a plan is repaired while the canonical model is off for the time
      Then the repair was made with the model off
      And the plan is read from its nodes
      And the edit is still there

  Rule: The last resort is a restore

    @R1-RB-11 @mutates
    Scenario: The last-resort restore ends in a service that answers the old way
      Flag off, import, restart, verify. What was made since the export stays; what was changed since is lost.

      Given a system after the full migration
      And work that was done since the latest export
      When the last-resort restore is carried out
      Then the service is up
      And the canonical model is off
      And every plan, material and assignment of the export is as it was exported

    @R1-RB-12 @mutates
    Scenario: Plans, assignments and materials are checked after a restore
      If this fails: keep the system closed; restore an older export, and compare again.

      Given a system after the full migration
      And work that was done since the latest export
      When the latest export is imported
      Then every plan, material and assignment of the export is as it was exported

    @R1-RB-13
    Scenario: The incident report form is filled in
      If this fails: have whoever restored fill it in before the retrospective.

      Given a system after the full migration
      When the "incident report form" is read
      Then it has a row for "Began", "Ended", "Severity", "Root cause", "Checked after" and "Written by"
      And each of its rows gives "field" and "content"
      And no blank is left in it

  Rule: What calls for a rollback is watched

    Scenario Outline: An alert calls for the rollback when the <figure> is above <level>
      The card names what calls for a rollback; it may not depend on somebody looking.
      If this fails: define the alert, and have it call the incident response team.

      Given a system after the full migration
      When the alert definitions are read
      Then one on the <figure> fires above <level>
      And it tells "Incident response team"
      And its severity is "emergency", to be looked at "immediately"

      Examples:
        | criterion | figure                        | level                |
        | R1-RB-05  | number of server errors       | 0                    |
        | R1-RB-06  | number of plans without steps | 0                    |
        | R1-RB-07  | response time                 | 3 times the baseline |
        | R1-RB-08  | validation error rate         | 10 %                 |

    @mutates
    Scenario Outline: <bad> of <total> refused plan creations: the rollback alert <reaction>
      Given a system of which the alerts have seen nothing yet
      When <bad> of <total> plan creations go wrong
      Then the alert on the validation error rate above 10 % <reaction>

      Examples:
        | criterion | bad | total | reaction    |
        | R1-RB-08  | 10  | 100   | stays quiet |
        | R1-RB-08  | 11  | 100   | fires       |

    @mutates
    Scenario Outline: Launches that take <times> times the baseline: the rollback alert <reaction>
      Given a system of which the alerts have seen nothing yet
      When 100 launches take <times> times the baseline
      Then the alert on the response time above 3 times the baseline <reaction>

      Examples:
        | criterion | times | reaction    |
        | R1-RB-07  | 2.9   | stays quiet |
        | R1-RB-07  | 3.1   | fires       |

  Rule: People know what to do, and whom to tell

    @R1-RB-04
    Scenario: The rollback message stands ready on the card
      Nobody should have to find words at night.

      Given a system after the full migration
      When the "emergency card" is read
      Then it mentions "Canonical model rolled back, investigating issue"

    @R1-RB-14
    Scenario: Six incident roles have a name and a contact
      If this fails: fill the role or name a deputy before the window is announced.

      Given a system after the full migration
      When the "incident team" is read
      Then it has 6 rows
      And it has a row for "Deployment Lead", "Backend Engineer", "Database Admin", "Frontend Engineer", "On-Call Support" and "Product Owner"
      And each of its rows gives "name", "email", "phone" and "responsibility"

    @manual
    Scenario Outline: <what>
      If this fails: ask the <role>, and have the record signed.

      Then the <role> has signed for it

      Examples:
        | criterion | what                                                                         | role            |
        | R1-RB-15  | The deployment lead coordinates the rollout and approves rollbacks           | deployment lead |
        | R1-RB-16  | Backend, database, frontend, on-call and product duties are assigned         | deployment lead |
        | R1-RB-17  | An issue goes to on-call support first                                       | on-call support |
        | R1-RB-18  | Critical issues go to the deployment lead and the backend engineer           | deployment lead |
        | R1-RB-19  | Suspected corruption goes to the database admin and the deployment lead      | database admin  |
        | R1-RB-20  | A rollback is run with the deployment lead's approval                        | deployment lead |
        | R1-RB-21  | Everyone attends the retrospective                                           | deployment lead |
        | R1-FAQ-05 | Whoever rolls back by the flag tells the deployment lead at once             | deployment lead |
