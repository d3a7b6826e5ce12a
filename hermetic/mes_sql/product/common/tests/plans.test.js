const { mayBecome } = require('../server/mes/models/Plan');
const { violations } = require('../server/mes/utils/validators');

test('a plan goes one step at a time', () => {
  expect(mayBecome('draft', 'released')).toBe(true);
  expect(mayBecome('draft', 'production')).toBe(false);
  expect(mayBecome('released', 'draft')).toBe(false);
});

test('every violation is named', () => {
  expect(violations({ quantity: 0, nodes: [{ nodeId: 'N1', nominalTime: 0 }] })).toHaveLength(4);
});
