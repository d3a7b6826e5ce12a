@postgres_build @operations
Feature: Database build: standups, contacts and what is left to do
  The daily standup says where the work stands, everybody knows whom to ask, and what is left has a date.

  Rule: The standup says where the work stands

    Scenario Outline: The standup <what>
      If this fails: whoever leads the standup fills it in today.

      Given the database build on day 3 of the rollout
      And the papers of its team
      When the "standup notes" is read
      Then <condition>

      Examples:
        | criterion | what                                           | condition                                                         |
        | R2-ST-01  | lists finished work, current work and blockers | it has something to say under "Completed", "In progress" and "Blockers" |
        | R2-ST-02  | gives progress as done against total           | its "Migration progress" is a number of a number of documents     |
        | R2-ST-03  | gives the average query time                   | its "Query performance" is a number of milliseconds               |
        | R2-ST-04  | gives the error rate                           | its "Error rate" is a percentage                                  |
        | R2-ST-05  | gives the coverage of the tests                | its "Test coverage" is a percentage                               |

    Scenario Outline: The standup's <figure> <relation>
      A figure that is copied from the day before helps nobody. If this fails: measure, and correct the notes.

      Given the database build on day 3 of the rollout
      And the papers of its team
      When the "standup notes" is read
      Then its "<figure>" <relation>

      Examples:
        | criterion | figure             | relation                                  |
        | R2-ST-02  | Migration progress | counts no more done than there are        |
        | R2-ST-04  | Error rate         | is that of the recorded traffic of the day |

  Rule: Everybody knows whom to ask

    @R2-CS-01
    Scenario: Technical lead, database admin and DevOps are named
      If this fails: fill in the list, and send it to everybody on it.

      Given the database build
      And the papers of its team
      When the "contacts" is read
      Then it has a row for "Technical Lead", "Database Admin" and "DevOps"
      And each of its rows gives "role", "name" and "phone"
      And no blank is left in it

    @R2-CS-02
    Scenario: An issue goes from the logs to the database, to Slack, to a call
      If this fails: correct the path; at night people follow it line by line.

      Given the database build
      And the papers of its team
      When the "escalation path" is read
      Then it leads from "pm2 logs burkol-api-green" over "psql" and "#mes-migration" to "Call the technical lead"

  Rule: What is left has a date

    @manual
    Scenario Outline: <what>
      If this is not signed: the <role> sees to it first, and signs.

      Then the <role> has signed for it

      Examples:
        | criterion | what                                                                  | role           |
        | R2-PM-01  | The former store is deleted by hand, after 30 days and not before     | database admin |
