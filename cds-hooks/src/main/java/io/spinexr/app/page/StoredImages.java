package io.spinexr.app.page;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import io.spinexr.fhir.result.PictureResource;
import io.spinexr.finding.StudyFindings;
import io.spinexr.state.StudyAnalysis;
import java.util.Optional;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;

/** The annotated images on our FHIR server. */
final class StoredImages {
  private final DaoRegistry daos;

  StoredImages(DaoRegistry daos) {
    this.daos = daos;
  }

  /** The picture of one of the images that a study shows. */
  Optional<byte[]> png(StudyAnalysis study, String sopInstanceUid) {
    return study
        .shown()
        .filter(found -> has(found, sopInstanceUid))
        .map(found -> PictureResource.id(sopInstanceUid, found.models().id()))
        .flatMap(
            id ->
                read(Binary.class, id)
                    .map(Binary::getData)
                    .or(
                        () ->
                            study
                                .report()
                                .flatMap(report -> read(DiagnosticReport.class, report))
                                .flatMap(report -> EmbeddedPictures.png(report, sopInstanceUid))));
  }

  private static boolean has(StudyFindings found, String sopInstanceUid) {
    return found.images().stream()
        .anyMatch(image -> image.image().sopInstanceUid().equals(sopInstanceUid));
  }

  private <T extends Resource> Optional<T> read(Class<T> type, String id) {
    try {
      return Optional.of(
          daos.getResourceDao(type).read(new IdType(id), new SystemRequestDetails()));
    } catch (ResourceNotFoundException | ResourceGoneException e) {
      return Optional.empty();
    }
  }
}
