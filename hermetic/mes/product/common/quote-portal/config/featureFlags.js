// The only module that reads the flags. A process reads them once, when it starts.
module.exports = {
  USE_CANONICAL_NODES: process.env.FEATURE_USE_CANONICAL_NODES === 'true',
  ENABLE_VALIDATION: process.env.FEATURE_ENABLE_VALIDATION !== 'false',
};
