@postgres_build @rollback
Feature: Database build: going back
  All traffic can go back to blue at once, and what green has written is not lost by it.
  What is drilled here is drilled on staging; production is never rolled back by the suite.

  Rule: Traffic goes back at once

    @R2-RB-01 @R2-RB-09 @mutates
    Scenario Outline: With green <way> all traffic is back on blue
      The plan says "immediate" and gives no time: the team's own limit stands in its rollback plan.
      If this fails: do not go to production.

      Given the database build on day 4 of the rollout
      And the papers of its team
      When traffic is sent back to blue, with green <way>
      Then 100 % of 200 requests are answered by blue
      And it took no longer than the rollback plan allows

      Examples:
        | way         |
        | marked down |
        | left out    |

    @R2-RB-01
    Scenario: The block as the plan prints it is refused
      A weight of 0 is no valid weight. Whoever rolls back at night must have the block that works.

      Given the database build on day 4 of the rollout
      When the balancer is given green with a weight of 0 to test
      Then the balancer refuses it, and says in which line

    @R2-RB-09
    Scenario Outline: The rollback plan gives a time and names who decides: <condition>
      If this fails: agree on it now, not in the night in which it is needed.

      Given the database build on day 2 of the rollout
      And the papers of its team
      When the "rollback plan" is read
      Then <condition>

      Examples:
        | condition                                      |
        | it gives "Time limit" and "Decided by"         |
        | it mentions "down" and "never with weight=0"   |

    @R2-RB-02 @mutates
    Scenario: A plan that green has made is there when traffic is back on blue
      Holds while green writes to both stores. If this fails: a rollback loses every plan made since; say so before it is decided.

      Given the database build on day 4 of the rollout
      And a plan that was made on green
      When traffic is sent back to blue, with green marked down
      Then blue gives the plan as green gave it

  Rule: What went wrong can be found and mended

    @R2-RB-03
    Scenario: A thousand lines of green's log can be read
      If this fails: the log is rotated too soon, or nobody may read it.

      Given the database build on day 3 of the rollout
      When the last 1 000 lines of the log of green are read
      Then they are 1 000 lines, each with its time

    @R2-RB-04
    Scenario: The ten slowest statements can be listed
      If this fails: load pg_stat_statements at the start of the server, and create the extension.

      Given the database build
      When the 10 slowest statements are listed
      Then they are in the order of their total time, and say how often they ran

    @R2-RB-04
    Scenario: The plan's own listing of slow statements is refused
      Its column total_time has had another name since PostgreSQL 13.

      Given the database build
      When the "slowest statements, as the plan prints it" is tried
      Then PostgreSQL refuses it, for "does not exist"

    @R2-RB-05 @mutates
    Scenario: A faulty commit is reverted and green restarted
      If this fails: revert by hand, and look why the deployment did not.

      Given the database build on day 3 of the rollout
      When the last commit is reverted and deployed
      Then the checkout's last commit is the revert of the one before
      And green was restarted, and serves

    @R2-RB-06 @mutates
    Scenario: The retry goes in three steps again
      If this fails: the balancer keeps old weights; reload it, and count again.

      Given the database build on day 2 of the rollout
      When traffic is moved to green in steps of 10 %, 50 % and 100 %
      Then green's share of the requests followed each step, within 10 points

  Rule: If nothing helps, everything goes back

    @R2-RB-07 @mutates
    Scenario: All migrations go down and up again
      The printed command takes back one migration alone; all five are meant.
      If this fails: a migration that cannot go back must say so before it goes forward.

      Given the database build before its first migration
      When the migrations are run in the test environment, all rolled back, and run again
      Then in between none of "022", "023", "024", "025" and "026" was applied
      And in between the schema was as before the first run
      And afterwards it is as after the first run

    @R2-RB-07 @mutates
    Scenario: The printed command takes back one migration only
      Given the database build
      When the printed rollback is run in the test environment, and the migrations again
      Then in between "026" was the only migration that was not applied
      And afterwards the schema is as before the rollback

    @manual
    Scenario Outline: <what>
      If this is not signed: the <role> sees to it first, and signs.

      Then the <role> has signed for it

      Examples:
        | criterion | what                                                                 | role           |
        | R2-RB-08  | How the code is put back is agreed, even when main holds the change   | technical lead |
