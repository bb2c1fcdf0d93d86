package io.spinexr.erasure;

import io.spinexr.archive.patient.PatientMatching;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.PatientHoldings;
import io.spinexr.fhir.PatientTraces;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PatientIdentity;
import io.spinexr.store.OrderStore;
import io.spinexr.store.PatientStore;
import io.spinexr.store.PrivacyStore;
import io.spinexr.study.PatientIdentifier;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * From one identifier to all that is the same patient's, and to nobody else's. Identifiers are
 * followed that are of one person each: those of mapped systems, and the EHR's own ids.
 */
final class ScopeSearch {
  /** Behind an EHR's address, the system of its own ids. */
  private static final String OWN_IDS = "/Patient";

  /** No list of values is empty. */
  private static final String NONE = "";

  private final JdbcClient jdbc;
  private final OrderStore orders;
  private final PatientStore patients;
  private final PrivacyStore privacy;
  private final PatientMatching matching;
  private final FhirRecord record;

  ScopeSearch(DataSource dataSource, PatientMatching matching, FhirRecord record) {
    this.jdbc = JdbcClient.create(dataSource);
    this.orders = new OrderStore(dataSource);
    this.patients = new PatientStore(dataSource);
    this.privacy = new PrivacyStore(dataSource);
    this.matching = matching;
    this.record = record;
  }

  /**
   * @param asked one, or those that such a search told before: they are one person's
   * @throws UnclearPatientException if some of it may be another person's
   * @throws io.spinexr.fhir.FhirRecordException if that is so on our FHIR server
   */
  Scope of(Collection<PatientIdentifier> asked) {
    if (!asked.stream().allMatch(this::namesOnePerson)) {
      throw new UnclearPatientException(
          "an identifier of this system may be of several people: name the patient by one whose"
              + " system spinexr.patient-matching.identifiers maps, or, with the system <address of"
              + " the EHR's FHIR server>/Patient, by the EHR's own id");
    }
    Set<PatientIdentifier> names = new HashSet<>(asked);
    Map<String, ImagingOrder> found = new HashMap<>();
    Set<String> family;
    PatientHoldings held;
    int known;
    do {
      known = names.size();
      family = privacy.family(Scope.hashes(names));
      Stream.concat(
              family.stream().flatMap(hash -> orders.ordersOfPatient(hash).stream()),
              List.copyOf(names).stream().flatMap(this::ordersOfChart))
          .forEach(order -> found.put(order.key(), order));
      found.values().forEach(order -> names.addAll(names(order)));
      names.addAll(patients.survivors(family));
      held = record.held(new PatientTraces(names, Set.of(), Set.of()));
      held.identifiers().stream().filter(this::namesOnePerson).forEach(names::add);
    } while (names.size() > known);
    requireOnePerson(asked, names, found.values());
    Set<String> retired = new HashSet<>(family);
    retired.removeAll(Scope.hashes(names));
    Set<String> studies = studies(found.keySet(), family);
    studies.addAll(held.studies());
    Scope scope = new Scope(new PatientTraces(names, studies, found.keySet()), retired);
    requireNobodyElses(scope);
    return scope;
  }

  private boolean namesOnePerson(PatientIdentifier identifier) {
    return mapped(identifier) || identifier.system().endsWith(OWN_IDS);
  }

  private boolean mapped(PatientIdentifier identifier) {
    PatientIdentity alone =
        new PatientIdentity("", List.of(identifier), Optional.empty(), Optional.empty());
    return !matching.inArchive(alone).isEmpty();
  }

  private Set<PatientIdentifier> names(ImagingOrder order) {
    return Stream.concat(
            Stream.of(new PatientIdentifier(order.source() + OWN_IDS, order.patient().fhirId())),
            order.patient().identifiers().stream()
                .map(id -> new PatientIdentifier(id.system(), id.value().strip()))
                .filter(this::namesOnePerson))
        .collect(Collectors.toSet());
  }

  private Stream<ImagingOrder> ordersOfChart(PatientIdentifier name) {
    return name.system().endsWith(OWN_IDS)
        ? orders
            .ordersOfChart(
                name.system().substring(0, name.system().length() - OWN_IDS.length()), name.value())
            .stream()
        : Stream.empty();
  }

  private void requireOnePerson(
      Collection<PatientIdentifier> asked,
      Set<PatientIdentifier> names,
      Collection<ImagingOrder> found) {
    for (PatientIdentifier name : names) {
      Set<String> person =
          privacy.family(Scope.hashes(asked.contains(name) ? asked : Set.of(name)));
      boolean another =
          mapped(name)
              && names.stream()
                  .filter(other -> other.system().equals(name.system()))
                  .anyMatch(other -> !person.containsAll(Scope.hashes(Set.of(other))));
      if (another) {
        throw new UnclearPatientException(
            "orders or the FHIR server join this identifier with another one of the same system;"
                + " if both are one person's, merge them by POST /admin/patients/merge first");
      }
    }
    for (ImagingOrder one : found) {
      for (ImagingOrder other : found) {
        if (!agree(one.patient(), other.patient())) {
          throw new UnclearPatientException(
              "orders with this identifier state different birth dates or sexes, so they may be of"
                  + " two people; have the EHR state the patient anew first");
        }
      }
    }
  }

  private static boolean agree(PatientIdentity one, PatientIdentity other) {
    boolean born =
        one.birthDate().isEmpty()
            || other.birthDate().isEmpty()
            || one.birthDate().get().agreesWith(other.birthDate().get());
    boolean sex = one.sex().isEmpty() || other.sex().isEmpty() || one.sex().equals(other.sex());
    return born && sex;
  }

  private Set<String> studies(Set<String> orderKeys, Set<String> hashes) {
    return new HashSet<>(
        jdbc.sql(
                """
                select study_uid from order_study where order_key in (:orders)
                union
                select study_uid from study_analysis
                where order_key in (:orders) or patient in (:hashes)\
                """)
            .param("orders", orNone(orderKeys))
            .param("hashes", hashes)
            .query(String.class)
            .list());
  }

  private void requireNobodyElses(Scope scope) {
    boolean shared =
        jdbc.sql(
                    """
                    select count(*) from (
                      select study_uid from order_study
                      where study_uid in (:studies) and order_key not in (:orders)
                      union all
                      select study_uid from study_analysis a
                      where study_uid in (:studies) and (patient not in (:hashes)
                        or order_key not in (:orders) and exists (
                          select 1 from imaging_order o where o.order_key = a.order_key))
                      union all
                      select study_uid from study_dispute
                      where study_uid in (:studies) and decision is null) s\
                    """)
                .param("studies", orNone(scope.studies()))
                .param("orders", orNone(scope.orders()))
                .param("hashes", scope.hashes())
                .query(Integer.class)
                .single()
            > 0;
    if (shared) {
      throw new UnclearPatientException(
          "a study of this patient is disputed, or is another patient's, too; it must be decided"
              + " first whose it is");
    }
  }

  static Collection<String> orNone(Collection<String> values) {
    return values.isEmpty() ? Set.of(NONE) : values;
  }
}
