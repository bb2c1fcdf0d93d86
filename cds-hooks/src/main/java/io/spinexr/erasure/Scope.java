package io.spinexr.erasure;

import io.spinexr.archive.patient.PatientHash;
import io.spinexr.fhir.PatientTraces;
import io.spinexr.study.PatientIdentifier;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one patient is known by in our tables.
 *
 * @param retired hashes of identifiers that a merge replaced, which are not known themselves
 */
record Scope(PatientTraces traces, Set<String> retired) {
  Scope {
    retired = Set.copyOf(retired);
  }

  Set<String> orders() {
    return traces.orders();
  }

  Set<String> studies() {
    return traces.studies();
  }

  /** The patient's addresses on EHRs' FHIR servers, as the audit names them. */
  Set<String> charts() {
    return traces.identifiers().stream()
        .map(identifier -> identifier.system() + "/" + identifier.value())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Values of identifiers, whatever their systems. */
  Set<String> values() {
    return traces.identifiers().stream()
        .map(PatientIdentifier::value)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Of all identifiers, see {@link PatientHash}. */
  Set<String> hashes() {
    return union(retired, hashes(traces.identifiers()));
  }

  /** What this and another moment's search told. */
  Scope and(Scope other) {
    return new Scope(
        new PatientTraces(
            union(traces.identifiers(), other.traces.identifiers()),
            union(studies(), other.studies()),
            union(orders(), other.orders())),
        union(retired, other.retired));
  }

  static Set<String> hashes(Collection<PatientIdentifier> identifiers) {
    return identifiers.stream()
        .map(identifier -> PatientHash.of(identifier.system(), identifier.value()))
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static <T> Set<T> union(Set<T> one, Set<T> other) {
    return Stream.concat(one.stream(), other.stream()).collect(Collectors.toUnmodifiableSet());
  }
}
