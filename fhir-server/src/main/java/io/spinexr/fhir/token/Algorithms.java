package io.spinexr.fhir.token;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.Set;
import java.util.stream.Collectors;

/** Signatures with a private key: never {@code none}, never a shared secret. */
public final class Algorithms {
  public static final Set<JWSAlgorithm> ACCEPTED =
      Set.of(
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512,
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512);

  /** For messages. */
  public static final String NAMES =
      ACCEPTED.stream().map(JWSAlgorithm::getName).sorted().collect(Collectors.joining(", "));

  private Algorithms() {}
}
