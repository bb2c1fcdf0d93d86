package io.spinexr.cds;

import java.util.List;
import java.util.Optional;

/** What the clinician is doing, per hook (https://cds-hooks.org/hooks). */
sealed interface HookContext {
  /** Logical id of the Patient. */
  String patientId();

  /**
   * @param userId e.g. {@code Practitioner/123}
   * @param draftOrders the resources of the Bundle of unsigned orders
   */
  record OrderSign(
      String userId, String patientId, Optional<String> encounterId, List<JsonObject> draftOrders)
      implements HookContext {
    public OrderSign {
      draftOrders = List.copyOf(draftOrders);
    }
  }

  /**
   * @param selections the newly selected ones of {@code draftOrders}, as {@code Type/id}
   */
  record OrderSelect(
      String userId,
      String patientId,
      Optional<String> encounterId,
      List<String> selections,
      List<JsonObject> draftOrders)
      implements HookContext {
    public OrderSelect {
      selections = List.copyOf(selections);
      draftOrders = List.copyOf(draftOrders);
    }
  }

  /**
   * @param dispatchedOrders references to the orders; the single {@code order} of version 1.0 of
   *     the hook counts as a list of one
   * @param performer reference to whom they go
   * @param fulfillmentTasks the Tasks that ask for fulfilment
   */
  record OrderDispatch(
      String patientId,
      List<String> dispatchedOrders,
      String performer,
      List<JsonObject> fulfillmentTasks)
      implements HookContext {
    public OrderDispatch {
      dispatchedOrders = List.copyOf(dispatchedOrders);
      fulfillmentTasks = List.copyOf(fulfillmentTasks);
    }
  }

  /**
   * @param userId e.g. {@code Practitioner/123}
   */
  record PatientView(String userId, String patientId, Optional<String> encounterId)
      implements HookContext {}
}
