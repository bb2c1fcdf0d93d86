package io.spinexr.fhir.upkeep;

import ca.uhn.fhir.context.FhirContext;
import io.spinexr.fhir.result.PicturesAhead;
import io.spinexr.fhir.store.CheckedStore;
import io.spinexr.fhir.store.FhirStore;
import io.spinexr.fhir.store.Transaction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Type;

/** A transaction on its way to a store, as it is changed by what the store has already. */
final class WantedBundle {
  private final Bundle bundle;
  private final List<BundleEntryComponent> created = new ArrayList<>();

  WantedBundle(Bundle wanted) {
    this.bundle = wanted.copy();
  }

  Optional<BundleEntryComponent> entry(Class<? extends Resource> type) {
    return entries(type).stream().findFirst();
  }

  List<BundleEntryComponent> entries(Class<? extends Resource> type) {
    return bundle.getEntry().stream().filter(e -> type.isInstance(e.getResource())).toList();
  }

  void add(BundleEntryComponent entry) {
    bundle.addEntry(entry);
  }

  /** Replaces a resource that was read from the store by what has become of it. */
  void change(Resource changed) {
    Transaction.replace(bundle.addEntry().setResource(changed), changed);
  }

  /** Has a conditional update create the resource, and only create it. */
  void create(BundleEntryComponent entry) {
    String condition = entry.getRequest().getUrl();
    entry
        .getRequest()
        .setMethod(HTTPVerb.POST)
        .setUrl(entry.getResource().fhirType())
        .setIfNoneExist(condition);
    created.add(entry);
  }

  /** Leaves the current resource as it is; whatever refers to the entry refers to it. */
  void keep(BundleEntryComponent entry, Resource current) {
    omit(entry, reference -> reference.setReference(Transaction.address(current)));
  }

  void omit(BundleEntryComponent entry, Consumer<Reference> instead) {
    bundle.getEntry().remove(entry);
    bundle.getEntry().stream()
        .flatMap(other -> references(other).stream())
        .filter(reference -> entry.getFullUrl().equals(reference.getReference()))
        .forEach(instead);
  }

  /** Leaves the entry out, and out of what lists it. */
  void drop(BundleEntryComponent entry) {
    bundle.getEntry().remove(entry);
    Predicate<Type> it =
        value ->
            value instanceof Reference reference
                && entry.getFullUrl().equals(reference.getReference());
    for (BundleEntryComponent other : bundle.getEntry()) {
      if (other.getResource() instanceof DiagnosticReport report) {
        report.getResult().removeIf(it);
      } else if (other.getResource() instanceof Provenance provenance) {
        provenance.getTarget().removeIf(it);
      } else if (other.getResource() instanceof Task task) {
        task.getOutput().removeIf(output -> it.test(output.getValue()));
      }
    }
  }

  /** Leaves only these entries and what they refer to. */
  void retain(Collection<BundleEntryComponent> roots) {
    Set<BundleEntryComponent> reached = new LinkedHashSet<>();
    Deque<BundleEntryComponent> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      BundleEntryComponent entry = open.pop();
      if (reached.add(entry)) {
        List<String> urls = references(entry).stream().map(Reference::getReference).toList();
        bundle.getEntry().stream()
            .filter(other -> urls.contains(other.getFullUrl()))
            .forEach(open::push);
      }
    }
    bundle.getEntry().removeIf(entry -> !reached.contains(entry));
  }

  private static List<Reference> references(BundleEntryComponent entry) {
    return FhirContext.forR4Cached()
        .newTerser()
        .getAllPopulatedChildElementsOfType(entry.getResource(), Reference.class);
  }

  /**
   * Pictures go ahead to a server that is not ours.
   *
   * @return whether the server takes them
   */
  boolean sendPicturesAhead(CheckedStore store) {
    return store.own().isPresent() || PicturesAhead.send(bundle, store);
  }

  /**
   * Writes all of it.
   *
   * @return what the server answers; empty if somebody else created one of the resources that were
   *     to be created
   */
  Optional<Written> write(FhirStore store) {
    Bundle response = store.transaction(bundle);
    boolean overtaken =
        created.stream()
            .anyMatch(
                entry -> !response(response, entry).getResponse().getStatus().startsWith("201"));
    return overtaken ? Optional.empty() : Optional.of(entry -> address(response, entry));
  }

  /** Where an entry's resource is now; empty if the entry was left out. */
  interface Written {
    Optional<String> address(BundleEntryComponent entry);
  }

  private Optional<String> address(Bundle response, BundleEntryComponent entry) {
    return bundle.getEntry().contains(entry)
        ? Optional.of(response(response, entry).getResponse().getLocation())
            .map(location -> new IdType(location).toUnqualifiedVersionless().getValue())
        : Optional.empty();
  }

  private BundleEntryComponent response(Bundle response, BundleEntryComponent entry) {
    return response.getEntry().get(bundle.getEntry().indexOf(entry));
  }
}
