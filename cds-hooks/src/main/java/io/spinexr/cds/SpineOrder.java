package io.spinexr.cds;

import io.spinexr.order.ImagingOrder;
import java.util.Objects;

/**
 * An order for spine radiography beside the resource that said so.
 *
 * @param resource the ServiceRequest as the client wrote it
 */
record SpineOrder(ImagingOrder order, JsonObject resource) {
  SpineOrder {
    Objects.requireNonNull(order, "order");
    Objects.requireNonNull(resource, "resource");
  }
}
