package io.spinexr.cds.card;

/** A code with its system and meaning, as CDS Hooks writes it. */
record Coding(String code, String system, String display) {}
