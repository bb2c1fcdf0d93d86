package io.spinexr.fhir.access;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import io.spinexr.fhir.token.AccessTokens;
import org.hl7.fhir.instance.model.api.IBaseConformance;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestSecurityComponent;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.UriType;

/** Says in the CapabilityStatement that tokens are needed, and where they are to be had. */
@Interceptor
public final class SmartStatement {
  /** Of SMART App Launch 1.0; later versions point to the well-known document, which is there. */
  private static final String ENDPOINTS =
      "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";

  private static final String SERVICES =
      "http://terminology.hl7.org/CodeSystem/restful-security-service";

  private final AccessTokens tokens;

  public SmartStatement(AccessTokens tokens) {
    this.tokens = tokens;
  }

  @Hook(Pointcut.SERVER_CAPABILITY_STATEMENT_GENERATED)
  public void complete(IBaseConformance statement) {
    CapabilityStatementRestSecurityComponent security =
        ((CapabilityStatement) statement).getRestFirstRep().getSecurity();
    security.addService(
        new CodeableConcept(new Coding(SERVICES, "SMART-on-FHIR", "SMART-on-FHIR")));
    tokens
        .endpoints()
        .ifPresent(
            endpoints -> {
              Extension places = security.addExtension().setUrl(ENDPOINTS);
              places.addExtension("token", new UriType(endpoints.token()));
              endpoints
                  .authorization()
                  .ifPresent(place -> places.addExtension("authorize", new UriType(place)));
            });
  }
}
