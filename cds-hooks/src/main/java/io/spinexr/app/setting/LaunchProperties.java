package io.spinexr.app.setting;

import io.spinexr.order.FhirServerUrl;
import java.net.URI;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code spinexr.sign-in.launches.<name>}: an EHR that launches this server for a clinician, in the
 * context of a patient (SMART App Launch 2.2, EHR launch).
 *
 * @param fhirServer base URL of the EHR's FHIR server, which it names as iss at a launch; https, or
 *     http on loopback. No other is contacted
 * @param clientId as which the EHR knows this server
 * @param clientSecret from the environment variable
 *     SPINEXR_SIGNIN_LAUNCHES_&lt;NAME&gt;_CLIENTSECRET only; empty if the EHR knows this server as
 *     a public client
 * @param scopes that are asked for: what the person may see at the EHR is not among them
 */
public record LaunchProperties(
    URI fhirServer,
    String clientId,
    @DefaultValue("") String clientSecret,
    @DefaultValue({"launch", "openid", "fhirUser"}) List<String> scopes) {
  public LaunchProperties {
    Rules.webAddress("sign-in.launches.fhir-server", fhirServer);
    Rules.check(
        Rules.isPrivate(fhirServer),
        "sign-in.launches.fhir-server",
        "must use https, or be on loopback",
        fhirServer);
    Rules.check(
        FhirServerUrl.parse(fhirServer.toString()).isPresent(),
        "sign-in.launches.fhir-server",
        FhirServerUrl.RULE,
        fhirServer);
    Rules.require("sign-in.launches.client-id", clientId);
    scopes = List.copyOf(scopes);
    Rules.check(
        scopes.containsAll(List.of("launch", "openid")),
        "sign-in.launches.scopes",
        "must have launch and openid among them",
        scopes);
  }

  /** In the spelling by which servers are compared. */
  public FhirServerUrl server() {
    return new FhirServerUrl(fhirServer.toString());
  }
}
