package io.spinexr.dicomweb;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicomweb.http.ArchiveConnection;
import io.spinexr.dicomweb.http.ArchiveConnection.Answer;
import io.spinexr.dicomweb.http.DicomWebOptions.Limits;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * Lists what an archive holds (QIDO-RS, PS3.18 section 10.6). What an archive cannot do is left out
 * of what it is asked and remembered; what a match must match never is.
 */
final class ArchiveSearch {
  static final String DICOM_JSON = "application/dicom+json";

  /** HTTP's answers of an archive that has no search of all instances of a study. */
  private static final Set<Integer> NO_SUCH_SEARCH = Set.of(400, 404, 405, 501);

  /**
   * What is asked for.
   *
   * @param keys to be matched
   * @param fields to be returned
   */
  private record Query(
      SearchLevel level, String path, Map<String, String> keys, Set<String> fields) {
    Query including(Set<String> only) {
      return new Query(level, path, keys, only);
    }

    boolean isAnsweredBy(Map<String, DataSet> found) {
      return found.containsKey(keys.getOrDefault(level.uidKeyword(), ""));
    }
  }

  /**
   * @param announcesMore whether the archive says something about its list (PS3.18 section
   *     8.3.4.4): each has its own words for having cut it
   */
  private record Page(List<DataSet> records, boolean announcesMore) {
    static final Page EMPTY = new Page(List.of(), false);

    int size() {
      return records.size();
    }

    List<Optional<String>> uids(SearchLevel level) {
      return records.stream().map(record -> uid(record, level)).toList();
    }
  }

  private final ArchiveConnection archive;
  private final Limits limits;
  private final JsonAnswers json;
  private final AtomicReference<ArchiveSupport> support;

  ArchiveSearch(
      ArchiveConnection archive,
      Limits limits,
      JsonAnswers json,
      AtomicReference<ArchiveSupport> support) {
    this.archive = archive;
    this.limits = limits;
    this.json = json;
    this.support = support;
  }

  List<DataSet> search(
      SearchLevel level, String path, Map<String, String> keys, List<String> includeFields) {
    Set<String> fields = new LinkedHashSet<>(keys.keySet());
    fields.addAll(includeFields);
    return search(new Query(level, path, keys, fields));
  }

  /**
   * Every archive lists the instances of a series; most, and not all, those of a study.
   *
   * @param path of the study
   */
  List<DataSet> instances(String path, Map<String, String> keys, List<String> includeFields) {
    String series = keys.getOrDefault("SeriesInstanceUID", "");
    if (series.matches("[0-9.]+")) {
      Map<String, String> others = new LinkedHashMap<>(keys);
      others.remove("SeriesInstanceUID");
      return instancesOfSeries(path, series, others, includeFields);
    }
    if (support.get().instancesBelowSeries()) {
      return seriesBySeries(path, keys, includeFields);
    }
    List<DataSet> found;
    try {
      found = search(SearchLevel.INSTANCES, path + "/instances", keys, includeFields);
    } catch (DicomWebException e) {
      if (!NO_SUCH_SEARCH.contains(e.status().orElse(0))) {
        throw e;
      }
      List<DataSet> listed = seriesBySeries(path, keys, includeFields);
      if (listed.isEmpty()) {
        throw e;
      }
      return onlyBelowSeries(listed);
    }
    if (found.stream().allMatch(one -> one.string(Tag.SeriesInstanceUID).isPresent())) {
      return found;
    }
    List<DataSet> named = seriesBySeries(path, keys, includeFields);
    return named.size() < found.size() ? found : onlyBelowSeries(named);
  }

  private List<DataSet> onlyBelowSeries(List<DataSet> found) {
    support.updateAndGet(ArchiveSupport::onlyBelowSeries);
    return found;
  }

  private List<DataSet> seriesBySeries(
      String path, Map<String, String> keys, List<String> includeFields) {
    return search(SearchLevel.SERIES, path + "/series", Map.of(), List.of()).stream()
        .map(series -> series.string(Tag.SeriesInstanceUID).orElseThrow())
        .flatMap(series -> instancesOfSeries(path, series, keys, includeFields).stream())
        .toList();
  }

  private List<DataSet> instancesOfSeries(
      String path, String seriesUid, Map<String, String> keys, List<String> includeFields) {
    String below = path + "/series/" + seriesUid + "/instances";
    return search(SearchLevel.INSTANCES, below, keys, includeFields).stream()
        .map(instance -> with(instance, Tag.SeriesInstanceUID, seriesUid))
        .toList();
  }

  static DataSet with(DataSet record, int tag, String uid) {
    return record.string(tag).isPresent() ? record : record.toBuilder().put(tag, uid).build();
  }

  private List<DataSet> search(Query query) {
    Map<String, DataSet> found = new LinkedHashMap<>();
    boolean any = support.get().offset() ? pageByPage(query, found) : atOnce(query, found);
    if (any && found.isEmpty()) {
      throw malformed(query, "no match has its UID");
    }
    return List.copyOf(found.values());
  }

  /** Whether there were records, readable or not. */
  private boolean pageByPage(Query query, Map<String, DataSet> found) {
    Page page = first(query, limits.pageSize());
    boolean any = page.size() > 0;
    int offset = page.size();
    boolean grew = add(query, page, found);
    // Archives cut lists shorter than asked without a word: only an empty page is the end. One that
    // sends more than a page does not page: this was everything.
    while (grew && page.size() <= limits.pageSize() && !query.isAnsweredBy(found)) {
      Optional<Page> next = next(query, offset);
      boolean ignored =
          next.isPresent() && next.get().uids(query.level()).equals(page.uids(query.level()));
      boolean cut = page.size() == limits.pageSize() || page.announcesMore();
      if (cut && (ignored || next.isEmpty())) {
        atOnce(query, found);
      }
      if (ignored || cut && next.isEmpty()) {
        support.updateAndGet(ArchiveSupport::withoutOffset);
      }
      page = next.orElse(Page.EMPTY);
      offset += page.size();
      grew = add(query, page, found);
    }
    return any;
  }

  private Optional<Page> next(Query query, int offset) {
    return at(query.including(accepted(query)), offset, limits.pageSize());
  }

  /** From an archive that sends a list as a whole or not at all. */
  private boolean atOnce(Query query, Map<String, DataSet> found) {
    Page page = first(query, limits.matches() + 1);
    add(query, page, found);
    // As many as a page: a cut list cannot be told from one that happens to be as long.
    if (page.announcesMore() || page.size() == limits.pageSize()) {
      throw malformed(query, "the archive cuts its list short and does not send the rest");
    }
    return page.size() > 0;
  }

  /** Whether there was anything new. */
  private boolean add(Query query, Page page, Map<String, DataSet> found) {
    int known = found.size();
    for (DataSet record : page.records()) {
      uid(record, query.level())
          .ifPresentOrElse(uid -> found.putIfAbsent(uid, record), json::skipRecord);
    }
    if (found.size() > limits.matches()) {
      throw new DicomWebException(
          Kind.TOO_LARGE,
          "GET %s: more than %d matches; ask for less".formatted(query.path(), limits.matches()));
    }
    return found.size() > known;
  }

  private static Optional<String> uid(DataSet record, SearchLevel level) {
    return record.string(level.uid());
  }

  /** Without what the archive does not let a search include. */
  private Page first(Query query, int limit) {
    Query accepted = query.including(accepted(query));
    try {
      return firstOrNone(accepted, limit);
    } catch (DicomWebException e) {
      if (e.status().orElse(0) != 400 || accepted.fields().isEmpty()) {
        throw e;
      }
      return withoutRefusedFields(accepted, limit);
    }
  }

  private Set<String> accepted(Query query) {
    return query.fields().stream()
        .filter(field -> support.get().includes(query.level(), field))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Which they are the archive need not say; so each is tried, once. */
  private Page withoutRefusedFields(Query query, int limit) {
    Page bare = firstOrNone(query.including(Set.of()), limit);
    Set<String> accepted =
        query.fields().stream()
            .filter(field -> at(query.including(Set.of(field)), 0, 1).isPresent())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Optional<Page> better =
        accepted.isEmpty() ? Optional.empty() : at(query.including(accepted), 0, limit);
    Set<String> refused = new LinkedHashSet<>(query.fields());
    if (better.isPresent()) {
      refused.removeAll(accepted);
    }
    support.updateAndGet(known -> known.without(query.level(), refused));
    return better.orElse(bare);
  }

  /** Some archives say that nothing was found by 404; so do those whose base URL is wrong. */
  private Page firstOrNone(Query query, int limit) {
    try {
      return page(query, 0, limit);
    } catch (DicomWebException e) {
      if (e.kind() != Kind.NOT_FOUND || query.level() != SearchLevel.STUDIES) {
        throw e;
      }
      if (!support.get().notFoundMeansNone()) {
        requireStudies(query);
        support.updateAndGet(ArchiveSupport::withNotFoundForNone);
      }
      return Page.EMPTY;
    }
  }

  /** An archive that refuses to list everything has a list, too. */
  private void requireStudies(Query query) {
    try {
      page(new Query(query.level(), query.path(), Map.of(), Set.of()), 0, 1);
    } catch (DicomWebException e) {
      if (e.kind() != Kind.REJECTED) {
        throw e;
      }
    }
  }

  /** A page that is asked for after a first one came; empty if the archive refuses this way. */
  private Optional<Page> at(Query query, int offset, int limit) {
    try {
      return Optional.of(page(query, offset, limit));
    } catch (DicomWebException e) {
      if (e.kind() == Kind.NOT_FOUND) {
        return Optional.of(Page.EMPTY);
      }
      if (e.status().orElse(0) == 400) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Page page(Query query, int offset, int limit) {
    return archive.exchange(
        archive
            .request(query.path() + parameters(query, offset, limit))
            .header("Accept", DICOM_JSON)
            .GET()
            .build(),
        limits.jsonBytes(),
        Set.of(200, 204),
        this::read);
  }

  private Page read(Answer answer) throws IOException {
    if (answer.status() == 204) {
      return Page.EMPTY;
    }
    boolean warned =
        answer.headers().allValues("Warning").stream().anyMatch(text -> text.contains("299"));
    return new Page(json.list(answer), warned);
  }

  private static String parameters(Query query, int offset, int limit) {
    StringJoiner parameters = new StringJoiner("&", "?", "");
    query.keys().forEach((key, value) -> parameters.add(encode(key) + "=" + encode(value)));
    query.fields().forEach(field -> parameters.add("includefield=" + encode(field)));
    parameters.add("limit=" + limit);
    if (offset > 0) {
      parameters.add("offset=" + offset);
    }
    return parameters.toString();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static DicomWebException malformed(Query query, String what) {
    return new DicomWebException(Kind.MALFORMED, "GET %s: %s".formatted(query.path(), what));
  }
}
