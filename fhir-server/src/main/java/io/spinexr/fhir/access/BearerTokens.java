package io.spinexr.fhir.access;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import com.nimbusds.jwt.JWTClaimsSet;
import io.spinexr.fhir.token.AccessToken;
import io.spinexr.fhir.token.AccessTokens;
import io.spinexr.fhir.token.RefusalLog;
import io.spinexr.fhir.token.TokenRefusedException;
import io.spinexr.study.PatientIdentifier;
import java.text.ParseException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks every request but that for the capabilities for an access token, before all else. */
@Interceptor
public final class BearerTokens {
  private static final int FIRST = -1_000_000;
  private static final String HEADER = "Authorization";
  private static final Pattern BEARER =
      Pattern.compile("bearer +([A-Za-z0-9._~+/-]+=*) *", Pattern.CASE_INSENSITIVE);
  private static final Pattern PATIENT = Pattern.compile("(?:Patient/)?([A-Za-z0-9.-]{1,64})");

  private final AccessTokens tokens;
  private final StoredResources stored;
  private final RefusalLog refusals;

  public BearerTokens(AccessTokens tokens, StoredResources stored, RefusalLog refusals) {
    this.tokens = tokens;
    this.stored = stored;
    this.refusals = refusals;
  }

  /** Reads the token, if there is one: a bad one is refused whatever it is sent with. */
  @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED, order = FIRST)
  public void authenticate(RequestDetails request) {
    List<String> headers = request.getHeaders(HEADER);
    if (!headers.isEmpty()) {
      try {
        grant(tokens.verify(token(headers))).put(request);
      } catch (TokenRefusedException e) {
        refusals.refused(e.getMessage());
        throw Refusal.badToken();
      }
    } else if (request.getRequestType() != RequestTypeEnum.OPTIONS
        && !"metadata".equals(request.getRequestPath())) {
      throw Refusal.noToken();
    }
  }

  /** Whatever the path looked like, only the capabilities are for everybody. */
  @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED, order = FIRST)
  public void require(RequestDetails request) {
    if (request.getRestOperationType() != RestOperationTypeEnum.METADATA
        && Grant.of(request).isEmpty()) {
      throw Refusal.noToken();
    }
  }

  private static String token(List<String> headers) throws TokenRefusedException {
    Matcher bearer = BEARER.matcher(headers.get(0));
    if (headers.size() > 1 || !bearer.matches()) {
      throw new TokenRefusedException("the header Authorization is not one bearer token");
    }
    return bearer.group(1);
  }

  private Grant grant(AccessToken token) throws TokenRefusedException {
    JWTClaimsSet claims = token.claims();
    try {
      return new Grant(
          token.issuer().issuer(),
          Optional.ofNullable(claims.getStringClaim("client_id"))
              .or(() -> Optional.ofNullable((String) claims.getClaim("azp"))),
          Optional.ofNullable(claims.getSubject()),
          Optional.ofNullable(claims.getStringClaim("fhirUser")),
          Stream.of("scope", "scp")
              .flatMap(name -> texts(claims.getClaim(name)))
              .flatMap(text -> Scope.parse(text).stream())
              .toList(),
          patients(token));
    } catch (ParseException | ClassCastException e) {
      throw new TokenRefusedException("client_id, azp, fhirUser or patient is no text");
    }
  }

  /** Of a claim that is a list of scopes, or a text of scopes with spaces between them. */
  private static Stream<String> texts(@Nullable Object claim) {
    Stream<?> parts =
        claim instanceof Collection<?> list ? list.stream() : Stream.ofNullable(claim);
    return parts
        .filter(String.class::isInstance)
        .flatMap(text -> Stream.of(((String) text).split(" ")));
  }

  private Set<String> patients(AccessToken token) throws ParseException, TokenRefusedException {
    String patient = token.claims().getStringClaim("patient");
    // A search for an empty identifier would find whoever has one.
    if (patient == null || patient.isBlank()) {
      return Set.of();
    }
    Optional<String> system = token.issuer().patientSystem();
    if (system.isPresent()) {
      return stored.patients(new PatientIdentifier(system.get(), patient));
    }
    Matcher id = PATIENT.matcher(patient);
    if (!id.matches()) {
      throw new TokenRefusedException("patient is not the id of a Patient");
    }
    return Set.of(id.group(1));
  }
}
