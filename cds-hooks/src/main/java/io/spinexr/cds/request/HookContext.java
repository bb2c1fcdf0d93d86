package io.spinexr.cds.request;

import java.util.List;
import java.util.Optional;

/** What the clinician is doing, per hook (https://cds-hooks.org/hooks), as far as it is used. */
public sealed interface HookContext {
  /** Logical id of the Patient. */
  String patientId();

  /** Who is at work, e.g. {@code Practitioner/123}; order-dispatch does not tell. */
  default Optional<String> user() {
    return Optional.empty();
  }

  /** The resources of the Bundle of unsigned orders, where the hook has one. */
  default List<ChartResource> draftOrders() {
    return List.of();
  }

  /**
   * @param userId e.g. {@code Practitioner/123}
   */
  record OrderSign(String userId, String patientId, List<ChartResource> draftOrders)
      implements HookContext {
    public OrderSign {
      draftOrders = List.copyOf(draftOrders);
    }

    @Override
    public Optional<String> user() {
      return Optional.of(userId);
    }
  }

  /**
   * @param selections the newly selected ones, as {@code ServiceRequest/id} or the full URL of
   *     their entry; some may be gone from the draft
   */
  record OrderSelect(
      String userId, String patientId, List<String> selections, List<ChartResource> draftOrders)
      implements HookContext {
    public OrderSelect {
      selections = List.copyOf(selections);
      draftOrders = List.copyOf(draftOrders);
    }

    @Override
    public Optional<String> user() {
      return Optional.of(userId);
    }
  }

  /**
   * @param dispatchedOrders the ServiceRequests among the dispatched; the single {@code order} of
   *     version 1.0 of the hook counts as a list of one
   */
  record OrderDispatch(String patientId, List<FhirReference> dispatchedOrders)
      implements HookContext {
    public OrderDispatch {
      dispatchedOrders = List.copyOf(dispatchedOrders);
    }
  }

  /**
   * @param userId e.g. {@code Practitioner/123}
   */
  record PatientView(String userId, String patientId) implements HookContext {
    @Override
    public Optional<String> user() {
      return Optional.of(userId);
    }
  }
}
