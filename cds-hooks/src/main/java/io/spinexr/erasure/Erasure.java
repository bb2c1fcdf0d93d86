package io.spinexr.erasure;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The record of one erasure, which does not tell whose it was.
 *
 * @param patientDigest see {@link PatientDigest}
 * @param by who asked for it
 * @param reason as a clause without personal data
 * @param endedAt when nothing was left; empty while it is under way
 * @param waitsFor what it waits for
 * @param counts how many there were of each kind
 */
public record Erasure(
    String id,
    String patientDigest,
    String by,
    String reason,
    Instant requestedAt,
    Optional<Instant> endedAt,
    Optional<String> waitsFor,
    Map<String, Integer> counts) {}
