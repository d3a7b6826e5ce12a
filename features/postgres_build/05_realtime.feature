@postgres_build @phase_5
Feature: Database build, week 5: real-time updates
  Streams fed by triggers of the database take the place of the former store's listeners.
  The week ends when nothing is lost, a second is never exceeded, and a hundred users at once are served.

  Rule: Three streams relay what the triggers notify

    @mutates
    Scenario Outline: The stream of <stream> relays what happens to <what>
      If this fails: look whether the trigger fires, and whether the stream listens to the channel of that name.

      Given the database build
      And 1 listener on the stream of <stream>
      When some <what> are created and changed
      Then every listener has heard of each of them

      Examples:
        | criterion          | stream      | what        |
        | R2-W5-01, R2-W5-14 | plans       | plans       |
        | R2-W5-02, R2-W5-14 | assignments | assignments |
        | R2-W5-03, R2-W5-14 | workers     | workers     |

    @R2-W5-14 @smoke
    Scenario: Triggers notify on insert and on update
      If this fails: run migration 026 again.

      Given the database build
      When the triggers of the schema "mes" are listed
      Then these tables notify on insert and on update
        | mes_production_plans   |
        | mes_worker_assignments |
        | mes_workers            |

    @R2-W5-04 @smoke
    Scenario Outline: The stream of <stream> refuses who has no login
      A browser's EventSource can send no header, so a cookie must do. If this fails: anybody in the network can listen.

      Given the database build
      When the stream of <stream> is opened without a login
      Then the stream is refused for want of a login

      Examples:
        | stream      |
        | plans       |
        | assignments |
        | workers     |

    @smoke
    Scenario Outline: The stream of <stream> answers as <what>
      Asked at the service itself: a proxy may strip the header about the connection.
      If this fails: browsers and proxies would keep or cut the stream.

      Given the database build
      When the stream of <stream> is opened
      Then its header "<header>" is "<value>"

      Examples: plans
        | criterion | stream | what                     | header        | value             |
        | R2-W5-05  | plans  | an event stream          | Content-Type  | text/event-stream |
        | R2-W5-06  | plans  | not to be cached         | Cache-Control | no-cache          |
        | R2-W5-07  | plans  | a connection that lasts  | Connection    | keep-alive        |

      Examples: assignments
        | criterion | stream      | what                     | header        | value             |
        | R2-W5-05  | assignments | an event stream          | Content-Type  | text/event-stream |
        | R2-W5-06  | assignments | not to be cached         | Cache-Control | no-cache          |
        | R2-W5-07  | assignments | a connection that lasts  | Connection    | keep-alive        |

      Examples: workers
        | criterion | stream  | what                     | header        | value             |
        | R2-W5-05  | workers | an event stream          | Content-Type  | text/event-stream |
        | R2-W5-06  | workers | not to be cached         | Cache-Control | no-cache          |
        | R2-W5-07  | workers | a connection that lasts  | Connection    | keep-alive        |

    @R2-W5-08 @mutates
    Scenario: Every event is one line of data with the payload of the notification
      If this fails: the browser cannot read it; payloads above 8 000 bytes are not sent at all.

      Given the database build
      And 1 listener on the stream of plans
      When some plans are created and changed
      Then each event is one line of JSON with operation, key, plan, state and time
      And each is exactly what the database has notified

  Rule: Streams last, end and come back

    @R2-W5-10
    Scenario: A stream without events stays open
      The plan gives no duration: half a minute, kept alive by comments of the server.
      If this fails: proxies close what is silent; send a comment every few seconds.

      Given the database build
      And 1 listener on the stream of plans
      When nothing is done for 30 seconds
      Then every listener is still connected, over its first connection
      And every listener was kept alive by comments

    @R2-W5-09 @mutates
    Scenario: A stream that is closed gives its database connection back
      If this fails: connections leak with every page that is closed, until nobody can connect any more.

      Given the database build
      And the sessions that listen to "mes_plan_updates" are counted
      When 5 listeners on the stream of plans come and go
      Then there were more such sessions while they listened
      And within 20 seconds there are no more such sessions than before

    @R2-W5-11 @mutates
    Scenario: Who comes back after a cut has missed nothing
      The sample sends no event ids, so that events of the gap are lost. If this fails: number the events and replay them.

      Given the database build
      And 1 listener on the stream of plans
      When the network is cut and a plan is created meanwhile
      Then every listener has come back
      And every listener has heard of each of them

    @R2-W5-12 @mutates
    Scenario: Ten listeners at once all hear everything, once
      If this fails: look at the number of connections that the database allows.

      Given the database build
      And 10 listeners on the stream of plans
      When some plans are created and changed
      Then every listener has heard of each of them
      And no listener has heard anything twice

    @R2-W5-13 @R2-SC-11 @mutates @serial
    Scenario: A notification is there within a second
      From the clock of the notifying transaction to the listener, with the difference of the clocks allowed for.
      No percentile is given: each that arrives. If this fails: look for a poll where there should be a notification.

      Given the database build
      And 10 listeners on the stream of plans
      When 12 plans are created and changed
      Then each of the events was there within 1 s

  Rule: The browser listens

    @R2-W5-15
    Scenario: The page listens with EventSource
      Given the database build
      When a new EventSource on the stream of plans is looked for in the pages
      Then it is found

    @R2-W5-15 @mutates
    Scenario: The page that is served opens the stream
      Signing in makes a session. If this fails: an old page is served, or the sign-in does not set the cookie.

      Given the database build
      When somebody signs in on the page of the production floor
      Then the page says that it is live
      And the page had no errors

    @R2-W5-16 @R2-SC-11 @mutates
    Scenario: What happens elsewhere appears on the page
      If this fails: the floor works by what it saw when the page was opened.

      Given the database build
      And the page of the production floor is open
      When a plan is created and released elsewhere
      Then the page shows the plan as "released" within 10 seconds
      And the page had no errors

    Scenario Outline: <place> no longer <uses> listeners of the former store
      If this fails: the page goes silent on the day the former store is retired.

      Given the database build
      When a listener of the former store is looked for in <place>
      Then nothing is found

      Examples:
        | criterion | place                     | uses |
        | R2-W5-17  | the production page       | has  |
        | R2-W5-18  | the production components | have |
        | R2-W5-19  | the plan designer library | has  |
        | R2-W5-20  | the worker portal         | has  |

  Rule: Many users at once

    @load
    Scenario Outline: <n> users at once are served
      The plan gives no limits here: those of the rollout. If this fails: look at the pool and at the slowest statements.

      Given the database build
      When <n> users read plans for 60 seconds
      Then 95 % of the requests are answered within 100 ms
      And their error rate is below 0.1 %
      And the service has counted as many requests as were sent, within 1 %

      Examples:
        | criterion | n   |
        | R2-W5-21  | 50  |
        | R2-W5-22  | 100 |

    @R2-W5-23 @load
    Scenario: Database connections stay bounded under load
      The plan counts active sessions only; a session that listens is idle and would not be seen. All are counted.

      Given the database build
      And 20 listeners on the stream of plans
      When 50 users read plans for 15 seconds while the sessions of the database are counted
      Then the service has held at most its pool and one session for each listener
      And no session has waited for a lock at the end

    @R2-W5-23
    Scenario: The plan's count of active sessions does not see who listens
      Given the database build
      And 5 listeners on the stream of plans
      When the sessions of the database are counted in the plan's way and in ours
      Then ours counts at least 5 more than the plan's

    @R2-W5-24 @load @mutates
    Scenario: Notifications are in time under load
      If this fails: streams and requests share what they should not.

      Given the database build
      And 10 listeners on the stream of plans
      When 12 plans are created and changed while 50 users read plans for 15 seconds
      Then each of the events was there within 1 s
      And every listener has heard of each of them

    @R2-W5-26 @load
    Scenario: A hundred streams are opened, answered and closed again
      The printed run never ends: streams do not, it has no login, and it asks blue. This is what it can have meant.

      Given the database build
      And the sessions that listen to "mes_plan_updates" are counted
      When 100 streams of plans are opened at once
      Then each of them is answered as an event stream
      And within 20 seconds there are no more such sessions than before

    @manual
    Scenario Outline: <what>
      If this is not signed: the <role> sees to it first, and signs.

      Then the <role> has signed for it

      Examples:
        | criterion | what                                        | role           |
        | R2-W5-25  | Poor results under load have led to tuning  | database admin |
