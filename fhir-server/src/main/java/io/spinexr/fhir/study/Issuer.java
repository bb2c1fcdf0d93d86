package io.spinexr.fhir.study;

import io.spinexr.finding.ModelVersion;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Who issues results, and what is the same in all of them.
 *
 * @param accessionSystem namespace of the accession numbers, an absolute URI
 * @param pages base of our own pages, as people reach them; {@code /studies/<UID>} completes it
 * @param modelCards what is known of each model, as Markdown; a model may lack one
 */
public record Issuer(
    Operator operator,
    Optional<String> accessionSystem,
    URI pages,
    Map<ModelVersion, String> modelCards) {
  public Issuer {
    Objects.requireNonNull(operator, "operator");
    Objects.requireNonNull(accessionSystem, "accessionSystem");
    Objects.requireNonNull(pages, "pages");
    modelCards = Map.copyOf(modelCards);
  }
}
