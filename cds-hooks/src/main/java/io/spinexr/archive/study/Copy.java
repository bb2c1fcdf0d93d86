package io.spinexr.archive.study;

import io.spinexr.archive.patient.ArchivePatient;
import io.spinexr.archive.patient.ArchivePatient.Relation;
import io.spinexr.archive.patient.NotThePatientsException;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.finding.ImageId;

/**
 * An image as one archive has it.
 *
 * @param patient whose it must be there
 */
public record Copy(Archive archive, ArchivePatient patient, ImageId id) {
  /**
   * As it is stored.
   *
   * @throws NotThePatientsException if its header says so
   * @throws io.spinexr.dicomweb.message.DicomWebException if the archive does not send it
   * @throws io.spinexr.dicom.DicomException if it is damaged
   */
  public DicomFile retrieve() {
    return checked(archive.ask(client -> client.retrieveInstance(id)));
  }

  /** With its pixels decompressed by the archive; fails as {@link #retrieve} does. */
  public DicomFile retrieveTranscoded() {
    return checked(archive.ask(client -> client.retrieveInstanceTranscoded(id)));
  }

  private DicomFile checked(DicomFile file) {
    if (patient.relationTo(file.dataSet()) != Relation.SAME) {
      throw new NotThePatientsException();
    }
    return file;
  }
}
