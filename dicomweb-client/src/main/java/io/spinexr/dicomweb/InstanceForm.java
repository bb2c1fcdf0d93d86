package io.spinexr.dicomweb;

import io.spinexr.dicom.pixel.DecodedSyntaxes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A form in which an instance can be asked for (PS3.18 sections 8.7.3 and 8.7.5).
 *
 * @param multipart whether as the only part of a multipart body, or as the body itself
 * @param transferSyntax a UID; {@code *} for the one it is stored in; empty to leave the choice to
 *     the archive
 */
public record InstanceForm(boolean multipart, Optional<String> transferSyntax) {
  private static final String AS_STORED = "*";

  /** What to ask for first: nothing is lost, and the archive has nothing to convert. */
  static final InstanceForm FIRST = new InstanceForm(true, Optional.of(AS_STORED));

  /**
   * All that can be read here, best first. A form that may lose detail comes last: an archive that
   * converts would have sent another one before.
   */
  static final List<InstanceForm> ALL =
      Stream.concat(
              Stream.of(
                  FIRST,
                  new InstanceForm(true, Optional.empty()),
                  new InstanceForm(false, Optional.of(AS_STORED)),
                  new InstanceForm(false, Optional.empty())),
              DecodedSyntaxes.UIDS.stream()
                  .flatMap(
                      uid ->
                          Stream.of(
                              new InstanceForm(true, Optional.of(uid)),
                              new InstanceForm(false, Optional.of(uid)))))
          .toList();

  public InstanceForm {
    Objects.requireNonNull(transferSyntax, "transferSyntax");
  }

  InstanceForm in(String syntax) {
    return new InstanceForm(multipart, Optional.of(syntax));
  }

  /** The Accept header for content of this media type. */
  String accept(String mediaType) {
    String syntax = transferSyntax.map(uid -> "; transfer-syntax=" + uid).orElse("");
    return (multipart ? "multipart/related; type=\"%s\"".formatted(mediaType) : mediaType) + syntax;
  }
}
