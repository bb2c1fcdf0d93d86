package io.spinexr.inference.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.spinexr.finding.Labelling;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Field {@code regulatory} of {@code model.json} and {@code model-set.json}.
 *
 * @param udi UDI-DI of what is cleared; absent for research
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Regulatory(Labelling.Status status, @Nullable String udi) {
  public Regulatory {
    if (status == null) {
      throw new IllegalArgumentException("regulatory must give a status, research or cleared");
    }
    new Labelling(status, Optional.ofNullable(udi), Optional.empty());
  }

  /** What a manifest declares; one without the field vouches for nothing. */
  static Labelling labelling(@Nullable Regulatory regulatory, @Nullable String intendedUse) {
    return new Labelling(
        regulatory == null ? Labelling.NONE.status() : regulatory.status,
        Optional.ofNullable(regulatory).map(Regulatory::udi),
        Optional.ofNullable(intendedUse));
  }
}
