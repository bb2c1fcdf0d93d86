package io.spinexr.fhir.code;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Quantity;

/**
 * The keys of one model set's Observations, {@link Codes#OBSERVATION_IDENTIFIER}: by content, so
 * that a reader's word on a finding never moves to another one. Of findings on one image that are
 * the same to the pixel, the second and later ones are numbered.
 */
public final class FindingKey {
  private static final List<ResultCode> BOX =
      List.of(ResultCode.BOX_LEFT, ResultCode.BOX_TOP, ResultCode.BOX_RIGHT, ResultCode.BOX_BOTTOM);

  /** Image, rank and model set: a finding's key in version 0.1. */
  private static final Pattern BY_RANK = Pattern.compile("([0-9.]+)/[0-9]+/(.+)");

  /** Image, type, and what follows: the box. */
  private static final Pattern BY_TYPE = Pattern.compile("^([0-9.]+)/[a-z-]+/([0-9]+-[0-9]+-.*)");

  private final String modelSet;
  private final Map<String, Integer> issued = new HashMap<>();

  public FindingKey(String modelSet) {
    this.modelSet = modelSet;
  }

  /** Of what is said about an image as a whole. */
  public String image(String sopInstanceUid) {
    return sopInstanceUid + "/" + modelSet;
  }

  /** Of a finding; the same content again gets the next number. */
  public String finding(String sopInstanceUid, Observation finding) {
    String content =
        sopInstanceUid
            + "/"
            + content(finding).orElseThrow(() -> new IllegalArgumentException("not a finding"));
    int number = issued.merge(content, 1, Integer::sum);
    return content + (number == 1 ? "/" : "/" + number + "/") + modelSet;
  }

  /** Of a stored Observation; empty if it is not this model set's. */
  public Optional<String> stored(Observation observation) {
    Optional<String> key =
        observation.getIdentifier().stream()
            .filter(identifier -> Codes.OBSERVATION_IDENTIFIER.equals(identifier.getSystem()))
            .map(Identifier::getValue)
            .filter(value -> value != null && value.endsWith("/" + modelSet))
            .findFirst();
    return key.map(
        value -> {
          Matcher byRank = BY_RANK.matcher(value);
          return byRank.matches()
                  && byRank.group(2).equals(modelSet)
                  && content(observation).isPresent()
              ? finding(byRank.group(1), observation)
              : value;
        });
  }

  /** The key of a finding of which nobody is to know any more what it was. */
  public static String withoutType(String key) {
    return BY_TYPE.matcher(key).replaceFirst("$1/withdrawn/$2");
  }

  /** The model set of an analysis by the key of its report. */
  public static String modelSet(String analysis) {
    return analysis.substring(analysis.indexOf('/') + 1);
  }

  /** The image that a key is about. */
  public static String sopInstanceUid(String key) {
    return key.substring(0, key.indexOf('/'));
  }

  /** The code of what was found; empty if it is not about a finding. */
  public static Optional<String> type(Observation finding) {
    return finding.getValue() instanceof CodeableConcept concept ? type(concept) : Optional.empty();
  }

  /** The code of a lesion; empty if it is something else. */
  public static Optional<String> type(CodeableConcept lesion) {
    return lesion.getCoding().stream()
        .filter(coding -> Codes.LESION_TYPE.equals(coding.getSystem()))
        .map(Coding::getCode)
        .findFirst();
  }

  private static Optional<String> content(Observation finding) {
    List<String> box = new ArrayList<>();
    BOX.forEach(edge -> pixels(finding, edge).ifPresent(box::add));
    return type(finding)
        .filter(code -> box.size() == BOX.size())
        .map(code -> code + "/" + String.join("-", box));
  }

  private static Optional<String> pixels(Observation finding, ResultCode edge) {
    return finding.getComponent().stream()
        .filter(component -> component.getCode().hasCoding(Codes.AI_RESULT, edge.code()))
        .map(ObservationComponentComponent::getValue)
        .filter(Quantity.class::isInstance)
        .map(value -> ((Quantity) value).getValue())
        .map(FindingKey::whole)
        .findFirst();
  }

  private static String whole(BigDecimal pixels) {
    return pixels.setScale(0, RoundingMode.HALF_UP).toPlainString();
  }
}
