package io.spinexr.app.server;

import io.spinexr.app.setting.ArchiveProperties;
import io.spinexr.app.setting.Mistake;
import io.spinexr.app.setting.Settings;
import io.spinexr.app.setting.TlsBundles;
import io.spinexr.archive.ArchiveCheck;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.dicomweb.DicomWebClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Checks of the archives that a site's configuration names, without a server. */
public final class ArchiveChecks {
  private ArchiveChecks() {}

  /**
   * One for each archive, by its key in the configuration.
   *
   * @param configuration a site's YAML file, over the defaults
   * @param patientId of a patient to try
   * @param accession number of a study to try
   * @throws Mistake with one sentence when a setting is not usable
   */
  public static Map<String, ArchiveCheck> of(
      Path configuration, Optional<String> patientId, Optional<String> accession) {
    return Server.withSettings(
        configuration, (settings, bundles) -> of(settings, bundles, patientId, accession));
  }

  private static Map<String, ArchiveCheck> of(
      Settings settings,
      TlsBundles bundles,
      Optional<String> patientId,
      Optional<String> accession) {
    Map<String, ArchiveProperties> archives = new LinkedHashMap<>();
    if (settings.archive() == null) {
      settings.archives().forEach((name, one) -> archives.put("spinexr.archives." + name, one));
    } else {
      archives.put("spinexr.archive", settings.archive());
    }
    Map<String, ArchiveCheck> checks = new LinkedHashMap<>();
    archives.forEach(
        (key, archive) ->
            checks.put(
                key,
                new ArchiveCheck(
                    new DicomWebClient(archive.options(bundles)),
                    new DicomWebClient(archive.options(1, bundles)),
                    new SpineRadiographs(settings.radiographs()),
                    patientId,
                    accession,
                    LocalDate.now(Clock.system(settings.zone())))));
    return checks;
  }
}
