package io.spinexr.fhir.server;

import ca.uhn.fhir.jpa.api.svc.IDeleteExpungeSvc;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.util.MemoryCacheService;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.PatientHoldings;
import io.spinexr.fhir.PatientTraces;
import io.spinexr.fhir.code.Codes;
import io.spinexr.study.PatientIdentifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Everything that HAPI's tables hold of one patient, with history and with what was deleted: found
 * by what refers to the Patient, directly or not, and by our own identifiers of studies and orders.
 */
final class StoredPatient {
  private static final ObjectMapper JSON = new JsonMapper();

  /** Databases have bounds for the values in a list. */
  private static final int AT_A_TIME = 500;

  private static final Pattern PICTURE = Pattern.compile("\\bBinary/([A-Za-z0-9.-]{1,64})");

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final IDeleteExpungeSvc<JpaPid> expunge;
  private final MemoryCacheService caches;

  /**
   * @param transactions of HAPI, on the data source
   */
  StoredPatient(
      DataSource dataSource,
      PlatformTransactionManager transactions,
      IDeleteExpungeSvc<JpaPid> expunge,
      MemoryCacheService caches) {
    this.jdbc = JdbcClient.create(dataSource);
    this.transaction = new TransactionTemplate(transactions);
    this.expunge = expunge;
    this.caches = caches;
  }

  /**
   * @throws FhirRecordException if some of it is another patient's, too
   */
  PatientHoldings held(PatientTraces traces) {
    return Objects.requireNonNull(
        transaction.execute(status -> holdings(new Search(traces).run())));
  }

  /** As {@link #held}, and then it is not there any more. */
  void erase(PatientTraces traces) {
    transaction.executeWithoutResult(
        status -> {
          Set<Long> all = new Search(traces).run();
          batches(all, ids -> update("delete from HFJ_RES_SEARCH_URL where RES_ID in (:ids)", ids));
          if (!all.isEmpty()) {
            expunge.deleteExpunge(all.stream().map(JpaPid::fromId).toList(), false, 0);
          }
          forgetTags(traces);
          // What was searched for may name anybody; who turns pages of an answer asks anew.
          for (String table : List.of("HFJ_SEARCH_RESULT", "HFJ_SEARCH_INCLUDE", "HFJ_SEARCH")) {
            jdbc.sql("delete from " + table).update();
          }
        });
    caches.invalidateAllCaches();
  }

  private void forgetTags(PatientTraces traces) {
    for (String study : traces.studies()) {
      jdbc.sql(
              """
              delete from HFJ_TAG_DEF where TAG_SYSTEM = :system and TAG_CODE like :analyses
                and not exists (select 1 from HFJ_RES_TAG t where t.TAG_ID = HFJ_TAG_DEF.TAG_ID)
                and not exists (
                  select 1 from HFJ_HISTORY_TAG h where h.TAG_ID = HFJ_TAG_DEF.TAG_ID)\
              """)
          .param("system", Codes.ANALYSIS_TAG)
          .param("analyses", study + "/%")
          .update();
    }
  }

  private PatientHoldings holdings(Set<Long> all) {
    Map<String, Integer> resources = new HashMap<>();
    Set<PatientIdentifier> identifiers = new HashSet<>();
    Set<String> studies = new HashSet<>();
    batches(
        all,
        ids -> {
          jdbc.sql("select RES_TYPE from HFJ_RESOURCE where RES_ID in (:ids)")
              .param("ids", ids)
              .query(String.class)
              .list()
              .forEach(type -> resources.merge(type, 1, Integer::sum));
          jdbc.sql(
                  """
                  select RES_TYPE, SP_SYSTEM, SP_VALUE from HFJ_SPIDX_TOKEN
                  where RES_ID in (:ids) and SP_NAME = 'identifier'
                    and RES_TYPE in ('Patient', 'ImagingStudy')
                    and SP_SYSTEM is not null and SP_VALUE is not null\
                  """)
              .param("ids", ids)
              .query(
                  rows -> {
                    String system = rows.getString("SP_SYSTEM");
                    String value = rows.getString("SP_VALUE");
                    if (rows.getString("RES_TYPE").equals("Patient")) {
                      identifiers.add(new PatientIdentifier(system, value));
                    } else if (system.equals(Codes.DICOM_UID)) {
                      studies.add(value.replaceFirst("^urn:oid:", ""));
                    }
                  });
        });
    return new PatientHoldings(identifiers, studies, resources);
  }

  private void update(String sql, Collection<Long> ids) {
    jdbc.sql(sql).param("ids", ids).update();
  }

  private static void batches(Collection<Long> ids, Consumer<List<Long>> work) {
    List<Long> all = List.copyOf(ids);
    for (int from = 0; from < all.size(); from += AT_A_TIME) {
      work.accept(all.subList(from, Math.min(all.size(), from + AT_A_TIME)));
    }
  }

  /** One search for the keys of all rows of HFJ_RESOURCE that are the patient's. */
  private final class Search {
    private final PatientTraces traces;
    private final Set<Long> patients = new TreeSet<>();
    private final Set<Long> all = new TreeSet<>();

    private Search(PatientTraces traces) {
      this.traces = traces;
    }

    private Set<Long> run() {
      traces.identifiers().forEach(this::addPatients);
      all.addAll(patients);
      addKeyed();
      addReferring();
      requireNobodyElses();
      addDeleted();
      addPictures();
      return all;
    }

    private void addPatients(PatientIdentifier identifier) {
      patients.addAll(
          jdbc.sql(
                  """
                  select RES_ID from HFJ_SPIDX_TOKEN where RES_TYPE = 'Patient'
                    and SP_NAME = 'identifier' and SP_SYSTEM = :system and SP_VALUE = :value\
                  """)
              .param("system", identifier.system())
              .param("value", identifier.value())
              .query(Long.class)
              .list());
    }

    /** Some name the patient by an identifier only, which no link tells. */
    private void addKeyed() {
      for (String study : traces.studies()) {
        add(
            """
            select RES_ID from HFJ_SPIDX_TOKEN where SP_NAME = 'identifier' and (
              SP_SYSTEM in (:tasks, :reports) and SP_VALUE like :analyses
              or SP_SYSTEM = :dicom and SP_VALUE = :urn and RES_TYPE = 'ImagingStudy')
            union
            select t.RES_ID from HFJ_RES_TAG t join HFJ_TAG_DEF d on d.TAG_ID = t.TAG_ID
            where d.TAG_SYSTEM = :tag and d.TAG_CODE like :analyses\
            """,
            Map.of(
                "tasks", Codes.TASK_IDENTIFIER,
                "reports", Codes.REPORT_IDENTIFIER,
                "dicom", Codes.DICOM_UID,
                "tag", Codes.ANALYSIS_TAG,
                "urn", "urn:oid:" + study,
                "analyses", study + "/%"));
      }
      for (String order : traces.orders()) {
        add(
            """
            select RES_ID from HFJ_SPIDX_TOKEN where SP_NAME = 'identifier'
              and SP_SYSTEM in (:tasks, :orders) and SP_VALUE = :key\
            """,
            Map.of(
                "tasks", Codes.TASK_IDENTIFIER,
                "orders", Codes.ORDER_IDENTIFIER,
                "key", order));
      }
    }

    private void add(String sql, Map<String, String> parameters) {
      all.addAll(jdbc.sql(sql).params(parameters).query(Long.class).list());
    }

    private void addReferring() {
      Set<Long> open = Set.copyOf(all);
      while (!open.isEmpty()) {
        Set<Long> found = new HashSet<>();
        batches(
            open,
            ids ->
                jdbc.sql(
                        """
                        select SRC_RESOURCE_ID, SOURCE_RESOURCE_TYPE from HFJ_RES_LINK
                        where TARGET_RESOURCE_ID in (:ids)\
                        """)
                    .param("ids", ids)
                    .query(
                        rows -> {
                          long source = rows.getLong(1);
                          if (rows.getString(2).equals("Patient") && !patients.contains(source)) {
                            throw shared("Patient", source);
                          }
                          found.add(source);
                        }));
        found.removeAll(all);
        all.addAll(found);
        open = found;
      }
    }

    /** Neither another Patient nor what is about one may be referred to. */
    private void requireNobodyElses() {
      Map<Long, Long> beyond = new HashMap<>();
      batches(
          all,
          ids ->
              jdbc.sql(
                      """
                      select SRC_RESOURCE_ID, SOURCE_RESOURCE_TYPE, TARGET_RESOURCE_ID,
                        TARGET_RESOURCE_TYPE
                      from HFJ_RES_LINK
                      where SRC_RESOURCE_ID in (:ids) and TARGET_RESOURCE_ID is not null\
                      """)
                  .param("ids", ids)
                  .query(
                      rows -> {
                        long target = rows.getLong(3);
                        if (rows.getString(4).equals("Patient") && !patients.contains(target)) {
                          throw shared(rows.getString(2), rows.getLong(1));
                        }
                        if (!all.contains(target)) {
                          beyond.put(target, rows.getLong(1));
                        }
                      }));
      batches(
          beyond.keySet(),
          ids ->
              jdbc.sql(
                      """
                      select SRC_RESOURCE_ID from HFJ_RES_LINK
                      where SRC_RESOURCE_ID in (:ids) and TARGET_RESOURCE_TYPE = 'Patient'\
                      """)
                  .param("ids", ids)
                  .query(Long.class)
                  .list()
                  .forEach(
                      target -> {
                        throw shared("a resource", Objects.requireNonNull(beyond.get(target)));
                      }));
    }

    private FhirRecordException shared(String type, long resource) {
      String id =
          jdbc.sql("select FHIR_ID from HFJ_RESOURCE where RES_ID = :id")
              .param("id", resource)
              .query(String.class)
              .single();
      return new FhirRecordException(
          "on the FHIR server, %s with the id %s is about two patients; it must be corrected there first"
              .formatted(type, id),
          false);
    }

    /** What was deleted is in no index any more, but in the history. */
    private void addDeleted() {
      Set<String> names = new HashSet<>(traces.orders());
      traces.studies().forEach(study -> names.addAll(List.of(study, "urn:oid:" + study)));
      batches(
          patients,
          ids ->
              jdbc.sql("select FHIR_ID from HFJ_RESOURCE where RES_ID in (:ids)")
                  .param("ids", ids)
                  .query(String.class)
                  .list()
                  .forEach(id -> names.add("Patient/" + id)));
      int before;
      do {
        before = all.size();
        versions(
            "where r.RES_DELETED_AT is not null",
            Map.of(),
            (id, text) -> {
              JsonNode resource = tree(text);
              if (!all.contains(id) && mentions(resource, names)) {
                all.add(id);
                names.add(resource.path("resourceType").asText() + "/" + fhirId(id));
              }
            });
      } while (all.size() > before);
    }

    private String fhirId(long id) {
      return jdbc.sql("select FHIR_ID from HFJ_RESOURCE where RES_ID = :id")
          .param("id", id)
          .query(String.class)
          .single();
    }

    private boolean mentions(JsonNode node, Set<String> names) {
      if (node.isTextual()) {
        String text = node.textValue().replaceFirst("/_history/.*$", "");
        return names.contains(text)
            || traces.studies().stream().anyMatch(study -> text.startsWith(study + "/"));
      }
      boolean named =
          node.path("system").isTextual()
              && traces.identifiers().stream()
                  .anyMatch(
                      identifier ->
                          identifier.system().equals(node.get("system").textValue())
                              && identifier.value().equals(node.path("value").asText()));
      if (named) {
        return true;
      }
      for (JsonNode child : node) {
        if (mentions(child, names)) {
          return true;
        }
      }
      return false;
    }

    /** Reports link pictures by their address, and so did versions whose pictures are empty now. */
    private void addPictures() {
      Set<String> pictures = new HashSet<>();
      batches(
          List.copyOf(all),
          ids ->
              versions(
                  "where r.RES_ID in (:ids) and r.RES_TYPE <> 'Binary'",
                  Map.of("ids", ids),
                  (id, text) -> {
                    Matcher address = PICTURE.matcher(text);
                    while (address.find()) {
                      pictures.add(address.group(1));
                    }
                  }));
      for (String picture : pictures) {
        add(
            "select RES_ID from HFJ_RESOURCE where RES_TYPE = 'Binary' and FHIR_ID = :id",
            Map.of("id", picture));
      }
    }
  }

  private interface VersionReader {
    void read(long id, String text);
  }

  private void versions(String where, Map<String, ?> parameters, VersionReader reader) {
    List<Runnable> read = new ArrayList<>();
    jdbc.sql(
            """
            select r.RES_ID, v.RES_TEXT_VC, v.RES_TEXT
            from HFJ_RESOURCE r join HFJ_RES_VER v on v.RES_ID = r.RES_ID\s\
            """
                + where)
        .params(parameters)
        .query(
            rows -> {
              long id = rows.getLong("RES_ID");
              String text = text(rows);
              if (!text.isEmpty()) {
                read.add(() -> reader.read(id, text));
              }
            });
    read.forEach(Runnable::run);
  }

  /** Versions of HAPI before 7 kept it packed. A version that is a deletion has none. */
  private static String text(ResultSet rows) throws SQLException {
    String text = rows.getString("RES_TEXT_VC");
    if (text != null) {
      return text;
    }
    Blob packed = rows.getBlob("RES_TEXT");
    if (packed == null || packed.length() == 0) {
      return "";
    }
    try (GZIPInputStream unpacked = new GZIPInputStream(packed.getBinaryStream())) {
      return new String(unpacked.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      // The message would quote the resource.
      throw new IllegalStateException("a stored resource is no JSON");
    }
  }
}
