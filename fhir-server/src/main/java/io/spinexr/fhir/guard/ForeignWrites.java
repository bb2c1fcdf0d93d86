package io.spinexr.fhir.guard;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Holds every resource that comes over HTTP against our rules, as it would be stored: so it makes
 * no difference whether it comes alone, as a patch, or in a transaction. On the servlet, so that
 * our own writes do not meet it.
 */
@Interceptor
public final class ForeignWrites {
  private final List<WriteRule> rules;

  public ForeignWrites(List<WriteRule> rules) {
    this.rules = List.copyOf(rules);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    check(Optional.empty(), resource);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(@Nullable IBaseResource before, IBaseResource after, RequestDetails request) {
    IfMatch.require(before, request);
    check(Optional.ofNullable(before), after);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
  public void deleted(IBaseResource resource, RequestDetails request) {
    IfMatch.require(resource, request);
    rules.forEach(rule -> rule.checkDelete((Resource) resource));
  }

  private void check(Optional<IBaseResource> before, IBaseResource after) {
    rules.forEach(rule -> rule.check(before.map(Resource.class::cast), (Resource) after));
  }
}
