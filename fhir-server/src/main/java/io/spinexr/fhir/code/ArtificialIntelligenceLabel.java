package io.spinexr.fhir.code;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.ConceptValidationOptions;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * The security label by which any FHIR system can tell what an AI asserted from what a person did.
 * HL7 added AIAST to v3 ObservationValue after R4, so a validator that only knows R4 has to be told
 * of it: this class is that validation support.
 */
public final class ArtificialIntelligenceLabel implements IValidationSupport {
  private static final String SYSTEM = Codes.HL7 + "v3-ObservationValue";
  private static final String CODE = "AIAST";
  private static final String DISPLAY = "Artificial Intelligence asserted";
  private static final String SECURITY_LABELS = "http://hl7.org/fhir/ValueSet/security-labels";

  private final FhirContext context;

  public ArtificialIntelligenceLabel(FhirContext context) {
    this.context = context;
  }

  /** Labels the resource as asserted by artificial intelligence. */
  public static void mark(Resource resource) {
    resource.getMeta().addSecurity(SYSTEM, CODE, DISPLAY);
  }

  /** Whether the resource is labelled so. */
  public static boolean marks(Resource resource) {
    return resource.getMeta().getSecurity(SYSTEM, CODE) != null;
  }

  /** The same as a reason why something was made. */
  public static CodeableConcept concept() {
    return Codes.concept(SYSTEM, CODE, DISPLAY);
  }

  @Override
  public FhirContext getFhirContext() {
    return context;
  }

  @Override
  public boolean isCodeSystemSupported(ValidationSupportContext root, String system) {
    return SYSTEM.equals(system);
  }

  @Override
  public boolean isValueSetSupported(ValidationSupportContext root, String url) {
    return url.startsWith(SECURITY_LABELS);
  }

  @Override
  public @Nullable CodeValidationResult validateCode(
      ValidationSupportContext root,
      ConceptValidationOptions options,
      String system,
      String code,
      String display,
      @Nullable String valueSetUrl) {
    return SYSTEM.equals(system) && CODE.equals(code)
        ? new CodeValidationResult().setCode(CODE).setDisplay(DISPLAY)
        : null;
  }

  @Override
  public @Nullable CodeValidationResult validateCodeInValueSet(
      ValidationSupportContext root,
      ConceptValidationOptions options,
      String system,
      String code,
      String display,
      IBaseResource valueSet) {
    return validateCode(root, options, system, code, display, null);
  }
}
