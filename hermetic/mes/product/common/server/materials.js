// Material of an assignment: planned with expected defects, reserved as far as stock goes, consumed at most as reserved.
function preProductionReservedAmount(quantity, perUnit, defectRate) {
  return quantity * perUnit * (1 + defectRate);
}

function reserve(planned, free) {
  const actualReservedAmounts = Math.max(0, Math.min(planned, free));
  return { actualReservedAmounts, partial: actualReservedAmounts < planned };
}

function capConsumption(wanted, actualReservedAmounts) {
  return { consumed: Math.min(wanted, actualReservedAmounts), capped: wanted > actualReservedAmounts };
}

module.exports = { preProductionReservedAmount, reserve, capConsumption };
