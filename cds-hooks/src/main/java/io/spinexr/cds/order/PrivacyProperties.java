package io.spinexr.cds.order;

import io.spinexr.order.Code;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code spinexr.privacy}: for whom nothing is searched, computed, written or shown.
 *
 * @param confidentiality codes of v3-Confidentiality that keep the AI away, as meta.security of the
 *     Patient or the ServiceRequest
 * @param optOutCodes what says that a patient has opted out of AI, each as {@code system|code}: a
 *     label of the Patient (meta.security or meta.tag), or category, purpose, code or security
 *     label of an active Consent that denies. A list given here replaces the default list
 */
public record PrivacyProperties(
    @DefaultValue({"R", "V"}) Set<String> confidentiality,
    @DefaultValue("http://terminology.hl7.org/CodeSystem/v3-ActCode|OPTOUT")
        Set<String> optOutCodes) {
  private static final Set<String> CONFIDENTIALITY = Set.of("U", "L", "M", "N", "R", "V");

  public PrivacyProperties {
    confidentiality = Set.copyOf(confidentiality);
    if (!CONFIDENTIALITY.containsAll(confidentiality)) {
      throw new IllegalArgumentException(
          "spinexr.privacy.confidentiality must be codes of v3-Confidentiality: U, L, M, N, R or"
              + " V");
    }
    optOutCodes = Set.copyOf(optOutCodes);
    try {
      optOutCodes.forEach(Code::parse);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "spinexr.privacy.opt-out-codes must be written system|code", e);
    }
  }

  Set<Code> optOut() {
    return optOutCodes.stream().map(Code::parse).collect(Collectors.toUnmodifiableSet());
  }
}
