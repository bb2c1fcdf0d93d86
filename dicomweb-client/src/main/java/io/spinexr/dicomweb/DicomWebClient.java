package io.spinexr.dicomweb;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.ReadLimits;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.dicomweb.StoreResult.Failure;
import io.spinexr.dicomweb.http.ArchiveConnection;
import io.spinexr.dicomweb.http.ArchiveConnection.Answer;
import io.spinexr.dicomweb.http.DicomWebOptions;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import io.spinexr.dicomweb.message.MediaType;
import io.spinexr.dicomweb.message.MultipartReader;
import io.spinexr.dicomweb.message.MultipartReader.Part;
import io.spinexr.finding.ImageId;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * Searches, retrieves and stores in one DICOMweb archive (PS3.18 chapter 10: QIDO-RS, WADO-RS,
 * STOW-RS). Safe for use by several threads. Every method throws {@link DicomWebException}.
 */
public final class DicomWebClient {
  private static final String OCTETS = "application/octet-stream";

  /** The types of a body that is one part; buckets of cloud archives have the last. */
  private static final Set<String> SINGLE_PARTS =
      Set.of("application/dicom", OCTETS, "binary/octet-stream");

  /** Reads the one part that an answer must have. */
  private interface PartReader<T> {
    T read(Part part, OptionalLong bodyBytes) throws IOException;
  }

  private final ArchiveConnection archive;

  /** An archive that does so may do the same with a frame, which does not say whose it is. */
  private static final class AnotherInstance extends DicomWebException {
    private static final long serialVersionUID = 1;

    AnotherInstance(ImageId id) {
      super(Kind.MALFORMED, "GET %s: another instance came than asked for".formatted(instance(id)));
    }
  }

  private final DicomWebOptions.Limits limits;
  private final JsonAnswers json = new JsonAnswers();
  private final AtomicReference<ArchiveSupport> support =
      new AtomicReference<>(ArchiveSupport.ASSUMED);
  private final ArchiveSearch search;

  public DicomWebClient(DicomWebOptions options) {
    this.archive = new ArchiveConnection(options);
    this.limits = options.limits();
    this.search = new ArchiveSearch(archive, limits, json, support);
  }

  /** What was learned about the archive so far. */
  public ArchiveSupport support() {
    return support.get();
  }

  /** How much of the archive's answers could not be read so far. */
  public Skipped skipped() {
    return json.skipped();
  }

  /**
   * Searches all studies, page by page.
   *
   * <p>An archive may ignore a key that it does not know, match without regard to case, or take
   * {@code *} and {@code ?} in a value for wildcards. So the attributes of the query are always
   * asked for, too: <b>compare them again</b> before a match is taken for the patient's.
   *
   * @param query attribute keyword or tag ({@code "PatientID"}, {@code "00100020"}) to value
   * @param includeFields attributes to return beyond the archive's own choice
   * @return every match once; empty if there is none
   * @throws DicomWebException TOO_LARGE if there are more than {@link
   *     DicomWebOptions.Limits#matches()}
   */
  public List<DataSet> searchStudies(Map<String, String> query, List<String> includeFields) {
    return search.search(SearchLevel.STUDIES, "/studies", query, includeFields);
  }

  /**
   * Searches the series of a study.
   *
   * @throws DicomWebException NOT_FOUND if the archive says that it has no such study
   * @see #searchStudies
   */
  public List<DataSet> searchSeries(
      String studyUid, Map<String, String> query, List<String> includeFields) {
    return search
        .search(SearchLevel.SERIES, study(studyUid) + "/series", query, includeFields)
        .stream()
        .map(series -> ArchiveSearch.with(series, Tag.StudyInstanceUID, studyUid))
        .toList();
  }

  /**
   * Searches the instances of a study, in all its series. Each comes with the UIDs of its study and
   * series, also where the archive tells the series only by listing its instances.
   *
   * @throws DicomWebException NOT_FOUND if the archive says that it has no such study
   * @see #searchStudies
   */
  public List<DataSet> searchInstances(
      String studyUid, Map<String, String> query, List<String> includeFields) {
    return search.instances(study(studyUid), query, includeFields).stream()
        .map(instance -> ArchiveSearch.with(instance, Tag.StudyInstanceUID, studyUid))
        .toList();
  }

  /** All attributes of every instance of a series, without bulk data such as pixels. */
  public List<DataSet> retrieveMetadata(String studyUid, String seriesUid) {
    return archive.exchange(
        archive
            .request(series(studyUid, seriesUid) + "/metadata")
            .header("Accept", ArchiveSearch.DICOM_JSON)
            .GET()
            .build(),
        limits.jsonBytes(),
        Set.of(200),
        json::list);
  }

  /**
   * Retrieves an instance, read while it arrives: in the transfer syntax it is stored in, or where
   * the archive does not send that, in another one that is decoded here.
   *
   * @throws DicomWebException NOT_ACCEPTABLE if the archive sends it in none of them
   * @throws DicomException if the instance itself is damaged
   */
  public DicomFile retrieveInstance(ImageId id) {
    List<DicomWebException> refusals = new ArrayList<>();
    for (InstanceForm form : support.get().formsToTry()) {
      try {
        DicomFile file = retrieve(id, form);
        support.updateAndGet(known -> known.sent(form));
        return file;
      } catch (DicomWebException e) {
        if (e.kind() != Kind.NOT_ACCEPTABLE) {
          throw e;
        }
        refusals.add(e);
      }
    }
    throw refusals.get(0);
  }

  private InstanceForm decompressed() {
    return support
        .get()
        .form()
        .orElse(InstanceForm.FIRST)
        .in(TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
  }

  /**
   * Retrieves an instance with its pixels decompressed by the archive: as a whole, or where the
   * archive does not do that, its first frame, put into the instance as it is stored.
   *
   * @throws DicomWebException REJECTED if the archive can do neither
   * @throws DicomException if the instance itself is damaged
   */
  public DicomFile retrieveInstanceTranscoded(ImageId id) {
    try {
      DicomFile file = retrieve(id, decompressed());
      if (!TransferSyntax.isNative(file.transferSyntaxUid())) {
        throw notDecompressed(id);
      }
      return file;
    } catch (DicomWebException e) {
      if (e instanceof AnotherInstance || !meansCannot(e)) {
        throw e;
      }
      return storedWithTranscodedFrame(id);
    }
  }

  private DicomFile storedWithTranscodedFrame(ImageId id) {
    DataSet stored = retrieveInstance(id).dataSet();
    try {
      ByteBuffer frame = retrieveFrame(id, 1);
      return new DicomFile(
          TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
          stored.toBuilder().putBytes(Tag.PixelData, VR.OW, frame).build());
    } catch (DicomWebException e) {
      // The instance is there: what is not found is a way to its frames.
      throw meansCannot(e) || e.kind() == Kind.NOT_FOUND ? notDecompressed(id) : e;
    }
  }

  /** Archives that cannot convert a compression say so by 4xx, by 500 or by half an answer. */
  private static boolean meansCannot(DicomWebException e) {
    int status = e.status().orElse(0);
    return e.kind() == Kind.REJECTED
        || e.kind() == Kind.NOT_ACCEPTABLE
        || e.kind() == Kind.MALFORMED
        || status == 500
        || status == 501;
  }

  private static DicomWebException notDecompressed(ImageId id) {
    return new DicomWebException(
        Kind.REJECTED, "GET %s: the archive does not decompress it".formatted(instance(id)));
  }

  private DicomFile retrieve(ImageId id, InstanceForm form) {
    DicomFile file =
        retrieve(
            instance(id),
            "application/dicom",
            form,
            (part, bodyBytes) -> DicomReader.read(content(part, bodyBytes), readLimits()));
    List<String> came =
        Stream.of(Tag.StudyInstanceUID, Tag.SeriesInstanceUID, Tag.SOPInstanceUID)
            .map(tag -> file.dataSet().string(tag).orElse(""))
            .toList();
    // Another patient's image under the right address must never pass.
    if (!came.equals(List.of(id.studyUid(), id.seriesUid(), id.sopInstanceUid()))) {
      throw new AnotherInstance(id);
    }
    return file;
  }

  private ReadLimits readLimits() {
    return ReadLimits.DEFAULT.withMaxBytes(
        (int) Math.min(limits.instanceBytes(), ReadLimits.DEFAULT.maxBytes()));
  }

  /**
   * Retrieves one frame with its pixels decompressed by the archive, little endian.
   *
   * @param frame from 1
   * @throws DicomWebException REJECTED if the archive sends it compressed nevertheless
   */
  public ByteBuffer retrieveFrame(ImageId id, int frame) {
    return retrieve(
        instance(id) + "/frames/" + frame,
        OCTETS,
        decompressed(),
        (part, bodyBytes) -> {
          MediaType type = part.contentType();
          String syntax =
              type.parameter("transfer-syntax").orElse(TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
          if (!type.name().equals(OCTETS)
              || !syntax.equals(TransferSyntax.EXPLICIT_LITTLE_ENDIAN)) {
            throw new DicomWebException(Kind.REJECTED, "the archive does not decompress it");
          }
          return content(part, bodyBytes);
        });
  }

  /**
   * All of a part. Where the length of the whole body is known, the part fits into one array of
   * that length: a large image is held once, and only once.
   */
  private static ByteBuffer content(Part part, OptionalLong bodyBytes) throws IOException {
    if (bodyBytes.isEmpty()) {
      return ByteBuffer.wrap(part.body().readAllBytes());
    }
    byte[] bytes = new byte[Math.toIntExact(bodyBytes.getAsLong())];
    return ByteBuffer.wrap(bytes, 0, part.body().readNBytes(bytes, 0, bytes.length));
  }

  private <T> T retrieve(String path, String type, InstanceForm form, PartReader<T> reader) {
    return archive.exchange(
        archive.request(path).header("Accept", form.accept(type)).GET().build(),
        limits.instanceBytes(),
        Set.of(200),
        answer ->
            SINGLE_PARTS.contains(answer.contentType().name())
                ? reader.read(only(answer), answer.length())
                : onlyPart(answer, reader));
  }

  /** Some archives send one part as the body, whatever was asked for. */
  private static Part only(Answer answer) {
    return new Part(
        Map.of("content-type", answer.headers().firstValue("Content-Type").orElse("")),
        answer.body());
  }

  private static <T> T onlyPart(Answer answer, PartReader<T> reader) throws IOException {
    MultipartReader parts = new MultipartReader(answer.contentType(), answer.body());
    Part part = parts.next().orElseThrow(() -> malformed("an answer without any part"));
    T value = reader.read(part, answer.length());
    if (parts.next().isPresent()) {
      throw malformed("an answer with more than the one part asked for");
    }
    return value;
  }

  /**
   * Stores instances, of any studies, in one request. Storing an instance again changes nothing.
   *
   * @param files not empty; each with its SOP Instance UID
   * @return which were stored and which not: an archive may store some of them
   * @throws DicomWebException REJECTED if the archive refuses the request as a whole
   */
  public StoreResult store(List<DicomFile> files) {
    List<String> uids = files.stream().map(DicomWebClient::sopInstanceUid).toList();
    if (uids.isEmpty()) {
      throw new IllegalArgumentException("there must be an instance to store");
    }
    StoreBody body = new StoreBody(files);
    HttpRequest request =
        archive
            .request("/studies")
            .header("Accept", ArchiveSearch.DICOM_JSON)
            .header("Content-Type", body.contentType())
            .POST(BodyPublishers.ofByteArrays(body))
            .build();
    return archive.exchange(
        request, limits.jsonBytes(), Set.of(200, 202, 400, 409), answer -> result(uids, answer));
  }

  private static String sopInstanceUid(DicomFile file) {
    return file.dataSet()
        .string(Tag.SOPInstanceUID)
        .orElseThrow(() -> new IllegalArgumentException("an instance has no SOP Instance UID"));
  }

  private static StoreResult result(List<String> uids, Answer answer) throws IOException {
    DataSet dataSet;
    try {
      dataSet = JsonAnswers.single(answer);
    } catch (DicomException e) {
      // The parser's own words would quote the answer.
      throw answer.status() < 400
          ? malformed("the answer to a store request is no DICOM JSON")
          : new DicomWebException(Kind.REJECTED, answer.status(), "HTTP " + answer.status());
    }
    Set<String> stored = new LinkedHashSet<>();
    for (DataSet reference : dataSet.sequence(Tag.ReferencedSOPSequence)) {
      reference.string(Tag.ReferencedSOPInstanceUID).ifPresent(stored::add);
    }
    Map<String, OptionalInt> reasons = new LinkedHashMap<>();
    for (DataSet reference : dataSet.sequence(Tag.FailedSOPSequence)) {
      reference
          .string(Tag.ReferencedSOPInstanceUID)
          .ifPresent(uid -> reasons.put(uid, reference.integer(Tag.FailureReason)));
    }
    return new StoreResult(
        uids.stream().filter(stored::contains).toList(),
        uids.stream()
            .filter(uid -> !stored.contains(uid))
            .map(uid -> new Failure(uid, reasons.getOrDefault(uid, OptionalInt.empty())))
            .toList());
  }

  private static String study(String studyUid) {
    return "/studies/" + ImageId.requireUid("StudyInstanceUID", studyUid);
  }

  private static String series(String studyUid, String seriesUid) {
    return study(studyUid) + "/series/" + ImageId.requireUid("SeriesInstanceUID", seriesUid);
  }

  private static String instance(ImageId id) {
    return series(id.studyUid(), id.seriesUid()) + "/instances/" + id.sopInstanceUid();
  }

  private static DicomWebException malformed(String message) {
    return new DicomWebException(Kind.MALFORMED, message);
  }
}
