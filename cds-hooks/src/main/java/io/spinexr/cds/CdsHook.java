package io.spinexr.cds;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The hooks that this server answers (https://cds-hooks.org/hooks). */
enum CdsHook {
  ORDER_SELECT,
  ORDER_SIGN,
  ORDER_DISPATCH,
  PATIENT_VIEW;

  /** The name on the wire: {@code order-sign}. */
  @JsonValue
  String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
