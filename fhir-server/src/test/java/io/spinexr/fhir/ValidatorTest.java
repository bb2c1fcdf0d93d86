package io.spinexr.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import io.spinexr.fhir.code.AiTransparency;
import io.spinexr.fhir.code.ArtificialIntelligenceLabel;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.Terminology;
import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.fhir.store.OwnStore;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.fhir.upkeep.StoredRecord;
import io.spinexr.fhir.worklist.FailureBundle;
import io.spinexr.fhir.worklist.LateImages;
import io.spinexr.finding.BirthDate;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.IdentityDispute;
import io.spinexr.result.MissingStudy;
import io.spinexr.result.Withdrawal;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.PatientStatement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What we write, against the R4 definitions and our own, by HAPI's instance validator. */
class ValidatorTest {
  /** What it may warn of, and why that stays. */
  private static final List<Pattern> ACCEPTED =
      List.of(
          // LOINC, SNOMED CT and DICOM's value sets are not ours to publish.
          Pattern.compile("CodeSystem.*http://(loinc.org|snomed.info/sct).*"),
          Pattern.compile(".*codeSystem 'http://(loinc.org|snomed.info/sct)'.*"),
          Pattern.compile("ValueSet 'http://dicom.nema.org/.*' not found"),
          Pattern.compile("Unable to expand ValueSet because CodeSystem.*: http://loinc.org"),
          // HL7's list of connections has no web page; ours is beside it, as the binding allows.
          Pattern.compile(".*endpoint-connection-type#findings-page.*"),
          // The validator asks all codings of the concept to be in the value set; A or N is.
          Pattern.compile("None of the codings.*v3-ObservationInterpretation#[AN], .*ai-result#.*"),
          // AI Transparency on FHIR asks for this reason.
          Pattern.compile("None of the codings.*PurposeOfUse.*v3-ObservationValue#AIAST.*"),
          // The archive may not say when the images were taken.
          Pattern.compile(".*all observations should have an effective.*"),
          // A Patient's narrative could only repeat the name.
          Pattern.compile("(?s)Constraint failed: dom-6.*"));

  private static FhirValidator validator;

  @BeforeAll
  static void loadDefinitions() {
    FhirContext context = FhirContext.forR4Cached();
    PrePopulatedValidationSupport ours = new PrePopulatedValidationSupport(context);
    Terminology.transaction().getEntry().stream()
        .map(BundleEntryComponent::getResource)
        .filter(resource -> !resource.fhirType().equals("SearchParameter"))
        .forEach(ours::addResource);
    AiTransparency.definitions().forEach(ours::addResource);
    ValidationSupportChain chain =
        new ValidationSupportChain(
            new ArtificialIntelligenceLabel(context),
            new DefaultProfileValidationSupport(context),
            ours,
            new CommonCodeSystemsTerminologyService(context),
            new InMemoryTerminologyServerValidationSupport(context),
            new SnapshotGeneratingValidationSupport(context));
    validator = context.newValidator().registerValidatorModule(new FhirInstanceValidator(chain));
  }

  static Stream<Bundle> bundles() {
    AnalysedStudy study = Examples.analysed("1.2.3", 7);
    AnalysedStudy rejecting =
        Examples.with(
            study,
            study.orders(),
            Examples.study(study.study(), study.study().series(), Set.of("1.2.3.1.9")),
            study.findings(),
            study.urgency());
    return Stream.of(
        FindingsBundle.of(study, Examples.ISSUER),
        FindingsBundle.of(Examples.unreadable("1.2.3"), Examples.ISSUER),
        FindingsBundle.of(rejecting, Examples.ISSUER),
        FailureBundle.of(Examples.failed(Optional.of(Examples.study("1.2.3"))), Examples.ISSUER),
        FailureBundle.of(Examples.failed(Optional.empty()), Examples.ISSUER));
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void acceptsEveryResourceOfABundle(Bundle bundle) {
    assertThat(complaints(bundle)).isEmpty();
    for (BundleEntryComponent entry : bundle.getEntry()) {
      assertThat(complaints(entry.getResource())).as(entry.getResource().fhirType()).isEmpty();
    }
  }

  /** What becomes of resources that are there. */
  @Test
  void acceptsEveryResourceThatChanges() {
    Resident store = new Resident();
    StoredRecord record = new StoredRecord(store);
    Bundle findings = FindingsBundle.of(Examples.analysed("1.2.3", 2), Examples.ISSUER);
    store.keep(findings);
    PatientIdentifier retired = Examples.SUBJECT.identifiers().get(0);
    PatientIdentifier surviving = new PatientIdentifier("urn:oid:1.2.36.146.595.217.0.2", "4712");

    record.correct(
        new PatientStatement(
            List.of(retired),
            Optional.of(new PatientStatement.Name("Beispiel", List.of("Anna"))),
            BirthDate.parse("1971-03"),
            Optional.of("F"),
            Examples.TIME));
    record.merge(
        new PatientMerge(retired, surviving, "registered twice", "Records", Examples.TIME));
    record.dispute(
        new IdentityDispute("1.2.3", retired, "another patient's", "Dr. Who", Examples.TIME));
    record.resolveDispute("1.2.3", "they are", "Dr. Who", Examples.TIME);
    record.missing(
        new MissingStudy("1.2.3", retired, "it is not listed", "SpineXR", Examples.TIME));
    record.seenAgain("1.2.3", "it is back", "SpineXR", Examples.TIME);
    record.withdraw(new Withdrawal("1.2.3", "demo-1.0.0", "wrong", "Dr. Who", Examples.TIME));

    assertThat(store.written)
        .extracting(Resource::fhirType)
        .contains("Patient", "Task", "DiagnosticReport", "Observation", "Provenance");
    for (Resource resource : store.written) {
      assertThat(complaints(resource)).as(resource.fhirType()).isEmpty();
    }
  }

  @Test
  void acceptsTasksForLateImages() {
    Bundle before = FindingsBundle.of(Examples.analysed("1.2.3", 1), Examples.ISSUER);
    Bundle grown = FindingsBundle.of(Examples.grown("1.2.3", 1, 2), Examples.ISSUER);
    LateImages late =
        LateImages.of(first(before, ImagingStudy.class), first(grown, ImagingStudy.class));
    Task wanted = first(grown, Task.class).orElseThrow();
    assertThat(complaints(late.task(wanted, List.of(new Reference("Observation/1"))))).isEmpty();
    assertThat(complaints(late.taskWithoutResult(wanted))).isEmpty();
  }

  private static <T extends Resource> Optional<T> first(Bundle bundle, Class<T> type) {
    return bundle.getEntry().stream()
        .map(BundleEntryComponent::getResource)
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst();
  }

  /** Finds whatever it has of a type, and takes everything. */
  private static final class Resident implements OwnStore {
    private final Map<String, Resource> resources = new LinkedHashMap<>();
    private final List<Resource> written = new ArrayList<>();

    void keep(Bundle bundle) {
      for (BundleEntryComponent entry : bundle.getEntry()) {
        Resource resource = entry.getResource();
        if (!resource.hasId()) {
          resource.setId(resource.fhirType() + "/" + (resources.size() + 1) + "/_history/1");
        }
        resources.put(Transaction.address(resource), resource);
      }
    }

    @Override
    public String name() {
      return "the test";
    }

    @Override
    public List<Resource> search(String url) {
      if (url.contains("4712")) {
        return List.of();
      }
      return resources.values().stream()
          .filter(r -> url.startsWith(r.fhirType() + "?") || url.endsWith(":result"))
          .filter(r -> url.contains("dispute") == isDispute(r))
          .map(Resource::copy)
          .toList();
    }

    private static boolean isDispute(Resource resource) {
      return resource instanceof Task task
          && task.getIdentifierFirstRep().getValue().endsWith(Codes.DISPUTE);
    }

    @Override
    public List<Resource> referringTo(String address) {
      return List.of();
    }

    @Override
    public PatientHoldings held(PatientTraces traces) {
      return new PatientHoldings(Set.of(), Set.of(), Map.of());
    }

    @Override
    public void erase(PatientTraces traces) {}

    @Override
    public Bundle transaction(Bundle transaction) {
      keep(transaction);
      transaction.getEntry().forEach(entry -> written.add(entry.getResource()));
      return new Bundle();
    }
  }

  @Test
  void acceptsOurDefinitions() {
    for (BundleEntryComponent entry : Terminology.transaction().getEntry()) {
      // HAPI looks for the snapshot of a profile in a package that is not there.
      if (entry.getResource() instanceof StructureDefinition) {
        continue;
      }
      assertThat(complaints(entry.getResource())).as(entry.getResource().fhirType()).isEmpty();
    }
  }

  @Test
  void refusesARegionThatNamesNoImage() {
    Observation finding = finding();
    finding
        .getExtensionByUrl(Codes.IMAGE_REGION)
        .getExtension()
        .removeIf(part -> part.getUrl().equals("instanceUid"));
    assertThat(complaints(finding)).anyMatch(complaint -> complaint.contains("instanceUid"));
  }

  @Test
  void refusesACodeThatOurCodeSystemLacks() {
    Observation finding = finding();
    finding.getCode().getCodingFirstRep().setCode("made-up");
    assertThat(complaints(finding)).anyMatch(complaint -> complaint.contains("made-up"));
  }

  private static Observation finding() {
    return FindingsBundle.of(Examples.analysed("1.2.3", 1), Examples.ISSUER).getEntry().stream()
        .map(BundleEntryComponent::getResource)
        .filter(Observation.class::isInstance)
        .map(Observation.class::cast)
        .filter(Observation::hasValueCodeableConcept)
        .findFirst()
        .orElseThrow();
  }

  private static boolean accepted(SingleValidationMessage message) {
    return ACCEPTED.stream()
        .filter(
            pattern ->
                !pattern.pattern().contains("dom-6")
                    || message.getLocationString().contains("Patient"))
        .anyMatch(pattern -> pattern.matcher(message.getMessage()).matches());
  }

  private static List<String> complaints(Resource resource) {
    return validator.validateWithResult(resource).getMessages().stream()
        .filter(message -> message.getSeverity() != ResultSeverityEnum.INFORMATION)
        .filter(
            message -> message.getSeverity() != ResultSeverityEnum.WARNING || !accepted(message))
        .map(SingleValidationMessage::toString)
        .toList();
  }
}
