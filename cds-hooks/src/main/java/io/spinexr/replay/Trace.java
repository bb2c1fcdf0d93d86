package io.spinexr.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.StudyFindings;
import io.spinexr.radiograph.Provenance;
import io.spinexr.store.StoredFindings;
import io.spinexr.store.StoredJson;
import io.spinexr.store.StoredProvenance;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is known of how a study's results came about and of what became of them, as one JSON
 * document. Times are of ISO 8601, in UTC.
 *
 * @param results by each model set, the last asked for first
 * @param cards that told of the study, in the order of their issue
 */
public record Trace(
    int format,
    String studyInstanceUid,
    List<Order> orders,
    List<Result> results,
    List<ShownCard> cards) {
  static final int FORMAT = 1;

  public Trace {
    ImageId.requireUid("studyInstanceUid", studyInstanceUid);
    orders = List.copyOf(orders);
    results = List.copyOf(results);
    cards = List.copyOf(cards);
  }

  /**
   * An order that the study's images were made for.
   *
   * @param source base URL of the EHR's FHIR server, or the client's name
   * @param id there
   * @param key ours, without personal data
   * @param requesters who ordered, as {@code Practitioner/123} of the EHR
   */
  public record Order(
      String source,
      String id,
      String key,
      List<String> requesters,
      String priority,
      String state,
      String rememberedAt) {}

  /**
   * What one model set says of the study.
   *
   * @param report address of the DiagnosticReport on our FHIR server
   * @param withdrawnBy who withdrew it; absent, as the time, if nobody did
   * @param restricted whether the patient's record is confidential, or the patient opted out of AI
   * @param findings as the database holds them; absent where there are none
   * @param provenance the same; absent where it is not recorded, because a version before computed
   *     the findings
   */
  public record Result(
      String modelSet,
      String state,
      @Nullable String analysedAt,
      @Nullable String verdict,
      @Nullable String report,
      @Nullable String withdrawnAt,
      @Nullable String withdrawnBy,
      boolean restricted,
      @Nullable JsonNode findings,
      @Nullable JsonNode provenance) {
    /**
     * @throws IllegalStateException if they cannot be read, or are a later version's
     */
    Optional<StudyFindings> found() {
      return whole(findings, StoredFindings::read);
    }

    /**
     * @throws IllegalStateException if it cannot be read, or is a later version's
     */
    Optional<Provenance> cameFrom() {
      return whole(provenance, StoredProvenance::read);
    }

    /** What people hand over may lack a part. */
    private static <T> Optional<T> whole(@Nullable JsonNode part, Function<JsonNode, T> reader) {
      try {
        return Optional.ofNullable(part).map(reader);
      } catch (NullPointerException | IllegalArgumentException e) {
        throw new IllegalStateException("a result of it lacks a part", e);
      }
    }
  }

  /**
   * A card.
   *
   * @param client whose call it answered; absent where that was not kept
   * @param user who saw it, as the EHR names a clinician; absent where the call named none
   * @param findingsHash the same for cards that showed the same findings
   */
  public record ShownCard(
      String uuid,
      String service,
      String modelSet,
      String issuedAt,
      @Nullable String client,
      @Nullable String user,
      @Nullable String findingsHash,
      List<Answer> feedback) {}

  /**
   * What a clinician made of a card.
   *
   * @param outcome {@code accepted} or {@code overridden}
   * @param comment in the clinician's words; may hold personal data
   */
  public record Answer(
      String outcome, @Nullable String reason, @Nullable String comment, String at) {}

  /**
   * Reads what {@code GET /admin/studies/{study}/trace} answers.
   *
   * @throws IllegalArgumentException if it is something else, without quoting it
   */
  public static Trace read(byte[] json) {
    try {
      @Nullable Trace trace = StoredJson.MAPPER.readValue(json, Trace.class);
      if (trace != null && trace.format() == FORMAT) {
        return trace;
      }
    } catch (IOException | NullPointerException e) {
      // The rule below says what is wanted; the message would quote the document.
    }
    throw new IllegalArgumentException(
        "it is no trace of format %d, as GET /admin/studies/<StudyInstanceUID>/trace answers it"
            .formatted(FORMAT));
  }

  /** As JSON in UTF-8. */
  public byte[] json() {
    try {
      return StoredJson.MAPPER.writeValueAsBytes(this);
    } catch (IOException e) {
      throw new IllegalStateException("a value of this project has no JSON form", e);
    }
  }
}
