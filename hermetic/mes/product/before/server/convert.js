// From the old step to the node: time becomes nominalTime, skills become requiredSkills.
function convertExecutionGraphToNodes(executionGraph) {
  return executionGraph.map(({ time, skills, ...step }) => ({ ...step, nominalTime: time, requiredSkills: skills }));
}

module.exports = { convertExecutionGraphToNodes };
