@docflow_canary @review
Feature: DocFlow canary: the review after 24 hours
  A day later the team says what the release has cost, how it is used, what users say, and what it has learned.
  Reports are held against the record: a figure in a report that nobody measured is worse than none.

  Rule: The performance report says what is on record

    Scenario Outline: The report compares <what> before and after
      Within 5 % of what the record gives. If this fails: the report was not made from the record; write it anew.

      Given DocFlow a day after the rollout
      And the papers of the DocFlow team
      When the "performance report" is read
      Then it has a part on "<heading>"
      And its <figures> are within 5 % of the record, before and after

      Examples:
        | criterion | what                | heading   | figures                        |
        | R5-PD-01  | latency percentiles | Latency   | "p50 ms", "p95 ms" and "p99 ms" |
        | R5-PD-02  | the error rate      | Errors    | "error rate %"                 |
        | R5-PD-03  | the use of resources | Resources | "CPU %" and "memory MB"        |

  Rule: The usage report says who uses what

    Scenario Outline: The report counts the use of <feature>
      If this fails: count again, from the record of the first 24 hours.

      Given DocFlow a day after the rollout
      And the papers of the DocFlow team
      When the "usage report" is read
      Then its admins and uses of "<feature>" are those on record

      Examples:
        | criterion | feature               |
        | R5-PD-04  | queue_ai_enrichment   |
        | R5-PD-05  | analytics_forecasting |
        | R5-PD-06  | export_scheduling     |

  Rule: Users were asked, and heard

    @R5-PD-07
    Scenario: The survey went out within a day
      Given DocFlow a day after the rollout
      And the papers of the DocFlow team
      When the "survey mail" is read
      Then it mentions "1 to 5"
      And it was sent within 24 hours after the full rollout

    @R5-PD-08
    Scenario: Every support ticket was looked into
      If this fails: a ticket without a finding will come again.

      Given DocFlow a day after the rollout
      And the papers of the DocFlow team
      When the "ticket analysis" is read
      Then each of its rows gives "ticket", "feature", "severity", "finding" and "action"

    @R5-PD-09
    Scenario: Feature requests are ranked by how many ask for them
      Given DocFlow a day after the rollout
      And the papers of the DocFlow team
      When the "feature requests" is read
      Then its ranks run from 1 on without a gap, with the most asked for first

  Rule: What was learned is written down

    Scenario Outline: <document> is up to date
      If this fails: whoever needs it next will find the release before.

      Given DocFlow a day after the rollout
      When the document "<document>" of DocFlow is read
      Then <condition>

      Examples:
        | criterion | document           | condition                                                                                    |
        | R5-PD-10  | docs/DEPLOYMENT.md | it mentions "vercel rollback", "fly deploy --image", "phase1_enabled" and ".env.rollback"     |
        | R5-PD-11  | docs/TRAINING.md   | it has a part on "AI filter"                                                                 |
        | R5-PD-11  | docs/TRAINING.md   | it has a part on "Forecast"                                                                  |
        | R5-PD-11  | docs/TRAINING.md   | it has a part on "Scheduled exports"                                                         |
        | R5-PD-12  | docs/LESSONS.md    | it has a part on "What went well"                                                            |
        | R5-PD-12  | docs/LESSONS.md    | it has a part on "What did not"                                                              |
        | R5-PD-12  | docs/LESSONS.md    | it has a part on "What we change"                                                            |

  Rule: Everybody knows who decides

    @R5-OW-01
    Scenario: Deployment, monitoring and rollback have their owners
      If this fails: name them before anything is deployed.

      Given DocFlow on staging
      And the papers of the DocFlow team
      When the "owners" is read
      Then in its row on "Deployment" the "owner" is "Development Team"
      And in its row on "Monitoring" the "owner" is "SRE Team"
      And in its row on "Rollback" the "owner" is "Technical Lead"

    @R5-OW-03 @manual
    Scenario Outline: The <role> has agreed to go live
      Both must: one signature is none.

      Then the <role> has signed for it

      Examples:
        | role           |
        | product owner  |
        | technical lead |
