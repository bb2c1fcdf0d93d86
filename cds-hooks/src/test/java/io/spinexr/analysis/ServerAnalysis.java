package io.spinexr.analysis;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spinexr.archive.Archives;
import io.spinexr.archive.patient.ArchivePatient;
import io.spinexr.archive.study.Archive;
import io.spinexr.archive.study.RadiographProperties;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.finding.StudyFindings;
import io.spinexr.inference.ModelRepository;
import io.spinexr.job.AnalysisMeters;
import io.spinexr.job.AnalysisProperties;
import io.spinexr.job.Processor;
import io.spinexr.order.PatientIdentity;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.radiograph.Analyser;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import java.net.URI;
import java.time.ZoneId;
import java.util.List;

/** A study's way from the archive to its findings as a server goes it, without jobs. */
public final class ServerAnalysis {
  private ServerAnalysis() {}

  /** At the last attempt. */
  public static StudyFindings findings(
      URI archive, SyntheticPatient patient, PhantomFile.Study study, ModelRepository models) {
    return of(List.of(Node.archive("", archive)), EarlierResult.NONE, patient, study, true, models)
        .findings();
  }

  static StudyAnalyser.Analysed of(
      List<Archive> archives,
      EarlierResult earlier,
      SyntheticPatient patient,
      PhantomFile.Study study,
      boolean lastAttempt,
      ModelRepository models) {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    SpineRadiographs radiographs = new SpineRadiographs(Node.defaults(RadiographProperties.class));
    Archives all = new Archives(archives, radiographs, meters);
    PatientIdentity identity = Hospital.identity(patient);
    ArchivePatient known = all.matching().inArchive(identity).get(0);
    return new StudyAnalyser(
            radiographs,
            new Analyser(models),
            Node.defaults(AnalysisProperties.class),
            new AnalysisMeters(meters, () -> true),
            new Processor(1),
            ZoneId.of("Europe/Berlin"))
        .analyse(
            all.study(study.uid(), identity, known).whole().orElseThrow(), earlier, lastAttempt);
  }
}
