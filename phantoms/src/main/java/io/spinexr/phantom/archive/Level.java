package io.spinexr.phantom.archive;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.ImageId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a search looks for, and what it returns of it (PS3.18 tables 10.6.3-3 to 10.6.3-5). */
enum Level {
  STUDIES(
      ImageId::studyUid,
      Set.of(
          Tag.StudyDate,
          Tag.StudyTime,
          Tag.AccessionNumber,
          Tag.ModalitiesInStudy,
          Tag.ReferringPhysicianName,
          Tag.PatientName,
          Tag.PatientID,
          Tag.PatientBirthDate,
          Tag.PatientSex,
          Tag.StudyInstanceUID,
          Tag.StudyID,
          Tag.NumberOfStudyRelatedSeries,
          Tag.NumberOfStudyRelatedInstances)),
  SERIES(
      ImageId::seriesUid,
      Set.of(
          Tag.Modality,
          Tag.SeriesDescription,
          Tag.SeriesInstanceUID,
          Tag.SeriesNumber,
          Tag.NumberOfSeriesRelatedInstances)),
  INSTANCES(
      ImageId::sopInstanceUid,
      Set.of(
          Tag.SOPClassUID,
          Tag.SOPInstanceUID,
          Tag.InstanceNumber,
          Tag.Rows,
          Tag.Columns,
          Tag.BitsAllocated,
          Tag.NumberOfFrames));

  private final Function<ImageId, String> uid;
  private final Set<Integer> ownFields;

  Level(Function<ImageId, String> uid, Set<Integer> ownFields) {
    this.uid = uid;
    this.ownFields = ownFields;
  }

  String uid(ImageId id) {
    return uid.apply(id);
  }

  /** Its name in a path. */
  String path() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A match tells of the levels above, too. */
  Set<Integer> fields() {
    Set<Integer> fields = new HashSet<>();
    for (Level level : values()) {
      if (level.compareTo(this) <= 0) {
        fields.addAll(level.ownFields);
      }
    }
    return fields;
  }

  /** One data set per entity of this level, in ascending order of their UIDs. */
  List<DataSet> entities(Collection<StoredInstance> instances) {
    return instances.stream()
        .collect(
            Collectors.groupingBy(
                instance -> uid.apply(instance.id()), TreeMap::new, Collectors.toList()))
        .values()
        .stream()
        .map(this::entity)
        .toList();
  }

  private DataSet entity(List<StoredInstance> members) {
    DataSet.Builder entity = members.get(0).header().toBuilder();
    if (this == STUDIES) {
      Set<String> modalities = distinct(members, m -> m.header().string(Tag.Modality).orElse(""));
      entity.put(Tag.ModalitiesInStudy, modalities.toArray(String[]::new));
      entity.put(Tag.NumberOfStudyRelatedSeries, distinct(members, m -> m.id().seriesUid()).size());
      entity.put(Tag.NumberOfStudyRelatedInstances, members.size());
    } else if (this == SERIES) {
      entity.put(Tag.NumberOfSeriesRelatedInstances, members.size());
    }
    return entity.build();
  }

  private static Set<String> distinct(
      List<StoredInstance> members, Function<StoredInstance, String> property) {
    return members.stream().map(property).collect(Collectors.toCollection(TreeSet::new));
  }
}
