package io.spinexr.fhir.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import io.spinexr.fhir.worklist.ReadingOrder;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Task;

/** Keeps every worklist Task in its place, whoever writes it. */
@Interceptor
public final class WorklistOrder {
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    order(resource);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after) {
    order(after);
  }

  private static void order(IBaseResource resource) {
    if (resource instanceof Task task && ReadingOrder.applies(task)) {
      ReadingOrder.set(task);
    }
  }
}
