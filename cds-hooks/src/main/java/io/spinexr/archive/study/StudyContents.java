package io.spinexr.archive.study;

import io.spinexr.archive.patient.DicomDates;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.ImageId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A study's attributes and its spine radiographs.
 *
 * @param keyObjects its Key Object Selection documents
 */
public record StudyContents(DataSet study, List<Series> series, List<ImageId> keyObjects) {
  public StudyContents {
    series = List.copyOf(series);
    keyObjects = List.copyOf(keyObjects);
  }

  /** A series of spine radiographs, and the instances in it that can be images. */
  public record Series(DataSet attributes, List<DataSet> instances) {
    public Series {
      instances = List.copyOf(instances);
    }

    String uid() {
      return attributes.string(Tag.SeriesInstanceUID).orElseThrow();
    }

    public List<ImageId> images(String studyUid) {
      return instances.stream()
          .map(instance -> new ImageId(studyUid, uid(), sop(instance)))
          .toList();
    }

    private Series and(List<DataSet> more) {
      return new Series(attributes, Stream.concat(instances.stream(), more.stream()).toList());
    }
  }

  public String studyUid() {
    return study.string(Tag.StudyInstanceUID).orElseThrow();
  }

  /** Of the place where the study was made from UTC, if the search tells. */
  public Optional<ZoneOffset> offset() {
    Stream<DataSet> records =
        series.stream()
            .flatMap(one -> Stream.concat(Stream.of(one.attributes()), one.instances().stream()));
    return DicomDates.firstOffset(Stream.concat(Stream.of(study), records));
  }

  public Stream<ImageId> radiographs() {
    return series.stream().flatMap(one -> one.images(studyUid()).stream());
  }

  /** With what another archive has of the same study, each instance once. */
  StudyContents and(StudyContents other) {
    Set<String> known =
        series.stream()
            .flatMap(one -> one.instances().stream())
            .map(StudyContents::sop)
            .collect(Collectors.toSet());
    List<Series> all = new ArrayList<>(series);
    for (Series more : other.series) {
      List<DataSet> unknown =
          more.instances().stream()
              .filter(Predicate.not(instance -> known.contains(sop(instance))))
              .toList();
      int same = all.stream().map(Series::uid).toList().indexOf(more.uid());
      if (same >= 0) {
        all.set(same, all.get(same).and(unknown));
      } else {
        all.add(new Series(more.attributes(), unknown));
      }
    }
    return new StudyContents(
        study, all, Stream.concat(keyObjects.stream(), other.keyObjects.stream()).toList());
  }

  private static String sop(DataSet instance) {
    return instance.string(Tag.SOPInstanceUID).orElseThrow();
  }
}
