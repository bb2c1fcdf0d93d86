package io.spinexr.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.finding.BirthDate;
import io.spinexr.order.Examination;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderNumbers;
import io.spinexr.order.OrderStage;
import io.spinexr.order.PatientIdentity;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.SpineRegion;
import io.spinexr.triage.ReadingPriority;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An order as {@code imaging_order.content} holds it: formats 1 and 2. */
public final class StoredOrder {
  private static final int FORMAT = 2;

  private StoredOrder() {}

  public record Identifier(String system, String value) {}

  record Patient(
      String fhirId,
      List<Identifier> identifiers,
      @Nullable String birthDate,
      @Nullable String sex) {
    PatientIdentity identity() {
      return new PatientIdentity(
          fhirId,
          identifiers.stream().map(i -> new PatientIdentifier(i.system(), i.value())).toList(),
          Optional.ofNullable(birthDate).flatMap(BirthDate::parse),
          Optional.ofNullable(sex));
    }
  }

  private record Format2(
      int format,
      String source,
      String id,
      boolean named,
      Patient patient,
      @Nullable String accession,
      @Nullable String placer,
      String description,
      String fingerprint,
      String region,
      String priority,
      String stage,
      List<String> requesters) {}

  private record Format1(
      String source,
      String id,
      Patient patient,
      @Nullable String accessionNumber,
      String description,
      String priority,
      boolean placed) {
    /** Orders without an id were named by the call that told of them, and their place in it. */
    private boolean named() {
      return !id.matches("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}\\.\\d+");
    }
  }

  static String write(ImagingOrder order) {
    PatientIdentity patient = order.patient();
    return StoredJson.write(
        new Format2(
            FORMAT,
            order.source(),
            order.id(),
            order.named(),
            new Patient(
                patient.fhirId(),
                patient.identifiers().stream()
                    .map(i -> new Identifier(i.system(), i.value()))
                    .toList(),
                patient.birthDate().map(BirthDate::toString).orElse(null),
                patient.sex().orElse(null)),
            order.numbers().accession().orElse(null),
            order.numbers().placer().orElse(null),
            order.description(),
            order.examination().fingerprint(),
            StoredJson.code(order.examination().region()),
            order.priority().code(),
            order.stage().code(),
            order.requesters().stream().sorted().toList()));
  }

  static ImagingOrder read(String json) {
    JsonNode document = StoredJson.parse(json);
    int format = StoredJson.format(document);
    return switch (format) {
      case 1 -> order(StoredJson.read(document, Format1.class));
      case FORMAT -> order(StoredJson.read(document, Format2.class));
      default -> throw StoredJson.newer(format);
    };
  }

  private static ImagingOrder order(Format1 stored) {
    return new ImagingOrder(
        stored.source(),
        stored.id(),
        stored.named(),
        stored.patient().identity(),
        new OrderNumbers(Optional.ofNullable(stored.accessionNumber()), Optional.empty()),
        new Examination(
            stored.description(),
            stored.description().toLowerCase(Locale.ROOT),
            SpineRegion.named(stored.description())),
        ReadingPriority.valueOf(stored.priority()),
        stored.placed() ? OrderStage.SIGNED : OrderStage.SELECTED,
        Set.of());
  }

  private static ImagingOrder order(Format2 stored) {
    return new ImagingOrder(
        stored.source(),
        stored.id(),
        stored.named(),
        stored.patient().identity(),
        new OrderNumbers(
            Optional.ofNullable(stored.accession()), Optional.ofNullable(stored.placer())),
        new Examination(
            stored.description(),
            stored.fingerprint(),
            StoredJson.constant(SpineRegion.class, stored.region())),
        StoredJson.constant(ReadingPriority.class, stored.priority()),
        StoredJson.constant(OrderStage.class, stored.stage()),
        Set.copyOf(stored.requesters()));
  }
}
