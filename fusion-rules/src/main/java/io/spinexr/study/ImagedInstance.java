package io.spinexr.study;

import io.spinexr.finding.ImageId;

/**
 * One image (SOP instance) of a series.
 *
 * @param sopClassUid what kind of object it is, e.g. 1.2.840.10008.5.1.4.1.1.1.1 for a digital
 *     X-ray image
 */
public record ImagedInstance(String sopInstanceUid, String sopClassUid) {
  public ImagedInstance {
    ImageId.requireUid("SOPInstanceUID", sopInstanceUid);
    ImageId.requireUid("SOPClassUID", sopClassUid);
  }
}
