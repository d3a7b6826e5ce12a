@canonical_model @phase_3
Feature: Canonical model, phase 3: who is told and trained
  A pilot needs operators who know what they see, teams that know what is coming, and a list of whom to call.
  This file reads the papers of the rollout: mails, the feedback form, the training, the lists of contacts.

  Rule: Engineering and QA hear of a deployment a week ahead

    Scenario Outline: The mail on the deployment to <environment>: <finding>
      If this fails: send it again, complete, and move the deployment if that is too late.

      Given a system in its pilot week
      When the "deployment mail for <environment>" is read
      Then <finding>

      Examples: staging
        | criterion | environment | finding                                                                                                           |
        | R1-CM-01  | staging     | it went to "engineering" and "qa"                                                                                 |
        | R1-CM-01  | staging     | it was sent at least 1 week before the moment it announces                                                        |
        | R1-CM-02  | staging     | it announces a day and an hour                                                                                    |
        | R1-CM-02  | staging     | it mentions "to staging", "node schema", "feature flag" and "backward compatibility"                              |
        | R1-CM-03  | staging     | it mentions "creating and editing plans", "launching plans", "material reservation" and "efficiency calculations" |
        | R1-CM-04  | staging     | it names an address for issues                                                                                    |

      Examples: production
        | criterion | environment | finding                                                                                                           |
        | R1-CM-01  | production  | it went to "engineering" and "qa"                                                                                 |
        | R1-CM-01  | production  | it was sent at least 1 week before the moment it announces                                                        |
        | R1-CM-02  | production  | it announces a day and an hour                                                                                    |
        | R1-CM-02  | production  | it mentions "to production", "node schema", "feature flag" and "backward compatibility"                           |
        | R1-CM-03  | production  | it mentions "creating and editing plans", "launching plans", "material reservation" and "efficiency calculations" |
        | R1-CM-04  | production  | it names an address for issues                                                                                    |

    @R1-CM-05
    Scenario: Every mail of the rollout carries its own subject
      People sort by subjects. Mails that are not due yet are passed over.

      Given a system after the full migration
      When the mails sent so far are read
      Then each carries the subject of its kind
        | mail                           | subject                              |
        | deployment mail for staging    | Canonical Model Deployment - Phase 2 |
        | deployment mail for production | Canonical Model Deployment - Phase 3 |
        | mail of the rollout today      | Canonical Model Full Rollout - Today |
        | success mail                   | ✅ Canonical Model Rollout - Success |
        | issue mail                     | ⚠️ Canonical Model - Issue Detected   |

  Rule: The operators are asked what they think

    Scenario Outline: The feedback form asks about <subject>
      If this fails: add the question, and hand the form out again.

      When the "feedback form" is read
      Then it mentions <words>

      Examples:
        | criterion | subject             | words                         |
        | R1-P3-46  | the new plan screen | "how easy" and "plan screen"  |
        | R1-P3-47  | errors              | "errors" and "expect"         |
        | R1-P3-48  | reservations        | "reservations" and "accurate" |
        | R1-P3-49  | efficiency figures  | "efficiency" and "right"      |
        | R1-P3-50  | improvements        | "suggestion"                  |

  Rule: The operators are trained before they meet the new model

    Scenario Outline: The training document: <finding>
      If this fails: write this part before the pilot operators are trained.

      When the document "quote-portal/docs/OPERATOR-TRAINING.md" is read
      Then <finding>

      Examples:
        | criterion | finding                                           |
        | R1-TR-01  | no blank is left in it                            |
        | R1-TR-02  | it has a part on "what efficiency is" and "times" |
        | R1-TR-03  | it has a part on "overriding" and "efficiency"    |
        | R1-TR-05  | it has a part on "effective" and "nominal"        |
        | R1-TR-06  | it has a part on "reservation" and "warning"      |
        | R1-TR-07  | it has a part on "efficiency" and "indicators"    |
        | R1-TR-09  | it has a part on "FAQ" and "troubleshooting"      |

    @R1-TR-10
    Scenario: The training material is written in week 2
      If this fails: there is no week left to train anybody before the pilot.

      When the "training schedule" is read
      Then in its row on "training material written" the "week" is "2"

    @R1-TR-04 @mutates
    Scenario: The efficiency of a single operation can be overridden
      What the training teaches must work. Nominal 30 minutes take 40 at 75 %, and the other steps keep their times.

      Given a plan with these steps
        | operation | nominal time | efficiency |
        | OP-CUT    | 20 min       | 100 %      |
        | OP-WELD   | 30 min       | 75 %       |
        | OP-PACK   | 10 min       | 100 %      |
      When the plan is launched
      Then its assignments take 20, 40 and 10 minutes

    @R1-TR-08
    Scenario: The designer shows the efficiency of every step
      If this fails: the operators are trained for badges that they cannot see; publish the frontend again.

      When the newest plan is opened in the designer
      Then each of its steps shows its efficiency

  Rule: Everybody can be reached

    Scenario Outline: The list of <list> is complete
      If this fails: fill in the list, and send it to everybody on it.

      When the "<list>" is read
      Then it has <n> rows
      And each of its rows gives <columns>
      And it has a row for <roles>

      Examples:
        | criterion | list               | n | columns                             | roles                                                                                                                                          |
        | R1-AP-20  | stakeholders       | 8 | "role", "name", "email" and "phone" | "Project Owner", "Tech Lead", "Deployment Lead", "Backend Engineer", "Frontend Engineer", "Database Admin", "QA Lead" and "Operations Manager" |
        | R1-AP-21  | emergency contacts | 3 | "role", "name" and "phone"          | "On-Call Engineer", "Deployment Lead (backup)" and "Database Admin (backup)"                                                                   |
