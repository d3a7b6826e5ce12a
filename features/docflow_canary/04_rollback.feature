@docflow_canary @rollback
Feature: DocFlow canary: going back
  Everything goes back within five minutes, and a single feature can be taken back alone.
  Drilled on staging, and put back afterwards; production is never rolled back by the suite.

  Rule: Everything can go back at once

    @R5-RB-01 @mutates @serial
    Scenario: Within five minutes the former release answers everywhere
      Front end, both instances and the flag, in the plan's order; the clock runs from the first command to the first
      answer of the former release from both instances and the page. If this fails: do not go to production.

      Given DocFlow after the full rollout
      When everything is rolled back
      Then the former release answers from both instances and the page, within 5 minutes
      And no feature is left anywhere

    @R5-RB-02 @mutates
    Scenario Outline: The front end goes back with <form>
      The documented form is `vercel rollback`; the plan's order of options must work as well, since people will copy it.
      If this fails: correct the command in the plan, tonight nobody looks it up.

      Given DocFlow after the full rollout
      When the front end is rolled back with <form>
      Then the former deployment is the current one
      And the pages come from it

      Examples:
        | form                         |
        | the documented command       |
        | the command as it is printed |

    @R5-RB-02 @mutates
    Scenario: With a wrong token the front end stays where it is
      Given DocFlow after the full rollout
      When the front end is rolled back with a wrong token
      Then the command fails, and the deployment is the same as before

    @R5-RB-03 @mutates
    Scenario: Both instances run the former image
      If this fails: an instance that was left behind mixes both releases for every user.

      Given DocFlow after the full rollout
      When the former image is deployed
      Then both instances run the former release, and are well

    @R5-RB-03 @mutates
    Scenario: An image that does not exist is refused, and nothing is stopped for it
      Given DocFlow after the full rollout
      When the image "registry.fly.io/docflow:v0.0.0" is deployed
      Then the command fails, and both instances run as before

    @R5-RB-04 @mutates
    Scenario Outline: The flag is not changed <how>
      The plan's sample carries neither token nor type. Whoever copies it at night must know that nothing happens.
      If this fails: anybody can switch the features off.

      Given DocFlow after the full rollout
      When the flag is switched off <how>
      Then it is refused, and the flag is still on

      Examples:
        | how                     |
        | as the plan prints it   |
        | with a wrong token      |

    @R5-RB-04 @mutates
    Scenario: The flag can be switched off from afar, and on again
      Given DocFlow after the full rollout
      When the flag is switched off
      Then the flag is off where it is kept
      And it can be switched on again

    @R5-RB-05 @mutates
    Scenario: With the flag off none of the three features shows
      In the health of both instances, in the answers of the API and on the pages: no field, no control, and no gap.
      If this fails: roll the whole release back; the flag does not help.

      Given DocFlow after the full rollout
      When the flag is switched off
      Then no feature is left anywhere
      And the page had no errors

    @manual
    Scenario Outline: <what>
      A drill under five minutes needs a decision under five minutes. If this is not signed: the <role> sees to it first, and signs.

      Then the <role> has signed for it

      Examples:
        | criterion | what                                                                        | role           |
        | R5-OW-02  | The technical lead decides on a rollback, and can be reached at any moment | technical lead |

  Rule: One feature can go back alone

    @R5-RB-09 @mutates
    Scenario Outline: With <variable> false <feature> is gone and the others go on
      A variable of the front end is fixed when it is built: it takes a new deployment with a settings file.
      If this fails: roll everything back instead; say in the plan that there is no other way.

      Given DocFlow after the full rollout
      When the front end is deployed anew with "<variable>" false in its settings file
      Then of the three features "<feature>" alone is off
      And the page had no errors

      Examples:
        | criterion | variable                           | feature               |
        | R5-RB-06  | NEXT_PUBLIC_ENABLE_AI_QUEUE        | queue_ai_enrichment   |
        | R5-RB-07  | NEXT_PUBLIC_ENABLE_FORECAST        | analytics_forecasting |
        | R5-RB-08  | NEXT_PUBLIC_ENABLE_EXPORT_SCHEDULE | export_scheduling     |

    @R5-RB-10 @mutates
    Scenario: The settings file of the checkout switches all three off
      If this fails: the file that is reached for at night does not do what it is for.

      Given DocFlow after the full rollout
      When the front end is deployed anew with the settings file of the checkout
      Then no feature is left anywhere

    @R5-RB-10 @mutates
    Scenario: What the shell exports changes nothing by itself
      The plan exports the variables before it deploys. A deployment takes its settings from the file alone:
      whoever exports, and forgets the file, has changed nothing.

      Given DocFlow after the full rollout
      When the front end is deployed anew while the shell exports all three as false
      Then all three features are still on
