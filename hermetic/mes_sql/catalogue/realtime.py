"""Faults of week 5: streams, and what many users at once do to the service."""

STREAMS = (
    ("lost-notification", "every third event does not reach its listeners", "R2-W5-01 R2-W5-02 R2-W5-12"),
    ("late-notification", "events arrive after more than a second and a half", "R2-W5-13 R2-W5-24 R2-SC-11"),
    ("repeated-notification", "every event is told twice", "R2-W5-12"),
    ("stream-open-to-all", "streams need no login", "R2-W5-04"),
    ("session-refused", "signing in makes no session", "R2-W5-15"),
    ("stream-not-event-stream", "streams call themselves JSON", "R2-W5-05"),
    ("stream-cached", "streams may be cached", "R2-W5-06"),
    ("stream-closes-connection", "streams say that the connection will be closed", "R2-W5-07"),
    ("stream-unframed", "events come without the name of their field", "R2-W5-08"),
    ("stream-payload-incomplete", "events lack operation, plan, status and time", "R2-W5-08"),
    ("listen-left-behind", "a closed stream leaves its session listening", "R2-W5-09"),
    ("stream-drops", "streams are closed after three seconds", "R2-W5-10"),
    ("stream-without-keep-alive", "a silent stream has no comments", "R2-W5-10"),
    ("replay-missing", "events have no number, and nothing is replayed", "R2-W5-11"),
)
LOAD = (
    ("errors-under-load", "at more than 60 requests a second one in twenty fails", "R2-W5-21 R2-W5-22"),
    ("green-slow-under-load", "at more than 60 requests a second each waits 150 ms", "R2-W5-21 R2-W5-22"),
    ("server-stalls", "every tenth request waits 400 ms", "R2-W5-21 R2-W5-22"),
    ("streams-limited", "the twenty-first stream at once is refused", "R2-W5-26"),
    ("pool-unbounded", "the service holds 60 sessions, whatever its pool says", "R2-W5-23"),
)
