package io.spinexr.app.page;

import io.spinexr.access.Permission;
import io.spinexr.access.Visit;
import io.spinexr.finding.LesionType;
import io.spinexr.outcome.Disputes;
import io.spinexr.outcome.Outputs;
import io.spinexr.outcome.Withdrawals;
import io.spinexr.service.AnalysisService;
import io.spinexr.service.Oversight;
import io.spinexr.service.Worklist;
import io.spinexr.state.Dispute;
import io.spinexr.state.HiddenSet;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyState;
import io.spinexr.state.WorklistEntry;
import io.spinexr.state.WorklistEntry.Said;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.health.CompositeHealth;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthComponent;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.boot.actuate.health.Status;

/** The first page: how the server is, and what to read next. */
@Path("/")
public final class WorklistPage {
  private static final int LONGEST = 200;
  private static final int SHOWN_TYPES = 3;
  private static final int EXPIRED_SHOWN = 20;

  private final Templates templates;
  private final Worklist worklist;
  private final Oversight oversight;
  private final Disputes disputes;
  private final Withdrawals withdrawals;
  private final Outputs outputs;
  private final ZoneId zone;
  private final HealthEndpoint health;
  private final String modelSet;
  private final String device;

  WorklistPage(
      Templates templates,
      AnalysisService analyses,
      HealthEndpoint health,
      String modelSet,
      String device,
      ZoneId zone) {
    this.templates = templates;
    this.worklist = analyses.worklist();
    this.oversight = analyses.oversight();
    this.disputes = analyses.disputes();
    this.withdrawals = analyses.withdrawals();
    this.outputs = analyses.outputs();
    this.zone = zone;
    this.health = health;
    this.modelSet = modelSet;
    this.device = device;
  }

  /**
   * @param worklist whether studies are shown
   * @param status whether the state of the server is shown
   * @param failures of which only who sees no worklist needs a list
   */
  record View(
      boolean worklist,
      boolean status,
      List<Part> parts,
      List<Output> outputs,
      String modelSet,
      String device,
      long waiting,
      long analysed,
      long failed,
      List<Row> rows,
      boolean empty,
      boolean cut,
      int longest,
      String hidden,
      List<Disputed> disputed,
      boolean anyDisputed,
      List<Expired> expired,
      boolean anyExpired,
      List<Failure> failures,
      boolean anyFailure) {}

  record Failure(String uid, String state, String reason) {}

  record Disputed(String uid, String since) {}

  record Expired(String key, String description, String asked, String reason) {}

  /**
   * @param well whether nothing has failed or was refused
   */
  record Output(String title, boolean well, long waiting, long refused, String reason) {}

  record Part(String name, boolean up, String state, String detail) {}

  record Row(
      int rank,
      String priority,
      String uid,
      String title,
      String date,
      boolean abnormal,
      String verdict,
      String probability,
      String findings,
      String state,
      String reason) {}

  @GET
  public Response worklist(@Context HttpServletRequest request) {
    Visit visit = Visit.of(request.getAttribute(Visit.ATTRIBUTE));
    boolean reads = visit.may(Permission.WORKLIST);
    boolean status = visit.may(Permission.STATUS);
    Map<StudyState, Long> counts = status ? worklist.counts() : Map.of();
    List<Row> rows = new ArrayList<>();
    for (WorklistEntry study :
        reads ? worklist.inReadingOrder(LONGEST) : List.<WorklistEntry>of()) {
      rows.add(row(rows.size() + 1, study));
    }
    List<Disputed> disputed =
        (reads ? disputes.open() : List.<Dispute>of())
            .stream()
                .map(open -> new Disputed(open.studyUid(), Wording.time(open.reportedAt(), zone)))
                .toList();
    List<Expired> expired =
        (reads || status ? oversight.expired(EXPIRED_SHOWN) : List.<RememberedOrder>of())
            .stream().map(order -> expired(order, reads)).toList();
    List<Failure> failures =
        status && !reads
            ? worklist.failures(LONGEST).stream().map(WorklistPage::failure).toList()
            : List.of();
    return templates.page(
        visit,
        200,
        "worklist.mustache",
        new View(
            reads,
            status,
            status ? parts() : List.of(),
            status ? outputs.summaries().stream().map(WorklistPage::output).toList() : List.of(),
            modelSet,
            device,
            counts.getOrDefault(StudyState.QUEUED, 0L),
            counts.getOrDefault(StudyState.DONE, 0L),
            counts.getOrDefault(StudyState.FAILED, 0L)
                + counts.getOrDefault(StudyState.NOT_MATCHED, 0L)
                + counts.getOrDefault(StudyState.WITHDRAWN, 0L),
            rows,
            rows.isEmpty(),
            rows.size() == LONGEST,
            LONGEST,
            reads || status ? withdrawals.hidden(modelSet).map(HiddenSet::reason).orElse("") : "",
            disputed,
            !disputed.isEmpty(),
            expired,
            !expired.isEmpty(),
            failures,
            !failures.isEmpty()));
  }

  private static Failure failure(WorklistEntry study) {
    return new Failure(
        study.studyUid(),
        Wording.state(study.state(), study.reception()),
        study.reason().orElse(""));
  }

  /** What was ordered is the patient's matter. */
  private Expired expired(RememberedOrder order, boolean reads) {
    return new Expired(
        order.order().key(),
        reads ? order.order().description() : "",
        Wording.time(order.requestedAt(), zone),
        order.reason().orElse(""));
  }

  private static Output output(Outputs.Summary output) {
    return new Output(
        output.title(),
        output.reason().isEmpty(),
        output.waiting(),
        output.refused(),
        output.reason().orElse(""));
  }

  private List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    if (health.health() instanceof CompositeHealth all) {
      part(parts, "Database", all.getComponents().get("db"));
      part(parts, "Image archive", all.getComponents().get("pacs"));
      part(parts, "Models", all.getComponents().get("models"));
      part(parts, "Analyses", all.getComponents().get("analysts"));
      part(parts, "Orders", all.getComponents().get("orders"));
    }
    return parts;
  }

  private static void part(List<Part> parts, String name, @Nullable HealthComponent component) {
    if (component != null) {
      boolean up = component.getStatus().equals(Status.UP);
      String detail =
          component instanceof Health known
              ? String.valueOf(known.getDetails().getOrDefault("reason", ""))
              : "";
      parts.add(new Part(name, up, up ? "up" : "down", detail));
    }
  }

  private static Row row(int rank, WorklistEntry study) {
    Optional<Said> said = study.shown();
    return new Row(
        rank,
        Wording.priority(study.priority(), study.reception()),
        study.studyUid(),
        Wording.title(study.description()),
        study.studyDate().map(LocalDate::toString).orElse(""),
        said.filter(ai -> ai.verdict().abnormal()).isPresent(),
        said.map(ai -> ai.verdict().display()).orElse(""),
        said.filter(Said::analysed).map(ai -> Wording.number(ai.probability())).orElse(""),
        said.map(ai -> summary(ai.types())).orElse(""),
        Wording.state(study.state(), study.reception()),
        study.reason().orElse(""));
  }

  /** Each type once, the surest first, the first few of them. */
  private static String summary(List<LesionType> types) {
    String first =
        types.stream()
            .limit(SHOWN_TYPES)
            .map(LesionType::display)
            .collect(Collectors.joining(", "));
    int more = types.size() - SHOWN_TYPES;
    return more > 0 ? first + " and " + more + " more" : first;
  }
}
