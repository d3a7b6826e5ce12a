// Backward compatibility: plans that only have an executionGraph.
const test = require('node:test');
const assert = require('node:assert');
const { convertExecutionGraphToNodes } = require('../../server/convert');

test('time becomes nominalTime', () => assert.equal(convertExecutionGraphToNodes([{ time: 30 }])[0].nominalTime, 30));
test('skills become requiredSkills', () => assert.deepEqual(convertExecutionGraphToNodes([{ skills: ['a'] }])[0].requiredSkills, ['a']));
