package io.spinexr.fhir.code;

import org.apache.commons.codec.digest.DigestUtils;
import org.hl7.fhir.r4.model.Attachment;

/** Content within a resource, with what a reader needs to see that it is whole. */
public final class Attachments {
  private Attachments() {}

  public static Attachment of(String contentType, byte[] data, String title) {
    return new Attachment()
        .setContentType(contentType)
        .setData(data)
        .setSize(data.length)
        // The hash that R4 prescribes. It tells damage, not forgery.
        .setHash(DigestUtils.sha1(data))
        .setTitle(title);
  }
}
