package io.spinexr.fhir.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.method.BaseMethodBinding;
import ca.uhn.fhir.rest.server.method.OperationMethodBinding;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseConformance;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.SystemRestfulInteraction;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /fhir} serves of all that HAPI could: a method that is not listed is not bound, and a
 * parameter that is not listed is refused. A test holds the CapabilityStatement against its own
 * list.
 */
@Interceptor
public final class ServedInteractions {
  private static final Set<RestOperationTypeEnum> INTERACTIONS =
      EnumSet.of(
          RestOperationTypeEnum.METADATA,
          RestOperationTypeEnum.READ,
          RestOperationTypeEnum.VREAD,
          RestOperationTypeEnum.SEARCH_TYPE,
          RestOperationTypeEnum.GET_PAGE,
          RestOperationTypeEnum.HISTORY_INSTANCE,
          RestOperationTypeEnum.CREATE,
          RestOperationTypeEnum.UPDATE,
          RestOperationTypeEnum.PATCH,
          RestOperationTypeEnum.DELETE,
          RestOperationTypeEnum.TRANSACTION,
          RestOperationTypeEnum.BATCH);

  /** Operations, and the types that have them. */
  private static final Map<String, List<String>> OPERATIONS =
      Map.of(
          "$validate", FhirStoreConfiguration.RESOURCE_TYPES,
          "$lookup", List.of("CodeSystem"),
          "$validate-code", List.of("CodeSystem"));

  /** Parameters with an underscore have a meaning of their own on every type. */
  private static final Set<String> PARAMETERS =
      Set.of(
          "_id",
          "_lastUpdated",
          "_tag",
          "_security",
          "_profile",
          "_has",
          "_include",
          "_revinclude",
          "_sort",
          "_count",
          "_total",
          "_summary",
          "_elements",
          "_format",
          "_pretty",
          "_since",
          "_at",
          // HAPI's own links to further pages.
          "_getpages",
          "_getpagesoffset",
          "_pageId",
          "_bundletype");

  /** Lets HAPI bind what is listed. */
  @Hook(Pointcut.SERVER_PROVIDER_METHOD_BOUND)
  public @Nullable BaseMethodBinding bind(BaseMethodBinding method) {
    boolean served =
        method instanceof OperationMethodBinding operation
            ? OPERATIONS
                .getOrDefault(operation.getName(), List.of())
                .contains(String.valueOf(operation.getResourceName()))
            : INTERACTIONS.contains(method.getRestOperationType());
    return served ? method : null;
  }

  /** HAPI takes batches wherever it takes transactions, but does not say so. */
  @Hook(Pointcut.SERVER_CAPABILITY_STATEMENT_GENERATED)
  public void complete(IBaseConformance statement) {
    ((CapabilityStatement) statement)
        .getRestFirstRep()
        .addInteraction()
        .setCode(SystemRestfulInteraction.BATCH);
  }

  /** Refuses parameters that HAPI would honour, or ignore, without our having tested it. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
  public void check(RequestDetails request) {
    requireServed(request.getParameters().keySet());
  }

  static void requireServed(Set<String> parameters) {
    parameters.stream()
        .filter(name -> name.startsWith("_"))
        .filter(name -> !PARAMETERS.contains(name.split("[:.]", 2)[0]))
        .findFirst()
        .ifPresent(
            name -> {
              throw new InvalidRequestException(
                  "The parameter %s is not served; see the documentation of /fhir"
                      .formatted(name.split("[:.]", 2)[0]));
            });
  }
}
