package io.spinexr.fhir.code;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.ValidationOptions;
import io.spinexr.fhir.Examples;
import io.spinexr.fhir.result.FindingsBundle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.utilities.npm.NpmPackage;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Our resources against the profiles of the International Patient Summary 2.0.0, whose package npm
 * fetches. Each count can only change knowingly. US Core is not held: no version of
 * hl7.fhir.us.core is on npm's registry.
 */
class InternationalProfilesTest {
  private static final String PACKAGE = "hl7.fhir.uv.ips";
  private static final String VERSION = "2.0.0";
  private static final String PROFILES = "http://hl7.org/fhir/uv/ips/StructureDefinition/";

  private static FhirValidator validator;

  @BeforeAll
  static void loadProfiles() throws Exception {
    FhirContext context = FhirContext.forR4Cached();
    PrePopulatedValidationSupport definitions = new PrePopulatedValidationSupport(context);
    NpmPackage profiles;
    try (InputStream archive = Files.newInputStream(fetched())) {
      profiles = NpmPackage.fromPackage(archive);
    }
    for (String type : List.of("StructureDefinition", "ValueSet", "CodeSystem")) {
      for (String file : profiles.listResources(type)) {
        try (InputStream json = profiles.loadResource(file)) {
          definitions.addResource(context.newJsonParser().parseResource(json));
        }
      }
    }
    Terminology.transaction().getEntry().stream()
        .map(BundleEntryComponent::getResource)
        .filter(resource -> !resource.fhirType().equals("SearchParameter"))
        .forEach(definitions::addResource);
    AiTransparency.definitions().forEach(definitions::addResource);
    validator =
        context
            .newValidator()
            .registerValidatorModule(
                new FhirInstanceValidator(
                    new ValidationSupportChain(
                        new ArtificialIntelligenceLabel(context),
                        new DefaultProfileValidationSupport(context),
                        definitions,
                        new CommonCodeSystemsTerminologyService(context),
                        new InMemoryTerminologyServerValidationSupport(context),
                        new SnapshotGeneratingValidationSupport(context))));
  }

  /** The package, from the build folder or by npm. */
  private static Path fetched() throws Exception {
    Path folder = Files.createDirectories(Path.of("target", "profiles").toAbsolutePath());
    Path archive = folder.resolve(PACKAGE + "-" + VERSION + ".tgz");
    if (!Files.exists(archive)) {
      fetch(folder);
    }
    return archive;
  }

  private static void fetch(Path folder) throws Exception {
    String reason = "npm did not get %s %s".formatted(PACKAGE, VERSION);
    try {
      Process npm =
          new ProcessBuilder("npm", "pack", "--silent", PACKAGE + "@" + VERSION)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("npm.log").toFile())
              .start();
      if (npm.waitFor(2, TimeUnit.MINUTES) && npm.exitValue() == 0) {
        return;
      }
      npm.destroyForcibly();
    } catch (IOException e) {
      reason = "npm is missing: apt-get install npm";
    }
    if ("true".equals(System.getenv("CI"))) {
      Assertions.fail(reason);
    }
    Assumptions.abort(reason);
  }

  @Test
  void meetsTheProfilesWhereEverythingIsKnown() {
    assertThat(errors(FindingsBundle.of(Examples.analysed("1.2.3", 2), Examples.ISSUER)))
        .hasSize(6)
        .allSatisfy((profile, errors) -> assertThat(errors).as(profile).isZero());
  }

  /** What neither order nor images state stays unstated, though the profiles ask for it. */
  @Test
  void holdsTheNumberOfErrorsWhereNothingIsKnown() {
    assertThat(errors(FindingsBundle.of(Examples.unreadable("1.2.3"), Examples.ISSUER)))
        .containsOnly(
            Map.entry("Device-observer", 0L),
            Map.entry("DiagnosticReport", 1L),
            Map.entry("ImagingStudy", 0L),
            Map.entry("Observation-results-radiology", 1L),
            Map.entry("Organization", 0L),
            Map.entry("Patient", 2L));
  }

  /** How many errors there are against each profile. */
  private static Map<String, Long> errors(Bundle bundle) {
    return bundle.getEntry().stream()
        .map(BundleEntryComponent::getResource)
        .filter(resource -> !profile(resource).isEmpty())
        .collect(
            Collectors.groupingBy(
                InternationalProfilesTest::profile,
                Collectors.summingLong(InternationalProfilesTest::errors)));
  }

  private static String profile(Resource resource) {
    return switch (resource.fhirType()) {
      case "Device" -> "Device-observer";
      case "DiagnosticReport", "ImagingStudy", "Organization", "Patient" -> resource.fhirType();
      case "Observation" -> "Observation-results-radiology";
      default -> "";
    };
  }

  private static long errors(Resource resource) {
    ValidationOptions options =
        new ValidationOptions().addProfile(PROFILES + profile(resource) + "-uv-ips");
    return validator.validateWithResult(resource, options).getMessages().stream()
        .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .count();
  }
}
