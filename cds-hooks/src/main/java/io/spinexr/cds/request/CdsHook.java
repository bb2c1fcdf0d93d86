package io.spinexr.cds.request;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The hooks that this server answers (https://cds-hooks.org/hooks). */
public enum CdsHook {
  ORDER_SELECT,
  ORDER_SIGN,
  ORDER_DISPATCH,
  PATIENT_VIEW;

  /** The name on the wire: {@code order-sign}. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
