package io.spinexr.fhir.study;

import io.spinexr.fhir.code.Codes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.hl7.fhir.r4.model.ImagingStudy.ImagingStudySeriesComponent;
import org.hl7.fhir.r4.model.ImagingStudy.ImagingStudySeriesInstanceComponent;
import org.hl7.fhir.r4.model.ImagingStudy.ImagingStudyStatus;
import org.hl7.fhir.r4.model.Reference;

/**
 * An ImagingStudy that is there and what a newer analysis knows of the study. Ours follows the
 * analysis as far as that states it; other people's elements stay. Images are only added: that a
 * search misses one does not remove it, but that the archive has rejected it does.
 */
public record ImagingStudyMerge(ImagingStudy current, ImagingStudy wanted) {
  public ImagingStudy merged() {
    ImagingStudy merged = current.copy();
    merged.setIdentifier(identifiers());
    if (current.getStatus() != ImagingStudyStatus.CANCELLED
        && current.getStatus() != ImagingStudyStatus.ENTEREDINERROR) {
      merged.setStatus(wanted.getStatus());
    }
    merged.setSubject(wanted.getSubject()).setText(wanted.getText());
    if (wanted.hasStarted()) {
      merged.setStartedElement(wanted.getStartedElement());
    }
    if (wanted.hasDescription()) {
      merged.setDescription(wanted.getDescription());
    }
    merged.setBasedOn(OrderedBy.merged(current.getBasedOn(), wanted.getBasedOn()));
    merged.setEndpoint(endpoints());
    wanted.getModality().stream()
        .filter(modality -> current.getModality().stream().noneMatch(modality::equalsDeep))
        .forEach(merged::addModality);
    wanted.getSeries().forEach(series -> add(series, merged));
    if (wanted.hasSeries()) {
      reject(merged);
    }
    ImagingStudyResource.count(merged);
    return merged;
  }

  /** SOP instance UIDs of what a study lists. */
  public static Set<String> images(ImagingStudy study) {
    return study.getSeries().stream()
        .flatMap(series -> series.getInstance().stream())
        .map(ImagingStudySeriesInstanceComponent::getUid)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  public static Set<String> rejected(ImagingStudy study) {
    return study.getExtensionsByUrl(Codes.REJECTED_INSTANCE).stream()
        .map(extension -> extension.getValue().primitiveValue())
        .collect(Collectors.toSet());
  }

  private List<Identifier> identifiers() {
    List<Identifier> identifiers = new ArrayList<>(wanted.getIdentifier());
    current.getIdentifier().stream()
        .filter(known -> wanted.getIdentifier().stream().noneMatch(known::equalsDeep))
        .filter(
            known ->
                wanted.getIdentifier().stream()
                    .noneMatch(newest -> OrderedBy.replaces(newest, known)))
        .forEach(identifiers::add);
    return identifiers;
  }

  private List<Reference> endpoints() {
    List<Reference> endpoints = new ArrayList<>(wanted.getEndpoint());
    current.getEndpoint().stream()
        .filter(
            known ->
                !wanted.hasSeries() // nothing is known of where it is
                    || !Codes.ENDPOINT_IDENTIFIER.equals(known.getIdentifier().getSystem()))
        .filter(known -> wanted.getEndpoint().stream().noneMatch(known::equalsDeep))
        .forEach(endpoints::add);
    return endpoints;
  }

  private static void add(ImagingStudySeriesComponent series, ImagingStudy merged) {
    Optional<ImagingStudySeriesComponent> found =
        merged.getSeries().stream()
            .filter(known -> series.getUid().equals(known.getUid()))
            .findFirst();
    if (found.isEmpty()) {
      merged.addSeries(series);
      return;
    }
    ImagingStudySeriesComponent known = found.get();
    known.setModality(series.getModality()).setBodySite(series.getBodySite());
    if (series.hasDescription()) {
      known.setDescription(series.getDescription());
    }
    for (ImagingStudySeriesInstanceComponent instance : series.getInstance()) {
      boolean listed =
          known.getInstance().stream().anyMatch(each -> instance.getUid().equals(each.getUid()));
      if (!listed) {
        known.addInstance(instance);
      }
    }
  }

  private void reject(ImagingStudy merged) {
    merged.getExtension().removeIf(known -> Codes.REJECTED_INSTANCE.equals(known.getUrl()));
    for (Extension rejected : wanted.getExtensionsByUrl(Codes.REJECTED_INSTANCE)) {
      merged.addExtension(rejected);
    }
    Set<String> gone = rejected(wanted);
    merged
        .getSeries()
        .removeIf(
            series ->
                series.getInstance().removeIf(instance -> gone.contains(instance.getUid()))
                    && !series.hasInstance());
  }
}
