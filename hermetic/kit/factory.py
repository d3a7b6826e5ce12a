"""The one factory that both MES stand-ins play: its route of operations, and the materials that these take."""

ROUTE = ("OP-CUT", "OP-BEND", "OP-WELD", "OP-MILL", "OP-PAINT", "OP-ASSEMBLE", "OP-INSPECT", "OP-PACK")
MATERIAL_OF = {
    "OP-CUT": ("MAT-STEEL", 1.5),
    "OP-WELD": ("MAT-WIRE", 0.2),
    "OP-PAINT": ("MAT-PAINT", 0.1),
    "OP-ASSEMBLE": ("MAT-BOLT", 8.0),
    "OP-PACK": ("MAT-CARTON", 1.0),
}
"""Operation -> its material, and how much of it one piece takes."""
MATERIALS: tuple[tuple[str, str, str, int], ...] = (
    ("MAT-STEEL", "Steel sheet 2 mm", "m2", 90_000),
    ("MAT-WIRE", "Welding wire 0.8 mm", "kg", 20_000),
    ("MAT-PAINT", "Powder coat RAL 7016", "kg", 8_000),
    ("MAT-BOLT", "Hexagon bolt M8", "piece", 400_000),
    ("MAT-CARTON", "Shipping carton", "piece", 60_000),
    ("MAT-SEAL", "Rubber seal 40 mm", "piece", 60),
    ("MAT-TITAN", "Titanium rod 12 mm", "m", 40),
)
"""Code, name, unit, stock; the last two are short."""
