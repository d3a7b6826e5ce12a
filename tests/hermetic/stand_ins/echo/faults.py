from hermetic.faults import Fault

FAULTS = (
    Fault("echo-lies", "echo", "It answers with something else.", ("T-01", "T-02")),
    Fault("echo-stalls", "echo", "It answers late.", ("T-03",)),
)
