package io.spinexr.dicomweb;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What was learned about an archive in working with it. At first it is taken for one that does all
 * that PS3.18 asks of it.
 *
 * @param form in which it sent its first instance; empty until then
 * @param instancesBelowSeries whether it lists instances only series by series
 * @param offset whether it sends what comes after the first page of a list
 * @param notFoundMeansNone whether it answers 404 to a search for studies that finds none
 * @param refusedFields what it does not let a search include
 */
public record ArchiveSupport(
    Optional<InstanceForm> form,
    boolean instancesBelowSeries,
    boolean offset,
    boolean notFoundMeansNone,
    Set<Field> refusedFields) {

  /**
   * An attribute in an answer.
   *
   * @param keyword as in a query: {@code PatientBirthDate}
   */
  public record Field(SearchLevel level, String keyword) {}

  static final ArchiveSupport ASSUMED =
      new ArchiveSupport(Optional.empty(), false, true, false, Set.of());

  public ArchiveSupport {
    Objects.requireNonNull(form, "form");
    refusedFields = Set.copyOf(refusedFields);
  }

  /** The first form counts: one odd image must not change how all others are asked for. */
  ArchiveSupport sent(InstanceForm sent) {
    return new ArchiveSupport(
        Optional.of(form.orElse(sent)),
        instancesBelowSeries,
        offset,
        notFoundMeansNone,
        refusedFields);
  }

  ArchiveSupport onlyBelowSeries() {
    return new ArchiveSupport(form, true, offset, notFoundMeansNone, refusedFields);
  }

  ArchiveSupport withoutOffset() {
    return new ArchiveSupport(form, instancesBelowSeries, false, notFoundMeansNone, refusedFields);
  }

  ArchiveSupport withNotFoundForNone() {
    return new ArchiveSupport(form, instancesBelowSeries, offset, true, refusedFields);
  }

  ArchiveSupport without(SearchLevel level, Set<String> fields) {
    Set<Field> refused = new HashSet<>(refusedFields);
    fields.forEach(field -> refused.add(new Field(level, field)));
    return new ArchiveSupport(form, instancesBelowSeries, offset, notFoundMeansNone, refused);
  }

  /** The form that worked before, then all others. */
  List<InstanceForm> formsToTry() {
    return Stream.concat(form.stream(), InstanceForm.ALL.stream()).distinct().toList();
  }

  boolean includes(SearchLevel level, String field) {
    return !refusedFields.contains(new Field(level, field));
  }
}
