package io.spinexr.app.page;

import java.util.Optional;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.DiagnosticReport;

/**
 * Reports as version 0.1 wrote them hold their pictures themselves, and only a picture's title
 * tells whose it is. Reports are kept for decades, and a new analysis moves the pictures out.
 */
final class EmbeddedPictures {
  private EmbeddedPictures() {}

  static Optional<byte[]> png(DiagnosticReport report, String sopInstanceUid) {
    return report.getPresentedForm().stream()
        .filter(Attachment::hasData)
        .filter(form -> form.hasTitle() && form.getTitle().contains(" " + sopInstanceUid + " "))
        .map(Attachment::getData)
        .findFirst();
  }
}
