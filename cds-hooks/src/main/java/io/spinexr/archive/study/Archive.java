package io.spinexr.archive.study;

import io.spinexr.archive.patient.PatientMatching;
import io.spinexr.dicomweb.DicomWebClient;
import io.spinexr.dicomweb.message.DicomWebException;
import java.net.URI;
import java.util.Objects;
import java.util.function.Function;

/**
 * One of the site's image archives (PACS).
 *
 * @param name for people; empty for the only one
 * @param publicUrl its DICOMweb root as people reach it
 * @param matching from the EHR's patients to this archive's
 */
public record Archive(String name, URI publicUrl, DicomWebClient client, PatientMatching matching) {
  public Archive {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(publicUrl, "publicUrl");
    Objects.requireNonNull(client, "client");
    Objects.requireNonNull(matching, "matching");
  }

  /**
   * The archive's answer.
   *
   * @throws DicomWebException that names the archive if there are several
   */
  public <T> T ask(Function<DicomWebClient, T> question) {
    try {
      return question.apply(client);
    } catch (DicomWebException e) {
      throw name.isEmpty() ? e : e.during("archive " + name);
    }
  }
}
