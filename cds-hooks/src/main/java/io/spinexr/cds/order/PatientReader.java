package io.spinexr.cds.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.JsonObject;
import io.spinexr.finding.BirthDate;
import io.spinexr.order.PatientIdentity;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.PatientStatement;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What is used of a Patient: identifiers, birth date and sex for the identity, and the name. */
public final class PatientReader {
  private static final List<String> GENDERS = List.of("male", "female", "other", "unknown");
  private static final Set<String> FORMER = Set.of("old", "maiden");
  private static final Pattern DATE = Pattern.compile("\\d{4}(-\\d{2}(-\\d{2}(T.*)?)?)?");
  private static final Pattern DATE_AND_TIME =
      Pattern.compile(
          "(\\d{4}-\\d{2}-\\d{2})T((?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d+)?)?)"
              + "(Z|[+-]\\d{2}:?\\d{2})?");
  private static final Pattern MIDNIGHT = Pattern.compile("[0:.]+");

  private final Clock clock;

  public PatientReader(Clock clock) {
    this.clock = clock;
  }

  /**
   * The identity as far as the resource states it. An identifier counts if it has a system and a
   * value and is in force; one whose end cannot be read is not known to be.
   *
   * <p>A birth date is a year, a month or a day. EHRs also write a day with a time, and then the
   * day counts as it is written, if it is sure to be the day of birth: without a zone, or at
   * midnight. Another time with a zone, UTC or any other, is refused: it may be midnight elsewhere,
   * and the day before or after.
   *
   * @param patientId the logical id that the resource has
   * @throws CdsException 400 naming the element that is not what FHIR R4 says
   */
  public PatientIdentity identity(String patientId, JsonObject patient) {
    return new PatientIdentity(
        patientId,
        patient.objects("identifier").stream()
            .flatMap(identifier -> current(identifier).stream())
            .distinct()
            .toList(),
        birthDate(patient),
        sex(patient));
  }

  private Optional<PatientIdentifier> current(JsonObject identifier) {
    Optional<String> system = identifier.optionalText("system");
    Optional<String> value = identifier.optionalText("value");
    boolean inForce =
        !identifier.optionalText("use").equals(Optional.of("old"))
            && identifier
                .optionalObject("period")
                .flatMap(period -> period.optional("end"))
                .map(this::isToCome)
                .orElse(true);
    return system.isPresent() && value.isPresent() && inForce
        ? Optional.of(new PatientIdentifier(system.get(), value.get()))
        : Optional.empty();
  }

  /** Whether an end is today or later; a year or a month lasts until its last day. */
  private boolean isToCome(JsonNode end) {
    if (!end.isTextual() || !DATE.matcher(end.textValue()).matches()) {
      return false;
    }
    String today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString();
    int length = Math.min(end.textValue().length(), today.length());
    return end.textValue().substring(0, length).compareTo(today.substring(0, length)) >= 0;
  }

  private static Optional<BirthDate> birthDate(JsonObject patient) {
    return patient
        .optional("birthDate")
        .map(
            date ->
                Optional.ofNullable(date.textValue())
                    .flatMap(PatientReader::day)
                    .flatMap(BirthDate::parse)
                    .orElseThrow(
                        () ->
                            CdsException.invalid(
                                patient.pathOf("birthDate"),
                                "has a value that is no certain date (YYYY, YYYY-MM or"
                                    + " YYYY-MM-DD)")));
  }

  /** The text without the time of day; empty if the day is uncertain. */
  private static Optional<String> day(String text) {
    Matcher parts = DATE_AND_TIME.matcher(text);
    if (!parts.matches()) {
      return Optional.of(text);
    }
    boolean certain = parts.group(3) == null || MIDNIGHT.matcher(parts.group(2)).matches();
    return Optional.of(parts.group(1)).filter(day -> certain);
  }

  private static Optional<String> sex(JsonObject patient) {
    return patient
        .optionalText("gender", GENDERS)
        .filter(gender -> !gender.equals("unknown"))
        .map(gender -> gender.substring(0, 1).toUpperCase(Locale.ROOT));
  }

  /** What the resource says of the patient now. Its name is not needed: a wrong one is left out. */
  public PatientStatement statement(JsonObject patient, PatientIdentity identity) {
    return new PatientStatement(
        identity.identifiers(),
        name(patient.node().path("name")),
        identity.birthDate(),
        identity.sex(),
        clock.instant());
  }

  /** The official name, else the usual one, else the first; never a former one. */
  private static Optional<PatientStatement.Name> name(JsonNode names) {
    List<JsonNode> present =
        elements(names)
            .filter(name -> hasText(name.path("family")))
            .filter(name -> !FORMER.contains(name.path("use").asText()))
            .toList();
    return Stream.of("official", "usual", "")
        .flatMap(
            use ->
                present.stream()
                    .filter(name -> use.isEmpty() || name.path("use").asText().equals(use)))
        .findFirst()
        .map(
            name ->
                new PatientStatement.Name(
                    name.path("family").textValue(),
                    elements(name.path("given"))
                        .filter(PatientReader::hasText)
                        .map(JsonNode::textValue)
                        .toList()));
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static boolean hasText(JsonNode node) {
    return node.isTextual() && !node.textValue().isBlank();
  }
}
