@docflow_canary @success
Feature: DocFlow canary: success
  What the rollout is measured by in the end: a canary without a finding, no loss of speed, and features that are used.
  Figures of people and business come from the days on record, before the rollout and after it.

  Rule: It was a sound rollout

    @R5-KPI-01
    Scenario: Everything was green for the whole of the canary
      If this fails: the full rollout had no ground to stand on; find out who gave the word.

      Given DocFlow after the full rollout
      And the papers of the DocFlow team
      When the "canary log" is read
      Then every check in it is green, each at least every 5 minutes from begin to end of the canary
      And it has a row for "API p95", "publish p95", "error rate" and "JavaScript errors"

    @R5-KPI-02
    Scenario: Requests take no more than 5 % longer than before
      The days on record before and after the rollout. Above 20 % the canary would have been rolled back; this is the aim.
      If this fails: find the endpoint that has become slower, before the next release makes it slower still.

      Given DocFlow a day after the rollout
      When the requests on record are compared with those before the rollout
      Then they take no more than 5 % longer, in the middle and at the p95

    @R5-KPI-03
    Scenario: The first day has seen no critical error
      Nothing on record proves something only where the record has no gap.

      Given DocFlow a day after the rollout
      When the record of the first 24 hours is read
      Then no critical error is in it
      And it has no gap of more than 1 hour

  Rule: People use it, and like it

    @R5-KPI-04
    Scenario: More than half of the admins have tried a feature
      Within 48 hours; the review is after 24, when a "not yet" decides nothing and a "yes" already does.
      If this fails: ask those who have not; the training may have missed them.

      Given DocFlow a day after the rollout
      When the admins who have used a feature within 48 hours are counted
      Then they are more than 50 % of all

    @R5-KPI-08
    Scenario Outline: Users rate <feature> above 4.0 of 5
      Half of the admins must have answered: the mean of a few friends is no rating.

      Given DocFlow a day after the rollout
      And the papers of the DocFlow team
      When the "survey results" is read
      Then at least half of the admins have rated "<feature>", above 4.0 of 5 in the mean

      Examples:
        | feature               |
        | queue_ai_enrichment   |
        | analytics_forecasting |
        | export_scheduling     |

  Rule: It pays

    @R5-KPI-05
    Scenario: Documents classified by hand have fallen by 15 %
      The plan gives no days to compare with: those on record before the rollout, as a share of all documents of the day.

      Given DocFlow a day after the rollout
      When the classification by hand is compared with the days before
      Then it has fallen by at least 15 %

    @R5-KPI-06
    Scenario: The AI is sure of most documents
      More than 0.85 for 80 % of them; the alert below 0.5 for 10 % leaves a wide gap, in which nobody is warned.

      Given DocFlow a day after the rollout
      When the confidence of the classified documents is read
      Then at least 80 % of at least 200 are above 0.85

    @R5-KPI-07
    Scenario: Three exports in ten are scheduled
      The plan gives no operator: read as at least.

      Given DocFlow a day after the rollout
      When the exports since the rollout are counted
      Then at least 30 % of at least 50 were scheduled
