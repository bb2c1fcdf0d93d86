package io.spinexr.app.setting;

/**
 * What a node does, of several on one database. Searches, deliveries and all other jobs that wait
 * for somebody else are done by every node.
 */
public enum NodeRole {
  /** Serves CDS Hooks, pages, /fhir and the administration. */
  FRONT,

  /** Loads the networks and analyses studies. */
  ANALYST
}
