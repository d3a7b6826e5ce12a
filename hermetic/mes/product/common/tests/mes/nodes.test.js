// Unit tests of the canonical schema: times, validation, materials.
const test = require('node:test');
const assert = require('node:assert');
const { enrichNodesWithEstimatedTimes } = require('../../server/planNodes');
const { reserve, capConsumption } = require('../../server/materials');

test('effective time is nominal time divided by efficiency', () => {
  assert.equal(enrichNodesWithEstimatedTimes([{ operationId: 'OP-WELD', nominalTime: 30 }])[0].effectiveTime, 40);
});
test('a short stock makes a partial reservation', () => assert.equal(reserve(10, 4).partial, true));
test('consumption is capped at what was reserved', () => assert.equal(capConsumption(9, 4).consumed, 4));
