@docflow_canary @operations
Feature: DocFlow canary: what is watched
  Twelve panels and three alerts, during the canary and after it: how the features are used, what they cost, what fails.
  A figure that stands still, and an alert that never fires, look exactly like a good day.

  Rule: Every panel has its figure

    Scenario Outline: The panel "<panel>" shows a figure
      The plan names the panels and not their metrics: the dashboard of the checkout has the queries.
      If this fails: read in the evidence which query is empty, and compare it with what the service exposes.

      Given DocFlow after the full rollout
      And users who use every feature of the canary
      When the panel "<panel>" is evaluated
      Then each of its queries gives a figure

      Examples: how the features are adopted
        | criterion | panel                        |
        | R5-MO-01  | AI Filter Usage Rate         |
        | R5-MO-02  | Forecast Toggle Engagement   |
        | R5-MO-03  | Export Schedule Frequency    |
        | R5-MO-04  | User Satisfaction Score      |

      Examples: what they cost
        | criterion | panel                        |
        | R5-MO-05  | Queue Load Time              |
        | R5-MO-06  | Analytics Render Time        |
        | R5-MO-07  | Export API Response Time     |
        | R5-MO-08  | WebSocket Message Throughput |

      Examples: what goes wrong
        | criterion | panel                        |
        | R5-MO-09  | AI Classification Failures   |
        | R5-MO-10  | Forecast Calculation Errors  |
        | R5-MO-11  | Export Scheduling Failures   |
        | R5-MO-12  | UI Component Crashes         |

  Rule: What happens is counted

    @mutates
    Scenario Outline: A visit to the <page> page is timed, and the use of its feature counted
      Read at the instances themselves, before and after. If this fails: the panel shows a figure, and the wrong one.

      Given DocFlow after the full rollout
      And the metrics of DocFlow are noted
      When <action>
      Then "<time>" has risen since, by 1 or more
      And "feature_use_total" of "<feature>" has risen since

      Examples:
        | criterion          | page      | action                                    | time                     | feature               |
        | R5-MO-01, R5-MO-05 | queue     | a tester opens and filters the queue page | queue_load_seconds       | queue_ai_enrichment   |
        | R5-MO-02, R5-MO-06 | analytics | a tester switches the forecast on         | analytics_render_seconds | analytics_forecasting |

    @mutates
    Scenario Outline: <metric> counts when <action>
      Given DocFlow after the full rollout
      And the metrics of DocFlow are noted
      When <action>
      Then "<metric>" has risen since, by 1 or more

      Examples: what is used
        | criterion | action                                         | metric                           |
        | R5-MO-03  | a tester schedules an export                   | export_schedules_total           |
        | R5-MO-08  | a tester watches the queue while it changes    | websocket_messages_total         |

      Examples: what goes wrong
        | criterion | action                                         | metric                           |
        | R5-MO-09  | a tester adds a document without a single word | ai_classification_failures_total |
        | R5-MO-11  | a tester asks for a schedule without sense     | export_schedule_failures_total   |

    @mutates
    Scenario Outline: <metric> tells <part> apart when <action>
      Given DocFlow after the full rollout
      And the metrics of DocFlow are noted
      When <action>
      Then "<metric>" of "<part>" has risen since

      Examples:
        | criterion | action                                  | metric                       | part                                 |
        | R5-MO-07  | a tester takes an export at once        | api_request_duration_seconds | /api/admin/analytics/export          |
        | R5-MO-07  | a tester schedules an export            | api_request_duration_seconds | /api/admin/analytics/export/schedule |
        | R5-MO-12  | a page reports the crash of a component | ui_component_crashes_total   | queue                                |

  Rule: Alerts are loaded, and fire when they must

    Scenario Outline: The alert <rule> is <severity>, is evaluated and is quiet
      If this fails: an alert that fires is a finding; one that is not evaluated says nothing.

      Given DocFlow with a tenth of its users on the canary
      When the alerting rules of DocFlow are listed
      Then "<rule>" is among them, with the severity "<severity>"
      And it is quiet

      Examples:
        | criterion | rule               | severity |
        | R5-MO-13  | Phase1ServerErrors | critical |
        | R5-MO-14  | LowAiConfidence    | warning  |
        | R5-MO-15  | ForecastDeviation  | info     |

    @mutates
    Scenario Outline: The alert <rule> fires when <cause>
      Caused on purpose, on a stand-in; the least that must be enough. If this fails: nobody is woken when it matters.

      Given DocFlow with a tenth of its users on the canary
      When <cause>
      Then the alert "<rule>" fires within 20 seconds

      Examples:
        | criterion | rule               | cause                                                           |
        | R5-MO-13  | Phase1ServerErrors | a new endpoint of the canary answers 1 time with a server error |
        | R5-MO-14  | LowAiConfidence    | 15 % of the classified documents have a confidence of 0.4       |
        | R5-MO-15  | ForecastDeviation  | the forecast deviates by 25 % from what was earned              |

    @mutates
    Scenario Outline: The alert <rule> stays quiet when <cause>
      Alerts that cry wolf are switched off by those they wake. If this fails: compare the threshold with the plan's.

      Given DocFlow with a tenth of its users on the canary
      When <cause>
      Then the alert "<rule>" stays quiet for 5 seconds

      Examples:
        | criterion | rule               | cause                                                     |
        | R5-MO-14  | LowAiConfidence    | 5 % of the classified documents have a confidence of 0.4  |
        | R5-MO-15  | ForecastDeviation  | the forecast deviates by 15 % from what was earned        |
