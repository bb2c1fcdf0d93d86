package io.spinexr.fhir.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.finding.LesionType;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.Coding;
import org.junit.jupiter.api.Test;

class LesionCodesTest {
  /** Whichever lesions a detector knows, what it finds has a code that our code system defines. */
  @Test
  void definesTheCodeOfEveryLesionType() {
    Map<String, String> defined =
        Terminology.transaction().getEntry().stream()
            .map(BundleEntryComponent::getResource)
            .filter(CodeSystem.class::isInstance)
            .map(CodeSystem.class::cast)
            .filter(system -> system.getUrl().equals(Codes.LESION_TYPE))
            .flatMap(system -> system.getConcept().stream())
            .collect(
                Collectors.toMap(
                    ConceptDefinitionComponent::getCode, ConceptDefinitionComponent::getDisplay));
    Map<String, String> used =
        Arrays.stream(LesionType.values())
            .map(type -> Codes.lesion(type).getCodingFirstRep())
            .collect(Collectors.toMap(Coding::getCode, Coding::getDisplay));

    assertThat(defined).hasSize(13).isEqualTo(used);
  }
}
