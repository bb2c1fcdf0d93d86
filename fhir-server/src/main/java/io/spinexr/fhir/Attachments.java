package io.spinexr.fhir;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.hl7.fhir.r4.model.Attachment;

/** Content within a resource, with what a reader needs to see that it is whole. */
final class Attachments {
  private Attachments() {}

  static Attachment of(String contentType, byte[] data, String title) {
    return new Attachment()
        .setContentType(contentType)
        .setData(data)
        .setSize(data.length)
        .setHash(sha1(data))
        .setTitle(title);
  }

  /** The hash that R4 prescribes. It tells damage, not forgery. */
  private static byte[] sha1(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(data);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
