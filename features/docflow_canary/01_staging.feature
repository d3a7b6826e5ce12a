@docflow_canary @phase_1
Feature: DocFlow canary, phase 1: staging
  For half an hour testers alone use the release: its metrics, its pages and its endpoints.
  The phase ends when all three features work there, and everybody knows what comes next.

  Rule: Everything is in hand before anything is deployed

    @manual
    Scenario Outline: <what>
      The plan ticks it in advance; a tick is no evidence. If this is not signed: the <role> sees to it first, and signs.

      Then the <role> has signed for it

      Examples:
        | criterion | what                                       | role            |
        | R5-PR-01  | The code of all three features is complete | deployment lead |

    @R5-PR-02
    Scenario Outline: The pull request can be reviewed: <condition>
      If this fails: complete it before anybody approves it.

      Given DocFlow on staging
      And the papers of the DocFlow team
      When the "pull request" is read
      Then <condition>

      Examples:
        | condition                                                                            |
        | it has a part on "technical details"                                                 |
        | it has a part on "rollback"                                                          |
        | it mentions "queue_ai_enrichment", "analytics_forecasting" and "export_scheduling"   |
        | no blank is left in it                                                               |

    @R5-PR-03
    Scenario Outline: The <records> of tests meet their own schema
      If this fails: mend the records that are named; what is tested with them proves nothing.

      Given DocFlow on staging
      When the fixtures of <records> are held against their schema
      Then every record of at least 3 is valid

      Examples:
        | records   |
        | documents |
        | schedules |

    @R5-PR-04
    Scenario: The release notes tell of all three features
      If this fails: write what is missing; nobody uses what they have not heard of.

      Given DocFlow on staging
      When the document "docs/RELEASE_NOTES.md" of DocFlow is read
      Then it mentions "queue_ai_enrichment", "analytics_forecasting" and "export_scheduling"

    @R5-PR-05
    Scenario: The integration tests of all three features are described
      The plan wants them described, not passed: what they would show, the rest of this phase shows.

      Given DocFlow on staging
      When the document "docs/INTEGRATION_TESTS.md" of DocFlow is read
      Then it has a part on "AI filter"
      And it has a part on "Forecast"
      And it has a part on "Export scheduling"

    @R5-PR-06
    Scenario: The way leads from a tenth straight to everybody
      There is no step in between, so that all of the watching is done at a tenth.
      If this fails: correct the rollout's configuration, or the plan.

      Given DocFlow on staging
      When the document "deploy/rollout.json" of DocFlow is read
      Then its steps are 10 % and 100 %, and none in between

  Rule: Only testers use it, for half an hour

    @R5-P1-02
    Scenario: A stranger reaches nothing on staging
      If this fails: close staging, and find out who has been there.

      Given DocFlow on staging
      When a stranger asks DocFlow for every page and every list
      Then each is refused before it reaches an instance

    @R5-P1-01
    Scenario: The validation took half an hour
      If this fails: go on testing; the time is part of the check.

      Given DocFlow on staging
      And the papers of the DocFlow team
      When the "phase log" is read
      Then its phase "staging" took at least 30 minutes

  Rule: The metrics are there, and they move

    Scenario Outline: <metric> is a <kind>
      Looked for at both instances. Without buckets there is no p95. If this fails: whatever watches it later watches nothing.

      Given DocFlow on staging
      When the metrics of both instances of DocFlow are read
      Then each of them exposes "<metric>" as a <kind>

      Examples:
        | criterion | metric             | kind      |
        | R5-P1-03  | publish_latency_ms | histogram |
        | R5-P1-04  | doc_ingested_total | counter   |
        | R5-P1-05  | revenue_total_eur  | counter   |

    @R5-P1-06 @mutates
    Scenario Outline: <metric> moves when <action>
      The plan names three metrics here, and those of the features in its canary only: all must take in data before that.
      If this fails: the figure that the canary is judged by stands still.

      Given DocFlow on staging
      And the metrics of DocFlow are noted
      When <action>
      Then "<metric>" has risen since, by <n> or more

      Examples: what every release has
        | action                        | metric             | n     |
        | a tester adds a document      | doc_ingested_total | 1     |
        | a tester publishes a contract | publish_latency_ms | 1     |
        | a tester publishes an invoice | revenue_total_eur  | 1 250 |

      Examples: what the features bring
        | action                         | metric                           | n |
        | a tester adds a letter         | ai_classification_requests_total | 1 |
        | a tester asks for the forecast | forecast_calculations_total      | 1 |
        | a tester schedules an export   | export_schedules_total           | 1 |

  Rule: The pages do what the features promise

    @R5-P1-07
    Scenario: The AI filter of the queue shows only what was chosen
      If this fails: read in the evidence what the page asked for; compare it with what the API gives.

      Given DocFlow on staging
      When a reader filters the queue page by "invoice"
      Then the page shows the same invoices as the API, fewer than without the filter
      And no component of the page has crashed
      And the page had no errors

    @R5-P1-08
    Scenario: The forecast switch draws a bar for each month to come
      If this fails: look at the figures first, in the API; then at the drawing.

      Given DocFlow on staging
      When a reader switches the forecast on
      Then a bar is drawn for each month that the API forecasts, where there was none before
      And no component of the page has crashed
      And the page had no errors

    @R5-P1-09 @mutates
    Scenario: The button schedules the export that was chosen
      If this fails: compare what the page has sent, in the evidence, with what is stored.

      Given DocFlow on staging
      When a tester chooses a weekly export as csv and presses the button
      Then the page confirms it, and lists it
      And the schedule is stored as it was chosen
      And the page had no errors

  Rule: The endpoints answer as agreed, and only to those who may ask

    @R5-P1-10 @smoke
    Scenario Outline: Filtered by <type> the queue holds only that
      The plan gives no shape: the answer is agreed in the API's documentation. If this fails: switch the AI queue off alone.

      Given DocFlow on staging
      When the queue of DocFlow is asked for the type "<type>"
      Then every document in it is of that type

      Examples:
        | type     |
        | invoice  |
        | contract |
        | receipt  |
        | letter   |

    @R5-P1-10
    Scenario: The filtered queue leaves no invoice out
      If this fails: compare the rows in the evidence; an index that is behind is the usual cause.

      Given DocFlow on staging
      When the queue of DocFlow is asked for the type "invoice"
      Then it lists the newest of them in the database, and counts them all

    @R5-P1-10
    Scenario: A type that does not exist is refused
      Given DocFlow on staging
      When the queue of DocFlow is asked for the type "poem"
      Then it is refused as malformed

    @R5-P1-11 @smoke
    Scenario: The plan's own call lists the schedules, and schedules nothing
      A curl without a method is a GET. If this fails: every check of the endpoint would leave an export behind.

      Given DocFlow on staging
      When the list of schedules is asked for twice, as the plan does
      Then both answers list the same schedules

    @R5-P1-11 @mutates
    Scenario Outline: A <frequency> export as <format> is scheduled by a POST
      If this fails: read in the answer what is refused; switch the scheduling off alone.

      Given DocFlow on staging
      When a tester schedules a <frequency> export as <format> over the API
      Then the schedule is stored as it was chosen
      And it is among the schedules that are listed

      Examples:
        | frequency | format |
        | daily     | csv    |
        | monthly   | json   |

    @R5-P1-11 @mutates
    Scenario: A schedule that makes no sense is refused, with everything that is wrong
      Given DocFlow on staging
      When a tester schedules a hourly export as pdf over the API
      Then it is refused as malformed, for "format" and "frequency"

    @R5-P1-12 @smoke
    Scenario Outline: Nobody gets in <how>
      Every endpoint below the administration, asked one by one. If this fails: take the endpoint off the network, now.

      Given DocFlow on staging
      When every admin endpoint of DocFlow is asked <how>
      Then each refuses the call for want of a valid token

      Examples:
        | how                |
        | without a token    |
        | with a wrong token |

    @R5-P1-12 @mutates
    Scenario: A page asks for the token first, and then shows what was asked for
      Given DocFlow on staging
      When a tester opens the queue page and signs in
      Then the form came first, and the queue after it
      And the page had no errors
