@docflow_canary @phase_2
Feature: DocFlow canary, phase 2: a tenth of the users
  For half an hour one request in ten reaches the release, side by side with the one before.
  The phase ends in the full rollout when the canary is as quick and as sound as stable; anything else ends in a rollback.

  Rule: A tenth, under watch, for half an hour

    @R5-P2-02 @smoke
    Scenario: Both arms are well, and the canary has the release
      If this fails: do not begin to count the half hour.

      Given DocFlow with a tenth of its users on the canary
      When both arms of DocFlow are asked for their health
      Then both are well, and each says which arm it is
      And the canary has the release that is verified, with all three features on

    @R5-P2-02
    Scenario: The router is told to send a tenth to the canary
      Given DocFlow with a tenth of its users on the canary
      When the share of the canary is read from the router
      Then it is exactly 10 %

    @R5-P2-02
    Scenario: A tenth of the requests reaches the canary
      What is configured is one thing: requests over new connections are counted by who answers them.
      If this fails: the half hour has seen fewer users than the plan wants, or more than it allows.

      Given DocFlow with a tenth of its users on the canary
      When 1 500 requests are sent to the router of DocFlow
      Then 10 % of them are answered by the canary, within 4 points

    @R5-P2-01
    Scenario: The canary was watched for half an hour
      Too short for figures of forecasts or schedules, which are looked at in the review.

      Given DocFlow after the full rollout
      And the papers of the DocFlow team
      When the "phase log" is read
      Then its phase "canary" took at least 30 minutes

    @R5-P2-03 @smoke
    Scenario: Both arms are being scraped
      If this fails: nobody sees what the canary does; send its users back to stable until somebody does.

      Given DocFlow with a tenth of its users on the canary
      When the last scrapes of both arms are looked up
      Then none of them failed, or is older than 1 minute

    @R5-P2-03 @smoke
    Scenario: The alerts on the canary are being evaluated
      Given DocFlow with a tenth of its users on the canary
      When the alerting rules of DocFlow are listed
      Then "Phase1ServerErrors", "LowAiConfidence" and "ForecastDeviation" are evaluated without an error

    @R5-P2-03
    Scenario: Every panel of the dashboard shows a figure
      If this fails: read in the evidence which query is empty; a metric has another name, or its labels match nothing.

      Given DocFlow with a tenth of its users on the canary
      And users who use every feature of the canary
      When every panel of the dashboard is evaluated
      Then none of at least 12 panels is empty

  Rule: The canary is as quick and as sound as it must be

    @R5-P2-04 @R5-P2-05 @R5-P2-06 @serial
    Scenario: What users meet on the canary is quick, and hardly ever fails
      One server error in a new endpoint already rolls back (below); this is for all the others.
      If this fails: send all users back to stable, then read which endpoint is slow.

      Given DocFlow with a tenth of its users on the canary
      And users who keep using the canary
      When the users of the canary are observed for 30 minutes
      Then their p95 of "API" is shown below 200 ms
      And their p95 of "publishing" is shown below 20 ms
      And their share of server errors is shown below 1 %

    @R5-P2-16 @serial
    Scenario: The canary is not a fifth slower than stable, nor than it was before
      Both arms answer the same requests at the same time; the body and the tail are compared. What a release does to
      both of them, by what they share, shows only beside the time before: there the middle, since hours differ in their tails.
      The plan rolls back above 20 %, wants 5 % in the end, and says nothing in between: then the rollout holds.

      Given the response times of DocFlow before the canary
      And DocFlow with a tenth of its users on the canary
      When both arms of DocFlow are observed for 30 minutes
      Then the canary is no more than 20 % slower than before, if that was captured
      And the canary is shown to be no more than 20 % slower

    @R5-P2-14
    Scenario: The new endpoints of the canary have answered without one server error
      Counted by the canary itself, since it was started; so much as one rolls back, and is a critical alert, too.
      If this fails: roll back first, then read the log.

      Given DocFlow with a tenth of its users on the canary
      And users who use every feature of the canary
      When the answers of the canary's new endpoints are counted
      Then none of at least 30 was a server error

    @R5-P2-07
    Scenario Outline: The <page> page of the canary runs without an error
      Errors of scripts, and requests that fail. If this fails: switch the feature off alone, if it is one of the three.

      Given DocFlow with a tenth of its users on the canary
      When a reader goes through the <page> page of the canary
      Then the page had no errors

      Examples:
        | page      |
        | queue     |
        | analytics |
        | export    |

    @R5-P2-15
    Scenario Outline: No component of the <page> page crashes
      What a component reports as its crash is read as the page would send it, and never sent.
      If this fails: roll back; the user sees a notice where the component was.

      Given DocFlow with a tenth of its users on the canary
      When a reader goes through the <page> page of the canary
      Then no component of the page has crashed

      Examples:
        | page      |
        | queue     |
        | analytics |

    @R5-P2-15 @smoke
    Scenario: No user of the canary has met a crash
      Given DocFlow with a tenth of its users on the canary
      When the crashes that the canary has counted are read
      Then there is none

  Rule: The queries of the plan are mended before anybody looks at them

    @R5-P2-08
    Scenario: The query for the p95, as the plan prints it, gives nothing
      It names no buckets, so that Prometheus has nothing to compute a quantile from. Whoever copies it sees "no data".

      Given DocFlow with a tenth of its users on the canary
      And users who use every feature of the canary
      When the query "API p95, as the plan prints it" is asked
      Then it gives no figure at all

    @R5-P2-08
    Scenario Outline: The p95 of <what> comes from its buckets
      Given DocFlow with a tenth of its users on the canary
      And users who use every feature of the canary
      When the figure "<figure>" is asked for
      Then it is one figure, above 0 ms

      Examples:
        | what       | figure                     |
        | the API    | API p95 of the canary      |
        | publishing | publish p95 of the canary  |

    @R5-P2-09
    Scenario: The query for the error rate, as the plan prints it, is no share
      Errors a second of each series by itself, and nothing while there are none: no percentage can be read from it.

      Given DocFlow with a tenth of its users on the canary
      And users who use every feature of the canary
      When the query "errors, as the plan prints it" is asked
      Then it gives no figure for all requests together

    @R5-P2-09
    Scenario: The share of server errors counts errors among all requests
      Without an error it is 0 only if the requests are counted by their status.

      Given DocFlow with a tenth of its users on the canary
      And users who use every feature of the canary
      When the share of server errors of the canary is asked for
      Then it is a share of at least 100 requests

    @smoke
    Scenario Outline: The counter <counter> is there
      If this fails: "no data" would be read as "nothing happened".

      Given DocFlow with a tenth of its users on the canary
      When the counter "<counter>" is looked for
      Then the canary has a series of it

      Examples:
        | criterion | counter                          |
        | R5-P2-10  | ai_classification_requests_total |
        | R5-P2-11  | forecast_calculations_total      |
        | R5-P2-12  | export_schedules_total           |

    @R5-P2-13
    Scenario: The query address answers as Prometheus does
      Braces and brackets are encoded on the way; curl would take them for a pattern of its own.
      If this fails: look at the address; a page that says "sign in" is no answer.

      Given DocFlow with a tenth of its users on the canary
      When the query "errors, as the plan prints it" is asked
      Then the answer is a success with data
