@canonical_model @phase_5
Feature: Canonical model, phase 5: cleanup
  Once the model has proved itself, what was kept for the way back is removed: fields, code, tests, words.
  Removing cannot be undone, so this phase begins late and ends with nothing left and everything on record.

  Rule: The stored plans are cleaned, carefully

    @R1-P5-01
    Scenario: The cleanup waits for a stable week
      If this fails: put it off; after the cleanup there is no execution graph to go back to.

      Given a system after the full migration
      When the "daily monitoring" is read
      Then in each of its rows "anomalies" is "none"
      And the cleanup begins at least 7 days after the full migration

    @R1-P5-02
    Scenario: Rehearsing the cleanup lists what would go, and removes nothing
      If this fails: do not execute it; mend the script first.

      Given a system after the full migration
      And the checksum of every plan is known
      When the cleanup is rehearsed
      Then it lists exactly the plans that hold an execution graph
      And no plan has changed

    @R1-P5-03 @R1-P5-04 @mutates
    Scenario: The cleanup takes the execution graph out of every plan, and nothing else
      If this fails: restore the export that was made before it.

      Given a system after the full migration
      And the meaning of every plan is known
      When the cleanup is executed
      Then no plan holds an execution graph
      And every plan still means the same
      And rehearsed again, the cleanup says "No deprecated fields found"

    @R1-P5-04
    Scenario: After the cleanup a rehearsal finds nothing more
      Given a system after the cleanup
      When the cleanup is rehearsed
      Then the cleanup says "No deprecated fields found"

    @R1-P5-05
    Scenario: No stored plan has an execution graph any more
      Asked of the store itself, whatever the script says. If this fails: run the cleanup again.

      Given a system after the cleanup
      When the stored plans are examined
      Then no plan holds an execution graph

    @R1-P5-06
    Scenario: The metadata of the migration is kept for half a year, and no longer
      The plan leaves it open whether it is archived or dropped; somebody must own the day.

      Given a system after the cleanup
      When the "migration metadata archive" is read
      Then the removal of the metadata is dated at least 26 weeks after the cleanup
      And no plan keeps its metadata longer
      And it gives "Owner"

  Rule: Code, tests and documents know one model only

    Scenario Outline: In <place> nothing is left of <trace>
      The archive is no part of it: it is kept on purpose, and must name what it archives.
      If this fails: remove what is named, and run every test again.

      Given a system after the cleanup
      When <place> is searched for <trace>
      Then nothing is found

      Examples: the code
        | criterion          | place                               | trace                   |
        | R1-P5-37           | the plan routes                     | the execution graph     |
        | R1-P5-37           | the plan designer                   | the old field names     |
        | R1-P5-07, R1-P5-37 | the code                            | the conversion function |
        | R1-P5-30           | the repository without its archives | the execution graph     |

      Examples: the tests
        | criterion | place             | trace                  |
        | R1-P5-09  | the tests         | backward compatibility |
        | R1-P5-10  | the unit tests    | the execution graph    |
        | R1-P5-11  | the test fixtures | the execution graph    |

      Examples: the documentation
        | criterion | place                 | trace                  |
        | R1-P5-12  | the API documentation | the execution graph    |
        | R1-P5-14  | the API documentation | backward compatibility |

    @R1-P5-08 @mutates
    Scenario Outline: A plan with <flaw> cannot bring it back
      If this fails: the field would creep into new plans, and nobody reads it any more.

      Given a system after the cleanup
      When a plan is sent with <flaw>
      Then <flaw> is refused by name, or left out of what is stored

      Examples:
        | flaw                 |
        | an execution graph   |
        | the old field time   |
        | the old field skills |

    @R1-P5-29 @mutates
    Scenario: Without the fallback every test still passes
      If this fails: restore the former release, then find what the test still needs.

      Given a system after the cleanup
      When "npm test" is run
      Then every test passes

    @R1-P5-13
    Scenario: The samples of the API documentation are canonical
      People copy samples. If this fails: rewrite them, and try each against the release.

      Given a system after the cleanup
      When the document "docs/API.md" is read
      Then each of its samples is in the canonical shape

    Scenario Outline: <document> has a part on <subject>
      The old contracts are marked, not described: a client that still speaks them must learn that they are gone.

      Given a system after the cleanup
      When the document <document> is read
      Then it has a part on <subject>

      Examples:
        | criterion | document                                 | subject      |
        | R1-P5-15  | "docs/API.md"                            | "deprecated" |
        | R1-P5-23  | "quote-portal/docs/OPERATOR-TRAINING.md" | "FAQ"        |

    Scenario Outline: <document> is up to date
      If this fails: whoever joins next learns the old model from it.

      Given a system after the cleanup
      When the document "<document>" is read
      Then it mentions <phrases>

      Examples:
        | criterion | document                     | phrases                                                 |
        | R1-P5-16  | README.md                    | "canonical model is the default"                        |
        | R1-P5-17  | TEKNIK-KLAVUZ.md             | "nodes", "nominalTime", "requiredSkills", "efficiency"  |
        | R1-P5-18  | KULLANIM-KLAVUZU.md          | "Verimlilik", "efficiency"                              |
        | R1-P5-19  | Optimized-DATA-FLOW-STUDY.md | "historical document"                                   |

  Rule: The migration is archived

    @R1-P5-24
    Scenario: Both scripts are in the archive, and out of reach
      If this fails: move them. Among the scripts of every day somebody would run them again.

      Given a system after the cleanup
      When the folders of the migration scripts are listed
      Then both scripts are in the archive of the migration, and nowhere else

    @R1-P5-25
    Scenario: The archive says when, by whom and with what success
      If this fails: fill it in from the execution report while people remember.

      Given a system after the cleanup
      When the document "archives/migration-2025-11/README.md" is read
      Then it gives "Migration Date", "Executed By" and "Plans Migrated"
      And its "Success Rate" is "100%"
      And its "Errors" is "0"

    @R1-P5-26
    Scenario: The archive describes both scripts and counts the results
      Given a system after the cleanup
      When the document "archives/migration-2025-11/README.md" is read
      Then it mentions "migrateExecutionGraphToNodes.js" and "cleanupDeprecatedFields.js"
      And it gives "Total plans", "Successfully migrated" and "Errors"

    @R1-P5-27
    Scenario: The archive says that it must not be deleted
      Auditors ask for it years later.

      Given a system after the cleanup
      When the document "archives/migration-2025-11/README.md" is read
      Then it mentions "do not delete this archive"

    @R1-P5-28
    Scenario: The archive was committed under the prescribed message
      Auditors search for this message.

      Given a system after the cleanup
      When the commits are read
      Then one of them says "chore: archive canonical model migration scripts"

  Rule: A new baseline is there for whatever comes next

    @mutates
    Scenario Outline: Without the fallback <what> take less than 500 ms on average
      The plan only wants the mean measured; 500 ms is its own target for a response, and no mean may lie above it.
      If this fails: do not document it as the new baseline; look for what became slower.

      Given a system after the cleanup
      When 60 <what> are timed
      Then their mean response time is below 500 ms

      Examples:
        | criterion | what           |
        | R1-P5-33  | plan creations |
        | R1-P5-34  | plan launches  |
        | R1-P5-35  | assignments    |

    @R1-P5-36
    Scenario: The new baseline is written down
      If this fails: nobody can tell later whether a release has become slower.

      Given a system after the cleanup
      When the "new performance baseline" is read
      Then it documents the mean duration of "creation", "launch", "start" and "completion"
      And it was captured on the release that is verified

  Rule: What only people can say

    @manual
    Scenario Outline: <what>
      If this fails: ask the <role>, and have the record signed.

      Then the <role> has signed for it

      Examples:
        | criterion | what                                                             | role               |
        | R1-P5-20  | The slides for operators are up to date                          | operations manager |
        | R1-P5-21  | The examples of efficiency are up to date                        | operations manager |
        | R1-P5-22  | The guides for troubleshooting are up to date                    | operations manager |
        | R1-P5-31  | The documentation is up to date and right                        | tech lead          |
        | R1-P5-32  | The team has had its training and feels at home in the new model | operations manager |
