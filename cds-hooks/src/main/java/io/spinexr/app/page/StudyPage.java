package io.spinexr.app.page;

import static io.spinexr.outcome.Withdrawals.UNAUTHENTICATED;

import io.spinexr.access.Permission;
import io.spinexr.access.Person;
import io.spinexr.access.Visit;
import io.spinexr.cds.PageAddress;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.Labelling;
import io.spinexr.finding.RejectedImage.Kind;
import io.spinexr.finding.StudyFindings;
import io.spinexr.scope.Scope;
import io.spinexr.service.AnalysisService;
import io.spinexr.service.Worklist;
import io.spinexr.state.Dispute.Decision;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** One study: its images with what was found on them, and what was not analysed and why. */
@Path(PageAddress.STUDIES + "{study}")
public final class StudyPage {
  private final Templates templates;
  private final AnalysisService analyses;
  private final Worklist worklist;
  private final StoredImages images;
  private final boolean openRecord;
  private final ZoneId zone;

  /**
   * @param openRecord whether our FHIR server shows a report to whoever follows a link to it
   */
  StudyPage(
      Templates templates,
      AnalysisService analyses,
      StoredImages images,
      boolean openRecord,
      ZoneId zone) {
    this.templates = templates;
    this.analyses = analyses;
    this.worklist = analyses.worklist();
    this.images = images;
    this.openRecord = openRecord;
    this.zone = zone;
  }

  record View(
      String uid,
      String title,
      String date,
      String priority,
      String state,
      String reason,
      boolean running,
      boolean analysed,
      String verdict,
      String probability,
      String modelSet,
      List<ModelView> models,
      String analysedAt,
      String report,
      List<Output> outputs,
      List<ImageView> images,
      String scopeNotChecked,
      String labelling,
      String intendedUse,
      List<RejectedGroup> rejected,
      boolean finalised,
      String withdrawnAt,
      boolean withdrawable,
      boolean disputed) {}

  record Output(String title, String state, String reason) {}

  record Refusal(String uid, String message) {}

  record ModelView(String name, String version, String task, String hash) {}

  /**
   * @param silent whether the AI says nothing of what they show
   */
  record RejectedGroup(String kind, boolean silent, List<Rejected> images) {}

  record Rejected(String sop, String reason) {}

  record ImageView(
      int number,
      String studyUid,
      String sop,
      String alternative,
      String verdict,
      String probability,
      String threshold,
      List<FindingRow> kept,
      boolean anyKept,
      List<FindingRow> dropped,
      int droppedCount,
      boolean anyDropped,
      List<String> warnings) {}

  record FindingRow(String type, String score, String box) {}

  @GET
  @Produces("text/html")
  public Response study(@Context HttpServletRequest request, @PathParam("study") String uid) {
    Visit visit = Visit.of(request.getAttribute(Visit.ATTRIBUTE));
    return find(uid)
        .map(study -> templates.page(visit, 200, "study.mustache", view(study, visit)))
        .orElseGet(() -> templates.page(visit, 404, "missing.mustache", "study"));
  }

  /** The image with its findings, as the report links it. */
  @GET
  @Path("images/{image}.png")
  @Produces("image/png")
  public Response image(@PathParam("study") String uid, @PathParam("image") String sop) {
    return find(uid)
        .flatMap(study -> images.png(study, sop))
        .map(png -> Response.ok(png, "image/png").build())
        .orElseGet(() -> Response.status(404).build());
  }

  private Optional<StudyAnalysis> find(String uid) {
    try {
      return worklist.study(uid);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // no UID, so no study's
    }
  }

  private View view(StudyAnalysis study, Visit visit) {
    boolean finalised = study.reception().finalised();
    // Beside a person's report the AI claims nothing.
    Optional<StudyFindings> found = study.shown().filter(findings -> !finalised);
    Optional<Labelling> labelling = found.map(findings -> findings.models().labelling());
    return new View(
        study.studyUid(),
        Wording.title(study.description()),
        study.studyDate().map(LocalDate::toString).orElse("unknown date"),
        Wording.priority(study.priority(), study.reception()),
        Wording.state(study.state(), study.reception()),
        study.reason().orElse(""),
        study.state() == StudyState.QUEUED,
        found.isPresent(),
        found.map(findings -> findings.verdict().display()).orElse(""),
        found
            .filter(findings -> !findings.images().isEmpty())
            .map(findings -> Wording.number(findings.probability()))
            .orElse(""),
        found.map(findings -> findings.models().id()).orElse(study.modelSet()),
        found
            .map(
                findings ->
                    findings.models().models().stream()
                        .map(
                            model ->
                                new ModelView(
                                    model.name(),
                                    model.version(),
                                    model.task(),
                                    model.sha256().substring(0, 12)))
                        .toList())
            .orElse(List.of()),
        study.analysedAt().map(time -> Wording.time(time, zone)).orElse(""),
        study.report().filter(report -> openRecord).orElse(""),
        analyses.outputs().of(study.studyUid(), study.modelSet()).stream()
            .map(at -> new Output(at.title(), at.state().code(), at.reason().orElse("")))
            .toList(),
        found.map(StudyPage::images).orElse(List.of()),
        found
            .filter(findings -> !findings.images().isEmpty())
            .flatMap(findings -> Scope.notChecked(findings.models()))
            .map(ImageWarning::text)
            .orElse(""),
        labelling.map(Labelling::display).orElse(""),
        labelling.flatMap(Labelling::intendedUse).orElse(""),
        found.map(StudyPage::rejected).orElse(List.of()),
        finalised && study.shown().isPresent(),
        study.reception().withdrawn().map(w -> Wording.time(w.at(), zone)).orElse(""),
        study.shown().isPresent() && visit.may(Permission.WITHDRAWAL),
        study.reception().disputed() && visit.may(Permission.IDENTITY));
  }

  /** Withdraws the result of the active model set; the reason is the form's. */
  @POST
  @Path("withdraw")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response withdraw(
      @Context HttpServletRequest request,
      @PathParam("study") String uid,
      @FormParam("reason") String reason) {
    return act(
        request,
        uid,
        (study, by) ->
            analyses.withdrawals().withdraw(study.studyUid(), study.modelSet(), reason, by));
  }

  /** Decides whose images these are: {@code confirmed} or {@code withdrawn}. */
  @POST
  @Path("identity")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response decide(
      @Context HttpServletRequest request,
      @PathParam("study") String uid,
      @FormParam("decision") String decision) {
    return act(
        request,
        uid,
        (study, by) -> analyses.disputes().decide(study.studyUid(), Decision.of(decision), by));
  }

  /** Then shows the page again: what was done or was done before is on it. */
  private Response act(
      HttpServletRequest request, String uid, BiConsumer<StudyAnalysis, String> action) {
    Visit visit = Visit.of(request.getAttribute(Visit.ATTRIBUTE));
    Optional<StudyAnalysis> study = find(uid);
    if (study.isEmpty()) {
      return templates.page(visit, 404, "missing.mustache", "study");
    }
    try {
      action.accept(study.get(), visit.person().map(Person::by).orElse(UNAUTHENTICATED));
    } catch (IllegalArgumentException e) {
      return templates.page(
          visit,
          400,
          "refused.mustache",
          new Refusal(study.get().studyUid(), String.valueOf(e.getMessage())));
    }
    return Response.seeOther(URI.create(PageAddress.STUDIES + study.get().studyUid())).build();
  }

  private static List<RejectedGroup> rejected(StudyFindings findings) {
    return Stream.of(Kind.values())
        .filter(kind -> !findings.rejected(kind).isEmpty())
        .map(
            kind ->
                new RejectedGroup(
                    kind.display(),
                    kind != Kind.SUPERSEDED,
                    findings.rejected(kind).stream()
                        .map(image -> new Rejected(image.image().sopInstanceUid(), image.reason()))
                        .toList()))
        .toList();
  }

  private static List<ImageView> images(StudyFindings findings) {
    List<ImageFindings> images =
        findings.images().stream()
            .sorted(
                Comparator.comparing(ImageFindings::verdict)
                    .thenComparing(ImageFindings::probability, Comparator.reverseOrder()))
            .toList();
    return images.stream().map(image -> image(images.indexOf(image) + 1, image)).toList();
  }

  private static ImageView image(int number, ImageFindings image) {
    List<FindingRow> kept = rows(image.findings());
    List<FindingRow> dropped =
        rows(
            image.detected().stream()
                .filter(finding -> finding.displayed() && !image.findings().contains(finding))
                .toList());
    return new ImageView(
        number,
        image.image().studyUid(),
        image.image().sopInstanceUid(),
        alternative(number, image),
        image.verdict().display(),
        Wording.number(image.probability()),
        Wording.number(image.threshold()),
        kept,
        !kept.isEmpty(),
        dropped,
        dropped.size(),
        !dropped.isEmpty(),
        image.warnings().stream().map(ImageWarning::sentence).toList());
  }

  /** For people who do not see the image. */
  private static String alternative(int number, ImageFindings image) {
    String findings =
        image.findings().isEmpty()
            ? "no finding is marked"
            : "marked findings: "
                + String.join(", ", image.findings().stream().map(Finding::display).toList());
    return "Radiograph %d with AI findings; %s".formatted(number, findings);
  }

  private static List<FindingRow> rows(List<Finding> findings) {
    return findings.stream().map(StudyPage::row).toList();
  }

  private static FindingRow row(Finding finding) {
    BoundingBox box = finding.box();
    return new FindingRow(
        finding.display(),
        Wording.number(finding.score()),
        "%.0f, %.0f to %.0f, %.0f".formatted(box.xMin(), box.yMin(), box.xMax(), box.yMax()));
  }
}
