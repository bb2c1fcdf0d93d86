package io.spinexr.archive;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.order.OrderNumbers;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The numbers of the orders that a study was made for: several if it answers several orders.
 * RequestedProcedureID is none of them: the RIS makes it, and no order states it.
 *
 * @param accessions AccessionNumber (0008,0050)
 * @param placers PlacerOrderNumberImagingServiceRequest (0040,2016)
 */
public record StudyNumbers(Set<String> accessions, Set<String> placers) {
  /** How a study's numbers relate to an order's. */
  public enum Relation {
    /** A number of the order's is the study's. */
    SAME,
    /** The order's number is known, and the study is another order's or states no number. */
    OTHER,
    /** The numbers do not tell. */
    UNKNOWN
  }

  public StudyNumbers {
    accessions = Set.copyOf(accessions);
    placers = Set.copyOf(placers);
  }

  /**
   * What the records state, and the items of their RequestAttributesSequence (0040,0275); an
   * attribute that holds something else states no number.
   *
   * @param records of the study, its series or its instances
   */
  static StudyNumbers of(Collection<DataSet> records) {
    List<DataSet> stating =
        records.stream()
            .flatMap(record -> Stream.concat(Stream.of(record), requests(record).stream()))
            .toList();
    return new StudyNumbers(
        all(stating, Tag.AccessionNumber),
        all(stating, Tag.PlacerOrderNumberImagingServiceRequest));
  }

  private static List<DataSet> requests(DataSet record) {
    try {
      return record.sequence(Tag.RequestAttributesSequence);
    } catch (DicomException e) {
      return List.of();
    }
  }

  private static Set<String> all(List<DataSet> stating, int tag) {
    return stating.stream()
        .flatMap(record -> strings(record, tag).stream())
        .map(String::strip)
        .filter(number -> !number.isEmpty())
        .collect(Collectors.toSet());
  }

  private static List<String> strings(DataSet record, int tag) {
    try {
      return record.strings(tag);
    } catch (DicomException e) {
      return List.of();
    }
  }

  /** What the requests alone state, not the records. */
  static StudyNumbers ofRequests(Collection<DataSet> records) {
    return of(records.stream().flatMap(record -> requests(record).stream()).toList());
  }

  /** Whether there is any. */
  boolean any() {
    return !accessions.isEmpty() || !placers.isEmpty();
  }

  /**
   * Compares exactly. Most archives state accession numbers and few placer numbers: a study without
   * the one is not the order's, one without the other may be.
   */
  public Relation relationTo(OrderNumbers order) {
    if (states(accessions, order.accession()) || states(placers, order.placer())) {
      return Relation.SAME;
    }
    return order.accession().isPresent() || order.placer().isPresent() && !placers.isEmpty()
        ? Relation.OTHER
        : Relation.UNKNOWN;
  }

  private static boolean states(Set<String> numbers, Optional<String> wanted) {
    return wanted.map(String::strip).filter(numbers::contains).isPresent();
  }

  /** Without the numbers: they lead to a person. */
  @Override
  public String toString() {
    return "StudyNumbers[%d, %d]".formatted(accessions.size(), placers.size());
  }
}
