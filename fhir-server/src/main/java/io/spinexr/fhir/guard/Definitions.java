package io.spinexr.fhir.guard;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import java.util.EnumSet;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * Definitions change what the server does with everybody's resources: a search parameter can keep
 * all of them from being stored, a Subscription sends them elsewhere. Whoever may use {@code /fhir}
 * may read them, but nobody may write them: a token's scopes tell no administrator from any other
 * program, and what one needs is done in process.
 */
@Interceptor
public final class Definitions {
  private static final Set<String> TYPES =
      Set.of("SearchParameter", "StructureDefinition", "Subscription");

  private static final Set<RestOperationTypeEnum> USES =
      EnumSet.of(
          RestOperationTypeEnum.CREATE,
          RestOperationTypeEnum.UPDATE,
          RestOperationTypeEnum.PATCH,
          RestOperationTypeEnum.DELETE,
          RestOperationTypeEnum.VALIDATE,
          RestOperationTypeEnum.EXTENDED_OPERATION_TYPE,
          RestOperationTypeEnum.EXTENDED_OPERATION_INSTANCE);

  /** Before the body is made anything of. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
  public void asked(RequestDetails request) {
    if (USES.contains(request.getRestOperationType())) {
      require(String.valueOf(request.getResourceName()));
    }
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    require(resource.fhirType());
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after) {
    require(after.fhirType());
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
  public void deleted(IBaseResource resource) {
    require(resource.fhirType());
  }

  private static void require(String type) {
    if (TYPES.contains(type)) {
      throw new ForbiddenOperationException(
          "%s is a definition that this server keeps to itself; docs/fhir.md says what can be done instead"
              .formatted(type));
    }
  }
}
