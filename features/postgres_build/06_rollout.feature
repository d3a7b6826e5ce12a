@postgres_build @phase_6
Feature: Database build, week 6: production rollout
  Blue goes on with the former store, green comes up with the database, and traffic moves in three steps.
  The week ends with all traffic on green, a day of watching, and a former store that nobody reads.

  Rule: Nobody begins before everything is in hand

    @R2-W6-01 @mutates
    Scenario: Every test passes before the rollout
      If this fails: do not begin.

      Given the database build
      When "npm test" is run for the build
      Then every test passes

    @R2-W6-02 @serial
    Scenario Outline: Before the rollout <what> is as quick as it should be
      If this fails: go back to the week in which this limit was set.

      Given the database build
      When <what> is read 300 times
      Then 95 % of their response times are below <limit>

      Examples:
        | what              | limit  |
        | a plan            | 50 ms  |
        | the list of plans | 100 ms |

    @R2-W6-02 @mutates @serial
    Scenario: Before the rollout plans are created as quickly as they should be
      Given the database build
      When 240 plans of the build are created one after the other
      Then 95 % of their response times are below 100 ms

    Scenario Outline: Before the rollout the <paper> is ready: <condition>
      If this fails: complete it, and hand it out, before traffic moves.

      Given the database build on day 2 of the rollout
      And the papers of its team
      When the "<paper>" is read
      Then <condition>

      Examples:
        | criterion | paper          | condition                                                                                 |
        | R2-W6-03  | error tracking | it reports errors of green to a service, and has reported a test                          |
        | R2-W6-04  | rollback plan  | it has a part on "traffic"                                                                |
        | R2-W6-04  | rollback plan  | it has a part on "investigate"                                                            |
        | R2-W6-04  | rollback plan  | it has a part on "hotfix"                                                                 |
        | R2-W6-04  | rollback plan  | it has a part on "retry"                                                                  |
        | R2-W6-04  | rollback plan  | it has a part on "migrations"                                                             |
        | R2-W6-04  | rollback plan  | no blank is left in it                                                                    |

  Rule: Two instances, and a balancer before them

    Scenario Outline: <colour> runs on <store>, on its own port
      If this fails: a request would be answered by the wrong store; stop, and start the instance anew.

      Given the database build on day 2 of the rollout
      When the processes of the build are listed
      Then "<process>" is online with "<port>" and "<store>"
      And asked at its own address it answers as <colour> from the <kind> store

      Examples:
        | criterion | colour | process          | port        | store          | kind   |
        | R2-W6-06  | blue   | burkol-api-blue  | --port=3000 | --use-firebase | former |
        | R2-W6-07  | green  | burkol-api-green | --port=3001 | --use-sql      | new    |

    Scenario Outline: On day <day> the balancer sends <blue> of traffic to blue and <green> to green
      If this fails: correct the weights, test the file, and reload the balancer.

      Given the database build on day <day> of the rollout
      When the balancer's configuration is read
      Then it gives blue <blue> and green <green> of the weight
      And the balancer takes it for valid

      Examples:
        | criterion          | day | blue  | green |
        | R2-W6-08           | 2   | 100 % | 0 %   |
        | R2-W6-09           | 3   | 90 %  | 10 %  |
        | R2-W6-15           | 4   | 50 %  | 50 %  |
        | R2-W6-17           | 5   | 0 %   | 100 % |

    @R2-W6-17
    Scenario: On the last day blue is out of the block
      The plan removes blue's line. If this fails: a server that is down, or has no weight, may be switched on by a slip.

      Given the database build on day 5 of the rollout
      When the balancer's configuration is read
      Then green is the only server in it

    @R2-W6-10
    Scenario Outline: On day <day> requests are shared as the weights say
      Over fresh connections, with a tolerance of 5 points. Each request is sent anew: one user meets both stores.
      If this fails: look for sticky connections, or an instance that refuses.

      Given the database build on day <day> of the rollout
      When <n> requests are sent to the balancer
      Then <share> of them are answered by green, within 5 points

      Examples:
        | day | n     | share |
        | 2   | 400   | 0 %   |
        | 3   | 1 000 | 10 %  |
        | 4   | 1 200 | 50 %  |
        | 5   | 400   | 100 % |

  Rule: Every step is watched

    Scenario Outline: On day <day> green makes hardly any errors
      The interval decides: with no error at all about 5 300 requests are needed.
      If this fails: send all traffic back to blue, then read green's log.

      Given the database build on day <day> of the rollout
      When the recorded traffic of green is read
      Then the share of its requests that failed is below 0.1 %

      Examples:
        | criterion          | day |
        | R2-W6-11           | 3   |
        | R2-W6-11, R2-W6-16 | 4   |
        | R2-W6-11           | 5   |

    Scenario Outline: On day <day> green answers in under 100 ms
      No percentile is given: 95 % of the recorded requests. If this fails: do not go on; look at the slowest statements.

      Given the database build on day <day> of the rollout
      When the recorded traffic of green is read
      Then 95 % of its requests took less than 100 ms

      Examples:
        | criterion          | day |
        | R2-W6-12           | 3   |
        | R2-W6-12, R2-W6-16 | 4   |
        | R2-W6-12           | 5   |

    Scenario Outline: On day <day> the monitoring sheet was kept: <what>
      If this fails: the day does not count; watch another.

      Given the database build on day <day> of the rollout
      And the papers of its team
      When the "monitoring of day <day>" is read
      Then it has an entry for each of <hours> hours in a row
      And each of its rows gives <columns>

      Examples:
        | criterion | day | what                 | hours | columns                                    |
        | R2-W6-13  | 3   | load of the database | 8     | "database_connections" and "database_cpu"  |
        | R2-W6-16  | 4   | everything of day 3  | 8     | "error_rate", "p95", "database_connections", "database_cpu" and "complaints" |
        | R2-W6-18  | 5   | a day and a night    | 24    | "error_rate", "p95", "database_connections", "database_cpu" and "complaints" |

    @R2-W6-18
    Scenario: For 24 hours all traffic went through green without a gap
      If this fails: the day of watching begins anew.

      Given the database build on day 5 of the rollout
      When the recorded traffic of green is read
      Then it covers 24 hours without a gap of more than 15 minutes

    @R2-W6-13 @R2-SC-12 @smoke
    Scenario: The database has connections to spare
      The plan gives no figure: at most 80 % of what the server allows. If this fails: lower the pools before more traffic comes.

      Given the database build
      When the sessions of the database server are counted
      Then at most 80 % of what the server allows are in use

    @R2-W6-19
    Scenario: Nobody reads the former store any more
      Counted where reads arrive, while every list and a plan are read. If this fails: find out in the counters who still reads.

      Given the database build on day 5 of the rollout
      When every list and a plan are read through the balancer
      Then the former store was read 0 times meanwhile

    Scenario Outline: The former store is laid to rest: <condition>
      Blue can no longer serve a rollback once it is deleted. If this fails: complete the schedule, and tell who keeps the store.

      Given the database build on day 5 of the rollout
      And the papers of its team
      When the "retention schedule" is read
      Then <condition>

      Examples:
        | criterion | condition                                                     |
        | R2-W6-20  | each of its rows gives "collection", "deprecated" and "owner" |
        | R2-W6-20  | it has a row for each collection of the former store          |
        | R2-W6-21  | each deletion is at least 30 days after the last read         |

    @manual
    Scenario Outline: <what>
      If this is not signed: the <role> sees to it first, and signs.

      Then the <role> has signed for it

      Examples:
        | criterion | what                                               | role           |
        | R2-W6-05  | The team is trained on the new system              | technical lead |
        | R2-W6-14  | Complaints of users were asked for and looked into | devops         |
