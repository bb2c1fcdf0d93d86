package io.spinexr.fhir.guard;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.IInstanceValidatorModule;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationResult;
import io.spinexr.fhir.code.ArtificialIntelligenceLabel;
import io.spinexr.fhir.code.Terminology;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Resource;

/** A resource must be what R4 says: a status that is none, or none at all, misleads readers. */
public record ValidResource(FhirContext context, FhirValidator validator) implements WriteRule {
  /**
   * R4's definitions and our own, none that clients have stored: a constraint or a pattern of
   * theirs could keep a thread for good.
   */
  public static IInstanceValidatorModule definitions(
      FhirContext context, DefaultProfileValidationSupport r4) {
    PrePopulatedValidationSupport ours = new PrePopulatedValidationSupport(context);
    Terminology.transaction().getEntry().stream()
        .map(BundleEntryComponent::getResource)
        .filter(resource -> !resource.fhirType().equals("SearchParameter"))
        .forEach(ours::addResource);
    FhirInstanceValidator validator =
        new FhirInstanceValidator(
            new ValidationSupportChain(
                new ArtificialIntelligenceLabel(context),
                r4,
                ours,
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context),
                new SnapshotGeneratingValidationSupport(context)));
    validator.setErrorForUnknownProfiles(false);
    return validator;
  }

  public static ValidResource by(FhirContext context, IInstanceValidatorModule definitions) {
    return new ValidResource(context, context.newValidator().registerValidatorModule(definitions));
  }

  @Override
  public void check(Optional<Resource> before, Resource after) {
    ValidationResult result = validator.validateWithResult(after);
    List<SingleValidationMessage> errors =
        result.getMessages().stream()
            .filter(
                message -> message.getSeverity().ordinal() >= ResultSeverityEnum.ERROR.ordinal())
            .toList();
    if (!errors.isEmpty()) {
      throw new UnprocessableEntityException(
          "The resource is not valid FHIR R4",
          new ValidationResult(context, errors).toOperationOutcome());
    }
  }
}
