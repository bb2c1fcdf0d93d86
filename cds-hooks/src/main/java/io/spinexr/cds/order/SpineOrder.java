package io.spinexr.cds.order;

import io.spinexr.cds.wire.JsonObject;
import io.spinexr.order.ImagingOrder;
import java.util.Objects;

/**
 * An order for spine radiography beside the resource that said so.
 *
 * @param resource the ServiceRequest as the client wrote it
 */
public record SpineOrder(ImagingOrder order, JsonObject resource) {
  public SpineOrder {
    Objects.requireNonNull(order, "order");
    Objects.requireNonNull(resource, "resource");
  }
}
