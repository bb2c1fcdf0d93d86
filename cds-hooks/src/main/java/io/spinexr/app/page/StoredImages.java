package io.spinexr.app.page;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.Optional;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.IdType;

/** The annotated images in our reports. */
final class StoredImages {
  private final DaoRegistry daos;

  StoredImages(DaoRegistry daos) {
    this.daos = daos;
  }

  /**
   * @param report e.g. {@code DiagnosticReport/17}
   */
  Optional<byte[]> png(String report, String sopInstanceUid) {
    try {
      return daos
          .getResourceDao(DiagnosticReport.class)
          .read(new IdType(report), new SystemRequestDetails())
          .getPresentedForm()
          .stream()
          .filter(form -> form.hasTitle() && form.getTitle().contains(" " + sopInstanceUid + " "))
          .map(Attachment::getData)
          .findFirst();
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return Optional.empty();
    }
  }
}
