package io.spinexr.fhir.worklist;

import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.WorklistCode;
import io.spinexr.fhir.study.ImagingStudyMerge;
import io.spinexr.fhir.study.ImagingStudyResource;
import io.spinexr.result.Urgency;
import io.spinexr.triage.ReadingPriority;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.commons.codec.digest.DigestUtils;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * Images that the stored ImagingStudy did not list before. If people are done with the study, they
 * need a Task of their own.
 *
 * @param images SOP instance UIDs
 */
public record LateImages(SortedSet<String> images) {
  private static final int HASH_LENGTH = 16;

  /** None of a study of which no image was stored before, because its analysis had failed. */
  public static LateImages of(Optional<ImagingStudy> current, Optional<ImagingStudy> wanted) {
    SortedSet<String> images = new TreeSet<>();
    current
        .filter(known -> known.hasSeries() || !ImagingStudyMerge.rejected(known).isEmpty())
        .ifPresent(
            known -> {
              wanted.map(ImagingStudyMerge::images).ifPresent(images::addAll);
              images.removeAll(ImagingStudyMerge.images(known));
            });
    return new LateImages(images);
  }

  public boolean none() {
    return images.isEmpty();
  }

  public boolean have(String sopInstanceUid) {
    return images.contains(sopInstanceUid);
  }

  /** The same images again have the same key, later ones another. */
  public String key(String analysis) {
    return analysis + Codes.LATE_IMAGES + hash();
  }

  /**
   * The Task to read them.
   *
   * @param wanted the analysis' own Task
   * @param results what the AI says of them; empty if that does not count
   */
  public Task task(Task wanted, List<Reference> results) {
    Task task = wanted.copy();
    task.setIdentifier(null).setStatusReason(null);
    task.addIdentifier()
        .setSystem(Codes.TASK_IDENTIFIER)
        .setValue(key(wanted.getIdentifierFirstRep().getValue()));
    task.setStatus(TaskStatus.REQUESTED).setBusinessStatus(WorklistCode.IMAGES_CAME_LATE.concept());
    String what = images.size() == 1 ? "1 image" : images.size() + " images";
    TaskResource.describe(task, "Read " + what + " that came after the study was read.");
    images.forEach(image -> WorklistInput.add(task, WorklistCode.NEW_IMAGE, identifier(image)));
    for (Reference result : results) {
      task.addOutput().setType(WorklistCode.AI_IMAGE_RESULT.concept()).setValue(result);
    }
    ReadingOrder.set(task);
    return task;
  }

  /** The Task to read them without the AI, whose result of the study was withdrawn. */
  public Task taskWithoutResult(Task wanted) {
    Task task = task(wanted, List.of());
    withdrawResult(task);
    task.setPriority(
        TaskResource.fhir(
            WorklistInput.urgency(task).map(Urgency::priority).orElse(ReadingPriority.ROUTINE)));
    ReadingOrder.set(task);
    return task;
  }

  /**
   * Leaves a Task to read them, but nothing of what the AI said.
   *
   * @return true, because it had something
   */
  public static boolean withdrawResult(Task task) {
    task.getOutput().removeIf(output -> WorklistInput.ours(output.getType()));
    WorklistInput.withdraw(task);
    TaskResource.describe(
        task,
        Objects.toString(task.getDescription(), "")
            + " What the AI said of the study is withdrawn.");
    ReadingOrder.set(task);
    return true;
  }

  /** Whether a Task is for late images of an analysis, with the AI's results. */
  public static boolean withResult(Task task, String analysis) {
    return task.getIdentifier().stream()
            .filter(identifier -> Codes.TASK_IDENTIFIER.equals(identifier.getSystem()))
            .map(Identifier::getValue)
            .anyMatch(key -> key != null && key.startsWith(analysis + Codes.LATE_IMAGES))
        && task.getOutput().stream().anyMatch(output -> WorklistInput.ours(output.getType()));
  }

  private static Identifier identifier(String image) {
    return new Identifier().setSystem(Codes.DICOM_UID).setValue(ImagingStudyResource.urn(image));
  }

  private String hash() {
    return DigestUtils.sha256Hex(String.join("\n", images)).substring(0, HASH_LENGTH);
  }
}
