package io.spinexr.dicomweb;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.DicomFile;
import io.spinexr.dicom.DicomJson;
import io.spinexr.dicom.DicomReader;
import io.spinexr.dicom.ReadLimits;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.TransferSyntax;
import io.spinexr.dicom.VR;
import io.spinexr.dicomweb.ArchiveConnection.Answer;
import io.spinexr.dicomweb.DicomWebException.Kind;
import io.spinexr.dicomweb.MultipartReader.Part;
import io.spinexr.dicomweb.StoreResult.Failure;
import io.spinexr.finding.ImageId;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Stream;

/**
 * Searches, retrieves and stores in one DICOMweb archive (PS3.18 chapter 10: QIDO-RS, WADO-RS,
 * STOW-RS). Safe for use by several threads. Every method throws {@link DicomWebException}.
 */
public final class DicomWebClient {
  /** Does not close a body, which is read on to its end. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(StreamReadFeature.AUTO_CLOSE_SOURCE).build();

  private static final String DICOM_JSON = "application/dicom+json";

  /** Reads the one part that an answer must have. */
  private interface PartReader<T> {
    T read(Part part, OptionalLong bodyBytes) throws IOException;
  }

  private record Page(List<DataSet> matches, boolean more) {}

  private final ArchiveConnection archive;
  private final DicomWebOptions.Limits limits;

  public DicomWebClient(DicomWebOptions options) {
    this.archive = new ArchiveConnection(options);
    this.limits = options.limits();
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
    return search("/studies", Tag.StudyInstanceUID, query, includeFields);
  }

  /**
   * Searches the series of a study.
   *
   * @see #searchStudies
   */
  public List<DataSet> searchSeries(
      String studyUid, Map<String, String> query, List<String> includeFields) {
    return search(study(studyUid) + "/series", Tag.SeriesInstanceUID, query, includeFields);
  }

  /**
   * Searches the instances of a study, in all its series.
   *
   * @see #searchStudies
   */
  public List<DataSet> searchInstances(
      String studyUid, Map<String, String> query, List<String> includeFields) {
    return search(study(studyUid) + "/instances", Tag.SOPInstanceUID, query, includeFields);
  }

  private List<DataSet> search(
      String path, int uid, Map<String, String> query, List<String> includeFields) {
    Map<String, DataSet> found = new LinkedHashMap<>();
    int offset = 0;
    while (true) {
      Page page = page(path + queryString(query, includeFields, offset));
      int known = found.size();
      for (DataSet match : page.matches()) {
        String key =
            match
                .string(uid)
                .orElseThrow(
                    () ->
                        new DicomWebException(
                            Kind.MALFORMED, "GET " + path + ": a match without its UID"));
        found.putIfAbsent(key, match);
      }
      int size = page.matches().size();
      offset += size;
      if (found.size() > limits.matches()) {
        throw new DicomWebException(
            Kind.TOO_LARGE,
            "GET %s: more than %d matches; ask for less".formatted(path, limits.matches()));
      }
      // An archive that sends more than a page does not page: this was everything.
      if (size == 0 || size > limits.pageSize() || size < limits.pageSize() && !page.more()) {
        return List.copyOf(found.values());
      }
      if (found.size() == known) {
        throw new DicomWebException(
            Kind.MALFORMED, "GET " + path + ": the archive sends the same page again and again");
      }
    }
  }

  private Page page(String pathAndQuery) {
    return archive.exchange(
        archive.request(pathAndQuery).header("Accept", DICOM_JSON).GET().build(),
        limits.jsonBytes(),
        Set.of(200, 204),
        answer ->
            answer.status() == 204
                ? new Page(List.of(), false)
                : new Page(dataSets(answer), moreAnnounced(answer)));
  }

  /** PS3.18 section 8.3.4.4: what an archive says that cut a page shorter than asked. */
  private static boolean moreAnnounced(Answer answer) {
    return answer.headers().allValues("Warning").stream()
        .anyMatch(warning -> warning.startsWith("299") && warning.contains("additional results"));
  }

  private String queryString(Map<String, String> query, List<String> includeFields, int offset) {
    StringJoiner parameters = new StringJoiner("&", "?", "");
    query.forEach((key, value) -> parameters.add(encode(key) + "=" + encode(value)));
    Set<String> fields = new LinkedHashSet<>(query.keySet());
    fields.addAll(includeFields);
    fields.forEach(field -> parameters.add("includefield=" + encode(field)));
    return parameters.add("limit=" + limits.pageSize()).add("offset=" + offset).toString();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** All attributes of every instance of a study, without bulk data such as pixels. */
  public List<DataSet> retrieveMetadata(String studyUid) {
    return metadata(study(studyUid));
  }

  /** All attributes of every instance of a series, without bulk data such as pixels. */
  public List<DataSet> retrieveMetadata(String studyUid, String seriesUid) {
    return metadata(series(studyUid, seriesUid));
  }

  private List<DataSet> metadata(String path) {
    return archive.exchange(
        archive.request(path + "/metadata").header("Accept", DICOM_JSON).GET().build(),
        limits.jsonBytes(),
        Set.of(200),
        DicomWebClient::dataSets);
  }

  /**
   * Retrieves an instance in the transfer syntax it is stored in, read while it arrives.
   *
   * @throws DicomException if the instance itself is damaged
   */
  public DicomFile retrieveInstance(ImageId id) {
    return retrieve(id, "*");
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
      DicomFile file = retrieve(id, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
      if (!TransferSyntax.isNative(file.transferSyntaxUid())) {
        throw notDecompressed(id);
      }
      return file;
    } catch (DicomWebException e) {
      if (!meansCannot(e)) {
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

  private DicomFile retrieve(ImageId id, String transferSyntax) {
    DicomFile file =
        retrieve(
            instance(id),
            "application/dicom",
            transferSyntax,
            (part, bodyBytes) -> DicomReader.read(content(part, bodyBytes), readLimits()));
    List<String> came =
        Stream.of(Tag.StudyInstanceUID, Tag.SeriesInstanceUID, Tag.SOPInstanceUID)
            .map(tag -> file.dataSet().string(tag).orElse(""))
            .toList();
    // Another patient's image under the right address must never pass.
    if (!came.equals(List.of(id.studyUid(), id.seriesUid(), id.sopInstanceUid()))) {
      throw new DicomWebException(
          Kind.MALFORMED, "GET %s: another instance came than asked for".formatted(instance(id)));
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
        "application/octet-stream",
        TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
        (part, bodyBytes) -> {
          MediaType type = part.contentType();
          String syntax =
              type.parameter("transfer-syntax").orElse(TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
          if (!type.name().equals("application/octet-stream")
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

  private <T> T retrieve(String path, String type, String transferSyntax, PartReader<T> reader) {
    String accept =
        "multipart/related; type=\"%s\"; transfer-syntax=%s".formatted(type, transferSyntax);
    return archive.exchange(
        archive.request(path).header("Accept", accept).GET().build(),
        limits.instanceBytes(),
        Set.of(200),
        answer -> {
          MultipartReader parts = new MultipartReader(answer.contentType(), answer.body());
          Part part = parts.next().orElseThrow(() -> malformed("an answer without any part"));
          T value = reader.read(part, answer.headers().firstValueAsLong("Content-Length"));
          if (parts.next().isPresent()) {
            throw malformed("an answer with more than the one part asked for");
          }
          return value;
        });
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
            .header("Accept", DICOM_JSON)
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
      dataSet = DicomJson.read(JSON.readTree(answer.body()));
    } catch (JsonProcessingException | DicomException e) {
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

  private static List<DataSet> dataSets(Answer answer) throws IOException {
    List<DataSet> dataSets = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(answer.body())) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw malformed("the answer is no JSON array");
      }
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        dataSets.add(DicomJson.read(JSON.readTree(parser)));
      }
      if (parser.currentToken() != JsonToken.END_ARRAY || parser.nextToken() != null) {
        throw malformed("the answer is no array of data sets in JSON");
      }
      return dataSets;
    } catch (JsonProcessingException e) {
      // The parser's own words would quote the answer.
      throw malformed("the answer is no JSON");
    } catch (DicomException e) {
      throw malformed("the answer is no DICOM JSON: " + e.getMessage());
    }
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
