@docflow_canary @phase_3
Feature: DocFlow canary, phase 3: everybody
  After half an hour without a finding all users get the release at once. What was measured is kept, and people are told.
  The phase ends when the audit event is written, the new baseline stands, and everybody knows.

  Rule: Everybody gets it, at once

    @R5-P3-01
    Scenario: The full rollout follows the canary at once
      "Immediate" is read as within 5 minutes. If this fails: what the canary has shown is no longer what is deployed; watch again.

      Given DocFlow after the full rollout
      And the papers of the DocFlow team
      When the "phase log" is read
      Then its phase "full" began within 5 minutes of the end of "canary"

    @R5-P3-02 @smoke
    Scenario: Every answer comes from the release
      If this fails: an instance was left behind; replace it.

      Given DocFlow after the full rollout
      When DocFlow is asked 60 times over new connections
      Then every answer comes from the release that is verified

    @R5-P3-02
    Scenario: Every instance runs the release
      Given DocFlow after the full rollout
      When the instances of DocFlow are listed
      Then each of at least 2 runs the release that is verified

  Rule: The audit event says what was measured

    @R5-P3-03 @R5-P3-04 @R5-P3-05 @R5-P3-06 @R5-P3-07 @R5-P3-08 @R5-P3-09
    Scenario: The audit event states length, figures and features
      Where it is kept the plan does not say: it is read from the list of audit events. Its figures must pass the canary's limits.
      If this fails: write the event anew from what Prometheus says, never from the plan's sample.

      Given DocFlow a day after the rollout
      When the audit event "phase1_rollout_complete" is read
      Then it states, field by field
        | criterion | field                                       | what                                                               |
        | R5-P3-03  | type                                        | exactly "phase1_rollout_complete"                                  |
        | R5-P3-04  | timestamp                                   | an instant in UTC                                                  |
        | R5-P3-05  | details.canary_duration_minutes             | exactly 30                                                         |
        | R5-P3-06  | details.success_metrics.api_p95_ms          | 1 to below 200                                                         |
        | R5-P3-07  | details.success_metrics.publish_p95_ms      | 1 to below 20                                                         |
        | R5-P3-08  | details.success_metrics.error_rate_percent  | 0 to below 1                                                         |
        | R5-P3-09  | details.features_deployed                   | all of queue_ai_enrichment, analytics_forecasting, export_scheduling |

    @R5-P3-03 @R5-P3-06 @R5-P3-07 @R5-P3-08 @mutates
    Scenario: Completing the rollout writes one event, with the figures that Prometheus gives
      Within a tenth, since a moment lies between them. If this fails: the event was copied; its figures are nobody's.

      Given DocFlow after the full rollout
      And users who use every feature of the canary
      When the rollout of DocFlow is completed
      Then one event "phase1_rollout_complete" has come, and none has gone
      And its figures are within 10 % of what Prometheus gives

  Rule: What was measured is kept

    @R5-P3-10
    Scenario: The new baseline is that of the release, and was measured
      If this fails: the next rollout would be compared with the release before this one, or with nothing.

      Given DocFlow a day after the rollout
      And the papers of the DocFlow team
      When the "performance baseline" is read
      Then it is of the release that is verified
      And its figures are within 10 % of the requests on record

    @R5-P3-11
    Scenario: The dashboard has a panel for every figure of the plan
      If this fails: add the panel; its query stands in the environment file, under the same name.

      Given DocFlow a day after the rollout
      When the panels of the dashboard are listed
      Then these are among the panels
        | AI Filter Usage Rate         |
        | Forecast Toggle Engagement   |
        | Export Schedule Frequency    |
        | User Satisfaction Score      |
        | Queue Load Time              |
        | Analytics Render Time        |
        | Export API Response Time     |
        | WebSocket Message Throughput |
        | AI Classification Failures   |
        | Forecast Calculation Errors  |
        | Export Scheduling Failures   |
        | UI Component Crashes         |

    @R5-P3-12
    Scenario Outline: An alert on <what> is loaded: <rule>
      If this fails: load the rules of the checkout; a file that nobody loads alarms nobody.

      Given DocFlow a day after the rollout
      When the alerting rules of DocFlow are listed
      Then "<rule>" is among them, and looks at "<metric>"

      Examples:
        | what                     | rule              | metric                       |
        | the AI's confidence      | LowAiConfidence   | ai_classification_confidence |
        | the forecast's deviation | ForecastDeviation | forecast_deviation_ratio     |

  Rule: People are told

    @R5-P3-13
    Scenario: Everybody in the house was told, after the rollout
      If this fails: send it today.

      Given DocFlow a day after the rollout
      And the papers of the DocFlow team
      When the "announcement mail" is read
      Then it mentions "AI filter", "forecast" and "scheduled exports"
      And it was sent within 24 hours after the full rollout

    @R5-P3-14
    Scenario: Admin users got links to documents that exist
      Given DocFlow a day after the rollout
      And the papers of the DocFlow team
      When the "admin users mail" is read
      Then it links at least 2 documents of the checkout, and none that is not there
      And it was sent within 24 hours after the full rollout

    @R5-P3-15
    Scenario: Feedback is being collected
      If this fails: ask the admin users; silence is no approval.

      Given DocFlow a day after the rollout
      And the papers of the DocFlow team
      When the "feedback register" is read
      Then each of its rows gives "at", "channel", "feature" and "feedback"
      And each of its entries is later than the full rollout
